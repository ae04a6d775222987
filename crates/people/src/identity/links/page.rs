//! What the holder of a link that does not work reads. It never says what the link was for: who
//! holds an old link may be a stranger.

use http::{StatusCode, header};
use web::{Button, Callout, Page};

use super::LinkFault;
use frame::{error::AppError, reply::Reply, request::Req};

/// The page for a link that cannot be used. Return it as the answer (`Ok`), so that the count of
/// wrong guesses is kept.
pub fn refuse(req: &mut Req<'_, '_>, fault: LinkFault) -> Result<Reply, AppError> {
    let (status, title, words) = match fault {
        LinkFault::Unknown => (
            StatusCode::NOT_FOUND,
            "This link is not valid",
            "It may have been cut off by your mail program or mistyped. Open it from the mail \
             again, or copy all of it.",
        ),
        LinkFault::Expired => (
            StatusCode::GONE,
            "This link has expired",
            "Links work for a limited time. Ask the sender for a new one, or sign in.",
        ),
        LinkFault::Used => (
            StatusCode::GONE,
            "This link has already been used",
            "It works only once. Sign in to see the current status, or ask for a new link.",
        ),
        LinkFault::Revoked => {
            (StatusCode::GONE, "This link was revoked", "Ask the sender for a new one, or sign in.")
        }
        LinkFault::TooMany(_) => (
            StatusCode::TOO_MANY_REQUESTS,
            "Too many invalid links",
            "Several invalid links were opened from this address. Wait a few minutes and open \
             yours again.",
        ),
    };
    let page = Page::new(title).narrow().body(maud::html! {
        (Callout::warn(title).body(words))
        (Button::secondary("Go to sign-in").href("/sign-in"))
    });
    let chrome = req.chrome()?;
    let reply = Reply::page_with(status, chrome.bare(&page));
    Ok(match fault {
        LinkFault::TooMany(seconds) => reply.header(header::RETRY_AFTER, &seconds.to_string()),
        LinkFault::Unknown | LinkFault::Expired | LinkFault::Used | LinkFault::Revoked => reply,
    })
}
