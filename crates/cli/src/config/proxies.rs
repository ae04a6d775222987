//! The proxies in front, and whether they are believed.

use std::net::{IpAddr, Ipv6Addr};

use frame::config::TrustedProxies;
use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use super::keys::{self, ConfigError, Environment, refused};

/// The proxies that are trusted: by a list of networks, or whoever connects, or nobody.
pub(super) fn trusted(
    one_hop: Option<bool>,
    networks: Option<Vec<String>>,
    env: &Environment,
) -> Result<TrustedProxies, ConfigError> {
    let one_hop = env.flag(keys::TRUST_PROXY, one_hop)?;
    let networks = match env.text(keys::TRUSTED_PROXIES, None)? {
        Some(text) => text.split(',').map(|part| part.trim().to_owned()).collect(),
        None => networks.unwrap_or_default(),
    };
    match (one_hop, networks.as_slice()) {
        (Some(true), []) => Ok(TrustedProxies::Peer),
        (Some(false) | None, []) => Ok(TrustedProxies::Nobody),
        (Some(false), _) => Err(refused(
            keys::TRUSTED_PROXIES,
            "it names proxies, but trust_proxy is false; leave trust_proxy out",
        )),
        (Some(true) | None, networks) => {
            let networks = networks.iter().map(|text| network(text)).collect::<Result<_, _>>()?;
            Ok(TrustedProxies::Networks(networks))
        }
    }
}

/// Every IPv4 address in the notation of IPv6 (source: RFC 4291, 2.5.5.2).
const MAPPED: Ipv6Net = Ipv6Net::new_assert(Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, 0, 0), 96);

/// A network as the addresses of callers are compared with it: one of IPv4 addresses in the notation of
/// IPv6 as those addresses; `None` when it holds all of them.
fn canonical(network: IpNet) -> Option<IpNet> {
    match network {
        IpNet::V6(wide) if wide.contains(&MAPPED) => None,
        IpNet::V6(narrow) => match narrow.addr().to_ipv4_mapped() {
            Some(address) => {
                let length = narrow.prefix_len().saturating_sub(MAPPED.prefix_len());
                Ipv4Net::new(address, length).ok().map(IpNet::V4)
            }
            None => Some(network),
        },
        IpNet::V4(_) => Some(network),
    }
}

/// A network such as `10.0.0.0/8`, or one address.
fn network(text: &str) -> Result<IpNet, ConfigError> {
    let alone = text.parse::<IpAddr>().map(|address| IpNet::from(address.to_canonical()));
    let network = alone.or_else(|_| text.parse::<IpNet>()).map_err(|_| {
        refused(
            keys::TRUSTED_PROXIES,
            format!("“{text}” is neither an address nor a network such as 10.0.0.0/8"),
        )
    })?;
    if network.prefix_len() == 0 {
        return Err(refused(
            keys::TRUSTED_PROXIES,
            format!("{text} is every address, so any caller could claim any other address"),
        ));
    }
    let network = canonical(network).ok_or_else(|| {
        refused(
            keys::TRUSTED_PROXIES,
            format!(
                "{text} holds every IPv4 address (::ffff:0:0/96), so any caller could claim any \
                 other address; write a network of IPv4 as 10.0.0.0/8 or ::ffff:10.0.0.0/104"
            ),
        )
    })?;
    Ok(network.trunc())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(one_hop: Option<bool>, networks: &[&str]) -> Result<TrustedProxies, ConfigError> {
        let networks = networks.iter().map(|text| (*text).to_owned()).collect();
        trusted(one_hop, Some(networks), &Environment::default())
    }

    #[test]
    fn op_01_proxies_are_trusted_by_address_or_network_or_for_one_hop() {
        assert_eq!(told(None, &[]), Ok(TrustedProxies::Nobody));
        assert_eq!(told(Some(true), &[]), Ok(TrustedProxies::Peer));
        let networks = vec!["10.0.0.0/8".parse().unwrap(), "192.0.2.7/32".parse().unwrap()];
        let named = TrustedProxies::Networks(networks);
        assert_eq!(told(None, &["10.0.0.1/8", "192.0.2.7"]), Ok(named.clone()));
        assert_eq!(told(Some(true), &["10.0.0.0/8", "192.0.2.7"]), Ok(named.clone()));
        let variable = ("ENTENTE_TRUSTED_PROXIES".to_owned(), "10.0.0.0/8, 192.0.2.7".to_owned());
        assert_eq!(trusted(None, None, &Environment([variable].into())), Ok(named));
    }

    #[test]
    fn op_01_networks_in_the_notation_of_ipv6_are_those_of_the_callers() {
        let named = TrustedProxies::Networks(vec![
            "10.0.0.0/8".parse().unwrap(),
            "192.0.2.7/32".parse().unwrap(),
            "2001:db8::/32".parse().unwrap(),
        ]);
        let given = ["::ffff:10.1.2.3/104", "::ffff:192.0.2.7/128", "2001:db8::1/32"];
        assert_eq!(told(None, &given), Ok(named));
        for given in ["::ffff:0.0.0.0/96", "::ffff:10.0.0.0/95", "::ffff:0:0/90", "::/64"] {
            let refusal = told(None, &[given]).unwrap_err();
            assert!(refusal.0.contains("every IPv4 address"), "{given}: {refusal}");
        }
    }

    #[test]
    fn op_01_a_proxy_that_cannot_be_meant_is_refused() {
        for (one_hop, networks) in [
            (None, "proxy.example.com"),
            (None, "10.0.0.0/33"),
            (None, "0.0.0.0/0"),
            (None, "::/0"),
            (None, ""),
            (Some(false), "10.0.0.0/8"),
        ] {
            let refusal = told(one_hop, &[networks]).unwrap_err();
            assert!(refusal.0.starts_with("trusted_proxies"), "{networks}: {refusal}");
        }
    }
}
