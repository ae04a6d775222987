use super::*;
use crate::accounts::Country;
use crate::money::Currency;
use crate::program::coverage::HouseAccount;
use crate::program::registration::RegistrationTerms;
use crate::program::track::RegistrationGrant;

/// The differences after `edit`, in short: words, whether worse, whom.
fn after(edit: impl FnOnce(&mut Document)) -> Vec<(String, bool, Affects)> {
    let old = Document::default_document();
    let mut new = old.clone();
    edit(&mut new);
    let short = |change: Change| (change.words, change.worsens_partner_terms, change.affects);
    diff(&old, &new).into_iter().map(short).collect()
}

fn one(edit: impl FnOnce(&mut Document)) -> (String, bool, Affects) {
    let mut changes = after(edit);
    assert_eq!(changes.len(), 1, "{changes:#?}");
    changes.remove(0)
}

fn tier(code: &str) -> Affects {
    Affects::Tier { tier: code.to_owned() }
}

fn track(code: &str) -> Affects {
    Affects::Track { track: code.to_owned() }
}

fn own_validity(days: u32) -> RegistrationTerms {
    RegistrationTerms { validity_days: Some(days), ..RegistrationTerms::default() }
}

#[test]
fn pg_04_the_same_document_has_no_difference() {
    assert_eq!(after(|_| {}), []);
}

#[test]
fn pg_04_a_number_of_all_is_said_once_and_for_everyone() {
    let longer = one(|new| new.registration.validity_days = 120);
    assert_eq!(longer, ("validity: 90 → 120 days".to_owned(), false, Affects::Everyone));
    let shorter = one(|new| new.registration.validity_days = 89);
    assert_eq!(shorter, ("validity: 90 → 89 days".to_owned(), true, Affects::Everyone));
}

#[test]
fn pg_04_a_number_of_one_tier_is_compared_with_what_it_had() {
    let own = one(|new| {
        new.registration.by_tier.insert("premier".to_owned(), own_validity(120));
    });
    assert_eq!(own, ("validity of Premier: 90 → 120 days".to_owned(), false, tier("premier")));
    let own = one(|new| {
        new.registration.by_track.insert("reseller".to_owned(), own_validity(60));
    });
    assert_eq!(own, ("validity of Reseller: 90 → 60 days".to_owned(), true, track("reseller")));
}

#[test]
fn pg_04_whom_a_change_of_the_general_number_passes_by_is_left_out() {
    let mut old = Document::default_document();
    old.registration.by_tier.insert("premier".to_owned(), own_validity(120));
    let mut new = old.clone();
    new.registration.validity_days = 60;
    let changes = diff(&old, &new);
    let words: Vec<_> = changes.iter().map(|change| change.words.as_str()).collect();
    assert_eq!(words, ["validity of Registered: 90 → 60 days", "validity of Select: 90 → 60 days"]);
    assert!(changes.iter().all(|change| change.rule == Some(RuleId::new("DR-01"))));
    assert_eq!(changes[0].key, "registration.by_tier.registered.validity_days");
    assert!(changes[0].affects.touches("reseller", "registered", &[]));
    assert!(!changes[0].affects.touches("reseller", "premier", &[]));
}

#[test]
fn pg_04_a_track_and_a_tier_are_named_together_when_nothing_else_is_true() {
    let mut old = Document::default_document();
    old.registration.by_tier.insert("premier".to_owned(), own_validity(120));
    let mut new = old.clone();
    new.registration.by_track.insert("reseller".to_owned(), own_validity(100));
    let changes = diff(&old, &new);
    let words: Vec<_> = changes.iter().map(|change| change.words.as_str()).collect();
    assert_eq!(
        words,
        [
            "validity of Reseller, Registered: 90 → 100 days",
            "validity of Reseller, Select: 90 → 100 days"
        ]
    );
    assert!(changes[0].affects.touches("reseller", "registered", &[]));
    assert!(!changes[0].affects.touches("referral", "registered", &[]));
}

#[test]
fn pg_04_a_number_written_elsewhere_and_the_same_touches_nobody() {
    let same = one(|new| {
        new.registration.by_tier.insert("premier".to_owned(), own_validity(90));
    });
    assert_eq!(same.2, Affects::Nobody);
    assert!(!same.1);
    assert!(same.0.contains("no effect on any partner"), "{}", same.0);
}

#[test]
fn pg_04_numbers_are_said_with_their_unit() {
    let said = [
        one(|new| new.tiers[2].discount_bp = 3250),
        one(|new| new.tiers[1].live_registrations = 30),
        one(|new| new.registration.decision_business_days = 3),
        one(|new| new.registration.renewals = 0),
        one(|new| new.policies.sunset_months = 9),
        one(|new| new.tiers[1].sourced_arr_minor.as_mut().unwrap().from = 12_000_000),
        one(|new| new.registration.auto_approve = true),
        one(|new| {
            new.registration.minimum_amounts_minor.insert(Currency::parse("EUR").unwrap(), 500_000);
        }),
    ];
    let words: Vec<_> = said.iter().map(|(words, worse, _)| (words.as_str(), *worse)).collect();
    assert_eq!(
        words,
        [
            ("discount of Premier: 35 % → 32.5 %", true),
            ("live registration limit of Select: 25 → 30", false),
            ("decision time: 2 → 3 business days", true),
            ("renewals: 1 → 0", true),
            ("months without a registration before the lowest tier: 12 → 9 months", true),
            ("sourced revenue from of Select: 100,000.00 EUR → 120,000.00 EUR", true),
            ("automatic approval: no → yes", false),
            ("minimum deal size: none → 5,000.00 EUR", true),
        ]
    );
}

