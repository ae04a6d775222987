//! What two names say of each other apart from the probability.

use super::align::{Alignment, Memo, Pair};
use crate::evidence::Fields;
use crate::name::WordClass;
use crate::places::country_code;
use crate::signs::NameSign;

/// Words that tell neighbours of one name apart, besides numbers and places: "North", "West".
const DIRECTIONS: &[&[u8]] = &[
    b"central",
    b"centro",
    b"east",
    b"eastern",
    b"est",
    b"mitte",
    b"noord",
    b"nord",
    b"norte",
    b"north",
    b"northern",
    b"oeste",
    b"oost",
    b"ost",
    b"ouest",
    b"overseas",
    b"regional",
    b"south",
    b"southern",
    b"sud",
    b"sued",
    b"sul",
    b"sur",
    b"west",
    b"western",
    b"zuid",
];

/// The sign of two names laid side by side. A country's name says nothing when the other side lies
/// in that country: "Globex Deutschland" may be "Globex" of Germany.
pub(super) fn of_names(pair: &Pair<'_>, asked: &Fields, held: &Fields) -> NameSign {
    if pair.asked.hash == pair.held_hash {
        return NameSign::Same;
    }
    let sides = pair.align(&mut Memo::default());
    let countries = [asked.country, held.country];
    open_words(pair, &sides)
        .map(|(text, class)| of_word(text, class, countries))
        .max()
        .unwrap_or(NameSign::Same)
}

fn of_word(text: &[u8], class: WordClass, countries: [Option<[u8; 2]>; 2]) -> NameSign {
    match class {
        WordClass::Legal | WordClass::Stop | WordClass::Soft => NameSign::Same,
        WordClass::Number => NameSign::Twin,
        WordClass::Place => {
            let country = std::str::from_utf8(text).ok().and_then(country_code);
            let mut known = countries.into_iter().flatten().peekable();
            let own = known.peek().is_some() && known.all(|known| Some(known) == country);
            if own { NameSign::Same } else { NameSign::Twin }
        }
        WordClass::Plain if DIRECTIONS.binary_search(&text).is_ok() => NameSign::Twin,
        WordClass::Plain => NameSign::Other,
    }
}

/// The words of both sides that have no like on the other.
fn open_words<'a>(
    pair: &'a Pair<'a>,
    sides: &'a Alignment,
) -> impl Iterator<Item = (&'a [u8], WordClass)> {
    let asked = pair.asked.asks.iter().zip(&sides.asked);
    let asked =
        asked.filter(|(_, place)| !place.taken).map(|(ask, _)| (ask.text.as_ref(), ask.class));
    let held = sides.held.iter().take(sides.held_len).enumerate();
    let held = held
        .filter(|(_, place)| !place.taken)
        .map(|(at, _)| (pair.held_bytes(at), pair.held_class(at)));
    asked.chain(held)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Config, Index, Query, Signs};

    fn signs(left: (&str, &str, &str), right: (&str, &str, &str)) -> Signs {
        let query = |(name, domain, country): (&str, &str, &str)| Query {
            domains: vec![domain.to_owned()],
            country: Some(country.to_owned()),
            ..Query::named(name)
        };
        Index::new(Config::default()).compare(&query(left), &query(right)).signs
    }

    #[test]
    fn ac_03_a_number_place_or_direction_tells_names_apart() {
        for twin in [
            "Globex Fund IV",
            "Globex Fund V",
            "Globex Fund (UK)",
            "North Globex Fund",
            "Globex Fund 2",
            "Globex Süd Fund",
        ] {
            let found = signs(("Globex Fund", "", "DE"), (twin, "", "DE"));
            assert_eq!(found.name, NameSign::Twin, "{twin}");
            assert!(found.contradict());
            assert_eq!(signs((twin, "", "DE"), ("Globex Fund", "", "DE")).name, NameSign::Twin);
        }
        for same in
            ["Globex Fund GmbH", "GLOBEX FUND DEUTSCHLAND", "Globex-Fund Group", "Globexfund"]
        {
            let found = signs(("Globex Fund", "", "DE"), (same, "", ""));
            assert_eq!(found.name, NameSign::Same, "{same}");
            assert!(!found.contradict());
        }
    }

    #[test]
    fn ac_03_one_sign_against_the_other_is_a_contradiction() {
        let globex = ("Globex GmbH", "globex.de", "DE");
        for (other, contradict) in [
            (("Globex GmbH", "globex.de", "DE"), false),
            (("Globex", "", ""), false),
            (("Globex Logistik", "", ""), true),
            (("Globex Logistik", "globex.de", "DE"), true),
            (("Globex", "globex.com", ""), true),
            (("", "globex.de", ""), false),
            (("Initech", "globex.de", ""), true),
        ] {
            assert_eq!(signs(globex, other).contradict(), contradict, "{other:?}");
        }
    }

    #[test]
    fn directions_are_sorted() {
        assert!(DIRECTIONS.is_sorted());
    }
}
