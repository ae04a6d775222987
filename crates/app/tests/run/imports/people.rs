use serde_json::json;
use testkit::on_both;

use super::{checked, findings, imported, importer};

#[test]
fn im_01_partners_are_made_enrolled_and_their_people_invited() {
    on_both(async |world| {
        world.vendor_user("pam.miller@acme.example", "partner_manager").await;
        let who = importer(&world).await;
        let file = "partner name,partner id,type,level,territory,pam,agreement start,country\n\
                    North IT,P-1,Reseller,Select,\"Germany, Austria, Switzerland\",\
                    pam.miller@acme.example,2025-03-01,Germany\n\
                    South IT,P-2,referral,,,,3.1.2025,FR\n";
        let bad = checked(&world, &who, ("partners", file.as_bytes()), json!({})).await;
        assert_eq!(bad["state"], "faulty");
        let found = findings(&who, &bad).await.to_string();
        assert!(found.contains("territory") || found.contains("agreement start"), "{found}");
        assert_eq!(world.count("SELECT COUNT(*) FROM partners").await, 0);
        let file = "partner name,partner id,type,level,territory,pam,agreement start,country\n\
                    North IT,P-1,Reseller,Select,dach;france,pam.miller@acme.example,\
                    2025-03-01,Germany\n\
                    South IT,P-2,referral,,,,2025-01-03,FR\n";
        let import = imported(&world, &who, ("partners", file.as_bytes()), json!({})).await;
        assert_eq!(import["report"]["made"], 2, "{import}");
        let again = imported(&world, &who, ("partners", file.as_bytes()), json!({})).await;
        assert_eq!(again["report"]["unchanged"], 2, "{again}");
        let people = "partner,email,name,role\nP-1,Ana@North.example,Ana Lopez,Partner admin\n\
                      South IT,sam@south.example,Sam Stone,\n";
        let import = imported(&world, &who, ("partner_users", people.as_bytes()), json!({})).await;
        assert_eq!(import["report"]["made"], 2, "{import}");
        let mails = world.mails_to("ana@north.example").await;
        assert_eq!(mails.len(), 1, "one invitation, although it was checked before");
        let wrong = "partner,email,name,role\nNobody,ana,Ana,boss\n".as_bytes();
        let import = checked(&world, &who, ("partner_users", wrong), json!({})).await;
        let columns: Vec<String> = findings(&who, &import)
            .await
            .as_array()
            .unwrap()
            .iter()
            .map(|found| found["column"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(columns, ["partner", "email", "role"]);
    });
}

#[test]
fn im_01_sales_teams_become_people_with_addresses_made_from_names() {
    on_both(async |world| {
        let who = importer(&world).await;
        let file = "sales_agent,manager,regional_office\nAnna Snelling,Dustin Brinkmann,Central\n\
                    Cecily Lampkin,Dustin Brinkmann,Central\n";
        let import = checked(&world, &who, ("vendor_users", file.as_bytes()), json!({})).await;
        assert_eq!(import["state"], "faulty");
        let settings = json!({ "email_domain": "acme.example", "without_invitation": true });
        let import = imported(&world, &who, ("vendor_users", file.as_bytes()), settings).await;
        assert_eq!(import["report"]["made"], 3, "{import}");
        let ops = world.vendor_user("olga@acme.example", "operations").await;
        let page = ops.get("/people").await.is(200);
        page.says("Anna Snelling").says("dustin.brinkmann@acme.example");
    });
}

#[test]
fn dr_10_a_registration_that_the_rules_refuse_is_a_fault_of_its_row() {
    on_both(async |world| {
        world.partner("North IT").await;
        let who = importer(&world).await;
        let file = "partner,account,website,product,amount,close date\n\
                    North IT,Globex GmbH,globex.example,core,12000,2025-01-01\n\
                    South IT,Initech,initech.example,core,12000,2026-06-30\n\
                    North IT,Umbrella,umbrella.example,rockets,12000,2026-06-30\n";
        let import = checked(&world, &who, ("registrations", file.as_bytes()), json!({})).await;
        assert_eq!(import["state"], "faulty");
        let found = findings(&who, &import).await;
        let lines: Vec<u64> =
            found.as_array().unwrap().iter().map(|f| f["line"].as_u64().unwrap()).collect();
        assert!(lines.contains(&2) && lines.contains(&3) && lines.contains(&4), "{found}");
        assert_eq!(world.count("SELECT COUNT(*) FROM deal_registrations").await, 0);
        assert_eq!(world.count("SELECT COUNT(*) FROM mails").await, 0, "a check tells nobody");
    });
}

#[test]
fn id_01_a_member_whose_host_was_kept_as_it_was_typed_is_not_invited_again() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let who = importer(&world).await;
        let ascii = "user@xn--mller-acme-9db.example";
        let staff = world.vendor_user(ascii, "operations").await;
        let seller =
            world.partner_user("uli@xn--mller-acme-9db.example", &north.id, "seller").await;
        world
            .act(|cx| {
                let sql = "UPDATE identity_users SET email = replace(email, $2, $3) \
                           WHERE vendor_id = $1";
                let vendor_id = cx.vendor();
                let hosts = ("xn--mller-acme-9db.example", "müller-acme.example");
                Ok(cx.tx.execute(sql, db::params![vendor_id.as_str(), hosts.0, hosts.1])?)
            })
            .await;
        let file = format!("email,name,role\n{ascii},Uli,operations\n");
        let import = imported(&world, &who, ("vendor_users", file.as_bytes()), json!({})).await;
        assert_eq!(import["report"]["unchanged"], 1, "{import}");
        let file = "partner,email,name,role\nNorth,uli@müller-acme.example,Uli,seller\n";
        let import = imported(&world, &who, ("partner_users", file.as_bytes()), json!({})).await;
        assert_eq!(import["report"]["unchanged"], 1, "{import}");
        for person in [staff, seller] {
            let _ = person.get("/settings").await.is(200);
        }
        assert_eq!(world.count("SELECT COUNT(*) FROM mails").await, 0, "nobody is invited");
    });
}
