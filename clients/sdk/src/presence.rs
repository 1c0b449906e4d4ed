//! How a machine and its callers talk. The machine opens the conversation, so that one behind a router is heard, too: it knows from the lot
//! who calls it, and in which part of the epoch.
//!
//! `POST /v1/presence/knock` with a [`Knock`] is answered with a [`Call`], a number that the caller has just made up. `POST
//! /v1/presence/answer` with a [`Reply`], the machine's signature over that number, is answered with [`Heard`], the caller's word for it
//! and for how long it took. Whatever is refused is answered with a [`Refused`](crate::http::Refused).

use std::time::Duration;

use anyhow::{anyhow, ensure, Context, Result};
use serde::{de::DeserializeOwned, Deserialize, Serialize};
use substation_primitives::{
	keys::Signature, signing::ReportContext, DeviceId, EpochIndex, NetworkId,
};
use substation_proofs::{
	author::DevicePair,
	facts::DeviceFacts,
	known::Known,
	presence::{self, Answer},
};

use crate::{
	chain::Chain,
	course::part_of,
	failure::Failure,
	http::{answer_bytes, printable, Refused},
	identity::bytes,
	progress::Quiet,
	recompute::ask,
	strangers::builder_for_stranger,
};

/// A machine's word that it is there to be called.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Knock {
	/// The network.
	pub network: NetworkId,
	/// The epoch.
	pub epoch: EpochIndex,
	/// Which machine, in hexadecimal.
	pub device: String,
	/// Over [`ReportContext::knock`] by its report key, in hexadecimal.
	pub signature: String,
}

/// A caller's call.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Call {
	/// Eight bytes, in hexadecimal.
	pub nonce: String,
}

/// A machine's answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Reply {
	/// The network.
	pub network: NetworkId,
	/// The epoch.
	pub epoch: EpochIndex,
	/// Which machine, in hexadecimal.
	pub device: String,
	/// Over [`ReportContext::answer`] by its report key, in hexadecimal.
	pub signature: String,
}

/// A caller's word that it was answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heard {
	/// Microseconds from its call to the answer.
	pub delay: u32,
	/// Over [`ReportContext::heartbeat`] by its report key, in hexadecimal.
	pub signature: String,
}

/// Where a knock goes.
pub const KNOCK: &str = "/v1/presence/knock";
/// Where an answer goes.
pub const ANSWER: &str = "/v1/presence/answer";
/// The longest wait for one of the two.
const PATIENCE: Duration = Duration::from_secs(5);
/// The longest answer to one of the two.
const MAX_WORDS: usize = 1_024;

/// Bytes in hexadecimal, as these messages have them.
pub fn hexadecimal(bytes: impl AsRef<[u8]>) -> String {
	format!("0x{}", hex::encode(bytes))
}

/// A signature that was sent in hexadecimal.
pub fn signature(text: &str) -> Option<Signature> {
	bytes(text).ok()?.try_into().ok()
}

/// In which of so many parts of an epoch the slot after `elapsed` others is. They fill three quarters of a nominal epoch, so that there is
/// time for the report; after that there is none.
pub fn part(elapsed: u64, nominal_slots: u32, parts: u8) -> Option<u32> {
	part_of(elapsed, u64::from(nominal_slots) * 3 / 4, parts)
}

/// Whom the lot names to call a machine, in the order of their places.
pub async fn callers(
	chain: &Chain,
	context: &ReportContext,
	policy: &presence::Policy,
	facts: &mut Known,
	(device, own): (&DeviceId, &DeviceFacts),
) -> Result<Vec<(DeviceId, DeviceFacts)>> {
	ask(chain, (context.network, context.epoch), facts, &Quiet, |facts| {
		presence::called(context, policy, facts, device, own)
	})
	.await
}

/// A caller, as a machine reaches it.
pub struct Caller {
	http: reqwest::Client,
	url: String,
}

