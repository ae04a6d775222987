//! The reasons behind a candidate, in words.

use super::align::{Alignment, Memo, Pair};
use super::features::Scored;
use super::likeness::Way;
use super::store::MOST_WORDS;
use crate::evidence::{FIELD_COUNT, Fields};
use crate::name::WordClass;
use crate::reasons::{Direction, Reason, ReasonKind};
use crate::signs::Evidence;

/// Words at least this rare, in nats, are worth telling: one name in a thousand.
const RARE: f32 = 6.9;
/// Reasons of one kind that are told.
const MOST_OF_A_KIND: usize = 3;

/// Reasons drawn from two names side by side.
pub(super) fn names(pair: &Pair<'_>, scored: &Scored, other_name: bool) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let sides = &pair.align(&mut Memo::default());
    if pair.asked.hash == pair.held_hash {
        let words = "the names are equal after normalisation".to_owned();
        reasons.push(Reason::new(ReasonKind::SameName, Direction::For, words));
    } else {
        matched_words(pair, sides, &mut reasons);
        order_of_words(scored, &mut reasons);
    }
    if other_name {
        let words = "found by another of its names".to_owned();
        reasons.push(Reason::new(ReasonKind::OtherName, Direction::Neutral, words));
    }
    missing_words(pair, sides, &mut reasons);
    legal_forms(pair, sides, &mut reasons);
    limit_kinds(&mut reasons);
    reasons
}

fn ask_text(pair: &Pair<'_>, at: usize) -> String {
    pair.asked
        .asks
        .get(at)
        .map(|ask| String::from_utf8_lossy(&ask.text).into_owned())
        .unwrap_or_default()
}

fn held_text(pair: &Pair<'_>, at: usize) -> String {
    let term = pair.held_word(at);
    term.map(|term| String::from_utf8_lossy(&term.text).into_owned()).unwrap_or_default()
}

/// The run of words of the query that goes with one place of the record, joined with blanks.
fn run(texts: impl Iterator<Item = String>) -> String {
    texts.collect::<Vec<_>>().join(" ")
}

fn matched_words(pair: &Pair<'_>, sides: &Alignment, reasons: &mut Vec<Reason>) {
    let mut told: [bool; MOST_WORDS] = [false; MOST_WORDS];
    for (other, place) in sides.held.iter().take(sides.held_len).enumerate() {
        let legal = pair.held_class(other) == WordClass::Legal;
        let at = usize::from(place.other);
        if !place.taken || legal || told.get(at).copied().unwrap_or(true) {
            continue;
        }
        if let Some(told) = told.get_mut(at) {
            *told = true;
        }
        let asked = run((0..pair.asked.asks.len())
            .filter(|next| {
                sides
                    .asked
                    .get(*next)
                    .is_some_and(|place| place.taken && usize::from(place.other) == other)
            })
            .map(|next| ask_text(pair, next)));
        let asked = if asked.is_empty() { ask_text(pair, at) } else { asked };
        let held = run((0..sides.held_len)
            .filter(|next| {
                sides
                    .held
                    .get(*next)
                    .is_some_and(|place| place.taken && usize::from(place.other) == at)
            })
            .map(|next| held_text(pair, next)));
        let weight = sides.weights.get(other).copied().unwrap_or(0.0);
        reasons.push(word_reason(place.like.way, &asked, &held, weight));
    }
}

