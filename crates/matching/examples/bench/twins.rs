//! Near-twins: a numeral, region or direction put into a name, or changed, and another domain. They
//! are other companies, and none of them may be taken for the account without a person.

use matching::{Config, Index, Query, Record, SURE_BASIS_POINTS};

use crate::data::{Asked, Row};
use crate::noise::Dice;
use crate::sets::index_of;

/// Made twins.
const TWINS: usize = 3_000;
const MARKS: &[&str] =
    &["IV", "II", "2", "(UK)", "Germany", "North", "South", "West", "Europe", "Asia", "Nord"];

/// How many of the made twins are at or above the sure threshold by probability alone, and how many
/// when the signs are looked at; of how many.
pub(crate) fn measure(names: &[Row]) -> (usize, usize, usize) {
    let list = &names[..10_000];
    let index = Index::new(Config::default());
    let record = |(at, row): (usize, &Row)| Record {
        key: at.to_string(),
        name: row.name.clone(),
        domains: vec![format!("company{at}.com")],
        country: Some(row.country.clone()),
        ..Record::default()
    };
    index.insert_all(list.iter().enumerate().map(record));
    let mut dice = Dice(41);
    let (mut by_probability, mut sure) = (0, 0);
    for number in 0..TWINS {
        let row = &list[dice.below(list.len())];
        let query = Query {
            domains: vec![format!("twin{number}.com")],
            country: Some(row.country.clone()),
            ..Query::named(&twin(&row.name, &mut dice))
        };
        if let Some(best) = index.candidates(&query, 1).first()
            && best.basis_points() >= SURE_BASIS_POINTS
        {
            by_probability += 1;
            sure += usize::from(!best.signs.contradict());
        }
    }
    (by_probability, sure, TWINS)
}

/// The name with a mark behind its first or second word, or at its end.
fn twin(name: &str, dice: &mut Dice) -> String {
    let mut words: Vec<&str> = name.split_whitespace().collect();
    let at = (1 + dice.below(3)).min(words.len());
    words.insert(at, dice.of(MARKS));
    words.join(" ")
}

/// Of the right links that reach the sure threshold by name alone, how many stay sure when the signs
/// are looked at; and the same of wrong ones: (right by probability, right, wrong by probability,
/// wrong).
pub(crate) fn cost(names: &[Row], asked: &[Asked]) -> (usize, usize, usize, usize) {
    let index = index_of(names, |_| true, false);
    let (mut right, mut wrong) = ((0, 0), (0, 0));
    for one in asked {
        let found = index.candidates(&Query::named(&one.name), 1);
        let Some(best) = found.first().filter(|best| best.basis_points() >= SURE_BASIS_POINTS)
        else {
            continue;
        };
        let is_right = best.key.parse() == one.truth.map_or(Ok(usize::MAX), Ok);
        let count = if is_right { &mut right } else { &mut wrong };
        count.0 += 1;
        count.1 += usize::from(!best.signs.contradict());
    }
    (right.0, right.1, wrong.0, wrong.1)
}
