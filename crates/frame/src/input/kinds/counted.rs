//! Things by their code, and how many of each.

use std::{collections::BTreeSet, marker::PhantomData};

use serde_json::{Map, Value, json};
use web::{Choice, Form, Markup, columns, html};

use super::super::field::{Field, Kind};

/// Things by their code, and how many of each. A form has a checkbox for each, whose choices come
/// from [`Field::among`], and a number; a body a list of objects. Whoever carries the input out
/// refuses codes that it does not know.
#[derive(Debug, Clone, Copy)]
pub struct Counted<T> {
    most: usize,
    most_of_each: u32,
    kept: PhantomData<fn() -> T>,
}

/// The field of a form that says how many there are of this code.
fn quantity_of(code: &str) -> String {
    format!("quantity_{code}")
}

impl<T> Counted<T>
where
    T: Clone + From<(String, u32)> + Into<(String, u32)> + 'static,
{
    /// At most `most` of them, at most `most_of_each` of each.
    pub fn new(label: &'static str, most: usize, most_of_each: u32) -> Field<Self> {
        Field::of(label, Self { most, most_of_each, kept: PhantomData })
    }
}

/// A line of code and number, as one text.
fn line(line: &Map<String, Value>) -> Result<String, String> {
    let known = ["code", "quantity"];
    if let Some(unknown) = line.keys().find(|name| !known.contains(&name.as_str())) {
        return Err(format!("Unknown field “{unknown}”. Known fields: code, quantity"));
    }
    let code = line.get("code").and_then(Value::as_str).ok_or("Send `code` as a string")?;
    let quantity = line.get("quantity").and_then(Value::as_i64);
    Ok(format!("{} {code}", quantity.ok_or("Send `quantity` as a whole number")?))
}

impl<T> Kind for Counted<T>
where
    T: Clone + From<(String, u32)> + Into<(String, u32)> + 'static,
{
    type Value = Vec<T>;

    fn parse(&self, given: &str) -> Result<Vec<T>, String> {
        self.parse_all(&[given.to_owned()]).unwrap_or_else(|| Ok(Vec::new()))
    }

    fn absent(&self) -> Option<Vec<T>> {
        Some(Vec::new())
    }

    fn text(&self, value: &Vec<T>) -> String {
        self.all_texts(value).join(", ")
    }

    fn all_texts(&self, value: &Vec<T>) -> Vec<String> {
        let each = value.iter().cloned().map(Into::into);
        each.map(|(code, quantity): (String, u32)| format!("{quantity} {code}")).collect()
    }

    fn parse_all(&self, texts: &[String]) -> Option<Result<Vec<T>, String>> {
        if texts.len() > self.most {
            return Some(Err(format!("Enter at most {}", self.most)));
        }
        let mut seen = BTreeSet::new();
        let each = texts.iter().filter(|text| !text.trim().is_empty()).map(|text| {
            let (quantity, code) = text.split_once(' ').unwrap_or(("", text));
            let shown: String = code.chars().take(60).collect();
            if !seen.insert(code.to_owned()) {
                return Err(format!("“{shown}” is there twice"));
            }
            let read = quantity.parse().ok().filter(|read| (1..=self.most_of_each).contains(read));
            let words =
                || format!("“{shown}”: enter a quantity from 1 to {}", grouped(self.most_of_each));
            Ok(T::from((code.to_owned(), read.ok_or_else(words)?)))
        });
        Some(each.collect())
    }

    fn of_form(&self, name: &str, form: &Form) -> Vec<String> {
        let codes = form.all(name).into_iter().filter(|code| !code.is_empty());
        codes
            .map(|code| format!("{} {code}", form.opt(&quantity_of(code)).unwrap_or("1")))
            .collect()
    }

    fn in_form(&self, name: &str, texts: &[String]) -> Vec<(String, String)> {
        let each = texts.iter().filter_map(|text| text.split_once(' '));
        let pairs = each.map(|(quantity, code)| {
            [(name.to_owned(), code.to_owned()), (quantity_of(code), quantity.to_owned())]
        });
        pairs.flatten().collect()
    }

    fn has_boxes(&self) -> bool {
        true
    }

    fn about_each(&self, choices: &[Choice], form: &Form) -> Markup {
        let most = self.most_of_each.to_string();
        html! {
            details.fold {
                summary { "Quantities " span.quiet { "(1 each unless given)" } }
                (columns(html! {
                    @for choice in choices {
                        (web::Field::number(quantity_of(choice.sends()), choice.shows())
                            .filled(form).min("1").max(most.as_str()).step("1").short())
                    }
                }))
            }
        }
    }

    fn sent(&self, value: &Value) -> Result<Vec<String>, String> {
        let wrong = || "Send a list of objects, each with `code` and `quantity`".to_owned();
        if value.is_null() {
            return Ok(Vec::new());
        }
        let lines = value.as_array().ok_or_else(wrong)?.iter();
        lines.map(|one| line(one.as_object().ok_or_else(wrong)?)).collect()
    }

    fn control(&self, name: &str, label: &str, _: Vec<Choice>) -> web::Field {
        web::Field::text(name, label)
    }

    fn schema(&self) -> Value {
        json!({ "type": "array", "maxItems": self.most, "items": {
            "type": "object", "required": ["code", "quantity"], "additionalProperties": false,
            "properties": {
                "code": { "type": "string" },
                "quantity": { "type": "integer", "minimum": 1, "maximum": self.most_of_each },
            },
        } })
    }
}

