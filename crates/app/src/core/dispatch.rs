//! From an HTTP request to its answer: find the route, read the body within its limit, open the
//! transaction, learn who acts, check the access row, run the handler, answer.

use std::{collections::BTreeMap, sync::Arc};

use bytes::Bytes;
use db::Tx;
use http::{HeaderName, HeaderValue, Method, Request, Response, header};
use http_body_util::Full;
use tokio::sync::Semaphore;
use web::{Form, FormLimits};

use super::{
    answer, body,
    error::AppError,
    idempotency,
    reply::Reply,
    request::{Input, Req, decode_form},
    routes::{BodyLimit, Found, HashJob, Hashed, Route, Work},
    state::App,
};
use crate::access::Access;

/// The header that names a request.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Lets at most two password hashes run and 32 wait.
#[derive(Debug)]
pub struct HashingGate {
    running: Semaphore,
    waiting: Semaphore,
}

impl Default for HashingGate {
    fn default() -> Self {
        Self { running: Semaphore::new(2), waiting: Semaphore::new(34) }
    }
}

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
    if let Some(asset) = parts.uri.path().strip_prefix("/assets/").and_then(web::asset) {
        return asset.respond(accepts_gzip).map(Full::new);
    }
    let started = app.metrics.start();
    let mut input = Input {
        method: parts.method,
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or("").to_owned(),
        headers: parts.headers,
        body: Bytes::new(),
        params: BTreeMap::new(),
        origin: String::new(),
        request_id: String::new(),
        route: "other",
    };
    input.origin = origin(app, &input, peer);
    input.request_id = request_id(app, &input);
    let (method, id) = (input.method.clone(), input.request_id.clone());
    let (label, reply) = match app.table.find(&input.method, &input.path) {
        Found::Route(route, params) => {
            input.params = params;
            input.route = route.path;
            (route.path, routed(app, route, input, body).await)
        }
        Found::OtherMethods(methods) => ("other", answer::method_not_allowed(&input, &methods)),
        Found::Nothing => ("other", answer::error(&input, AppError::NotFound)),
    };
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

fn request_id(app: &App, input: &Input) -> String {
    let given = input.headers.get(&REQUEST_ID).and_then(|value| value.to_str().ok());
    app.requests.next(given.filter(|_| app.config.trust_proxy))
}

fn origin(app: &App, input: &Input, peer: &str) -> String {
    let forwarded = input
        .headers
        .get("x-forwarded-for")
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.rsplit(',').next());
    match forwarded {
        Some(address) if app.config.trust_proxy => address.trim().to_owned(),
        Some(_) | None => peer.to_owned(),
    }
}

async fn routed<B>(app: &Arc<App>, route: &Route, mut input: Input, body: B) -> Reply
where
    B: http_body::Body<Data = Bytes> + Send,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let (limit, pace) = match route.body {
        BodyLimit::Ordinary => (app.config.body_limit, app.config.body_pace),
        BodyLimit::Upload => (app.config.upload_limit, app.config.upload_pace),
    };
    match body::read(body, limit, pace).await {
        Ok(body) => input.body = body,
        Err(error) => {
            // What was not read stands in the way of the next request on this connection.
            return answer::error(&input, error).header(header::CONNECTION, "close");
        }
    }
    let input = Arc::new(input);
    match carry_out(app, route, &input).await {
        Ok(reply) => reply,
        Err(AppError::Undone(reply)) => *reply,
        Err(error) => answer::error(&input, error),
    }
}

async fn carry_out(app: &Arc<App>, route: &Route, input: &Arc<Input>) -> Result<Reply, AppError> {
    match route.work {
        Work::Probe(probe) => Ok(probe(app.clone(), input.clone()).await),
        Work::Read(handler) => {
            let (app_, route_, input_) = (app.clone(), route.clone(), input.clone());
            let (reply, stale) = app
                .db
                .read(move |tx| {
                    let mut req = request(&app_, &route_, &input_, tx)?;
                    let stale = (app_.door.stale)(&req);
                    Ok::<_, AppError>((handler(&mut req)?, stale))
                })
                .await?;
            if let Some(caller) = stale {
                let now = app.clock.now();
                let touch = app.door.touch;
                let noted = app.db.write(move |tx| touch(tx, &caller, now)).await;
                // What was read is true all the same: reading goes on while the disk is full.
                if let Err(error) = noted {
                    tracing::warn!(%error, "the last use of a session or key was not noted");
                }
            }
            Ok(reply)
        }
        Work::Write(handler) => write(app, route, input, handler).await,
        Work::Hashing { before, after } => {
            let (app_, route_, input_) = (app.clone(), route.clone(), input.clone());
            let job =
                app.db.read(move |tx| before(&mut request(&app_, &route_, &input_, tx)?)).await?;
            let hashed = hash(app, job).await?;
            write(app, route, input, move |req| after(req, &hashed)).await
        }
    }
}

