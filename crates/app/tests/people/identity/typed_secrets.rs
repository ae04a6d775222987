//! What somebody types as a secret is shown on no page, whichever form it was typed into.

use std::collections::BTreeSet;

use http::Method;
use testkit::{
    Caller, World, on_both,
    steps::identity::{code, secret_of},
};

use super::{PASSWORD, cookie, mailed_path, person_with_password, session};

const ANA: [(&str, &str); 2] = [("email", "ana@acme.example"), ("password", PASSWORD)];

/// The names of the fields of a page that hold a secret.
fn secret_fields(page: &str) -> impl Iterator<Item = String> {
    let inputs = page.split("<input ").skip(1).filter_map(|rest| rest.split('>').next());
    let secret = inputs.filter(|input| {
        input.contains("type=\"password\"")
            || input.contains("-password\"")
            || input.contains("one-time-code")
    });
    let names = secret.filter_map(|input| input.split(" name=\"").nth(1)?.split('"').next());
    names.map(str::to_owned).collect::<Vec<_>>().into_iter()
}

/// The page that a caller is shown here; empty where there is none for it.
async fn page(caller: &Caller, path: &str) -> String {
    let answer = caller.get(path).await;
    if answer.status == 200 { answer.text() } else { String::new() }
}

/// Every page of the product that needs no id, as these callers see it.
async fn pages_without_id(world: &World, callers: &[&Caller]) -> Vec<String> {
    let routes = world.app.table.routes().iter().filter(|route| route.method == Method::GET);
    let mut pages = Vec::new();
    for route in routes.filter(|at| !at.path.contains('{') && !at.path.starts_with("/api/")) {
        for caller in callers {
            pages.push(page(caller, route.path).await);
        }
    }
    pages
}

/// The pages that mails lead to: a new password and an invitation.
async fn mailed_pages(world: &World, ana: &Caller) -> [String; 2] {
    let nobody = world.anonymous();
    let _ = nobody.post("/password/forgotten", &[("email", "ana@acme.example")]).await.is(303);
    let fields = [("email", "ben@acme.example"), ("name", "Ben"), ("roles", "operations")];
    let _ = ana.post("/people", &fields).await.is(303);
    world.run_jobs().await;
    let password = page(&nobody, &mailed_path(world, "ana@acme.example").await).await;
    [password, page(&nobody, &mailed_path(world, "ben@acme.example").await).await]
}

/// The pages of a second factor: offered, on, and asked for at the next sign-in.
async fn factor_pages(world: &World, ana: &Caller) -> [String; 3] {
    let (path, nobody) = ("/settings/second-factor", world.anonymous());
    let _ = ana.post(path, &[]).await.is(303);
    let offered = page(ana, path).await;
    let present = code(world, &secret_of(world).await);
    let confirmation = format!("{path}/confirmation");
    let _ = ana.post(&confirmation, &[("one_time_code", &present)]).await.is(200);
    let on = page(ana, path).await;
    let begun = nobody.post("/sign-in", &ANA).await.is(303);
    let step = format!("sign-in-step={}", cookie(&begun, "sign-in-step").unwrap());
    [offered, on, page(&nobody.with_header("cookie", &step), begun.location()).await]
}

async fn pages(world: &World) -> Vec<String> {
    let north = world.partner("North").await;
    person_with_password(world, "ana@acme.example", "", "operations").await;
    let nobody = world.anonymous();
    let ana = world.with_session(&session(&nobody.post("/sign-in", &ANA).await.is(303)));
    let mut pages = pages_without_id(world, &[&ana, &north.admin, &nobody]).await;
    pages.extend(mailed_pages(world, &ana).await);
    pages.extend(factor_pages(world, &ana).await);
    pages
}

#[test]
fn id_01_no_page_repeats_what_was_typed_into_a_secret_field_of_any_form() {
    on_both(async |world| {
        let shown: Vec<String> = pages(&world).await;
        let mut names: BTreeSet<String> =
            shown.iter().flat_map(|page| secret_fields(page)).collect();
        let known = ["old_password", "one_time_code", "password"].map(str::to_owned);
        assert_eq!(names, BTreeSet::from(known));
        // Pages that were opened before an upgrade send these.
        names.extend(["old", "code"].map(str::to_owned));
        let finance = world.vendor_user("fin@acme.example", "finance").await;
        for name in names {
            let page = finance.post("/partners", &[(&name, "seven green bottles")]).await.is(403);
            let page = page.does_not_say("green bottles");
            let _ = page.does_not_say("What you entered");
        }
        // What is no secret is repeated, but not which button was pressed.
        let form = [("code", "sales-professional"), ("holder", "Ben"), ("do", "add")];
        let page = finance.post("/partners", &form).await.is(403).says("sales-professional");
        let _ = page.says("Ben").does_not_say("<dd>add");
    });
}

#[test]
fn id_01_a_password_page_opened_before_an_upgrade_goes_on_working() {
    on_both(async |world| {
        person_with_password(&world, "ana@acme.example", "", "operations").await;
        let ana = world.anonymous().post("/sign-in", &ANA).await.is(303);
        let ana = world.with_session(&session(&ana));
        let fields = [("old", PASSWORD), ("password", "eleven blue birds")];
        let _ = ana.post("/settings/password", &fields).await.is(303);
    });
}
