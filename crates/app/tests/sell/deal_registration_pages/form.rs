//! The form: its way when all is well, and when it is not.

use testkit::on_both;

use super::{GLOBEX, is_clean, register, with};

#[test]
fn dr_19_a_deal_is_registered_with_seven_fields_and_its_receipt_can_be_kept() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let form = north.seller.get("/registrations/new").await.is(200);
        is_clean(&form);
        let page = register(&north.seller).await;
        let shown = north.seller.get(&page).await.is(200);
        is_clean(&shown);
        let shown = shown.says("Globex GmbH").says("48,000.00").says("R-000001").says("Receipt");
        assert!(shown.text().contains("DR-19"));
        let receipt = north.seller.get(&format!("{page}/receipt")).await.is(200);
        assert!(receipt.header("content-disposition").contains("receipt-R-000001.json"));
        assert_eq!(receipt.json()["payload"]["number"], 1);
        north.seller.get("/registrations").await.is(200).says("Globex GmbH");
    });
}

#[test]
fn ux_01_a_form_with_faults_comes_back_with_its_input_and_names_each_field() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let fields = with(&[
            ("amount", "12.345"),
            ("contact_email", "nobody"),
            ("close_on", "2025-01-01"),
            ("need", "A new <platform>"),
        ]);
        let answer = north.seller.post("/registrations/new", &fields).await.is(422);
        is_clean(&answer);
        let text = answer
            .says("href=\"#f-amount\"")
            .says("href=\"#f-contact_email\"")
            .says("href=\"#f-close_on\"")
            .says("value=\"Globex GmbH\"")
            .says("value=\"12.345\"")
            .says("A new &lt;platform&gt;")
            .text();
        assert!(text.contains("Hank Scorpio on 18 December"));
        assert_eq!(world.count("SELECT COUNT(*) FROM deal_registrations").await, 0);
    });
}

#[test]
fn ux_01_an_empty_form_says_what_is_missing_and_links_to_it() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let fields = [("do", "submit"), ("product", "")];
        let answer = north.seller.post("/registrations/new", &fields).await.is(422);
        let _ = answer
            .says("href=\"#f-account_name\"")
            .says("href=\"#f-product\"")
            .says("href=\"#f-evidence_note\"");
    });
}

#[test]
fn dr_21_a_draft_is_filled_step_by_step_and_then_submitted() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let fields = [("account_name", "Globex GmbH"), ("product", ""), ("do", "draft")];
        let page =
            north.seller.post("/registrations/new", &fields).await.is(303).location().to_owned();
        north.seller.get(&page).await.is(200).says("A draft protects nothing").says("Continue");
        north.seller.get(&format!("{page}/edit")).await.is(200).says("value=\"Globex GmbH\"");
        north.seller.post(&format!("{page}/edit"), &GLOBEX).await.is(303);
        north.seller.get(&page).await.is(200).does_not_say("A draft protects nothing");
    });
}

#[test]
fn dr_18_the_field_answers_while_one_types_and_asks_only_for_whole_domains() {
    on_both(async |world| {
        let [north, south] = world.partners(["North", "South"]).await;
        let path = "/availability/check?account_domain=";
        south.seller.get(&format!("{path}globex")).await.is(200).says("full domain");
        assert_eq!(world.count("SELECT COUNT(*) FROM availability_questions").await, 0);
        let free = south.seller.get(&format!("{path}globex.com")).await.is(200).says("Available");
        is_clean(&free);
        let (_, _) = super::approved(&world, &north).await;
        south
            .seller
            .get(&format!("{path}globex.com"))
            .await
            .is(200)
            .says("Protected until 5 Apr 2026")
            .does_not_say("North");
        // Without script the same question is a page.
        south
            .seller
            .get("/availability?q=globex.com")
            .await
            .is(200)
            .says("protected until 5 Apr 2026")
            .does_not_say("North");
    });
}

#[test]
fn dr_13_a_refused_partner_reads_what_it_can_do_and_keeps_what_it_typed() {
    on_both(async |world| {
        let [holder, south] = world.partners(["Boreas", "South"]).await;
        let (_, manager) = super::approved(&world, &holder).await;
        let (partner, manages) = (south.id.clone(), manager.user_id.clone());
        world.expects_faults();
        world
            .act(move |cx| {
                cx.tx.execute(
                    "UPDATE partners SET manager_user_id = $1 WHERE partner_id = $2",
                    db::params![&manages, &partner],
                )?;
                Ok(())
            })
            .await;
        let refused = south.seller.post("/registrations/new", &GLOBEX).await.is(409);
        is_clean(&refused);
        refused
            .says("What you can do")
            .says("Save as draft")
            .says("href=\"/availability\"")
            .says("mailto:pam@acme.example")
            .says("value=\"Globex GmbH\"")
            .does_not_say("Boreas");
        let draft = with(&[("do", "draft")]);
        south.seller.post("/registrations/new", &draft).await.is(303).ok();
        // A check that says no offers the same; who may not register is offered nothing.
        let protected = south.seller.get("/availability?q=globex.com").await.is(200);
        let form = "href=\"/registrations/new?account_domain=globex.com\"";
        protected.says("Prepare a draft").says(form).says("mailto:pam@acme.example");
        let delivery = world.partner_user("del@south.example", &south.id, "delivery").await;
        let protected = delivery.get("/availability?q=globex.com").await;
        protected.does_not_say("Prepare a draft");
        // A form that no rule refused offers no way round it.
        south.seller.get("/registrations/new").await.is(200).does_not_say("What you can do");
    });
}

