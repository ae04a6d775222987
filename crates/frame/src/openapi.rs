//! The `OpenAPI` 3.1 document, made from the route table: a route and its description cannot part.

use http::Method;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::routes::{Route, Table};
use crate::access::Access;

/// The document of the API under `/api/v1`.
pub fn document(table: &Table) -> Value {
    let mut generator = SchemaSettings::draft2020_12()
        .with(|settings| settings.definitions_path = "/components/schemas".into())
        .into_generator();
    let mut paths: Map<String, Value> = Map::new();
    for route in table.routes() {
        let Some(doc) = &route.doc else { continue };
        let mut operation = json!({
            "operationId": operation_id(route),
            "summary": doc.summary,
            "description": format!("Access: {}.", route.access.words()),
            "tags": [route.slice],
            "parameters": parameters(route),
            "responses": responses(route, &mut generator),
        });
        if let (Some(takes), Some(object)) = (doc.takes, operation.as_object_mut()) {
            let mut content = json!({ "application/json": { "schema": takes(&mut generator) } });
            if let (Some(text), Some(content)) = (doc.files_beside, content.as_object_mut()) {
                content.insert("multipart/form-data".into(), with_files(text));
            }
            let body = json!({ "required": true, "content": content });
            object.insert("requestBody".into(), body);
        }
        if let (Access::Public, Some(object)) = (route.access, operation.as_object_mut()) {
            object.insert("security".into(), json!([]));
        }
        let entry = paths.entry(route.path.to_owned()).or_insert_with(|| json!({}));
        if let Some(entry) = entry.as_object_mut() {
            entry.insert(route.method.as_str().to_lowercase(), operation);
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Entente",
            "version": "1",
            "description": "The API of the partner program. Every write takes an Idempotency-Key, \
                lists use cursors, and errors are RFC 9457 problem details.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" }
        },
        "servers": [{ "url": "/" }],
        "security": [{ "apiKey": [] }],
        "paths": paths,
        "components": {
            "schemas": schemas(&mut generator),
            "securitySchemes": {
                "apiKey": { "type": "http", "scheme": "bearer", "bearerFormat": "API key" }
            }
        }
    })
}

/// A form of one text field and files.
fn with_files(text: &str) -> Value {
    json!({ "schema": {
        "type": "object",
        "required": [text],
        "properties": {
            text: { "type": "string" },
            "file": {
                "description": "Supporting files, each with its name",
                "type": "array",
                "items": { "type": "string", "format": "binary" }
            }
        }
    } })
}

fn operation_id(route: &Route) -> String {
    let words: Vec<&str> = route
        .path
        .trim_start_matches("/api/v1/")
        .split('/')
        .map(|part| part.trim_matches(['{', '}']))
        .collect();
    format!("{}_{}", route.method.as_str().to_lowercase(), words.join("_").replace(['-', '.'], "_"))
}

fn parameters(route: &Route) -> Vec<Value> {
    let mut list: Vec<Value> = route
        .path
        .split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
        .map(|name| {
            json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } })
        })
        .collect();
    let Some(doc) = &route.doc else { return list };
    let declared = doc.parameters.map_or_else(Vec::new, |parameters| parameters());
    let fixed = doc.query.iter().map(|(name, words)| ((*name).to_owned(), (*words).to_owned()));
    for (name, words) in fixed.chain(declared) {
        list.push(json!({
            "name": name, "in": "query", "required": false, "description": words,
            "schema": { "type": "string" }
        }));
    }
    if route.method != Method::GET {
        list.push(json!({
            "name": "Idempotency-Key", "in": "header", "required": true,
            "description": "1 to 255 printable ASCII characters; retrying with the same key has \
                no further effect",
            "schema": { "type": "string", "minLength": 1, "maxLength": 255,
                "pattern": "^[\\x21-\\x7e]+$" }
        }));
    }
    if doc.needs_if_match {
        list.push(json!({
            "name": "If-Match", "in": "header", "required": true,
            "description": "The ETag from the last read", "schema": { "type": "string" }
        }));
    }
    list
}

fn responses(route: &Route, generator: &mut schemars::SchemaGenerator) -> Value {
    let mut all = Map::new();
    if let Some(doc) = &route.doc {
        let mut success = json!({ "description": "Done" });
        if let (Some(gives), Some(object)) = (doc.gives, success.as_object_mut()) {
            let schema = gives(generator);
            object.insert("content".into(), json!({ "application/json": { "schema": schema } }));
        }
        all.insert(doc.status.to_string(), success);
    }
    all.insert(
        "default".into(),
        json!({
            "description": "Problem details (RFC 9457): what happened, where, and what to do",
            "content": { "application/problem+json": {
                "schema": { "$ref": "#/components/schemas/Problem" } } }
        }),
    );
    Value::Object(all)
}

fn schemas(generator: &mut schemars::SchemaGenerator) -> Value {
    let mut schemas = generator.take_definitions(true);
    schemas.insert(
        "Problem".into(),
        json!({
            "type": "object",
            "required": ["title", "status"],
            "properties": {
                "type": { "type": "string" },
                "title": { "type": "string" },
                "status": { "type": "integer", "minimum": 400, "maximum": 599 },
                "detail": { "type": "string" },
                "instance": { "type": "string" },
                "rule": { "type": "string", "description": "The id of the rule that does not allow it" },
                "errors": { "description": "The invalid fields, each with what to do" }
            }
        }),
    );
    Value::Object(schemas)
}

/// The access matrix as a document: every route and who may call it. Rule ID-02.
pub fn access_document(table: &Table) -> String {
    let mut lines = vec![
        "# Who may call what".to_owned(),
        String::new(),
        "Generated from the route table by `cargo xtask access`; `cargo xtask tidy` checks it."
            .to_owned(),
        "The wrong side gets 404; a missing permission gets 403 (ID-03).".to_owned(),
        String::new(),
        "| slice | method | path | access |".to_owned(),
        "|---|---|---|---|".to_owned(),
    ];
    for route in table.routes() {
        lines.push(format!(
            "| {} | {} | `{}` | {} |",
            route.slice,
            route.method,
            route.path,
            route.access.words()
        ));
    }
    lines.push(String::new());
    lines.join("\n")
}
