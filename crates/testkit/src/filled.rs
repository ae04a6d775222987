//! A database with so many partners and registrations and the keys to use it, for the benchmark and
//! for harnesses that call the binary from outside.

use std::{ops::Range, sync::Arc};

use app::migrations;
use db::{Db, Dialect, Durability, Options};
use domain::{
    folding::{folded, search_key},
    ids::{AccountId, ApiKeyId, PartnerId, ProgramId, RegistrationId, SessionId, UserId, VendorId},
    program::Document,
};
use frame::{AppError, Clock, Cx};
use frame::{config::Config, secrets};

use crate::kept::made;

const YEAR_MICROS: i64 = 365 * 24 * 3_600 * 1_000_000;

/// Registrations that one transaction makes.
const AT_ONCE: usize = 20_000;

/// Partners beyond these get neither a key nor a person.
const WITH_KEYS: usize = 64;

const WORDS: [&str; 40] = [
    "Alder", "Basalt", "Cobalt", "Delta", "Ember", "Falcon", "Garnet", "Harbor", "Indigo",
    "Juniper", "Kestrel", "Lumen", "Meadow", "Nimbus", "Onyx", "Prairie", "Quartz", "Ridge",
    "Summit", "Timber", "Umber", "Vector", "Willow", "Xenon", "Yarrow", "Zephyr", "Anchor",
    "Beacon", "Cedar", "Dune", "Eagle", "Forge", "Glacier", "Hollow", "Iron", "Jade", "Keystone",
    "Lantern", "Maple", "North",
];

/// What callers of a filled database need.
#[derive(Debug, Clone)]
pub struct Filled {
    /// API keys of the first 64 partners, in order.
    pub partner_keys: Vec<String>,
    /// An API key of the vendor.
    pub vendor_key: String,
    /// An API key of the partners' manager, who decides.
    pub decider_key: String,
    /// Session secrets of a seller of each of these partners.
    pub partner_sessions: Vec<String>,
    /// The session secret of a channel chief.
    pub vendor_session: String,
    /// The program, with room for any number of registrations.
    pub program_id: String,
}

/// Fills the empty database at `url` with so many partners and so many registrations, one in twenty
/// of them live. The first partner holds one in a hundred.
///
/// # Panics
/// When the database cannot be opened or is not empty.
pub fn fill(url: &str, partners: usize, registrations: usize) -> Filled {
    fill_vendors(url, 1, partners, registrations).pop().expect("a vendor")
}

/// The same for so many vendors, each with so many partners and registrations. The first answers to
/// any host.
///
/// # Panics
/// When the database cannot be opened or is not empty.
pub fn fill_vendors(
    url: &str,
    vendors: usize,
    partners: usize,
    registrations: usize,
) -> Vec<Filled> {
    let options = Options { durability: Durability::Off, ..Options::default() };
    let db = Db::open(url, options).expect("the database");
    let clock = Clock::machine();
    db.migrate(migrations::ALL, clock.now().as_microsecond()).expect("the schema");
    let mut config = Config::for_tests();
    config.seed = [9; 32];
    let app = app::open(db, clock, config).expect("the application");
    let now = app.clock.now();
    let mut made = Vec::with_capacity(vendors);
    for number in 0..vendors {
        let (told, vendor_id) = (app.clone(), VendorId::new(&app.ids, now));
        let acting = vendor_id.clone();
        let one = app.write_for_blocking(&vendor_id, move |tx| {
            if tx.dialect() == Dialect::Sqlite {
                // Millions of keys go into indexes in no order: their pages stay in memory.
                tx.batch("PRAGMA cache_size = -3000000")?;
            }
            let mut cx = Cx::system(tx, &told, acting.clone(), now);
            begin(&mut cx, &host(number), partners)
        });
        let one = one.unwrap_or_else(|error: AppError| panic!("{error}"));
        made.push(one.filled.clone());
        let begun = Arc::new(one);
        for first in (0..registrations).step_by(AT_ONCE) {
            let numbers = first..registrations.min(first + AT_ONCE);
            let (told, acting, begun) = (app.clone(), vendor_id.clone(), begun.clone());
            let some = app.write_for_blocking(&vendor_id, move |tx| {
                begun.register(&mut Cx::system(tx, &told, acting.clone(), now), numbers.clone())
            });
            some.unwrap_or_else(|error: AppError| panic!("{error}"));
        }
    }
    app.db.set_durability(Durability::Full).expect("durable");
    app.db.close();
    made
}

/// The host to which the vendor of this number answers.
fn host(number: usize) -> String {
    if number == 0 { String::new() } else { format!("vendor{number}.example") }
}

/// Makes a vendor that answers to this host, with so many partners and registrations.
pub(crate) fn make(
    cx: &mut Cx<'_, '_>,
    host: &str,
    (partners, registrations): (usize, usize),
) -> Result<Filled, AppError> {
    let begun = begin(cx, host, partners)?;
    begun.register(cx, 0..registrations)?;
    Ok(begun.filled)
}

