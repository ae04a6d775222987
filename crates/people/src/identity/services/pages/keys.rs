//! The keys of a service identity, on its page.

use web::{Button, Column, Empty, Icon, Markup, Row, Table, ago, day, html};

use crate::identity::{
    api_keys::{self, mark, scope_words},
    services::{page_of, store::Service},
};
use frame::{error::AppError, request::Req};

/// Its keys that were not revoked.
pub(super) fn table(
    req: &mut Req<'_, '_>,
    service: &Service,
    may_make: bool,
) -> Result<Markup, AppError> {
    let rows = api_keys::of_service(&mut req.cx, &service.service_id)?;
    let (zone, now) = (req.zone()?, req.cx.now);
    let make = Button::secondary("Create a key").href(format!("{}/keys/new", page_of(service)));
    let mut table = Table::new("Keys")
        .plain()
        .column(Column::text("Key"))
        .column(Column::text("Permissions"))
        .column(Column::text("Status"))
        .column(Column::text("Last used"))
        .column(Column::date("Expires"))
        .column(Column::actions("Revoke"))
        .empty(
            Empty::new(Icon::Key, "No keys", "Programs use a key to act as this service identity.")
                .action(html! { @if may_make { (make) } }),
        );
    for row in rows {
        let revocation = format!("/api-keys/{}/revocation", row.key_id);
        let standing = row.standing(now);
        table = table.row(
            Row::new()
                .id(row.key_id.as_str())
                .cell(html! { (row.name) br; small { (row.prefix) "…" } })
                .cell(html! { small { (scope_words(row.effective())) } })
                .cell(mark(standing))
                .cell(html! {
                    @match row.used_at { Some(at) => (ago(at, now, &zone)), None => "never" }
                })
                .cell(day(row.expires_at.to_zoned(zone.clone()).date()))
                .cell(html! {
                    @if standing != "expired" { (Button::quiet("Revoke").small().href(revocation)) }
                }),
        );
    }
    Ok(html! { (table) })
}
