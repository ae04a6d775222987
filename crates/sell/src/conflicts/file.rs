//! A case with the data its rules need, read once.

use domain::{
    accounts::Country,
    ids::{AccountId, CaseId, RegistrationId},
};

use super::{
    store::{
        self, Case, PartyRow,
        decisions::{self, Decision},
    },
    terms::{self, Terms},
};
use channel::accounts::{self, AccountView};
use frame::{ctx::Cx, error::AppError};

/// A case with what its rules look at.
pub(super) struct CaseFile {
    /// The case. What it names beside `account_id` and `account_name` is for the rules and not for
    /// a partner's eyes.
    pub(super) case: Case,
    pub(super) terms: Terms,
    /// Every party, for the rules themselves. [`CaseFile::seen`] are those of a reader.
    pub(super) parties: Vec<PartyRow>,
    /// The account, for the rules themselves; `None` when it has gone.
    pub(super) account: Option<AccountView>,
    /// The decisions, in order.
    pub(super) decisions: Vec<Decision>,
}

impl CaseFile {
    /// The names of the partners in it, which words for the other side must not hold.
    pub(super) fn partner_names(&self) -> impl Iterator<Item = &String> {
        self.parties.iter().map(|party| &party.partner_name)
    }

    /// Reads a case that the one who acts may know of; another is not found.
    pub(super) fn open(cx: &mut Cx<'_, '_>, case_id: &CaseId) -> Result<Self, AppError> {
        let case = store::find(cx, case_id)?;
        let account = match &case.account {
            Some(account_id) => account(cx, account_id)?,
            None => None,
        };
        let country = account.as_ref().and_then(|account| Country::parse(&account.country).ok());
        Ok(Self {
            terms: terms::at(cx, case.opened_at, country)?,
            parties: store::all_parties(cx, case_id)?,
            decisions: decisions::list(cx, case_id)?,
            account,
            case,
        })
    }

    /// The parties that a reader sees: a partner itself and direct sales, the vendor (`""`) all.
    /// Rule AC-05.
    pub(super) fn seen<'a>(&'a self, reader: &'a str) -> impl Iterator<Item = &'a PartyRow> {
        let is_seen = move |party: &&PartyRow| {
            reader.is_empty() || party.is_direct() || party.partner_id == reader
        };
        self.parties.iter().filter(is_seen)
    }

    /// The registrations in the case.
    pub(super) fn registrations(&self) -> Vec<RegistrationId> {
        self.parties.iter().filter_map(PartyRow::claim).collect()
    }
}

/// An account; `None` when it has gone.
pub(super) fn account(
    cx: &mut Cx<'_, '_>,
    account_id: &AccountId,
) -> Result<Option<AccountView>, AppError> {
    match accounts::get(cx, account_id) {
        Ok(account) => Ok(Some(account)),
        Err(AppError::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}
