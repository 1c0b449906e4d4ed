//! How devices hand reports to their aggregator: `POST /v1/reports` with a [`Handover`], answered with
//! an [`Acknowledgement`] or a [`Refused`]. `GET /v1/reports/NETWORK/EPOCH/DEVICE` says whether a report is
//! kept, `GET /v1/bodies/HASH` gives the statement of a commitment that has this hash, `PUT`
//! `/v1/board/NETWORK/CELL/EPOCH` and `GET` of the same with `/FROM` write and read what members of a cell tell each other, and `GET /v1/status`
//! says where the aggregator stands.

use std::time::Duration;

use anyhow::{anyhow, ensure, Result};
use codec::{DecodeAll, Encode};
use reqwest::{Response, StatusCode, Url};
use serde::{Deserialize, Serialize};
use substation_primitives::{
	batch::MAX_BODY_BYTES, keys::Signature, report::report_hash, signing, DeviceId, EpochIndex,
	NetworkId, ReportKey, H256,
};

use crate::{
	board::{self, Note, Place},
	failure::Failure,
	proxies::builder_for,
	strangers::builder_for_stranger,
};

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

/// Why an aggregator does not take a report. Anything between a device and its aggregator may answer
/// with an error; what names the report comes from who has read it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Refused {
	/// The report's hash, in hexadecimal; empty if what was sent holds no report.
	pub report: String,
	/// The reason.
	pub error: String,
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
	/// Refused for good, by the aggregator itself.
	Refused(String),
	/// The aggregator says itself that it takes no report now: try again.
	Busy(String),
	/// Not now: try again.
	Later(anyhow::Error),
}

/// The longest answer of a few words.
const MAX_WORDS: usize = 4_096;
/// Room for a statement's fields beside its body.
const STATEMENT_FIELDS: usize = 1_024;

/// What a stranger has sent, in one line that leaves a terminal as it is.
pub fn printable(text: &str) -> String {
	const LONGEST: usize = 300;
	let mut line: String =
		text.chars().map(|one| if one.is_control() { ' ' } else { one }).take(LONGEST).collect();
	if text.chars().nth(LONGEST).is_some() {
		line.push('…');
	}
	line.trim().into()
}

/// An answer's bytes, if they are no more than `most`.
pub(crate) async fn answer_bytes(mut answer: Response, most: usize) -> Result<Vec<u8>> {
	let mut bytes = Vec::new();
	while let Some(part) = answer.chunk().await? {
		ensure!(bytes.len() + part.len() <= most, "the answer is longer than {most} bytes");
		bytes.extend_from_slice(&part);
	}
	Ok(bytes)
}

impl Client {
	/// The aggregator at `url`, such as `http://127.0.0.1:8080`.
	pub fn new(url: &str) -> Result<Self> {
		let scheme = Url::parse(url).ok();
		if !scheme.is_some_and(|url| matches!(url.scheme(), "http" | "https")) {
			let text = format!("{url} is no address: it begins with http:// or https://");
			return Err(Failure::Arguments(text).into());
		}
		let builder = builder_for(url).timeout(Duration::from_secs(10));
		Ok(Self { http: builder.build()?, url: url.trim_end_matches('/').into() })
	}

