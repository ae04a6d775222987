//! From the embedded database to PostgreSQL and back, by one command each.

use rig::Outcome;
use rig::cluster::Cluster;

use crate::stand::{Home, Stand};
use crate::{Report, Setting};

/// Moves an installation whose server is stopped, there and back, several times in a row.
pub(super) fn run(
    stand: &Stand,
    home: &Home,
    setting: &Setting,
    report: &mut Report,
) -> Outcome<()> {
    let cluster = Cluster::start()?;
    let wanted = stand.run(home, &["verify"])?.good()?.value_of("content hash")?;
    let rounds: u64 = setting.of(1, 4, 20);
    let mut unequal = 0_u64;
    let mut from = home.clone();
    for round in 0..rounds {
        let server = stand.at(&cluster.new_database(&format!("moved_{round}"))?)?;
        let back = stand.fresh_folder()?;
        unequal += u64::from(moved(stand, &from, &server)? != wanted);
        // A backup of the server's database is a file of the embedded kind, with the same rows.
        let (file, content) = super::back_up(stand, &server)?;
        unequal += u64::from(content != wanted);
        super::remove(&file)?;
        unequal += u64::from(moved(stand, &server, &back)? != wanted);
        let verified = stand.run(&back, &["verify"])?.good()?;
        unequal += u64::from(verified.value_of("content hash")? != wanted);
        if from.url != home.url {
            Stand::forget(&from)?;
        }
        Stand::forget(&server)?;
        from = back;
    }
    report.note("moved to PostgreSQL, backed up there, and moved back", rounds);
    report.none("other contents on the way", unequal);
    Stand::forget(&from)
}

/// Moves all rows; the content at the target.
fn moved(stand: &Stand, from: &Home, to: &Home) -> Outcome<String> {
    let ran = stand.run(from, &["move", "--from", &from.url, "--to", &to.url])?.good()?;
    ran.value_of("content hash after")
}
