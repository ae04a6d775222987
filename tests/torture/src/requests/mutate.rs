//! Requests that are almost right: from the schemas of the document, with something wrong here and
//! there.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::operation::Operation;
use super::schema::resolved;
use crate::inside::dice::Dice;

/// A request.
#[derive(Debug)]
pub(super) struct Mutated {
    pub(super) path: String,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Vec<u8>,
}

/// Ids that answers have shown, by the path of their collection.
#[derive(Debug, Default)]
pub(super) struct Pool {
    by_path: BTreeMap<String, Vec<String>>,
}

/// Ids kept of each collection.
const MOST_IDS: usize = 40;

impl Pool {
    /// Keeps the ids of a list.
    pub(super) fn learn(&mut self, path: &str, body: &Value) {
        let list = body.get("data").and_then(Value::as_array);
        let own = body.get("id").map(|_| body);
        for thing in list.into_iter().flatten().chain(own) {
            if let Some(id) = thing.get("id").and_then(Value::as_str) {
                let ids = self.by_path.entry(path.to_owned()).or_default();
                if ids.len() < MOST_IDS && !ids.iter().any(|known| known == id) {
                    ids.push(id.to_owned());
                }
            }
        }
    }

    fn of(&self, path: &str, dice: &mut Dice) -> Option<String> {
        dice.pick(self.by_path.get(path)?).cloned()
    }

    fn any(&self, dice: &mut Dice) -> Option<String> {
        let place = dice.place(self.by_path.len());
        let list = self.by_path.values().nth(place)?;
        dice.pick(list).cloned()
    }
}

/// Texts that have broken programs before.
const TEXTS: [&str; 26] = [
    "",
    " ",
    "0",
    "-1",
    "2026-02-30",
    "2026-06-30",
    "9999-12-31",
    "1e999",
    "NaN",
    "null",
    "Globex GmbH",
    "globex-corp.com",
    "ana@globex-corp.com",
    "EUR",
    "DE",
    "core",
    "approve",
    "../../etc/passwd",
    "' OR 1=1 --",
    "%",
    "_%",
    "\u{0}",
    "\u{202e}evil\u{feff}",
    "日本語の会社名",
    "ＡＢＣ＝１",
    "👩‍👩‍👧‍👦",
];

impl Operation {
    /// One request; every number drawn makes another.
    pub(super) fn mutated(&self, document: &Value, pool: &Pool, dice: &mut Dice) -> Mutated {
        let mut headers = Vec::new();
        for name in self.parameters("header") {
            let value = match name {
                "Idempotency-Key" => match dice.below(40) {
                    0 => continue,
                    1 => "k".repeat(300),
                    2 => "a b".to_owned(),
                    _ => format!("m-{}", dice.below(u64::MAX)),
                },
                "If-Match" => {
                    let tags = ["\"1\"", "\"2\"", "*", "W/\"1\"", "1", "\"x\"", "\"1\", \"2\""];
                    dice.pick(&tags).copied().unwrap_or_default().to_owned()
                }
                _ => continue,
            };
            headers.push((if name == "If-Match" { "if-match" } else { "idempotency-key" }, value));
        }
        let body = self.body(document, pool, dice);
        let kind = if dice.below(60) == 0 { "text/plain" } else { "application/json" };
        headers.push(("content-type", kind.to_owned()));
        Mutated { path: self.address(pool, dice), headers, body }
    }

    fn address(&self, pool: &Pool, dice: &mut Dice) -> String {
        let mut path = String::new();
        let mut template = String::new();
        for part in self.path.split('/').skip(1) {
            let is_parameter = part.starts_with('{');
            path.push('/');
            if is_parameter {
                let known = match dice.below(20) {
                    0 => None,
                    1 => pool.any(dice),
                    _ => pool.of(&template, dice).or_else(|| pool.any(dice)),
                };
                let value = known.unwrap_or_else(|| text(dice));
                path.push_str(&encoded(if value.is_empty() { "-" } else { &value }));
            } else {
                path.push_str(part);
            }
            template.push('/');
            template.push_str(part);
        }
        let mut sign = '?';
        for name in self.parameters("query") {
            if dice.percent(40) {
                let known = if dice.percent(30) { pool.any(dice) } else { None };
                let value = known.unwrap_or_else(|| text(dice));
                path.extend([sign.to_string().as_str(), name, "=", &encoded(&value)]);
                sign = '&';
            }
        }
        path
    }

    fn body(&self, document: &Value, pool: &Pool, dice: &mut Dice) -> Vec<u8> {
        if self.method == "GET" {
            return Vec::new();
        }
        let Some(schema) = self.takes() else {
            return if dice.percent(80) { Vec::new() } else { text(dice).into_bytes() };
        };
        let wrong = dice.pick(&[0, 0, 3, 10]).copied().unwrap_or(0);
        let maker = Maker { document, pool, wrong };
        let value = maker.value((schema, ""), dice, 0);
        let mut bytes = value.to_string().into_bytes();
        match dice.below(60) {
            0 => bytes.truncate(dice.place(bytes.len().max(1))),
            1 => bytes = "[".repeat(20_000).into_bytes(),
            2 => bytes = b"{\"a\":\"\\ud800\"}".to_vec(),
            3 => bytes = vec![0xff, 0xfe, 0x00],
            4 => bytes.clear(),
            _ => {}
        }
        bytes
    }
}