fn word_reason(way: Way, asked: &str, held: &str, weight: f32) -> Reason {
    let (kind, direction, words) = match way {
        Way::Same | Way::None if weight >= RARE => {
            (ReasonKind::RareWord, Direction::For, format!("rare word '{held}' shared"))
        }
        Way::Same | Way::None => {
            (ReasonKind::SameWords, Direction::For, format!("word '{held}' shared"))
        }
        Way::Joined => (
            ReasonKind::WordsJoined,
            Direction::For,
            format!("'{asked}' is '{held}' written otherwise"),
        ),
        Way::Family => (
            ReasonKind::Abbreviation,
            Direction::For,
            format!("'{asked}' and '{held}' are the same word shortened"),
        ),
        Way::Sound => {
            (ReasonKind::Spelling, Direction::For, format!("'{asked}' sounds like '{held}'"))
        }
        Way::Typo => {
            (ReasonKind::Spelling, Direction::For, format!("'{asked}' is '{held}' with one slip"))
        }
        Way::Typos => {
            (ReasonKind::Spelling, Direction::For, format!("'{asked}' is '{held}' with some slips"))
        }
        Way::Beginning => (
            ReasonKind::Abbreviation,
            Direction::For,
            format!("'{asked}' and '{held}' begin alike"),
        ),
        Way::Letters => (
            ReasonKind::Abbreviation,
            Direction::Neutral,
            format!("'{asked}' may be short for '{held}'"),
        ),
        Way::Initial | Way::Initials => (
            ReasonKind::Initials,
            Direction::Neutral,
            format!("'{asked}' and '{held}' have the same initials"),
        ),
    };
    Reason::new(kind, direction, words)
        .with("query", asked)
        .with("record", held)
        .with("rarity", format!("{weight:.1}"))
}

fn order_of_words(scored: &Scored, reasons: &mut Vec<Reason>) {
    let inversions = scored.features.get(24).copied().unwrap_or(0.0);
    if inversions > 0.0 {
        let words = "the words come in another order".to_owned();
        reasons.push(Reason::new(ReasonKind::WordOrder, Direction::Neutral, words));
    }
}

fn missing_words(pair: &Pair<'_>, sides: &Alignment, reasons: &mut Vec<Reason>) {
    let open_asked: Vec<usize> = (0..pair.asked.asks.len())
        .filter(|at| sides.asked.get(*at).is_some_and(|place| !place.taken))
        .filter(|at| pair.asked.asks.get(*at).is_some_and(super::asked::Ask::speaks))
        .collect();
    let open_held: Vec<usize> = (0..sides.held_len)
        .filter(|at| sides.held.get(*at).is_some_and(|place| !place.taken))
        .filter(|at| pair.held_class(*at) != WordClass::Legal)
        .collect();
    let number =
        |at: &usize| pair.asked.asks.get(*at).is_some_and(|ask| ask.class == WordClass::Number);
    let held_number = |at: &usize| pair.held_class(*at) == WordClass::Number;
    if let (Some(asked), Some(held)) =
        (open_asked.iter().copied().find(number), open_held.iter().copied().find(held_number))
    {
        let (asked, held) = (ask_text(pair, asked), held_text(pair, held));
        let words = format!("numbers differ: '{asked}' and '{held}'");
        let reason = Reason::new(ReasonKind::NumbersDiffer, Direction::Against, words);
        reasons.push(reason.with("query", asked).with("record", held));
    }
    for at in open_asked {
        let word = ask_text(pair, at);
        let words = format!("'{word}' is not in the record's name");
        reasons.push(
            Reason::new(ReasonKind::WordExtra, Direction::Against, words).with("query", word),
        );
    }
    for at in open_held {
        let word = held_text(pair, at);
        let words = format!("'{word}' of the record's name is missing");
        reasons.push(
            Reason::new(ReasonKind::WordMissing, Direction::Against, words).with("record", word),
        );
    }
}

fn legal_forms(pair: &Pair<'_>, sides: &Alignment, reasons: &mut Vec<Reason>) {
    let asked = run(pair
        .asked
        .asks
        .iter()
        .filter(|ask| !ask.speaks())
        .map(|ask| String::from_utf8_lossy(&ask.text).into_owned()));
    let held = run((0..sides.held_len)
        .filter(|at| pair.held_class(*at) == WordClass::Legal)
        .map(|at| held_text(pair, at)));
    if asked.is_empty() || held.is_empty() || pair.asked.hash == pair.held_hash {
        return;
    }
    let (kind, direction, words) = if asked == held {
        (ReasonKind::LegalFormSame, Direction::For, format!("same legal form '{held}'"))
    } else {
        (
            ReasonKind::LegalFormDiffers,
            Direction::Neutral,
            format!("legal forms differ: '{asked}' and '{held}'"),
        )
    };
    reasons.push(Reason::new(kind, direction, words).with("query", asked).with("record", held));
}

