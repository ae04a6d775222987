//! The pairs worth comparing.

use super::levels::Prepared;

/// Keys that more pairs than this share say too little.
const MOST_PAIRS_OF_A_KEY: usize = 400;

/// Pairs that share a key, each once, in the order of the lists.
pub(super) fn pairs(left: &[Prepared], right: &[Prepared]) -> Vec<(u32, u32)> {
    let left = keyed(left);
    let right = keyed(right);
    let mut found: Vec<u64> = Vec::new();
    let (mut a, mut b) = (0, 0);
    while let (Some((key, _)), Some((other, _))) = (left.get(a), right.get(b)) {
        let run_a = run(&left, a);
        let run_b = run(&right, b);
        match key.cmp(other) {
            std::cmp::Ordering::Less => a += run_a.len(),
            std::cmp::Ordering::Greater => b += run_b.len(),
            std::cmp::Ordering::Equal => {
                if run_a.len() * run_b.len() <= MOST_PAIRS_OF_A_KEY {
                    let all = run_a.iter().flat_map(|(_, one)| {
                        run_b.iter().map(move |(_, two)| u64::from(*one) << 32 | u64::from(*two))
                    });
                    found.extend(all);
                }
                a += run_a.len();
                b += run_b.len();
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    found.into_iter().map(|pair| ((pair >> 32) as u32, pair as u32)).collect()
}

fn keyed(people: &[Prepared]) -> Vec<(u64, u32)> {
    let mut keys = Vec::new();
    let mut all = Vec::with_capacity(people.len() * 9);
    for (at, person) in people.iter().enumerate() {
        keys.clear();
        person.keys(&mut keys);
        all.extend(keys.iter().map(|key| (*key, at as u32)));
    }
    all.sort_unstable();
    all.dedup();
    all
}

/// The entries with the same key from this place on.
fn run(all: &[(u64, u32)], from: usize) -> &[(u64, u32)] {
    let rest = all.get(from..).unwrap_or_default();
    let Some((key, _)) = rest.first() else {
        return rest;
    };
    let length = rest.iter().take_while(|(other, _)| other == key).count();
    rest.get(..length).unwrap_or(rest)
}
