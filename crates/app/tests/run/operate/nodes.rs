//! Two nodes on one PostgreSQL (OP-02).

use testkit::on_postgres;

#[test]
fn op_02_two_nodes_share_sessions_and_do_each_job_once() {
    on_postgres(async |world| {
        let node = world.second_node();
        let ops = world.vendor_user("ops@acme.example", "operations").await;
        let there = node.seen_by(&ops);
        there.get("/inbox").await.is(200);
        let mut addresses = Vec::new();
        for number in 0..12 {
            let address = format!("person{number}@acme.example");
            world.vendor_user(&address, "direct_rep").await;
            let from =
                if number % 2 == 0 { world.anonymous() } else { node.seen_by(&world.anonymous()) };
            from.post("/sign-in/link", &[("email", &address)]).await;
            addresses.push(address);
        }
        tokio::join!(world.run_jobs(), node.run_jobs(), world.run_jobs(), node.run_jobs());
        for address in addresses {
            assert_eq!(world.mails_to(&address).await.len(), 1, "{address}");
        }
        // Who signs out here is signed out there.
        ops.post("/sign-out", &[]).await;
        there.get("/inbox").await.is(303);
    });
}
