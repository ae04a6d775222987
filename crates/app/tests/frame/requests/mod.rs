//! The frame: unknown addresses, wrong methods, who may call what, how much may be sent.

mod addresses;
mod answers;
mod bodies;
mod errors;
mod heads;
mod inputs;
mod lanes;
mod lists;
mod parameters;
mod proxied;
mod repeats;
mod replicas;
mod sent;
mod zeros;

/// The words of all permissions, as the scopes of a key.
fn all_scopes() -> String {
    let words = frame::access::Permission::ALL.iter().map(|permission| permission.word());
    words.collect::<Vec<_>>().join(" ")
}

/// The path of a route with this in place of each of its parts.
fn filled(path: &str, value: &str) -> String {
    let parts = path.split('/').map(|part| if part.starts_with('{') { value } else { part });
    parts.collect::<Vec<_>>().join("/")
}

/// What a problem says of each field.
fn errors(answer: &testkit::Answer) -> std::collections::BTreeMap<String, String> {
    let told = answer.json();
    let all = told["errors"].as_array().unwrap_or_else(|| panic!("no errors in {told}")).iter();
    let text = |one: &serde_json::Value, name: &str| one[name].as_str().unwrap().to_owned();
    all.map(|one| (text(one, "field"), text(one, "detail"))).collect()
}
