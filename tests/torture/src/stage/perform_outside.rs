//! Acts of direct sales, consents, and merges of accounts.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "acts are told in parts; what one part does not name belongs to the next"
)]

use channel::accounts::MergeAccounts;
use domain::{deal_registration::activity::ActivityKind, ids::AccountId};
use jiff::Timestamp;
use sell::{
    deal_registration::actions::{
        ConsentAnswerInput, ConsentInput, ConsentRequestInput, WithdrawConsent,
    },
    direct_sales::{
        CloseOpportunity, FromCrm, Outcome, RecordActivity, RecordOpportunity, Recorded, Stage,
        Through, record_from_crm,
    },
};

use super::{
    act::{Act, Came},
    cast::{Player, product},
    perform::{Play, Tried, euros, today},
};
use crate::spec::days::plus;

/// What an opportunity of direct sales is worth.
const WORTH_MINOR: i64 = 5_000_000;

impl Play<'_, '_> {
    fn account(&self, company: u32) -> Tried<AccountId> {
        self.names.accounts.get(&company).cloned().ok_or(Came::Nothing)
    }

    /// Does what an act of this part says.
    pub(super) fn outside(&mut self, at: Timestamp, act: &Act) -> Tried<Came> {
        match act {
            Act::Engage { company, by, opportunity } => {
                self.engage(at, (*company, *by, *opportunity))
            }
            Act::Crm { company, by, opportunity, case } => {
                self.crm(at, (*company, *by), (*opportunity, *case))
            }
            Act::CloseDirect { opportunity, won } => {
                let id = self.names.opportunities.get(opportunity).cloned();
                let (opportunity_id, who) = (id.ok_or(Came::Nothing)?, self.person(9)?);
                let (won, closed_on, note) = (*won, None, String::new());
                let close = CloseOpportunity { opportunity_id, won, closed_on, note };
                self.tried(at, &who, |cx| close.run(cx))?;
                Ok(Came::Done)
            }
            Act::Merge { kept, merged, case } => {
                let (who, kept, merged) =
                    (self.person(1)?, self.account(*kept)?, self.account(*merged)?);
                let merge = MergeAccounts { kept, merged, reason: "One company.".to_owned() };
                self.tried(at, &who, |cx| merge.run(cx))?;
                self.newest_case(at, *case)?;
                Ok(Came::Done)
            }
            _ => self.consent(at, act),
        }
    }

    fn engage(
        &mut self,
        at: Timestamp,
        (company, by, label): (u32, u32, Option<u32>),
    ) -> Tried<Came> {
        let (who, account_id) = (self.person(by)?, self.account(company)?);
        let Some(label) = label else {
            let record = RecordActivity {
                account_id,
                opportunity_id: None,
                kind: ActivityKind::Call,
                occurred_on: None,
                note: "A call.".to_owned(),
                through: Through::Page,
            };
            let outcome = self.tried(at, &who, |cx| record.run(cx))?;
            return Ok(if matches!(outcome, Outcome::Recorded(_)) {
                Came::Done
            } else {
                Came::Kept
            });
        };
        let amount = euros(WORTH_MINOR).map_err(|_| Came::Nothing)?;
        let record = RecordOpportunity {
            account_id,
            name: format!("Opportunity {label}"),
            product: product(label % 2).to_owned(),
            amount,
            opened_on: None,
            close_on: None,
            owner_user_id: String::new(),
            through: Through::Page,
        };
        match self.tried(at, &who, |cx| record.run(cx))? {
            Outcome::Recorded(id) => {
                self.names.opportunities.insert(label, id);
                Ok(Came::Done)
            }
            Outcome::Refused(_) => Ok(Came::Kept),
        }
    }

