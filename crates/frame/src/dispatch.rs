//! From an HTTP request to its answer: find the route, decide by the head whether the body is read,
//! read it, open the transaction, learn who acts, check the access row, run the handler, answer.

use std::{collections::BTreeMap, sync::Arc};

use bytes::Bytes;
use db::{Lane, Tx};
use http::{HeaderName, HeaderValue, Method, Request, Response, Version, header};
use http_body_util::Full;
use web::Form;

use super::{
    admission, answer, body,
    caller::{Caller, StaleCaller},
    ctx::Cx,
    error::AppError,
    error_page,
    hashing_gate::Line,
    lanes, objects, origin, parameters, replica,
    reply::Reply,
    request::{Input, Req, decode_form},
    routes::{BodyLimit, Found, Handler, HashWork, Hashed, Route, Work},
    state::App,
    unread::{turned_away, unread},
    writing,
};
use crate::access::Access;

/// The header that names a request.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Answers one request. It never fails: every fault becomes an answer.
pub async fn handle<B>(app: &Arc<App>, request: Request<B>, peer: &str) -> Response<Full<Bytes>>
where
    B: http_body::Body<Data = Bytes> + Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let (parts, body) = request.into_parts();
    let head = parts.method == Method::HEAD;
    let accepts_gzip = parts
        .headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.contains("gzip"));
    let has_host = names_one_host(&parts);
    let asset = parts.uri.path().strip_prefix("/assets/").and_then(web::asset);
    if let Some(asset) = asset
        && has_host
        && (head || parts.method == Method::GET)
    {
        let response = asset.respond(accepts_gzip).map(Full::new);
        return if head { response.map(|_| Full::default()) } else { response };
    }
    let started = app.metrics.start();
    let mut input = Input {
        method: parts.method,
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or("").to_owned(),
        origin: origin::of(&parts.headers, peer, &app.config.trusted_proxies),
        headers: parts.headers,
        body: Bytes::new(),
        params: BTreeMap::new(),
        request_id: String::new(),
        route: "other",
    };
    input.request_id = request_id(app, &input, peer);
    let (method, id) = (input.method.clone(), input.request_id.clone());
    let known = input.header(&header::IF_NONE_MATCH).filter(|_| input.reads()).map(str::to_owned);
    let (label, reply) = if has_host {
        answered(app, input, body, asset.is_some()).await
    } else {
        ("other", unread(answer::error(&input, one_host()), &body))
    };
    let reply = answer::unless_modified(reply, known.as_deref());
    let took = app.metrics.served(label, reply.status, started);
    // The route and not the path: paths hold ids and the secrets of links.
    tracing::info!(
        target: "entente::access",
        request_id = %id,
        method = %method,
        route = label,
        status = reply.status.as_u16(),
        micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
        "request"
    );
    let mut response = answer::finish(app, reply, head, accepts_gzip);
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

/// The answer of the route that was asked for, and the route's path; `other` for none.
async fn answered<B>(
    app: &Arc<App>,
    mut input: Input,
    body: B,
    is_asset: bool,
) -> (&'static str, Reply)
where
    B: http_body::Body<Data = Bytes> + Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let reply = match app.table.find(&input.method, &input.path) {
        _ if is_asset => error_page::no_such_method(app, &input, &["GET", "HEAD"]).await,
        Found::Route(route, params) => {
            input.params = params;
            input.route = route.path;
            return (route.path, routed(app, route, input, body).await);
        }
        Found::OtherMethods(methods) => error_page::no_such_method(app, &input, &methods).await,
        Found::Nothing => error_page::reply(app, &input, AppError::NotFound).await,
    };
    ("other", unread(reply, &body))
}

fn request_id(app: &App, input: &Input, peer: &str) -> String {
    let given = input.headers.get(&REQUEST_ID).and_then(|value| value.to_str().ok());
    app.requests.next(given.filter(|_| origin::is_trusted(peer, &app.config.trusted_proxies)))
}

/// A request of HTTP/1.1 names one host, and no request names two: a cache or proxy in front must
/// not have taken it for that of another site.
fn names_one_host(parts: &http::request::Parts) -> bool {
    let mut named = parts.headers.get_all(header::HOST).iter();
    match (named.next(), named.next()) {
        (Some(host), None) => host.to_str().is_ok_and(|host| !host.contains([',', ' ', '/', '@'])),
        (None, _) => parts.version < Version::HTTP_11,
        (Some(_), Some(_)) => false,
    }
}

