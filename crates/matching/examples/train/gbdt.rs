//! Trees grown by gradient boosting on the chance that at most one candidate of a query is right.

use matching::{FEATURES, Features, Forest, Node};

/// The candidates of one query.
#[derive(Debug, Clone, Default)]
pub(crate) struct Case {
    pub(crate) features: Vec<Features>,
    /// The right one, if it is among them.
    pub(crate) truth: Option<usize>,
    pub(crate) weight: f32,
}

/// How the trees are grown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Growth {
    pub(crate) trees: usize,
    pub(crate) leaves: usize,
    pub(crate) rate: f32,
    pub(crate) least_weight: f32,
    pub(crate) ridge: f32,
}

const BINS: usize = 64;

struct Binned {
    edges: Vec<Vec<f32>>,
    rows: Vec<[u8; FEATURES]>,
    case: Vec<u32>,
    right: Vec<bool>,
}

/// Grows a forest.
pub(crate) fn grow(cases: &[Case], growth: Growth) -> Forest {
    let binned = bin(cases);
    let many = binned.rows.len();
    let mut scores = vec![-2.0_f32; many];
    let mut forest = Forest { base: -2.0, ..Forest::default() };
    let starts = starts(cases);
    for _ in 0..growth.trees {
        let (gradients, weights) = gradients(cases, &starts, &scores, &binned);
        let ground = Ground { binned: &binned, gradients: &gradients, weights: &weights, growth };
        ground.grow_tree(&mut forest, &mut scores);
    }
    forest
}

fn starts(cases: &[Case]) -> Vec<usize> {
    let mut at = 0;
    cases
        .iter()
        .map(|case| {
            let start = at;
            at += case.features.len();
            start
        })
        .collect()
}

fn bin(cases: &[Case]) -> Binned {
    let all: Vec<&Features> = cases.iter().flat_map(|case| &case.features).collect();
    let mut edges = Vec::new();
    for feature in 0..FEATURES {
        let mut values: Vec<f32> =
            all.iter().step_by((all.len() / 60_000).max(1)).map(|row| row[feature]).collect();
        values.sort_by(f32::total_cmp);
        let mut cuts: Vec<f32> = Vec::new();
        let mut distinct = values.clone();
        distinct.dedup();
        if distinct.len() <= BINS {
            cuts.extend(distinct.windows(2).map(|pair| f32::midpoint(pair[0], pair[1])));
        } else {
            for cut in 1..BINS {
                let value = values[cut * values.len() / BINS];
                if cuts.last() != Some(&value) {
                    cuts.push(value);
                }
            }
        }
        edges.push(cuts);
    }
    let mut binned = Binned { edges, rows: Vec::new(), case: Vec::new(), right: Vec::new() };
    for (number, case) in cases.iter().enumerate() {
        for (at, row) in case.features.iter().enumerate() {
            let mut bins = [0; FEATURES];
            for (feature, bin) in bins.iter_mut().enumerate() {
                *bin = binned.edges[feature].partition_point(|edge| *edge < row[feature]) as u8;
            }
            binned.rows.push(bins);
            binned.case.push(number as u32);
            binned.right.push(case.truth == Some(at));
        }
    }
    binned
}

fn gradients(
    cases: &[Case],
    starts: &[usize],
    scores: &[f32],
    binned: &Binned,
) -> (Vec<f32>, Vec<f32>) {
    let mut gradients = vec![0.0; scores.len()];
    let mut weights = vec![0.0; scores.len()];
    for (case, start) in cases.iter().zip(starts) {
        let end = start + case.features.len();
        let highest = scores[*start..end].iter().copied().fold(0.0, f32::max);
        let total: f32 = (-highest).exp()
            + scores[*start..end].iter().map(|score| (score - highest).exp()).sum::<f32>();
        for row in *start..end {
            let share = (scores[row] - highest).exp() / total;
            let right = f32::from(u8::from(binned.right[row]));
            gradients[row] = (right - share) * case.weight;
            weights[row] = (share * (1.0 - share)).max(1e-4) * case.weight;
        }
    }
    (gradients, weights)
}

struct Leaf {
    node: usize,
    rows: Vec<u32>,
    best: Option<Split>,
}

