//! The product under load: registering deals, lists, pages. Rows are made by `bench_data`, an
//! example of the crate `testkit`, because no command of the product makes them.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use crate::Outcome;
use rig::load::{self, Connection, Load, Report};
use rig::percentiles::{Percentiles, shown};
use rig::server::Server;
use rig::slow_sync::SlowSync;
use rig::{procstat, syncprobe};

/// Connections of every load, as many as the product's promises speak of.
const CONNECTIONS: u16 = 64;

/// Registrations made by one run.
const REGISTRATIONS: u64 = 6_000;

/// How long a sync lasts on the slow disk that is promised for.
const SLOW: Duration = Duration::from_millis(4);

/// Lists read by one run.
const LISTS: u64 = 12_000;

/// Views of one page by one run, over four connections.
const VIEWS: u64 = 400;

/// The filled database: partners and registrations.
const FILLED: (&str, &str) = ("1000", "100000");

/// How often it is looked whether a server has come to rest, and for how long at most.
const LOOK_EVERY: Duration = Duration::from_millis(500);
const MOST_LOOKS: u32 = 120;

/// What names of companies are made of.
const SYLLABLES: [&str; 32] = [
    "ba", "ce", "dor", "fi", "gan", "hul", "ja", "kem", "lo", "mir", "na", "pos", "qui", "ras",
    "sol", "tan", "ul", "ver", "wim", "xa", "yor", "zel", "bri", "cla", "dre", "fro", "gli", "kra",
    "ple", "sti", "tru", "vla",
];

/// Where the two binaries are.
#[derive(Debug)]
pub(super) struct Binaries {
    /// The product.
    pub(super) entente: PathBuf,
    /// The maker of data and the bare loop.
    pub(super) data: PathBuf,
}

/// Builds both in one go, so that they share their crates.
pub(super) fn build(root: &Path) -> Outcome<Binaries> {
    let status = Command::new("cargo")
        .args(["build", "--release", "--locked", "--package", "cli", "--bin", "entente"])
        .args(["--package", "testkit", "--example", "bench_data"])
        .current_dir(root)
        .status()
        .map_err(|e| format!("cargo build: {e}"))?;
    if !status.success() {
        return Err("the release build failed".to_owned());
    }
    Ok(Binaries {
        entente: root.join("target/release/entente"),
        data: root.join("target/release/examples/bench_data"),
    })
}

/// Runs `bench_data` and reads the line of JSON it prints last.
pub(super) fn data(
    binaries: &Binaries,
    settings: &[(&str, &str)],
    arguments: &[&str],
) -> Outcome<Value> {
    let output = Command::new(&binaries.data)
        .args(arguments)
        .envs(settings.iter().copied())
        .output()
        .map_err(|e| format!("bench_data: {e}"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let last = text.lines().last().unwrap_or("");
    if !output.status.success() {
        return Err(format!("bench_data: {}", String::from_utf8_lossy(&output.stderr)));
    }
    serde_json::from_str(last).map_err(|e| format!("bench_data said {last}: {e}"))
}

/// A member of an object; `null` when it has none.
pub(super) fn field<'v>(value: &'v Value, name: &str) -> &'v Value {
    value.get(name).unwrap_or(&Value::Null)
}

pub(super) fn texts(value: &Value) -> Vec<String> {
    let list = value.as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter().filter_map(|text| Some(text.as_str()?.to_owned())).collect()
}

pub(super) fn path_text(path: &Path) -> Outcome<&str> {
    path.to_str().ok_or_else(|| format!("{}: not a text", path.display()))
}

/// (a) Registering deals: on the disk as it is, on one whose sync is slow, and on a file system in
/// memory; each beside the bare loop.
pub(super) fn registration(binaries: &Binaries, folder: &Path) -> Outcome<()> {
    register_on(binaries, &folder.join("disk"), "on the disk", None)?;
    let slow = SlowSync::build(folder, SLOW)?;
    register_on(binaries, &folder.join("slow"), "on a disk with a slow sync", Some(&slow))?;
    let memory = PathBuf::from(format!("/dev/shm/entente-bench-{}", std::process::id()));
    let outcome = register_on(binaries, &memory, "in memory", None);
    if memory.exists() {
        std::fs::remove_dir_all(&memory).map_err(|e| format!("{}: {e}", memory.display()))?;
    }
    outcome
}

