//! Countries as people write them.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::name::fold::fold;

/// The country's two letters; none for text that names no country, so that a wrong code is no
/// evidence rather than false evidence.
pub(crate) fn country_code(text: &str) -> Option<[u8; 2]> {
    let trimmed = text.trim();
    if trimmed.is_empty() || trimmed.len() > 80 {
        return None;
    }
    let mut folded = Vec::with_capacity(trimmed.len());
    fold(trimmed, &mut folded);
    folded.retain(u8::is_ascii_alphabetic);
    COUNTRIES.get(folded.as_slice()).copied()
}

/// Codes and names, letters only, to two letters.
static COUNTRIES: LazyLock<FxHashMap<Box<[u8]>, [u8; 2]>> = LazyLock::new(|| {
    let mut table = FxHashMap::default();
    for line in include_str!("countries.txt").lines() {
        let mut parts = line.split(';');
        let Some(code) = parts.next().and_then(|code| code.as_bytes().first_chunk::<2>()) else {
            continue;
        };
        for form in line.split(';') {
            let letters: Vec<u8> = form
                .bytes()
                .filter(u8::is_ascii_alphabetic)
                .map(|byte| byte.to_ascii_lowercase())
                .collect();
            table.entry(letters.into_boxed_slice()).or_insert(*code);
        }
    }
    table
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ac_02_countries_by_code_and_name() {
        assert_eq!(country_code("de"), Some(*b"DE"));
        assert_eq!(country_code("DEU"), Some(*b"DE"));
        assert_eq!(country_code(" Germany "), Some(*b"DE"));
        assert_eq!(country_code("Österreich"), Some(*b"AT"));
        assert_eq!(country_code("U.K."), Some(*b"GB"));
        for wrong in ["", "XX", "QQQ", "Atlantis", "1"] {
            assert_eq!(country_code(wrong), None, "{wrong}");
        }
        assert_eq!(COUNTRIES.values().collect::<std::collections::BTreeSet<_>>().len(), 249);
    }
}