#[derive(Clone, Copy)]
struct Split {
    gain: f32,
    feature: usize,
    cut: usize,
}

/// What a tree is grown from.
struct Ground<'a> {
    binned: &'a Binned,
    gradients: &'a [f32],
    weights: &'a [f32],
    growth: Growth,
}

impl Ground<'_> {
    fn leaf(&self, node: usize, rows: Vec<u32>) -> Leaf {
        let best = self.best_split(&rows);
        Leaf { node, rows, best }
    }

    /// Splits the leaf that gains most until there are enough leaves.
    fn grow_tree(&self, forest: &mut Forest, scores: &mut [f32]) {
        let root = forest.nodes.len();
        forest.roots.push(root as u32);
        forest.nodes.push(Node { feature: u16::MAX, value: 0.0, left: 0 });
        let mut leaves = vec![self.leaf(root, (0..self.binned.rows.len() as u32).collect())];
        while leaves.len() < self.growth.leaves {
            let gain = |leaf: &Leaf| leaf.best.map_or(0.0, |best| best.gain);
            let best =
                (0..leaves.len()).max_by(|a, b| gain(&leaves[*a]).total_cmp(&gain(&leaves[*b])));
            let Some(at) = best.filter(|at| leaves[*at].best.is_some()) else {
                break;
            };
            let leaf = leaves.swap_remove(at);
            let Some(Split { feature, cut, .. }) = leaf.best else {
                break;
            };
            let goes_left =
                |row: &u32| usize::from(self.binned.rows[*row as usize][feature]) <= cut;
            let (left, right): (Vec<u32>, Vec<u32>) = leaf.rows.into_iter().partition(goes_left);
            let next = forest.nodes.len();
            let value = self.binned.edges[feature][cut];
            forest.nodes[leaf.node] = Node { feature: feature as u16, value, left: next as u32 };
            for (node, rows) in [(next, left), (next + 1, right)] {
                forest.nodes.push(Node { feature: u16::MAX, value: 0.0, left: 0 });
                leaves.push(self.leaf(node, rows));
            }
        }
        for leaf in leaves {
            self.settle(&leaf, forest, scores);
        }
    }

    fn settle(&self, leaf: &Leaf, forest: &mut Forest, scores: &mut [f32]) {
        let sum = |of: &[f32]| leaf.rows.iter().map(|row| of[*row as usize]).sum::<f32>();
        let step = sum(self.gradients) / (sum(self.weights) + self.growth.ridge) * self.growth.rate;
        let value = (step.clamp(-0.6, 0.6) * 10_000.0).round() / 10_000.0;
        forest.nodes[leaf.node].value = value;
        for row in &leaf.rows {
            scores[*row as usize] += value;
        }
    }

    fn best_split(&self, rows: &[u32]) -> Option<Split> {
        let Self { binned, gradients, weights, growth } = self;
        let mut table = vec![[0.0_f32; 2]; FEATURES * (BINS + 1)];
        let mut total = [0.0_f32; 2];
        for row in rows {
            let at = *row as usize;
            let pair = [gradients[at], weights[at]];
            total[0] += pair[0];
            total[1] += pair[1];
            for (feature, bin) in binned.rows[at].iter().enumerate() {
                let cell = &mut table[feature * (BINS + 1) + usize::from(*bin)];
                cell[0] += pair[0];
                cell[1] += pair[1];
            }
        }
        let gain = |pair: [f32; 2]| pair[0] * pair[0] / (pair[1] + growth.ridge);
        let mut best: Option<Split> = None;
        for feature in 0..FEATURES {
            let mut left = [0.0_f32; 2];
            for cut in 0..binned.edges[feature].len() {
                let cell = table[feature * (BINS + 1) + cut];
                left = [left[0] + cell[0], left[1] + cell[1]];
                let right = [total[0] - left[0], total[1] - left[1]];
                if left[1] < growth.least_weight || right[1] < growth.least_weight {
                    continue;
                }
                let value = gain(left) + gain(right) - gain(total);
                if value > 0.01 && best.is_none_or(|best| value > best.gain) {
                    best = Some(Split { gain: value, feature, cut });
                }
            }
        }
        best
    }
}
