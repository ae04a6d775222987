//! The one place where a fault becomes an answer, and an answer gets what every answer has.

use std::{io::Write, sync::Arc};

use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use http::{HeaderValue, Response, StatusCode, header};
use http_body_util::Full;
use web::{Chrome, Problem, Wants};

use super::{
    error::{AppError, Refusal},
    reply::Reply,
    request::Input,
    state::App,
};

const COMPRESS_FROM_BYTES: usize = 1_400;

/// What stands around an error on its page.
#[derive(Debug, Default)]
pub(super) struct Around {
    /// The frame of pages, for somebody who is signed in.
    pub(super) chrome: Option<Chrome>,
    /// The page to go back to.
    pub(super) back: Option<String>,
    /// What was typed into the form that was sent: label and value.
    pub(super) typed: Vec<(String, String)>,
}

/// Whether a problem document is wanted and not a page.
pub(super) fn wants_document(input: &Input) -> bool {
    input.is_api()
        || web::wants(input.header(&header::ACCEPT)) == Wants::Json
        || input.path == "/search.json"
}

/// The answer to a fault: a page or a problem document, by what was asked for.
pub(super) fn error(input: &Input, error: AppError) -> Reply {
    error_around(input, error, Around::default())
}

/// The same with what stands around it, if it is a page.
pub(super) fn error_around(input: &Input, error: AppError, around: Around) -> Reply {
    let anonymous = matches!(error, AppError::Unauthenticated);
    if let AppError::Undone(reply) = error {
        return *reply;
    }
    let retry_after = match &error {
        AppError::TooMany(wait) => Some(wait.seconds),
        AppError::Unavailable(_) => Some(2),
        AppError::Invalid(_)
        | AppError::Malformed(_)
        | AppError::Unauthenticated
        | AppError::Forbidden(_)
        | AppError::NotFound
        | AppError::Refused(_)
        | AppError::Stale
        | AppError::PreconditionRequired
        | AppError::TooLarge(_)
        | AppError::TooSlow
        | AppError::UnsupportedMedia(_)
        | AppError::Internal(_)
        | AppError::Undone(_) => None,
    };
    let problem = problem(input, &error);
    let status = StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::BAD_REQUEST);
    let reply = as_asked(input, problem, around);
    let reply = if anonymous { reply.header(header::WWW_AUTHENTICATE, "Bearer") } else { reply };
    let reply = if status == StatusCode::UNSUPPORTED_MEDIA_TYPE {
        reply.header(header::ACCEPT_ENCODING, "identity")
    } else {
        reply
    };
    match retry_after {
        Some(seconds) => reply.header(header::RETRY_AFTER, &seconds.to_string()),
        None => reply,
    }
}

/// A problem as a page or as a document.
fn as_asked(input: &Input, problem: Problem, around: Around) -> Reply {
    let status = StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::BAD_REQUEST);
    if wants_document(input) {
        return Reply::new(status, web::PROBLEM_JSON, problem.to_json());
    }
    let problem = match around.back {
        Some(page) => problem.way_on("Go back", page),
        None => problem,
    };
    let page = problem.way_on("Go to the home page", "/").typed(around.typed).page();
    Reply::page_with(
        status,
        match around.chrome {
            Some(chrome) => chrome.page(&page),
            None => Chrome { product: "Entente".into(), ..Chrome::default() }.bare(&page),
        },
    )
}

