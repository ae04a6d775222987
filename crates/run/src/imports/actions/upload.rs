//! Sending a file.

use domain::ids::ImportId;
use serde_json::json;

use crate::imports::{
    file,
    kind::Kind,
    mapping::Mapping,
    settings::Settings,
    store::{self, Import, Report, State},
};
use channel::program;
use frame::{ctx::Cx, error::AppError, evidence};
use people::audit;

/// How many rows the preview shows.
const SAMPLE: usize = 8;
/// How much of a cell the preview shows, in characters.
const SHOWN: usize = 120;

fn shortened(line: &file::Line) -> Vec<String> {
    line.cells.iter().map(|cell| cell.chars().take(SHOWN).collect()).collect()
}

/// Takes a file in and proposes how to read it: as the last file with these columns was read, else
/// by the names of the columns and the looks of the values.
#[derive(Debug)]
pub struct Upload<'a> {
    /// The kind of rows.
    pub kind: Kind,
    /// The file name.
    pub file_name: &'a str,
    /// The file.
    pub content: &'a [u8],
    /// The encoding of a text; empty where its bytes tell.
    pub encoding: &'a str,
}

impl Upload<'_> {
    /// The import, to be looked at before it is checked. Rule IM-01.
    pub fn run(&self, cx: &mut Cx<'_, '_>) -> Result<Import, AppError> {
        let sheet = file::read(self.content, self.encoding)
            .map_err(|fault| AppError::field("file", fault.to_string()))?;
        let currency = currency(cx)?;
        let (mapping, settings) = match store::remembered(cx, self.kind, &sheet.headers)? {
            Some((mapping, settings)) => {
                let settings = settings.tested(self.kind, &sheet, &mapping.columns(&sheet.headers));
                (mapping, settings)
            }
            None => {
                let mapping = Mapping::propose(self.kind, &sheet.headers);
                let columns = mapping.columns(&sheet.headers);
                let settings = Settings::propose(self.kind, &sheet, &columns, &currency);
                (mapping, settings)
            }
        };
        let settings = Settings { encoding: self.encoding.to_owned(), ..settings };
        let import = Import {
            import_id: ImportId::new(cx.ids(), cx.now),
            kind: self.kind,
            file_name: evidence::file_name(self.file_name)?,
            state: State::Uploaded,
            headers: sheet.headers,
            mapping,
            settings,
            report: Report {
                reading: sheet.reading,
                rows: u64::try_from(sheet.rows.len()).unwrap_or(u64::MAX),
                sample: sheet.rows.iter().take(SAMPLE).map(shortened).collect(),
                ..Report::default()
            },
            created_by: cx.actor.reference(),
            created_by_name: cx.actor.name.clone(),
            created_at: cx.now,
            finished_at: None,
            version: 1,
        };
        store::insert(cx, &import, self.content)?;
        audit::record(
            cx,
            &audit::Entry {
                action: "import.uploaded",
                object_kind: "import",
                object_id: import.import_id.as_str(),
                before: json!(null),
                after: json!({
                    "kind": self.kind.word(), "file_name": import.file_name,
                    "bytes": self.content.len(),
                    "sha256": frame::secrets::hash_bytes(self.content),
                }),
            },
        )?;
        Ok(import)
    }
}

/// The program's currency; a vendor without a program has none yet.
fn currency(cx: &mut Cx<'_, '_>) -> Result<String, AppError> {
    let program_id = program::only_program(cx)?;
    let now = cx.now;
    Ok(program::in_force(cx, &program_id, now)?.document.currency.to_string())
}
