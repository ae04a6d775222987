//! Answers that are given without reading the body, or only so that the page of an error can repeat
//! what was typed.

use std::sync::Arc;

use bytes::Bytes;
use http::header;

use super::{
    admission, body, error::AppError, error_page, reply::Reply, request::Input, room::SMALL_BYTES,
    state::App,
};

/// An answer that is given without reading the body. What was not read stands in the way of the
/// next request on this connection, so unless it is little the connection ends.
pub(super) fn unread<B: http_body::Body>(reply: Reply, body: &B) -> Reply {
    match body.size_hint().exact() {
        Some(bytes) if bytes <= little() => reply,
        Some(_) | None => reply.header(header::CONNECTION, "close"),
    }
}

/// The answer to a request whose head was refused. The page of an error repeats what was typed, so a
/// little form of this site is read for it.
pub(super) async fn turned_away<B>(app: &Arc<App>, input: &Input, error: AppError, body: B) -> Reply
where
    B: http_body::Body<Data = Bytes> + Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let little = body.size_hint().exact().is_some_and(|bytes| bytes <= little());
    if !little || !error_page::repeats_what_was_typed(app, input, &error) {
        let reply = error_page::reply(app, input, error).await;
        return unread(reply, &body);
    }
    match body::read(body, admission::little(app)).await {
        Ok(body) => error_page::reply(app, &Input { body, ..input.head() }, error).await,
        Err(_) => {
            let reply = error_page::reply(app, input, error).await;
            reply.header(header::CONNECTION, "close")
        }
    }
}

/// Bytes of a body that is read whoever sends it.
fn little() -> u64 {
    u64::try_from(SMALL_BYTES).unwrap_or(u64::MAX)
}
