//! The pages of direct sales.

use testkit::on_both;
use testkit::steps::deal_registration::approved;

use super::account_id;

#[test]
fn dr_05_a_rep_reads_why_it_was_stopped_and_asks_for_consent_from_there() {
    on_both(async |world| {
        let north = world.partner("North").await;
        approved(&world, &north, "Globex").await;
        let rep = world.vendor_user("rep@acme.example", "direct_rep").await;
        rep.get("/direct-opportunities").await.is(200).says("No direct opportunities");
        rep.get("/direct-opportunities/new").await.is(200).says("Record opportunity");
        let fields = [
            ("account", "Globex"),
            ("name", "Platform"),
            ("amount", "90000.00"),
            ("currency", "EUR"),
        ];
        rep.post("/direct-opportunities", &fields)
            .await
            .is(409)
            .says("Nothing was recorded")
            .says("Ask the partner for consent")
            .says("Propose co-sell")
            .says("Wait until")
            .does_not_say("North");
        let id: String = world
            .act(|cx| {
                Ok(cx
                    .tx
                    .query_one("SELECT refusal_id FROM direct_refusals", &[], |row| row.text(0))?)
            })
            .await;
        let here = format!("/direct-attempts/{id}");
        rep.get(&here).await.is(200).does_not_say("North");
        rep.post(&format!("{here}/consent"), &[("purpose", "")])
            .await
            .is(422)
            .says("What do you want to do");
        let asked =
            rep.post(&format!("{here}/consent"), &[("purpose", "A joint demo.")]).await.is(303);
        assert_eq!(asked.location(), here);
        // What was asked stands where the form was.
        rep.get(&here)
            .await
            .is(200)
            .says("Waiting for the partner's consent")
            .says("A joint demo.")
            .does_not_say("Ask the partner for consent")
            .says("Propose co-sell");
        rep.get("/availability?q=Globex")
            .await
            .is(200)
            .says("has asked for consent")
            .does_not_say("/availability/consent");
        let words = [("words", "We know their board.")];
        rep.post(&format!("{here}/co-sell"), &words).await.is(303).ok();
        rep.get(&here)
            .await
            .is(200)
            .says("Co-sell proposed")
            .does_not_say("What would you contribute");
        rep.get("/direct-attempts").await.is(200).says("Co-sell proposed");
        rep.get("/direct-attempts.csv").await.is(200).says("Globex").says("DR-05");
        rep.get("/direct-attempts?held=1").await.is(200).does_not_say("Co-sell proposed");
        // The other side of the house does not exist for a partner.
        north.admin.get("/direct-attempts").await.is(404).says("Not found");
    });
}

#[test]
fn an_opportunity_is_recorded_worked_and_won_on_pages() {
    on_both(async |world| {
        let operations = world.vendor_user("ops@acme.example", "operations").await;
        operations.post("/accounts", &[("name", "Initech AG")]).await.is(303).ok();
        let account = account_id(&world, "Initech").await;
        let rep = world.vendor_user("rep@acme.example", "direct_rep").await;
        rep.get(&format!("/direct-opportunities/new?account={account}"))
            .await
            .is(200)
            .says("Initech AG");
        let fields = [
            ("account_id", account.as_str()),
            ("name", ""),
            ("amount", "12.345"),
            ("currency", "EUR"),
        ];
        rep.post("/direct-opportunities", &fields).await.is(422).says("Enter a name");
        let fields = [
            ("account_id", account.as_str()),
            ("name", "Platform"),
            ("amount", "12.34"),
            ("currency", "EUR"),
            ("opened_on", "2025-12-01"),
        ];
        let made = rep.post("/direct-opportunities", &fields).await.is(303);
        let here = made.location().to_owned();
        let id = here.rsplit('/').next().unwrap();
        rep.get(&here).await.is(200).says("Initech AG").says("12.34");
        let call = [
            ("account_id", account.as_str()),
            ("opportunity_id", id),
            ("kind", "call"),
            ("note", "They liked it."),
        ];
        rep.post("/direct-activities", &call).await.is(303).ok();
        rep.get(&here).await.is(200).says("They liked it.");
        rep.post(&format!("{here}/closing"), &[("note", "?")])
            .await
            .is(422)
            .says("Choose an outcome");
        rep.post(&format!("{here}/closing"), &[("outcome", "won")]).await.is(303).ok();
        rep.get("/direct-opportunities?stage=won").await.is(200).says("Platform");
        rep.get("/direct-opportunities.csv").await.is(200).says("Initech AG").says("12.34");
        let mine = rep.get("/direct-opportunities?mine=1&q=PLAT&sort=-opened").await.is(200);
        let _ = mine.says("Platform");
        let none = rep.get("/direct-opportunities?mine=1&stage=open").await.is(200);
        let _ = none.says("No matches").does_not_say("Platform");
        let before = rep.get(&format!("/direct-opportunities?account={account}")).await.is(303);
        assert_eq!(before.location(), format!("/direct-opportunities?account_id={account}"));
        rep.get(&format!("/accounts/{account}")).await.is(200).says("Customer").says("Platform");
    });
}
