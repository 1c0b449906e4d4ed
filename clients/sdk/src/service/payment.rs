//! What travels beside a request: in the shape of x402, version 2
//! (<https://github.com/x402-foundation/x402/blob/main/specs/x402-specification-v2.md>), with a scheme of this chain.
//! Headers hold JSON in base64.

use anyhow::{anyhow, ensure, Result};
use base64::{engine::general_purpose::STANDARD, Engine};
use serde::{de::DeserializeOwned, Deserialize, Serialize};
use substation_primitives::{signing, ReportKey, H256};
use substation_proofs::author::DevicePair;

use crate::{
	identity::bytes,
	market::{self, Receipt},
};

/// The version of x402.
pub const VERSION: u8 = 2;
/// The scheme: an agreement's key signs for each request, and for what was taken in all.
pub const SCHEME: &str = "substation-receipt";
/// The header of an answer that says what is asked for. Its JSON is the body too.
pub const REQUIRED: &str = "payment-required";
/// The header of a request that pays.
pub const PAYMENT: &str = "payment-signature";
/// The header of an answer that was paid for.
pub const PAID: &str = "payment-response";
/// The longest header of these that is read.
pub const LONGEST: usize = 8 * 1_024;

/// A chain's name by CAIP-2: the first 32 digits of its genesis hash, in the namespace of Polkadot's SDK.
pub fn chain_name(genesis: &H256) -> String {
	format!("polkadot:{}", &hex::encode(genesis)[..32])
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Required<E = Extra> {
	/// [`VERSION`].
	pub x402_version: u8,
	/// Why what was sent does not do, and what does.
	pub error: String,
	/// What was asked for.
	pub resource: Resource,
	/// How it can be paid for.
	pub accepts: Vec<Accepted<E>>,
}

/// Something that is served.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Resource {
	/// Where: the path and the query.
	pub url: String,
	/// What, in words.
	pub description: String,
}

/// One way of paying.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Accepted<E = Extra> {
	/// [`SCHEME`].
	pub scheme: String,
	/// [`chain_name`].
	pub network: String,
	/// Credits for a unit, or for a block of time.
	pub amount: String,
	/// `credit`: a millionth of a dollar.
	pub asset: String,
	/// The provider's address.
	pub pay_to: String,
	/// For how long who serves waits for a receipt, in seconds.
	pub max_timeout_seconds: u32,
	/// What is offered, and where.
	pub extra: E,
}

/// Where an offer is, and what it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Extra {
	/// The network on the chain.
	pub substation_network: u32,
	/// The offer's number.
	pub offer: u32,
	/// The hash of what is said at [`super::OFFER`].
	pub document: String,
	/// What `amount` is for: `unit` or `block`.
	pub per: String,
	/// Units that are served ahead of receipts. None where time is paid for.
	#[serde(skip_serializing_if = "Option::is_none")]
	pub window: Option<u64>,
}

/// What pays for a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Payment {
	/// [`VERSION`].
	pub x402_version: u8,
	/// Which way of paying was chosen.
	pub accepted: Chosen,
	/// By which agreement, and that it is its buyer who asks.
	pub payload: Payload,
}

/// A way of paying, as it is named by who pays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chosen {
	/// [`SCHEME`].
	pub scheme: String,
	/// [`chain_name`].
	pub network: String,
}

/// An agreement, and a signature that its buyer asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payload {
	/// The agreement.
	pub agreement: u32,
	/// Rises with each request.
	pub serial: u64,
	/// [`body_hash`].
	pub body: String,
	/// Over [`signing::request`], in hexadecimal.
	pub signature: String,
}

/// A receipt on its way: [`market::written`]. Without one it asks how things stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handed {
	/// The agreement.
	pub agreement: u32,
	/// The receipt.
	#[serde(skip_serializing_if = "Option::is_none")]
	pub receipt: Option<String>,
}

