//! The comments of the supplied document, put back into the canonical form, which has none.

use std::{collections::BTreeMap, fmt::Write as _};

use super::Document;

/// What a reader of the text has to know before the first number.
const HEAD: &str = "# Amounts are in minor units of the currency (100 = 1.00 EUR), shares in basis \
                    points (100 = 1 %).\n# The rule behind a number stands beside it, such as DR-01.\n\n";

/// The column in which comments begin where there is room.
const COLUMN: usize = 35;

/// The canonical form with the comments of the supplied document beside the same keys, for people
/// who change it. Reading it gives the same document. Rule PG-03.
pub fn commented(canonical: &str) -> String {
    let comments = known();
    let (mut text, mut place, mut in_words) = (HEAD.to_owned(), String::new(), false);
    let mut lists: Vec<&str> = Vec::new();
    for line in canonical.lines() {
        let opens_words = ends_words(line);
        let is_plain = !in_words && !opens_words;
        if is_plain && line.starts_with('[') {
            line.clone_into(&mut place);
        }
        let found = comments.get(&key_of(&place, line)).filter(|_| is_plain);
        // One comment for all entries of a list of tables.
        match found.filter(|_| !lists.contains(&line)) {
            Some(comment) => {
                let width = COLUMN.saturating_sub(1);
                let _ = writeln!(text, "{line:<width$} # {comment}");
                if line.starts_with("[[") {
                    lists.push(line);
                }
            }
            None => {
                text.push_str(line);
                text.push('\n');
            }
        }
        in_words ^= opens_words;
    }
    text
}

/// The comments by the table and the key beside which they stand.
fn known() -> BTreeMap<(String, String), String> {
    let (mut comments, mut place) = (BTreeMap::new(), String::new());
    for line in Document::DEFAULT_TOML.lines().filter(|line| !line.starts_with('#')) {
        let (said, comment) = match line.rsplit_once(" # ") {
            Some((said, comment)) => (said.trim_end(), Some(comment)),
            None => (line, None),
        };
        if said.starts_with('[') {
            said.clone_into(&mut place);
        }
        if let Some(comment) = comment {
            comments.entry(key_of(&place, said)).or_insert_with(|| comment.trim().to_owned());
        }
    }
    comments
}

/// The table of a line and its key; the line itself where a table begins.
fn key_of(place: &str, line: &str) -> (String, String) {
    let key = line.split(" = ").next().unwrap_or(line);
    (place.to_owned(), key.to_owned())
}

/// Whether words of several lines begin or end on this line.
fn ends_words(line: &str) -> bool {
    (line.matches("\"\"\"").count() + line.matches("'''").count()) % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pg_03_the_text_of_a_draft_has_the_rule_beside_each_number_and_says_the_same() {
        let document = Document::default_document();
        let text = commented(&document.to_toml());
        assert_eq!(Document::parse(&text), Ok(document));
        for (key, comment) in [
            ("validity_days = 90", "DR-01"),
            ("follow_up_days = 14", "DR-06"),
            ("notice_days = 30", "PG-02: notice before a change"),
            ("[registration.hoarding]", "DR-17"),
            ("[[conflicts.ladder]]", "CF-02"),
        ] {
            let line = text.lines().find(|line| line.starts_with(key)).unwrap_or_default();
            assert!(line.contains(&format!("# {comment}")), "{key}: {line}");
        }
        let rungs = text.lines().filter(|line| line.starts_with("[[conflicts.ladder]]"));
        let told = rungs.filter(|line| line.contains('#')).count();
        assert_eq!(told, 1, "a list of tables has it once");
    }

    #[test]
    fn pg_03_words_of_several_lines_keep_every_letter() {
        let mut document = Document::default_document();
        document.rules_of_engagement.text =
            "First.\nvalidity_days = 90\n[registration]\nLast # one.".into();
        let text = commented(&document.to_toml());
        assert_eq!(Document::parse(&text), Ok(document));
    }
}
