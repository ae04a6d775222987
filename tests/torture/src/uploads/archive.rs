//! Archives that are made to hurt.

use std::io::{Cursor, Write as _};

use rig::Outcome;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const SHEET: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

/// A workbook with this inside of its sheet and these shared texts.
pub(super) fn workbook(rows: &str, shared: &str) -> Vec<(String, Vec<u8>)> {
    let parts = [
        (
            "[Content_Types].xml",
            format!(
                "<Types xmlns=\"{PACKAGE}/content-types\"><Default Extension=\"xml\" \
                 ContentType=\"application/xml\"/></Types>"
            ),
        ),
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"rId1\" \
                 Type=\"{OFFICE}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{SHEET}\" xmlns:r=\"{OFFICE}\"><sheets><sheet name=\"One\" \
                 sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"rId1\" \
                 Type=\"{OFFICE}/worksheet\" Target=\"worksheets/sheet1.xml\"/>\
                 <Relationship Id=\"rId2\" Type=\"{OFFICE}/sharedStrings\" \
                 Target=\"sharedStrings.xml\"/></Relationships>"
            ),
        ),
        ("xl/sharedStrings.xml", shared.to_owned()),
        (
            "xl/worksheets/sheet1.xml",
            format!("<worksheet xmlns=\"{SHEET}\"><sheetData>{rows}</sheetData></worksheet>"),
        ),
    ];
    let parts = parts.into_iter().filter(|(_, content)| !content.is_empty());
    parts.map(|(name, content)| (name.to_owned(), content.into_bytes())).collect()
}

/// Shared texts with these, after this declaration.
pub(super) fn shared(declaration: &str, texts: &[&str]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| format!("<si><t>{text}</t></si>")).collect();
    let texts = texts.concat();
    format!("<?xml version=\"1.0\"?>{declaration}<sst xmlns=\"{SHEET}\">{texts}</sst>")
}

/// A cell that holds a text of its own.
pub(super) fn cell(at: &str, text: &str) -> String {
    format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
}

/// Packs parts into an archive.
pub(super) fn packed(parts: &[(String, Vec<u8>)]) -> Outcome<Vec<u8>> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, content) in parts {
        archive.start_file(name.as_str(), options).map_err(|e| format!("{name}: {e}"))?;
        archive.write_all(content).map_err(|e| format!("{name}: {e}"))?;
    }
    Ok(archive.finish().map_err(|e| format!("an archive: {e}"))?.into_inner())
}

/// A workbook with a link that leads out of it.
pub(super) fn with_link() -> Outcome<Vec<u8>> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default();
    for (name, content) in plain() {
        archive.start_file(name.as_str(), options).map_err(|e| format!("{name}: {e}"))?;
        archive.write_all(&content).map_err(|e| format!("{name}: {e}"))?;
    }
    archive
        .add_symlink("xl/media/image1.png", "/etc/passwd", options)
        .map_err(|e| format!("a link: {e}"))?;
    Ok(archive.finish().map_err(|e| format!("an archive: {e}"))?.into_inner())
}

/// A small ordinary workbook.
pub(super) fn plain() -> Vec<(String, Vec<u8>)> {
    let rows = format!(
        "<row r=\"1\">{}</row><row r=\"2\">{}</row>",
        cell("A1", "name"),
        cell("A2", "Globex GmbH")
    );
    workbook(&rows, "")
}

/// The same archive with every part marked as encrypted.
pub(super) fn marked_encrypted(mut archive: Vec<u8>) -> Vec<u8> {
    for (mark, flag) in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)] {
        for at in places(&archive, mark) {
            if let Some(byte) = archive.get_mut(at + flag) {
                *byte |= 1;
            }
        }
    }
    archive
}

/// The same archive with every part said to hold ten bytes unpacked.
pub(super) fn said_to_be_small(mut archive: Vec<u8>) -> Vec<u8> {
    for (mark, size) in [(b"PK\x03\x04", 22), (b"PK\x01\x02", 24)] {
        for at in places(&archive, mark) {
            if let Some(field) = archive.get_mut(at + size..at + size + 4) {
                field.copy_from_slice(&10_u32.to_le_bytes());
            }
        }
    }
    archive
}

fn places(content: &[u8], mark: &[u8]) -> Vec<usize> {
    let windows = content.windows(mark.len()).enumerate();
    windows.filter(|(_, window)| *window == mark).map(|(at, _)| at).collect()
}
