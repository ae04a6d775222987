//! The shapes of the API.

use domain::conflicts::{outcome::Outcome, remedy::Remedy};
use schemars::JsonSchema;
use serde::Serialize;

/// A case in a list.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct CaseBody {
    /// Its id.
    pub(crate) id: String,
    /// The reference shown to people, for example C-000012.
    pub(crate) reference: String,
    /// `partner_partner`, `partner_direct`, `duplicate_accounts`, `decision` or `attribution`.
    pub(crate) kind: &'static str,
    /// The account's id; empty for partners.
    pub(crate) account_id: String,
    /// The account's name.
    pub(crate) account_name: String,
    /// `open`, `decided` (it can be appealed) or `closed`.
    pub(crate) state: &'static str,
    /// `deciding`, `decided`, `appealed`, `final` or `closed` (without a decision).
    pub(crate) phase: &'static str,
    /// The current level, or the level of the last decision.
    pub(crate) level: u32,
    /// The question.
    pub(crate) asked: String,
    /// When it was opened (RFC 3339, UTC).
    pub(crate) opened_at: String,
    /// The deadline of the whole case (RFC 3339, UTC).
    pub(crate) due_at: String,
}

/// A case with everything the reader may see.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct CaseDetail {
    #[serde(flatten)]
    pub(crate) short: CaseBody,
    /// The name of the level.
    pub(crate) level_name: String,
    /// The deadline of the level (RFC 3339, UTC); `null` while no decision is due.
    pub(crate) level_due_at: Option<String>,
    /// Until when the clock is stopped at the latest; `null` while it runs.
    pub(crate) stopped_until: Option<String>,
    /// The end of the appeal period; `null` when it cannot be appealed.
    pub(crate) appeal_until: Option<String>,
    /// The decider's user id; empty for partners and while no decision is due.
    pub(crate) decider_user_id: String,
    /// True while the clocks of its registrations are stopped.
    pub(crate) clocks_held: bool,
    /// Who opened it.
    pub(crate) opened_by: String,
    /// The parties; a partner sees itself and direct sales.
    pub(crate) parties: Vec<PartyBody>,
    /// The statements; a partner sees its own.
    pub(crate) statements: Vec<StatementBody>,
    /// Requests for evidence; a partner sees its own.
    pub(crate) evidence_requests: Vec<RequestBody>,
    /// Files added by the parties; a partner sees its own.
    pub(crate) files: Vec<FileBody>,
    /// Notes; a partner sees its own.
    pub(crate) notes: Vec<NoteBody>,
    /// The decision and the decision on appeal.
    pub(crate) decisions: Vec<DecisionBody>,
    /// The appeal; `null` without one.
    pub(crate) appeal: Option<NoteBody>,
    /// Remedies; a partner sees its own.
    pub(crate) remedies: Vec<RemedyBody>,
    /// Decisions in similar cases, most similar first; none for partners.
    pub(crate) similar: Vec<PrecedentBody>,
    /// When it was closed (RFC 3339, UTC).
    pub(crate) closed_at: Option<String>,
    /// The outcome in words; empty while it is open.
    pub(crate) outcome: String,
    /// The vendor's note on the outcome; empty for partners.
    pub(crate) outcome_note: String,
}

/// A party.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct PartyBody {
    /// Its number in the case, used in decisions.
    pub(crate) party: u32,
    /// `partner` or `direct_sales`.
    pub(crate) side: &'static str,
    /// The partner's id; empty for direct sales.
    pub(crate) partner_id: String,
    /// Its registration's id; empty if there is none.
    pub(crate) registration_id: String,
}

/// A statement.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct StatementBody {
    /// `partner` or `direct_sales`.
    pub(crate) side: &'static str,
    /// The partner's id; empty for direct sales.
    pub(crate) partner_id: String,
    /// Who gave it.
    pub(crate) by: String,
    /// When (RFC 3339, UTC).
    pub(crate) at: String,
    /// `page`, `api` or `link`.
    pub(crate) through: String,
    /// The words.
    pub(crate) words: String,
}