/// A vendor with its partners.
struct Begun {
    program: ProgramId,
    tier: String,
    partners: Vec<PartnerId>,
    filled: Filled,
}

impl Begun {
    /// Makes the registrations of these numbers.
    fn register(&self, cx: &mut Cx<'_, '_>, numbers: Range<usize>) -> Result<(), AppError> {
        for number in numbers {
            // The first partner has one in a hundred, all of them live.
            let whose = if number % 100 == 0 { 0 } else { number % self.partners.len().max(1) };
            let partner = self.partners.get(whose).expect("a partner");
            registration(cx, (&self.program, partner), (number, &self.tier))?;
        }
        Ok(())
    }
}

fn begin(cx: &mut Cx<'_, '_>, host: &str, partners: usize) -> Result<Begun, AppError> {
    let (vendor, now) = (cx.vendor(), cx.now_micros());
    let v = vendor.as_str();
    cx.tx.execute(
        "INSERT INTO vendors (vendor_id, name, host, zone, created_at) \
         VALUES ($1, 'Acme', $2, 'Europe/Berlin', $3)",
        db::params![v, host, now],
    )?;
    people::audit::rows::begin(cx)?;
    let (program, tier) = program(cx)?;
    let manager = person(cx, "pam@acme.example", "", "partner_manager")?;
    let chief = person(cx, "chief@acme.example", "", "channel_chief")?;
    let mut ids = Vec::with_capacity(partners);
    let mut keys = Vec::new();
    let mut sessions = Vec::new();
    for number in 0..partners {
        let id = PartnerId::new(cx.ids(), cx.now);
        let name = format!("Partner {number}");
        cx.tx.execute(
            "INSERT INTO partners (vendor_id, partner_id, name, name_key, search_key, country, \
             status, manager_user_id, created_at) \
             VALUES ($1, $2, $3, $6, $7, 'DE', 'active', $4, $5)",
            db::params![
                v,
                id.as_str(),
                &name,
                &manager.0,
                now,
                folded(&name),
                search_key([name.as_str(), ""])
            ],
        )?;
        people::identity::open_side(cx, &id, &name)?;
        cx.tx.execute(
            "INSERT INTO partner_enrolments (vendor_id, program_id, partner_id, track, tier, \
             agreement_from, enrolled_at) VALUES ($1, $2, $3, 'reseller', $4, '2020-01-01', $5)",
            db::params![v, program.as_str(), id.as_str(), &tier, now],
        )?;
        made(cx, "partners", &[id.as_str()])?;
        made(cx, "partner_enrolments", &[program.as_str(), id.as_str()])?;
        if number < WITH_KEYS {
            keys.push(key(cx, id.as_str(), "")?);
            let email = format!("seller{number}@partner.example");
            sessions.push(person(cx, &email, id.as_str(), "seller")?.1);
        }
        ids.push(id);
    }
    let filled = Filled {
        partner_keys: keys,
        vendor_key: key(cx, "", "")?,
        decider_key: key(cx, "", &manager.0)?,
        partner_sessions: sessions,
        vendor_session: chief.1,
        program_id: program.as_str().to_owned(),
    };
    Ok(Begun { program, tier, partners: ids, filled })
}

/// A program with room for any number of registrations, and its lowest tier.
fn program(cx: &mut Cx<'_, '_>) -> Result<(ProgramId, String), AppError> {
    let (vendor, now) = (cx.vendor(), cx.now_micros());
    let v = vendor.as_str();
    let program = ProgramId::new(cx.ids(), cx.now);
    cx.tx.execute(
        "INSERT INTO programs (vendor_id, program_id, name, created_at) VALUES ($1, $2, 'P', $3)",
        db::params![v, program.as_str(), now],
    )?;
    let mut document = Document::default_document();
    for tier in &mut document.tiers {
        tier.live_registrations = 100_000;
    }
    document.availability.queries_per_hour = 3_600;
    cx.tx.execute(
        "INSERT INTO program_versions (vendor_id, program_id, number, state, document, \
         fingerprint, drafted_by, drafted_at, announced_at, effective_at) \
         VALUES ($1, $2, 1, 'announced', $3, $4, 'system', $5, $5, $6)",
        db::params![
            v,
            program.as_str(),
            document.to_toml(),
            document.fingerprint(),
            now,
            now - 3 * YEAR_MICROS
        ],
    )?;
    made(cx, "program_versions", &[program.as_str(), "1"])?;
    let tier = document.lowest_tier().map_or(String::new(), |tier| tier.code.clone());
    Ok((program, tier))
}

