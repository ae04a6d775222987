use proptest::prelude::*;

use super::*;
use crate::ids::IdSource;

fn chain(length: u64) -> Vec<Receipt> {
    let ids = IdSource::seeded(1);
    let start = Timestamp::from_second(1_767_225_600).unwrap();
    let program_id = ProgramId::new(&ids, start);
    let mut previous = Hash::GENESIS;
    (1..=length)
        .map(|number| {
            let submitted_at =
                start + jiff::SignedDuration::from_mins(i64::try_from(number).unwrap());
            let payload = ReceiptPayload {
                number,
                program_id: program_id.clone(),
                registration_id: RegistrationId::new(&ids, submitted_at),
                partner_id: PartnerId::new(&ids, submitted_at),
                account_fingerprint: Hash::of(&number.to_be_bytes()),
                submitted_at,
                policy_version: 3,
                previous,
            };
            let receipt = payload.seal();
            previous = receipt.hash;
            receipt
        })
        .collect()
}

fn reseal(receipts: &mut [Receipt]) {
    for receipt in receipts {
        receipt.hash = receipt.payload.hash();
    }
}

#[test]
fn dr_19_the_bytes_of_a_receipt_are_fixed_lines() {
    let receipt = &chain(1)[0];
    let text = String::from_utf8(receipt.payload.canonical_bytes()).unwrap();
    let keys: Vec<&str> = text.lines().map(|line| line.split('=').next().unwrap()).collect();
    assert_eq!(
        keys,
        [
            "entente receipt v1",
            "number",
            "program",
            "registration",
            "partner",
            "account",
            "submitted_at",
            "policy_version",
            "previous"
        ]
    );
    assert!(text.contains("\nsubmitted_at=1767225660000000\n"));
    assert!(text.ends_with(&format!("previous={}\n", "0".repeat(64))));
    assert_eq!(receipt.hash, Hash::of(text.as_bytes()));
}

#[test]
fn dr_19_a_whole_chain_verifies_and_its_end_is_its_last_hash() {
    let receipts = chain(5);
    assert_eq!(verify_chain(&receipts), Ok(receipts[4].hash));
    assert_eq!(verify_chain(&[]), Ok(Hash::GENESIS));
    assert_eq!(verify_link(receipts[1].hash, 3, &receipts[2..]), Ok(receipts[4].hash));
}

#[test]
fn dr_19_a_changed_receipt_is_found_even_when_its_hash_is_made_new() {
    let mut receipts = chain(5);
    receipts[2].payload.policy_version = 4;
    assert_eq!(verify_chain(&receipts), Err(ChainBreak::Altered { number: 3 }));
    reseal(&mut receipts);
    assert_eq!(verify_chain(&receipts), Err(ChainBreak::Unlinked { number: 4 }));
}

#[test]
fn dr_19_a_missing_or_moved_receipt_is_found() {
    let mut receipts = chain(5);
    receipts.remove(1);
    assert_eq!(verify_chain(&receipts), Err(ChainBreak::OutOfSequence { expected: 2, found: 3 }));
    assert!(verify_chain(&chain(5)[1..]).is_err(), "the start is missing");
}

#[test]
fn dr_19_an_earlier_date_or_another_program_is_found() {
    let mut receipts = chain(2);
    receipts[1].payload.submitted_at = receipts[0].payload.submitted_at;
    reseal(&mut receipts);
    assert!(verify_chain(&receipts).is_ok(), "two in one microsecond are possible");
    receipts[1].payload.submitted_at -= jiff::SignedDuration::from_micros(1);
    reseal(&mut receipts);
    assert_eq!(verify_chain(&receipts), Err(ChainBreak::Backdated { number: 2 }));
    let mut foreign = chain(2);
    foreign[1].payload.program_id = ProgramId::new(&IdSource::seeded(9), Timestamp::UNIX_EPOCH);
    reseal(&mut foreign);
    assert_eq!(verify_chain(&foreign), Err(ChainBreak::Foreign { number: 2 }));
}

#[test]
fn dr_19_a_fingerprint_is_the_same_for_the_same_account_as_written() {
    let print = |name: &str, domain: &str, country: &str| {
        let domain = Domain::parse(domain).ok();
        let country = Country::parse(country).ok();
        account_fingerprint(&AccountName::parse(name).unwrap(), domain.as_ref(), country)
    };
    let globex = print("Globex GmbH", "globex.de", "DE");
    assert_eq!(print("  GLOBEX  gmbh ", "https://www.globex.de/", "de"), globex);
    assert_ne!(print("Globex AG", "globex.de", "DE"), globex);
    assert_ne!(print("Globex GmbH", "globex.at", "DE"), globex);
    assert_ne!(print("Globex GmbH", "globex.de", "AT"), globex);
    assert_ne!(print("Globex GmbH", "", ""), globex);
}

#[test]
fn dr_19_a_receipt_survives_its_file() {
    let receipt = &chain(1)[0];
    let json = serde_json::to_string(receipt).unwrap();
    assert_eq!(&serde_json::from_str::<Receipt>(&json).unwrap(), receipt);
    assert!(Hash::parse(&"A".repeat(64)).is_none());
    assert!(Hash::parse("00").is_none());
}

proptest! {
    #[test]
    fn dr_19_no_change_of_a_digit_goes_unseen(which in 0usize..4, digit in 0usize..64, bit in 0u8..8) {
        let mut receipts = chain(4);
        let mut bytes = *receipts[which].hash.as_bytes();
        bytes[digit / 2] ^= 1 << bit;
        receipts[which].hash = Hash(bytes);
        prop_assert!(verify_chain(&receipts).is_err());
    }
}
