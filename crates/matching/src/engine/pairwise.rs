//! Two companies side by side, without a search.

use super::align::{Memo, Pair};
use super::asked::AskedName;
use super::explain;
use super::features::{Scored, set_rivals};
use super::signs;
use super::store::Store;
use super::verdict::UNKNOWN_NAME;
use crate::evidence::{FIELD_COUNT, Fields, compare};
use crate::model::{Weights, name_score};
use crate::name::Words;
use crate::reasons::Reason;
use crate::record::{Candidate, Query, Record};
use crate::signs::{Evidence, NameSign, Signs};

/// What is known of a pair before it is weighed.
#[derive(Debug, Clone)]
pub(crate) struct PairView {
    /// Score of the names in nats: the mean of both directions.
    pub(crate) name_score: f64,
    /// Domain, country, postal code, city, parent.
    pub(crate) evidence: [Evidence; FIELD_COUNT],
    reasons: Vec<Reason>,
    signs: Signs,
}

/// Compares two companies; the rarity of words is the store's. The same whichever comes first.
pub(super) fn view(store: &Store, left: &Query, right: &Query) -> PairView {
    let asked = Fields::asked(left);
    let held = Fields::asked(right);
    let forth = directed(store, (left, &asked), (right, &held));
    let back = directed(store, (right, &held), (left, &asked));
    let evidence = compare(&asked, &held);
    let mut reasons = forth.reasons;
    explain::fields(&asked, &held, evidence, &mut reasons);
    let domain = evidence.first().copied().unwrap_or_default();
    PairView {
        name_score: f64::midpoint(forth.nats, back.nats),
        evidence,
        reasons,
        signs: Signs { name: forth.sign.min(back.sign), domain },
    }
}

impl PairView {
    /// The pair's score in nats under the given weights.
    pub(crate) fn score(&self, weights: &Weights) -> f64 {
        let name = weights.name_score(self.name_score);
        let same_domain = self.evidence.first() == Some(&Evidence::Agrees);
        let name = if same_domain { name.max(UNKNOWN_NAME) } else { name };
        name + weights.fields.sum(self.evidence)
    }

    /// The pair as a candidate without a key.
    pub(super) fn candidate(self, weights: &Weights) -> Candidate {
        let probability = 1.0 / (1.0 + (-self.score(weights)).exp());
        Candidate { key: String::new(), probability, reasons: self.reasons, signs: self.signs }
    }
}

/// What the names of one side say of those of the other.
struct Directed {
    nats: f64,
    reasons: Vec<Reason>,
    sign: NameSign,
}

/// Best score of the names of `asked` beside those of `held`.
fn directed(store: &Store, asked: (&Query, &Fields), held: (&Query, &Fields)) -> Directed {
    let mut small = Store::default();
    let record = Record {
        key: "pair".to_owned(),
        name: held.0.name.clone(),
        other_names: held.0.other_names.clone(),
        ..Record::default()
    };
    let mut best: Option<Directed> = None;
    if small.insert(&record).is_ok() {
        small.settle();
        small.terms.borrow_counts(&store.terms);
        let names = store.distinct_names().max(1);
        for (number, one) in asked_names(&small, names, asked.0).iter().enumerate() {
            let held_names = (0_u32..).zip(&small.names);
            for (id, name) in held_names.filter(|(_, name)| name.bearer_count() > 0) {
                let pair = Pair::new(one, &small, id, names);
                let mut scored: [Scored; 1] = [pair.score(0, &mut Memo::default())];
                set_rivals(&mut scored);
                let [scored] = scored;
                let nats = name_score(&scored.features);
                if best.as_ref().is_none_or(|known| nats > known.nats) {
                    let other = number > 0 || name.bearers().any(|bearer| bearer.other);
                    let reasons = explain::names(&pair, &scored, other);
                    let sign = signs::of_names(&pair, asked.1, held.1);
                    best = Some(Directed { nats, reasons, sign });
                }
            }
        }
    }
    best.unwrap_or(Directed { nats: UNKNOWN_NAME, reasons: Vec::new(), sign: NameSign::Absent })
}

fn asked_names(small: &Store, names: usize, asked: &Query) -> Vec<AskedName> {
    let mut words = Words::default();
    let mut found: Vec<AskedName> = Vec::new();
    for name in std::iter::once(&asked.name).chain(&asked.other_names) {
        words.read(name);
        for alias in [false, true] {
            let one = AskedName::look_up(&words, alias, small, names);
            if !one.asks.is_empty() {
                found.push(one);
            }
        }
    }
    found
}
