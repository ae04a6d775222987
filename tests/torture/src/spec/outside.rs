//! Direct sales on accounts that partners protect, consents, and accounts that become one
//! (DR-05, DR-06, DR-07, AC-04).

use jiff::{Timestamp, civil::Date};

use super::{
    book::{Book, Opportunity, Step, no},
    registration::{Consent, Registration},
};

/// What comes of an attempt of direct sales.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engagement {
    /// It is recorded.
    Recorded,
    /// This registration stands in the way.
    Refused(u32),
}

impl Book {
    /// Whether direct sales may engage an account: blocked exactly while the account is protected
    /// and the follow-up clock holds, unless the partner consents (DR-05, DR-06, DR-07).
    fn blocked(&self, label: u32, at: Timestamp) -> bool {
        let days = &self.program.days;
        let Some(one) = self.registration(label) else {
            return false;
        };
        let consents = one.consents.iter().any(|consent| {
            consent.given == Some(true)
                && consent.until_on.is_none_or(|on| at < days.end(on))
                && consent.withdrawn_at.is_none()
        });
        one.protects(at, days)
            && one.co_sell_at.is_none()
            && !consents
            && one.lapse(at, days).is_none()
    }

    /// Direct sales tries to act on an account.
    pub fn engage(&mut self, account: u32, at: Timestamp) -> Engagement {
        self.settle_holder(account, at);
        let Some(holder) = self.holder(account) else {
            return Engagement::Recorded;
        };
        if self.blocked(holder, at) {
            return Engagement::Refused(holder);
        }
        let enters = |one: &Registration, book: &Book| {
            let consents = one.consents.iter().any(|consent| {
                consent.given == Some(true)
                    && consent.until_on.is_none_or(|on| at < book.program.days.end(on))
                    && consent.withdrawn_at.is_none()
            });
            one.protects(at, &book.program.days) && one.co_sell_at.is_none() && !consents
        };
        if self.registration(holder).is_some_and(|one| enters(one, self)) {
            self.change(holder, |one, _| {
                one.co_sell_at = Some(at);
                one.lapses_on = None;
            });
            self.tell(holder, "co_sell", at);
        }
        Engagement::Recorded
    }

    /// Somebody of direct sales records an opportunity, or is refused and that is kept.
    pub fn direct(
        &mut self,
        (account, person, product): (u32, u32, u32),
        opportunity: Option<u32>,
        at: Timestamp,
    ) -> Engagement {
        let outcome = self.engage(account, at);
        match outcome {
            Engagement::Refused(holder) => {
                self.tell(holder, "direct_refused", at);
                if let Some(account) = self.accounts.get_mut(&account) {
                    account.attempts.push((at, person));
                }
            }
            Engagement::Recorded => {
                let (is_open, closed_at) = (true, None);
                let new = Opportunity { opened_at: at, owner: person, is_open, closed_at, product };
                if let (Some(account), Some(label)) = (self.accounts.get_mut(&account), opportunity)
                {
                    account.opportunities.insert(label, new);
                }
            }
        }
        outcome
    }

    /// An opportunity of direct sales ends.
    pub fn close_direct(&mut self, opportunity: u32, won: bool, at: Timestamp) -> Step<()> {
        let found = self.accounts.iter_mut().find_map(|(account, kept)| {
            let one = kept.opportunities.get_mut(&opportunity).filter(|one| one.is_open)?;
            (one.is_open, one.closed_at) = (false, Some(at));
            Some((*account, one.product))
        });
        match found {
            Some((account, product)) if won => {
                self.bought(account, product);
                Ok(())
            }
            Some(_) => Ok(()),
            None => no("fields"),
        }
    }

    /// Direct sales asks the holder of an account for its consent (DR-05).
    pub fn ask_consent(&mut self, account: u32, label: u32, at: Timestamp) -> Step<u32> {
        self.settle_holder(account, at);
        let Some(holder) = self.holder(account) else {
            return no("DR-05");
        };
        let open = |one: &Registration| one.consents.iter().any(|known| known.given.is_none());
        if self.registration(holder).is_some_and(open) {
            return no("DR-05");
        }
        let asked =
            Consent { label, given: None, answered_at: None, until_on: None, withdrawn_at: None };
        self.change(holder, |one, _| one.consents.push(asked));
        self.tell(holder, "consent_asked", at);
        Ok(holder)
    }

