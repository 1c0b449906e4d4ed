//! Services: where a device is reached, and for what, as its owner says on the chain.

use anyhow::{anyhow, Result};
use substation_primitives::{
	did::{Service, ServiceKind, MAX_ENDPOINT, MAX_SERVICES},
	DeviceId,
};
use subxt::{tx::Payload, utils::H256 as RpcHash};

use crate::{
	chain::{api, Chain},
	failure::Failure,
};

use api::runtime_types::{
	bounded_collections::bounded_vec::BoundedVec,
	substation_primitives::did::{Service as RpcService, ServiceKind as RpcKind},
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

/// The call that says where a device is reached, in place of all that was said before.
pub fn set(device: DeviceId, services: &[Service]) -> Result<impl Payload> {
	if services.len() > MAX_SERVICES as usize {
		let text = format!("a device has {MAX_SERVICES} services at the most");
		return Err(Failure::Arguments(text).into());
	}
	let services = services
		.iter()
		.map(|service| RpcService {
			kind: match service.kind {
				ServiceKind::Calls => RpcKind::Calls,
				ServiceKind::Sells => RpcKind::Sells,
				ServiceKind::Data => RpcKind::Data,
				ServiceKind::Other => RpcKind::Other,
			},
			endpoint: BoundedVec(service.endpoint.to_vec()),
		})
		.collect();
	Ok(api::tx().devices().set_services(RpcHash(device.0), BoundedVec(services)))
}

impl Chain {
	/// Where a device is reached, and for what, as of the last finalized block.
	pub async fn services(&self, device: DeviceId) -> Result<Vec<Service>> {
		let said = self.view(api::view_functions().devices().services(RpcHash(device.0))).await?;
		said.0
			.into_iter()
			.map(|service| {
				let kind = match service.kind {
					RpcKind::Calls => ServiceKind::Calls,
					RpcKind::Sells => ServiceKind::Sells,
					RpcKind::Data => ServiceKind::Data,
					RpcKind::Other => ServiceKind::Other,
				};
				let endpoint = service.endpoint.0.try_into();
				let endpoint =
					endpoint.map_err(|_| anyhow!("the node gives out a long address"))?;
				Ok(Service { kind, endpoint })
			})
			.collect()
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
		assert!(parse(&format!("calls=http://{}", "a".repeat(121))).is_ok());
		assert!(parse(&format!("calls=http://{}", "a".repeat(122))).is_err());
	}
}
