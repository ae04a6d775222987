//! What a route's access row says of a principal, and whether an answer agrees.

use app::{
    access::{Access, Permission},
    core::routes::Route,
};
use testkit::Answer;

use super::cast::{Principal, Standing};

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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Expected {
    /// Sign in first.
    SignIn,
    /// There is no such thing.
    Hidden,
    /// This permission is missing.
    Missing(Permission),
    /// The handler answers, whatever it is.
    LetIn,
}

/// What the row says.
pub(super) fn of(route: &Route, principal: &Principal) -> Expected {
    if principal.standing == Standing::Refused {
        return Expected::SignIn;
    }
    let (right_side, permission) = match route.access {
        Access::SignedIn if principal.standing == Standing::Anonymous => return Expected::SignIn,
        Access::Public | Access::Link(_) | Access::SignedIn => return Expected::LetIn,
        Access::Vendor(permission) => (principal.standing == Standing::Vendor, permission),
        Access::Partner(permission) => (principal.standing == Standing::Partner, permission),
        Access::Either(permission) => (true, permission),
        Access::Sides { vendor, partner } => {
            (true, if principal.standing == Standing::Partner { partner } else { vendor })
        }
    };
    if principal.standing == Standing::Anonymous {
        Expected::SignIn
    } else if !right_side {
        Expected::Hidden
    } else if principal.permissions.has(permission) {
        Expected::LetIn
    } else {
        Expected::Missing(permission)
    }
}

impl Expected {
    /// Fails with what is wrong with the answer.
    pub(super) fn check(self, answer: &Answer, has_object: bool) -> Result<(), String> {
        let status = answer.status.as_u16();
        let asked_to_sign_in =
            status == 401 || (status == 303 && answer.location().starts_with("/sign-in"));
        let good = match self {
            Self::SignIn => asked_to_sign_in,
            Self::Hidden => status == 404,
            Self::Missing(permission) => status == 403 && answer.text().contains(permission.word()),
            Self::LetIn => {
                let turned_away = answer.text().contains("this needs the permission");
                (status < 500 || answer.text().contains(NOT_SET_UP))
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
        let text = answer.text();
        let (_, said) = text.split_once("<main").unwrap_or(("", &text));
        let words: String = said.chars().take(600).collect();
        Err(format!("{status}, but {self:?} was due: {words}"))
    }
}
