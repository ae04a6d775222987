//! Saying how a file is read, having it checked and written, giving it up.

use ::jobs::NewJob;
use domain::{ids::ImportId, money::Currency};
use serde_json::json;
use web::FieldErrors;

use super::not_now;
use crate::imports::{
    CHECK, RUN,
    mapping::Mapping,
    settings::Settings,
    store::{self, Import, State},
};
use frame::{ctx::Cx, error::AppError};
use people::audit;

/// Says which column fills which field and how values are read.
#[derive(Debug)]
pub struct SetMapping<'a> {
    /// The import.
    pub import_id: &'a ImportId,
    /// The columns by field.
    pub mapping: Mapping,
    /// How values are read.
    pub settings: Settings,
}

impl SetMapping<'_> {
    /// The import with the new mapping, to be checked anew; every bad field is named.
    pub fn run(mut self, cx: &mut Cx<'_, '_>) -> Result<Import, AppError> {
        let mut import = store::find(cx, self.import_id)?;
        if import.state.is_busy() || import.state.is_over() {
            return Err(not_now(&import, "remapped"));
        }
        let mut errors = FieldErrors::new();
        for (field, words) in self.mapping.faults(import.kind, &import.headers) {
            errors.add(&field, words);
        }
        // The columns were named by reading the file in its encoding.
        if !self.settings.encoding.is_empty() && self.settings.encoding != import.settings.encoding
        {
            errors.add("encoding", "is chosen when the file is sent: send it again");
        }
        self.settings.encoding.clone_from(&import.settings.encoding);
        if let Err(error) = Currency::parse(&self.settings.currency) {
            errors.add("currency", error.to_string());
        }
        if !errors.is_empty() {
            return Err(AppError::Invalid(errors));
        }
        import.mapping = self.mapping;
        import.settings = self.settings;
        import.state = State::Uploaded;
        store::update(cx, &import)?;
        store::find(cx, self.import_id)
    }
}

/// Has every row checked, or every row written.
#[derive(Debug)]
pub struct Begin<'a> {
    /// The import.
    pub import_id: &'a ImportId,
    /// True to write the rows, false to check them only.
    pub write: bool,
}

impl Begin<'_> {
    /// Marks the import and leaves the work to a job. Rule IM-01.
    pub fn run(&self, cx: &mut Cx<'_, '_>) -> Result<Import, AppError> {
        let import = self.mark(cx)?;
        let vendor_id = cx.vendor();
        let job = NewJob {
            vendor_id: vendor_id.as_str(),
            kind: if self.write { RUN } else { CHECK },
            key: Some(self.import_id.as_str()),
            payload: self.import_id.as_str(),
            run_at_micros: cx.now.as_microsecond(),
            max_attempts: 3,
        };
        ::jobs::enqueue(cx.tx, &job, cx.now.as_microsecond())?;
        Ok(import)
    }

    /// Marks the import as being checked or written, without a job: the caller does the work.
    pub(in crate::imports) fn mark(&self, cx: &mut Cx<'_, '_>) -> Result<Import, AppError> {
        let mut import = store::find(cx, self.import_id)?;
        let may = if self.write {
            import.state == State::Checked
        } else {
            matches!(import.state, State::Uploaded | State::Checked | State::Faulty | State::Failed)
        };
        if !may {
            return Err(not_now(&import, if self.write { "written" } else { "checked" }));
        }
        let faults = import.mapping.faults(import.kind, &import.headers);
        if !faults.is_empty() {
            let mut errors = FieldErrors::new();
            for (field, words) in faults {
                errors.add(&field, words);
            }
            return Err(AppError::Invalid(errors));
        }
        import.state = if self.write { State::Running } else { State::Checking };
        import.report.failure.clear();
        store::update(cx, &import)?;
        store::find(cx, self.import_id)
    }
}

/// Gives an import up; its file is dropped.
pub fn cancel(cx: &mut Cx<'_, '_>, import_id: &ImportId) -> Result<Import, AppError> {
    let mut import = store::find(cx, import_id)?;
    if import.state.is_busy() || import.state.is_over() {
        return Err(not_now(&import, "cancelled"));
    }
    import.state = State::Cancelled;
    import.finished_at = Some(cx.now);
    store::update(cx, &import)?;
    audit::record(
        cx,
        &audit::Entry {
            action: "import.cancelled",
            object_kind: "import",
            object_id: import_id.as_str(),
            before: json!(null),
            after: json!({ "kind": import.kind.word(), "file_name": import.file_name }),
        },
    )?;
    Ok(import)
}
