//! Who walks: one person of each role on either side of the small demo, and what they find beside
//! it.

use std::sync::Arc;

use domain::ids::{PartnerId, ProgramId, UserId};
use frame::{
    access::{PartnerRole, VendorRole},
    config::Config,
};
use people::identity::{self, SignInMethod};
use testkit::{Caller, Dialect, World};

/// The smallest demo in which every kind of case occurs.
const SMALL: demo::Options = demo::Options { seed: 5, accounts: 160, registrations: 120 };

/// Somebody who walks.
#[derive(Debug)]
pub(super) struct Walker {
    /// The role, for messages.
    pub name: String,
    /// The person, signed in.
    pub caller: Caller,
}

/// A world with the demo, and one of each role, signed in: people of the demo, who have work,
/// where there are some.
pub(super) async fn gather() -> (World, Vec<Walker>) {
    let config = Config { demo: true, ..Config::for_tests() };
    let mut world = World::configured(Dialect::Sqlite, config).await;
    // The vendor of other stories makes room: the demo's vendor answers to every host.
    world.tamper(|tx| {
        tx.execute("UPDATE vendors SET host = 'acme.example'", &[])?;
        Ok(())
    });
    let app = Arc::clone(&world.app);
    let seeded = tokio::task::spawn_blocking(move || demo::seed(&app, SMALL, &|_| {})).await;
    let seeded = seeded.expect("it ends").unwrap_or_else(|error| panic!("{error}"));
    world.vendor_id = seeded.vendor_id.clone();
    world.program_id = program_of(&world).await;
    let mut walkers = Vec::new();
    for role in VendorRole::ALL {
        walkers.push(walker(&world, "", role.word()).await);
    }
    let star = star(&world).await;
    for role in PartnerRole::ALL {
        walkers.push(walker(&world, &star, role.word()).await);
    }
    more(&world, &walkers).await;
    (world, walkers)
}

async fn program_of(world: &World) -> ProgramId {
    let vendor_id = world.vendor_id.clone();
    let id: String = read(world, move |tx| {
        let sql = "SELECT program_id FROM programs WHERE vendor_id = $1";
        tx.query_one_as(sql, db::params![vendor_id.as_str()])
    })
    .await;
    ProgramId::parse(&id).expect("a program")
}

/// The partner with the most registrations.
async fn star(world: &World) -> String {
    let vendor_id = world.vendor_id.clone();
    read(world, move |tx| {
        tx.query_one_as(
            "SELECT partner_id FROM deal_registrations WHERE vendor_id = $1 \
             GROUP BY partner_id ORDER BY COUNT(*) DESC, partner_id LIMIT 1",
            db::params![vendor_id.as_str()],
        )
    })
    .await
}

async fn read<T: Send + 'static>(
    world: &World,
    f: impl Fn(&mut db::Tx<'_>) -> Result<T, db::DbError> + Send + 'static,
) -> T {
    world.app.db.read(f).await.unwrap_or_else(|error: db::DbError| panic!("{error}"))
}

/// Somebody of the demo with this one role on this side, or a new person.
async fn walker(world: &World, partner_id: &str, role: &'static str) -> Walker {
    let (vendor_id, side) = (world.vendor_id.clone(), partner_id.to_owned());
    let known: Option<String> = read(world, move |tx| {
        tx.query_opt_as(
            "SELECT user_id FROM identity_memberships WHERE vendor_id = $1 AND partner_id = $2 \
             AND roles = $3 AND joined_at IS NOT NULL AND ended_at IS NULL \
             ORDER BY used_at DESC, user_id LIMIT 1",
            db::params![vendor_id.as_str(), &side, role],
        )
    })
    .await;
    let caller = match known {
        Some(user_id) => signed_in(world, &user_id, partner_id).await,
        None if partner_id.is_empty() => {
            world.vendor_user(&format!("{role}@walk.example"), role).await
        }
        None => world.partner_user(&format!("{role}@partner.example"), partner_id, role).await,
    };
    let side = if partner_id.is_empty() { "vendor" } else { "partner" };
    Walker { name: format!("{side} {role}"), caller }
}

async fn signed_in(world: &World, user_id: &str, partner_id: &str) -> Caller {
    let user_id = UserId::parse(user_id).expect("a person");
    let partner_id = PartnerId::parse(partner_id).ok();
    let session = world.act(move |cx| {
        identity::create_session(cx, &user_id, partner_id.as_ref(), SignInMethod::Demo)
    });
    world.with_session(&session.await.secret)
}

/// What the demo does not have: an import that was checked and one that was not, a draft of the
/// program, a service identity with a key.
async fn more(world: &World, walkers: &[Walker]) {
    let of = |name: &str| {
        let walker = walkers.iter().find(|walker| walker.name == name);
        &walker.expect("a role").caller
    };
    let operations = of("vendor operations");
    let content = "name;domain;country\nNew GmbH;new-one.example;DE\n;;XX\n";
    let file = ("file", "accounts.csv", content.as_bytes());
    let sent = operations.upload("/imports", &[("kind", "accounts")], file).await.is(303);
    operations.upload("/imports", &[("kind", "accounts")], file).await.is(303);
    let fields = [
        ("do", "check"),
        ("currency", "EUR"),
        ("map_name", "name"),
        ("map_domain", "domain"),
        ("map_country", "country"),
    ];
    operations.post(sent.location(), &fields).await.is(303);
    let (chief, home) = (of("vendor channel_chief"), format!("/program/{}", world.program_id));
    let document = domain::program::Document::default_document().to_toml();
    let draft = [("do", "save"), ("document", document.as_str()), ("note", "Next year")];
    chief.post(&format!("{home}/drafts"), &draft).await.is(303);
    let until = (world.app.clock.now() + jiff::SignedDuration::from_hours(24 * 30)).to_string();
    let service = [
        ("name", "Their CRM"),
        ("scopes", "registrations:read"),
        ("expires_at", until.get(..10).unwrap_or_default()),
    ];
    of("partner admin").post("/service-identities", &service).await.is(303);
    world.run_jobs().await;
}
