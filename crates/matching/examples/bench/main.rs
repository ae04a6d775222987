//! Measures the matching on the labelled sets and prints tables in Markdown. It is run by
//! `cargo xtask bench matching`, or `cargo run --release -p matching --example bench`.

#![expect(
    clippy::indexing_slicing,
    clippy::float_arithmetic,
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::print_stdout,
    reason = "a measurement: it counts in floats, prints tables, and may stop at a fault"
)]

mod baseline;
mod cpu;
mod data;
mod fields;
mod noise;
mod people;
mod report;
mod scale;
mod score;
mod sets;
mod twins;

use std::path::Path;

use data::{Asked, Row};
use noise::Dice;
use report::Target;
use sets::{Measured, figures, measure};

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn main() -> Outcome {
    let Some(folder) = data::folder() else {
        println!("the labelled data are not there (../shared/data): nothing was measured");
        return Ok(());
    };
    let companies = folder.join("companies");
    let names = data::rows(&companies.join("gleif_names.csv.gz"), 2, 3)?;
    let listed = data::rows(&companies.join("fd_left.csv"), 1, 2)?;
    println!(
        "# Matching: measurements\n\nName alone, one thread; cleaning and index included. Thresholds are chosen on one half and scored on the other, five seeds, both ways, among the queries that the shipped trees have not seen.\n"
    );
    report::head();
    let measured = main_table(&companies, &names, &listed)?;
    println!(
        "\n'false links': queries without a match that are linked, at the chosen threshold. 'sure': at the default sure threshold."
    );
    let (by_probability, sure, of) = twins::measure(&names);
    println!(
        "\nNear-twins with another domain (a numeral, region or direction put into the name): {by_probability} of {of} reach the sure threshold by probability, {sure} are taken for the same account."
    );
    let (right, kept, wrong, left) = twins::cost(&names[..10_000], &measured[0].asked);
    println!(
        "\nWhat the signs cost (10,000 names, name alone): of {right} right links that are sure by probability {kept} stay sure, of {wrong} wrong ones {left}; the others are a person's decision."
    );
    report::persons(&people::measure(&folder)?);
    report::scale(&scale::measure(&names, &measured[1].asked), scale::two_lists(&names));
    report::calibration(&measured.iter().collect::<Vec<_>>());
    report::kinds(&measured[1]);
    with_fields(&companies, &names, &listed)?;
    unseen_noise(&names);
    Ok(())
}

fn main_table(
    companies: &Path,
    names: &[Row],
    listed: &[Row],
) -> Result<Vec<Measured>, Box<dyn std::error::Error>> {
    let queries = |file: &str| data::queries(&companies.join(file));
    let ten = measure("10,000 names", &names[..10_000], queries("gleif_queries_10k.csv")?, false);
    report::line(&ten, Some(Target { f1: 0.95, speed: 15_000.0 }));
    let hundred =
        measure("100,000 names", &names[..100_000], queries("gleif_queries_100k.csv")?, false);
    report::line(&hundred, Some(Target { f1: 0.91, speed: 8_000.0 }));
    let (file, taken) = scale::file_queries(names, queries("gleif_queries_100k.csv")?);
    report::line(&file, Some(Target { f1: 0.87, speed: 2_500.0 }));
    let (asked, out) = scale::made_queries(names, 5_000, 2_026);
    let all =
        sets::measure_without("399,203 names, made queries", names, asked, |at| !out[at], false);
    report::line(&all, Some(Target { f1: 0.87, speed: 2_500.0 }));
    let real = measure("real variants", listed, queries("fd_right.csv")?, false);
    report::line(&real, Some(Target { f1: 0.95, speed: 6_000.0 }));
    baselines(names, listed, [&ten, &hundred, &real]);
    println!(
        "\n'file': the queries for 100,000 names asked of all; the {taken} names from which the queries without a match were made are taken out. 'made queries': of the same kinds, made here from 5,000 of all names, three in ten of them taken out."
    );
    Ok(vec![ten, hundred, file, all, real])
}

