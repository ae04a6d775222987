//! The shapes of the API.

use domain::conflicts::{outcome::Outcome, remedy::Remedy};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A page of cases.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct CasePage {
    /// Newest first.
    pub(super) data: Vec<CaseShort>,
    /// Give it as `cursor` for the next page; `null` at the end.
    pub(super) next_cursor: Option<String>,
}

/// A case in a list.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct CaseShort {
    /// Its id.
    pub(super) id: String,
    /// What people call it, for example C-000012.
    pub(super) reference: String,
    /// `partner_partner`, `partner_direct`, `duplicate_accounts`, `decision` or `attribution`.
    pub(super) kind: &'static str,
    /// The account's id; empty for partners.
    pub(super) account_id: String,
    /// The account's name.
    pub(super) account_name: String,
    /// `open`, `decided` (it can be appealed) or `closed`.
    pub(super) state: &'static str,
    /// `deciding`, `decided`, `appealed`, `final` or `closed` (without a decision).
    pub(super) phase: &'static str,
    /// The level on which it lies, or was decided last.
    pub(super) level: u32,
    /// What is asked.
    pub(super) asked: String,
    /// When it was opened (RFC 3339, UTC).
    pub(super) opened_at: String,
    /// When the time of the whole case ends (RFC 3339, UTC).
    pub(super) due_at: String,
}

/// A case with everything that the reader may know.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct CaseBody {
    #[serde(flatten)]
    pub(super) short: CaseShort,
    /// The name of the level.
    pub(super) level_name: String,
    /// When the time of the level ends (RFC 3339, UTC); `null` when nobody has to decide.
    pub(super) level_due_at: Option<String>,
    /// Until when the clock stands still at the longest; `null` while it runs.
    pub(super) stopped_until: Option<String>,
    /// The first instant at which it can no longer be appealed; `null` when it cannot.
    pub(super) appeal_until: Option<String>,
    /// Who decides: a person's id; empty for partners, and while nobody has to.
    pub(super) decider_user_id: String,
    /// True while the clocks of the registrations in it are held.
    pub(super) clocks_held: bool,
    /// Who opened it.
    pub(super) opened_by: String,
    /// Who is in it; a partner sees itself and direct sales.
    pub(super) parties: Vec<PartyBody>,
    /// The statements; a partner reads its own.
    pub(super) statements: Vec<StatementBody>,
    /// Evidence that was asked for; a partner sees what was asked of it.
    pub(super) evidence_requests: Vec<RequestBody>,
    /// Files that the parties added; a partner sees its own.
    pub(super) files: Vec<FileBody>,
    /// What was said beside; a partner reads its own notes.
    pub(super) notes: Vec<NoteBody>,
    /// The decision, and the one on appeal.
    pub(super) decisions: Vec<DecisionBody>,
    /// The appeal; `null` without one.
    pub(super) appeal: Option<NoteBody>,
    /// What the other side gets; a partner sees its own.
    pub(super) remedies: Vec<RemedyBody>,
    /// Decisions in similar cases, the likest first; none for partners.
    pub(super) similar: Vec<PrecedentBody>,
    /// When it was closed (RFC 3339, UTC).
    pub(super) closed_at: Option<String>,
    /// The outcome in words; empty while it is open.
    pub(super) outcome: String,
    /// The vendor's note on the outcome; empty for partners.
    pub(super) outcome_note: String,
}

/// A party.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct PartyBody {
    /// Its number in the case, by which decisions name it.
    pub(super) party: u32,
    /// `partner` or `direct_sales`.
    pub(super) side: &'static str,
    /// The partner's id; empty for direct sales.
    pub(super) partner_id: String,
    /// Its registration's id; empty when there is none.
    pub(super) registration_id: String,
}

/// A statement.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct StatementBody {
    /// `partner` or `direct_sales`.
    pub(super) side: &'static str,
    /// The partner's id; empty for direct sales.
    pub(super) partner_id: String,
    /// Who gave it.
    pub(super) by: String,
    /// When (RFC 3339, UTC).
    pub(super) at: String,
    /// `page`, `api` or `link`.
    pub(super) through: String,
    /// The words.
    pub(super) words: String,
}

/// A request for evidence.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct RequestBody {
    /// Its id.
    pub(super) id: String,
    /// The partner that was asked; empty for direct sales.
    pub(super) partner_id: String,
    /// What was asked.
    pub(super) words: String,
    /// When (RFC 3339, UTC).
    pub(super) asked_at: String,
    /// Until when it stops the clock at the longest (RFC 3339, UTC).
    pub(super) stops_until: String,
    /// When it was answered (RFC 3339, UTC).
    pub(super) answered_at: Option<String>,
    /// The answer; empty while it is awaited.
    pub(super) answer: String,
}

/// A file.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct FileBody {
    /// Its id.
    pub(super) id: String,
    /// The partner that added it; empty for direct sales.
    pub(super) partner_id: String,
    /// Its name.
    pub(super) name: String,
    /// Its size in bytes.
    pub(super) size: i64,
    /// The SHA-256 of its content in hexadecimal.
    pub(super) sha256: String,
    /// When it was added (RFC 3339, UTC).
    pub(super) added_at: String,
}

