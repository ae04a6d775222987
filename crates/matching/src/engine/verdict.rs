//! From names found to records with probabilities.

use std::iter::repeat;

use super::align::{Memo, Pair};
use super::asked::AskedName;
use super::explain;
use super::features::{Features, Scored};
use super::names::Bearer;
use super::search::{Scratch, search};
use super::signs;
use super::store::Store;
use crate::evidence::{FIELD_COUNT, Fields, compare};
use crate::model::{Weights, name_score, name_scores, shares};
use crate::record::{Candidate, Query};
use crate::signs::{Evidence, Signs};

/// Candidates below this are not worth a line.
const LEAST_PROBABILITY: f64 = 0.001;
/// Bearers of one name that are weighed one by one.
const MOST_BEARERS: usize = 512;
/// More records than this behind one domain make it a shared one.
const MOST_BEHIND_DOMAIN: usize = 16;
/// Score of a pair of names of which nothing is known, or that are quite unlike.
pub(super) const UNKNOWN_NAME: f64 = -4.0;
/// Names that share this much less than the best are not given to the trees.
const FAR_BEHIND: f32 = 0.25;
/// Score of such names.
const OUTDONE: f64 = -7.0;
/// Names given to the trees for one name of the query.
const KEEP_SCORED: usize = 6;

/// For which candidates reasons are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reasons {
    /// For none.
    None,
    /// For those of at least so many basis points.
    From(u16),
}

/// One look-up.
pub(super) struct Look<'a> {
    pub(super) store: &'a Store,
    pub(super) weights: &'a Weights,
    pub(super) except: Option<&'a str>,
    pub(super) limit: usize,
    pub(super) reasons: Reasons,
}

/// What is known of a candidate before it is weighed; for learning.
#[derive(Debug, Clone)]
pub struct Observation {
    /// Key of the record.
    pub key: String,
    /// Score of the names in nats, by the shipped trees.
    pub name_score: f64,
    /// What the trees looked at.
    pub features: Features,
    /// Domain, country, postal code, city, parent.
    pub evidence: [Evidence; FIELD_COUNT],
}

/// A name of the query beside a name of the index.
struct Match {
    raw: f64,
    asked: usize,
    scored: Scored,
}

/// A record under consideration.
struct Entry {
    slot: u32,
    other: bool,
    found: Option<usize>,
    raw: f64,
    score: f64,
    evidence: [Evidence; FIELD_COUNT],
}

struct Found {
    asked: Vec<AskedName>,
    fields: Fields,
    lookalikes: bool,
    matches: Vec<Match>,
    entries: Vec<Entry>,
    /// Weight of bearers that were not looked at one by one.
    further: f64,
}

