//! Every main page in light and dark, wide and narrow, empty and full: axe finds nothing, the
//! console is silent, and nothing is wider than the page.

use std::sync::Arc;

use testkit::{Caller, Partner, World};

use crate::{
    browser::{Browser, Shape},
    stage::{Stage, journey},
    stories::{approved, nothing_by_itself, registered},
};

const OF_PARTNERS: &[&str] = &[
    "/",
    "/registrations",
    "/registrations/new",
    "/registrations/link",
    "/availability",
    "/availability?q=globex.com",
    "/rules",
    "/partner",
    "/people",
    "/people/new",
    "/api-keys",
    "/api-keys/new",
    "/service-identities",
    "/service-identities/new",
    "/inbox",
    "/search",
    "/settings",
    "/settings/sessions",
    "/nowhere",
];

const OF_VENDOR: &[&str] = &[
    "/",
    "/registrations",
    "/registrations/queue",
    "/registrations/refused",
    "/availability?q=globex.com",
    "/conflicts",
    "/direct-opportunities",
    "/direct-attempts",
    "/accounts",
    "/accounts/new",
    "/accounts/questions",
    "/accounts/duplicates",
    "/accounts/matching",
    "/program",
    "/partners",
    "/partners/new",
    "/people",
    "/imports",
    "/imports/new",
    "/operations",
    "/operations/mails",
    "/audit",
    "/settings/vendor",
    "/search?q=globex",
];

const OF_SALES: &[&str] =
    &["/", "/direct-opportunities/new", "/direct-activities/new", "/direct-attempts"];

/// The people whose pages are looked at.
struct People {
    admin: Caller,
    operations: Caller,
    rep: Caller,
}

impl People {
    async fn of(world: &World, partner: &Partner) -> Self {
        Self {
            admin: partner.admin.clone(),
            operations: world.vendor_user("tomasz.zielinski@acme.example", "operations").await,
            rep: world.vendor_user("lukas.steiner@acme.example", "direct_rep").await,
        }
    }
}

async fn look(browser: &Browser, (path, looks): (&str, &str), found: &mut Vec<String>) {
    browser.visit(path).await;
    let faults = browser.faults().await;
    // The console tells of the status of a page that is meant not to exist.
    let faults = faults.iter().filter(|one| !(path == "/nowhere" && one.contains("404")));
    found.extend(faults.map(|fault| format!("{path} ({looks}): {fault}")));
}

async fn sweep(stage: &Arc<Stage>, people: &People, (looks, more): (&str, &Pages)) {
    let mut found = Vec::new();
    for (width, shape) in [("1280", Shape::DESK), ("390", Shape::PHONE)] {
        let browser = stage.browser(shape).await;
        for (person, paths, own) in [
            (&people.admin, OF_PARTNERS, &more.of_partner),
            (&people.operations, OF_VENDOR, &more.of_vendor),
            (&people.rep, OF_SALES, &more.of_sales),
        ] {
            browser.sign_in(person).await;
            for path in paths.iter().copied().chain(own.iter().map(String::as_str)) {
                look(&browser, (path, &format!("{looks}, {width}")), &mut found).await;
            }
        }
    }
    assert!(found.is_empty(), "{} faults:\n{}", found.len(), found.join("\n"));
}

/// Pages of single things.
#[derive(Default)]
struct Pages {
    of_partner: Vec<String>,
    of_vendor: Vec<String>,
    of_sales: Vec<String>,
}

#[test]
fn ux_01_empty_pages_are_accessible_quiet_and_narrow_enough() {
    journey("sweep-empty", async |stage: Arc<Stage>| {
        let partner = stage.world().partner("North").await;
        let people = People::of(stage.world(), &partner).await;
        sweep(&stage, &people, ("empty", &Pages::default())).await;
    });
}

