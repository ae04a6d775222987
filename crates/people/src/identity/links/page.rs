//! What the holder of a link that does not work reads. It never says what the link was for: who
//! holds an old link may be a stranger.

use http::{StatusCode, header};
use web::{Button, Callout, Page};

use super::LinkFault;
use frame::{error::AppError, reply::Reply, request::Req};

/// The page for a link that cannot be used. Return it as the answer (`Ok`), so that the count of
/// wrong guesses is kept.
pub fn refuse(req: &mut Req<'_, '_>, fault: LinkFault) -> Result<Reply, AppError> {
    let (status, title, words, for_strangers) = match fault {
        LinkFault::Unknown => (
            StatusCode::NOT_FOUND,
            "This link is not valid",
            "It may have been cut off by your mail program or mistyped. Open it from the mail \
             again, or copy all of it.",
            "",
        ),
        LinkFault::Expired => (
            StatusCode::GONE,
            "This link has expired",
            "Links work for a limited time. Ask the sender for a new one.",
            " Or sign in.",
        ),
        LinkFault::Used => (
            StatusCode::GONE,
            "This link has already been used",
            "It works only once.",
            " Sign in to see the current status, or ask for a new link.",
        ),
        LinkFault::Revoked => (
            StatusCode::GONE,
            "This link was revoked",
            "Ask the sender for a new one.",
            " Or sign in.",
        ),
        LinkFault::TooMany(_) => (
            StatusCode::TOO_MANY_REQUESTS,
            "Too many invalid links",
            "Several invalid links were opened from this address. Wait a few minutes and open \
             yours again.",
            "",
        ),
    };
    let chrome = req.chrome()?;
    let page = Page::new(title).narrow();
    let shown = if req.signed_in {
        let name = &req.cx.actor.name;
        chrome.page(&page.body(maud::html! {
            (Callout::warn(title).body(words))
            p { "You are signed in as " (name) "." }
            (Button::primary("Go to the home page").href("/"))
        }))
    } else {
        let words = format!("{words}{for_strangers}");
        chrome.bare(&page.body(maud::html! {
            (Callout::warn(title).body(words))
            (Button::secondary("Go to sign-in").href("/sign-in"))
        }))
    };
    let reply = Reply::page_with(status, shown);
    Ok(match fault {
        LinkFault::TooMany(seconds) => reply.header(header::RETRY_AFTER, &seconds.to_string()),
        LinkFault::Unknown | LinkFault::Expired | LinkFault::Used | LinkFault::Revoked => reply,
    })
}
