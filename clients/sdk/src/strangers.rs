//! Addresses that strangers have put on the chain: they say where somebody is reached, and nothing of what is asked there.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

use anyhow::{anyhow, Context, Result};
use reqwest::{redirect::Policy as Redirects, ClientBuilder, Url};

use crate::{failure::Failure, proxies::builder_for};

/// Whether an address is one of the whole internet: not this machine's, nor of a network behind a router.
pub fn is_public(address: IpAddr) -> bool {
	match address.to_canonical() {
		IpAddr::V4(v4) => is_public_v4(v4),
		IpAddr::V6(v6) => is_public_v6(v6),
	}
}

fn is_public_v4(address: Ipv4Addr) -> bool {
	let [a, b, c, _] = address.octets();
	!(address.is_loopback()
		|| address.is_private()
		|| address.is_link_local()
		|| address.is_multicast()
		|| address.is_documentation()
		|| a == 0
		|| a >= 240
		// Of providers (RFC 6598), of protocols (RFC 6890), of measurements (RFC 2544).
		|| (a == 100 && (64..128).contains(&b))
		|| (a == 192 && b == 0 && c == 0)
		|| (a == 198 && (18..20).contains(&b)))
}

fn is_public_v6(address: Ipv6Addr) -> bool {
	let [a, b, ..] = address.segments();
	// What is given out to the world (RFC 4291), without documentation and ways into other networks.
	a & 0xe000 == 0x2000 && (a, b) != (0x2001, 0xdb8) && a != 0x2002 && (a, b) != (0x2001, 0)
}

/// Whether an address is this machine's own, or in version 6 of its own network. What the machine would send from says that; nothing is sent.
fn is_beside(address: SocketAddr) -> bool {
	let any: IpAddr = match address {
		SocketAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
		SocketAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
	};
	let own = UdpSocket::bind((any, 0)).and_then(|socket| {
		socket.connect(address)?;
		socket.local_addr()
	});
	match (own.map(|own| own.ip()), address.ip()) {
		(Ok(IpAddr::V6(own)), IpAddr::V6(other)) => own.segments()[..4] == other.segments()[..4],
		(Ok(own), other) => own == other,
		// It is not reached either.
		(Err(_), _) => false,
	}
}

/// A client for an address that a stranger has put on the chain, which has nothing behind its host and port. Unless it may be `anywhere`, it is one of
/// the whole internet: what is behind this machine's router is nobody's to reach by way of it.
pub async fn builder_for_stranger(url: &str, anywhere: bool) -> Result<ClientBuilder> {
	let parsed = Url::parse(url).with_context(|| format!("{url} is no address"))?;
	let (host, port) = (parsed.host_str(), parsed.port_or_known_default());
	let bare = parsed.path() == "/"
		&& parsed.query().is_none()
		&& parsed.fragment().is_none()
		&& parsed.username().is_empty()
		&& parsed.password().is_none()
		&& matches!(parsed.scheme(), "http" | "https");
	let (Some(host), Some(port), true) = (host, port, bare) else {
		return Err(anyhow!("{url} is no address as http://machine.example:9000 is"));
	};
	let builder = builder_for(url).redirect(Redirects::none());
	if anywhere {
		return Ok(builder);
	}
	let host = host.trim_matches(['[', ']']);
	let found: Vec<SocketAddr> = tokio::net::lookup_host((host, port)).await?.collect();
	let public = found.into_iter().find(|at| is_public(at.ip()) && !is_beside(*at));
	let public =
		public.ok_or_else(|| Failure::Unreachable(format!("{url} is not on the internet")))?;
	// The name is not looked up again: it might be another address then.
	Ok(builder.no_proxy().resolve(host, public))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn what_is_behind_a_router_is_told_from_the_internet() {
		for public in ["1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2001:4860::1"] {
			assert!(is_public(public.parse().unwrap()), "{public}");
		}
		for own in [
			"127.0.0.1",
			"10.1.2.3",
			"172.16.0.1",
			"192.168.1.1",
			"169.254.169.254",
			"100.64.0.1",
			"0.0.0.0",
			"192.0.0.8",
			"198.18.0.1",
			"224.0.0.1",
			"255.255.255.255",
			"203.0.113.1",
			"::1",
			"::",
			"fe80::1",
			"fd00::1",
			"ff02::1",
			"2001:db8::1",
			"::ffff:10.0.0.1",
			"64:ff9b::a00:1",
			"2002:a00:1::",
		] {
			assert!(!is_public(own.parse().unwrap()), "{own}");
		}
	}
}
