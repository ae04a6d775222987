use jiff::civil::date;
use proptest::prelude::*;

use super::*;

fn calendar(zone: &str) -> BusinessCalendar {
    BusinessCalendar::western(Zone::parse(zone).unwrap())
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn dr_09_a_zone_that_nobody_knows_is_refused_by_its_name() {
    let refused = Zone::parse("Mars/Olympus").unwrap_err();
    assert_eq!(
        refused.to_string(),
        "unknown time zone Mars/Olympus; use a name such as Europe/Berlin"
    );
    assert_eq!(Zone::parse("europe/berlin").unwrap().name(), "Europe/Berlin");
    assert!(Zone::parse("").is_err());
}

#[test]
fn dr_09_a_calendar_has_a_business_day() {
    let zone = Zone::utc();
    let six: BTreeSet<_> = (1..=6).map(|day| date(2026, 6, day).weekday().into()).collect();
    assert!(BusinessCalendar::new(zone.clone(), six.clone(), BTreeSet::new()).is_ok());
    let all: BTreeSet<_> = (1..=7).map(|day| date(2026, 6, day).weekday().into()).collect();
    assert_eq!(
        BusinessCalendar::new(zone, all, BTreeSet::new()),
        Err(CalendarError::NoBusinessDay)
    );
}

#[test]
fn dr_01_a_day_starts_where_the_clock_jumps_over_midnight() {
    // Clocks in Cairo went from 24:00 on 25 April 2024 straight to 01:00.
    let cairo = calendar("Africa/Cairo");
    let start = cairo.start_of(date(2024, 4, 26));
    assert_eq!(start, at("2024-04-25T22:00:00Z"));
    assert_eq!(cairo.date_of(start), date(2024, 4, 26));
    assert_eq!(cairo.end_of(date(2024, 4, 25)), start);
    assert_eq!(cairo.date_of(start - SignedDuration::from_nanos(1)), date(2024, 4, 25));
}

#[test]
fn dr_01_a_day_starts_inside_a_jump_that_begins_before_midnight() {
    // Clocks in Toronto went from 23:30 on 30 March 1919 to 00:30.
    let toronto = calendar("America/Toronto");
    assert_eq!(toronto.start_of(date(1919, 3, 31)), at("1919-03-31T04:30:00Z"));
}

#[test]
fn dr_01_a_day_starts_at_the_first_of_two_midnights() {
    // Clocks in Havana went back from 01:00 to 00:00 on 3 November 2024.
    let havana = calendar("America/Havana");
    assert_eq!(havana.start_of(date(2024, 11, 3)), at("2024-11-03T04:00:00Z"));
}

#[test]
fn dr_09_business_days_keep_the_time_of_the_wall_clock() {
    let berlin = calendar("Europe/Berlin");
    let friday = at("2026-03-27T14:30:00Z");
    assert_eq!(
        berlin.add_business_days(friday, 2),
        at("2026-03-31T13:30:00Z"),
        "summer time began"
    );
    assert_eq!(berlin.half_way(friday, 2), at("2026-03-30T13:30:00Z"));
    assert_eq!(berlin.add_business_days(friday, 0), friday);
}

#[test]
fn dr_09_a_start_on_a_free_day_counts_from_the_next_business_day() {
    let berlin = calendar("Europe/Berlin");
    let saturday = at("2026-06-06T10:00:00Z");
    assert_eq!(berlin.add_business_days(saturday, 0), at("2026-06-07T22:00:00Z"));
    assert_eq!(berlin.add_business_days(saturday, 2), at("2026-06-09T22:00:00Z"));
    let last_of_friday = at("2026-06-05T21:59:59Z");
    assert_eq!(berlin.add_business_days(last_of_friday, 1), at("2026-06-08T21:59:59Z"));
}

#[test]
fn dr_09_a_holiday_is_no_business_day() {
    let holidays = [date(2026, 5, 1)].into();
    let weekend = [Weekday::Saturday, Weekday::Sunday].into();
    let utc = BusinessCalendar::new(Zone::utc(), weekend, holidays).unwrap();
    let thursday = at("2026-04-30T09:00:00Z");
    assert_eq!(utc.add_business_days(thursday, 1), at("2026-05-04T09:00:00Z"));
    assert_eq!(utc.business_days_between(date(2026, 4, 30), date(2026, 5, 4)), 1);
    assert_eq!(utc.business_days_between(date(2026, 5, 4), date(2026, 5, 4)), 0);
}

#[test]
fn dr_09_a_day_that_the_zone_skips_is_no_business_day() {
    // West of the date line on Thursday, east of it on Saturday: there was no Friday.
    let apia = calendar("Pacific/Apia");
    let day = |on: &str| on.parse::<Date>().unwrap();
    assert!(apia.is_business_day(day("2011-12-29")));
    assert!(!apia.is_business_day(day("2011-12-30")));
    assert!(calendar("Pacific/Auckland").is_business_day(day("2011-12-30")));
    assert_eq!(apia.next_business_day(day("2011-12-30")), day("2012-01-02"));
    assert_eq!(apia.business_days_between(day("2011-12-29"), day("2012-01-02")), 1);
    let thursday = at("2011-12-29T20:00:00Z");
    assert_eq!(apia.date_of(thursday), day("2011-12-29"));
    let due = apia.add_business_days(thursday, 1);
    assert_eq!(apia.date_of(due), day("2012-01-02"));
    // A day of which only an hour is skipped is a day.
    assert!(calendar("Europe/Berlin").is_business_day(day("2027-03-29")));
}

#[test]
fn dr_09_half_of_an_odd_number_of_days_passes_midnight_into_the_next_business_day() {
    let utc = calendar("UTC");
    let friday_evening = at("2026-06-05T18:00:00Z");
    assert_eq!(utc.half_way(friday_evening, 1), at("2026-06-08T06:00:00Z"));
    let friday_morning = at("2026-06-05T06:00:00Z");
    assert_eq!(utc.half_way(friday_morning, 1), at("2026-06-05T18:00:00Z"));
    assert_eq!(utc.half_way(friday_morning, 3), at("2026-06-08T18:00:00Z"));
}

#[test]
fn dr_09_a_time_that_the_clock_skips_becomes_the_end_of_the_jump() {
    // On Sunday 29 March 2026 Berlin skips from 02:00 to 03:00; here Sunday is a business day.
    let weekend = [Weekday::Saturday].into();
    let zone = Zone::parse("Europe/Berlin").unwrap();
    let berlin = BusinessCalendar::new(zone, weekend, BTreeSet::new()).unwrap();
    let friday = at("2026-03-27T01:30:00Z");
    assert_eq!(berlin.add_business_days(friday, 1), at("2026-03-29T01:00:00Z"));
}

#[test]
fn dr_01_days_are_counted_over_leap_days_and_year_ends() {
    assert_eq!(days_after(date(2028, 2, 28), 1), date(2028, 2, 29));
    assert_eq!(days_after(date(2027, 12, 31), 1), date(2028, 1, 1));
    assert_eq!(days_between(date(2028, 2, 28), date(2028, 3, 1)), 2);
    assert_eq!(days_between(date(2028, 3, 1), date(2028, 2, 28)), -2);
    assert_eq!(days_before(date(2026, 1, 1), 1), date(2025, 12, 31));
    assert_eq!(days_after(Date::MAX, u32::MAX), Date::MAX);
}

proptest! {
    #[test]
    fn dr_09_more_days_or_a_larger_share_never_come_earlier(
        seconds in 1_700_000_000i64..2_000_000_000,
        days in 0u32..20,
        share in 0u32..10_000,
    ) {
        let calendar = calendar("America/New_York");
        let from = Timestamp::from_second(seconds).unwrap();
        let due = calendar.add_business_days(from, days);
        prop_assert!(due >= from);
        prop_assert!(calendar.add_business_days(from, days + 1) > due);
        let part = calendar.add_business_share(from, days, BasisPoints::new(share));
        prop_assert!(part <= due || days == 0);
        prop_assert!(part >= from);
    }

    #[test]
    fn dr_01_days_after_and_between_agree(offset in 0u32..20_000, start in 0u32..20_000) {
        let from = days_after(date(2000, 1, 1), start);
        let until = days_after(from, offset);
        prop_assert_eq!(days_between(from, until), i64::from(offset));
        prop_assert_eq!(days_before(until, offset), from);
    }
}