async fn write(
    app: &Arc<App>,
    route: &Route,
    input: &Arc<Input>,
    handler: impl Fn(&mut Req<'_, '_>) -> Result<Reply, AppError> + Send + 'static,
) -> Result<Reply, AppError> {
    let (app_, route_, input_) = (app.clone(), route.clone(), input.clone());
    app.db
        .write(move |tx| {
            let mut req = request(&app_, &route_, &input_, tx)?;
            if let Some(caller) = (app_.door.stale)(&req) {
                (app_.door.touch)(req.cx.tx, &caller, req.cx.now)?;
            }
            let claim = if input_.method == Method::GET {
                None
            } else {
                idempotency::claim(&req, route_.path)?
            };
            let Some(claim) = claim else {
                return handler(&mut req);
            };
            if let Some(kept) = claim.kept(&mut req)? {
                return Ok(kept);
            }
            let reply = handler(&mut req)?;
            claim.keep(&mut req, &reply)?;
            Ok(reply)
        })
        .await
}

/// A request with its actor, after the checks that every route shares.
fn request<'a, 't>(
    app: &'a Arc<App>,
    route: &Route,
    input: &'a Input,
    tx: &'a mut Tx<'t>,
) -> Result<Req<'a, 't>, AppError> {
    let now = app.clock.now();
    let caller = (app.door.authenticate)(tx, app, input, now)?;
    let req = Req {
        cx: super::ctx::Cx {
            tx,
            now,
            app,
            actor: caller.actor,
            origin: input.origin.clone(),
            writes: !matches!(route.work, Work::Read(_)),
        },
        input,
        form: Form::default(),
        session_secret: caller.session_secret,
        seen_at: caller.seen_at,
        signed_in: caller.signed_in,
    };
    allowed(&req, route.access)?;
    let posted = input.method != Method::GET && !input.is_api();
    if !posted {
        return Ok(req);
    }
    guard_form(req, route)
}

fn guard_form<'a, 't>(mut req: Req<'a, 't>, route: &Route) -> Result<Req<'a, 't>, AppError> {
    let mut limits = FormLimits::default();
    if route.body == BodyLimit::Upload {
        limits.file_bytes = req.cx.app.config.upload_limit;
        limits.total_bytes = req.cx.app.config.upload_limit;
    }
    req.form = decode_form(req.input, &limits)?;
    let given_origin = req.input.header(&header::ORIGIN);
    let fetch_site = req.input.headers.get("sec-fetch-site").and_then(|v| v.to_str().ok());
    if !web::origin_allowed(given_origin, fetch_site, &req.cx.app.config.base_url) {
        return Err(AppError::Forbidden("This form came from another site.".into()));
    }
    let by_link = matches!(route.access, Access::Link(_));
    if req.signed_in && !by_link {
        let given = req.form.text(web::CSRF_FIELD);
        if !web::csrf_matches(req.session_secret.as_bytes(), given) {
            return Err(AppError::Forbidden(
                "This form is too old or from elsewhere: go back, load the page again, and send it."
                    .into(),
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

async fn hash(app: &Arc<App>, job: HashJob) -> Result<Hashed, AppError> {
    let _place = app.hashing.waiting.try_acquire().map_err(|_| AppError::TooMany(2))?;
    let _turn = app.hashing.running.acquire().await.map_err(AppError::internal)?;
    let salt = app.ids.bytes::<16>();
    let hash = app.door.hash;
    tokio::task::spawn_blocking(move || hash(&job, &salt))
        .await
        .map_err(AppError::internal)?
}
