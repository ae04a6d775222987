//! What is measured of cases. Rule CF-09.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;

use super::kind::CaseKind;
use crate::calendar::BusinessCalendar;
use crate::percentage::BasisPoints;

/// For whom a case between a partner and direct sales was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Favoured {
    /// The partner.
    Partner,
    /// Direct sales.
    Direct,
    /// Both sell together.
    Both,
    /// Neither, or it was not between the two.
    Neither,
}

/// A case as it is measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseFigures {
    /// The subject.
    pub kind: CaseKind,
    /// The account.
    pub account_id: String,
    /// The direct rep in it; empty for none.
    pub rep: String,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When the time of the whole case was over, stops not counted.
    pub due_at: Timestamp,
    /// When it was decided first, or closed; `None` while it is open.
    pub resolved_at: Option<Timestamp>,
    /// For whom it was decided at last; `None` while or when it was not.
    pub favoured: Option<Favoured>,
    /// True when an appeal changed the decision.
    pub reversed: bool,
}

/// What is measured. Rule CF-09.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Measures {
    /// Open cases.
    pub open: u32,
    /// Of these, overdue cases.
    pub overdue: u32,
    /// Resolved cases.
    pub resolved: u32,
    /// The median of the business days from opening to resolution; `None` without any.
    pub median_days: Option<u32>,
    /// The share that was resolved in time, of all that are resolved or overdue; `None` without any.
    pub in_time: Option<BasisPoints>,
    /// The share of cases between a partner and direct sales that was decided for the partner,
    /// selling together counted as half; `None` without any.
    pub for_partner: Option<BasisPoints>,
    /// Decisions reversed on appeal.
    pub reversals: u32,
    /// Accounts with so many cases that they are looked at: id and number, the most first.
    pub accounts: Vec<(String, u32)>,
    /// Reps with so many cases that they are looked at: id and number, the most first.
    pub reps: Vec<(String, u32)>,
}

/// Measures the cases. Accounts and reps are named from `repeated` cases on. Rule CF-09.
pub fn measure(
    cases: &[CaseFigures],
    as_of: Timestamp,
    repeated: u32,
    calendar: &BusinessCalendar,
) -> Measures {
    let mut measures = Measures::default();
    let (mut days, mut in_time) = (Vec::new(), 0_u64);
    let (mut for_partner, mut between) = (0_u64, 0_u64);
    for case in cases {
        match case.resolved_at {
            None => {
                measures.open += 1;
                measures.overdue += u32::from(as_of >= case.due_at);
            }
            Some(at) => {
                measures.resolved += 1;
                in_time += u64::from(at < case.due_at);
                let day = |at| -> Date { calendar.date_of(at) };
                days.push(calendar.business_days_between(day(case.opened_at), day(at)));
            }
        }
        measures.reversals += u32::from(case.reversed);
        let halves = match case.favoured {
            Some(Favoured::Partner) => 2,
            Some(Favoured::Both) => 1,
            Some(Favoured::Direct) => 0,
            Some(Favoured::Neither) | None => continue,
        };
        for_partner += halves;
        between += 2;
    }
    days.sort_unstable();
    measures.median_days = days.get(days.len() / 2).copied();
    measures.in_time = BasisPoints::ratio(in_time, u64::from(measures.resolved + measures.overdue));
    measures.for_partner = BasisPoints::ratio(for_partner, between);
    measures.accounts = often(cases.iter().map(|case| case.account_id.as_str()), repeated);
    measures.reps = often(cases.iter().map(|case| case.rep.as_str()), repeated);
    measures
}

fn often<'a>(ids: impl Iterator<Item = &'a str>, repeated: u32) -> Vec<(String, u32)> {
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for id in ids.filter(|id| !id.is_empty()) {
        *counts.entry(id).or_default() += 1;
    }
    let mut found: Vec<(String, u32)> = counts
        .into_iter()
        .filter(|(_, count)| *count >= repeated.max(1))
        .map(|(id, count)| (id.to_owned(), count))
        .collect();
    found.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    found
}

#[cfg(test)]
mod tests {
    use super::super::worlds::{at, berlin};
    use super::*;

    fn case(resolved: Option<&str>, favoured: Option<Favoured>) -> CaseFigures {
        CaseFigures {
            kind: CaseKind::PartnerDirect,
            account_id: "acc_1".into(),
            rep: String::new(),
            opened_at: at("2026-01-05T09:00:00Z"),
            due_at: at("2026-01-12T09:00:00Z"),
            resolved_at: resolved.map(at),
            favoured,
            reversed: false,
        }
    }

    fn of(cases: &[CaseFigures], as_of: &str) -> Measures {
        measure(cases, at(as_of), 3, &berlin())
    }

    #[test]
    fn cf_09_a_case_is_in_time_before_its_end_and_late_at_it() {
        let cases = [
            case(Some("2026-01-12T08:59:59Z"), Some(Favoured::Partner)),
            case(Some("2026-01-12T09:00:00Z"), Some(Favoured::Direct)),
            case(None, None),
        ];
        let seen = of(&cases, "2026-01-12T08:00:00Z");
        assert_eq!((seen.open, seen.overdue, seen.resolved), (1, 0, 2));
        assert_eq!(seen.in_time, Some(BasisPoints::percent(50)));
        assert_eq!(seen.median_days, Some(5));
        // A case that is overdue and open counts against the share as one that was resolved late.
        let late = of(&cases, "2026-01-12T09:00:00Z");
        assert_eq!((late.overdue, late.in_time), (1, BasisPoints::ratio(1, 3)));
        assert_eq!(of(&[], "2026-01-12T09:00:00Z"), Measures::default());
    }

    #[test]
    fn cf_09_selling_together_counts_half_for_the_partner_and_neither_not_at_all() {
        let when = Some("2026-01-06T09:00:00Z");
        let cases = [
            case(when, Some(Favoured::Partner)),
            case(when, Some(Favoured::Both)),
            case(when, Some(Favoured::Direct)),
            case(when, Some(Favoured::Direct)),
            case(when, Some(Favoured::Neither)),
        ];
        let seen = of(&cases, "2026-01-12T08:00:00Z");
        assert_eq!(seen.for_partner.map(BasisPoints::get), Some(3_750));
    }

    #[test]
    fn cf_09_accounts_and_reps_are_named_from_the_third_case_on() {
        let mut cases = vec![case(None, None), case(None, None)];
        for case in &mut cases {
            case.rep = "usr_1".into();
        }
        assert_eq!(of(&cases, "2026-01-06T08:00:00Z").accounts, []);
        cases.push(CaseFigures { reversed: true, ..case(None, None) });
        let seen = of(&cases, "2026-01-06T08:00:00Z");
        assert_eq!(seen.accounts, [("acc_1".to_owned(), 3)]);
        assert_eq!((seen.reps.len(), seen.reversals), (0, 1));
    }
}
