//! Answers of those who serve: in words, and about paying.

use std::time::Duration;

use axum::{
	body::{to_bytes, Body},
	http::{HeaderValue, StatusCode},
	response::{IntoResponse, Response},
	Json,
};
use serde::Serialize;
use substation_sdk::service::payment::{header, Required, REQUIRED};

/// The longest wait for the rest of a request.
const READING: Duration = Duration::from_secs(10);

/// An answer in words.
pub(super) fn plain(status: StatusCode, text: impl Into<String>) -> Response {
	(status, text.into()).into_response()
}

/// Says how something is paid for, in the body and in a header.
pub(super) fn required<E: Serialize>(required: &Required<E>) -> Response {
	let mut response = (StatusCode::PAYMENT_REQUIRED, Json(required)).into_response();
	if let Ok(value) = HeaderValue::try_from(header(required)) {
		response.headers_mut().insert(REQUIRED, value);
	}
	response
}

/// A path as it is said back: cut off, since it is as long as a head may be.
pub(super) fn shortened(path: &str) -> String {
	path.chars().take(256).collect()
}

/// Reads a body of bounded length in bounded time.
pub(super) async fn read(body: Body, most: usize) -> Result<Vec<u8>, Response> {
	match tokio::time::timeout(READING, to_bytes(body, most)).await {
		Ok(Ok(bytes)) => Ok(bytes.to_vec()),
		Ok(Err(_)) => Err(plain(
			StatusCode::PAYLOAD_TOO_LARGE,
			format!("the body cannot be read, or has more than {most} bytes"),
		)),
		Err(_) => Err(plain(
			StatusCode::REQUEST_TIMEOUT,
			format!("the request was not there within {} seconds", READING.as_secs()),
		)),
	}
}
