//! The inbox: what a person should know or do, and until when.

use web::{
    Button, Clock, Column, Empty, Icon, Page, Row as Line, Table, Tone, ago, chip, html, pager,
    post_button,
};

use frame::{clock::from_micros, error::AppError, reply::Reply, request::Req};

pub(super) const PAGE: i64 = 50;

db::row! {
    /// A notice as the inbox shows it.
    pub(super) struct Shown {
        pub(super) notice_id: String,
        pub(super) kind: String,
        pub(super) title: String,
        pub(super) body: String,
        pub(super) href: String,
        pub(super) action: String,
        pub(super) until_at: Option<i64>,
        pub(super) created_at: i64,
        pub(super) read_at: Option<i64>,
        pub(super) done_at: Option<i64>,
    }
}

/// The person and the side on which it reads, as parameters.
fn reader(req: &Req<'_, '_>) -> (String, String, String) {
    let actor = &req.cx.actor;
    (
        actor.vendor_id.as_str().to_owned(),
        actor.reader().map_or(String::new(), |id| id.as_str().to_owned()),
        actor.partner_id().map_or(String::new(), |id| id.as_str().to_owned()),
    )
}

/// Notices of the acting person older than `before`, newest first.
pub(super) fn read(
    req: &mut Req<'_, '_>,
    before: (i64, &str),
    limit: i64,
) -> Result<Vec<Shown>, AppError> {
    let (vendor_id, user_id, partner_id) = reader(req);
    Ok(req.cx.tx.query_as(
        "SELECT notice_id, kind, title, body, href, action, until_at, created_at, read_at, \
         done_at FROM notices WHERE vendor_id = $1 AND user_id = $2 AND partner_id = $3 \
         AND (created_at, notice_id) < ($4, $5) ORDER BY created_at DESC, notice_id DESC LIMIT $6",
        db::params![&vendor_id, &user_id, &partner_id, before.0, before.1, limit],
    )?)
}

/// The cursor after the last of a full page.
pub(super) fn next(notices: &[Shown], limit: i64) -> Option<String> {
    let full = i64::try_from(notices.len()).is_ok_and(|count| count == limit);
    let last = notices.last().filter(|_| full)?;
    Some(db::keyset::encode("notices", db::params![last.created_at, &last.notice_id]))
}

/// The position that a cursor names.
pub(super) fn position(cursor: Option<&str>, field: &str) -> Result<(i64, String), AppError> {
    use db::{Value, keyset::Kind};
    let Some(cursor) = cursor else {
        return Ok((i64::MAX, String::new()));
    };
    let values = db::keyset::decode("notices", cursor, &[Kind::Int, Kind::Text])
        .map_err(|error| AppError::field(field, error.to_string()))?;
    match values.as_slice() {
        [Value::Int(at), Value::Text(id)] => Ok((*at, id.clone().into_owned())),
        _ => Err(AppError::field(field, "this is no cursor of the inbox")),
    }
}

/// `/inbox`
pub(super) fn list(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let url = req.query();
    let (at, id) = position(url.get("after"), "after")?;
    let notices = read(req, (at, &id), PAGE)?;
    let (zone, csrf, now) = (req.zone()?, req.csrf(), req.cx.now);
    let more = next(&notices, PAGE);
    let unread = notices.iter().any(|notice| notice.read_at.is_none());
    let table = Table::new("Notices")
        .column(Column::text("What"))
        .column(Column::date("When"))
        .column(Column::text("Until"))
        .column(Column::actions("What to do"))
        .rows(notices.iter().map(|notice| {
            let open = format!("/inbox/{}/open", notice.notice_id);
            let verb = if notice.action.is_empty() { "See it" } else { notice.action.as_str() };
            Line::new()
                .cell(html! {
                    strong { (notice.title) }
                    @if notice.read_at.is_none() { " " (chip(Tone::Accent, "new")) }
                    @if notice.done_at.is_some() { " " (chip(Tone::Neutral, "done")) }
                    p { (notice.body) }
                })
                .cell(ago(from_micros(notice.created_at), now, &zone))
                .cell(html! {
                    @if let (Some(until), None) = (notice.until_at, notice.done_at) {
                        (Clock::by("Until", from_micros(until), now, &zone))
                    }
                })
                .cell(post_button(&open, &csrf, Button::secondary(verb).small()))
        }))
        .empty(Empty::new(
            Icon::Inbox,
            "Nothing waits for you",
            "What you should know or do appears here, and comes by mail too.",
        ));
    let mut page = Page::new("Inbox").body(html! {
        (table)
        (pager(&url, None, more.as_deref(), "Newest first"))
    });
    if unread {
        page = page.actions(post_button(
            "/inbox/read",
            &csrf,
            Button::secondary("Mark all as read").icon(Icon::Check),
        ));
    }
    req.page(page)
}

/// `POST /inbox/{notice_id}/open`: marks it read and goes where one acts.
pub(super) fn open(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let (vendor_id, user_id, partner_id) = reader(req);
    let notice_id = req.param("notice_id")?.to_owned();
    let href = req.cx.tx.query_opt_as::<String, _>(
        "UPDATE notices SET read_at = COALESCE(read_at, $1) WHERE vendor_id = $2 \
         AND user_id = $3 AND partner_id = $4 AND notice_id = $5 RETURNING href",
        db::params![req.cx.now.as_microsecond(), &vendor_id, &user_id, &partner_id, &notice_id],
    )?;
    Ok(Reply::see_other(&href.ok_or(AppError::NotFound)?))
}

/// `POST /inbox/read`
pub(super) fn read_all(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let (vendor_id, user_id, partner_id) = reader(req);
    req.cx.tx.execute(
        "UPDATE notices SET read_at = $1 WHERE vendor_id = $2 AND user_id = $3 \
         AND partner_id = $4 AND read_at IS NULL",
        db::params![req.cx.now.as_microsecond(), &vendor_id, &user_id, &partner_id],
    )?;
    Ok(req.go("/inbox", "All notices are marked as read."))
}
