//! Every living account in memory by what identifies it exactly, for imports. What is sure or new is
//! settled here; what may be known goes the way of a single one, `settle`.

use std::collections::{BTreeMap, BTreeSet};

use domain::{accounts::SHARED_DOMAIN_NAMES, crm_id, ids::AccountId};

use super::{
    exact::{evidence, ids_contradict},
    store::{NewAccount, name_key},
};
use frame::{ctx::Cx, error::AppError};

/// So many accounts of one name, or behind one domain, are looked at for one row.
const LOOKED_AT: usize = 1_000;

/// An id in another system, in the one form for all that is the same.
type ExternalId = (String, String);

/// What tells one account from others.
#[derive(Debug, Default)]
struct Marks {
    /// Keys of its names, its legal name first.
    names: Vec<String>,
    country: String,
    domains: BTreeSet<String>,
    external_ids: Vec<ExternalId>,
}

/// Every living account of the vendor by what identifies it exactly.
#[derive(Debug, Default)]
pub struct Known {
    marks: BTreeMap<AccountId, Marks>,
    by_external: BTreeMap<ExternalId, AccountId>,
    by_domain: BTreeMap<String, BTreeSet<AccountId>>,
    by_name: BTreeMap<String, BTreeSet<AccountId>>,
    /// Domains that companies of many names share, those of a file to come among them.
    shared: BTreeSet<String>,
    /// The number of the last change of any account when this was read.
    pub upto: i64,
}

/// What is known of a company exactly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Exactly {
    /// It is this account.
    This(AccountId),
    /// It has the name or the domain of an account, but not both, or those of several: nobody can
    /// tell without a closer look.
    Unsure,
    /// No account has its id, domain or name.
    None,
}

/// The number of the last change of any account of the vendor.
pub fn last_change(cx: &mut Cx<'_, '_>) -> Result<i64, AppError> {
    let vendor_id = cx.vendor();
    Ok(cx.tx.query_one_as(
        "SELECT COALESCE(MAX(seq), 0) FROM account_changes WHERE vendor_id = $1",
        db::params![vendor_id.as_str()],
    )?)
}

impl Known {
    /// Reads every living account.
    pub fn read(cx: &mut Cx<'_, '_>) -> Result<Self, AppError> {
        let vendor_id = cx.vendor();
        let mut known = Self { upto: last_change(cx)?, ..Self::default() };
        let vendor = db::params![vendor_id.as_str()];
        cx.tx.for_each(
            "SELECT account_id, name_key, country FROM accounts WHERE vendor_id = $1 \
             AND merged_into = '' ORDER BY account_id",
            vendor,
            |row| {
                let (id, name_key, country): (AccountId, String, String) = row.read()?;
                known.name(&id, name_key);
                known.marks.entry(id).or_default().country = country;
                Ok(())
            },
        )?;
        cx.tx.for_each(
            "SELECT n.account_id, n.name_key FROM account_names n JOIN accounts a \
             ON a.vendor_id = n.vendor_id AND a.account_id = n.account_id \
             WHERE n.vendor_id = $1 AND a.merged_into = '' ORDER BY n.account_id, n.name",
            vendor,
            |row| {
                let (id, name_key): (AccountId, String) = row.read()?;
                known.name(&id, name_key);
                Ok(())
            },
        )?;
        cx.tx.for_each(
            "SELECT d.domain, d.account_id FROM account_domains d JOIN accounts a \
             ON a.vendor_id = d.vendor_id AND a.account_id = d.account_id \
             WHERE d.vendor_id = $1 AND a.merged_into = '' ORDER BY d.domain, d.account_id",
            vendor,
            |row| {
                let (domain, id): (String, AccountId) = row.read()?;
                known.domain(&id, domain);
                Ok(())
            },
        )?;
        cx.tx.for_each(
            "SELECT e.system, e.external_id, e.account_id FROM account_external_ids e \
             JOIN accounts a ON a.vendor_id = e.vendor_id AND a.account_id = e.account_id \
             WHERE e.vendor_id = $1 AND a.merged_into = ''",
            vendor,
            |row| {
                let (external, id): (ExternalId, AccountId) = row.read()?;
                known.external_id(&id, &external);
                Ok(())
            },
        )?;
        Ok(known)
    }

    fn name(&mut self, id: &AccountId, name_key: String) {
        self.by_name.entry(name_key.clone()).or_default().insert(id.clone());
        self.marks.entry(id.clone()).or_default().names.push(name_key);
    }

    fn domain(&mut self, id: &AccountId, domain: String) {
        self.by_domain.entry(domain.clone()).or_default().insert(id.clone());
        self.marks.entry(id.clone()).or_default().domains.insert(domain);
    }

    fn external_id(&mut self, id: &AccountId, (system, external_id): &ExternalId) {
        let own = (system.clone(), crm_id::canonical(external_id));
        self.by_external.entry(own.clone()).or_insert_with(|| id.clone());
        self.marks.entry(id.clone()).or_default().external_ids.push(own);
    }

