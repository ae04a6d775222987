use std::sync::Arc;

use domain::{
    deal_registration::receipt::{Hash, ReceiptPayload},
    ids::{PartnerId, ProgramId, RegistrationId},
};
use frame::config::Config;
use frame::{App, Clock, Cx};
use sell::deal_registration::receipts;

use crate::run::{Place, tamper};

/// A receipt that the installation's own key has signed.
fn receipt(place: &Place) -> (String, String) {
    let db = crate::node::open(place);
    let app = app::open(db, Clock::machine(), Config::for_tests()).unwrap();
    let public = public_key(&app);
    let (ids, now) = (&app.ids, app.clock.now());
    let sealed = ReceiptPayload {
        number: 1,
        program_id: ProgramId::new(ids, now),
        registration_id: RegistrationId::new(ids, now),
        partner_id: PartnerId::new(ids, now),
        account_fingerprint: Hash::of(b"Globex"),
        submitted_at: now,
        policy_version: 1,
        previous: Hash::GENESIS,
    }
    .seal();
    let key = app.shared::<sell::deal_registration::KnownReceiptKey>().unwrap().known().unwrap();
    let signature = ed25519_dalek::Signer::sign(&key.signing, sealed.hash.as_bytes());
    let signed = receipts::SignedReceipt {
        payload: sealed.payload,
        hash: sealed.hash,
        signature: data_encoding::HEXLOWER.encode(&signature.to_bytes()),
        algorithm: "Ed25519".into(),
        key_id: key.key_id.clone(),
    };
    app.db.close();
    (serde_json::to_string_pretty(&signed).unwrap(), public)
}

pub(crate) fn public_key(app: &Arc<App>) -> String {
    let told = app.clone();
    let key = app.db.read_blocking(move |tx| {
        let vendor = people::identity::vendors(tx)?.remove(0);
        let now = told.clock.now();
        let mut cx = Cx::system(tx, &told, vendor.vendor_id, now);
        cx.writes = false;
        receipts::public_key(&mut cx)
    });
    key.unwrap_or_else(|error: frame::AppError| panic!("{error}")).public_key
}

#[test]
fn dr_19_a_receipt_is_verified_without_a_server_and_a_change_is_named() {
    let place = Place::with_vendor();
    let key = place.run(&["receipt", "key"]).ends(0).out.trim().to_owned();
    let (text, public) = receipt(&place);
    assert_eq!(key, public);
    let file = place.file("receipt.json", &text);
    let _ = place.run(&["receipt", "verify", &file]).ends(0).says("genuine");
    let alone = Place::new();
    let verify = ["receipt", "verify", file.as_str(), "--key", key.as_str()];
    let _ = alone.run(&verify).ends(0).says("genuine").says("receipt      1 of program");
    assert!(!alone.database().exists());

    tamper(place.path("receipt.json").as_path(), "\"policy_version\": 1", "\"policy_version\": 2");
    let _ = alone.run(&verify).ends(1).says("altered").says("receipt.json");
    place.file("receipt.json", &text.replace("\"signature\": \"", "\"signature\": \"00"));
    let _ = alone.run(&verify).ends(1).says("signature");
    let _ = alone.run(&["receipt", "verify", &file, "--key", "abc"]).ends(2).says("64");
    // Another way of signing, another version, one member too many or too few, or the same number
    // and instant written in another way: each is refused with words.
    for (was, is, words) in [
        ("\"Ed25519\"", "\"none\"", "signed with “none”; only Ed25519 is accepted"),
        ("\"Ed25519\"", "\"ES256\"", "signed with “ES256”"),
        ("\"Ed25519\"", "\"ed25519\"", "signed with “ed25519”"),
        ("\"Ed25519\"", "\"\"", "signed with “”"),
        ("\"Ed25519\"", "null", "not a receipt"),
        ("\"algorithm\": \"Ed25519\",", "", "missing field `algorithm`"),
        ("\"key_id\": \"", "\"key_id\": \"0", "signed by key 0"),
        ("{\n", "{\n\"version\": 2,", "unknown field `version`"),
        ("{\n", "{\n\"alg\": \"none\",", "unknown field `alg`"),
        ("{\n", "{\n\"algorithm\": \"none\",", "duplicate field `algorithm`"),
        ("\"number\": 1", "\"number\": 1, \"number\": 1", "duplicate field `number`"),
        ("\"number\": 1", "\"number\": \"1\"", "not a receipt"),
        ("\"number\": 1", "\"number\": 1.0", "not a receipt"),
        ("Z\",", "+00:00\",", "“payload.submitted_at” is not in canonical form"),
    ] {
        assert!(text.contains(was), "{was}");
        place.file("receipt.json", &text.replacen(was, is, 1));
        let _ = alone.run(&verify).ends(1).says(words);
    }
    place.file("receipt.json", "{}");
    let _ = alone.run(&verify).ends(1).says("not a receipt");
    let _ = alone.run(&["receipt", "verify", "nowhere.json", "--key", &key]).ends(2);
}
