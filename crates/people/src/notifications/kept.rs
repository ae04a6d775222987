//! The operator's view of the outbox: what was sent, what failed, and without a mail server what
//! would have been sent. Links in mails are for their recipients and not for operators (ID-01).

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use web::{Callout, Facts, Icon, Markup, Page, Tone, code, html, instant, section, status};

use super::mail_links::without_addresses;
use frame::{
    columns,
    ctx::Cx,
    error::AppError,
    list::{At, Column, Filter, List, Listed, Sort},
    reply::Reply,
    request::Req,
};

domain::words! {
    /// The state of a mail.
    #[derive(Serialize, JsonSchema)]
    #[serde(rename_all = "snake_case")]
    pub(super) enum MailState {
        /// It is waiting to be sent.
        #[default]
        Waiting = "waiting", "Waiting",
        /// The mail server accepted it.
        Sent = "sent", "Sent",
        /// The mail server did not accept it.
        Failed = "failed", "Failed",
        /// No mail server is configured; it is stored.
        Kept = "kept", "Kept",
    }
}

columns::words!(MailState);

db::row! {
    /// A mail of the outbox, without its text.
    #[derive(Debug, Serialize, JsonSchema)]
    pub(super) struct MailBody {
        /// Its id.
        id: String,
        /// The address.
        to: String,
        /// The subject.
        subject: String,
        /// The kind of message.
        kind: String,
        /// Its state.
        state: MailState,
        /// When it was created, in UTC.
        #[schemars(with = "String")]
        created_at: Timestamp,
        /// Error the last time.
        fault: String => |fault: String| without_addresses(&fault),
    }
}

const COLUMNS: &str = "mail_id, to_address, subject, kind, state, created_at, fault";

/// The mails of a vendor's outbox.
pub(super) struct Mails;

impl Listed for Mails {
    type Row = MailBody;
    type Body = MailBody;
    const AT: At =
        At { page: "/operations/mails", file: "/operations/mails.csv", api: "/api/v1/mails" };

    fn list() -> List<MailBody> {
        List::<MailBody>::plain("Mails", (format!("SELECT {COLUMNS} FROM mails"), "vendor_id"))
            .id("mail_id", |mail| mail.id.clone())
            .leads_to(|mail| format!("/operations/mails/{}", mail.id))
            .filter(
                Filter::search("Search mails", "search_key")
                    .about("Part of the subject or the address"),
            )
            .filter(Filter::word::<MailState>("state", "State", "state"))
            .sort_down(Sort::number("created", "created_at", |m| m.created_at.as_microsecond()))
            .column(Column::text("Subject", |mail| mail.subject.clone()))
            .column(Column::text("To", |mail| mail.to.clone()))
            .column(Column::drawn("State", |mail, _| html! { (mark(mail)) " " (mail.fault) }))
            .column_by("created", Column::instant("Created", |mail| Some(mail.created_at)))
            .csv("id", |mail| mail.id.clone())
            .csv("to", |mail| mail.to.clone())
            .csv("subject", |mail| mail.subject.clone())
            .csv("kind", |mail| mail.kind.clone())
            .csv("state", |mail| mail.state.word().to_owned())
            .csv("fault", |mail| mail.fault.clone())
            .csv("created_at", |mail| mail.created_at.to_string())
            .empty(
                Icon::Mail,
                "No mails yet",
                "Every outgoing mail is listed here with its delivery status.",
            )
            .dress(dress)
    }

    fn bodies(_: &mut Cx<'_, '_>, rows: Vec<MailBody>) -> Result<Vec<MailBody>, AppError> {
        Ok(rows)
    }
}

fn dress(req: &mut Req<'_, '_>, page: Page) -> Result<Page, AppError> {
    let page = page.crumb("Jobs and mail", "/operations");
    if req.cx.app.config.smtp.is_some() {
        return Ok(page);
    }
    Ok(page.above(Callout::info("No mail server is configured").body(
        "Mails are stored here instead of being sent, without their links. Set mail.host in the \
         configuration file, or ENTENTE_SMTP_HOST, and restart. Until then run `entente user link \
         ADDRESS` on the server to print a sign-in link.",
    )))
}

fn mark(mail: &MailBody) -> Markup {
    let tone = match mail.state {
        MailState::Sent => Tone::Good,
        MailState::Failed => Tone::Bad,
        MailState::Waiting => Tone::Warn,
        MailState::Kept => Tone::Neutral,
    };
    status(tone, mail.state.label())
}

/// `/operations/mails/{mail_id}`
pub(super) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let vendor_id = req.cx.vendor();
    let mail_id = req.param("mail_id")?.to_owned();
    let found = req.cx.tx.query_opt_as::<(MailBody, String), _>(
        &format!("SELECT {COLUMNS}, body FROM mails WHERE vendor_id = $1 AND mail_id = $2"),
        db::params![vendor_id.as_str(), &mail_id],
    )?;
    let (mail, body) = found.ok_or(AppError::NotFound)?;
    let zone = req.zone()?;
    let facts = Facts::new()
        .row("To", &mail.to)
        .row("Kind", html! { code { (mail.kind) } })
        .row("Created", instant(mail.created_at, &zone))
        .row_if("Error", (!mail.fault.is_empty()).then_some(&mail.fault));
    let page = Page::new(mail.subject.clone())
        .crumb("Jobs and mail", "/operations")
        .crumb("Mails", "/operations/mails")
        .status(mark(&mail))
        .body(html! { (facts) (section("Text", code(&without_addresses(&body)))) });
    req.page(page)
}

/// `POST /api/v1/mails/{mail_id}/resending`
pub(super) fn resend(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let vendor_id = req.cx.vendor();
    let mail_id = req.param("mail_id")?.to_owned();
    if req.cx.app.config.smtp.is_none() {
        let words = "no mail server is configured, so nothing can be sent; set one and restart";
        return Err(AppError::field("mail", words));
    }
    let changed = req.cx.tx.execute(
        "UPDATE mails SET state = 'waiting', fault = '' WHERE vendor_id = $1 AND mail_id = $2 \
         AND state IN ('failed', 'kept')",
        db::params![vendor_id.as_str(), &mail_id],
    )?;
    if changed == 0 {
        return Err(AppError::NotFound);
    }
    let job = jobs::NewJob {
        vendor_id: vendor_id.as_str(),
        kind: super::SEND_MAIL,
        key: None,
        payload: &mail_id,
        run_at_micros: req.cx.now_micros(),
        max_attempts: 12,
    };
    jobs::enqueue(req.cx.tx, &job, req.cx.now.as_microsecond())?;
    let mut reply = Reply::no_content();
    reply.status = http::StatusCode::ACCEPTED;
    Ok(reply)
}
