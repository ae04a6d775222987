//! The machine's clock is set back while deals are registered. Nothing that is stored later may look
//! older than what stands there: a registration is either refused with words, or ranks behind every
//! earlier one.

use db::{DbError, Dialect};
use jiff::SignedDuration;
use rig::Outcome;
use run::operate::soundness::{self, Heads};
use testkit::World;

use crate::inside::{deal, dice::Dice, in_world, unexpected};
use crate::{Report, Setting};

/// Partners who register in turn, so that none asks too often within an hour.
const PARTNERS: usize = 4;

/// What came of the registrations.
#[derive(Debug, Default)]
struct Tally {
    refused: u64,
    stored: u64,
    /// Accepted and not behind everything earlier, or refused and stored.
    wrong: Vec<String>,
}

/// Sets back, registers, compares.
pub(crate) fn run(setting: &Setting) -> Outcome<Report> {
    let mut report = Report::new();
    let mut tally = Tally::default();
    for dialect in Dialect::ALL {
        let mut dice = Dice::of(setting.seed, &format!("clock {dialect}"));
        in_world(dialect, async |world| {
            tally.on(world, &mut dice, setting.of(12, 60, 200)).await?;
            let faults = verified(world)?;
            report.figure(
                format!("faults in what was stored, on {dialect}"),
                faults,
                "0",
                faults == 0,
            );
            // A submission that is moved before the first must be seen.
            world.tamper(|tx| {
                tx.execute(
                    "UPDATE deal_registrations SET submitted_at = 5 WHERE number = \
                     (SELECT MAX(number) FROM deal_registrations)",
                    &[],
                )
                .map(|_| ())
            });
            let seen = !is_in_order(&submissions(world)?);
            report.control(format!("a submission moved back, on {dialect}"), seen, seen);
            Ok(())
        })?;
    }
    report.note("registrations stored", tally.stored);
    report.note("refused because the clock is behind", tally.refused);
    let some = tally.refused > 0 && tally.stored > 0;
    report.figure("some were refused and some stored", some, "true", some);
    for words in tally.wrong.iter().take(5) {
        report.figure("out of order", words, "none", false);
    }
    report.none("registrations out of order", u64::try_from(tally.wrong.len()).unwrap_or(1));
    Ok(report)
}

impl Tally {
    async fn on(&mut self, world: &World, dice: &mut Dice, rounds: u64) -> Outcome<()> {
        let mut partners = Vec::new();
        for number in 0..PARTNERS {
            partners.push(world.partner(&format!("Partner {number}")).await);
        }
        for round in 0..rounds {
            let before = world.app.clock.now();
            let seconds = match dice.below(4) {
                0 => 0,
                1 => dice.between(1, 5),
                2 => dice.between(6, 7_200),
                _ => dice.between(7_200, 400 * 86_400),
            };
            let back = SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(0));
            world.app.clock.set(before.saturating_sub(back).map_err(|e| e.to_string())?);
            let known = submissions(world)?;
            let at = usize::try_from(round).unwrap_or(0) % PARTNERS;
            let Some(partner) = partners.get(at) else { continue };
            let body = deal(&format!("Company{round}"), &format!("company{round}.com"));
            let answer = partner.key.api("POST", "/api/v1/deal-registrations", &body).await;
            let now = submissions(world)?;
            match answer.status.as_u16() {
                201 => {
                    self.stored += 1;
                    if now.len() != known.len() + 1 || !is_in_order(&now) {
                        self.wrong.push(format!("{seconds} s back: {now:?}"));
                    }
                }
                503 if answer.text().contains("behind the newest entry") => {
                    self.refused += 1;
                    if now != known {
                        self.wrong.push(format!("{seconds} s back: refused and stored"));
                    }
                }
                other => return Err(unexpected("a registration", other, &answer.text())),
            }
            let later = before.saturating_add(SignedDuration::from_mins(20));
            world.app.clock.set(later.map_err(|e| e.to_string())?);
        }
        Ok(())
    }
}

/// When the registrations were submitted, in the order in which they were stored.
fn submissions(world: &World) -> Outcome<Vec<i64>> {
    let read = world.app.db.read_blocking(|tx| {
        tx.query(
            "SELECT submitted_at FROM deal_registrations WHERE submitted_at IS NOT NULL \
             ORDER BY number",
            &[],
            |row| row.int(0),
        )
    });
    read.map_err(|error: DbError| error.to_string())
}

fn is_in_order(submissions: &[i64]) -> bool {
    submissions.is_sorted_by(|earlier, later| earlier < later)
}

fn verified(world: &World) -> Outcome<usize> {
    let found = world
        .app
        .db
        .read_blocking(|tx| soundness::examine(tx, &app::kept_tables(), &Heads::new()))
        .map_err(|error: frame::AppError| error.to_string())?;
    Ok(found.faults.len() + found.differences.count)
}
