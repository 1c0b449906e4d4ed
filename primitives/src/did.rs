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

/// Other names that a device has at the most.
pub const MAX_ALIASES: u32 = 2;
/// Bytes of one at the most.
pub const MAX_ALIAS: u32 = 96;

/// Another name of a device: a URI, in ASCII.
pub type Alias = BoundedVec<u8, ConstU32<MAX_ALIAS>>;

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
	/// Whether its address begins as one of HTTP does, and has the characters of a URI and no others.
	pub fn is_sound(&self) -> bool {
		is_sound_address(&self.endpoint)
	}

	/// Its address as text.
	pub fn url(&self) -> &str {
		core::str::from_utf8(&self.endpoint).unwrap_or_default()
	}
}

/// Whether an address begins as one of HTTP does, and has the characters of a URI and no others.
pub(crate) fn is_sound_address(address: &[u8]) -> bool {
	let rest = address.strip_prefix(b"https://").or_else(|| address.strip_prefix(b"http://"));
	rest.is_some_and(|rest| !rest.is_empty() && rest.iter().all(is_of_uri))
}

/// Whether a byte is a character of a URI (RFC 3986), and no quote: a document has nothing to escape.
fn is_of_uri(byte: &u8) -> bool {
	byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(byte)
}

/// Whether another name is a URI: a scheme, a colon, and more.
pub fn is_sound_alias(alias: &Alias) -> bool {
	let colon = alias.iter().position(|byte| *byte == b':');
	let Some((scheme, rest)) = colon.and_then(|at| alias.split_at_checked(at)) else {
		return false;
	};
	let first = scheme.first().is_some_and(u8::is_ascii_alphabetic);
	let of_scheme = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
	first && scheme.iter().all(of_scheme) && rest.len() > 1 && rest.iter().all(is_of_uri)
}

/// What a document says beside the keys that sign: what a device's owner has said, and the chain has checked.
#[derive(
	Clone,
	PartialEq,
	Eq,
	Debug,
	Default,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Description {
	/// Where it is reached, and for what.
	pub services: BoundedVec<Service, ConstU32<MAX_SERVICES>>,
	/// What else it is called.
	pub also_known_as: BoundedVec<Alias, ConstU32<MAX_ALIASES>>,
	/// The X25519 key with which others agree on secrets with it.
	pub agreement_key: Option<[u8; 32]>,
}

impl Description {
	/// Whether its addresses and names are such.
	pub fn is_sound(&self) -> bool {
		self.services.iter().all(Service::is_sound) && self.also_known_as.iter().all(is_sound_alias)
	}

	/// Whether it says nothing.
	pub fn is_empty(&self) -> bool {
		self.services.is_empty() && self.also_known_as.is_empty() && self.agreement_key.is_none()
	}

	/// Bytes of what it says.
	pub fn bytes(&self) -> u32 {
		let addresses = self.services.iter().map(|service| service.endpoint.len());
		let names = self.also_known_as.iter().map(|alias| alias.len());
		let key = self.agreement_key.map_or(0, |key| key.len());
		(addresses.chain(names).sum::<usize>() + key) as u32
	}
}

/// What a key's bytes begin with: its number in the multicodec table, as a varint.
mod multicodec {
	pub const ED25519: [u8; 2] = [0xed, 0x01];
	pub const SR25519: [u8; 2] = [0xef, 0x01];
	pub const P256: [u8; 2] = [0x80, 0x24];
	pub const X25519: [u8; 2] = [0xec, 0x01];
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
/// if it has one, makes its assertions and acts for it. What is `said` of it is sound.
pub fn document(
	genesis: &H256,
	id: &DeviceId,
	owner: &AccountId32,
	key: &HardwareKey,
	report_key: Option<&ReportKey>,
	said: &Description,
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
	let agreement = match said.agreement_key {
		None => String::new(),
		Some(key) => {
			let key = method("agreement", multibase(multicodec::X25519, &key));
			format!(r##","keyAgreement":[{key}]"##)
		}
	};
	let names: Vec<String> = said
		.also_known_as
		.iter()
		.map(|name| format!(r##""{}""##, core::str::from_utf8(name).unwrap_or_default()))
		.collect();
	let names = match names.is_empty() {
		true => String::new(),
		false => format!(r##","alsoKnownAs":[{}]"##, names.join(",")),
	};
	let services: Vec<String> = (0..)
		.zip(&said.services)
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
			r##""id":"{}"{},"controller":"{}","verificationMethod":[{}],"##,
			r##""authentication":["{}#hardware"],"assertionMethod":[{}],"##,
			r##""capabilityInvocation":[{}],"capabilityDelegation":["{}"]{}{}}}"##
		),
		did,
		names,
		account(genesis, owner),
		methods,
		did,
		assertion,
		assertion,
		account(genesis, owner),
		agreement,
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
		let text = document(&genesis, &id, &owner, &hardware, Some(&report), &Default::default());
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

		let bare = document(&genesis, &id, &owner, &hardware, None, &Default::default());
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
		let names = ["did:peaq:0x1f2e", "urn:serial:A81758FFFE04B1C1"]
			.map(|name| name.as_bytes().to_vec().try_into().unwrap());
		let said = Description {
			services: all.to_vec().try_into().unwrap(),
			also_known_as: names.to_vec().try_into().unwrap(),
			agreement_key: Some([9; 32]),
		};
		assert!(said.is_sound() && !said.is_empty());
		assert_eq!(said.bytes(), 25 + 39 + 15 + 27 + 32);
		let (genesis, id) = (H256::repeat_byte(0xab), H256::repeat_byte(1));
		let hardware = HardwareKey::Ed25519([3; 32].into());
		let text = document(&genesis, &id, &AccountId32::new([7; 32]), &hardware, None, &said);
		let json: serde_json::Value = serde_json::from_str(&text).unwrap();
		assert_eq!(json["service"][0]["id"], format!("{}#service-0", device(&genesis, &id)));
		assert_eq!(json["service"][0]["type"], "SubstationCalls");
		assert_eq!(json["service"][1]["serviceEndpoint"], all[1].url());
		assert_eq!(json["alsoKnownAs"][1], "urn:serial:A81758FFFE04B1C1");
		let agreement = &json["keyAgreement"][0];
		assert_eq!(agreement["id"], format!("{}#agreement", device(&genesis, &id)));
		assert!(agreement["publicKeyMultibase"].as_str().unwrap().starts_with("z6LS"));
		assert_eq!(json["capabilityInvocation"], json["assertionMethod"]);
		assert_eq!(json["capabilityDelegation"][0], json["controller"]);

		for wrong in ["", ":", "a:", ":a", "1a:b", "a b:c", "a:b\"", "name"] {
			let alias: Alias = wrong.as_bytes().to_vec().try_into().unwrap();
			assert!(!is_sound_alias(&alias), "{wrong}");
		}

		let wrong =
			["", "http://", "ftp://a", "http://a b", "http://a\"", "http://a\\b", "https://ä"];
		for endpoint in wrong {
			assert!(!service(ServiceKind::Other, endpoint).is_sound(), "{endpoint}");
		}
	}
}
