//! "Did you mean …": the known word nearest to one that is not known.

/// The word of `known` that a writer most likely meant by `word`; `None` when none is near.
///
/// Near means at most one slip for each three letters, where a slip is a letter too many, a letter
/// too few, a wrong letter or two letters swapped. The first of equals wins.
pub(super) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word: Vec<char> = word.chars().take(64).flat_map(char::to_lowercase).collect();
    let limit = (word.len() / 3).max(1);
    known
        .into_iter()
        .map(|candidate| {
            let letters: Vec<char> = candidate.chars().flat_map(char::to_lowercase).collect();
            (slips(&word, &letters), candidate)
        })
        .filter(|(slips, _)| *slips <= limit)
        .min_by_key(|(slips, _)| *slips)
        .map(|(_, candidate)| candidate)
}

/// "Did you mean …?" with the nearest word, or the list of what is known when it is short.
pub(super) fn suggestion<'a>(word: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    if let Some(near) = nearest(word, known.clone()) {
        return format!("Did you mean `{near}`?");
    }
    let all: Vec<_> = known.take(17).collect();
    if all.is_empty() {
        return "None are defined yet.".to_owned();
    }
    let dots = if all.len() > 16 { ", …" } else { "" };
    let list: Vec<_> = all.iter().take(16).map(|one| format!("`{one}`")).collect();
    format!("Known: {}{dots}.", list.join(", "))
}

/// Optimal string alignment distance.
fn slips(left: &[char], right: &[char]) -> usize {
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=right.len()).collect();
    let mut previous_letter = None;
    for (row, letter) in left.iter().enumerate() {
        let mut current = vec![row + 1];
        let mut previous_other = None;
        for (column, other) in right.iter().enumerate() {
            let at = |line: &[usize], index: usize| line.get(index).copied().unwrap_or(usize::MAX);
            let wrong = at(&last, column) + usize::from(letter != other);
            let missing = at(&last, column + 1) + 1;
            let extra = at(&current, column) + 1;
            let mut best = wrong.min(missing).min(extra);
            if previous_letter == Some(*other) && previous_other == Some(*letter) && column > 0 {
                best = best.min(at(&before_last, column - 1).saturating_add(1));
            }
            current.push(best);
            previous_other = Some(*other);
        }
        before_last = std::mem::replace(&mut last, current);
        previous_letter = Some(*letter);
    }
    last.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pg_03_a_slip_of_the_pen_finds_its_word() {
        let known = ["validity_days", "renewals", "tiers"];
        assert_eq!(nearest("validty_days", known), Some("validity_days"));
        assert_eq!(nearest("teirs", known), Some("tiers"));
        assert_eq!(nearest("Tiers", known), Some("tiers"));
        assert_eq!(nearest("renewal", known), Some("renewals"));
        assert_eq!(nearest("holidays", known), None);
        assert_eq!(nearest("", known), None);
    }

    #[test]
    fn pg_03_one_slip_in_three_letters_is_near_and_two_are_not() {
        assert_eq!(nearest("abx", ["abc"]), Some("abc"));
        assert_eq!(nearest("axx", ["abc"]), None);
        assert_eq!(suggestion("zzz", ["a", "b"].into_iter()), "Known: `a`, `b`.");
        assert_eq!(suggestion("zzz", [].into_iter()), "None are defined yet.");
    }
}
