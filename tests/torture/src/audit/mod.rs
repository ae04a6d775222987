//! Planted changes in the audit trail, and in the rows that decisions rest on, each made behind the
//! product's back and undone again: the verification must find every one (AU-01).

mod planted;
mod rows;

use db::{Db, DbError, Dialect, Tx};
use people::audit::{self, Entry, Noted, Verified};
use rig::Outcome;
use serde_json::json;
use testkit::World;

use crate::inside::{dice::Dice, in_world};
use crate::{Report, Setting};
use planted::{KINDS, Kind};

/// Entries of the trail in which is planted. A change is looked for in all of them.
const ENTRIES: i64 = 60;

/// What came of a transaction that is always undone.
enum Undone {
    Looked { is_found: bool, words: String },
    Failed(DbError),
}

impl From<DbError> for Undone {
    fn from(error: DbError) -> Self {
        Self::Failed(error)
    }
}

/// Plants, verifies, counts.
pub(crate) fn run(setting: &Setting) -> Outcome<Report> {
    let changes = setting.of(600, 4_000, 10_000);
    let mut report = Report::new();
    let (mut found, mut planted, mut missed) = (0_u64, 0_u64, Vec::new());
    for dialect in Dialect::ALL {
        let mut dice = Dice::of(setting.seed, &format!("audit {dialect}"));
        in_world(dialect, async |world| {
            let trail = Trail::make(world).await?;
            report.control(format!("nothing, on {dialect}"), "no fault", trail.is_clean().is_ok());
            let blind = trail.plant(&planted::NOTHING, &mut dice)?;
            report.control(
                format!("a change that changes nothing, on {dialect}"),
                "counted as not found",
                !blind.0,
            );
            for number in 0..changes / 2 {
                let place = usize::try_from(number).unwrap_or(0) % KINDS.len();
                let Some(kind) = KINDS.get(place) else { continue };
                let (is_found, words) = trail.plant(kind, &mut dice)?;
                planted += 1;
                if is_found {
                    found += 1;
                } else {
                    missed.push(format!("{dialect}: {}: {words}", kind.words));
                }
            }
            trail.is_clean()
        })?;
    }
    missed.dedup();
    report.figure("changes found", format!("{found} of {planted}"), "all", missed.is_empty());
    report.note("kinds of changes, each on both databases", KINDS.len());
    for words in missed.iter().take(10) {
        report.figure("not found", words, "found", false);
    }
    rows::run(setting, &mut report)?;
    Ok(report)
}

/// A trail with what was noted of it elsewhere.
struct Trail {
    db: Db,
    vendor_id: String,
    noted: Noted,
}

impl Trail {
    async fn make(world: &World) -> Outcome<Trail> {
        world
            .act(|cx| {
                for number in 0..ENTRIES {
                    let id = format!("acc_{number}");
                    let entry = Entry {
                        action: ["account.created", "account.changed"]
                            .get(usize::from(number % 2 == 1))
                            .copied()
                            .unwrap_or_default(),
                        object_kind: "account",
                        object_id: &id,
                        before: json!(null),
                        after: json!({ "name": format!("Company {number}") }),
                    };
                    audit::record(cx, &entry)?;
                }
                Ok(())
            })
            .await;
        // The details of one person were erased as the law asks: that is no fault.
        world.act(|cx| audit::erase_person(cx, "acc_7").map(|_| ())).await;
        let mut trail = Trail {
            db: world.app.db.clone(),
            vendor_id: world.vendor_id.as_str().to_owned(),
            noted: Noted { seq: 0, hash: String::new() },
        };
        trail.noted = trail.is_clean()?.note().ok_or("the trail is empty")?;
        Ok(trail)
    }

    fn is_clean(&self) -> Outcome<Verified> {
        let vendor_id = self.vendor_id.clone();
        let noted: Vec<Noted> =
            Some(self.noted.clone()).into_iter().filter(|noted| noted.seq > 0).collect();
        self.db
            .read_blocking(move |tx| audit::verify_since(tx, &vendor_id, &noted))
            .map_err(|error: DbError| error.to_string())?
            .map_err(|fault| format!("a clean trail: entry {}: {}", fault.seq, fault.words))
    }

    /// Whether the verification found it, and in which words.
    fn plant(&self, kind: &'static Kind, dice: &mut Dice) -> Outcome<(bool, String)> {
        let (vendor_id, noted) = (self.vendor_id.clone(), self.noted.clone());
        let draws = [dice.below(1_000), dice.below(1_000), dice.below(1_000)];
        let outcome: Result<(), Undone> = self.db.write_blocking(move |tx| {
            unlock(tx)?;
            let last = ENTRIES + 1;
            let at = |draw: Option<&u64>, most: i64| {
                let draw = i64::try_from(draw.copied().unwrap_or(0)).unwrap_or(0);
                1 + draw % most
            };
            let (one, other) = (at(draws.first(), last), at(draws.get(1), last - 1));
            let other = if other == one { last } else { other };
            let place = planted::Place { vendor_id: &vendor_id, one, other, last };
            (kind.plant)(tx, &place)?;
            let noted = if kind.fits_itself { vec![noted.clone()] } else { Vec::new() };
            let verdict = audit::verify_since(tx, &vendor_id, &noted)?;
            Err(Undone::Looked {
                is_found: verdict.is_err(),
                words: format!("entries {one} and {other}: {verdict:?}"),
            })
        });
        match outcome {
            Err(Undone::Looked { is_found, words }) => Ok((is_found, words)),
            Err(Undone::Failed(error)) => Err(format!("{}: {error}", kind.words)),
            Ok(()) => Err("a planted change was kept".to_owned()),
        }
    }
}

/// Takes the guards off, as whoever owns the database can.
fn unlock(tx: &mut Tx<'_>) -> Result<(), DbError> {
    tx.batch(match tx.dialect() {
        Dialect::Sqlite => {
            "DROP TRIGGER audit_entries_no_update; DROP TRIGGER audit_entries_no_delete;"
        }
        Dialect::Postgres => "ALTER TABLE audit_entries DISABLE TRIGGER ALL",
    })
}
