//! What is sold: files of a folder, or a service of HTTP on this machine.

use std::{path::PathBuf, str::FromStr, time::Duration};

use anyhow::{bail, Result};
use axum::{
	body::Body,
	extract::Request,
	http::{header, HeaderMap, HeaderName, StatusCode},
	response::{IntoResponse, Response},
};
use reqwest::{redirect::Policy, Client, Url};
use substation_sdk::{
	failure::Failure,
	proxies::builder_for,
	service::{
		grant::{ACCESS, ACCOUNT},
		payment::PAYMENT,
		AGREEMENT,
	},
};
use tower_http::services::ServeDir;

/// What is sold.
#[derive(Clone, Debug)]
pub enum Behind {
	/// Files of this folder, links in it followed.
	Folder(PathBuf),
	/// A service of HTTP.
	Service(Url),
}

impl Behind {
	/// Where the service is, if it is one.
	pub fn url(&self) -> Option<&Url> {
		match self {
			Self::Folder(_) => None,
			Self::Service(url) => Some(url),
		}
	}
}

impl FromStr for Behind {
	type Err = String;

	fn from_str(text: &str) -> Result<Self, String> {
		if text.starts_with("http://") || text.starts_with("https://") {
			return Url::parse(text).map(Self::Service).map_err(|error| format!("{text}: {error}"));
		}
		match text.contains("://") {
			false => Ok(Self::Folder(text.into())),
			true => Err(format!(
				"{text} is neither a folder nor an address such as http://127.0.0.1:8000"
			)),
		}
	}
}

/// Headers that are about a connection, and not about what is asked for (RFC 9110, section 7.6.1).
const HOP_BY_HOP: [HeaderName; 8] = [
	header::CONNECTION,
	header::PROXY_AUTHENTICATE,
	header::PROXY_AUTHORIZATION,
	header::TE,
	header::TRAILER,
	header::TRANSFER_ENCODING,
	header::UPGRADE,
	HeaderName::from_static("keep-alive"),
];

/// Takes out what is about one connection, with what the connection's own header names.
pub fn without_hops(headers: &mut HeaderMap) {
	let named: Vec<HeaderName> = headers
		.get_all(header::CONNECTION)
		.iter()
		.filter_map(|value| value.to_str().ok())
		.flat_map(|value| value.split(','))
		.filter_map(|name| name.trim().parse().ok())
		.collect();
	for name in HOP_BY_HOP.iter().chain(&named) {
		headers.remove(name);
	}
}

/// Takes out what only this program says to the service behind, however it is spelt: some services take `_` for `-`.
fn without_ours(headers: &mut HeaderMap) {
	let is_ours = |name: &HeaderName| {
		let name = name.as_str().replace('_', "-");
		// The last two make some services answer for another path than was asked for.
		[PAYMENT, AGREEMENT, ACCESS, ACCOUNT, "x-original-url", "x-rewrite-url"]
			.contains(&name.as_str())
	};
	let ours: Vec<HeaderName> = headers.keys().filter(|name| is_ours(name)).cloned().collect();
	for name in ours {
		headers.remove(name);
	}
}

/// The longest wait until a service begins to answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// Answers requests.
#[derive(Clone)]
pub struct Server {
	behind: Behind,
	http: Client,
}

impl Server {
	/// For what is sold.
	///
	/// # Errors
	///
	/// If the folder is none, or this machine can make no requests.
	pub fn new(behind: Behind) -> Result<Self> {
		if let Behind::Folder(folder) = &behind {
			if !folder.is_dir() {
				bail!(Failure::Arguments(format!("{} is no folder", folder.display())));
			}
		}
		let builder = match &behind {
			Behind::Folder(_) => Client::builder(),
			Behind::Service(url) => builder_for(url.as_str()),
		};
		// A redirection is the buyer's to follow.
		let http = builder.redirect(Policy::none()).build()?;
		Ok(Self { behind, http })
	}

