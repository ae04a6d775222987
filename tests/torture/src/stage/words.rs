//! Names of companies that no one confuses: each is made of syllables of its own.

use super::dice::Dice;

const BEGINNINGS: [&str; 24] = [
    "bal", "cor", "dem", "fal", "gor", "hil", "jas", "kel", "lum", "mor", "nev", "ost", "pra",
    "quo", "ras", "sel", "tam", "ulv", "ven", "wol", "yar", "zem", "arg", "elb",
];
const ENDINGS: [&str; 16] = [
    "tronix", "vaka", "mundi", "rella", "quist", "bassen", "dorfi", "linga", "porto", "zander",
    "hoffa", "viken", "marza", "tolle", "grund", "pexa",
];
const MIDDLES: [&str; 12] =
    ["a", "edo", "ifu", "ola", "ume", "ixo", "any", "erk", "obu", "aph", "ist", "uro"];

/// The name of the how-manyth company.
pub fn company(place: u32) -> String {
    let pick = |from: &[&str], at: u32| {
        let at = usize::try_from(at).unwrap_or(0) % from.len().max(1);
        from.get(at).copied().unwrap_or_default().to_owned()
    };
    let first = pick(&BEGINNINGS, place);
    let last = pick(&ENDINGS, place / 24);
    let middle = pick(&MIDDLES, place.wrapping_mul(7) + place / 384);
    let mut name = format!("{first}{middle}{last}");
    if let Some(head) = name.get_mut(0..1) {
        head.make_ascii_uppercase();
    }
    name
}

/// A sentence with a number, so that no two are alike.
pub fn note(dice: &mut Dice) -> u32 {
    dice.below(1_000_000)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    #[test]
    fn no_two_companies_share_a_name() {
        let names: BTreeSet<String> = (0..384).map(super::company).collect();
        assert_eq!(names.len(), 384);
    }
}
