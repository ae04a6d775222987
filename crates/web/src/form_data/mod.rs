//! What a form sent: fields and files, decoded once and within limits, and the errors of its fields.

mod errors;
mod multipart;
mod urlencoded;

use bytes::Bytes;

use crate::http::other_charset;
pub use errors::FieldErrors;

/// How much of a form is read. What exceeds a limit is refused, not cut.
#[derive(Clone, Debug)]
pub struct FormLimits {
    /// The most fields, files included.
    pub fields: usize,
    /// The most bytes of one field's value after decoding.
    pub field_bytes: usize,
    /// The most bytes of all fields' names and values together. They are copied, files are not.
    pub text_bytes: usize,
    /// The most files.
    pub files: usize,
    /// The most bytes of one file.
    pub file_bytes: usize,
    /// The most bytes of the whole body.
    pub total_bytes: usize,
}

impl Default for FormLimits {
    fn default() -> Self {
        Self {
            fields: 500,
            field_bytes: 256 * 1024,
            text_bytes: 1024 * 1024,
            files: 4,
            file_bytes: 25 * 1024 * 1024,
            total_bytes: 32 * 1024 * 1024,
        }
    }
}

/// Why a body could not be read as a form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    /// The body is neither of the two kinds a form can be sent as.
    #[error("a form must be application/x-www-form-urlencoded or multipart/form-data, not {0}")]
    WrongType(String),
    /// The text is in another encoding than UTF-8.
    #[error("send the form in UTF-8, not in {0}")]
    Charset(String),
    /// The parts of a multipart body do not end where they should.
    #[error("the multipart form is malformed: {0}")]
    Broken(&'static str),
    /// A name or value is not UTF-8.
    #[error("the field \"{field}\" is not UTF-8 text")]
    NotUtf8 {
        /// The name of the field, as far as it could be read.
        field: String,
    },
    /// A value holds the character zero, which no database column keeps.
    #[error("the field \"{field}\" contains a character that cannot be stored (U+0000)")]
    Nul {
        /// The name of the field.
        field: String,
    },
    /// There are more fields than [`FormLimits::fields`].
    #[error("the form has more than {limit} fields")]
    TooManyFields {
        /// The limit.
        limit: usize,
    },
    /// There are more files than [`FormLimits::files`].
    #[error("the form has more than {limit} files")]
    TooManyFiles {
        /// The limit.
        limit: usize,
    },
    /// A value or file is too long.
    #[error("\"{field}\" is longer than {limit} bytes")]
    TooLong {
        /// The name of the field.
        field: String,
        /// The limit in bytes.
        limit: usize,
    },
    /// The fields together are too long.
    #[error("the form fields are longer than {limit} bytes in total")]
    TextTooLong {
        /// The limit in bytes.
        limit: usize,
    },
    /// The whole body is too long.
    #[error("the form is longer than {limit} bytes")]
    BodyTooLong {
        /// The limit in bytes.
        limit: usize,
    },
}

/// As which of the two kinds a form is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormKind {
    /// `application/x-www-form-urlencoded`.
    UrlEncoded,
    /// `multipart/form-data`, which can carry files.
    Multipart,
}

/// The kind of a form by its `Content-Type`; without one it is taken as URL-encoded.
///
/// # Errors
///
/// When the type or the encoding is another.
pub fn form_kind(content_type: Option<&str>) -> Result<FormKind, FormError> {
    let given = content_type.unwrap_or("application/x-www-form-urlencoded");
    let kind = given.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    match kind.as_str() {
        "application/x-www-form-urlencoded" => match other_charset(given) {
            None => Ok(FormKind::UrlEncoded),
            Some(other) => Err(FormError::Charset(other.chars().take(80).collect())),
        },
        "multipart/form-data" => Ok(FormKind::Multipart),
        other => Err(FormError::WrongType(other.chars().take(80).collect())),
    }
}

/// A file that came with a form. Its name and type are what the sender claims, nothing more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// The last segment of the name that was sent, without folders; may be empty.
    pub file_name: String,
    /// The content type that was sent; `application/octet-stream` when none was.
    pub content_type: String,
    /// The content.
    pub bytes: Bytes,
}

/// A decoded form. A name may have several values; they keep the order they were sent in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    pairs: Vec<(String, String)>,
    files: Vec<(String, Upload)>,
}

