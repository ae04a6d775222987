//! Only `db` reads a column of a row by its number.

use super::{Checkout, Finding};
use crate::lex::{Kind, Token};

const CHECK: &str = "column-by-number";

/// The methods of `db::Row` that take the number of a column.
const READERS: [&str; 10] = [
    "blob",
    "flag",
    "int",
    "opt_blob",
    "opt_int",
    "opt_text",
    "opt_with_blob",
    "opt_with_text",
    "text",
    "with_text",
];

/// Looks for a call of such a method with a literal number in the crates' own code. A number that
/// is counted, as where the columns are a list of the program's, is left alone.
pub(super) fn check(checkout: &Checkout) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (place, source) in checkout.crate_sources().filter(|(place, _)| place.krate != "db") {
        for (index, token) in source.code() {
            let after = source.tokens.get(index + 1..).unwrap_or_default();
            let before = index.checked_sub(1).and_then(|index| source.tokens.get(index));
            let is_call = before.is_some_and(|before| before.is_punct('.')) && is_numbered(after);
            if is_call && READERS.contains(&token.text.as_str()) {
                let message = format!(
                    "`{}` reads a column by its number: read the row by type, with \
                     `tx.query_as`, `row.read`, `db::row!` or `db::record!`",
                    token.text
                );
                findings.push(Finding::new(CHECK, place.path, token.line, message));
            }
        }
    }
    findings
}

/// Whether a list of arguments begins with a number.
fn is_numbered(after: &[Token]) -> bool {
    let [open, number, end, ..] = after else {
        return false;
    };
    let ends = end.is_punct(')') || end.is_punct(',');
    open.is_punct('(') && number.kind == Kind::Number && ends
}

#[cfg(test)]
mod tests {
    use super::{Checkout, check};

    fn found(path: &str, code: &str) -> usize {
        check(&Checkout::of(&[(path, code)])).len()
    }

    #[test]
    fn a_column_read_by_its_number_is_found() {
        for code in [
            "fn f(row: &Row) { row.text(0)?; }",
            "fn f(row: &Row) { row\n.opt_int(12)?; }",
            "fn f(row: &Row) { row.with_text(3, str::len)?; }",
        ] {
            assert_eq!(found("crates/app/src/deals/store.rs", code), 1, "{code}");
        }
    }

    #[test]
    fn db_counted_columns_and_other_calls_are_left_alone() {
        assert_eq!(found("crates/db/src/health.rs", "fn f() { row.text(0)?; }"), 0);
        assert_eq!(found("crates/app/tests/sell/deals.rs", "fn f() { row.text(0)?; }"), 0);
        for code in [
            "fn f() { row.text(at)?; text(0); page.text(\"0\"); row.text(0 + at)?; }",
            "#[cfg(test)]\nmod tests { fn f() { row.int(0)?; } }",
            "// row.text(0)\nconst A: &str = \"row.text(0)\";",
        ] {
            assert_eq!(found("crates/app/src/deals/store.rs", code), 0, "{code}");
        }
    }
}