/// How things stand between two, in what is counted: answers, bytes or lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tab {
	/// What was served.
	pub served: u64,
	/// What the buyer has signed for.
	pub signed: u64,
	/// The highest number of a request: the next one's is above it.
	#[serde(default)]
	pub serial: u64,
}

/// What is said of a request that was paid for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paid {
	/// It was.
	pub success: bool,
	/// [`chain_name`].
	pub network: String,
	/// None: receipts are settled later, many at a time.
	pub transaction: String,
	/// The agreement.
	pub agreement: u32,
}

/// A body's hash, in hexadecimal, as it is signed before the body is sent.
pub fn body_hash(body: &[u8]) -> String {
	hex::encode(sp_crypto_hashing::blake2_256(body))
}

/// The hash of what is asked for: the method, the path with its query, and the body's hash.
pub fn asked(method: &str, path: &str, body: &str) -> H256 {
	sp_crypto_hashing::blake2_256(format!("{method} {path} {body}").as_bytes()).into()
}

impl Payment {
	/// Asks for something by an agreement.
	pub fn sign(
		genesis: &H256,
		pair: &DevicePair,
		agreement: u32,
		serial: u64,
		(method, path, body): (&str, &str, &[u8]),
	) -> Self {
		let body = body_hash(body);
		let what = asked(method, path, &body);
		let signature = pair.sign(&signing::request(genesis, agreement, serial, &what));
		let chosen = Chosen { scheme: SCHEME.into(), network: chain_name(genesis) };
		let signature = format!("0x{}", hex::encode(signature));
		let payload = Payload { agreement, serial, body, signature };
		Self { x402_version: VERSION, accepted: chosen, payload }
	}

	/// Checks how it is paid, before anything is known of the agreement.
	///
	/// # Errors
	///
	/// If it is of another version, scheme or chain.
	pub fn check_form(&self, genesis: &H256) -> Result<()> {
		ensure!(
			self.x402_version == VERSION,
			"payments are of x402 version {VERSION}, and this one of {}",
			self.x402_version
		);
		ensure!(self.accepted.scheme == SCHEME, "the scheme is {SCHEME}");
		let here = chain_name(genesis);
		ensure!(self.accepted.network == here, "this is another chain: {here}");
		Ok(())
	}

	/// Whether `key` has signed for what is asked for: with the body that the payment names.
	pub fn is_by(&self, key: &ReportKey, genesis: &H256, method: &str, path: &str) -> bool {
		let signature = bytes(&self.payload.signature).ok();
		let Some(signature) = signature.and_then(|bytes| bytes.try_into().ok()) else {
			return false;
		};
		let Payload { agreement, serial, ref body, .. } = self.payload;
		let what = asked(method, path, body);
		key.verify(&signature, &signing::request(genesis, agreement, serial, &what))
	}
}

impl Handed {
	/// The receipt, if `key` has signed it.
	///
	/// # Errors
	///
	/// If it is none, or another key's.
	pub fn checked(&self, key: &ReportKey, genesis: &H256) -> Result<Option<Receipt>> {
		let Some(text) = &self.receipt else { return Ok(None) };
		let receipt = market::read(text)?;
		let message = signing::usage(genesis, self.agreement, receipt.units);
		ensure!(
			key.verify(&receipt.signature, &message),
			"the receipt is not signed by the agreement's key"
		);
		Ok(Some(receipt))
	}
}

/// As a header's value.
pub fn header(value: &impl Serialize) -> String {
	STANDARD.encode(serde_json::to_vec(value).unwrap_or_default())
}

/// A header's value, read.
///
/// # Errors
///
/// If it is too long, or is not what it should be.
pub fn from_header<T: DeserializeOwned>(value: &[u8]) -> Result<T> {
	ensure!(value.len() <= LONGEST, "a header of a payment has {LONGEST} bytes at the most");
	let json = STANDARD.decode(value).map_err(|_| anyhow!("the header is not in base64"))?;
	serde_json::from_slice(&json).map_err(|error| anyhow!("the header is not understood: {error}"))
}

