//! Doing what an act says, as the person who does it, through the product's action.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "acts are told in parts; what one part does not name belongs to the next"
)]

use std::collections::BTreeMap;
use std::sync::Arc;

use db::Tx;
use domain::{
    deal_registration::{activity::ActivityKind, rejection::RejectionReason, stage::LostReason},
    ids::{AccountId, CaseId, ConsentId, OpportunityId, RegistrationId},
    money::{Currency, Money},
};
use frame::{App, AppError, Cx};
use jiff::Timestamp;
use sell::deal_registration::{
    self as deals, Details, Product, ProgressInput, Source,
    actions::{
        AccountChoice, ActivityInput, Decide, Decision, LostInput, ReleaseInput, Renew, SaveDraft,
        Submit, SubmitNew, TakeUp, WithdrawalInput, WonInput,
    },
};

use super::{
    act::{Act, Came},
    cast::{Cast, Founded, Player, product},
    document::domain_of,
    words,
};

/// The ids behind the labels.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Names {
    pub deals: BTreeMap<u32, RegistrationId>,
    /// Whose a deal is.
    pub owners: BTreeMap<u32, u32>,
    /// Which company a deal names.
    pub companies: BTreeMap<u32, u32>,
    pub accounts: BTreeMap<u32, AccountId>,
    pub opportunities: BTreeMap<u32, OpportunityId>,
    pub consents: BTreeMap<u32, ConsentId>,
    /// On which deal a consent is.
    pub consent_deals: BTreeMap<u32, u32>,
    pub cases: BTreeMap<u32, CaseId>,
    pub requests: BTreeMap<u32, String>,
}

impl Names {
    /// The label of a registration.
    pub fn deal_of(&self, id: &str) -> Option<u32> {
        self.deals.iter().find(|(_, known)| known.as_str() == id).map(|(label, _)| *label)
    }

    /// The label of a case.
    pub fn case_of(&self, id: &str) -> Option<u32> {
        self.cases.iter().find(|(_, known)| known.as_str() == id).map(|(label, _)| *label)
    }
}

/// Where acts are done.
pub struct Play<'p, 't> {
    /// The transaction.
    pub tx: &'p mut Tx<'t>,
    /// The product.
    pub app: &'p Arc<App>,
    /// Who and what there is.
    pub cast: &'p Cast,
    /// The ids behind the labels.
    pub names: &'p mut Names,
}

/// What came of an action.
pub type Tried<T> = Result<T, Came>;

impl Play<'_, '_> {
    /// Somebody tries something; nothing of it is left when it is refused.
    pub fn tried<T>(
        &mut self,
        at: Timestamp,
        who: &Player,
        f: impl FnOnce(&mut Cx<'_, '_>) -> Result<T, AppError>,
    ) -> Tried<T> {
        let (app, actor) = (self.app, who.actor(&self.cast.vendor_id));
        let outcome = self.tx.attempt(|tx| {
            let origin = String::new();
            f(&mut Cx { tx, now: at, app, actor, origin, writes: true, trace: None })
        });
        outcome.map_err(came)
    }

    fn seller(&self, deal: u32) -> Tried<(Player, RegistrationId)> {
        let owner = self.names.owners.get(&deal).and_then(|owner| self.cast.partner(*owner));
        let id = self.names.deals.get(&deal);
        let (Some(owner), Some(id)) = (owner, id) else {
            return Err(Came::Nothing);
        };
        Ok((owner.seller.clone(), id.clone()))
    }

    /// Somebody of the vendor.
    pub fn person(&self, by: u32) -> Tried<Player> {
        self.cast.person(by).cloned().ok_or(Came::Nothing)
    }

    fn deal(&self, deal: u32) -> Tried<RegistrationId> {
        self.names.deals.get(&deal).cloned().ok_or(Came::Nothing)
    }

    fn founded(&self, partner: u32) -> Tried<Founded> {
        self.cast.partner(partner).cloned().ok_or(Came::Nothing)
    }

