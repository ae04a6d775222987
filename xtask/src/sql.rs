//! Reads just enough SQL to say which tables a statement touches and which it defines.

/// A word or a mark of SQL, with its line counted from 0 inside the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    /// As written; a quoted name comes without its quotes.
    pub(crate) text: String,
    /// Lines before it in the text.
    pub(crate) line: usize,
}

/// A table or view named after `FROM`, `JOIN`, `INTO` or `UPDATE`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Mention {
    /// Its name.
    pub(crate) name: String,
    /// Lines before it in the text.
    pub(crate) line: usize,
}

/// The words of `sql`, without comments and string values.
pub(crate) fn words(sql: &str) -> Vec<Word> {
    let mut out = Vec::new();
    let mut line = 0;
    let mut chars = sql.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '\n' {
            line += 1;
        } else if c == '-' && chars.peek() == Some(&'-') {
            while chars.next_if(|&n| n != '\n').is_some() {}
        } else if c == '\'' {
            for inner in chars.by_ref() {
                line += usize::from(inner == '\n');
                if inner == '\'' {
                    break;
                }
            }
        } else if c == '_' || c.is_alphanumeric() {
            let mut text = c.to_string();
            while let Some(next) = chars.next_if(|&n| n == '_' || n.is_alphanumeric()) {
                text.push(next);
            }
            out.push(Word { text, line });
        } else if !c.is_whitespace() && c != '"' {
            let text = c.to_string();
            out.push(Word { text, line });
        }
    }
    out
}

/// Tables and views that `sql` reads or writes. Keywords count in capitals only, so prose in
/// a message is not taken for SQL. Names defined by the text itself (CTE) are left out.
pub(crate) fn mentions(sql: &str) -> Vec<Mention> {
    let words = words(sql);
    let text = |i: usize| words.get(i).map_or("", |word| word.text.as_str());
    let mut out = Vec::new();
    for index in 0..words.len() {
        let before = index.checked_sub(1).map_or("", text);
        let is_from = text(index) == "FROM" && before != "DISTINCT" && !inside_call(&words, index);
        let is_update = text(index) == "UPDATE" && !matches!(before, "DO" | "FOR");
        if is_from || is_update || matches!(text(index), "JOIN" | "INTO") {
            name_list(&words, index + 1, &mut out);
        }
    }
    out.retain(|mention| !defined_here(&words, &mention.name));
    out
}

/// `EXTRACT(… FROM x)`, `TRIM(… FROM x)`, `SUBSTRING(… FROM x)` name a value, not a table.
fn inside_call(words: &[Word], from: usize) -> bool {
    let mut depth = 0_i32;
    for index in (0..from).rev() {
        match words.get(index).map_or("", |word| word.text.as_str()) {
            ")" => depth += 1,
            "(" if depth == 0 => {
                let before = index.checked_sub(1).and_then(|i| words.get(i));
                let name = before.map_or("", |word| word.text.as_str());
                return matches!(name, "EXTRACT" | "TRIM" | "SUBSTRING" | "OVERLAY");
            }
            "(" => depth -= 1,
            _ => {}
        }
    }
    false
}

/// The names after `FROM`: `a`, `a AS x, b y`. A sub-select or a function is skipped.
fn name_list(words: &[Word], start: usize, out: &mut Vec<Mention>) {
    let text = |i: usize| words.get(i).map_or("", |word| word.text.as_str());
    let mut at = start;
    loop {
        let Some(word) = words.get(at).filter(|word| is_name(&word.text)) else {
            return;
        };
        let is_call = text(at + 1) == "(" && text(start.saturating_sub(1)) != "INTO";
        if !is_call {
            out.push(Mention { name: word.text.clone(), line: word.line });
        }
        at += 1;
        if text(at) == "AS" {
            at += 1;
        }
        if is_name(text(at)) {
            at += 1;
        }
        if text(at) != "," {
            return;
        }
        at += 1;
    }
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c == '_' || c.is_ascii_lowercase())
}

/// `name AS (` or `name (columns) AS (` anywhere in the text.
fn defined_here(words: &[Word], name: &str) -> bool {
    words.iter().enumerate().any(|(index, word)| {
        if word.text != name {
            return false;
        }
        let before = index.checked_sub(1).and_then(|i| words.get(i));
        let leads =
            before.is_some_and(|w| matches!(w.text.as_str(), "WITH" | "RECURSIVE" | "," | "TABLE"));
        let rest: Vec<&str> = words.iter().skip(index + 1).map(|w| w.text.as_str()).collect();
        leads && (rest.first() == Some(&"AS") || rest.first() == Some(&"("))
    })
}

