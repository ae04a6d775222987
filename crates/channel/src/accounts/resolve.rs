//! Is it the same company? First the exact look-up by domain and normalised name, then the
//! engine's candidates with their probability (AC-02, AC-03).

use std::collections::BTreeMap;

use domain::{
    accounts::{MatchThresholds, MatchVerdict, match_verdict},
    ids::AccountId,
    percentage::BasisPoints,
};
use serde::{Deserialize, Serialize};

use super::store::name_key;
use crate::program;
use frame::{ctx::Cx, error::AppError};

/// How many candidates a person is shown at most.
const CANDIDATES: usize = 8;
/// What an equal normalised name alone is worth when the engine cannot be asked.
const SAME_NAME_BP: u32 = 9_950;

/// The company somebody named.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// Its name, as given.
    pub name: String,
    /// A domain, address or e-mail address; `""` for none.
    pub domain: String,
    /// ISO 3166 alpha-2, `""` when unknown.
    pub country: String,
    /// The postal code, `""` when unknown.
    pub postal_code: String,
    /// The city, `""` when unknown.
    pub city: String,
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
    /// True when both names have numbers that differ: a second fund or plant of the same house. A
    /// person decides then, however much else agrees.
    pub numbers_differ: bool,
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

/// The registrable domain of a text, when it is evidence at all.
pub(super) fn evidence(text: &str) -> Option<String> {
    match matching::registrable_domain(text) {
        matching::DomainEvidence::Registrable(domain) => Some(domain),
        matching::DomainEvidence::FreeMail(_)
        | matching::DomainEvidence::Address
        | matching::DomainEvidence::Unknown => None,
    }
}

/// Whether a domain tells one company from another: one of a mail provider does not, nor does a
/// public suffix. Rule AC-02.
pub fn is_evidence(domain: &str) -> bool {
    evidence(domain).is_some()
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
    for candidate in index.candidates(cx, asked, (CANDIDATES, least_bp))? {
        found.insert(candidate.account_id.clone(), candidate);
    }
    for candidate in exact(cx, asked, ready)? {
        found
            .entry(candidate.account_id.clone())
            .and_modify(|known| {
                known.probability_bp = known.probability_bp.max(candidate.probability_bp);
                known.numbers_differ |= candidate.numbers_differ;
            })
            .or_insert(candidate);
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
    let mut found = exact(cx, &asked, false)?;
    found.retain(|candidate| candidate.account_id != *account_id);
    Ok(found)
}

/// An account as a question about it.
pub(super) fn asked_of(account: &super::store::AccountView) -> Asked {
    Asked {
        name: account.name.clone(),
        domain: account.domains.first().cloned().unwrap_or_default(),
        country: account.country.clone(),
        postal_code: account.postal_code.clone(),
        city: account.city.clone(),
    }
}

/// The thresholds of the vendor's program in force. Rule AC-03.
pub fn thresholds(cx: &mut Cx<'_, '_>) -> Result<MatchThresholds, AppError> {
    let program_id = program::only_program(cx)?;
    let now = cx.now;
    let matching = &program::in_force(cx, &program_id, now)?.document.matching;
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
    let verdict = match_verdict(BasisPoints::new(candidate.probability_bp), thresholds);
    if verdict == MatchVerdict::Same && candidate.numbers_differ {
        MatchVerdict::Possible
    } else {
        verdict
    }
}

/// Accounts with the same registrable domain or the same normalised name.
fn exact(
    cx: &mut Cx<'_, '_>,
    asked: &Asked,
    engine_ready: bool,
) -> Result<Vec<CandidateView>, AppError> {
    let vendor_id = cx.vendor();
    let mut found = Vec::new();
    if let Some(domain) = evidence(&asked.domain) {
        let rows = cx.tx.query_as::<(String, String, String), _>(
            "SELECT a.account_id, a.name, a.country FROM account_domains d \
             JOIN accounts a ON a.vendor_id = d.vendor_id AND a.account_id = d.account_id \
             WHERE d.vendor_id = $1 AND d.domain = $2 AND a.merged_into = '' \
             ORDER BY d.account_id LIMIT 20",
            db::params![vendor_id.as_str(), &domain],
        )?;
        for row in rows {
            found.push(exact_view(row, 10_000, format!("same domain {domain}"))?);
        }
    }
    let key = name_key(&asked.name);
    if !key.is_empty() {
        let rows = cx.tx.query_as::<(String, String, String), _>(
            "SELECT account_id, name, country FROM accounts WHERE vendor_id = $1 \
             AND name_key = $2 AND merged_into = '' ORDER BY account_id LIMIT 20",
            db::params![vendor_id.as_str(), &key],
        )?;
        for row in rows {
            let same_country =
                asked.country.is_empty() || row.2.is_empty() || asked.country == row.2;
            // Equal names in different countries are a person's decision unless the engine,
            // which knows how rare the words are, says more.
            let worth = if same_country { SAME_NAME_BP } else { SAME_NAME_BP / 2 };
            if !engine_ready || same_country {
                found.push(exact_view(row, worth, "same name".into())?);
            }
        }
    }
    Ok(found)
}

fn exact_view(
    (id, name, country): (String, String, String),
    probability_bp: u32,
    reason: String,
) -> Result<CandidateView, AppError> {
    Ok(CandidateView {
        account_id: AccountId::parse(&id).map_err(AppError::internal)?,
        name,
        country,
        probability_bp,
        reasons: vec![reason],
        numbers_differ: false,
    })
}