fn one_host() -> AppError {
    AppError::Malformed("Send exactly one Host header that names this site".into())
}

async fn routed<B>(app: &Arc<App>, route: &Route, input: Input, body: B) -> Reply
where
    B: http_body::Body<Data = Bytes> + Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let (mut input, mut lane) = (Arc::new(input), None);
    if !body.is_end_stream() {
        let length = body.size_hint().exact();
        let bounds = match admission::admit(app, route, &input, length).await {
            Ok(admitted) => {
                lane = admitted.lane;
                admitted.bounds
            }
            Err(error) => return turned_away(app, &input, error, body).await,
        };
        match body::read(body, bounds).await {
            Ok(body) => input = Arc::new(Input { body, ..input.head() }),
            Err(error) => {
                let reply = error_page::reply(app, &input, error).await;
                return reply.header(header::CONNECTION, "close");
            }
        }
    }
    match carry_out(app, route, &input, lane).await {
        Ok(reply) => reply,
        Err(error) => error_page::reply(app, &input, error).await,
    }
}

/// Carries a request out; `lane` is where it is likely to write, when that was seen already.
async fn carry_out(
    app: &Arc<App>,
    route: &Route,
    input: &Arc<Input>,
    lane: Option<Lane>,
) -> Result<Reply, AppError> {
    match route.work {
        Work::Probe(probe) => Ok(probe(app.clone(), input.clone()).await),
        Work::Read(handler) => read(app, route, input, handler).await,
        Work::Write(handler) => {
            let lane = match lane {
                Some(lane) => lane,
                None => lanes::guess(app, input).await?,
            };
            writing::write(app, (route, input), lane, handler).await
        }
        Work::Hashing { before, after } => {
            let (app_, route_, input_) = (app.clone(), route.clone(), input.clone());
            let read = move |tx: &mut Tx<'_>| {
                let mut req = request(&app_, &route_, &input_, tx)?;
                let lane = lanes::lane_of(&req.cx.actor.vendor_id);
                Ok::<_, AppError>((before(&mut req)?, lane))
            };
            let (work, lane) = app.db.read(read).await?;
            let hashed = hash(app, work, input).await?;
            writing::write(app, (route, input), lane, move |req| after(req, &hashed)).await
        }
    }
}

/// Carries out a read, and notes that the caller was there.
async fn read(
    app: &Arc<App>,
    route: &Route,
    input: &Arc<Input>,
    handler: Handler,
) -> Result<Reply, AppError> {
    let (reply, stale) = match replica::read(app, route, input, handler).await? {
        Some(read) => read,
        None => newest(app, route, input, handler).await?,
    };
    if let Some(caller) = stale {
        let now = app.clock.now();
        let touch = app.authenticator.touch;
        let vendor_id = caller.vendor_id.clone();
        let noted = app.write_for(&vendor_id, move |tx| touch(tx, &caller, now)).await;
        // What was read is true all the same: reading goes on while the disk is full.
        if let Err(error) = noted {
            tracing::warn!(%error, "the last use of a session or key was not recorded");
        }
    }
    Ok(reply)
}

/// Reads where the newest state is.
async fn newest(
    app: &Arc<App>,
    route: &Route,
    input: &Arc<Input>,
    handler: Handler,
) -> Result<(Reply, Option<StaleCaller>), AppError> {
    let (app_, route_, input_) = (app.clone(), route.clone(), input.clone());
    let read = move |tx: &mut Tx<'_>| {
        let mut req = request(&app_, &route_, &input_, tx)?;
        let stale = (app_.authenticator.stale)(&req);
        Ok::<_, AppError>((handler(&mut req)?, stale))
    };
    app.db.read(read).await
}

/// A request with its actor, after the checks that every route shares.
pub(super) fn request<'a, 't>(
    app: &'a Arc<App>,
    route: &Route,
    input: &'a Input,
    tx: &'a mut Tx<'t>,
) -> Result<Req<'a, 't>, AppError> {
    let req = asked(app, route, input, tx)?;
    if input.reads() {
        return Ok(req);
    }
    if input.is_api() {
        if route.doc.is_some_and(|doc| doc.takes.is_some()) {
            objects::is_object(input)?;
        }
        return Ok(req);
    }
    guard_form(req, route)
}

