//! Acts in conflict cases.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "acts are told in parts; what one part does not name belongs to the next"
)]

use domain::{
    conflicts::outcome::{Outcome, Share},
    ids::CaseId,
};
use frame::ctx::Cx;
use jiff::Timestamp;
use sell::conflicts::{
    self, AppealInput, CaseInput, ClosingInput, DecisionInput, EscalationInput,
    EvidenceAnswerInput, HoldInput, RequestInput, StatementInput,
};

use super::{
    act::{Act, Came, CaseKind, Verdict},
    cast::Player,
    perform::{Play, Tried},
};

/// Who speaks for direct sales.
pub const REP: u32 = 6;

impl Play<'_, '_> {
    fn case(&self, case: u32) -> Tried<CaseId> {
        self.names.cases.get(&case).cloned().ok_or(Came::Nothing)
    }

    fn speaker(&self, side: Option<u32>) -> Tried<Player> {
        match side {
            Some(partner) => {
                self.cast.partner(partner).map(|one| one.admin.clone()).ok_or(Came::Nothing)
            }
            None => self.person(REP),
        }
    }

    /// Gives the label to a case that was opened at that instant, where there is one.
    pub(super) fn newest_case(&mut self, at: Timestamp, label: u32) -> Tried<()> {
        let found = self
            .tx
            .query_opt(
                "SELECT case_id FROM conflict_cases WHERE vendor_id = $1 AND opened_at = $2",
                db::params![self.cast.vendor_id.as_str(), at.as_microsecond()],
                |row| row.text(0),
            )
            .map_err(|error| Came::Broken(error.to_string()))?;
        if let Some(id) = found {
            let id = CaseId::parse(&id).map_err(|error| Came::Broken(error.to_string()))?;
            self.names.cases.insert(label, id);
        }
        Ok(())
    }

    /// Does what an act in a case says.
    pub(super) fn in_case(&mut self, at: Timestamp, act: &Act) -> Tried<Came> {
        match act {
            Act::OpenCase { case, deal, kind, by } => self.open(at, (*case, *deal), (*kind, *by)),
            Act::State { case, side } => {
                let (case_id, who) = (self.case(*case)?, self.speaker(*side)?);
                let words = format!("Our side of case {case}.");
                let give = StatementInput { words };
                self.tried(at, &who, |cx| give.run(cx, &case_id, (&[], "page")))
                    .map(|()| Came::Done)
            }
            Act::Decide { case, by, outcome } => {
                let (case_id, who) = (self.case(*case)?, self.person(*by)?);
                let decide = DecisionInput {
                    outcome: said(*outcome),
                    rule: "CF-05".to_owned(),
                    reason: "The evidence speaks for it.".to_owned(),
                    words: "The evidence speaks for it.".to_owned(),
                    remedies: Vec::new(),
                };
                self.tried(at, &who, |cx| decide.run(cx, &case_id)).map(|()| Came::Done)
            }
            Act::Appeal { case, side } => {
                let (case_id, who) = (self.case(*case)?, self.speaker(*side)?);
                let words = format!("New evidence of {}.", at.as_microsecond());
                let appeal = AppealInput { words };
                self.tried(at, &who, |cx| appeal.run(cx, &case_id, &[])).map(|()| Came::Done)
            }
            Act::Close { case, by } => {
                let (case_id, who) = (self.case(*case)?, self.person(*by)?);
                let words = "The parties settled it.".to_owned();
                let close = ClosingInput { note: words.clone(), words };
                self.tried(at, &who, |cx| close.run(cx, &case_id)).map(|()| Came::Done)
            }
            Act::Hold { case, by, hold } => {
                let (case_id, who) = (self.case(*case)?, self.person(*by)?);
                let hold = HoldInput { hold: *hold };
                self.tried(at, &who, |cx| hold.run(cx, &case_id)).map(|()| Came::Done)
            }
            _ => self.evidence(at, act),
        }
    }

    fn evidence(&mut self, at: Timestamp, act: &Act) -> Tried<Came> {
        match act {
            Act::Ask { case, by, side, request } => {
                let (case_id, who) = (self.case(*case)?, self.person(*by)?);
                let partner = side.and_then(|side| self.cast.partner(side));
                let partner_id = partner.map_or(String::new(), |one| one.partner_id.to_string());
                let words = "Show the first mail.".to_owned();
                let ask = RequestInput { partner_id, words };
                let id = self.tried(at, &who, |cx| ask.run(cx, &case_id))?;
                self.names.requests.insert(*request, id);
                Ok(Came::Done)
            }
            Act::Answer { case, side, request } => {
                let (case_id, who) = (self.case(*case)?, self.speaker(*side)?);
                let request_id = self.names.requests.get(request).cloned().ok_or(Came::Nothing)?;
                let words = format!("The mail of request {request}.");
                let answer = EvidenceAnswerInput { words };
                let run = |cx: &mut Cx<'_, '_>| answer.run(cx, (&case_id, &request_id), &[]);
                self.tried(at, &who, run).map(|()| Came::Done)
            }
            Act::Escalate { case, by } => {
                let (case_id, who) = (self.case(*case)?, self.person(*by)?);
                let escalate = EscalationInput { reason: "It is above us.".to_owned() };
                self.tried(at, &who, |cx| escalate.run(cx, &case_id)).map(|()| Came::Done)
            }
            _ => Err(Came::Nothing),
        }
    }

    fn open(
        &mut self,
        at: Timestamp,
        (case, deal): (u32, u32),
        (kind, by): (CaseKind, Option<u32>),
    ) -> Tried<Came> {
        let who = match by {
            Some(by) => self.person(by)?,
            None => {
                let owner =
                    self.names.owners.get(&deal).and_then(|owner| self.cast.partner(*owner));
                owner.map(|owner| owner.admin.clone()).ok_or(Came::Nothing)?
            }
        };
        let registration_id =
            self.names.deals.get(&deal).map(ToString::to_string).ok_or(Came::Nothing)?;
        let kind = match kind {
            CaseKind::PartnerPartner => conflicts::CaseKind::PartnerPartner,
            CaseKind::PartnerDirect => conflicts::CaseKind::PartnerDirect,
            CaseKind::Duplicate => conflicts::CaseKind::DuplicateAccounts,
            CaseKind::Decision => conflicts::CaseKind::Decision,
        };
        let (asked, account_id) = ("Who works this account?".to_owned(), String::new());
        let asked_of_partners = String::new();
        let open = CaseInput { kind, registration_id, account_id, asked, asked_of_partners };
        let id = self.tried(at, &who, |cx| open.run(cx))?;
        if self.names.case_of(id.as_str()).is_some() {
            return Ok(Came::Kept);
        }
        self.names.cases.insert(case, id);
        Ok(Came::Done)
    }
}

fn said(outcome: Verdict) -> Outcome {
    match outcome {
        Verdict::Award(party) => Outcome::Award { party },
        Verdict::CoSell => {
            let split = [(0, 6_000), (1, 4_000)];
            Outcome::CoSell {
                split: split.map(|(party, share_bp)| Share { party, share_bp }).to_vec(),
            }
        }
        Verdict::RejectBoth => Outcome::RejectBoth,
        Verdict::Release => Outcome::Release,
    }
}
