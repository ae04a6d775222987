//! Why a connection could not be made, and what to do about it.

use std::error::Error;

use postgres::error::SqlState;
use rustls::{AlertDescription, CertificateError};

use super::address::{Address, Authorities, Place, SslMode};
use super::verify::day;

/// What happened at `place`, in one sentence, and what to do.
pub(super) fn words(error: &postgres::Error, address: &Address, place: &Place) -> String {
    if let Some(cause) = error.as_db_error() {
        return refused(cause, address);
    }
    let causes = causes(error);
    if let Some(cause) = causes.iter().find_map(|cause| encryption(*cause)) {
        return handshake(cause, address, place);
    }
    let last = causes.last().map_or_else(|| error.to_string(), ToString::to_string);
    if last.contains("server does not support TLS") {
        return format!(
            "the server does not use encryption, but sslmode={} requires it; turn it on there \
             (ssl = on), or use sslmode=disable on a private network",
            address.tls.mode.word()
        );
    }
    if last.contains("password missing") {
        return String::from(
            "the server asks for a password; put it in the address, in database.password \
             (ENTENTE_DATABASE_PASSWORD_FILE) or in a passfile",
        );
    }
    if last.contains("did not use channel binding") {
        return String::from(
            "channel_binding=require, and the server does not bind the password to the encrypted \
             connection: it needs an encrypted connection and a password kept as scram-sha-256",
        );
    }
    if last.contains("unsupported authentication method") {
        return String::from(
            "the server requires an unsupported authentication method; use scram-sha-256, a \
             client certificate, or peer on a socket",
        );
    }
    if error.is_closed() || last.contains("unexpected EOF") || last.contains("early eof") {
        return format!("{last}: the server closed the connection before it was established");
    }
    last
}

/// The server's own refusal.
fn refused(cause: &postgres::error::DbError, address: &Address) -> String {
    let said = format!("{} ({})", cause.message(), cause.code().code());
    let todo = match *cause.code() {
        SqlState::INVALID_PASSWORD => "check the user name and password",
        SqlState::INVALID_CATALOG_NAME => "create the database, or correct its name",
        SqlState::CANNOT_CONNECT_NOW => {
            "the server is starting or stopping; the connection will be retried"
        }
        SqlState::TOO_MANY_CONNECTIONS => {
            "raise max_connections there, lower database.readers and database.writers, or use a \
             pooler"
        }
        _ if cause.message().contains("certificate") => {
            "the server requires a client certificate: sslcert=FILE and sslkey=FILE, signed by an \
             authority it trusts"
        }
        _ if demands_encryption(cause.message()) && address.tls.mode == SslMode::Disable => {
            "the server requires an encrypted connection: sslmode=verify-full with \
             sslrootcert=FILE or sslrootcert=system"
        }
        SqlState::INVALID_AUTHORIZATION_SPECIFICATION => {
            "check the user name, and whether pg_hba.conf allows it from here"
        }
        _ => return said,
    };
    format!("{said}; {todo}")
}

