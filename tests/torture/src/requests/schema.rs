//! Whether a value is what a schema of the `OpenAPI` document says: the part of JSON Schema that the
//! document uses.

use serde_json::Value;

/// A schema that `$ref` may point to another place.
pub(super) fn resolved<'d>(document: &'d Value, schema: &'d Value) -> &'d Value {
    let mut schema = schema;
    // A circle of references is a fault of the document, and must not hang us.
    for _ in 0..20 {
        match schema.get("$ref").and_then(Value::as_str).and_then(|to| to.strip_prefix('#')) {
            Some(to) => schema = document.pointer(to).unwrap_or(&Value::Null),
            None => break,
        }
    }
    schema
}

/// The first place where the value is not what the schema says.
pub(super) fn fault(document: &Value, schema: &Value, value: &Value, at: &str) -> Option<String> {
    let schema = resolved(document, schema);
    if *schema == Value::Bool(true) {
        return None;
    }
    if !schema.is_object() {
        return Some(format!("{at}: nothing is allowed here"));
    }
    if !has_type(schema, value) {
        let wanted = schema.get("type").unwrap_or(&Value::Null);
        return Some(format!("{at}: {} and not {wanted}", shown(value)));
    }
    if schema.get("const").is_some_and(|only| only != value) {
        return Some(format!("{at}: {} is not the one allowed", shown(value)));
    }
    if let Some(list) = schema.get("enum").and_then(Value::as_array)
        && !list.contains(value)
    {
        return Some(format!("{at}: {} is none of those allowed", shown(value)));
    }
    for name in ["anyOf", "oneOf"] {
        if let Some(list) = schema.get(name).and_then(Value::as_array)
            && !list.iter().any(|one| fault(document, one, value, at).is_none())
        {
            return Some(format!("{at}: {} fits none of {name}", shown(value)));
        }
    }
    if let Some(list) = schema.get("allOf").and_then(Value::as_array) {
        let first = list.iter().find_map(|one| fault(document, one, value, at));
        if first.is_some() {
            return first;
        }
    }
    out_of_bounds(schema, value, at).or_else(|| inside(document, schema, value, at))
}

fn shown(value: &Value) -> String {
    value.to_string().chars().take(60).collect()
}

fn has_type(schema: &Value, value: &Value) -> bool {
    let is = |name: &str| match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        _ => false,
    };
    match schema.get("type") {
        Some(Value::String(name)) => is(name),
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).any(is),
        _ => true,
    }
}

fn out_of_bounds(schema: &Value, value: &Value, at: &str) -> Option<String> {
    let number = value.as_i64()?;
    let bound = |name: &str| schema.get(name).and_then(Value::as_i64);
    let too_small = bound("minimum").is_some_and(|least| number < least);
    let too_large = bound("maximum").is_some_and(|most| number > most);
    (too_small || too_large).then(|| format!("{at}: {number} is out of bounds"))
}

fn inside(document: &Value, schema: &Value, value: &Value, at: &str) -> Option<String> {
    if let (Some(list), Some(items)) = (value.as_array(), schema.get("items")) {
        return list
            .iter()
            .enumerate()
            .find_map(|(place, item)| fault(document, items, item, &format!("{at}/{place}")));
    }
    let object = value.as_object()?;
    let required = schema.get("required").and_then(Value::as_array);
    for name in required.into_iter().flatten().filter_map(Value::as_str) {
        if !object.contains_key(name) {
            return Some(format!("{at}/{name}: is missing"));
        }
    }
    let known = schema.get("properties").and_then(Value::as_object);
    let others = schema.get("additionalProperties");
    for (name, member) in object {
        let at = format!("{at}/{name}");
        let found = match known.and_then(|known| known.get(name)) {
            Some(schema) => fault(document, schema, member, &at),
            None => match others {
                None | Some(Value::Bool(true)) => None,
                Some(Value::Bool(false)) => Some(format!("{at}: is not documented")),
                Some(schema) => fault(document, schema, member, &at),
            },
        };
        if found.is_some() {
            return found;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::fault;

    #[test]
    fn what_does_not_fit_is_named_by_its_place() {
        let document = json!({ "components": { "schemas": { "Id": { "type": "string" } } } });
        let schema = json!({
            "type": "object", "required": ["id"], "additionalProperties": false,
            "properties": {
                "id": { "$ref": "#/components/schemas/Id" },
                "list": { "type": "array", "items": { "type": ["integer", "null"], "minimum": 2 } },
                "one": { "anyOf": [{ "const": "a" }, { "type": "null" }] }
            }
        });
        let at = |value| fault(&document, &schema, &value, "");
        assert_eq!(at(json!({ "id": "x", "list": [2, null], "one": null })), None);
        for (value, place) in [
            (json!([]), ": []"),
            (json!({}), "/id: is missing"),
            (json!({ "id": 1 }), "/id: 1"),
            (json!({ "id": "x", "list": [1] }), "/list/0"),
            (json!({ "id": "x", "list": ["y"] }), "/list/0"),
            (json!({ "id": "x", "one": "b" }), "/one"),
            (json!({ "id": "x", "more": 1 }), "/more: is not documented"),
        ] {
            assert!(at(value).unwrap().starts_with(place), "{place}");
        }
    }
}
