//! What a submission leads to, and the vendor's answer (DR-02, DR-10 to DR-16).

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;

use super::{
    Rule,
    book::{Account, Book, Refused, Step, no},
    cases::Phase,
    days::distance,
    registration::{Registration, Status},
};

/// A new registration before it is submitted.
#[derive(Debug, Clone, Copy)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Form {
    pub partner: u32,
    pub seller: u32,
    pub company: u32,
    pub amount_minor: i64,
    pub product: u32,
}

impl Book {
    /// A draft of it; `None` when there is no such partner.
    pub fn blank(&self, form: &Form) -> Option<Registration> {
        let partner = self.partner(form.partner)?;
        let terms = Arc::new(self.program.terms(&partner.track, &partner.tier));
        Some(Registration {
            partner: form.partner,
            company: form.company,
            account: None,
            seller: form.seller,
            status: Status::Draft,
            holds: false,
            terms,
            tier: partner.tier.clone(),
            track: partner.track.clone(),
            submitted_at: None,
            ranked_at: None,
            returned_at: None,
            withdrawn_at: None,
            resubmissions: 0,
            due_at: None,
            breached_at: None,
            escalation: 0,
            decided_at: None,
            decided_by: String::new(),
            deciders: BTreeSet::new(),
            approved_at: None,
            approved_on: None,
            until: None,
            renewals: 0,
            renewed_on: None,
            ended_at: None,
            closed_on: None,
            co_sell_at: None,
            lapses_on: None,
            worked_on: None,
            in_dispute: false,
            freezes: Vec::new(),
            activities: Vec::new(),
            consents: Vec::new(),
            done: BTreeSet::new(),
            amount_minor: form.amount_minor,
            product: form.product,
            need: 0,
        })
    }

    /// A draft is begun.
    pub fn draft(&mut self, label: u32, form: &Form, at: Timestamp) -> Step<()> {
        let Some(blank) = self.blank(form) else {
            return no("none");
        };
        self.put(label, blank);
        self.tell(label, "drafted", at);
        Ok(())
    }

    /// It is written and submitted at once; true when it was approved by that.
    pub fn register(&mut self, label: u32, form: &Form, at: Timestamp) -> Step<bool> {
        let Some(blank) = self.blank(form) else {
            return no("none");
        };
        self.put(label, blank);
        self.submit(label, at)
    }

    /// It is submitted, for the first time or again; true when it was approved by that.
    pub fn submit(&mut self, label: u32, at: Timestamp) -> Step<bool> {
        self.settle(label, at);
        let Some(mut one) = self.registration(label).cloned() else {
            return no("none");
        };
        let again = one.submitted_at.is_some();
        let known = one.account;
        let account = self.account_of(one.company);
        one.account = account;
        if let Some(account) = account {
            self.settle_holder(account, at);
        }
        if again {
            self.ranked_again(&mut one, known == account, at)?;
        } else {
            one.ranked_at = Some(at);
        }
        if !one.is_being_written() {
            return no("DR-16");
        }
        let first = one.status != Status::Returned;
        one.status = if first { Status::Submitted } else { Status::UnderReview };
        let Some(partner) = self.partner(one.partner) else {
            return no("none");
        };
        one.terms = Arc::new(self.program.terms(&partner.track, &partner.tier));
        (one.track, one.tier) = (partner.track.clone(), partner.tier.clone());
        one.submitted_at = Some(at);
        self.told(label, &one, at)?;
        if account.is_none() {
            one.account = Some(one.company);
            self.accounts.insert(one.company, Account::default());
        }
        one.decision_anew(at, &self.program);
        let clean = self.not_free(label, &one, at).is_empty();
        let approved = one.terms.auto_approve
            && clean
            && !self.needs_person(label, &one, at)
            && !self.can_still_change(one.account);
        if approved {
            one.approve(at, "system", &self.program.days);
        }
        let told = if again { "resubmitted" } else { "submitted" };
        self.change(label, |kept, _| *kept = one);
        self.tell(label, told, at);
        if approved {
            self.tell_approval(label, at);
        }
        Ok(approved)
    }

