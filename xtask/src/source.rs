//! One Rust file as the checks see it: tokens, functions, and which part of it is test code.

use crate::lex::{Kind, Token, tokens};

/// A parsed Rust file.
#[derive(Debug)]
pub(crate) struct Source {
    /// All tokens in order.
    pub(crate) tokens: Vec<Token>,
    /// Functions with a body, in order of their first line.
    pub(crate) functions: Vec<Function>,
    in_test: Vec<bool>,
}

/// A function with a body.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Function {
    /// Its name.
    pub(crate) name: String,
    /// The line that holds `fn`, counted from 1.
    pub(crate) first_line: usize,
    /// The line of the closing brace.
    pub(crate) last_line: usize,
}

/// A path such as `std::fs::read`, or one branch of a grouped `use`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct CodePath {
    /// The names in order.
    pub(crate) names: Vec<String>,
    /// The line of the last name.
    pub(crate) line: usize,
    /// Whether the path stands in test code.
    pub(crate) in_test: bool,
}

impl CodePath {
    /// Whether `part` occurs anywhere in a row.
    pub(crate) fn contains(&self, part: &[&str]) -> bool {
        self.names.windows(part.len()).any(|window| window.iter().zip(part).all(|(a, b)| a == b))
    }
}

impl Source {
    /// Parses `text`. Code that does not compile is read as far as it makes sense.
    pub(crate) fn parse(text: &str) -> Source {
        let tokens = tokens(text);
        let in_test = mark_tests(&tokens);
        let functions = functions(&tokens);
        Source { tokens, functions, in_test }
    }

    /// Whether the token at `index` belongs to a test module or a test function.
    pub(crate) fn is_test(&self, index: usize) -> bool {
        self.in_test.get(index).copied().unwrap_or(false)
    }

    /// Tokens that are not test code, with their index.
    pub(crate) fn code(&self) -> impl Iterator<Item = (usize, &Token)> {
        self.tokens.iter().enumerate().filter(|(index, _)| !self.is_test(*index))
    }

    /// Whether the documentation at `index` belongs to an item or a module. What documents a field
    /// or a variant describes data and decides nothing.
    pub(crate) fn documents_item(&self, index: usize) -> bool {
        const ITEMS: [&str; 14] = [
            "async",
            "const",
            "enum",
            "extern",
            "fn",
            "impl",
            "macro_rules",
            "mod",
            "static",
            "struct",
            "trait",
            "type",
            "unsafe",
            "use",
        ];
        let mut at = index;
        while let Some(token) = self.tokens.get(at) {
            if token.kind == Kind::InnerDoc {
                return true;
            }
            at = if token.kind == Kind::Doc || token.is_ident("pub") {
                at + 1
            } else if token.is_punct('#') {
                closing(&self.tokens, at + 1) + 1
            } else if token.is_punct('(') {
                closing(&self.tokens, at) + 1
            } else {
                return ITEMS.contains(&token.text.as_str());
            };
        }
        false
    }

    /// Every path in the file, groups of `use` spread out, in order.
    pub(crate) fn paths(&self) -> Vec<CodePath> {
        let mut out = Vec::new();
        let mut index = 0;
        while let Some(token) = self.tokens.get(index) {
            if token.kind == Kind::Ident {
                let in_test = self.is_test(index);
                let mut found = Vec::new();
                index = path_from(&self.tokens, index, &mut Vec::new(), &mut found);
                out.extend(found.into_iter().map(|(names, line)| CodePath {
                    names,
                    line,
                    in_test,
                }));
            } else {
                index += 1;
            }
        }
        out
    }
}

/// Reads the path that begins at `index`, appends each branch to `out`, returns the next index.
fn path_from(
    tokens: &[Token],
    index: usize,
    prefix: &mut Vec<String>,
    out: &mut Vec<(Vec<String>, usize)>,
) -> usize {
    let depth = prefix.len();
    let mut at = index;
    let mut line = 0;
    while let Some(token) = tokens.get(at).filter(|token| token.kind == Kind::Ident) {
        prefix.push(token.text.clone());
        line = token.line;
        at += 1;
        if !is_double_colon(tokens, at) {
            break;
        }
        at += 2;
        if tokens.get(at).is_some_and(|token| token.is_punct('{')) {
            at = group_from(tokens, at + 1, prefix, out);
            prefix.truncate(depth);
            return at;
        }
    }
    out.push((prefix.clone(), line));
    prefix.truncate(depth);
    at
}

fn group_from(
    tokens: &[Token],
    start: usize,
    prefix: &mut Vec<String>,
    out: &mut Vec<(Vec<String>, usize)>,
) -> usize {
    let mut at = start;
    while let Some(token) = tokens.get(at) {
        if token.is_punct('}') {
            return at + 1;
        }
        at = if token.kind == Kind::Ident { path_from(tokens, at, prefix, out) } else { at + 1 };
    }
    at
}

fn is_double_colon(tokens: &[Token], at: usize) -> bool {
    let colon = |i: usize| tokens.get(i).is_some_and(|token| token.is_punct(':'));
    colon(at) && colon(at + 1)
}

/// The index of the bracket that closes the one at `open`; the last index when it is missing.
pub(crate) fn closing(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate().skip(open) {
        if token.kind != Kind::Punct {
            continue;
        }
        match token.text.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return index;
                }
            }
            _ => {}
        }
    }
    tokens.len().saturating_sub(1)
}

