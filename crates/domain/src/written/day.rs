//! Days as people and files write them.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

crate::words! {
    /// In which order the numbers of a day stand.
    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum DateOrder {
        /// 2026-04-01
        #[default]
        Ymd = "ymd", "2026-04-30: year, month, day",
        /// 1.4.2026
        Dmy = "dmy", "30.4.2026: day, month, year",
        /// 4/1/2026
        Mdy = "mdy", "4/30/2026: month, day, year",
    }
}

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// A day. `2026-04-01` and names of months are always read. With the order of its numbers, as a column
/// of a file has one, a time of day behind it is passed over; without, numbers are read when they
/// make a day in one order only, and years have four digits. `None` for what is not understood.
/// Rules IM-01, UX-01.
pub fn day(text: &str, order: Option<DateOrder>) -> Option<Date> {
    let text = text.trim();
    let day = match order {
        Some(_) => text.split(['T', ' ']).next().unwrap_or(text),
        None => text,
    };
    let parts: Vec<&str> = day.split(['-', '/', '.']).collect();
    match parts.as_slice() {
        [year, month, date] if year.len() == 4 => made(year, month, date),
        [one, two, year] if two.chars().all(char::is_numeric) && one.len() <= 2 => match order {
            Some(DateOrder::Mdy) => made(year, one, two),
            Some(DateOrder::Dmy | DateOrder::Ymd) => made(year, two, one),
            None if year.len() < 4 => None,
            None => match (made(year, two, one), made(year, one, two)) {
                (Some(day), None) | (None, Some(day)) => Some(day),
                (Some(day), Some(other)) => (day == other).then_some(day),
                (None, None) => None,
            },
        },
        _ => with_month(text),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn im_01_days_are_read_in_their_order_and_others_are_not() {
        let on = |y, m, d| Some(jiff::civil::date(y, m, d));
        let day = |text: &str, order: DateOrder| day(text, Some(order));
        assert_eq!(day("10/20/2016", DateOrder::Mdy), on(2016, 10, 20));
        assert_eq!(day("3/1/2017", DateOrder::Mdy), on(2017, 3, 1));
        assert_eq!(day("3/1/2017", DateOrder::Dmy), on(2017, 1, 3));
        assert_eq!(day("2017-03-01T10:00:00Z", DateOrder::Mdy), on(2017, 3, 1));
        assert_eq!(day("1 Apr 2026", DateOrder::Ymd), on(2026, 4, 1));
        assert_eq!(day("April 1, 2026", DateOrder::Ymd), on(2026, 4, 1));
        assert_eq!(day("31.12.26", DateOrder::Dmy), on(2026, 12, 31));
        for wrong in ["13/20/2016", "2016-02-30", "soon", "20161020", "1/2"] {
            assert_eq!(day(wrong, DateOrder::Mdy), None, "{wrong}");
        }
    }

    #[test]
    fn ux_01_a_typed_day_is_read_when_it_can_be_only_one() {
        let on = |y, m, d| Some(jiff::civil::date(y, m, d));
        for (text, wanted) in [
            ("2027-05-03", on(2027, 5, 3)),
            ("3 May 2027", on(2027, 5, 3)),
            ("May 3, 2027", on(2027, 5, 3)),
            ("30.4.2027", on(2027, 4, 30)),
            ("4/30/2027", on(2027, 4, 30)),
            ("4.4.2027", on(2027, 4, 4)),
            ("3.4.2027", None),
            ("3/4/2027", None),
            ("30.4.27", None),
            ("2027-05-03T10:00:00", None),
            ("31.2.2027", None),
            ("tomorrow", None),
            ("", None),
        ] {
            assert_eq!(day(text, None), wanted, "{text}");
        }
    }
}
