//! Invented companies: three thousand accounts with names as such companies bear them, and the
//! other spellings under which people write them.

use std::collections::BTreeSet;

use super::names::plain;
use crate::{
    dice::Dice,
    words::lands::{self, Land},
};

/// A company as the demo invents it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Company {
    /// Its legal name.
    pub name: String,
    /// Its name without the legal form.
    pub short: String,
    /// Its internet domain.
    pub domain: String,
    /// ISO 3166 alpha-2.
    pub country: &'static str,
    /// The territory in which it lies.
    pub territory: &'static str,
    /// The region.
    pub region: &'static str,
    /// The city.
    pub city: &'static str,
    /// The postal code.
    pub postal_code: String,
    /// The industry.
    pub industry: &'static str,
    /// How many people work there.
    pub employees: u32,
}

/// So many companies, spread over the countries by their shares, each with a name of its own.
pub(crate) fn invent(seed: u64, count: usize) -> Vec<Company> {
    let mut dice = Dice::for_part(seed, "companies");
    let weights: Vec<u32> = lands::ALL.iter().map(|land| land.share).collect();
    let mut names = BTreeSet::new();
    let mut companies = Vec::with_capacity(count);
    while companies.len() < count {
        let place = dice.weighted(&weights);
        let Some(land) = lands::ALL.get(place) else {
            continue;
        };
        let company = company(&mut dice, land);
        if names.insert(plain(&company.short)) {
            companies.push(company);
        }
    }
    companies
}

fn company(dice: &mut Dice, land: &'static Land) -> Company {
    let head = dice.pick(land.heads);
    let (trade, industry) = dice.choose(land.trades).copied().unwrap_or(("", ""));
    let (city, region, prefix) = dice.choose(land.places).copied().unwrap_or(("", "", ""));
    let local = dice.percent(12);
    let name = if local { city } else { head };
    let short = if land.trade_first {
        format!("{trade} {name}")
    } else if local && land.code == "DE" && dice.percent(30) {
        format!("Stadtwerke {city}")
    } else {
        format!("{name} {trade}")
    };
    let form = dice.pick(land.forms);
    let domain = domain(dice, land, (name, trade, &short));
    Company {
        name: format!("{short} {form}"),
        short,
        domain,
        country: land.code,
        territory: land.territory,
        region,
        city,
        postal_code: postal_code(dice, prefix, land.postal),
        industry,
        employees: employees(dice),
    }
}

fn domain(dice: &mut Dice, land: &Land, (name, trade, short): (&str, &str, &str)) -> String {
    let whole = plain(short);
    let word = match dice.below(10) {
        0..=6 => whole,
        7 | 8 => whole.replace('-', ""),
        _ => format!("{}-{}", plain(trade), plain(name)),
    };
    format!("{word}.{}", land.top_level)
}

fn postal_code(dice: &mut Dice, prefix: &str, pattern: &str) -> String {
    let mut code = prefix.to_owned();
    for sign in pattern.chars() {
        match sign {
            '9' => code.push_str(&dice.below(10).to_string()),
            'A' => {
                code.push(dice.pick(&['A', 'B', 'D', 'E', 'H', 'J', 'L', 'N', 'P', 'R', 'T', 'W']));
            }
            other => code.push(other),
        }
    }
    code
}

/// Many small ones, few large ones.
fn employees(dice: &mut Dice) -> u32 {
    match dice.weighted(&[26, 34, 22, 12, 5, 1]) {
        0 => dice.between(12, 49),
        1 => dice.between(50, 249),
        2 => dice.between(250, 999),
        3 => dice.between(1_000, 4_999),
        4 => dice.between(5, 19) * 1_000,
        _ => dice.between(20, 90) * 1_000,
    }
}

/// The company's name as somebody else would write it.
pub(crate) fn other_spelling(dice: &mut Dice, company: &Company) -> String {
    match dice.below(6) {
        0 => company.short.to_uppercase(),
        1 => plain_words(&company.short),
        2 => format!("{} {}", company.short, company.city),
        3 => turned(&company.short),
        4 => slip(dice, &company.short),
        _ => company.short.replace(" & ", " und ").replace('-', " "),
    }
}

/// Without accents, as a keyboard from elsewhere writes it.
fn plain_words(name: &str) -> String {
    let words: Vec<String> = name
        .split(' ')
        .map(|word| {
            let small = plain(word);
            let mut letters = small.chars();
            letters
                .next()
                .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
        })
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ")
}

/// The last word first.
fn turned(name: &str) -> String {
    match name.rsplit_once(' ') {
        Some((rest, last)) => format!("{last} {rest}"),
        None => name.to_owned(),
    }
}

/// One letter doubled or left out.
fn slip(dice: &mut Dice, name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let place = dice.index(letters.len().saturating_sub(2)) + 1;
    let doubled = dice.percent(50);
    letters
        .iter()
        .enumerate()
        .flat_map(|(at, letter)| {
            let times = match (at == place, doubled) {
                (false, _) => 1,
                (true, true) => 2,
                (true, false) => usize::from(*letter == ' '),
            };
            std::iter::repeat_n(*letter, times)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dm_01_three_thousand_companies_have_names_of_their_own() {
        let companies = invent(1, 3_000);
        let names: BTreeSet<&str> = companies.iter().map(|c| c.name.as_str()).collect();
        assert_eq!(names.len(), 3_000);
        assert_eq!(companies, invent(1, 3_000));
        assert_ne!(companies, invent(2, 3_000));
        let countries: BTreeSet<&str> = companies.iter().map(|c| c.country).collect();
        assert_eq!(countries.len(), 15);
        for company in &companies {
            assert!(
                company.domain.is_ascii() && company.domain.contains('.'),
                "{}",
                company.domain
            );
            assert!(!company.city.is_empty() && company.employees > 0);
            assert!(domain::accounts::Domain::parse(&company.domain).is_ok(), "{}", company.domain);
            assert!(
                domain::accounts::PostalCode::parse(&company.postal_code).is_ok(),
                "{}",
                company.postal_code
            );
        }
    }

    #[test]
    fn dm_01_another_spelling_is_another_text() {
        let mut dice = Dice::new(3);
        let companies = invent(1, 200);
        let changed = companies
            .iter()
            .filter(|company| other_spelling(&mut dice, company) != company.name)
            .count();
        assert!(changed > 190, "{changed}");
    }
}
