//! A person of either side opens a case (CF-01).

use domain::{
    conflicts::{kind::CaseKind, rule_level::Claim, rules::CF_01},
    ids::{AccountId, CaseId, PartnerId, RegistrationId},
    text::Note,
};

use super::{ClaimView, NewCase, Party, open};
use channel::accounts;
use frame::{ctx::Cx, error::AppError};

/// What every other party of a case reads that a partner opened: it names nobody (AC-05).
const NEUTRAL: &str = "The vendor was asked to settle who may work this account. Say what you did \
                       there, with whom and when.";

/// A party that was found: partner and registration; direct sales has neither.
type Found = (Option<PartnerId>, Option<RegistrationId>);

/// Opens a case for the side of the one who acts.
#[derive(Debug)]
pub struct OpenCase {
    /// What it is about.
    pub kind: CaseKind,
    /// The registration it is about: a partner's own; for the vendor, any or none.
    pub registration_id: Option<RegistrationId>,
    /// The account, for the vendor when there is no registration.
    pub account_id: Option<AccountId>,
    /// What is asked. A partner's words are read by the vendor.
    pub asked: String,
    /// For the vendor: what partners read; the usual words when empty.
    pub asked_of_partners: String,
}

impl OpenCase {
    /// The case. Who else is in it the system finds, so that a partner neither needs to know nor
    /// learns it. Rules CF-01, DR-18, AC-05.
    pub fn run(&self, cx: &mut Cx<'_, '_>) -> Result<CaseId, AppError> {
        let asked = Note::parse(&self.asked)
            .map_err(|error| AppError::field("asked", error.to_string()))?;
        let own = self.own(cx)?;
        // Whether a case can be opened tells whether the vendor knows the company for certain.
        (super::hands(cx.app)?.claims.counted)(cx)?;
        let account_id = match (&own, &self.account_id) {
            (Some(claim), _) => claim.account_id.clone(),
            (None, account_id) => account_id.clone(),
        };
        let Some(account_id) = account_id else {
            return Err(AppError::refused(
                CF_01,
                "It is not certain yet which company this is about; the vendor looks at it first.",
            ));
        };
        if !accounts::exists(cx, &account_id)? {
            return Err(AppError::field("account_id", "there is no such account"));
        }
        let parties = self.parties(cx, own.as_ref(), &account_id)?;
        if parties.iter().all(|(partner_id, _)| partner_id.is_none()) {
            let words = "No partner claims this account; there is nothing to settle.";
            return Err(AppError::refused(CF_01, words));
        }
        let parties: Vec<Party<'_>> = parties
            .iter()
            .map(|(partner_id, registration_id)| Party {
                partner_id: partner_id.as_ref(),
                registration_id: registration_id.as_ref(),
            })
            .collect();
        let neutral = self.asked_of_partners.trim();
        let new = NewCase {
            kind: self.kind,
            account_id: &account_id,
            asked: asked.as_str(),
            asked_of_partners: if neutral.is_empty() || cx.actor.partner_id().is_some() {
                NEUTRAL
            } else {
                neutral
            },
            parties: &parties,
        };
        open(cx, &new)
    }

    /// The registration that is named; another partner's is not found.
    fn own(&self, cx: &mut Cx<'_, '_>) -> Result<Option<ClaimView>, AppError> {
        let Some(registration_id) = &self.registration_id else {
            return if cx.actor.partner_id().is_some() {
                Err(AppError::field("registration_id", "name the registration it is about"))
            } else {
                Ok(None)
            };
        };
        let hand = crate::conflicts::hands(cx.app)?.claims;
        let claim = cx.as_system(|cx| (hand.of)(cx, registration_id))?;
        let claim = claim.ok_or(AppError::NotFound)?;
        match cx.actor.partner_id() {
            Some(partner_id) if *partner_id != claim.partner_id => Err(AppError::NotFound),
            Some(_) | None => Ok(Some(claim)),
        }
    }

    /// Who is in it: the registration that is named first, then whoever else claims the account,
    /// and direct sales where it is about direct sales.
    fn parties(
        &self,
        cx: &mut Cx<'_, '_>,
        own: Option<&ClaimView>,
        account_id: &AccountId,
    ) -> Result<Vec<Found>, AppError> {
        let mut parties: Vec<Found> = own
            .map(|claim| (Some(claim.partner_id.clone()), Some(claim.registration_id.clone())))
            .into_iter()
            .collect();
        let rivals = match self.kind {
            CaseKind::PartnerPartner | CaseKind::DuplicateAccounts => true,
            CaseKind::PartnerDirect | CaseKind::Decision | CaseKind::Attribution => own.is_none(),
        };
        if rivals {
            let hand = crate::conflicts::hands(cx.app)?.claims;
            for claim in cx.as_system(|cx| (hand.on)(cx, account_id))? {
                let counts = matches!(claim.claim, Claim::Asked | Claim::Protects);
                let known = own.is_some_and(|own| own.registration_id == claim.registration_id);
                if counts && !known && parties.len() < 6 {
                    parties.push((Some(claim.partner_id), Some(claim.registration_id)));
                }
            }
        }
        if self.kind == CaseKind::PartnerDirect {
            parties.push((None, None));
        }
        Ok(parties)
    }
}
