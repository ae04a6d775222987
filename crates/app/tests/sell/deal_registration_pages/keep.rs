//! Keeping an account: activities, renewal, consent, and the end.

use testkit::on_both;

use super::{approved, is_clean};

#[test]
fn dr_08_an_activity_is_logged_and_one_in_the_future_is_not() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let (page, _) = approved(&world, &north).await;
        world.travel_to("2026-01-15").await;
        let path = format!("{page}/activities/new");
        let late = [("kind", "call"), ("occurred_on", "2026-02-01"), ("note", "Called")];
        let refused = north.seller.post(&path, &late).await;
        assert!([409, 422].contains(&refused.status.as_u16()), "{}", refused.status);
        is_clean(&refused);
        let nothing = north.seller.post(&path, &[("note", "")]).await.is(422);
        let _ = nothing.says("href=\"#f-kind\"").says("href=\"#f-note\"");
        let done = [
            ("kind", "meeting"),
            ("occurred_on", "2026-01-15"),
            ("contact", "Hank"),
            ("note", "Demo agreed"),
        ];
        north.seller.post(&path, &done).await.is(303);
        north.seller.get(&page).await.is(200).says("Demo agreed").says("Hank");
    });
}

#[test]
fn dr_03_a_renewal_outside_of_its_days_is_refused_with_the_rule() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let (page, _) = approved(&world, &north).await;
        let refused = north.seller.post(&format!("{page}/renewal"), &[]).await.refused_by("DR-03");
        is_clean(&refused);
    });
}

/// What follows `beginning` in a page, up to the end of its attribute.
fn after(text: &str, beginning: &str) -> String {
    let rest = text.split(beginning).nth(1).unwrap();
    rest.chars().take_while(|c| *c != '"').collect()
}

#[test]
fn dr_05_direct_sales_asks_for_consent_and_the_partner_answers() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let (page, _) = approved(&world, &north).await;
        let rep = world.vendor_user("rep@acme.example", "direct_rep").await;
        let answer = rep.get("/availability?q=globex.com").await.is(200).says("Ask for consent");
        is_clean(&answer);
        let text = answer.does_not_say("North").text();
        let account_id = after(&text, "/availability/consent?account_id=");
        rep.get(&format!("/availability/consent?account_id={account_id}")).await.is(200);
        let fields = [("account_id", account_id.as_str()), ("purpose", "A security review")];
        rep.post("/availability/consent", &fields).await.is(303);
        rep.get("/").await.is(200).says("the partner has not answered");
        let home = north.seller.get("/").await.is(200).says("asks for your consent").text();
        let consent = after(&home, "/consents/");
        let path = format!("{page}/consents/{consent}");
        is_clean(&north.seller.get(&path).await.is(200).says("A security review"));
        north.seller.post(&path, &[]).await.is(422);
        north.seller.post(&path, &[("answer", "give"), ("until_on", "2026-02-28")]).await.is(303);
        rep.get("/").await.is(200).says("the partner consented").says("28 Feb 2026");
        north.seller.post(&path, &[("answer", "withdraw")]).await.is(303);
        north.seller.get(&page).await.is(200).says("Withdrawn");
    });
}

#[test]
fn dr_15_what_follows_is_said_before_a_deal_is_given_back() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let (page, _) = approved(&world, &north).await;
        let path = format!("{page}/withdrawal");
        north
            .seller
            .get(&path)
            .await
            .is(200)
            .says("Globex GmbH is free at once")
            .says("5 Apr 2026");
        north.seller.post(&path, &[("note", "Budget was cut")]).await.is(303);
        north.seller.get(&page).await.is(200).says("Withdrawn");
        let lost = format!("{page}/loss");
        let refused =
            north.seller.post(&lost, &[("reason", "price"), ("closed_on", "2026-01-05")]).await;
        assert_eq!(refused.status.as_u16(), 409, "{}", refused.text());
    });
}
