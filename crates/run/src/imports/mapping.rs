//! Which column fills which field.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{file::Line, kind::Kind};

/// Fields by the name of the column that fills them; a field that is absent is filled by none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Mapping(pub BTreeMap<String, String>);

impl Mapping {
    /// A mapping by the names of columns: equal to a field's word or label, or to what the field
    /// is called elsewhere, whatever the case and the signs between words. Each column fills one
    /// field, each field one column; earlier names of a field go before later ones.
    pub fn propose(kind: Kind, headers: &[String]) -> Self {
        let plain: Vec<String> = headers.iter().map(|header| words(header)).collect();
        let mut taken = BTreeSet::new();
        let mut mapping = BTreeMap::new();
        let find = |name: &str, taken: &BTreeSet<usize>| {
            plain
                .iter()
                .enumerate()
                .find(|(at, header)| !taken.contains(at) && *header == name)
                .map(|(at, _)| at)
        };
        for exact in [true, false] {
            for field in kind.fields() {
                if mapping.contains_key(field.key) {
                    continue;
                }
                let own = [words(field.key), words(field.label)];
                let found = if exact {
                    own.iter().find_map(|name| find(name, &taken))
                } else {
                    field.called.iter().find_map(|name| find(name, &taken))
                };
                if let Some((at, header)) = found.and_then(|at| Some((at, headers.get(at)?))) {
                    taken.insert(at);
                    mapping.insert(field.key.to_owned(), header.clone());
                }
            }
        }
        Self(mapping)
    }

    /// Everything that is wrong with it for this kind and these columns: field and words.
    pub fn faults(&self, kind: Kind, headers: &[String]) -> Vec<(String, String)> {
        let mut faults = Vec::new();
        for (field, header) in &self.0 {
            if !kind.fields().iter().any(|known| known.key == field) {
                faults.push((field.clone(), "unknown field".to_owned()));
            } else if !headers.contains(header) {
                faults.push((field.clone(), format!("the file has no column “{header}”")));
            }
        }
        for field in kind.fields().iter().filter(|field| field.required) {
            if !self.0.contains_key(field.key) {
                faults.push((field.key.to_owned(), "choose the column that fills it".to_owned()));
            }
        }
        faults
    }

    /// The positions of the columns, for reading rows.
    pub fn columns(&self, headers: &[String]) -> Columns {
        let find = |header: &String| headers.iter().position(|known| known == header);
        Columns {
            of: self.0.iter().filter_map(|(field, h)| Some((field.clone(), find(h)?))).collect(),
            headers: headers.to_vec(),
        }
    }
}

/// Fields by the position of their column.
#[derive(Debug, Clone)]
pub struct Columns {
    of: BTreeMap<String, usize>,
    headers: Vec<String>,
}

impl Columns {
    /// What a row says for a field; `""` when nothing.
    pub fn text<'l>(&self, line: &'l Line, field: &str) -> &'l str {
        let position = self.of.get(field);
        position.and_then(|at| line.cells.get(*at)).map_or("", String::as_str)
    }

    /// True when a column fills the field.
    pub fn has(&self, field: &str) -> bool {
        self.of.contains_key(field)
    }

    /// The name of the column that fills the field, for findings; the field's own word when none.
    pub fn header<'s>(&'s self, field: &'s str) -> &'s str {
        let position = self.of.get(field);
        position.and_then(|at| self.headers.get(*at)).map_or(field, String::as_str)
    }
}

/// A name in lower case with single blanks between its words; camel case is taken apart.
pub(super) fn words(name: &str) -> String {
    let mut apart = String::with_capacity(name.len() + 4);
    let mut before = ' ';
    for letter in name.chars() {
        if letter.is_uppercase() && before.is_lowercase() {
            apart.push(' ');
        }
        apart.extend(if letter.is_alphanumeric() { letter } else { ' ' }.to_lowercase());
        before = letter;
    }
    apart.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proposed(kind: Kind, headers: &[&str]) -> BTreeMap<String, String> {
        let headers: Vec<String> = headers.iter().map(|name| (*name).to_owned()).collect();
        Mapping::propose(kind, &headers).0
    }

    #[test]
    fn im_01_an_ordinary_export_is_mapped_by_its_column_names() {
        let found = proposed(
            Kind::DirectOpportunities,
            &[
                "opportunity_id",
                "sales_agent",
                "product",
                "account",
                "deal_stage",
                "engage_date",
                "close_date",
                "close_value",
            ],
        );
        let pairs: Vec<(&str, &str)> =
            found.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        assert_eq!(
            pairs,
            [
                ("account", "account"),
                ("amount", "close_value"),
                ("close_on", "close_date"),
                ("external_id", "opportunity_id"),
                ("opened_on", "engage_date"),
                ("owner", "sales_agent"),
                ("product", "product"),
                ("stage", "deal_stage"),
            ]
        );
        let found = proposed(Kind::Accounts, &["AccountName", "BillingCountry", "Website"]);
        assert_eq!(found.get("name").map(String::as_str), Some("AccountName"));
        assert_eq!(found.get("domain").map(String::as_str), Some("Website"));
    }

    #[test]
    fn im_01_each_column_fills_one_field_and_a_missing_one_is_named() {
        let found = proposed(Kind::Partners, &["Partner", "Type", "Owner"]);
        assert_eq!(found.get("track").map(String::as_str), Some("Type"));
        let headers = vec!["City".to_owned()];
        let mapping = Mapping::propose(Kind::Partners, &headers);
        assert_eq!(mapping.faults(Kind::Partners, &headers).len(), 1);
    }
}
