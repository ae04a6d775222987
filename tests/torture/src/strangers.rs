//! Companies that look alike are registered by different partners: twins with similar names, and
//! companies whose sites lie with the same hosting firm. None may be taken for the other unless a
//! person said so; the same company must be recognised.

use db::{DbError, Dialect};
use jiff::SignedDuration;
use rig::Outcome;
use serde_json::{Value, json};
use testkit::{Partner, World};

use crate::inside::{deal, dice::Dice, in_world, unexpected, word};
use crate::{Report, Setting};

/// A company: its name, its domain, its country.
type Company = (String, String, &'static str);

const STEMS: [&str; 8] =
    ["Nordlicht", "Kestrel", "Alder", "Vandelay", "Tyrell", "Halcyon", "Meridian", "Solaris"];

/// Two words that make twins of two companies, each with what its domain ends in and its country.
const TWINS: [[(&str, &str, &str); 2]; 6] = [
    [("Energie Nord GmbH", "nord.de", "DE"), ("Energie Süd GmbH", "sued.de", "DE")],
    [("Bau GmbH", "bau-koeln.de", "DE"), ("Bau AG", "bau-zuerich.ch", "CH")],
    [("Logistics 1", "logistics-one.com", "US"), ("Logistics 7", "logistics-seven.com", "US")],
    [("Medical Ltd", "medical.co.uk", "GB"), ("Medicals Pty Ltd", "medicals.com.au", "AU")],
    [("Holding SA", "holding.fr", "FR"), ("Immobilier SA", "immobilier.fr", "FR")],
    [("Systems Inc", "systems.com", "US"), ("System Works Inc", "systemworks.com", "US")],
];

/// Hosting firms and site builders, as domains.
const HOSTS: [&str; 8] = [
    "github.io",
    "wixsite.com",
    "blogspot.com",
    "wordpress.com",
    "netlify.app",
    "pages.dev",
    "facebook.com",
    "linkedin.com",
];

/// How a pair was treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Treated {
    Apart,
    AsOne,
    /// The second was not accepted as typed, for another reason than the first.
    Refused,
}

#[derive(Debug, Default)]
struct Tally {
    pairs: u64,
    refused: u64,
    as_one: Vec<String>,
}

/// Registers pairs, and looks whose accounts are the same.
pub(crate) fn run(setting: &Setting) -> Outcome<Report> {
    let mut report = Report::new();
    let (mut twins, mut hosted) = (Tally::default(), Tally::default());
    for dialect in Dialect::ALL {
        let mut dice = Dice::of(setting.seed, &format!("strangers {dialect}"));
        in_world(dialect, async |world| {
            let [one, other] = [world.partner("North").await, world.partner("South").await];
            let by = (&one, &other);
            for number in 0..setting.of(12, 60, 240) {
                twins.take(world, by, twin(number, &mut dice)).await?;
                hosted.take(world, by, on_one_host(number, &mut dice)).await?;
            }
            let same = |domain: &str| ("Globex GmbH".to_owned(), domain.to_owned(), "DE");
            let found = treated(world, by, &[same("globex.de"), same("globex.de")]).await?;
            report.control(
                format!("one company twice, on {dialect}"),
                format!("{found:?}"),
                found == Treated::AsOne,
            );
            Ok(())
        })?;
    }
    for (what, tally) in [("twins", twins), ("on one host", hosted)] {
        report.note(format!("pairs, {what}"), tally.pairs);
        report.note(format!("of these not accepted, {what}"), tally.refused);
        for words in tally.as_one.iter().take(5) {
            report.figure(format!("taken for one company, {what}"), words, "none", false);
        }
        let count = u64::try_from(tally.as_one.len()).unwrap_or(1);
        report.none(format!("taken for one company without a person, {what}"), count);
    }
    Ok(report)
}

impl Tally {
    async fn take(
        &mut self,
        world: &World,
        by: (&Partner, &Partner),
        pair: [Company; 2],
    ) -> Outcome<()> {
        self.pairs += 1;
        match treated(world, by, &pair).await? {
            Treated::Apart => {}
            Treated::AsOne => self.as_one.push(format!("{pair:?}")),
            Treated::Refused => self.refused += 1,
        }
        Ok(())
    }
}

/// Both kinds of twins bear a stem that no other pair bears.
fn twin(number: usize, dice: &mut Dice) -> [Company; 2] {
    let stem = stem(number, dice);
    let [one, other] = TWINS.get(number % TWINS.len()).copied().unwrap_or_default();
    [one, other].map(|(name, domain, country)| {
        let domain = format!("{}-{domain}", stem.to_lowercase());
        (format!("{stem} {name}"), domain, country)
    })
}

/// Two companies with nothing in common but the firm that hosts them.
fn on_one_host(number: usize, dice: &mut Dice) -> [Company; 2] {
    let host = HOSTS.get(number % HOSTS.len()).copied().unwrap_or("");
    let with_name = dice.percent(50);
    ["Bakery", "Foundry"].map(|trade| {
        let stem = format!("{}{trade}", stem(number, dice));
        let domain =
            if with_name { format!("{}.{host}", stem.to_lowercase()) } else { host.to_owned() };
        (format!("{stem} Ltd"), domain, "GB")
    })
}

fn stem(number: usize, dice: &mut Dice) -> String {
    let stem = dice.pick(&STEMS).copied().unwrap_or("Alder");
    let letter = |at: usize| char::from(b'a' + u8::try_from(at % 26).unwrap_or(0));
    format!("{stem}{}{}", letter(number), letter(number / 26 + 3))
}

async fn treated(
    world: &World,
    (one, other): (&Partner, &Partner),
    pair: &[Company; 2],
) -> Outcome<Treated> {
    // Nobody asks too often within an hour.
    let later = world.app.clock.now().saturating_add(SignedDuration::from_mins(10));
    world.app.clock.set(later.map_err(|e| e.to_string())?);
    let [first, second] = pair;
    let Some(held) = account(world, one, first).await? else {
        return Ok(Treated::Refused);
    };
    match account(world, other, second).await? {
        Some(account) if account == held => Ok(Treated::AsOne),
        Some(_) => Ok(Treated::Apart),
        None => Ok(Treated::Refused),
    }
}

/// The account that a registration got; `None` when it was refused for what was typed. A refusal
/// because somebody holds the account counts as taken for the first.
async fn account(
    world: &World,
    partner: &Partner,
    (name, domain, country): &Company,
) -> Outcome<Option<String>> {
    let mut body = deal(name, domain);
    if let Some(members) = body.as_object_mut() {
        members.insert("account_country".to_owned(), Value::from(*country));
        members.insert("contact_email".to_owned(), json!("ana@contact-of-nobody.example"));
    }
    let answer = partner.key.api("POST", "/api/v1/deal-registrations", &body).await;
    match answer.status.as_u16() {
        201 => {}
        422 => return Ok(None),
        other => return Err(unexpected(name, other, &answer.text())),
    }
    let id = word(&answer.json(), "id").to_owned();
    let read = world.app.db.read_blocking(move |tx| {
        tx.query_one(
            "SELECT account_id FROM deal_registrations WHERE registration_id = $1",
            db::params![&id],
            |row| row.opt_text(0),
        )
    });
    let found = read.map_err(|error: DbError| error.to_string())?;
    // Without an account it waits for a person to say which it is.
    let found = found.filter(|account| !account.is_empty());
    Ok(Some(found.unwrap_or_else(|| format!("none yet for {name}"))))
}
