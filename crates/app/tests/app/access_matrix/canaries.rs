//! Every secret that acts as a person, made and then looked for wherever somebody else reads: every
//! page and resource, as everybody; every value of every table; a backup (ID-01, ID-04, OP-04).

use std::collections::BTreeSet;

use domain::{
    ids::{PartnerId, UserId},
    money::Money,
};
use http::Method;
use jiff::ToSpan;
use people::{
    identity::{
        self,
        links::{self, LinkPurpose, NewLink, Uses},
    },
    notifications::{self, Mail},
};
use sell::deal_registration::{
    Details, Product, ProgressInput, Source,
    actions::{Decide, Decision, SubmitNew},
};
use serde_json::json;
use testkit::{
    Caller, Manner, PostOffice, World, on_both_by_mail,
    steps::{
        deal_registration_pages::with,
        identity::{PASSWORD, code, cookie, person_with_password, secret_of, session},
    },
};

use super::{
    calls::call,
    cast::Cast,
    objects::{Objects, Whose},
    routes,
};

/// A secret, and what it is in words.
type Canary = (String, String);

/// The purposes of links that mails hold, as their addresses name them.
const MAILED: [&str; 8] = [
    "answer",
    "case-statement",
    "consent",
    "follow-up",
    "invitation",
    "password",
    "sign-in",
    "statement",
];

fn canary(what: &str, secret: &str) -> Canary {
    assert!(secret.len() >= 16, "{what}: {secret}");
    (what.to_owned(), secret.to_owned())
}

/// What a page shows between a beginning and the first sign that cannot be in a secret.
fn shown(page: &str, beginning: &str) -> String {
    let from = page.find(beginning).unwrap_or_else(|| panic!("no {beginning} in {page}"));
    page[from..].chars().take_while(|c| c.is_ascii_alphanumeric() || "/-_".contains(*c)).collect()
}

/// Makes mails with links of every purpose, the first of them refused by the mail server.
async fn mails(world: &World, cast: &Cast) {
    let _ = world.anonymous().post("/sign-in/link", &[("email", &cast.first.seller.email)]).await;
    let forgotten = [("email", cast.first.admin.email.as_str())];
    let _ = world.anonymous().post("/password/forgotten", &forgotten).await;
    let partner = PartnerId::parse(&cast.first.id).unwrap();
    let person = UserId::parse(&cast.first.seller.user_id).unwrap();
    world
        .act(move |cx| {
            let new = identity::NewUser {
                email: "new@north.example",
                name: "Ben Ito",
                partner_id: Some(&partner),
                roles: &["seller"],
                ..Default::default()
            };
            identity::invite(cx, &new)?;
            // Nothing in the product mails a statement yet.
            let link = links::promise(
                cx,
                &NewLink {
                    purpose: LinkPurpose::Statement,
                    user_id: Some(&person),
                    partner_id: Some(&partner),
                    subject_id: "stm_1",
                    uses: Uses::UntilExpiry,
                    expires_at: cx.now.saturating_add(240.hours()).unwrap(),
                },
            )?;
            let body = format!("Read it:\n{link}\n");
            let mail = Mail {
                to: "seller@north.example",
                subject: "A statement",
                body: &body,
                links: &[link],
                kind: "test",
            };
            notifications::mail(cx, &mail)?;
            let new = SubmitNew {
                partner_id: Some(partner.clone()),
                program_id: None,
                said: (
                    Details {
                        account_name: "Hooli KG".into(),
                        account_domain: "hooli.example".into(),
                        account_country: "DE".into(),
                        contact_email: "gavin@hooli.example".into(),
                        products: vec![Product { code: "core".into(), quantity: 1 }],
                        amount: Some(Money::parse("90000000 EUR").unwrap()),
                        close_on: Some("2026-06-30".parse().unwrap()),
                        evidence_note: "Met Gavin".into(),
                        ..Details::default()
                    },
                    ProgressInput::default(),
                ),
                source: Source::Portal,
            };
            let registration_id = new.run(cx)?.registration.registration_id;
            let decision = Decision::Return { note: "Who decides?".into() };
            Decide { registration_id, decision }.run(cx)?;
            Ok(())
        })
        .await;
    world.run_jobs().await;
    // A registration without activities is warned of, with a link to log one.
    world.travel_to("2026-01-22").await;
}

