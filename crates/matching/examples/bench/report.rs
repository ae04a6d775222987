//! Prints the tables.

use crate::people::Outcome;
use crate::scale::Scale;
use crate::score::{Counts, count, in_first_half};
use crate::sets::{Figures, Measured};

/// What a set is to reach.
#[derive(Clone, Copy)]
pub(crate) struct Target {
    pub(crate) f1: f64,
    pub(crate) speed: f64,
}

/// Head of the main table.
pub(crate) fn head() {
    println!(
        "| set | F1 | target | precision | recall | false links | q/CPU s | target | index CPU s | sure: wrong | of links | of no-match | reached |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|---|---|");
}

/// One line of the main table.
pub(crate) fn line(set: &Measured, target: Option<Target>) {
    let Figures { f1, precision, recall, false_links, .. } = set.figures();
    let sure = set.sure();
    let goal = target.map_or_else(|| "–".to_owned(), |target| format!("{:.3}", target.f1));
    let speed = target.map_or_else(|| "–".to_owned(), |target| format!("{:.0}", target.speed));
    let reached = target.map_or("–", |target| {
        if f1 >= target.f1 && set.speed() >= target.speed { "yes" } else { "no" }
    });
    println!(
        "| {} | {f1:.4} | {goal} | {precision:.4} | {recall:.4} | {:.2} % | {:.0} | {speed} | {:.3} | {} | {:.2} % | {:.2} % | {reached} |",
        set.label,
        false_links * 100.0,
        set.speed(),
        set.build_seconds,
        sure.wrong,
        wrong_share(&sure) * 100.0,
        sure.false_links as f64 / (sure.without_match as f64).max(1.0) * 100.0,
    );
}

fn wrong_share(counts: &Counts) -> f64 {
    counts.wrong as f64 / ((counts.wrong + counts.right) as f64).max(1.0)
}

/// One line for the baseline.
pub(crate) fn baseline(label: &str, figures: &Figures, speed: f64) {
    println!(
        "| {label} | {:.4} | – | {:.4} | {:.4} | {:.2} % | {speed:.0} | – | – | – | – | – | – |",
        figures.f1,
        figures.precision,
        figures.recall,
        figures.false_links * 100.0
    );
}

/// Persons.
pub(crate) fn persons(outcome: &Outcome) {
    let reached = if outcome.f1 >= 0.998 && outcome.cpu_seconds <= 0.29 { "yes" } else { "no" };
    println!(
        "\n## Persons (FEBRL 4)\n\n| F1 | target | precision | recall | CPU s, reading included | target | reached |\n|---|---|---|---|---|---|---|"
    );
    println!(
        "| {:.4} | 0.998 | {:.4} | {:.4} | {:.3} | 0.29 | {reached} |",
        outcome.f1, outcome.precision, outcome.recall, outcome.cpu_seconds
    );
}

/// Size and time.
pub(crate) fn scale(scale: &Scale, two_lists: f64) {
    println!(
        "\n## Against 399,203 names\n\n| measure | result | target | reached |\n|---|---|---|---|"
    );
    let line = |measure: &str, value: f64, unit: &str, most: f64| {
        let reached = if value <= most { "yes" } else { "no" };
        println!("| {measure} | {value:.3} {unit} | ≤ {most} {unit} | {reached} |");
    };
    line("index built", scale.build_seconds, "CPU s", 10.0);
    line("index, by its own count", scale.index_megabytes, "MB", 400.0);
    line("index, growth of resident memory", scale.resident_megabytes, "MB", 400.0);
    line("look-up with reasons (least of three), 99th percentile", scale.p99_ms, "ms", 5.0);
    println!(
        "| look-up with reasons, median; slowest | {:.3} ms; {:.3} ms | – | – |",
        scale.median_ms, scale.slowest_ms
    );
    line("adding or removing, 99th percentile", scale.change_p99_ms, "ms", 1.0);
    line("two lists of 100,000", two_lists, "CPU s", 15.0);
}

/// How often a probability comes true, over the queries that the trees have not seen.
pub(crate) fn calibration(sets: &[&Measured]) {
    println!(
        "\n## Calibration\n\n| probability told | queries | mean told | came true |\n|---|---|---|---|"
    );
    let bounds = [0.0, 0.05, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 0.99, 1.01];
    for pair in bounds.windows(2) {
        let (mut many, mut told, mut right) = (0.0_f64, 0.0, 0.0);
        for set in sets {
            for (at, (one, answer)) in set.asked.iter().zip(&set.answers).enumerate() {
                let Some(answer) =
                    answer.filter(|answer| (pair[0]..pair[1]).contains(&answer.probability))
                else {
                    continue;
                };
                if !in_first_half(at, 0) {
                    many += 1.0;
                    told += answer.probability;
                    right += f64::from(u8::from(Some(answer.row) == one.truth));
                }
            }
        }
        println!(
            "| {:.2} to {:.2} | {many} | {:.3} | {:.3} |",
            pair[0],
            pair[1].min(1.0),
            told / many.max(1.0),
            right / many.max(1.0)
        );
    }
}

/// Figures by kind of noise, at the threshold one half, over the queries that the trees have not
/// seen.
pub(crate) fn kinds(set: &Measured) {
    println!(
        "\n## By kind of noise ({})\n\n| kind | queries | F1 | precision | recall |\n|---|---|---|---|---|",
        set.label
    );
    let mut kinds: Vec<&str> = set.asked.iter().flat_map(|one| one.kinds.split('+')).collect();
    kinds.sort_unstable();
    kinds.dedup();
    for kind in kinds {
        let has = |at: usize| {
            set.asked.get(at).is_some_and(|one| one.kinds.split('+').any(|own| own == kind))
        };
        let of = |at: usize| !in_first_half(at, 0) && has(at);
        let many = (0..set.asked.len()).filter(|at| of(*at)).count();
        let counts = count(&set.asked, &set.answers, 0.5, of);
        println!(
            "| {kind} | {many} | {:.4} | {:.4} | {:.4} |",
            counts.f1(),
            counts.precision(),
            counts.recall()
        );
    }
}
