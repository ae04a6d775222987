//! The database: reachable, at the right schema, whole; and the calendars in it.

use std::sync::Arc;

use channel::program;
use db::{Db, SchemaState, Tx};
use frame::{App, AppError, Cx};
use jiff::{Timestamp, ToSpan as _};
use people::identity;

use super::finding::Finding;
use crate::{
    commands::Failure,
    config::{Settings, sqlite_path},
    node, soundness,
};

const CHECK: &str = "database";

/// Opens the database and looks at it; without one that is up to date only what was found.
pub(super) fn opened(settings: &Settings, quick: bool) -> Result<(Db, Vec<Finding>), Vec<Finding>> {
    if let Some(path) = sqlite_path(&settings.database_url)
        && !path.exists()
    {
        return Err(vec![Finding::note(
            CHECK,
            format!("there is none at {} yet", path.display()),
            "`entente serve` creates it; if there should be one already, check data_dir \
             (ENTENTE_DATA_DIR)",
        )]);
    }
    let db = node::open(settings).map_err(|failure| {
        let words = match failure {
            Failure::Failed(words) | Failure::Wrong(words) => words,
            Failure::Told(_) => String::new(),
        };
        vec![Finding::fault(
            CHECK,
            words,
            "Check database_url (ENTENTE_DATABASE_URL), that the server is running, and that this \
             user has access to the file or database",
        )]
    })?;
    let mut findings = vec![schema(&db)?];
    findings.extend(distribution(&db));
    if quick {
        return Ok((db, findings));
    }
    match db.read_blocking(soundness::examine) {
        Ok(found) => findings.extend(whole(&found)),
        Err(error) => findings.push(Finding::fault(CHECK, error, RESTORE)),
    }
    Ok((db, findings))
}

const RESTORE: &str = "Stop the server, keep the damaged files, and restore the last good backup: \
                       docs/operate/backup.md";

const ROWS: &str = "Somebody changed the database outside the product: find out who, and decide \
                    what to do about the row: docs/operate/backup.md";

fn schema(db: &Db) -> Result<Finding, Vec<Finding>> {
    match db.check_schema(app::migrations::ALL) {
        Ok(SchemaState::Current) => {
            Ok(Finding::good(CHECK, format!("{} answers, the schema is current", db.dialect())))
        }
        Ok(SchemaState::Behind { pending }) => Err(vec![Finding::fault(
            CHECK,
            format!("{pending} migrations have not been applied"),
            "Make a backup, then run `entente migrate`",
        )]),
        Err(error) => Err(vec![Finding::fault(
            CHECK,
            error,
            "Run the version that created the schema, or a newer one",
        )]),
    }
}

/// How the tables lie on the servers of a distributed database; nothing for any other.
fn distribution(db: &Db) -> Option<Finding> {
    const CHECK: &str = "distribution";
    const FIX: &str =
        "Run `entente migrate`, which continues where it stopped: docs/operate/scale.md";
    let found = app::placement::declared().and_then(|placement| {
        db.read_blocking(move |tx| db::distribution(tx, &placement)).map_err(AppError::from)
    });
    match found {
        Ok(None) => None,
        Ok(Some(found)) if !found.is_whole() => {
            let few: Vec<&str> = found.misplaced.iter().map(String::as_str).take(3).collect();
            Some(Finding::fault(
                CHECK,
                format!(
                    "Citus {}: {} tables are not placed correctly ({}), {} references have yet to \
                     be restored",
                    found.version,
                    found.misplaced.len(),
                    few.join(", "),
                    found.waiting
                ),
                FIX,
            ))
        }
        Ok(Some(found)) => Some(Finding::good(
            CHECK,
            format!(
                "Citus {}: {} tables are distributed by vendor on {} servers",
                found.version, found.distributed, found.servers
            ),
        )),
        Err(error) => Some(Finding::fault(CHECK, error, FIX)),
    }
}

fn whole(found: &soundness::Soundness) -> Vec<Finding> {
    if found.is_sound() {
        let words = format!("{} rows and all chains are intact", found.all_rows());
        return vec![Finding::good(CHECK, words)];
    }
    let faults = found.faults.iter().map(|words| Finding::fault(CHECK, words, RESTORE));
    let rows = found.differences.words.iter().map(|words| Finding::fault(CHECK, words, ROWS));
    faults.chain(rows).collect()
}

/// Whether the holidays of each program in force are known for the next quarter.
pub(super) fn calendars(
    tx: &mut Tx<'_>,
    app: &Arc<App>,
    now: Timestamp,
) -> Result<Vec<Finding>, AppError> {
    let mut findings = Vec::new();
    for vendor in identity::vendors(tx)? {
        let mut cx = Cx::system(tx, app, vendor.vendor_id, now);
        cx.writes = false;
        // A vendor that has not announced a program yet has no calendar either.
        let Ok(program_id) = program::only_program(&mut cx) else {
            continue;
        };
        let Ok(in_force) = program::in_force(&mut cx, &program_id, now) else {
            continue;
        };
        let document = &in_force.document;
        let country = document.calendar.country;
        let today = now.to_zoned(document.time_zone()).date();
        let wanted = today.saturating_add(90.days());
        let known = document.calendar.known_until(country);
        if known.is_none_or(|until| until < wanted) {
            let until = known.map_or_else(
                || "none are known".to_owned(),
                |day| format!("they are known until {day}"),
            );
            findings.push(Finding::warning(
                "calendar",
                format!(
                    "program {} counts business days, but not all holidays of {country} are known: \
                     {until}",
                    document.name
                ),
                "Add next year's holidays to the program document under calendar.holidays",
            ));
        }
    }
    Ok(findings)
}
