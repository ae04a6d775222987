//! What each kind of file does with its rows.

mod accounts;
mod opportunities;
mod partner_users;
mod partners;
mod registrations;
mod stages;
mod users;
mod vendor_users;

use std::{collections::BTreeMap, sync::Arc};

use domain::{
    program::Document,
    text::{seen_line, seen_lines},
};
use web::FieldErrors;

use super::{
    file::{Line, Sheet},
    finding::Findings,
    kind::{Kind, Shape},
    mapping::Columns,
    progress::Counter,
    settings::Settings,
    values,
};
use channel::program;
use frame::{ctx::Cx, error::AppError};
use people::identity;

/// A file with all that is needed to read its rows.
#[derive(Debug, Clone)]
pub(super) struct Reader {
    pub(super) sheet: Arc<Sheet>,
    pub(super) columns: Columns,
    pub(super) settings: Settings,
    pub(super) counter: Arc<Counter>,
}

impl Reader {
    fn text<'l>(&self, line: &'l Line, field: &str) -> &'l str {
        self.columns.text(line, field)
    }

    /// The id in the CRM; `""` for none. The ids of an export of ours are none.
    fn crm_id<'l>(&self, line: &'l Line) -> &'l str {
        let text = self.text(line, "external_id");
        if domain::ids::is_one(text) { "" } else { text }
    }

    /// Column and value for a finding about a field.
    fn place<'l>(&'l self, line: &'l Line, field: &'l str) -> (&'l str, &'l str) {
        (self.columns.header(field), self.columns.text(line, field))
    }
}

/// What rows became.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Outcome {
    pub(super) made: u64,
    pub(super) changed: u64,
    pub(super) unchanged: u64,
    pub(super) held: u64,
    pub(super) asked: u64,
}

/// Checked rows, ready to be written.
#[derive(Debug, Clone)]
pub(super) enum Plan {
    Accounts(accounts::Plan),
    Opportunities(opportunities::Plan),
    /// Rows that are judged one after the other by the actions that write them.
    RowByRow,
}

/// Checks every row without writing. Kinds that are judged by the actions that write them are
/// checked by writing and undoing it; `Plan::RowByRow` says so.
pub(super) fn check(
    cx: &mut Cx<'_, '_>,
    kind: Kind,
    reader: &Reader,
    findings: &mut Findings,
) -> Result<Plan, AppError> {
    reader.counter.begin(reader.sheet.rows.len());
    of_the_file(kind, reader, findings);
    match kind {
        Kind::Accounts => Ok(Plan::Accounts(accounts::check(cx, reader, findings)?)),
        Kind::DirectOpportunities => {
            Ok(Plan::Opportunities(opportunities::check(cx, reader, findings)?))
        }
        Kind::Partners | Kind::PartnerUsers | Kind::VendorUsers | Kind::Registrations => {
            Ok(Plan::RowByRow)
        }
    }
}

/// What the file itself tells, whatever is stored.
fn of_the_file(kind: Kind, reader: &Reader, findings: &mut Findings) {
    for words in reader.settings.assumed(kind, &reader.sheet, &reader.columns) {
        findings.remark(1, words);
    }
    for note in &reader.sheet.notes {
        findings.left_out(note.line, ("", note.value.as_str()), note.words);
    }
    bad_cells(reader, kind, findings);
    own_ids(reader, findings);
}

/// Tells of the first id that is one of ours.
fn own_ids(reader: &Reader, findings: &mut Findings) {
    let mut ids = reader.sheet.rows.iter().map(|line| (line, reader.text(line, "external_id")));
    if let Some((line, id)) = ids.find(|(_, id)| domain::ids::is_one(id)) {
        let words = format!("“{id}” and ids like it are those of an export, not of a CRM");
        findings.remark(line.number, words);
    }
}

/// What a workbook shows where a formula fails. `#N/A` says that nothing is known, and is blank.
const ERRORS: [&str; 6] = ["#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!"];

/// Cells that would fill a field and hold an error instead, or letters that nobody sees.
fn bad_cells(reader: &Reader, kind: Kind, findings: &mut Findings) {
    let is_workbook = reader.sheet.reading.format == "XLSX";
    for line in &reader.sheet.rows {
        for field in kind.fields().iter().filter(|field| reader.columns.has(field.key)) {
            let cell = reader.text(line, field.key);
            let seen = match field.shape {
                Shape::Lines => seen_lines(cell),
                Shape::Text | Shape::Day | Shape::Amount => seen_line(cell),
            };
            let place = reader.place(line, field.key);
            if let Err(error) = seen {
                findings.fault(line.number, place, error.to_string());
            } else if is_workbook && ERRORS.contains(&cell) {
                let words = "is an error of the workbook: correct its formula";
                findings.fault(line.number, place, words);
            }
        }
    }
}

