//! What an installation is told: addresses, mail, limits. The command line reads it; nothing here
//! reads files or the environment.

use std::{net::IpAddr, path::PathBuf, time::Duration};

use ipnet::IpNet;

pub use super::body::Pace;

/// The configuration of one application node.
#[derive(Debug, Clone)]
pub struct Config {
    /// The address people use, without a slash at the end, for example `https://partners.acme.com`.
    pub base_url: String,
    /// Mail by SMTP; `None` keeps mails for the operator's page.
    pub smtp: Option<Smtp>,
    /// The address notices are sent from.
    pub mail_from: String,
    /// True in the demo: sign-in links are shown, the clock can be moved.
    pub demo: bool,
    /// The seed of ids and secrets: entropy in earnest, fixed in tests and the demo.
    pub seed: [u8; 32],
    /// The largest body of an ordinary request in bytes.
    pub body_limit: usize,
    /// The largest upload in bytes.
    pub upload_limit: usize,
    /// The most bytes of bodies that are held at once; at least twice an upload.
    pub body_budget: usize,
    /// How slowly the body of an ordinary request may arrive.
    pub body_pace: Pace,
    /// How slowly an upload may arrive.
    pub upload_pace: Pace,
    /// Whose `X-Forwarded-For`, `Forwarded` and `X-Request-Id` are believed.
    pub trusted_proxies: TrustedProxies,
    /// The folder whose disk must not run full; `None` when nothing is kept on this machine.
    pub data_dir: Option<PathBuf>,
    /// What a reader of `/metrics` must send as `Authorization: Bearer`; `None` asks nothing.
    pub metrics_token: Option<String>,
}

/// The proxies in front whose word on where a request comes from is believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TrustedProxies {
    /// None: the peer of a connection is the caller.
    Nobody,
    /// Whoever connects, for one hop: every request comes through one proxy.
    Peer,
    /// Those with an address in one of these networks, for as many hops as there are.
    Networks(Vec<IpNet>),
}

impl TrustedProxies {
    /// Whether the hop at this address, reached past `passed` other hops, is believed.
    pub(super) fn trusts(&self, hop: IpAddr, passed: usize) -> bool {
        match self {
            Self::Nobody => false,
            Self::Peer => passed == 0,
            Self::Networks(networks) => {
                let hop = hop.to_canonical();
                networks.iter().any(|network| network.contains(&hop))
            }
        }
    }
}

/// A mail server.
#[derive(Debug, Clone)]
pub struct Smtp {
    /// Host name.
    pub host: String,
    /// Port; 587 speaks STARTTLS, 465 TLS from the start.
    pub port: u16,
    /// User name, where the server wants one.
    pub user: Option<String>,
    /// Password, where the server wants one.
    pub password: Option<String>,
    /// How the connection is protected.
    pub encryption: Encryption,
    /// The name by which this node greets the server; `None` for the machine's own.
    pub hello: Option<String>,
}

/// How a connection to the mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encryption {
    /// Plain text, for a relay on the same machine only.
    None,
    /// STARTTLS, required.
    StartTls,
    /// TLS from the first byte.
    Tls,
}

impl Config {
    /// The pace of ordinary bodies, of at most a megabyte.
    pub const BODY_PACE: Pace =
        Pace { stall: Duration::from_secs(10), whole: Duration::from_mins(1) };

    /// The pace of uploads: 64 megabytes at 1 Mbit/s take nine minutes.
    pub const UPLOAD_PACE: Pace =
        Pace { stall: Duration::from_secs(20), whole: Duration::from_mins(15) };

    /// The most bytes of bodies that are held at once, unless told otherwise.
    pub const BODY_BUDGET: usize = 256 << 20;

    /// A configuration for tests: no mail server, a fixed seed, an address nobody dials.
    pub fn for_tests() -> Self {
        Self {
            base_url: "https://partners.example".into(),
            smtp: None,
            mail_from: "Entente <partners@entente.example>".into(),
            demo: false,
            seed: [7; 32],
            body_limit: 1 << 20,
            upload_limit: 64 << 20,
            body_budget: Self::BODY_BUDGET,
            body_pace: Self::BODY_PACE,
            upload_pace: Self::UPLOAD_PACE,
            trusted_proxies: TrustedProxies::Nobody,
            data_dir: None,
            metrics_token: None,
        }
    }

    /// True when people reach it by https, so that cookies can be bound to the host.
    pub fn https(&self) -> bool {
        self.base_url.starts_with("https://")
    }
}
