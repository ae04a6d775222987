//! One holder per account.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::check::{Check, CheckOutcome, CheckSubject};
use super::protection::free_from;
use super::rejection::RejectionReason;
use super::rules::DR_02;
use crate::ids::{PartnerId, RegistrationId};
use crate::refusal::Refusal;
use crate::wording::day;

/// The live approved registration of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiveHolder {
    /// The registration that holds the account.
    pub registration_id: RegistrationId,
    /// The partner whose it is.
    pub partner_id: PartnerId,
    /// The partner's name, for the vendor's eyes.
    pub partner_name: String,
    /// The last protected day.
    pub protected_until: Date,
}

/// Whether somebody holds the account on the day of submission. Rule DR-02.
pub fn check(holder: Option<&LiveHolder>, submitting: &PartnerId, on: Date) -> Check {
    let live = holder.filter(|holder| on <= holder.protected_until);
    let Some(holder) = live else {
        return Check::of_account(
            DR_02,
            CheckSubject::Holder,
            CheckOutcome::Passed,
            "Nobody holds the account.",
        );
    };
    let until = day(holder.protected_until);
    let (words, partner_words) = if holder.partner_id == *submitting {
        let words = format!("The partner itself holds the account, through {until}.");
        (
            words,
            format!(
                "You already hold this account, through {until}. Renew that registration instead."
            ),
        )
    } else {
        let words = format!("{} holds the account, through {until}.", holder.partner_name);
        (words, taken(holder.protected_until).words)
    };
    Check::new(DR_02, CheckSubject::Holder, CheckOutcome::Refused, words)
        .told_to_partner(partner_words)
        .with("holder", &holder.partner_id)
        .with("registration", &holder.registration_id)
        .with("protected_until", holder.protected_until)
        .suggesting(RejectionReason::Duplicate)
}

/// The refusal of a claim on an account that is held; says until when and not by whom. Rule DR-02.
pub fn taken(protected_until: Date) -> Refusal {
    Refusal::new(
        DR_02,
        format!("The account is protected through {}.", day(protected_until)),
        format!("It can be registered from {}.", day(free_from(protected_until))),
    )
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jiff::civil::date;

    use super::*;
    use crate::ids::IdSource;

    fn holder() -> (LiveHolder, PartnerId) {
        let ids = IdSource::seeded(1);
        let holder = LiveHolder {
            registration_id: RegistrationId::new(&ids, Timestamp::UNIX_EPOCH),
            partner_id: PartnerId::new(&ids, Timestamp::UNIX_EPOCH),
            partner_name: "North".to_owned(),
            protected_until: date(2026, 4, 1),
        };
        (holder, PartnerId::new(&ids, Timestamp::UNIX_EPOCH))
    }

    #[test]
    fn dr_02_a_held_account_is_refused_through_the_last_protected_day() {
        let (holder, rival) = holder();
        let on = |date| check(Some(&holder), &rival, date).outcome;
        assert_eq!(on(date(2026, 4, 1)), CheckOutcome::Refused);
        assert_eq!(on(date(2026, 4, 2)), CheckOutcome::Passed);
        assert_eq!(check(None, &rival, date(2026, 4, 1)).outcome, CheckOutcome::Passed);
    }

    #[test]
    fn dr_02_the_rival_does_not_learn_who_holds_it() {
        let (holder, rival) = holder();
        let refused = check(Some(&holder), &rival, date(2026, 3, 1));
        assert_eq!(refused.partner_words, "The account is protected through 1 April 2026.");
        assert!(refused.words.contains("North"));
        assert_eq!(refused.suggests, Some(RejectionReason::Duplicate));
        assert_eq!(taken(date(2026, 4, 1)).remedy, "It can be registered from 2 April 2026.");
    }

    #[test]
    fn dr_02_the_holder_is_pointed_to_renewal() {
        let (holder, _) = holder();
        let own = check(Some(&holder), &holder.partner_id, date(2026, 3, 1));
        assert_eq!(own.outcome, CheckOutcome::Refused);
        assert!(own.partner_words.contains("Renew"));
    }
}