/// What a statement of a migration does to a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// `CREATE TABLE name`.
    Table(Mention),
    /// `CREATE VIEW name`.
    View(Mention),
    /// `ALTER TABLE`, `DROP TABLE`, an index, a trigger or rows of an existing table.
    Touched(Mention),
}

/// What `sql` creates and changes, in order.
pub(crate) fn changes(sql: &str) -> Vec<Change> {
    let words = words(sql);
    let upper = |i: usize| words.get(i).map_or(String::new(), |w| w.text.to_uppercase());
    let mut out = Vec::new();
    for index in 0..words.len() {
        let kind = upper(index + 1);
        match (upper(index).as_str(), kind.as_str()) {
            ("CREATE", "TABLE") => out.extend(named(&words, index + 2).map(Change::Table)),
            ("CREATE", "VIEW") => out.extend(named(&words, index + 2).map(Change::View)),
            ("ALTER" | "DROP", "TABLE") | ("INSERT", "INTO") | ("DELETE", "FROM") => {
                out.extend(named(&words, index + 2).map(Change::Touched));
            }
            ("INDEX" | "TRIGGER", _) => out.extend(after_on(&words, index).map(Change::Touched)),
            _ => {}
        }
    }
    out
}

fn named(words: &[Word], start: usize) -> Option<Mention> {
    let optional = ["IF", "NOT", "EXISTS", "ONLY"];
    words
        .iter()
        .skip(start)
        .find(|word| !optional.contains(&word.text.to_uppercase().as_str()))
        .map(|word| Mention { name: word.text.clone(), line: word.line })
}

fn after_on(words: &[Word], start: usize) -> Option<Mention> {
    let statement = words.iter().skip(start).take_while(|word| word.text != ";");
    let mut rest = statement.skip_while(|word| word.text.to_uppercase() != "ON");
    rest.next()?;
    rest.next().map(|word| Mention { name: word.text.clone(), line: word.line })
}

#[cfg(test)]
mod tests {
    use super::{Change, changes, mentions};

    fn names(sql: &str) -> Vec<String> {
        mentions(sql).into_iter().map(|m| m.name).collect()
    }

    #[test]
    fn reads_and_writes_are_found() {
        assert_eq!(names("SELECT a FROM one AS x, two JOIN three y ON 1"), ["one", "two", "three"]);
        assert_eq!(names("INSERT INTO one (a) VALUES ('FROM two')"), ["one"]);
        assert_eq!(names("UPDATE one SET a = 1 -- FROM three"), ["one"]);
        assert_eq!(names("DELETE FROM one WHERE a IN (SELECT b FROM two)"), ["one", "two"]);
    }

    #[test]
    fn what_is_no_table_is_left_out() {
        let sql = "WITH recent AS (SELECT 1 FROM one) SELECT * FROM recent FOR UPDATE";
        assert_eq!(names(sql), ["one"]);
        assert!(names("a IS NOT DISTINCT FROM b").is_empty());
        assert!(names("SELECT EXTRACT(YEAR FROM opened)").is_empty());
        assert!(names("SELECT value FROM json_each($1)").is_empty());
        assert_eq!(names("INSERT INTO one VALUES (1) ON CONFLICT DO UPDATE SET a = 2"), ["one"]);
        assert!(names("Update the account from accounts").is_empty());
    }

    #[test]
    fn a_migration_tells_what_it_makes() {
        let sql = "CREATE TABLE IF NOT EXISTS one (a TEXT);\nCREATE UNIQUE INDEX i ON one (a);\n\
                   CREATE VIEW one_v_all AS SELECT 1;\nALTER TABLE two ADD COLUMN b TEXT;";
        let kinds: Vec<String> = changes(sql)
            .iter()
            .map(|change| match change {
                Change::Table(m) => format!("table {}", m.name),
                Change::View(m) => format!("view {}", m.name),
                Change::Touched(m) => format!("touched {}", m.name),
            })
            .collect();
        assert_eq!(kinds, ["table one", "touched one", "view one_v_all", "touched two"]);
    }
}
