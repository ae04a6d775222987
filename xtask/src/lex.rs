//! Cuts Rust source into the few kinds of token that the checks look at.
//!
//! Text inside string literals and comments never reaches a check as code, which a search by
//! lines cannot promise. The scanner knows nested comments, raw strings and lifetimes; it does
//! not build a syntax tree.

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A name or keyword; a raw name comes without its `r#`.
    Ident,
    /// `'a`.
    Lifetime,
    /// Any string literal; `text` is what stands between the quotes, escapes resolved.
    Str,
    /// A character or byte literal.
    Char,
    /// A number with its suffix.
    Number,
    /// One character of punctuation.
    Punct,
    /// A documentation comment on what follows it, without its marks.
    Doc,
    /// A documentation comment on what encloses it, without its marks.
    InnerDoc,
}

/// One token and the line it begins on, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    /// What it is.
    pub(crate) kind: Kind,
    /// Its text, see [`Kind`].
    pub(crate) text: String,
    /// The line it begins on, counted from 1.
    pub(crate) line: usize,
}

impl Token {
    /// Whether this is the punctuation character `mark`.
    pub(crate) fn is_punct(&self, mark: char) -> bool {
        self.kind == Kind::Punct && self.text.starts_with(mark)
    }

    /// Whether this is the name or keyword `word`.
    pub(crate) fn is_ident(&self, word: &str) -> bool {
        self.kind == Kind::Ident && self.text == word
    }
}

/// All tokens of `source` in order. Ordinary comments and white space are dropped.
pub(crate) fn tokens(source: &str) -> Vec<Token> {
    let mut scanner = Scanner { rest: source, line: 1, out: Vec::new() };
    while scanner.step() {}
    scanner.out
}

struct Scanner<'a> {
    rest: &'a str,
    line: usize,
    out: Vec<Token>,
}

impl Scanner<'_> {
    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn nth(&self, index: usize) -> Option<char> {
        self.rest.chars().nth(index)
    }

    fn bump(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let next = chars.next()?;
        self.rest = chars.as_str();
        if next == '\n' {
            self.line += 1;
        }
        Some(next)
    }

    fn skip(&mut self, count: usize) {
        for _ in 0..count {
            self.bump();
        }
    }

    fn take_while(&mut self, keep: impl Fn(char) -> bool) -> String {
        let mut text = String::new();
        while let Some(next) = self.peek().filter(|&c| keep(c)) {
            text.push(next);
            self.bump();
        }
        text
    }

    fn push(&mut self, kind: Kind, text: String, line: usize) {
        self.out.push(Token { kind, text, line });
    }

    fn step(&mut self) -> bool {
        let Some(next) = self.peek() else {
            return false;
        };
        if next.is_whitespace() {
            self.bump();
        } else if self.rest.starts_with("//") {
            self.line_comment();
        } else if self.rest.starts_with("/*") {
            self.block_comment();
        } else if next == '"' {
            self.string();
        } else if next == '\'' {
            self.quote();
        } else if is_ident_start(next) {
            self.word();
        } else if next.is_ascii_digit() {
            self.number();
        } else {
            let line = self.line;
            self.bump();
            self.push(Kind::Punct, next.to_string(), line);
        }
        true
    }

    fn line_comment(&mut self) {
        let line = self.line;
        let text = self.take_while(|c| c != '\n');
        let body: String = text.chars().skip(3).collect();
        if text.starts_with("//!") {
            self.push(Kind::InnerDoc, body, line);
        } else if text.starts_with("///") && !text.starts_with("////") {
            self.push(Kind::Doc, body, line);
        }
    }

    fn block_comment(&mut self) {
        let line = self.line;
        let kind = if self.rest.starts_with("/*!") {
            Some(Kind::InnerDoc)
        } else if ["/***", "/**/"].iter().any(|mark| self.rest.starts_with(mark)) {
            None
        } else {
            self.rest.starts_with("/**").then_some(Kind::Doc)
        };
        self.skip(2);
        let mut depth = 1_usize;
        let mut text = String::new();
        while depth > 0 {
            if self.rest.starts_with("/*") {
                depth += 1;
                self.skip(2);
            } else if self.rest.starts_with("*/") {
                depth -= 1;
                self.skip(2);
            } else if let Some(next) = self.bump() {
                text.push(next);
            } else {
                break;
            }
        }
        if let Some(kind) = kind {
            let body: String = text.chars().skip(1).collect();
            self.push(kind, body, line);
        }
    }

    fn string(&mut self) {
        let line = self.line;
        self.bump();
        let mut text = String::new();
        while let Some(next) = self.bump() {
            match next {
                '"' => break,
                '\\' => self.escape(&mut text),
                other => text.push(other),
            }
        }
        self.push(Kind::Str, text, line);
    }

    /// A line continuation stays a line break, so that lines inside a literal can be counted.
    fn escape(&mut self, text: &mut String) {
        match self.bump() {
            Some('n' | '\n') => text.push('\n'),
            Some('t') => text.push('\t'),
            Some(other @ ('"' | '\\' | '\'')) => text.push(other),
            Some(_) | None => text.push(' '),
        }
    }

    fn raw_string(&mut self) {
        let line = self.line;
        let hashes = self.take_while(|c| c == '#');
        self.bump();
        let close = format!("\"{hashes}");
        let mut text = String::new();
        while !self.rest.starts_with(&close) {
            let Some(next) = self.bump() else { break };
            text.push(next);
        }
        self.skip(close.chars().count());
        self.push(Kind::Str, text, line);
    }

    fn quote(&mut self) {
        let line = self.line;
        let is_char = self.nth(1) == Some('\\') || self.nth(2) == Some('\'');
        self.bump();
        if !is_char {
            let name = self.take_while(is_ident_continue);
            self.push(Kind::Lifetime, name, line);
            return;
        }
        let mut text = String::new();
        if let Some(first) = self.bump() {
            text.push(first);
            if first == '\\' {
                text.extend(self.bump());
            }
        }
        text.push_str(&self.take_while(|c| c != '\''));
        self.bump();
        self.push(Kind::Char, text, line);
    }

    fn word(&mut self) {
        let line = self.line;
        let word = self.take_while(is_ident_continue);
        let raw = matches!(word.as_str(), "r" | "br" | "cr");
        let plain = matches!(word.as_str(), "b" | "c");
        let mut after = self.rest.chars().skip_while(|&c| c == '#');
        if raw && after.next() == Some('"') {
            self.raw_string();
        } else if plain && self.peek() == Some('"') {
            self.string();
        } else if word == "b" && self.peek() == Some('\'') {
            self.quote();
        } else if word == "r" && self.peek() == Some('#') {
            self.bump();
            let name = self.take_while(is_ident_continue);
            self.push(Kind::Ident, name, line);
        } else {
            self.push(Kind::Ident, word, line);
        }
    }

    fn number(&mut self) {
        let line = self.line;
        let mut text = self.take_while(is_ident_continue);
        if self.peek() == Some('.') && self.nth(1).is_some_and(|c| c.is_ascii_digit()) {
            self.bump();
            text.push('.');
            text.push_str(&self.take_while(is_ident_continue));
        }
        self.push(Kind::Number, text, line);
    }
}

