//! The address of a PostgreSQL server: what libpq's parameters say, and one or more hosts.

use std::borrow::Cow;
use std::fmt;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use postgres::Config;
use postgres::config::{Host, SslMode as Encryption};

use super::passfile;
use crate::error::DbError;
use crate::options::Pooler;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// So long may the other side be silent before the connection counts as lost.
const PEER_SILENCE: Duration = Duration::from_secs(10);
const PROBE_EVERY: Duration = Duration::from_secs(2);
const PROBES: u32 = 3;

const USUAL_PORT: u16 = 5432;

/// How a connection is protected, in the words and with the meaning of libpq.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum SslMode {
    /// Never encrypted.
    Disable,
    /// Encrypted if the server offers it; nothing is checked.
    Prefer,
    /// Encrypted; nothing is checked, unless a file of authorities is named.
    Require,
    /// Encrypted, and the certificate was signed by a known authority.
    VerifyCa,
    /// As `VerifyCa`, and the certificate was made for this host.
    VerifyFull,
}

impl SslMode {
    pub(crate) const ALL: [SslMode; 5] = [
        SslMode::Disable,
        SslMode::Prefer,
        SslMode::Require,
        SslMode::VerifyCa,
        SslMode::VerifyFull,
    ];

    pub(crate) fn word(self) -> &'static str {
        match self {
            SslMode::Disable => "disable",
            SslMode::Prefer => "prefer",
            SslMode::Require => "require",
            SslMode::VerifyCa => "verify-ca",
            SslMode::VerifyFull => "verify-full",
        }
    }
}

/// Whose signature makes a server's certificate good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Authorities {
    /// Nobody's was named.
    Unnamed,
    /// Those that the operating system trusts.
    System,
    /// Those in a file of PEM.
    File(PathBuf),
}

/// What the address says about encryption.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tls {
    pub(crate) mode: SslMode,
    pub(crate) authorities: Authorities,
    /// The files of the client's certificate and of its key.
    pub(crate) identity: Option<(PathBuf, PathBuf)>,
}

/// One host of the address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    host: Option<Host>,
    hostaddr: Option<IpAddr>,
    pub(crate) port: u16,
}

impl Place {
    /// The host as it is called in the address.
    pub(crate) fn host(&self) -> String {
        match (&self.host, self.hostaddr) {
            (Some(Host::Tcp(name)), _) => name.clone(),
            (Some(Host::Unix(folder)), _) => folder.display().to_string(),
            (None, Some(address)) => address.to_string(),
            (None, None) => String::new(),
        }
    }

    /// Whether it is a socket of this machine, over which nothing is ever encrypted.
    pub(crate) fn is_socket(&self) -> bool {
        matches!(self.host, Some(Host::Unix(_)))
    }

    /// Whether it is this machine.
    pub(crate) fn is_local(&self) -> bool {
        let name = self.host();
        self.is_socket()
            || name == "localhost"
            || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    }
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_socket() {
            out.write_str(&self.host())
        } else {
            write!(out, "{}:{}", self.host(), self.port)
        }
    }
}

/// A parsed address. It may hold a password, so it is never shown whole.
#[derive(Clone)]
pub(crate) struct Address {
    /// User, password, database and the like; its hosts are not used.
    common: Config,
    pub(crate) places: Vec<Place>,
    pub(crate) tls: Tls,
    pub(crate) pooler: Option<Pooler>,
    passfile: Option<PathBuf>,
}

/// The parameters that the driver does not know or not in full.
#[derive(Default)]
struct Own {
    host: Option<String>,
    sslmode: Option<String>,
    sslrootcert: Option<String>,
    sslcert: Option<String>,
    sslkey: Option<String>,
    passfile: Option<String>,
    pooler: Option<String>,
}

