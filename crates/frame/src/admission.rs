//! What is decided of a request by its head, before any of its body is read: who asks, whether they
//! may, and how much they may send. It only saves memory. What counts is decided again in the
//! transaction of the handler.

use std::sync::Arc;

use db::{Lane, Tx};
use http::header;

use super::{
    body::{Bounds, Pace},
    dispatch,
    error::AppError,
    lanes::{self, Stop},
    reply::Reply,
    request::{Input, JSON, MULTIPART, form_error, not_json},
    room::{Caller, SMALL_BYTES},
    routes::{BodyLimit, Route, Work},
    state::App,
};
use crate::access::Access;

/// How a body is sent, as far as its limit depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Text that is decoded as a whole: a form without files, or JSON.
    Text,
    /// A form with files, or a file as it is.
    Files,
}

/// A request whose body is read.
pub(super) struct Admitted {
    /// Within which bounds.
    pub(super) bounds: Bounds,
    /// Where it is likely to write; `None` when nobody was asked who it is.
    pub(super) lane: Option<Lane>,
}

/// Decides by the head of a request whether its body is read, and within which bounds. `length` is
/// what `Content-Length` says, `None` when the sender does not know yet.
///
/// It errs with the answer that the handler would give, or with 413.
pub(super) async fn admit(
    app: &Arc<App>,
    route: &Route,
    head: &Arc<Input>,
    length: Option<u64>,
) -> Result<Admitted, AppError> {
    let (most, pace) = limit(app, route, kind(route, head));
    fits(length, most)?;
    let (caller, lane) = match route.work {
        Work::Probe(_) => (Caller::Stranger, None),
        Work::Read(_) | Work::Write(_) | Work::Hashing { .. } => {
            let (app_, route_, head_) = (app.clone(), route.clone(), head.clone());
            let seen = app.db.read(move |tx| who(&app_, &route_, &head_, tx));
            seen.await.map(|(caller, lane)| (caller, Some(lane)))?
        }
    };
    if caller == Caller::Known {
        let bounds = Bounds { limit: most, pace, room: app.rooms.room(caller) };
        return Ok(Admitted { bounds, lane });
    }
    let limit = most.min(SMALL_BYTES);
    if let (Err(_), Access::Link(purpose)) = (fits(length, limit), route.access) {
        // The page that says why the link does not work says more than the limit.
        if let Some(reply) = turned_away(app, (route, head), lane, purpose).await? {
            return Err(reply.undone());
        }
    }
    fits(length, limit)?;
    Ok(Admitted { bounds: Bounds { limit, ..little(app) }, lane })
}

/// Within which bounds a body is read whoever sends it.
pub(super) fn little(app: &App) -> Bounds {
    let room = app.rooms.room(Caller::Stranger);
    Bounds { limit: SMALL_BYTES, pace: app.config.body_pace, room }
}

fn fits(length: Option<u64>, limit: usize) -> Result<(), AppError> {
    match length.map(usize::try_from) {
        Some(Ok(length)) if length <= limit => Ok(()),
        None => Ok(()),
        Some(Ok(_) | Err(_)) => Err(AppError::TooLarge(limit)),
    }
}

fn limit(app: &App, route: &Route, kind: Kind) -> (usize, Pace) {
    match (route.body, kind) {
        (BodyLimit::Upload, Kind::Files) => (app.config.upload_limit, app.config.upload_pace),
        (BodyLimit::Upload | BodyLimit::Ordinary, _) => {
            (app.config.body_limit, app.config.body_pace)
        }
    }
}

fn kind(route: &Route, head: &Input) -> Kind {
    let multipart = head
        .header(&header::CONTENT_TYPE)
        .is_some_and(|value| value.trim_start().starts_with("multipart/"));
    // An API route for files takes them as they are, unless it takes them beside a text.
    let as_it_is = route.doc.is_some_and(|doc| doc.files_beside.is_none());
    if multipart || as_it_is { Kind::Files } else { Kind::Text }
}

/// Fails unless the body is of a type that the route takes, uncompressed, and its text in UTF-8.
fn is_of_type(route: &Route, head: &Input) -> Result<(), AppError> {
    if head.reads() {
        return Ok(());
    }
    is_plain(head)?;
    let given = head.header(&header::CONTENT_TYPE);
    let Some(doc) = &route.doc else {
        return web::form_kind(given).map(|_| ()).map_err(form_error);
    };
    let multipart = web::is_media_type(given, MULTIPART);
    if doc.takes.is_none() || (multipart && doc.files_beside.is_some()) {
        return Ok(());
    }
    if !web::is_media_type(given, JSON) {
        return Err(not_json());
    }
    match given.and_then(web::other_charset) {
        None => Ok(()),
        Some(other) => Err(AppError::UnsupportedMedia(format!(
            "Send the body in UTF-8, the only encoding of JSON, not in {other}"
        ))),
    }
}

/// Fails when the body is compressed: how large it becomes would be known too late.
fn is_plain(head: &Input) -> Result<(), AppError> {
    let encodings = head.headers.get_all(header::CONTENT_ENCODING).iter();
    let named: Vec<&str> = encodings.map(|line| line.to_str().unwrap_or("unknown")).collect();
    let named = named.join(", ");
    if named.split(',').all(|one| matches!(one.trim(), "" | "identity")) {
        return Ok(());
    }
    Err(AppError::UnsupportedMedia(format!(
        "Send the body uncompressed, without Content-Encoding: {named}"
    )))
}

/// Who asks, and the lane of their vendor, once the checks are made that need no body.
fn who(
    app: &Arc<App>,
    route: &Route,
    head: &Input,
    tx: &mut Tx<'_>,
) -> Result<(Caller, Lane), AppError> {
    let mut req = dispatch::asked(app, route, head, tx)?;
    is_of_type(route, head)?;
    if !head.is_api() && !head.reads() {
        dispatch::from_this_site(&req)?;
    }
    let by_link = match (route.access, head.params.get("secret")) {
        (Access::Link(purpose), Some(secret)) => {
            let link = (req.cx.app.authenticator.link)(&mut req.cx, purpose, secret)?;
            link.is_some_and(|link| link.works)
        }
        (_, _) => false,
    };
    let caller = if req.signed_in || by_link { Caller::Known } else { Caller::Stranger };
    Ok((caller, lanes::lane_of(&req.cx.actor.vendor_id)))
}

/// The page for the holder of a link that does not work; `None` when it does.
async fn turned_away(
    app: &Arc<App>,
    (route, head): (&Route, &Arc<Input>),
    lane: Option<Lane>,
    purpose: &'static str,
) -> Result<Option<Reply>, AppError> {
    let (app_, route_, head_) = (app.clone(), route.clone(), head.clone());
    let work = move |tx: &mut Tx<'_>| {
        let mut req = dispatch::asked(&app_, &route_, &head_, tx).map_err(Stop::Failed)?;
        lanes::right_lane(req.cx.tx, &req.cx.actor.vendor_id)?;
        let secret = req.param("secret").map_err(Stop::Failed)?.to_owned();
        (app_.authenticator.turn_away)(&mut req, purpose, &secret).map_err(Stop::Failed)
    };
    lanes::write(app, lane.unwrap_or(Lane::ALL), work).await
}
