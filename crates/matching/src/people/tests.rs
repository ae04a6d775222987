use super::*;

fn person(given: &str, surname: &str, street: &str, born: &str) -> Person {
    Person {
        given_name: given.to_owned(),
        surname: surname.to_owned(),
        street: street.to_owned(),
        born_on: born.to_owned(),
        ..Person::default()
    }
}

#[test]
fn ac_02_persons_are_linked_once_each() {
    let left = [
        person("Anna", "Weber", "Hauptstrasse", "1970-01-02"),
        person("Bernd", "Kraus", "Ringweg", "1981-05-06"),
        person("Clara", "Vogt", "Am Markt", "1992-09-10"),
    ];
    let right = [
        person("Kraus", "Bernd", "Ringweg", "1981-05-06"),
        person("Ana", "Weber", "Hauptstraße", "1970-01-02"),
        person("Doris", "Lang", "Ringweg", "1960-12-12"),
    ];
    let links = link(&left, &right, &Options::default());
    let mut pairs: Vec<(usize, usize)> = links.iter().map(|link| (link.left, link.right)).collect();
    pairs.sort_unstable();
    assert_eq!(pairs, [(0, 1), (1, 0)]);
}

#[test]
fn ac_02_empty_lists_and_empty_persons_link_nothing() {
    assert!(link(&[], &[], &Options::default()).is_empty());
    let nobody = vec![Person::default(); 3];
    assert!(link(&nobody, &nobody, &Options::default()).is_empty());
}
