//! Notices and mails through the API.

use schemars::JsonSchema;
use serde::Serialize;

use super::{inbox, kept};
use frame::{clock::from_micros, error::AppError, reply::Reply, request::Req};

/// A page of the inbox.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct NoticePage {
    /// Notices, newest first.
    data: Vec<NoticeBody>,
    /// Give it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<String>,
}

/// One notice.
#[derive(Debug, Serialize, JsonSchema)]
struct NoticeBody {
    /// Its id.
    id: String,
    /// Its kind, for example `deal_registration.returned`.
    kind: String,
    /// One line.
    title: String,
    /// What happened and what follows if nothing is done.
    body: String,
    /// The page on which to act.
    href: String,
    /// What to do; empty when there is nothing to do.
    action: String,
    /// Until when, in UTC.
    until: Option<String>,
    /// When it was made, in UTC.
    created_at: String,
    /// When it was read, in UTC.
    read_at: Option<String>,
}

/// A page of the outbox.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct MailPage {
    /// Mails, newest first.
    data: Vec<MailBody>,
    /// Give it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<String>,
}

/// One mail, without its text.
#[derive(Debug, Serialize, JsonSchema)]
struct MailBody {
    /// Its id.
    id: String,
    /// The address.
    to: String,
    /// The subject.
    subject: String,
    /// The kind of notice.
    kind: String,
    /// waiting, sent, failed, or kept (no mail server).
    state: String,
    /// What went wrong the last time.
    fault: String,
    /// When it was made, in UTC.
    created_at: String,
}

/// `GET /api/v1/notices`
pub(super) fn list(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let (at, id) = inbox::position(req.query().get("cursor"), "cursor")?;
    let limit = req.limit(inbox::PAGE, 200)?;
    let notices = inbox::read(req, (at, &id), limit)?;
    let next_cursor = inbox::next(&notices, limit);
    let data = notices.into_iter().map(|notice| NoticeBody {
        id: notice.notice_id,
        kind: notice.kind,
        title: notice.title,
        body: notice.body,
        href: notice.href,
        action: notice.action,
        until: notice.until_at.map(|at| from_micros(at).to_string()),
        created_at: from_micros(notice.created_at).to_string(),
        read_at: notice.read_at.map(|at| from_micros(at).to_string()),
    });
    Reply::json(&NoticePage { data: data.collect(), next_cursor })
}

/// `GET /api/v1/mails`
pub(super) fn mails(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let (at, id) = inbox::position(req.query().get("cursor"), "cursor")?;
    let limit = req.limit(inbox::PAGE, 200)?;
    let mails = kept::read(req, (at, &id), limit)?;
    let next_cursor = kept::next(&mails, limit);
    let data = mails.into_iter().map(|mail| MailBody {
        id: mail.mail_id,
        to: mail.to,
        subject: mail.subject,
        kind: mail.kind,
        state: mail.state,
        fault: mail.fault,
        created_at: from_micros(mail.created_at).to_string(),
    });
    Reply::json(&MailPage { data: data.collect(), next_cursor })
}

/// `POST /api/v1/mails/{mail_id}/resending`
pub(super) fn resend(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let vendor_id = req.cx.vendor();
    let mail_id = req.param("mail_id")?.to_owned();
    if req.cx.app.config.smtp.is_none() {
        let words = "no mail server is configured, so nothing can be sent; set one and start again";
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
