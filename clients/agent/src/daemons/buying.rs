//! A buyer's door: whatever asks here is asked of a seller, and paid for. Programs that know nothing of payments use it.

use std::{
	net::{IpAddr, SocketAddr},
	sync::Arc,
	time::Duration,
};

use axum::{
	body::{to_bytes, Body},
	extract::{Request, State},
	http::{header, uri::Authority, HeaderMap, HeaderName, StatusCode},
	response::Response,
	Router,
};
use futures::StreamExt;
use substation_sdk::{
	failure::{told, Failure},
	service::{buyer::Buyer, LONGEST_BODY},
};

use super::{answers::plain, behind::without_hops, said::Said};
use crate::output::Output;

/// Between two looks whether something was taken that is not signed for.
const TICK: Duration = Duration::from_secs(1);

/// A buyer's door.
struct Hall {
	buyer: Arc<Buyer>,
	/// Where it is: pages of other places do not come in.
	address: SocketAddr,
}

/// The routes: all of them lead to the seller.
pub fn router(buyer: Arc<Buyer>, address: SocketAddr) -> Router {
	Router::new().fallback(forward).with_state(Arc::new(Hall { buyer, address }))
}

/// Whether a program on this machine asks, or a page that came from here: not a page of a stranger, which a browser on this
/// machine may show, under whatever name that calls this machine.
fn is_own(headers: &HeaderMap, address: SocketAddr) -> bool {
	let named = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
	let is_here = |host: &str| {
		let host: Option<Authority> = host.parse().ok();
		host.is_some_and(|host| {
			let name = host.host().trim_matches(['[', ']']);
			let is_loopback = name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
			let is_named = name == "localhost" || name.parse() == Ok(address.ip());
			(is_loopback || is_named) && host.port_u16() == Some(address.port())
		})
	};
	let host = named("host").is_some_and(is_here);
	let origin =
		named("origin").is_none_or(|origin| origin.strip_prefix("http://").is_some_and(is_here));
	let site = named("sec-fetch-site").is_none_or(|site| ["none", "same-origin"].contains(&site));
	host && origin && site
}

/// What belongs to other programs on this machine, and is no seller's business; and the other way round.
const OTHERS: [HeaderName; 6] = [
	header::COOKIE,
	header::SET_COOKIE,
	header::ORIGIN,
	header::REFERER,
	header::ACCESS_CONTROL_ALLOW_ORIGIN,
	header::ACCESS_CONTROL_ALLOW_CREDENTIALS,
];

fn without_others(headers: &mut HeaderMap) {
	without_hops(headers);
	for name in OTHERS {
		headers.remove(name);
	}
}

/// Signs for what was taken and did not fill half a window, until it is stopped.
pub async fn sign_soon(buyer: Arc<Buyer>, output: Output) {
	let mut said = Said::new(output);
	loop {
		tokio::time::sleep(TICK).await;
		match buyer.flush().await {
			Ok(()) => said.over(),
			Err(error) => said.say(format!("the receipt is not taken: {}", told(&error))),
		}
	}
}

async fn forward(State(hall): State<Arc<Hall>>, request: Request) -> Response {
	if !is_own(request.headers(), hall.address) {
		let text = "this door is for programs on this machine, and pages that came through it";
		return plain(StatusCode::FORBIDDEN, text);
	}
	let path = request.uri().path_and_query().map_or("/", |path| path.as_str()).to_string();
	let (mut parts, body) = request.into_parts();
	let Ok(body) = to_bytes(body, LONGEST_BODY).await else {
		let text = format!("a request's body has {LONGEST_BODY} bytes at the most");
		return plain(StatusCode::PAYLOAD_TOO_LARGE, text);
	};
	without_others(&mut parts.headers);
	parts.headers.remove(header::HOST);
	match hall.buyer.ask(parts.method, &path, parts.headers, body.to_vec()).await {
		Ok(mut answer) => {
			without_others(&mut answer.headers);
			let mut response = Response::new(Body::empty());
			*response.status_mut() = answer.status;
			*response.headers_mut() = answer.headers;
			let pieces = answer.body.map(|piece| piece.map_err(|error| error.to_string()));
			response.map(|_| Body::from_stream(pieces))
		}
		Err(error) => {
			let status = match Failure::code_of(&error) {
				6 => StatusCode::PAYMENT_REQUIRED,
				_ => StatusCode::BAD_GATEWAY,
			};
			plain(status, told(&error))
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn asks(headers: &[(&'static str, &str)]) -> bool {
		let all = headers
			.iter()
			.map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()));
		is_own(&all.collect(), "127.0.0.1:8080".parse().unwrap())
	}

	#[test]
	fn pages_of_strangers_do_not_spend_what_is_the_buyers() {
		let host = ("host", "127.0.0.1:8080");
		assert!(asks(&[host]) && asks(&[("host", "localhost:8080")]));
		assert!(asks(&[
			host,
			("origin", "http://127.0.0.1:8080"),
			("sec-fetch-site", "same-origin")
		]));
		assert!(asks(&[host, ("sec-fetch-site", "none")]));
		for wrong in [
			&[][..],
			&[("host", "evil.example:8080")],
			&[("host", "127.0.0.1:9")],
			&[("host", "127.0.0.1")],
			&[host, ("origin", "http://evil.example")],
			&[host, ("origin", "null")],
			&[host, ("origin", "http://localhost:3000")],
			&[host, ("sec-fetch-site", "cross-site")],
			&[host, ("sec-fetch-site", "same-site")],
		] {
			assert!(!asks(wrong), "{wrong:?}");
		}
	}

	#[test]
	fn what_is_other_programs_goes_to_no_seller() {
		let mut headers = HeaderMap::new();
		for name in [header::COOKIE, header::REFERER, header::ACCEPT, header::AUTHORIZATION] {
			headers.insert(name, "1".parse().unwrap());
		}
		without_others(&mut headers);
		assert!(
			headers.contains_key(header::ACCEPT) && headers.contains_key(header::AUTHORIZATION)
		);
		assert_eq!(headers.len(), 2);
	}
}
