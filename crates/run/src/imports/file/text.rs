//! Separated text: its encoding, its separator, its records.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::{FileFault, Line, Reading, Sheet, sheet};

/// How many records are looked at to find the separator.
const LOOKED_AT: usize = 50;

pub(super) fn read(content: &[u8]) -> Result<Sheet, FileFault> {
    let (text, encoding) = decode(content)?;
    if text.contains('\0') {
        return Err(FileFault("The file is neither text nor a workbook: send CSV or XLSX.".into()));
    }
    let separator = separator(&text);
    if let Some(line) = never_closed(&text, separator) {
        return Err(FileFault(format!("Line {line} opens a quotation mark that is never closed.")));
    }
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut records = reader.records().map(|record| {
        let record =
            record.map_err(|error| FileFault(format!("The file cannot be read: {error}.")))?;
        Ok(Line {
            number: record.position().map_or(0, |place| line_of(&text, place)),
            cells: record.iter().map(|cell| cell.trim().to_owned()).collect(),
        })
    });
    let mut above = 0;
    let head = loop {
        match records.next() {
            None => return Err(FileFault("The file contains no text.".into())),
            Some(Err(fault)) => return Err(fault),
            Some(Ok(line)) if line.cells.iter().all(String::is_empty) => above += 1,
            Some(Ok(line)) => break line.cells,
        }
    };
    let reading = Reading {
        format: "CSV".into(),
        encoding: name(encoding).into(),
        separator: words(separator).into(),
        empty_rows: above,
        ..Reading::default()
    };
    sheet(head, records, reading)
}

/// The line on which a record starts. Its position is that of the empty lines before it.
fn line_of(text: &str, place: &csv::Position) -> u64 {
    let start = usize::try_from(place.byte()).unwrap_or(usize::MAX);
    let rest = text.as_bytes().get(start..).unwrap_or_default();
    let skipped = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
    let empty = skipped.filter(|byte| **byte == b'\n').count();
    place.line() + u64::try_from(empty).unwrap_or(0)
}

/// The text and the encoding it was in: as its first bytes say, else UTF-16 where every second
/// byte is empty, else UTF-8 where it is valid, else Windows-1252, in which every byte is a letter.
/// What is no letter in the encoding that its first bytes announce is a fault.
fn decode(content: &[u8]) -> Result<(String, &'static Encoding), FileFault> {
    let encoding = match Encoding::for_bom(content) {
        Some((encoding, _)) => encoding,
        None => without_mark(content),
    };
    let (text, used, is_broken) = encoding.decode(content);
    if is_broken {
        let before = text.split(char::REPLACEMENT_CHARACTER).next().unwrap_or_default();
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        return Err(FileFault(format!(
            "The file starts as {}, but line {line} contains bytes that are invalid in it: save \
             it again as UTF-8.",
            name(used)
        )));
    }
    Ok((text.into_owned(), used))
}

/// The line on which a quotation mark opens a cell that does not end; `None` when all end.
fn never_closed(text: &str, separator: u8) -> Option<u64> {
    let (mut line, mut opened_on) = (1, 1);
    let (mut is_quoted, mut at_start) = (false, true);
    let mut bytes = text.bytes().peekable();
    while let Some(byte) = bytes.next() {
        line += u64::from(byte == b'\n');
        if is_quoted {
            // Two marks in a row are one mark of the cell.
            is_quoted = byte != b'"' || bytes.next_if_eq(&b'"').is_some();
        } else if at_start && byte == b'"' {
            (is_quoted, opened_on, at_start) = (true, line, false);
        } else {
            at_start = byte == separator || byte == b'\n' || byte == b'\r';
        }
    }
    is_quoted.then_some(opened_on)
}

fn without_mark(content: &[u8]) -> &'static Encoding {
    let start = content.get(..content.len().min(512)).unwrap_or(content);
    let empty = |odd: usize| {
        start.iter().enumerate().filter(|(at, byte)| at % 2 == odd && **byte == 0).count()
    };
    let quarter = start.len() / 4;
    if start.len() >= 8 && empty(1) > quarter && empty(0) == 0 {
        return UTF_16LE;
    }
    if start.len() >= 8 && empty(0) > quarter && empty(1) == 0 {
        return UTF_16BE;
    }
    if std::str::from_utf8(content).is_ok() { UTF_8 } else { WINDOWS_1252 }
}

