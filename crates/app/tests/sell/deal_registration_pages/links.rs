//! Acting by signed link, without signing in.

use testkit::{Caller, World, on_both};

use super::{GLOBEX, is_clean, register, with};

/// The path of the newest link with this beginning in the mails to an address.
async fn link_in_mail(world: &World, address: &str, beginning: &str) -> String {
    let mails = world.mails_to(address).await;
    let found = mails.iter().rev().find_map(|(_, body)| {
        let from = body.find(beginning)?;
        body[from..].split_whitespace().next().map(str::to_owned)
    });
    found.unwrap_or_else(|| panic!("no {beginning} in {mails:?}"))
}

async fn personal_link(seller: &Caller) -> String {
    let made = seller.post("/registrations/link", &[]).await.is(200).text();
    let from = made.find("/links/register/").expect("a link");
    made[from..].chars().take_while(|c| !"\"<& ".contains(*c)).collect()
}

#[test]
fn id_01_a_deal_is_registered_by_a_personal_link_until_it_is_revoked() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let link = personal_link(&north.seller).await;
        let nobody = world.anonymous();
        is_clean(&nobody.get(&link).await.is(200).says("Register a deal"));
        nobody
            .get(&format!("{link}/check?account_domain=globex.com"))
            .await
            .is(200)
            .says("Available");
        nobody.post(&link, &with(&[("amount", "much")])).await.is(422).says("href=\"#f-amount\"");
        is_clean(
            &nobody.post(&link, &GLOBEX).await.is(200).says("R-000001").says("Receipt number"),
        );
        north.seller.get("/registrations").await.is(200).says("Globex GmbH");
        let shown = north.seller.get("/registrations/link").await.is(200).text();
        let id = shown.split("name=\"revoke\" value=\"").nth(1).unwrap();
        let id: String = id.chars().take_while(|c| *c != '"').collect();
        north.seller.post("/registrations/link", &[("revoke", &id)]).await.is(303);
        nobody
            .post(
                &link,
                &with(&[("account_name", "Initech AG"), ("account_domain", "initech.com")]),
            )
            .await
            .is(410);
    });
}

#[test]
fn id_01_what_is_kept_of_a_personal_links_pages_holds_no_secret_and_repeats_them() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let once = [(web::IDEMPOTENCY_FIELD, "once")];
        let made = north.seller.post("/registrations/link", &once).await.is(200).text();
        let from = made.find("/links/register/").expect("a link");
        let link: String = made[from..].chars().take_while(|c| !"\"<& ".contains(*c)).collect();
        let again = north.seller.post("/registrations/link", &once).await.is(200);
        let _ = again.says("The link was shown once").does_not_say("/links/register/");
        assert_eq!(world.count("SELECT COUNT(*) FROM identity_links").await, 1);
        // Its own form is answered to the byte, with the address in it.
        let nobody = world.anonymous();
        let fields = with(&[(web::IDEMPOTENCY_FIELD, "twice")]);
        let first = nobody.post(&link, &fields).await.is(200).says(&link);
        let second = nobody.post(&link, &fields).await.is(200);
        assert_eq!(second.header("idempotency-replayed"), "true");
        assert_eq!(first.body, second.body);
        let secret = link.rsplit('/').next().unwrap();
        assert!(world.stored().await.iter().all(|(_, text)| !text.contains(secret)));
    });
}

#[test]
fn dr_16_a_question_is_answered_by_the_link_in_its_mail() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let manager = world.vendor_user("pam@acme.example", "partner_manager").await;
        world.with_document(|document| document.registration.auto_approve = false).await;
        let page = register(&north.seller).await;
        manager.post(&format!("{page}/decision/return"), &[("note", "Who decides?")]).await.is(303);
        let link = link_in_mail(&world, "seller@north.example", "/links/answer/").await;
        let nobody = world.anonymous();
        is_clean(&nobody.get(&link).await.is(200).says("Who decides?"));
        nobody.get(&link).await.is(200);
        let fields = with(&[("need", "Hank decides")]);
        nobody.post(&link, &fields).await.is(200).says("Thank you");
        nobody.post(&link, &fields).await.refused_by("DR-16");
        nobody.get(&link).await.is(200).says("No answer needed");
        north.seller.get(&page).await.is(200).does_not_say("Answer and resubmit");
    });
}
