//! Many callers for one account at the same moment, through every door: one wins, the others learn
//! by which rule they did not (R7, DR-02).

mod callers;
mod verdict;

use std::collections::BTreeMap;

use db::Dialect;
use rig::Outcome;
use testkit::World;

use crate::inside::in_world;
use crate::{Report, Setting};
use callers::{Contest, Pump};
use verdict::Verdict;

/// Callers of one account.
const CALLERS: usize = 16;

/// Accounts that are contested at the same time.
const AT_ONCE: u64 = 4;

/// How an account is given away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// A clean submission is approved at once.
    AtOnce,
    /// People decide, several at the same moment.
    Decided,
}

/// What callers were told.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    calls: u64,
    /// Who got an account, by door.
    won: BTreeMap<&'static str, u64>,
    /// Refusals by rule.
    refused: BTreeMap<String, u64>,
    /// Answers that were neither.
    wrong: Vec<String>,
    five: u64,
}

impl Tally {
    fn add(&mut self, other: Tally) {
        self.calls += other.calls;
        self.five += other.five;
        self.wrong.extend(other.wrong);
        for (door, count) in other.won {
            *self.won.entry(door).or_default() += count;
        }
        for (rule, count) in other.refused {
            *self.refused.entry(rule).or_default() += count;
        }
    }
}

/// Contests accounts on both databases, half of them decided at once and half by people.
pub(crate) fn run(setting: &Setting) -> Outcome<Report> {
    let accounts = setting.of(8_u64, 160, 50_000);
    let mut report = Report::new();
    for dialect in Dialect::ALL {
        for mode in [Mode::AtOnce, Mode::Decided] {
            in_world(dialect, async |world| {
                contest(world, (mode, accounts / 4, setting.seed), &mut report).await
            })?;
        }
    }
    Ok(report)
}

async fn contest(
    world: &World,
    (mode, accounts, seed): (Mode, u64, u64),
    report: &mut Report,
) -> Outcome<()> {
    world
        .with_document(|document| {
            document.registration.auto_approve = mode == Mode::AtOnce;
            for tier in &mut document.tiers {
                tier.live_registrations = 100_000;
            }
        })
        .await;
    let contest = Contest::assemble(world, mode, seed).await;
    let (pump, mut waiting) = Pump::new();
    let told = async move {
        let mut tally = Tally::default();
        let mut first = 0;
        while first < accounts {
            let last = (first + AT_ONCE).min(accounts);
            for number in first..last {
                contest.start(number, &pump);
            }
            tally.add(contest.ended().await);
            forget_answers(world).await;
            first = last;
        }
        tally
    };
    let jobs = async {
        while let Some(done) = waiting.recv().await {
            world.run_jobs().await;
            // Whoever asked may be gone.
            done.send(()).ok();
        }
    };
    let (tally, ()) = tokio::join!(told, jobs);
    let verdict = Verdict::of(world).await?;
    tell(report, (world.dialect(), mode, accounts), &tally, &verdict);
    control(world, &verdict, report).await
}

/// The clock of a contest stands still, so the hour of which answers are counted never ends (DR-18).
async fn forget_answers(world: &World) {
    world.act(|cx| Ok(cx.tx.execute("DELETE FROM availability_questions", &[])?)).await;
}

fn tell(
    report: &mut Report,
    (dialect, mode, accounts): (Dialect, Mode, u64),
    tally: &Tally,
    verdict: &Verdict,
) {
    let how = match mode {
        Mode::AtOnce => "approved at once",
        Mode::Decided => "decided by people",
    };
    let on = format!("{dialect}, {how}: ");
    report.note(format!("{on}calls"), format!("{} for {accounts} accounts", tally.calls));
    let won: Vec<String> = tally.won.iter().map(|(door, n)| format!("{door} {n}")).collect();
    report.note(format!("{on}accepted by door"), won.join(", "));
    let by_rule: Vec<String> = tally.refused.iter().map(|(r, n)| format!("{r} {n}")).collect();
    report.note(format!("{on}refused, by rule"), by_rule.join(", "));
    let one = verdict.with_one_winner;
    report.figure(format!("{on}one winner"), one, accounts.to_string(), one == accounts);
    report.none(format!("{on}two winners"), verdict.with_two);
    report.none(format!("{on}no winner"), accounts.saturating_sub(one + verdict.with_two));
    report.none(format!("{on}accounts made twice"), verdict.made_twice);
    report.none(format!("{on}answers 5xx"), tally.five);
    report.none(format!("{on}deadlocks"), verdict.deadlocks);
    let wrong = u64::try_from(tally.wrong.len()).unwrap_or(u64::MAX);
    report.none(format!("{on}answers that name no rule"), wrong);
    for words in tally.wrong.iter().take(5) {
        report.figure("names no rule", words, "a rule", false);
    }
}

/// Without its unique index the database takes a second winner, which must be counted.
async fn control(world: &World, before: &Verdict, report: &mut Report) -> Outcome<()> {
    world
        .act(|cx| {
            cx.tx.batch("DROP INDEX deal_registrations_one_holder")?;
            let now = cx.now_micros();
            cx.tx.execute(
                "INSERT INTO deal_registrations (vendor_id, registration_id, number, partner_id, \
                 account_id, account_name, status, stage, currency, changed_at, version, \
                 holds_account, program_id, policy_version, track, tier, source, created_at) \
                 SELECT vendor_id, registration_id || 'x', number + 1000000, partner_id, \
                 account_id, account_name, status, stage, currency, $1, version, 1, program_id, \
                 policy_version, track, tier, source, $1 FROM deal_registrations \
                 WHERE holds_account = 1",
                db::params![now],
            )?;
            Ok(())
        })
        .await;
    let after = Verdict::of(world).await?;
    let found = after.with_two;
    report.control(
        "a second winner for each registered account",
        format!("{found} found"),
        found > 0 && found == before.registered,
    );
    Ok(())
}
