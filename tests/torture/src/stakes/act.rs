//! What people do, by labels, so that it can be done again without some of it.

/// By what a face comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Door {
    /// A browser.
    Session,
    /// A key of its own.
    Key,
    /// A key made with that key.
    Child,
}

/// One user by one door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hand {
    /// The label of the user.
    pub(super) face: u32,
    /// By what it comes.
    pub(super) door: Door,
}

/// An address of a human being.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Address {
    /// The one that the company gave.
    Own,
    /// The same with a tag: one mailbox.
    Tagged,
    /// A fresh one at a provider that gives anyone an address.
    Private,
}

/// An answer to a registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    /// Yes.
    Approve,
    /// No.
    Reject,
    /// A question.
    Return,
}

/// A decision in a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ruling {
    /// It is decided.
    Decide,
    /// It goes one level up.
    Escalate,
    /// It ends without a decision.
    Close,
    /// A party is asked for evidence.
    Ask,
}

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    /// Somebody invites a human being at an address; the human accepts. `side` is a partner, or
    /// `None` for the vendor's.
    Invite { by: Hand, face: u32, human: u32, side: Option<u32>, address: Address, roles: u32 },
    /// A user is removed from the side on which it stands.
    Remove { by: Hand, face: u32 },
    /// A user is suspended, or restored.
    Suspend { by: Hand, face: u32, suspended: bool },
    /// A user of the vendor gets these roles.
    Roles { by: Hand, face: u32, roles: u32 },
    /// A user of the vendor gets these territories.
    Territories { by: Hand, face: u32, codes: u32 },
    /// An account gets another owner, or none.
    Owner { by: Hand, company: u32, to: Option<u32> },
    /// An account moves to another country.
    Country { by: Hand, company: u32, abroad: bool },
    /// A partner gets another manager, or none.
    Manager { by: Hand, partner: u32, to: Option<u32> },
    /// Direct sales records an opportunity of somebody.
    Opportunity { by: Hand, company: u32, owner: u32, label: u32 },
    /// An opportunity is lost.
    Lose { by: Hand, opportunity: u32 },
    /// A partner registers a company.
    Register { by: Hand, company: u32, deal: u32 },
    /// The vendor answers.
    Decide { by: Hand, deal: u32, answer: Answer },
    /// The vendor ends protection.
    Release { by: Hand, deal: u32 },
    /// Somebody opens a case about a registration.
    Open { by: Hand, deal: u32, case: u32 },
    /// A case is decided.
    Rule { by: Hand, case: u32, ruling: Ruling },
    /// The partner appeals.
    Appeal { by: Hand, case: u32 },
    /// A version of the program is written and proposed.
    Draft { by: Hand, version: u32 },
    /// It is approved.
    Sign { by: Hand, version: u32 },
    /// Direct sales asks for consent.
    Ask { by: Hand, deal: u32 },
    /// The partner gives it, asked or unasked.
    Give { by: Hand, deal: u32, asked: bool },
    /// Direct sales engages the account of a protected registration.
    Engage { by: Hand, deal: u32 },
}

impl Act {
    /// Who does it.
    pub(super) fn by(self) -> Hand {
        match self {
            Act::Invite { by, .. }
            | Act::Remove { by, .. }
            | Act::Suspend { by, .. }
            | Act::Roles { by, .. }
            | Act::Territories { by, .. }
            | Act::Owner { by, .. }
            | Act::Country { by, .. }
            | Act::Manager { by, .. }
            | Act::Opportunity { by, .. }
            | Act::Lose { by, .. }
            | Act::Register { by, .. }
            | Act::Decide { by, .. }
            | Act::Release { by, .. }
            | Act::Open { by, .. }
            | Act::Rule { by, .. }
            | Act::Appeal { by, .. }
            | Act::Draft { by, .. }
            | Act::Sign { by, .. }
            | Act::Ask { by, .. }
            | Act::Give { by, .. }
            | Act::Engage { by, .. } => by,
        }
    }
}

/// What came of an act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Came {
    /// It is done.
    Done,
    /// It was refused; the rule, where one is named.
    Refused(String),
    /// There was nothing to act on.
    Nothing,
    /// The product failed.
    Broken(String),
}