    /// The account that this company exactly is: the one with its id in another system; else the
    /// one with its name, where neither domains, countries nor other ids contradict it. The same
    /// domain under another name, or the same name under another domain, is never enough. Rules
    /// AC-02, AC-03.
    pub fn find(&self, new: &NewAccount) -> Exactly {
        let own = |(system, id): &ExternalId| (system.clone(), crm_id::canonical(id));
        if let Some(found) = new.external_ids.iter().find_map(|id| self.by_external.get(&own(id))) {
            return Exactly::This(found.clone());
        }
        let domains: BTreeSet<String> = new
            .domains
            .iter()
            .filter_map(|domain| evidence(domain))
            .filter(|domain| !self.is_shared(domain))
            .collect();
        let named = self.by_name.get(&name_key(&new.name));
        let named: Vec<&AccountId> = named.into_iter().flatten().take(LOOKED_AT).collect();
        let fitting: Vec<(&AccountId, bool)> = named
            .iter()
            .filter_map(|id| Some((*id, self.fits(self.marks.get(*id)?, new, &domains)?)))
            .collect();
        let by_both: Vec<&AccountId> =
            fitting.iter().filter(|(_, same_domain)| *same_domain).map(|(id, _)| *id).collect();
        let by_domain = domains.iter().any(|domain| self.by_domain.contains_key(domain));
        match (by_both.as_slice(), fitting.as_slice()) {
            ([only], _) => Exactly::This((*only).clone()),
            ([], [(only, _)]) if named.len() == 1 && !by_domain => Exactly::This((*only).clone()),
            _ if named.is_empty() && !by_domain => Exactly::None,
            _ => Exactly::Unsure,
        }
    }

    /// Whether an account of the same name shares a domain with the company; `None` when something
    /// contradicts that it is the same.
    fn fits(&self, marks: &Marks, new: &NewAccount, domains: &BTreeSet<String>) -> Option<bool> {
        let known: BTreeSet<&String> =
            marks.domains.iter().filter(|domain| !self.is_shared(domain)).collect();
        let same_domain = domains.iter().any(|domain| known.contains(domain));
        let other_domain = !same_domain && !known.is_empty() && !domains.is_empty();
        let other_country =
            !marks.country.is_empty() && !new.country.is_empty() && marks.country != new.country;
        let other_id = ids_contradict(&marks.external_ids, &new.external_ids);
        (!other_domain && !other_country && !other_id).then_some(same_domain)
    }

    /// Companies to come: a domain under which many names stand among them and the known ones is
    /// evidence for none of them, the first included. Rule AC-02.
    pub fn expect<'a>(&mut self, companies: impl Iterator<Item = &'a NewAccount>) {
        let mut names: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for new in companies {
            for domain in new.domains.iter().filter_map(|domain| evidence(domain)) {
                let behind = names.entry(domain).or_default();
                if behind.len() < SHARED_DOMAIN_NAMES {
                    behind.insert(name_key(&new.name));
                }
            }
        }
        for (domain, mut behind) in names {
            let known = self.by_domain.get(&domain).into_iter().flatten().take(LOOKED_AT);
            behind.extend(known.filter_map(|id| self.marks.get(id)?.names.first().cloned()));
            if behind.len() >= SHARED_DOMAIN_NAMES {
                self.shared.insert(domain);
            }
        }
    }

    /// Nobody yet, with the same domains known as shared.
    #[must_use]
    pub fn nobody_yet(&self) -> Self {
        Self { shared: self.shared.clone(), ..Self::default() }
    }

    /// Whether companies of so many names stand under a domain that it is evidence for none.
    fn is_shared(&self, domain: &str) -> bool {
        let Some(behind) = self.by_domain.get(domain) else {
            return self.shared.contains(domain);
        };
        if self.shared.contains(domain) || behind.len() < SHARED_DOMAIN_NAMES {
            return self.shared.contains(domain);
        }
        let mut names = BTreeSet::new();
        behind.iter().take(LOOKED_AT).filter_map(|id| self.marks.get(id)?.names.first()).any(
            |name| {
                names.insert(name);
                names.len() >= SHARED_DOMAIN_NAMES
            },
        )
    }

    /// From now on this account is known too.
    pub fn add(&mut self, account_id: &AccountId, new: &NewAccount) {
        self.name(account_id, name_key(&new.name));
        for name in &new.other_names {
            self.name(account_id, name_key(name));
        }
        self.marks.entry(account_id.clone()).or_default().country.clone_from(&new.country);
        self.learn(account_id, new);
    }

    /// From now on an account has the domains and ids of this company too.
    pub fn learn(&mut self, account_id: &AccountId, new: &NewAccount) {
        for domain in new.domains.iter().filter_map(|domain| evidence(domain)) {
            self.domain(account_id, domain);
        }
        for id in &new.external_ids {
            self.external_id(account_id, id);
        }
    }
}
