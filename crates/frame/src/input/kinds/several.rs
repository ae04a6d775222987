//! Several values of another kind.

use serde_json::{Value, json};
use web::Choice;

use super::super::field::{Field, Kind};

/// Several values of another kind, none when left out. A form has one on each line.
#[derive(Debug, Clone, Copy)]
pub struct Several<K> {
    each: K,
    most: usize,
}

impl<K: Kind> Field<K> {
    /// None, one or at most `most` of them; a form has one on each line.
    #[must_use]
    pub fn several(self, most: usize) -> Field<Several<K>> {
        self.mapped(|each| Several { each, most })
    }
}

impl<K: Kind> Kind for Several<K> {
    type Value = Vec<K::Value>;

    fn parse(&self, given: &str) -> Result<Self::Value, String> {
        let lines: Vec<&str> =
            given.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        if lines.len() > self.most {
            return Err(format!("Enter at most {}", self.most));
        }
        let (mut values, mut wrong) = (Vec::new(), Vec::new());
        for line in lines {
            match self.each.parse(line) {
                Ok(value) => values.push(value),
                Err(words) => wrong.push(format!("“{line}”: {words}")),
            }
        }
        if wrong.is_empty() { Ok(values) } else { Err(wrong.join("; ")) }
    }

    fn absent(&self) -> Option<Self::Value> {
        Some(Vec::new())
    }

    fn text(&self, values: &Self::Value) -> String {
        let lines: Vec<String> = values.iter().map(|value| self.each.text(value)).collect();
        lines.join("\n")
    }

    fn parse_all(&self, texts: &[String]) -> Option<Result<Self::Value, String>> {
        Some(self.parse(&texts.join("\n")))
    }

    fn sent(&self, value: &Value) -> Result<Vec<String>, String> {
        match value {
            Value::Null => Ok(Vec::new()),
            Value::Array(all) => {
                let texts: Result<Vec<_>, _> = all.iter().map(|one| self.each.sent(one)).collect();
                texts.map(|texts| texts.concat())
            }
            Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {
                Err("Send a list".to_owned())
            }
        }
    }

    fn control(&self, name: &str, label: &str, _: Vec<Choice>) -> web::Field {
        web::Field::textarea(name, label).rows(2)
    }

    fn schema(&self) -> Value {
        json!({ "type": "array", "items": self.each.schema(), "maxItems": self.most })
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Text, *};

    #[test]
    fn ux_01_each_wrong_line_is_named_and_none_is_too_many() {
        let kind = Text::line("Names", 3).several(2).kind;
        assert_eq!(kind.parse(" a \n\nb"), Ok(vec!["a".to_owned(), "b".to_owned()]));
        assert_eq!(kind.parse("a\nb\nc"), Err("Enter at most 2".to_owned()));
        let words = kind.parse("long\nlonger").unwrap_err();
        assert!(words.contains("“long”: ") && words.contains("“longer”: "), "{words}");
        assert_eq!(kind.sent(&json!(["a", "b"])), Ok(vec!["a".to_owned(), "b".to_owned()]));
        assert!(kind.sent(&json!("a")).is_err() && kind.sent(&json!([1])).is_err());
        assert_eq!(kind.parse_all(&[]), Some(Ok(Vec::new())));
    }
}
