//! Single values as files write them: days, amounts, numbers, countries.

use domain::{
    accounts::Country,
    money::Money,
    written::{self, DateOrder, DecimalSign, Written},
};
use jiff::civil::Date;

/// Names that mean one country to most and are not exact enough to be read so.
const LIKELY_COUNTRIES: &[(&str, &str)] = &[("korea", "KR"), ("ireland republic", "IE")];

/// Industries as exports spell them right, for suggestions.
const INDUSTRIES: &[&str] = &[
    "technology",
    "software",
    "hardware",
    "telecommunications",
    "retail",
    "wholesale",
    "finance",
    "banking",
    "insurance",
    "marketing",
    "advertising",
    "medical",
    "healthcare",
    "pharmaceuticals",
    "biotechnology",
    "entertainment",
    "media",
    "publishing",
    "employment",
    "services",
    "consulting",
    "education",
    "government",
    "manufacturing",
    "automotive",
    "aerospace",
    "construction",
    "real estate",
    "transportation",
    "logistics",
    "energy",
    "utilities",
    "agriculture",
    "hospitality",
    "food",
    "chemicals",
    "mining",
    "nonprofit",
    "legal",
    "electronics",
    "machinery",
    "consumer goods",
    "apparel",
    "engineering",
    "environment",
    "recreation",
    "shipping",
    "communications",
];

/// A day, with its numbers in the order of the settings.
pub(super) fn day(text: &str, order: DateOrder) -> Result<Date, String> {
    written::day(text, Some(order)).ok_or_else(|| {
        let example = match order {
            DateOrder::Ymd => "2026-04-30",
            DateOrder::Dmy => "30.4.2026",
            DateOrder::Mdy => "4/30/2026",
        };
        format!("is not a date; dates in this file are read as {example}")
    })
}

/// What days of a column tell of the order of their numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// One of them shows it: a number above 12 is no month, one of four digits is the year.
    Shown(DateOrder),
    /// None does. With slashes the American order is the likelier, with points and dashes the
    /// European.
    Likely(DateOrder),
}

/// The order of these days; `None` when there is nothing to read.
pub(super) fn order_of(samples: &[&str]) -> Option<Order> {
    let mut found = None;
    for text in samples {
        let day = text.split(['T', ' ']).next().unwrap_or(text);
        let parts: Vec<&str> = day.split(['-', '/', '.']).collect();
        let [one, two, _] = parts.as_slice() else {
            continue;
        };
        if one.len() == 4 {
            found = found.or(Some(Order::Shown(DateOrder::Ymd)));
            continue;
        }
        match (one.parse::<u8>(), two.parse::<u8>()) {
            (Ok(one), Ok(_)) if one > 12 => return Some(Order::Shown(DateOrder::Dmy)),
            (Ok(_), Ok(two)) if two > 12 => return Some(Order::Shown(DateOrder::Mdy)),
            (Ok(_), Ok(_)) if day.contains('/') => found = Some(Order::Likely(DateOrder::Mdy)),
            (Ok(_), Ok(_)) if found != Some(Order::Likely(DateOrder::Mdy)) => {
                found = Some(Order::Likely(DateOrder::Dmy));
            }
            _ => {}
        }
    }
    found
}

/// The day that it is where the day begins first, fourteen hours before UTC.
pub(super) fn latest_day(now: jiff::Timestamp) -> Date {
    now.to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(14))).date()
}

/// An amount. `own` is the currency of its column, `usual` that of amounts that name none.
pub(super) fn amount(
    text: &str,
    (own, usual): (&str, &str),
    decimal_comma: bool,
) -> Result<Money, String> {
    let sign = if decimal_comma { DecimalSign::Comma } else { DecimalSign::Point };
    let read = Written::parse(text).and_then(|number| number.money(sign, (own, usual)));
    read.map_err(|error| error.to_string())
}

