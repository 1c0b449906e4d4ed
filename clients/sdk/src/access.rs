//! Access to what devices record: grants, tariffs, and the calls by which they are given, bought and taken away.

use anyhow::{anyhow, Result};
use substation_primitives::{AccountId32, DeviceId, NetworkId, ReportKey, H256};
use subxt::{
	tx::Payload,
	utils::{AccountId32 as RpcAccount, Static, H256 as RpcHash},
};

pub use api::runtime_types::pallet_access::types::{Grant, Reason, Scopes, Tariff};

use crate::chain::{all_pages, api, rpc_account, Chain, PAGE};
use api::runtime_types::{
	bounded_collections::bounded_vec::BoundedVec, sp_arithmetic::per_things::Permill,
};

/// The scope of having a device do something.
pub const COMMANDS: u32 = 1 << 5;

/// The chain's names of scopes, by the number of their bit.
const NAMES: [&str; 8] = [
	"coarse-place",
	"exact-place",
	"live",
	"history",
	"evidence",
	"commands",
	"sharing",
	"statistics",
];

/// Reads scopes, with commas between them, such as `live,history`; a network's own ones by the number of their bit, 8 to 31.
///
/// # Errors
///
/// If one is none.
pub fn read_scopes(text: &str) -> Result<u32> {
	text.split(',').map(str::trim).try_fold(0, |all: u32, name| {
		let named = NAMES.iter().position(|known| *known == name);
		let bit = named.or_else(|| name.parse().ok().filter(|bit| (8..32).contains(bit)));
		let bit = bit.ok_or_else(|| {
			anyhow!(
				"{name:?} is no scope: {}, or a network's own by its bit, 8 to 31",
				NAMES.join(", ")
			)
		})?;
		Ok(all | 1u32.wrapping_shl(u32::try_from(bit)?))
	})
}

/// Scopes in words.
pub fn shown_scopes(scopes: u32) -> String {
	let names: Vec<String> = (0..32u32)
		.filter(|bit| scopes & 1u32.wrapping_shl(*bit) != 0)
		.map(|bit| NAMES.get(bit as usize).map_or_else(|| bit.to_string(), ToString::to_string))
		.collect();
	names.join(",")
}

/// Why somebody may not, in words.
pub fn reason(why: &Reason) -> &'static str {
	match why {
		Reason::NoDevice => "there is no such device",
		Reason::NoGrant => "its owner has granted nothing",
		Reason::Transferred => "it has changed hands since that was granted",
		Reason::Expired => "the grant is over",
		Reason::Unpaid => "the grant is not paid for any more",
		Reason::OutOfScope => "something else was granted",
	}
}

fn id(device: &DeviceId) -> RpcHash {
	RpcHash(device.0)
}

/// The call that grants somebody something of a device for nothing, until a block.
pub fn grant(
	device: &DeviceId,
	to: &RpcAccount,
	scope: u32,
	until: u32,
	key: Option<ReportKey>,
	document: H256,
) -> impl Payload {
	let (to, document) = (*to, RpcHash(document.0));
	api::tx().access().grant(id(device), to, Scopes(scope), until, key.map(Static), document)
}

/// The call that says what is asked for grants. None takes all back.
pub fn set_tariffs(device: &DeviceId, tariffs: Vec<Tariff>) -> impl Payload {
	api::tx().access().set_tariffs(id(device), BoundedVec(tariffs))
}

/// The call that buys a grant at a tariff, with so many credits.
pub fn buy(
	device: &DeviceId,
	tariff: Tariff,
	credits: u128,
	key: Option<ReportKey>,
) -> impl Payload {
	api::tx().access().buy(id(device), tariff, credits, key.map(Static))
}

/// The call that takes a grant away.
pub fn revoke(device: &DeviceId, who: &RpcAccount) -> impl Payload {
	api::tx().access().revoke(id(device), *who)
}

/// The call that clears a grant that is void.
pub fn clear(device: &DeviceId, who: &RpcAccount) -> impl Payload {
	api::tx().access().clear(id(device), *who)
}

/// A tariff for anybody: so many credits a block, for so many blocks at the most. `backing` is what tokens burned for credits
/// have to be worth, in hundredths of those.
pub fn tariff(network: NetworkId, scope: u32, rate: u128, longest: u32, backing: u32) -> Tariff {
	Tariff {
		network,
		scope: Scopes(scope),
		rate,
		longest,
		backing: Permill(backing.saturating_mul(10_000)),
		only: None,
		document: RpcHash::zero(),
	}
}

impl Chain {
	/// Whether somebody may do all of this with a device's data: until which block, and by which key it asks; or why not.
	pub async fn may(
		&self,
		device: &DeviceId,
		who: &AccountId32,
		scope: u32,
	) -> Result<Result<(u32, ReportKey), Reason>> {
		let view = api::view_functions().access();
		let said = self.view(view.may(id(device), rpc_account(who), Scopes(scope))).await?;
		Ok(said.map(|permit| (permit.until, permit.key.0)))
	}

	/// What was granted to somebody of a device, valid or not.
	pub async fn grant_of(&self, device: &DeviceId, who: &AccountId32) -> Result<Option<Grant>> {
		self.view(api::view_functions().access().grant_of(id(device), rpc_account(who))).await
	}

	/// What a device's owner asks for grants.
	pub async fn tariffs(&self, device: &DeviceId) -> Result<Vec<Tariff>> {
		self.view(api::view_functions().access().tariffs(id(device))).await
	}

	/// All that was granted of a device, valid or not.
	pub async fn grants(&self, device: &DeviceId) -> Result<Vec<(RpcAccount, Grant)>> {
		let view = api::view_functions().access();
		all_pages(|after| self.view(view.grants(id(device), after, PAGE))).await
	}

	/// All that was granted to somebody, valid or not.
	pub async fn granted_to(&self, who: &AccountId32) -> Result<Vec<(DeviceId, Grant)>> {
		let view = api::view_functions().access();
		let who = rpc_account(who);
		let all = all_pages(|after| self.view(view.granted_to(who, after, PAGE))).await?;
		Ok(all.into_iter().map(|(device, grant)| (H256(device.0), grant)).collect())
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn scopes_are_read_and_shown() {
		for (text, scopes) in [
			("coarse-place", 1),
			("live,history", 12),
			("statistics, 8", 128 + 256),
			("31", 1 << 31),
		] {
			assert_eq!(read_scopes(text).unwrap(), scopes, "{text}");
			assert_eq!(shown_scopes(scopes), text.replace(' ', ""));
		}
		for wrong in ["", "live,", "7", "32", "-1", "everything", "LIVE"] {
			assert!(read_scopes(wrong).is_err(), "{wrong}");
		}
	}
}
