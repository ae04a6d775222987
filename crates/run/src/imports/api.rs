//! Imports through the API.

use std::collections::BTreeMap;

use domain::{ids::ImportId, word::Word};
use http::{Method, StatusCode, header};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use web::Form;

use super::{
    actions::{
        change::{self, Begin, SetMapping},
        upload::Upload,
    },
    kind::Kind,
    list,
    mapping::Mapping,
    settings::Settings,
    store::{self, Import},
};
use frame::{
    access::{Access, Permission},
    ctx::Cx,
    error::AppError,
    list::PageOf,
    paging,
    reply::Reply,
    request::Req,
    routes::{Doc, Routes},
};

/// An import.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ImportBody {
    /// Its id.
    id: String,
    /// The kind of rows.
    kind: String,
    /// The file name.
    file_name: String,
    /// `uploaded`, `checking`, `checked`, `faulty`, `running`, `done`, `failed` or `cancelled`.
    state: String,
    /// The names of the file's columns.
    columns: Vec<String>,
    /// Columns by field.
    mapping: BTreeMap<String, String>,
    /// How values are read.
    settings: Value,
    /// Rows done and in total, while the answering node works on it.
    progress: Option<ProgressBody>,
    /// Findings and results.
    report: Value,
    /// When it was uploaded.
    created_at: String,
    /// When it ended.
    finished_at: Option<String>,
}

/// The progress of a running import.
#[derive(Debug, Serialize, JsonSchema)]
struct ProgressBody {
    /// Rows done.
    done: u64,
    /// Total rows.
    total: u64,
}

/// The mapping of columns to fields, and how values are read.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct MappingInput {
    /// Columns by field; omitted fields have no column.
    mapping: BTreeMap<String, String>,
    /// Settings to change, by name.
    #[serde(default)]
    settings: BTreeMap<String, Value>,
}

/// An error or a skipped row.
#[derive(Debug, Serialize, JsonSchema)]
struct FindingBody {
    /// `fault` or `left out`.
    level: String,
    /// The line of the file or row of the sheet, from 1.
    line: u64,
    /// The column; empty for the whole row.
    column: String,
    /// The value, shortened.
    value: String,
    /// What is wrong and what to do.
    reason: String,
}

fn step(summary: &'static str) -> Doc {
    Doc::new(summary).gives::<ImportBody>().status(202)
}

const RUN: Access = Access::Vendor(Permission::ImportsRun);

/// Adds the routes.
pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .list::<list::Imports>(RUN, RUN, "List imports, newest first")
        .api(
            (Method::POST, "/api/v1/imports"),
            RUN,
            Doc::new("Upload a file, as the request body or as the form field `file`")
                .gives::<ImportBody>()
                .status(201)
                .query(&[
                    ("kind", "What the rows are, for example accounts"),
                    ("file_name", "The file name, when the body is the file"),
                    (
                        "encoding",
                        "The encoding of a text, when its bytes do not tell: windows-1250",
                    ),
                ]),
            upload,
        )
        .upload()
        .api_get(
            "/api/v1/imports/{import_id}",
            RUN,
            Doc::new("Read an import").gives::<ImportBody>(),
            get,
        )
        .api(
            (Method::PUT, "/api/v1/imports/{import_id}/mapping"),
            RUN,
            Doc::new("Map columns to fields")
                .takes::<MappingInput>()
                .gives::<ImportBody>()
                .if_match(),
            set_mapping,
        )
        .api(
            (Method::POST, "/api/v1/imports/{import_id}/check"),
            RUN,
            step("Check every row; nothing is imported"),
            check,
        )
        .api(
            (Method::POST, "/api/v1/imports/{import_id}/run"),
            RUN,
            step("Import the rows of a checked file, all or none"),
            run,
        )
        .api(
            (Method::POST, "/api/v1/imports/{import_id}/cancellation"),
            RUN,
            Doc::new("Cancel an import and delete its file").gives::<ImportBody>(),
            cancel,
        )
        .api_get(
            "/api/v1/imports/{import_id}/faults",
            RUN,
            Doc::new("List errors and skipped rows in file order, or download them as CSV")
                .gives::<PageOf<FindingBody>>()
                .query(&[
                    ("cursor", "The cursor of the previous page"),
                    ("limit", "Page size, 1 to 1000; 200 by default"),
                    ("format", "`csv` for all of them as a file"),
                ]),
            faults,
        )
}