/// A number with its thousands apart.
fn grouped(number: u32) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    type Lines = Vec<(String, u32)>;

    fn kind() -> Counted<(String, u32)> {
        Counted::new("Product lines", 2, 10_000).kind
    }

    fn lines(all: &[(&str, u32)]) -> Lines {
        all.iter().map(|(code, quantity)| ((*code).to_owned(), *quantity)).collect()
    }

    #[test]
    fn ux_01_a_form_has_a_box_and_a_number_for_each_and_one_is_the_usual_number() {
        let form = Form::from_pairs([
            ("product", ""),
            ("product", "core"),
            ("product", "desk"),
            ("quantity_desk", "7"),
            ("quantity_other", "9"),
        ]);
        let read = kind().parse_all(&kind().of_form("product", &form)).unwrap();
        assert_eq!(read, Ok(lines(&[("core", 1), ("desk", 7)])));
        let texts = kind().all_texts(&lines(&[("core", 1), ("desk", 7)]));
        let again = Form::from_pairs(kind().in_form("product", &texts));
        assert_eq!(kind().of_form("product", &again), texts);
        let none = Form::from_pairs([("product", "")]);
        assert_eq!(kind().parse_all(&kind().of_form("product", &none)), Some(Ok(Vec::new())));
    }

    #[test]
    fn ap_01_a_body_has_a_list_of_objects_and_what_is_wrong_in_one_is_named() {
        let read = |sent: Value| kind().parse_all(&kind().sent(&sent)?).unwrap();
        let good = json!([{ "code": "core", "quantity": 2 }]);
        assert_eq!(read(good), Ok(lines(&[("core", 2)])));
        assert_eq!(read(json!(null)), Ok(Vec::new()));
        for (wrong, words) in [
            (json!([["core", 1]]), "objects"),
            (json!({ "code": "core", "quantity": 1 }), "list"),
            (json!([{ "code": "core", "quantity": 1, "colour": 1 }]), "“colour”"),
            (json!([{ "code": "core" }]), "`quantity`"),
            (json!([{ "code": "core", "quantity": 0 }]), "from 1 to 10,000"),
            (json!([{ "code": "core", "quantity": 10_001 }]), "from 1 to 10,000"),
            (json!([{ "code": "a", "quantity": 1 }, { "code": "a", "quantity": 1 }]), "twice"),
            (json!([good_line("a"), good_line("b"), good_line("c")]), "at most 2"),
        ] {
            let said = read(wrong.clone()).unwrap_err();
            assert!(said.contains(words), "{wrong}: {said}");
        }
    }

    fn good_line(code: &str) -> Value {
        json!({ "code": code, "quantity": 1 })
    }
}