    fn crm(
        &mut self,
        at: Timestamp,
        (company, by): (u32, u32),
        (label, case): (u32, u32),
    ) -> Tried<Came> {
        let (owner, chief) = (self.person(by)?, self.person(0)?);
        let account_id = self.account(company)?;
        let amount = euros(WORTH_MINOR).map_err(|_| Came::Nothing)?;
        let recorded = self.tried(at, &chief, |cx| {
            let opened_on = today(cx)?;
            let given = FromCrm {
                account_id,
                name: format!("Opportunity {label}"),
                external_id: format!("CRM-{label}"),
                owner_user_id: owner.user_id.as_str().to_owned(),
                owner_name: owner.name.clone(),
                product: product(label % 2).to_owned(),
                stage: Stage::Open,
                amount,
                opened_on,
                opened_is_given: true,
                close_on: None,
                closed_on: None,
                through: Through::Crm,
            };
            cx.as_system(|cx| record_from_crm(cx, &given))
        })?;
        match recorded {
            Recorded::New(id)
            | Recorded::Changed(id)
            | Recorded::Moved(id)
            | Recorded::Unchanged(id) => {
                self.names.opportunities.insert(label, id);
                Ok(Came::Done)
            }
            Recorded::Held { case_id, .. } => {
                if self.names.case_of(case_id.as_str()).is_none() {
                    self.names.cases.insert(case, case_id);
                }
                Ok(Came::Kept)
            }
        }
    }

    fn consent(&mut self, at: Timestamp, act: &Act) -> Tried<Came> {
        match act {
            Act::AskConsent { company, by, consent } => {
                let (who, account_id) = (self.person(*by)?, self.account(*company)?);
                let purpose = "An executive round.".to_owned();
                let ask = ConsentRequestInput { account_id, purpose };
                let asked = self.tried(at, &who, |cx| ask.clone().run(cx))?;
                self.consent_named(*consent, &asked.registration_id, asked.consent_id.clone());
                Ok(Came::Done)
            }
            Act::GiveConsent { deal, consent, days } => {
                let who = self.partner_of(*deal)?;
                let registration_id = self.names.deals.get(deal).cloned().ok_or(Came::Nothing)?;
                let given = self.tried(at, &who, |cx| {
                    let until_on = last_day(cx, *days)?;
                    let given = ConsentInput { purpose: String::new(), until_on };
                    given.run(cx, &registration_id, "portal")
                })?;
                self.consent_named(*consent, &given.registration_id, given.consent_id.clone());
                Ok(Came::Done)
            }
            Act::AnswerConsent { consent, given, days } => {
                let (who, consent_id) = self.answerer(*consent)?;
                self.tried(at, &who, |cx| {
                    let until_on = last_day(cx, *days)?;
                    let given = *given;
                    ConsentAnswerInput { given, until_on }.run(cx, &consent_id, "portal")
                })?;
                Ok(Came::Done)
            }
            Act::WithdrawConsent { consent } => {
                let (who, consent_id) = self.answerer(*consent)?;
                self.tried(at, &who, |cx| WithdrawConsent { consent_id }.run(cx))?;
                Ok(Came::Done)
            }
            _ => Err(Came::Nothing),
        }
    }

    fn consent_named(
        &mut self,
        label: u32,
        deal: &domain::ids::RegistrationId,
        id: domain::ids::ConsentId,
    ) {
        if let Some(deal) = self.names.deal_of(deal.as_str()) {
            self.names.consents.insert(label, id);
            self.names.consent_deals.insert(label, deal);
        }
    }

    fn answerer(&self, consent: u32) -> Tried<(Player, domain::ids::ConsentId)> {
        let deal = self.names.consent_deals.get(&consent).ok_or(Came::Nothing)?;
        let id = self.names.consents.get(&consent).cloned().ok_or(Came::Nothing)?;
        Ok((self.partner_of(*deal)?, id))
    }

    /// The seller of a deal.
    pub(super) fn partner_of(&self, deal: u32) -> Tried<Player> {
        let owner = self.names.owners.get(&deal).and_then(|owner| self.cast.partner(*owner));
        owner.map(|owner| owner.seller.clone()).ok_or(Came::Nothing)
    }
}

/// The day so many days from today.
fn last_day(
    cx: &mut frame::Cx<'_, '_>,
    days: Option<i64>,
) -> Result<Option<jiff::civil::Date>, frame::AppError> {
    let Some(days) = days else {
        return Ok(None);
    };
    Ok(Some(plus(today(cx)?, days)))
}
