//! Where a request comes from, and under which name attempts from there are counted.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use http::HeaderMap;

/// The longest text that is taken for an address.
const LONGEST: usize = 64;

/// The address of the caller: the peer of the connection, or what the proxy in front wrote last.
/// Whatever stands before that, in the same header or in an earlier one, the caller wrote.
pub(super) fn of(headers: &HeaderMap, peer: &str, trust_proxy: bool) -> String {
    let forwarded = headers
        .get_all("x-forwarded-for")
        .iter()
        .next_back()
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.rsplit(',').next())
        .map(str::trim)
        .filter(|address| !address.is_empty());
    match forwarded {
        Some(address) if trust_proxy => address.chars().take(LONGEST).collect(),
        Some(_) | None => peer.to_owned(),
    }
}

/// The name under which attempts from an address are counted. A network of IPv6 is counted as
/// one, by its first 64 bits: whoever has one of its addresses has all of them.
pub fn counted(origin: &str) -> String {
    let Some(address) = address(origin) else {
        return origin.to_owned();
    };
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let network = u128::from(address) >> 64 << 64;
            format!("{}/64", Ipv6Addr::from(network))
        }
    }
}

/// Proxies write addresses alone, with a port, or in brackets; a zone may follow.
fn address(text: &str) -> Option<IpAddr> {
    let plain = text.trim_start_matches('[').trim_end_matches(']');
    let plain = plain.split('%').next().unwrap_or(plain);
    let alone = plain.parse::<IpAddr>().ok();
    alone.or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn id_01_addresses_are_counted_alone_and_networks_of_ipv6_as_one() {
        for (origin, name) in [
            ("192.0.2.7", "192.0.2.7"),
            ("192.0.2.7:4711", "192.0.2.7"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
            ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
            ("[2001:db8:1:2::1]:443", "2001:db8:1:2::/64"),
            ("[2001:db8:1:2::1]", "2001:db8:1:2::/64"),
            ("fe80::1%eth0", "fe80::/64"),
            ("unknown", "unknown"),
            ("", ""),
        ] {
            assert_eq!(counted(origin), name, "{origin}");
        }
    }

    fn headers(lines: &[&'static str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append("x-forwarded-for", HeaderValue::from_static(line));
        }
        headers
    }

    #[test]
    fn id_01_of_what_was_forwarded_only_the_last_counts_and_only_behind_a_proxy() {
        let spoofed = headers(&["198.51.100.1", "198.51.100.2, 203.0.113.9"]);
        assert_eq!(of(&spoofed, "192.0.2.7", true), "203.0.113.9");
        assert_eq!(of(&spoofed, "192.0.2.7", false), "192.0.2.7");
        assert_eq!(of(&headers(&[]), "192.0.2.7", true), "192.0.2.7");
        assert_eq!(of(&headers(&["1.2.3.4, "]), "192.0.2.7", true), "192.0.2.7");
    }
}
