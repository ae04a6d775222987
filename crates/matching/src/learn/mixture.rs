//! Expectation maximisation over fields (Fellegi and Sunter 1969, Winkler 1988).

use crate::evidence::{FIELD_COUNT, FieldWeights};
use crate::model::Weights;
use crate::signs::Evidence;

/// A pair as the mixture sees it.
#[derive(Debug, Clone, Copy)]
pub(super) struct View {
    pub(super) name: f64,
    pub(super) evidence: [Evidence; FIELD_COUNT],
}

const ROUNDS: usize = 30;
/// The weights in use count as this many pairs of each kind.
const PRIOR: f64 = 25.0;
/// Farthest a weight may lie from zero, in nats.
const MOST: f64 = 9.0;

/// Agreement, nearness and difference among pairs of one kind.
type Table = [[f64; 3]; FIELD_COUNT];

/// Learns the weights of the fields; the name's score is kept as it is.
pub(super) fn learn(views: &[View], current: &Weights) -> Weights {
    let mut weights = current.clone();
    for _ in 0..ROUNDS {
        let (mut same, mut other) = prior(&current.fields);
        for view in views {
            let score = weights.name_score(view.name) + weights.fields.sum(view.evidence);
            let share = 1.0 / (1.0 + (-score).exp());
            for (field, level) in view.evidence.iter().enumerate() {
                let Some(at) = place(*level) else { continue };
                for (table, part) in [(&mut same, share), (&mut other, 1.0 - share)] {
                    if let Some(cell) = table.get_mut(field).and_then(|row| row.get_mut(at)) {
                        *cell += part;
                    }
                }
            }
        }
        weights.fields = ratios(&same, &other);
    }
    weights.rounded()
}

fn place(level: Evidence) -> Option<usize> {
    match level {
        Evidence::Absent => None,
        Evidence::Agrees => Some(0),
        Evidence::Near => Some(1),
        Evidence::Differs => Some(2),
    }
}

/// Tables that give the weights in use when nothing is added.
fn prior(fields: &FieldWeights) -> (Table, Table) {
    let mut same = [[0.0; 3]; FIELD_COUNT];
    let mut other = [[0.0; 3]; FIELD_COUNT];
    for field in 0..FIELD_COUNT {
        let agrees = fields.weight(field, Evidence::Agrees).exp();
        let near = fields.weight(field, Evidence::Near).exp();
        let differs = fields.weight(field, Evidence::Differs).exp();
        // u solves u*agrees + n*near + (1-u-n)*differs = 1 with a small fixed n
        let nearly = 0.02;
        let agree = ((1.0 - differs - nearly * (near - differs)) / (agrees - differs).max(1e-6))
            .clamp(1e-5, 0.9);
        let rest = 1.0 - agree - nearly;
        let row = [agree, nearly, rest];
        let factors = [agrees, near, differs];
        for (at, (share, factor)) in row.iter().zip(factors).enumerate() {
            let cells = (
                same.get_mut(field).and_then(|row| row.get_mut(at)),
                other.get_mut(field).and_then(|row| row.get_mut(at)),
            );
            if let (Some(same), Some(other)) = cells {
                *same = share * factor * PRIOR;
                *other = share * PRIOR;
            }
        }
    }
    (same, other)
}

fn ratios(same: &Table, other: &Table) -> FieldWeights {
    let mut fields = FieldWeights {
        agrees: [0.0; FIELD_COUNT],
        near: [0.0; FIELD_COUNT],
        differs: [0.0; FIELD_COUNT],
    };
    let rows = same.iter().zip(other);
    let out = fields.agrees.iter_mut().zip(&mut fields.near).zip(&mut fields.differs);
    for ((same, other), ((agrees, near), differs)) in rows.zip(out) {
        let total_same: f64 = same.iter().sum();
        let total_other: f64 = other.iter().sum();
        let ratio = |at: usize| {
            let share = |row: &[f64; 3], total: f64| {
                row.get(at).copied().unwrap_or(0.0).max(1e-9) / total.max(1e-9)
            };
            (share(same, total_same) / share(other, total_other)).ln().clamp(-MOST, MOST)
        };
        *agrees = ratio(0).max(0.0);
        *near = ratio(1).clamp(0.0, *agrees);
        *differs = ratio(2).min(0.0);
    }
    fields
}
