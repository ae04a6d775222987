//! The document as people read it: every section, made from the document itself, so that a
//! section added later is shown without further work. Keys carry their units at the end.

use domain::program::Document;
use toml::{Table as Section, Value};
use web::{Facts, Markup, Row, Table, html, inline_code, section};

use super::version::columns;

/// Sections in reading order with their headings; what is not named follows under its own key.
const HEADINGS: &[(&str, &str)] = &[
    ("registration", "Deal registration"),
    ("tiers", "Tiers"),
    ("tracks", "Tracks"),
    ("certifications", "Certifications"),
    ("products", "Products"),
    ("territories", "Territories"),
    ("segments", "Segments"),
    ("direct_coverage", "Direct coverage"),
    ("house_accounts", "House accounts"),
    ("availability", "Availability checks"),
    ("matching", "Account matching"),
    ("stages", "Sales stages"),
    ("conflicts", "Conflicts"),
    ("decision_rights", "Decision rights"),
    ("policies", "Policies"),
    ("governance", "Sponsor and council"),
    ("thesis", "Channel thesis"),
    ("objectives", "Objectives"),
    ("costs", "Costs"),
    ("roadmap", "Roadmap"),
    ("qualification", "Partner qualification"),
    ("scorecard", "Scorecard"),
    ("discount_table", "Volume discounts"),
    ("incentives", "Incentives"),
    ("calendar", "Calendar"),
    ("rules_of_engagement", "Introduction for partners"),
];

/// The whole document by section.
pub(super) fn sections(document: &Document) -> Markup {
    let money = Money {
        currency: document.currency.to_string(),
        exponent: u8::try_from(document.currency.exponent()).unwrap_or(2),
    };
    let Ok(all) = document.to_toml().parse::<Section>() else {
        return html! { p { "The document cannot be displayed; download it instead." } };
    };
    let (head, rest): (Vec<_>, Vec<_>) = all.iter().partition(|(_, value)| is_plain(value));
    let basics = head
        .into_iter()
        .fold(Facts::new(), |facts, (key, value)| facts.row(label(key), plain(key, value, &money)));
    html! {
        (section("Basics", basics))
        @for (key, heading) in HEADINGS {
            @if let Some(value) = all.get(*key) {
                (folded(heading, key, value, &money))
            }
        }
        @for (key, value) in rest {
            @if HEADINGS.iter().all(|(known, _)| known != key) {
                (folded(&label(key), key, value, &money))
            }
        }
    }
}

struct Money {
    currency: String,
    exponent: u8,
}

fn folded(heading: &str, key: &str, value: &Value, money: &Money) -> Markup {
    let body = any(key, value, money);
    if matches!(key, "registration" | "tiers" | "tracks") {
        return section(heading, body);
    }
    html! { details { summary { (heading) } (body) } }
}

fn is_plain(value: &Value) -> bool {
    match value {
        Value::Table(_) => false,
        Value::Array(list) => list.iter().all(|item| !matches!(item, Value::Table(_))),
        Value::String(_)
        | Value::Integer(_)
        | Value::Float(_)
        | Value::Boolean(_)
        | Value::Datetime(_) => true,
    }
}

fn any(key: &str, value: &Value, money: &Money) -> Markup {
    match value {
        Value::Table(table) => nested(table, money),
        Value::Array(list) if !is_plain(value) => listed(key, list, money),
        Value::Array(_)
        | Value::String(_)
        | Value::Integer(_)
        | Value::Float(_)
        | Value::Boolean(_)
        | Value::Datetime(_) => html! { p { (plain(key, value, money)) } },
    }
}

fn nested(table: &Section, money: &Money) -> Markup {
    let facts = table
        .iter()
        .filter(|(_, value)| is_plain(value))
        .fold(Facts::new(), |facts, (key, value)| facts.row(label(key), plain(key, value, money)));
    let has_facts = table.values().any(is_plain);
    html! {
        @if has_facts { (facts) }
        @for (key, value) in table.iter().filter(|(_, value)| !is_plain(value)) {
            h3 { (label(key)) }
            (any(key, value, money))
        }
    }
}

