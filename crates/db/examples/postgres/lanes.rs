//! One turn for everything against lanes.

use std::time::Duration;

use db::{Db, Lane, Options};
use rig::cluster::{Cluster, Wanted};
use rig::slow_sync::SlowSync;

use crate::deals::{VENDORS, check, fill, rate, write};
use crate::told;

const ROUNDS: usize = 3;

pub(crate) fn measure() {
    let sync = Duration::from_millis(u64::try_from(told("SYNC_MS", 4)).unwrap());
    let callers = told("CALLERS", 4);
    let lasts = Duration::from_secs(u64::try_from(told("SECONDS", 5)).unwrap());
    let folder = std::env::temp_dir().join(format!("entente-lanes-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let slow = SlowSync::build(&folder, sync).unwrap();
    let environment = slow.settings().to_vec();
    let wanted = Wanted { durable: true, environment, ..Wanted::default() };
    let cluster = Cluster::with(wanted).unwrap();
    let url = cluster.new_database("lanes").unwrap();
    let open = || {
        let options = Options { writers: told("WRITERS", 4), ..Options::default() };
        Db::open(&url, options).unwrap()
    };
    let nodes = [open(), open()];
    fill(&nodes[0]);
    println!(
        "sync {} ms, {VENDORS} vendors, 2 nodes, {callers} callers per vendor and node",
        sync.as_millis()
    );
    let mut sums = (0.0, 0.0);
    for _ in 0..ROUNDS {
        let one = counted(&nodes, || rate(&nodes, callers, lasts, write(|_| Lane::ALL)));
        let many = counted(&nodes, || rate(&nodes, callers, lasts, write(Lane::of)));
        println!("one turn {one:.0}/s, lanes {many:.0}/s, ratio {:.2}", many / one);
        sums = (sums.0 + one, sums.1 + many);
    }
    println!("all rounds: ratio {:.2}", sums.1 / sums.0);
    check(&nodes[0]);
    drop(nodes);
    drop(cluster);
    std::fs::remove_dir_all(folder).unwrap();
}

/// The same, and tells how many batches there were.
fn counted(nodes: &[Db], run: impl FnOnce() -> f64) -> f64 {
    let sums = || {
        let stats = nodes.iter().map(Db::stats);
        stats.fold((0, 0), |sum, stats| (sum.0 + stats.commits, sum.1 + stats.retries))
    };
    let before = sums();
    let rate = run();
    let after = sums();
    println!("  {} batches, {} run again", after.0 - before.0, after.1 - before.1);
    rate
}
