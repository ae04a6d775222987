use testkit::on_both;

#[test]
fn kept_answers_are_promised_for_a_day_and_forgotten_after_two() {
    on_both(async |world| {
        let ops = world.api_key("", "accounts:read accounts:write").await;
        let one = serde_json::json!({ "name": "Globex GmbH" });
        let key = [("idempotency-key", "first")];
        let _ = ops.api_with("POST", "/api/v1/accounts", &one, &key).await.is(201);
        world.travel_to("2026-01-07").await;
        let again = ops.api_with("POST", "/api/v1/accounts", &one, &key).await.is(201);
        assert_eq!(again.header("idempotency-replayed"), "true");
        world.travel_to("2026-01-08").await;
        assert_eq!(world.count("SELECT COUNT(*) FROM idempotency_answers").await, 0);
    });
}

#[test]
fn the_text_of_a_sent_mail_is_forgotten_after_90_days_and_its_envelope_is_kept() {
    on_both(async |world| {
        world
            .act(|cx| {
                for state in ["sent", "kept", "waiting", "failed"] {
                    let (vendor_id, now) = (cx.vendor(), cx.now_micros());
                    cx.tx.execute(
                        "INSERT INTO mails (vendor_id, mail_id, to_address, subject, body, kind, \
                         state, created_at) VALUES ($1, $2, 'ana@north.example', 'Hello', \
                         'Text', 'test', $2, $3)",
                        db::params![vendor_id.as_str(), state, now],
                    )?;
                }
                Ok(())
            })
            .await;
        let empty = "SELECT COUNT(*) FROM mails WHERE body = ''";
        world.travel_to_instant("2026-04-05T04:00:00Z").await;
        assert_eq!(world.count(empty).await, 0);
        world.travel_to_instant("2026-04-06T04:00:00Z").await;
        assert_eq!(world.count(empty).await, 2);
        let kept = "SELECT COUNT(*) FROM mails WHERE body <> '' AND state IN ('waiting', 'failed')";
        assert_eq!(world.count(kept).await, 2);
    });
}
