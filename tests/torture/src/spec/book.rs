//! Everything that is true at one moment, as the specification has it. A step either changes the
//! book and says what is told, or is refused and leaves nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::{Timestamp, civil::Date};

use super::{
    Rule,
    cases::Case,
    registration::{Registration, Status, Told},
    terms::Program,
};

/// How a partner stands in the program.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the words of the specification")]
pub struct Partner {
    pub track: String,
    pub tier: String,
    pub territory: Option<String>,
    pub is_active: bool,
    pub agreement: Option<(Date, Option<Date>)>,
    pub certificates: BTreeSet<String>,
    pub manager: u32,
}

/// Somebody of the vendor.
#[derive(Debug, Clone)]
pub struct Staff {
    /// The word of the role.
    pub role: &'static str,
    /// Territories of its quota.
    pub territories: Vec<String>,
    /// How audit and decisions name it: `user:usr_…`.
    pub reference: String,
}

/// An opportunity of direct sales.
#[derive(Debug, Clone, Copy)]
pub struct Opportunity {
    /// When it was opened.
    pub opened_at: Timestamp,
    /// Whose it is.
    pub owner: u32,
    /// Whether it is still worked.
    pub is_open: bool,
    /// When it ended.
    pub closed_at: Option<Timestamp>,
    /// The product line.
    pub product: u32,
}

/// A company, whether the vendor knows it or not.
#[derive(Debug, Clone)]
pub struct Company {
    /// Its country.
    pub country: String,
    /// Its domain.
    pub domain: String,
}

/// An account of the vendor.
#[derive(Debug, Clone, Default)]
pub struct Account {
    /// Kept by the vendor for itself.
    pub is_house: bool,
    /// Product lines bought; `None` for no customer.
    pub bought: Option<BTreeSet<u32>>,
    /// Its owner in direct sales.
    pub owner: Option<u32>,
    /// The account it was merged into.
    pub merged_into: Option<u32>,
    /// Opportunities of direct sales, by label.
    pub opportunities: BTreeMap<u32, Opportunity>,
    /// People of direct sales whose attempts on it were refused, the latest last.
    pub attempts: Vec<(Timestamp, u32)>,
    /// Owners of accounts that it took in, and until when those were accounts of their own.
    pub past_owners: Vec<(Timestamp, u32)>,
    /// Accounts that it took in, where they lay, and until when.
    pub past_places: Vec<(Timestamp, u32)>,
}

impl Account {
    /// Who owns it or works it, or did at any time since an instant (DR-14, CF-03).
    pub fn has_quota(&self, person: u32, since: Timestamp) -> bool {
        let works = |one: &Opportunity| {
            one.owner == person && (one.is_open || one.closed_at.is_some_and(|at| at >= since))
        };
        self.owner == Some(person)
            || self.opportunities.values().any(works)
            || self.past_owners.iter().any(|(until, who)| *until >= since && *who == person)
    }
}

/// Everything.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Book {
    pub program: Arc<Program>,
    pub partners: Vec<Partner>,
    pub staff: Vec<Staff>,
    pub companies: Arc<Vec<Company>>,
    /// By company; a company that nobody registered yet has none.
    pub accounts: BTreeMap<u32, Account>,
    pub registrations: BTreeMap<u32, Registration>,
    pub cases: BTreeMap<u32, Case>,
    /// What the present step tells, by registration.
    pub told: BTreeMap<u32, Vec<Told>>,
    /// Cases that the present step changed.
    pub moved: BTreeSet<u32>,
    /// What the present step leaves of cases in the audit trail.
    pub recorded: BTreeMap<u32, Vec<&'static str>>,
    before: BTreeMap<u32, Registration>,
}

/// Who refuses: one of these rules. The product names the first that it comes to.
pub type Refused = BTreeSet<Rule>;

/// What came of a step.
pub type Step<T> = Result<T, Refused>;

