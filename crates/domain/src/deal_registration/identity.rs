//! Whether it is certain which account a registration is about.

use super::check::{Check, CheckOutcome, CheckSubject};
use super::rules::AC_03;
use crate::accounts::MatchVerdict;

/// Whether the account could be told apart from others. Rule AC-03.
///
/// The partner reads the same words whatever the candidates are, so that it learns nothing of them (AC-05).
pub fn check(verdict: MatchVerdict) -> Check {
    let (outcome, words) = match verdict {
        MatchVerdict::Same => (CheckOutcome::Passed, "The account exists."),
        MatchVerdict::New => (CheckOutcome::Passed, "No account resembles it, so it is new."),
        MatchVerdict::Possible => (CheckOutcome::NeedsPerson, "It may be an existing account."),
    };
    Check::of_account(AC_03, CheckSubject::Identity, outcome, words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ac_03_between_the_thresholds_a_person_decides() {
        assert_eq!(check(MatchVerdict::Same).outcome, CheckOutcome::Passed);
        assert_eq!(check(MatchVerdict::Possible).outcome, CheckOutcome::NeedsPerson);
        assert_eq!(check(MatchVerdict::New).outcome, CheckOutcome::Passed);
    }

    #[test]
    fn ac_05_a_known_a_new_and_a_possible_account_read_alike_to_the_partner() {
        let (known, new) = (check(MatchVerdict::Same), check(MatchVerdict::New));
        let possible = check(MatchVerdict::Possible);
        assert_eq!(known.partner_words, new.partner_words);
        assert_eq!(known.partner_words, possible.partner_words);
    }
}
