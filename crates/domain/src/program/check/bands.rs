//! Bands that have to meet, and weights that have to sum to the whole.

use super::findings::Findings;
use super::source::KeyPath;
use crate::program::document::Document;
use crate::program::measure::ScoreBand;
use crate::program::rate::RateTable;
use crate::program::value::Band;

/// Notes gaps and overlaps of bands, and weights that do not sum to 100. Rule PG-03.
pub(super) fn check(document: &Document, findings: &mut Findings<'_>) {
    segments(document, findings);
    tiers(document, findings);
    if let Some(table) = &document.discount_table {
        rates(&"discount_table".into(), table, findings);
    }
    for (index, plan) in document.incentives.iter().enumerate() {
        rates(&KeyPath::from("incentives").index(index).key("rates"), &plan.rates, findings);
    }
    if let Some(rubric) = &document.qualification {
        let weights = rubric.criteria.iter().map(|one| one.weight);
        sums_to_whole(&"qualification.criteria".into(), weights, findings);
        scores(&"qualification.bands".into(), &rubric.bands, findings);
    }
    if let Some(scorecard) = &document.scorecard {
        let weights = scorecard.dimensions.iter().map(|one| one.weight);
        sums_to_whole(&"scorecard.dimensions".into(), weights, findings);
        scores(&"scorecard.bands".into(), &scorecard.bands, findings);
    }
    roadmap(document, findings);
}

fn sums_to_whole(list: &KeyPath, weights: impl Iterator<Item = u32>, findings: &mut Findings<'_>) {
    let sum: u64 = weights.map(u64::from).sum();
    if sum != 100 {
        let apart = sum.abs_diff(100);
        let direction = if sum < 100 { "Add" } else { "Remove" };
        let message = format!("The weights add up to {sum}, not 100.");
        findings.error(list, "weights", (message, format!("{direction} {apart}.")));
    }
}

fn segments(document: &Document, findings: &mut Findings<'_>) {
    let list = KeyPath::from("segments");
    for (index, segment) in document.segments.iter().enumerate() {
        let path = list.index(index);
        match (&segment.employees, segment.named_domains.is_empty()) {
            (Some(_), false) => {
                let message = "A segment is a range of employees or a list, not both.".to_owned();
                let remedy = "Remove `employees` or `named_domains`.".to_owned();
                findings.error(&path.key("named_domains"), "contradiction", (message, remedy));
            }
            (None, true) => {
                let message = "The segment is empty.".to_owned();
                let remedy = "Add `employees` or `named_domains`.".to_owned();
                findings.error(&path, "empty", (message, remedy));
            }
            (Some(_), true) | (None, false) => {}
        }
    }
    let bands = document.segments.iter().enumerate().filter_map(|(index, segment)| {
        segment.employees.map(|band| (list.index(index).key("employees"), band))
    });
    meet(&list, bands, None, findings);
}

fn tiers(document: &Document, findings: &mut Findings<'_>) {
    let list = KeyPath::from("tiers");
    let has_band = |tier: &crate::program::tier::Tier| tier.sourced_arr_minor.is_some();
    if document.tiers.iter().any(has_band) && !document.tiers.iter().all(has_band) {
        for (index, tier) in document.tiers.iter().enumerate().filter(|(_, tier)| !has_band(tier)) {
            let message = format!("Other tiers have a revenue band, {} has none.", tier.name);
            let remedy = "Give each tier `sourced_arr_minor`, or none.".to_owned();
            findings.error(&list.index(index).key("sourced_arr_minor"), "gap", (message, remedy));
        }
        return;
    }
    let bands = document.tiers.iter().enumerate().filter_map(|(index, tier)| {
        tier.sourced_arr_minor.map(|band| (list.index(index).key("sourced_arr_minor"), band))
    });
    meet(&list, bands, Some(0), findings);
}

fn rates(path: &KeyPath, table: &RateTable, findings: &mut Findings<'_>) {
    let list = path.key("bands");
    let bands = table.bands.iter().enumerate();
    let bands = bands.map(|(index, row)| (list.index(index).key("amount_minor"), row.amount_minor));
    meet(&list, bands, Some(0), findings);
}

fn scores(list: &KeyPath, bands: &[ScoreBand], findings: &mut Findings<'_>) {
    let placed = bands.iter().enumerate();
    let placed = placed.map(|(index, row)| (list.index(index).key("score"), row.score));
    meet(list, placed, Some(0), findings);
    for (index, row) in bands.iter().enumerate().filter(|(_, row)| row.score.from > 100) {
        let path = list.index(index).key("score").key("from");
        let message = format!("The maximum score is 100, not {}.", row.score.from);
        findings.error(&path, "out-of-range", (message, "Write 100 or less.".to_owned()));
    }
}

/// Notes where bands of one list do not meet: each has to begin where the one before it ends, the
/// first at `begins_at` when that is given, and only the last may be open.
fn meet(
    list: &KeyPath,
    bands: impl Iterator<Item = (KeyPath, Band)>,
    begins_at: Option<i64>,
    findings: &mut Findings<'_>,
) {
    if findings.touches_unread(list) {
        return;
    }
    let mut expected = begins_at;
    let mut ended: Option<Option<i64>> = None;
    for (path, band) in bands {
        if ended.is_some_and(|below| below.is_none()) {
            let message =
                "The previous band has no upper end, so this one is never reached.".to_owned();
            let remedy = "Set `below` in the previous band.".to_owned();
            findings.error(&path, "overlap", (message, remedy));
        } else if let Some(end) = expected {
            follows(&path, band, end, findings);
        }
        if let Some(below) = band.below.filter(|below| *below <= band.from) {
            let message = format!("The band from {} below {below} is empty.", band.from);
            let remedy = format!("Write more than {} in `below`.", band.from);
            findings.error(&path, "empty-band", (message, remedy));
        }
        expected = band.below;
        ended = Some(band.below);
    }
    if let Some(Some(end)) = ended {
        let message = format!("No band covers {end} and more.");
        let remedy = "Remove `below` from the last band.".to_owned();
        findings.error(list, "gap", (message, remedy));
    }
}

fn follows(path: &KeyPath, band: Band, end: i64, findings: &mut Findings<'_>) {
    let from = path.key("from");
    if band.from > end {
        let message = format!("No band covers {end} up to {}.", band.from);
        findings.error(&from, "gap", (message, format!("Write from = {end}.")));
    } else if band.from < end {
        let message = format!("{} up to {end} already belongs to the previous band.", band.from);
        findings.error(&from, "overlap", (message, format!("Write from = {end}.")));
    }
}

fn roadmap(document: &Document, findings: &mut Findings<'_>) {
    let list = KeyPath::from("roadmap");
    let mut next = 1;
    for (index, phase) in document.roadmap.iter().enumerate() {
        let path = list.index(index).key("from_month");
        if phase.to_month < phase.from_month {
            let message = format!("\"{}\" ends before it begins.", phase.name);
            let remedy = format!("Write {} or more.", phase.from_month);
            findings.error(&list.index(index).key("to_month"), "empty-band", (message, remedy));
        }
        if phase.from_month != next {
            let code = if phase.from_month > next { "gap" } else { "overlap" };
            let message = format!("The phase starts in month {}.", phase.from_month);
            let remedy = format!("Write {next}, the month after the previous phase.");
            findings.error(&path, code, (message, remedy));
        }
        next = phase.to_month.saturating_add(1);
    }
}