    /// Does it.
    pub fn act(&mut self, at: Timestamp, act: &Act) -> Came {
        let done = match act {
            Act::Wait => Ok(Came::Done),
            Act::Draft { deal, partner, company, amount_minor, product } => {
                let details = self.form(*company, *amount_minor, *product);
                self.begin(at, (*deal, *partner, *company), details, false)
            }
            Act::Register { deal, partner, company, amount_minor, product } => {
                let details = self.form(*company, *amount_minor, *product);
                self.begin(at, (*deal, *partner, *company), details, true)
            }
            Act::Submit { .. }
            | Act::Log { .. }
            | Act::Renew { .. }
            | Act::Win { .. }
            | Act::Lose { .. }
            | Act::Withdraw { .. }
            | Act::Amend { .. }
            | Act::Rename { .. } => self.as_seller(at, act),
            Act::TakeUp { .. }
            | Act::Approve { .. }
            | Act::Reject { .. }
            | Act::Return { .. }
            | Act::Release { .. } => self.as_vendor(at, act),
            Act::Pry { deal, partner } => self.pry(at, *deal, *partner),
            Act::Engage { .. }
            | Act::Crm { .. }
            | Act::CloseDirect { .. }
            | Act::AskConsent { .. }
            | Act::AnswerConsent { .. }
            | Act::GiveConsent { .. }
            | Act::WithdrawConsent { .. }
            | Act::Merge { .. } => self.outside(at, act),
            Act::OpenCase { .. }
            | Act::State { .. }
            | Act::Decide { .. }
            | Act::Appeal { .. }
            | Act::Close { .. }
            | Act::Hold { .. }
            | Act::Ask { .. }
            | Act::Answer { .. }
            | Act::Escalate { .. } => self.in_case(at, act),
        };
        done.unwrap_or_else(|came| came)
    }

    /// How a partner names a company.
    fn named(&self, company: u32) -> Details {
        let domain = domain_of(company);
        let place = usize::try_from(company).unwrap_or(usize::MAX);
        let country = self.cast.companies.get(place).map(|one| one.country.clone());
        Details {
            account_name: words::company(company),
            account_domain: domain.clone(),
            account_country: country.unwrap_or_default(),
            contact_email: format!("buyer@{domain}"),
            ..Details::default()
        }
    }

    fn form(&self, company: u32, amount_minor: i64, line: u32) -> Details {
        Details {
            contact_name: "A buyer".into(),
            products: vec![Product { code: product(line).to_owned(), quantity: 1 }],
            amount: euros(amount_minor).ok(),
            close_on: Some(jiff::civil::date(2035, 12, 31)),
            evidence_note: "We met at the fair.".into(),
            ..self.named(company)
        }
    }

    fn begin(
        &mut self,
        at: Timestamp,
        (deal, partner, company): (u32, u32, u32),
        details: Details,
        submits: bool,
    ) -> Tried<Came> {
        let who = self.founded(partner)?.seller;
        let (said, source) = ((details, ProgressInput::default()), Source::Portal);
        let made = if submits {
            let new = SubmitNew { partner_id: None, program_id: None, said, source };
            self.tried(at, &who, |cx| new.run(cx))?.registration
        } else {
            let (registration_id, partner_id, program_id) = (None, None, None);
            let draft = SaveDraft { registration_id, partner_id, program_id, said, source };
            self.tried(at, &who, |cx| draft.run(cx))?
        };
        self.names.deals.insert(deal, made.registration_id.clone());
        self.names.owners.insert(deal, partner);
        self.names.companies.insert(deal, company);
        self.found(deal, made.account_id);
        Ok(Came::Done)
    }

    /// Gives a company the account that a submission found or made for it.
    fn found(&mut self, deal: u32, account: Option<AccountId>) {
        let company = self.names.companies.get(&deal).copied();
        if let Some((company, account)) = company.zip(account) {
            self.names.accounts.entry(company).or_insert(account);
        }
    }

    fn as_seller(&mut self, at: Timestamp, act: &Act) -> Tried<Came> {
        let (Act::Submit { deal }
        | Act::Log { deal, .. }
        | Act::Renew { deal }
        | Act::Win { deal }
        | Act::Lose { deal }
        | Act::Withdraw { deal }
        | Act::Amend { deal, .. }
        | Act::Rename { deal, .. }) = act
        else {
            return Err(Came::Nothing);
        };
        let (who, registration_id) = self.seller(*deal)?;
        let renamed = match act {
            Act::Rename { company, .. } => self.named(*company),
            _ => Details::default(),
        };
        if matches!(act, Act::Submit { .. }) {
            let submit = Submit { registration_id };
            let made = self.tried(at, &who, |cx| submit.run(cx))?;
            self.found(*deal, made.registration.account_id);
            return Ok(Came::Done);
        }
        self.tried(at, &who, |cx| match act {
            Act::Log { days_ago, .. } => {
                let occurred_on = crate::spec::days::plus(today(cx)?, -days_ago);
                let (contact, note) = (String::new(), "We spoke about the rollout.".into());
                let kind = ActivityKind::Call;
                let activity = ActivityInput { kind, occurred_on, contact, note };
                activity.run(cx, &registration_id).map(drop)
            }
            Act::Renew { .. } => Renew { registration_id }.run(cx).map(drop),
            Act::Win { .. } => {
                WonInput { closed_on: None, amount: None }.run(cx, &registration_id).map(drop)
            }
            Act::Lose { .. } => {
                let reason = LostReason::NoDecision;
                let note = String::new();
                LostInput { reason, closed_on: None, note }.run(cx, &registration_id).map(drop)
            }
            Act::Withdraw { .. } => {
                WithdrawalInput { note: String::new() }.run(cx, &registration_id).map(drop)
            }
            Act::Amend { amount_minor, need, .. } => {
                let amount = Some(euros(*amount_minor)?);
                let need = format!("Need number {need}");
                save(cx, registration_id, |known| Details { amount, need, ..known })
            }
            Act::Rename { .. } => save(cx, registration_id, |known| Details {
                account_name: renamed.account_name,
                account_domain: renamed.account_domain,
                account_country: renamed.account_country,
                contact_email: renamed.contact_email,
                ..known
            }),
            _ => Err(AppError::NotFound),
        })?;
        if let Act::Rename { company, .. } = act {
            self.names.companies.insert(*deal, *company);
        }
        Ok(Came::Done)
    }