impl Address {
    pub(crate) fn parse(url: &str) -> Result<Address, DbError> {
        let (base, query) = url.split_once('?').unwrap_or((url, ""));
        let (own, rest) = split(query)?;
        let whole = if rest.is_empty() { base.to_owned() } else { format!("{base}?{rest}") };
        let mut common = Config::from_str(&whole).map_err(|error| wrong(&cause(&error)))?;
        for host in own.host.iter().flat_map(|hosts| hosts.split(',')) {
            common.host(host);
        }
        let places = places(&common)?;
        let pooler = match own.pooler.as_deref() {
            None => None,
            Some(word) => Some(Pooler::from_word(word).ok_or_else(|| {
                wrong(&format!("pooler={word} is not one of auto, none, transaction"))
            })?),
        };
        Ok(Address {
            places,
            tls: tls(&own)?,
            pooler,
            passfile: own.passfile.map(PathBuf::from),
            common,
        })
    }

    /// The database's name; the user's where none is given.
    pub(crate) fn database(&self) -> &str {
        self.common.get_dbname().or(self.common.get_user()).unwrap_or("")
    }

    /// The user's name, `""` where the address leaves it to the operating system.
    pub(crate) fn user(&self) -> &str {
        self.common.get_user().unwrap_or("")
    }

    /// The driver's configuration for one host. `password` is used where the address has none.
    pub(crate) fn config(&self, place: &Place, password: Option<&str>) -> Result<Config, DbError> {
        let common = &self.common;
        let mut config = Config::new();
        config
            .ssl_negotiation(common.get_ssl_negotiation())
            .channel_binding(common.get_channel_binding())
            .port(place.port)
            .connect_timeout(common.get_connect_timeout().copied().unwrap_or(CONNECT_TIMEOUT))
            .tcp_user_timeout(common.get_tcp_user_timeout().copied().unwrap_or(PEER_SILENCE))
            .keepalives(common.get_keepalives())
            .keepalives_idle(PEER_SILENCE)
            .keepalives_interval(common.get_keepalives_interval().unwrap_or(PROBE_EVERY))
            .keepalives_retries(common.get_keepalives_retries().unwrap_or(PROBES))
            .ssl_mode(match self.tls.mode {
                _ if place.is_socket() => Encryption::Disable,
                SslMode::Disable => Encryption::Disable,
                SslMode::Prefer => Encryption::Prefer,
                SslMode::Require | SslMode::VerifyCa | SslMode::VerifyFull => Encryption::Require,
            })
            .notice_callback(|notice| tracing::debug!(notice = notice.message(), "PostgreSQL"));
        match &place.host {
            Some(Host::Tcp(name)) => drop(config.host(name)),
            Some(Host::Unix(folder)) => drop(config.host_path(folder)),
            None => {}
        }
        if let Some(address) = place.hostaddr {
            config.hostaddr(address);
        }
        if let Some(user) = common.get_user() {
            config.user(user);
        }
        if let Some(database) = common.get_dbname() {
            config.dbname(database);
        }
        if let Some(options) = common.get_options() {
            config.options(options);
        }
        if let Some(name) = common.get_application_name() {
            config.application_name(name);
        }
        if let Some(password) = common.get_password() {
            config.password(password);
        } else if let Some(password) = password {
            config.password(password);
        } else if let Some(file) = &self.passfile
            && let Some(password) = self.in_passfile(file, place)?
        {
            config.password(password);
        }
        Ok(config)
    }

    fn in_passfile(&self, file: &Path, place: &Place) -> Result<Option<String>, DbError> {
        // libpq calls every socket by this name, unless it lies somewhere unusual.
        let host = if place.is_socket() { String::from("localhost") } else { place.host() };
        let port = place.port.to_string();
        passfile::password(file, [&host, &port, self.database(), self.user()])
    }
}

