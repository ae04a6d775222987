//! Receipts that anyone verifies offline.

use sell::deal_registration::receipts::{Fault, verify};
use testkit::on_both;

use super::{path, register};

#[test]
fn dr_19_a_receipt_verifies_offline_and_an_altered_one_does_not() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let first = register(&north, "Globex").await.is(201).json();
        register(&north, "Initech").await.is(201).ok();
        let id = first["id"].as_str().unwrap();
        let receipt = north.key.get(&path(id, "receipt")).await.is(200).text();
        let key = world.anonymous().get("/api/v1/receipt-key").await.is(200).json();
        let key = key["public_key"].as_str().unwrap();
        let verified = verify(&receipt, key).unwrap();
        assert_eq!(verified.payload.number, 1);
        assert_eq!(verified.payload.registration_id.as_str(), id);
        let altered = receipt.replace("\"policy_version\":1", "\"policy_version\":2");
        assert_eq!(verify(&altered, key), Err(Fault::Altered));
        let other = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
        assert!(matches!(verify(&receipt, other), Err(Fault::OtherKey { .. })));
        assert_eq!(verify(&receipt, "zz"), Err(Fault::BadKey));
        assert!(matches!(verify("{}", key), Err(Fault::NotAReceipt(_))));
        let reader = world.api_key("", "registrations:read").await;
        let chain = reader.get("/api/v1/receipts").await.is(200).json();
        let chain: Vec<domain::deal_registration::receipt::Receipt> = chain["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|signed| {
                let part =
                    serde_json::json!({ "payload": signed["payload"], "hash": signed["hash"] });
                serde_json::from_value(part).unwrap()
            })
            .collect();
        assert!(domain::deal_registration::receipt::verify_chain(&chain).is_ok());
        assert_eq!(chain.len(), 2);
    });
}