/// The secrets in everything that left by mail, or tried to.
fn mailed(post: &PostOffice) -> Vec<Canary> {
    let mut canaries = Vec::new();
    let mut purposes = BTreeSet::new();
    for letter in post.letters().into_iter().chain(post.refused()) {
        for link in letter.text.split("/links/").skip(1) {
            let (purpose, rest) = link.split_once('/').unwrap();
            purposes.insert(purpose.to_owned());
            let secret = rest.split_whitespace().next().unwrap();
            canaries.push(canary(&format!("{purpose} link to {}", letter.to), secret));
        }
    }
    assert_eq!(purposes.into_iter().collect::<Vec<_>>(), MAILED);
    assert!(!post.refused().is_empty());
    canaries
}

/// Keys by page and by API, a personal link that is used, a link of the console.
async fn printed(world: &World, cast: &Cast) -> Vec<Canary> {
    let admin = &cast.first.admin;
    let fields = [("name", "CRM sync"), ("scopes", "partners:read"), ("expires_at", "2026-04-04")];
    let page = admin.post("/api-keys", &fields).await.is(200).text();
    let mut canaries = vec![canary("key of a page", &shown(&page, "ent_"))];
    let maker = world.api_key(&cast.first.id, "api-keys:manage partners:read").await;
    let body = json!({ "name": "ERP", "scopes": ["partners:read"],
        "expires_at": "2026-06-01T00:00:00Z" });
    let made = maker.api("POST", "/api/v1/api-keys", &body).await.is(201).json();
    canaries.push(canary("key of the API", made["secret"].as_str().unwrap()));
    let page = cast.first.seller.post("/registrations/link", &[]).await.is(200).text();
    let path = shown(&page, "/links/register/");
    canaries.push(canary("personal link", path.rsplit('/').next().unwrap()));
    // Its pages repeat its address, also the ones that are kept for a repeated request.
    let deal =
        with(&[("account_name", "Vandelay Imports"), ("account_domain", "vandelay.example")]);
    let _ = world.anonymous().post(&path, &deal).await.is(200).says(&path);
    let seller = UserId::parse(&cast.first.seller.user_id).unwrap();
    let url = world.act(move |cx| identity::sign_in_link(cx, &seller)).await;
    canaries.push(canary("link of the console", url.rsplit('/').next().unwrap()));
    canaries
}

/// A person who sets up a second factor and signs in with it half way. The secret of the factor
/// comes first: codes are computed from it, so it is stored as it is.
async fn second_factor(world: &World) -> Vec<Canary> {
    person_with_password(world, "ana@acme.example", "", "operations").await;
    let fields = [("email", "ana@acme.example"), ("password", PASSWORD)];
    let first = session(&world.anonymous().post("/sign-in", &fields).await.is(303));
    let ana = world.with_session(&first);
    let here = "/settings/second-factor";
    let _ = ana.post(here, &[]).await.is(303);
    let secret = secret_of(world).await;
    let confirm = format!("{here}/confirmation");
    let _ = ana.post(&confirm, &[("one_time_code", "000000")]).await.is(422).says(&secret);
    let page = ana.post(&confirm, &[("one_time_code", &code(world, &secret))]).await.is(200);
    let mut canaries = vec![canary("secret of a second factor", &secret)];
    canaries.extend(recovery_codes(&page.text()).iter().map(|code| canary("recovery code", code)));
    assert_eq!(canaries.len(), 9);
    let answer = world.anonymous().post("/sign-in", &fields).await.is(303);
    canaries.push(canary("second step", &cookie(&answer, "sign-in-step").unwrap()));
    canaries.push(canary("session", &first));
    canaries
}