#[cfg(test)]
mod tests {
	use super::*;

	const GENESIS: H256 = H256::repeat_byte(1);

	fn pair(seed: u8) -> DevicePair {
		DevicePair::from_seed(&[seed; 32])
	}

	#[test]
	fn a_payment_travels_and_is_its_signers_alone() {
		let what = ("GET", "/tiles/1?x=2", &b"body"[..]);
		let payment = Payment::sign(&GENESIS, &pair(3), 7, 11, what);
		let read: Payment = from_header(header(&payment).as_bytes()).unwrap();
		assert_eq!(read, payment);
		assert!(read.check_form(&GENESIS).is_ok());
		let (key, path) = (pair(3).public(), "/tiles/1?x=2");
		assert!(read.is_by(&key, &GENESIS, "GET", path));
		assert!(!read.is_by(&pair(4).public(), &GENESIS, "GET", path));
		assert!(!read.is_by(&key, &H256::zero(), "GET", path));
		assert!(!read.is_by(&key, &GENESIS, "POST", path));
		assert!(!read.is_by(&key, &GENESIS, "GET", "/tiles/1?x=3"));
		for change in [
			|payment: &mut Payment| payment.payload.agreement = 8,
			|payment: &mut Payment| payment.payload.serial = 12,
			|payment: &mut Payment| payment.payload.body = body_hash(b""),
			|payment: &mut Payment| payment.payload.signature = "0x12".into(),
			|payment: &mut Payment| payment.payload.signature = "x".into(),
		] {
			let mut changed = payment.clone();
			change(&mut changed);
			assert!(!changed.is_by(&key, &GENESIS, "GET", path));
		}
	}

	#[test]
	fn a_payment_of_another_form_is_named() {
		let payment = Payment::sign(&GENESIS, &pair(3), 7, 11, ("GET", "/", b""));
		let said = |payment: &Payment, genesis: H256| {
			payment.check_form(&genesis).unwrap_err().to_string()
		};
		assert!(said(&payment, H256::zero()).contains("another chain"));
		let old = Payment { x402_version: 1, ..payment.clone() };
		assert!(said(&old, GENESIS).contains("version 2"));
		let mut exact = payment;
		exact.accepted.scheme = "exact".into();
		assert!(said(&exact, GENESIS).contains(SCHEME));
	}

	#[test]
	fn what_is_no_header_is_not_read() {
		for wrong in [&b""[..], b"{}", b"bm8=", &[b'A'; LONGEST + 4]] {
			assert!(from_header::<Payment>(wrong).is_err());
		}
	}

	#[test]
	fn a_receipt_counts_only_by_the_agreements_key() {
		let receipt = market::sign(&GENESIS, &pair(3), 7, 64);
		let handed = Handed { agreement: 7, receipt: Some(market::written(&receipt)) };
		let read = handed.checked(&pair(3).public(), &GENESIS).unwrap();
		assert_eq!(read.map(|receipt| receipt.units), Some(64));
		assert!(handed.checked(&pair(4).public(), &GENESIS).is_err());
		assert!(handed.checked(&pair(3).public(), &H256::zero()).is_err());
		let other = Handed { agreement: 8, ..handed };
		assert!(other.checked(&pair(3).public(), &GENESIS).is_err());
		let none = Handed { agreement: 7, receipt: None };
		assert!(none.checked(&pair(3).public(), &GENESIS).unwrap().is_none());
	}

	#[test]
	fn a_chain_is_named_as_elsewhere() {
		// Polkadot's own, as CAIP-13 gives it.
		let genesis = H256(hex_literal());
		assert_eq!(chain_name(&genesis), "polkadot:91b171bb158e2d3848fa23a9f1c25182");
	}

	fn hex_literal() -> [u8; 32] {
		let digits = "91b171bb158e2d3848fa23a9f1c25182fb8e20313b2c1eb49219da7a70ce90c3";
		hex::decode(digits).unwrap().try_into().unwrap()
	}
}
