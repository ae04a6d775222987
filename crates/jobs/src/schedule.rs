//! Jobs that come again and again.

use db::{DbError, Tx, params};

use crate::SECOND;
use crate::enqueue::{NewJob, enqueue};
use crate::lease::except;

/// The most ticks one look handles; the rest comes with the next look.
const TICKS_AT_ONCE: u32 = 500;

/// A schedule to be kept.
#[derive(Debug, Clone, Copy)]
pub struct NewSchedule<'a> {
    /// The vendor it is for; empty for the installation itself.
    pub vendor_id: &'a str,
    /// Its name, unique for the vendor.
    pub name: &'a str,
    /// The kind of the jobs it queues.
    pub kind: &'a str,
    /// Their payload, as JSON.
    pub payload: &'a str,
    /// The time between two ticks; at least 1.
    pub every_seconds: u32,
    /// Ticks fall this long after each whole multiple of `every_seconds` since 1970 UTC. Every
    /// day at 02:00 UTC is every 86,400 with offset 7,200.
    pub offset_seconds: u32,
    /// Attempts of each job before it becomes a dead letter; at least 1.
    pub max_attempts: u32,
}

db::row! {
    /// A schedule as lists show it.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Schedule {
        /// The vendor it is for; empty for the installation itself.
        pub vendor_id: String,
        /// Its name.
        pub name: String,
        /// The kind of the jobs it queues.
        pub kind: String,
        /// The time between two ticks, in seconds.
        pub every_seconds: i64,
        /// The next tick, in microseconds since 1970 UTC.
        pub next_at_micros: i64,
        /// The last tick, in microseconds since 1970 UTC; `None` before the first.
        pub last_at_micros: Option<i64>,
    }
}

/// Makes or changes a schedule. The next tick is the first after `now_micros`, unless the schedule
/// was there with the same times: then it stays as it is.
pub fn schedule(tx: &mut Tx<'_>, wanted: &NewSchedule<'_>, now_micros: i64) -> Result<(), DbError> {
    let every = i64::from(wanted.every_seconds.max(1));
    let offset = i64::from(wanted.offset_seconds) % every;
    tx.execute(
        "INSERT INTO jobs_schedules (vendor_id, name, kind, payload, every_seconds, \
         offset_seconds, max_attempts, next_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
         ON CONFLICT (vendor_id, name) DO UPDATE SET kind = excluded.kind, \
         payload = excluded.payload, max_attempts = excluded.max_attempts, \
         next_at = CASE WHEN jobs_schedules.every_seconds = excluded.every_seconds \
           AND jobs_schedules.offset_seconds = excluded.offset_seconds \
           THEN jobs_schedules.next_at ELSE excluded.next_at END, \
         every_seconds = excluded.every_seconds, offset_seconds = excluded.offset_seconds",
        params![
            wanted.vendor_id,
            wanted.name,
            wanted.kind,
            wanted.payload,
            every,
            offset,
            wanted.max_attempts.max(1),
            next_tick(every, offset, now_micros)
        ],
    )?;
    Ok(())
}

/// Ends a schedule; jobs it has queued stay. False if there was none.
pub fn unschedule(tx: &mut Tx<'_>, vendor_id: &str, name: &str) -> Result<bool, DbError> {
    let removed = tx.execute(
        "DELETE FROM jobs_schedules WHERE vendor_id = $1 AND name = $2",
        params![vendor_id, name],
    )?;
    Ok(removed > 0)
}

/// All schedules in order of vendor and name.
pub fn schedules(tx: &mut Tx<'_>) -> Result<Vec<Schedule>, DbError> {
    tx.query_as(
        "SELECT vendor_id, name, kind, every_seconds, next_at, last_at FROM jobs_schedules \
         ORDER BY vendor_id, name",
        &[],
    )
}

db::row! {
    /// A schedule whose tick has come.
    struct Due {
        vendor_id: String,
        name: String,
        kind: String,
        payload: String,
        every: i64,
        offset: i64,
        max_attempts: u32,
    }
}

/// The vendors with a schedule whose tick has come, except some.
pub(crate) fn due(
    tx: &mut Tx<'_>,
    left_out: &[String],
    now_micros: i64,
) -> Result<Vec<String>, DbError> {
    let mut values = params![now_micros, TICKS_AT_ONCE].to_vec();
    let except = except(&mut values, left_out);
    let sql = format!(
        "SELECT DISTINCT vendor_id FROM jobs_schedules WHERE next_at <= $1{except} \
         ORDER BY vendor_id LIMIT $2"
    );
    tx.query_as(&sql, &values)
}

/// Queues a job for each schedule of a vendor whose tick has come; says how many. Ticks that were
/// missed come as one.
pub(crate) fn tick(tx: &mut Tx<'_>, vendor_id: &str, now_micros: i64) -> Result<u32, DbError> {
    let due: Vec<Due> = tx.query_as(
        "SELECT vendor_id, name, kind, payload, every_seconds, offset_seconds, max_attempts \
         FROM jobs_schedules WHERE vendor_id = $3 AND next_at <= $1 ORDER BY next_at, name LIMIT $2",
        params![now_micros, TICKS_AT_ONCE, vendor_id],
    )?;
    let mut ticks = 0;
    for due in due {
        let key = format!("schedule {}", due.name);
        let job = NewJob {
            vendor_id: &due.vendor_id,
            kind: &due.kind,
            key: Some(&key),
            payload: &due.payload,
            run_at_micros: now_micros,
            max_attempts: due.max_attempts,
        };
        enqueue(tx, &job, now_micros)?;
        tx.execute(
            "UPDATE jobs_schedules SET last_at = $3, next_at = $4 \
             WHERE vendor_id = $1 AND name = $2",
            params![
                &due.vendor_id,
                &due.name,
                now_micros,
                next_tick(due.every, due.offset, now_micros)
            ],
        )?;
        ticks += 1;
    }
    Ok(ticks)
}

/// The first tick after `now_micros`.
fn next_tick(every_seconds: i64, offset_seconds: i64, now_micros: i64) -> i64 {
    let (every, offset) = (every_seconds.max(1) * SECOND, offset_seconds * SECOND);
    let passed = now_micros.saturating_sub(offset).rem_euclid(every);
    now_micros.saturating_sub(passed).saturating_add(every)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tick_falls_on_its_offset_and_always_later() {
        let day = 86_400;
        let two = 7_200;
        assert_eq!(next_tick(day, two, 0), two * SECOND);
        assert_eq!(next_tick(day, two, two * SECOND - 1), two * SECOND);
        assert_eq!(next_tick(day, two, two * SECOND), (day + two) * SECOND);
        assert_eq!(next_tick(60, 0, -1), 0);
        assert_eq!(next_tick(60, 0, 59 * SECOND), 60 * SECOND);
    }
}