fn recovery_codes(page: &str) -> BTreeSet<String> {
    page.split(|c: char| !(c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'))
        .filter(|word| word.len() == 29 && word.split('-').all(|group| group.len() == 4))
        .map(str::to_owned)
        .collect()
}

/// Everything that anybody reads: the route, who, and the answer.
async fn everything_read(world: &World, cast: &Cast, objects: &Objects) -> Vec<(String, String)> {
    let mut read = Vec::new();
    let gets = routes(world).into_iter().filter(|route| route.method == Method::GET);
    for route in gets.collect::<Vec<_>>() {
        for principal in cast.principals() {
            if principal.is_key && !route.path.starts_with("/api/") {
                continue;
            }
            let path = objects.path(&route, Whose::Own);
            let answer = call(world, principal, &route.method, &path).await;
            read.push((format!("{} as {}", answer.asked, principal.name), whole(&answer)));
        }
    }
    let ops = world.vendor_user("watcher@acme.example", "operations").await;
    let chief = world.vendor_user("watching.chief@acme.example", "channel_chief").await;
    for path in listed(world, &ops).await {
        for caller in [&ops, &chief] {
            let answer = caller.get(&path).await;
            read.push((answer.asked.clone(), whole(&answer)));
        }
    }
    read
}

/// The body and the headers of an answer.
fn whole(answer: &testkit::Answer) -> String {
    format!("{:?}\n{}", answer.headers, answer.text())
}

/// Every mail, and every tab of the jobs.
async fn listed(world: &World, ops: &Caller) -> Vec<String> {
    let tabs = ["", "?show=waiting", "?show=running", "?show=schedules"];
    let mut paths: Vec<String> = tabs.iter().map(|tab| format!("/operations{tab}")).collect();
    paths.extend(["/operations/mails".to_owned(), "/operations/mails.csv".to_owned()]);
    let mails = world.app.db.read(|tx| {
        // Those with links first.
        tx.query("SELECT mail_id FROM mails ORDER BY LENGTH(links) DESC", &[], |row| row.text(0))
    });
    let mails = mails.await.unwrap_or_else(|error: db::DbError| panic!("{error}"));
    assert!(mails.len() >= MAILED.len());
    let first = format!("/operations/mails/{}", mails[0]);
    let _ = ops.get(&first).await.is(200).says("shown to its recipient only");
    paths.extend(mails.iter().map(|mail| format!("/operations/mails/{mail}")));
    paths
}

#[test]
fn id_01_id_04_op_04_a_secret_that_acts_as_a_person_is_read_by_nobody_else() {
    on_both_by_mail(async |world, post| {
        let cast = Cast::assemble(&world).await;
        let objects = Objects::make(&world, &cast).await;
        post.treats_next(&[Manner::Refuses, Manner::Refuses, Manner::HangsUp]);
        mails(&world, &cast).await;
        let factor = second_factor(&world).await;
        let (of_factor, more) = factor.split_first().unwrap();
        let mut canaries = mailed(&post);
        canaries.extend(printed(&world, &cast).await);
        canaries.extend(more.iter().cloned());

        let read = everything_read(&world, &cast, &objects).await;
        let stored = world.stored().await;
        let backup = world.backup().await;
        let backup = String::from_utf8_lossy(&backup);
        // What is looked through is what there is.
        let control = "Your sign-in link";
        assert!(read.iter().any(|(_, text)| text.contains(control)));
        assert!(stored.iter().any(|(_, text)| text == control) && backup.contains(control));

        let mut found = Vec::new();
        for (what, secret) in canaries.iter().chain([of_factor]) {
            let pages = read.iter().filter(|(_, text)| text.contains(secret));
            found.extend(pages.map(|(place, _)| format!("{what}: {place}")));
        }
        for (what, secret) in &canaries {
            let rows = stored.iter().filter(|(_, text)| text.contains(secret));
            found.extend(rows.map(|(place, _)| format!("{what}: {place}")));
            if backup.contains(secret.as_str()) {
                found.push(format!("{what}: backup"));
            }
        }
        let of_factor = stored.iter().filter(|(_, text)| text.contains(&of_factor.1));
        let of_factor = of_factor.filter(|(place, _)| place != "identity_users.totp_secret");
        found.extend(of_factor.map(|(place, _)| format!("secret of a second factor: {place}")));
        found.dedup();
        assert!(found.is_empty(), "{}", found.join("\n"));
    });
}
