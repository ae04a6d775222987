//! What people do, written down so that it can be done again: by labels, never by ids.

use serde::{Deserialize, Serialize};

/// Something that is done at a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intent {
    /// When, in microseconds.
    pub at: i64,
    /// Whether the jobs ran just before.
    pub swept: bool,
    /// What.
    pub act: Act,
}

/// What is done. Labels of what it makes are given by the story; an act about something that was
/// never made is no act at all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Act {
    /// Nothing but the passing of time: the jobs run.
    Wait,
    Draft {
        deal: u32,
        partner: u32,
        company: u32,
        amount_minor: i64,
        product: u32,
    },
    Register {
        deal: u32,
        partner: u32,
        company: u32,
        amount_minor: i64,
        product: u32,
    },
    Submit {
        deal: u32,
    },
    TakeUp {
        deal: u32,
    },
    Approve {
        deal: u32,
        by: u32,
    },
    Reject {
        deal: u32,
        by: u32,
    },
    Return {
        deal: u32,
        by: u32,
    },
    Log {
        deal: u32,
        days_ago: i64,
    },
    Renew {
        deal: u32,
    },
    Win {
        deal: u32,
    },
    Lose {
        deal: u32,
    },
    Withdraw {
        deal: u32,
    },
    Release {
        deal: u32,
    },
    /// The amount and the need are amended.
    Amend {
        deal: u32,
        amount_minor: i64,
        need: u32,
    },
    /// Another company is named.
    Rename {
        deal: u32,
        company: u32,
    },
    /// Another partner tries to act on it.
    Pry {
        deal: u32,
        partner: u32,
    },
    /// A rep records an opportunity, or an activity without a label.
    Engage {
        company: u32,
        by: u32,
        opportunity: Option<u32>,
    },
    /// An opportunity arrives from the CRM.
    Crm {
        company: u32,
        by: u32,
        opportunity: u32,
        case: u32,
    },
    CloseDirect {
        opportunity: u32,
        won: bool,
    },
    AskConsent {
        company: u32,
        by: u32,
        consent: u32,
    },
    AnswerConsent {
        consent: u32,
        given: bool,
        days: Option<i64>,
    },
    GiveConsent {
        deal: u32,
        consent: u32,
        days: Option<i64>,
    },
    WithdrawConsent {
        consent: u32,
    },
    Merge {
        kept: u32,
        merged: u32,
        case: u32,
    },
    OpenCase {
        case: u32,
        deal: u32,
        kind: CaseKind,
        by: Option<u32>,
    },
    State {
        case: u32,
        side: Option<u32>,
    },
    Decide {
        case: u32,
        by: u32,
        outcome: Verdict,
    },
    Appeal {
        case: u32,
        side: Option<u32>,
    },
    Close {
        case: u32,
        by: u32,
    },
    Hold {
        case: u32,
        by: u32,
        hold: bool,
    },
    Ask {
        case: u32,
        by: u32,
        side: Option<u32>,
        request: u32,
    },
    Answer {
        case: u32,
        side: Option<u32>,
        request: u32,
    },
    Escalate {
        case: u32,
        by: u32,
    },
}

/// What a case is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the words of the specification")]
pub enum CaseKind {
    PartnerPartner,
    PartnerDirect,
    Duplicate,
    Decision,
}

/// What is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the words of the specification")]
pub enum Verdict {
    Award(u32),
    /// The first two parties sell together, the first with more.
    CoSell,
    RejectBoth,
    Release,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Came {
    /// It is done.
    Done,
    /// It is done, and what direct sales wanted was refused and kept.
    Kept,
    /// This rule refuses.
    Refused(String),
    /// A field is not accepted.
    Fields(String),
    /// There is no such thing for that person.
    NotFound,
    /// There was nothing to act on.
    Nothing,
    /// The product failed.
    Broken(String),
}
