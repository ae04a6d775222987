//! Parameters in addresses, swept over the route table: what an address does not have is named.

use http::Method;
use testkit::on_both;

use super::{all_scopes, errors, filled};

#[test]
fn ap_01_every_read_of_the_api_names_a_parameter_that_it_does_not_have_and_those_that_it_has() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let vendor = world.api_key("", &all_scopes()).await;
        let mut told = 0;
        for route in world.app.table.routes() {
            let Some(doc) = route.doc.filter(|_| route.method == Method::GET) else { continue };
            let path = filled(route.path, &north.id);
            let mut answer = vendor.get(&format!("{path}?partnerid=nonsense")).await;
            if answer.status == 404 {
                // A list or a thing of partners only.
                answer = north.key.get(&format!("{path}?partnerid=nonsense")).await;
            }
            if answer.status == 403 {
                continue;
            }
            let said = errors(&answer.is(422));
            let words = &said["partnerid"];
            assert!(words.starts_with("Unknown parameter"), "{path}: {words}");
            for (name, _) in doc.query.iter().filter(|_| doc.parameters.is_none()) {
                assert!(words.contains(name), "{path}: {words}");
            }
            told += 1;
        }
        assert!(told > 40, "{told}");
    });
}

#[test]
fn ap_01_every_parameter_that_the_document_names_is_one_that_the_address_has() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let vendor = world.api_key("", &all_scopes()).await;
        for route in world.app.table.routes() {
            let Some(doc) = route.doc.filter(|_| route.method == Method::GET) else { continue };
            for (name, _) in doc.query {
                let path = format!("{}?{name}=1", filled(route.path, &north.id));
                let answer = vendor.get(&path).await;
                let _ = answer.does_not_say("Unknown parameter");
            }
        }
        let _ = vendor.get("/api/v1/deal-registrations?partnerid=nonsense").await.is(422);
        let _ = vendor.get("/api/v1/accounts?q=M%FCller").await.is(422).says("UTF-8");
    });
}

#[test]
fn a_page_leaves_out_a_parameter_that_it_does_not_have() {
    on_both(async |world| {
        let person = world.vendor_user("olga@acme.example", "operations").await;
        let _ = person.get("/settings?utm_source=mail").await.is(200);
        let _ = person.get("/?colour=red").await.is(200);
    });
}
