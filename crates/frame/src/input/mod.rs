//! An input is declared once. The form of a page, the body of the API, its check, its schema and
//! its description come from the declaration.
//!
//! [`input!`](crate::input::input) makes the struct; each field has a [`Kind`], which reads
//! what was typed or sent. [`action`](super::action) shows the form and carries it out.

mod field;
mod kinds;
mod schema;
mod sent;
mod show;
mod tagged;

pub use field::{Field, Kind};
pub use kinds::{
    Amount, AsText, Codes, Counted, Day, Flag, Host, IdOf, Instant, Nation, Number, OneOf,
    Optional, Several, Structured, Text,
};
pub use schema::{patch_of, whole_of};
pub use sent::Sent;
pub(super) use sent::check_names;
pub use show::{Shows, draw, draw_without, in_order, labelled, normal};
pub use tagged::{Variant, names_of, schema_of, word_of};

use serde_json::{Map, Value};
use web::{Choice, FieldErrors, Form};

use super::error::AppError;

pub use domain::word::Word;

/// What somebody types into a form or sends to the API.
pub trait Input: Sized + 'static {
    /// Its name in the description of the API.
    const NAME: &'static str;
    /// What it is, in a sentence.
    const ABOUT: &'static str;

    /// Its fields in order: name, what it means, how it is read and shown.
    fn fields() -> Vec<(&'static str, &'static str, Box<dyn Shows>)>;

    /// The value of what was sent; `None` when a field is wrong. Every wrong field is named in
    /// `errors`.
    fn read(sent: &Sent<'_>, errors: &mut FieldErrors) -> Option<Self>;

    /// The texts of each field, as a form sends them.
    fn texts(&self) -> Vec<(&'static str, Vec<String>)>;

    /// The names of the fields that a body of the API may have.
    fn names(_: &Map<String, Value>) -> Vec<&'static str> {
        Self::fields().into_iter().map(|(name, ..)| name).collect()
    }

    /// The schema of a whole body.
    fn schema() -> Value {
        schema::object::<Self>(true, Self::ABOUT.trim())
    }
}

/// Reads an input from texts by field, as a line of a file has them; every wrong field is named.
pub fn of_texts<I: Input>(texts: &[(&str, &str)]) -> Result<I, AppError> {
    let form = Form::from_pairs(texts.iter().copied());
    let mut errors = FieldErrors::new();
    let read = I::read(&Sent::form(&form, &[]), &mut errors);
    read.filter(|_| errors.is_empty()).ok_or(AppError::Invalid(errors))
}

/// A form that is filled with these values.
pub fn filled<I: Input>(values: &I) -> Form {
    let each = I::fields().into_iter().zip(values.texts());
    Form::from_pairs(each.flat_map(|((name, _, field), (_, texts))| field.in_form(name, &texts)))
}

/// The words of an enum as choices.
pub fn choices<W: Word>() -> Vec<Choice> {
    W::EVERY.iter().map(|one| Choice::new(one.as_word(), one.as_label())).collect()
}

/// Declares an input.
///
/// ```text
/// input! {
///     /// A partner to be added.
///     pub struct PartnerInput {
///         /// The company's name.
///         name: String => Text::line("Company", 300).required("Enter the company's name"),
///     }
/// }
/// ```
///
/// `impl Details as RegistrationInput { … }` makes a struct that there is already an input, which
/// the description of the API calls `RegistrationInput`.
#[doc(hidden)]
#[macro_export]
macro_rules! __input {
    (
        $(#[doc = $about:literal])+
        $seen:vis struct $name:ident {
            $(
                $(#[doc = $meaning:literal])+
                $open:vis $field:ident : $kind:ty => $how:expr
            ),+ $(,)?
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Debug, Clone)]
        $seen struct $name {
            $( $(#[doc = $meaning])+ $open $field: $kind, )+
        }

        $crate::input::input! {
            $(#[doc = $about])+
            impl $name as $name {
                $( $(#[doc = $meaning])+ $field: $kind => $how, )+
            }
        }
    };
    (
        $(#[doc = $about:literal])+
        impl $name:ident as $called:ident {
            $(
                $(#[doc = $meaning:literal])+
                $field:ident : $kind:ty => $how:expr
            ),+ $(,)?
        }
    ) => {
        impl $crate::input::Input for $name {
            const NAME: &'static str = stringify!($called);
            const ABOUT: &'static str = concat!($($about),+);

            fn fields() -> Vec<(
                &'static str,
                &'static str,
                Box<dyn $crate::input::Shows>,
            )> {
                vec![$( (stringify!($field), concat!($($meaning),+), Box::new($how)) ),+]
            }

            fn read(
                sent: &$crate::input::Sent<'_>,
                errors: &mut ::web::FieldErrors,
            ) -> Option<Self> {
                $( let $field: Option<$kind> = $how.read(stringify!($field), sent, errors); )+
                Some(Self { $( $field: $field?, )+ })
            }

            fn texts(&self) -> Vec<(&'static str, Vec<String>)> {
                vec![$( (stringify!($field), $how.texts(&self.$field)) ),+]
            }
        }
    };
}
pub use crate::__tagged as tagged;
pub use __input as input;

/// Two inputs that are sent together: the first names both.
impl<A: Input, B: Input> Input for (A, B) {
    const NAME: &'static str = A::NAME;
    const ABOUT: &'static str = A::ABOUT;

    fn fields() -> Vec<(&'static str, &'static str, Box<dyn Shows>)> {
        let mut all = A::fields();
        all.extend(B::fields());
        all
    }

    fn read(sent: &Sent<'_>, errors: &mut FieldErrors) -> Option<Self> {
        let (one, other) = (A::read(sent, errors), B::read(sent, errors));
        Some((one?, other?))
    }

    fn texts(&self) -> Vec<(&'static str, Vec<String>)> {
        let mut all = self.0.texts();
        all.extend(self.1.texts());
        all
    }
}