    /// Which submission time counts (DR-16).
    fn ranked_again(&self, one: &mut Registration, same: bool, at: Timestamp) -> Step<()> {
        if !matches!(one.status, Status::Returned | Status::Withdrawn) {
            return no("DR-16");
        }
        if one.resubmissions >= one.terms.resubmissions {
            return no("DR-16");
        }
        one.resubmissions += 1;
        let until = one
            .returned_at
            .map(|at| self.program.days.later(at, one.terms.keep_first_days, 10_000));
        let in_time = until.is_some_and(|until| at <= until);
        if one.status == Status::Withdrawn || !same || !in_time {
            one.ranked_at = Some(at);
        }
        Ok(())
    }

    /// What speaks against the partner itself (DR-10).
    fn not_eligible(&self, one: &Registration, at: Timestamp) -> Refused {
        let mut refused = BTreeSet::new();
        let Some(partner) = self.partner(one.partner) else {
            return refused;
        };
        let on = self.program.days.day(one.ranked_at.unwrap_or(at));
        let signed = partner
            .agreement
            .is_some_and(|(from, until)| from <= on && until.is_none_or(|until| on <= until));
        let certified = one.terms.certifications.is_subset(&partner.certificates);
        if !partner.is_active || (one.terms.agreement_required && !signed) || !certified {
            refused.insert("DR-10");
        }
        refused
    }

    /// What refuses a partner at once. It is told its own faults; without one, of the account
    /// what "is it free?" tells as well, and one thing only: a house account, or protected until a
    /// day (DR-18). The rest is for a person of the vendor (DR-13, AC-05).
    fn told(&self, label: u32, one: &Registration, at: Timestamp) -> Step<()> {
        let mut own = self.not_eligible(one, at);
        if self.is_full(label, one) {
            own.insert("DR-11");
        }
        if self.lies_outside(one.partner, one.company) || too_small(one) {
            own.insert("DR-12");
        }
        if !own.is_empty() {
            return Err(own);
        }
        if self.is_house(one) {
            return no("DR-13");
        }
        if self.is_held(label, one) {
            return no("DR-02");
        }
        Ok(())
    }

    fn is_full(&self, label: u32, one: &Registration) -> bool {
        let live = u32::try_from(self.holdings(one.partner, label).len()).unwrap_or(u32::MAX);
        one.terms.capacity.is_some_and(|most| live >= most)
    }

    fn is_held(&self, label: u32, one: &Registration) -> bool {
        let holder = one.account.and_then(|account| self.holder(account));
        holder.is_some_and(|holder| holder != label)
    }

    fn is_house(&self, one: &Registration) -> bool {
        let kept = one.account.and_then(|account| self.accounts.get(&account));
        kept.is_some_and(|account| account.is_house)
            || self.company(one.company).is_some_and(|named| self.program.is_house(&named.domain))
    }

    /// Whether a company lies outside what the agreement of a partner names.
    fn lies_outside(&self, partner: u32, company: u32) -> bool {
        let agreed = self.partner(partner).and_then(|partner| partner.territory.as_deref());
        agreed.is_some() && self.territory(company) != agreed
    }

    /// What speaks against the account or the deal (DR-02, DR-11, DR-12, DR-13). The account may
    /// lie elsewhere than the partner says.
    pub fn not_free(&self, label: u32, one: &Registration, at: Timestamp) -> Refused {
        let mut refused: BTreeSet<Rule> = BTreeSet::new();
        if self.is_full(label, one) {
            refused.insert("DR-11");
        }
        if self.is_held(label, one) {
            refused.insert("DR-02");
        }
        let ranked = one.ranked_at.unwrap_or(at);
        if let Some(account) = one.account.and_then(|account| self.accounts.get(&account)) {
            let older =
                account.opportunities.values().any(|opp| opp.is_open && opp.opened_at < ranked);
            let bought = account.bought.as_ref();
            let is_customer =
                bought.is_some_and(|lines| lines.is_empty() || lines.contains(&one.product));
            if is_customer || older {
                refused.insert("DR-13");
            }
        }
        if self.is_house(one) {
            refused.insert("DR-13");
        }
        let places = [Some(one.company), one.account];
        if places.into_iter().flatten().any(|company| self.lies_outside(one.partner, company)) {
            refused.insert("DR-12");
        }
        if too_small(one) {
            refused.insert("DR-12");
        }
        refused
    }