fn register_on(
    binaries: &Binaries,
    folder: &Path,
    place: &str,
    slow: Option<&SlowSync>,
) -> Outcome<()> {
    let settings = slow.map(SlowSync::settings);
    let settings: Vec<(&str, &str)> =
        settings.iter().flatten().map(|(name, value)| (*name, value.as_str())).collect();
    let (full, bare) = (folder.join("product"), folder.join("bare"));
    std::fs::create_dir_all(&full).map_err(|e| format!("{}: {e}", full.display()))?;
    let made = data(binaries, &[], &["fill", path_text(&full)?, "64", "0"])?;
    let keys = texts(field(&made, "partner_keys"));
    let syncs = match slow {
        Some(_) => format!("made to last {} ms", SLOW.as_millis()),
        None => syncprobe::measure(&full, 100)?.to_string(),
    };
    let server = Server::start(&binaries.entente, &full, &settings)?;
    let commits = commits(server.address())?;
    let before = procstat::cpu_time(server.process())?;
    let load =
        Load { address: server.address(), connections: CONNECTIONS, requests: REGISTRATIONS };
    let report = load::run(load, &|number| submission(&keys, number))?;
    let used = procstat::cpu_time(server.process())?.saturating_sub(before);
    let commits = self::commits(server.address())?.saturating_sub(commits).max(1);
    server.stop()?;
    let good = report.succeeded();
    if good == 0 {
        return Err(format!("no registration succeeded: {report}"));
    }
    let count = good.to_string();
    let loop_ = data(binaries, &settings, &["bare", path_text(&full)?, path_text(&bare)?, &count])?;
    let bare_micros = field(&loop_, "micros").as_u64().unwrap_or(1).max(1);
    let bare_rate = u128::from(good) * 1_000_000 / u128::from(bare_micros);
    let rate = report.per_second(report.elapsed);
    println!("registering  {place}; sync {syncs}");
    println!("             {report}");
    println!(
        "             bare loop, the same {} rows: {bare_rate}/s; product to bare loop {}",
        field(&loop_, "rows"),
        ratio(rate, bare_rate)
    );
    println!(
        "             {} registrations per sync; {} per second of the server's processor time",
        ratio(u128::from(good), u128::from(commits)),
        report.per_second(used)
    );
    Ok(())
}

