//! The machine of a conflict case: from its opening over the ladder to a decision that stands.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::sequence::{Machine, Maker};
use crate::{
    spec::{
        book::Book,
        cases::{Case, Phase},
    },
    stage::act::{Act, CaseKind, Verdict},
};

/// People who decide cases, and some who may not.
const JUDGES: [u32; 10] = [0, 1, 2, 3, 4, 5, 6, 9, 10, 11];

/// The machine.
pub(super) const MACHINE: Machine = Machine {
    name: "conflict case",
    moves: &[
        ("new", "deciding on level 1"),
        ("new", "decided by rule"),
        ("deciding on level 1", "deciding on level 2"),
        ("deciding on level 2", "deciding on level 3"),
        ("deciding on level 1", "decided"),
        ("deciding on level 2", "decided"),
        ("deciding on level 3", "final"),
        ("deciding on level 1", "closed"),
        ("deciding on level 2", "closed"),
        ("deciding on level 3", "closed"),
        ("deciding on level 1", "decided by rule"),
        ("deciding on level 2", "decided by rule"),
        ("decided by rule", "appealed on level 1"),
        ("decided by rule", "final"),
        ("decided", "appealed on level 2"),
        ("decided", "appealed on level 3"),
        ("decided", "final"),
        ("appealed on level 1", "appealed on level 2"),
        ("appealed on level 2", "appealed on level 3"),
        ("appealed on level 1", "final"),
        ("appealed on level 1", "closed"),
        ("appealed on level 2", "final"),
        ("appealed on level 3", "final"),
        ("appealed on level 2", "closed"),
        ("appealed on level 3", "closed"),
    ],
    next,
    states,
    before: "new",
};

fn states(book: &Book) -> BTreeMap<u32, &'static str> {
    book.cases.iter().map(|(label, case)| (*label, state(case))).collect()
}

fn state(case: &Case) -> &'static str {
    match (case.phase, case.level) {
        (Phase::Deciding, 0 | 1) => "deciding on level 1",
        (Phase::Deciding, 2) => "deciding on level 2",
        (Phase::Deciding, _) => "deciding on level 3",
        (Phase::Decided, 0) => "decided by rule",
        (Phase::Decided, _) => "decided",
        (Phase::Appealed, 0 | 1) => "appealed on level 1",
        (Phase::Appealed, 2) => "appealed on level 2",
        (Phase::Appealed, _) => "appealed on level 3",
        (Phase::Final, _) => "final",
        (Phase::Closed, _) => "closed",
    }
}

const FIRST_COMPANY: u32 = 30;

fn next(maker: &mut Maker, book: &Book, _at: Timestamp) -> (Act, SignedDuration) {
    let mut wait = SignedDuration::from_secs(1 + i64::from(maker.dice.below(4 * 3_600)));
    if maker.dice.percent(12) {
        wait = SignedDuration::from_hours(1 + i64::from(maker.dice.below(24 * 8)));
    }
    let open: Vec<u32> =
        book.cases.iter().filter(|(_, case)| case.phase < Phase::Final).map(|(l, _)| *l).collect();
    let act = match maker.dice.choose(&open).copied() {
        Some(label) if maker.dice.percent(82) => in_case(maker, book, label),
        _ => outside(maker, book),
    };
    (act, wait)
}

/// Registrations, and the cases that are opened about them.
fn outside(maker: &mut Maker, book: &Book) -> Act {
    let labels: Vec<u32> = book.registrations.keys().copied().collect();
    let Some(deal) = maker.dice.choose(&labels).copied() else {
        return register(maker);
    };
    let by = maker.dice.pick(&[0, 1, 2], 0);
    match maker.dice.below(12) {
        0..=2 => register(maker),
        3 | 4 => Act::Approve { deal, by },
        5 => Act::Withdraw { deal },
        6 => Act::Log { deal, days_ago: 0 },
        _ => {
            let kind = maker.dice.pick(
                &[CaseKind::PartnerPartner, CaseKind::PartnerDirect, CaseKind::Decision],
                CaseKind::Decision,
            );
            let by = maker.dice.percent(30).then_some(1);
            Act::OpenCase { case: maker.label(), deal, kind, by }
        }
    }
}

/// Two accounts are wanted by everybody, so that rivals meet.
fn register(maker: &mut Maker) -> Act {
    let (deal, partner) = (maker.label(), maker.dice.below(4));
    let company = FIRST_COMPANY + maker.dice.below(3);
    Act::Register { deal, partner, company, amount_minor: 5_000_000, product: 0 }
}

fn in_case(maker: &mut Maker, book: &Book, label: u32) -> Act {
    let Some(case) = book.cases.get(&label) else {
        return register(maker);
    };
    let sides: Vec<Option<u32>> = case.parties.iter().map(|party| party.partner).collect();
    let side = match maker.dice.choose(&sides).copied() {
        Some(side) if maker.dice.percent(90) => side,
        _ => Some(maker.dice.below(4)),
    };
    let free: Vec<u32> = JUDGES.into_iter().filter(|by| book.may_rule(case, *by, false)).collect();
    let by = match maker.dice.choose(&free).copied() {
        Some(by) if maker.dice.percent(80) => by,
        _ => maker.dice.pick(&JUDGES, 0),
    };
    let parties = u32::try_from(case.parties.len()).unwrap_or(1);
    match maker.dice.below(24) {
        0..=2 => Act::State { case: label, side },
        3..=6 => {
            let beyond = u32::from(maker.dice.percent(10));
            let outcome = match maker.dice.below(6) {
                0..=2 => Verdict::Award(maker.dice.below(parties + beyond)),
                3 => Verdict::CoSell,
                4 => Verdict::RejectBoth,
                _ => Verdict::Release,
            };
            Act::Decide { case: label, by, outcome }
        }
        7..=11 => Act::Appeal { case: label, side },
        12 => Act::Close { case: label, by },
        13 | 14 if !held_elsewhere(book, label) => {
            Act::Hold { case: label, by, hold: !case.holds_clocks }
        }
        15 | 16 => {
            let request = maker.label();
            maker.requests.insert(request, (label, side));
            Act::Ask { case: label, by, side, request }
        }
        17 | 18 => {
            let asked: Vec<u32> = maker.requests.keys().copied().collect();
            let request = maker.dice.pick(&asked, 0);
            let (case, side) = maker.requests.get(&request).copied().unwrap_or((label, side));
            Act::Answer { case, side, request }
        }
        19 | 20 => Act::Escalate { case: label, by },
        _ => Act::Wait,
    }
}

fn held_elsewhere(book: &Book, label: u32) -> bool {
    let Some(case) = book.cases.get(&label) else {
        return false;
    };
    let deals: Vec<u32> = case.parties.iter().filter_map(|party| party.deal).collect();
    book.cases.iter().any(|(other, one)| {
        let shares = one.parties.iter().any(|party| party.deal.is_some_and(|d| deals.contains(&d)));
        *other != label && one.holds_clocks && shares
    })
}
