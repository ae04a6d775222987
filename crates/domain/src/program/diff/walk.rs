//! Walks two documents side by side and says where they differ.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::terms::{self, Better};
use super::words::{from_to, humanised};
use super::{Affects, Change};
use crate::money::Currency;
use crate::program::document::Document;

/// Every difference, key by key, in the order of the new document.
pub(super) fn changes(old: &Document, new: &Document) -> Vec<Change> {
    let plain = |document: &Document| serde_json::to_value(document).unwrap_or_default();
    let (before, after) = (plain(old), plain(new));
    let mut walk = Walk { currency: new.currency, names: Vec::new(), changes: Vec::new() };
    walk.compare(&mut Vec::new(), Some(&before), Some(&after));
    walk.changes
}

struct Walk {
    currency: Currency,
    /// Names of the entries on the way to the current key, outermost first.
    names: Vec<String>,
    changes: Vec<Change>,
}

impl Walk {
    fn compare(&mut self, steps: &mut Vec<String>, old: Option<&Value>, new: Option<&Value>) {
        if old == new {
            return;
        }
        match (old, new) {
            (Some(Value::Object(before)), Some(Value::Object(after))) => {
                self.tables(steps, before, after);
            }
            (Some(Value::Array(before)), Some(Value::Array(after)))
                if is_entries(before) && is_entries(after) =>
            {
                self.entries(steps, before, after);
            }
            (Some(Value::Array(before)), None) if is_entries(before) && !before.is_empty() => {
                self.entries(steps, before, &[]);
            }
            (None, Some(Value::Array(after))) if is_entries(after) && !after.is_empty() => {
                self.entries(steps, &[], after);
            }
            (None, Some(Value::Object(table))) => self.whole(steps, table, true),
            (Some(Value::Object(table)), None) => self.whole(steps, table, false),
            (_, _) => self.leaf(steps, old, new),
        }
    }

    fn tables(
        &mut self,
        steps: &mut Vec<String>,
        before: &Map<String, Value>,
        after: &Map<String, Value>,
    ) {
        let new_keys = after.keys().filter(|key| !before.contains_key(*key));
        for key in before.keys().chain(new_keys) {
            steps.push(key.clone());
            self.compare(steps, before.get(key), after.get(key));
            steps.pop();
        }
    }

