//! Files that people add as evidence: what one is follows from its content, and its name must
//! agree. The content is never opened here; a document of an office program is looked at as the
//! archive that it is.

use std::io::Cursor;

use domain::text;

use super::error::AppError;

/// The largest file in bytes.
pub const MOST_BYTES: usize = 10 << 20;
/// The most parts of a document of an office program.
const MOST_PARTS: usize = 2_000;
/// The most bytes such a document may unpack to.
const MOST_UNPACKED: u64 = 200 << 20;
/// The most it may grow when unpacked.
const MOST_RATIO: u64 = 100;

const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The name of a file that was sent, without the folders before it: one line of at most 200
/// characters. It errs at the field `file`.
pub fn file_name(sent: &str) -> Result<String, AppError> {
    let name = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    text::line(name, 200).map_err(|error| AppError::field("file", format!("The file name {error}")))
}

/// The type of a file by its content, which its name must agree with: PDF, PNG, JPEG, DOCX, XLSX
/// or plain text, of at most [`MOST_BYTES`]. It errs at the field `file`.
pub fn recognise(name: &str, content: &[u8]) -> Result<&'static str, AppError> {
    let refuse = |words: &str| Err(AppError::field("file", words));
    if content.is_empty() {
        return refuse("the file is empty");
    }
    if content.len() > MOST_BYTES {
        return refuse("the file is larger than 10 MB");
    }
    let extension = name.rsplit_once('.').map(|(_, end)| end.to_lowercase()).unwrap_or_default();
    let expected = match extension.as_str() {
        "pdf" => content.starts_with(b"%PDF-").then_some("application/pdf"),
        "png" => content.starts_with(b"\x89PNG\r\n\x1a\n").then_some("image/png"),
        "jpg" | "jpeg" => content.starts_with(b"\xff\xd8\xff").then_some("image/jpeg"),
        "docx" => is_office(content, "word/document.xml").then_some(DOCX),
        "xlsx" => is_office(content, "xl/workbook.xml").then_some(XLSX),
        "txt" => is_text(content).then_some("text/plain; charset=utf-8"),
        _ => return refuse("choose a PDF, PNG, JPEG, DOCX, XLSX or TXT file"),
    };
    match expected {
        Some(content_type) => Ok(content_type),
        None => refuse("the content does not match the file extension, or the file is damaged"),
    }
}

fn is_text(content: &[u8]) -> bool {
    std::str::from_utf8(content).is_ok_and(|text| {
        text.chars().all(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t' | '\u{c}'))
    })
}

/// A document of an office program, without macros, that unpacks to a bearable size.
fn is_office(content: &[u8], main_part: &str) -> bool {
    let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(content)) else {
        return false;
    };
    if archive.len() > MOST_PARTS {
        return false;
    }
    let mut unpacked = 0_u64;
    let (mut has_main, mut has_types) = (false, false);
    for index in 0..archive.len() {
        let Ok(part) = archive.by_index_raw(index) else {
            return false;
        };
        unpacked = unpacked.saturating_add(part.size());
        let Ok(name) = part.name() else { return false };
        if part.encrypted()
            || part.is_symlink()
            || name.contains("..")
            || name.to_lowercase().ends_with("vbaproject.bin")
        {
            return false;
        }
        has_main |= name == main_part;
        has_types |= name == "[Content_Types].xml";
    }
    let packed = u64::try_from(content.len()).unwrap_or(u64::MAX);
    let bearable = unpacked <= MOST_UNPACKED && unpacked <= packed.saturating_mul(MOST_RATIO);
    has_main && has_types && bearable
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_file_is_one_line_that_reads_as_it_is() {
        assert_eq!(file_name("C:\\Docs\\plan.pdf ").unwrap(), "plan.pdf");
        assert_eq!(file_name(&"ä".repeat(200)).unwrap().chars().count(), 200);
        for bad in ["", "a/", "plan\u{202E}fdp.exe", "a\nb.pdf", &"ä".repeat(201)] {
            assert!(file_name(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_file_is_what_its_content_says() {
        assert_eq!(recognise("a.pdf", b"%PDF-1.7 x").unwrap(), "application/pdf");
        assert_eq!(recognise("A.TXT", "Grüße\n".as_bytes()).unwrap(), "text/plain; charset=utf-8");
        for (name, content) in [
            ("a.pdf", b"MZ\x90".as_slice()),
            ("a.exe", b"MZ\x90"),
            ("a.txt", b"\x00\x01"),
            ("a.html", b"<html>"),
            ("a.docx", b"PK\x03\x04"),
            ("a.png", b""),
        ] {
            assert!(recognise(name, content).is_err(), "{name}");
        }
    }
}
