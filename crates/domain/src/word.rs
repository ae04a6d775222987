//! Enums that people and programs name by a word: one declaration gives the variants, the words of
//! tables and the API, the labels that people read, and what is said of an unknown word.

/// An enum that [`words!`](crate::words) declared.
pub trait Word: Copy + Eq + 'static {
    /// Every value, in the order declared.
    const EVERY: &'static [Self];

    /// The word in tables and the API.
    fn as_word(self) -> &'static str;

    /// The label that people read.
    fn as_label(self) -> &'static str;

    /// The value of a word; an error names every word there is.
    fn of_word(text: &str) -> Result<Self, UnknownWord> {
        let found = Self::EVERY.iter().copied().find(|one| one.as_word() == text);
        found.ok_or_else(|| UnknownWord { known: Self::every_word() })
    }

    /// Every word: `open, won or lost`.
    fn every_word() -> String {
        let words: Vec<&str> = Self::EVERY.iter().map(|one| one.as_word()).collect();
        match words.split_last() {
            Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
            _ => words.concat(),
        }
    }
}

/// A text that is none of the words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Choose one of: {known}")]
pub struct UnknownWord {
    /// Every word: `open, won or lost`.
    pub known: String,
}

/// Declares an enum with its words and labels.
///
/// ```
/// domain::words! {
///     /// How a task is going.
///     pub enum Going {
///         /// Nobody works on it yet.
///         #[default]
///         Open = "open", "Open",
///         /// It is done.
///         Done = "done", "Done",
///     }
/// }
/// use domain::word::Word;
/// assert_eq!(Going::of_word("done"), Ok(Going::Done));
/// assert_eq!(Going::Done.label(), "Done");
/// assert_eq!(Going::of_word("gone").unwrap_err().to_string(), "Choose one of: open or done");
/// ```
#[macro_export]
macro_rules! words {
    (
        $(#[$about:meta])*
        $seen:vis enum $name:ident {
            $( $(#[$meaning:meta])* $variant:ident = $word:literal, $label:literal ),+ $(,)?
        }
    ) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        $seen enum $name { $( $(#[$meaning])* $variant, )+ }

        impl $name {
            /// Every value, in the order declared.
            pub const ALL: &'static [Self] = &[$( Self::$variant ),+];

            /// The word in tables and the API.
            pub const fn word(self) -> &'static str {
                match self { $( Self::$variant => $word, )+ }
            }

            /// The label that people read.
            pub const fn label(self) -> &'static str {
                match self { $( Self::$variant => $label, )+ }
            }

            /// The value of a word; `None` for an unknown one.
            pub fn from_word(word: &str) -> Option<Self> {
                <Self as $crate::word::Word>::of_word(word).ok()
            }
        }

        impl $crate::word::Word for $name {
            const EVERY: &'static [Self] = Self::ALL;

            fn as_word(self) -> &'static str {
                self.word()
            }

            fn as_label(self) -> &'static str {
                self.label()
            }
        }
    };
}
