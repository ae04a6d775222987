//! An operation of the document, and whether an answer is as it says.

use serde_json::Value;
use testkit::Answer;

use super::schema::fault;

/// One method of one path.
#[derive(Debug, Clone)]
pub(super) struct Operation {
    pub(super) method: String,
    pub(super) path: String,
    /// As it stands in the document.
    pub(super) said: Value,
}

/// Every operation, in the order of the document.
pub(super) fn all(document: &Value) -> Vec<Operation> {
    let paths = document.get("paths").and_then(Value::as_object);
    let mut list = Vec::new();
    for (path, operations) in paths.into_iter().flatten() {
        for (method, said) in operations.as_object().into_iter().flatten() {
            let (method, path) = (method.to_uppercase(), path.clone());
            list.push(Operation { method, path, said: said.clone() });
        }
    }
    list
}

impl Operation {
    /// The parameters of a kind (`path`, `query`, `header`) by name.
    pub(super) fn parameters(&self, kind: &str) -> Vec<&str> {
        let all = self.said.get("parameters").and_then(Value::as_array);
        let of_kind = all
            .into_iter()
            .flatten()
            .filter(|one| one.get("in").and_then(Value::as_str) == Some(kind));
        of_kind.filter_map(|one| one.get("name").and_then(Value::as_str)).collect()
    }

    /// The schema of the body, if it takes one.
    pub(super) fn takes(&self) -> Option<&Value> {
        self.said.pointer("/requestBody/content/application~1json/schema")
    }

    /// What is wrong with an answer: a fault of the server, or something that the document does
    /// not say.
    pub(super) fn fault(&self, document: &Value, answer: &Answer) -> Option<String> {
        let status = answer.status.as_u16();
        if status >= 500 {
            return Some(format!("{status} is a fault of the server"));
        }
        let responses = self.said.get("responses")?;
        let own = responses.get(status.to_string());
        if own.is_none() && status < 400 {
            return Some(format!("{status} is not documented"));
        }
        let said = own.or_else(|| responses.get("default"));
        let Some(content) = said.and_then(|said| said.get("content")?.as_object()) else {
            let is_empty = status != 204 || answer.body.is_empty();
            return (!is_empty).then(|| "a body where none is documented".to_owned());
        };
        let kind = answer.header("content-type");
        let kind = kind.split(';').next().unwrap_or("").trim();
        let Some(media) = content.get(kind) else {
            return Some(format!("{status} with the content type “{kind}”"));
        };
        if !kind.ends_with("json") {
            return None;
        }
        let Ok(value) = serde_json::from_slice::<Value>(&answer.body) else {
            return Some("the body is no JSON".to_owned());
        };
        if status >= 400 && value.get("status").and_then(Value::as_u64) != Some(u64::from(status)) {
            return Some("the problem names another status".to_owned());
        }
        let schema = media.get("schema")?;
        fault(document, schema, &value, "").map(|words| format!("{status}: {words}"))
    }
}
