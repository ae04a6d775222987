//! Inputs of several kinds, which a body tells apart by the word in one of its fields.

use serde_json::{Map, Value, json};
use web::FieldErrors;

use super::{
    Input,
    schema::object,
    sent::{Given, Sent},
};

/// One kind of a tagged input.
#[derive(Debug)]
pub struct Variant {
    word: &'static str,
    names: Vec<&'static str>,
    schema: Value,
}

impl Variant {
    /// The kind whose tag is `word` and whose fields are those of `I`; `about` says what it is.
    pub fn of<I: Input>(word: &'static str, about: &str) -> Self {
        let names = I::fields().into_iter().map(|(name, ..)| name).collect();
        Self { word, names, schema: object::<I>(true, about.trim()) }
    }
}

/// The word in the field `tag`, which is that of a variant; `None` when it is not, and an error
/// names every word there is.
pub fn word_of(
    tag: &'static str,
    variants: &[Variant],
    sent: &Sent<'_>,
    errors: &mut FieldErrors,
) -> Option<&'static str> {
    let given = match sent.given(tag, tag) {
        Given::Form(form) => form.opt(tag),
        Given::Before(texts) => texts.first().map(String::as_str),
        Given::Json(value) => value.as_str(),
    };
    let found = variants.iter().map(|one| one.word).find(|word| given == Some(word));
    if found.is_none() {
        let words: Vec<&str> = variants.iter().map(|one| one.word).collect();
        errors.add(tag, format!("Choose one of: {}", words.join(", ")));
    }
    found
}

/// The names that a body of one of these kinds may have: those of its kind, or of every kind when
/// it does not say which it is.
pub fn names_of(
    tag: &'static str,
    variants: &[Variant],
    fields: &Map<String, Value>,
) -> Vec<&'static str> {
    let given = fields.get(tag).and_then(Value::as_str);
    let found = variants.iter().find(|one| given == Some(one.word));
    let meant = found.map_or(variants, std::slice::from_ref);
    let mut names = vec![tag];
    for name in meant.iter().flat_map(|one| &one.names) {
        if !names.contains(name) {
            names.push(name);
        }
    }
    names
}

/// The schema: one of the kinds, each with its word in the field `tag`.
pub fn schema_of(tag: &'static str, about: &str, variants: Vec<Variant>) -> Value {
    let each = variants.into_iter().map(|one| {
        let mut schema = one.schema;
        if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
            properties.insert(tag.to_owned(), json!({ "type": "string", "const": one.word }));
        }
        let required = schema.get("required").and_then(Value::as_array).cloned();
        let tagged: Vec<Value> =
            std::iter::once(json!(tag)).chain(required.unwrap_or_default()).collect();
        if let Some(schema) = schema.as_object_mut() {
            schema.insert("required".to_owned(), Value::Array(tagged));
        }
        schema
    });
    json!({ "description": about.trim(), "oneOf": each.collect::<Vec<_>>() })
}

