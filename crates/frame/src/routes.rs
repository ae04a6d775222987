//! The route table. A route is a method, a path, an access row and a handler; it cannot be made
//! without the access row (ID-02).

use std::{collections::BTreeMap, future::Future, pin::Pin, sync::Arc};

use http::Method;

pub use super::doc::{Doc, Parameters};
use super::{
    error::AppError,
    reply::Reply,
    request::{Input, Req},
    state::App,
};
use crate::access::Access;

/// Handles one request inside its transaction.
pub type Handler = fn(&mut Req<'_, '_>) -> Result<Reply, AppError>;

/// Answers without authentication and without a transaction of its own: for what must be told
/// even when the database is away.
pub type Probe = fn(Arc<App>, Arc<Input>) -> Pin<Box<dyn Future<Output = Reply> + Send>>;

/// Work on a password that must not hold a transaction.
#[derive(Debug, Clone)]
pub enum HashJob {
    /// Is `password` the one that was hashed to `phc`? An unknown user gets a dummy hash, so that
    /// the answer takes as long.
    Verify {
        /// What was typed.
        password: String,
        /// The stored hash.
        phc: String,
    },
    /// Hash a new password.
    Hash {
        /// What was typed.
        password: String,
    },
    /// Verify the old password and hash a new one.
    Replace {
        /// The password until now.
        old: String,
        /// Its stored hash.
        phc: String,
        /// The password from now on.
        new: String,
    },
}

/// Work on a password, and who waits for it.
#[derive(Debug, Clone)]
pub struct HashWork {
    /// The work.
    pub job: HashJob,
    /// The name under which somebody waits who goes before strangers: a person who is signed in, a
    /// browser known to be theirs, a link that works.
    pub known: Option<String>,
}

/// What came of a `HashJob`.
#[derive(Debug, Clone, Default)]
pub struct Hashed {
    /// True when the password given was right (or none had to be verified).
    pub verified: bool,
    /// The hash of the new password, where one was asked for.
    pub phc: Option<String>,
}

/// How a route is carried out.
#[derive(Debug, Clone, Copy)]
pub enum Work {
    /// Outside of any transaction.
    Probe(Probe),
    /// In a read transaction.
    Read(Handler),
    /// In a write transaction in the lane of the caller's vendor.
    Write(Handler),
    /// A read transaction says what to hash, it is hashed outside, a write transaction ends it.
    Hashing {
        /// Runs first, reading only.
        before: fn(&mut Req<'_, '_>) -> Result<HashWork, AppError>,
        /// Runs last, with the outcome.
        after: fn(&mut Req<'_, '_>, &Hashed) -> Result<Reply, AppError>,
    },
}

/// How the body of a request may look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyLimit {
    /// The installation's ordinary limit.
    Ordinary,
    /// The installation's limit for uploads.
    Upload,
}

/// One route.
#[derive(Debug, Clone)]
pub struct Route {
    /// The slice that owns it.
    pub slice: &'static str,
    /// The method.
    pub method: Method,
    /// The path with `{name}` parts.
    pub path: &'static str,
    /// Who may call it.
    pub access: Access,
    /// How it is carried out.
    pub work: Work,
    /// What the `OpenAPI` document says; API routes only.
    pub doc: Option<Doc>,
    /// How large the body may be.
    pub body: BodyLimit,
}

/// Collects the routes of one slice.
#[derive(Debug)]
pub struct Routes {
    slice: &'static str,
    list: Vec<Route>,
}

impl Routes {
    /// The routes of `slice`.
    pub fn of(slice: &'static str) -> Self {
        Self { slice, list: Vec::new() }
    }

    /// The same with each route changed.
    pub(super) fn changed(mut self, change: &impl Fn(&mut Route)) -> Self {
        self.list.iter_mut().for_each(change);
        self
    }

