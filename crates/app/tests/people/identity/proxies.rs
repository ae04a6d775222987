//! Behind proxies: whose attempts are counted is found in what a trusted proxy says, and in nothing
//! else.

use frame::config::{Config, TrustedProxies};
use testkit::{Caller, World, on_both_with};

/// Thirty unknown links are one caller's share.
const SHARE: usize = 30;

/// An installation that trusts these proxies.
fn trusting(trusted_proxies: TrustedProxies) -> Config {
    Config { trusted_proxies, ..Config::for_tests() }
}

/// One that trusts proxies in these networks.
fn behind(networks: &[&str]) -> Config {
    let networks = networks.iter().map(|text| text.parse().unwrap()).collect();
    trusting(TrustedProxies::Networks(networks))
}

/// Opens unknown links up to the share, each as the caller that `caller` gives for its number.
async fn guesses(caller: impl Fn(usize) -> Caller) {
    for number in 0..SHARE {
        let _ = caller(number).get(&format!("/links/sign-in/guess{number}")).await.is(404);
    }
}

/// Fails unless the share of this caller is used up.
async fn is_used_up(caller: &Caller) {
    let _ = caller.get("/links/sign-in/once-more").await.is(429);
}

/// Fails if the share of this caller is used up.
async fn is_free(caller: &Caller) {
    let _ = caller.get("/links/sign-in/once-more").await.is(404);
}

/// A stranger whose request has these header lines.
fn stranger(world: &World, lines: &[(&str, &str)]) -> Caller {
    lines.iter().fold(world.anonymous(), |caller, (name, line)| caller.with_header(name, line))
}

const XFF: &str = "x-forwarded-for";

#[test]
fn id_01_behind_one_proxy_the_last_value_of_the_last_line_counts() {
    on_both_with(&trusting(TrustedProxies::Peer), async |world| {
        // A proxy that appends a line of its own, and one that appends to the line.
        guesses(|n| stranger(&world, &[(XFF, &format!("198.51.100.{n}")), (XFF, "203.0.113.8")]))
            .await;
        is_used_up(&stranger(&world, &[(XFF, "198.51.100.77, 203.0.113.8")])).await;
        is_free(&stranger(&world, &[(XFF, "203.0.113.8"), (XFF, "198.51.100.77")])).await;
    });
}

#[test]
fn id_01_the_port_is_no_part_of_the_address_and_a_network_of_ipv6_is_one_place() {
    on_both_with(&trusting(TrustedProxies::Peer), async |world| {
        guesses(|n| stranger(&world, &[(XFF, &format!("203.0.113.10:{}", 50_000 + n))])).await;
        is_used_up(&stranger(&world, &[(XFF, "203.0.113.10")])).await;
        guesses(|n| stranger(&world, &[(XFF, &format!("[2001:db8:1:2:{n:x}::1]:443"))])).await;
        is_used_up(&stranger(&world, &[(XFF, "2001:db8:1:2:ffff::9")])).await;
        is_free(&stranger(&world, &[(XFF, "2001:db8:1:3::9")])).await;
    });
}

#[test]
fn id_01_behind_several_proxies_the_nearest_hop_that_is_none_of_them_counts() {
    on_both_with(&behind(&["192.0.2.0/24", "10.0.0.0/8"]), async |world| {
        let via = |n: usize| {
            let line = format!("198.51.100.{n}, 203.0.113.8, 10.0.0.{n}");
            stranger(&world, &[(XFF, &line)]).at("192.0.2.1")
        };
        guesses(via).await;
        is_used_up(&stranger(&world, &[(XFF, "203.0.113.8")]).at("192.0.2.2")).await;
        is_free(&stranger(&world, &[(XFF, "203.0.113.9, 10.0.0.1")]).at("192.0.2.1")).await;
        // Whoever comes past the proxies counts by its own address, whatever it claims.
        guesses(|n| stranger(&world, &[(XFF, &format!("198.51.100.{n}"))]).at("203.0.113.50"))
            .await;
        is_used_up(&world.anonymous().at("203.0.113.50")).await;
    });
}

#[test]
fn id_01_the_standard_header_is_read_and_a_contradiction_is_not_believed() {
    on_both_with(&trusting(TrustedProxies::Peer), async |world| {
        let new = |n: usize| format!("for=198.51.100.{n}, for=\"203.0.113.8:4711\";proto=https");
        guesses(|n| stranger(&world, &[("forwarded", &new(n))])).await;
        is_used_up(&stranger(&world, &[("forwarded", "For=203.0.113.8")])).await;
        is_used_up(&stranger(&world, &[(XFF, "203.0.113.8")])).await;
        // A caller who writes the header that the proxy leaves alone frees nobody.
        let both = |n: usize| {
            let old = format!("198.51.100.{n}");
            stranger(&world, &[("forwarded", "for=203.0.113.9"), (XFF, &old)])
        };
        guesses(both).await;
        is_used_up(&both(99)).await;
        is_free(&stranger(&world, &[("forwarded", "for=203.0.113.9")])).await;
    });
}

#[test]
fn id_01_without_a_trusted_proxy_no_header_is_believed() {
    on_both_with(&Config::for_tests(), async |world| {
        guesses(|n| stranger(&world, &[(XFF, &format!("198.51.100.{n}"))])).await;
        is_used_up(&stranger(&world, &[("forwarded", "for=203.0.113.9")])).await;
    });
}

#[test]
fn op_01_the_name_of_a_request_is_taken_from_a_trusted_proxy_only() {
    on_both_with(&behind(&["192.0.2.1/32"]), async |world| {
        let caller = stranger(&world, &[("x-request-id", "from-the-proxy-1")]);
        let told = caller.at("192.0.2.1").get("/sign-in").await.is(200);
        assert_eq!(told.header("x-request-id"), "from-the-proxy-1");
        let own = caller.at("203.0.113.1").get("/sign-in").await.is(200);
        assert_ne!(own.header("x-request-id"), "from-the-proxy-1");
    });
}