/// A number of things, without decimals.
pub(super) fn whole(text: &str) -> Result<i64, String> {
    let read = Written::parse(text).and_then(|number| number.count_of());
    read.map_err(|_| "is not a whole number".to_owned())
}

/// What a text says of a country.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// This country.
    Known(Country),
    /// No country that the list knows; perhaps this one was meant.
    Unknown(Option<Country>),
}

/// The country of a code or name.
pub(super) fn country(text: &str) -> Place {
    if let Ok(found) = Country::called(text) {
        return Place::Known(found);
    }
    let plain = super::mapping::words(text);
    let likely = LIKELY_COUNTRIES.iter().find(|(name, _)| *name == plain);
    let likely = likely.and_then(|(_, code)| Country::parse(code).ok());
    let near =
        || Country::all().find(|known| is_near(&plain, &super::mapping::words(known.name())));
    Place::Unknown(likely.or_else(near))
}

/// The industry that was probably meant, when the text is one misspelt.
pub(super) fn industry(text: &str) -> Option<&'static str> {
    let plain = text.trim().to_lowercase();
    if INDUSTRIES.contains(&plain.as_str()) {
        return None;
    }
    INDUSTRIES.iter().copied().find(|known| is_near(&plain, known))
}

/// True when two texts differ by one letter missing, added, wrong or swapped with its neighbour;
/// by two in texts of ten letters and more. Texts below five letters are never near.
pub(super) fn is_near(one: &str, other: &str) -> bool {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let shorter = one.len().min(other.len());
    let most = if shorter < 5 {
        0
    } else if shorter < 10 {
        1
    } else {
        2
    };
    one.len().abs_diff(other.len()) <= most && most > 0 && distance(&one, &other) <= most
}

/// How many letters must be added, left out, replaced or swapped with the next.
fn distance(one: &[char], other: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in other.iter().enumerate() {
            let at =
                |list: &[usize], index: usize| list.get(index).copied().unwrap_or(usize::MAX / 2);
            let replaced = at(&last, j) + usize::from(a != b);
            let mut best = replaced.min(at(&last, j + 1) + 1).min(at(&row, j) + 1);
            let swapped =
                i > 0 && j > 0 && one.get(i - 1) == Some(b) && other.get(j - 1) == Some(a);
            if swapped {
                best = best.min(at(&before, j - 1) + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or(0)
}

/// A text reduced to its letters and digits, for names that differ in blanks and signs only.
pub(super) fn squashed(text: &str) -> String {
    text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn im_01_the_order_of_days_is_told_by_a_number_above_twelve() {
        assert_eq!(order_of(&["3/1/2017", "10/20/2016"]), Some(Order::Shown(DateOrder::Mdy)));
        assert_eq!(order_of(&["3/1/2017", "20/10/2016"]), Some(Order::Shown(DateOrder::Dmy)));
        assert_eq!(order_of(&["3.1.2017"]), Some(Order::Likely(DateOrder::Dmy)));
        assert_eq!(order_of(&["3/4/2017", "5/6/2017"]), Some(Order::Likely(DateOrder::Mdy)));
        assert_eq!(order_of(&["2017-01-03"]), Some(Order::Shown(DateOrder::Ymd)));
        assert_eq!(order_of(&[]), None);
    }

    #[test]
    fn im_01_misspelt_words_are_suggested_and_never_taken_for_right() {
        assert_eq!(industry("technolgy"), Some("technology"));
        assert_eq!(industry("technology"), None);
        assert_eq!(industry("widgets"), None);
        let philippines = Country::parse("PH").unwrap();
        assert_eq!(country("Philipines"), Place::Unknown(Some(philippines)));
        assert_eq!(country("united states"), Place::Known(Country::parse("US").unwrap()));
        assert_eq!(country("Atlantis"), Place::Unknown(None));
        assert_eq!(country("Korea"), Place::Unknown(Country::parse("KR").ok()));
        assert_eq!(squashed("GTX Pro"), squashed("GTXPro"));
    }
}