    fn push(
        mut self,
        (method, path): (Method, &'static str),
        access: Access,
        work: Work,
        doc: Option<Doc>,
    ) -> Self {
        let slice = self.slice;
        self.list.push(Route { slice, method, path, access, work, doc, body: BodyLimit::Ordinary });
        self
    }

    /// A page (GET).
    #[must_use]
    pub fn page(self, path: &'static str, access: Access, handler: Handler) -> Self {
        self.push((Method::GET, path), access, Work::Read(handler), None)
    }

    /// Something a machine asks (GET) that is answered without the database where need be.
    #[must_use]
    pub fn probe(self, path: &'static str, access: Access, probe: Probe) -> Self {
        self.push((Method::GET, path), access, Work::Probe(probe), None)
    }

    /// A page (GET) that must write, for example to count a look-up.
    #[must_use]
    pub fn counted_page(self, path: &'static str, access: Access, handler: Handler) -> Self {
        self.push((Method::GET, path), access, Work::Write(handler), None)
    }

    /// A form's target (POST); the token against forged requests is checked before the handler.
    #[must_use]
    pub fn form(self, path: &'static str, access: Access, handler: Handler) -> Self {
        self.push((Method::POST, path), access, Work::Write(handler), None)
    }

    /// A form's target that changes nothing here, such as a cookie's.
    #[must_use]
    pub fn reading_form(self, path: &'static str, access: Access, handler: Handler) -> Self {
        self.push((Method::POST, path), access, Work::Read(handler), None)
    }

    /// A form's target with password work outside the transaction.
    #[must_use]
    pub fn hashing_form(self, path: &'static str, access: Access, work: Work) -> Self {
        self.push((Method::POST, path), access, work, None)
    }

    /// A read of the API.
    #[must_use]
    pub fn api_get(self, path: &'static str, access: Access, doc: Doc, handler: Handler) -> Self {
        self.push((Method::GET, path), access, Work::Read(handler), Some(doc))
    }

    /// A read of the API that must write, for example to count a look-up.
    #[must_use]
    pub fn api_counted_get(
        self,
        path: &'static str,
        access: Access,
        doc: Doc,
        handler: Handler,
    ) -> Self {
        self.push((Method::GET, path), access, Work::Write(handler), Some(doc))
    }

    /// A write of the API; an idempotency key is demanded and kept by the dispatcher.
    #[must_use]
    pub fn api(
        self,
        target: (Method, &'static str),
        access: Access,
        doc: Doc,
        handler: Handler,
    ) -> Self {
        self.push(target, access, Work::Write(handler), Some(doc))
    }

    /// The last route takes an upload.
    #[must_use]
    pub fn upload(mut self) -> Self {
        if let Some(last) = self.list.last_mut() {
            last.body = BodyLimit::Upload;
        }
        self
    }
}

/// Every route, found by method and path.
#[derive(Debug)]
pub struct Table {
    routes: Vec<Route>,
    by_path: matchit::Router<BTreeMap<&'static str, usize>>,
}

/// What a method and path lead to.
#[derive(Debug)]
pub enum Found<'t> {
    /// A route and the values of its `{name}` parts.
    Route(&'t Route, BTreeMap<String, String>),
    /// The path exists with other methods.
    OtherMethods(Vec<&'static str>),
    /// There is no such path.
    Nothing,
}

impl Table {
    /// A table of all slices' routes; two routes with the same method and path are a fault.
    pub fn new(slices: Vec<Routes>) -> Result<Self, AppError> {
        let routes: Vec<Route> = slices.into_iter().flat_map(|slice| slice.list).collect();
        let mut paths: BTreeMap<&'static str, BTreeMap<&'static str, usize>> = BTreeMap::new();
        for (index, route) in routes.iter().enumerate() {
            let taken =
                paths.entry(route.path).or_default().insert(method_word(&route.method), index);
            if taken.is_some() {
                return Err(AppError::internal(format!(
                    "two routes for {} {}",
                    route.method, route.path
                )));
            }
        }
        let mut by_path = matchit::Router::new();
        for (path, methods) in paths {
            by_path.insert(path, methods).map_err(AppError::internal)?;
        }
        Ok(Self { routes, by_path })
    }

    /// Every route, in the order of the slices.
    pub fn routes(&self) -> &[Route] {
        &self.routes
    }

    /// What `method` and `path` lead to; HEAD is answered as GET.
    pub fn find(&self, method: &Method, path: &str) -> Found<'_> {
        let Ok(found) = self.by_path.at(path) else {
            return Found::Nothing;
        };
        let wanted = if method == Method::HEAD { &Method::GET } else { method };
        let index = found.value.get(method_word(wanted));
        match index.and_then(|index| self.routes.get(*index)) {
            Some(route) => {
                let params = found.params.iter().map(|(name, value)| {
                    let value = percent_encoding::percent_decode_str(value);
                    (name.to_owned(), value.decode_utf8_lossy().into_owned())
                });
                let params: BTreeMap<String, String> = params.collect();
                // Nothing that is stored has this character in its name.
                if params.values().any(|value| value.contains('\0')) {
                    return Found::Nothing;
                }
                Found::Route(route, params)
            }
            None => {
                let mut methods: Vec<&'static str> = found.value.keys().copied().collect();
                if methods.contains(&"GET") {
                    methods.push("HEAD");
                }
                Found::OtherMethods(methods)
            }
        }
    }
}

fn method_word(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        _ => "other",
    }
}
