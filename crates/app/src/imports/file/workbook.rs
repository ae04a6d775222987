//! XLSX: the first sheet that holds rows. Formulas are never worked out; what they last showed is
//! read.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};

use super::{FileFault, Line, Reading, Sheet, sheet};

pub(super) fn read(content: &[u8]) -> Result<Sheet, FileFault> {
    let damaged = || FileFault("The workbook is damaged and cannot be opened.".into());
    let mut book: Xlsx<_> =
        open_workbook_from_rs(Cursor::new(content)).map_err(|_: calamine::XlsxError| damaged())?;
    for name in book.sheet_names() {
        let range = book.worksheet_range(&name).map_err(|_| damaged())?;
        let first = range.start().map_or(0, |(row, _)| row);
        let mut rows = range
            .rows()
            .zip(u64::from(first) + 1..)
            .map(|(cells, number)| Ok(Line { number, cells: cells.iter().map(shown).collect() }));
        let head = rows.find_map(|row: Result<Line, FileFault>| match row {
            Ok(line) if line.cells.iter().any(|cell| !cell.is_empty()) => Some(line.cells),
            Ok(_) | Err(_) => None,
        });
        let Some(head) = head else { continue };
        let formulas = book.worksheet_formula(&name).map_err(|_| damaged())?;
        let formulas = formulas.used_cells().filter(|(_, _, formula)| !formula.is_empty()).count();
        let reading = Reading {
            format: "XLSX".into(),
            sheet: name,
            formulas: u64::try_from(formulas).unwrap_or(u64::MAX),
            ..Reading::default()
        };
        return sheet(head, rows, reading);
    }
    Err(FileFault("The workbook holds no rows.".into()))
}

/// A cell as text: days as ISO dates, whole numbers without a point.
fn shown(cell: &Data) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => {
            text.trim().to_owned()
        }
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number.to_string(),
        Data::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Data::DateTime(at) => {
            let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
            if (hour, minute, second) == (0, 0, 0) {
                format!("{year:04}-{month:02}-{day:02}")
            } else {
                format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
            }
        }
        Data::Error(error) => format!("{error}"),
    }
}
