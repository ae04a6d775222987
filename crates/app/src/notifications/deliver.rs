//! Sending a mail by SMTP. It happens outside any transaction and at least once.

use std::{sync::Arc, time::Duration};

use lettre::{
    Message, SmtpTransport, Transport,
    message::{Mailbox, header::ContentType},
    transport::smtp::{
        authentication::Credentials,
        client::{Tls, TlsParameters},
    },
};

use crate::core::{
    config::{Encryption, Smtp},
    error::AppError,
    state::App,
};

/// What is in the outbox.
struct Waiting {
    to: String,
    subject: String,
    body: String,
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
    let (vendor, mail_id) = (job.vendor_id.clone(), job.payload.clone());
    let waiting = app.db.read_blocking(move |tx| {
        tx.query_opt(
            "SELECT to_address, subject, body FROM mails WHERE vendor_id = $1 AND mail_id = $2 \
             AND state IN ('waiting', 'failed')",
            db::params![&vendor, &mail_id],
            |row| Ok(Waiting { to: row.text(0)?, subject: row.text(1)?, body: row.text(2)? }),
        )
    })?;
    let Some(waiting) = waiting else {
        return Ok(());
    };
    let outcome = deliver(smtp, &app.config.mail_from, &waiting);
    let (state, fault) = match &outcome {
        Ok(()) => ("sent", String::new()),
        Err(fault) => ("failed", fault.clone()),
    };
    let (vendor, mail_id) = (job.vendor_id.clone(), job.payload.clone());
    app.db
        .write_blocking(move |tx| {
            tx.execute(
                "UPDATE mails SET state = $1, fault = $2, sent_at = $3 WHERE vendor_id = $4 \
             AND mail_id = $5",
                db::params![state, &fault, now_micros, &vendor, &mail_id],
            )?;
            Ok::<(), AppError>(())
        })
        .map_err(|error| jobs::JobFailure::retry(error.to_string()))?;
    outcome.map_err(jobs::JobFailure::retry)
}

/// Connects to a mail server and signs in where it wants that, without sending anything; fails
/// with what is wrong in words.
pub fn try_server(smtp: &Smtp, from: &str) -> Result<(), String> {
    from.parse::<Mailbox>().map_err(|error| format!("mail.from: {error}"))?;
    match transport(smtp)?.test_connection() {
        Ok(true) => Ok(()),
        Ok(false) => Err("it answers, but not as a mail server".into()),
        Err(error) => Err(error.to_string()),
    }
}

fn deliver(smtp: &Smtp, from: &str, waiting: &Waiting) -> Result<(), String> {
    let message = message(from, waiting)?;
    transport(smtp)?.send(&message).map(|_| ()).map_err(|error| error.to_string())
}

fn message(from: &str, waiting: &Waiting) -> Result<Message, String> {
    let from: Mailbox = from.parse().map_err(|error| format!("mail.from: {error}"))?;
    let to: Mailbox =
        waiting.to.parse().map_err(|error| format!("the address {}: {error}", waiting.to))?;
    Message::builder()
        .from(from)
        .to(to)
        .subject(&waiting.subject)
        .header(ContentType::TEXT_PLAIN)
        .body(waiting.body.clone())
        .map_err(|error| error.to_string())
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
    Ok(builder.build())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_is_none_is_named() {
        let waiting = Waiting { to: "nobody".into(), subject: "Hello".into(), body: "Text".into() };
        let fault = message("Acme <partners@acme.example>", &waiting).unwrap_err();
        assert!(fault.contains("nobody"), "{fault}");
    }

    #[test]
    fn a_subject_cannot_bring_headers_of_its_own() {
        let waiting = Waiting {
            to: "ana@north.example".into(),
            subject: "Globex\r\nBcc: all@acme.example".into(),
            body: "Text".into(),
        };
        if let Ok(message) = message("Acme <partners@acme.example>", &waiting) {
            let text = String::from_utf8(message.formatted()).unwrap();
            assert!(!text.contains("\r\nBcc:"), "{text}");
        }
    }
}
