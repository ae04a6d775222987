//! A sum of small decision trees, kept as text so that it can be read and compared.

use std::fmt::Write as _;
use std::sync::LazyLock;

use crate::engine::Features;

/// One node: go left when the feature is at most the bound; a leaf has no feature.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Node {
    /// Which feature; `u16::MAX` in a leaf.
    pub feature: u16,
    /// Bound of a branch, value of a leaf.
    pub value: f32,
    /// Index of the left branch; the right one follows it.
    pub left: u32,
}

/// Trees whose leaves are added up.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Forest {
    /// Added to every score.
    pub base: f32,
    /// All nodes of all trees.
    pub nodes: Vec<Node>,
    /// Where each tree begins.
    pub roots: Vec<u32>,
}

/// Marks a leaf.
const LEAF: u16 = u16::MAX;

static SHIPPED: LazyLock<Forest> = LazyLock::new(|| Forest::parse(include_str!("trees.txt")));

/// The trees that come with the crate.
pub(super) fn shipped() -> &'static Forest {
    &SHIPPED
}

impl Forest {
    /// Sum of the leaves reached.
    pub fn score(&self, features: &Features) -> f32 {
        self.roots.iter().map(|root| self.leaf(*root, features)).sum::<f32>() + self.base
    }

    fn leaf(&self, root: u32, features: &Features) -> f32 {
        let mut at = root;
        while let Some(node) = self.nodes.get(at as usize) {
            let Some(value) = features.get(usize::from(node.feature)) else {
                return node.value;
            };
            at = node.left + u32::from(*value > node.value);
        }
        0.0
    }

    /// Reads what [`Forest::to_text`] wrote; lines that are not understood are left out.
    pub fn parse(text: &str) -> Self {
        let mut forest = Self::default();
        for line in text.lines() {
            let mut parts = line.split_whitespace();
            match (parts.next(), parts.next().and_then(|word| word.parse::<f32>().ok())) {
                (Some("base"), Some(base)) => forest.base = base,
                (Some("tree"), _) => forest.roots.push(forest.nodes.len() as u32),
                (Some("leaf"), Some(value)) => {
                    forest.nodes.push(Node { feature: LEAF, value, left: 0 });
                }
                (Some(feature), Some(value)) => {
                    if let (Ok(feature), Some(Ok(left))) =
                        (feature.parse(), parts.next().map(str::parse::<u32>))
                    {
                        let left = left + forest.roots.last().copied().unwrap_or(0);
                        forest.nodes.push(Node { feature, value, left });
                    }
                }
                (_, None) | (None, _) => {}
            }
        }
        forest
    }

    /// Writes the trees line by line: `base VALUE`, `tree 0`, then `FEATURE BOUND LEFT` or
    /// `leaf VALUE`, children counted from the tree's first node.
    pub fn to_text(&self) -> String {
        let mut text = format!("base {}\n", self.base);
        for (number, root) in self.roots.iter().enumerate() {
            let end = self.roots.get(number + 1).map_or(self.nodes.len(), |next| *next as usize);
            text.push_str("tree 0\n");
            for node in self.nodes.get(*root as usize..end).unwrap_or_default() {
                let line = if node.feature == LEAF {
                    writeln!(text, "leaf {}", node.value)
                } else {
                    writeln!(text, "{} {} {}", node.feature, node.value, node.left - root)
                };
                line.unwrap_or(()); // writing to a string cannot fail
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::FEATURES;

    #[test]
    fn text_and_back() {
        let nodes = vec![
            Node { feature: 1, value: 0.5, left: 1 },
            Node { feature: LEAF, value: -1.25, left: 0 },
            Node { feature: LEAF, value: 2.0, left: 0 },
        ];
        let forest =
            Forest { base: 0.5, nodes: [nodes.clone(), nodes].concat(), roots: vec![0, 3] };
        let mut forest = forest;
        if let Some(node) = forest.nodes.get_mut(3) {
            node.left = 4;
        }
        assert_eq!(Forest::parse(&forest.to_text()), forest);
        let mut features = [0.0; FEATURES];
        assert!((forest.score(&features) - -2.0).abs() < 1e-6);
        features[1] = 1.0;
        assert!((forest.score(&features) - 4.5).abs() < 1e-6);
    }

    #[test]
    fn shipped_trees_are_there() {
        assert!(!shipped().roots.is_empty());
    }
}
