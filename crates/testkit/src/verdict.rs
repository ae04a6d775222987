//! What somebody who calls a route is to be answered, by who may call it.

use crate::Answer;

/// Routes whose query or form names a thing, which is not found when it is left out.
const OBJECT_IN_FORM: [&str; 6] = [
    "/availability/consent",
    "/accounts/duplicates/different",
    "/accounts/matching/adoption",
    "/memberships",
    "/settings/sessions/end",
    "/api/v1/program-versions",
];

/// What an installation without a program says of itself.
const NOT_SET_UP: &str = "There is no program yet";

/// What is to be answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Sign in first.
    SignIn,
    /// There is no such thing.
    Hidden,
    /// This permission is missing, by its word.
    Missing(String),
    /// The handler answers, whatever it is.
    LetIn,
}

impl Verdict {
    /// Fails with what is wrong with the answer. `has_object`: the path names a thing, which need
    /// not exist.
    pub fn check(&self, answer: &Answer, has_object: bool) -> Result<(), String> {
        let (status, text) = (answer.status.as_u16(), answer.text());
        let asked_to_sign_in =
            status == 401 || (status == 303 && answer.location().starts_with("/sign-in"));
        let good = match self {
            Self::SignIn => asked_to_sign_in,
            Self::Hidden => status == 404,
            Self::Missing(word) => status == 403 && text.contains(word.as_str()),
            Self::LetIn => {
                let turned_away = text.contains("this needs the permission");
                (status < 500 || text.contains(NOT_SET_UP))
                    && status != 401
                    && !(status == 403 && turned_away)
                    && (status != 404
                        || has_object
                        || OBJECT_IN_FORM.iter().any(|path| answer.asked.ends_with(path))
                        || answer.asked.contains("/demo")
                        || answer.asked.contains("/styleguide"))
            }
        };
        if good {
            return Ok(());
        }
        // What a page says stands at its end.
        let (_, said) = text.split_once("<main").unwrap_or(("", &text));
        let words: String = said.chars().take(600).collect();
        Err(format!("{status}, but {self:?} was due: {words}"))
    }
}
