//! Keys of devices, and what they sign.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::{ed25519, sr25519};
use sp_io::hashing::blake2_256;

use crate::DeviceId;

/// A 64-byte signature; the key it is checked with tells its scheme.
pub type Signature = [u8; 64];

/// The key that signs a device's reports: of a scheme that the node verifies natively.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	serde::Serialize,
	serde::Deserialize,
)]
pub enum ReportKey {
	/// Ed25519, verified by the rules of ZIP-215.
	#[codec(index = 0)]
	Ed25519(ed25519::Public),
	/// Sr25519, in the context `substrate`.
	#[codec(index = 1)]
	Sr25519(sr25519::Public),
}

impl ReportKey {
	/// Whether `signature` is this key's over `message`.
	pub fn verify(&self, signature: &Signature, message: &[u8]) -> bool {
		match self {
			Self::Ed25519(key) => {
				sp_io::crypto::ed25519_verify(&ed25519::Signature::from(*signature), message, key)
			}
			Self::Sr25519(key) => {
				sp_io::crypto::sr25519_verify(&sr25519::Signature::from(*signature), message, key)
			}
		}
	}
}

/// The key that a device was made with. It certifies the key that signs reports.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub enum HardwareKey {
	/// Ed25519.
	#[codec(index = 0)]
	Ed25519(ed25519::Public),
	/// Sr25519.
	#[codec(index = 1)]
	Sr25519(sr25519::Public),
	/// NIST P-256, compressed: what secure elements, TPMs and phones hold. It has a place in the
	/// format so that identities never change; this release does not verify it yet.
	#[codec(index = 2)]
	P256([u8; 33]),
}

impl HardwareKey {
	/// The identity of the device whose first key this is.
	pub fn device_id(&self) -> DeviceId {
		self.using_encoded(blake2_256).into()
	}

	/// The same key as one that signs reports, if its scheme may.
	pub fn as_report_key(&self) -> Option<ReportKey> {
		match self {
			Self::Ed25519(key) => Some(ReportKey::Ed25519(*key)),
			Self::Sr25519(key) => Some(ReportKey::Sr25519(*key)),
			Self::P256(_) => None,
		}
	}
}

impl From<ReportKey> for HardwareKey {
	fn from(key: ReportKey) -> Self {
		match key {
			ReportKey::Ed25519(key) => Self::Ed25519(key),
			ReportKey::Sr25519(key) => Self::Sr25519(key),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use sp_core::Pair;

	#[test]
	fn both_schemes_accept_their_own_signature_and_no_other() {
		let ed = ed25519::Pair::from_seed(&[1; 32]);
		let sr = sr25519::Pair::from_seed(&[1; 32]);
		let (ed_key, sr_key) = (ReportKey::Ed25519(ed.public()), ReportKey::Sr25519(sr.public()));

		assert!(ed_key.verify(&ed.sign(b"report").0, b"report"));
		assert!(sr_key.verify(&sr.sign(b"report").0, b"report"));
		assert!(!ed_key.verify(&ed.sign(b"report").0, b"another"));
		assert!(!sr_key.verify(&ed.sign(b"report").0, b"report"));
		assert!(!ed_key.verify(&[0; 64], b"report"));
	}

	#[test]
	fn identities_of_different_schemes_differ() {
		let bytes = [7; 32];
		let ed = HardwareKey::Ed25519(bytes.into());
		let sr = HardwareKey::Sr25519(bytes.into());

		assert_ne!(ed.device_id(), sr.device_id());
		assert_eq!(HardwareKey::P256([2; 33]).as_report_key(), None);
	}
}
