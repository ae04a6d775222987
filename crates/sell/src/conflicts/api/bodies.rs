//! The shapes of the API.

use domain::conflicts::{outcome::Outcome, remedy::Remedy};
use schemars::JsonSchema;
use serde::Serialize;

/// A case in a list.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::conflicts) struct CaseBody {
    /// Its id.
    pub(in crate::conflicts) id: String,
    /// What people call it, for example C-000012.
    pub(in crate::conflicts) reference: String,
    /// `partner_partner`, `partner_direct`, `duplicate_accounts`, `decision` or `attribution`.
    pub(in crate::conflicts) kind: &'static str,
    /// The account's id; empty for partners.
    pub(in crate::conflicts) account_id: String,
    /// The account's name.
    pub(in crate::conflicts) account_name: String,
    /// `open`, `decided` (it can be appealed) or `closed`.
    pub(in crate::conflicts) state: &'static str,
    /// `deciding`, `decided`, `appealed`, `final` or `closed` (without a decision).
    pub(in crate::conflicts) phase: &'static str,
    /// The level on which it lies, or was decided last.
    pub(in crate::conflicts) level: u32,
    /// What is asked.
    pub(in crate::conflicts) asked: String,
    /// When it was opened (RFC 3339, UTC).
    pub(in crate::conflicts) opened_at: String,
    /// When the time of the whole case ends (RFC 3339, UTC).
    pub(in crate::conflicts) due_at: String,
}

/// A case with everything that the reader may know.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::conflicts) struct CaseDetail {
    #[serde(flatten)]
    pub(in crate::conflicts) short: CaseBody,
    /// The name of the level.
    pub(in crate::conflicts) level_name: String,
    /// When the time of the level ends (RFC 3339, UTC); `null` when nobody has to decide.
    pub(in crate::conflicts) level_due_at: Option<String>,
    /// Until when the clock stands still at the longest; `null` while it runs.
    pub(in crate::conflicts) stopped_until: Option<String>,
    /// The first instant at which it can no longer be appealed; `null` when it cannot.
    pub(in crate::conflicts) appeal_until: Option<String>,
    /// Who decides: a person's id; empty for partners, and while nobody has to.
    pub(in crate::conflicts) decider_user_id: String,
    /// True while the clocks of the registrations in it are held.
    pub(in crate::conflicts) clocks_held: bool,
    /// Who opened it.
    pub(in crate::conflicts) opened_by: String,
    /// Who is in it; a partner sees itself and direct sales.
    pub(in crate::conflicts) parties: Vec<PartyBody>,
    /// The statements; a partner reads its own.
    pub(in crate::conflicts) statements: Vec<StatementBody>,
    /// Evidence that was asked for; a partner sees what was asked of it.
    pub(in crate::conflicts) evidence_requests: Vec<RequestBody>,
    /// Files that the parties added; a partner sees its own.
    pub(in crate::conflicts) files: Vec<FileBody>,
    /// What was said beside; a partner reads its own notes.
    pub(in crate::conflicts) notes: Vec<NoteBody>,
    /// The decision, and the one on appeal.
    pub(in crate::conflicts) decisions: Vec<DecisionBody>,
    /// The appeal; `null` without one.
    pub(in crate::conflicts) appeal: Option<NoteBody>,
    /// What the other side gets; a partner sees its own.
    pub(in crate::conflicts) remedies: Vec<RemedyBody>,
    /// Decisions in similar cases, the likest first; none for partners.
    pub(in crate::conflicts) similar: Vec<PrecedentBody>,
    /// When it was closed (RFC 3339, UTC).
    pub(in crate::conflicts) closed_at: Option<String>,
    /// The outcome in words; empty while it is open.
    pub(in crate::conflicts) outcome: String,
    /// The vendor's note on the outcome; empty for partners.
    pub(in crate::conflicts) outcome_note: String,
}

/// A party.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::conflicts) struct PartyBody {
    /// Its number in the case, by which decisions name it.
    pub(in crate::conflicts) party: u32,
    /// `partner` or `direct_sales`.
    pub(in crate::conflicts) side: &'static str,
    /// The partner's id; empty for direct sales.
    pub(in crate::conflicts) partner_id: String,
    /// Its registration's id; empty when there is none.
    pub(in crate::conflicts) registration_id: String,
}

/// A statement.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::conflicts) struct StatementBody {
    /// `partner` or `direct_sales`.
    pub(in crate::conflicts) side: &'static str,
    /// The partner's id; empty for direct sales.
    pub(in crate::conflicts) partner_id: String,
    /// Who gave it.
    pub(in crate::conflicts) by: String,
    /// When (RFC 3339, UTC).
    pub(in crate::conflicts) at: String,
    /// `page`, `api` or `link`.
    pub(in crate::conflicts) through: String,
    /// The words.
    pub(in crate::conflicts) words: String,
}

