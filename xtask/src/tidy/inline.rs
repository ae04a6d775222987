//! Pages carry no inline script and no inline style: the content security policy allows neither.

use super::{Checkout, Finding};
use crate::lex::{Kind, Token};
use crate::source::{Source, closing};

const CHECK: &str = "no-inline";

/// Marks that only inline script or style in a text of HTML would show.
const IN_TEXT: [&str; 6] = [" style=\"", " style='", "<style", "javascript:", " hx-on", "<script>"];

/// Looks at the markup of `web` and `app`: `html!` blocks, literals that hold HTML, templates.
pub(super) fn check(checkout: &Checkout) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut say = |path: &str, line: usize, what: &str| {
        let message = format!("{what}: use a class and a file under assets");
        findings.push(Finding::new(CHECK, path, line, message));
    };
    for (place, source) in checkout.crate_sources() {
        if !matches!(place.krate, "web" | "app") {
            continue;
        }
        for (line, what) in in_markup(source) {
            say(place.path, line, &what);
        }
        for (_, token) in source.code().filter(|(_, token)| token.kind == Kind::Str) {
            for (line, what) in in_text(&token.text) {
                say(place.path, token.line + line, &what);
            }
        }
    }
    for (path, text) in checkout.tree.below("crates/", ".html") {
        for (line, what) in in_text(text) {
            say(path, line + 1, &what);
        }
    }
    findings
}

fn in_text(text: &str) -> Vec<(usize, String)> {
    let mut out = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let lower = line.to_lowercase();
        if let Some(mark) = IN_TEXT.iter().find(|mark| lower.contains(**mark)) {
            out.push((index, format!("inline script or style (`{}`)", mark.trim())));
        } else if lower.contains('<') && has_handler(&lower) {
            out.push((index, "inline event handler".to_owned()));
        }
    }
    out
}

/// ` onclick="` and the like inside a line that holds a tag.
fn has_handler(line: &str) -> bool {
    line.split_whitespace().any(|word| {
        let name = word.split_once('=').map_or("", |(name, _)| name);
        is_handler(name)
    })
}

fn is_handler(name: &str) -> bool {
    let rest = name.strip_prefix("on");
    rest.is_some_and(|rest| rest.len() >= 3 && rest.chars().all(|c| c.is_ascii_lowercase()))
}

/// Attributes and elements inside `html! { … }`.
fn in_markup(source: &Source) -> Vec<(usize, String)> {
    let tokens = &source.tokens;
    let mut out = Vec::new();
    for (index, token) in source.code() {
        let is_macro =
            token.is_ident("html") && tokens.get(index + 1).is_some_and(|t| t.is_punct('!'));
        if is_macro {
            let end = closing(tokens, index + 2);
            let inner = tokens.get(index + 3..end).unwrap_or_default();
            out.extend((0..inner.len()).filter_map(|at| markup_fault(inner, at)));
        }
    }
    out
}

fn markup_fault(tokens: &[Token], at: usize) -> Option<(usize, String)> {
    let token = tokens.get(at).filter(|token| token.kind == Kind::Ident)?;
    let before = at.checked_sub(1).and_then(|index| tokens.get(index));
    let next = |offset: usize| tokens.get(at + offset);
    let part_of_name =
        before.is_some_and(|t| t.is_punct('-') || t.is_punct('.') || t.is_ident("let"));
    let assigned =
        next(1).is_some_and(|t| t.is_punct('=')) && !next(2).is_some_and(|t| t.is_punct('='));
    let starts = before.is_none_or(|t| {
        t.kind == Kind::Str || [';', '{', '}', ')'].iter().any(|mark| t.is_punct(*mark))
    });
    let word = token.text.as_str();
    let what = if assigned && !part_of_name && (word == "style" || is_handler(word)) {
        format!("inline attribute `{word}`")
    } else if word == "hx"
        && next(1).is_some_and(|t| t.is_punct('-'))
        && next(2).is_some_and(|t| t.is_ident("on"))
    {
        "inline handler `hx-on`".to_owned()
    } else if starts && word == "style" && next(1).is_some_and(|t| t.is_punct('{')) {
        "inline `style` element".to_owned()
    } else if starts && word == "script" && has_content(tokens, at + 1) {
        "`script` element with content".to_owned()
    } else {
        return None;
    };
    Some((token.line, what))
}

/// Whether the element that begins before `start` has a body. A block of JSON data is no script.
fn has_content(tokens: &[Token], start: usize) -> bool {
    let mut at = start;
    let mut is_data = false;
    while let Some(token) = tokens.get(at) {
        if token.is_punct(';') {
            return false;
        }
        is_data |= token.kind == Kind::Str && token.text.ends_with("json");
        let is_value = at > 0 && tokens.get(at - 1).is_some_and(|t| t.is_punct('='));
        if token.is_punct('{') && !is_value {
            return !is_data && !tokens.get(at + 1).is_some_and(|t| t.is_punct('}'));
        }
        let opens = ['{', '(', '['].iter().any(|mark| token.is_punct(*mark));
        at = if opens { closing(tokens, at) + 1 } else { at + 1 };
    }
    false
}

#[cfg(test)]
mod tests {
    use super::{Checkout, check};

    fn found(code: &str) -> usize {
        check(&Checkout::of(&[("crates/web/src/page.rs", code)])).len()
    }

    #[test]
    fn planted_inline_markup_is_found() {
        for code in [
            "html! { p style=\"color:red\" { \"x\" } }",
            "html! { button onclick=(call) { \"x\" } }",
            "html! { div { script { \"alert(1)\" } } }",
            "html! { script type=\"module\" { (code) } }",
            "html! { head { style { (css) } } }",
            "html! { a hx-on:click=\"go()\" { \"x\" } }",
            "html! { a href=\"javascript:go()\" { \"x\" } }",
            "const P: &str = \"<p style=\\\"color:red\\\">\";",
            "const P: &str = \"<a onclick=\\\"go()\\\">\";",
        ] {
            assert_eq!(found(code), 1, "{code}");
        }
    }

    #[test]
    fn clean_markup_is_left_alone() {
        for code in [
            "html! { script src=(src) defer {} p class=\"style\" { \"x\" } }",
            "html! { @let style = 1; @if style == 1 { p { \"style=\" } } }",
            "html! { div data-style=\"wide\" { (x.style) } }",
            "html! { script type=\"application/json\" { (data) } }",
            "html! { link rel=\"stylesheet\" href=(css); }",
            "let style = 1; let onward = 2;",
            "#[cfg(test)]\nmod tests { fn f() { assert!(!p.contains(\"<style\")); } }",
            "const P: &str = \"one of once=1\";",
        ] {
            assert_eq!(found(code), 0, "{code}");
        }
    }

    #[test]
    fn templates_are_read_too() {
        let files = [("crates/app/src/deals/templates/a.html", "<p>\n<b style=\"x\">")];
        let findings = check(&Checkout::of(&files));
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].line, 2);
    }
}