/// Writes the rows; on a fault the caller undoes everything.
pub(super) fn write(
    cx: &mut Cx<'_, '_>,
    (kind, plan): (Kind, &Plan),
    reader: &Reader,
    findings: &mut Findings,
) -> Result<Outcome, AppError> {
    reader.counter.begin(reader.sheet.rows.len());
    match (kind, plan) {
        (Kind::Accounts, Plan::Accounts(plan)) => accounts::write(cx, reader, plan, findings),
        (Kind::DirectOpportunities, Plan::Opportunities(plan)) => {
            opportunities::write(cx, reader, plan, findings)
        }
        (Kind::Partners, Plan::RowByRow) => partners::write(cx, reader, findings),
        (Kind::PartnerUsers, Plan::RowByRow) => partner_users::write(cx, reader, findings),
        (Kind::VendorUsers, Plan::RowByRow) => vendor_users::write(cx, reader, findings),
        (Kind::Registrations, Plan::RowByRow) => registrations::write(cx, reader, findings),
        (
            Kind::Accounts
            | Kind::DirectOpportunities
            | Kind::Partners
            | Kind::PartnerUsers
            | Kind::VendorUsers
            | Kind::Registrations,
            Plan::Accounts(_) | Plan::Opportunities(_) | Plan::RowByRow,
        ) => Err(AppError::internal("an import was planned as another kind")),
    }
}

/// The program document by which rows are judged now.
fn document(cx: &mut Cx<'_, '_>) -> Result<Arc<Document>, AppError> {
    let program_id = program::only_program(cx)?;
    let now = cx.now;
    Ok(program::in_force(cx, &program_id, now)?.document)
}

/// A fault of an action, as findings about the row; other errors go on. Fields of the action are
/// columns of the row where they share their word, or as `also` says.
fn row_fault(
    reader: &Reader,
    line: &Line,
    error: AppError,
    findings: &mut Findings,
    also: &[(&str, &'static str)],
) -> Result<(), AppError> {
    match error {
        AppError::Invalid(fields) => {
            fields_fault(reader, line, &fields, findings, also);
            Ok(())
        }
        AppError::Refused(refusal) => {
            findings.fault(
                line.number,
                ("", ""),
                format!("{} ({})", refusal.message, refusal.rule),
            );
            Ok(())
        }
        AppError::Malformed(_)
        | AppError::Unauthenticated
        | AppError::Forbidden(_)
        | AppError::NotFound
        | AppError::Stale
        | AppError::PreconditionRequired
        | AppError::TooLarge(_)
        | AppError::TooSlow
        | AppError::UnsupportedMedia(_)
        | AppError::TooMany(_)
        | AppError::Unavailable(_)
        | AppError::Internal(_)
        | AppError::Undone(_) => Err(error),
    }
}

fn fields_fault(
    reader: &Reader,
    line: &Line,
    fields: &FieldErrors,
    findings: &mut Findings,
    also: &[(&str, &'static str)],
) {
    for (field, words) in fields.iter() {
        let own = also.iter().find(|(theirs, _)| *theirs == field).map_or(field, |(_, own)| own);
        let own = own.to_owned();
        if reader.columns.has(&own) {
            findings.fault(line.number, reader.place(line, &own), words);
        } else {
            findings.fault(line.number, ("", ""), format!("{own}: {words}"));
        }
    }
}

/// The vendor's people by name and address, for columns that name an owner.
#[derive(Debug, Default)]
struct People {
    by_name: BTreeMap<String, (String, String)>,
}

impl People {
    fn of_vendor(cx: &mut Cx<'_, '_>) -> Result<Self, AppError> {
        let mut by_name = BTreeMap::new();
        for person in identity::vendor_people(cx)? {
            let found = (person.user_id.to_string(), person.name.clone());
            by_name.insert(person.name.to_lowercase(), found.clone());
            by_name.insert(person.email.to_lowercase(), found);
        }
        Ok(Self { by_name })
    }

    /// Id and name of the person called so.
    fn find(&self, called: &str) -> Option<&(String, String)> {
        self.by_name.get(&called.trim().to_lowercase())
    }
}

/// A country's code; what is none is remarked on, and mended where that is wanted.
fn country(reader: &Reader, line: &Line, field: &str, findings: &mut Findings) -> String {
    let text = reader.text(line, field);
    if is_blank(text) && !text.eq_ignore_ascii_case("na") {
        return String::new();
    }
    match values::country(text) {
        values::Place::Known(country) => country.code().to_owned(),
        values::Place::Unknown(Some(meant)) if reader.settings.mend_spelling => {
            findings.remark(line.number, format!("“{text}” is read as {}", meant.name()));
            meant.code().to_owned()
        }
        values::Place::Unknown(Some(meant)) => {
            findings.remark(
                line.number,
                format!(
                    "“{text}” is not a country; {} was probably meant. The country stays empty",
                    meant.name()
                ),
            );
            String::new()
        }
        values::Place::Unknown(None) => {
            findings.remark(
                line.number,
                format!("“{text}” is not a known country; the country stays empty"),
            );
            String::new()
        }
    }
}

/// Signs that exports write where they know nothing. A country may be called `NA`.
fn is_blank(text: &str) -> bool {
    matches!(
        text.to_lowercase().as_str(),
        "" | "-" | "--" | "n/a" | "na" | "none" | "null" | "unknown" | "#n/a" | "(blank)"
    )
}

/// The code of the product line that a text names: by code or name, whatever its blanks, signs
/// and case; those that differ so are remarked on.
fn product(
    document: &Document,
    line: &Line,
    text: &str,
    findings: &mut Findings,
) -> Option<String> {
    let exact =
        |known: &&domain::program::coverage::ProductLine| known.code == text || known.name == text;
    if let Some(found) = document.products.iter().find(exact) {
        return Some(found.code.clone());
    }
    let plain = values::squashed(text);
    let near = document.products.iter().find(|known| {
        values::squashed(&known.name) == plain || values::squashed(&known.code) == plain
    })?;
    findings.remark(line.number, format!("The product “{text}” is read as {}", near.name));
    Some(near.code.clone())
}