/// Entries of one kind side by side; what has parts of its own stands inside its cell.
fn listed(key: &str, list: &[Value], money: &Money) -> Markup {
    let mut keys: Vec<&String> = Vec::new();
    for name in list.iter().filter_map(Value::as_table).flat_map(Section::keys) {
        if !keys.contains(&name) {
            keys.push(name);
        }
    }
    let labels: Vec<String> = keys.iter().map(|name| label(name)).collect();
    let table = columns(&labels).into_iter().fold(Table::new(label(key)).compact(), Table::column);
    let rows = list.iter().filter_map(Value::as_table).map(|entry| {
        keys.iter().fold(Row::new(), |row, name| {
            row.cell(html! {
                @if let Some(value) = entry.get(name.as_str()) {
                    @match (is_plain(value), value) {
                        (true, Value::String(text)) if name.as_str() == "code" => (inline_code(text)),
                        (true, _) => (plain(name, value, money)),
                        (false, Value::Table(part)) if is_band(part) => (band(name, part, money)),
                        (false, _) => (any(name, value, money)),
                    }
                }
            })
        })
    });
    html! { (table.rows(rows)) }
}

fn is_band(part: &Section) -> bool {
    part.contains_key("from") && part.keys().all(|key| key == "from" || key == "below")
}

fn band(key: &str, part: &Section, money: &Money) -> String {
    let side = |name: &str| part.get(name).map(|value| plain(key, value, money));
    match (side("from"), side("below")) {
        (Some(from), Some(below)) => format!("{from} to below {below}"),
        (Some(from), None) => format!("{from} and more"),
        (None, Some(below)) => format!("below {below}"),
        (None, None) => String::new(),
    }
}

/// A value with its unit, which stands at the end of its key.
fn plain(key: &str, value: &Value, money: &Money) -> String {
    match value {
        Value::Integer(number) => with_unit(key, *number, money),
        Value::Boolean(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Value::String(text) => words(text),
        Value::Float(number) => number.to_string(),
        Value::Datetime(at) => at.to_string(),
        Value::Array(list) => {
            let parts: Vec<String> = list.iter().map(|item| plain(key, item, money)).collect();
            parts.join(", ")
        }
        Value::Table(part) => {
            let parts: Vec<String> = part
                .iter()
                .map(|(name, item)| format!("{}: {}", label(name), plain(name, item, money)))
                .collect();
            parts.join(", ")
        }
    }
}

/// A value as people read it: a code such as `partner_manager` without its underscores.
fn words(text: &str) -> String {
    let is_code = |c: char| c == '_' || c.is_ascii_lowercase() || c.is_ascii_digit();
    if text.contains('_') && text.chars().all(is_code) {
        text.replace("co_sell", "co-sell").replace('_', " ")
    } else {
        text.to_owned()
    }
}

fn with_unit(key: &str, number: i64, money: &Money) -> String {
    let counted = |one: &str, many: &str| {
        format!("{} {}", web::number_text(number), if number == 1 { one } else { many })
    };
    if key.ends_with("_bp") {
        let (whole, part) = (number / 100, number % 100);
        return if part == 0 { format!("{whole} %") } else { format!("{whole}.{part:02} %") };
    }
    if key.ends_with("_minor") {
        return web::amount_text(number, money.exponent, &money.currency);
    }
    if key.ends_with("business_days") {
        return counted("business day", "business days");
    }
    if key.ends_with("_days") {
        return counted("day", "days");
    }
    if key.ends_with("_months") {
        return counted("month", "months");
    }
    if key.ends_with("_quarters") {
        return counted("quarter", "quarters");
    }
    if key.ends_with("_percent") {
        return format!("{number} %");
    }
    web::number_text(number)
}

/// A key as people read it, without its unit.
fn label(key: &str) -> String {
    let short = ["_business_days", "_days", "_bp", "_minor", "_percent", "_on"]
        .into_iter()
        .find_map(|unit| key.strip_suffix(unit))
        .unwrap_or(key);
    let words = short.replace('_', " ");
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => format!("{}{}", first.to_uppercase(), letters.as_str()),
        None => words,
    }
}
