//! Separated text: its encoding, its separator, its records.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::{FileFault, Line, Reading, Sheet, sheet};

/// How many records are looked at to find the separator.
const LOOKED_AT: usize = 50;

pub(super) fn read(content: &[u8], encoding: &str) -> Result<Sheet, FileFault> {
    let (text, encoding) = decode(content, encoding)?;
    if text.contains('\0') {
        return Err(FileFault("The file is neither text nor a workbook: send CSV or XLSX.".into()));
    }
    let (named, text) = named_separator(&text);
    let separator = named.unwrap_or_else(|| separator(text));
    let mut lines = Lines { text: text.as_bytes(), at: 0, line: 1 + u64::from(named.is_some()) };
    let before = lines.line - 1;
    if let Some(line) = never_closed(text, separator) {
        return Err(FileFault(format!(
            "Line {} opens a quotation mark that is never closed.",
            line + before
        )));
    }
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let records = reader.records().map(|record| {
        let record =
            record.map_err(|error| FileFault(format!("The file cannot be read: {error}.")))?;
        Ok(Line {
            number: record.position().map_or(0, |place| lines.of(place)),
            lines: 1 + ends_within(&record),
            cells: record.iter().map(|cell| web::csv_cell_read(cell.trim()).to_owned()).collect(),
        })
    });
    let reading = Reading {
        format: "CSV".into(),
        encoding: name(encoding).into(),
        separator: words(separator).into(),
        ..Reading::default()
    };
    sheet(records, reading)
}

/// Counts lines as an editor does, whether they end with LF, CR LF or CR.
struct Lines<'t> {
    text: &'t [u8],
    at: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line on which a record starts; records are asked for in their order. Its position is that
    /// of the empty lines before it.
    fn of(&mut self, place: &csv::Position) -> u64 {
        let start = usize::try_from(place.byte()).unwrap_or(usize::MAX);
        let rest = self.text.get(start..).unwrap_or_default();
        let start = start + rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let passed = self.text.get(self.at..start).unwrap_or_default();
        let before = self.at.checked_sub(1).and_then(|at| self.text.get(at)).copied();
        self.line += u64::try_from(line_ends(before, passed)).unwrap_or(0);
        self.at = start;
        self.line
    }
}

/// How many lines end within the cells of a record.
fn ends_within(record: &csv::StringRecord) -> u64 {
    let ends: usize = record.iter().map(|cell| line_ends(None, cell.as_bytes())).sum();
    u64::try_from(ends).unwrap_or(0)
}

/// How many lines end in `text`; a LF behind a CR ends the same line.
fn line_ends(before: Option<u8>, text: &[u8]) -> usize {
    let mut last = before;
    let mut ends = 0;
    for byte in text {
        ends += usize::from(*byte == b'\r' || (*byte == b'\n' && last != Some(b'\r')));
        last = Some(*byte);
    }
    ends
}

/// The separator that the first line names, as Excel writes it (`sep=;`), and the text below it.
fn named_separator(text: &str) -> (Option<u8>, &str) {
    let Some((first, rest)) = text.split_once(['\n', '\r']) else { return (None, text) };
    let sign = first.trim_matches('"').strip_prefix("sep=").map(str::as_bytes);
    match sign {
        Some([sign]) => (Some(*sign), rest.strip_prefix('\n').unwrap_or(rest)),
        Some(_) | None => (None, text),
    }
}

/// The text and the encoding it was in: the one chosen, else as its first bytes say, else UTF-16 where
/// every second byte is empty, else UTF-8 where it is valid, else the one that its bytes make most
/// likely. What is no letter in the encoding is a fault.
fn decode(content: &[u8], chosen: &str) -> Result<(String, &'static Encoding), FileFault> {
    let named = Encoding::for_label(chosen.as_bytes());
    let encoding = match (named, Encoding::for_bom(content).map(|(encoding, _)| encoding)) {
        (None, _) if !chosen.is_empty() => {
            return Err(FileFault(format!(
                "There is no encoding called “{chosen}”: use a name such as UTF-8 or windows-1250."
            )));
        }
        (Some(encoding), _) | (None, Some(encoding)) => encoding,
        (None, None) => without_mark(content)?,
    };
    let (text, used, is_broken) = encoding.decode(content);
    if is_broken {
        let before = text.split(char::REPLACEMENT_CHARACTER).next().unwrap_or_default();
        return Err(bad_byte(used, line_ends(None, before.as_bytes()) + 1));
    }
    Ok((text.into_owned(), used))
}

