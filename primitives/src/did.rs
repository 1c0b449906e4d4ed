//! W3C decentralized identifiers of devices (DID Core 1.0), with keys as Multikey
//! (<https://www.w3.org/TR/cid-1.0/#Multikey>).

use alloc::{format, string::String, vec::Vec};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::{crypto::ByteArray, ConstU32};
use sp_runtime::{AccountId32, BoundedVec};

use crate::{DeviceId, HardwareKey, ReportKey, H256};

/// Services that a device has at the most.
pub const MAX_SERVICES: u32 = 4;
/// Bytes of an address at the most.
pub const MAX_ENDPOINT: u32 = 128;

/// What a device does for who reaches it.
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
pub enum ServiceKind {
	/// Calls other machines, for networks that pay for presence.
	#[codec(index = 0)]
	Calls,
	/// Sells service by agreements of the market.
	#[codec(index = 1)]
	Sells,
	/// Serves its data under grants.
	#[codec(index = 2)]
	Data,
	/// Something else.
	#[codec(index = 3)]
	Other,
}

impl ServiceKind {
	/// Its type in a document.
	fn name(self) -> &'static str {
		match self {
			Self::Calls => "SubstationCalls",
			Self::Sells => "SubstationSells",
			Self::Data => "SubstationData",
			Self::Other => "SubstationOther",
		}
	}
}

/// Where a device is reached for something.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Service {
	/// For what.
	pub kind: ServiceKind,
	/// A URL, in ASCII.
	pub endpoint: BoundedVec<u8, ConstU32<MAX_ENDPOINT>>,
}

impl Service {
	/// Whether its address begins as one of HTTP does, and has the characters of a URI (RFC 3986) and no others: a document has
	/// nothing to escape.
	pub fn is_sound(&self) -> bool {
		let rest = self
			.endpoint
			.strip_prefix(b"https://")
			.or_else(|| self.endpoint.strip_prefix(b"http://"));
		let known =
			|byte: &u8| byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(byte);
		rest.is_some_and(|rest| !rest.is_empty() && rest.iter().all(known))
	}

	/// Its address as text.
	pub fn url(&self) -> &str {
		core::str::from_utf8(&self.endpoint).unwrap_or_default()
	}
}

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
/// if it has one, makes its assertions. Its services are sound.
pub fn document(
	genesis: &H256,
	id: &DeviceId,
	owner: &AccountId32,
	key: &HardwareKey,
	report_key: Option<&ReportKey>,
	services: &[Service],
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
	let services: Vec<String> = (0..)
		.zip(services)
		.map(|(number, service): (u32, _)| {
			let (name, url) = (service.kind.name(), service.url());
			format!(
				r##"{{"id":"{did}#service-{number}","type":"{name}","serviceEndpoint":"{url}"}}"##
			)
		})
		.collect();
	let services = match services.is_empty() {
		true => String::new(),
		false => format!(r##","service":[{}]"##, services.join(",")),
	};
	format!(
		concat!(
			r##"{{"@context":["https://www.w3.org/ns/did/v1","https://w3id.org/security/multikey/v1"],"##,
			r##""id":"{}","controller":"{}","verificationMethod":[{}],"##,
			r##""authentication":["{}#hardware"],"assertionMethod":[{}]{}}}"##
		),
		did,
		account(genesis, owner),
		methods,
		did,
		assertion,
		services,
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
		let text = document(&genesis, &id, &owner, &hardware, Some(&report), &[]);
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

		let bare = document(&genesis, &id, &owner, &hardware, None, &[]);
		let json: serde_json::Value = serde_json::from_str(&bare).unwrap();
		assert_eq!(json["verificationMethod"].as_array().unwrap().len(), 1);
		assert_eq!(json["assertionMethod"], serde_json::json!([]));
		assert_eq!(json.get("service"), None);
	}

	#[test]
	fn services_say_where_a_device_is_reached() {
		let service = |kind, endpoint: &str| Service {
			kind,
			endpoint: endpoint.as_bytes().to_vec().try_into().unwrap(),
		};
		let all = [
			service(ServiceKind::Calls, "http://[2001:db8::7]:9000"),
			service(ServiceKind::Sells, "https://machine.example/sells?a=b&c='d'"),
		];
		assert!(all.iter().all(Service::is_sound));
		let (genesis, id) = (H256::repeat_byte(0xab), H256::repeat_byte(1));
		let hardware = HardwareKey::Ed25519([3; 32].into());
		let text = document(&genesis, &id, &AccountId32::new([7; 32]), &hardware, None, &all);
		let json: serde_json::Value = serde_json::from_str(&text).unwrap();
		assert_eq!(json["service"][0]["id"], format!("{}#service-0", device(&genesis, &id)));
		assert_eq!(json["service"][0]["type"], "SubstationCalls");
		assert_eq!(json["service"][1]["serviceEndpoint"], all[1].url());

		let wrong =
			["", "http://", "ftp://a", "http://a b", "http://a\"", "http://a\\b", "https://ä"];
		for endpoint in wrong {
			assert!(!service(ServiceKind::Other, endpoint).is_sound(), "{endpoint}");
		}
	}
}
