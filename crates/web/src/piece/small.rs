//! Small pieces: names, code, things to copy.

use maud::{Markup, Render, html};
use serde_json::Value;

use crate::button::Button;
use crate::icon::Icon;

/// How many colours avatars have.
const HUES: u32 = 6;

/// The first letters of the first and the last word of a name, on a colour that stays the same for
/// the same name. Decoration: the name stands beside it.
pub fn avatar(name: &str) -> Markup {
    let mut words =
        name.split_whitespace().filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
    let first = words.next();
    let last = words.next_back();
    let initials: String =
        first.into_iter().chain(last).flat_map(char::to_uppercase).take(2).collect();
    let hue =
        name.bytes().fold(7_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)))
            % HUES;
    html! { span class={ "avatar hue-" (hue) } aria-hidden="true" { (initials) } }
}

/// A person: avatar, name, and what they are; perhaps a link.
pub fn person_line(name: &str, detail: impl Render, href: Option<&str>) -> Markup {
    html! {
        span.person-line {
            (avatar(name))
            span.person-words {
                @match href {
                    Some(href) => a.person-name href=(href) { (name) },
                    None => span.person-name { (name) },
                }
                span.person-detail { (detail) }
            }
        }
    }
}

/// Text that is read by screen readers only.
pub fn visually_hidden(text: impl Render) -> Markup {
    html! { span.vh { (text) } }
}

/// Keys to press, separated by blanks: `Ctrl K`.
pub fn keys(combination: &str) -> Markup {
    html! { span.keys { @for key in combination.split_whitespace() { kbd { (key) } } } }
}

/// A link that leaves the product.
pub fn external(href: &str, label: impl Render) -> Markup {
    html! { a.external href=(href) rel="noopener noreferrer" { (label) (Icon::External) } }
}

/// A word of code in a sentence.
pub fn inline_code(text: impl Render) -> Markup {
    html! { code { (text) } }
}

/// Lines of code, with a button to copy them.
pub fn code(text: &str) -> Markup {
    html! {
        div.code {
            pre tabindex="0" { code { (text) } }
            (Button::quiet("Copy").icon(Icon::Copy).small().copies(text))
        }
    }
}

/// A value that people take elsewhere: an id, a fingerprint.
pub fn copyable(text: &str) -> Markup {
    html! {
        span.copyable {
            code { (text) }
            (Button::quiet("Copy").icon(Icon::Copy).icon_only().small().copies(text))
        }
    }
}

/// A secret that is shown this once.
pub fn secret_once(label: &str, text: &str) -> Markup {
    html! {
        div.secret {
            p.secret-label { (Icon::Key) span { (label) } }
            (code(text))
            p.hint { "It is shown only once. Store it somewhere safe before you leave this page." }
        }
    }
}

/// Data as nested lists of keys and values; no deeper than 12 levels.
pub fn json_view(value: &Value) -> Markup {
    html! { div.json { (json_node(value, 12)) } }
}

fn json_node(value: &Value, depth: u8) -> Markup {
    let Some(below) = depth.checked_sub(1) else {
        return html! { span.json-more { "…" } };
    };
    match value {
        Value::Null => html! { span.json-null { "null" } },
        Value::Bool(truth) => html! { span.json-word { (truth) } },
        Value::Number(number) => html! { span.json-number { (number) } },
        Value::String(text) => html! { span { (text) } },
        Value::Array(items) if items.is_empty() => html! { span.json-null { "none" } },
        Value::Array(items) => html! {
            ol.json-list { @for item in items { li { (json_node(item, below)) } } }
        },
        Value::Object(members) if members.is_empty() => html! { span.json-null { "none" } },
        Value::Object(members) => html! {
            dl.json-object {
                @for (key, member) in members {
                    div { dt { (key) } dd { (json_node(member, below)) } }
                }
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn initials_come_from_the_first_and_the_last_word() {
        for (name, initials) in [
            ("Ana Ruiz", "AR"),
            ("cher", "C"),
            ("Jean de la Tour", "JT"),
            ("", ""),
            ("(x) y", "XY"),
        ] {
            assert!(avatar(name).into_string().contains(&format!(">{initials}<")), "{name}");
        }
    }

    #[test]
    fn deep_data_ends_somewhere() {
        let mut value = json!("x");
        for _ in 0..40 {
            value = json!([value]);
        }
        assert!(json_view(&value).into_string().contains('…'));
    }
}
