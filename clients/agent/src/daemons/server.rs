//! Where an aggregator takes reports: the routes that [`substation_sdk::http::Client`] asks.

use std::{sync::Arc, time::Duration};

use axum::{
	extract::{DefaultBodyLimit, Request, State},
	http::StatusCode,
	middleware::{from_fn_with_state, Next},
	response::{IntoResponse, Response},
	routing::{get, post},
	Json, Router,
};
use substation_primitives::{batch::MAX_CHUNK_BYTES, EpochIndex, NetworkId};
use substation_sdk::http::{Acknowledgement, Handover};
use tokio::sync::Semaphore;

/// Why a report was not taken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Refusal {
	/// It is no request of this form. 400.
	Malformed(String),
	/// Another report of this device was taken for the epoch. 409.
	AnotherTaken,
	/// The epoch is over. 410.
	WrongEpoch {
		/// The epoch that reports are taken for.
		now: EpochIndex,
	},
	/// Judges would find it worth nothing. 422.
	Worthless(String),
	/// Too many at a time, or the node does not answer: try again. 503.
	Busy(String),
}

impl IntoResponse for Refusal {
	fn into_response(self) -> Response {
		let (status, error) = match self {
			Self::Malformed(text) => (StatusCode::BAD_REQUEST, text),
			Self::AnotherTaken => {
				(StatusCode::CONFLICT, "another report of this device was taken".into())
			}
			Self::WrongEpoch { now } => {
				(StatusCode::GONE, format!("reports are taken for epoch {now}"))
			}
			Self::Worthless(text) => (StatusCode::UNPROCESSABLE_ENTITY, text),
			Self::Busy(text) => (StatusCode::SERVICE_UNAVAILABLE, text),
		};
		(status, Json(serde_json::json!({ "error": error }))).into_response()
	}
}

/// Who takes reports.
pub trait TakeReports: Send + Sync + 'static {
	/// Takes a report and acknowledges it.
	fn take(
		&self,
		network: NetworkId,
		epoch: EpochIndex,
		report: Vec<u8>,
	) -> impl std::future::Future<Output = Result<Acknowledgement, Refusal>> + Send;

	/// Where it stands.
	fn status(&self) -> impl std::future::Future<Output = serde_json::Value> + Send;
}

/// Requests that are read or answered at a time.
const AT_A_TIME: usize = 128;
/// No request is waited for longer.
const PATIENCE: Duration = Duration::from_secs(20);

/// Lets so many requests in, and none stay for ever.
async fn admit(
	State(places): State<Arc<Semaphore>>,
	request: Request,
	next: Next,
) -> Result<Response, Refusal> {
	let _place =
		places.try_acquire().map_err(|_| Refusal::Busy("too many requests at once".into()))?;
	tokio::time::timeout(PATIENCE, next.run(request))
		.await
		.map_err(|_| Refusal::Busy("that took too long".into()))
}

/// The routes. Requests are bounded in size, in number and in time.
pub fn router<T: TakeReports>(taker: Arc<T>) -> Router {
	// Two digits for each byte, and room for the rest.
	let most = 2 * MAX_CHUNK_BYTES as usize + 1_024;
	Router::new()
		.route("/v1/reports", post(take::<T>))
		.route("/v1/status", get(status::<T>))
		.layer(DefaultBodyLimit::max(most))
		.layer(from_fn_with_state(Arc::new(Semaphore::new(AT_A_TIME)), admit))
		.with_state(taker)
}

async fn take<T: TakeReports>(
	State(taker): State<Arc<T>>,
	Json(handover): Json<Handover>,
) -> Result<Json<Acknowledgement>, Refusal> {
	let report = hex::decode(handover.report.trim_start_matches("0x"))
		.map_err(|_| Refusal::Malformed("the report is not in hexadecimal".into()))?;
	taker.take(handover.network, handover.epoch, report).await.map(Json)
}

async fn status<T: TakeReports>(State(taker): State<Arc<T>>) -> Json<serde_json::Value> {
	Json(taker.status().await)
}

#[cfg(test)]
mod tests {
	use super::*;
	use sp_core::{sr25519, Pair};
	use std::sync::Mutex;
	use substation_primitives::{
		keys::Signature, report::report_hash, signing, DeviceId, ReportKey, H256,
	};
	use substation_sdk::http::{Client, Handed};