/// The plain method on the same queries, in the same run.
fn baselines(names: &[Row], listed: &[Row], sets: [&Measured; 3]) {
    let lists = [&names[..10_000], &names[..100_000], listed];
    for (set, list) in sets.into_iter().zip(lists) {
        let (answers, seconds) = cpu::timed(|| baseline::answers(list, &set.asked));
        let speed = set.asked.len() as f64 / seconds;
        report::baseline(
            &format!("{}, baseline", set.label),
            &figures(&set.asked, &answers),
            speed,
        );
    }
}

/// Leaves the fields of a query that are to be used.
type Keep = fn(&mut matching::Query);

fn with_fields(companies: &Path, names: &[Row], listed: &[Row]) -> Outcome {
    println!(
        "\n## With more than the name\n\n| set | fields | F1 | precision | recall |\n|---|---|---|---|---|"
    );
    let sets = [
        ("10,000 names", &names[..10_000], "gleif_queries_10k.csv"),
        ("100,000 names", &names[..100_000], "gleif_queries_100k.csv"),
        ("real variants", listed, "fd_right.csv"),
    ];
    for (label, list, file) in sets {
        let asked = data::queries(&companies.join(file))?;
        let full = fields::make(list, &asked);
        let index = full.index();
        let kept: [(&str, Keep); 4] = [
            ("name alone", |query| {
                query.country = None;
                query.domains.clear();
                query.postal_code = None;
            }),
            ("and country", |query| {
                query.domains.clear();
                query.postal_code = None;
            }),
            ("and country, postal code (made)", |query| {
                query.domains.clear();
            }),
            ("and country, postal code, domain (made)", |_| {}),
        ];
        for (fields, keep) in kept {
            let answers = full.answers(&index, keep);
            let found = figures(&asked, &answers);
            println!(
                "| {label} | {fields} | {:.4} | {:.4} | {:.4} |",
                found.f1, found.precision, found.recall
            );
        }
    }
    println!(
        "\nCountries are real. Postal codes and domains are made, seeded: one in five is missing in the query, one in twenty-five wrong, a tenth of the domains is shared."
    );
    println!(
        "\n## Learning curve (10,000 names, all fields)\n\n| weights | F1 | log loss |\n|---|---|---|"
    );
    let asked = data::queries(&companies.join("gleif_queries_10k.csv"))?;
    let full = fields::make(&names[..10_000], &asked);
    for (label, f1, loss) in fields::learning_curve(&full, &asked) {
        println!("| {label} | {f1:.4} | {loss:.4} |");
    }
    Ok(())
}

/// Kinds of noise that the labelled sets lack, one by one, in 10,000 names.
fn unseen_noise(names: &[Row]) {
    println!(
        "\n## Kinds of noise that the labelled sets lack (10,000 names, three in ten without a match)\n\n| kind | trained on | F1 | precision | recall |\n|---|---|---|---|---|"
    );
    let list = &names[250_000..260_000];
    for (trained, kinds) in [("no", noise::UNSEEN), ("yes", noise::FURTHER)] {
        for kind in kinds {
            let mut dice = Dice(17);
            let mut asked = Vec::new();
            let mut out = vec![false; list.len()];
            for _ in 0..2_000 {
                let row = dice.below(list.len());
                let (name, kinds) = noise::with_one_of(&list[row].name, &[*kind], &mut dice);
                out[row] |= dice.below(10) < 3;
                asked.push(Asked { name, country: String::new(), truth: Some(row), kinds });
            }
            for one in &mut asked {
                one.truth = one.truth.filter(|row| !out[*row]);
            }
            let found = sets::measure_without(kind, list, asked, |at| !out[at], false).figures();
            println!(
                "| {kind} | {trained} | {:.4} | {:.4} | {:.4} |",
                found.f1, found.precision, found.recall
            );
        }
    }
}
