//! One person is one pair of eyes: code that decides asks which person acts, and never by what it
//! came. Sessions, keys and the texts that name them are for the frame, for identity, and for what
//! is only shown.

use super::{Checkout, CratePath, Finding};
use crate::lex::{Kind, Token};

const CHECK: &str = "one-person";

/// What may look at sessions and keys.
const ALLOWED: [&str; 7] = [
    "app/home/",
    "app/wiring.rs",
    "demo/",
    "frame/",
    "people/audit/",
    "people/identity/",
    "people/notifications/",
];

/// What decides all the same: who may change whom.
const DECIDES: [&str; 1] = ["people/identity/team/"];

/// Kinds of actors that stand for a person.
const KINDS: [&str; 2] = ["User", "ApiKey"];

/// Methods of an actor that tell by what it came, or answer for readers of pages only.
const METHODS: [&str; 2] = ["reader", "instrument"];

/// Beginnings of references.
const PREFIXES: [&str; 2] = ["user:", "key:"];

/// Looks at the code of the application that is not on the list.
pub(super) fn check(checkout: &Checkout) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (place, source) in checkout.crate_sources().filter(|(place, _)| !may_look(*place)) {
        let mut say = |line: usize, what: &str| {
            let message = format!(
                "{what} asks by what somebody came, not who it is: ask `Actor::person`, \
                 `identity::deciding_person` or `identity::person_of`"
            );
            findings.push(Finding::new(CHECK, place.path, line, message));
        };
        for path in source.paths().iter().filter(|path| !path.in_test) {
            if let Some(kind) = KINDS.iter().find(|kind| path.contains(&["Who", kind])) {
                say(path.line, &format!("`Who::{kind}`"));
            }
        }
        let code: Vec<&Token> = source.code().map(|(_, token)| token).collect();
        for window in code.windows(3) {
            let [dot, name, open] = window else { continue };
            let method = METHODS.iter().find(|method| name.is_ident(method));
            if let (true, Some(method), true) = (dot.is_punct('.'), method, open.is_punct('(')) {
                say(name.line, &format!("`.{method}()`"));
            }
        }
        for token in code.iter().filter(|token| token.kind == Kind::Str) {
            if let Some(prefix) = PREFIXES.iter().find(|prefix| token.text.starts_with(**prefix)) {
                say(token.line, &format!("a text that begins with `{prefix}`"));
            }
        }
    }
    findings
}

/// True for other crates, for what is on the list, and for pages, which show and do not decide.
fn may_look(place: CratePath<'_>) -> bool {
    if !place.is_application() {
        return true;
    }
    let whole = format!("{}/{}", place.krate, place.inner);
    let within = |folder: &&str| whole.starts_with(*folder);
    if DECIDES.iter().any(&within) {
        return false;
    }
    let shows = place.inner.contains("/pages/") || place.inner.ends_with("/pages.rs");
    shows || ALLOWED.iter().any(within)
}

#[cfg(test)]
mod tests {
    use super::{Checkout, check};

    const RULE: &str = "crates/sell/src/deals/decide.rs";

    fn found(path: &str, text: &str) -> Vec<usize> {
        check(&Checkout::of(&[(path, text)])).iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn a_decision_that_looks_at_sessions_or_keys_is_found_however_it_is_written() {
        for planted in [
            "fn f(a: &Actor) { if let Who::User { user_id, .. } = &a.who {} }",
            "fn f(a: &Actor) { matches!(a.who, frame::actor::Who::ApiKey { .. }); }",
            "use frame::actor::Who::{ApiKey, System};",
            "fn f(cx: &Cx) { let me = cx.actor.reader(); }",
            "fn f(cx: &Cx) { let me = cx.actor.instrument(); }",
            "fn f(by: &str) { by.strip_prefix(\"user:\"); }",
            "fn f(id: &str) -> String { format!(\"key:{id}\") }",
        ] {
            assert_eq!(found(RULE, planted), [1], "{planted}");
        }
        let both = "fn f(a: &Actor) {\n a.reader();\n a.instrument();\n}";
        assert_eq!(found(RULE, both), [2, 3]);
    }

    #[test]
    fn who_may_change_whom_is_decided_too() {
        let planted = "fn f(cx: &Cx) { let me = cx.actor.reader(); }";
        assert_eq!(found("crates/people/src/identity/team/actions.rs", planted), [1]);
        assert_eq!(found("crates/people/src/identity/team/pages.rs", planted), [1]);
        assert!(found("crates/people/src/identity/who.rs", planted).is_empty());
    }

    #[test]
    fn what_asks_for_the_person_what_shows_and_tests_are_left_alone() {
        for good in [
            "fn f(cx: &Cx) { cx.actor.person(); cx.actor.reference(); }",
            "fn f(cx: &Cx) { cx.actor.who == Who::System; }",
            "/// `user:usr_…`, see [`Who::User`]\nfn f() { reader(); }",
            "const S: &str = \"the user: somebody\";",
            "#[cfg(test)]\nmod tests { fn f(a: &Actor) { a.reader(); } }",
        ] {
            assert!(found(RULE, good).is_empty(), "{good}");
        }
        let planted = "fn f(cx: &Cx) { let me = cx.actor.reader(); }";
        for shown in [
            "crates/sell/src/deals/pages/list.rs",
            "crates/sell/src/deals/pages.rs",
            "crates/app/src/home/vendor.rs",
            "crates/app/src/wiring.rs",
            "crates/testkit/src/people.rs",
        ] {
            assert!(found(shown, planted).is_empty(), "{shown}");
        }
    }
}