/// The path exists, the method does not.
pub(super) fn method_not_allowed(input: &Input, methods: &[&'static str], around: Around) -> Reply {
    let detail = format!("{} accepts {}", input.path, methods.join(", "));
    let problem = Problem::new(405, "Method not allowed").detail(detail);
    as_asked(input, problem, around).header(header::ALLOW, &methods.join(", "))
}

fn problem(input: &Input, error: &AppError) -> Problem {
    let text = error.to_string();
    let problem = match error {
        AppError::Invalid(fields) => {
            Problem::new(422, "Some fields need attention").detail(text).errors(fields)
        }
        AppError::Malformed(_) => Problem::new(400, "The request is malformed").detail(text),
        AppError::Unauthenticated => {
            Problem::new(401, "Sign in first").detail(how_to_sign_in(input))
        }
        AppError::Forbidden(_) => Problem::new(403, "You do not have permission").detail(text),
        AppError::NotFound => Problem::new(404, "Not found")
            .detail("It does not exist, or you do not have access to it"),
        AppError::Refused(refusal) => refused(refusal),
        AppError::Stale => Problem::new(412, "This changed since you opened it")
            .detail("Reload it, review what changed, and submit your change again"),
        AppError::PreconditionRequired => {
            Problem::new(428, "If-Match header required").detail(text)
        }
        AppError::TooLarge(_) => Problem::new(413, "The request is too large").detail(text),
        AppError::UnsupportedMedia(_) => {
            Problem::new(415, "The body cannot be read as sent").detail(text)
        }
        AppError::TooSlow => Problem::new(408, "The request took too long").detail(text),
        AppError::TooMany(_) => Problem::new(429, "Too many requests").detail(text),
        AppError::Unavailable(_) => Problem::new(503, "Temporarily unavailable").detail(text),
        AppError::Internal(cause) => {
            let id = &input.request_id;
            tracing::error!(request_id = %id, route = input.route, cause = %cause, "request failed");
            Problem::new(500, "Something went wrong on our side")
                .detail(format!("Nothing was saved. Give your operator this reference: {id}"))
        }
        AppError::Undone(_) => Problem::new(500, "Something went wrong on our side"),
    };
    problem.instance(input.path.clone())
}

/// Schemes of `Authorization` that proxies and programs use. No other word is repeated, because
/// somebody may have sent a secret without a scheme.
const OTHER_SCHEMES: [&str; 6] = ["Basic", "Digest", "Negotiate", "NTLM", "DPoP", "HOBA"];

fn how_to_sign_in(input: &Input) -> String {
    let words = "Send a valid API key as Authorization: Bearer";
    let sent = input.header(&header::AUTHORIZATION).and_then(|value| value.split_once(' '));
    let scheme = sent.filter(|(_, secret)| !secret.trim().is_empty()).and_then(|(scheme, _)| {
        OTHER_SCHEMES.iter().find(|other| other.eq_ignore_ascii_case(scheme))
    });
    match scheme {
        Some(scheme) if input.is_api() => format!(
            "{words}, not {scheme}. If a proxy in front asks for a password, exempt /api/ from it"
        ),
        Some(_) | None => format!("{words}, or sign in"),
    }
}

fn refused(refusal: &Refusal) -> Problem {
    let problem = Problem::new(409, "A rule does not allow this")
        .detail(refusal.message.clone())
        .rule(refusal.rule.as_str());
    refusal.extras.iter().fold(problem, |problem, (name, value)| problem.extra(name, value.clone()))
}

/// The problem document of a refusal that leaves something behind: given as an ordinary answer, so
/// that what was written (the attempt, for example) is committed.
pub fn refusal_kept(input: &Input, refusal: &Refusal) -> Reply {
    let problem = refused(refusal).instance(input.path.clone());
    Reply::new(StatusCode::CONFLICT, web::PROBLEM_JSON, problem.to_json())
}

/// The response: security headers, compression where it helps, no body for HEAD.
pub(super) fn finish(
    app: &Arc<App>,
    reply: Reply,
    head: bool,
    accepts_gzip: bool,
) -> Response<Full<Bytes>> {
    let compressible = accepts_gzip
        && reply.body.len() >= COMPRESS_FROM_BYTES
        && reply.headers.iter().any(|(name, value)| {
            *name == header::CONTENT_TYPE
                && value.to_str().is_ok_and(|v| {
                    v.starts_with("text/") || v.contains("json") || v.contains("csv")
                })
        });
    let compressed = if compressible { gzip(&reply.body) } else { None };
    let encoded = compressed.is_some();
    let mut response = Response::new(Full::new(Bytes::new()));
    *response.status_mut() = reply.status;
    let headers = response.headers_mut();
    for (name, value) in web::security_headers(app.config.https()) {
        headers.insert(name, value);
    }
    for (name, value) in reply.headers {
        if name == header::SET_COOKIE {
            headers.append(name, value);
        } else {
            headers.insert(name, value);
        }
    }
    if encoded {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    // What one person is answered is for nobody else, faults and ways on included. Assets come
    // another way.
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    headers.insert(header::VARY, HeaderValue::from_static("Accept, Accept-Encoding, Cookie"));
    if head {
        // The length of what GET would send.
        let length = compressed.as_ref().map_or(reply.body.len(), Bytes::len);
        if !reply.status.is_informational()
            && !matches!(reply.status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED)
        {
            headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
        }
    } else {
        *response.body_mut() = Full::new(compressed.unwrap_or(reply.body));
    }
    response
}

/// What a reader who has this version already is told instead (304).
pub(super) fn unless_modified(reply: Reply, if_none_match: Option<&str>) -> Reply {
    let tags = reply.headers.iter().filter(|(name, _)| *name == header::ETAG);
    let current = tags.filter_map(|(_, value)| web::ETag::of_header(value)).next_back();
    match (if_none_match, current) {
        (Some(given), Some(current))
            if reply.status == StatusCode::OK && web::none_match(given, &current) =>
        {
            let kept = [header::ETAG, header::CACHE_CONTROL, header::SET_COOKIE];
            let headers = reply.headers.into_iter().filter(|(name, _)| kept.contains(name));
            Reply { headers: headers.collect(), ..Reply::not_modified() }
        }
        (_, _) => reply,
    }
}

fn gzip(body: &Bytes) -> Option<Bytes> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 3), Compression::fast());
    encoder.write_all(body).ok()?;
    encoder.finish().ok().map(Bytes::from)
}
