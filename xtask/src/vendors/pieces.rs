//! SQL as words, values and groups in parentheses.

/// One piece of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// A keyword, a name or a number, as written.
    Word(String),
    /// `$1` and so on.
    Marker(String),
    /// A quoted text.
    Text(String),
    /// Anything else: `=`, `,`, `.`.
    Mark(char),
    /// What stands between two parentheses.
    Group(Vec<Piece>),
}

impl Piece {
    /// Whether it is this word.
    pub(super) fn is(&self, word: &str) -> bool {
        matches!(self, Piece::Word(text) if text == word)
    }

    /// Whether it is one of these words.
    pub(super) fn is_any(&self, words: &[&str]) -> bool {
        matches!(self, Piece::Word(text) if words.contains(&text.as_str()))
    }

    /// A name in small letters; keywords are written in capitals.
    pub(super) fn name(&self) -> Option<&str> {
        match self {
            Piece::Word(text) if text.starts_with(|c: char| c == '_' || c.is_ascii_lowercase()) => {
                Some(text)
            }
            Piece::Word(_)
            | Piece::Marker(_)
            | Piece::Text(_)
            | Piece::Mark(_)
            | Piece::Group(_) => None,
        }
    }

    /// The pieces of a group that is a query of its own.
    pub(super) fn query(&self) -> Option<&[Piece]> {
        match self {
            Piece::Group(inner) if inner.first().is_some_and(|p| p.is_any(&["SELECT", "WITH"])) => {
                Some(inner)
            }
            Piece::Group(_)
            | Piece::Word(_)
            | Piece::Marker(_)
            | Piece::Text(_)
            | Piece::Mark(_) => None,
        }
    }
}

/// The pieces of `sql`, without comments.
pub(super) fn pieces(sql: &str) -> Vec<Piece> {
    let mut open: Vec<Vec<Piece>> = vec![Vec::new()];
    let mut chars = sql.chars().peekable();
    while let Some(c) = chars.next() {
        let found = match c {
            '-' if chars.peek() == Some(&'-') => {
                while chars.next_if(|&n| n != '\n').is_some() {}
                continue;
            }
            '\'' => Piece::Text(chars.by_ref().take_while(|&n| n != '\'').collect()),
            '(' => {
                open.push(Vec::new());
                continue;
            }
            ')' => {
                let inner = if open.len() > 1 { open.pop() } else { None };
                Piece::Group(inner.unwrap_or_default())
            }
            '$' | '_' | 'a'..='z' | 'A'..='Z' | '0'..='9' => {
                let mut text = c.to_string();
                while let Some(next) = chars.next_if(|&n| n == '_' || n.is_alphanumeric()) {
                    text.push(next);
                }
                if c == '$' { Piece::Marker(text) } else { Piece::Word(text) }
            }
            _ if c.is_whitespace() || c == '"' => continue,
            _ => Piece::Mark(c),
        };
        if let Some(group) = open.last_mut() {
            group.push(found);
        }
    }
    open.into_iter().flatten().collect()
}

/// The parts between these separators, at this level.
pub(super) fn parts(pieces: &[Piece], separates: impl Fn(&Piece) -> bool) -> Vec<&[Piece]> {
    pieces.split(|piece| separates(piece)).collect()
}

/// The names in a list.
pub(super) fn names(list: &[Piece]) -> Vec<String> {
    list.iter().filter_map(Piece::name).map(str::to_owned).collect()
}
