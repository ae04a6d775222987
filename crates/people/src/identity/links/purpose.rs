//! What links are for, and what each lets its holder do.

use frame::access::{Permission, Permissions};

/// The one thing a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkPurpose {
    /// Signing in as a person.
    SignIn,
    /// The second step of a sign-in that began with a password or a link.
    Step,
    /// Accepting an invitation.
    Invitation,
    /// Setting a new password.
    Password,
    /// Registering deals for a partner.
    Register,
    /// Answering a request for consent.
    Consent,
    /// Answering a registration that was returned.
    Answer,
    /// Logging a follow-up on a registration.
    FollowUp,
    /// Reading a statement.
    Statement,
    /// Giving a party's statement in a conflict case.
    CaseStatement,
}

impl LinkPurpose {
    pub(super) const ALL: [Self; 10] = [
        Self::SignIn,
        Self::Step,
        Self::Invitation,
        Self::Password,
        Self::Register,
        Self::Consent,
        Self::Answer,
        Self::FollowUp,
        Self::Statement,
        Self::CaseStatement,
    ];

    /// The word in tables and in access rows.
    pub const fn word(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::Step => "step",
            Self::Invitation => "invitation",
            Self::Password => "password",
            Self::Register => "register",
            Self::Consent => "consent",
            Self::Answer => "answer",
            Self::FollowUp => "follow_up",
            Self::Statement => "statement",
            Self::CaseStatement => "case_statement",
        }
    }

    /// The part of the address between `/links/` and the secret.
    pub const fn segment(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::FollowUp => "follow-up",
            Self::CaseStatement => "case-statement",
            Self::Step
            | Self::Invitation
            | Self::Password
            | Self::Register
            | Self::Consent
            | Self::Answer
            | Self::Statement => self.word(),
        }
    }

    /// What people call a link of this purpose.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in link",
            Self::Step => "link for the second step",
            Self::Invitation => "invitation link",
            Self::Password => "link to set a password",
            Self::Register => "registration link",
            Self::Consent => "consent link",
            Self::Answer => "answer link",
            Self::FollowUp => "follow-up link",
            Self::Statement => "statement link",
            Self::CaseStatement => "case statement link",
        }
    }

    pub(super) fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.word() == word)
    }

    /// What a holder may do on the partner's side; nothing for the links that only let in.
    pub(super) fn permissions(self) -> Permissions {
        match self {
            Self::SignIn | Self::Step | Self::Invitation | Self::Password | Self::Statement => {
                Permissions::none()
            }
            Self::Register => Permissions::of(&[
                Permission::AvailabilityRead,
                Permission::RegistrationsSubmit,
                Permission::ProgramRead,
            ]),
            Self::Consent | Self::Answer | Self::FollowUp => {
                Permissions::of(&[Permission::RegistrationsRead, Permission::RegistrationsSubmit])
            }
            Self::CaseStatement => Permissions::of(&[Permission::ConflictsTakePart]),
        }
    }

    /// True when the person whom it was made for must still stand on that side.
    pub(super) const fn needs_membership(self) -> bool {
        match self {
            Self::Register
            | Self::Consent
            | Self::Answer
            | Self::FollowUp
            | Self::Statement
            | Self::CaseStatement => true,
            Self::SignIn | Self::Step | Self::Invitation | Self::Password => false,
        }
    }
}
