//! Writes that are sent again and again, at the same time, out of order, while the server is
//! killed: each has one effect, and every repeat gets the first answer to the byte (R6, AP-01).

mod plan;
mod senders;

use std::path::{Path, PathBuf};

use db::{Db, DbError, Dialect, Options};
use rig::Outcome;
use rig::load::Connection;
use rig::server::Server;
use testkit::World;

use crate::inside::told;
use crate::{Report, Setting};
use plan::{Keys, Plan, request};
use senders::{Gate, Heard, send_all};

/// How often the same request is counted in the database, by what tells requests apart.
const EFFECTS: [&str; 2] = [
    "SELECT COUNT(*), COUNT(DISTINCT account_name) FROM deal_registrations",
    "SELECT COUNT(*), COUNT(DISTINCT name) FROM accounts",
];

/// Rows of the trail and of the feed that tell of the same making of the same thing more than
/// once.
const TOLD_TWICE: &str = "SELECT COUNT(*) FROM (SELECT object_id FROM audit_entries \
    WHERE action LIKE '%.created' OR action LIKE '%.drafted' \
    GROUP BY object_id, action HAVING COUNT(*) > 1) t";

/// Sends, kills, compares, counts.
pub(crate) fn run(setting: &Setting) -> Outcome<Report> {
    let requests = setting.of(240, 6_000, 100_000);
    let kills = setting.of(2, 8, 100);
    let mut report = Report::new();
    let keyed = Plan::of(setting.seed, requests, Keys::TheSame);
    let (heard, seen) = carry_out(setting, "keyed", &keyed, kills)?;
    report.note("requests", requests);
    report.note("sent, repeats included", keyed.sends.len());
    report.note("kills", heard.kills);
    report.note("sent again since the answer was lost", heard.lost);
    report.note("repeats that got the first answer", heard.repeated);
    report.note("repeats told that the first still runs", heard.busy);
    report.none("repeats with another answer than the first", heard.differ);
    report.none("answers that are none of these", heard.odd);
    report.figure("effects", seen.effects, requests.to_string(), seen.effects == requests);
    report.none("requests with more than one effect", seen.doubled);
    report.none("makings told twice in the audit trail", seen.told_twice);
    let others = seen.other_body_refused;
    let is_met = others == seen.other_body_sent;
    let wanted = format!("{} of them 422", seen.other_body_sent);
    report.figure("the same key with another body", others, wanted, is_met);
    for words in &heard.first {
        report.figure("odd answer", words, "none", false);
    }
    let fresh = Plan::of(setting.seed, requests.min(120), Keys::Fresh);
    let (_, seen) = carry_out(setting, "fresh", &fresh, 0)?;
    report.control(
        "repeats with a new key each",
        format!("{} requests with more than one effect", seen.doubled),
        seen.doubled > 0,
    );
    Ok(report)
}

/// What the database holds in the end.
struct Seen {
    effects: u64,
    doubled: u64,
    told_twice: u64,
    other_body_sent: u64,
    other_body_refused: u64,
}

fn carry_out(setting: &Setting, name: &str, plan: &Plan, kills: u64) -> Outcome<(Heard, Seen)> {
    let folder = setting.folder().join(name);
    std::fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let keys = prepare(&folder)?;
    let start = || Server::start(&setting.binary()?, &folder, &[]);
    let gate = Gate::new(start()?);
    let heard = send_all(plan, &keys, (&gate, kills), &start)?;
    let (sent, refused) = other_bodies(plan, &keys, &gate)?;
    gate.stop()?;
    let mut seen = counted(&folder)?;
    (seen.other_body_sent, seen.other_body_refused) = (sent, refused);
    Ok((heard, seen))
}

/// A database with a partner and two keys, made in this process and put where the server looks.
fn prepare(folder: &Path) -> Outcome<[String; 2]> {
    told(async {
        let world = World::start(Dialect::Sqlite).await;
        let partner = world.partner("North").await;
        let writer = world.api_key("", "accounts:read accounts:write").await;
        world.app.db.backup_to(&database(folder)).map_err(|e| e.to_string())?;
        Ok([partner.key.api_secret()?, writer.api_secret()?])
    })
}

fn database(folder: &Path) -> PathBuf {
    folder.join("entente.db")
}

/// Sends some of the keys again with another body each.
fn other_bodies(plan: &Plan, keys: &[String; 2], gate: &Gate) -> Outcome<(u64, u64)> {
    let Keys::TheSame = plan.keys else { return Ok((0, 0)) };
    let mut connection = Connection::to(gate.address()?);
    let (mut sent, mut refused) = (0, 0);
    for number in (0..plan.requests).step_by(7) {
        let bytes = request(keys, number, &format!("r-{number}"), "other");
        let answer = connection.exchange(&bytes).map_err(|e| e.to_string())?;
        sent += 1;
        refused += u64::from(answer.status == 422);
    }
    Ok((sent, refused))
}

fn counted(folder: &Path) -> Outcome<Seen> {
    let url = format!("sqlite:{}", database(folder).display());
    let db = Db::open(&url, Options::default()).map_err(|e| e.to_string())?;
    let read = db.read_blocking(|tx| {
        let mut all = (0, 0);
        for sql in EFFECTS {
            let (rows, things) = tx.query_one(sql, &[], |row| Ok((row.int(0)?, row.int(1)?)))?;
            all = (all.0 + rows, all.1 + things);
        }
        let told_twice = tx.query_one(TOLD_TWICE, &[], |row| row.int(0))?;
        Ok::<_, DbError>((all, told_twice))
    });
    let ((rows, things), told_twice) = read.map_err(|e| e.to_string())?;
    db.close();
    let count = |number: i64| u64::try_from(number).unwrap_or(u64::MAX);
    Ok(Seen {
        effects: count(rows),
        doubled: count(rows - things),
        told_twice: count(told_twice),
        other_body_sent: 0,
        other_body_refused: 0,
    })
}
