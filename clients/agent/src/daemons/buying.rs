//! A buyer's door: whatever asks here is asked of a seller, and paid for. Programs that know nothing of payments use it.

use std::{sync::Arc, time::Duration};

use axum::{
	body::{to_bytes, Body},
	extract::{Request, State},
	http::{header::HOST, StatusCode},
	response::{IntoResponse, Response},
	Router,
};
use futures::StreamExt;
use substation_sdk::{
	failure::{told, Failure},
	service::{buyer::Buyer, LONGEST_BODY},
};

use super::{said::Said, seller::without_hops};
use crate::output::Output;

/// Between two looks whether something was taken that is not signed for.
const TICK: Duration = Duration::from_secs(1);

/// The routes: all of them lead to the seller.
pub fn router(buyer: Arc<Buyer>) -> Router {
	Router::new().fallback(forward).with_state(buyer)
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

async fn forward(State(buyer): State<Arc<Buyer>>, request: Request) -> Response {
	let path = request.uri().path_and_query().map_or("/", |path| path.as_str()).to_string();
	let (mut parts, body) = request.into_parts();
	let Ok(body) = to_bytes(body, LONGEST_BODY).await else {
		let text = format!("a request's body has {LONGEST_BODY} bytes at the most");
		return (StatusCode::PAYLOAD_TOO_LARGE, text).into_response();
	};
	without_hops(&mut parts.headers);
	parts.headers.remove(HOST);
	match buyer.ask(parts.method, &path, parts.headers, body.to_vec()).await {
		Ok(mut answer) => {
			without_hops(&mut answer.headers);
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
			(status, told(&error)).into_response()
		}
	}
}