impl Form {
    /// Reads an `application/x-www-form-urlencoded` body, or a query, within the default limits.
    ///
    /// # Errors
    ///
    /// When it is no UTF-8, holds U+0000 or passes a limit.
    pub fn parse(body: &[u8]) -> Result<Self, FormError> {
        Self::decode(None, &Bytes::copy_from_slice(body), &FormLimits::default())
    }

    /// Reads a body of the type that its `Content-Type` names; without one, it is taken as
    /// `application/x-www-form-urlencoded`.
    ///
    /// # Errors
    ///
    /// When the type is another, the body is malformed, or a limit is passed.
    pub fn decode(
        content_type: Option<&str>,
        body: &Bytes,
        limits: &FormLimits,
    ) -> Result<Self, FormError> {
        if body.len() > limits.total_bytes {
            return Err(FormError::BodyTooLong { limit: limits.total_bytes });
        }
        let mut form = Self::default();
        match form_kind(content_type)? {
            FormKind::UrlEncoded => urlencoded::read(&mut form, body, limits)?,
            FormKind::Multipart => {
                multipart::read(&mut form, content_type.unwrap_or_default(), body, limits)?;
            }
        }
        Ok(form)
    }

    /// A form from names and values, for tests and for pages that start with values.
    pub fn from_pairs<N: Into<String>, V: Into<String>>(
        pairs: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        let pairs = pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        Self { pairs, files: Vec::new() }
    }

    /// The first value of `name` without the blanks around it; empty when there is none.
    pub fn text(&self, name: &str) -> &str {
        self.raw(name).unwrap_or("").trim()
    }

    /// The first value of `name` without the blanks around it; `None` when nothing is left.
    pub fn opt(&self, name: &str) -> Option<&str> {
        self.raw(name).map(str::trim).filter(|value| !value.is_empty())
    }

    /// The first value of `name` as it was typed, for passwords.
    pub fn raw(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Every value of `name` without the blanks around it, in the order sent.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.pairs.iter().filter(|(key, _)| key == name).map(|(_, value)| value.trim()).collect()
    }

    /// Whether a checkbox of this name was ticked: it was sent at all.
    pub fn ticked(&self, name: &str) -> bool {
        self.raw(name).is_some()
    }

    /// The first file of `name` that has a name or content; a file field left empty gives `None`.
    pub fn file(&self, name: &str) -> Option<&Upload> {
        self.files
            .iter()
            .find(|(key, file)| {
                key == name && !(file.file_name.is_empty() && file.bytes.is_empty())
            })
            .map(|(_, file)| file)
    }

    /// Every file of `name` that has a name or content, in the order sent.
    pub fn files(&self, name: &str) -> Vec<&Upload> {
        let given = |file: &Upload| !(file.file_name.is_empty() && file.bytes.is_empty());
        let of_name = self.files.iter().filter(|(key, file)| key == name && given(file));
        of_name.map(|(_, file)| file).collect()
    }

    /// The names of all fields in the order sent, with repetitions.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.pairs.iter().map(|(name, _)| name.as_str())
    }

    /// Sets `name` to one value, in place of any it had.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<String>) {
        let name = name.into();
        self.pairs.retain(|(key, _)| *key != name);
        self.pairs.push((name, value.into()));
    }

    /// Takes one more field within the limits. Line ends become `\n`, so that a text is as long here
    /// as it was in the browser.
    fn push(&mut self, name: String, value: &str, limits: &FormLimits) -> Result<(), FormError> {
        self.check_room(limits)?;
        if value.len() > limits.field_bytes {
            return Err(FormError::TooLong { field: shown(&name), limit: limits.field_bytes });
        }
        let so_far: usize = self.pairs.iter().map(|(name, value)| name.len() + value.len()).sum();
        if so_far.saturating_add(name.len()).saturating_add(value.len()) > limits.text_bytes {
            return Err(FormError::TextTooLong { limit: limits.text_bytes });
        }
        if value.contains('\0') || name.contains('\0') {
            return Err(FormError::Nul { field: shown(&name) });
        }
        self.pairs.push((name, value.replace("\r\n", "\n")));
        Ok(())
    }

    /// Whether one more field or file may come.
    fn check_room(&self, limits: &FormLimits) -> Result<(), FormError> {
        if self.pairs.len().saturating_add(self.files.len()) >= limits.fields {
            return Err(FormError::TooManyFields { limit: limits.fields });
        }
        Ok(())
    }
}

/// A field's name as far as an error message repeats it.
fn shown(name: &str) -> String {
    name.chars().filter(|letter| !letter.is_control()).take(80).collect()
}
