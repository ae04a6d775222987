//! The statements of a script, one by one.
//!
//! A database takes a script apart itself, and better. Citus passes some of them on to
//! other servers together with the text they stood in, which those refuse: there each is sent alone.

/// The statements of `sql` in order, each without the semicolon behind it. Quotes, dollar quotes and
/// comments are PostgreSQL's, but for quotes escaped by a backslash and comments within comments.
pub(crate) fn statements(sql: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let (mut start, mut at) = (0, 0);
    while let Some(rest) = sql.get(at..).filter(|rest| !rest.is_empty()) {
        if rest.starts_with(';') {
            found.extend(sql.get(start..at));
            start = at + 1;
            at = start;
        } else {
            at += passed(rest);
        }
    }
    found.extend(sql.get(start..));
    found.retain(|statement| has_words(statement));
    found
}

/// How many bytes can be passed over at once, because they belong together.
fn passed(rest: &str) -> usize {
    let until = |from: usize, mark: &str| {
        let inner = rest.get(from..).unwrap_or_default();
        inner.find(mark).map_or(rest.len(), |at| from + at + mark.len())
    };
    if rest.starts_with("--") {
        until(2, "\n")
    } else if rest.starts_with("/*") {
        until(2, "*/")
    } else if rest.starts_with('\'') {
        until(1, "'")
    } else if rest.starts_with('"') {
        until(1, "\"")
    } else if let Some(mark) = dollar_quote(rest) {
        until(mark.len(), mark)
    } else {
        // A word as a whole, so that a dollar inside it begins nothing.
        let letter = |c: char| c == '_' || c == '$' || c.is_alphanumeric();
        let word: usize = rest.chars().take_while(|c| letter(*c)).map(char::len_utf8).sum();
        let first = rest.chars().next().map_or(1, char::len_utf8);
        word.max(first)
    }
}

/// `$$` or `$name$`.
fn dollar_quote(rest: &str) -> Option<&str> {
    let name = rest.strip_prefix('$')?;
    let end = name.find('$')?;
    let letters = name.get(..end)?;
    let is_name = letters.chars().all(|c| c == '_' || c.is_alphanumeric())
        && !letters.starts_with(|c: char| c.is_ascii_digit());
    if is_name { rest.get(..end + 2) } else { None }
}

/// Whether something stands there besides comments.
fn has_words(statement: &str) -> bool {
    statement.lines().any(|line| {
        let line = line.trim();
        !line.is_empty() && !line.starts_with("--")
    })
}

#[cfg(test)]
mod tests {
    use super::statements;

    #[test]
    fn each_statement_is_found_once() {
        assert_eq!(statements("A; B;\n-- the end;\n"), ["A", " B"]);
        assert_eq!(statements(""), Vec::<&str>::new());
        assert_eq!(statements("SELECT 1"), ["SELECT 1"]);
    }

    #[test]
    fn what_is_quoted_ends_nothing() {
        for whole in [
            "INSERT INTO a VALUES ('x;y', 'it''s; so', \"b;c\")",
            "CREATE FUNCTION f() RETURNS trigger AS $$ BEGIN RAISE 'no;'; END; $$",
            "SELECT $body$ a; $$ b; $body$, a$b, $1",
            "A -- not; here\n B",
            "A /* nor; here */ B",
        ] {
            let text = format!("{whole};SELECT 2;");
            assert_eq!(statements(&text), [whole, "SELECT 2"]);
        }
    }
}
