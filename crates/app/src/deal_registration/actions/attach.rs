//! Adding a file as evidence. What it is follows from its content; the name must agree.

use std::io::Cursor;

use domain::ids::{FileId, RegistrationId};
use serde_json::{Value, json};

use crate::{
    core::{ctx::Cx, error::AppError, secrets},
    deal_registration::{
        form,
        record::{Happening, happened},
        store::{self, FileView},
    },
};

/// The largest file in bytes.
pub(super) const MOST_BYTES: usize = 10 << 20;
/// The most files of one registration.
const MOST_FILES: usize = 20;
/// The most parts of a document of an office program.
const MOST_PARTS: usize = 2_000;
/// The most bytes such a document may unpack to.
const MOST_UNPACKED: u64 = 200 << 20;
/// The most it may grow when unpacked.
const MOST_RATIO: u64 = 100;

const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Adds a file to a registration.
#[derive(Debug)]
pub struct AttachFile {
    /// The registration.
    pub registration_id: RegistrationId,
    /// The file's name, as it was sent.
    pub name: String,
    /// Its content.
    pub content: Vec<u8>,
}

impl AttachFile {
    /// The file as it is kept. PDF, PNG, JPEG, DOCX, XLSX and plain text are taken, up to 10 MB.
    pub fn run(&self, cx: &mut Cx<'_, '_>) -> Result<FileView, AppError> {
        let r = super::load(cx, &self.registration_id)?;
        let name = self.name.rsplit(['/', '\\']).next().unwrap_or_default();
        let name = form::line("file", name, 200)?;
        let content_type = recognise(&name, &self.content)?;
        if store::files(cx, &r.registration_id)?.len() >= MOST_FILES {
            let words =
                format!("this registration has {MOST_FILES} files already, which is the most");
            return Err(AppError::field("file", words));
        }
        let file = FileView {
            file_id: FileId::new(cx.ids(), cx.now),
            name,
            content_type: content_type.to_owned(),
            size: i64::try_from(self.content.len()).map_err(AppError::internal)?,
            sha256: secrets::hash_bytes(&self.content),
            uploaded_by: cx.actor.reference(),
            uploaded_by_name: cx.actor.name.clone(),
            uploaded_at: cx.now,
        };
        store::add_file(cx, &r.registration_id, &file, &self.content)?;
        let words = format!("File added: {}.", file.name);
        let after = json!({ "file_id": file.file_id.as_str(), "name": file.name,
            "size": file.size, "sha256": file.sha256 });
        happened(cx, &r, &Happening::new("file_added", &words).change(Value::Null, after))?;
        Ok(file)
    }
}

/// The type of a file by its content, which its name must agree with.
fn recognise(name: &str, content: &[u8]) -> Result<&'static str, AppError> {
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
        None => refuse("the content is not what the name says, or it is damaged"),
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
        if name.contains("..") || name.to_lowercase().ends_with("vbaproject.bin") {
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
    fn dr_14_a_file_is_what_its_content_says() {
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
