//! Hostile files at every door that takes files: each is refused with words that name the file or
//! the line, nothing is left of it, and the process does not swell.

mod archive;
mod files;

use db::Dialect;
use http::Method;
use rig::{Outcome, procstat};
use testkit::{Answer, Caller, World};

use crate::inside::{deal, in_world, unexpected, word};
use crate::{Report, Setting};
use files::{Hostile, archives, no_evidence, odd, texts};

/// The kinds of files that imports take.
const KINDS: [&str; 6] = [
    "accounts",
    "direct_opportunities",
    "partners",
    "partner_users",
    "vendor_users",
    "registrations",
];

/// How much the process may grow while it reads any of them, in MiB.
const MOST_GROWTH: u64 = 700;

/// What is in the tables that an upload could leave something in.
const KEPT: &str = "SELECT (SELECT COUNT(*) FROM imports) + (SELECT COUNT(*) FROM import_contents) \
    + (SELECT COUNT(*) FROM accounts) + (SELECT COUNT(*) FROM partners) \
    + (SELECT COUNT(*) FROM identity_users) + (SELECT COUNT(*) FROM deal_registrations) \
    + (SELECT COUNT(*) FROM deal_registration_files) + (SELECT COUNT(*) FROM conflict_files) \
    + (SELECT COUNT(*) FROM jobs_queue) + (SELECT COUNT(*) FROM audit_entries)";

/// Sends all of them, at the small scale to one kind of import and at larger ones to each.
pub(crate) fn run(setting: &Setting) -> Outcome<Report> {
    let kinds = setting.of(1, KINDS.len(), KINDS.len());
    in_world(Dialect::Sqlite, async |world| {
        let mut doors = Doors::open(world).await?;
        let before = peak()?;
        let kept = world.count(KEPT).await;
        for hostile in texts().into_iter().chain(archives()?) {
            for kind in KINDS.iter().take(kinds) {
                doors.import(kind, &hostile).await;
            }
            doors.import_page(&hostile).await;
        }
        for (name, content) in no_evidence()? {
            doors.evidence(name, &content).await;
        }
        let left = world.count(KEPT).await - kept;
        let growth = (peak()?.saturating_sub(before)) / 1_024;
        let mut report = Report::new();
        report.note("hostile files sent, over all doors", doors.sent);
        report.none(
            "taken, or refused without saying why",
            doors.faults.len().try_into().unwrap_or(u64::MAX),
        );
        for fault in doors.faults.iter().take(10) {
            report.figure("not refused well", fault, "refused", false);
        }
        report.figure("rows left behind", left, "0", left == 0);
        let bound = format!("at most {MOST_GROWTH} MiB");
        report.figure("the process grew by", format!("{growth} MiB"), bound, growth <= MOST_GROWTH);
        doors.read_odd(&mut report).await?;
        control(&mut doors, world, kept, &mut report).await;
        Ok(report)
    })
}

/// The most memory this process has used so far, in KiB.
fn peak() -> Outcome<u64> {
    procstat::memory_kib(std::process::id()).map(|(_, peak)| peak)
}

/// A good file, expected to be refused, must count as a fault, and what it leaves must be seen.
async fn control(doors: &mut Doors, world: &World, kept: i64, report: &mut Report) {
    let faults = doors.faults.len();
    let good = Hostile { what: "a good file", content: b"name\nGood\n".to_vec(), says: "empty" };
    doors.import("accounts", &good).await;
    doors.evidence("good.pdf", b"%PDF-1.7 good").await;
    let counted = doors.faults.len() - faults;
    report.control("good files, said to be hostile", format!("{counted} counted"), counted == 3);
    let left = world.count(KEPT).await - kept;
    report.control("what they leave behind", format!("{left} rows"), left > 0);
}

/// The doors, and what was wrong with an answer.
struct Doors {
    importer: Caller,
    operations: Caller,
    partner: Caller,
    registration: String,
    case: String,
    sent: u64,
    faults: Vec<String>,
}

impl Doors {
    async fn open(world: &World) -> Outcome<Doors> {
        let partner = world.partner("North").await;
        let body = deal("Globex", "globex-corp.com");
        let made = partner.key.api("POST", "/api/v1/deal-registrations", &body).await;
        let registration = word(&made.json(), "id").to_owned();
        let account = world
            .app
            .db
            .read(|tx| tx.query_one("SELECT account_id FROM accounts", &[], |row| row.text(0)));
        let account = account.await.map_err(|error: db::DbError| error.to_string())?;
        let own = registration.clone();
        let partner_id = partner.id.clone();
        let case = world.act(move |cx| open_case(cx, &account, &own, &partner_id)).await;
        let scopes = "registrations:read registrations:submit conflicts:take-part";
        Ok(Doors {
            importer: world.api_key("", "imports:run").await,
            operations: world.vendor_user("olga@acme.example", "operations").await,
            partner: world.api_key(&partner.id, scopes).await,
            registration,
            case,
            sent: 0,
            faults: Vec::new(),
        })
    }