#[test]
fn ux_01_full_pages_are_accessible_quiet_and_narrow_enough() {
    journey("sweep-full", async |stage: Arc<Stage>| {
        let world = stage.world();
        nothing_by_itself(world).await;
        let [north, south] = world
            .partners(["Donaudampfschifffahrtselektrizitätengesellschaft Systemhaus", "South"])
            .await;
        let people = People::of(world, &north).await;
        registered(&south, "Globex", "globex.com").await;
        let page = approved(world, &north, ("Globex GmbH", "globex.com")).await;
        for number in 1..=8_u8 {
            let name = format!("Kraftfahrzeughaftpflichtversicherungsgesellschaft {number} AG");
            registered(&north, &name, &format!("kraft{number}.com")).await;
        }
        let attempt = stopped(&people.rep).await;
        world.run_jobs().await;
        let service = service_identity(&people.admin).await;
        let of_registration = ["", "/timeline", "/activities/new", "/withdrawal", "/edit"];
        let of_service = ["", "/edit", "/expiry", "/keys/new", "/ending"];
        let of_partner = of_registration.map(|part| format!("{page}{part}")).into_iter();
        let more = Pages {
            of_partner: of_partner
                .chain(of_service.map(|part| format!("{service}{part}")))
                .collect(),
            of_vendor: vec![page.clone(), format!("/partners/{}", north.id), attempt.clone()],
            of_sales: vec![attempt],
        };
        sweep(&stage, &people, ("full", &more)).await;
    });
}

/// The page of a service identity with a key.
async fn service_identity(admin: &Caller) -> String {
    let name = "Kundenbeziehungsmanagementsystem Produktionsumgebung";
    let fields = [("name", name), ("scopes", "registrations:read"), ("expires_at", "2026-04-04")];
    let page = admin.post("/service-identities", &fields).await.is(303).location().to_owned();
    let key =
        [("name", "Production"), ("scopes", "registrations:read"), ("expires_at", "2026-04-04")];
    let _ = admin.post(&format!("{page}/keys"), &key).await.is(200);
    page
}

/// Forms that are sent as they are found: what is missing is said at the fields.
const FORMS: [(&str, &[&str]); 3] = [
    (
        "admin",
        &[
            "/registrations/new",
            "/people/new",
            "/api-keys/new",
            "/service-identities/new",
            "/settings",
        ],
    ),
    ("operations", &["/accounts/new", "/partners/new", "/imports/new", "/settings/vendor"]),
    ("rep", &["/direct-opportunities/new", "/direct-activities/new"]),
];

/// Empties every field of the page's own form and sends it without the browser's checks.
const SEND_EMPTY: &str = "const form = document.querySelector('main form[method=post]'); \
    for (const one of form.querySelectorAll('input:not([type=hidden]), textarea')) { \
      if (one.type === 'checkbox' || one.type === 'radio') one.checked = false; \
      else if (one.type !== 'file') one.value = ''; } \
    form.noValidate = true; form.requestSubmit(); return null";

#[test]
fn ux_01_pages_that_refuse_are_accessible_quiet_and_narrow_enough() {
    journey("sweep-error", async |stage: Arc<Stage>| {
        let partner = stage.world().partner("North").await;
        let people = People::of(stage.world(), &partner).await;
        let mut found = Vec::new();
        for (width, shape) in [("1280", Shape::DESK), ("390", Shape::PHONE)] {
            let browser = stage.browser(shape).await;
            for (who, paths) in FORMS {
                let person = match who {
                    "admin" => &people.admin,
                    "operations" => &people.operations,
                    _ => &people.rep,
                };
                browser.sign_in(person).await;
                for path in paths {
                    browser.visit(path).await;
                    browser.run(SEND_EMPTY).await;
                    browser.find("[role=alert], [aria-invalid=true]").await;
                    let faults = browser.faults().await;
                    // The console tells of the status of a refusal, which is one.
                    let faults = faults.iter().filter(|one| !one.contains("status of 4"));
                    found.extend(faults.map(|one| format!("{path} ({width}): {one}")));
                }
            }
        }
        assert!(found.is_empty(), "{} faults:\n{}", found.len(), found.join("\n"));
    });
}

/// A rep who was stopped; the page of the attempt.
async fn stopped(rep: &Caller) -> String {
    let fields =
        [("account", "Globex GmbH"), ("name", "Platform"), ("amount", "90"), ("currency", "EUR")];
    rep.post("/direct-opportunities", &fields).await.is(409).says("Nothing was recorded");
    let list = rep.get("/direct-attempts").await.is(200).text();
    let from = list.find("/direct-attempts/att_");
    let tail = list.get(from.expect("an attempt")..).expect("a path");
    tail.chars().take_while(|c| *c != '"').collect()
}