#[test]
fn pg_04_what_is_added_or_taken_out_is_said_as_a_whole() {
    let house = HouseAccount { name: "Globex".to_owned(), domains: Vec::new() };
    let added = one(|new| new.house_accounts.push(house));
    assert_eq!(added, ("house account Globex added".to_owned(), true, Affects::Everyone));
    let gone = one(|new| {
        new.tiers.pop();
    });
    assert_eq!(gone, ("tier Premier removed".to_owned(), true, tier("premier")));
    let gone = one(|new| {
        new.products.pop();
    });
    assert_eq!(gone, ("product Services removed".to_owned(), true, Affects::Everyone));
    let gone = one(|new| new.thesis = None);
    assert_eq!(gone, ("thesis removed".to_owned(), false, Affects::Nobody));
    let holiday = one(|new| {
        let days = new.calendar.holidays.get_mut(&Country::parse("DE").unwrap()).unwrap();
        days.insert(jiff::civil::date(2026, 6, 4), "Fronleichnam".to_owned());
    });
    assert_eq!(holiday.0, "holiday 2026-06-04 in DE: none → Fronleichnam");
}

#[test]
fn pg_04_lists_say_what_joined_and_what_left() {
    let france = one(|new| {
        new.territories[2].countries.push(Country::parse("BE").unwrap());
    });
    let territory = Affects::Territory { territory: "france".to_owned() };
    assert_eq!(france, ("countries of France: added BE".to_owned(), false, territory.clone()));
    assert!(territory.touches("reseller", "select", &[]));
    assert!(territory.touches("reseller", "select", &["dach", "france"]));
    assert!(!territory.touches("reseller", "select", &["dach"]));
    let dach = one(|new| {
        new.territories[0].countries.pop();
    });
    assert_eq!(
        (dach.0.as_str(), dach.1),
        ("countries of Germany, Austria, Switzerland: removed CH", true)
    );
    let gate = one(|new| {
        new.tracks[1].required_certifications.push("sales".to_owned());
    });
    assert_eq!(
        gate,
        ("required certifications of Reseller: none → sales".to_owned(), true, track("reseller"))
    );
    let open = one(|new| new.tracks[3].required_certifications.clear());
    assert!(!open.1, "{open:?}");
}

#[test]
fn pg_04_a_weaker_grant_is_worse_and_a_stronger_one_is_not() {
    let weaker = one(|new| new.tracks[1].registration_grants = RegistrationGrant::DeliveryRole);
    assert_eq!(
        weaker.0,
        "what a registration grants of Reseller: exclusivity and margin → delivery role"
    );
    assert!(weaker.1);
    let stronger = one(|new| new.tracks[4].registration_grants = RegistrationGrant::CustomerLock);
    assert!(!stronger.1);
}

#[test]
fn pg_04_what_cannot_be_weighed_counts_as_worse_and_free_text_does_not() {
    assert!(one(|new| new.currency = Currency::parse("USD").unwrap()).1);
    let text = one(|new| new.rules_of_engagement.text.push_str(" More."));
    assert_eq!(
        text,
        ("rules of engagement, text: text changed".to_owned(), false, Affects::Everyone)
    );
    assert_eq!(
        one(|new| new.name = "Acme Partners".to_owned()).0,
        "name: Partner program → Acme Partners"
    );
}

#[test]
fn pg_04_another_order_of_tiers_is_told() {
    let changes = after(|new| new.tiers.swap(0, 1));
    assert!(
        changes.contains(&("tiers: reordered".to_owned(), true, Affects::Everyone)),
        "{changes:?}"
    );
}

/// Every single value of the default document, changed one at a time, is told.
#[test]
fn pg_04_no_change_goes_untold() {
    let old = Document::default_document();
    let plain = serde_json::to_value(&old).unwrap();
    let mut pointers = Vec::new();
    leaves(&plain, String::new(), &mut pointers);
    assert!(pointers.len() > 500);
    for pointer in pointers {
        let mut edited = plain.clone();
        let value = edited.pointer_mut(&pointer).unwrap();
        *value = match value.clone() {
            serde_json::Value::Bool(truth) => (!truth).into(),
            serde_json::Value::Number(number) => (number.as_i64().unwrap() + 1).into(),
            serde_json::Value::String(text) => format!("{text}x").into(),
            other @ (serde_json::Value::Null
            | serde_json::Value::Array(_)
            | serde_json::Value::Object(_)) => other,
        };
        let Ok(new) = serde_json::from_value::<Document>(edited) else {
            continue;
        };
        let changes = diff(&old, &new);
        assert!(!changes.is_empty(), "{pointer} changed and nothing is said");
        assert!(changes.iter().all(|change| !change.words.is_empty()), "{changes:?}");
    }
}

fn leaves(value: &serde_json::Value, at: String, found: &mut Vec<String>) {
    match value {
        serde_json::Value::Object(map) => {
            map.iter().for_each(|(key, inner)| leaves(inner, format!("{at}/{key}"), found));
        }
        serde_json::Value::Array(list) => {
            list.iter()
                .enumerate()
                .for_each(|(index, inner)| leaves(inner, format!("{at}/{index}"), found));
        }
        serde_json::Value::Null
        | serde_json::Value::Bool(_)
        | serde_json::Value::Number(_)
        | serde_json::Value::String(_) => found.push(at),
    }
}