impl Look<'_> {
    /// Candidates, best first.
    pub(super) fn candidates(&self, query: &Query, scratch: &mut Scratch) -> Vec<Candidate> {
        let found = self.find(query, scratch);
        let scores: Vec<f64> = found.entries.iter().map(|entry| entry.score).collect();
        let probabilities = shares(&scores, found.further);
        let mut order: Vec<(f64, &Entry)> = probabilities.into_iter().zip(&found.entries).collect();
        let key = |entry: &Entry| {
            self.store.slot(entry.slot).map(|slot| slot.key.as_ref()).unwrap_or_default()
        };
        order.retain(|(probability, _)| *probability >= LEAST_PROBABILITY);
        order.sort_by(|left, right| {
            right.0.total_cmp(&left.0).then_with(|| key(left.1).cmp(key(right.1)))
        });
        let second = order.get(1).map_or(0.0, |(probability, _)| *probability);
        order.truncate(self.limit);
        order
            .iter()
            .enumerate()
            .map(|(rank, (probability, entry))| {
                let mut candidate = Candidate {
                    key: key(entry).to_owned(),
                    probability: *probability,
                    reasons: Vec::new(),
                    signs: Signs::default(),
                };
                if self.wants_reasons(&candidate) {
                    let second = if rank == 0 { second } else { 0.0 };
                    candidate.reasons = self.explain(&found, entry, second);
                    candidate.signs = self.signs(&found, entry);
                }
                candidate
            })
            .collect()
    }

    fn wants_reasons(&self, candidate: &Candidate) -> bool {
        match self.reasons {
            Reasons::None => false,
            Reasons::From(least) => candidate.basis_points() >= least,
        }
    }

    /// The same unweighed.
    pub(super) fn observations(&self, query: &Query, scratch: &mut Scratch) -> Vec<Observation> {
        let found = self.find(query, scratch);
        let features = |entry: &Entry| {
            entry
                .found
                .and_then(|at| found.matches.get(at))
                .map_or([0.0; super::FEATURES], |found| found.scored.features)
        };
        found
            .entries
            .iter()
            .map(|entry| Observation {
                key: self
                    .store
                    .slot(entry.slot)
                    .map(|slot| slot.key.to_string())
                    .unwrap_or_default(),
                name_score: entry.raw,
                features: features(entry),
                evidence: entry.evidence,
            })
            .collect()
    }

    fn explain(&self, found: &Found, entry: &Entry, second: f64) -> Vec<crate::reasons::Reason> {
        let named = entry.found.and_then(|at| found.matches.get(at));
        let mut reasons = named.map_or_else(Vec::new, |named| {
            let Some(asked) = found.asked.get(named.asked) else {
                return Vec::new();
            };
            let names = self.store.distinct_names();
            let pair = Pair::new(asked, self.store, named.scored.name, names);
            explain::names(&pair, &named.scored, named.asked > 0 || entry.other)
        });
        if let Some(slot) = self.store.slot(entry.slot) {
            explain::fields(&found.fields, &slot.fields, entry.evidence, &mut reasons);
        }
        explain::circumstances(found.lookalikes, second, &mut reasons);
        reasons
    }

    fn signs(&self, found: &Found, entry: &Entry) -> Signs {
        let held = self.store.slot(entry.slot).map(|slot| &slot.fields);
        let named = entry.found.and_then(|at| found.matches.get(at));
        let name = named.and_then(|named| {
            let asked = found.asked.get(named.asked)?;
            let names = self.store.distinct_names();
            let pair = Pair::new(asked, self.store, named.scored.name, names);
            Some(signs::of_names(&pair, &found.fields, held?))
        });
        let domain = entry.evidence.first().copied().unwrap_or_default();
        Signs { name: name.unwrap_or_default(), domain }
    }

    fn find(&self, query: &Query, scratch: &mut Scratch) -> Found {
        let except = self.except.and_then(|key| self.store.find_key(key));
        let mut found = Found {
            asked: Vec::new(),
            fields: Fields::asked(query),
            lookalikes: false,
            matches: Vec::new(),
            entries: Vec::new(),
            further: 0.0,
        };
        self.read_names(query, &mut found, scratch);
        for at in 0..found.asked.len() {
            let Some(asked) = found.asked.get_mut(at) else {
                break;
            };
            let mut scored = search(self.store, asked, except, scratch);
            scored.truncate(KEEP_SCORED);
            let best = scored.first().map_or(0.0, |one| one.quick);
            // sorted by the quick measure: those far behind come last
            let near = scored.partition_point(|one| one.quick >= best - FAR_BEHIND);
            let raws = name_scores(scored.iter().take(near).map(|one| &one.features));
            for (one, raw) in scored.into_iter().zip(raws.into_iter().chain(repeat(OUTDONE))) {
                found.matches.push(Match { raw, asked: at, scored: one });
            }
        }
        self.add_bearers(except, &mut found);
        self.add_by_domain(except, &mut found);
        self.weigh(&mut found);
        found
    }

    fn read_names(&self, query: &Query, found: &mut Found, scratch: &mut Scratch) {
        let words = &mut scratch.words;
        for name in std::iter::once(&query.name).chain(&query.other_names) {
            words.read(name);
            found.lookalikes |= words.lookalikes;
            for alias in [false, true] {
                let asked =
                    AskedName::look_up(words, alias, self.store, self.store.distinct_names());
                let new = |known: &AskedName| !asked.is_within(known);
                if !asked.asks.is_empty() && found.asked.iter().all(new) {
                    found.asked.push(asked);
                }
            }
        }
    }

    /// The records that bear the names found, each with its best name.
    fn add_bearers(&self, except: Option<u32>, found: &mut Found) {
        for (at, one) in found.matches.iter().enumerate() {
            let Some(name) = self.store.name(one.scored.name) else {
                continue;
            };
            let looked_at =
                name.bearers().take(MOST_BEARERS).filter(|bearer| Some(bearer.slot) != except);
            // a record bears a name once, so only those of other names can be there already
            let known = found.entries.len();
            for bearer in looked_at {
                add_entry(&mut found.entries, known, bearer, (at, one.raw));
            }
            let rest = name.bearer_count().saturating_sub(MOST_BEARERS);
            if rest > 0 {
                found.further += rest as f64 * self.weights.name_score(one.raw).min(50.0).exp();
            }
        }
    }

    /// The records behind the query's domains whose names were not found.
    fn add_by_domain(&self, except: Option<u32>, found: &mut Found) {
        let domains = std::mem::take(&mut found.fields.domains);
        let mut memo = Memo::default();
        for domain in &domains {
            let mut slots: Vec<u32> = self.behind(domain);
            if slots.len() > MOST_BEHIND_DOMAIN {
                continue;
            }
            slots.retain(|slot| {
                Some(*slot) != except && !found.entries.iter().any(|entry| entry.slot == *slot)
            });
            for slot in slots {
                let named = self.score_names_of(slot, found, &mut memo);
                let raw = named.as_ref().map_or(UNKNOWN_NAME, |named| named.raw);
                let at = named.map(|named| {
                    found.matches.push(named);
                    found.matches.len() - 1
                });
                found.entries.push(Entry {
                    slot,
                    other: false,
                    found: at,
                    raw,
                    score: 0.0,
                    evidence: [Evidence::Absent; FIELD_COUNT],
                });
            }
        }
        found.fields.domains = domains;
    }

    /// Records with this domain by key; the table keeps hashes only, in no order.
    fn behind(&self, domain: &str) -> Vec<u32> {
        let has = |slot: &u32| {
            self.store
                .slot(*slot)
                .is_some_and(|held| held.fields.domains.iter().any(|own| own.as_ref() == domain))
        };
        let mut slots: Vec<u32> =
            self.store.with_domain(domain).filter(has).take(MOST_BEHIND_DOMAIN + 1).collect();
        slots.sort_by_key(|slot| self.store.slot(*slot).map(|held| held.key.as_ref()));
        slots
    }

    fn score_names_of(&self, slot: u32, found: &Found, memo: &mut Memo) -> Option<Match> {
        let names = self.store.distinct_names();
        let mut best: Option<Match> = None;
        for id in self.store.slot(slot)?.names() {
            for (at, asked) in found.asked.iter().enumerate() {
                memo.clear();
                let scored = Pair::new(asked, self.store, id, names).score(id, memo);
                let raw = name_score(&scored.features);
                if best.as_ref().is_none_or(|best| raw > best.raw) {
                    best = Some(Match { raw, asked: at, scored });
                }
            }
        }
        best
    }

    fn weigh(&self, found: &mut Found) {
        let shared: usize =
            found.fields.domains.iter().map(|domain| self.behind(domain).len()).max().unwrap_or(0);
        for entry in &mut found.entries {
            let Some(slot) = self.store.slot(entry.slot) else {
                continue;
            };
            entry.evidence = compare(&found.fields, &slot.fields);
            let mut name = self.weights.name_score(entry.raw);
            let mut fields = self.weights.fields.sum(entry.evidence);
            if entry.evidence.first() == Some(&Evidence::Agrees) {
                name = name.max(UNKNOWN_NAME);
                let full = self.weights.fields.weight(0, Evidence::Agrees);
                fields += domain_weight(full, shared, self.store.records()) - full;
            }
            entry.score = name + fields;
        }
    }
}

/// A domain says at least as much as picking its bearers from all records by chance; one that
/// several records share says less.
fn domain_weight(full: f64, shared: usize, records: usize) -> f64 {
    if shared > MOST_BEHIND_DOMAIN {
        return full.min(1.0);
    }
    let by_chance = (records.max(1) as f64).ln();
    (full.max(by_chance) - (shared.max(1) as f64).ln()).max(0.0)
}

/// Adds a record, or a better name of one that is among the first `known`.
fn add_entry(entries: &mut Vec<Entry>, known: usize, bearer: Bearer, best: (usize, f64)) {
    let (at, raw) = best;
    match entries.iter_mut().take(known).find(|entry| entry.slot == bearer.slot) {
        Some(entry) if entry.raw < raw => {
            entry.raw = raw;
            entry.found = Some(at);
            entry.other = bearer.other;
        }
        Some(_) => {}
        None => entries.push(Entry {
            slot: bearer.slot,
            other: bearer.other,
            found: Some(at),
            raw,
            score: 0.0,
            evidence: [Evidence::Absent; FIELD_COUNT],
        }),
    }
}
