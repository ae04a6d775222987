//! Who calls, and through which door.

use std::sync::{Arc, Mutex};

use db::DbError;
use frame::App;
use http::Method;
use rig::Outcome;
use serde_json::{Value, json};
use testkit::{Answer, Caller, Dialect, Node, Partner, World};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use super::{CALLERS, Mode, Tally};
use crate::inside::{deal, dice::Dice, product, unexpected, word};

/// Asks that the jobs be run which are due.
#[derive(Debug, Clone)]
pub(super) struct Pump(mpsc::UnboundedSender<oneshot::Sender<()>>);

impl Pump {
    /// The asking side, and where the requests arrive.
    pub(super) fn new() -> (Pump, mpsc::UnboundedReceiver<oneshot::Sender<()>>) {
        let (ask, waiting) = mpsc::unbounded_channel();
        (Pump(ask), waiting)
    }

    /// Returns once jobs have run that were due now.
    async fn run(&self) {
        let (done, told) = oneshot::channel();
        if self.0.send(done).is_ok() {
            told.await.ok();
        }
    }
}

/// What one caller was told.
enum Told {
    Accepted(&'static str),
    Refused(String),
    Wrong(String, bool),
}

/// The cast, and what is under way.
pub(super) struct Contest {
    app: Arc<App>,
    seed: u64,
    mode: Mode,
    partners: Vec<Partner>,
    importer: Caller,
    deciders: Vec<Caller>,
    // Lives as long as the callers that go through it.
    _second: Option<Node>,
    running: Mutex<Vec<JoinHandle<Vec<Told>>>>,
}

impl Contest {
    /// Sixteen partners; on a server every second one calls another node.
    pub(super) async fn assemble(world: &World, mode: Mode, seed: u64) -> Contest {
        let second = (world.dialect() == Dialect::Postgres).then(|| world.second_node());
        let mut partners = Vec::new();
        for number in 0..CALLERS {
            let mut partner = world.partner(&format!("Partner {number}")).await;
            if let Some(node) = second.as_ref().filter(|_| number % 2 == 1) {
                partner.key = node.seen_by(&partner.key);
                partner.seller = node.seen_by(&partner.seller);
            }
            partners.push(partner);
        }
        let key = world.decider().await;
        let other = world.decider().await;
        let other = second.as_ref().map_or(other.clone(), |node| node.seen_by(&other));
        let scopes = "imports:run accounts:read accounts:write direct:read direct:record \
                      registrations:read registrations:submit registrations:decide";
        Contest {
            app: world.app.clone(),
            seed,
            mode,
            partners,
            importer: world.api_key("", scopes).await,
            deciders: vec![key, other],
            _second: second,
            running: Mutex::default(),
        }
    }

    /// Sends sixteen callers for the account of that number.
    pub(super) fn start(&self, number: u64, pump: &Pump) {
        let company = Company::of(number);
        let mut partners: Vec<(usize, &Partner)> = self.partners.iter().enumerate().collect();
        let mut dice = Dice::of(self.seed.wrapping_add(number), "contest");
        dice.shuffle(&mut partners);
        // A file takes several calls: now and then the others come when it is about to be written.
        let is_late = dice.percent(30);
        let callers = partners.into_iter().map(|(place, partner)| {
            // With people who decide, direct sales wants only every second account.
            let with_crm = self.mode == Mode::AtOnce || number.is_multiple_of(2);
            let (partner, company) = (partner.clone(), company.clone());
            let (importer, pump) = (self.importer.clone(), pump.clone());
            let approved = self.mode == Mode::AtOnce;
            tokio::spawn(async move {
                if is_late && place % 8 < 6 {
                    pump.run().await;
                    pump.run().await;
                }
                match place % 8 {
                    0..=2 => by_api(&partner, &company).await,
                    3..=5 => by_page(&partner, &company).await,
                    7 if with_crm => {
                        by_import(&importer, &pump, "direct_opportunities", &company.in_crm(place))
                            .await
                    }
                    _ => {
                        let row = company.in_file(&partner, approved);
                        by_import(&importer, &pump, "registrations", &row).await
                    }
                }
            })
        });
        let callers: Vec<JoinHandle<Told>> = callers.collect();
        let deciders = self.deciders.clone();
        let (mode, name, app) = (self.mode, company.name.clone(), self.app.clone());
        let contest = tokio::spawn(async move {
            let mut told = gathered(callers).await;
            if mode == Mode::Decided {
                told.extend(decided(&app, &deciders, &name).await);
            }
            told
        });
        if let Ok(mut running) = self.running.lock() {
            running.push(contest);
        }
    }

