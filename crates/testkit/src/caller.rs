//! Someone who sends requests: a browser with a session, a program with a key, or nobody.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use bytes::Bytes;
use frame::App;
use http::{Method, Request, header};
use http_body_util::{BodyExt, Full};
use serde_json::Value;

use crate::answer::Answer;

/// How a caller shows who it is.
#[derive(Debug, Clone)]
pub(crate) enum Proof {
    /// A session's secret in a cookie.
    Session(String),
    /// An API key.
    Key(String),
    /// Nothing.
    None,
}

/// Someone who sends requests.
#[derive(Debug, Clone)]
pub struct Caller {
    pub(crate) app: Arc<App>,
    pub(crate) proof: Proof,
    pub(crate) counter: Arc<AtomicU64>,
    /// The address it calls from.
    pub(crate) peer: String,
    /// Headers of every request it sends, beside those that a request is given.
    pub(crate) headers: Vec<(String, String)>,
    /// The person's e-mail address, `""` for keys and nobody.
    pub email: String,
    /// The person's id, `""` for keys and nobody.
    pub user_id: String,
}

impl Caller {
    /// The name and value of its session's cookie, for a browser that acts as this person.
    pub fn session_cookie(&self) -> (String, String) {
        match &self.proof {
            Proof::Session(secret) => {
                (web::host_cookie_name("session", self.app.config.https()), secret.clone())
            }
            Proof::Key(_) | Proof::None => panic!("no session"),
        }
    }

    /// The secret of its API key, for a program that calls a server of its own.
    ///
    /// It errs when this caller has none.
    pub fn api_secret(&self) -> Result<String, String> {
        match &self.proof {
            Proof::Key(secret) => Ok(secret.clone()),
            Proof::Session(_) | Proof::None => Err("this caller has no key".to_owned()),
        }
    }

    /// The same caller at another address.
    #[must_use]
    pub fn at(&self, peer: &str) -> Self {
        Self { peer: peer.to_owned(), ..self.clone() }
    }

    /// The same caller, who sends this header with every request.
    #[must_use]
    pub fn with_header(&self, name: &str, value: &str) -> Self {
        let mut caller = self.clone();
        caller.headers.push((name.to_owned(), value.to_owned()));
        caller
    }

    /// Reads a page or resource.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], Bytes::new()).await
    }

    /// Sends a form with the session's token and a fresh form token.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut pairs: Vec<(String, String)> =
            fields.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        if let Proof::Session(secret) = &self.proof {
            pairs.push((web::CSRF_FIELD.to_owned(), web::csrf_token(secret.as_bytes())));
        }
        if !fields.iter().any(|(name, _)| *name == web::IDEMPOTENCY_FIELD) {
            pairs.push((web::IDEMPOTENCY_FIELD.to_owned(), self.next_key()));
        }
        self.post_raw(path, &pairs).await
    }

    /// Sends a form that stands on the page above its address, with the version that this page shows.
    pub async fn save(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let page = path.rsplit_once('/').map_or("", |(page, _)| page);
        let shown = self.get(page).await.text();
        let after = shown.split("name=\"version\" value=\"").nth(1).unwrap_or_default();
        let version = after.split('"').next().unwrap_or_default();
        self.post(path, &[fields, &[("version", version)]].concat()).await
    }

    /// Sends a form exactly as given.
    pub async fn post_raw(&self, path: &str, pairs: &[(String, String)]) -> Answer {
        let body: Vec<String> =
            pairs.iter().map(|(k, v)| format!("{}={}", encode(k), encode(v))).collect();
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("origin", self.app.config.base_url.as_str()),
        ];
        self.send(Method::POST, path, &headers, Bytes::from(body.join("&"))).await
    }

    /// Sends a form with one file.
    pub async fn upload(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        file: (&str, &str, &[u8]),
    ) -> Answer {
        let mut pairs = fields.to_vec();
        let token = match &self.proof {
            Proof::Session(secret) => web::csrf_token(secret.as_bytes()),
            Proof::Key(_) | Proof::None => String::new(),
        };
        if !token.is_empty() {
            pairs.push((web::CSRF_FIELD, &token));
        }
        let key = self.next_key();
        pairs.push((web::IDEMPOTENCY_FIELD, &key));
        let headers = [("content-type", MULTIPART), ("origin", self.app.config.base_url.as_str())];
        self.send(Method::POST, path, &headers, multipart(&pairs, &[file])).await
    }

    /// Sends a form with files to the API, with a fresh idempotency key.
    pub async fn api_upload(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        files: &[(&str, &str, &[u8])],
    ) -> Answer {
        let key = self.next_key();
        let headers = [("content-type", MULTIPART), ("idempotency-key", key.as_str())];
        self.send(Method::POST, path, &headers, multipart(fields, files)).await
    }

    /// A write of the API with a fresh idempotency key.
    pub async fn api(&self, method: &str, path: &str, body: &Value) -> Answer {
        let key = self.next_key();
        self.api_with(method, path, body, &[("idempotency-key", &key)]).await
    }

    /// A write of the API with these headers and no others.
    pub async fn api_with(
        &self,
        method: &str,
        path: &str,
        body: &Value,
        headers: &[(&str, &str)],
    ) -> Answer {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let mut all = vec![("content-type", "application/json")];
        all.extend_from_slice(headers);
        let body = if body.is_null() { Bytes::new() } else { Bytes::from(body.to_string()) };
        self.send(method, path, &all, body).await
    }

    /// Any request, as given, with this caller's proof.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Bytes,
    ) -> Answer {
        self.send_body(method, path, headers, Full::new(body)).await
    }

    /// The same with a body that comes as it likes.
    pub async fn send_body<B>(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: B,
    ) -> Answer
    where
        B: http_body::Body<Data = Bytes> + Send,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let asked = format!("{method} {path}");
        let mut request = Request::builder().method(method).uri(path);
        request = match &self.proof {
            Proof::Session(secret) => {
                let name = web::host_cookie_name("session", self.app.config.https());
                request.header(header::COOKIE, format!("{name}={secret}"))
            }
            Proof::Key(key) => request.header(header::AUTHORIZATION, format!("Bearer {key}")),
            Proof::None => request,
        };
        if !headers.iter().any(|(name, _)| *name == "host") {
            let (_, host) = self.app.config.base_url.split_once("://").expect("a host");
            request = request.header(header::HOST, host);
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(body).expect("a request");
        let response = frame::handle(&self.app, request, &self.peer).await;
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("a body").to_bytes();
        Answer { asked, status: parts.status, headers: parts.headers, body }
    }

    fn next_key(&self) -> String {
        format!("test-{}", self.counter.fetch_add(1, Ordering::Relaxed))
    }
}

fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect()
}

const MULTIPART: &str = "multipart/form-data; boundary=entente-test-boundary";

/// Fields, then files (field, name, content), as such a form is sent.
fn multipart(fields: &[(&str, &str)], files: &[(&str, &str, &[u8])]) -> Bytes {
    let boundary = "entente-test-boundary";
    let mut body = Vec::new();
    for (name, value) in fields {
        let part = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        );
        body.extend_from_slice(part.as_bytes());
    }
    for (name, file_name, content) in files {
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"; \
             filename=\"{file_name}\"\r\nContent-Type: application/octet-stream\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    Bytes::from(body)
}