/// A request with its actor, who may call the route; nothing is known of its body yet.
pub(super) fn asked<'a, 't>(
    app: &'a Arc<App>,
    route: &Route,
    input: &'a Input,
    tx: &'a mut Tx<'t>,
) -> Result<Req<'a, 't>, AppError> {
    let caller = (app.authenticator.authenticate)(tx, app, input, app.clock.now())?;
    asked_by(app, route, input, (tx, caller))
}

/// A request of a caller who is known.
pub(super) fn asked_by<'a, 't>(
    app: &'a Arc<App>,
    route: &Route,
    input: &'a Input,
    (tx, caller): (&'a mut Tx<'t>, Caller),
) -> Result<Req<'a, 't>, AppError> {
    let req = acting(app, input, (tx, caller), !matches!(route.work, Work::Read(_)));
    allowed(&req, route.access)?;
    parameters::check(route, input)?;
    Ok(req)
}

/// A request of a caller who is known, before anything is checked.
pub(super) fn acting<'a, 't>(
    app: &'a Arc<App>,
    input: &'a Input,
    (tx, caller): (&'a mut Tx<'t>, Caller),
    writes: bool,
) -> Req<'a, 't> {
    Req {
        cx: Cx {
            tx,
            now: app.clock.now(),
            app,
            actor: caller.actor,
            origin: input.origin.clone(),
            writes,
            trace: None,
        },
        input,
        form: Form::default(),
        session_secret: caller.session_secret,
        seen_at: caller.seen_at,
        signed_in: caller.signed_in,
        new_device: None,
    }
}

/// Fails when a form was sent from a page of another site.
pub(super) fn from_this_site(req: &Req<'_, '_>) -> Result<(), AppError> {
    let given_origin = req.input.header(&header::ORIGIN);
    let fetch_site = req.input.headers.get("sec-fetch-site").and_then(|v| v.to_str().ok());
    if web::origin_allowed(given_origin, fetch_site, &req.cx.app.config.base_url) {
        return Ok(());
    }
    Err(AppError::Forbidden("This form came from another site.".into()))
}

fn guard_form<'a, 't>(mut req: Req<'a, 't>, route: &Route) -> Result<Req<'a, 't>, AppError> {
    req.form = decode_form(req.input, &req.form_limits(route.body == BodyLimit::Upload))?;
    from_this_site(&req)?;
    let by_link = matches!(route.access, Access::Link(_));
    if req.signed_in && !by_link {
        let given = req.form.text(web::CSRF_FIELD);
        if !web::csrf_matches(req.session_secret.as_bytes(), given) {
            return Err(AppError::Forbidden(
                "This form has expired. Go back, reload the page, and submit it again.".into(),
            ));
        }
    }
    Ok(req)
}

/// The access row (ID-02, ID-03): the wrong side is told 404, a missing permission 403.
fn allowed(req: &Req<'_, '_>, access: Access) -> Result<(), AppError> {
    let actor = &req.cx.actor;
    let permission = match access {
        Access::Public | Access::Link(_) => return Ok(()),
        Access::SignedIn if req.signed_in => return Ok(()),
        Access::SignedIn => return Err(AppError::Unauthenticated),
        Access::Vendor(permission) | Access::Partner(permission) | Access::Either(permission) => {
            permission
        }
        Access::Sides { vendor, partner } => {
            if actor.partner_id().is_none() {
                vendor
            } else {
                partner
            }
        }
    };
    if !req.signed_in {
        return Err(AppError::Unauthenticated);
    }
    let right_side = match access {
        Access::Vendor(_) => actor.partner_id().is_none(),
        Access::Partner(_) => actor.partner_id().is_some(),
        Access::Either(_)
        | Access::Sides { .. }
        | Access::Public
        | Access::Link(_)
        | Access::SignedIn => true,
    };
    if !right_side {
        return Err(AppError::NotFound);
    }
    if !actor.may(permission) {
        return Err(AppError::needs(permission));
    }
    Ok(())
}

/// Hashes once its turn has come; strangers wait in a line by where they come from.
async fn hash(app: &Arc<App>, work: HashWork, input: &Input) -> Result<Hashed, AppError> {
    let HashWork { job, known } = work;
    let line = known.map_or_else(|| Line::Stranger(origin::counted(&input.origin)), Line::Known);
    let salt = app.ids.bytes::<16>();
    let hash = app.authenticator.hash;
    app.hashing.run(&line, move || hash(&job, &salt)).await?
}
