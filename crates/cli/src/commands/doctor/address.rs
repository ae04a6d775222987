//! The address: what stands in mails and links, and whether it leads here.

use std::{
    io::{Read as _, Write as _},
    net::{IpAddr, SocketAddr, TcpStream, ToSocketAddrs as _},
    time::Duration,
};

use people::identity::Vendor;

use super::finding::Finding;
use crate::config::Settings;

const CHECK: &str = "address";
const PATIENCE: Duration = Duration::from_secs(3);
const MEND: &str = "Set base_url (ENTENTE_BASE_URL) to the address people type, with https";

/// A base address in its parts.
struct Base<'a> {
    https: bool,
    host: &'a str,
    port: u16,
}

impl<'a> Base<'a> {
    fn of(url: &'a str) -> Self {
        let (https, rest) = match url.strip_prefix("https://") {
            Some(rest) => (true, rest),
            None => (false, url.strip_prefix("http://").unwrap_or(url)),
        };
        let usual = if https { 443 } else { 80 };
        let (host, port) = match rest.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, port.parse().unwrap_or(usual)),
            Some(_) | None => (rest, usual),
        };
        Self { https, host: host.trim_matches(['[', ']']), port }
    }

    fn is_local(&self) -> bool {
        self.host == "localhost"
            || self.host.ends_with(".localhost")
            || self.host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
    }
}

/// What the settings say of themselves.
pub(super) fn of_settings(settings: &Settings) -> Vec<Finding> {
    of_addresses(&settings.app.base_url, settings.listen)
}

fn of_addresses(base_url: &str, listen: SocketAddr) -> Vec<Finding> {
    let base = Base::of(base_url);
    let mut findings = Vec::new();
    if base.is_local() && !listen.ip().is_loopback() {
        findings.push(Finding::fault(
            CHECK,
            format!(
                "it listens on {listen} for other machines, but links in mails point to \
                 {base_url}, the reader's own machine"
            ),
            MEND,
        ));
    } else if !base.https && !base.is_local() {
        findings.push(Finding::fault(
            CHECK,
            format!("{base_url} is not https: passwords and sessions can be read on the way"),
            "Put an https proxy in front (docs/operate/install.md) and set base_url \
             (ENTENTE_BASE_URL) to its https address",
        ));
    } else if !base.https && base.port != listen.port() {
        findings.push(Finding::fault(
            CHECK,
            format!("links point to port {}, but it listens on port {}", base.port, listen.port()),
            "Set the same port in base_url (ENTENTE_BASE_URL) and listen (ENTENTE_LISTEN)",
        ));
    } else if base.https && !listen.ip().is_loopback() {
        findings.push(Finding::warning(
            CHECK,
            format!("it listens on {listen}, so the proxy can be bypassed without https"),
            "Listen on this machine only: listen = \"127.0.0.1:7171\" (ENTENTE_LISTEN), unless a \
             firewall or a container network is in between",
        ));
    }
    if findings.is_empty() {
        findings.push(Finding::good(CHECK, format!("{base_url}, listening on {listen}")));
    }
    findings
}

/// Whether the base address is the one under which each vendor answers.
pub(super) fn of_vendors(base_url: &str, vendors: &[Vendor]) -> Vec<Finding> {
    let base = Base::of(base_url);
    if vendors.is_empty() {
        return vec![Finding::note(
            "vendor",
            "there is none yet",
            "entente user create --vendor NAME --name NAME --email ADDRESS",
        )];
    }
    if vendors.iter().any(|vendor| vendor.host.is_empty() || vendor.host == base.host) {
        return Vec::new();
    }
    let hosts: Vec<&str> = vendors.iter().map(|vendor| vendor.host.as_str()).collect();
    vec![Finding::fault(
        "vendor",
        format!("links point to {}, but vendors use only {}", base.host, hosts.join(", ")),
        MEND,
    )]
}

/// Whether the base address leads to this program.
pub(super) fn reached(base_url: &str) -> Option<Finding> {
    let base = Base::of(base_url);
    let addresses: Vec<SocketAddr> = match (base.host, base.port).to_socket_addrs() {
        Ok(found) => found.collect(),
        Err(error) => {
            return Some(Finding::fault(
                CHECK,
                format!("the host name {} cannot be resolved: {error}", base.host),
                MEND,
            ));
        }
    };
    let connected =
        addresses.iter().find_map(|address| TcpStream::connect_timeout(address, PATIENCE).ok());
    let Some(stream) = connected else {
        return Some(Finding::note(
            CHECK,
            format!("nothing answers at {base_url}"),
            "This is expected while no node is running",
        ));
    };
    if base.https {
        // Speaking https would need the proxy's certificates; that it answers is what can be said.
        return None;
    }
    Some(if lives(stream, base.host) {
        Finding::good(CHECK, format!("{base_url} reaches a running node"))
    } else {
        Finding::fault(CHECK, format!("something else answers at {base_url}"), MEND)
    })
}

fn lives(mut stream: TcpStream, host: &str) -> bool {
    let ask = format!("GET /healthz HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
    let asked = stream
        .set_read_timeout(Some(PATIENCE))
        .and_then(|()| stream.set_write_timeout(Some(PATIENCE)))
        .and_then(|()| stream.write_all(ask.as_bytes()));
    let mut answer = Vec::new();
    asked.is_ok()
        && stream.take(16 << 10).read_to_end(&mut answer).is_ok()
        && answer.starts_with(b"HTTP/1.1 200")
        && answer.ends_with(b"alive\n")
}

#[cfg(test)]
mod tests {
    use super::{super::finding::Level, *};

    #[test]
    fn op_03_a_wrong_base_address_is_found_and_the_fix_names_the_key() {
        for (base, listen, level) in [
            ("http://localhost:7171", "127.0.0.1:7171", Level::Good),
            ("http://localhost:7171", "127.0.0.1:7172", Level::Fault),
            ("http://localhost:7171", "0.0.0.0:7171", Level::Fault),
            ("http://partners.acme.com", "127.0.0.1:7171", Level::Fault),
            ("https://partners.acme.com", "127.0.0.1:7171", Level::Good),
            ("https://partners.acme.com", "0.0.0.0:7171", Level::Warning),
            ("http://[::1]:7171", "[::1]:7171", Level::Good),
        ] {
            let found = of_addresses(base, listen.parse().unwrap());
            assert_eq!(found.len(), 1, "{base} {listen}");
            assert_eq!(found[0].level, level, "{base} {listen}: {}", found[0]);
            assert!(level == Level::Good || found[0].fix.contains("ENTENTE_"), "{}", found[0]);
        }
    }

    #[test]
    fn a_vendor_that_answers_to_another_name_is_found() {
        let vendor = |host: &str| Vendor {
            vendor_id: domain::ids::VendorId::new(
                &domain::ids::IdSource::seeded(1),
                jiff::Timestamp::UNIX_EPOCH,
            ),
            name: "Acme".to_owned(),
            host: host.to_owned(),
            zone: "UTC".to_owned(),
        };
        let found = |host: &str| of_vendors("https://partners.acme.com", &[vendor(host)]);
        assert_eq!(found(""), []);
        assert_eq!(found("partners.acme.com"), []);
        assert_eq!(found("other.acme.com")[0].level, Level::Fault);
        assert_eq!(of_vendors("https://x", &[])[0].level, Level::Note);
    }
}
