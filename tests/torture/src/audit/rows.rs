//! Changes in rows that decisions rest on, made behind the product's back and undone again: each
//! must be found, and named with the row and the column (AU-01, DR-01, DR-19).

use db::{Db, DbError, Dialect};
use frame::AppError;
use rig::Outcome;
use run::operate::soundness::{self, Heads};
use serde_json::json;
use testkit::World;

use crate::inside::{deal, dice::Dice, in_world, unexpected, word};
use crate::{Report, Setting};

/// The companies of the registrations in which is planted.
const COMPANIES: [&str; 8] =
    ["Globex", "Initech", "Umbrella", "Hooli", "Vandelay", "Tyrell", "Cyberdyne", "Soylent"];

/// A kind of change.
struct Kind {
    /// What it does.
    words: &'static str,
    /// The statement; `ID` stands for a registration, `MICROS` for 1 to 300 days in microseconds,
    /// `DAY` for a day of a month, `KEEP` for so many receipts as stay.
    sql: &'static str,
    /// What the report must name besides the registration.
    named: &'static str,
}

const fn kind(words: &'static str, sql: &'static str, named: &'static str) -> Kind {
    Kind { words, sql, named }
}

/// No change at all, for the negative control.
static NOTHING: Kind = kind(
    "changes nothing",
    "UPDATE deal_registrations SET tier = tier WHERE registration_id = 'ID'",
    "tier",
);

/// All of them.
static KINDS: [Kind; 14] = [
    kind(
        "moves the submission back",
        "UPDATE deal_registrations SET submitted_at = submitted_at - MICROS \
         WHERE registration_id = 'ID'",
        "submitted_at is",
    ),
    kind(
        "moves the submission that counts back",
        "UPDATE deal_registrations SET ranked_at = ranked_at - MICROS WHERE registration_id = 'ID'",
        "ranked_at is",
    ),
    kind(
        "extends the protection",
        "UPDATE deal_registrations SET protected_until = '2031-01-DAY' \
         WHERE registration_id = 'ID'",
        "it should be",
    ),
    kind(
        "moves the approval and the protection alike",
        "UPDATE deal_registrations SET approved_at = approved_at + MICROS, \
         approved_on = '2031-01-DAY', protected_until = '2031-04-DAY' WHERE registration_id = 'ID'",
        "approved_on is",
    ),
    kind(
        "changes who decided",
        "UPDATE deal_registrations SET decided_by = 'user:usr_else' WHERE registration_id = 'ID'",
        "decided_by is",
    ),
    kind(
        "changes the tier at submission",
        "UPDATE deal_registrations SET tier = tier || 'x' WHERE registration_id = 'ID'",
        "tier is",
    ),
    kind(
        "gives it to another partner",
        "UPDATE deal_registrations SET partner_id = 'par_else' WHERE registration_id = 'ID'",
        "partner_id is",
    ),
    kind(
        "names another company",
        "UPDATE deal_registrations SET account_name = account_name || 'x' \
         WHERE registration_id = 'ID'",
        "fingerprint is",
    ),
    kind(
        "frees the account",
        "UPDATE deal_registrations SET holds_account = 0 WHERE registration_id = 'ID'",
        "holds_account is",
    ),
    kind(
        "cuts the last receipts",
        "DELETE FROM deal_registration_receipts WHERE number > KEEP",
        "receipts were removed",
    ),
    kind(
        "changes a number of the program document",
        "UPDATE program_versions SET document = REPLACE(document, 'validity_days = 90', \
         'validity_days = 1DAY')",
        "document is",
    ),
    kind(
        "changes the day of an activity",
        "UPDATE deal_registration_activities SET occurred_on = '2025-12-DAY' \
         WHERE registration_id = 'ID'",
        "occurred_on is",
    ),
    kind(
        "takes an activity out",
        "DELETE FROM deal_registration_activities WHERE registration_id = 'ID'",
        "the row is missing",
    ),
    kind(
        "takes the registration out",
        "DELETE FROM deal_registrations WHERE registration_id = 'ID'",
        "the row is missing",
    ),
];

/// What came of a transaction that is always undone.
enum Undone {
    Looked(Vec<String>),
    Failed(String),
}

impl From<DbError> for Undone {
    fn from(error: DbError) -> Self {
        Self::Failed(error.to_string())
    }
}

