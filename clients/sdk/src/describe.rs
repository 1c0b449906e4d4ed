//! Descriptions: where a device is reached and for what, what else it is called, and the key to agree on secrets with, as its owner says on
//! the chain.

use anyhow::{anyhow, Result};
use substation_primitives::{
	did::{is_sound_alias, Alias, Description, Service, ServiceKind, MAX_ALIAS, MAX_ENDPOINT},
	keys::Signature,
	signing, AccountId32, DeviceId, H256,
};
use substation_proofs::author::DevicePair;
use subxt::{tx::Payload, utils::H256 as RpcHash};

use crate::chain::{api, Chain};

pub use api::runtime_types::pallet_devices::description::Resolution;
use api::runtime_types::{
	bounded_collections::bounded_vec::BoundedVec,
	substation_primitives::did::{
		Description as RpcDescription, Service as RpcService, ServiceKind as RpcKind,
	},
};

/// The words for kinds of service.
const KINDS: [(&str, ServiceKind); 4] = [
	("calls", ServiceKind::Calls),
	("sells", ServiceKind::Sells),
	("data", ServiceKind::Data),
	("other", ServiceKind::Other),
];

/// The word for a kind of service.
pub fn word(kind: ServiceKind) -> &'static str {
	KINDS.iter().find(|(_, one)| *one == kind).map_or("other", |(word, _)| word)
}

/// Reads a service as people write it: `calls=http://machine.example:9000`.
pub fn parse(text: &str) -> Result<Service, String> {
	let (name, url) =
		text.split_once('=').ok_or("KIND=URL, as in calls=http://machine.example:9000")?;
	let kind = KINDS.iter().find(|(word, _)| *word == name).map(|(_, kind)| *kind);
	let kind = kind.ok_or_else(|| format!("{name} is none of calls, sells, data and other"))?;
	let endpoint = url.as_bytes().to_vec();
	let endpoint = endpoint
		.try_into()
		.map_err(|_| format!("an address has {MAX_ENDPOINT} bytes at the most"))?;
	let service = Service { kind, endpoint };
	match service.is_sound() {
		true => Ok(service),
		false => Err(format!("{url} is no address: it begins with http:// or https://, in ASCII")),
	}
}

/// Reads another name of a device: a URI.
pub fn parse_name(text: &str) -> Result<Alias, String> {
	let alias: Alias = text
		.as_bytes()
		.to_vec()
		.try_into()
		.map_err(|_| format!("a name has {MAX_ALIAS} bytes at the most"))?;
	match is_sound_alias(&alias) {
		true => Ok(alias),
		false => Err(format!("{text} is no URI, as did:example:7 or urn:serial:A8 is")),
	}
}

/// The call that says `said` of a device, in place of all that was said before. A new key to agree on secrets with needs a certificate of
/// the hardware key: [`certificate`].
pub fn describe(
	device: DeviceId,
	said: &Description,
	certificate: Option<Signature>,
) -> impl Payload {
	let services = said.services.iter().map(|service| RpcService {
		kind: match service.kind {
			ServiceKind::Calls => RpcKind::Calls,
			ServiceKind::Sells => RpcKind::Sells,
			ServiceKind::Data => RpcKind::Data,
			ServiceKind::Other => RpcKind::Other,
		},
		endpoint: BoundedVec(service.endpoint.to_vec()),
	});
	let names = said.also_known_as.iter().map(|name| BoundedVec(name.to_vec()));
	let said = RpcDescription {
		services: BoundedVec(services.collect()),
		also_known_as: BoundedVec(names.collect()),
		agreement_key: said.agreement_key,
	};
	api::tx().devices().describe(RpcHash(device.0), said, certificate)
}

/// The certificate for a key to agree on secrets with, by the key that the device was made with, good as long as `owner` has it.
pub fn certificate(
	genesis: &H256,
	hardware: &DevicePair,
	owner: &AccountId32,
	key: &[u8; 32],
) -> Signature {
	hardware.sign(&signing::agreement(genesis, &hardware.device_id(), owner, key))
}

impl Chain {
	/// What a device's owner says of it, as of the last finalized block.
	pub async fn description(&self, device: DeviceId) -> Result<Description> {
		let view = api::view_functions().devices().description(RpcHash(device.0));
		let said = self.view(view).await?;
		let long = || anyhow!("the node gives out more than a description holds");
		let services = said.services.0.into_iter().map(|service| {
			let kind = match service.kind {
				RpcKind::Calls => ServiceKind::Calls,
				RpcKind::Sells => ServiceKind::Sells,
				RpcKind::Data => ServiceKind::Data,
				RpcKind::Other => ServiceKind::Other,
			};
			let endpoint = service.endpoint.0.try_into().map_err(|_| long())?;
			Ok(Service { kind, endpoint })
		});
		let services: Vec<_> = services.collect::<Result<_>>()?;
		let names = said.also_known_as.0.into_iter();
		let names: Vec<Alias> =
			names.map(|name| name.0.try_into().map_err(|_| long())).collect::<Result<_>>()?;
		Ok(Description {
			services: services.try_into().map_err(|_| long())?,
			also_known_as: names.try_into().map_err(|_| long())?,
			agreement_key: said.agreement_key,
		})
	}

	/// A device's DID document, as of the last finalized block, and what there is to say beside it: nothing if it is not registered.
	pub async fn did(&self, device: DeviceId) -> Result<Option<(Vec<u8>, Resolution)>> {
		let views = api::view_functions().devices();
		let document = self.view(views.did_document(RpcHash(device.0))).await?;
		let resolution = self.view(views.did_resolution(RpcHash(device.0))).await?;
		Ok(document.zip(resolution))
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_service_is_read_as_people_write_it() {
		let service = parse("calls=http://machine.example:9000").unwrap();
		assert_eq!(
			(service.kind, service.url()),
			(ServiceKind::Calls, "http://machine.example:9000")
		);
		assert_eq!(parse("other=https://a?b=c").unwrap().url(), "https://a?b=c");
		for (kind, _) in KINDS {
			assert_eq!(word(parse(&format!("{kind}=http://a")).unwrap().kind), kind);
		}
		for wrong in
			["", "calls", "calls=", "calls=machine:9000", "call=http://a", "calls=http://ä"]
		{
			assert!(parse(wrong).is_err(), "{wrong}");
		}
		for name in ["did:peaq:7", "urn:serial:A8"] {
			assert!(parse_name(name).is_ok(), "{name}");
		}
		for wrong in ["", "name", "a b:c", &format!("a:{}", "b".repeat(95))] {
			assert!(parse_name(wrong).is_err(), "{wrong}");
		}
		assert!(parse(&format!("calls=http://{}", "a".repeat(121))).is_ok());
		assert!(parse(&format!("calls=http://{}", "a".repeat(122))).is_err());
	}
}