    /// Waits for all that are under way, and counts.
    pub(super) async fn ended(&self) -> Tally {
        let running =
            self.running.lock().map_or_else(|_| Vec::new(), |mut list| std::mem::take(&mut *list));
        let mut tally = Tally::default();
        for contest in running {
            match contest.await {
                Ok(told) => told.into_iter().for_each(|told| tally.take(told)),
                Err(error) => tally.wrong.push(format!("a caller broke off: {error}")),
            }
        }
        tally
    }
}

impl Tally {
    fn take(&mut self, told: Told) {
        self.calls += 1;
        match told {
            Told::Accepted(door) => *self.won.entry(door).or_default() += 1,
            Told::Refused(rule) => *self.refused.entry(rule).or_default() += 1,
            Told::Wrong(words, is_five) => {
                self.five += u64::from(is_five);
                self.wrong.push(words);
            }
        }
    }
}

async fn gathered(callers: Vec<JoinHandle<Told>>) -> Vec<Told> {
    let mut told = Vec::with_capacity(callers.len());
    for caller in callers {
        let ended = caller.await;
        told.push(ended.unwrap_or_else(|error| Told::Wrong(error.to_string(), true)));
    }
    told
}

/// Approves everything that was accepted, all at the same moment.
async fn decided(app: &App, deciders: &[Caller], name: &str) -> Vec<Told> {
    let name = name.to_owned();
    let waiting = app.db.read(move |tx| {
        tx.query(
            "SELECT registration_id FROM deal_registrations WHERE account_name = $1",
            db::params![&name],
            |row| row.text(0),
        )
    });
    let ids: Vec<String> = match waiting.await {
        Ok(ids) => ids,
        Err(error) => {
            let error: DbError = error;
            return vec![Told::Wrong(error.to_string(), true)];
        }
    };
    let calls = ids.into_iter().zip(deciders.iter().cycle().cloned()).map(|(id, decider)| {
        tokio::spawn(async move {
            let path = format!("/api/v1/deal-registrations/{id}/decision");
            let answer = decider.api("POST", &path, &json!({ "decision": "approve" })).await;
            heard("decision", (&answer, 200))
        })
    });
    gathered(calls.collect()).await
}

/// What an answer of the API says; `expected` is the good status.
fn heard(door: &'static str, (answer, good): (&Answer, u16)) -> Told {
    let status = answer.status.as_u16();
    if status == good {
        return Told::Accepted(door);
    }
    let text = answer.text();
    let rule = serde_json::from_str::<Value>(&text).ok();
    let rule = rule.as_ref().map(|problem| word(problem, "rule").to_owned()).unwrap_or_default();
    if status == 409 && !rule.is_empty() {
        return Told::Refused(rule);
    }
    Told::Wrong(unexpected(&answer.asked, status, &text), status >= 500)
}

async fn by_api(partner: &Partner, company: &Company) -> Told {
    let body = deal(&company.name, &company.domain);
    let answer = partner.key.api("POST", "/api/v1/deal-registrations", &body).await;
    heard("api", (&answer, 201))
}

async fn by_page(partner: &Partner, company: &Company) -> Told {
    let mail = format!("ana@{}", company.domain);
    let product = product();
    let fields = [
        ("account_domain", company.domain.as_str()),
        ("account_name", &company.name),
        ("account_country", "DE"),
        ("contact_email", &mail),
        ("product", &product),
        ("amount", "48000"),
        ("currency", "EUR"),
        ("close_on", "2026-06-30"),
        ("evidence_note", "Met their head of purchasing, who asked for an offer"),
        ("do", "submit"),
    ];
    let answer = partner.seller.post("/registrations/new", &fields).await;
    let status = answer.status.as_u16();
    if status == 303 && answer.location().starts_with("/registrations/") {
        return Told::Accepted("portal");
    }
    let text = answer.text();
    let (_, said) = text.split_once("<main").unwrap_or(("", &text));
    match said.split("/rules#").nth(1).and_then(|rest| rest.split('"').next()) {
        Some(rule) if status == 409 => Told::Refused(rule.to_owned()),
        Some(_) | None => Told::Wrong(unexpected(&answer.asked, status, said), status >= 500),
    }
}

/// Sends a file of one row, checks it, writes it.
async fn by_import(importer: &Caller, pump: &Pump, kind: &'static str, file: &str) -> Told {
    let door = if kind == "registrations" { "import" } else { "crm" };
    let outcome = import(importer, pump, kind, file).await;
    match outcome {
        Ok(None) => Told::Accepted(door),
        Ok(Some(rule)) => Told::Refused(rule),
        Err(words) => Told::Wrong(words, false),
    }
}

/// `None` when the row was written, else the rule that refused it.
async fn import(importer: &Caller, pump: &Pump, kind: &str, file: &str) -> Outcome<Option<String>> {
    let path = format!("/api/v1/imports?kind={kind}&file_name=one.csv");
    let key = format!("{kind}-{}", frame::secrets::hash(file));
    let headers = [("idempotency-key", key.as_str()), ("content-type", "text/csv")];
    let sent = importer.send(Method::POST, &path, &headers, file.to_owned().into()).await;
    let id = good(&sent, 201)?;
    let path = format!("/api/v1/imports/{id}");
    good(&importer.api("POST", &format!("{path}/check"), &Value::Null).await, 202)?;
    let checked = settled(importer, pump, &path).await?;
    if word(&checked, "state") == "checked" {
        good(&importer.api("POST", &format!("{path}/run"), &Value::Null).await, 202)?;
        let written = settled(importer, pump, &path).await?;
        if word(&written, "state") == "done" {
            return Ok(None);
        }
    }
    let faults = importer.get(&format!("{path}/faults")).await.text();
    let rule = ["DR-02", "DR-13", "DR-04", "DR-05"].into_iter().find(|rule| faults.contains(rule));
    rule.map(|rule| Some(rule.to_owned())).ok_or(faults)
}

/// The import once nobody works on it any more.
async fn settled(importer: &Caller, pump: &Pump, path: &str) -> Outcome<Value> {
    for _ in 0..1_000 {
        pump.run().await;
        let import = importer.get(path).await.json();
        if !matches!(word(&import, "state"), "checking" | "running") {
            return Ok(import);
        }
    }
    Err(format!("{path} does not end"))
}

fn good(answer: &Answer, status: u16) -> Outcome<String> {
    if answer.status == status {
        Ok(word(&answer.json(), "id").to_owned())
    } else {
        Err(unexpected(&answer.asked, answer.status.as_u16(), &answer.text()))
    }
}

/// A company that nobody takes for another.
#[derive(Debug, Clone)]
struct Company {
    name: String,
    domain: String,
}

impl Company {
    fn of(number: u64) -> Company {
        const STARTS: [&str; 16] =
            ["b", "d", "f", "g", "h", "j", "k", "l", "m", "n", "p", "r", "s", "t", "v", "z"];
        const ENDS: [&str; 5] = ["a", "e", "i", "o", "u"];
        // Far numbers for near ones, so that names do not resemble each other.
        let mut left = (number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20;
        let mut next = |list: &[&'static str]| {
            let bound = u64::try_from(list.len()).unwrap_or(1).max(1);
            let place = usize::try_from(left % bound).unwrap_or(0);
            left /= bound;
            list.get(place).copied().unwrap_or("")
        };
        let syllables: Vec<String> =
            (0..6).map(|_| format!("{}{}", next(&STARTS), next(&ENDS))).collect();
        let (front, back) = (syllables.get(..3).unwrap_or(&[]), syllables.get(3..).unwrap_or(&[]));
        let (front, back) = (front.concat(), back.concat());
        let domain = format!("{front}-{back}{number}.com");
        Company { name: format!("{front} {back} {number}"), domain }
    }

    /// As a row of a file of registrations.
    fn in_file(&self, partner: &Partner, approved: bool) -> String {
        let decision = if approved { "approved" } else { "submitted" };
        format!(
            "partner,account_name,account_domain,account_country,contact_email,products,amount,\
             currency,close_on,evidence_note,decision\n\
             {},{},{},DE,ana@{},{},48000,EUR,2026-06-30,Met their buyer,{decision}\n",
            partner.name,
            self.name,
            self.domain,
            self.domain,
            product()
        )
    }

    /// As the CRM exports an opportunity.
    fn in_crm(&self, place: usize) -> String {
        format!(
            "external_id,account,account_domain,account_country,name,stage,opened_on,amount,\
             currency\n{}-{place},{},{},DE,First order,open,2025-12-01,1000,EUR\n",
            self.domain, self.name, self.domain
        )
    }
}