/// The one registration, as the API gives it.
async fn only(world: &testkit::World) -> serde_json::Value {
    let reader = world.api_key("", "registrations:read").await;
    let all = reader.get("/api/v1/deal-registrations").await.is(200).json();
    let id = all["data"][0]["id"].as_str().unwrap().to_owned();
    reader.get(&format!("/api/v1/deal-registrations/{id}")).await.is(200).json()
}

#[test]
fn ux_01_what_means_one_thing_only_is_taken_as_it_is_typed() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let fields = with(&[
            ("amount", "150.000,00 €"),
            ("contract_value", "1.5M"),
            ("close_on", "30 June 2026"),
            ("first_meeting_on", "18.12.2025"),
            ("account_country", "Deutschland"),
            ("quantity_core", "25"),
        ]);
        north.seller.post("/registrations/new", &fields).await.is(303);
        let deal = only(&world).await;
        assert_eq!(deal["amount"], serde_json::json!({ "minor": 15_000_000, "currency": "EUR" }));
        assert_eq!(deal["contract_value"]["minor"], 150_000_000);
        assert_eq!(deal["close_on"], "2026-06-30");
        assert_eq!(deal["first_meeting_on"], "2025-12-18");
        assert_eq!(deal["account_country"], "DE");
        assert_eq!(deal["products"][0]["quantity"], 25);
    });
}

#[test]
fn ux_01_a_form_that_comes_back_shows_the_normal_form_and_its_errors_in_their_order() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let fields = with(&[
            ("account_domain", "no domain"),
            ("contact_email", "nobody"),
            ("amount", "12.345"),
            ("close_on", "3/4/2026"),
            ("first_meeting_on", "5 Feb 2026"),
            ("contract_value", "150k"),
            ("account_country", "Germany"),
            ("contact_phone", "none"),
        ]);
        let answer = north.seller.post("/registrations/new", &fields).await.is(422);
        is_clean(&answer);
        let text = answer
            .says("can be read as 12345 or 12.345")
            .says("Expected order date: Enter a date as year-month-day")
            .says("First meeting: This date is in the future; today is 5 Jan 2026")
            .says("value=\"150000.00\"")
            .says("value=\"2026-02-05\"")
            .says("<option value=\"DE\" selected>")
            .says("<details class=\"fold\" open")
            .text();
        let places: Vec<usize> = [
            "account_domain",
            "contact_email",
            "amount",
            "close_on",
            "contact_phone",
            "first_meeting_on",
        ]
        .iter()
        .map(|field| text.find(&format!("href=\"#f-{field}\"")).expect(field))
        .collect();
        assert!(places.is_sorted(), "{places:?}");
    });
}

#[test]
fn dr_21_a_draft_that_somebody_else_changed_is_not_overwritten() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let fields = [("account_name", "Globex GmbH"), ("product", ""), ("do", "draft")];
        let page = north.seller.post("/registrations/new", &fields).await.is(303);
        let edit = format!("{}/edit", page.location());
        let shown = north.seller.get(&edit).await.is(200).says("name=\"version\" value=\"1\"");
        is_clean(&shown);
        let first = [("version", "1"), ("need", "One approval path"), ("do", "draft")];
        north.seller.post(&edit, &first).await.is(303);
        let second = [("version", "1"), ("need", "Three plants"), ("do", "draft")];
        let again = north.seller.post(&edit, &second).await.is(422);
        let _ = again.says("Someone else changed this").says("is now “One approval path”");
        // A quantity and a currency are told as well: their fields have names of their own.
        let first = [
            ("version", "2"),
            ("product", "core"),
            ("quantity_core", "3"),
            ("amount", "5000.00"),
            ("currency", "EUR"),
            ("do", "draft"),
        ];
        north.seller.post(&edit, &first).await.is(303);
        let other = first.map(|(name, text)| match name {
            "quantity_core" => (name, "1"),
            "currency" => (name, "USD"),
            _ => (name, text),
        });
        let again = north.seller.post(&edit, &other).await.is(422);
        let _ = again.says("Product lines is now").says("Expected revenue per year is now");
        let deal = only(&world).await;
        // What a form does not send stays as it is.
        assert_eq!(
            (&deal["need"], &deal["account_name"]),
            (&"One approval path".into(), &"Globex GmbH".into())
        );
    });
}

#[test]
fn dr_21_a_live_registration_shows_no_company_to_change_and_takes_none() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let (page, _) = super::approved(&world, &north).await;
        let edit = format!("{page}/edit");
        let shown = north.seller.get(&edit).await.is(200);
        let shown = shown.does_not_say("name=\"account_name\"").says("name=\"need\"");
        is_clean(&shown);
        north.seller.post(&edit, &[("need", "Three plants"), ("do", "amend")]).await.is(303);
        let deal = only(&world).await;
        assert_eq!(deal["need"], "Three plants");
        assert_eq!(
            (&deal["account_name"], &deal["products"][0]["code"]),
            (&"Globex GmbH".into(), &"core".into())
        );
        let other = [("account_name", "Initech AG"), ("do", "amend")];
        north.seller.post(&edit, &other).await.refused_by("DR-21");
    });
}

#[test]
fn dr_01_the_form_names_the_days_of_the_partners_own_tier() {
    on_both(async |world| {
        world
            .with_document(|document| {
                let own = domain::program::registration::RegistrationTerms {
                    validity_days: Some(120),
                    ..Default::default()
                };
                document.registration.by_tier.insert("registered".to_owned(), own);
            })
            .await;
        let north = world.partner("North").await;
        let form = north.seller.get("/registrations/new").await.is(200);
        let _ = form.says("protects the account for 120 days").does_not_say("90 days");
    });
}
