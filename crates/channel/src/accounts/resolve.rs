//! Is it the same company? First the exact look-up by domain and normalised name, then the
//! engine's candidates with their probability (AC-02, AC-03).

use std::collections::BTreeMap;

use domain::{
    accounts::{Domain, MatchThresholds, MatchVerdict, Signs, match_verdict},
    ids::AccountId,
    percentage::BasisPoints,
};
use serde::{Deserialize, Serialize};

use super::exact;
use crate::program;
use frame::{ctx::Cx, error::AppError};

/// How many candidates a person is shown at most.
const CANDIDATES: usize = 8;

/// The company somebody named.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// Its name, as given.
    pub name: String,
    /// Further names under which it is known.
    pub other_names: Vec<String>,
    /// A domain, address or e-mail address; `""` for none.
    pub domain: String,
    /// ISO 3166 alpha-2, `""` when unknown.
    pub country: String,
    /// The postal code, `""` when unknown.
    pub postal_code: String,
    /// The city, `""` when unknown.
    pub city: String,
    /// Further domains.
    pub further_domains: Vec<String>,
    /// Ids in other systems: (system, id).
    pub external_ids: Vec<(String, String)>,
}

impl Asked {
    /// A company as one types it into one field: a domain or a mail address when it reads as one,
    /// else a name.
    pub fn from_words(words: &str) -> Self {
        let words = words.trim();
        let host = words.rsplit_once('@').map_or(words, |(_, host)| host);
        match Domain::parse(host) {
            Ok(_) if words.contains('@') => Self { domain: words.to_owned(), ..Self::default() },
            Ok(domain) => {
                Self { domain: domain.without_www().ascii().to_owned(), ..Self::default() }
            }
            Err(_) => Self { name: words.to_owned(), ..Self::default() },
        }
    }

    /// Its domains as given.
    pub(super) fn domains(&self) -> impl Iterator<Item = &String> {
        std::iter::once(&self.domain).chain(&self.further_domains)
    }
}

/// An account that may be the company meant.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CandidateView {
    /// The account.
    pub account_id: AccountId,
    /// Its name.
    pub name: String,
    /// Its country.
    pub country: String,
    /// How probable it is that it is the same, in basis points.
    pub probability_bp: u32,
    /// Why, in words.
    pub reasons: Vec<String>,
    /// True when one sign speaks against another, such as the same domain under another name. A
    /// person decides then, however much else agrees.
    #[serde(default, alias = "numbers_differ")]
    pub contradicts: bool,
}

/// What `resolve` finds.
#[derive(Debug, Clone)]
pub enum Resolution {
    /// It is this account.
    Sure(CandidateView),
    /// A person of the vendor decides; best first.
    Possible(Vec<CandidateView>),
    /// No account is this company.
    New,
}

/// Accounts that may be the company meant, best first, whatever their probability. Rule AC-02.
pub fn candidates(cx: &mut Cx<'_, '_>, asked: &Asked) -> Result<Vec<CandidateView>, AppError> {
    candidates_from(cx, asked, 0)
}

/// As [`candidates`], without those the engine holds for less probable than `least_bp`.
fn candidates_from(
    cx: &mut Cx<'_, '_>,
    asked: &Asked,
    least_bp: u32,
) -> Result<Vec<CandidateView>, AppError> {
    let mut found: BTreeMap<AccountId, CandidateView> = BTreeMap::new();
    let engine = cx.app.clone();
    let index = super::index(&engine)?;
    let ready = index.follow(cx)?;
    let asked = &exact::telling(cx, asked)?;
    for candidate in index.candidates(cx, asked, (CANDIDATES, least_bp))? {
        found.insert(candidate.account_id.clone(), candidate);
    }
    for candidate in exact::candidates(cx, asked, ready)? {
        found
            .entry(candidate.account_id.clone())
            .and_modify(|known| {
                known.probability_bp = known.probability_bp.max(candidate.probability_bp);
                known.contradicts = candidate.contradicts;
            })
            .or_insert(candidate);
    }
    for candidate in found.values_mut() {
        candidate.contradicts |= exact::has_another_id(cx, &candidate.account_id, asked)?;
    }
    let mut candidates: Vec<CandidateView> = found.into_values().collect();
    candidates
        .sort_by(|a, b| (b.probability_bp, &a.account_id).cmp(&(a.probability_bp, &b.account_id)));
    Ok(candidates)
}

/// Accounts that may be the same company as this one, best first. Rule AC-02.
pub fn candidates_of(
    cx: &mut Cx<'_, '_>,
    account_id: &AccountId,
) -> Result<Vec<CandidateView>, AppError> {
    let engine = cx.app.clone();
    let index = super::index(&engine)?;
    if index.follow(cx)? {
        return index.candidates_of(cx, account_id, CANDIDATES);
    }
    let account = super::store::get(cx, account_id)?;
    let asked = asked_of(&account);
    let mut found = exact::candidates(cx, &asked, false)?;
    found.retain(|candidate| candidate.account_id != *account_id);
    Ok(found)
}

/// An account as a question about it.
pub(super) fn asked_of(account: &super::store::AccountView) -> Asked {
    Asked {
        name: account.name.clone(),
        other_names: Vec::new(),
        domain: account.domains.first().cloned().unwrap_or_default(),
        country: account.country.clone(),
        postal_code: account.postal_code.clone(),
        city: account.city.clone(),
        further_domains: account.domains.iter().skip(1).cloned().collect(),
        external_ids: Vec::new(),
    }
}

/// The thresholds of the vendor's program in force; the usual ones while there is none. Rule AC-03.
pub fn thresholds(cx: &mut Cx<'_, '_>) -> Result<MatchThresholds, AppError> {
    let now = cx.now;
    let found = program::only_program(cx).and_then(|id| program::in_force(cx, &id, now));
    let policy = match found {
        Ok(policy) => policy,
        Err(AppError::Unavailable(_)) => return Ok(MatchThresholds::default()),
        Err(error) => return Err(error),
    };
    let matching = &policy.document.matching;
    Ok(MatchThresholds {
        sure_bp: BasisPoints::new(matching.sure_bp),
        possible_bp: BasisPoints::new(matching.possible_bp),
    })
}

/// Finds the account that is meant. Rules AC-02, AC-03.
pub fn resolve(
    cx: &mut Cx<'_, '_>,
    asked: &Asked,
    thresholds: &MatchThresholds,
) -> Result<Resolution, AppError> {
    if let Some(known) = exact::by_external_id(cx, asked)? {
        return Ok(Resolution::Sure(known));
    }
    let mut candidates = candidates_from(cx, asked, thresholds.possible_bp.get())?;
    candidates.retain(|candidate| verdict(candidate, thresholds) != MatchVerdict::New);
    let sure: Vec<&CandidateView> = candidates
        .iter()
        .filter(|candidate| verdict(candidate, thresholds) == MatchVerdict::Same)
        .collect();
    match sure.as_slice() {
        [only] => Ok(Resolution::Sure((*only).clone())),
        [] if candidates.is_empty() => Ok(Resolution::New),
        [] | [_, ..] => Ok(Resolution::Possible(candidates)),
    }
}

/// What a candidate's probability means; rule AC-03.
pub(super) fn verdict(candidate: &CandidateView, thresholds: &MatchThresholds) -> MatchVerdict {
    let signs = if candidate.contradicts { Signs::Contradict } else { Signs::Agree };
    match_verdict(BasisPoints::new(candidate.probability_bp), signs, thresholds)
}
