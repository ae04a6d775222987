//! `cargo xtask bench`: measurements, printed with the machine they were made on.

mod growth;
mod lanes;
mod machine;
mod product;
mod start;

use std::path::{Path, PathBuf};

use crate::Outcome;
use rig::load::{self, Load};
use rig::percentiles::shown;
use rig::{procstat, responder::Responder, server, syncprobe};

const HELP: &str = "\
cargo xtask bench [NAME] [--binary PATH]

  all           every measurement below (default)
  environment   processor, memory, file system, and what a durable write of 4 KiB costs
  generator     the most requests that the load generator itself can make on this machine
  registration  deals registered over HTTP, beside a bare loop of durable inserts
  lanes         two nodes and eight vendors on PostgreSQL, beside one turn for all writes
  pages         lists and pages with 1,000 partners and 100,000 registrations
  growth        the commonest requests at 10,000, 100,000 and 1,000,000 registrations
  matching      quality and cost of recognising companies, on each labelled set
  start         start to ready, idle memory, time to stop, size of the binary

The binary is built for release first, unless --binary names one.
";

/// Durable writes to time.
const SYNC_ROUNDS: usize = 200;

/// Connections of the load generator, as in the product's own measurements.
const CONNECTIONS: u16 = 64;

/// Requests of the generator's own measurement.
const REQUESTS: u64 = 200_000;

/// Runs one measurement or all.
pub(crate) fn run(root: &Path, arguments: &[&str]) -> Outcome<()> {
    let (names, binary) = match arguments {
        [names @ .., "--binary", path] => (names, Some(PathBuf::from(path))),
        names => (names, None),
    };
    let with_server = |measure: fn(&Path, &Path) -> Outcome<()>| {
        let binary = binary.clone().map_or_else(|| server::build(root), Ok)?;
        in_scratch(root, |folder| measure(&binary, folder))
    };
    match names {
        [] | ["all"] => {
            environment(root)?;
            generator()?;
            with_server(start::measure)?;
            with_product(root, product::registration)?;
            with_product(root, product::filled)?;
            with_product(root, growth::measure)?;
            with_product(root, lanes::measure)?;
            matching(root)
        }
        ["matching"] => matching(root),
        ["registration"] => with_product(root, product::registration),
        ["lanes"] => with_product(root, lanes::measure),
        ["pages"] => with_product(root, product::filled),
        ["growth"] => with_product(root, growth::measure),
        ["environment"] => environment(root),
        ["generator"] => generator(),
        ["start"] => with_server(start::measure),
        ["help"] => {
            print!("{HELP}");
            Ok(())
        }
        _ => Err(format!("no such measurement: {}\n\n{HELP}", arguments.join(" "))),
    }
}

/// The measurements of the matching crate, which is measured as a library.
fn matching(root: &Path) -> Outcome<()> {
    let arguments = ["run", "--quiet", "--release", "-p", "matching", "--example", "bench"];
    let status = std::process::Command::new("cargo")
        .args(arguments)
        .current_dir(root)
        .status()
        .map_err(|e| format!("cargo: {e}"))?;
    if status.success() { Ok(()) } else { Err("the measurement of matching failed".into()) }
}

fn with_product(
    root: &Path,
    measure: impl Fn(&product::Binaries, &Path) -> Outcome<()>,
) -> Outcome<()> {
    let binaries = product::build(root)?;
    in_scratch(root, |folder| measure(&binaries, folder))
}

/// A folder for databases on the file system of the project, gone afterwards.
fn in_scratch(root: &Path, measure: impl Fn(&Path) -> Outcome<()>) -> Outcome<()> {
    let folder = root.join(format!("target/bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let measured = measure(&folder);
    let removed = std::fs::remove_dir_all(&folder);
    measured?;
    removed.map_err(|e| format!("{}: {e}", folder.display()))
}

fn environment(root: &Path) -> Outcome<()> {
    let folder = root.join("target");
    std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    for (name, value) in machine::describe(&folder) {
        println!("{name:<12} {value}");
    }
    let times = syncprobe::measure(&folder, SYNC_ROUNDS)?;
    println!("{:<12} {times} (4 KiB appended and synced, {SYNC_ROUNDS} times)", "sync");
    Ok(())
}

/// Client and responder share this process, so its processor time is that of both.
fn generator() -> Outcome<()> {
    let responder = Responder::start("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")?;
    let load = Load { address: responder.address(), connections: CONNECTIONS, requests: REQUESTS };
    let process = std::process::id();
    let before = procstat::cpu_time(process)?;
    let request = b"GET /api/v1/deal-registrations HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let report = load::run(load, &|_| request.to_vec())?;
    let used = procstat::cpu_time(process)?.saturating_sub(before);
    let (_, most) = procstat::memory_kib(process)?;
    let each = u64::try_from(used.as_micros()).unwrap_or(u64::MAX) / REQUESTS;
    println!("{:<12} {CONNECTIONS} connections: {report}", "generator");
    println!(
        "{:<12} {} of processor time per request and answer, at most {most} KiB",
        "",
        shown(each)
    );
    Ok(())
}
