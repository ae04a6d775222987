//! Reading the trail.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use web::{Button, Icon, html};

use frame::{
    columns::json,
    ctx::Cx,
    error::AppError,
    list::{At, Column, Filter, List, Listed, Sort},
};

db::row! {
    /// One entry.
    #[derive(Debug, Serialize, JsonSchema)]
    pub(super) struct AuditEntryBody {
        /// Its number in the chain.
        sequence: i64,
        /// When, in UTC.
        #[schemars(with = "String")]
        at: Timestamp,
        /// Who: `user:…`, `key:…`, `link:…` or `system`.
        actor: String,
        /// What was done.
        action: String,
        /// The kind of object.
        object_kind: String,
        /// The id of the object.
        object_id: String,
        /// Name, origin, before and after; `null` when erased.
        details: Value => |text: Option<String>| text.map(json).unwrap_or_default(),
        /// The hash of the entry.
        hash: String,
    }
}

impl AuditEntryBody {
    /// A text of the details; `""` when they hold none.
    fn detail(&self, name: &str) -> String {
        self.details.get(name).and_then(Value::as_str).unwrap_or("").to_owned()
    }
}

const SELECT: &str = "SELECT e.seq, e.at, e.actor, e.action, e.object_kind, e.object_id, \
    d.details, e.hash FROM audit_entries e \
    LEFT JOIN audit_details d ON d.vendor_id = e.vendor_id AND d.seq = e.seq";

/// The entries of a vendor's chain.
pub(super) struct Trail;

impl Listed for Trail {
    type Row = AuditEntryBody;
    type Body = AuditEntryBody;
    const AT: At = At { page: "/audit", file: "/audit.csv", api: "/api/v1/audit-entries" };

    fn list() -> List<AuditEntryBody> {
        List::<AuditEntryBody>::plain("Audit", (SELECT, "e.vendor_id"))
            .id("CAST(e.seq AS TEXT)", |entry| entry.sequence.to_string())
            .filter(
                Filter::search("Search actions", "e.action")
                    .about("Part of the action")
                    .formerly("action"),
            )
            .filter(Filter::hidden("object", "Only entries about the object with this id", |id| {
                Ok(("e.object_id = ?".to_owned(), vec![id.to_owned().into()]))
            }))
            .sort_down(Sort::number("sequence", "e.seq", |entry| entry.sequence))
            .column_by("sequence", Column::number("No.", |entry| html! { (entry.sequence) }))
            .column(Column::instant("When", |entry| Some(entry.at)))
            .column(Column::text("Who", |entry| match entry.detail("name") {
                name if name.is_empty() => entry.actor.clone(),
                name => name,
            }))
            .column(Column::drawn("What", |entry, _| html! { code { (entry.action) } }))
            .column(Column::drawn("Object", |entry, _| {
                let href = format!("/audit?object={}", entry.object_id);
                html! { a href=(href) { code { (entry.object_kind) " " (entry.object_id) } } }
            }))
            .column(Column::text("Source", |entry| entry.detail("origin")))
            .csv("sequence", |entry| entry.sequence.to_string())
            .csv("at", |entry| entry.at.to_string())
            .csv("actor", |entry| entry.actor.clone())
            .csv("action", |entry| entry.action.clone())
            .csv("object", |entry| entry.object_id.clone())
            .csv("hash", |entry| entry.hash.clone())
            .empty(
                Icon::Audit,
                "No entries",
                "Every change is recorded here, with who made it and from where.",
            )
            .dress(|_, page| {
                let words = "Who did what, when and from where. Entries are chained by hash, so \
                             changes and deletions are detected.";
                let verify = Button::secondary("Verify the chain").icon(Icon::Check);
                Ok(page.intro(words).actions(verify.href("/audit/verification")))
            })
    }

    fn bodies(
        _: &mut Cx<'_, '_>,
        rows: Vec<AuditEntryBody>,
    ) -> Result<Vec<AuditEntryBody>, AppError> {
        Ok(rows)
    }
}
