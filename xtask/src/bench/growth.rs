//! The commonest requests at 10,000, 100,000 and 1,000,000 registrations: the server's processor time
//! for each, and how much it grows.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use rig::load::{self, Load};
use rig::percentiles::shown;
use rig::procstat;
use rig::server::Server;

use super::product::{self, Binaries};
use crate::Outcome;

/// How many registrations there are; every fiftieth has a partner of its own, up to 2,000.
const SIZES: [usize; 3] = [10_000, 100_000, 1_000_000];
const MOST_PARTNERS: usize = 2_000;
/// What nothing may grow by from the smallest size to the largest.
const MOST_GROWTH: u64 = 2;
/// Requests of each kind, one at a time.
const REQUESTS: u64 = 190;
/// Requests before those that are measured. With them there are as many as a page of a list has rows.
const WARM_UP: u64 = 10;

/// Microseconds of processor time for a request, by its name.
type Costs = BTreeMap<&'static str, u64>;

/// Measures at each size and prints the table.
pub(super) fn measure(binaries: &Binaries, folder: &Path) -> Outcome<()> {
    let mut costs = Vec::new();
    for size in SIZES {
        let folder = folder.join(size.to_string());
        costs.push(at(binaries, &folder, size)?);
        std::fs::remove_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    }
    println!("growth       the server's processor time for a request, SQLite");
    println!(
        "             {:<34} {:>9} {:>9} {:>9}   last to first",
        "", "10,000", "100,000", "1,000,000"
    );
    for name in NAMES {
        let row: Vec<u64> = costs.iter().filter_map(|one| one.get(name)).copied().collect();
        let [first, .., last] = row.as_slice() else { continue };
        let grown = product::ratio(u128::from(*last), u128::from(*first));
        let told = if *last > MOST_GROWTH * *first { "  grows" } else { "" };
        let cells: Vec<String> =
            row.iter().map(|micros| format!("{:>9}", shown(*micros))).collect();
        println!("             {name:<34} {}   {grown}{told}", cells.join(" "));
    }
    Ok(())
}

const REGISTER: &str = "register a deal (API)";
const APPROVE: &str = "approve a deal (API)";
const NAMES: [&str; 14] = [
    REGISTER,
    APPROVE,
    "one registration (API)",
    "list of 50 (API)",
    "list of 50 from the middle (API)",
    "list of 50 by partner (API)",
    "search for a rare name (API)",
    "search for a common name (API)",
    "availability (API)",
    "availability by name (page)",
    "registration (page)",
    "list of registrations (page)",
    "home of a partner (page)",
    "home of the vendor (page)",
];

/// Everything at one size.
fn at(binaries: &Binaries, folder: &Path, size: usize) -> Outcome<Costs> {
    let partners = (size / 50).min(MOST_PARTNERS).to_string();
    let began = std::time::Instant::now();
    let counts = [partners.as_str(), &size.to_string()];
    let made =
        product::data(binaries, &[], &["fill", product::path_text(folder)?, counts[0], counts[1]])?;
    let filled = began.elapsed();
    let server = Server::start(&binaries.entente, folder, &[])?;
    product::settle(&server)?;
    let (_, memory) = procstat::memory_kib(server.process())?;
    println!(
        "growth       {size} registrations, {partners} partners: made in {} s, ready and at rest \
         {} s later, {} MiB",
        filled.as_secs(),
        began.elapsed().saturating_sub(filled).as_secs(),
        memory / 1024
    );
    let mut costs = Costs::new();
    for (name, request) in reads(&server, &made)? {
        costs.insert(name, cost(&server, name, &|_| request.clone().into_bytes())?);
    }
    let keys = product::texts(product::field(&made, "partner_keys"));
    let register = |number| product::deal(&keys, number, true);
    costs.insert(REGISTER, cost(&server, REGISTER, &register)?);
    let vendor = product::field(&made, "vendor_key").as_str().unwrap_or("").to_owned();
    let waiting = submitted(&server, &vendor)?;
    let decider = product::field(&made, "decider_key").as_str().unwrap_or("").to_owned();
    let approve = |number: u64| {
        let id = product::pick(&waiting, number);
        let path = format!("/api/v1/deal-registrations/{id}/decision");
        post(&decider, &path, &format!("approve-{number}"), "{\"decision\":\"approve\"}")
    };
    costs.insert(APPROVE, cost(&server, APPROVE, &approve)?);
    server.stop()?;
    Ok(costs)
}