    /// Whether a warning calls for a person (DR-14, DR-17).
    fn needs_person(&self, label: u32, one: &Registration, at: Timestamp) -> bool {
        let terms = &one.terms;
        let today = self.program.days.day(at);
        let holdings = self.holdings(one.partner, label);
        let live = u32::try_from(holdings.len()).unwrap_or(u32::MAX);
        let idle = holdings
            .iter()
            .filter_map(|one| one.worked_on)
            .filter(|on| distance(*on, today) > i64::from(terms.idle_days));
        let idle = u32::try_from(idle.count()).unwrap_or(u32::MAX);
        let hoards =
            live >= terms.hoarding_minimum && live > 0 && idle * 10_000 >= terms.hoarding_bp * live;
        hoards && terms.warnings_need_person
    }

    fn tell_approval(&mut self, label: u32, at: Timestamp) {
        self.tell(label, "approved", at);
        let account = self.registration(label).and_then(|one| one.account);
        for rival in account.map(|account| self.rivals(account, label)).unwrap_or_default() {
            self.tell(rival, "account_taken", at);
        }
    }

    /// Whether an appeal can still give the account to somebody else (CF-07).
    fn can_still_change(&self, account: Option<u32>) -> bool {
        self.cases.values().any(|case| {
            Some(case.account) == account && matches!(case.phase, Phase::Decided | Phase::Appealed)
        })
    }

    /// A person of the vendor approves (DR-02, DR-14).
    pub fn approve(&mut self, label: u32, by: u32, at: Timestamp) -> Step<()> {
        self.settle(label, before(at));
        let Some(one) = self.registration(label).cloned() else {
            return no("none");
        };
        if !one.status.waits() {
            return no("DR-02");
        }
        let Some(account) = one.account else {
            // Who has a stake in one of the companies that may be meant is refused for that.
            return Err(["AC-03", "DR-14"].into());
        };
        self.settle_holder(account, at);
        if !self.may_decide(label, by) {
            return no("DR-14");
        }
        let refused = self.not_free(label, &one, at);
        if !refused.is_empty() {
            return Err(refused);
        }
        if self.can_still_change(Some(account)) {
            return no("CF-07");
        }
        let by = self.reference(by);
        self.change(label, |one, program| one.approve(at, &by, &program.days));
        self.tell_approval(label, at);
        Ok(())
    }

    /// A person of the vendor answers otherwise: with a no, or with a question.
    pub fn answer(&mut self, label: u32, by: u32, at: Timestamp, returns: bool) -> Step<()> {
        self.settle(label, before(at));
        if self.registration(label).is_none() {
            return no("none");
        }
        if !self.may_decide(label, by) {
            return no("DR-14");
        }
        let by = self.reference(by);
        let told =
            self.change(
                label,
                |one, _| {
                    if returns { one.give_back(at, &by) } else { one.reject(at, &by) }
                },
            );
        match told {
            Some(Ok(told)) => {
                self.tell_all(label, told, at);
                Ok(())
            }
            Some(Err(rule)) => no(rule),
            None => no("none"),
        }
    }

    /// A step of one registration that needs nobody else.
    pub fn own_step(
        &mut self,
        label: u32,
        at: Timestamp,
        step: impl FnOnce(&mut Registration, &super::days::Days) -> Result<Vec<&'static str>, Rule>,
    ) -> Step<()> {
        self.settle(label, at);
        match self.change(label, |one, program| step(one, &program.days)) {
            Some(Ok(told)) => {
                self.tell_all(label, told, at);
                Ok(())
            }
            Some(Err(rule)) => no(rule),
            None => no("none"),
        }
    }

    /// The account has bought a product line: it is a customer (DR-13).
    pub fn bought(&mut self, account: u32, product: u32) {
        if let Some(Account { bought, .. }) = self.accounts.get_mut(&account) {
            bought.get_or_insert_default().insert(product);
        }
    }
}

/// Whether a deal is smaller than the program takes.
fn too_small(one: &Registration) -> bool {
    one.terms.minimum_minor.is_some_and(|minimum| one.amount_minor < minimum)
}

/// The instant just before.
fn before(at: Timestamp) -> Timestamp {
    at.saturating_sub(jiff::SignedDuration::from_micros(1)).unwrap_or(at)
}