/// From `start`, the index of the brace that opens an item's body, or `None` when `;` ends it.
fn body_open(tokens: &[Token], start: usize) -> Option<usize> {
    let mut at = start;
    while let Some(token) = tokens.get(at) {
        if token.is_punct('{') {
            return Some(at);
        }
        if token.is_punct(';') || token.is_punct('}') {
            return None;
        }
        at = if token.is_punct('(') || token.is_punct('[') {
            closing(tokens, at) + 1
        } else {
            at + 1
        };
    }
    None
}

fn functions(tokens: &[Token]) -> Vec<Function> {
    let mut out = Vec::new();
    for (index, pair) in tokens.windows(2).enumerate() {
        let [keyword, name] = pair else { continue };
        if !keyword.is_ident("fn") || name.kind != Kind::Ident {
            continue;
        }
        let Some(open) = body_open(tokens, index + 2) else {
            continue;
        };
        let last_line = tokens.get(closing(tokens, open)).map_or(keyword.line, |token| token.line);
        out.push(Function { name: name.text.clone(), first_line: keyword.line, last_line });
    }
    out
}

fn mark_tests(tokens: &[Token]) -> Vec<bool> {
    let mut marks = vec![false; tokens.len()];
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let opens = tokens.get(at + 1).is_some_and(|next| next.is_punct('['));
        if !(token.is_punct('#') && opens) {
            at += 1;
            continue;
        }
        let end = closing(tokens, at + 1);
        if !is_test_attribute(tokens.get(at + 2..end).unwrap_or_default()) {
            at = end + 1;
            continue;
        }
        let last = item_end(tokens, end + 1);
        for mark in marks.iter_mut().take(last + 1).skip(at) {
            *mark = true;
        }
        at = last + 1;
    }
    marks
}

/// `test`, `tokio::test`, `cfg(test)`, `cfg(all(test, …))`; not `cfg(not(test))`.
fn is_test_attribute(inner: &[Token]) -> bool {
    let is_cfg = inner.first().is_some_and(|token| token.is_ident("cfg"));
    if is_cfg {
        let negated = inner.iter().any(|token| token.is_ident("not"));
        return !negated && inner.iter().any(|token| token.is_ident("test"));
    }
    let path = inner.iter().take_while(|token| !token.is_punct('('));
    path.last().is_some_and(|token| token.is_ident("test"))
}

/// The last index of the item after an attribute, further attributes included.
fn item_end(tokens: &[Token], start: usize) -> usize {
    let mut at = start;
    while tokens.get(at).is_some_and(|token| token.is_punct('#')) {
        at = closing(tokens, at + 1) + 1;
    }
    if let Some(open) = body_open(tokens, at) {
        return closing(tokens, open);
    }
    let length = tokens.iter().skip(at).take_while(|t| !t.is_punct(';'));
    (at + length.count()).min(tokens.len().saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::{Kind, Source};

    #[test]
    fn functions_are_measured_from_fn_to_the_closing_brace() {
        let source =
            Source::parse("fn a(\n  x: [u8; 4],\n) -> u8\n{\n  0\n}\ntrait T { fn b(); }\n");
        assert_eq!(source.functions.len(), 1);
        assert_eq!(source.functions[0].first_line, 1);
        assert_eq!(source.functions[0].last_line, 6);
    }

    #[test]
    fn test_code_is_marked_and_what_follows_is_not() {
        let text = "fn a() {}\n#[cfg(test)]\nmod tests { fn b() {} }\n#[cfg(not(test))]\nfn c() {}";
        let source = Source::parse(text);
        let code: Vec<&str> = source.code().map(|(_, t)| t.text.as_str()).collect();
        assert!(code.contains(&"a") && code.contains(&"c"));
        assert!(!code.contains(&"b"));
    }

    #[test]
    fn an_async_test_function_is_test_code() {
        let source = Source::parse("#[tokio::test]\nasync fn b() { c() }\nfn d() {}");
        let code: Vec<&str> = source.code().map(|(_, t)| t.text.as_str()).collect();
        assert!(!code.contains(&"c") && code.contains(&"d"));
    }

    #[test]
    fn documentation_of_fields_and_variants_is_told_from_that_of_items() {
        let text = "//! m\n/// s\n#[derive(Debug)]\npub struct S {\n/// f\npub(crate) x: u8 }\n\
                    enum E {\n/// v\nA(u8) }\n/// g\n/// h\npub(crate) const fn g() {}";
        let source = Source::parse(text);
        let items: Vec<&str> = (0..source.tokens.len())
            .filter(|index| matches!(source.tokens[*index].kind, Kind::Doc | Kind::InnerDoc))
            .filter(|index| source.documents_item(*index))
            .map(|index| source.tokens[index].text.trim())
            .collect();
        assert_eq!(items, ["m", "s", "g", "h"]);
    }

    #[test]
    fn grouped_imports_are_spread_out() {
        let source = Source::parse("use std::{fs, io::{self, Read}};\nlet x = a::b::c();");
        let names: Vec<String> = source.paths().iter().map(|p| p.names.join("::")).collect();
        assert!(names.contains(&"std::fs".to_owned()), "{names:?}");
        assert!(names.contains(&"std::io::Read".to_owned()), "{names:?}");
        assert!(names.contains(&"a::b::c".to_owned()), "{names:?}");
    }
}
