//! What holds for every set of records and every query.
#![expect(
    clippy::float_arithmetic,
    clippy::unwrap_used,
    reason = "probabilities are compared within a tolerance, and a failing helper fails the test"
)]

use std::collections::BTreeMap;

use matching::{Candidate, Config, Index, Query, Record};
use proptest::prelude::*;

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::sample::select(vec![
            "Globex", "Initech", "Zambeef", "Alder", "Birch", "Cedar", "Harbour", "Nordic", "Global", "Equity", "Growth", "Fund",
            "Income", "Holding", "Van", "Berg", "de", "Energy", "Solar", "Tech", "Services", "IV", "V", "2", "Müller", "Østre", "&",
        ]).prop_map(str::to_owned),
        1 => "[a-z]{3,9}",
        1 => prop::sample::select(vec!["GmbH", "Ltd", "B.V.", "Inc.", "S.A.", "Pvt Ltd", "dba"]).prop_map(str::to_owned),
    ]
}

fn name() -> impl Strategy<Value = String> {
    prop::collection::vec(word(), 1..6).prop_map(|words| words.join(" "))
}

fn maybe(choices: &'static [&'static str]) -> impl Strategy<Value = Option<String>> {
    prop::option::of(prop::sample::select(choices).prop_map(str::to_owned))
}

fn record() -> impl Strategy<Value = Record> {
    (
        name(),
        prop::option::weighted(0.2, name()),
        maybe(&["globex.de", "initech.com", "zambeef.co.zm", "www.globex.de"]),
        maybe(&["DE", "GB", "ZM", "Atlantis"]),
        maybe(&["10115", "10117", "EC1A 1BB"]),
        maybe(&["Berlin", "London"]),
        maybe(&["Globex Holding", "Nordic Group"]),
    )
        .prop_map(|(name, other, domain, country, postal_code, city, parent)| Record {
            key: String::new(),
            name,
            other_names: other.into_iter().collect(),
            domains: domain.into_iter().collect(),
            country,
            postal_code,
            city,
            parent,
        })
}

fn records() -> impl Strategy<Value = Vec<Record>> {
    prop::collection::vec(record(), 1..25).prop_map(|records| {
        let key = |(at, record): (usize, Record)| Record { key: format!("k{at:02}"), ..record };
        records.into_iter().enumerate().map(key).collect()
    })
}

fn filled(records: &[Record]) -> Index {
    let index = Index::new(Config::default());
    for record in records {
        index.insert(record.clone()).unwrap();
    }
    index
}

fn by_key(found: Vec<Candidate>) -> BTreeMap<String, f64> {
    found.into_iter().map(|candidate| (candidate.key, candidate.probability)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn ac_01_answers_do_not_depend_on_the_order_of_insertion(
        (records, shuffled) in records().prop_flat_map(|records| (Just(records.clone()), Just(records).prop_shuffle())),
        query in record(),
    ) {
        let query = Query::from(&query);
        prop_assert_eq!(filled(&records).candidates(&query, 10), filled(&shuffled).candidates(&query, 10));
    }

    #[test]
    fn ac_01_insert_then_remove_leaves_the_index_as_before(
        records in records(),
        passing in prop::collection::vec(record(), 1..6),
        query in record(),
    ) {
        let query = Query::from(&query);
        let index = filled(&records);
        let (before, sizes) = (index.candidates(&query, 10), index.stats());
        for (at, record) in passing.iter().enumerate() {
            index.insert(Record { key: format!("passing {at}"), ..record.clone() }).unwrap();
        }
        for at in 0..passing.len() {
            let key = format!("passing {at}");
            prop_assert!(index.remove(&key));
        }
        let after = index.stats();
        prop_assert_eq!((after.records, after.names, after.words), (sizes.records, sizes.names, sizes.words));
        prop_assert_eq!(index.candidates(&query, 10), before);
    }

    #[test]
    fn ac_02_comparing_two_is_symmetric(records in records(), left in record(), right in record()) {
        let index = filled(&records);
        let (left, right) = (Query::from(&left), Query::from(&right));
        let (forth, back) = (index.compare(&left, &right), index.compare(&right, &left));
        prop_assert!((forth.probability - back.probability).abs() < 1e-12);
    }

    #[test]
    fn ac_02_evidence_that_agrees_never_lowers_the_probability(records in records(), query in name(), at in any::<prop::sample::Index>()) {
        let index = filled(&records);
        let record = &records[at.index(records.len())];
        let bare = Query::named(&query);
        let fields: [fn(&mut Query, &Record); 5] = [
            |query, record| query.domains.clone_from(&record.domains),
            |query, record| query.country.clone_from(&record.country),
            |query, record| query.postal_code.clone_from(&record.postal_code),
            |query, record| query.city.clone_from(&record.city),
            |query, record| query.parent.clone_from(&record.parent),
        ];
        for add in fields {
            let mut more = bare.clone();
            add(&mut more, record);
            let before = by_key(index.candidates(&bare, 100)).get(&record.key).copied().unwrap_or(0.0);
            let after = by_key(index.candidates(&more, 100)).get(&record.key).copied().unwrap_or(0.0);
            prop_assert!(after >= before - 1e-12, "{before} became {after} for {more:?} and {record:?}");
            let pair = |query: &Query| index.compare(query, &Query::from(record)).probability;
            prop_assert!(pair(&more) >= pair(&bare) - 1e-12);
        }
    }

    #[test]
    fn ac_02_probabilities_of_one_answer_do_not_exceed_one(records in records(), query in record()) {
        let found = filled(&records).candidates(&Query::from(&query), 100);
        let sum: f64 = found.iter().map(|candidate| candidate.probability).sum();
        prop_assert!(sum <= 1.0 + 1e-9);
        prop_assert!(found.windows(2).all(|pair| pair[0].probability >= pair[1].probability));
        prop_assert!(found.iter().all(|candidate| candidate.basis_points() <= 10_000));
    }

    #[test]
    fn ac_01_no_text_brings_it_down(records in records(), text in any::<String>(), noise in "\\PC{0,60}") {
        let index = filled(&records);
        for text in [text, noise] {
            let _ = index.candidates(&Query { domains: vec![text.clone()], country: Some(text.clone()), ..Query::named(&text) }, 3);
            let _ = index.insert(Record { key: "x".to_owned(), name: text, ..Record::default() });
        }
    }
}