/// Refused by one rule.
pub fn no<T>(rule: Rule) -> Step<T> {
    Err(BTreeSet::from([rule]))
}

impl Book {
    /// A book in which nothing has happened.
    pub fn new(
        program: Arc<Program>,
        partners: Vec<Partner>,
        (staff, companies): (Vec<Staff>, Arc<Vec<Company>>),
    ) -> Book {
        Book {
            program,
            partners,
            staff,
            companies,
            accounts: BTreeMap::new(),
            registrations: BTreeMap::new(),
            cases: BTreeMap::new(),
            told: BTreeMap::new(),
            moved: BTreeSet::new(),
            recorded: BTreeMap::new(),
            before: BTreeMap::new(),
        }
    }

    /// Begins a step: nothing is told yet.
    pub fn begin(&mut self) {
        self.told.clear();
        self.moved.clear();
        self.recorded.clear();
        self.before.clear();
    }

    /// Takes a step; what it changed is undone when it is refused.
    pub fn step<T>(&mut self, step: impl FnOnce(&mut Book) -> Step<T>) -> Step<T> {
        let (accounts, cases) = (self.accounts.clone(), self.cases.clone());
        let (told, moved) = (self.told.clone(), self.moved.clone());
        let recorded = self.recorded.clone();
        let earlier = std::mem::take(&mut self.before);
        let known: BTreeSet<u32> = self.registrations.keys().copied().collect();
        let outcome = step(self);
        if outcome.is_err() {
            let undo = std::mem::take(&mut self.before);
            self.registrations.retain(|label, _| known.contains(label));
            self.registrations.extend(undo);
            (self.accounts, self.cases) = (accounts, cases);
            (self.told, self.moved, self.recorded) = (told, moved, recorded);
        }
        let mut before = earlier;
        for (label, registration) in std::mem::take(&mut self.before) {
            before.entry(label).or_insert(registration);
        }
        self.before = before;
        outcome
    }

    /// The registrations that the present step may have changed.
    pub fn touched(&self) -> BTreeSet<u32> {
        self.before.keys().chain(self.told.keys()).copied().collect()
    }

    /// A registration, to be read.
    pub fn registration(&self, label: u32) -> Option<&Registration> {
        self.registrations.get(&label)
    }

    /// Changes a registration; `None` when there is none of that label.
    pub fn change<T>(
        &mut self,
        label: u32,
        change: impl FnOnce(&mut Registration, &Program) -> T,
    ) -> Option<T> {
        let registration = self.registrations.get_mut(&label)?;
        self.before.entry(label).or_insert_with(|| registration.clone());
        Some(change(registration, &self.program))
    }

    /// Puts a new registration in.
    pub fn put(&mut self, label: u32, registration: Registration) {
        self.registrations.insert(label, registration);
        self.told.entry(label).or_default();
    }

    /// Notes what the timeline of a registration is to show.
    pub fn tell(&mut self, label: u32, kind: &'static str, at: Timestamp) {
        self.told.entry(label).or_default().push((kind, at));
    }

    /// Notes what the audit trail is to hold of a case.
    pub fn record(&mut self, case: u32, action: &'static str) {
        self.recorded.entry(case).or_default().push(action);
    }

    /// Notes several.
    pub fn tell_all(&mut self, label: u32, kinds: Vec<&'static str>, at: Timestamp) {
        for kind in kinds {
            self.tell(label, kind, at);
        }
    }

    /// Does what the clocks of a registration owe.
    pub fn settle(&mut self, label: u32, upto: Timestamp) {
        let Some(registration) = self.registrations.get(&label) else {
            return;
        };
        if registration.next_due(&self.program).is_none_or(|at| at > upto) {
            return;
        }
        let told = self.change(label, |one, program| one.settle(upto, program));
        for (kind, at) in told.unwrap_or_default() {
            self.tell(label, kind, at);
        }
    }

