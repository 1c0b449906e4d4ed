//! How devices hand reports to their aggregator: `POST /v1/reports` with a [`Handover`], answered with
//! an [`Acknowledgement`]. `GET /v1/status` says where the aggregator stands.

use std::time::Duration;

use anyhow::{anyhow, Result};
use reqwest::StatusCode;
use serde::{Deserialize, Serialize};
use substation_primitives::{
	keys::Signature, report::report_hash, signing, DeviceId, EpochIndex, NetworkId, ReportKey, H256,
};

use crate::failure::Failure;

/// A report on its way.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Handover {
	/// The network reported to.
	pub network: NetworkId,
	/// The epoch reported for.
	pub epoch: EpochIndex,
	/// The report's bytes, in hexadecimal.
	pub report: String,
}

/// An aggregator's word that it has taken a report.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Acknowledgement {
	/// The report's hash, in hexadecimal.
	pub report: String,
	/// Over [`signing::acknowledgement`] by the aggregator's publisher key, in hexadecimal.
	pub signature: String,
}

/// An aggregator, as a device sees it.
#[derive(Clone)]
pub struct Client {
	http: reqwest::Client,
	url: String,
}

/// How a handover ended.
#[derive(Debug)]
pub enum Handed {
	/// Taken, with the aggregator's signature.
	Taken(Signature),
	/// Refused for good.
	Refused(String),
	/// Not now: try again.
	Later(anyhow::Error),
}

impl Client {
	/// The aggregator at `url`, such as `http://127.0.0.1:8080`.
	pub fn new(url: &str) -> Result<Self> {
		let http = reqwest::Client::builder().timeout(Duration::from_secs(10)).build()?;
		Ok(Self { http, url: url.trim_end_matches('/').into() })
	}

	/// Hands a report over once. The acknowledgement counts only if `publisher` has signed it.
	pub async fn hand_over(
		&self,
		genesis: &H256,
		publisher: &ReportKey,
		network: NetworkId,
		epoch: EpochIndex,
		device: &DeviceId,
		report: &[u8],
	) -> Handed {
		let handover = Handover { network, epoch, report: format!("0x{}", hex::encode(report)) };
		let url = format!("{}/v1/reports", self.url);
		let answer = match self.http.post(&url).json(&handover).send().await {
			Ok(answer) => answer,
			Err(error) => {
				let text = format!("no aggregator answers at {url}: {error}");
				return Handed::Later(Failure::Unreachable(text).into());
			}
		};
		let status = answer.status();
		// A proxy that is slow or busy refuses nothing for good.
		let passing =
			[StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_EARLY, StatusCode::TOO_MANY_REQUESTS];
		if status.is_client_error() && !passing.contains(&status) {
			let reason = answer.text().await.unwrap_or_default();
			return Handed::Refused(format!("{status}: {reason}"));
		}
		if !status.is_success() {
			return Handed::Later(anyhow!("{url} answers {status}"));
		}
		let hash = report_hash(report);
		let signature = answer
			.json::<Acknowledgement>()
			.await
			.ok()
			.and_then(|acknowledgement| {
				hex::decode(acknowledgement.signature.trim_start_matches("0x")).ok()
			})
			.and_then(|bytes| Signature::try_from(bytes).ok());
		let message = signing::acknowledgement(genesis, network, epoch, device, &hash);
		match signature {
			Some(signature) if publisher.verify(&signature, &message) => Handed::Taken(signature),
			_ => Handed::Later(anyhow!(
				"{url} has not signed for the report with its publisher key: is it the aggregator \
				 that the device has chosen?"
			)),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use sp_core::{sr25519, Pair};

	#[tokio::test]
	async fn nobody_there_is_told_from_a_refusal() {
		let client = Client::new("http://127.0.0.1:9").unwrap();
		let publisher = ReportKey::Sr25519(sr25519::Pair::from_seed(&[8; 32]).public());
		let (genesis, device) = (H256::repeat_byte(1), DeviceId::repeat_byte(2));

		let handed = client.hand_over(&genesis, &publisher, 1, 9, &device, b"report").await;

		let Handed::Later(error) = handed else { panic!("{handed:?}") };
		assert_eq!(Failure::code_of(&error), 5);
	}
}