/// Plants, verifies, counts.
pub(super) fn run(setting: &Setting, report: &mut Report) -> Outcome<()> {
    let changes = setting.of(56, 280, 2_800);
    let (mut found, mut planted, mut missed) = (0_u64, 0_u64, Vec::new());
    for dialect in Dialect::ALL {
        let mut dice = Dice::of(setting.seed, &format!("rows {dialect}"));
        in_world(dialect, async |world| {
            let rows = Rows::make(world).await?;
            let untouched = rows.faults("")?;
            let words = format!("no row touched, on {dialect}");
            report.control(words, "no fault", untouched.is_empty());
            let (blind, _) = rows.plant(&NOTHING, &mut dice)?;
            report.control(
                format!("a change of a row that changes nothing, on {dialect}"),
                "counted as not found",
                !blind,
            );
            for number in 0..changes / 2 {
                let place = usize::try_from(number).unwrap_or(0) % KINDS.len();
                let Some(kind) = KINDS.get(place) else { continue };
                let (is_found, words) = rows.plant(kind, &mut dice)?;
                planted += 1;
                if is_found {
                    found += 1;
                } else {
                    missed.push(format!("{dialect}: {}: {words}", kind.words));
                }
            }
            Ok(())
        })?;
    }
    missed.dedup();
    let share = format!("{found} of {planted}");
    report.figure("changes of rows found and named", share, "all", missed.is_empty());
    report.note("kinds of changes of rows, each on both databases", KINDS.len());
    for words in missed.iter().take(10) {
        report.figure("not found", words, "found", false);
    }
    Ok(())
}

/// A world with registrations that were submitted, approved and worked.
struct Rows {
    db: Db,
    ids: Vec<String>,
}

impl Rows {
    async fn make(world: &World) -> Outcome<Rows> {
        let partner = world.partner("North").await;
        let decider = world.decider().await;
        let path = "/api/v1/deal-registrations";
        let mut ids = Vec::new();
        for name in COMPANIES {
            let body = deal(name, &format!("{}-corp.com", name.to_lowercase()));
            let made = partner.key.api("POST", path, &body).await;
            let id = word(&made.json(), "id").to_owned();
            let approval = format!("{path}/{id}/decision");
            let decided = decider.api("POST", &approval, &json!({ "decision": "approve" })).await;
            let call =
                json!({ "kind": "call", "occurred_on": "2026-01-05", "note": "They agree." });
            let logged = partner.key.api("POST", &format!("{path}/{id}/activities"), &call).await;
            for answer in [&made, &decided, &logged] {
                if !answer.status.is_success() {
                    return Err(unexpected(path, answer.status.as_u16(), &answer.text()));
                }
            }
            ids.push(id);
        }
        Ok(Rows { db: world.app.db.clone(), ids })
    }

    /// What the verification finds after a statement, which is undone.
    fn faults(&self, sql: &str) -> Outcome<Vec<String>> {
        let statement = sql.to_owned();
        let outcome: Result<(), Undone> = self.db.write_blocking(move |tx| {
            tx.batch(&statement)?;
            let found = soundness::examine(tx, &app::kept_tables(), &Heads::new())
                .map_err(|error: AppError| Undone::Failed(error.to_string()))?;
            Err(Undone::Looked(found.faults.into_iter().chain(found.differences.words).collect()))
        });
        match outcome {
            Err(Undone::Looked(words)) => Ok(words),
            Err(Undone::Failed(error)) => Err(format!("{sql}: {error}")),
            Ok(()) => Err("a planted change was kept".to_owned()),
        }
    }

    /// Whether the verification found it and named it, and in which words.
    fn plant(&self, kind: &Kind, dice: &mut Dice) -> Outcome<(bool, String)> {
        let at = dice.place(self.ids.len());
        let id = self.ids.get(at).ok_or("there is no registration")?;
        let days = dice.between(1, 300);
        let sql = kind
            .sql
            .replace("'ID'", &format!("'{id}'"))
            .replace("MICROS", &(days * 86_400_000_000).to_string())
            .replace("DAY", &format!("{:02}", dice.between(10, 28)))
            .replace("KEEP", &dice.place(self.ids.len()).to_string());
        let found = self.faults(&sql)?;
        // A cut or another document concerns several; the rest is named with its registration.
        let of_one = kind.sql.contains("'ID'");
        let names =
            |line: &String| line.contains(kind.named) && (!of_one || line.contains(id.as_str()));
        Ok((found.iter().any(names), format!("{sql}: {found:?}")))
    }
}
