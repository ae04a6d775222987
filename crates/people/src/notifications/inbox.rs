//! The inbox: what a person should know or do, and until when.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use web::{Button, Clock, Icon, Page, Tone, ago, chip, html, post_button};

use super::outbox;
use frame::{
    ctx::Cx,
    error::AppError,
    list::{At, Column, Filter, List, Listed, Sort},
    reply::Reply,
    request::Req,
};

db::row! {
    /// One notice.
    #[derive(Debug, Serialize, JsonSchema)]
    pub(super) struct NoticeBody {
        /// Its id.
        id: String,
        /// Its kind, for example `deal_registration.returned`.
        kind: String,
        /// One line.
        title: String,
        /// What happened and what follows if you do nothing.
        body: String,
        /// The page on which to act.
        href: String,
        /// What to do; empty when there is nothing to do.
        action: String,
        /// Until when, in UTC.
        #[schemars(with = "Option<String>")]
        until: Option<Timestamp>,
        /// When it was created, in UTC.
        #[schemars(with = "String")]
        created_at: Timestamp,
        /// When it was read, in UTC.
        #[schemars(with = "Option<String>")]
        read_at: Option<Timestamp>,
        #[serde(skip)]
        is_done: bool => |at: Option<i64>| at.is_some(),
    }
}

const SELECT: &str = "SELECT n.notice_id, n.kind, n.title, n.body, n.href, n.action, n.until_at, \
    n.created_at, n.read_at, n.done_at FROM notices n";

/// The notices of the acting person on the side on which it acts.
pub(super) struct Notices;

impl Listed for Notices {
    type Row = NoticeBody;
    type Body = NoticeBody;
    const AT: At = At { page: "/inbox", file: "/inbox.csv", api: "/api/v1/notices" };

    fn list() -> List<NoticeBody> {
        List::<NoticeBody>::plain("Inbox", (SELECT, "n.vendor_id"))
            .within(|req| {
                let (_, user_id, partner_id) = reader(req);
                let test = "n.user_id = ? AND n.partner_id = ?".to_owned();
                Ok((test, vec![user_id.into(), partner_id.into()]))
            })
            .owner("n.partner_id")
            .id("n.notice_id", |notice| notice.id.clone())
            .filter(Filter::toggle("unread", "Unread only", |_| {
                ("n.read_at IS NULL".to_owned(), Vec::new())
            }))
            .sort_down(Sort::number("created", "n.created_at", |notice| {
                notice.created_at.as_microsecond()
            }))
            .column(Column::drawn("What", |notice, _| {
                html! {
                    strong { (notice.title) }
                    @if notice.read_at.is_none() { " " (chip(Tone::Accent, "new")) }
                    @if notice.is_done { " " (chip(Tone::Neutral, "done")) }
                    p { (notice.body) }
                }
            }))
            .column_by(
                "created",
                Column::drawn("When", |notice, look| {
                    html! { (ago(notice.created_at, look.now, &look.zone)) }
                }),
            )
            .column(Column::drawn("Until", |notice, look| {
                html! {
                    @if let Some(until) = notice.until.filter(|_| !notice.is_done) {
                        (Clock::by("Until", until, look.now, &look.zone))
                    }
                }
            }))
            .column(Column::actions("Action", |notice, look| {
                let open = format!("/inbox/{}/open", notice.id);
                let verb = if notice.action.is_empty() { "View" } else { &notice.action };
                post_button(&open, &look.csrf, Button::secondary(verb).small())
            }))
            .csv("id", |notice| notice.id.clone())
            .csv("title", |notice| notice.title.clone())
            .csv("body", |notice| notice.body.clone())
            .csv("until", |notice| notice.until.map_or_else(String::new, |at| at.to_string()))
            .csv("created_at", |notice| notice.created_at.to_string())
            .empty(
                Icon::Inbox,
                "Your inbox is empty",
                "Messages that need your attention appear here and are also sent by mail.",
            )
            .dress(dress)
    }

    fn bodies(_: &mut Cx<'_, '_>, rows: Vec<NoticeBody>) -> Result<Vec<NoticeBody>, AppError> {
        Ok(rows)
    }
}

fn dress(req: &mut Req<'_, '_>, page: Page) -> Result<Page, AppError> {
    if outbox::unread(&mut req.cx)? == 0 {
        return Ok(page);
    }
    let button = Button::secondary("Mark all as read").icon(Icon::Check);
    Ok(page.actions(post_button("/inbox/read", &req.csrf(), button)))
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
    Ok(req.go("/inbox", "All messages are marked as read."))
}
