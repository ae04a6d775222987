//! What is there after a disturbance, against what callers were told: whatever was said to be stored
//! is there, nothing is there by half, and what was not answered has one effect when it is repeated.

use std::collections::BTreeMap;
use std::time::Instant;

use db::{Db, DbError, Options, Tx};
use rig::Outcome;
use rig::load::Connection;

use super::book::{self, Attempt, Said};
use super::{Home, Stand, exchange};

/// How many words of faults are kept.
const MAX_WORDS: usize = 12;

/// How many stored requests are repeated to see that the answer is the same.
const REPEATED: usize = 12;

/// What was found; every number should be 0.
#[derive(Clone, Debug, Default)]
pub(crate) struct Found {
    /// Said to be stored, and not there.
    pub(crate) lost: u64,
    /// There with some of its rows missing, or rows without what they belong to.
    pub(crate) half_done: u64,
    /// There more than once.
    pub(crate) doubled: u64,
    /// Repeated with the same idempotency key, and answered otherwise than before.
    pub(crate) unlike: u64,
    /// The first faults in words.
    pub(crate) words: Vec<String>,
}

impl Found {
    /// All faults together.
    pub(crate) fn faults(&self) -> u64 {
        self.lost + self.half_done + self.doubled + self.unlike
    }

    /// Adds what was found elsewhere.
    pub(crate) fn add(&mut self, other: Found) {
        self.lost += other.lost;
        self.half_done += other.half_done;
        self.doubled += other.doubled;
        self.unlike += other.unlike;
        for words in other.words {
            self.tell(words);
        }
    }

    fn tell(&mut self, words: String) {
        if self.words.len() < MAX_WORDS {
            self.words.push(words);
        }
    }

    /// Puts the numbers into a report, with words where there is a fault.
    pub(crate) fn report(&self, report: &mut crate::Report) {
        report.none("acknowledged and lost", self.lost);
        report.none("there by half", self.half_done);
        report.none("there twice", self.doubled);
        report.none("answered otherwise when repeated", self.unlike);
        if !self.words.is_empty() {
            report.note("faults", self.words.join("; "));
        }
    }
}

/// The rows of registrations, as far as they show whether a write is whole.
#[derive(Debug, Default)]
struct Rows {
    /// The domain of each registration by its id.
    domains: BTreeMap<String, String>,
    /// How many registrations each domain has.
    by_domain: BTreeMap<String, u64>,
    /// How many rows of each further kind each registration has.
    parts: Vec<(&'static str, BTreeMap<String, i64>)>,
    /// How many answers were kept for repeated requests.
    answers: i64,
}

/// What belongs to a registration: what it is called, and how many there are of each.
const PARTS: [(&str, &str); 5] = [
    (
        "receipt",
        "SELECT registration_id, COUNT(*) FROM deal_registration_receipts GROUP BY registration_id",
    ),
    (
        "history",
        "SELECT registration_id, COUNT(*) FROM deal_registration_entries GROUP BY registration_id",
    ),
    (
        "audit entry",
        "SELECT object_id, COUNT(*) FROM audit_entries \
         WHERE action = 'deal_registration.submitted' GROUP BY object_id",
    ),
    (
        "event",
        "SELECT object_id, COUNT(*) FROM events_feed \
         WHERE kind = 'deal_registration.submitted' GROUP BY object_id",
    ),
    (
        "account",
        // Without one while a person decides which it is.
        "SELECT r.registration_id, COUNT(*) FROM deal_registrations r \
         LEFT JOIN accounts a ON a.vendor_id = r.vendor_id AND a.account_id = r.account_id \
         WHERE r.account_id = '' OR a.account_id IS NOT NULL GROUP BY r.registration_id",
    ),
];

fn rows(tx: &mut Tx<'_>) -> Result<Rows, DbError> {
    let mut rows = Rows::default();
    let all =
        tx.query("SELECT registration_id, account_domain FROM deal_registrations", &[], |row| {
            Ok((row.text(0)?, row.text(1)?))
        })?;
    for (id, domain) in all {
        *rows.by_domain.entry(domain.clone()).or_default() += 1;
        rows.domains.insert(id, domain);
    }
    for (name, sql) in PARTS {
        let counts = tx.query(sql, &[], |row| Ok((row.text(0)?, row.int(1)?)))?;
        rows.parts.push((name, counts.into_iter().collect()));
    }
    rows.answers = tx.query_one(
        "SELECT COUNT(*) FROM idempotency_answers WHERE key LIKE 'w%' AND status = 201",
        &[],
        |row| row.int(0),
    )?;
    Ok(rows)
}

/// Looks at an installation whose server runs.
#[derive(Debug)]
pub(crate) struct Check<'a> {
    stand: &'a Stand,
    home: &'a Home,
    found: Found,
}

