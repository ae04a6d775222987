//! What a handler is given.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{HeaderMap, Method, header};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;
use web::{FieldErrors, Form, FormLimits};

use super::{caller::Caller, ctx::Cx, error::AppError, objects, reply::Reply};

/// The cookie of the session.
pub const SESSION_COOKIE: &str = "session";

/// A request as it came in, wholly read.
#[derive(Debug)]
pub struct Input {
    /// The method.
    pub method: Method,
    /// The path, without the query.
    pub path: String,
    /// The query as it came, without the question mark.
    pub query: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// The values of the route's `{name}` parts.
    pub params: BTreeMap<String, String>,
    /// The address of the caller, as audit and limits know it.
    pub origin: String,
    /// The name of this request in answers and in the log.
    pub request_id: String,
    /// The path of the route that was found, with its `{name}` parts; `other` for none.
    pub route: &'static str,
}

impl Input {
    /// The same without the body.
    pub(super) fn head(&self) -> Self {
        Self {
            method: self.method.clone(),
            path: self.path.clone(),
            query: self.query.clone(),
            headers: self.headers.clone(),
            body: Bytes::new(),
            params: self.params.clone(),
            origin: self.origin.clone(),
            request_id: self.request_id.clone(),
            route: self.route,
        }
    }

    /// A header as text; `None` when absent or not ASCII.
    pub fn header(&self, name: &header::HeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// What was sent as `Authorization: Bearer`; `None` when nothing was, or another scheme.
    pub fn bearer(&self) -> Option<&str> {
        let (scheme, secret) = self.header(&header::AUTHORIZATION)?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| secret.trim())
    }

    /// The value of a cookie.
    pub fn cookie(&self, name: &str, https: bool) -> Option<&str> {
        let name = web::host_cookie_name(name, https);
        self.headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .find_map(|value| web::cookie_value(value, &name))
    }

    /// True for the methods that only read.
    pub fn reads(&self) -> bool {
        matches!(self.method, Method::GET | Method::HEAD)
    }

    /// True when only the head of the answer is wanted.
    pub fn is_head(&self) -> bool {
        self.method == Method::HEAD
    }

    /// True for a route of the API.
    pub fn is_api(&self) -> bool {
        self.path.starts_with("/api/")
    }
}

/// A request inside its transaction.
#[derive(Debug)]
pub struct Req<'a, 't> {
    /// The transaction, the time, who acts.
    pub cx: Cx<'a, 't>,
    /// What came in.
    pub input: &'a Input,
    /// The form of a page's POST; empty otherwise.
    pub form: Form,
    /// The session's secret, for tokens against forged forms; empty without a session.
    pub session_secret: String,
    /// When the session was last written as seen, in microseconds; 0 without a session.
    pub seen_at: i64,
    /// True when a session or a key acts; `Public` and `Link` routes may be anonymous at first,
    /// and then `cx.actor` holds nothing but the vendor.
    pub signed_in: bool,
    /// The secret by which this browser will be known from now on; `None` unless this request
    /// gave it one.
    pub new_device: Option<String>,
}

impl Req<'_, '_> {
    /// Who sent it, to be asked of elsewhere.
    pub(super) fn into_caller(self) -> Caller {
        Caller {
            actor: self.cx.actor,
            session_secret: self.session_secret,
            seen_at: self.seen_at,
            signed_in: self.signed_in,
        }
    }

    /// The value of a `{name}` part of the route.
    pub fn param(&self, name: &str) -> Result<&str, AppError> {
        self.input.params.get(name).map(String::as_str).ok_or(AppError::NotFound)
    }

    /// A typed id in the path; one that cannot be an id is simply not found.
    pub fn id<T: std::str::FromStr>(&self, name: &str) -> Result<T, AppError> {
        self.param(name)?.parse().map_err(|_| AppError::NotFound)
    }

    /// The query as pairs.
    pub fn query(&self) -> web::ListUrl {
        web::ListUrl::new(self.input.path.clone(), &self.input.query)
    }

    /// The `limit` of a list: from 1 to `most`, `usual` when none is given.
    pub fn limit(&self, usual: i64, most: i64) -> Result<i64, AppError> {
        let url = self.query();
        let Some(text) = url.get("limit") else {
            return Ok(usual);
        };
        match text.parse::<i64>() {
            Ok(limit) if (1..=most).contains(&limit) => Ok(limit),
            Ok(_) | Err(_) => {
                Err(AppError::field("limit", format!("Send a whole number from 1 to {most}")))
            }
        }
    }

