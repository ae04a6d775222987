//! What the vendor can answer to a submission, as it is typed or sent.

use domain::{deal_registration::rejection::RejectionReason, ids::AccountId};
use web::Choice;

use frame::{
    error::AppError,
    input::{Flag, IdOf, OneOf, Text, input, tagged},
    request::Req,
};

/// Which account a registration is about, as the decider says (AC-03).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccountChoice {
    /// The one that was found, or made, at the submission.
    AsFound,
    /// This one.
    Existing(AccountId),
    /// None that is known: a new one.
    New,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Yes.
    Approve {
        /// The account it is about.
        account: AccountChoice,
        /// What the partner may read; may be empty.
        note: String,
    },
    /// No.
    Reject {
        /// Why.
        reason: RejectionReason,
        /// What the partner reads beside the reason; may be empty.
        note: String,
    },
    /// The partner is asked for more.
    Return {
        /// What is missing.
        note: String,
    },
}

input! {
    /// Yes: the account is protected from now on.
    pub struct ApprovalInput {
        /// The account it is about, when a person has to say (AC-03).
        account_id: Option<AccountId> => IdOf::<AccountId>::new("Account").optional(),
        /// True when it is about none of the known accounts.
        new_account: bool => Flag::new("A new account"),
        /// What the partner reads.
        note: String => Text::lines("Note to the partner", 4_000),
    }
}

input! {
    /// No.
    pub struct RejectionInput {
        /// Why.
        reason: RejectionReason => OneOf::<RejectionReason>::cards("Reason").among(reasons)
            .required("Choose the reason that fits best"),
        /// What the partner reads beside the reason.
        note: String => Text::lines("Note to the partner", 4_000)
            .hint("The partner reads it with the reason and what would change the decision"),
    }
}

input! {
    /// The partner is asked for more.
    pub struct ReturnInput {
        /// What is missing.
        note: String => Text::lines("Your question", 4_000).required("Enter what is missing")
            .hint("Say what is missing; the partner answers in the registration"),
    }
}

tagged! {
    /// An answer to a submission.
    pub enum DecisionInput by decision {
        /// Yes: the account is protected from now on.
        Approve(ApprovalInput) = "approve",
        /// No.
        Reject(RejectionInput) = "reject",
        /// The partner is asked for more.
        Return(ReturnInput) = "return",
    }
}

/// Each reason with what would change the decision.
fn reasons(_: &mut Req<'_, '_>) -> Result<Vec<Choice>, AppError> {
    let each = |reason: &RejectionReason| {
        Choice::new(reason.word(), reason.label()).detail(reason.what_would_change_it())
    };
    Ok(RejectionReason::ALL.iter().map(each).collect())
}

impl DecisionInput {
    /// The answer that was given.
    pub(super) fn decision(self) -> Result<Decision, AppError> {
        Ok(match self {
            Self::Approve(ApprovalInput { account_id, new_account, note }) => {
                let account = match (account_id, new_account) {
                    (Some(_), true) => {
                        let words = "say either which account it is or that it is a new one";
                        return Err(AppError::field("new_account", words));
                    }
                    (Some(id), false) => AccountChoice::Existing(id),
                    (None, true) => AccountChoice::New,
                    (None, false) => AccountChoice::AsFound,
                };
                Decision::Approve { account, note }
            }
            Self::Reject(RejectionInput { reason, note }) => Decision::Reject { reason, note },
            Self::Return(ReturnInput { note }) => Decision::Return { note },
        })
    }
}
