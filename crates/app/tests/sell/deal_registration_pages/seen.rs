//! Who sees which page.

use testkit::on_both;

use super::{approved, is_clean, register};

#[test]
fn id_03_another_partner_is_told_that_there_is_nothing() {
    on_both(async |world| {
        let [north, south] = world.partners(["North", "South"]).await;
        let page = register(&north.seller).await;
        for path in ["", "/timeline", "/edit", "/receipt", "/activities/new", "/withdrawal", "/win"]
        {
            south.seller.get(&format!("{page}{path}")).await.is(404).does_not_say("Globex");
        }
        for path in ["/renewal", "/withdrawal", "/edit", "/activities/new", "/files"] {
            south.seller.post(&format!("{page}{path}"), &[]).await.is(404);
        }
        south.seller.get("/registrations").await.is(200).does_not_say("Globex");
        south.seller.get("/registrations.csv").await.is(200).does_not_say("Globex");
        south.seller.get("/search.json?q=globex").await.is(200).does_not_say("Globex");
        south.seller.get("/search.json?q=R-000001").await.is(200).does_not_say("Globex");
    });
}

#[test]
fn id_02_each_side_has_its_own_steps() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let (page, manager) = approved(&world, &north).await;
        let partner = north.seller.get(&page).await.is(200).says("Log activity");
        let partner = partner.does_not_say("The partner does not see this");
        is_clean(&partner);
        let vendor = manager.get(&page).await.is(200).says("North").says("Release");
        is_clean(&vendor);
        let _ = vendor.does_not_say(">Log activity<");
        manager.get(&format!("{page}/withdrawal")).await.is(404);
        north.seller.get(&format!("{page}/decision")).await.is(404);
        north.seller.get("/registrations/queue").await.is(404);
        let finance = world.vendor_user("finance@acme.example", "finance").await;
        finance.get(&page).await.is(200);
        finance.get("/registrations/queue").await.is(403);
        world.anonymous().get(&page).await.is(303);
    });
}

#[test]
fn ux_02_every_page_of_a_registration_opens_for_its_owner() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let (page, manager) = approved(&world, &north).await;
        for path in [
            "/timeline",
            "/timeline?on=2026-01-05",
            "/edit",
            "/activities/new",
            "/withdrawal",
            "/win",
            "/loss",
            "/consents/new",
        ] {
            is_clean(&north.seller.get(&format!("{page}{path}")).await.is(200));
        }
        is_clean(&manager.get(&format!("{page}/release")).await.is(200));
        is_clean(&manager.get(&format!("{page}/decision")).await.is(200));
        for path in [
            "/registrations?sort=expires",
            "/registrations?sort=lapses",
            "/registrations?sort=due",
            "/registrations?sort=-amount",
            "/registrations?status=live&mine=1",
            "/registrations?q=glob",
            "/registrations/queue",
            "/availability",
        ] {
            is_clean(&manager.get(path).await.is(200));
        }
        for path in [
            "/registrations?sort=expires",
            "/registrations?mine=1",
            "/registrations/link",
            "/availability?q=globex.com",
        ] {
            is_clean(&north.seller.get(path).await.is(200));
        }
        let csv = manager.get("/registrations.csv?status=live").await.is(200);
        assert!(csv.text().contains("R-000001,North,Globex GmbH,approved"), "{}", csv.text());
    });
}
