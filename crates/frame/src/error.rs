//! What can go wrong, and how each kind is answered.

use std::collections::BTreeMap;

use db::DbError;
use domain::rule_id::RuleId;
use serde_json::Value;
use web::FieldErrors;

use crate::access::Permission;

/// A failed request. One place (`answer`) turns it into a page or a problem document.
#[derive(Debug)]
pub enum AppError {
    /// Input that cannot be accepted: field name → what is wrong and what to do (422).
    Invalid(FieldErrors),
    /// A request whose form is wrong as a whole, for example broken JSON (400).
    Malformed(String),
    /// Nobody is signed in, or the key is unknown (401).
    Unauthenticated,
    /// The person is known and may not do this (403); says why.
    Forbidden(String),
    /// There is no such thing, or the person may not know of it (404).
    NotFound,
    /// A rule refuses (409).
    Refused(Refusal),
    /// The thing was changed since it was read (412).
    Stale,
    /// The write needs an `If-Match` header and has none (428).
    PreconditionRequired,
    /// The body is larger than this route takes (413); the limit in bytes.
    TooLarge(usize),
    /// The body is of a type that is not taken, compressed, or in an encoding that is not read (415).
    UnsupportedMedia(String),
    /// The request arrived too slowly and was given up (408).
    TooSlow,
    /// Too many requests (429): when the next may be sent.
    TooMany(Wait),
    /// The database is busy or away (503).
    Unavailable(String),
    /// A fault of ours (500); the text is logged and not shown.
    Internal(String),
    /// Rolls the transaction back and gives this answer all the same.
    Undone(Box<super::reply::Reply>),
}

/// A refusal by a rule: which one, in words, and what else the caller may want to know.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// The rule that refuses.
    pub rule: RuleId,
    /// What happened and what to do, as a sentence or two.
    pub message: String,
    /// Further members of the problem document.
    pub extras: BTreeMap<String, Value>,
}

/// How long to wait, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wait {
    /// Seconds until the next request may be sent.
    pub seconds: u32,
    /// What there was too much of and what to do, as a sentence or two.
    pub words: String,
}

impl AppError {
    /// Too many requests; the next may be sent in so many seconds.
    pub fn too_many(seconds: u32) -> Self {
        let words = format!("too many requests; try again in {seconds} s");
        Self::TooMany(Wait { seconds, words })
    }

    /// One bad field.
    pub fn field(name: &str, message: impl Into<String>) -> Self {
        let mut errors = FieldErrors::new();
        errors.add(name, message);
        Self::Invalid(errors)
    }

    /// A refusal by `rule` without further members.
    pub fn refused(rule: RuleId, message: impl Into<String>) -> Self {
        Self::Refused(Refusal { rule, message: message.into(), extras: BTreeMap::new() })
    }

    /// A permission that the person lacks.
    pub fn needs(permission: Permission) -> Self {
        Self::Forbidden(format!("this requires the permission “{}”", permission.word()))
    }

    /// A fault of ours with its cause.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        Self::Internal(cause.to_string())
    }
}

impl std::fmt::Display for AppError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Invalid(fields) => {
                let words: Vec<String> = fields.iter().map(|(k, v)| format!("{k}: {v}")).collect();
                write!(f, "{}", words.join("; "))
            }
            Self::Malformed(text)
            | Self::UnsupportedMedia(text)
            | Self::Unavailable(text)
            | Self::Internal(text) => write!(f, "{text}"),
            Self::Unauthenticated => write!(f, "sign in first"),
            Self::Forbidden(what) => write!(f, "{what}"),
            Self::NotFound => write!(f, "not found"),
            Self::Refused(refusal) => write!(f, "{} ({})", refusal.message, refusal.rule),
            Self::Stale => write!(f, "someone else changed it since you read it"),
            Self::PreconditionRequired => write!(f, "send If-Match with the ETag you read"),
            Self::TooLarge(limit) => write!(f, "the request is larger than {limit} bytes"),
            Self::TooSlow => write!(f, "the request arrived too slowly; send it again"),
            Self::TooMany(wait) => write!(f, "{}", wait.words),
            Self::Undone(_) => write!(f, "undone"),
        }
    }
}

impl std::error::Error for AppError {}

impl From<domain::refusal::Refusal> for AppError {
    fn from(refusal: domain::refusal::Refusal) -> Self {
        Self::Refused(Refusal {
            rule: refusal.rule,
            message: format!("{} {}", refusal.words, refusal.remedy),
            extras: [("remedy".to_owned(), Value::from(refusal.remedy))].into(),
        })
    }
}

impl From<DbError> for AppError {
    fn from(error: DbError) -> Self {
        match error {
            DbError::Busy => Self::Unavailable(
                "The server has too many pending writes; try again shortly".into(),
            ),
            DbError::Unavailable { detail } => Self::Unavailable(detail),
            DbError::Serialization => Self::Unavailable(
                "The write conflicted with others each time; try again shortly".into(),
            ),
            DbError::DiskFull => Self::Unavailable(
                "The server's disk is full: you can read, but nothing can be saved until space is \
                 freed"
                    .into(),
            ),
            DbError::ZeroByte => Self::field(
                "",
                "A text contains a character that cannot be stored (U+0000). Remove it",
            ),
            DbError::UniqueViolation { .. }
            | DbError::ForeignKeyViolation { .. }
            | DbError::CheckViolation { .. }
            | DbError::Refused { .. }
            | DbError::NotFound
            | DbError::ReadOnly
            | DbError::Spoiled
            | DbError::Type { .. }
            | DbError::Schema(_)
            | DbError::Other(_) => Self::Internal(error.to_string()),
        }
    }
}
