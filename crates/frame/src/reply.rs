//! What a handler answers.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode, header};
use serde::Serialize;

use super::error::AppError;

/// The cookie of the message that the next page shows.
pub const FLASH_COOKIE: &str = "flash";

/// An answer: status, headers, body. Security headers are added to every one by the dispatcher.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// Headers of this answer.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// The body.
    pub body: Bytes,
    /// What is kept for a repeated request instead of the body, when the body holds a secret.
    pub kept: Option<Bytes>,
}

impl Reply {
    /// An answer with a body of this type.
    pub fn new(status: StatusCode, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        Self {
            status,
            headers: vec![(header::CONTENT_TYPE, HeaderValue::from_static(content_type))],
            body: body.into(),
            kept: None,
        }
    }

    /// A page (200).
    pub fn page(markup: maud::Markup) -> Self {
        Self::page_with(StatusCode::OK, markup)
    }

    /// A page with another status, for example 422 with the form and its errors.
    pub fn page_with(status: StatusCode, markup: maud::Markup) -> Self {
        Self::new(status, "text/html; charset=utf-8", markup.into_string())
            .header(header::CACHE_CONTROL, "no-store")
    }

    /// A JSON document (200).
    pub fn json(value: &impl Serialize) -> Result<Self, AppError> {
        Self::json_with(StatusCode::OK, value)
    }

    /// A JSON document with another status.
    pub fn json_with(status: StatusCode, value: &impl Serialize) -> Result<Self, AppError> {
        let body = serde_json::to_vec(value).map_err(AppError::internal)?;
        Ok(Self::new(status, "application/json", body).header(header::CACHE_CONTROL, "no-store"))
    }

    /// A new resource (201) with its address.
    pub fn created(location: &str, value: &impl Serialize) -> Result<Self, AppError> {
        Ok(Self::json_with(StatusCode::CREATED, value)?.header(header::LOCATION, location))
    }

    /// Done, nothing to say (204).
    pub fn no_content() -> Self {
        Self { status: StatusCode::NO_CONTENT, headers: Vec::new(), body: Bytes::new(), kept: None }
    }

    /// What the reader has is what there is (304).
    pub(super) fn not_modified() -> Self {
        Self { status: StatusCode::NOT_MODIFIED, ..Self::no_content() }
    }

    /// Go and read that page (303).
    pub fn see_other(location: &str) -> Self {
        Self { status: StatusCode::SEE_OTHER, headers: Vec::new(), body: Bytes::new(), kept: None }
            .header(header::LOCATION, location)
    }

    /// A file to be saved under `file_name`.
    pub fn download(content_type: &'static str, file_name: &str, body: impl Into<Bytes>) -> Self {
        let mut reply = Self::new(StatusCode::OK, content_type, body);
        reply.headers.push((
            header::CONTENT_DISPOSITION,
            web::content_disposition(web::Disposition::Attachment, file_name),
        ));
        reply.header(header::CACHE_CONTROL, "no-store")
    }

    /// A CSV file to be saved under `file_name`. The byte order mark tells spreadsheets that it is
    /// UTF-8.
    pub fn csv(file_name: &str, lines: &str) -> Self {
        Self::download("text/csv; charset=utf-8", file_name, format!("\u{feff}{lines}"))
    }

    /// The same answer with a header more. A value that is no header value is left out.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.push((name, value));
        }
        self
    }

    /// The same answer with a cookie.
    #[must_use]
    pub fn cookie(mut self, cookie: HeaderValue) -> Self {
        self.headers.push((header::SET_COOKIE, cookie));
        self
    }

    /// The same answer with the `ETag` of this version of the thing.
    #[must_use]
    pub fn etag(self, version: i64) -> Self {
        let tag = web::ETag::of_version(u64::try_from(version).unwrap_or(0)).header();
        let mut reply = self;
        reply.headers.push((header::ETAG, tag));
        reply
    }

    /// A message that the next page shows once.
    #[must_use]
    pub fn flash(self, message: &str, https: bool) -> Self {
        let cookie =
            web::Cookie::host(FLASH_COOKIE, message, https).http_only().max_age_seconds(60).build();
        self.cookie(cookie)
    }

    /// This answer once; a request repeated with the same idempotency key gets `instead`, which
    /// holds no secret.
    #[must_use]
    pub fn kept_as(mut self, instead: Self) -> Self {
        self.kept = Some(instead.body);
        self
    }

    /// This answer, with everything that the handler wrote undone.
    pub fn undone(self) -> AppError {
        AppError::Undone(Box::new(self))
    }
}