/// A request for evidence.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::conflicts) struct RequestBody {
    /// Its id.
    pub(in crate::conflicts) id: String,
    /// The partner that was asked; empty for direct sales.
    pub(in crate::conflicts) partner_id: String,
    /// What was asked.
    pub(in crate::conflicts) words: String,
    /// When (RFC 3339, UTC).
    pub(in crate::conflicts) asked_at: String,
    /// Until when it stops the clock at the longest (RFC 3339, UTC).
    pub(in crate::conflicts) stops_until: String,
    /// When it was answered (RFC 3339, UTC).
    pub(in crate::conflicts) answered_at: Option<String>,
    /// The answer; empty while it is awaited.
    pub(in crate::conflicts) answer: String,
}

/// A file.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::conflicts) struct FileBody {
    /// Its id.
    pub(in crate::conflicts) id: String,
    /// The partner that added it; empty for direct sales.
    pub(in crate::conflicts) partner_id: String,
    /// Its name.
    pub(in crate::conflicts) name: String,
    /// Its size in bytes.
    pub(in crate::conflicts) size: i64,
    /// The SHA-256 of its content in hexadecimal.
    pub(in crate::conflicts) sha256: String,
    /// When it was added (RFC 3339, UTC).
    pub(in crate::conflicts) added_at: String,
}

/// A note.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::conflicts) struct NoteBody {
    /// `partner` or `vendor`.
    pub(in crate::conflicts) side: &'static str,
    /// Who wrote it.
    pub(in crate::conflicts) by: String,
    /// When (RFC 3339, UTC).
    pub(in crate::conflicts) at: String,
    /// The words.
    pub(in crate::conflicts) words: String,
}

/// A decision.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::conflicts) struct DecisionBody {
    /// The level that decided.
    pub(in crate::conflicts) level: u32,
    /// Who decided.
    pub(in crate::conflicts) by: String,
    /// When (RFC 3339, UTC).
    pub(in crate::conflicts) at: String,
    /// The outcome with its parties; `null` for partners, who read the words.
    pub(in crate::conflicts) outcome: Option<Outcome>,
    /// The rule it follows.
    pub(in crate::conflicts) rule: String,
    /// Why, for the vendor; empty for partners.
    pub(in crate::conflicts) reason: String,
    /// What the reader is told.
    pub(in crate::conflicts) words: String,
    /// The end of the chain of evidence that the decider had; empty for partners.
    pub(in crate::conflicts) evidence_hash: String,
    /// True when it changes the decision before it.
    pub(in crate::conflicts) reverses: bool,
}

/// A remedy.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::conflicts) struct RemedyBody {
    /// What, and how much.
    #[serde(flatten)]
    pub(in crate::conflicts) remedy: Remedy,
    /// In words.
    pub(in crate::conflicts) words: String,
    /// The last day on which it can be used.
    pub(in crate::conflicts) until_on: Option<String>,
}

/// A decision that stands.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::conflicts) struct PrecedentBody {
    /// The case's id.
    pub(in crate::conflicts) case_id: String,
    /// What people call it.
    pub(in crate::conflicts) reference: String,
    /// What it was about.
    pub(in crate::conflicts) kind: &'static str,
    /// The outcome with its parties.
    pub(in crate::conflicts) outcome: Outcome,
    /// The rule it follows.
    pub(in crate::conflicts) rule: String,
    /// Why.
    pub(in crate::conflicts) reason: String,
    /// When (RFC 3339, UTC).
    pub(in crate::conflicts) decided_at: String,
    /// How like it is to the case beside which it is shown, in basis points.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::conflicts) likeness_bp: Option<u32>,
    /// What agrees.
    pub(in crate::conflicts) agrees: Vec<&'static str>,
}

/// What is measured of cases.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::conflicts) struct MeasuresBody {
    /// Since when cases were opened that count (RFC 3339, UTC).
    pub(in crate::conflicts) since: String,
    /// Cases that are not resolved.
    pub(in crate::conflicts) open: u32,
    /// Of these, those beyond their time.
    pub(in crate::conflicts) overdue: u32,
    /// Cases that were resolved.
    pub(in crate::conflicts) resolved: u32,
    /// The median of the business days to the resolution.
    pub(in crate::conflicts) median_business_days: Option<u32>,
    /// The share resolved in time, in basis points.
    pub(in crate::conflicts) in_time_bp: Option<u32>,
    /// The share of cases with direct sales that was decided for the partner, in basis points.
    pub(in crate::conflicts) for_partner_bp: Option<u32>,
    /// Decisions that an appeal changed.
    pub(in crate::conflicts) reversals: u32,
    /// Accounts with repeated conflicts, the most first.
    pub(in crate::conflicts) accounts: Vec<RepeatBody>,
    /// Reps with repeated conflicts, the most first.
    pub(in crate::conflicts) reps: Vec<RepeatBody>,
}

/// Something with repeated conflicts.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::conflicts) struct RepeatBody {
    /// Its id.
    pub(in crate::conflicts) id: String,
    /// How many cases.
    pub(in crate::conflicts) cases: u32,
}
