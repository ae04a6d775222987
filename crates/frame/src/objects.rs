//! A list is never taken for an object. Libraries read a list as the fields of an object in their
//! order, so that a body without names would be taken for one with them (AP-01).

use std::{
    any::TypeId,
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
};

use http::header;
use schemars::{JsonSchema, generate::SchemaSettings};
use serde_json::Value;

use super::{error::AppError, request::Input};

/// What is said of a list where an object is wanted.
pub(super) const WANTED: &str = "An object is wanted";

/// Fails when the body of a request is JSON and no object. What is no JSON, is told elsewhere.
pub(super) fn is_object(input: &Input) -> Result<(), AppError> {
    let kind = input.header(&header::CONTENT_TYPE);
    if !web::is_media_type(kind, "application/json") {
        return Ok(());
    }
    let first = input.body.iter().find(|byte| !byte.is_ascii_whitespace());
    match first {
        Some(b'[' | b'"' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n') => {
            Err(AppError::field("body", WANTED))
        }
        Some(_) | None => Ok(()),
    }
}

/// The schemas that were made, by type.
static SCHEMAS: RwLock<BTreeMap<TypeId, Arc<Value>>> = RwLock::new(BTreeMap::new());

/// The schema of `T` without references, as far as it does not contain itself; made once.
pub(super) fn inline_schema<T: JsonSchema + 'static>() -> Arc<Value> {
    let of = TypeId::of::<T>();
    let known = SCHEMAS.read().unwrap_or_else(PoisonError::into_inner).get(&of).cloned();
    known.unwrap_or_else(|| {
        let made = Arc::new(make_schema::<T>());
        let mut all = SCHEMAS.write().unwrap_or_else(PoisonError::into_inner);
        all.entry(of).or_insert(made).clone()
    })
}

fn make_schema<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.inline_subschemas = true;
        settings.meta_schema = None;
    });
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    schema.remove("title");
    schema.to_value()
}

/// Where a list stands in the place of an object, as `lines.2.share`; empty for the whole.
pub(super) fn list_for_object(schema: &Value, value: &Value) -> Option<String> {
    let is_type = |name: &str| match schema.get("type") {
        Some(Value::String(one)) => one == name,
        Some(Value::Array(several)) => several.iter().any(|one| one == name),
        Some(_) | None => false,
    };
    let below = |name: &str, schema: &Value, value: &Value| {
        let place = list_for_object(schema, value)?;
        Some(if place.is_empty() { name.to_owned() } else { format!("{name}.{place}") })
    };
    let branches = ["anyOf", "oneOf"].iter().filter_map(|name| schema.get(name)?.as_array());
    for branches in branches {
        // It is right when it is right for one of them.
        let mut places = branches.iter().map(|branch| list_for_object(branch, value));
        let Some(first) = places.next() else { continue };
        if first.is_some() && places.all(|place| place.is_some()) {
            return first;
        }
    }
    match value {
        Value::Array(_) if is_type("object") && !is_type("array") => Some(String::new()),
        Value::Array(all) => {
            let each = schema.get("items")?;
            all.iter().enumerate().find_map(|(at, one)| below(&at.to_string(), each, one))
        }
        Value::Object(fields) => fields.iter().find_map(|(name, value)| {
            let named = schema.get("properties").and_then(|all| all.get(name));
            below(name, named.or_else(|| schema.get("additionalProperties"))?, value)
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use serde_json::json;

    use super::*;

    static MADE: AtomicUsize = AtomicUsize::new(0);

    struct Made;

    impl JsonSchema for Made {
        fn schema_name() -> std::borrow::Cow<'static, str> {
            "Made".into()
        }

        fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
            MADE.fetch_add(1, Ordering::Relaxed);
            schemars::json_schema!({ "type": "object" })
        }
    }

    #[test]
    fn the_schema_of_a_type_is_made_once() {
        for _ in 0..3 {
            assert_eq!(place::<Made>(&json!([])), Some(String::new()));
            assert_eq!(place::<Vec<u32>>(&json!([])), None);
        }
        assert_eq!(MADE.load(Ordering::Relaxed), 1);
    }

    #[derive(JsonSchema)]
    #[expect(dead_code, reason = "only its schema is looked at")]
    struct Part {
        code: String,
        inner: Option<Inner>,
    }

    #[derive(JsonSchema)]
    #[expect(dead_code, reason = "only its schema is looked at")]
    struct Inner {
        share: u32,
    }

    #[derive(JsonSchema)]
    #[expect(dead_code, reason = "only its schema is looked at")]
    #[serde(tag = "kind")]
    enum Either {
        One { code: String },
        Two { share: u32 },
    }

    fn place<T: JsonSchema + 'static>(value: &Value) -> Option<String> {
        list_for_object(&inline_schema::<T>(), value)
    }

    #[test]
    fn ap_01_a_list_in_the_place_of_an_object_is_found_at_any_depth() {
        assert_eq!(place::<Part>(&json!({ "code": "a", "inner": { "share": 1 } })), None);
        assert_eq!(place::<Part>(&json!({ "code": "a", "inner": null })), None);
        assert_eq!(place::<Part>(&json!(["a", null])), Some(String::new()));
        let inner = json!({ "code": "a", "inner": [1] });
        assert_eq!(place::<Part>(&inner), Some("inner".to_owned()));
        assert_eq!(place::<Vec<Part>>(&json!([inner])), Some("0.inner".to_owned()));
        assert_eq!(place::<Vec<Part>>(&json!([])), None);
        assert_eq!(place::<Either>(&json!(["One", "a"])), Some(String::new()));
        assert_eq!(place::<Either>(&json!({ "kind": "One", "code": "a" })), None);
        assert_eq!(place::<Vec<u32>>(&json!([1, 2])), None);
    }
}
