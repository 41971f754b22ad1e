//! Where a request comes from: the peer's address, or what trusted proxies say of it.

use std::net::{IpAddr, Ipv6Addr};

use http::HeaderMap;
use ipnet::IpNet;

/// Whether this peer is one of our own proxies, whose forwarding headers are believed.
pub fn is_trusted(peer: IpAddr, trusted: &[IpNet]) -> bool {
    let peer = peer.to_canonical();
    trusted.iter().any(|network| network.contains(&peer))
}

/// The address of the client. Proxies append to `X-Forwarded-For` the address that they saw, so it is read from
/// the right, and the first address that is no proxy of ours is the client; what stands left of it anyone could
/// have written.
pub fn client_address(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let peer = peer.to_canonical();
    if !is_trusted(peer, trusted) {
        return peer;
    }
    let mut client = peer;
    let hops = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let hops: Vec<&str> = hops.flat_map(|value| value.split(',')).collect();
    for hop in hops.into_iter().rev() {
        let Some(address) = parse_hop(hop.trim()) else { break };
        client = address;
        if !is_trusted(client, trusted) {
            break;
        }
    }
    client
}

/// The part of an address that one subscriber usually has: a whole IPv4 address, the first 64 bits of an IPv6 one.
pub fn subscriber(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX))),
    }
}

/// An address, with or without a port, IPv6 with or without brackets: proxies write it in all these ways.
fn parse_hop(text: &str) -> Option<IpAddr> {
    let bare = text.trim_start_matches('[').split(']').next().unwrap_or(text);
    bare.parse()
        .ok()
        .or_else(|| text.parse().ok().map(|address: std::net::SocketAddr| address.ip()))
        .map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(peer: &str, forwarded: &[&str]) -> String {
        let trusted = ["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()];
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", value.parse().unwrap());
        }
        client_address(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn strangers_are_not_believed() {
        assert_eq!(client("203.0.113.5", &["198.51.100.1"]), "203.0.113.5");
        assert_eq!(client("10.1.1.1", &[]), "10.1.1.1");
    }

    #[test]
    fn the_rightmost_address_that_is_no_proxy_counts() {
        assert_eq!(client("10.1.1.1", &["1.2.3.4, 198.51.100.1"]), "198.51.100.1");
        assert_eq!(client("10.1.1.1", &["1.2.3.4", "198.51.100.1, 10.2.2.2"]), "198.51.100.1");
        assert_eq!(client("::1", &["[2001:db8::7]:4711"]), "2001:db8::7");
        assert_eq!(client("::ffff:10.1.1.1", &["198.51.100.1:80"]), "198.51.100.1");
        assert_eq!(client("10.1.1.1", &["198.51.100.1, unknown"]), "10.1.1.1");
    }

    #[test]
    fn a_subscriber_of_ipv6_has_a_whole_network() {
        let of = |text: &str| subscriber(text.parse().unwrap()).to_string();
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(of("::ffff:192.0.2.1"), "192.0.2.1");
    }
}