	/// The answer to a request whose `body` was read. A service is told in a header of this name for whom it is.
	pub async fn answer(
		&self,
		(name, whom): (&'static str, &str),
		request: Request<Vec<u8>>,
	) -> Response {
		let (mut parts, body) = request.into_parts();
		without_hops(&mut parts.headers);
		without_ours(&mut parts.headers);
		match &self.behind {
			Behind::Folder(folder) => {
				let request = Request::from_parts(parts, Body::from(body));
				match ServeDir::new(folder).try_call(request).await {
					Ok(response) => response.map(Body::new),
					Err(error) => failed(error),
				}
			}
			Behind::Service(base) => {
				let mut url = base.clone();
				let folder = base.path().trim_end_matches('/');
				let path = format!("{folder}{}", parts.uri.path());
				url.set_path(&path);
				// Where it means another path than is written, that may lie beside what is sold.
				if url.path() != path || !parts.uri.path().starts_with('/') {
					let text = "the path has parts that lead elsewhere: `..`, say";
					return (StatusCode::BAD_REQUEST, text).into_response();
				}
				url.set_query(parts.uri.query());
				parts.headers.remove(header::HOST);
				if let Ok(whom) = whom.parse() {
					parts.headers.insert(name, whom);
				}
				let request =
					self.http.request(parts.method, url).headers(parts.headers).body(body);
				// Only until it begins: how long it lasts is the service's business.
				let begun = tokio::time::timeout(PATIENCE, request.send()).await;
				let Ok(begun) = begun else { return failed("it is silent") };
				match begun.map_err(reqwest::Error::without_url) {
					Ok(response) => {
						let mut headers = response.headers().clone();
						without_hops(&mut headers);
						let mut answer = Response::new(Body::empty());
						*answer.status_mut() = response.status();
						*answer.headers_mut() = headers;
						answer.map(|_| Body::from_stream(response.bytes_stream()))
					}
					Err(error) => failed(error),
				}
			}
		}
	}
}

fn failed(error: impl std::fmt::Display) -> Response {
	let text = format!("what is sold here does not answer: {error}");
	(StatusCode::BAD_GATEWAY, text).into_response()
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_folder_or_an_address_is_sold_and_nothing_else() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().to_str().unwrap();
		assert!(matches!(path.parse(), Ok(Behind::Folder(_))));
		assert!(matches!("http://127.0.0.1:1/a".parse(), Ok(Behind::Service(_))));
		for wrong in ["ftp://127.0.0.1", "http://"] {
			assert!(wrong.parse::<Behind>().is_err(), "{wrong}");
		}
		assert!(Server::new("/nowhere/at/all".parse().unwrap()).is_err());
	}

	#[test]
	fn what_is_about_a_connection_goes_no_further() {
		let mut headers = HeaderMap::new();
		for (name, value) in
			[("connection", "close, x-own"), ("x-own", "1"), ("te", "trailers"), ("accept", "*/*")]
		{
			headers.insert(name, value.parse().unwrap());
		}
		without_hops(&mut headers);
		assert_eq!(headers.keys().collect::<Vec<_>>(), ["accept"]);
	}

	async fn answered(server: &Server, path: &str) -> (StatusCode, Vec<u8>) {
		let request = Request::builder().uri(path).body(Vec::new()).unwrap();
		let response = server.answer((AGREEMENT, "7"), request).await;
		let status = response.status();
		(status, axum::body::to_bytes(response.into_body(), 1_024).await.unwrap().to_vec())
	}

	#[tokio::test]
	async fn files_of_the_folder_are_served_and_none_beside_it() {
		let outer = tempfile::tempdir().unwrap();
		let folder = outer.path().join("sold");
		std::fs::create_dir(&folder).unwrap();
		std::fs::write(folder.join("tile"), "tile").unwrap();
		std::fs::write(outer.path().join("secret"), "secret").unwrap();
		let server = Server::new(Behind::Folder(folder)).unwrap();
		assert_eq!(answered(&server, "/tile").await, (StatusCode::OK, b"tile".to_vec()));
		for path in ["/../secret", "/%2e%2e/secret", "/..%2fsecret", "/none"] {
			let (status, body) = answered(&server, path).await;
			assert!(status == StatusCode::NOT_FOUND && body != b"secret", "{path} {status}");
		}
	}

	#[test]
	fn nobody_says_for_whom_it_is_but_this_program() {
		let mut headers = HeaderMap::new();
		for name in ["substation-agreement", "substation_agreement", "Payment_Signature", "accept"]
		{
			headers.insert(name.parse::<HeaderName>().unwrap(), "1".parse().unwrap());
		}
		without_ours(&mut headers);
		assert_eq!(headers.keys().collect::<Vec<_>>(), ["accept"]);
	}

	#[tokio::test]
	async fn nothing_beside_what_is_sold_is_asked_for() {
		let server = Server::new("http://127.0.0.1:1/api/".parse().unwrap()).unwrap();
		for path in ["/../admin", "/%2e%2e/admin", "/a/../../admin", "/.", "/..%2f..\\admin"] {
			let Ok(uri) = path.parse::<axum::http::Uri>() else { continue };
			let request = Request::builder().uri(uri).body(Vec::new()).unwrap();
			let status = server.answer((AGREEMENT, "7"), request).await.status();
			assert_eq!(status, StatusCode::BAD_REQUEST, "{path}");
		}
		// It is asked, and is down.
		assert_eq!(answered(&server, "/a/b").await.0, StatusCode::BAD_GATEWAY);
	}

	#[tokio::test]
	async fn a_service_that_is_down_is_said_to_be() {
		let server = Server::new("http://127.0.0.1:1".parse().unwrap()).unwrap();
		assert_eq!(answered(&server, "/").await.0, StatusCode::BAD_GATEWAY);
	}
}
