//! Reading from a standby that follows: while it is there, of the same cluster, and near enough.

use std::time::Duration;

use db::{Db, DbError, Left, NO_PARAMS, Options, Standing};
use rig::cluster::{Cluster, Wanted};

use crate::{SCHEMA, insert};

/// How far a replica may be behind in these tests.
const LAG: Duration = Duration::from_secs(1);

/// More looks than any change takes.
const LOOKS: usize = 1_000;

fn pair() -> (Cluster, Cluster) {
    let primary = Cluster::with(Wanted::default()).unwrap();
    let standby = primary.with_standby().unwrap();
    (primary, standby)
}

fn open(primary: &Cluster, replica: &Cluster, lag: Duration) -> Result<Db, DbError> {
    let replica = Some((replica.url().to_owned(), lag));
    Db::open(primary.url(), Options { readers: 2, replica, ..Options::default() })
}

/// How many accounts the replica shows.
fn counted(db: &Db) -> Result<i64, Left> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let sql = "SELECT COUNT(*) FROM accounts";
    let read = db.read_replica(move |tx| {
        let count: i64 = tx.query_one_as(sql, NO_PARAMS)?;
        Ok::<_, DbError>(count)
    });
    runtime.block_on(read).map(Result::unwrap)
}

/// Looks again and again; each look asks the server something, which takes its time.
fn until(server: &Cluster, is_so: impl Fn() -> bool) {
    for _ in 0..LOOKS {
        if is_so() {
            return;
        }
        server.sql("SELECT 1").unwrap();
    }
    assert!(is_so(), "it does not come to pass");
}

fn write(db: &Db, id: &'static str) {
    db.write_blocking(move |tx| insert(tx, id, 1)).unwrap();
}

#[test]
fn what_a_replica_shows_is_as_old_as_allowed_and_no_older() {
    let (primary, standby) = pair();
    let db = open(&primary, &standby, LAG).unwrap();
    db.migrate(&[SCHEMA], 0).unwrap();
    write(&db, "a");
    until(&primary, || counted(&db) == Ok(1));
    assert_eq!(db.replica_standing(), Some(Standing::Current));
    standby.sql("SELECT pg_wal_replay_pause()").unwrap();
    write(&db, "b");
    // The old state for a moment, then nothing, and never the old state again.
    until(&primary, || counted(&db) == Err(Left::Behind));
    assert!(matches!(db.replica_standing(), Some(Standing::Left(Left::Behind, _))));
    assert_eq!(crate::count(&db), 2);
    standby.sql("SELECT pg_wal_replay_resume()").unwrap();
    until(&primary, || counted(&db) == Ok(2));
    assert!(db.stats().replica_reads > 2, "{:?}", db.stats());
}

#[test]
fn a_replica_of_an_idle_primary_is_not_late() {
    let (primary, standby) = pair();
    let db = open(&primary, &standby, Duration::from_millis(100)).unwrap();
    db.migrate(&[SCHEMA], 0).unwrap();
    until(&primary, || counted(&db) == Ok(0));
    standby.sql("SELECT pg_wal_replay_pause()").unwrap();
    for _ in 0..20 {
        primary.sql("SELECT 1").unwrap();
        assert_ne!(counted(&db), Err(Left::Away));
    }
    until(&primary, || counted(&db) == Ok(0));
}

#[test]
fn a_replica_that_is_gone_is_left_and_taken_again() {
    let (primary, standby) = pair();
    let db = open(&primary, &standby, Duration::from_secs(5)).unwrap();
    db.migrate(&[SCHEMA], 0).unwrap();
    until(&primary, || counted(&db) == Ok(0));
    standby.kill().unwrap();
    assert_eq!(counted(&db), Err(Left::Away));
    write(&db, "a");
    assert_eq!((counted(&db), crate::count(&db)), (Err(Left::Away), 1));
    standby.run().unwrap();
    until(&primary, || counted(&db) == Ok(1));
}

#[test]
fn a_replica_that_is_away_at_the_start_is_waited_for() {
    let (primary, standby) = pair();
    standby.kill().unwrap();
    let db = open(&primary, &standby, Duration::from_secs(5)).unwrap();
    db.migrate(&[SCHEMA], 0).unwrap();
    assert_eq!(counted(&db), Err(Left::Away));
    standby.run().unwrap();
    until(&primary, || counted(&db) == Ok(0));
}

#[test]
fn a_replica_that_was_promoted_is_left_however_far_it_writes() {
    let (primary, standby) = pair();
    let db = open(&primary, &standby, LAG).unwrap();
    db.migrate(&[SCHEMA], 0).unwrap();
    write(&db, "a");
    until(&primary, || counted(&db) == Ok(1));
    standby.sql("SELECT pg_promote()").unwrap();
    standby.sql("CREATE TABLE elsewhere AS SELECT generate_series(1, 100000)").unwrap();
    until(&primary, || counted(&db) == Err(Left::Behind));
    write(&db, "b");
    assert_eq!(counted(&db), Err(Left::Behind));
}

#[test]
fn another_cluster_or_database_is_refused() {
    let (primary, other) =
        (Cluster::with(Wanted::default()).unwrap(), Cluster::with(Wanted::default()).unwrap());
    let refused = |replica: &str| {
        let replica = Some((replica.to_owned(), LAG));
        let options = Options { replica, ..Options::default() };
        Db::open(primary.url(), options).err().map(|error| error.to_string()).unwrap()
    };
    assert!(refused(other.url()).contains("another PostgreSQL cluster than database_url"));
    let database = primary.new_database("elsewhere").unwrap();
    assert!(refused(&database).contains("another database than database_url"));
    assert!(refused("sqlite:/tmp/replica.db").contains("a replica is a PostgreSQL server"));
    // The primary itself is none, but does no harm: some providers answer so without a replica.
    let db = open(&primary, &primary, LAG).unwrap();
    db.migrate(&[SCHEMA], 0).unwrap();
    until(&primary, || counted(&db) == Ok(0));
}
