//! The machine of a registration: every move of the specification, and what a rival, direct sales
//! and time do to it.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::sequence::{Machine, Maker};
use crate::{
    spec::{
        book::Book,
        days::distance,
        registration::{Registration, Status},
    },
    stage::act::Act,
};

/// The machine.
pub(super) const MACHINE: Machine = Machine {
    name: "registration",
    moves: &[
        ("new", "draft"),
        ("new", "submitted"),
        ("draft", "submitted"),
        ("draft", "withdrawn"),
        ("submitted", "under_review"),
        ("submitted", "returned"),
        ("submitted", "approved"),
        ("submitted", "rejected"),
        ("submitted", "withdrawn"),
        ("under_review", "returned"),
        ("under_review", "approved"),
        ("under_review", "rejected"),
        ("under_review", "withdrawn"),
        ("returned", "under_review"),
        ("returned", "withdrawn"),
        ("withdrawn", "submitted"),
        ("approved", "renewed"),
        ("approved", "won"),
        ("approved", "lost"),
        ("approved", "expired"),
        ("approved", "withdrawn"),
        ("approved", "released"),
        ("renewed", "won"),
        ("renewed", "lost"),
        ("renewed", "expired"),
        ("renewed", "withdrawn"),
        ("renewed", "released"),
    ],
    next,
    states,
    before: "new",
};

fn states(book: &Book) -> BTreeMap<u32, &'static str> {
    book.registrations.iter().map(|(label, one)| (*label, one.status.word())).collect()
}

/// The first companies are kept by the vendor; machines take those behind.
const FIRST_COMPANY: u32 = 30;

fn next(maker: &mut Maker, book: &Book, at: Timestamp) -> (Act, SignedDuration) {
    let mut wait = SignedDuration::from_secs(1 + i64::from(maker.dice.below(6 * 3_600)));
    if maker.dice.percent(15) {
        wait = SignedDuration::from_hours(1 + i64::from(maker.dice.below(24 * 12)));
    }
    // A young registration is the one that is worked; older ones are tried now and then.
    let labels: Vec<u32> = book.registrations.keys().copied().collect();
    let latest = labels.last().copied();
    let deal = match latest {
        Some(latest) if maker.dice.percent(90) => latest,
        _ => maker.dice.pick(&labels, 0),
    };
    let over = latest.and_then(|label| book.registration(label)).is_none_or(done);
    if over && (latest.is_none() || maker.dice.percent(50)) {
        return (begin(maker), wait);
    }
    let Some(one) = book.registration(deal) else {
        return (begin(maker), wait);
    };
    if maker.dice.percent(30) {
        return (anything(maker, deal), wait);
    }
    useful(maker, book, (deal, one), (at, wait))
}

fn done(one: &Registration) -> bool {
    one.status.is_over() && (one.status != Status::Withdrawn || one.was_approved())
}

fn begin(maker: &mut Maker) -> Act {
    let (deal, partner) = (maker.label(), maker.dice.below(4));
    if maker.dice.percent(70) {
        maker.company += 1;
    }
    let company = FIRST_COMPANY + maker.company % 60;
    if maker.dice.percent(50) {
        Act::Draft { deal, partner, company, amount_minor: 5_000_000, product: 0 }
    } else {
        Act::Register { deal, partner, company, amount_minor: 5_000_000, product: 0 }
    }
}

/// An act that fits the state, mostly.
fn useful(
    maker: &mut Maker,
    book: &Book,
    (deal, one): (u32, &Registration),
    (at, wait): (Timestamp, SignedDuration),
) -> (Act, SignedDuration) {
    let by = maker.dice.pick(&[0, 1, 2], 0);
    let act = match one.status {
        Status::Draft | Status::Returned if maker.dice.percent(80) => Act::Submit { deal },
        Status::Draft | Status::Returned => Act::Withdraw { deal },
        Status::Submitted | Status::UnderReview => match maker.dice.below(12) {
            0 | 1 => Act::TakeUp { deal },
            2 | 3 => Act::Return { deal, by },
            4 => Act::Reject { deal, by },
            5 => Act::Withdraw { deal },
            _ => Act::Approve { deal, by },
        },
        Status::Withdrawn => Act::Submit { deal },
        Status::Approved | Status::Renewed => {
            return live(maker, book, (deal, one), (at, wait));
        }
        Status::Rejected | Status::Won | Status::Lost | Status::Expired | Status::Released => {
            begin(maker)
        }
    };
    (act, wait)
}

fn live(
    maker: &mut Maker,
    book: &Book,
    (deal, one): (u32, &Registration),
    (at, wait): (Timestamp, SignedDuration),
) -> (Act, SignedDuration) {
    let today = book.program.days.day(at);
    let left = one.until.map_or(0, |until| distance(today, until));
    let window = i64::from(one.terms.renewal_window_days);
    let days = |days: i64| SignedDuration::from_hours(24 * days.max(0));
    match maker.dice.below(30) {
        0 => (Act::Win { deal }, wait),
        1 => (Act::Lose { deal }, wait),
        2 => (Act::Withdraw { deal }, wait),
        3 => (Act::Release { deal }, wait),
        // To the days in which it can be renewed, worked, and renewed.
        4..=7 => (Act::Log { deal, days_ago: 0 }, days(left - window / 2)),
        8..=14 => (Act::Renew { deal }, wait),
        // Over the end of protection.
        15..=17 => (Act::Wait, days(left + 1)),
        18..=20 => {
            let company = one.company;
            (Act::Engage { company, by: 6, opportunity: None }, wait)
        }
        21 => (Act::GiveConsent { deal, consent: maker.label(), days: Some(3) }, wait),
        22 => {
            let (deal, company) = (maker.label(), one.company);
            let partner = maker.dice.below(4);
            (Act::Register { deal, partner, company, amount_minor: 5_000_000, product: 0 }, wait)
        }
        _ => (Act::Log { deal, days_ago: i64::from(maker.dice.below(9)) - 1 }, wait),
    }
}

/// Any act at all.
fn anything(maker: &mut Maker, deal: u32) -> Act {
    let by = maker.dice.pick(&[0, 1, 2, 3, 4, 5], 0);
    match maker.dice.below(13) {
        0 => Act::Submit { deal },
        1 => Act::TakeUp { deal },
        2 => Act::Approve { deal, by },
        3 => Act::Reject { deal, by },
        4 => Act::Return { deal, by },
        5 => Act::Log { deal, days_ago: i64::from(maker.dice.below(12)) - 2 },
        6 => Act::Renew { deal },
        7 => Act::Win { deal },
        8 => Act::Lose { deal },
        9 => Act::Withdraw { deal },
        10 => Act::Release { deal },
        11 => Act::Rename { deal, company: FIRST_COMPANY + maker.dice.below(3) },
        _ => {
            let need = maker.dice.between(1, 3);
            Act::Amend { deal, amount_minor: 5_000_000 + i64::from(need), need }
        }
    }
}
