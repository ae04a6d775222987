//! Writing notices and mails in the transaction of what they tell.

use domain::folding::search_key;
use domain::ids::{MailId, NoticeId};
use jiff::Timestamp;

use super::mail_links::{self, MailLink};
use frame::{ctx::Cx, error::AppError};

/// The job that sends a waiting mail.
pub const SEND_MAIL: &str = "notifications.send";

/// What it was called while mails held their links. A node of that version does not know the new
/// name, so that during an upgrade it cannot send a mail without its links.
pub(super) const SEND_OLD_MAIL: &str = "notifications.send_mail";

/// Something a person should know or do.
#[derive(Debug)]
pub struct Notice<'a> {
    /// The person.
    pub user_id: &'a str,
    /// The side on which it reads it: a partner, or `""` for the vendor's.
    pub partner_id: &'a str,
    /// The kind, for example `deal_registration.returned`.
    pub kind: &'a str,
    /// One line.
    pub title: &'a str,
    /// What happened and what follows if you do nothing.
    pub body: &'a str,
    /// The page on which to act, from `/`.
    pub href: &'a str,
    /// What to do, as a verb; `""` when there is nothing to do.
    pub action: &'a str,
    /// Until when.
    pub until: Option<Timestamp>,
    /// What it is about, so that it can be marked done with it.
    pub subject_id: &'a str,
    /// Links that act without signing in, as further lines of the mail: what each does.
    pub links: &'a [(String, MailLink)],
}

/// A mail to an address.
#[derive(Debug)]
pub struct Mail<'a> {
    /// The address.
    pub to: &'a str,
    /// The subject.
    pub subject: &'a str,
    /// The text; where a link belongs, what the link shows as.
    pub body: &'a str,
    /// The links in it.
    pub links: &'a [MailLink],
    /// The kind, for the operator's page.
    pub kind: &'a str,
}

/// Puts a notice into the person's inbox and its mail into the outbox.
pub fn notify(cx: &mut Cx<'_, '_>, notice: &Notice<'_>) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    let id = NoticeId::new(cx.ids(), cx.now);
    cx.tx.execute(
        "INSERT INTO notices (vendor_id, notice_id, user_id, partner_id, kind, title, body, href, \
         action, until_at, subject_id, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        db::params![
            vendor_id.as_str(),
            id.as_str(),
            notice.user_id,
            notice.partner_id,
            notice.kind,
            notice.title,
            notice.body,
            notice.href,
            notice.action,
            notice.until.map(Timestamp::as_microsecond),
            notice.subject_id,
            cx.now.as_microsecond()
        ],
    )?;
    let address = cx.tx.query_opt_as::<String, _>(
        "SELECT email FROM identity_v_addresses WHERE vendor_id = $1 AND user_id = $2",
        db::params![vendor_id.as_str(), notice.user_id],
    )?;
    let Some(address) = address else {
        return Ok(());
    };
    let body = mail_text(&cx.app.config.base_url, notice);
    let links: Vec<MailLink> = notice.links.iter().map(|(_, link)| link.clone()).collect();
    let told =
        Mail { to: &address, subject: notice.title, body: &body, links: &links, kind: notice.kind };
    mail(cx, &told)
}

fn mail_text(base_url: &str, notice: &Notice<'_>) -> String {
    let mut text = format!("{}\n\n", notice.body);
    for (what, link) in notice.links {
        text.extend([what, ":\n", &link.to_string(), "\n\n"]);
    }
    let verb = if notice.action.is_empty() { "View it here" } else { notice.action };
    text.extend([verb, ":\n", base_url, notice.href, "\n"]);
    text
}

/// Puts a mail into the outbox; a job sends it after the transaction is committed. What is kept
/// holds no link that works: see [`mail_links`].
pub fn mail(cx: &mut Cx<'_, '_>, mail: &Mail<'_>) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    let id = MailId::new(cx.ids(), cx.now);
    let kept = cx.app.config.smtp.is_none();
    let state = if kept { "kept" } else { "waiting" };
    cx.tx.execute(
        "INSERT INTO mails (vendor_id, mail_id, to_address, subject, body, links, kind, state, \
         created_at, search_key) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        db::params![
            vendor_id.as_str(),
            id.as_str(),
            mail.to,
            mail.subject,
            mail.body,
            mail_links::to_row(mail.links)?,
            mail.kind,
            state,
            cx.now.as_microsecond(),
            search_key([mail.subject, mail.to])
        ],
    )?;
    if kept {
        return Ok(());
    }
    let job = jobs::NewJob {
        vendor_id: vendor_id.as_str(),
        kind: SEND_MAIL,
        key: None,
        payload: id.as_str(),
        run_at_micros: cx.now_micros(),
        max_attempts: 12,
    };
    jobs::enqueue(cx.tx, &job, cx.now.as_microsecond())?;
    Ok(())
}

/// How many notices the acting person has not read on the side on which it acts.
pub fn unread(cx: &mut Cx<'_, '_>) -> Result<u64, AppError> {
    let vendor_id = cx.vendor();
    let Some(user_id) = cx.actor.reader().cloned() else {
        return Ok(0);
    };
    let partner_id = cx.actor.partner_id().map_or("", |id| id.as_str()).to_owned();
    let count = cx.tx.query_one_as::<i64, _>(
        "SELECT COUNT(*) FROM notices WHERE vendor_id = $1 AND user_id = $2 AND partner_id = $3 \
         AND read_at IS NULL",
        db::params![vendor_id.as_str(), user_id.as_str(), &partner_id],
    )?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// Marks every open notice about a thing as done: what they asked for has happened.
pub fn finish(cx: &mut Cx<'_, '_>, subject_id: &str) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    cx.tx.execute(
        "UPDATE notices SET done_at = $1 WHERE vendor_id = $2 AND subject_id = $3 \
         AND done_at IS NULL AND action <> ''",
        db::params![cx.now.as_microsecond(), vendor_id.as_str(), subject_id],
    )?;
    Ok(())
}
