//! Who has what in the end, asked of the database.

use std::collections::BTreeMap;

use db::{DbError, Dialect};
use rig::Outcome;
use testkit::World;

/// What became of the accounts.
#[derive(Debug, Default)]
pub(super) struct Verdict {
    /// Accounts that one registration holds, or that direct sales had first.
    pub(super) with_one_winner: u64,
    /// Accounts that two registrations hold.
    pub(super) with_two: u64,
    /// Accounts that a registration holds.
    pub(super) registered: u64,
    /// Companies that are more than one account.
    pub(super) made_twice: u64,
    /// Deadlocks that the server has seen in this database.
    pub(super) deadlocks: u64,
}

const HOLDERS: &str = "SELECT LOWER(account_name), COUNT(*) FROM deal_registrations \
    WHERE holds_account = 1 GROUP BY LOWER(account_name)";
const DIRECT: &str = "SELECT LOWER(a.name), COUNT(*) FROM direct_opportunities o JOIN accounts a \
    ON a.vendor_id = o.vendor_id AND a.account_id = o.account_id WHERE o.stage = 'open' \
    GROUP BY LOWER(a.name)";
const ACCOUNTS: &str = "SELECT LOWER(name), COUNT(*) FROM accounts GROUP BY LOWER(name)";
const DEADLOCKS: &str = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";

impl Verdict {
    /// Counts.
    pub(super) async fn of(world: &World) -> Outcome<Verdict> {
        let holders = counts(world, HOLDERS).await?;
        let direct = counts(world, DIRECT).await?;
        let mut verdict = Verdict {
            registered: u64::try_from(holders.len()).unwrap_or(u64::MAX),
            ..Verdict::default()
        };
        for count in holders.values() {
            if *count == 1 {
                verdict.with_one_winner += 1;
            } else {
                verdict.with_two += 1;
            }
        }
        // Direct sales was there before: every registration was refused.
        let first = direct.keys().filter(|name| !holders.contains_key(*name)).count();
        verdict.with_one_winner += u64::try_from(first).unwrap_or(u64::MAX);
        let accounts = counts(world, ACCOUNTS).await?;
        let twice = accounts.values().filter(|count| **count > 1).count();
        verdict.made_twice = u64::try_from(twice).unwrap_or(u64::MAX);
        if world.dialect() == Dialect::Postgres {
            verdict.deadlocks = u64::try_from(world.count(DEADLOCKS).await).unwrap_or(u64::MAX);
        }
        Ok(verdict)
    }
}

async fn counts(world: &World, sql: &'static str) -> Outcome<BTreeMap<String, i64>> {
    let rows =
        world.app.db.read(move |tx| tx.query(sql, &[], |row| Ok((row.text(0)?, row.int(1)?))));
    let rows: Vec<(String, i64)> = rows.await.map_err(|error: DbError| error.to_string())?;
    Ok(rows.into_iter().collect())
}