    /// Does what all clocks owe.
    pub fn sweep(&mut self, upto: Timestamp) {
        let waiting = |one: &&Registration| one.status.waits() || one.status.is_live();
        let all: Vec<u32> = self
            .registrations
            .iter()
            .filter(|(_, one)| waiting(one))
            .map(|(label, _)| *label)
            .collect();
        for label in all {
            self.settle(label, upto);
        }
    }

    /// The account of a company, after every merge.
    pub fn account_of(&self, company: u32) -> Option<u32> {
        let mut found = company;
        loop {
            match self.accounts.get(&found)?.merged_into {
                Some(kept) => found = kept,
                None => return Some(found),
            }
        }
    }

    /// Who holds an account (DR-02).
    pub fn holder(&self, account: u32) -> Option<u32> {
        let mut all = self.registrations.iter();
        all.find(|(_, one)| one.holds && one.account == Some(account)).map(|(label, _)| *label)
    }

    /// Does what the clocks of an account's holder owe.
    pub fn settle_holder(&mut self, account: u32, upto: Timestamp) {
        if let Some(holder) = self.holder(account) {
            self.settle(holder, upto);
        }
    }

    /// Live holdings of a partner besides one registration (DR-11).
    pub fn holdings(&self, partner: u32, besides: u32) -> Vec<&Registration> {
        self.registrations
            .iter()
            .filter(|(label, one)| one.holds && one.partner == partner && **label != besides)
            .map(|(_, one)| one)
            .collect()
    }

    /// Other registrations of an account that await their answer.
    pub fn rivals(&self, account: u32, besides: u32) -> Vec<u32> {
        self.registrations
            .iter()
            .filter(|(label, one)| {
                **label != besides && one.account == Some(account) && one.due_at.is_some()
            })
            .map(|(label, _)| *label)
            .collect()
    }

    /// Whether a person of the vendor may decide a registration (DR-14).
    pub fn may_decide(&self, label: u32, person: u32) -> bool {
        let (Some(one), Some(staff)) = (
            self.registrations.get(&label),
            self.staff.get(usize::try_from(person).unwrap_or(usize::MAX)),
        ) else {
            return false;
        };
        let since = one.ranked_at.unwrap_or(Timestamp::MAX);
        let kept = one.account.and_then(|account| self.accounts.get(&account));
        let owns = kept.is_some_and(|kept| kept.has_quota(person, since));
        let near = self.places(one.account.unwrap_or(one.company), since);
        !owns && !near.iter().any(|code| staff.territories.iter().any(|own| own == code))
    }

    /// The territories in which an account lies, or lay at any time since an instant.
    pub fn places(&self, account: u32, since: Timestamp) -> Vec<&str> {
        let kept = self.accounts.get(&account);
        let past = kept.into_iter().flat_map(|kept| &kept.past_places);
        let past = past.filter(|(until, _)| *until >= since).map(|(_, place)| *place);
        past.chain([account]).filter_map(|place| self.territory(place)).collect()
    }

    /// What is known of a company.
    pub fn company(&self, company: u32) -> Option<&Company> {
        self.companies.get(usize::try_from(company).unwrap_or(usize::MAX))
    }

    /// The territory in which a company lies.
    pub fn territory(&self, company: u32) -> Option<&str> {
        self.company(company).and_then(|one| self.program.territory(&one.country))
    }

    /// The partner of a label.
    pub fn partner(&self, partner: u32) -> Option<&Partner> {
        self.partners.get(usize::try_from(partner).unwrap_or(usize::MAX))
    }

    /// How somebody of the vendor is named.
    pub fn reference(&self, person: u32) -> String {
        let staff = self.staff.get(usize::try_from(person).unwrap_or(usize::MAX));
        staff.map_or_else(String::new, |staff| staff.reference.clone())
    }

    /// Registrations of a status, by label.
    pub fn of_status(&self, wanted: impl Fn(Status) -> bool) -> Vec<u32> {
        let all = self.registrations.iter();
        all.filter(|(_, one)| wanted(one.status)).map(|(label, _)| *label).collect()
    }
}
