//! Conflict cases, as a plain record: who is in the case, about which account, what is asked, what
//! the parties say, and how it was closed. Rules open cases (DR-05, AC-04); people close them.
//!
//! A partner sees its own cases only, and never the name of another partner (AC-05).

mod api;
mod close;
mod merges;
mod notes;
mod open;
mod pages;
mod store;

use domain::ids::{CaseId, PartnerId, RegistrationId};
use http::Method;

pub use close::CloseCase;
pub use merges::MERGES;
pub use notes::AddNote;
pub use open::{NewCase, is_open, open, open_case_for};

use crate::{
    access::{Access, Permission},
    core::{
        ctx::Cx,
        error::AppError,
        routes::{Doc, Routes},
    },
};

/// What a case is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaseKind {
    /// Two partners hold or claim the same account.
    PartnerPartner,
    /// Direct sales acts on an account that a partner protects.
    PartnerDirect,
    /// It is disputed whether two accounts are one company.
    DuplicateAccounts,
    /// A decision is disputed.
    Decision,
}

impl CaseKind {
    /// Every kind.
    pub const ALL: [Self; 4] =
        [Self::PartnerPartner, Self::PartnerDirect, Self::DuplicateAccounts, Self::Decision];

    /// The word in tables and the API.
    pub const fn word(self) -> &'static str {
        match self {
            Self::PartnerPartner => "partner_partner",
            Self::PartnerDirect => "partner_direct",
            Self::DuplicateAccounts => "duplicate_accounts",
            Self::Decision => "decision",
        }
    }

    /// The label people read.
    pub const fn label(self) -> &'static str {
        match self {
            Self::PartnerPartner => "Partner and partner",
            Self::PartnerDirect => "Partner and direct sales",
            Self::DuplicateAccounts => "Duplicate accounts",
            Self::Decision => "Disputed decision",
        }
    }

    /// The kind of a word; `None` for an unknown one.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// Somebody in a case.
#[derive(Debug, Clone, Copy)]
pub struct Party<'a> {
    /// The partner; `None` for direct sales.
    pub partner_id: Option<&'a PartnerId>,
    /// Its registration, where there is one.
    pub registration_id: Option<&'a RegistrationId>,
}

/// A case that has just been closed.
#[derive(Debug)]
pub struct CaseClosed {
    /// The case.
    pub case_id: CaseId,
    /// The registrations that were in it.
    pub registrations: Vec<RegistrationId>,
}

/// What a slice above does, in the same transaction, when a case is closed.
pub type CaseFollower = fn(&mut Cx<'_, '_>, &CaseClosed) -> Result<(), AppError>;

/// The routes of this slice.
pub fn routes() -> Routes {
    let read = Access::Either(Permission::ConflictsTakePart);
    let decide = Access::Vendor(Permission::ConflictsDecide);
    Routes::of("conflicts")
        .page("/conflicts", read, pages::list)
        .page("/conflicts/{case_id}", read, pages::show)
        .form("/conflicts/{case_id}/notes", read, pages::add_note)
        .page("/conflicts/{case_id}/closing", decide, pages::ask_closing)
        .form("/conflicts/{case_id}/closing", decide, pages::close)
        .api_get(
            "/api/v1/conflicts",
            read,
            Doc::new("Conflict cases one is in, newest first").gives::<api::CasePage>().query(&[
                ("state", "open or closed; both when left out"),
                ("account", "Only cases about this account; for the vendor"),
                ("cursor", "The cursor of the page before"),
                ("limit", "How many cases at most: 1 to 200, 50 by default"),
            ]),
            api::list,
        )
        .api_get(
            "/api/v1/conflicts/{case_id}",
            read,
            Doc::new("One conflict case").gives::<api::CaseBody>(),
            api::show,
        )
        .api(
            (Method::POST, "/api/v1/conflicts/{case_id}/notes"),
            read,
            Doc::new(
                "Add what one has to say; a partner's note is read by the partner and the vendor",
            )
            .takes::<api::NoteInput>()
            .gives::<api::CaseBody>()
            .status(201),
            api::add_note,
        )
        .api(
            (Method::POST, "/api/v1/conflicts/{case_id}/closing"),
            decide,
            Doc::new("Close a case").takes::<api::ClosingInput>().gives::<api::CaseBody>(),
            api::close,
        )
}
