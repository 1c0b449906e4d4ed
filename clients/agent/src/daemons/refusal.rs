//! Why an aggregator does not take what it is handed, and how that is answered.

use axum::{
	http::StatusCode,
	response::{IntoResponse, Response},
	Json,
};
use substation_primitives::{EpochIndex, H256};
use substation_sdk::http::Refused;

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

impl Refusal {
	/// The answer to who has sent a report of this hash, or none.
	pub(super) fn answer(self, report: Option<H256>) -> Response {
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
		refused(status, report, error)
	}
}

/// The answer that carries an error, and the hash of the report that it is about.
pub(super) fn refused(status: StatusCode, report: Option<H256>, error: String) -> Response {
	let report = report.map(|hash| format!("{hash:?}")).unwrap_or_default();
	(status, Json(Refused { report, error })).into_response()
}