	/// Takes what is not empty, and signs with the key of this seed.
	struct Taker {
		key: sr25519::Pair,
		busy: Mutex<u32>,
	}

	fn signature(key: &sr25519::Pair, report: &[u8]) -> Signature {
		let hash = report_hash(report);
		key.sign(&signing::acknowledgement(&genesis(), 1, 9, &device(), &hash)).0
	}

	fn genesis() -> H256 {
		H256::repeat_byte(1)
	}

	fn device() -> DeviceId {
		DeviceId::repeat_byte(2)
	}

	impl TakeReports for Taker {
		async fn take(
			&self,
			_: NetworkId,
			epoch: EpochIndex,
			report: Vec<u8>,
		) -> Result<Acknowledgement, Refusal> {
			if epoch != 9 {
				return Err(Refusal::WrongEpoch { now: 9 });
			}
			let mut busy = self.busy.lock().unwrap();
			if *busy > 0 {
				*busy -= 1;
				return Err(Refusal::Busy("wait".into()));
			}
			let signature = format!("0x{}", hex::encode(signature(&self.key, &report)));
			Ok(Acknowledgement { report: format!("{:?}", report_hash(&report)), signature })
		}

		async fn status(&self) -> serde_json::Value {
			serde_json::json!({ "epoch": 9 })
		}
	}

	/// Where it listens, and its key.
	async fn listen(busy: u32) -> (String, ReportKey) {
		let key = sr25519::Pair::from_seed(&[7; 32]);
		let public = ReportKey::Sr25519(key.public());
		let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
		let address = listener.local_addr().unwrap();
		let routes = router(Arc::new(Taker { key, busy: Mutex::new(busy) }));
		tokio::spawn(async move { axum::serve(listener, routes).await });
		(format!("http://{address}"), public)
	}

	async fn serve(busy: u32) -> (Client, ReportKey) {
		let (url, public) = listen(busy).await;
		(Client::new(&format!("{url}/")).unwrap(), public)
	}

	#[tokio::test]
	async fn a_report_is_taken_against_a_signature() {
		let (client, publisher) = serve(0).await;

		let handed = client.hand_over(&genesis(), &publisher, 1, 9, &device(), b"report").await;

		assert!(matches!(handed, Handed::Taken(_)), "{handed:?}");
	}

	#[tokio::test]
	async fn another_keys_signature_is_no_acknowledgement() {
		let (client, _) = serve(0).await;
		let other = ReportKey::Sr25519(sr25519::Pair::from_seed(&[8; 32]).public());

		let handed = client.hand_over(&genesis(), &other, 1, 9, &device(), b"report").await;

		assert!(matches!(handed, Handed::Later(_)), "{handed:?}");
	}

	#[tokio::test]
	async fn what_is_busy_is_tried_again_and_what_is_refused_is_not() {
		let (client, publisher) = serve(1).await;

		let first = client.hand_over(&genesis(), &publisher, 1, 9, &device(), b"report").await;
		let second = client.hand_over(&genesis(), &publisher, 1, 9, &device(), b"report").await;
		let late = client.hand_over(&genesis(), &publisher, 1, 8, &device(), b"report").await;

		assert!(matches!(first, Handed::Later(_)), "{first:?}");
		assert!(matches!(second, Handed::Taken(_)), "{second:?}");
		assert!(matches!(late, Handed::Refused(_)), "{late:?}");
	}

	#[tokio::test]
	async fn a_request_that_is_too_long_or_no_json_is_refused() {
		let (url, _) = listen(0).await;
		let url = format!("{url}/v1/reports");
		let http = reqwest::Client::new();
		let post = |body: String| {
			http.post(&url).header("content-type", "application/json").body(body).send()
		};

		assert!(post("{".into()).await.unwrap().status().is_client_error());
		let long = format!(
			"{{\"network\":1,\"epoch\":9,\"report\":\"{}\"}}",
			"00".repeat(MAX_CHUNK_BYTES as usize + 1_024)
		);
		assert_eq!(post(long).await.unwrap().status().as_u16(), 413);
	}
}
