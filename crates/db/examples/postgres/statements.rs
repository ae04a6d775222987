//! Kept statements against unnamed ones, and a pooler.

use std::time::Duration;

use db::{Db, Lane, Options, Pooler};
use rig::cluster::Cluster;
use rig::pgbouncer::PgBouncer;

use crate::deals::{fill, look, rate, write};
use crate::told;

const ROUNDS: usize = 3;

pub(crate) fn measure() {
    let lasts = Duration::from_secs(u64::try_from(told("SECONDS", 4)).unwrap());
    let callers = told("CALLERS", 1);
    let cluster = Cluster::start().unwrap();
    let direct = cluster.new_database("statements").unwrap();
    let pooler = PgBouncer::start(&direct, 20).unwrap();
    let open = |url: &str, pooler| Db::open(url, Options { pooler, ..Options::default() }).unwrap();
    fill(&open(&direct, Pooler::None));
    let ways = [
        ("kept", direct.clone(), Pooler::None),
        ("unnamed", direct, Pooler::Transaction),
        ("unnamed, through PgBouncer", pooler.url("statements"), Pooler::Transaction),
    ];
    println!("nothing is durable, {callers} callers for each of 8 vendors, one node");
    for _ in 0..ROUNDS {
        for (name, url, pooler) in &ways {
            let nodes = [open(url, *pooler)];
            let reads = rate(&nodes, callers, lasts, |node, name, key| {
                let vendor = name.to_owned();
                node.read_blocking(move |tx| look(tx, &vendor, key))
            });
            let writes = rate(&nodes, callers, lasts, write(|_| Lane::ALL));
            println!("{name:28} {reads:8.0} reads/s {writes:8.0} writes/s");
        }
    }
}
