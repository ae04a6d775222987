//! Values of several parts.

use std::marker::PhantomData;

use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use web::Choice;

use super::super::field::{Field, Kind};
use crate::objects::{WANTED, inline_schema, list_for_object};

/// A value of several parts, which a body has as an object. A page draws controls of its own for it
/// and sends the object as text.
#[derive(Debug, Clone, Copy)]
pub struct Structured<T>(PhantomData<fn() -> T>);

impl<T: Serialize + DeserializeOwned + JsonSchema + 'static> Structured<T> {
    /// A value of several parts.
    pub fn new(label: &'static str) -> Field<Self> {
        Field::of(label, Self(PhantomData))
    }
}

impl<T: Serialize + DeserializeOwned + JsonSchema + 'static> Kind for Structured<T> {
    type Value = T;

    fn parse(&self, given: &str) -> Result<T, String> {
        serde_json::from_str(given).map_err(|error| {
            let words = error.to_string();
            let words = words.split(" at line ").next().unwrap_or_default();
            format!("This does not match the schema: {words}")
        })
    }

    fn text(&self, value: &T) -> String {
        serde_json::to_string(value).unwrap_or_default()
    }

    fn sent(&self, value: &Value) -> Result<Vec<String>, String> {
        match list_for_object(&inline_schema::<T>(), value) {
            Some(place) if place.is_empty() => Err(WANTED.to_owned()),
            Some(place) => Err(format!("{WANTED} in “{place}”")),
            None if value.is_null() => Ok(Vec::new()),
            None => Ok(vec![value.to_string()]),
        }
    }

    fn control(&self, name: &str, label: &str, _: Vec<Choice>) -> web::Field {
        web::Field::textarea(name, label)
    }

    fn schema(&self) -> Value {
        Value::clone(&inline_schema::<T>())
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    struct Share {
        party: u32,
    }

    #[test]
    fn ap_01_an_object_is_read_from_a_body_and_from_its_text_and_a_wrong_part_is_named() {
        let kind = Structured::<Share>(PhantomData);
        let read = |sent: &Value| kind.parse_all(&kind.sent(sent).unwrap());
        assert_eq!(read(&json!({ "party": 2 })), Some(Ok(Share { party: 2 })));
        assert_eq!(kind.parse(&kind.text(&Share { party: 2 })), Ok(Share { party: 2 }));
        assert_eq!(read(&json!(null)), None);
        assert_eq!(kind.sent(&json!([2])), Err("An object is wanted".to_owned()));
        let wrong = read(&json!({ "party": "2", "colour": 1 })).unwrap().unwrap_err();
        assert!(!wrong.contains("line"), "{wrong}");
        assert!(read(&json!({ "colour": 1 })).unwrap().unwrap_err().contains("colour"));
        assert_eq!(kind.schema()["additionalProperties"], false);
    }
}
