//! Calling a route, and comparing two answers.

use bytes::Bytes;
use http::Method;
use serde_json::json;
use testkit::{Answer, World};

use super::cast::Principal;

/// Calls as that principal, with an empty form or an empty document.
pub(super) async fn call(_: &World, principal: &Principal, method: &Method, path: &str) -> Answer {
    let caller = &principal.caller;
    if *method == Method::GET {
        return caller.send(Method::GET, path, &[], Bytes::new()).await;
    }
    if path.starts_with("/api/") {
        return principal.key.api(method.as_str(), path, &json!({})).await;
    }
    caller.post(path, &[]).await
}

/// Fails unless both answers are equal once the ids asked for are taken out.
pub(super) fn same_but_for_ids(one: &Answer, other: &Answer) -> Result<(), String> {
    if one.status != other.status {
        return Err(format!("{}, and {} when it does not exist", one.status, other.status));
    }
    let (heads, other_heads) = (headers(one), headers(other));
    if heads != other_heads {
        return Err(format!("headers {heads:?}, and {other_heads:?} when it does not exist"));
    }
    let (one, other) = (without_ids(one), without_ids(other));
    if one == other {
        return Ok(());
    }
    let place = one.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count();
    let part =
        |text: &str| -> String { text.chars().skip(place.saturating_sub(60)).take(160).collect() };
    Err(format!("differs: “{}” and “{}”", part(&one), part(&other)))
}

/// The headers in order, without the number of the request and the length, which follows from
/// that of the ids.
fn headers(answer: &Answer) -> Vec<(String, String)> {
    let named = answer
        .headers
        .iter()
        .filter(|(name, _)| *name != "x-request-id" && *name != http::header::CONTENT_LENGTH);
    let mut list: Vec<(String, String)> = named
        .map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            (name.as_str().to_owned(), value)
        })
        .collect();
    list.sort_unstable();
    list
}

/// The text with the parts of the asked path, and forms' one-time tokens, taken out.
fn without_ids(answer: &Answer) -> String {
    let mut text = answer.text();
    let path = answer.asked.split_once(' ').map_or("", |(_, path)| path);
    text = text.replace(path, "PATH");
    for part in path.split('/').filter(|part| part.len() > 20) {
        text = text.replace(part, "ID");
    }
    text
}
