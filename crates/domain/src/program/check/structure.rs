//! Whether the values of a document have the shape that the schema publishes.

use serde_json::{Map, Value};

use super::findings::Findings;
use super::shape::{Kind, Shape};
use super::source::KeyPath;
use super::suggestion::suggestion;
use crate::accounts::{Country, Domain};
use crate::calendar::Zone;
use crate::money::Currency;
use crate::program::value::is_code;

/// Compares a value with its shape, notes every difference, and returns a value that fits: unknown
/// keys left out, and placeholders where nothing fitting was found. Rule PG-03.
pub(super) fn fitted(
    path: &KeyPath,
    shape: Shape,
    value: &Value,
    findings: &mut Findings<'_>,
) -> Value {
    match (shape.kind(), value) {
        (Kind::Table, Value::Object(map)) => fitted_table(path, shape, map, findings),
        (Kind::List, Value::Array(list)) => fitted_list(path, shape, list, findings),
        (Kind::Text, Value::String(text)) => match text_fault(shape, text) {
            Some(fault) => replaced(path, shape, fault, findings),
            None => value.clone(),
        },
        (Kind::Whole, Value::Number(number)) if number.is_i64() => {
            match whole_fault(path, shape, number.as_i64().unwrap_or_default()) {
                Some(fault) => replaced(path, shape, fault, findings),
                None => value.clone(),
            }
        }
        (Kind::Truth, Value::Bool(_)) => value.clone(),
        (kind, _) => replaced(path, shape, type_fault(shape, kind, value), findings),
    }
}

/// What is wrong with a value: the code, what is wrong, what to do.
type Fault = (&'static str, String, String);

fn replaced(path: &KeyPath, shape: Shape, fault: Fault, findings: &mut Findings<'_>) -> Value {
    let (code, message, remedy) = fault;
    findings.unreadable(path, code, (message, remedy));
    shape.placeholder()
}

fn fitted_table(
    path: &KeyPath,
    shape: Shape,
    map: &Map<String, Value>,
    findings: &mut Findings<'_>,
) -> Value {
    let mut fitting = Map::new();
    for (key, value) in map {
        let inner = path.key(key);
        if let Some(property) = shape.property(key) {
            fitting.insert(key.clone(), fitted(&inner, property, value, findings));
        } else if let Some(values) = shape.values() {
            let fault = shape.key_names().and_then(|names| text_fault(names, key));
            match fault {
                Some((code, message, remedy)) => {
                    let message = format!("The key is not valid: {message}");
                    findings.unreadable(&inner, code, (message, remedy));
                }
                None => {
                    fitting.insert(key.clone(), fitted(&inner, values, value, findings));
                }
            }
        } else {
            unknown_key(&inner, shape, key, findings);
        }
    }
    for key in shape.required().filter(|key| !map.contains_key(*key)) {
        if let Some(property) = shape.property(key) {
            missing_key(&path.key(key), property, key, findings);
            fitting.insert(key.to_owned(), property.placeholder());
        }
    }
    let (_, most) = shape.sizes("minProperties", "maxProperties");
    if map.len() > most {
        let message = format!("Too many keys: {}.", map.len());
        findings.unreadable(path, "too-many", (message, format!("Keep at most {most}.")));
    }
    Value::Object(fitting)
}

fn unknown_key(path: &KeyPath, shape: Shape, key: &str, findings: &mut Findings<'_>) {
    let known = if findings.is_full() { String::new() } else { suggestion(key, shape.keys()) };
    let message = format!("Unknown key `{}`.", short(key));
    findings.unreadable(path, "unknown-key", (message, known));
}

fn missing_key(path: &KeyPath, property: Shape, key: &str, findings: &mut Findings<'_>) {
    let purpose = property.purpose();
    let meaning = if purpose.is_empty() { String::new() } else { format!(": {purpose}") };
    let remedy = format!("Add `{key}`, {}{meaning}.", property.kind().words());
    findings.unreadable(path, "missing-key", (format!("`{key}` is missing."), remedy));
}

fn fitted_list(path: &KeyPath, shape: Shape, list: &[Value], findings: &mut Findings<'_>) -> Value {
    let (fewest, most) = shape.sizes("minItems", "maxItems");
    if list.len() < fewest {
        let remedy = format!("Add at least {fewest}.");
        findings.unreadable(path, "too-few", ("The list is too short.".to_owned(), remedy));
    }
    if list.len() > most {
        let message = format!("Too many entries: {}.", list.len());
        findings.unreadable(path, "too-many", (message, format!("Keep at most {most}.")));
    }
    let entries = list.iter().take(most).enumerate();
    let fitting = entries.map(|(index, value)| match shape.entries() {
        Some(entry) => fitted(&path.index(index), entry, value, findings),
        None => value.clone(),
    });
    Value::Array(fitting.collect())
}

fn type_fault(shape: Shape, kind: Kind, value: &Value) -> Fault {
    let given = match value {
        Value::Null => "a number out of range",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number with decimals",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a table",
    };
    let given = if value.is_i64() { "a whole number" } else { given };
    let message = format!("{} is expected here, not {given}.", capitalised(kind.words()));
    let hint = match (kind, value) {
        (Kind::Whole, Value::String(text)) if text.trim().parse::<i64>().is_ok() => {
            format!("Write {} without quotes.", text.trim())
        }
        (Kind::Whole, Value::Number(_)) => {
            "Amounts are in minor units and shares in basis points, both without decimals."
                .to_owned()
        }
        (Kind::Truth, Value::String(text)) if text == "true" || text == "false" => {
            format!("Write {text} without quotes.")
        }
        (Kind::List, Value::String(_) | Value::Number(_)) => "Put it in [ ].".to_owned(),
        (_, _) => expected(shape),
    };
    ("wrong-type", message, hint)
}

fn whole_fault(path: &KeyPath, shape: Shape, number: i64) -> Option<Fault> {
    let (lowest, highest) = shape.bounds();
    if (lowest..=highest).contains(&number) {
        return None;
    }
    let is_window = path.as_str().ends_with("_days");
    let message = if number == 0 && is_window {
        "A window of zero days has no effect.".to_owned()
    } else {
        format!("{number} is out of range.")
    };
    Some(("out-of-range", message, expected(shape)))
}

/// What would be right, with what the value is for.
fn expected(shape: Shape) -> String {
    let words = shape.words();
    let what = match shape.kind() {
        Kind::Whole => match shape.bounds() {
            (lowest, highest) if lowest == highest => format!("Write {lowest}"),
            (lowest, i64::MAX) => format!("Write a whole number from {lowest}"),
            (lowest, highest) => format!("Write a whole number from {lowest} to {highest}"),
        },
        Kind::Text if !words.is_empty() => format!("Write one of {}", quoted(&words)),
        kind @ (Kind::Table | Kind::List | Kind::Text | Kind::Truth) => {
            format!("Write {}", kind.words())
        }
    };
    let purpose = shape.purpose();
    if purpose.is_empty() { format!("{what}.") } else { format!("{what}: {purpose}.") }
}

fn text_fault(shape: Shape, text: &str) -> Option<Fault> {
    let words = shape.words();
    if !words.is_empty() && !words.contains(&text) {
        let message = format!("\"{}\" is not a known value.", short(text));
        return Some(("unknown-word", message, suggestion(text, words.into_iter())));
    }
    let (fewest, most) = shape.sizes("minLength", "maxLength");
    let letters = text.chars().count();
    if letters < fewest || text.trim().len() < fewest.min(1) {
        return Some(("empty", "The text is empty.".to_owned(), expected(shape)));
    }
    if letters > most {
        let message = format!("The text has {letters} letters.");
        return Some(("too-long", message, format!("Keep it to {most}.")));
    }
    if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        let message = "The text holds a control character.".to_owned();
        return Some(("control-character", message, "Remove it.".to_owned()));
    }
    format_fault(shape.format()?, text)
}