/// A request for evidence.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct RequestBody {
    /// Its id.
    pub(crate) id: String,
    /// The partner that was asked; empty for direct sales.
    pub(crate) partner_id: String,
    /// The question.
    pub(crate) words: String,
    /// When (RFC 3339, UTC).
    pub(crate) asked_at: String,
    /// Until when it stops the clock at the latest (RFC 3339, UTC).
    pub(crate) stops_until: String,
    /// When it was answered (RFC 3339, UTC).
    pub(crate) answered_at: Option<String>,
    /// The answer; empty while it is pending.
    pub(crate) answer: String,
}

/// A file.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct FileBody {
    /// Its id.
    pub(crate) id: String,
    /// The partner that added it; empty for direct sales.
    pub(crate) partner_id: String,
    /// Its name.
    pub(crate) name: String,
    /// Its size in bytes.
    pub(crate) size: i64,
    /// The SHA-256 of its content in hexadecimal.
    pub(crate) sha256: String,
    /// When it was added (RFC 3339, UTC).
    pub(crate) added_at: String,
}

/// A note.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct NoteBody {
    /// `partner` or `vendor`.
    pub(crate) side: &'static str,
    /// Who wrote it.
    pub(crate) by: String,
    /// When (RFC 3339, UTC).
    pub(crate) at: String,
    /// The words.
    pub(crate) words: String,
}

/// A decision.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct DecisionBody {
    /// The level that decided.
    pub(crate) level: u32,
    /// Who decided.
    pub(crate) by: String,
    /// When (RFC 3339, UTC).
    pub(crate) at: String,
    /// The outcome with its parties; `null` for partners, who get `words`.
    pub(crate) outcome: Option<Outcome>,
    /// The rule applied.
    pub(crate) rule: String,
    /// The reason, for the vendor; empty for partners.
    pub(crate) reason: String,
    /// The text for the reader.
    pub(crate) words: String,
    /// The hash of the evidence chain at the decision; empty for partners.
    pub(crate) evidence_hash: String,
    /// True if it reverses the previous decision.
    pub(crate) reverses: bool,
}

/// A remedy.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct RemedyBody {
    /// What, and how much.
    #[serde(flatten)]
    pub(crate) remedy: Remedy,
    /// In words.
    pub(crate) words: String,
    /// The last day it can be used.
    pub(crate) until_on: Option<String>,
}

/// A final decision.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct PrecedentBody {
    /// The case's id.
    pub(crate) case_id: String,
    /// The reference shown to people.
    pub(crate) reference: String,
    /// The subject.
    pub(crate) kind: &'static str,
    /// The outcome with its parties.
    pub(crate) outcome: Outcome,
    /// The rule applied.
    pub(crate) rule: String,
    /// Why.
    pub(crate) reason: String,
    /// When (RFC 3339, UTC).
    pub(crate) decided_at: String,
    /// Its similarity to the shown case, in basis points.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) likeness_bp: Option<u32>,
    /// The similarities.
    pub(crate) agrees: Vec<&'static str>,
}

/// The metrics of conflict cases.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct MeasuresBody {
    /// The start of the period: cases opened since then count (RFC 3339, UTC).
    pub(crate) since: String,
    /// Open cases.
    pub(crate) open: u32,
    /// Of these, overdue cases.
    pub(crate) overdue: u32,
    /// Resolved cases.
    pub(crate) resolved: u32,
    /// The median business days to resolution.
    pub(crate) median_business_days: Option<u32>,
    /// The share resolved in time, of all that are resolved or overdue, in basis points.
    pub(crate) in_time_bp: Option<u32>,
    /// The share of cases with direct sales decided for the partner, in basis points.
    pub(crate) for_partner_bp: Option<u32>,
    /// Decisions reversed on appeal.
    pub(crate) reversals: u32,
    /// Accounts with repeated conflicts, most cases first.
    pub(crate) accounts: Vec<RepeatBody>,
    /// Reps with repeated conflicts, most cases first.
    pub(crate) reps: Vec<RepeatBody>,
}

/// An account or rep with repeated conflicts.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct RepeatBody {
    /// Its id.
    pub(crate) id: String,
    /// How many cases.
    pub(crate) cases: u32,
}
