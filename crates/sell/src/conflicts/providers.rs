//! What the slices above do for cases: registrations know the claims, direct sales its side. The
//! frame puts them together (`lib.rs`), since a case is opened below them.

use std::collections::BTreeSet;

use domain::{
    conflicts::{
        bundle::Fact,
        outcome::{Outcome, Share},
        rule_level::Claim,
    },
    deal_registration::receipt::Hash,
    ids::{AccountId, CaseId, PartnerId, RegistrationId, UserId},
};
use jiff::Timestamp;

use frame::{ctx::Cx, error::AppError};

/// What a registration claims.
#[derive(Debug, Clone)]
pub struct ClaimView {
    /// The registration.
    pub registration_id: RegistrationId,
    /// The reference shown to people.
    pub reference: String,
    /// Its partner.
    pub partner_id: PartnerId,
    /// Its account, once it is known.
    pub account_id: Option<AccountId>,
    /// How far the claim goes.
    pub claim: Claim,
    /// When it asked first.
    pub ranked_at: Option<Timestamp>,
    /// Since when stakes count: its first submission.
    pub since: Option<Timestamp>,
    /// The person who entered it.
    pub entered_by: Option<UserId>,
    /// The people who ever decided it: approved, rejected, returned or released it.
    pub deciders: BTreeSet<UserId>,
    /// The partner's track when it was submitted.
    pub track: String,
    /// Codes of its product lines.
    pub products: Vec<String>,
    /// The expected amount in minor units; 0 without one.
    pub amount_minor: i64,
    /// True when an activity is documented.
    pub worked: bool,
    /// True when the lockout has lapsed.
    pub lapsed: bool,
}

/// A file of the evidence, with its content.
#[derive(Debug, Clone)]
pub struct EvidenceFile {
    /// Its name.
    pub name: String,
    /// Whose it is: a partner's id, or `direct_sales`.
    pub side: String,
    /// Its content.
    pub content: Vec<u8>,
}

/// Evidence as it is gathered.
#[derive(Debug, Default)]
pub struct Gathered {
    /// What happened, in any order.
    pub facts: Vec<Fact>,
    /// Files, in the order in which they were added.
    pub files: Vec<EvidenceFile>,
}

/// A party in a ruling.
#[derive(Debug, Clone)]
pub struct RuledParty {
    /// The partner; `None` for direct sales.
    pub partner_id: Option<PartnerId>,
    /// Its registration, where there is one.
    pub registration_id: Option<RegistrationId>,
}

/// A decision, as those who carry it out need it.
#[derive(Debug, Clone)]
pub struct Ruling {
    /// The case.
    pub case_id: CaseId,
    /// What people call the case.
    pub reference: String,
    /// The account.
    pub account_id: Option<AccountId>,
    /// What was decided.
    pub outcome: Outcome,
    /// What the parties are told; names no partner.
    pub words: String,
    /// Who decided, by name.
    pub decided_by_name: String,
    /// The parties by their numbers in the case, from 0.
    pub parties: Vec<RuledParty>,
}

impl Ruling {
    /// The registration of the party that works the account from now on, `None` when none of them gets
    /// it, and whether direct sales works it too. Rule CF-05.
    pub fn winner(&self) -> (Option<&RegistrationId>, bool) {
        let party =
            |number: u32| usize::try_from(number).ok().and_then(|number| self.parties.get(number));
        let registration = |number| party(number)?.registration_id.as_ref();
        match &self.outcome {
            Outcome::Award { party } => (registration(*party), false),
            Outcome::CoSell { split } => {
                let mut split = split.clone();
                split.sort_by_key(|share| (std::cmp::Reverse(share.share_bp), share.party));
                let is_direct = |share: &Share| {
                    party(share.party).is_some_and(|party| party.partner_id.is_none())
                };
                let leader = split.iter().find_map(|share| registration(share.party));
                (leader, split.iter().any(is_direct))
            }
            Outcome::RejectBoth | Outcome::Release => (None, false),
        }
    }
}

/// A signature of the installation.
#[derive(Debug, Clone)]
pub struct Signed {
    /// The signature over the 32 bytes of the hash, in hexadecimal.
    pub signature: String,
    /// How it is signed: `Ed25519`.
    pub algorithm: String,
    /// The short name of the key.
    pub key_id: String,
}

/// A registration that can be named, and what it is called on a page.
pub type Nameable = (RegistrationId, String);

/// What registrations do for cases.
#[derive(Debug, Clone, Copy)]
pub struct Claims {
    /// The claim of a registration; `None` when there is none.
    pub of: fn(&mut Cx<'_, '_>, &RegistrationId) -> Result<Option<ClaimView>, AppError>,
    /// The claims on an account that are not over, the earliest number first.
    pub on: fn(&mut Cx<'_, '_>, &AccountId) -> Result<Vec<ClaimView>, AppError>,
    /// The latest registrations that the one who acts may name, at most 100.
    pub nameable: fn(&mut Cx<'_, '_>) -> Result<Vec<Nameable>, AppError>,
    /// The registration of that number, as far as the one who acts may see it.
    pub numbered: fn(&mut Cx<'_, '_>, i64) -> Result<Option<RegistrationId>, AppError>,
    /// Counts an answer that a partner gets about an account, and fails with 429 when it had its
    /// share within the hour (DR-18).
    pub counted: fn(&mut Cx<'_, '_>) -> Result<(), AppError>,
    /// Marks registrations as disputed.
    pub disputed: fn(&mut Cx<'_, '_>, &[RegistrationId]) -> Result<(), AppError>,
    /// Gathers what is known of a registration.
    pub gather: fn(&mut Cx<'_, '_>, &RegistrationId, &mut Gathered) -> Result<(), AppError>,
    /// Holds the clocks of registrations, or lets them go on.
    pub hold: fn(&mut Cx<'_, '_>, &[RegistrationId], bool) -> Result<(), AppError>,
    /// Carries a decision out as far as an appeal can still change it.
    pub decided: fn(&mut Cx<'_, '_>, &Ruling) -> Result<(), AppError>,
    /// Carries the rest out, once nobody can appeal any more.
    pub made_final: fn(&mut Cx<'_, '_>, &Ruling) -> Result<(), AppError>,
    /// Signs a hash with the installation's key for receipts.
    pub sign: fn(&mut Cx<'_, '_>, &Hash) -> Result<Signed, AppError>,
    /// Takes registrations out of the dispute.
    pub settled: fn(&mut Cx<'_, '_>, &[RegistrationId]) -> Result<(), AppError>,
}

/// What direct sales has on an account.
#[derive(Debug, Clone, Default)]
pub struct DirectView {
    /// The people who own opportunities on it or tried to record one, the latest first.
    pub people: Vec<UserId>,
    /// True when an opportunity is open.
    pub has_open: bool,
}

/// What direct sales does for cases.
#[derive(Debug, Clone, Copy)]
pub struct Direct {
    /// What it has on an account.
    pub on: fn(&mut Cx<'_, '_>, &AccountId) -> Result<DirectView, AppError>,
    /// Gathers what it did on an account.
    pub gather: fn(&mut Cx<'_, '_>, &AccountId, &mut Gathered) -> Result<(), AppError>,
}

/// What the slices above do for cases.
#[derive(Debug, Clone, Copy)]
pub struct Providers {
    /// Registrations.
    pub claims: Claims,
    /// Direct sales.
    pub direct: Direct,
}
