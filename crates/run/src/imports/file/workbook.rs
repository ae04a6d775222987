//! XLSX: the first visible sheet that holds rows. Formulas are never worked out; what they last showed is
//! read. Only cells that hold something are kept: two of them may lie as far apart as a sheet is
//! wide and long, and many may point to one long text.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Data, Reader, SheetVisible, Xlsx, XlsxError, open_workbook_from_rs};

use super::{FileFault, Line, MOST_CELLS, MOST_COLUMNS, MOST_ROWS, Reading, Sheet, sheet};

/// The most text that one sheet may hold, in bytes.
const MOST_TEXT: usize = 128 << 20;

type Book<'a> = Xlsx<Cursor<&'a [u8]>>;

pub(super) fn read(content: &[u8]) -> Result<Sheet, FileFault> {
    let mut book: Book<'_> =
        open_workbook_from_rs(Cursor::new(content)).map_err(|_: XlsxError| damaged())?;
    let visible: Vec<String> = book
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.visible == SheetVisible::Visible)
        .map(|sheet| sheet.name.clone())
        .collect();
    for name in visible {
        let Some(grid) = Grid::read(&mut book, &name)? else { continue };
        if grid.rows.is_empty() {
            continue;
        }
        return grid.into_sheet(name);
    }
    Err(FileFault("The workbook has no visible sheet with rows.".into()))
}

fn damaged() -> FileFault {
    FileFault("The workbook is damaged and cannot be opened.".into())
}

/// The cells of a sheet that hold something, by row, and how many hold formulas.
#[derive(Debug, Default)]
struct Grid {
    rows: BTreeMap<u32, Vec<(u32, String)>>,
    cells: usize,
    bytes: usize,
    formulas: u64,
}

impl Grid {
    /// `None` when this is a sheet of another kind, such as a chart.
    fn read(book: &mut Book<'_>, name: &str) -> Result<Option<Self>, FileFault> {
        let mut cells = match book.worksheet_cells_reader(name) {
            Err(XlsxError::NotAWorksheet(_)) => return Ok(None),
            other => other.map_err(|_| damaged())?,
        };
        let mut grid = Self::default();
        let formats: Vec<String> = cells
            .styles()
            .iter()
            .map(|style| style.number_format.as_ref().map(|format| format.format_code.clone()))
            .map(Option::unwrap_or_default)
            .collect();
        while let Some((cell, style)) = cells.next_cell_with_style_id().map_err(|_| damaged())? {
            let format = formats.get(style).map_or("", String::as_str);
            let text = shown(&cell.get_value().clone().into(), format);
            if !text.is_empty() {
                grid.put(cell.get_position(), text)?;
            }
        }
        drop(cells);
        // The library tells the style of a cell or its formula, not both in one reading.
        let mut cells = book.worksheet_cells_reader(name).map_err(|_| damaged())?;
        while cells.next_formula().map_err(|_| damaged())?.is_some_and(|cell| {
            grid.formulas += u64::from(!cell.get_value().is_empty());
            true
        }) {}
        Ok(Some(grid))
    }

    fn put(&mut self, (row, column): (u32, u32), text: String) -> Result<(), FileFault> {
        self.cells += 1;
        self.bytes += text.len();
        if self.bytes > MOST_TEXT || self.cells > MOST_CELLS {
            return Err(FileFault(format!(
                "The sheet exceeds {} MB of text or {MOST_CELLS} cells at row {}. Split it and \
                 import the parts.",
                MOST_TEXT >> 20,
                row + 1
            )));
        }
        self.rows.entry(row).or_default().push((column, text));
        if self.rows.len() > MOST_ROWS + 1 {
            return Err(FileFault(format!(
                "The file has more than {MOST_ROWS} rows: split it and import the parts."
            )));
        }
        Ok(())
    }

    fn into_sheet(self, name: String) -> Result<Sheet, FileFault> {
        let columns = || self.rows.values().flatten().map(|(column, _)| *column);
        let (first, last) = (columns().min().unwrap_or(0), columns().max().unwrap_or(0));
        let width = usize::try_from(last - first).unwrap_or(usize::MAX).saturating_add(1);
        if width > MOST_COLUMNS {
            return Err(FileFault(format!(
                "The file has {width} columns; at most {MOST_COLUMNS} are allowed."
            )));
        }
        let mut reading = Reading {
            format: "XLSX".into(),
            sheet: name,
            formulas: self.formulas,
            ..Reading::default()
        };
        let numbers = || self.rows.keys().map(|row| u64::from(*row));
        let (top, bottom) = (numbers().min().unwrap_or(0), numbers().max().unwrap_or(0));
        let filled = u64::try_from(self.rows.len()).unwrap_or(u64::MAX);
        reading.empty_rows = (bottom - top + 1).saturating_sub(filled);
        let lines = self.rows.into_iter().map(|(row, cells)| {
            let mut texts = vec![String::new(); width];
            for (column, text) in cells {
                let place = usize::try_from(column - first).unwrap_or(usize::MAX);
                if let Some(cell) = texts.get_mut(place) {
                    *cell = text;
                }
            }
            Line { number: u64::from(row) + 1, lines: 1, cells: texts }
        });
        sheet(lines.map(Ok), reading)
    }
}

/// A cell as text: days as ISO dates, numbers as the format of the cell shows them.
fn shown(cell: &Data, format: &str) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => {
            text.trim().to_owned()
        }
        Data::Int(number) => i32::try_from(*number).map_or_else(
            |_| number.to_string(),
            |number| super::shown::number(f64::from(number), format),
        ),
        Data::Float(number) => super::shown::number(*number, format),
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
