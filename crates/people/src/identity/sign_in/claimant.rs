//! Somebody who says to be the person of an address, before anything is proved: how often they may
//! try, and have mails sent there (ID-01). The limits are for strangers. A browser in which the
//! person signed in before is counted alone, so that nobody elsewhere can use up its attempts.

use domain::ids::UserId;

use crate::identity::{
    address,
    attempts::{self, Limit},
    devices, memberships,
};
use frame::{error::AppError, request::Req};

/// Somebody who says to be the person of an address.
#[derive(Debug)]
pub(super) struct Claimant {
    /// The address, in the form in which it is kept.
    pub(super) email: String,
    /// The person who has it and may sign in; `None` for an unknown address.
    pub(super) user_id: Option<UserId>,
    origin: String,
    both: String,
    /// The hash of this browser, when it is known to be the person's.
    device: Option<String>,
}

impl Claimant {
    /// Whom the form of this request names.
    pub(super) fn of(req: &mut Req<'_, '_>) -> Result<Self, AppError> {
        let email = address::normal(req.form.text("email"));
        let user_id = match memberships::by_email(&mut req.cx, &email)? {
            Some(user_id) if memberships::sides_of(&mut req.cx, &user_id)?.is_empty() => None,
            found => found,
        };
        let device = devices::known(req, user_id.as_ref())?;
        let origin = attempts::origin(&req.cx);
        Ok(Self { both: attempts::both(&email, &origin), email, user_id, origin, device })
    }

    /// The person in its own browser, as one name; `None` for a stranger.
    pub(super) fn known_as(&self) -> Option<String> {
        let user_id = self.user_id.as_ref()?;
        self.device.as_ref().map(|device| attempts::both(user_id.as_str(), device))
    }

    /// The limits of wrong passwords, each with whom it counts.
    fn guesses<'a>(&'a self, known: Option<&'a str>) -> Vec<(Limit, &'a str)> {
        match known {
            Some(known) => vec![(Limit::SignInByDevice, known)],
            None => vec![
                (Limit::SignInByBoth, self.both.as_str()),
                (Limit::SignInByAddress, self.email.as_str()),
                (Limit::SignInByOrigin, self.origin.as_str()),
            ],
        }
    }

    /// Seconds until another password is looked at; `None` when one is now. Rule ID-01.
    pub(super) fn wait(&self, req: &mut Req<'_, '_>) -> Result<Option<u32>, AppError> {
        let known = self.known_as();
        attempts::longest_wait(&mut req.cx, &self.guesses(known.as_deref()))
    }

    /// Counts a wrong password.
    pub(super) fn was_wrong(&self, req: &mut Req<'_, '_>) -> Result<(), AppError> {
        let known = self.known_as();
        for (limit, whom) in self.guesses(known.as_deref()) {
            attempts::count(&mut req.cx, limit, whom)?;
        }
        Ok(())
    }

    /// Forgets the wrong passwords of whoever has now given the right one. What others tried for
    /// this address elsewhere stays counted.
    pub(super) fn was_right(&self, req: &mut Req<'_, '_>) -> Result<(), AppError> {
        match self.known_as() {
            Some(known) => attempts::forget(&mut req.cx, Limit::SignInByDevice, &known),
            None => attempts::forget(&mut req.cx, Limit::SignInByBoth, &self.both),
        }
    }

    /// True when a mail is sent to the address now, which is then counted. Over the limits none is,
    /// but one every five minutes for the person in its own browser. Rule ID-01.
    pub(super) fn may_be_mailed(&self, req: &mut Req<'_, '_>) -> Result<bool, AppError> {
        let known = self.known_as();
        let limits = [
            (Limit::MailByBoth, self.both.as_str()),
            (Limit::MailByAddress, self.email.as_str()),
            (Limit::MailByOrigin, self.origin.as_str()),
        ];
        let within = attempts::longest_wait(&mut req.cx, &limits)?.is_none();
        if within {
            for (limit, whom) in limits {
                attempts::count(&mut req.cx, limit, whom)?;
            }
        }
        let Some(known) = known else { return Ok(within) };
        let first = attempts::wait(&mut req.cx, Limit::MailByDevice, &known)?.is_none();
        if within || first {
            attempts::count(&mut req.cx, Limit::MailByDevice, &known)?;
        }
        Ok(within || first)
    }
}