    fn entries(&mut self, steps: &mut Vec<String>, before: &[Value], after: &[Value]) {
        let (old, new) = (identified(before), identified(after));
        let old_order: Vec<_> =
            old.iter().filter(|(id, _)| has(&new, id)).map(|(id, _)| id).collect();
        let new_order: Vec<_> =
            new.iter().filter(|(id, _)| has(&old, id)).map(|(id, _)| id).collect();
        if old_order != new_order {
            let words = format!("{}: reordered", self.subject(steps, None));
            let worsens = steps.first().is_some_and(|section| section == "tiers");
            self.push(steps, None, words, worsens);
        }
        let added = new.iter().filter(|(id, _)| !has(&old, id));
        for (id, entry) in old.iter().chain(added) {
            steps.push(id.clone());
            self.names.push(name_of(entry).unwrap_or_else(|| id.clone()));
            let find = |list: &[(String, &'_ Value)]| {
                list.iter().find(|(other, _)| other == id).map(|(_, value)| (*value).clone())
            };
            let (left, right) = (find(&old), find(&new));
            self.compare(steps, left.as_ref(), right.as_ref());
            self.names.pop();
            steps.pop();
        }
    }

    /// A table that is in one of the two documents only.
    fn whole(&mut self, steps: &[String], table: &Map<String, Value>, appears: bool) {
        let is_named_part = steps.first().is_some_and(|first| first == "registration");
        if is_named_part {
            let mut inner = steps.to_vec();
            for (key, value) in table {
                inner.push(key.clone());
                let (old, new) = if appears { (None, Some(value)) } else { (Some(value), None) };
                self.compare(&mut inner, old, new);
                inner.pop();
            }
            return;
        }
        let verb = if appears { "added" } else { "removed" };
        let name = self.names.last().cloned().unwrap_or_default();
        let section = steps.first().map_or_else(String::new, |section| singular(section));
        let words = if name.is_empty() {
            format!("{} {verb}", humanised(steps.last().map_or("", String::as_str)))
        } else {
            format!("{section} {name} {verb}")
        };
        self.push(steps, None, words, terms::entry_worsens(steps, appears));
    }

    fn leaf(&mut self, steps: &[String], old: Option<&Value>, new: Option<&Value>) {
        let term = terms::find(steps).or_else(|| terms::find(&without_part(steps)));
        let difference = from_to(&steps.join("."), old, new, self.currency);
        let words = format!("{}: {difference}", self.subject(steps, term.map(|term| term.words)));
        let better = term.map_or(Better::Neutral, |term| term.better);
        let worsens = is_worse(better, old, new);
        self.push(steps, term.and_then(terms::Term::rule), words, worsens);
    }

    /// What changed: the name of the key, and of the entry it belongs to.
    fn subject(&self, steps: &[String], words: Option<&str>) -> String {
        let last = steps.last().map_or("", String::as_str);
        let what = words.map_or_else(|| humanised(last), str::to_owned);
        match (self.names.as_slice(), steps) {
            ([], [section, part, code, ..])
                if section == "registration" && part.starts_with("by_") =>
            {
                format!("{what} of {code}")
            }
            ([], [section, _, ..]) if words.is_none() => {
                format!("{}, {what}", humanised(section))
            }
            ([], [_, _, country, day]) => format!("{what} {day} in {country}"),
            ([], _) => what,
            (names, _) => format!("{what} of {}", names.join(", ")),
        }
    }

    fn push(
        &mut self,
        steps: &[String],
        rule: Option<crate::rule_id::RuleId>,
        words: String,
        worsens_partner_terms: bool,
    ) {
        let affects = affected(steps);
        let key = steps.join(".");
        self.changes.push(Change { rule, key, words, worsens_partner_terms, affects });
    }
}

/// Whom a key touches, by the section it stands in.
fn affected(steps: &[String]) -> Affects {
    let mut parts = steps.iter().map(String::as_str);
    match (parts.next(), parts.next()) {
        (Some("tracks"), Some(code)) => Affects::Track { track: code.to_owned() },
        (Some("tiers"), Some(code)) => Affects::Tier { tier: code.to_owned() },
        (Some("territories"), Some(code)) => Affects::Territory { territory: code.to_owned() },
        (Some("registration"), Some("by_track")) => {
            Affects::Track { track: parts.next().unwrap_or_default().to_owned() }
        }
        (Some("registration"), Some("by_tier")) => {
            Affects::Tier { tier: parts.next().unwrap_or_default().to_owned() }
        }
        (Some(section), _) if terms::is_internal(section) => Affects::Nobody,
        (Some(_) | None, _) => Affects::Everyone,
    }
}

/// The steps of a track's or tier's own number as those of the general one.
fn without_part(steps: &[String]) -> Vec<String> {
    match steps {
        [section, part, _, rest @ ..] if part.starts_with("by_") => {
            std::iter::once(section.clone()).chain(rest.iter().cloned()).collect()
        }
        [..] => steps.to_vec(),
    }
}

/// Whether a partner is worse off with `new` than with `old`.
pub(super) fn is_worse(better: Better, old: Option<&Value>, new: Option<&Value>) -> bool {
    let number = |value: &Value| value.as_i64().or_else(|| value.as_bool().map(i64::from));
    let entries =
        |value: Option<&Value>| value.and_then(Value::as_array).cloned().unwrap_or_default();
    match better {
        Better::Higher | Better::Lower => match (old.and_then(number), new.and_then(number)) {
            (Some(before), Some(after)) if better == Better::Higher => after < before,
            (Some(before), Some(after)) => after > before,
            (None, Some(_)) => true,
            (_, None) => false,
        },
        Better::Longer => entries(old).iter().any(|entry| !entries(new).contains(entry)),
        Better::Shorter => entries(new).iter().any(|entry| !entries(old).contains(entry)),
        Better::Ranked(order) => {
            let rank = |value: Option<&Value>| {
                order.iter().position(|word| value.and_then(Value::as_str) == Some(*word))
            };
            rank(new) < rank(old)
        }
        Better::Unclear => true,
        Better::Neutral => false,
    }
}

fn is_entries(list: &[Value]) -> bool {
    list.iter().all(Value::is_object)
}

fn has(list: &[(String, &Value)], id: &str) -> bool {
    list.iter().any(|(other, _)| other == id)
}

/// The entries of a list with what tells them apart; repeated ones are counted.
fn identified(list: &[Value]) -> Vec<(String, &Value)> {
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    let identify = |entry| {
        let id = identity(entry);
        let count = seen.entry(id.clone()).and_modify(|count| *count += 1).or_insert(1);
        let id = if *count > 1 { format!("{id} #{count}") } else { id };
        (id, entry)
    };
    list.iter().map(identify).collect()
}

fn identity(entry: &Value) -> String {
    let keys = ["code", "decision", "level", "month_on", "begins_on", "track", "name", "words"];
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    if let Some(id) = keys.into_iter().find_map(|key| entry.get(key)).map(text) {
        return entry.get("kind").and_then(Value::as_str).map_or(id.clone(), |kind| {
            if entry.get("month_on").is_some() { format!("{id} {kind}") } else { id }
        });
    }
    if let Some(from) = entry.pointer("/amount_minor/from") {
        return from.to_string();
    }
    let part = |key: &str| entry.get(key).map_or_else(|| "all".to_owned(), text);
    format!("{} {}", part("territory"), part("segment"))
}

fn name_of(entry: &Value) -> Option<String> {
    entry.get("name").and_then(Value::as_str).map(str::to_owned)
}

/// The name of one entry of a section.
fn singular(section: &str) -> String {
    let words = humanised(section);
    match words.as_str() {
        "territories" => "territory".to_owned(),
        "direct coverage" | "roadmap" | "discount table" | "conflicts" => words,
        _ => words.strip_suffix('s').map_or(words.clone(), str::to_owned),
    }
}
