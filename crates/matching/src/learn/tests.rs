use super::*;
use crate::{Config, Index};

/// Towns in two countries with shops of the same name: only the country tells them apart.
fn shops() -> (Index, Vec<Decision>) {
    let index = Index::new(Config::default());
    let words =
        ["alder", "birch", "cedar", "dogwood", "elm", "fir", "ginkgo", "hazel", "ivy", "juniper"];
    let mut decisions = Vec::new();
    for (at, word) in words.iter().cycle().take(60).enumerate() {
        let record = Record {
            key: format!("{at:03}"),
            name: format!("{word} trading {}", at % 17),
            country: Some(if at % 2 == 0 { "DE" } else { "FR" }.to_owned()),
            ..Record::default()
        };
        let same = at % 3 != 0;
        let query = Query {
            name: record.name.clone(),
            country: Some(if same == (at % 2 == 0) { "DE" } else { "FR" }.to_owned()),
            ..Query::default()
        };
        index.insert(record.clone()).unwrap();
        decisions.push(Decision { query, record, same });
    }
    (index, decisions)
}

#[test]
fn ac_02_decisions_change_the_weights_and_show_figures() {
    let (index, decisions) = shops();
    let learned = from_decisions(&index, &decisions).unwrap();
    let (before, after) = (learned.before.unwrap(), learned.after.unwrap());
    assert!(learned.weights.fields.differs[1] < index.weights().fields.differs[1]);
    assert!(after.log_loss < before.log_loss, "{before:?} {after:?}");
    assert_eq!(learned, from_decisions(&index, &decisions).unwrap());
}

#[test]
fn ac_02_too_few_decisions_are_refused_on_either_side_of_the_bound() {
    let (index, decisions) = shops();
    assert!(from_decisions(&index, &decisions[..LEAST_DECISIONS]).is_ok());
    let few = from_decisions(&index, &decisions[..LEAST_DECISIONS - 1]);
    assert_eq!(
        few,
        Err(LearnError::TooFew { have: 29, need: LEAST_DECISIONS, each: LEAST_OF_EACH })
    );
    let same: Vec<Decision> = decisions.into_iter().filter(|decision| decision.same).collect();
    assert!(from_decisions(&index, &same).is_err());
}

#[test]
fn ac_02_weights_are_learned_without_labels() {
    let (index, decisions) = shops();
    let queries: Vec<Query> = decisions
        .iter()
        .filter(|decision| decision.same)
        .map(|decision| decision.query.clone())
        .collect();
    let learned = without_labels(&index, &queries);
    let fields = learned.weights.fields;
    assert!(learned.cases >= queries.len());
    assert!(fields.agrees[1] > 0.0 && fields.differs[1] < 0.0, "{fields:?}");
    assert_eq!(without_labels(&index, &[]).cases, 0);
    let text = serde_json::to_string(&learned.weights).unwrap();
    assert_eq!(serde_json::from_str::<Weights>(&text).unwrap(), learned.weights);
}
