//! The vendor that every story begins with. It is founded once per process and database; each story
//! gets a copy.

use app::migrations;
use db::{Db, Dialect, scratch::Scratch};
use domain::{
    ids::{IdSource, ProgramId, VendorId},
    program::Document,
};
use frame::{AppError, Clock, Cx, config::Config};
use jiff::{Timestamp, civil::date};

use crate::{
    kept::made,
    world::{ZONE, at},
};

/// The ids of the vendor and its program come from this seed, those of their rows from the next: no
/// node of a story uses either.
const IDS: [u8; 32] = [5; 32];
const ROWS: [u8; 32] = [6; 32];

/// A database of its own in which the vendor is founded.
pub(crate) struct Founded {
    pub(crate) scratch: Scratch,
    pub(crate) vendor_id: VendorId,
    pub(crate) program_id: ProgramId,
}

/// When stories begin: 5 January 2026, 09:00.
pub(crate) fn start() -> Timestamp {
    at(date(2026, 1, 5), 9)
}

/// A copy of the founded database.
pub(crate) fn copy(dialect: Dialect) -> Founded {
    let ids = IdSource::from_seed(IDS);
    let (vendor_id, program_id) = (VendorId::new(&ids, start()), ProgramId::new(&ids, start()));
    let scratch = Scratch::from_template(dialect, "world", |db| {
        let placement = app::placement::declared().expect("the placement");
        db.migrate_placed(migrations::ALL, &placement, 0)?;
        found(db, &vendor_id, &program_id);
        Ok(())
    });
    Founded { scratch, vendor_id, program_id }
}

fn found(db: &Db, vendor_id: &VendorId, program_id: &ProgramId) {
    let config = Config { seed: ROWS, ..Config::for_tests() };
    let app = app::open(db.clone(), Clock::still(start()), config).expect("an application");
    let (founder, acting, program_id) = (app.clone(), vendor_id.clone(), program_id.clone());
    let done = app.write_for_blocking(vendor_id, move |tx| {
        let mut cx = Cx::system(tx, &founder, acting.clone(), start());
        rows(&mut cx, &program_id)
    });
    done.unwrap_or_else(|error: AppError| panic!("{error}"));
}

/// The vendor and its program, in force since 2025.
fn rows(cx: &mut Cx<'_, '_>, program_id: &ProgramId) -> Result<(), AppError> {
    let long_ago = at(date(2025, 1, 2), 9).as_microsecond();
    let document = Document::default_document();
    let (source, fingerprint) = (document.to_toml(), document.fingerprint());
    let vendor_id = cx.vendor();
    cx.tx.execute(
        "INSERT INTO vendors (vendor_id, name, host, zone, created_at) \
         VALUES ($1, 'Acme', '', $2, $3)",
        db::params![vendor_id.as_str(), ZONE, long_ago],
    )?;
    cx.tx.execute(
        "INSERT INTO programs (vendor_id, program_id, name, created_at) \
         VALUES ($1, $2, 'Acme Partners', $3)",
        db::params![vendor_id.as_str(), program_id.as_str(), long_ago],
    )?;
    cx.tx.execute(
        "INSERT INTO program_versions (vendor_id, program_id, number, state, document, \
         fingerprint, drafted_by, drafted_at, approved_at, announced_at, effective_at) \
         VALUES ($1, $2, 1, 'announced', $3, $4, 'system', $5, $5, $5, $5)",
        db::params![vendor_id.as_str(), program_id.as_str(), &source, &fingerprint, long_ago],
    )?;
    made(cx, "program_versions", &[program_id.as_str(), "1"])?;
    people::audit::rows::begin(cx)?;
    cx.app.work.schedule(cx.tx, cx.now_micros())
}

#[cfg(test)]
mod tests {
    use crate::{World, on_both};

    #[test]
    fn a_story_begins_with_the_vendor_and_without_what_another_did() {
        on_both(async |world| {
            world.partner("North").await;
            let other = World::start(world.dialect()).await;
            assert_eq!(other.vendor_id, world.vendor_id);
            assert_eq!(other.count("SELECT COUNT(*) FROM programs").await, 1);
            assert_eq!(other.count("SELECT COUNT(*) FROM partners").await, 0);
            assert_eq!(world.count("SELECT COUNT(*) FROM partners").await, 1);
        });
    }
}
