//! The shapes of the API.

use domain::conflicts::{outcome::Outcome, remedy::Remedy};
use schemars::JsonSchema;
use serde::Serialize;

/// A case in a list.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct CaseBody {
    /// Its id.
    pub(crate) id: String,
    /// What people call it, for example C-000012.
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
    /// The level on which it lies, or was decided last.
    pub(crate) level: u32,
    /// What is asked.
    pub(crate) asked: String,
    /// When it was opened (RFC 3339, UTC).
    pub(crate) opened_at: String,
    /// When the time of the whole case ends (RFC 3339, UTC).
    pub(crate) due_at: String,
}

/// A case with everything that the reader may know.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct CaseDetail {
    #[serde(flatten)]
    pub(crate) short: CaseBody,
    /// The name of the level.
    pub(crate) level_name: String,
    /// When the time of the level ends (RFC 3339, UTC); `null` when nobody has to decide.
    pub(crate) level_due_at: Option<String>,
    /// Until when the clock stands still at the longest; `null` while it runs.
    pub(crate) stopped_until: Option<String>,
    /// The first instant at which it can no longer be appealed; `null` when it cannot.
    pub(crate) appeal_until: Option<String>,
    /// Who decides: a person's id; empty for partners, and while nobody has to.
    pub(crate) decider_user_id: String,
    /// True while the clocks of the registrations in it are held.
    pub(crate) clocks_held: bool,
    /// Who opened it.
    pub(crate) opened_by: String,
    /// Who is in it; a partner sees itself and direct sales.
    pub(crate) parties: Vec<PartyBody>,
    /// The statements; a partner reads its own.
    pub(crate) statements: Vec<StatementBody>,
    /// Evidence that was asked for; a partner sees what was asked of it.
    pub(crate) evidence_requests: Vec<RequestBody>,
    /// Files that the parties added; a partner sees its own.
    pub(crate) files: Vec<FileBody>,
    /// What was said beside; a partner reads its own notes.
    pub(crate) notes: Vec<NoteBody>,
    /// The decision, and the one on appeal.
    pub(crate) decisions: Vec<DecisionBody>,
    /// The appeal; `null` without one.
    pub(crate) appeal: Option<NoteBody>,
    /// What the other side gets; a partner sees its own.
    pub(crate) remedies: Vec<RemedyBody>,
    /// Decisions in similar cases, the likest first; none for partners.
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
    /// Its number in the case, by which decisions name it.
    pub(crate) party: u32,
    /// `partner` or `direct_sales`.
    pub(crate) side: &'static str,
    /// The partner's id; empty for direct sales.
    pub(crate) partner_id: String,
    /// Its registration's id; empty when there is none.
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
    /// What was asked.
    pub(crate) words: String,
    /// When (RFC 3339, UTC).
    pub(crate) asked_at: String,
    /// Until when it stops the clock at the longest (RFC 3339, UTC).
    pub(crate) stops_until: String,
    /// When it was answered (RFC 3339, UTC).
    pub(crate) answered_at: Option<String>,
    /// The answer; empty while it is awaited.
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
    /// The outcome with its parties; `null` for partners, who read the words.
    pub(crate) outcome: Option<Outcome>,
    /// The rule it follows.
    pub(crate) rule: String,
    /// Why, for the vendor; empty for partners.
    pub(crate) reason: String,
    /// What the reader is told.
    pub(crate) words: String,
    /// The end of the chain of evidence that the decider had; empty for partners.
    pub(crate) evidence_hash: String,
    /// True when it changes the decision before it.
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
    /// The last day on which it can be used.
    pub(crate) until_on: Option<String>,
}

/// A decision that stands.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct PrecedentBody {
    /// The case's id.
    pub(crate) case_id: String,
    /// What people call it.
    pub(crate) reference: String,
    /// What it was about.
    pub(crate) kind: &'static str,
    /// The outcome with its parties.
    pub(crate) outcome: Outcome,
    /// The rule it follows.
    pub(crate) rule: String,
    /// Why.
    pub(crate) reason: String,
    /// When (RFC 3339, UTC).
    pub(crate) decided_at: String,
    /// How like it is to the case beside which it is shown, in basis points.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) likeness_bp: Option<u32>,
    /// What agrees.
    pub(crate) agrees: Vec<&'static str>,
}

/// What is measured of cases.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct MeasuresBody {
    /// Since when cases were opened that count (RFC 3339, UTC).
    pub(crate) since: String,
    /// Cases that are not resolved.
    pub(crate) open: u32,
    /// Of these, those beyond their time.
    pub(crate) overdue: u32,
    /// Cases that were resolved.
    pub(crate) resolved: u32,
    /// The median of the business days to the resolution.
    pub(crate) median_business_days: Option<u32>,
    /// The share resolved in time, in basis points.
    pub(crate) in_time_bp: Option<u32>,
    /// The share of cases with direct sales that was decided for the partner, in basis points.
    pub(crate) for_partner_bp: Option<u32>,
    /// Decisions that an appeal changed.
    pub(crate) reversals: u32,
    /// Accounts with repeated conflicts, the most first.
    pub(crate) accounts: Vec<RepeatBody>,
    /// Reps with repeated conflicts, the most first.
    pub(crate) reps: Vec<RepeatBody>,
}

/// Something with repeated conflicts.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct RepeatBody {
    /// Its id.
    pub(crate) id: String,
    /// How many cases.
    pub(crate) cases: u32,
}