/// A note.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct NoteBody {
    /// `partner` or `vendor`.
    pub(super) side: &'static str,
    /// Who wrote it.
    pub(super) by: String,
    /// When (RFC 3339, UTC).
    pub(super) at: String,
    /// The words.
    pub(super) words: String,
}

/// A decision.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct DecisionBody {
    /// The level that decided.
    pub(super) level: u32,
    /// Who decided.
    pub(super) by: String,
    /// When (RFC 3339, UTC).
    pub(super) at: String,
    /// The outcome with its parties; `null` for partners, who read the words.
    pub(super) outcome: Option<Outcome>,
    /// The rule it follows.
    pub(super) rule: String,
    /// Why, for the vendor; empty for partners.
    pub(super) reason: String,
    /// What the reader is told.
    pub(super) words: String,
    /// The end of the chain of evidence that the decider had; empty for partners.
    pub(super) evidence_hash: String,
    /// True when it changes the decision before it.
    pub(super) reverses: bool,
}

/// A remedy.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct RemedyBody {
    /// What, and how much.
    #[serde(flatten)]
    pub(super) remedy: Remedy,
    /// In words.
    pub(super) words: String,
    /// The last day on which it can be used.
    pub(super) until_on: Option<String>,
}

/// A page of precedents.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct PrecedentPage {
    /// The latest case first.
    pub(super) data: Vec<PrecedentBody>,
    /// Give it as `cursor` for the next page; `null` at the end.
    pub(super) next_cursor: Option<String>,
}

/// A decision that stands.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct PrecedentBody {
    /// The case's id.
    pub(super) case_id: String,
    /// What people call it.
    pub(super) reference: String,
    /// What it was about.
    pub(super) kind: &'static str,
    /// The outcome with its parties.
    pub(super) outcome: Outcome,
    /// The rule it follows.
    pub(super) rule: String,
    /// Why.
    pub(super) reason: String,
    /// When (RFC 3339, UTC).
    pub(super) decided_at: String,
    /// How like it is to the case beside which it is shown, in basis points.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) likeness_bp: Option<u32>,
    /// What agrees.
    pub(super) agrees: Vec<&'static str>,
}

/// What is measured of cases.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct MeasuresBody {
    /// Since when cases were opened that count (RFC 3339, UTC).
    pub(super) since: String,
    /// Cases that are not resolved.
    pub(super) open: u32,
    /// Of these, those beyond their time.
    pub(super) overdue: u32,
    /// Cases that were resolved.
    pub(super) resolved: u32,
    /// The median of the business days to the resolution.
    pub(super) median_business_days: Option<u32>,
    /// The share resolved in time, in basis points.
    pub(super) in_time_bp: Option<u32>,
    /// The share of cases with direct sales that was decided for the partner, in basis points.
    pub(super) for_partner_bp: Option<u32>,
    /// Decisions that an appeal changed.
    pub(super) reversals: u32,
    /// Accounts with repeated conflicts, the most first.
    pub(super) accounts: Vec<RepeatBody>,
    /// Reps with repeated conflicts, the most first.
    pub(super) reps: Vec<RepeatBody>,
}

/// Something with repeated conflicts.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct RepeatBody {
    /// Its id.
    pub(super) id: String,
    /// How many cases.
    pub(super) cases: u32,
}

/// A case to be opened.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CaseInput {
    /// `partner_partner`, `partner_direct`, `duplicate_accounts`, `decision` or `attribution`.
    pub(super) kind: String,
    /// The registration it is about; a partner names its own.
    #[serde(default)]
    pub(super) registration_id: String,
    /// The account, for the vendor when there is no registration.
    #[serde(default)]
    pub(super) account_id: String,
    /// What is asked: 1 to 4,000 characters, read by the vendor.
    pub(super) asked: String,
    /// For the vendor: what partners read; must not name a partner.
    #[serde(default)]
    pub(super) asked_of_partners: String,
}

/// Something to say in a case.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NoteInput {
    /// 1 to 4,000 characters.
    pub(super) words: String,
}

/// A request for evidence.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RequestInput {
    /// The partner that is asked; empty for direct sales.
    #[serde(default)]
    pub(super) partner_id: String,
    /// What is asked: 1 to 4,000 characters; must not name another partner.
    pub(super) words: String,
}

/// Why a case is passed on.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct EscalationInput {
    /// 1 to 4,000 characters, for the vendor.
    pub(super) reason: String,
}

/// Whether clocks are held.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct HoldInput {
    /// True to hold them.
    pub(super) hold: bool,
}

/// A decision.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DecisionInput {
    /// What is decided; the shares of a co-sell sum to 10,000.
    pub(super) outcome: Outcome,
    /// The rule it follows, for example `DR-05`.
    pub(super) rule: String,
    /// Why, for the vendor; it becomes a precedent.
    pub(super) reason: String,
    /// Why, for the parties; must not name a partner.
    pub(super) words: String,
    /// What the other side gets, at most 6.
    #[serde(default)]
    pub(super) remedies: Vec<Remedy>,
}

/// How a case was settled without a decision.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ClosingInput {
    /// For the vendor: how it was settled and why.
    pub(super) note: String,
    /// For the parties: the outcome; must not name another partner.
    pub(super) words: String,
}
