//! The stages of a CRM: won, closed without being won, or open.

use super::{Reader, is_blank};
use crate::imports::{file::Line, finding::Findings, mapping};
use sell::direct_sales::Stage;

/// Words of stages at which an opportunity is over without being won.
const LOST: [&str; 15] = [
    "lost",
    "abandoned",
    "dead",
    "disqualified",
    "verloren",
    "cancelled",
    "canceled",
    "storniert",
    "rejected",
    "declined",
    "duplicate",
    "unqualified",
    "perdu",
    "perdida",
    "perso",
];
/// Words of stages at which it is won.
const WON: [&str; 7] = ["won", "gewonnen", "ordered", "win", "gagnée", "ganada", "vinto"];
/// Words that turn the next one round.
const NOT: [&str; 5] = ["not", "no", "nicht", "non", "never"];
/// Words of stages at which it is open.
const OPEN: [&str; 27] = [
    "open",
    "new",
    "prospecting",
    "prospect",
    "qualification",
    "qualified",
    "qualify",
    "discovery",
    "needs",
    "analysis",
    "meeting",
    "demo",
    "proposal",
    "quote",
    "negotiation",
    "review",
    "engaging",
    "engaged",
    "pipeline",
    "contacted",
    "working",
    "offen",
    "angebot",
    "verhandlung",
    "lead",
    "evaluation",
    "identified",
];

/// The stage of a word of a CRM: as the settings name it, else by whole words. One that is not known
/// is open and remarked on; it never counts as won.
pub(super) fn of(reader: &Reader, line: &Line, findings: &mut Findings) -> Stage {
    let text = reader.text(line, "stage");
    let plain = mapping::words(text);
    let named = |list: &str| list.split(',').any(|one| mapping::words(one) == plain);
    if !plain.is_empty() && named(&reader.settings.won_stages) {
        return Stage::Won;
    }
    if !plain.is_empty() && named(&reader.settings.lost_stages) {
        return Stage::Lost;
    }
    // A negation turns the word behind it round, and no other.
    let plain = plain.replace("won t", "not").replace("didn t", "not");
    let words: Vec<&str> = plain.split(' ').collect();
    let pairs = || std::iter::once("").chain(words.iter().copied()).zip(words.iter().copied());
    let has = |list: &[&str]| {
        pairs().any(|(before, word)| list.contains(&word) && !NOT.contains(&before))
    };
    let has_not =
        |list: &[&str]| pairs().any(|(before, word)| list.contains(&word) && NOT.contains(&before));
    // “Closed” alone says that it is over, and not that it was won.
    match (has(&WON), has(&LOST)) {
        (_, true) => Stage::Lost,
        (true, false) if has_not(&WON) => unknown(line, text, findings),
        (true, false) => Stage::Won,
        _ if has_not(&WON) || has(&["closed"]) || has_not(&["decision"]) => Stage::Lost,
        _ if is_blank(text) || (has(&OPEN) && !has_not(&LOST) && !has_not(&OPEN)) => Stage::Open,
        _ => unknown(line, text, findings),
    }
}

fn unknown(line: &Line, text: &str, findings: &mut Findings) -> Stage {
    let words = format!(
        "“{text}” is not a known stage and is imported as open; name it under won_stages or \
         lost_stages if it is closed"
    );
    findings.remark(line.number, words);
    Stage::Open
}