/// The reading requests with their names.
fn reads(server: &Server, made: &Value) -> Outcome<Vec<(&'static str, String)>> {
    let vendor = product::field(made, "vendor_key").as_str().unwrap_or("");
    let chief = product::field(made, "vendor_session").as_str().unwrap_or("");
    let keys = product::texts(product::field(made, "partner_keys"));
    let sessions = product::texts(product::field(made, "partner_sessions"));
    let (partner, seller) = (product::pick(&keys, 0), product::pick(&sessions, 0));
    let list = "/api/v1/deal-registrations?limit=50";
    let first = object(server, &api(vendor, list))?;
    let row = product::field(&first, "data").get(20).cloned().unwrap_or_default();
    let text = |name: &str| product::field(&row, name).as_str().unwrap_or("").to_owned();
    let id = text("id");
    let middle = format!("{list}&sort=number&cursor={}", cursor(server, vendor)?);
    let by_partner = format!("{list}&partner_id={}", text("partner_id"));
    let one = format!("/api/v1/deal-registrations/{id}");
    let name = text("account_name").replace(' ', "+");
    let rare = format!("{list}&q={name}");
    let free = format!("/api/v1/availability?q={name}");
    Ok(vec![
        ("one registration (API)", api(vendor, &one)),
        ("list of 50 (API)", api(vendor, list)),
        ("list of 50 from the middle (API)", api(vendor, &middle)),
        ("list of 50 by partner (API)", api(vendor, &by_partner)),
        ("search for a rare name (API)", api(vendor, &rare)),
        ("search for a common name (API)", api(vendor, &format!("{list}&q=falcon"))),
        ("availability (API)", api(partner, &free)),
        ("availability by name (page)", page(seller, "/availability?q=Alder+Basalt+Nimbus")),
        ("registration (page)", page(chief, &format!("/registrations/{id}"))),
        ("list of registrations (page)", page(chief, "/registrations")),
        ("home of a partner (page)", page(seller, "/")),
        ("home of the vendor (page)", page(chief, "/")),
    ])
}

fn api(key: &str, path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {key}\r\n\r\n")
}

fn page(session: &str, path: &str) -> String {
    format!(
        "GET {path} HTTP/1.1\r\nhost: localhost\r\ncookie: session={session}\r\n\
         accept: text/html\r\n\r\n"
    )
}

fn post(key: &str, path: &str, once: &str, body: &str) -> Vec<u8> {
    format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {key}\r\n\
         idempotency-key: {once}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n\
         {body}",
        body.len()
    )
    .into_bytes()
}

fn object(server: &Server, request: &str) -> Outcome<Value> {
    let text = product::body(server.address(), request)?;
    serde_json::from_str(&text).map_err(|e| format!("{text}: {e}"))
}

/// The cursor behind a hundred pages.
fn cursor(server: &Server, vendor: &str) -> Outcome<String> {
    let mut cursor = String::new();
    for _ in 0..100 {
        let behind = if cursor.is_empty() { String::new() } else { format!("&cursor={cursor}") };
        let path = format!("/api/v1/deal-registrations?limit=50&sort=number{behind}");
        let list = object(server, &api(vendor, &path))?;
        let next = product::field(&list, "next_cursor").as_str().ok_or("the list ended early")?;
        next.clone_into(&mut cursor);
    }
    Ok(cursor)
}

/// The registrations that wait for a decision.
fn submitted(server: &Server, vendor: &str) -> Outcome<Vec<String>> {
    let path = "/api/v1/deal-registrations?status=submitted&limit=200";
    let list = object(server, &api(vendor, path))?;
    let rows = product::field(&list, "data").as_array().cloned().unwrap_or_default();
    Ok(rows.iter().filter_map(|row| Some(row.get("id")?.as_str()?.to_owned())).collect())
}

/// Microseconds of the server's processor time for a request.
fn cost(server: &Server, name: &str, request: &(impl Fn(u64) -> Vec<u8> + Sync)) -> Outcome<u64> {
    let load = Load { address: server.address(), connections: 1, requests: WARM_UP };
    let _ = load::run(load, &|number| request(number))?;
    let before = procstat::cpu_time(server.process())?;
    let load = Load { requests: REQUESTS, ..load };
    let report = load::run(load, &|number| request(number + WARM_UP))?;
    let used: Duration = procstat::cpu_time(server.process())?.saturating_sub(before);
    if report.succeeded() < REQUESTS {
        println!("             {name}: {report}{}", product::faults(&report));
    }
    Ok(u64::try_from(used.as_micros()).unwrap_or(0) / REQUESTS)
}
