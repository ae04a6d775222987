//! The schema of an input in the description of the API.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::Input;

/// The schema of a whole body.
pub fn whole_of<I: Input>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<Whole<I>>()
}

/// The schema of a body that changes some fields.
pub fn patch_of<I: Input>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<Patch<I>>()
}

/// A body with every field that must be there.
struct Whole<I>(std::marker::PhantomData<I>);

/// A body of which fields can be left out: they stay as they are.
struct Patch<I>(std::marker::PhantomData<I>);

impl<I: Input> JsonSchema for Whole<I> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        I::NAME.into()
    }

    fn schema_id() -> std::borrow::Cow<'static, str> {
        format!("{}::whole", std::any::type_name::<I>()).into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        as_schema(I::schema())
    }
}

impl<I: Input> JsonSchema for Patch<I> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("{}Patch", I::NAME.trim_end_matches("Input")).into()
    }

    fn schema_id() -> std::borrow::Cow<'static, str> {
        format!("{}::patch", std::any::type_name::<I>()).into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        as_schema(object::<I>(false, "The fields to change. Omitted fields stay unchanged."))
    }
}

/// The fields of `I` as an object; `whole` when those that must be there are required.
pub(super) fn object<I: Input>(whole: bool, about: &str) -> Value {
    let (mut properties, mut required) = (Map::new(), Vec::new());
    for (name, meaning, field) in I::fields() {
        let mut property = field.property();
        if let Some(object) = property.as_object_mut() {
            object.insert("description".into(), json!(meaning.trim()));
        }
        properties.insert(name.into(), property);
        if whole && field.must_be_sent() {
            required.push(name);
        }
    }
    let mut object = json!({
        "type": "object", "description": about, "properties": properties,
        "additionalProperties": false,
    });
    if let (false, Some(object)) = (required.is_empty(), object.as_object_mut()) {
        object.insert("required".into(), json!(required));
    }
    object
}

fn as_schema(object: Value) -> Schema {
    match object {
        Value::Object(object) => object.into(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Schema::default()
        }
    }
}
