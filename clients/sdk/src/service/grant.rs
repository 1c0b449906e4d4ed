//! What travels where a device's data is asked for by a grant of its owner's.
//!
//! Who asks signs each request with the grant's key, or with its account's where the grant names none. The signature counts
//! for one path at one server, about a minute before and after it was made.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use substation_primitives::{signing, AccountId32, DeviceId, ReportKey, H256};
use substation_proofs::author::DevicePair;

use super::payment::{asked, body_hash};
use crate::identity::bytes;

/// The header of a request for a device's data.
pub const ACCESS: &str = "substation-access";
/// By whom something is asked for, as told to the service behind.
pub const ACCOUNT: &str = "substation-account";
/// What is said of a way of paying: a tariff of the device's owner.
pub const SCHEME: &str = "substation-grant";
/// How far the times of both sides may be apart.
pub const APART: Duration = Duration::from_secs(60);

/// What is sent beside a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asking {
	/// Which device's data.
	pub device: String,
	/// Who asks: 32 bytes in hexadecimal.
	pub who: String,
	/// When, in milliseconds since 1970.
	pub at: u64,
	/// The body's hash: [`super::payment::body_hash`].
	pub body: String,
	/// Over [`signing::access`], in hexadecimal.
	pub signature: String,
}

/// Why something is not handed out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Denied {
	/// In words.
	pub error: String,
}

/// A tariff, as who asks without a grant is told of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Extra {
	/// The network that has its part.
	pub substation_network: u32,
	/// The device.
	pub device: String,
	/// What may be done, in words.
	pub scope: String,
	/// What `amount` is for.
	pub per: String,
	/// For how many blocks at the most.
	pub longest: u32,
	/// Hash of what is agreed on beside.
	pub document: String,
}

/// The hash of what is asked for: the method, the server as it is called (host and port), the path with its query, and the
/// body's hash.
pub fn asked_at(method: &str, host: &str, path: &str, body: &str) -> H256 {
	asked(method, &format!("{host}{path}"), body)
}

impl Asking {
	/// Asks for something at the server that is called `host`.
	pub fn sign(
		genesis: &H256,
		pair: &DevicePair,
		(device, who): (&DeviceId, &AccountId32),
		(scope, at): (u32, u64),
		(method, host, path, body): (&str, &str, &str, &[u8]),
	) -> Self {
		let body = body_hash(body);
		let what = asked_at(method, host, path, &body);
		let signature = pair.sign(&signing::access(genesis, device, scope, at, &what));
		let who: &[u8; 32] = who.as_ref();
		Self {
			device: format!("{device:?}"),
			who: format!("0x{}", hex::encode(who)),
			at,
			body,
			signature: format!("0x{}", hex::encode(signature)),
		}
	}

	/// Who asks, if that can be read.
	pub fn account(&self) -> Option<AccountId32> {
		let bytes: [u8; 32] = bytes(&self.who).ok()?.try_into().ok()?;
		Some(bytes.into())
	}

	/// Whether it was asked about `now`, in milliseconds.
	pub fn is_fresh(&self, now: u64) -> bool {
		u128::from(self.at.abs_diff(now)) <= APART.as_millis()
	}

	/// Whether `key` has signed for this: [`asked_at`].
	pub fn is_by(
		&self,
		key: &ReportKey,
		genesis: &H256,
		device: &DeviceId,
		scope: u32,
		asked: &H256,
	) -> bool {
		let signature = bytes(&self.signature).ok();
		let Some(signature) = signature.and_then(|bytes| bytes.try_into().ok()) else {
			return false;
		};
		key.verify(&signature, &signing::access(genesis, device, scope, self.at, asked))
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_request_is_for_one_device_scope_path_and_minute() {
		let (genesis, device) = (H256::repeat_byte(1), DeviceId::repeat_byte(2));
		let pair = DevicePair::from_seed(&[3; 32]);
		let who = AccountId32::new([4; 32]);
		let empty = body_hash(b"");
		let what = asked_at("GET", "a.example", "/history", &empty);
		let place = ("GET", "a.example", "/history", &b""[..]);
		let asking = Asking::sign(&genesis, &pair, (&device, &who), (8, 1_000_000), place);
		assert_eq!(asking.account(), Some(who));
		let (other, nothing) = (DeviceId::zero(), H256::zero());
		let is_by = |genesis: &H256, device: &DeviceId, scope, what: &H256| {
			asking.is_by(&pair.public(), genesis, device, scope, what)
		};
		assert!(is_by(&genesis, &device, 8, &what));
		assert!(!is_by(&nothing, &device, 8, &what));
		assert!(!is_by(&genesis, &other, 8, &what));
		assert!(!is_by(&genesis, &device, 4, &what));
		for (method, host, path) in [
			("GET", "a.example", "/live"),
			("GET", "b.example", "/history"),
			("POST", "a.example", "/history"),
		] {
			assert!(!is_by(&genesis, &device, 8, &asked_at(method, host, path, &empty)));
		}
		let later = Asking { at: 1_000_001, ..asking.clone() };
		assert!(!later.is_by(&pair.public(), &genesis, &device, 8, &what));
		assert!(asking.is_fresh(1_060_000) && asking.is_fresh(940_000));
		assert!(!asking.is_fresh(1_060_001) && !asking.is_fresh(939_999));
		assert!(!asking.is_fresh(0) && !asking.is_fresh(u64::MAX));
	}

	#[test]
	fn who_cannot_be_read_is_nobody() {
		for who in ["", "0x12", "x"] {
			let asking = Asking {
				device: String::new(),
				who: who.into(),
				at: 0,
				body: String::new(),
				signature: "x".into(),
			};
			assert!(asking.account().is_none());
			let key = DevicePair::from_seed(&[3; 32]).public();
			assert!(!asking.is_by(&key, &H256::zero(), &H256::zero(), 1, &H256::zero()));
		}
	}
}
