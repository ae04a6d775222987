//! Logistic regression that stays near the weights in use.

use crate::engine::PairView;
use crate::evidence::FIELD_COUNT;
use crate::model::Weights;
use crate::signs::Evidence;

const STEPS: usize = 400;
/// How strongly a weight is held where it is: the inverse of its variance beforehand.
const HOLD: f64 = 1.0;

/// Parameters: slope, offset, then agreement, nearness and difference of each field.
const MANY: usize = 2 + 3 * FIELD_COUNT;
type Parameters = [f64; MANY];

/// Fits the weights to decided pairs by steps of the gradient with momentum; the same every time.
pub(super) fn fit<'a>(
    cases: impl Iterator<Item = &'a (PairView, bool)>,
    current: &Weights,
) -> Weights {
    let rows: Vec<(Parameters, f64)> =
        cases.map(|(view, same)| (inputs(view), f64::from(u8::from(*same)))).collect();
    let start = parameters(current);
    let mut now = start;
    let mut speed = [0.0; MANY];
    // the largest curvature there can be bounds the step
    let curvature: f64 =
        rows.iter().map(|(row, _)| row.iter().map(|value| value * value).sum::<f64>()).sum::<f64>()
            / 4.0;
    let step = 1.0 / (curvature + HOLD);
    for _ in 0..STEPS {
        let gradient = gradient(&rows, &now, &start);
        for ((value, speed), slope) in now.iter_mut().zip(&mut speed).zip(gradient) {
            *speed = *speed * 0.9 + slope * step;
            *value += *speed;
        }
        hold_signs(&mut now);
    }
    weights(&now, current)
}

fn gradient(rows: &[(Parameters, f64)], now: &Parameters, start: &Parameters) -> Parameters {
    let mut gradient = [0.0; MANY];
    for (row, same) in rows {
        let score: f64 = row.iter().zip(now).map(|(value, weight)| value * weight).sum();
        let error = same - 1.0 / (1.0 + (-score).exp());
        for (slope, value) in gradient.iter_mut().zip(row) {
            *slope += error * value;
        }
    }
    for ((slope, value), begin) in gradient.iter_mut().zip(now).zip(start) {
        *slope -= HOLD * (value - begin);
    }
    gradient
}

/// Agreement never counts against, difference never for.
fn hold_signs(now: &mut Parameters) {
    for (at, value) in now.iter_mut().enumerate() {
        match at {
            0 => *value = value.max(0.05),
            1 => {}
            _ if (at - 2) % 3 == 2 => *value = value.min(0.0),
            _ => *value = value.max(0.0),
        }
    }
}

fn inputs(view: &PairView) -> Parameters {
    let mut row = [0.0; MANY];
    let levels = view.evidence.iter().flat_map(|level| {
        [Evidence::Agrees, Evidence::Near, Evidence::Differs]
            .map(|one| f64::from(u8::from(*level == one)))
    });
    let values = [view.name_score, 1.0].into_iter().chain(levels);
    for (place, value) in row.iter_mut().zip(values) {
        *place = value;
    }
    row
}

fn parameters(weights: &Weights) -> Parameters {
    let mut row = [0.0; MANY];
    let fields = (0..FIELD_COUNT).flat_map(|field| {
        [Evidence::Agrees, Evidence::Near, Evidence::Differs]
            .map(|level| weights.fields.weight(field, level))
    });
    let values = [weights.name_slope, weights.name_offset].into_iter().chain(fields);
    for (place, value) in row.iter_mut().zip(values) {
        *place = value;
    }
    row
}

fn weights(row: &Parameters, current: &Weights) -> Weights {
    let mut new = current.clone();
    let mut values = row.iter().copied();
    new.name_slope = values.next().unwrap_or(current.name_slope);
    new.name_offset = values.next().unwrap_or(current.name_offset);
    let fields = &mut new.fields;
    let rows = fields.agrees.iter_mut().zip(&mut fields.near).zip(&mut fields.differs);
    for ((agrees, near), differs) in rows {
        *agrees = values.next().unwrap_or(*agrees);
        *near = values.next().unwrap_or(*near).min(*agrees);
        *differs = values.next().unwrap_or(*differs);
    }
    new.rounded()
}
