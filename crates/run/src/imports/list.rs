//! The list of imports.

use web::{Icon, Markup, html};

use super::{
    api::{self, ImportBody},
    kind::Kind,
    pages::{count, mark},
    store::{Import, SELECT, State},
};
use frame::{
    access::Permission,
    ctx::Cx,
    error::AppError,
    list::{At, Column, Filter, List, Listed, Sort},
};

/// The imports of a vendor.
pub(super) struct Imports;

impl Listed for Imports {
    type Row = Import;
    type Body = ImportBody;
    const AT: At = At { page: "/imports", file: "/imports.csv", api: "/api/v1/imports" };

    fn list() -> List<Import> {
        List::<Import>::plain("Imports", (SELECT, "vendor_id"))
            .id("import_id", |import| import.import_id.to_string())
            .leads_to(|import| format!("/imports/{}", import.import_id))
            .quiet(|import| import.state == State::Cancelled)
            .filter(Filter::search("Search files", "search_key").about("Part of the name"))
            .filter(Filter::word::<Kind>("kind", "What", "kind"))
            .filter(Filter::word::<State>("state", "State", "state"))
            .sort_down(Sort::number("created", "created_at", |import| {
                import.created_at.as_microsecond()
            }))
            .column(Column::text("File", |import| import.file_name.clone()))
            .column(Column::text("What", |import| import.kind.label().to_owned()))
            .column(Column::drawn("State", |import, _| mark(import.state)))
            .column(Column::number("Rows", |import| html! { (count(import.report.rows)) }))
            .column(Column::number("Created", made))
            .column(Column::text("Sent by", |import| import.created_by_name.clone()))
            .column_by("created", Column::instant("Sent", |import| Some(import.created_at)))
            .csv("id", |import| import.import_id.to_string())
            .csv("file_name", |import| import.file_name.clone())
            .csv("kind", |import| import.kind.word().to_owned())
            .csv("state", |import| import.state.word().to_owned())
            .csv("rows", |import| import.report.rows.to_string())
            .csv("made", |import| import.report.made.to_string())
            .csv("changed", |import| import.report.changed.to_string())
            .csv("left_out", |import| import.report.left_out.to_string())
            .csv("faults", |import| import.report.faults.to_string())
            .csv("created_by", |import| import.created_by_name.clone())
            .csv("created_at", |import| import.created_at.to_string())
            .empty(
                Icon::Import,
                "No imports yet",
                "Import accounts, opportunities, partners and people from a CSV or XLSX file. You \
                 see the result before anything is saved.",
            )
            .action("Import a file", "/imports/new", Permission::ImportsRun)
    }

    fn bodies(cx: &mut Cx<'_, '_>, rows: Vec<Import>) -> Result<Vec<ImportBody>, AppError> {
        rows.iter().map(|import| api::body(cx, import)).collect()
    }
}

fn made(import: &Import) -> Markup {
    html! { @if import.state == State::Done { (count(import.report.made)) } }
}
