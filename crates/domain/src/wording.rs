//! Dates and counts as they stand in sentences.

use jiff::civil::Date;

/// A date in full: `1 April 2026`.
pub fn day(on: Date) -> String {
    on.strftime("%-d %B %Y").to_string()
}

/// A count with its noun in the right number: `1 day`, `14 days`.
pub fn count(number: impl Into<i64>, noun: &str) -> String {
    let number = number.into();
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// How often: `once`, `twice`, `3 times`.
pub fn times(number: u32) -> String {
    match number {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        more => format!("{more} times"),
    }
}

/// Words joined for reading: `a`, `a and b`, `a, b and c`.
pub fn list<S: AsRef<str>>(words: &[S]) -> String {
    match words {
        [] => String::new(),
        [only] => only.as_ref().to_owned(),
        [firsts @ .., last] => {
            let firsts: Vec<&str> = firsts.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", firsts.join(", "), last.as_ref())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dr_15_dates_counts_and_lists_read_as_sentences() {
        assert_eq!(day(jiff::civil::date(2026, 4, 1)), "1 April 2026");
        assert_eq!(
            [count(0, "day"), count(1, "day"), count(2, "day")],
            ["0 days", "1 day", "2 days"]
        );
        assert_eq!([0, 1, 2, 3].map(times), ["0 times", "once", "twice", "3 times"]);
        assert_eq!(list(&["a"]), "a");
        assert_eq!(list(&["a", "b", "c"]), "a, b and c");
        assert_eq!(list::<&str>(&[]), "");
    }
}