    /// The partner answers, or consents unasked (DR-05).
    pub fn answer_consent(
        &mut self,
        deal: u32,
        (label, given, until_on): (u32, bool, Option<Date>),
        at: Timestamp,
    ) -> Step<()> {
        self.settle(deal, at);
        let today = self.program.days.day(at);
        let Some(one) = self.registration(deal) else {
            return no("none");
        };
        let known = one.consents.iter().position(|consent| consent.label == label);
        if !one.status.is_live() || !one.holds {
            return no("DR-05");
        }
        if until_on.is_some_and(|on| on < today) {
            return no("fields");
        }
        let was_given =
            known.and_then(|place| one.consents.get(place)).and_then(|known| known.given);
        if was_given == Some(true) {
            return no("DR-05");
        }
        let until_on = until_on.filter(|_| given);
        let (given, answered_at) = (Some(given), Some(at));
        let answered = Consent { label, given, answered_at, until_on, withdrawn_at: None };
        self.change(deal, |one, _| match known.and_then(|place| one.consents.get_mut(place)) {
            Some(kept) => *kept = answered,
            None => one.consents.push(answered),
        });
        let told = if given == Some(true) { "consent_given" } else { "consent_refused" };
        self.tell(deal, told, at);
        Ok(())
    }

    /// The partner takes a consent back (DR-05).
    pub fn withdraw_consent(&mut self, deal: u32, label: u32, at: Timestamp) -> Step<()> {
        self.settle(deal, at);
        let stands = |one: &&mut Consent| {
            one.label == label && one.given == Some(true) && one.withdrawn_at.is_none()
        };
        let taken = self.change(deal, |one, _| {
            one.consents.iter_mut().find(stands).map(|one| one.withdrawn_at = Some(at)).is_some()
        });
        if taken != Some(true) {
            return no("DR-05");
        }
        self.tell(deal, "consent_withdrawn", at);
        Ok(())
    }

    /// Two accounts become one; gives the pair whose claims collide: who holds on, and the other
    /// (AC-04).
    pub fn merge(&mut self, kept: u32, merged: u32, at: Timestamp) -> Step<Option<(u32, u32)>> {
        let lives = |book: &Book, account| {
            book.accounts
                .get(&account)
                .is_some_and(|one: &super::book::Account| one.merged_into.is_none())
        };
        if kept == merged || !lives(self, kept) || !lives(self, merged) {
            return no("fields");
        }
        self.settle_holder(kept, at);
        self.settle_holder(merged, at);
        let (rival, moving) = (self.holder(kept), self.holder(merged));
        let pair = rival.zip(moving).map(|(rival, moving)| self.earlier(rival, moving));
        let moved: Vec<u32> = self
            .registrations
            .iter()
            .filter(|(_, one)| one.account == Some(merged))
            .map(|(label, _)| *label)
            .collect();
        for label in moved {
            self.change(label, |one, _| one.account = Some(kept));
            let collides = pair.is_some_and(|(holder, other)| label == holder || label == other);
            let disputed = self.registration(label).is_some_and(|one| one.in_dispute) || collides;
            if disputed {
                self.tell(label, "disputed", at);
            }
            if !collides {
                self.tell(label, "account_merged", at);
            }
        }
        if let Some((holder, other)) = pair {
            self.change(holder, |one, _| (one.holds, one.in_dispute) = (true, true));
            self.change(other, |one, _| (one.holds, one.in_dispute) = (false, true));
            if let Some(rival) = rival {
                self.tell(rival, "disputed", at);
            }
        }
        self.join(kept, merged, at);
        Ok(pair)
    }

    /// Which of two holders asked first: it, and the other (DR-04).
    fn earlier(&self, rival: u32, moving: u32) -> (u32, u32) {
        let ranked = |label| self.registration(label).and_then(|one| one.ranked_at);
        if (ranked(moving), moving) < (ranked(rival), rival) {
            (moving, rival)
        } else {
            (rival, moving)
        }
    }

    fn join(&mut self, kept: u32, merged: u32, at: Timestamp) {
        let Some(from) = self.accounts.get_mut(&merged) else {
            return;
        };
        from.merged_into = Some(kept);
        let opportunities = std::mem::take(&mut from.opportunities);
        let attempts = std::mem::take(&mut from.attempts);
        let (bought, owner) = (from.bought.clone(), from.owner);
        let (owners, places) = (from.past_owners.clone(), from.past_places.clone());
        if let Some(to) = self.accounts.get_mut(&kept) {
            to.opportunities.extend(opportunities);
            to.attempts.extend(attempts);
            to.attempts.sort_unstable();
            to.owner = to.owner.or(owner);
            to.past_owners.extend(owners.into_iter().chain(owner.map(|owner| (at, owner))));
            to.past_places.extend(places.into_iter().chain([(at, merged)]));
            if let Some(lines) = bought {
                to.bought.get_or_insert_default().extend(lines);
            }
        }
        let cases: Vec<u32> = self.cases.keys().copied().collect();
        for label in cases {
            if let Some(case) = self.cases.get_mut(&label)
                && case.account == merged
            {
                case.account = kept;
            }
        }
    }
}
