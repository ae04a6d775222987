use domain::{
    conflicts::bundle::{Bundle, FORMAT, Fact, FileEntry, chain},
    deal_registration::receipt::Hash,
};
use frame::Clock;
use frame::config::Config;
use sell::conflicts::evidence::{FileContent, SignedBundle};

use crate::{
    receipt::public_key,
    run::{Place, tamper},
};

/// Evidence that the installation's own key has signed.
fn evidence(place: &Place) -> (String, String) {
    let app = app::open(crate::node::open(place), Clock::machine(), Config::for_tests()).unwrap();
    let public = public_key(&app);
    let now = app.clock.now();
    let fact = Fact {
        at: now,
        kind: "statement",
        side: "direct_sales".into(),
        by: "Lukas".into(),
        words: "We met them in May.".into(),
        data: String::new(),
    };
    let bundle = Bundle {
        format: FORMAT.into(),
        case: "C-000001".into(),
        case_id: "cas_1".into(),
        made_for: "vendor".into(),
        made_at: now,
        items: chain(vec![fact]),
        files: vec![FileEntry {
            name: "a.txt".into(),
            side: "direct_sales".into(),
            sha256: Hash::of(b"a"),
        }],
    };
    let key = app.shared::<sell::deal_registration::KnownReceiptKey>().unwrap().known().unwrap();
    let seal = bundle.seal();
    let signature = ed25519_dalek::Signer::sign(&key.signing, seal.as_bytes());
    let signed = SignedBundle {
        bundle,
        contents: vec![FileContent { name: "a.txt".into(), base64: "YQ==".into() }],
        seal,
        signature: data_encoding::HEXLOWER.encode(&signature.to_bytes()),
        algorithm: "Ed25519".into(),
        key_id: key.key_id.clone(),
    };
    app.db.close();
    (serde_json::to_string_pretty(&signed).unwrap(), public)
}

#[test]
fn cf_04_evidence_is_verified_without_a_server_and_a_change_is_named() {
    let place = Place::with_vendor();
    let _ = place.run(&["receipt", "key"]).ends(0);
    let (text, key) = evidence(&place);
    let file = place.file("evidence.json", &text);
    let alone = Place::new();
    let verify = ["conflict", "verify", file.as_str(), "--key", key.as_str()];
    let _ = alone.run(&verify).ends(0).says("genuine").says("C-000001").says("items     1");
    assert!(!alone.database().exists());
    tamper(place.path("evidence.json").as_path(), "in May", "in June");
    let _ = alone.run(&verify).ends(1).says("item 1 or an earlier one was altered");
    // Another way of signing, another form, one member too many, and what a lenient reader of
    // base64, numbers or instants would take for the same.
    for (was, is, words) in [
        ("\"Ed25519\"", "\"none\"", "signed with “none”; only Ed25519 is accepted"),
        ("\"algorithm\": \"Ed25519\",", "", "missing field `algorithm`"),
        (FORMAT, "entente evidence v2", "not evidence in the format"),
        ("\"key_id\": \"", "\"key_id\": \"0", "signed by key 0"),
        ("{\n", "{\n\"alg\": \"none\",", "unknown field `alg`"),
        ("\"number\": 1", "\"number\": 1, \"number\": 1", "duplicate field `number`"),
        ("\"number\": 1", "\"number\": \"1\"", "not the evidence"),
        ("Z\",", "+00:00\",", "is not in canonical form"),
        ("YQ==", "YR==", "the file “a.txt” was altered, or is missing"),
        ("YQ==", "YQ", "the file “a.txt” was altered, or is missing"),
        ("YQ==", "YQ==\\n", "the file “a.txt” was altered, or is missing"),
        ("YQ==", "", "the file “a.txt” was altered, or is missing"),
    ] {
        assert!(text.contains(was), "{was}");
        place.file("evidence.json", &text.replacen(was, is, 1));
        let _ = alone.run(&verify).ends(1).says(words);
    }
    place.file("evidence.json", &text);
    let _ = alone.run(&["conflict", "verify", &file, "--key", "abc"]).ends(2).says("64");
}
