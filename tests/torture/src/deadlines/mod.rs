//! Deadlines over every change of clocks, leap days and year ends, beside an oracle that only
//! counts (R16).

mod checks;
mod oracle;

use std::collections::BTreeSet;

use domain::calendar::{BusinessCalendar, Weekday, Zone};
use domain::deal_registration::policy::RegistrationPolicy;
use rig::Outcome;

use crate::{Report, Setting};
use checks::{Compared, Pair, Skew, date};
use oracle::{DAY, KNOWN, Oracle, number};

/// Zones whose clocks change at midnight, by half an hour, in the southern summer, in Ramadan.
const ZONES: [&str; 12] = [
    "Africa/Cairo",
    "Africa/Casablanca",
    "America/Havana",
    "America/New_York",
    "America/Santiago",
    "Asia/Beirut",
    "Asia/Jerusalem",
    "Atlantic/Azores",
    "Australia/Lord_Howe",
    "Europe/Berlin",
    "Pacific/Auckland",
    "Pacific/Chatham",
];

/// The years that are looked at.
const YEARS: (i64, i64) = (2024, 2036);

/// Earlier changes worth keeping: midnights that Brazil jumped over, and the day that Samoa did.
const EARLIER: [(&str, (i64, i64)); 2] =
    [("America/Sao_Paulo", (2014, 2019)), ("Pacific/Apia", (2011, 2012))];

/// Compares, at the full scale for every single day.
pub(crate) fn run(setting: &Setting) -> Outcome<Report> {
    let every = setting.of(97, 7, 1);
    let policy = RegistrationPolicy::default();
    let mut all = Compared::default();
    let (mut changes, mut unknown) = (0_u64, Vec::new());
    let zones = ZONES.iter().map(|zone| (*zone, YEARS)).chain(EARLIER);
    for (zone, years) in zones {
        let world = World::of(zone, years)?;
        unknown.extend(world.missing_changes()?);
        changes += world.look(&mut all, (every, Skew::default()), &policy);
    }
    let mut report = Report::new();
    report.note("zones", ZONES.len() + EARLIER.len());
    report.note("changes of clocks", changes);
    report.figure(
        "changes known from elsewhere that the table lacks",
        unknown.join(", ") + &unknown.len().to_string(),
        "0",
        unknown.is_empty(),
    );
    report.note("deadlines compared", all.all());
    report.note("kinds of deadlines", all.by_kind.len());
    report.none("deadlines that differ from the oracle's", all.differ());
    for words in &all.first {
        report.figure("differs", words, "the same", false);
    }
    control(&policy, &mut report)?;
    Ok(report)
}

/// Each kind of deadline, shifted by an hour and a day and by a second, must differ.
fn control(policy: &RegistrationPolicy, report: &mut Report) -> Outcome<()> {
    let world = World::of("Europe/Berlin", (2026, 2026))?;
    for (words, skew) in [
        ("every date and instant later by a day", Skew { days: 1, seconds: DAY }),
        ("earlier by a day", Skew { days: -1, seconds: -DAY }),
    ] {
        let mut all = Compared::default();
        world.look(&mut all, (400, skew), policy);
        let found = all.by_kind.values().filter(|(_, differ)| *differ > 0).count();
        let kinds = all.by_kind.len();
        report.control(words, format!("{found} of {kinds} kinds"), found == kinds);
    }
    let mut all = Compared::default();
    world.look(&mut all, (400, Skew { days: 0, seconds: 3_600 }), policy);
    let instants = ["first instant of a day", "end of a day", "business days later"];
    let all_of =
        |kind: &str| all.by_kind.get(kind).is_some_and(|(compared, differ)| compared == differ);
    let found = instants.iter().filter(|kind| all_of(kind)).count();
    report.control(
        "every instant later by an hour",
        format!("{} differ", all.differ()),
        found == 3,
    );
    Ok(())
}

/// A zone with free days, on both sides.
struct World {
    zone: &'static str,
    years: (i64, i64),
    oracle: Oracle,
    calendar: BusinessCalendar,
}

impl World {
    /// Friday and Saturday are free where that is so, elsewhere Saturday and Sunday; so are New
    /// Year, a leap day, and a day in spring.
    fn of(zone: &'static str, years: (i64, i64)) -> Outcome<World> {
        let friday = ["Africa/Cairo", "Asia/Jerusalem"].contains(&zone);
        let (days, free) = if friday {
            ([Weekday::Friday, Weekday::Saturday], [4, 5])
        } else {
            ([Weekday::Saturday, Weekday::Sunday], [5, 6])
        };
        let holidays: BTreeSet<i64> = (years.0..=years.1)
            .flat_map(|year| [number(year, 1, 1), number(year, 3, 27), number(year, 10, 26)])
            .chain([number(2028, 2, 29)])
            .collect();
        let known = Zone::parse(zone).map_err(|e| e.to_string())?;
        let dates = holidays.iter().map(|day| date(*day)).collect();
        let calendar = BusinessCalendar::new(known, days.into(), dates);
        Ok(World {
            zone,
            years,
            oracle: Oracle::of(zone, years, &free, &holidays)?,
            calendar: calendar.map_err(|e| e.to_string())?,
        })
    }

    /// Changes that are known of this zone and not in its table.
    fn missing_changes(&self) -> Outcome<Vec<String>> {
        let mut missing = Vec::new();
        for (zone, instant, ahead) in KNOWN {
            let at: jiff::Timestamp = instant.parse().map_err(|e| format!("{instant}: {e}"))?;
            let known = (at.as_second(), ahead);
            if zone == self.zone && !self.oracle.changes().any(|change| change == known) {
                missing.push(format!("{zone} {instant}"));
            }
        }
        Ok(missing)
    }

    /// Compares the days around each change, year ends, leap days, and each so many-th day; how
    /// many changes there were.
    fn look(
        &self,
        all: &mut Compared,
        (every, skew): (i64, Skew),
        policy: &RegistrationPolicy,
    ) -> u64 {
        let (first, last) = (number(self.years.0, 1, 1), number(self.years.1 + 1, 1, 1));
        let mut days: BTreeSet<i64> = (first..last).filter(|day| day % every == 0).collect();
        let mut changes = 0;
        for (at, _) in self.oracle.changes() {
            let day = self.oracle.wall(at).div_euclid(DAY);
            if (first..last).contains(&day) {
                changes += 1;
                // A deadline of weeks that ends at a change begins before it.
                days.extend(day - 3..=day + 2);
                days.extend([day - 90, day - 15, day - 7]);
            }
        }
        for year in self.years.0..=self.years.1 {
            days.extend(number(year, 12, 30)..=number(year + 1, 1, 2));
            days.extend(number(year, 2, 27)..=number(year, 3, 1));
        }
        let pair =
            Pair { zone: self.zone, oracle: &self.oracle, calendar: &self.calendar, policy, skew };
        for day in days {
            pair.around(all, day);
        }
        changes
    }
}