fn limit_kinds(reasons: &mut Vec<Reason>) {
    let mut kinds: Vec<(ReasonKind, usize)> = Vec::new();
    reasons.retain(|reason| {
        if let Some((_, count)) = kinds.iter_mut().find(|(kind, _)| *kind == reason.kind) {
            *count += 1;
            return *count <= MOST_OF_A_KIND;
        }
        kinds.push((reason.kind, 1));
        true
    });
}

/// What to say when a field agrees, and when it differs.
const FIELD_WORDS: [(ReasonKind, &str, ReasonKind, &str); FIELD_COUNT] = [
    (ReasonKind::SameDomain, "same domain", ReasonKind::DomainsDiffer, "domains differ"),
    (ReasonKind::SameCountry, "same country", ReasonKind::CountriesDiffer, "countries differ"),
    (
        ReasonKind::SamePostalCode,
        "same postal code",
        ReasonKind::PostalCodesDiffer,
        "postal codes differ",
    ),
    (ReasonKind::SameCity, "same city", ReasonKind::CitiesDiffer, "cities differ"),
    (
        ReasonKind::SameParent,
        "same parent company",
        ReasonKind::ParentsDiffer,
        "parent companies differ",
    ),
];

/// Reasons drawn from the fields beside the name; a shared domain comes first of all.
pub(super) fn fields(
    asked: &Fields,
    held: &Fields,
    evidence: [Evidence; FIELD_COUNT],
    reasons: &mut Vec<Reason>,
) {
    for (field, ((same, same_words, differ, differ_words), level)) in
        FIELD_WORDS.iter().zip(evidence).enumerate()
    {
        let (query, record) = field_texts(field, asked, held);
        let reason = match level {
            Evidence::Absent => continue,
            Evidence::Agrees => Reason::new(*same, Direction::For, (*same_words).to_owned()),
            Evidence::Near => {
                Reason::new(*same, Direction::For, "neighbouring postal codes".to_owned())
            }
            Evidence::Differs => {
                Reason::new(*differ, Direction::Against, (*differ_words).to_owned())
            }
        };
        let reason = reason.with("query", query).with("record", record);
        if field == 0 && level == Evidence::Agrees {
            reasons.insert(0, reason);
        } else {
            reasons.push(reason);
        }
    }
}

fn field_texts(field: usize, asked: &Fields, held: &Fields) -> (String, String) {
    let bytes = |text: Option<&[u8]>| {
        text.map(|text| String::from_utf8_lossy(text).into_owned()).unwrap_or_default()
    };
    match field {
        0 => (asked.domains.join(", "), held.domains.join(", ")),
        1 => (
            bytes(asked.country.as_ref().map(<[u8; 2]>::as_slice)),
            bytes(held.country.as_ref().map(<[u8; 2]>::as_slice)),
        ),
        2 => (bytes(asked.postal_code.as_deref()), bytes(held.postal_code.as_deref())),
        3 => (bytes(asked.city.as_deref()), bytes(held.city.as_deref())),
        _ => (bytes(asked.parent.as_deref()), bytes(held.parent.as_deref())),
    }
}

/// Reasons that lie outside the pair.
pub(super) fn circumstances(lookalikes: bool, second: f64, reasons: &mut Vec<Reason>) {
    if lookalikes {
        let words = "letters of another alphabet stand for Latin ones".to_owned();
        reasons.push(Reason::new(ReasonKind::LookalikeLetters, Direction::Neutral, words));
    }
    if second >= 0.1 {
        let words = "another record fits nearly as well".to_owned();
        let reason = Reason::new(ReasonKind::CloseRival, Direction::Against, words);
        reasons.push(reason.with("probability", format!("{second:.3}")));
    }
}
