//! Sending a mail by SMTP. It happens outside any transaction and at least once.

use std::{fmt, sync::Arc, time::Duration};

use domain::ids::VendorId;
use jiff::Timestamp;
use lettre::{
    Address, Message, SmtpTransport, Transport,
    address::AddressError,
    message::{
        Mailbox,
        header::{ContentType, HeaderName, HeaderValue, MIME_VERSION_1_0},
    },
    transport::smtp::{
        authentication::Credentials,
        client::{Tls, TlsParameters},
        extension::ClientId,
    },
};

use super::mail_links;
use frame::{
    clock::from_micros,
    config::{Encryption, Smtp},
    ctx::Cx,
    error::AppError,
    state::App,
};

/// How the kinds of mails begin that nobody can decline.
const NOT_DECLINED: &str = "identity.";

/// A mail as its recipient reads it. It is handed to the mail server and kept nowhere.
pub struct Letter {
    /// The address.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// The text, with links that work.
    pub body: String,
    /// The kind of mail.
    kind: String,
    /// Its name among everything that was ever sent, without the host.
    name: String,
    /// When it is sent.
    at: Timestamp,
    secrets: Vec<String>,
}

impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Letter").field("subject", &self.subject).finish_non_exhaustive()
    }
}

/// Writes a mail out for its recipient, each time with new secrets in its links; `None` when there
/// is no such mail. What comes of it may go to the mail server only, after the transaction is
/// committed: then the links work in whatever arrives, however often it is sent. Rule ID-01.
pub fn write_out(cx: &mut Cx<'_, '_>, mail_id: &str) -> Result<Option<Letter>, AppError> {
    let vendor_id = cx.vendor();
    let row = cx.tx.query_opt_as::<(String, String, String, String, String), _>(
        "SELECT to_address, subject, body, links, kind FROM mails \
         WHERE vendor_id = $1 AND mail_id = $2",
        db::params![vendor_id.as_str(), mail_id],
    )?;
    let Some((to, subject, body, links, kind)) = row else {
        return Ok(None);
    };
    let links = mail_links::of_row(&links)?;
    let (body, secrets) = mail_links::written_out(cx, &body, &links)?;
    // Sent again it is another message: one of the same name might be dropped as a repetition.
    let name = format!("{mail_id}.{}", cx.now_micros());
    Ok(Some(Letter { to, subject, body, kind, name, at: cx.now, secrets }))
}

/// Sends the mail that the job names and notes the outcome.
pub(super) fn send(
    app: &Arc<App>,
    job: &jobs::Job,
    now_micros: i64,
) -> Result<(), jobs::JobFailure> {
    let Some(smtp) = &app.config.smtp else {
        return Err(jobs::JobFailure::give_up("no mail server is configured"));
    };
    let failed = |error: AppError| jobs::JobFailure::retry(error.to_string());
    let Some(letter) = due(app, job, now_micros).map_err(failed)? else {
        return Ok(());
    };
    let outcome = deliver(smtp, &app.config.mail_from, &letter)
        .map_err(|fault| mail_links::covered(&fault, &letter.secrets));
    let (state, fault) = match &outcome {
        Ok(()) => ("sent", String::new()),
        Err(fault) => ("failed", fault.clone()),
    };
    let vendor_id = VendorId::parse(&job.vendor_id).map_err(AppError::internal).map_err(failed)?;
    let (vendor, mail_id) = (job.vendor_id.clone(), job.payload.clone());
    let note = move |tx: &mut db::Tx<'_>| {
        tx.execute(
            "UPDATE mails SET state = $1, fault = $2, sent_at = $3 WHERE vendor_id = $4 \
             AND mail_id = $5",
            db::params![state, &fault, now_micros, &vendor, &mail_id],
        )?;
        Ok::<(), AppError>(())
    };
    app.write_for_blocking(&vendor_id, note).map_err(failed)?;
    outcome.map_err(jobs::JobFailure::retry)
}

/// The letter of a job whose mail still has to be sent. The secrets in it are stored, as hashes,
/// when this returns.
fn due(app: &Arc<App>, job: &jobs::Job, now_micros: i64) -> Result<Option<Letter>, AppError> {
    let (vendor, mail_id) = (job.vendor_id.clone(), job.payload.clone());
    let links = app.db.read_blocking(move |tx| {
        tx.query_opt_as::<String, _>(
            "SELECT links FROM mails WHERE vendor_id = $1 AND mail_id = $2 \
             AND state IN ('waiting', 'failed')",
            db::params![&vendor, &mail_id],
        )
    })?;
    let Some(links) = links else {
        return Ok(None);
    };
    let vendor_id = VendorId::parse(&job.vendor_id).map_err(AppError::internal)?;
    let (told, mail_id, now) = (app.clone(), job.payload.clone(), from_micros(now_micros));
    let acting = vendor_id.clone();
    let write = move |tx: &mut db::Tx<'_>| {
        write_out(&mut Cx::system(tx, &told, acting.clone(), now), &mail_id)
    };
    if mail_links::of_row(&links)?.is_empty() {
        return app.db.read_blocking(write);
    }
    app.write_for_blocking(&vendor_id, write)
}

