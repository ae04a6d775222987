use serde_json::json;
use testkit::steps::deal_registration::decide;
use testkit::{on_both, on_each};

use super::{checked, findings, imported, importer};

#[test]
fn im_01_a_second_import_finds_the_same_companies_and_fills_what_is_empty() {
    on_each(async |world| {
        let who = importer(&world).await;
        let first = "id,company,website,country,industry\n\
                     1,Globex GmbH,globex.de,DE,\n\
                     2,Initech AG,,CH,technolgy\n";
        let import = imported(&world, &who, ("accounts", first.as_bytes()), json!({})).await;
        assert_eq!(import["report"]["made"], 2);
        let remarks = import["report"]["remarks"].to_string();
        assert!(remarks.contains("“technology” was probably meant"), "{remarks}");
        let second = "id,company,website,country,industry\n\
                      1,Globex Deutschland,globex.de,DE,Retail\n\
                      2,Initech AG,,CH,Software\n\
                      3,Umbrella,,GB,\n";
        let import = imported(&world, &who, ("accounts", second.as_bytes()), json!({})).await;
        let report = &import["report"];
        assert_eq!((&report["made"], &report["changed"]), (&json!(1), &json!(1)), "{report}");
        let globex = who.get("/api/v1/accounts?q=globex.de").await.is(200).json();
        assert_eq!(globex["data"][0]["name"], "Globex GmbH");
        assert_eq!(globex["data"][0]["industry"], "Retail");
        let initech = who.get("/api/v1/accounts?q=Initech").await.is(200).json();
        assert_eq!(initech["data"][0]["industry"], "technolgy", "what is known stays");
        let third = imported(&world, &who, ("accounts", second.as_bytes()), json!({})).await;
        assert_eq!(third["report"]["unchanged"], 3, "{third}");
        let over = json!({ "known_rows": "overwrite" });
        imported(&world, &who, ("accounts", second.as_bytes()), over).await;
        let initech = who.get("/api/v1/accounts?q=Initech").await.is(200).json();
        assert_eq!(initech["data"][0]["industry"], "Software");
    });
}

#[test]
fn im_01_rows_that_say_the_same_again_are_left_out_or_faults_as_wanted() {
    on_both(async |world| {
        let who = importer(&world).await;
        let file = "name,country\nGlobex GmbH,DE\nGLOBEX,DE\nGlobex,FR\n".as_bytes();
        let import = checked(&world, &who, ("accounts", file), json!({})).await;
        assert_eq!(
            (&import["state"], &import["report"]["left_out"]),
            (&json!("checked"), &json!(1))
        );
        let found = findings(&who, &import).await;
        assert_eq!(found[0]["line"], 3);
        assert!(found[0]["reason"].as_str().unwrap().contains("line 2"), "{found}");
        let strict = json!({ "equal_rows": "fault" });
        let import = checked(&world, &who, ("accounts", file), strict).await;
        assert_eq!(import["state"], "faulty");
    });
}

#[test]
fn im_01_parents_are_linked_whatever_the_order_and_circles_are_not() {
    on_both(async |world| {
        let who = importer(&world).await;
        let file = "name,parent account\nChild,Mother\nMother,Child\nOrphan,Nobody\nMe,Me\n";
        let import = imported(&world, &who, ("accounts", file.as_bytes()), json!({})).await;
        let remarks = import["report"]["remarks"].to_string();
        for words in ["below this company already", "is not an account", "is the company itself"] {
            assert!(remarks.contains(words), "{words}: {remarks}");
        }
        let linked = "SELECT COUNT(*) FROM accounts WHERE parent_account_id <> ''";
        assert_eq!(world.count(linked).await, 1);
    });
}

#[test]
fn ac_03_a_company_that_may_be_known_is_made_and_a_person_is_asked() {
    on_both(async |world| {
        world
            .with_document(|document| {
                (document.matching.sure_bp, document.matching.possible_bp) = (10_000, 3_000);
            })
            .await;
        let who = importer(&world).await;
        let first = "name,country,city\nMüller Maschinenbau GmbH,DE,Berlin\n\
                     Nordic Shipping Group,NO,Oslo\nPacific Solar Energy,US,Denver\n";
        imported(&world, &who, ("accounts", first.as_bytes()), json!({})).await;
        let second = "name,country,city\nMueller Maschinen AG,CH,Basel\n\
                      Nordic Ship Group,SE,Malmö\nPacific Solar Power,MX,Puebla\n\
                      Entirely Different Bakery,DE,Berlin\n";
        let import = imported(&world, &who, ("accounts", second.as_bytes()), json!({})).await;
        let report = &import["report"];
        let asked = world.count("SELECT COUNT(*) FROM account_questions").await;
        assert_eq!(report["asked"].as_i64().unwrap(), asked);
        assert!(asked >= 1, "{report}");
        let remarks = report["remarks"].to_string();
        assert!(remarks.contains("may already exist"), "{remarks}");
    });
}

#[test]
fn dr_05_an_open_opportunity_on_a_protected_account_is_held_back_and_history_passes() {
    on_both(async |world| {
        let north = world.partner("North IT").await;
        let who = importer(&world).await;
        let deals = "partner,account,website,contact,contact email,product,amount,close date,\
                     need,decision\n\
                     North IT,Globex GmbH,globex.example,Ana,ana@globex.example,core,12000,\
                     2026-06-30,A new system,approved\n";
        let import = imported(&world, &who, ("registrations", deals.as_bytes()), json!({})).await;
        assert_eq!(import["report"]["made"], 1, "{import}");
        // Whoever imports a deal does not approve it: a colleague does (DR-14).
        assert!(import.to_string().contains("a colleague has to approve it here"), "{import}");
        let list = who.get("/api/v1/deal-registrations").await.is(200).json();
        let id = list["data"][0]["id"].as_str().expect("an id").to_owned();
        let approve = json!({ "decision": "approve" });
        decide(&who, &id, approve.clone()).await.refused_by("DR-14");
        decide(&world.decider().await, &id, approve).await.is(200).ok();
        north.seller.get("/registrations").await.is(200).says("Globex GmbH");
        let file = "opportunity id,account,stage,opened,close date,amount\n\
                    a,Globex GmbH,Closed Won,2025-01-01,2025-03-01,500\n\
                    b,Globex GmbH,Negotiation,2026-01-02,,900\n\
                    c,Initech AG,Negotiation,2026-01-02,,900\n";
        let file = ("direct_opportunities", file.as_bytes());
        let import = imported(&world, &who, file, json!({})).await;
        let report = &import["report"];
        assert_eq!((&report["made"], &report["held"]), (&json!(2), &json!(1)), "{report}");
        let cases = world.count("SELECT COUNT(*) FROM conflict_cases").await;
        assert_eq!(cases, 1);
        let again = imported(&world, &who, file, json!({})).await;
        assert_eq!(again["report"]["made"], 0, "{again}");
        assert_eq!(world.count("SELECT COUNT(*) FROM conflict_cases").await, 1);
    });
}
