//! What people do in conflict cases, by chance.

use super::story::Story;
use crate::{
    spec::{book::Book, registration::Status},
    stage::act::{Act, CaseKind, Verdict},
};

/// People who decide cases.
const JUDGES: [u32; 8] = [0, 1, 2, 3, 4, 5, 9, 10];
impl Story {
    /// Something in a case, or a new one.
    pub(super) fn case(&mut self, book: &Book) -> Option<Act> {
        let open: Vec<u32> =
            book.cases.iter().filter(|(_, c)| c.is_open()).map(|(l, _)| *l).collect();
        let any: Vec<u32> = book.cases.keys().copied().collect();
        let label = match self.dice.choose(&open).copied() {
            Some(label) if self.dice.percent(70) => label,
            _ if self.dice.percent(60) && !any.is_empty() => self.dice.pick(&any, 0),
            _ => return self.open(book),
        };
        let case = book.cases.get(&label)?;
        let sides: Vec<Option<u32>> = case.parties.iter().map(|party| party.partner).collect();
        let side = if self.dice.percent(8) {
            Some(self.dice.below(self.partners))
        } else {
            self.dice.choose(&sides).copied()?
        };
        let free: Vec<u32> =
            JUDGES.into_iter().filter(|by| book.may_rule(case, *by, false)).collect();
        let by = match self.dice.choose(&free).copied() {
            Some(by) if self.dice.percent(75) => by,
            Some(_) | None => self.dice.pick(&JUDGES, 0),
        };
        let parties = u32::try_from(case.parties.len()).unwrap_or(1);
        Some(match self.dice.below(20) {
            0..=3 => Act::State { case: label, side },
            4..=8 => {
                let beyond = u32::from(self.dice.percent(9));
                let outcome = match self.dice.below(10) {
                    0..=5 => Verdict::Award(self.dice.below(parties + beyond)),
                    6 | 7 => Verdict::CoSell,
                    8 => Verdict::RejectBoth,
                    _ => Verdict::Release,
                };
                Act::Decide { case: label, by, outcome }
            }
            9..=11 => Act::Appeal { case: label, side },
            12 => Act::Close { case: label, by },
            13 | 14 => hold(book, label, by)?,
            15 | 16 => {
                let request = self.label();
                self.requests.insert(request, (label, side));
                Act::Ask { case: label, by, side, request }
            }
            17 | 18 => {
                let asked: Vec<u32> = self.requests.keys().copied().collect();
                let request = self.dice.choose(&asked).copied()?;
                let (case, side) = self.requests.get(&request).copied()?;
                Act::Answer { case, side, request }
            }
            _ => Act::Escalate { case: label, by },
        })
    }

    fn open(&mut self, book: &Book) -> Option<Act> {
        let deal = self.one_of(book, |status| status != Status::Draft)?;
        let kind = match self.dice.below(5) {
            0 | 1 => CaseKind::PartnerPartner,
            2 | 3 => CaseKind::PartnerDirect,
            _ => CaseKind::Decision,
        };
        let by = self.dice.percent(40).then(|| self.dice.pick(&[0, 1, 3], 0));
        Some(Act::OpenCase { case: self.label(), deal, kind, by })
    }
}

/// Clocks are held in one case at a time.
fn hold(book: &Book, label: u32, by: u32) -> Option<Act> {
    let case = book.cases.get(&label)?;
    let elsewhere = |deal: u32| {
        book.cases.iter().any(|(other, one)| {
            *other != label
                && one.holds_clocks
                && one.parties.iter().any(|party| party.deal == Some(deal))
        })
    };
    if case.parties.iter().filter_map(|party| party.deal).any(elsewhere) {
        return None;
    }
    Some(Act::Hold { case: label, by, hold: !case.holds_clocks })
}