/// Connects to a mail server and signs in where it wants that, without sending anything; fails
/// with what is wrong in words.
pub fn try_server(smtp: &Smtp, from: &str) -> Result<(), String> {
    mailbox(from).map_err(|error| format!("mail.from: {error}"))?;
    match transport(smtp)?.test_connection() {
        Ok(true) => Ok(()),
        Ok(false) => Err("it answers, but not as a mail server".into()),
        Err(error) => Err(error.to_string()),
    }
}

fn deliver(smtp: &Smtp, from: &str, letter: &Letter) -> Result<(), String> {
    let message = message(from, letter)?;
    transport(smtp)?.send(&message).map(|_| ()).map_err(|error| error.to_string())
}

fn message(from: &str, letter: &Letter) -> Result<Message, String> {
    let from = mailbox(from).map_err(|error| format!("mail.from: {error}"))?;
    let to = mailbox(&letter.to).map_err(|error| format!("the address {}: {error}", letter.to))?;
    let name = format!("<{}@{}>", letter.name, from.email.domain());
    // A mail about signing in cannot be declined, and neither can one about somebody's rights.
    let declined = if letter.kind.starts_with(NOT_DECLINED) {
        None
    } else {
        Some(format!("<mailto:{}?subject=Unsubscribe>", from.email))
    };
    let message = Message::builder()
        .from(from)
        .to(to)
        .subject(&letter.subject)
        .date(letter.at.into())
        .message_id(Some(name))
        .header(MIME_VERSION_1_0)
        .raw_header(written("Auto-Submitted", "auto-generated".to_owned())?)
        .header(ContentType::TEXT_PLAIN);
    let message = match declined {
        Some(declined) => message.raw_header(written("List-Unsubscribe", declined)?),
        None => message,
    };
    message.body(letter.body.clone()).map_err(|error| error.to_string())
}

/// A header that the library has no type for.
fn written(name: &str, value: String) -> Result<HeaderValue, String> {
    let name = HeaderName::new_from_ascii(name.to_owned()).map_err(|error| error.to_string())?;
    Ok(HeaderValue::new(name, value))
}

/// An address with or without a name, its host in ASCII: servers that take another form are few.
fn mailbox(text: &str) -> Result<Mailbox, String> {
    let mailbox: Mailbox = text.parse().map_err(|error: AddressError| error.to_string())?;
    let host = idna::domain_to_ascii(mailbox.email.domain()).map_err(|error| error.to_string())?;
    let email = Address::new(mailbox.email.user(), host).map_err(|error| error.to_string())?;
    if !mailbox.email.user().is_ascii() {
        return Err("the part before the @ can only have letters without accents".to_owned());
    }
    Ok(Mailbox::new(mailbox.name, email))
}

fn transport(smtp: &Smtp) -> Result<SmtpTransport, String> {
    let builder = SmtpTransport::builder_dangerous(&smtp.host)
        .port(smtp.port)
        .timeout(Some(Duration::from_secs(30)));
    let parameters = || TlsParameters::new(smtp.host.clone()).map_err(|error| error.to_string());
    let builder = match smtp.encryption {
        Encryption::None => builder.tls(Tls::None),
        Encryption::StartTls => builder.tls(Tls::Required(parameters()?)),
        Encryption::Tls => builder.tls(Tls::Wrapper(parameters()?)),
    };
    let builder = match (&smtp.user, &smtp.password) {
        (Some(user), Some(password)) => {
            builder.credentials(Credentials::new(user.clone(), password.clone()))
        }
        (Some(_) | None, None) | (None, Some(_)) => builder,
    };
    let builder = match &smtp.hello {
        Some(name) => builder.hello_name(ClientId::Domain(name.clone())),
        None => builder,
    };
    Ok(builder.build())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(to: &str, subject: &str) -> Letter {
        Letter {
            to: to.to_owned(),
            subject: subject.to_owned(),
            body: "Text".to_owned(),
            kind: "deal_registration.returned".to_owned(),
            name: "mal_1.1".to_owned(),
            at: Timestamp::UNIX_EPOCH,
            secrets: Vec::new(),
        }
    }

    #[test]
    fn hosts_are_written_in_ascii_and_a_name_as_it_is() {
        let letter = letter("user@müller-acme.example", "Hello");
        let from = "Müller <partners@müller-acme.example>";
        let text = String::from_utf8(message(from, &letter).unwrap().formatted()).unwrap();
        assert!(text.contains("To: user@xn--mller-acme-9db.example\r\n"), "{text}");
        assert!(text.contains("<partners@xn--mller-acme-9db.example>\r\n"), "{text}");
        assert!(text.contains("Message-ID: <mal_1.1@xn--mller-acme-9db.example>\r\n"), "{text}");
        assert!(text.is_ascii(), "{text}");
    }

    #[test]
    fn an_address_that_is_none_is_named() {
        let letter = letter("nobody", "Hello");
        let fault = message("Acme <partners@acme.example>", &letter).unwrap_err();
        assert!(fault.contains("nobody"), "{fault}");
    }

    #[test]
    fn a_subject_cannot_bring_headers_of_its_own() {
        let letter = letter("ana@north.example", "Globex\r\nBcc: all@acme.example");
        if let Ok(message) = message("Acme <partners@acme.example>", &letter) {
            let text = String::from_utf8(message.formatted()).unwrap();
            assert!(!text.contains("\r\nBcc:"), "{text}");
        }
    }
}