    /// The body as JSON of this shape; errors say where.
    pub fn json<T: DeserializeOwned + JsonSchema + 'static>(&self) -> Result<T, AppError> {
        // Without this character there is no list, and one reading is enough.
        if self.input.body.contains(&b'[') {
            let value: Value = self.any_json()?;
            match objects::list_for_object(&objects::inline_schema::<T>(), &value) {
                Some(place) if place.is_empty() => {
                    return Err(AppError::field("body", objects::WANTED));
                }
                Some(place) => return Err(AppError::field(&place, objects::WANTED)),
                None => {}
            }
        }
        self.any_json()
    }

    /// The body as JSON of this shape, in which a list may stand for an object.
    pub(super) fn any_json<T: DeserializeOwned>(&self) -> Result<T, AppError> {
        let given = self.input.header(&header::CONTENT_TYPE);
        if !web::is_media_type(given, JSON) {
            return Err(not_json());
        }
        serde_json::from_slice(&self.input.body).map_err(|error| json_error(&error))
    }

    /// The body of an API route as a form with at most `files` files; `None` when it is no
    /// `multipart/form-data`.
    pub fn multipart(&self, files: usize) -> Result<Option<Form>, AppError> {
        let given = self.input.header(&header::CONTENT_TYPE);
        if !web::is_media_type(given, MULTIPART) {
            return Ok(None);
        }
        decode_form(self.input, &FormLimits { files, ..self.form_limits(true) }).map(Some)
    }

    /// How much of a form is read, with files or without.
    pub fn form_limits(&self, with_files: bool) -> FormLimits {
        let config = &self.cx.app.config;
        let most = if with_files { config.upload_limit } else { config.body_limit };
        FormLimits {
            text_bytes: config.body_limit,
            file_bytes: most,
            total_bytes: most,
            ..FormLimits::default()
        }
    }

    /// Fails with 412 unless `If-Match` names the current version, with 428 when it is absent, and
    /// with 400 when it is no list of tags.
    pub fn if_match(&self, version: i64) -> Result<(), AppError> {
        let lines: Vec<&str> = self
            .input
            .headers
            .get_all(header::IF_MATCH)
            .iter()
            .map(|line| line.to_str().unwrap_or_default())
            .collect();
        if lines.is_empty() {
            return Err(AppError::PreconditionRequired);
        }
        let current = web::ETag::of_version(u64::try_from(version).unwrap_or(0));
        match web::IfMatch::parse(&lines.join(", ")) {
            Some(condition) if condition.allows(&current) => Ok(()),
            Some(_) => Err(AppError::Stale),
            None => Err(AppError::Malformed(
                "If-Match must be the ETag of your last read, with its quotes: If-Match: \"v1\""
                    .into(),
            )),
        }
    }

    /// Goes to another page and shows `message` there.
    pub fn go(&self, location: &str, message: &str) -> Reply {
        Reply::see_other(location).flash(message, self.cx.app.config.https())
    }

    /// The token that the session's forms carry.
    pub fn csrf(&self) -> String {
        web::csrf_token(self.session_secret.as_bytes())
    }

    /// A fresh token that makes a form's double submission one.
    pub fn form_token(&self) -> String {
        super::secrets::base62(self.cx.ids(), 24)
    }
}

pub(super) const JSON: &str = "application/json";
pub(super) const MULTIPART: &str = "multipart/form-data";

pub(super) fn not_json() -> AppError {
    AppError::UnsupportedMedia("Send the body as JSON with Content-Type: application/json".into())
}

fn json_error(error: &serde_json::Error) -> AppError {
    let text = error.to_string();
    if error.is_data() {
        let field = text.split('`').nth(1).unwrap_or("body").to_owned();
        let mut errors = FieldErrors::new();
        errors.add(&field, text);
        AppError::Invalid(errors)
    } else {
        AppError::Malformed(format!("The body is not valid JSON: {text}"))
    }
}

/// The form of a body, decoded by its content type.
pub(super) fn decode_form(input: &Input, limits: &FormLimits) -> Result<Form, AppError> {
    Form::decode(input.header(&header::CONTENT_TYPE), &input.body, limits).map_err(form_error)
}

/// How a body that is no form is answered.
pub(super) fn form_error(error: web::FormError) -> AppError {
    match &error {
        web::FormError::WrongType(_) | web::FormError::Charset(_) => {
            AppError::UnsupportedMedia(error.to_string())
        }
        web::FormError::Nul { field } => AppError::field(
            field,
            "It contains a character that cannot be stored (U+0000). Remove it",
        ),
        web::FormError::Broken(_)
        | web::FormError::NotUtf8 { .. }
        | web::FormError::TooManyFields { .. }
        | web::FormError::TooManyFiles { .. }
        | web::FormError::TooLong { .. }
        | web::FormError::TextTooLong { .. }
        | web::FormError::BodyTooLong { .. } => AppError::Malformed(error.to_string()),
    }
}
