//! Values and keys of a document as a reader says them.

use serde_json::Value;

use crate::money::{Currency, Money};
use crate::percentage::BasisPoints;

/// Letters of a text that a change quotes; longer texts are only said to have changed.
const LONGEST_QUOTE: usize = 60;

/// "90 → 120 days": both values with their unit, which the end of the key tells.
pub(super) fn from_to(
    key: &str,
    old: Option<&Value>,
    new: Option<&Value>,
    currency: Currency,
) -> String {
    if is_long(old) || is_long(new) {
        return "text changed".to_owned();
    }
    if let (Some(Value::Array(before)), Some(Value::Array(after))) = (old, new) {
        return list_change(before, after);
    }
    let unit = unit(key);
    let counted =
        !unit.is_empty() && old.is_some_and(Value::is_i64) && new.is_some_and(Value::is_i64);
    if counted {
        let (before, after) = (value(key, old, currency), value(key, new, currency));
        let before = before.strip_suffix(unit).unwrap_or(&before).trim_end().to_owned();
        return format!("{before} → {after}");
    }
    format!("{} → {}", value(key, old, currency), value(key, new, currency))
}

fn is_long(value: Option<&Value>) -> bool {
    value.and_then(Value::as_str).is_some_and(|text| text.chars().count() > LONGEST_QUOTE)
}

fn list_change(before: &[Value], after: &[Value]) -> String {
    let missing = |from: &[Value], other: &[Value]| -> Vec<String> {
        from.iter().filter(|entry| !other.contains(entry)).map(plain).collect()
    };
    let (gone, added) = (missing(before, after), missing(after, before));
    match (gone.is_empty(), added.is_empty()) {
        (true, true) => "reordered".to_owned(),
        (false, true) => format!("removed {}", gone.join(", ")),
        (true, false) => format!("added {}", added.join(", ")),
        (false, false) => format!("{} instead of {}", added.join(", "), gone.join(", ")),
    }
}

/// One value with its unit.
pub(super) fn value(key: &str, value: Option<&Value>, currency: Currency) -> String {
    let Some(value) = value else {
        return "none".to_owned();
    };
    let number = value.as_i64();
    if let Some(minor) = number.filter(|_| key.contains("_minor")) {
        return Money::new(minor, own_currency(key).unwrap_or(currency)).words();
    }
    if let Some(share) = number.filter(|_| key.ends_with("_bp")) {
        return BasisPoints::new(u32::try_from(share).unwrap_or(u32::MAX)).to_string();
    }
    match (value, unit(key)) {
        (Value::Number(number), "") => number.to_string(),
        (Value::Number(number), unit) if number.as_i64() == Some(1) => {
            format!("1 {}", unit.strip_suffix('s').unwrap_or(unit))
        }
        (Value::Number(number), unit) => format!("{number} {unit}"),
        (other, _) => plain(other),
    }
}

/// The currency at the end of a key such as `minimum_amounts_minor.USD`.
fn own_currency(key: &str) -> Option<Currency> {
    key.rsplit_once('.').and_then(|(_, last)| Currency::parse(last).ok())
}

fn unit(key: &str) -> &'static str {
    let units = [
        ("_business_days", "business days"),
        ("_days", "days"),
        ("_months", "months"),
        ("_quarters", "quarters"),
        ("_percent", "%"),
        ("_per_hour", "an hour"),
    ];
    units.into_iter().find(|(end, _)| key.ends_with(end)).map_or("", |(_, unit)| unit)
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.replace('_', " "),
        Value::Array(list) if list.is_empty() => "none".to_owned(),
        Value::Array(list) => list.iter().map(plain).collect::<Vec<_>>().join(", "),
        Value::Object(map) => {
            let named = map.get("name").or_else(|| map.get("code")).map(plain);
            named.unwrap_or_else(|| "an entry".to_owned())
        }
    }
}

/// A key as words: without its unit, with blanks.
pub(super) fn humanised(key: &str) -> String {
    let ends = ["_business_days", "_days", "_bp", "_minor", "_percent", "_on"];
    let bare = ends.into_iter().find_map(|end| key.strip_suffix(end)).unwrap_or(key);
    bare.replace('_', " ")
}
