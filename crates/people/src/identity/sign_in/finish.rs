//! What happens once somebody has shown who they are.

use domain::ids::{PartnerId, UserId};
use http::header;

use super::next;
use crate::identity::{
    devices,
    memberships::{self, Person},
    second_factor::{self, Factor},
    sessions::{self, SignInMethod},
};
use frame::{
    access::Permissions,
    actor::{Actor, Side, Who},
    error::AppError,
    reply::Reply,
    request::{Req, SESSION_COOKIE},
};

/// Somebody who has shown who they are, and where they want to go.
pub(super) struct Arrival<'a> {
    pub(super) user_id: &'a UserId,
    pub(super) method: SignInMethod,
    pub(super) start: Start<'a>,
    pub(super) next: &'a str,
}

/// On which side a session begins.
pub(super) enum Start<'a> {
    /// On the side used last; whoever stands on several is asked.
    LastUsed,
    /// On this one, as the way in says; `None` is the vendor's.
    On(Option<&'a PartnerId>),
}

/// Asks for the second factor, or begins the session. Rule ID-01.
pub(super) fn proceed(req: &mut Req<'_, '_>, arrival: &Arrival<'_>) -> Result<Reply, AppError> {
    match second_factor::of(&mut req.cx, arrival.user_id)? {
        Factor::On(_) => super::second_step::ask(req, arrival),
        Factor::Off | Factor::Offered(_) => finish(req, arrival),
    }
}

/// Begins a session with a new id; the one that this browser had ends.
pub(super) fn finish(req: &mut Req<'_, '_>, arrival: &Arrival<'_>) -> Result<Reply, AppError> {
    let sides = memberships::sides_of(&mut req.cx, arrival.user_id)?;
    let wanted = match arrival.start {
        Start::LastUsed => None,
        Start::On(partner) => sides.iter().find(|side| side.partner_id.as_ref() == partner),
    };
    let side = wanted.or_else(|| sides.first()).ok_or(AppError::NotFound)?;
    let to_choose = wanted.is_none() && sides.len() > 1;
    let target = next(arrival.next);
    let location = if to_choose {
        format!("/memberships?next={}", web::url_encode(target))
    } else {
        target.to_owned()
    };
    begin(req, side, arrival.method, &location)
}

/// Begins a session of `side` in this browser and goes to `location`.
pub(super) fn begin(
    req: &mut Req<'_, '_>,
    side: &Person,
    method: SignInMethod,
    location: &str,
) -> Result<Reply, AppError> {
    end_present(req)?;
    req.cx.actor = Actor {
        vendor_id: req.cx.vendor(),
        side: side.partner_id.clone().map_or(Side::Vendor, Side::Partner),
        who: Who::User { user_id: side.user_id.clone(), session_id: String::new() },
        name: side.name.clone(),
        permissions: Permissions::none(),
    };
    let agent = req.input.header(&header::USER_AGENT).unwrap_or("").to_owned();
    let whose = (&side.user_id, side.partner_id.as_ref());
    let session = sessions::begin(&mut req.cx, whose, method, &agent)?;
    let cookie = sessions::session_cookie(req.cx.app, &session.secret);
    let reply = Reply::see_other(location).cookie(cookie);
    // In the demo everybody is everybody, in one browser.
    if method == SignInMethod::Demo {
        return Ok(reply);
    }
    devices::note(req, &side.user_id)?;
    Ok(remembered(req, reply))
}

/// The answer with the cookie by which this browser is known from now on.
pub(super) fn remembered(req: &Req<'_, '_>, reply: Reply) -> Reply {
    match devices::cookie(req) {
        Some(cookie) => reply.cookie(cookie),
        None => reply,
    }
}

fn end_present(req: &mut Req<'_, '_>) -> Result<(), AppError> {
    if !req.signed_in {
        return Ok(());
    }
    if let Who::User { user_id, session_id } = req.cx.actor.who.clone()
        && !session_id.is_empty()
    {
        sessions::end_one(&mut req.cx, &user_id, &session_id)?;
    }
    Ok(())
}

/// Ends the session of this browser.
pub(super) fn sign_out(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    end_present(req)?;
    let https = req.cx.app.config.https();
    let gone = web::Cookie::expired(SESSION_COOKIE, https).build();
    Ok(req.go("/sign-in", "You are signed out.").cookie(gone))
}