fn is_ident_start(c: char) -> bool {
    c == '_' || c.is_alphabetic()
}

fn is_ident_continue(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::{Kind, tokens};

    fn of_kind(source: &str, kind: Kind) -> Vec<String> {
        tokens(source)
            .into_iter()
            .filter(|token| token.kind == kind)
            .map(|token| token.text)
            .collect()
    }

    #[test]
    fn comments_are_no_code_and_may_nest() {
        let source = "a /* b /* c */ d */ e // f\ng";
        assert_eq!(of_kind(source, Kind::Ident), ["a", "e", "g"]);
    }

    #[test]
    fn lifetimes_and_characters_are_told_apart() {
        let source = "fn f<'a>(x: &'a str) { let q = '\"'; let n = '\\''; let b = b'x'; }";
        assert_eq!(of_kind(source, Kind::Lifetime), ["a", "a"]);
        assert_eq!(of_kind(source, Kind::Char), ["\"", "\\'", "x"]);
        assert!(of_kind(source, Kind::Str).is_empty());
    }

    #[test]
    fn raw_strings_end_at_their_own_mark() {
        let source = r##"let s = r#"one "two" three"#; let t = "four\nfive"; let r#type = 1;"##;
        assert_eq!(of_kind(source, Kind::Str), ["one \"two\" three", "four\nfive"]);
        assert!(of_kind(source, Kind::Ident).contains(&"type".to_owned()));
    }

    #[test]
    fn documentation_is_kept_with_its_line() {
        let source = "//! Inner.\n/// Outer DR-01.\n//// not one\n/** Block. */\nfn f() {}";
        let docs: Vec<(Kind, usize)> = tokens(source)
            .into_iter()
            .filter(|token| matches!(token.kind, Kind::Doc | Kind::InnerDoc))
            .map(|token| (token.kind, token.line))
            .collect();
        assert_eq!(docs, [(Kind::InnerDoc, 1), (Kind::Doc, 2), (Kind::Doc, 4)]);
        assert_eq!(of_kind(source, Kind::Doc), [" Outer DR-01.", " Block. "]);
    }

    #[test]
    fn a_continued_literal_keeps_count_of_lines() {
        let source = "let s = \"one \\\n    two\";\nlet t = 1;";
        let found = tokens(source);
        let last = found.iter().find(|token| token.text == "t").unwrap();
        assert_eq!(last.line, 3);
    }
}
