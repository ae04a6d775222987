//! Where a request comes from, and under which name attempts from there are counted.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use http::{HeaderMap, HeaderName, header};

use super::config::TrustedProxies;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The address of the caller: the peer of the connection, or, as far as the proxies in front are
/// trusted, the nearest hop that none of them is. It is found from the right, because whatever
/// stands before it the caller wrote. What is no address ends the search at the hop before it.
pub(super) fn of(headers: &HeaderMap, peer: &str, proxies: &TrustedProxies) -> String {
    let Some(connected) = address(peer) else {
        return peer.to_owned();
    };
    let by_old_header = nearest(connected, &forwarded_for(headers), proxies);
    let by_new_header = nearest(connected, &forwarded(headers), proxies);
    let caller =
        match (headers.contains_key(X_FORWARDED_FOR), headers.contains_key(header::FORWARDED)) {
            (false, _) => by_new_header,
            (true, false) => by_old_header,
            // A proxy writes one of them and may pass on the other as the caller sent it. Which one is
            // not known here, so when they disagree neither is believed.
            (true, true) if by_old_header == by_new_header => by_old_header,
            (true, true) => connected.to_canonical(),
        };
    caller.to_string()
}

/// Whether what this peer says of a request is believed.
pub(super) fn is_trusted(peer: &str, proxies: &TrustedProxies) -> bool {
    address(peer).is_some_and(|peer| proxies.trusts(peer, 0))
}

/// The last of the hops, seen from the peer, to which a chain of trusted proxies leads.
fn nearest(peer: IpAddr, hops: &[Option<IpAddr>], proxies: &TrustedProxies) -> IpAddr {
    let mut at = peer.to_canonical();
    for (passed, hop) in hops.iter().rev().enumerate() {
        match hop {
            Some(hop) if proxies.trusts(at, passed) => at = hop.to_canonical(),
            Some(_) | None => break,
        }
    }
    at
}