fn registration(
    cx: &mut Cx<'_, '_>,
    (program, partner): (&ProgramId, &PartnerId),
    (number, tier): (usize, &str),
) -> Result<(), AppError> {
    let (vendor, now) = (cx.vendor(), cx.now_micros());
    let account = AccountId::new(cx.ids(), cx.now);
    let id = RegistrationId::new(cx.ids(), cx.now);
    let word = |shift: usize| WORDS.get((number / shift) % WORDS.len()).copied().unwrap_or("");
    let (first, second, third) = (word(1), word(40), word(1_600));
    // Beyond the combinations of three words a fourth tells companies apart.
    let fourth = number / 64_000;
    let place = if fourth == 0 { String::new() } else { format!(" {}{fourth}", word(64_000)) };
    let name = format!("{first} {second} {third}{place} GmbH");
    let domain = format!("{first}-{second}-{number}.de").to_lowercase();
    cx.tx.execute(
        "INSERT INTO accounts (vendor_id, account_id, name, name_key, search_key, country, status, \
         created_at, updated_at) VALUES ($1, $2, $3, $4, $6, 'DE', 'prospect', $5, $5)",
        db::params![
            vendor.as_str(),
            account.as_str(),
            &name,
            channel::accounts::name_key(&name),
            now,
            folded(&name)
        ],
    )?;
    cx.tx.execute(
        "INSERT INTO account_domains (vendor_id, account_id, domain) VALUES ($1, $2, $3)",
        db::params![vendor.as_str(), account.as_str(), &domain],
    )?;
    let at = now - YEAR_MICROS + i64::try_from(number).unwrap_or(0) * 1_000_000;
    let live = number % 20 == 0;
    let (status, until) = if live { ("approved", "2099-01-01") } else { ("expired", "2025-01-01") };
    cx.tx.execute(
        "INSERT INTO deal_registrations (vendor_id, registration_id, number, partner_id, \
         account_id, account_name, search_key, account_domain, status, stage, amount_minor, currency, \
         close_on, submitted_at, ranked_at, protected_until, changed_at, version, holds_account, \
         program_id, policy_version, track, tier, source, created_at, approved_at, approved_on, \
         last_activity_on) VALUES ($1, $2, $3, $4, $5, $6, $14, $7, $8, 'qualified', 1200000, 'EUR', \
         '2099-01-01', $9, $9, $10, $9, 1, $11, $12, 1, 'reseller', $13, 'api', $9, $9, \
         '2025-01-01', '2025-01-01')",
        db::params![
            vendor.as_str(),
            id.as_str(),
            i64::try_from(number).unwrap_or(0) + 1,
            partner.as_str(),
            account.as_str(),
            &name,
            &domain,
            status,
            at,
            until,
            i64::from(live),
            program.as_str(),
            tier,
            folded(&name)
        ],
    )?;
    made(cx, "accounts", &[account.as_str()])?;
    made(cx, "deal_registrations", &[id.as_str()])
}

/// A key of a partner, or of the vendor; of a person where one is named.
fn key(cx: &mut Cx<'_, '_>, partner_id: &str, owner: &str) -> Result<String, AppError> {
    let (vendor, now) = (cx.vendor(), cx.now_micros());
    let (_, secret) = secrets::new_key_of(cx.ids(), &vendor);
    let id = ApiKeyId::new(cx.ids(), cx.now);
    let scopes = "registrations:read registrations:submit registrations:decide \
                  availability:read accounts:read program:read partners:read events:read";
    cx.tx.execute(
        "INSERT INTO identity_api_keys (vendor_id, key_id, secret_hash, prefix, name, partner_id, \
         scopes, created_by, created_at, expires_at, used_at, search_key, owner_user_id) \
         VALUES ($1, $2, $3, 'ent', 'Bench', $4, $5, 'system', $6, $7, $6, $8, $9)",
        db::params![
            vendor.as_str(),
            id.as_str(),
            secrets::hash(&secret),
            partner_id,
            scopes,
            now,
            now + YEAR_MICROS,
            search_key(["Bench", "ent"]),
            owner
        ],
    )?;
    Ok(secret)
}

fn person(
    cx: &mut Cx<'_, '_>,
    email: &str,
    partner_id: &str,
    role: &str,
) -> Result<(String, String), AppError> {
    let (vendor, now) = (cx.vendor(), cx.now_micros());
    let user = UserId::new(cx.ids(), cx.now);
    let session = SessionId::new(cx.ids(), cx.now);
    let secret = secrets::new_token_of(cx.ids(), &vendor);
    cx.tx.execute(
        "INSERT INTO identity_users (vendor_id, user_id, email, name, search_key, created_at) \
         VALUES ($1, $2, $3, $3, $3, $4)",
        db::params![vendor.as_str(), user.as_str(), email, now],
    )?;
    cx.tx.execute(
        "INSERT INTO identity_memberships (vendor_id, user_id, partner_id, roles, \
         joined_at, created_at) VALUES ($1, $2, $3, $4, $5, $5)",
        db::params![vendor.as_str(), user.as_str(), partner_id, role, now],
    )?;
    cx.tx.execute(
        "INSERT INTO identity_sessions (vendor_id, session_id, secret_hash, user_id, partner_id, \
         method, origin, agent, created_at, seen_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, 'link', '', '', $6, $7, $7)",
        db::params![
            vendor.as_str(),
            session.as_str(),
            secrets::hash(&secret),
            user.as_str(),
            partner_id,
            now,
            now + YEAR_MICROS
        ],
    )?;
    Ok((user.as_str().to_owned(), secret))
}
