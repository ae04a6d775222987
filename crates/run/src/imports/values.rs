//! Single values as files write them: days, amounts, numbers, countries.

use domain::{
    accounts::Country,
    money::Money,
    written::{DecimalSign, Written},
};
use jiff::civil::Date;

use super::settings::DateOrder;

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Other names of countries that exports use. A name that fits two countries is not among them.
const OTHER_COUNTRIES: &[(&str, &str)] = &[
    ("usa", "US"),
    ("us", "US"),
    ("u s", "US"),
    ("u s a", "US"),
    ("united states of america", "US"),
    ("america", "US"),
    ("uk", "GB"),
    ("great britain", "GB"),
    ("england", "GB"),
    ("scotland", "GB"),
    ("wales", "GB"),
    ("deutschland", "DE"),
    ("österreich", "AT"),
    ("schweiz", "CH"),
    ("suisse", "CH"),
    ("españa", "ES"),
    ("italia", "IT"),
    ("nederland", "NL"),
    ("the netherlands", "NL"),
    ("holland", "NL"),
    ("czech republic", "CZ"),
    ("russia", "RU"),
    ("south korea", "KR"),
    ("republic of korea", "KR"),
    ("vietnam", "VN"),
    ("viet nam", "VN"),
    ("turkey", "TR"),
    ("türkiye", "TR"),
    ("uae", "AE"),
    ("taiwan", "TW"),
    ("iran", "IR"),
    ("brasil", "BR"),
    ("sverige", "SE"),
    ("norge", "NO"),
    ("danmark", "DK"),
    ("suomi", "FI"),
    ("polska", "PL"),
    ("the philippines", "PH"),
    ("bolivia", "BO"),
    ("venezuela", "VE"),
    ("tanzania", "TZ"),
    ("moldova", "MD"),
    ("syria", "SY"),
    ("laos", "LA"),
    ("brunei", "BN"),
];

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

/// A day. Beside the order of the settings, `2026-04-01` and names of months are always read, and
/// a time of day behind it is passed over.
pub(super) fn day(text: &str, order: DateOrder) -> Result<Date, String> {
    let day = text.split(['T', ' ']).next().unwrap_or(text);
    let parts: Vec<&str> = day.split(['-', '/', '.']).collect();
    let found = match parts.as_slice() {
        [year, month, date] if year.len() == 4 => made(year, month, date),
        [one, two, year] if two.chars().all(char::is_numeric) && one.len() <= 2 => match order {
            DateOrder::Mdy => made(year, one, two),
            DateOrder::Dmy | DateOrder::Ymd => made(year, two, one),
        },
        _ => with_month(text),
    };
    found.ok_or_else(|| {
        let example = match order {
            DateOrder::Ymd => "2026-04-30",
            DateOrder::Dmy => "30.4.2026",
            DateOrder::Mdy => "4/30/2026",
        };
        format!("is not a date; dates in this file are read as {example}")
    })
}

fn made(year: &str, month: &str, day: &str) -> Option<Date> {
    let year: i16 = match year.len() {
        4 => year.parse().ok()?,
        2 => 2000 + year.parse::<i16>().ok()?,
        _ => return None,
    };
    Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()
}

/// `1 Apr 2026`, `Apr 1, 2026`, `1-Apr-26`.
fn with_month(text: &str) -> Option<Date> {
    let parts: Vec<String> = text
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|part| !part.is_empty())
        .take(3)
        .map(str::to_lowercase)
        .collect();
    let month_of = |part: &str| {
        let start: String = part.chars().take(3).collect();
        MONTHS.iter().position(|month| *month == start).map(|at| (at + 1).to_string())
    };
    let [one, two, year] = parts.as_slice() else {
        return None;
    };
    match (month_of(one), month_of(two)) {
        (None, Some(month)) => made(year, &month, one),
        (Some(month), None) => made(year, &month, two),
        (None, None) | (Some(_), Some(_)) => None,
    }
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
    if let Some(found) = Country::parse(text).ok().or_else(|| Country::named(text)) {
        return Place::Known(found);
    }
    let plain = super::mapping::words(text);
    let listed = |list: &[(&str, &str)]| {
        let code = list.iter().find(|(name, _)| *name == plain).map(|(_, code)| *code)?;
        Country::parse(code).ok()
    };
    if let Some(found) = listed(OTHER_COUNTRIES) {
        return Place::Known(found);
    }
    let near =
        || Country::all().find(|known| is_near(&plain, &super::mapping::words(known.name())));
    Place::Unknown(listed(LIKELY_COUNTRIES).or_else(near))
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
    fn im_01_days_are_read_in_their_order_and_others_are_faults() {
        let on = |y, m, d| Ok(jiff::civil::date(y, m, d));
        assert_eq!(day("10/20/2016", DateOrder::Mdy), on(2016, 10, 20));
        assert_eq!(day("3/1/2017", DateOrder::Mdy), on(2017, 3, 1));
        assert_eq!(day("3/1/2017", DateOrder::Dmy), on(2017, 1, 3));
        assert_eq!(day("2017-03-01T10:00:00Z", DateOrder::Mdy), on(2017, 3, 1));
        assert_eq!(day("1 Apr 2026", DateOrder::Ymd), on(2026, 4, 1));
        assert_eq!(day("April 1, 2026", DateOrder::Ymd), on(2026, 4, 1));
        assert_eq!(day("31.12.26", DateOrder::Dmy), on(2026, 12, 31));
        for wrong in ["13/20/2016", "2016-02-30", "soon", "20161020", "1/2"] {
            assert!(day(wrong, DateOrder::Mdy).is_err(), "{wrong}");
        }
    }

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