fn text(dice: &mut Dice) -> String {
    match dice.below(40) {
        0 => "x".repeat(70_000),
        1 => "ä".repeat(5_000),
        _ => dice.pick(&TEXTS).copied().unwrap_or_default().to_owned(),
    }
}

/// For a path or query.
fn encoded(text: &str) -> String {
    text.bytes()
        .take(2_000)
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect()
}

struct Maker<'a> {
    document: &'a Value,
    pool: &'a Pool,
    /// In so many of a hundred places stands something that does not belong there.
    wrong: u64,
}

impl Maker<'_> {
    /// A value of the schema; now and then one of another kind.
    fn value(&self, (schema, name): (&Value, &str), dice: &mut Dice, depth: u32) -> Value {
        if dice.percent(self.wrong) || depth > 8 {
            return Self::wrong(dice);
        }
        let schema = resolved(self.document, schema);
        for way in ["anyOf", "oneOf"] {
            if let Some(list) = schema.get(way).and_then(Value::as_array)
                && let Some(one) = dice.pick(list)
            {
                return self.value((one, name), dice, depth + 1);
            }
        }
        if let Some(only) = schema.get("const") {
            return only.clone();
        }
        if let Some(list) = schema.get("enum").and_then(Value::as_array)
            && let Some(one) = dice.pick(list)
        {
            return one.clone();
        }
        let kind = match schema.get("type") {
            Some(Value::Array(kinds)) => dice.pick(kinds).and_then(Value::as_str),
            Some(Value::String(kind)) => Some(kind.as_str()),
            _ => None,
        };
        match kind {
            Some("object") => self.object(schema, dice, depth),
            Some("array") => {
                let items = schema.get("items").unwrap_or(&Value::Bool(true));
                let count = dice.below(4);
                Value::Array(
                    (0..count).map(|_| self.value((items, name), dice, depth + 1)).collect(),
                )
            }
            Some("integer" | "number") => {
                let numbers = [0, 1, -1, 100, 5_000_000, i64::MAX, i64::MIN];
                json!(dice.pick(&numbers))
            }
            Some("boolean") => json!(dice.percent(50)),
            Some("string") if dice.percent(if self.wrong == 0 { 95 } else { 40 }) => {
                json!(self.likely(name, dice))
            }
            Some("string") if dice.percent(30) => {
                self.pool.any(dice).map_or_else(|| json!(text(dice)), Value::String)
            }
            Some("string") => json!(text(dice)),
            Some(_) => Value::Null,
            None => Self::wrong(dice),
        }
    }

    fn object(&self, schema: &Value, dice: &mut Dice, depth: u32) -> Value {
        let required = schema.get("required").and_then(Value::as_array);
        let is_required =
            |name: &str| required.is_some_and(|list| list.iter().any(|one| one == name));
        let mut object = Map::new();
        let known = schema.get("properties").and_then(Value::as_object);
        for (name, member) in known.into_iter().flatten() {
            if dice.percent(if is_required(name) { 95 } else { 50 }) {
                object.insert(name.clone(), self.value((member, name), dice, depth + 1));
            }
        }
        let others = schema.get("additionalProperties").filter(|schema| schema.is_object());
        if let Some(others) = others {
            object.insert(text(dice), self.value((others, ""), dice, depth + 1));
        }
        if dice.percent(self.wrong) {
            object.insert("surplus".to_owned(), Self::wrong(dice));
        }
        Value::Object(object)
    }

    /// What stands in a member of that name when people fill it.
    fn likely(&self, name: &str, dice: &mut Dice) -> String {
        let of = |path: &str, dice: &mut Dice| self.pool.of(path, dice).unwrap_or_default();
        let word = match name {
            name if name.ends_with("_on") => "2026-01-05",
            name if name.ends_with("_at") => "2026-02-05T09:00:00Z",
            "account_id" | "merged_account_id" => return of("/api/v1/accounts", dice),
            "partner_id" => return of("/api/v1/partners", dice),
            "registration_id" => return of("/api/v1/deal-registrations", dice),
            "email" | "contact_email" => "ana@globex-corp.com",
            "currency" => "EUR",
            "country" | "account_country" => "DE",
            "domain" | "domains" | "account_domain" => "vandelay-corp.com",
            "code" | "product" => "core",
            "kind" => "call",
            "decision" => "approve",
            "outcome" => "won",
            "stage" => "meeting",
            "reason" => "insufficient_information",
            "roles" => "seller",
            "scopes" => "program:read",
            _ => return format!("Words {}", dice.below(1_000)),
        };
        word.to_owned()
    }

    fn wrong(dice: &mut Dice) -> Value {
        match dice.below(8) {
            0 => Value::Null,
            1 => json!(true),
            2 => json!(u64::MAX),
            3 => json!(-1.5),
            4 => json!([]),
            5 => json!({}),
            6 => json!([[[[{ "a": [null] }]]]]),
            _ => json!(text(dice)),
        }
    }
}