fn name(encoding: &'static Encoding) -> &'static str {
    if encoding == WINDOWS_1252 { "Windows-1252" } else { encoding.name() }
}

/// The separator with which most of the first records have as many cells as the head, more than
/// one; of several the one with the most cells; a comma when the file has one column.
fn separator(text: &str) -> u8 {
    let score = |separator: u8| -> (usize, usize) {
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(separator)
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        let widths: Vec<usize> = reader
            .records()
            .take(LOOKED_AT)
            .filter_map(Result::ok)
            .map(|record| record.len())
            .collect();
        let head = widths.first().copied().unwrap_or(0);
        if head < 2 {
            return (0, 0);
        }
        let agree = widths.iter().filter(|width| **width == head).count();
        (agree * 100 / widths.len().max(1), head)
    };
    b",;\t|"
        .iter()
        .copied()
        .map(|separator| (score(separator), separator))
        .filter(|((agree, _), _)| *agree > 0)
        .reduce(|best, other| if other.0 > best.0 { other } else { best })
        .map_or(b',', |(_, separator)| separator)
}

fn words(separator: u8) -> &'static str {
    match separator {
        b';' => "semicolon",
        b'\t' => "tab",
        b'|' => "vertical bar",
        _ => "comma",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(content: &[u8]) -> (Vec<String>, Vec<String>, Reading) {
        let sheet = read(content).unwrap();
        (sheet.headers, sheet.rows[0].cells.clone(), sheet.reading)
    }

    #[test]
    fn im_01_encodings_and_separators_are_told_from_the_content() {
        let text = "Name;Ort\r\nMüller GmbH;Köln\r\n";
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let (latin, _, _) = WINDOWS_1252.encode(text);
        let with_mark = [b"\xEF\xBB\xBF".as_slice(), text.as_bytes()].concat();
        let contents: [(&[u8], &str); 4] = [
            (text.as_bytes(), "UTF-8"),
            (&with_mark, "UTF-8"),
            (&utf16, "UTF-16LE"),
            (&latin, "Windows-1252"),
        ];
        for (content, encoding) in contents {
            let (head, row, reading) = cells(content);
            assert_eq!(head, ["Name", "Ort"], "{encoding}");
            assert_eq!(row, ["Müller GmbH", "Köln"], "{encoding}");
            assert_eq!(
                (reading.encoding.as_str(), reading.separator.as_str()),
                (encoding, "semicolon")
            );
        }
    }

    #[test]
    fn im_01_a_separator_inside_quotation_marks_separates_nothing() {
        let (head, row, _) = cells(b"name,city\n\"Globex, Inc.\",\"Berlin\"\n");
        assert_eq!((head.len(), row[0].as_str()), (2, "Globex, Inc."));
        let (head, row, _) = cells(b"name\tcity\nA, B\tC\nD\tE\n");
        assert_eq!((head.len(), row[0].as_str()), (2, "A, B"));
        let (head, ..) = cells(b"name\nGlobex; Inc\n");
        assert_eq!(head, ["name"]);
    }

    #[test]
    fn im_01_a_row_wider_than_the_head_is_named_by_line() {
        let fault = read(b"name,city\nGlobex,Berlin\nInitech,Bonn,5\n").unwrap_err();
        assert!(fault.0.starts_with("Line 3 has 3 cells"), "{fault}");
        let fault = read(b"\x00\x01\x02\x03garbage").unwrap_err();
        assert!(fault.0.contains("neither text nor a workbook"), "{fault}");
    }

    #[test]
    fn im_01_a_quotation_mark_that_is_never_closed_is_named_by_line() {
        let fault = read(b"name,city\nGlobex,Berlin\n\"Initech,Bonn\nHooli,Ulm\n").unwrap_err();
        assert!(fault.0.starts_with("Line 3 opens a quotation mark"), "{fault}");
        let sheet = read(b"name,city\n\"A \"\"B\"\"\",\"x\ny\"\nC \"D\",z\n").unwrap();
        assert_eq!(sheet.rows[0].cells, ["A \"B\"", "x\ny"]);
        assert_eq!(sheet.rows[1].cells, ["C \"D\"", "z"]);
    }

    #[test]
    fn im_01_bytes_that_are_no_letters_are_named_by_line() {
        let fault = read(b"\xEF\xBB\xBFname,city\nGl\xFFbex,Berlin\n").unwrap_err();
        assert!(fault.0.contains("UTF-8, but line 2"), "{fault}");
        let odd: Vec<u8> =
            "\u{feff}name\nGlobex\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let fault = read(&odd[..odd.len() - 1]).unwrap_err();
        assert!(fault.0.contains("UTF-16LE, but line 2"), "{fault}");
    }

    #[test]
    fn im_01_lines_are_counted_as_an_editor_does() {
        let sheet = read(b"\n\nname,note\n\"A\",\"two\nlines\"\n\nB,x\n").unwrap();
        let numbers: Vec<u64> = sheet.rows.iter().map(|row| row.number).collect();
        assert_eq!(numbers, [4, 7]);
    }
}
