//! Profiles: what networks and aggregators say of themselves on the chain.

use anyhow::{anyhow, Result};
use substation_primitives::{
	profile::{AggregatorProfile, Profile},
	AccountId32, NetworkId, H256,
};
use subxt::{tx::Payload, utils::AccountId32 as RpcAccount};

use crate::chain::{api, Chain};
use api::runtime_types::{
	bounded_collections::bounded_vec::BoundedVec,
	substation_primitives::profile::{
		AggregatorProfile as RpcAggregatorProfile, Profile as RpcProfile,
	},
};

fn to_rpc(profile: &Profile) -> RpcProfile {
	RpcProfile {
		name: BoundedVec(profile.name.to_vec()),
		url: BoundedVec(profile.url.to_vec()),
		logo: profile.logo.map(|logo| subxt::utils::H256(logo.0)),
	}
}

fn of_rpc(said: RpcProfile) -> Result<Profile> {
	let long = |_| anyhow!("the node gives out more than a profile holds");
	Ok(Profile {
		name: said.name.0.try_into().map_err(long)?,
		url: said.url.0.try_into().map_err(long)?,
		logo: said.logo.map(|logo| H256(logo.0)),
	})
}

/// The call that says what a network is called; with none, that takes back what was said.
pub fn set_network(network: NetworkId, profile: Option<&Profile>) -> impl Payload {
	api::tx().networks().set_profile(network, profile.map(to_rpc))
}

/// The call by which an aggregator says what it is called and where it is reached; with none, it takes back what it has said.
pub fn set_aggregator(said: Option<&AggregatorProfile>) -> impl Payload {
	let said = said.map(|said| RpcAggregatorProfile {
		profile: to_rpc(&said.profile),
		endpoint: BoundedVec(said.endpoint.to_vec()),
		cut: said.cut,
		open: said.open,
	});
	api::tx().attestation().set_profile(said)
}

impl Chain {
	/// What a network's owner says of it, as of the last finalized block.
	pub async fn network_profile(&self, network: NetworkId) -> Result<Option<Profile>> {
		let view = api::view_functions().networks().profile(network);
		self.view(view).await?.map(of_rpc).transpose()
	}

	/// What an aggregator says of itself, as of the last finalized block.
	pub async fn aggregator_profile(&self, who: &AccountId32) -> Result<Option<AggregatorProfile>> {
		let view = api::view_functions().attestation().profile(RpcAccount((*who).clone().into()));
		let Some(said) = self.view(view).await? else { return Ok(None) };
		let long = |_| anyhow!("the node gives out more than a profile holds");
		Ok(Some(AggregatorProfile {
			profile: of_rpc(said.profile)?,
			endpoint: said.endpoint.0.try_into().map_err(long)?,
			cut: said.cut,
			open: said.open,
		}))
	}
}