    fn as_vendor(&mut self, at: Timestamp, act: &Act) -> Tried<Came> {
        let (deal, by) = match act {
            Act::TakeUp { deal } | Act::Release { deal } => (*deal, 0),
            Act::Approve { deal, by } | Act::Reject { deal, by } | Act::Return { deal, by } => {
                (*deal, *by)
            }
            _ => return Err(Came::Nothing),
        };
        let (who, registration_id) = (self.person(by)?, self.deal(deal)?);
        self.tried(at, &who, |cx| {
            let decision = match act {
                Act::TakeUp { .. } => return TakeUp { registration_id }.run(cx).map(drop),
                Act::Release { .. } => {
                    let reason = "The customer asked for another partner.".to_owned();
                    return ReleaseInput { reason }.run(cx, &registration_id).map(drop);
                }
                Act::Approve { .. } => {
                    let account = AccountChoice::AsFound;
                    Decision::Approve { account, note: String::new() }
                }
                Act::Reject { .. } => {
                    let reason = RejectionReason::NotQualified;
                    Decision::Reject { reason, note: String::new() }
                }
                _ => Decision::Return { note: "When did you meet?".to_owned() },
            };
            Decide { registration_id, decision }.run(cx).map(drop)
        })?;
        Ok(Came::Done)
    }

    /// Another partner's registration is not found, whatever is tried with it.
    fn pry(&mut self, at: Timestamp, deal: u32, partner: u32) -> Tried<Came> {
        let (who, registration_id) = (self.founded(partner)?.admin, self.deal(deal)?);
        let id = registration_id.clone();
        let reads = self.tried(at, &who, |cx| sell::deal_registration::find(cx, &id).map(drop));
        let writes = self.tried(at, &who, |cx| {
            WithdrawalInput { note: String::new() }.run(cx, &registration_id).map(drop)
        });
        match (reads, writes) {
            (Err(Came::NotFound), Err(Came::NotFound)) => Ok(Came::NotFound),
            (Err(other), _) | (_, Err(other)) => Ok(other),
            (Ok(()), Ok(())) => Ok(Came::Done),
        }
    }
}

/// The day of the program's zone.
pub fn today(cx: &mut Cx<'_, '_>) -> Result<jiff::civil::Date, AppError> {
    let program_id = channel::program::only_program(cx)?;
    let now = cx.now;
    let zone = channel::program::in_force(cx, &program_id, now)?.document.time_zone();
    Ok(now.to_zoned(zone).date())
}

/// What an error of the product means.
pub fn came(error: AppError) -> Came {
    match error {
        AppError::Refused(refusal) => Came::Refused(refusal.rule.as_str().to_owned()),
        AppError::Invalid(fields) => Came::Fields(AppError::Invalid(fields).to_string()),
        AppError::NotFound => Came::NotFound,
        other => Came::Broken(format!("{other:?}")),
    }
}

/// An amount in euros.
pub fn euros(minor: i64) -> Result<Money, AppError> {
    let currency = Currency::parse("EUR").map_err(AppError::internal)?;
    Ok(Money::new(minor, currency))
}

fn save(
    cx: &mut Cx<'_, '_>,
    id: RegistrationId,
    change: impl FnOnce(Details) -> Details,
) -> Result<(), AppError> {
    let known = deals::find(cx, &id)?;
    let said = (change(known.details), ProgressInput { stage: known.stage });
    let (partner_id, program_id) = (None, None);
    let (registration_id, source) = (Some(id), Source::Portal);
    SaveDraft { registration_id, partner_id, program_id, said, source }.run(cx).map(drop)
}