    /// Refused with 413 or 422, in words that hold `says`.
    fn judge(&mut self, what: &str, says: &str, answer: &Answer) {
        self.sent += 1;
        let refused = matches!(answer.status.as_u16(), 413 | 422);
        if !refused || !answer.text().contains(says) {
            let text = answer.text();
            let (_, said) = text.split_once("<main").unwrap_or(("", &text));
            let words = unexpected(&answer.asked, answer.status.as_u16(), said);
            self.faults.push(format!("{what}: {words}"));
        }
    }

    async fn import(&mut self, kind: &str, hostile: &Hostile) {
        let path = format!("/api/v1/imports?kind={kind}&file_name=companies.csv");
        let key = format!("upload-{}", self.sent);
        let headers = [("idempotency-key", key.as_str()), ("content-type", "text/csv")];
        let content = hostile.content.clone().into();
        let answer = self.importer.send(Method::POST, &path, &headers, content).await;
        self.judge(hostile.what, hostile.says, &answer);
    }

    async fn import_page(&mut self, hostile: &Hostile) {
        let file = ("file", "companies.xlsx", hostile.content.as_slice());
        let answer = self.operations.upload("/imports", &[("kind", "accounts")], file).await;
        let says = if hostile.content.is_empty() { "file" } else { hostile.says };
        self.judge(hostile.what, says, &answer);
    }

    /// As a file of a registration and of a case.
    async fn evidence(&mut self, name: &str, content: &[u8]) {
        let paths = [
            format!("/api/v1/deal-registrations/{}/files?name={name}", self.registration),
            format!("/api/v1/conflicts/{}/evidence?name={name}", self.case),
        ];
        for path in paths {
            let key = format!("upload-{}", self.sent);
            let headers =
                [("idempotency-key", key.as_str()), ("content-type", "application/octet-stream")];
            let content = content.to_vec().into();
            let answer = self.partner.send(Method::POST, &path, &headers, content).await;
            self.judge(name, "file", &answer);
        }
    }

    /// Odd files are read, and nothing of this machine is in what was read.
    async fn read_odd(&mut self, report: &mut Report) -> Outcome<()> {
        for file in odd()? {
            let key = format!("odd {}", file.what).replace(' ', "-");
            let path = "/api/v1/imports?kind=accounts&file_name=odd.csv";
            let headers = [("idempotency-key", key.as_str()), ("content-type", "text/csv")];
            let answer =
                self.importer.send(Method::POST, path, &headers, file.content.into()).await;
            let text = answer.text();
            let is_read = if file.shows.is_empty() {
                // What it means is not decided here, but it may neither grow nor reach out.
                matches!(answer.status.as_u16(), 201 | 422) && !text.contains("hahahaha")
            } else {
                answer.status == 201 && text.contains(file.shows)
            };
            let is_closed = !text.contains("root:");
            report.figure(
                format!("odd: {}", file.what),
                answer.status.as_u16(),
                "read as text",
                is_read && is_closed,
            );
        }
        Ok(())
    }
}

fn open_case(
    cx: &mut frame::Cx<'_, '_>,
    account: &str,
    registration: &str,
    partner: &str,
) -> Result<String, frame::AppError> {
    use domain::ids::{AccountId, PartnerId, RegistrationId};
    use sell::conflicts::{CaseKind, NewCase, Party};
    let account_id = AccountId::parse(account).map_err(frame::AppError::internal)?;
    let registration_id = RegistrationId::parse(registration).map_err(frame::AppError::internal)?;
    let partner_id = PartnerId::parse(partner).map_err(frame::AppError::internal)?;
    let parties = [
        Party { partner_id: Some(&partner_id), registration_id: Some(&registration_id) },
        Party { partner_id: None, registration_id: None },
    ];
    let case = NewCase {
        kind: CaseKind::PartnerDirect,
        account_id: &account_id,
        asked: "Who works this account?",
        asked_of_partners: "What have you done there?",
        parties: &parties,
    };
    Ok(sell::conflicts::open(cx, &case)?.as_str().to_owned())
}
