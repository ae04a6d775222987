//! The pages of partners.

use testkit::on_both;

#[test]
fn pg_05_a_partner_is_added_enrolled_and_looked_after_through_pages() {
    on_both(async |world| {
        let pam = world.vendor_user("pam@acme.example", "partner_manager").await;
        let _ = pam.get("/partners").await.is(200).says("No partners yet");
        let _ = pam.get("/partners/new").await.is(200);
        let fields =
            [("name", ""), ("country", "XX"), ("domain", "not a domain"), ("status", "onboarding")];
        let _ = pam.post("/partners", &fields).await.is(422).says("company's name");
        let fields = [
            ("name", "North Cloud"),
            ("country", "DE"),
            ("status", "onboarding"),
            ("manager_user_id", pam.user_id.as_str()),
        ];
        let made = pam.post("/partners", &fields).await.is(303);
        let path = made.location().to_owned();
        let _ = pam.post("/partners", &fields).await.is(422).says("with this name");
        let _ = pam.get(&path).await.is(200).says("Enrol in Acme Partners").says("pam");
        let enrolment = format!("{path}/enrolments/{}", world.program_id);
        let _ = pam.get(&enrolment).await.is(200).says("Track");
        let fields = [("version", "1"), ("track", "reseller"), ("agreement_from_on", "2026-01-01")];
        let _ = pam.post(&enrolment, &fields).await.is(303);
        let _ = pam.get(&path).await.is(200).does_not_say("Enrol in").says("from");
        // Whoever saved a page that another has changed meanwhile is told so.
        let _ = pam.post(&enrolment, &fields).await.is(412);
    });
}

#[test]
fn pg_05_a_change_of_status_on_the_page_asks_for_a_reason_and_keeps_it() {
    on_both(async |world| {
        let north = world.partner("North Cloud").await;
        let pam = world.vendor_user("pam@acme.example", "partner_manager").await;
        let path = format!("/partners/{}", north.id);
        let fields = [
            ("version", "1"),
            ("name", "North Cloud GmbH"),
            ("status", "paused"),
            ("manager_user_id", pam.user_id.as_str()),
        ];
        let _ = pam.post(&path, &fields).await.is(422).says("Enter a short reason");
        let mut fields = fields.to_vec();
        fields.push(("reason", "First deal"));
        let _ = pam.post(&path, &fields).await.is(303);
        let _ = pam.get(&path).await.is(200).says("First deal").says("North Cloud GmbH");
        let _ = pam.get("/partners").await.is(200).says("North Cloud GmbH");
    });
}

#[test]
fn ux_01_the_list_is_exported_with_its_filter_and_without_formulas() {
    on_both(async |world| {
        let _ = world.partners(["Alder", "Birch"]).await;
        let pam = world.vendor_user("pam@acme.example", "partner_manager").await;
        let fields = [("name", "=cmd()"), ("status", "paused")];
        let _ = pam.post("/partners", &fields).await.is(303);
        let all = pam.get("/partners.csv").await.is(200);
        assert!(all.header("content-disposition").contains("partners.csv"));
        assert_eq!(all.text().lines().count(), 4);
        let some = pam.get("/partners.csv?status=paused").await.is(200).text();
        assert_eq!(some.lines().count(), 2);
        assert!(!some.contains(",=cmd"), "{some}");
    });
}

#[test]
fn id_02_a_partners_own_page_shows_its_company_and_who_looks_after_it() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let page = north.seller.get("/partner").await.is(200).says("North");
        let _ = page.does_not_say("Edit").does_not_say("External id").does_not_say("History");
        let rep = world.vendor_user("rep@acme.example", "direct_rep").await;
        let _ = rep.get("/partners").await.is(403);
        let _ = rep.get("/partner").await.is(404);
        let sales = world.vendor_user("dm@acme.example", "direct_manager").await;
        let _ = sales.get(&format!("/partners/{}", north.id)).await.is(200).does_not_say("Edit");
        let _ = sales.get("/partners/new").await.is(403);
    });
}