/// A ratio with two digits behind the point.
pub(super) fn ratio(upper: u128, lower: u128) -> String {
    let hundredths = upper * 100 / lower.max(1);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// A deal that is registered and submitted.
fn submission(keys: &[String], number: u64) -> Vec<u8> {
    deal(keys, number, true)
}

/// A deal of a company of its own, submitted or kept as a draft.
pub(super) fn deal(keys: &[String], number: u64, submit: bool) -> Vec<u8> {
    let key = pick(keys, number);
    let (first, second) = company(number);
    let body = format!(
        "{{\"submit\":{submit},\"account_name\":\"{first} {second} GmbH\",\
         \"account_domain\":\"{first}-{second}.de\",\"account_country\":\"DE\",\
         \"contact_email\":\"buyer@{first}-{second}.de\",\
         \"products\":[{{\"code\":\"core\",\"quantity\":1}}],\
         \"amount\":{{\"minor\":1200000,\"currency\":\"EUR\"}},\"close_on\":\"2028-01-01\",\
         \"evidence_note\":\"Met their head of operations at the fair\"}}"
    );
    format!(
        "POST /api/v1/deal-registrations HTTP/1.1\r\nhost: localhost\r\n\
         authorization: Bearer {key}\r\nidempotency-key: bench-{number}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// Two words that name a company, as different from those of other numbers as names are: no two
/// numbers below 2^30 share both.
fn company(number: u64) -> (String, String) {
    let mut digits = number.wrapping_mul(0x9e37_79b1) & 0x3fff_ffff;
    let mut word = || {
        let mut word = String::new();
        for _ in 0..3 {
            let index = usize::try_from(digits % 32).unwrap_or(0);
            word.push_str(SYLLABLES.get(index).copied().unwrap_or("a"));
            digits /= 32;
        }
        word
    };
    (word(), word())
}

pub(super) fn pick(list: &[String], number: u64) -> &str {
    let count = u64::try_from(list.len()).unwrap_or(1).max(1);
    let index = usize::try_from(number % count).unwrap_or(0);
    list.get(index).map_or("", String::as_str)
}

/// Durable commits since the start.
fn commits(address: SocketAddr) -> Outcome<u64> {
    metric(address, "entente_db_commits_total ")
}

/// A number as `/metrics` tells it.
pub(super) fn metric(address: SocketAddr, name: &str) -> Outcome<u64> {
    let text = body(address, "GET /metrics HTTP/1.1\r\nhost: localhost\r\n\r\n")?;
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|value| value.trim().parse().ok()).ok_or_else(|| format!("no {name} told"))
}

pub(super) fn body(address: SocketAddr, request: &str) -> Outcome<String> {
    let answer = Connection::to(address).exchange(request.as_bytes()).map_err(|e| e.to_string())?;
    Ok(String::from_utf8_lossy(&answer.body).into_owned())
}

/// (b) and (c): lists and pages over a filled database.
pub(super) fn filled(binaries: &Binaries, folder: &Path) -> Outcome<()> {
    let (partners, registrations) = FILLED;
    let made = data(binaries, &[], &["fill", path_text(folder)?, partners, registrations])?;
    let server = Server::start(&binaries.entente, folder, &[])?;
    println!("filled       {partners} partners, {registrations} registrations");
    settle(&server)?;
    lists(&server, &made)?;
    pages(&server, &made)?;
    server.stop().map(|_| ())
}

/// Waits until the server has done what it does after a start, such as filling its index of
/// companies, so that requests are not charged with it.
pub(super) fn settle(server: &Server) -> Outcome<()> {
    let mut before = procstat::cpu_time(server.process())?;
    for _ in 0..MOST_LOOKS {
        std::thread::sleep(LOOK_EVERY);
        let now = procstat::cpu_time(server.process())?;
        if now.saturating_sub(before) < LOOK_EVERY / 20 {
            return Ok(());
        }
        before = now;
    }
    Err("the server does not come to rest".to_owned())
}

fn lists(server: &Server, made: &Value) -> Outcome<()> {
    let key = field(made, "vendor_key").as_str().unwrap_or("").to_owned();
    let get = |cursor: &str| {
        format!(
            "GET /api/v1/deal-registrations?limit=50{cursor} HTTP/1.1\r\nhost: localhost\r\n\
             authorization: Bearer {key}\r\n\r\n"
        )
    };
    let first = measured(server, &get(""), LISTS, CONNECTIONS)?;
    let cursor = page_thousand(server.address(), &get)?;
    let far = measured(server, &get(&format!("&cursor={cursor}")), LISTS, CONNECTIONS)?;
    for (name, (report, used)) in [("first page", &first), ("page 1,000", &far)] {
        println!("list of 50   {name}: {report}");
        println!("             {} per second of processor time", report.per_second(*used));
    }
    let (near, away) = (first.0.per_second(first.1), far.0.per_second(far.1));
    println!("             page 1,000 to the first page {}", ratio(away, near));
    Ok(())
}

fn page_thousand(address: SocketAddr, get: &impl Fn(&str) -> String) -> Outcome<String> {
    let mut cursor = String::new();
    for _ in 0..999 {
        let wanted = if cursor.is_empty() { String::new() } else { format!("&cursor={cursor}") };
        let text = body(address, &get(&wanted))?;
        let page: Value = serde_json::from_str(&text).map_err(|e| format!("{text}: {e}"))?;
        let next =
            field(&page, "next_cursor").as_str().ok_or("the list ended before page 1,000")?;
        next.clone_into(&mut cursor);
    }
    Ok(cursor)
}

fn measured(
    server: &Server,
    request: &str,
    requests: u64,
    connections: u16,
) -> Outcome<(Report, Duration)> {
    let load = Load { address: server.address(), connections, requests };
    let before = procstat::cpu_time(server.process())?;
    let report = load::run(load, &|_| request.as_bytes().to_vec())?;
    let used = procstat::cpu_time(server.process())?.saturating_sub(before);
    Ok((report, used))
}

fn pages(server: &Server, made: &Value) -> Outcome<()> {
    let partner = pick(&texts(field(made, "partner_sessions")), 0).to_owned();
    let vendor = field(made, "vendor_session").as_str().unwrap_or("").to_owned();
    for (name, path, session) in [
        ("partner home", "/", &partner),
        ("partner list", "/registrations", &partner),
        ("vendor home", "/", &vendor),
        ("vendor list", "/registrations", &vendor),
        ("is it free?", "/availability?q=Alder+Basalt+Nimbus", &partner),
    ] {
        let request = format!(
            "GET {path} HTTP/1.1\r\nhost: localhost\r\ncookie: session={session}\r\n\
             accept: text/html\r\n\r\n"
        );
        let (report, used) = measured(server, &request, VIEWS, 1)?;
        let each = u64::try_from(used.as_micros()).unwrap_or(0) / VIEWS;
        let latency: &Percentiles = &report.latency;
        println!(
            "page         {name}: {latency}; {} of processor time each{}",
            shown(each),
            faults(&report)
        );
    }
    Ok(())
}

pub(super) fn faults(report: &Report) -> String {
    let bad: u64 = report.statuses.iter().filter(|(s, _)| **s != 200).map(|(_, n)| n).sum();
    if bad == 0 { String::new() } else { format!(" ({bad} answers were not 200)") }
}
