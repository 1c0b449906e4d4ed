//! Which proxy HTTP goes through. What is on this machine is reached without one: a proxy elsewhere
//! would look for it on its own machine.

use std::net::IpAddr;

use reqwest::{ClientBuilder, Url};

/// Whether a URL names this machine.
pub fn is_loopback(url: &str) -> bool {
	let parsed = Url::parse(url).ok();
	let Some(host) = parsed.as_ref().and_then(|url| url.host_str()) else { return false };
	let host = host.trim_matches(['[', ']']).trim_end_matches('.');
	match host.parse::<IpAddr>() {
		Ok(address) => address.to_canonical().is_loopback(),
		Err(_) => host == "localhost" || host.ends_with(".localhost"),
	}
}

/// A client for `url`: by way of the proxy that the environment names, save to this machine.
pub fn builder_for(url: &str) -> ClientBuilder {
	match is_loopback(url) {
		true => ClientBuilder::new().no_proxy(),
		false => ClientBuilder::new(),
	}
}

/// Whether NO_PROXY leaves the host of `url` out: by its name, by that of a domain above it, or all with `*`. Ranges of addresses are
/// not looked into.
fn is_excepted(url: &str, excepted: &str) -> bool {
	let parsed = Url::parse(url).ok();
	let Some(host) = parsed.as_ref().and_then(|url| url.host_str()) else { return false };
	let host = host.trim_matches(['[', ']']).trim_end_matches('.').to_lowercase();
	excepted.split(',').map(|one| one.trim().to_lowercase()).any(|one| {
		let domain = one.trim_start_matches('.');
		let within = host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'));
		!domain.is_empty() && (domain == "*" || host == domain || within)
	})
}

/// What is said of the proxy that `url` is reached by, if the environment `names` one. What a proxy
/// asks of its users is left out.
pub fn told(url: &str, names: impl Fn(&str) -> Option<String>) -> Option<String> {
	let excepted = names("NO_PROXY").or_else(|| names("no_proxy")).unwrap_or_default();
	if is_loopback(url) || is_excepted(url, &excepted) {
		return None;
	}
	let own = if url.starts_with("https:") { "HTTPS_PROXY" } else { "HTTP_PROXY" };
	let variables = [own, "ALL_PROXY"].map(|name| [name.to_lowercase(), name.into()]);
	let (variable, proxy) = variables.into_iter().flatten().find_map(|name| {
		let value = names(&name).filter(|value| !value.is_empty())?;
		Some((name, value))
	})?;
	let shown = match proxy.rsplit_once('@') {
		Some((_, place)) => place,
		None => proxy.split_once("://").map_or(proxy.as_str(), |(_, place)| place),
	};
	Some(format!(
		"{url} is reached by the proxy at {shown}, by the environment variable {variable}: name it in \
		 NO_PROXY if that is not meant"
	))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn this_machine_is_known_by_all_its_names() {
		for here in [
			"http://127.0.0.1:8080",
			"http://127.9.9.9/",
			"http://localhost:80",
			"https://LOCALHOST",
			"http://node.localhost",
			"http://[::1]:8080/v1",
			"http://[::ffff:127.0.0.1]",
		] {
			assert!(is_loopback(here), "{here}");
		}
		for elsewhere in
			["http://10.0.0.1", "http://localhost.example.org", "http://[::2]", "x", ""]
		{
			assert!(!is_loopback(elsewhere), "{elsewhere}");
		}
	}

	#[test]
	fn what_is_reached_without_a_proxy_is_told_of_none() {
		let told = |excepted: &'static str| {
			let names = |name: &str| match name {
				"http_proxy" => Some("proxy:3128".to_string()),
				"NO_PROXY" => Some(excepted.to_string()),
				_ => None,
			};
			told("http://far.example.org:8080", names).is_some()
		};
		for none in ["*", "example.org", ".example.org", "far.example.org", "a.b, Example.org"] {
			assert!(!told(none), "{none}");
		}
		for other in ["", ",", "ample.org", "near.example.org", "org.far"] {
			assert!(told(other), "{other}");
		}
	}

	#[test]
	fn a_proxy_is_named_without_its_password_and_never_for_this_machine() {
		let named = |wanted: &'static str| {
			move |name: &str| (name == wanted).then(|| "http://me:secret@proxy:3128".to_string())
		};
		let told_of = told("http://far.example.org", named("http_proxy")).unwrap();
		assert!(told_of.contains("the proxy at proxy:3128"), "{told_of}");
		assert!(told_of.contains("http_proxy") && !told_of.contains("secret"), "{told_of}");
		assert!(told("https://far.example.org", named("HTTPS_PROXY")).is_some());
		assert!(told("https://far.example.org", named("ALL_PROXY")).is_some());
		assert_eq!(told("https://far.example.org", named("HTTP_PROXY")), None);
		assert_eq!(told("http://127.0.0.1:8080", named("HTTP_PROXY")), None);
		assert_eq!(told("http://far.example.org", |_| Some(String::new())), None);
	}
}