/// An import as the API answers it.
pub(super) fn body(cx: &Cx<'_, '_>, import: &Import) -> Result<ImportBody, AppError> {
    let standing = crate::imports::progress(cx.app)?.standing(import.import_id.as_str());
    Ok(ImportBody {
        id: import.import_id.to_string(),
        kind: import.kind.word().to_owned(),
        file_name: import.file_name.clone(),
        state: import.state.word().to_owned(),
        columns: import.headers.clone(),
        mapping: import.mapping.0.clone(),
        settings: serde_json::to_value(&import.settings).map_err(AppError::internal)?,
        progress: standing.map(|(done, total)| ProgressBody { done, total }),
        report: serde_json::to_value(&import.report).map_err(AppError::internal)?,
        created_at: import.created_at.to_string(),
        finished_at: import.finished_at.map(|at| at.to_string()),
    })
}

fn upload(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let url = req.query();
    let content_type = req.input.header(&header::CONTENT_TYPE).unwrap_or("").to_owned();
    let form = if web::is_media_type(Some(&content_type), "multipart/form-data") {
        Form::decode(Some(&content_type), &req.input.body, &req.form_limits(true))
            .map_err(|error| AppError::Malformed(error.to_string()))?
    } else {
        Form::default()
    };
    let word = url.get("kind").or(form.opt("kind")).unwrap_or("");
    let kind = Kind::of_word(word).map_err(|error| AppError::field("kind", error.to_string()))?;
    let (file_name, content) = match form.file("file") {
        Some(file) => (file.file_name.clone(), file.bytes.clone()),
        None => (url.get("file_name").unwrap_or("file").to_owned(), req.input.body.clone()),
    };
    let encoding = url.get("encoding").or(form.opt("encoding")).unwrap_or("");
    let sent = Upload { kind, file_name: &file_name, content: &content, encoding };
    let import = sent.run(&mut req.cx)?;
    let location = format!("/api/v1/imports/{}", import.import_id);
    Ok(Reply::created(&location, &body(&req.cx, &import)?)?.etag(import.version))
}

fn get(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let id: ImportId = req.id("import_id")?;
    let import = store::find(&mut req.cx, &id)?;
    Ok(Reply::json(&body(&req.cx, &import)?)?.etag(import.version))
}

fn set_mapping(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let id: ImportId = req.id("import_id")?;
    let import = store::find(&mut req.cx, &id)?;
    req.if_match(import.version)?;
    let input: MappingInput = req.json()?;
    let mut settings = serde_json::to_value(&import.settings).map_err(AppError::internal)?;
    for (name, value) in input.settings {
        if let Some(all) = settings.as_object_mut() {
            all.insert(name.clone(), value);
        }
        serde_json::from_value::<Settings>(settings.clone())
            .map_err(|error| AppError::field(&name, error.to_string()))?;
    }
    let settings = serde_json::from_value(settings).map_err(AppError::internal)?;
    let setting = SetMapping { import_id: &id, mapping: Mapping(input.mapping), settings };
    let import = setting.run(&mut req.cx)?;
    Ok(Reply::json(&body(&req.cx, &import)?)?.etag(import.version))
}

fn check(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    begin(req, false)
}

fn run(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    begin(req, true)
}

fn begin(req: &mut Req<'_, '_>, write: bool) -> Result<Reply, AppError> {
    let id: ImportId = req.id("import_id")?;
    let import = Begin { import_id: &id, write }.run(&mut req.cx)?;
    let body = body(&req.cx, &import)?;
    Ok(Reply::json_with(StatusCode::ACCEPTED, &body)?.etag(import.version))
}

fn cancel(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let id: ImportId = req.id("import_id")?;
    let import = change::cancel(&mut req.cx, &id)?;
    Reply::json(&body(&req.cx, &import)?)
}

fn faults(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let id: ImportId = req.id("import_id")?;
    store::find(&mut req.cx, &id)?;
    let url = req.query();
    if url.get("format") == Some("csv") {
        let csv = super::pages::csv(req, &id)?;
        return Ok(Reply::csv("import-findings.csv", &csv));
    }
    let limit = req.limit(200, 1_000)?;
    let after = match url.get("cursor") {
        None => 0,
        Some(cursor) => cursor
            .parse()
            .map_err(|_| AppError::field("cursor", "Send the next_cursor of the previous page"))?,
    };
    let mut rows = store::findings(&mut req.cx, &id, (after, limit + 1))?;
    let more = paging::cut(&mut rows, limit);
    let next_cursor = rows.last().filter(|_| more).map(|(seq, _)| seq.to_string());
    let data = rows
        .into_iter()
        .map(|(_, finding)| FindingBody {
            level: finding.level.word().to_owned(),
            line: finding.line,
            column: finding.column,
            value: finding.value,
            reason: finding.reason,
        })
        .collect();
    Reply::json(&PageOf { data, next_cursor })
}
