//! The vendor's pages: queue, decision, questions and rejections.

use testkit::on_both;

use super::{is_clean, register, with};

#[test]
fn dr_15_a_rejection_names_its_reason_and_what_would_change_it() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let manager = world.vendor_user("pam@acme.example", "partner_manager").await;
        world.with_document(|document| document.registration.auto_approve = false).await;
        let page = register(&north.seller).await;
        let queue = manager.get("/registrations/queue").await.is(200).says("Globex GmbH");
        is_clean(&queue);
        let form = manager.get(&format!("{page}/decision")).await.is(200);
        is_clean(&form);
        let _ = form.says("Automatic checks").says("Approve");
        let reject = format!("{page}/decision/reject");
        manager.get(&reject).await.is(200).says("cannot be reopened");
        manager.post(&reject, &[("reason", "")]).await.is(422).says("href=\"#f-reason\"");
        manager.post(&reject, &[("reason", "below_minimum")]).await.is(303);
        north
            .seller
            .get(&page)
            .await
            .is(200)
            .says("Rejected: below minimum")
            .says("What would change it")
            .says("reaches the minimum size");
    });
}

#[test]
fn dr_16_a_returned_registration_is_answered_and_resubmitted() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let manager = world.vendor_user("pam@acme.example", "partner_manager").await;
        world
            .with_document(|document| {
                document.registration.auto_approve = false;
                document.registration.keep_first_submission_business_days = 7;
            })
            .await;
        let page = register(&north.seller).await;
        let back = format!("{page}/decision/return");
        manager.get(&back).await.is(200).says("arrives within 7 business days");
        manager.post(&back, &[("note", "")]).await.is(422);
        manager.post(&back, &[("note", "Who decides at Globex?")]).await.is(303);
        north
            .seller
            .get(&page)
            .await
            .is(200)
            .says("Who decides at Globex?")
            .says("Answer and resubmit");
        north
            .seller
            .get("/")
            .await
            .is(200)
            .says("Answer the question on Globex GmbH")
            .says("14 Jan 2026");
        let fields = with(&[("need", "Hank Scorpio decides himself")]);
        north.seller.post(&format!("{page}/edit"), &fields).await.is(303);
        manager.get("/registrations/queue").await.is(200).says("Globex GmbH");
    });
}

#[test]
fn dr_14_several_are_decided_together_or_none() {
    on_both(async |world| {
        let [north, south] = world.partners(["North", "South"]).await;
        let manager = world.vendor_user("pam@acme.example", "partner_manager").await;
        world.with_document(|document| document.registration.auto_approve = false).await;
        let first = register(&north.seller).await;
        let second = south
            .seller
            .post(
                "/registrations/new",
                &with(&[
                    ("account_name", "Initech AG"),
                    ("account_domain", "initech.com"),
                    ("contact_email", "bill@initech.com"),
                ]),
            )
            .await
            .is(303)
            .location()
            .to_owned();
        let ids: Vec<String> = [&first, &second]
            .iter()
            .map(|page| page.rsplit('/').next().unwrap().to_owned())
            .collect();
        let asked = [("do", "take_up"), ("id", ids[0].as_str()), ("id", ids[1].as_str())];
        let confirm =
            manager.post("/registrations/bulk", &asked).await.is(200).says("Start review (2)");
        is_clean(&confirm);
        let mut sure = asked.to_vec();
        sure.push(("sure", "1"));
        manager.post("/registrations/bulk", &sure).await.is(303);
        manager.get(&first).await.is(200).says("Under review");
        // The second time it is refused for the first already, and nothing is half done.
        manager.post("/registrations/bulk", &sure).await.is(409).says("Nothing was changed");
    });
}
