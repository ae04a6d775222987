//! Recognises the same person in two lists of contacts, without labels.
//!
//! Candidate pairs share a key (an identifier, a birthday, a name that sounds alike with a postal
//! code …). Each field of a pair compares as equal, near, different or absent; how much each level
//! weighs is learned from the lists themselves by expectation maximisation (Fellegi and Sunter
//! 1969, Winkler 1988). Each person is linked at most once.

mod blocks;
mod levels;
mod mixture;

use levels::Prepared;
use serde::{Deserialize, Serialize};

/// A contact. Every field may be empty; case, accents and blanks do not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Person {
    /// First name.
    pub given_name: String,
    /// Family name.
    pub surname: String,
    /// House number.
    pub street_number: String,
    /// Street.
    pub street: String,
    /// Building, flat, second line of the address.
    pub street_more: String,
    /// City or suburb.
    pub city: String,
    /// Postal code.
    pub postal_code: String,
    /// State or region.
    pub region: String,
    /// Day of birth, in any one notation.
    pub born_on: String,
    /// Mail address.
    pub email: String,
    /// Telephone number; only its digits count.
    pub phone: String,
    /// A number of its own, such as a personnel or customer number.
    pub identifier: String,
}

/// How persons are linked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// Least probability of a link, 0 to 1.
    pub threshold: f64,
    /// Whether a person of either list can be linked only once.
    pub one_to_one: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { threshold: 0.5, one_to_one: true }
    }
}

/// Two persons that are one.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Link {
    /// Place in the left list, from zero.
    pub left: usize,
    /// Place in the right list, from zero.
    pub right: usize,
    /// Probability, 0 to 1.
    pub probability: f64,
}

/// Links the persons of two lists; best links first, ties in the order of the lists.
///
/// ```
/// use matching::people::{Options, Person, link};
///
/// let person = |given: &str, surname: &str, born: &str| Person {
///     given_name: given.to_owned(),
///     surname: surname.to_owned(),
///     born_on: born.to_owned(),
///     ..Person::default()
/// };
/// let left = [person("Maria", "Lopez", "1980-02-11"), person("Ken", "Sato", "1975-07-01")];
/// let right = [person("Ken", "Satoh", "1975-07-01"), person("Mary", "Jones", "1991-01-30")];
/// let links = link(&left, &right, &Options::default());
/// assert_eq!(links.first().map(|link| (link.left, link.right)), Some((1, 0)));
/// assert_eq!(links.len(), 1);
/// ```
pub fn link(left: &[Person], right: &[Person], options: &Options) -> Vec<Link> {
    let left: Vec<Prepared> = left.iter().map(Prepared::new).collect();
    let right: Vec<Prepared> = right.iter().map(Prepared::new).collect();
    let pairs = blocks::pairs(&left, &right);
    let patterns: Vec<u32> = pairs
        .iter()
        .map(|(a, b)| match (left.get(*a as usize), right.get(*b as usize)) {
            (Some(a), Some(b)) => levels::pattern(a, b),
            (Some(_) | None, None) | (None, Some(_)) => 0,
        })
        .collect();
    let most = left.len().min(right.len());
    let mixture = mixture::learn(&patterns, most);
    let mut links: Vec<Link> = pairs
        .iter()
        .zip(&patterns)
        .map(|((a, b), pattern)| Link {
            left: *a as usize,
            right: *b as usize,
            probability: mixture.probability(*pattern),
        })
        .filter(|link| link.probability >= options.threshold)
        .collect();
    links.sort_by(|one, other| {
        other
            .probability
            .total_cmp(&one.probability)
            .then((one.left, one.right).cmp(&(other.left, other.right)))
    });
    if options.one_to_one {
        keep_one_each(&mut links, left.len(), right.len());
    }
    links
}

fn keep_one_each(links: &mut Vec<Link>, left: usize, right: usize) {
    let mut left_taken = vec![false; left];
    let mut right_taken = vec![false; right];
    links.retain(|link| match (left_taken.get_mut(link.left), right_taken.get_mut(link.right)) {
        (Some(a), Some(b)) if !*a && !*b => {
            *a = true;
            *b = true;
            true
        }
        (Some(_) | None, Some(_) | None) => false,
    });
}

#[cfg(test)]
mod tests;