fn bad_byte(encoding: &'static Encoding, line: usize) -> FileFault {
    FileFault(format!(
        "The file is text in {}, but line {line} contains bytes that are invalid in it: save it \
         again as UTF-8, or choose its encoding.",
        name(encoding)
    ))
}

/// The line on which a quotation mark opens a cell that does not end; `None` when all end.
fn never_closed(text: &str, separator: u8) -> Option<u64> {
    let (mut line, mut opened_on) = (1, 1);
    let (mut is_quoted, mut at_start) = (false, true);
    let mut last = None;
    let mut bytes = text.bytes().peekable();
    while let Some(byte) = bytes.next() {
        line += u64::from(byte == b'\r' || (byte == b'\n' && last != Some(b'\r')));
        last = Some(byte);
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

fn without_mark(content: &[u8]) -> Result<&'static Encoding, FileFault> {
    let start = content.get(..content.len().min(512)).unwrap_or(content);
    let empty = |odd: usize| {
        start.iter().enumerate().filter(|(at, byte)| at % 2 == odd && **byte == 0).count()
    };
    let quarter = start.len() / 4;
    if start.len() >= 8 && empty(1) > quarter && empty(0) == 0 {
        return Ok(UTF_16LE);
    }
    if start.len() >= 8 && empty(0) > quarter && empty(1) == 0 {
        return Ok(UTF_16BE);
    }
    if std::str::from_utf8(content).is_ok() {
        return Ok(UTF_8);
    }
    if let Some(line) = nearly_utf8(content) {
        return Err(bad_byte(UTF_8, line));
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(content, true);
    Ok(detector.guess(None, Utf8Detection::Deny))
}

/// The line of the first bad byte in a text that is UTF-8 but for a few bytes. In another encoding,
/// letters that happen to be UTF-8 are rarer than those that are not.
fn nearly_utf8(content: &[u8]) -> Option<usize> {
    let (mut good, mut bad, mut first, mut read) = (0_usize, 0_usize, None, 0_usize);
    for chunk in content.utf8_chunks() {
        good += chunk.valid().chars().filter(|letter| !letter.is_ascii()).count();
        read += chunk.valid().len();
        if !chunk.invalid().is_empty() {
            bad += 1;
            first = first.or(Some(read));
            read += chunk.invalid().len();
        }
    }
    let first = first.filter(|_| good > bad)?;
    Some(line_ends(None, content.get(..first).unwrap_or_default()) + 1)
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
        let sheet = read(content, "").unwrap();
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
        let fault = read(b"name,city\nGlobex,Berlin\nInitech,Bonn,5\n", "").unwrap_err();
        assert!(fault.0.starts_with("Line 3 has 3 cells"), "{fault}");
        let fault = read(b"\x00\x01\x02\x03garbage", "").unwrap_err();
        assert!(fault.0.contains("neither text nor a workbook"), "{fault}");
    }

    #[test]
    fn im_01_a_quotation_mark_that_is_never_closed_is_named_by_line() {
        let fault = read(b"name,city\nGlobex,Berlin\n\"Initech,Bonn\nHooli,Ulm\n", "").unwrap_err();
        assert!(fault.0.starts_with("Line 3 opens a quotation mark"), "{fault}");
        let sheet = read(b"name,city\n\"A \"\"B\"\"\",\"x\ny\"\nC \"D\",z\n", "").unwrap();
        assert_eq!(sheet.rows[0].cells, ["A \"B\"", "x\ny"]);
        assert_eq!(sheet.rows[1].cells, ["C \"D\"", "z"]);
    }

    #[test]
    fn im_01_bytes_that_are_no_letters_are_named_by_line() {
        let fault = read(b"\xEF\xBB\xBFname,city\nGl\xFFbex,Berlin\n", "").unwrap_err();
        assert!(fault.0.contains("in UTF-8, but line 2"), "{fault}");
        let odd: Vec<u8> =
            "\u{feff}name\nGlobex\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let fault = read(&odd[..odd.len() - 1], "").unwrap_err();
        assert!(fault.0.contains("in UTF-16LE, but line 2"), "{fault}");
    }

    #[test]
    fn im_01_lines_are_counted_as_an_editor_does() {
        let sheet = read(b"\n\nname,note\n\"A\",\"two\nlines\"\n\nB,x\n", "").unwrap();
        let numbers: Vec<u64> = sheet.rows.iter().map(|row| row.number).collect();
        assert_eq!(numbers, [4, 7]);
    }
}
