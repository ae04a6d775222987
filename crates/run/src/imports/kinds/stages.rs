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
    let words: Vec<&str> = plain.split(' ').collect();
    let has = |list: &[&str]| words.iter().any(|word| list.contains(word));
    let is_undone = has(&NOT);
    // “Closed” alone says that it is over, and not that it was won.
    match (has(&WON), has(&LOST)) {
        (true, _) if is_undone => Stage::Lost,
        (true, false) => Stage::Won,
        (_, true) if !is_undone => Stage::Lost,
        (false, false) if words.contains(&"closed") => Stage::Lost,
        _ if is_undone && words.contains(&"decision") => Stage::Lost,
        _ => {
            if !is_blank(text) && !has(&OPEN) {
                findings.remark(
                    line.number,
                    format!(
                        "“{text}” is not a known stage and is imported as open; name it under \
                         won_stages or lost_stages if it is closed"
                    ),
                );
            }
            Stage::Open
        }
    }
}
