//! The list of a side's service identities.

use db::keyset::{self, Kind};
use maud::html;
use web::{Button, Column, Empty, Icon, Page, Row, Table, day, pager};

use super::{LIST, here, standing};
use crate::identity::{api_keys::scope_words, services::store};
use frame::{error::AppError, paging, reply::Reply, request::Req};

const PAGE: i64 = 50;
const SCOPE: &str = "identity.services.page";

/// `/service-identities`
pub(in crate::identity::services) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let url = req.query();
    let after = url
        .get("after")
        .and_then(|text| keyset::decode(SCOPE, text, &[Kind::Text]).ok())
        .and_then(|values| paging::text_at(&values, 0));
    let mut all = store::page(&mut req.cx, after.as_deref(), PAGE + 1)?;
    let more = paging::cut(&mut all, PAGE);
    let next = all
        .last()
        .filter(|_| more)
        .map(|last| keyset::encode(SCOPE, &[last.service_id.as_str().into()]));
    let summary = format!("{} shown", all.len());
    let (zone, now) = (req.zone()?, req.cx.now);
    let new = Button::primary("Create a service identity");
    let table = Table::new("Service identities")
        .column(Column::text("Service identity"))
        .column(Column::text("Owner"))
        .column(Column::text("Permissions"))
        .column(Column::text("Status"))
        .column(Column::date("Expires"))
        .rows(all.iter().map(|service| {
            Row::new()
                .id(service.service_id.as_str())
                .href(here(service))
                .cell(html! { (service.name) br; small { (service.purpose) } })
                .cell(service.owner_name.as_str())
                .cell(html! { small { (scope_words(service.scopes)) } })
                .cell(standing(service, now))
                .cell(day(service.expires_at.to_zoned(zone.clone()).date()))
        }))
        .empty(
            Empty::new(
                Icon::System,
                "No service identities",
                "A service identity is the name under which an integration works, for example “CRM \
                 sync”. An administrator owns it, and another one can take it over.",
            )
            .action(new.clone().href(format!("{LIST}/new"))),
        );
    let page = Page::new("Service identities")
        .intro("Integrations that act under a name of their own, and who answers for them")
        .actions(new.icon(Icon::Plus).href(format!("{LIST}/new")))
        .body(html! { (table) (pager(&url, None, next.as_deref(), &summary)) });
    req.page(page)
}
