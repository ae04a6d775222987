//! The kinds of fields: how each is read, shown and described. A rule of input is written here
//! once and holds for pages and the API alike.

mod amount;
mod counted;
mod picked;
mod plain;
mod several;
mod structured;
mod texts;

pub use amount::Amount;
pub use counted::Counted;
pub use picked::{AsText, Codes, IdOf, OneOf, Optional};
pub use plain::{Day, Flag, Instant, Number};
pub use several::Several;
pub use structured::Structured;
pub use texts::{Host, Nation, Text};

use domain::text::TextError;

/// The words of an error of the domain as a sentence of their own.
fn capital(error: &impl std::fmt::Display) -> String {
    let words = error.to_string();
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn sentence(error: &TextError) -> String {
    match error {
        TextError::Form { expected } => (*expected).to_owned(),
        TextError::Empty | TextError::TooLong { .. } | TextError::Unshowable { .. } => {
            format!("This {error}")
        }
    }
}
