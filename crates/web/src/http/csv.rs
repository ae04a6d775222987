//! CSV that no spreadsheet takes for a formula.

use std::borrow::Cow;

/// The letters with which a formula can begin.
const RISKY: [char; 11] =
    ['=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];

/// A cell that a spreadsheet shows as text: one that starts with `=`, `+`, `-`, `@`, a tab or a
/// carriage return gets an apostrophe before it. Plain negative numbers stay as they are.
pub fn csv_cell(text: &str) -> Cow<'_, str> {
    if text.starts_with(RISKY) && !is_negative_number(text) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// What a cell said before [`csv_cell`] made it safe: without the apostrophe before a formula's letter.
pub fn csv_cell_read(text: &str) -> &str {
    text.strip_prefix('\'').filter(|plain| plain.starts_with(RISKY)).unwrap_or(text)
}

/// Whether it is a minus and digits with at most one decimal point: no formula can hide in that.
fn is_negative_number(text: &str) -> bool {
    let Some(digits) = text.strip_prefix('-') else {
        return false;
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    [whole, part].iter().all(|side| !side.is_empty() && side.bytes().all(|b| b.is_ascii_digit()))
}

/// One line of a CSV file (RFC 4180), with its line end, every cell made safe by [`csv_cell`].
pub fn csv_line<C: AsRef<str>>(cells: impl IntoIterator<Item = C>) -> String {
    let mut line = String::new();
    for (at, cell) in cells.into_iter().enumerate() {
        if at > 0 {
            line.push(',');
        }
        let safe = csv_cell(cell.as_ref());
        if safe.contains(['"', ',', '\r', '\n', ';']) {
            line.push('"');
            line.push_str(&safe.replace('"', "\"\""));
            line.push('"');
        } else {
            line.push_str(&safe);
        }
    }
    line.push_str("\r\n");
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_become_text() {
        for risky in
            ["=1+1", "+49 30", "-2+3", "@SUM(A1)", "\tx", "\r=1", "\u{ff1d}1", "-", "-1.2.3"]
        {
            assert_eq!(csv_cell(risky), format!("'{risky}"));
        }
        for plain in ["", "Globex", "a=1", "-12", "-12.50", "1-2", " =1"] {
            assert_eq!(csv_cell(plain), plain);
        }
    }

    #[test]
    fn what_was_made_safe_is_read_as_it_was() {
        for text in ["=1+1", "+49 30", "-Minus KG", "@Heim", "", "Globex", "-12", "'t Hooft"] {
            assert_eq!(csv_cell_read(&csv_cell(text)), text);
        }
    }

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        assert_eq!(csv_line(["a", "b,c", "d\"e", "=f"]), "a,\"b,c\",\"d\"\"e\",'=f\r\n");
        assert_eq!(csv_line(["x\ny", ""]), "\"x\ny\",\r\n");
    }
}
