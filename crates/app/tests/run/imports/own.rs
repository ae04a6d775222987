//! Files of the product itself, and letters that nobody sees.

use serde_json::{Value, json};
use testkit::{on_both, on_sqlite};

use super::{checked, findings, imported, importer};

#[test]
fn im_01_an_export_is_read_in_again_as_it_was() {
    on_both(async |world| {
        let who = importer(&world).await;
        let text = "name,country,city\n@Heim Netze GmbH,DE,+Ulm\n-Minus Kaelte KG,DE,Ulm\n\
                    Élan Systèmes SA,FR,Paris\n";
        imported(&world, &who, ("accounts", text.as_bytes()), Value::Null).await;
        let person = world.vendor_user("olga@acme.example", "operations").await;
        let file = person.get("/accounts.csv").await.is(200).text().clone();
        assert!(file.starts_with('\u{feff}') && file.contains("'@Heim Netze GmbH"), "{file}");
        let before = who.get("/api/v1/accounts").await.is(200).json();
        let import = imported(&world, &who, ("accounts", file.as_bytes()), Value::Null).await;
        assert_eq!(
            (&import["report"]["rows"], &import["report"]["unchanged"]),
            (&json!(3), &json!(3))
        );
        let after = who.get("/api/v1/accounts").await.is(200).json();
        assert_eq!(before, after);
        let names: Vec<&str> = after["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["name"].as_str().unwrap())
            .collect();
        assert!(
            names.contains(&"@Heim Netze GmbH") && names.contains(&"-Minus Kaelte KG"),
            "{names:?}"
        );
        assert_eq!(world.count("SELECT COUNT(*) FROM account_external_ids").await, 0);
        // A row with a name that was changed in between is still the account of its id.
        let renamed = file.replace("Élan Systèmes SA", "Elan Software SARL");
        let import = imported(&world, &who, ("accounts", renamed.as_bytes()), Value::Null).await;
        assert_eq!(
            (&import["report"]["made"], &import["report"]["changed"]),
            (&json!(0), &json!(1))
        );
        assert_eq!(world.count("SELECT COUNT(*) FROM accounts").await, 3);
    });
}

#[test]
fn im_01_ids_of_another_installation_are_no_ids_of_the_crm() {
    on_both(async |world| {
        let who = importer(&world).await;
        let text = "id,name,domain,country,city,industry,status\r\n\
                    acc_00000000000000000000000001,'@Heim Netze GmbH,,DE,'+Ulm,,prospect\r\n\
                    acc_00000000000000000000000002,'-Minus Kaelte KG,,DE,Ulm,,prospect\r\n";
        let import = imported(&world, &who, ("accounts", text.as_bytes()), Value::Null).await;
        assert!(import["report"]["remarks"].to_string().contains("acc_"), "{import}");
        let list = who.get("/api/v1/accounts").await.is(200).json();
        let cities: Vec<&Value> =
            list["data"].as_array().unwrap().iter().map(|row| &row["city"]).collect();
        assert!(cities.contains(&&json!("+Ulm")) && cities.len() == 2, "{list}");
        assert_eq!(world.count("SELECT COUNT(*) FROM account_external_ids").await, 0);
    });
}

#[test]
fn im_01_letters_that_nobody_sees_are_faults_in_every_column() {
    on_sqlite(async |world| {
        let who = importer(&world).await;
        let text = "name,country,city,id\nSichtbar GmbH\u{200b},DE,U\u{202e}lm,\u{200b}Z-1\n\
                    Umbruch Ort GmbH,DE,\"Ulm\r\nDonau\",Z-2\n";
        let import = checked(&world, &who, ("accounts", text.as_bytes()), Value::Null).await;
        let told = findings(&who, &import).await;
        let told: Vec<(i64, &str)> = told
            .as_array()
            .unwrap()
            .iter()
            .map(|row| (row["line"].as_i64().unwrap(), row["column"].as_str().unwrap()))
            .collect();
        let mut wanted = [(2, "name"), (2, "city"), (2, "id"), (3, "city")];
        let mut told = told;
        wanted.sort_unstable();
        told.sort_unstable();
        assert_eq!(told, wanted);
        let text = "partner,account,need\nNorth,Globex,\"First line\nand\u{202e} second\"\n";
        let import = checked(&world, &who, ("registrations", text.as_bytes()), Value::Null).await;
        let told = findings(&who, &import).await;
        assert!(told.to_string().contains("U+202E"), "{told}");
    });
}
