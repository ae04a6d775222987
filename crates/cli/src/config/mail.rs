//! The mail server, and who the mails are from.

use frame::config::{Encryption, Smtp};

use super::{
    file,
    keys::{self, ConfigError, Environment, refused},
};

const DEFAULT_FROM: &str = "Entente <entente@localhost>";

/// The sender, and the server if there is one.
pub(super) fn mail(
    file: file::Mail,
    env: &Environment,
) -> Result<(String, Option<Smtp>), ConfigError> {
    let host = env.text(keys::MAIL_HOST, file.host)?;
    let from = env.text(keys::MAIL_FROM, file.from)?;
    let Some(host) = host else {
        return Ok((from.unwrap_or_else(|| DEFAULT_FROM.into()), None));
    };
    let from = from.ok_or_else(|| {
        refused(keys::MAIL_FROM, "set the sender address, because mail.host is set")
    })?;
    if !from.contains('@') {
        return Err(refused(keys::MAIL_FROM, format!("“{from}” is not an address")));
    }
    let port = env.number(keys::MAIL_PORT, file.port, 1..=65_535)?.unwrap_or(587);
    let encryption = match env.text(keys::MAIL_ENCRYPTION, file.encryption)?.as_deref() {
        Some("none") => Encryption::None,
        Some("tls") => Encryption::Tls,
        Some("starttls") | None => Encryption::StartTls,
        Some(other) => {
            return Err(refused(
                keys::MAIL_ENCRYPTION,
                format!("“{other}” is not one of starttls, tls, none"),
            ));
        }
    };
    let smtp = Smtp {
        host,
        port: u16::try_from(port).unwrap_or(u16::MAX),
        user: env.text(keys::MAIL_USER, file.user)?,
        password: env.text(keys::MAIL_PASSWORD, file.password)?,
        encryption,
        hello: hello(env.text(keys::MAIL_HELLO, file.hello)?)?,
    };
    Ok((from, Some(smtp)))
}

/// The name by which a node greets the mail server, as RFC 5321 has it: a host name, or an address in
/// brackets.
fn hello(given: Option<String>) -> Result<Option<String>, ConfigError> {
    let fits = |name: &String| {
        name.len() <= 255 && name.chars().all(|c| c.is_ascii_alphanumeric() || "-.[]:".contains(c))
    };
    match given {
        Some(name) if !fits(&name) => Err(refused(
            keys::MAIL_HELLO,
            format!("“{name}” is neither a host name such as partners.acme.com nor [192.0.2.1]"),
        )),
        given => Ok(given),
    }
}
