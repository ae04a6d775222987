use super::*;

fn texts(name: &str) -> Vec<String> {
    normalise(name).words.into_iter().map(|word| word.text).collect()
}

#[test]
fn ac_01_legal_forms_of_the_world_are_recognised() {
    for (name, form) in [
        ("Globex Inc.", "incorporated"),
        ("Globex G.m.b.H.", "gmbh"),
        ("Globex Gesellschaft mit beschränkter Haftung", "gmbh"),
        ("Globex S.A. de C.V.", "sa de cv"),
        ("株式会社Globex", "kk"),
        ("Globex Sp. z o.o.", "spzoo"),
        ("Globex Spółka z ograniczoną odpowiedzialnością", "spzoo"),
        ("Globex PVT. LTD.", "private limited"),
        ("ООО Глобекс", "llc"),
        ("Globex B V", "bv"),
        ("GLOBEX A/S", "as"),
        ("Globex S.à r.l.", "srl"),
        ("Globex ΕΤΕΡΟΡΡΥΘΜΗ ΕΤΑΙΡΕΙΑ", "ee"),
    ] {
        assert_eq!(normalise(name).legal_form.as_deref(), Some(form), "{name}");
    }
}

#[test]
fn ac_01_names_of_nothing_but_legal_words_keep_them() {
    assert_eq!(texts("GmbH"), ["gmbh"]);
    assert_eq!(normalise("The Limited").legal_form, None);
    assert!(normalise("").words.is_empty());
    assert!(normalise(" .,- ").words.is_empty());
}

#[test]
fn ac_01_numbers_have_one_form() {
    assert_eq!(texts("Fund IV"), ["fund", "4"]);
    assert_eq!(texts("Fund Four"), ["fund", "4"]);
    assert_eq!(texts("Fund 04"), ["fund", "4"]);
    assert_ne!(texts("Fund IV"), texts("Fund V"));
    assert_eq!(normalise("Fund V").words[1].class, WordClass::Number);
}

#[test]
fn ac_01_trading_names_are_parted() {
    let name = normalise("Soyuz Trade FZE dba Soyuz");
    assert_eq!(name.words.len(), 3);
    assert_eq!(name.trading_as[0].text, "soyuz");
    assert_eq!(texts("DBA Consulting"), ["dba", "consulting"]);
}

#[test]
fn ac_01_web_addresses_lose_their_dress() {
    assert_eq!(texts("www.globex.com"), ["globex"]);
    assert_eq!(texts("https://www.globex.co.uk/about"), ["globex"]);
    assert_eq!(texts("www globex com"), ["globex"]);
    assert!(normalise("wwwharborpointcom").web_address);
    assert!(!normalise("S.p.A").web_address);
}

#[test]
fn ac_01_exchange_notation_is_dropped() {
    assert_eq!(texts("TERNA R.E.N. SPA  EO -,22"), ["terna", "ren", "spa"]);
    assert_eq!(texts("ERCROS SA ERCROS ORD SHS"), ["ercros", "sa"]);
    assert_eq!(texts("HEINEKEN  EO 1,60"), ["heineken"]);
    assert_eq!(texts("BYD CO. LTD H  YC 1"), ["byd", "limited", "company"]);
    assert_eq!(texts("LOGWIN AG NAM. O.N."), ["logwin", "ag"]);
    assert_eq!(texts("Growth Fund Class A"), ["growth", "fund", "class", "a"]);
}

#[test]
fn ac_02_a_letter_a_sign_or_a_form_alone_names_no_company() {
    for name in [
        "a", "", " ", "😀", "😀😀", "GmbH", "Inc.", "The", "Group", "Germany", "IV", "2024", "ab",
        "-",
    ] {
        assert!(!names_a_company(name), "{name}");
    }
    for name in [
        "Globex",
        "HP Inc",
        "3M",
        "三井物産",
        "Bau",
        "North Sea",
        "A1 Telekom",
        "Ölmühle",
        "Группа Север",
    ] {
        assert!(names_a_company(name), "{name}");
    }
}
