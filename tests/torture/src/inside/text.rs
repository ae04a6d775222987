//! Reading separated text without the product's own code (RFC 4180).

/// The cells of a text, line by line.
pub(crate) fn cells(text: &str) -> Vec<Vec<String>> {
    let (mut lines, mut line, mut cell) = (Vec::new(), Vec::new(), String::new());
    let mut letters = text.chars().peekable();
    let mut quoted = false;
    while let Some(letter) = letters.next() {
        match (quoted, letter) {
            (true, '"') if letters.peek() == Some(&'"') => {
                letters.next();
                cell.push('"');
            }
            (true, '"') => quoted = false,
            (false, '"') if cell.is_empty() => quoted = true,
            (false, ',') => line.push(std::mem::take(&mut cell)),
            (false, '\r') if letters.peek() == Some(&'\n') => {}
            (false, '\n') => {
                line.push(std::mem::take(&mut cell));
                lines.push(std::mem::take(&mut line));
            }
            (_, other) => cell.push(other),
        }
    }
    if !cell.is_empty() || !line.is_empty() {
        line.push(cell);
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::cells;

    #[test]
    fn quotation_marks_hold_commas_line_ends_and_themselves() {
        let read = cells("a,\"b,\r\nc\"\r\n\"d\"\"e\",\r\nlast");
        assert_eq!(read, [vec!["a", "b,\r\nc"], vec!["d\"e", ""], vec!["last"]]);
    }
}
