//! The shipped trees, laid out for speed.
//!
//! Each tree is walked the same number of steps whatever the numbers are: a leaf leads to itself.
//! So nothing has to be guessed by the processor, and several candidates are walked in step.

use super::trees::Forest;
use crate::engine::{FEATURES, Features};

/// Candidates walked in step.
const LANES: usize = 4;
/// Room for the features; a power of two, so that every masked number is within.
const WIDTH: usize = 64;

/// One node: eight bytes.
#[derive(Debug, Clone, Copy)]
struct Step {
    /// Go left when the feature is at most this; infinite in a leaf.
    bound: f32,
    feature: u16,
    /// Left branch, counted from the tree's first node; the right one follows. A leaf has itself.
    left: u16,
}

#[derive(Debug, Clone, Copy)]
struct Tree {
    start: usize,
    end: usize,
    depth: usize,
}

/// Trees whose leaves are added up.
#[derive(Debug, Default)]
pub(super) struct Flat {
    base: f32,
    steps: Vec<Step>,
    /// Value of each leaf; nothing at a branch.
    leaves: Vec<f32>,
    trees: Vec<Tree>,
}

impl Flat {
    /// Lays trees out anew.
    pub(super) fn new(forest: &Forest) -> Self {
        let mut flat = Self { base: forest.base, ..Self::default() };
        for (number, root) in forest.roots.iter().enumerate() {
            let start = *root as usize;
            let next =
                forest.roots.get(number + 1).map_or(forest.nodes.len(), |next| *next as usize);
            let nodes = forest.nodes.get(start..next).unwrap_or_default();
            let mut depths = vec![0_usize; nodes.len()];
            for (at, node) in nodes.iter().enumerate() {
                let leaf = usize::from(node.feature) >= FEATURES;
                let left = if leaf { at } else { node.left as usize - start };
                let depth = depths.get(at).copied().unwrap_or(0) + 1;
                for child in depths.iter_mut().skip(left).take(if leaf { 0 } else { 2 }) {
                    *child = depth;
                }
                flat.steps.push(Step {
                    bound: if leaf { f32::INFINITY } else { node.value },
                    feature: if leaf { 0 } else { node.feature },
                    left: left as u16,
                });
                flat.leaves.push(if leaf { node.value } else { 0.0 });
            }
            let depth = depths.into_iter().max().unwrap_or(0);
            flat.trees.push(Tree { start, end: next, depth });
        }
        flat
    }

    /// Sum of the leaves that each candidate reaches, in the order given.
    pub(super) fn scores<'a>(&self, all: impl Iterator<Item = &'a Features>) -> Vec<f32> {
        let mut scores = Vec::new();
        let mut lanes = [[0.0_f32; WIDTH]; LANES];
        let mut used = 0;
        for features in all {
            if let Some(lane) = lanes.get_mut(used) {
                for (place, value) in lane.iter_mut().zip(features) {
                    *place = *value;
                }
            }
            used += 1;
            if used == LANES {
                scores.extend_from_slice(&self.walk::<LANES>(&lanes));
                used = 0;
            }
        }
        match (used, &lanes) {
            (0, _) => {}
            (1, [one, ..]) => scores.extend(self.walk(std::array::from_ref(one))),
            (2, [one, two, ..]) => scores.extend(self.walk(&[*one, *two])),
            (_, lanes) => scores.extend(self.walk::<LANES>(lanes).into_iter().take(used)),
        }
        scores
    }

    fn walk<const N: usize>(&self, lanes: &[[f32; WIDTH]; N]) -> [f32; N] {
        let mut sums = [0.0_f32; N];
        for tree in &self.trees {
            let (Some(steps), Some(leaves)) =
                (self.steps.get(tree.start..tree.end), self.leaves.get(tree.start..tree.end))
            else {
                continue;
            };
            let mut at = [0_usize; N];
            for _ in 0..tree.depth {
                for (at, lane) in at.iter_mut().zip(lanes) {
                    if let Some(step) = steps.get(*at)
                        && let Some(value) = lane.get(usize::from(step.feature) & (WIDTH - 1))
                    {
                        *at = usize::from(step.left) + usize::from(*value > step.bound);
                    }
                }
            }
            for (sum, at) in sums.iter_mut().zip(at) {
                *sum += leaves.get(at).copied().unwrap_or(0.0);
            }
        }
        sums.map(|sum| sum + self.base)
    }
}

const _: () = assert!(FEATURES <= WIDTH, "every feature has its place");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::trees::shipped;

    #[test]
    fn the_layout_changes_no_score() {
        let flat = Flat::new(shipped());
        let mut state = 1_u32;
        let mut number = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) as f32 / 6_000.0 - 1.0
        };
        for many in 0..10 {
            let all: Vec<Features> = (0..many).map(|_| std::array::from_fn(|_| number())).collect();
            let plain: Vec<f32> = all.iter().map(|features| shipped().score(features)).collect();
            assert_eq!(flat.scores(all.iter()), plain);
        }
    }
}