	/// The aggregator at an address that it has put on the chain itself: see [`builder_for_stranger`].
	pub async fn of_stranger(url: &str, anywhere: bool) -> Result<Self> {
		let builder = builder_for_stranger(url, anywhere).await?.timeout(Duration::from_secs(10));
		Ok(Self { http: builder.build()?, url: url.trim_end_matches('/').into() })
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
		let hash = report_hash(report);
		let status = answer.status();
		let said = match answer_bytes(answer, MAX_WORDS).await {
			Ok(said) => said,
			Err(error) => return Handed::Later(error.context(format!("{url} answers {status}"))),
		};
		if !status.is_success() {
			return refusal(&url, status, &said, &hash);
		}
		let signature = serde_json::from_slice::<Acknowledgement>(&said)
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

	/// Whether the aggregator still has a device's report for an epoch; nothing if it does not say.
	pub async fn keeps(
		&self,
		network: NetworkId,
		epoch: EpochIndex,
		device: &DeviceId,
	) -> Option<bool> {
		let url = format!("{}/v1/reports/{network}/{epoch}/{device:?}", self.url);
		let answer = self.http.get(&url).send().await.ok()?;
		let said = answer_bytes(answer, MAX_WORDS).await.ok()?;
		serde_json::from_slice::<serde_json::Value>(&said).ok()?["kept"].as_bool()
	}

	/// Puts a note on a board. What the aggregator says against it is the error: [`Failure::Refused`] if it is so for good.
	pub async fn put_note(&self, at: Place, note: &Note) -> Result<()> {
		let url = format!("{}{}", self.url, board::path(at));
		let answer = self.http.put(&url).body(note.encode()).send().await.map_err(|error| {
			Failure::Unreachable(format!("no aggregator answers at {url}: {error}"))
		})?;
		let status = answer.status();
		if status.is_success() {
			return Ok(());
		}
		let said = answer_bytes(answer, MAX_WORDS).await?;
		let refused = serde_json::from_slice::<Refused>(&said).map(|refused| refused.error);
		let error = refused.unwrap_or_else(|_| String::from_utf8_lossy(&said).into_owned());
		let text = format!("{url} answers {status}: {}", printable(&error));
		match status.is_client_error() {
			true => Err(Failure::Refused(text).into()),
			false => Err(anyhow!(text)),
		}
	}

	/// The notes on a board from the `from`-th on, as many as a page holds; an empty page after the last. It is the
	/// caller's to check who has signed them.
	pub async fn notes(&self, at: Place, from: u32) -> Result<Vec<Note>> {
		let url = format!("{}{}/{from}", self.url, board::path(at));
		let answer = self.http.get(&url).send().await.map_err(|error| {
			Failure::Unreachable(format!("no aggregator answers at {url}: {error}"))
		})?;
		let status = answer.status();
		ensure!(status.is_success(), "{url} answers {status}");
		let page = answer_bytes(answer, board::PAGE_BYTES).await?;
		Vec::<Note>::decode_all(&mut &page[..])
			.map_err(|_| anyhow!("{url} answers with what are no notes"))
	}

	/// The encoded statement that has this hash, if the aggregator has it. It is the caller's to check that it does.
	pub async fn statement(&self, hash: &H256) -> Result<Option<Vec<u8>>> {
		let url = format!("{}/v1/bodies/{hash:?}", self.url);
		let answer = self.http.get(&url).send().await.map_err(|error| {
			Failure::Unreachable(format!("no aggregator answers at {url}: {error}"))
		})?;
		match answer.status() {
			StatusCode::NOT_FOUND => Ok(None),
			status if status.is_success() => {
				Ok(Some(answer_bytes(answer, MAX_BODY_BYTES as usize + STATEMENT_FIELDS).await?))
			}
			status => Err(anyhow!("{url} answers {status}")),
		}
	}
}

/// What an error says. Only who names the report has read it; all else may pass.
fn refusal(url: &str, status: StatusCode, said: &[u8], hash: &H256) -> Handed {
	let own = serde_json::from_slice::<Refused>(said).ok();
	let error = own.as_ref().map(|refused| printable(&refused.error));
	let own = own.is_some_and(|refused| refused.report == format!("{hash:?}"));
	match error {
		Some(error) if own && status.is_client_error() => {
			Handed::Refused(format!("{status}: {error}"))
		}
		Some(error) if own && status == StatusCode::SERVICE_UNAVAILABLE => Handed::Busy(error),
		error => {
			let error = error.unwrap_or_else(|| printable(&String::from_utf8_lossy(said)));
			Handed::Later(anyhow!("{url} answers {status}: {error}"))
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

	#[test]
	fn only_who_names_the_report_refuses_it_for_good() {
		let hash = H256::repeat_byte(7);
		let told = |status: u16, said: &str| {
			refusal("x", StatusCode::from_u16(status).unwrap(), said.as_bytes(), &hash)
		};
		let form = |report: &str| format!(r#"{{"report":"{report}","error":"no"}}"#);
		let own = form(&format!("{hash:?}"));

		assert!(matches!(told(422, &own), Handed::Refused(_)));
		assert!(matches!(told(404, &own), Handed::Refused(_)));
		assert!(matches!(told(503, &own), Handed::Busy(_)));
		assert!(matches!(told(502, &own), Handed::Later(_)));
		for strange in ["not found", "", r#"{"error":"no"}"#, &form(""), &form("0x12")] {
			for status in [400, 404, 409, 413, 422, 503] {
				assert!(matches!(told(status, strange), Handed::Later(_)), "{status} {strange}");
			}
		}
	}

	#[test]
	fn what_strangers_send_leaves_a_terminal_as_it_is() {
		assert_eq!(printable("a\u{1b}[2Jb\r\n\0c\u{9b}31m"), "a [2Jb   c 31m");
		assert_eq!(printable(&"x".repeat(400)).chars().count(), 301);
		assert_eq!(printable("plain"), "plain");
	}

	#[test]
	fn an_address_is_checked_before_it_is_used() {
		for wrong in ["", "aggregator", "ws://x", "127.0.0.1:8080"] {
			let error = Client::new(wrong).err().unwrap();
			assert_eq!(Failure::code_of(&error), 2, "{wrong}");
		}
	}
}