fn format_fault(format: &str, text: &str) -> Option<Fault> {
    let shown = short(text);
    let (is_sound, code, message, remedy) = match format {
        "date" => (
            text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok(),
            "invalid-date",
            format!("\"{shown}\" is not a valid date."),
            "Write an existing date as YEAR-MONTH-DAY, such as 2026-05-01.".to_owned(),
        ),
        "iana-time-zone" => (
            Zone::parse(text).is_ok(),
            "unknown-zone",
            format!("Unknown time zone \"{shown}\"."),
            "Write an IANA name, such as Europe/Berlin or America/New_York.".to_owned(),
        ),
        "iso-4217" => (
            Currency::parse(text).is_ok_and(|currency| currency.as_str() == text),
            "unknown-currency",
            format!("Unknown currency \"{shown}\"."),
            "Write three capital letters, such as EUR or USD.".to_owned(),
        ),
        "iso-3166-1-alpha-2" => (
            Country::parse(text).is_ok_and(|country| country.code() == text),
            "unknown-country",
            format!("Unknown country \"{shown}\"."),
            country_remedy(text),
        ),
        "code" => (
            is_code(text),
            "invalid-code",
            format!("\"{shown}\" is not a valid code."),
            "Use lower-case letters, digits and underscores, starting with a letter.".to_owned(),
        ),
        "internet-domain" => (
            Domain::parse(text).is_ok() && !text.contains(['/', ':']),
            "invalid-domain",
            format!("\"{shown}\" is not a domain."),
            "Write only the domain, such as globex.example, without https:// and path.".to_owned(),
        ),
        _ => return None,
    };
    (!is_sound).then_some((code, message, remedy))
}

fn country_remedy(text: &str) -> String {
    match (text, Country::parse(text).ok().or_else(|| Country::named(text))) {
        ("UK" | "uk", _) => "The code for the United Kingdom is GB.".to_owned(),
        (_, Some(country)) => format!("Write {country}."),
        (_, None) => "Write two capital letters of ISO 3166-1, such as DE or US.".to_owned(),
    }
}

fn quoted(words: &[&str]) -> String {
    words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", ")
}

fn capitalised(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// At most forty letters of a text that someone else wrote.
pub(super) fn short(text: &str) -> String {
    let mut shown: String = text.chars().take(40).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown.escape_debug().to_string().replace("\\'", "'")
}