/// Takes our own parameters out of the query; what is left is for the driver.
fn split(query: &str) -> Result<(Own, String), DbError> {
    let (mut own, mut rest) = (Own::default(), Vec::new());
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let decoded = percent_decode_str(value)
            .decode_utf8()
            .map(Cow::into_owned)
            .map_err(|_| wrong(&format!("the value of {key} is not text")))?;
        match key {
            "host" => own.host = Some(decoded),
            "sslmode" => own.sslmode = Some(decoded),
            "sslrootcert" => own.sslrootcert = Some(decoded),
            "sslcert" => own.sslcert = Some(decoded),
            "sslkey" => own.sslkey = Some(decoded),
            "passfile" => own.passfile = Some(decoded),
            "pooler" => own.pooler = Some(decoded),
            // Whoever writes needs a server that takes writes, so this is looked for in any case.
            "target_session_attrs" if ["any", "read-write", "primary"].contains(&&*decoded) => {}
            "target_session_attrs" => {
                return Err(wrong(&format!(
                    "target_session_attrs={decoded} selects a server that does not accept writes; \
                     omit it or use read-write"
                )));
            }
            // GSSAPI is never used, which is what these ask for.
            "gssencmode" if ["disable", "prefer"].contains(&&*decoded) => {}
            "sslpassword" => {
                return Err(wrong(
                    "sslpassword: a key with a passphrase cannot be read; remove the passphrase \
                     with `openssl pkey -in KEY -out NEW` and protect the file with permissions",
                ));
            }
            "sslcrl" | "sslcrldir" => {
                return Err(wrong(&format!(
                    "{key}: certificate revocation lists are not supported"
                )));
            }
            _ => rest.push(pair),
        }
    }
    Ok((own, rest.join("&")))
}

fn places(common: &Config) -> Result<Vec<Place>, DbError> {
    let (hosts, addresses) = (common.get_hosts(), common.get_hostaddrs());
    let ports = common.get_ports();
    let count = hosts.len().max(addresses.len());
    if count == 0 {
        return Err(wrong("it has no host, as in postgres://user@host/database"));
    }
    if !hosts.is_empty() && !addresses.is_empty() && hosts.len() != addresses.len() {
        return Err(wrong("host and hostaddr have different numbers of hosts"));
    }
    if ports.len() > 1 && ports.len() != count {
        return Err(wrong(&format!("it has {count} hosts and {} ports", ports.len())));
    }
    let port = |at: usize| ports.get(at).or(ports.first()).copied().unwrap_or(USUAL_PORT);
    Ok((0..count)
        .map(|at| Place {
            host: hosts.get(at).cloned(),
            hostaddr: addresses.get(at).copied(),
            port: port(at),
        })
        .collect())
}

fn tls(own: &Own) -> Result<Tls, DbError> {
    let authorities = match own.sslrootcert.as_deref() {
        None | Some("") => Authorities::Unnamed,
        Some("system") => Authorities::System,
        Some(file) => Authorities::File(PathBuf::from(file)),
    };
    let mode = match own.sslmode.as_deref() {
        None if authorities == Authorities::System => SslMode::VerifyFull,
        None => SslMode::Prefer,
        Some(word) => {
            SslMode::ALL.into_iter().find(|mode| mode.word() == word).ok_or_else(|| {
                wrong(&format!(
                    "sslmode={word} is not one of disable, prefer, require, verify-ca, verify-full"
                ))
            })?
        }
    };
    let authorities = match (mode, authorities) {
        // As libpq has it: anybody gets a certificate from an authority that everybody trusts, so
        // that it was signed by one says nothing unless the name is compared too.
        (mode, Authorities::System) if mode < SslMode::VerifyFull => {
            return Err(wrong(&format!(
                "sslrootcert=system needs sslmode=verify-full, not {}",
                mode.word()
            )));
        }
        (SslMode::VerifyCa, Authorities::Unnamed) => {
            return Err(wrong(
                "sslmode=verify-ca needs sslrootcert=FILE, the certificate of the authority that \
                 signed the server's",
            ));
        }
        (SslMode::VerifyFull, Authorities::Unnamed) => Authorities::System,
        (_, authorities) => authorities,
    };
    let identity = match (&own.sslcert, &own.sslkey) {
        (Some(certificate), Some(key)) => Some((PathBuf::from(certificate), PathBuf::from(key))),
        (None, None) => None,
        (Some(_), None) => return Err(wrong("sslcert needs sslkey, the file of its key")),
        (None, Some(_)) => return Err(wrong("sslkey needs sslcert, the file of its certificate")),
    };
    Ok(Tls { mode, authorities, identity })
}

fn wrong(words: &str) -> DbError {
    DbError::other(format!("the PostgreSQL address is not valid: {words}"))
}

fn cause(error: &postgres::Error) -> String {
    std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string)
}

#[cfg(test)]
mod tests;