/// The lines of a list header, each as text; several lines are one list.
fn lines(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = &str> {
    // A line that is no text is one hop without an address.
    headers.get_all(name).iter().map(|line| line.to_str().unwrap_or(""))
}

/// The hops of `X-Forwarded-For`, the farthest first; `None` stands for what is no address.
fn forwarded_for(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    let hops = lines(headers, X_FORWARDED_FOR).flat_map(|line| line.split(','));
    hops.map(|hop| address(hop.trim())).collect()
}

/// The hops of `Forwarded` (RFC 7239), the farthest first; `None` stands for what is no address.
fn forwarded(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    let hops = lines(headers, header::FORWARDED).flat_map(|line| {
        // A quote that the caller left open would swallow the hop that a proxy appended, so that
        // the caller's own stood last. Such a line is one hop without an address.
        let is_closed = line.matches('"').count() % 2 == 0;
        if is_closed { unquoted(line, ',') } else { vec![""] }
    });
    hops.map(|hop| {
        let pairs = unquoted(hop, ';').into_iter().filter_map(|pair| pair.split_once('='));
        let mut named = pairs.filter(|(name, _)| name.trim().eq_ignore_ascii_case("for"));
        match (named.next(), named.next()) {
            (Some((_, hop)), None) => address(hop.trim().trim_matches('"')),
            (_, _) => None,
        }
    })
    .collect()
}

/// Splits at a mark, except inside double quotes.
fn unquoted(text: &str, mark: char) -> Vec<&str> {
    let mut quoted = false;
    let parts = text.split(|letter| {
        quoted ^= letter == '"';
        letter == mark && !quoted
    });
    parts.collect()
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

    fn headers(lines: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, line) in lines {
            headers.append(*name, HeaderValue::from_static(line));
        }
        headers
    }

    const XFF: &str = "x-forwarded-for";
    const NEW: &str = "forwarded";
    const PEER: &str = "192.0.2.7";

    #[test]
    fn id_01_of_what_was_forwarded_only_the_last_counts_and_only_behind_a_proxy() {
        let spoofed = headers(&[(XFF, "198.51.100.1"), (XFF, "198.51.100.2, 203.0.113.9:4711")]);
        assert_eq!(of(&spoofed, PEER, &TrustedProxies::Peer), "203.0.113.9");
        assert_eq!(of(&spoofed, PEER, &TrustedProxies::Nobody), PEER);
        for line in ["1.2.3.4, ", "1.2.3.4, unknown", "1.2.3.4, _hidden", ""] {
            assert_eq!(of(&headers(&[(XFF, line)]), PEER, &TrustedProxies::Peer), PEER, "{line}");
        }
        assert_eq!(of(&headers(&[]), "::ffff:192.0.2.7", &TrustedProxies::Peer), PEER);
    }

    #[test]
    fn id_01_the_nearest_hop_that_is_no_trusted_proxy_is_counted_from_the_right() {
        let networks = ["192.0.2.0/24", "2001:db8::/32"].map(|text| text.parse().unwrap());
        let proxies = TrustedProxies::Networks(networks.to_vec());
        let from = |line: &'static str| of(&headers(&[(XFF, line)]), PEER, &proxies);
        assert_eq!(from("198.51.100.1"), "198.51.100.1");
        assert_eq!(from("9.9.9.9, 198.51.100.1, 192.0.2.8, [2001:db8::1]:443"), "198.51.100.1");
        assert_eq!(from("198.51.100.1, ::ffff:192.0.2.8"), "198.51.100.1");
        // A chain of proxies alone begins with its first.
        assert_eq!(from("192.0.2.9, 192.0.2.8"), "192.0.2.9");
        assert_eq!(from("198.51.100.1, unknown, 192.0.2.8"), "192.0.2.8");
        let direct = of(&headers(&[(XFF, "198.51.100.1")]), "203.0.113.5", &proxies);
        assert_eq!(direct, "203.0.113.5", "somebody who comes past the proxy");
        let several = headers(&[(XFF, "9.9.9.9"), (XFF, "198.51.100.1"), (XFF, "192.0.2.8")]);
        assert_eq!(of(&several, PEER, &proxies), "198.51.100.1");
    }

    #[test]
    fn id_01_forwarded_is_read_as_the_standard_has_it_and_a_contradiction_is_not_believed() {
        let of = |lines: &[(&'static str, &'static str)]| {
            of(&headers(lines), PEER, &TrustedProxies::Peer)
        };
        for (line, caller) in [
            ("for=198.51.100.1", "198.51.100.1"),
            ("For=1.2.3.4, proto=https;FOR=\"198.51.100.1:4711\";by=192.0.2.7", "198.51.100.1"),
            ("for=\"[2001:db8::17]:4711\"", "2001:db8::17"),
            ("for=1.2.3.4;host=\"a,for=9.9.9.9\"", "1.2.3.4"),
            ("for=1.2.3.4, for=unknown", PEER),
            ("for=1.2.3.4, proto=https", PEER),
            ("for=1.2.3.4;for=9.9.9.9", PEER),
            // A caller opened a quote, and a proxy appended its hop behind it.
            ("for=9.9.9.9;x=\", for=198.51.100.1", PEER),
            ("for=9.9.9.9;x=\", for=\"198.51.100.1:4711\"", PEER),
        ] {
            assert_eq!(of(&[(NEW, line)]), caller, "{line}");
        }
        assert_eq!(of(&[(NEW, "for=1.2.3.4"), (NEW, "for=198.51.100.1")]), "198.51.100.1");
        assert_eq!(of(&[(NEW, "for=9.9.9.9;x=\""), (NEW, "for=198.51.100.1")]), "198.51.100.1");
        assert_eq!(of(&[(NEW, "for=198.51.100.1"), (XFF, "198.51.100.1")]), "198.51.100.1");
        assert_eq!(of(&[(NEW, "for=1.2.3.4"), (XFF, "198.51.100.1")]), PEER);
    }
}