/// Declares an input of several kinds. Each kind is an input of its own, which a form of its own
/// can show; a body of the API says in the field after `by` which kind it is.
///
/// ```text
/// tagged! {
///     /// The end of the sale.
///     pub enum OutcomeInput by outcome {
///         /// The order came.
///         Won(WonInput) = "won",
///         /// There will be no order.
///         Lost(LostInput) = "lost",
///     }
/// }
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! __tagged {
    (
        $(#[doc = $about:literal])+
        $seen:vis enum $name:ident by $tag:ident {
            $( $(#[doc = $meaning:literal])+ $variant:ident($input:ty) = $word:literal ),+ $(,)?
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Debug, Clone)]
        $seen enum $name { $( $(#[doc = $meaning])+ $variant($input), )+ }

        impl $name {
            fn variants() -> Vec<$crate::input::Variant> {
                vec![$( $crate::input::Variant::of::<$input>($word, concat!($($meaning),+)) ),+]
            }
        }

        impl $crate::input::Input for $name {
            const NAME: &'static str = stringify!($name);
            const ABOUT: &'static str = concat!($($about),+);

            fn fields() -> Vec<(&'static str, &'static str, Box<dyn $crate::input::Shows>)> {
                Vec::new()
            }

            fn read(
                sent: &$crate::input::Sent<'_>,
                errors: &mut ::web::FieldErrors,
            ) -> Option<Self> {
                let variants = Self::variants();
                match $crate::input::word_of(stringify!($tag), &variants, sent, errors)? {
                    $( $word => <$input as $crate::input::Input>::read(sent, errors)
                        .map(Self::$variant), )+
                    _ => None,
                }
            }

            fn texts(&self) -> Vec<(&'static str, Vec<String>)> {
                let (word, mut texts) = match self {
                    $( Self::$variant(input) => {
                        ($word, $crate::input::Input::texts(input))
                    } )+
                };
                texts.insert(0, (stringify!($tag), vec![word.to_owned()]));
                texts
            }

            fn names(fields: &::serde_json::Map<String, ::serde_json::Value>) -> Vec<&'static str> {
                $crate::input::names_of(stringify!($tag), &Self::variants(), fields)
            }

            fn schema() -> ::serde_json::Value {
                let about = concat!($($about),+);
                $crate::input::schema_of(stringify!($tag), about, Self::variants())
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::{Flag, Text, check_names, input, tagged};

    input! {
        /// A yes.
        struct YesInput {
            /// Whether it is sure.
            sure: bool => Flag::new("Sure"),
        }
    }

    input! {
        /// A no.
        struct NoInput {
            /// Why.
            reason: String => Text::line("Reason", 20).required("Enter the reason"),
        }
    }

    tagged! {
        /// An answer.
        enum AnswerInput by answer {
            /// Yes.
            Yes(YesInput) = "yes",
            /// No.
            No(NoInput) = "no",
        }
    }

    fn read(body: &Value) -> (Option<AnswerInput>, Vec<(String, String)>) {
        let mut errors = FieldErrors::new();
        let fields = body.as_object().unwrap();
        let read = AnswerInput::read(&Sent::body(fields, &[]), &mut errors);
        check_names::<AnswerInput>(fields, &mut errors);
        let told = errors.iter().map(|(name, words)| (name.to_owned(), words.to_owned()));
        (read, told.collect())
    }

    #[test]
    fn ap_01_a_body_is_read_as_the_kind_that_it_names_and_has_only_the_fields_of_that() {
        let (yes, told) = read(&json!({ "answer": "yes", "sure": true }));
        assert!(matches!(yes, Some(AnswerInput::Yes(YesInput { sure: true }))) && told.is_empty());
        let (no, told) = read(&json!({ "answer": "no", "sure": true }));
        assert!(no.is_none());
        let known = "Unknown field. Known fields: answer, reason";
        assert_eq!(told[0], ("reason".to_owned(), "Enter the reason".to_owned()));
        assert_eq!(told[1], ("sure".to_owned(), known.to_owned()));
    }

    #[test]
    fn ap_01_a_body_that_names_no_kind_is_told_which_there_are() {
        for body in [json!({}), json!({ "answer": "perhaps" }), json!({ "answer": 1 })] {
            let (none, told) = read(&body);
            assert!(none.is_none());
            assert_eq!(told, [("answer".to_owned(), "Choose one of: yes, no".to_owned())]);
        }
        let (_, told) = read(&json!({ "sure": true, "reason": "x", "colour": "red" }));
        assert_eq!(told[1].1, "Unknown field. Known fields: answer, sure, reason");
        assert_eq!(told.len(), 2);
    }

    #[test]
    fn ap_01_the_schema_has_one_object_for_each_kind() {
        let schema = AnswerInput::schema();
        assert_eq!(schema["oneOf"][1]["properties"]["answer"]["const"], "no");
        assert_eq!(schema["oneOf"][1]["required"], json!(["answer", "reason"]));
        assert_eq!(schema["oneOf"][0]["required"], json!(["answer"]));
        assert_eq!(schema["oneOf"][0]["additionalProperties"], false);
    }
}