impl Caller {
	/// The caller at an address that a stranger has put on the chain. Unless it may be `anywhere`, it is one of the whole internet: what is
	/// behind this machine's router is nobody's to reach by way of it.
	pub async fn at(url: &str, anywhere: bool) -> Result<Self> {
		let builder = builder_for_stranger(url, anywhere).await?.timeout(PATIENCE);
		Ok(Self { http: builder.build()?, url: url.trim_end_matches('/').into() })
	}

	async fn post<A: DeserializeOwned>(&self, path: &str, said: &impl Serialize) -> Result<A> {
		let url = format!("{}{path}", self.url);
		let answer =
			self.http.post(&url).json(said).send().await.map_err(|error| {
				Failure::Unreachable(format!("nobody answers at {url}: {error}"))
			})?;
		let status = answer.status();
		let words = answer_bytes(answer, MAX_WORDS).await?;
		if !status.is_success() {
			let refused = serde_json::from_slice::<Refused>(&words).map(|refused| refused.error);
			let error = refused.unwrap_or_else(|_| String::from_utf8_lossy(&words).into_owned());
			return Err(anyhow!("{url} answers {status}: {}", printable(&error)));
		}
		serde_json::from_slice(&words).with_context(|| format!("{url} answers something else"))
	}

	/// Has this caller call `device`, and answers. The caller's word counts only if it is signed with the key that `facts` name; `place` is the
	/// caller's in the list of those called.
	pub async fn call(
		&self,
		context: &ReportContext,
		(caller, facts, place): (&DeviceId, &DeviceFacts, u8),
		(device, pair): (&DeviceId, &DevicePair),
	) -> Result<Answer> {
		let ReportContext { network, epoch, .. } = *context;
		let name = hexadecimal(device);
		let signed = hexadecimal(pair.sign(&context.knock(caller, device)));
		let knock = Knock { network, epoch, device: name.clone(), signature: signed };
		let call: Call = self.post(KNOCK, &knock).await?;
		let nonce = bytes(&call.nonce).ok().and_then(|bytes| <[u8; 8]>::try_from(bytes).ok());
		let nonce = nonce.ok_or_else(|| anyhow!("{} calls with no number", self.url))?;
		let signed = hexadecimal(pair.sign(&context.answer(caller, device, &nonce)));
		let reply = Reply { network, epoch, device: name, signature: signed };
		let heard: Heard = self.post(ANSWER, &reply).await?;
		let signature = signature(&heard.signature)
			.ok_or_else(|| anyhow!("{} has signed nothing", self.url))?;
		let message = context.heartbeat(caller, device, heard.delay);
		ensure!(
			facts.key.verify(&signature, &message),
			"{} has not signed with the key of {caller:?}",
			self.url
		);
		Ok(Answer { place, delay: heard.delay, signature })
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn parts_fill_three_quarters_of_an_epoch_evenly() {
		assert_eq!(part(0, 600, 8), Some(0));
		assert_eq!(part(449, 600, 8), Some(7));
		assert_eq!(part(450, 600, 8), None);
		// Fifteen slots, in four parts of four at the most.
		let parts: Vec<_> = (0..16).map(|elapsed| part(elapsed, 20, 4)).collect();
		let expected = [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3].map(Some);
		assert_eq!(parts[..15], expected);
		assert_eq!(parts[15], None);
		assert_eq!(part(0, 0, 4), None);
		assert_eq!(part(u64::MAX, 600, 8), None);
	}

	#[tokio::test]
	async fn a_machine_is_not_sent_into_its_own_network() {
		for url in ["http://127.0.0.1:9", "http://localhost:9", "http://[::1]:9", "http://10.0.0.1"]
		{
			assert!(Caller::at(url, false).await.is_err(), "{url}");
			assert!(Caller::at(url, true).await.is_ok(), "{url}");
		}
		for wrong in [
			"",
			"machine",
			"ftp://1.1.1.1",
			"file:///etc/passwd",
			"http://1.1.1.1/x",
			"http://1.1.1.1?x=y",
			"http://1.1.1.1#x",
			"http://a:b@1.1.1.1",
		] {
			assert!(Caller::at(wrong, true).await.is_err(), "{wrong}");
		}
		assert!(Caller::at("http://1.1.1.1:9000", false).await.is_ok());
	}
}