impl<'a> Check<'a> {
    /// Looks at that installation.
    pub(crate) fn of(stand: &'a Stand, home: &'a Home) -> Check<'a> {
        Check { stand, home, found: Found::default() }
    }

    /// Repeats what was not answered, then looks for everything that was said to be stored, by the
    /// API and in the tables. `attempts` then says what is known.
    pub(crate) fn after(mut self, attempts: &mut [Attempt]) -> Outcome<Found> {
        let mut connection = Connection::to(self.stand.address);
        self.repeat_some(&mut connection, attempts);
        for attempt in attempts.iter_mut().filter(|attempt| !attempt.is_stored()) {
            self.repeat(&mut connection, attempt)?;
        }
        for attempt in attempts.iter() {
            self.read(&mut connection, attempt)?;
        }
        self.rows(attempts)
    }

    /// Looks into the tables only.
    pub(crate) fn rows(mut self, attempts: &[Attempt]) -> Outcome<Found> {
        let rows = self.look()?;
        for attempt in attempts {
            if let Said::Stored { id, .. } = &attempt.said
                && !rows.domains.contains_key(id)
            {
                self.found.lost += 1;
                self.found.tell(format!("request {} ({id}) has no row", attempt.number));
            }
        }
        for (domain, count) in rows.by_domain.iter().filter(|(_, count)| **count > 1) {
            self.found.doubled += 1;
            self.found.tell(format!("{domain} has {count} registrations"));
        }
        self.whole(&rows);
        Ok(self.found)
    }

    fn look(&self) -> Outcome<Rows> {
        let options = Options { readers: 1, ..Options::default() };
        let db = Db::open(&self.home.url, options).map_err(|e| e.to_string())?;
        let rows = db.read_blocking(rows).map_err(|error: DbError| error.to_string());
        db.close();
        rows
    }

    /// Each registration has every part, each part its registration, each one kept answer.
    fn whole(&mut self, rows: &Rows) {
        for (name, counts) in &rows.parts {
            for id in rows.domains.keys().filter(|id| !counts.contains_key(*id)) {
                self.found.half_done += 1;
                self.found.tell(format!("{id} has no {name}"));
            }
            for id in counts.keys().filter(|id| !rows.domains.contains_key(*id)) {
                self.found.half_done += 1;
                self.found.tell(format!("a {name} names {id}, which is not there"));
            }
        }
        let registrations = i64::try_from(rows.domains.len()).unwrap_or(i64::MAX);
        if rows.answers != registrations {
            self.found.half_done += 1;
            self.found.tell(format!("{registrations} registrations, {} answers", rows.answers));
        }
    }

    /// What was not stored is sent again with the same idempotency key, and is stored then.
    fn repeat(&mut self, connection: &mut Connection, attempt: &mut Attempt) -> Outcome<()> {
        let request = book::request(&self.stand.filled.partner_keys, attempt.number);
        match exchange(connection, &request) {
            said @ Said::Stored { .. } => {
                attempt.said = said;
                attempt.at = Instant::now();
                Ok(())
            }
            said @ (Said::Refused(..) | Said::Nothing) => {
                Err(format!("request {} was repeated and got {said:?}", attempt.number))
            }
        }
    }

    /// Some that were stored are sent again and answered to the byte as before.
    fn repeat_some(&mut self, connection: &mut Connection, attempts: &[Attempt]) {
        // The last ones were nearest to what happened.
        for attempt in attempts.iter().rev().filter(|attempt| attempt.is_stored()).take(REPEATED) {
            let request = book::request(&self.stand.filled.partner_keys, attempt.number);
            let again = exchange(connection, &request);
            if again != attempt.said {
                self.found.unlike += 1;
                self.found.tell(format!("request {} is answered otherwise", attempt.number));
            }
        }
    }

    /// The API shows what it said to be stored.
    fn read(&mut self, connection: &mut Connection, attempt: &Attempt) -> Outcome<()> {
        let Said::Stored { id, .. } = &attempt.said else {
            return Ok(());
        };
        let request = format!(
            "GET /api/v1/deal-registrations/{id} HTTP/1.1\r\nhost: localhost\r\n\
             authorization: Bearer {}\r\n\r\n",
            book::key(&self.stand.filled.partner_keys, attempt.number)
        );
        let answer = connection.exchange(request.as_bytes());
        let answer = answer.map_err(|e| format!("reading {id}: {e}"))?;
        match Said::of(answer.status, answer.body) {
            Said::Stored { id: shown, .. } if shown == *id => Ok(()),
            Said::Refused(404, _) => {
                self.found.lost += 1;
                self.found.tell(format!("request {} ({id}) is answered with 404", attempt.number));
                Ok(())
            }
            said @ (Said::Stored { .. } | Said::Refused(..) | Said::Nothing) => {
                Err(format!("reading {id} got {said:?}"))
            }
        }
    }
}

/// Whether a check found a fault: its words, or that it could not even be carried out.
pub(crate) fn of_outcome(outcome: Outcome<Found>) -> (bool, String) {
    match outcome {
        Ok(found) => {
            let words = format!("{} lost, {} answered otherwise", found.lost, found.unlike);
            (found.faults() > 0, words)
        }
        Err(words) => (true, words),
    }
}
