//! Two nodes on PostgreSQL, eight vendors: writes that take turns by vendor against writes that take
//! one turn over the whole database, in one run on the same rows.

use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use rig::cluster::{Cluster, Wanted};
use rig::load::{self, Load, Report};
use rig::server::{Server, free_address};
use rig::slow_sync::SlowSync;

use super::product::{self, Binaries};
use crate::Outcome;

const VENDORS: usize = 8;
/// Partners of each vendor, and so keys.
const PARTNERS: &str = "8";
/// Registrations that each vendor has before.
const FILLED: &str = "2000";
/// Callers of each node: one of each vendor.
const CONNECTIONS: u16 = 8;
/// Requests to each node in a round, and before it is measured.
const REQUESTS: u64 = 1_200;
const WARM_UP: u64 = 320;
const ROUNDS: usize = 3;
/// How long a sync lasts.
const SYNC: Duration = Duration::from_millis(4);

/// Measures both ways in turns.
pub(super) fn measure(binaries: &Binaries, folder: &Path) -> Outcome<()> {
    let slow = SlowSync::build(folder, SYNC)?;
    let environment = slow.settings().to_vec();
    let cluster = Cluster::with(Wanted { durable: true, environment, ..Wanted::default() })?;
    let url = cluster.new_database("lanes")?;
    let vendors = VENDORS.to_string();
    let made = product::data(binaries, &[], &["fill-vendors", &url, &vendors, PARTNERS, FILLED])?;
    let keys = in_turns(&made);
    println!(
        "lanes        2 nodes, {VENDORS} vendors, {CONNECTIONS} callers per node; a sync made to \
         last {} ms",
        SYNC.as_millis()
    );
    let mut deals = Deals { keys, submit: false, number: 0 };
    for (submit, name) in [(false, "drafts"), (true, "registrations")] {
        println!("             {name}");
        deals.submit = submit;
        let mut sums = (0, 0);
        for _ in 0..ROUNDS {
            let one = round(binaries, (&url, "one-turn"), &mut deals)?;
            let many = round(binaries, (&url, "lanes"), &mut deals)?;
            println!("             lanes to one turn {}", product::ratio(many, one));
            sums = (sums.0 + one, sums.1 + many);
        }
        let ratio = product::ratio(sums.1, sums.0);
        println!("             {name}, all rounds: lanes to one turn {ratio}");
    }
    Ok(())
}

/// What is sent.
struct Deals {
    keys: Vec<String>,
    submit: bool,
    /// The number of the next.
    number: u64,
}

/// The keys of all vendors, one of each vendor after the other.
fn in_turns(made: &serde_json::Value) -> Vec<String> {
    let vendors = product::field(made, "partner_keys").as_array().cloned().unwrap_or_default();
    let vendors: Vec<Vec<String>> = vendors.iter().map(product::texts).collect();
    let most = vendors.iter().map(Vec::len).max().unwrap_or(0);
    let turn = |place: usize| vendors.iter().filter_map(move |keys| keys.get(place).cloned());
    (0..most).flat_map(turn).collect()
}

/// Deals a second by two new nodes.
fn round(binaries: &Binaries, (url, turns): (&str, &str), deals: &mut Deals) -> Outcome<u128> {
    let nodes = [start(binaries, url, turns)?, start(binaries, url, turns)?];
    both(&nodes, deals, WARM_UP)?;
    let before = batches(&nodes)?;
    let reports = both(&nodes, deals, REQUESTS)?;
    let after = batches(&nodes)?;
    let good: u64 = reports.iter().map(Report::succeeded).sum();
    let elapsed = reports.iter().map(|report| report.elapsed).max().unwrap_or_default();
    let rate = u128::from(good) * 1_000_000 / elapsed.as_micros().max(1);
    println!(
        "             {turns}: {rate}/s, {} batches, {} run again",
        after.0 - before.0,
        after.1 - before.1
    );
    for report in &reports {
        println!("               {report}");
    }
    Ok(rate)
}

fn start(binaries: &Binaries, url: &str, turns: &str) -> Outcome<Server> {
    let address = free_address()?;
    let mut command = Command::new(&binaries.data);
    command.args(["serve", url, &address.to_string(), turns]).stdin(Stdio::null());
    let mut node = Server::launch(command, address)?;
    node.wait_until_ready()?;
    Ok(node)
}

/// So many requests to each node, at the same time.
fn both(nodes: &[Server], deals: &mut Deals, requests: u64) -> Outcome<Vec<Report>> {
    let first = deals.number;
    deals.number += requests * u64::try_from(nodes.len()).unwrap_or(1);
    let (keys, submit) = (deals.keys.as_slice(), deals.submit);
    thread::scope(|scope| {
        let loads: Vec<_> = nodes
            .iter()
            .zip(0..)
            .map(|(node, place)| {
                let from: u64 = first + place * requests;
                let load = Load { address: node.address(), connections: CONNECTIONS, requests };
                scope.spawn(move || load::run(load, &|n| product::deal(keys, from + n, submit)))
            })
            .collect();
        let ended = loads.into_iter().map(thread::ScopedJoinHandle::join);
        ended.map(|load| load.unwrap_or_else(|_| Err("a load broke off".to_owned()))).collect()
    })
}

/// Batches that were committed, and those that were run again.
fn batches(nodes: &[Server]) -> Outcome<(u64, u64)> {
    let mut sum = (0, 0);
    for node in nodes {
        sum.0 += product::metric(node.address(), "entente_db_commits_total ")?;
        sum.1 += product::metric(node.address(), "entente_db_retries_total ")?;
    }
    Ok(sum)
}
