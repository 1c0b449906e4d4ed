//! W3C decentralized identifiers of devices (DID Core 1.0), with keys as Multikey
//! (<https://www.w3.org/TR/cid-1.0/#Multikey>).

use alloc::{format, string::String, vec::Vec};
use sp_core::crypto::ByteArray;
use sp_runtime::AccountId32;

use crate::{DeviceId, HardwareKey, ReportKey, H256};

/// What a key's bytes begin with: its number in the multicodec table, as a varint.
mod multicodec {
	pub const ED25519: [u8; 2] = [0xed, 0x01];
	pub const SR25519: [u8; 2] = [0xef, 0x01];
	pub const P256: [u8; 2] = [0x80, 0x24];
}

fn multibase(code: [u8; 2], key: &[u8]) -> String {
	let bytes: Vec<u8> = code.iter().chain(key).copied().collect();
	format!("z{}", bs58::encode(bytes).into_string())
}

fn hardware(key: &HardwareKey) -> String {
	match key {
		HardwareKey::Ed25519(key) => multibase(multicodec::ED25519, key.as_slice()),
		HardwareKey::Sr25519(key) => multibase(multicodec::SR25519, key.as_slice()),
		HardwareKey::P256(key) => multibase(multicodec::P256, key),
	}
}

fn report(key: &ReportKey) -> String {
	match key {
		ReportKey::Ed25519(key) => multibase(multicodec::ED25519, key.as_slice()),
		ReportKey::Sr25519(key) => multibase(multicodec::SR25519, key.as_slice()),
	}
}

fn hexadecimal(bytes: &[u8]) -> String {
	bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A device's identifier: `did:substation:` with the first eight bytes of the chain's genesis hash and the
/// device's identity, all in hexadecimal.
pub fn device(genesis: &H256, device: &DeviceId) -> String {
	format!("did:substation:{}:{}", chain(genesis), hexadecimal(&device.0))
}

fn account(genesis: &H256, account: &AccountId32) -> String {
	format!("did:substation:{}:account:{}", chain(genesis), hexadecimal(account.as_slice()))
}

fn chain(genesis: &H256) -> String {
	hexadecimal(genesis.0.get(..8).unwrap_or_default())
}

/// A device's document, in JSON. Its owner controls it; its hardware key authenticates it, and its report key,
/// if it has one, makes its assertions.
pub fn document(
	genesis: &H256,
	id: &DeviceId,
	owner: &AccountId32,
	key: &HardwareKey,
	report_key: Option<&ReportKey>,
) -> String {
	let did = device(genesis, id);
	let method = |name: &str, key: String| {
		format!(
			r##"{{"id":"{did}#{name}","type":"Multikey","controller":"{did}","publicKeyMultibase":"{key}"}}"##
		)
	};
	let mut methods = method("hardware", hardware(key));
	let mut assertion = String::new();
	if let Some(key) = report_key {
		methods.push(',');
		methods.push_str(&method("report", report(key)));
		assertion = format!(r##""{did}#report""##);
	}
	format!(
		concat!(
			r##"{{"@context":["https://www.w3.org/ns/did/v1","https://w3id.org/security/multikey/v1"],"##,
			r##""id":"{}","controller":"{}","verificationMethod":[{}],"##,
			r##""authentication":["{}#hardware"],"assertionMethod":[{}]}}"##
		),
		did,
		account(genesis, owner),
		methods,
		did,
		assertion,
	)
}

#[cfg(test)]
mod tests {
	use super::*;

	/// The Ed25519 example of the Multikey specification.
	#[test]
	fn keys_are_multibase_of_multicodec() {
		let bytes =
			bs58::decode("6MkmM42vxfqZQsv4ehtTjFFxQ4sQKS2w6WR7emozFAn5cxu").into_vec().unwrap();
		assert_eq!(bytes[..2], multicodec::ED25519);
		let key: [u8; 32] = bytes[2..].try_into().unwrap();
		assert_eq!(
			hardware(&HardwareKey::Ed25519(key.into())),
			"z6MkmM42vxfqZQsv4ehtTjFFxQ4sQKS2w6WR7emozFAn5cxu"
		);
		assert!(hardware(&HardwareKey::Sr25519([1; 32].into())).starts_with("z6QN"));
		assert!(hardware(&HardwareKey::P256([2; 33])).starts_with("zDn"));
	}

	#[test]
	fn a_document_is_json_and_names_its_keys() {
		let (genesis, id) = (H256::repeat_byte(0xab), H256::repeat_byte(1));
		let owner = AccountId32::new([7; 32]);
		let hardware = HardwareKey::Ed25519([3; 32].into());
		let report = ReportKey::Sr25519([4; 32].into());
		let text = document(&genesis, &id, &owner, &hardware, Some(&report));
		let json: serde_json::Value = serde_json::from_str(&text).unwrap();
		let did = format!("did:substation:abababababababab:{}", "01".repeat(32));
		assert_eq!(json["id"], did);
		assert_eq!(
			json["controller"].as_str().unwrap().rsplit(':').next(),
			Some(&*"07".repeat(32))
		);
		assert_eq!(json["verificationMethod"][0]["id"], format!("{did}#hardware"));
		assert_eq!(json["verificationMethod"][1]["id"], format!("{did}#report"));
		assert_eq!(json["authentication"][0], format!("{did}#hardware"));
		assert_eq!(json["assertionMethod"][0], format!("{did}#report"));

		let bare = document(&genesis, &id, &owner, &hardware, None);
		let json: serde_json::Value = serde_json::from_str(&bare).unwrap();
		assert_eq!(json["verificationMethod"].as_array().unwrap().len(), 1);
		assert_eq!(json["assertionMethod"], serde_json::json!([]));
	}
}
