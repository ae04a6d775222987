//! What the `OpenAPI` document says of a route.

use schemars::{JsonSchema, Schema, SchemaGenerator};

use super::input;

/// Tells query parameters: name, and what each does.
pub type Parameters = fn() -> Vec<(String, String)>;

/// What the `OpenAPI` document says of a route.
#[derive(Debug, Clone, Copy)]
pub struct Doc {
    /// One line.
    pub summary: &'static str,
    /// The shape of the body taken.
    pub takes: Option<fn(&mut SchemaGenerator) -> Schema>,
    /// The shape of the body given.
    pub gives: Option<fn(&mut SchemaGenerator) -> Schema>,
    /// The status of success.
    pub status: u16,
    /// Query parameters: name and what it does.
    pub query: &'static [(&'static str, &'static str)],
    /// The query parameters of a list, made from its declaration.
    pub parameters: Option<Parameters>,
    /// The text field beside which files can come, when the body may be `multipart/form-data` too.
    pub files_beside: Option<&'static str>,
    /// True when the answer is a list with a cursor.
    pub needs_if_match: bool,
}

impl Doc {
    /// A route that takes and gives nothing in particular.
    pub const fn new(summary: &'static str) -> Self {
        Self {
            summary,
            takes: None,
            gives: None,
            status: 200,
            query: &[],
            parameters: None,
            files_beside: None,
            needs_if_match: false,
        }
    }

    /// It takes a JSON body of this shape.
    #[must_use]
    pub fn takes<T: JsonSchema>(mut self) -> Self {
        self.takes = Some(SchemaGenerator::subschema_for::<T>);
        self
    }

    /// It takes this input, whole.
    #[must_use]
    pub fn takes_input<I: input::Input>(mut self) -> Self {
        self.takes = Some(input::whole_of::<I>);
        self
    }

    /// It takes the fields of this input that change.
    #[must_use]
    pub fn takes_changes<I: input::Input>(mut self) -> Self {
        self.takes = Some(input::patch_of::<I>);
        self
    }

    /// It gives a JSON body of this shape.
    #[must_use]
    pub fn gives<T: JsonSchema>(mut self) -> Self {
        self.gives = Some(SchemaGenerator::subschema_for::<T>);
        self
    }

    /// Its status of success.
    #[must_use]
    pub const fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// Its query parameters.
    #[must_use]
    pub const fn query(mut self, query: &'static [(&'static str, &'static str)]) -> Self {
        self.query = query;
        self
    }

    /// It takes `multipart/form-data` as well: the text field of this name, and files as `file`.
    #[must_use]
    pub const fn with_files(mut self, beside: &'static str) -> Self {
        self.files_beside = Some(beside);
        self
    }

    /// It needs `If-Match` with the `ETag` read before.
    #[must_use]
    pub const fn if_match(mut self) -> Self {
        self.needs_if_match = true;
        self
    }
}
