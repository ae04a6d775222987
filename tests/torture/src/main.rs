//! `torture NAME|all|list [--scale small|ci|full] [--seed N]`: runs a harness or all and prints
//! their figures. `cargo xtask torture` builds and calls it.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it talks to the person who runs it"
)]

use std::process::ExitCode;

use torture::{ALL, Harness, Scale, Setting};

const HELP: &str = "torture NAME|all|list [--scale small|ci|full] [--seed N]";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments.iter().map(String::as_str).collect::<Vec<_>>()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
    }
}

/// Whether every figure was met.
fn run(arguments: &[&str]) -> rig::Outcome<bool> {
    let (name, mut left) = arguments.split_first().ok_or(HELP)?;
    let (mut scale, mut seed) = (Scale::Small, 1);
    while let [option, value, rest @ ..] = left {
        match *option {
            "--scale" => scale = Scale::named(value)?,
            "--seed" => seed = value.parse().map_err(|_| format!("not a seed: {value}"))?,
            other => return Err(format!("cannot read `{other}`: {HELP}")),
        }
        left = rest;
    }
    if let [other] = left {
        return Err(format!("`{other}` wants a value: {HELP}"));
    }
    match *name {
        "list" => {
            for harness in ALL {
                println!("{:<12} {:<9} {}", harness.name, harness.goals, harness.about);
            }
            Ok(true)
        }
        "all" => {
            let mut good = true;
            for harness in ALL {
                good &= shown(harness, scale, seed);
            }
            println!("{}", if good { "every figure is met" } else { "NOT every figure is met" });
            Ok(good)
        }
        name => {
            let found = ALL.iter().find(|harness| harness.name == name);
            let harness =
                found.ok_or_else(|| format!("no harness `{name}`; see `torture list`"))?;
            Ok(shown(harness, scale, seed))
        }
    }
}

fn shown(harness: &Harness, scale: Scale, seed: u64) -> bool {
    println!("{} ({}): {}", harness.name, harness.goals, harness.about);
    let report = Setting::new(scale, seed).and_then(|setting| (harness.run)(&setting));
    match report {
        Ok(report) => {
            println!("{report}");
            report.is_met()
        }
        Err(message) => {
            println!("  FAILED: {message}");
            false
        }
    }
}
