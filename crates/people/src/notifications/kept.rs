//! The operator's view of the outbox: what was sent, what failed, and without a mail server what
//! would have been sent. Links in mails are for their recipients and not for operators (ID-01).

use web::{
    Callout, Column, Empty, Facts, Icon, Page, Row as Line, Table, Tone, code, html, instant,
    pager, section, status,
};

use super::{inbox::PAGE, mail_links::without_addresses};
use frame::{clock::from_micros, error::AppError, reply::Reply, request::Req};

db::row! {
    /// A mail of the outbox.
    pub(super) struct Kept {
        pub(super) mail_id: String,
        pub(super) to: String,
        pub(super) subject: String,
        pub(super) kind: String,
        pub(super) state: String,
        pub(super) created_at: i64,
        pub(super) fault: String => |fault: String| without_addresses(&fault),
    }
}

/// Mails before that position, newest first.
pub(super) fn read(
    req: &mut Req<'_, '_>,
    before: (i64, &str),
    limit: i64,
) -> Result<Vec<Kept>, AppError> {
    let vendor_id = req.cx.vendor();
    Ok(req.cx.tx.query_as(
        "SELECT mail_id, to_address, subject, kind, state, created_at, fault FROM mails \
         WHERE vendor_id = $1 AND (created_at, mail_id) < ($2, $3) \
         ORDER BY created_at DESC, mail_id DESC LIMIT $4",
        db::params![vendor_id.as_str(), before.0, before.1, limit],
    )?)
}

/// The cursor after the last of a full page.
pub(super) fn next(mails: &[Kept], limit: i64) -> Option<String> {
    let full = i64::try_from(mails.len()).is_ok_and(|count| count == limit);
    let last = mails.last().filter(|_| full)?;
    Some(db::keyset::encode("notices", db::params![last.created_at, &last.mail_id]))
}

fn tone(state: &str) -> Tone {
    match state {
        "sent" => Tone::Good,
        "failed" => Tone::Bad,
        "waiting" => Tone::Warn,
        _ => Tone::Neutral,
    }
}

/// `/operations/mails`
pub(super) fn list(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let url = req.query();
    let (at, id) = super::inbox::position(url.get("after"), "after")?;
    let mails = read(req, (at, &id), PAGE)?;
    let zone = req.zone()?;
    let no_server = req.cx.app.config.smtp.is_none();
    let more = next(&mails, PAGE);
    let table = Table::new("Mails")
        .column(Column::text("Subject"))
        .column(Column::text("To"))
        .column(Column::text("State"))
        .column(Column::date("Made"))
        .rows(mails.iter().map(|mail| {
            Line::new()
                .href(format!("/operations/mails/{}", mail.mail_id))
                .cell(&mail.subject)
                .cell(&mail.to)
                .cell(html! { (status(tone(&mail.state), &mail.state)) " " (mail.fault) })
                .cell(instant(from_micros(mail.created_at), &zone))
        }))
        .empty(Empty::new(
            Icon::Mail,
            "No mails yet",
            "Every notice that goes out by mail is listed here with what became of it.",
        ));
    let page = Page::new("Mails").crumb("Jobs and mail", "/operations").body(html! {
        @if no_server {
            (Callout::info("No mail server is configured").body(
                "Mails are kept here instead of being sent, without the links in them. Set \
                 mail.host in the configuration file, or ENTENTE_SMTP_HOST, and restart. Until \
                 then `entente user link ADDRESS`, on the machine itself, prints a link that \
                 lets somebody in.",
            ))
        }
        (table)
        (pager(&url, None, more.as_deref(), "Newest first"))
    });
    req.page(page)
}

/// `/operations/mails/{mail_id}`
pub(super) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let vendor_id = req.cx.vendor();
    let mail_id = req.param("mail_id")?.to_owned();
    let found = req.cx.tx.query_opt_as::<(Kept, String), _>(
        "SELECT mail_id, to_address, subject, kind, state, created_at, fault, body FROM mails \
         WHERE vendor_id = $1 AND mail_id = $2",
        db::params![vendor_id.as_str(), &mail_id],
    )?;
    let (mail, body) = found.ok_or(AppError::NotFound)?;
    let zone = req.zone()?;
    let facts = Facts::new()
        .row("To", &mail.to)
        .row("Kind", &mail.kind)
        .row("Made", instant(from_micros(mail.created_at), &zone))
        .row_if("What went wrong", (!mail.fault.is_empty()).then_some(&mail.fault));
    let page = Page::new(mail.subject.clone())
        .crumb("Jobs and mail", "/operations")
        .crumb("Mails", "/operations/mails")
        .status(status(tone(&mail.state), &mail.state))
        .body(html! { (facts) (section("Text", code(&without_addresses(&body)))) });
    req.page(page)
}
