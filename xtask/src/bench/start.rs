//! Start to ready, idle memory, time to stop, and the size of the binary.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

use crate::Outcome;
use rig::load::{self, Load};
use rig::percentiles::{Percentiles, shown};
use rig::procstat;
use rig::server::Server;

/// Starts on an empty folder, each with a new database.
const ROUNDS: usize = 5;

/// What a server that serves nobody is given to settle before its memory is read.
const SETTLE: Duration = Duration::from_secs(2);

/// Requests to `/healthz`, the least that an answer can cost.
const REQUESTS: u64 = 20_000;

/// Measures `binary` with its data below `folder`.
pub(super) fn measure(binary: &Path, folder: &Path) -> Outcome<()> {
    let bytes = fs::metadata(binary).map_err(|e| format!("{}: {e}", binary.display()))?.len();
    println!("{:<12} {} kB", "binary", bytes / 1_000);
    let mut starts = Vec::new();
    let mut stops = Vec::new();
    for round in 0..ROUNDS {
        let data = folder.join(format!("start-{round}"));
        fs::create_dir_all(&data).map_err(|e| format!("{}: {e}", data.display()))?;
        let server = Server::start(binary, &data, &[])?;
        starts.push(micros(server.ready_after()));
        if round == 0 {
            idle(&server)?;
        }
        stops.push(micros(server.stop()?));
    }
    println!("{:<12} {} (new database each time)", "ready", Percentiles::of(starts));
    println!("{:<12} {}", "stopped", Percentiles::of(stops));
    Ok(())
}

fn idle(server: &Server) -> Outcome<()> {
    thread::sleep(SETTLE);
    let (now, most) = procstat::memory_kib(server.process())?;
    println!("{:<12} {now} KiB, at most {most} KiB since the start", "idle memory");
    let load = Load { address: server.address(), connections: 64, requests: REQUESTS };
    let before = procstat::cpu_time(server.process())?;
    let request = b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let report = load::run(load, &|_| request.to_vec())?;
    let used = procstat::cpu_time(server.process())?.saturating_sub(before);
    println!("{:<12} {report}", "healthz");
    println!(
        "{:<12} {} per second of the server's processor time, {} in all",
        "",
        report.per_second(used),
        shown(micros(used))
    );
    Ok(())
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}
