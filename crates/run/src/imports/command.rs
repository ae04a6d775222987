//! Importing a file in one go, as `entente import` does it.

use std::{path::Path, sync::Arc};

use domain::ids::{ImportId, VendorId};

use super::{
    actions::{
        change::{Begin, SetMapping},
        upload::Upload,
    },
    finding::Finding,
    kind::Kind,
    mapping::Mapping,
    settings::Settings,
    store::{self, Import, State},
    work::Work,
};
use frame::{ctx::Cx, error::AppError, state::App};

/// What is to be imported, and how.
#[derive(Debug, Clone)]
pub struct FileImport<'a> {
    /// What the rows are.
    pub kind: Kind,
    /// The file.
    pub path: &'a Path,
    /// The encoding of a text; empty where its bytes tell.
    pub encoding: &'a str,
    /// Columns by field, on top of the proposal; an empty column takes a field out.
    pub columns: &'a [(String, String)],
    /// Settings that differ from the proposed ones, as (name, value).
    pub settings: &'a [(String, String)],
    /// True to check only.
    pub check_only: bool,
}

/// The result.
#[derive(Debug)]
pub struct Imported {
    /// The import with its report.
    pub import: Import,
    /// Faults and rows left out, in the order of the file.
    pub findings: Vec<Finding>,
}

impl Imported {
    /// True when the rows are written, or can be after a check.
    pub fn went_well(&self) -> bool {
        matches!(self.import.state, State::Done | State::Checked)
    }
}

/// Reads, checks and writes a file for a vendor; `progress` is told rows done and rows in all.
/// On faults nothing is written. Rule IM-01.
pub fn run_file(
    app: &Arc<App>,
    vendor_id: &VendorId,
    file: &FileImport<'_>,
    progress: &dyn Fn(u64, u64),
) -> Result<Imported, AppError> {
    let content = std::fs::read(file.path)
        .map_err(|error| AppError::field("file", format!("{}: {error}", file.path.display())))?;
    if content.len() > app.config.upload_limit {
        return Err(AppError::TooLarge(app.config.upload_limit));
    }
    let name = file.path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into());
    let kind = file.kind;
    let content = Arc::new(content);
    let encoding = file.encoding.to_owned();
    let import = in_write(app, vendor_id, move |cx| {
        Upload { kind, file_name: &name, content: &content, encoding: &encoding }.run(cx)
    })?;
    let mut mapping = import.mapping.0.clone();
    for (field, column) in file.columns {
        if column.is_empty() {
            mapping.remove(field);
        } else {
            mapping.retain(|_, taken| taken != column);
            mapping.insert(field.clone(), column.clone());
        }
    }
    let settings = changed(&import.settings, file.settings)?;
    let id = import.import_id.clone();
    in_write(app, vendor_id, move |cx| {
        let mapping = Mapping(mapping.clone());
        SetMapping { import_id: &id, mapping, settings: settings.clone() }.run(cx)?;
        Begin { import_id: &id, write: false }.mark(cx)
    })?;
    let id = import.import_id;
    let checked = step(app, vendor_id, &id, (false, progress))?;
    if checked.state == State::Checked && !file.check_only {
        let marked = id.clone();
        in_write(app, vendor_id, move |cx| Begin { import_id: &marked, write: true }.mark(cx))?;
        step(app, vendor_id, &id, (true, progress))?;
    }
    let wanted = id.clone();
    in_write(app, vendor_id, move |cx| {
        let import = store::find(cx, &wanted)?;
        let findings = store::findings(cx, &wanted, (0, i64::MAX))?;
        Ok(Imported { import, findings: findings.into_iter().map(|(_, f)| f).collect() })
    })
}

/// The settings with some values replaced; a name or value that does not fit is a bad field.
fn changed(settings: &Settings, given: &[(String, String)]) -> Result<Settings, AppError> {
    let mut all = serde_json::to_value(settings).map_err(AppError::internal)?;
    for (name, value) in given {
        let value = match value.as_str() {
            "true" | "yes" => serde_json::Value::Bool(true),
            "false" | "no" => serde_json::Value::Bool(false),
            text => serde_json::Value::from(text),
        };
        if let Some(all) = all.as_object_mut() {
            all.insert(name.clone(), value);
        }
        serde_json::from_value::<Settings>(all.clone())
            .map_err(|error| AppError::field(name, error.to_string()))?;
    }
    serde_json::from_value(all).map_err(AppError::internal)
}

/// Checks or writes on a thread of its own while this one tells the progress.
fn step(
    app: &Arc<App>,
    vendor_id: &VendorId,
    id: &ImportId,
    (write, progress): (bool, &dyn Fn(u64, u64)),
) -> Result<Import, AppError> {
    let work = Work::new(app, vendor_id, id);
    let (ended, end) = std::sync::mpsc::channel();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let outcome = if write { work.run() } else { work.check() };
            // Nobody listens only when the command was stopped, and then nothing is owed.
            let _ = ended.send(outcome);
        });
        loop {
            match end.recv_timeout(std::time::Duration::from_millis(200)) {
                Ok(outcome) => return outcome,
                Err(std::sync::mpsc::RecvTimeoutError::Timeout) => {
                    if let Some((done, total)) =
                        crate::imports::progress(app)?.standing(id.as_str())
                    {
                        progress(done, total);
                    }
                }
                Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => {
                    return Err(AppError::internal("the import ended early"));
                }
            }
        }
    })?;
    let wanted = id.clone();
    in_write(app, vendor_id, move |cx| store::find(cx, &wanted))
}

fn in_write<T: Send + 'static>(
    app: &Arc<App>,
    vendor_id: &VendorId,
    f: impl Fn(&mut Cx<'_, '_>) -> Result<T, AppError> + Send + 'static,
) -> Result<T, AppError> {
    let (told, acting, now) = (app.clone(), vendor_id.clone(), app.clock.now());
    app.write_for_blocking(vendor_id, move |tx| {
        let mut cx = Cx::system(tx, &told, acting.clone(), now);
        cx.actor.name = "Operator".into();
        f(&mut cx)
    })
}