/// PostgreSQL says that it has no rule for a connection without encryption, poolers and managed
/// servers say that they require it.
fn demands_encryption(message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    ["no encryption", "ssl off", "ssl required", "ssl is required", "require_secure_transport"]
        .iter()
        .any(|words| message.contains(words))
        || message.contains("insecure connection")
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the kinds that need other words than their own are few of many, and more may come"
)]
fn handshake(cause: &rustls::Error, address: &Address, place: &Place) -> String {
    match cause {
        rustls::Error::InvalidCertificate(wrong) => certificate(wrong, address, place),
        rustls::Error::AlertReceived(alert) => alert_words(*alert, address),
        rustls::Error::InvalidMessage(_) => {
            format!("what answers does not speak TLS ({cause}); check host and port")
        }
        other => format!("no encrypted connection: {other}"),
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the kinds that need other words than their own are few of many, and more may come"
)]
fn certificate(wrong: &CertificateError, address: &Address, place: &Place) -> String {
    match wrong {
        CertificateError::UnknownIssuer => format!(
            "the server's certificate was not signed by {}; set sslrootcert to the certificate of \
             the authority that signed it",
            authorities(&address.tls.authorities)
        ),
        CertificateError::ExpiredContext { not_after, .. } => format!(
            "the server's certificate expired on {}; renew it there, or correct the clock here",
            day(not_after.as_secs())
        ),
        CertificateError::NotValidYetContext { not_before, .. } => format!(
            "the server's certificate is valid from {}; is the clock of this machine correct?",
            day(not_before.as_secs())
        ),
        CertificateError::NotValidForNameContext { presented, .. } => {
            let names = if presented.is_empty() {
                String::from("no host at all, since it has no subjectAltName")
            } else {
                presented.iter().map(|name| bare(name)).collect::<Vec<_>>().join(", ")
            };
            format!(
                "the server's certificate is for {names}, not for {}; use a name from the \
                 certificate in the address, get a certificate for this name, or use \
                 sslmode=verify-ca to skip the name check",
                place.host()
            )
        }
        CertificateError::BadEncoding => String::from(
            "the server's certificate cannot be read; it may be of version 1, as `openssl x509 \
             -req` makes it without -extfile: make one with subjectAltName, which is of version 3",
        ),
        other => {
            let words = rustls::Error::InvalidCertificate(other.clone()).to_string();
            let hint = if words.contains("CaUsedAsEndEntity") {
                "; it is the certificate of an authority: name it as sslrootcert if the server \
                 signed its own, or give the server one that the authority signed"
            } else if words.contains("UnsupportedCertVersion") {
                "; it is of version 1, as `openssl x509 -req` makes it without -extfile: make one \
                 with subjectAltName, which is of version 3"
            } else {
                ""
            };
            format!("the server's certificate is not valid: {words}{hint}")
        }
    }
}

/// `DnsName("a")` is shown as `a`.
fn bare(name: &str) -> &str {
    name.split_once('(').map_or(name, |(_, rest)| rest.trim_end_matches(')')).trim_matches('"')
}

fn authorities(authorities: &Authorities) -> String {
    match authorities {
        Authorities::File(path) => format!("an authority in {}", path.display()),
        Authorities::System | Authorities::Unnamed => {
            String::from("an authority that this system trusts")
        }
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the kinds that need other words than their own are few of many, and more may come"
)]
fn alert_words(alert: AlertDescription, address: &Address) -> String {
    let ours = address.tls.identity.is_some();
    match alert {
        AlertDescription::CertificateRequired => String::from(
            "the server requires a client certificate: sslcert=FILE and sslkey=FILE, signed by an \
             authority it trusts",
        ),
        AlertDescription::UnknownCA
        | AlertDescription::BadCertificate
        | AlertDescription::UnsupportedCertificate
        | AlertDescription::CertificateUnknown
        | AlertDescription::DecryptError
            if ours =>
        {
            format!(
                "the server does not accept the client certificate of sslcert ({alert:?}): its \
                 ssl_ca_file must hold the authority that signed it"
            )
        }
        AlertDescription::CertificateExpired if ours => {
            String::from("the client certificate of sslcert has expired; make a new one")
        }
        AlertDescription::ProtocolVersion => {
            String::from("the server offers no secure version of TLS; it must offer 1.2 or 1.3")
        }
        other => format!("the server aborted the encrypted connection: {other:?}"),
    }
}

/// The error and what lies beneath it, the deepest last.
fn causes<'e>(error: &'e (dyn Error + 'static)) -> Vec<&'e (dyn Error + 'static)> {
    let mut found = vec![error];
    let mut next = beneath(error);
    while let Some(cause) = next {
        found.push(cause);
        next = beneath(cause);
    }
    found
}

/// An error of the operating system's kind may wrap another, which its `source` passes over.
fn beneath<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e (dyn Error + 'static)> {
    match error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
        Some(inner) => Some(inner),
        None => error.source(),
    }
}

fn encryption<'e>(cause: &'e (dyn Error + 'static)) -> Option<&'e rustls::Error> {
    cause.downcast_ref()
}
