//! What the development preset fixes: what a fleet expects without asking the chain.

use anyhow::{anyhow, Result};
use substation_primitives::NetworkId;
use substation_proofs::{
	coverage::{self, Band},
	presence, storage, KindPolicy, Policy,
};
use substation_sdk::amount::TOKEN;

/// The development chain's coverage network.
pub(super) const COVERAGE: NetworkId = 0;
/// The development chain's storage network.
pub(super) const STORAGE: NetworkId = 1;
/// The development chain's presence network.
pub(super) const PRESENCE: NetworkId = 2;
/// How many networks there are, each with the same weight.
pub(super) const NETWORKS: u128 = 3;
/// At most ten tokens for a full score.
pub(super) const RATE_CAP: u128 = 10 * TOKEN;

/// What the development preset's networks pay for.
pub(super) fn policy(network: NetworkId) -> Result<Policy> {
	let kind = match network {
		COVERAGE => {
			let europe = Band { from: 863_000_000, to: 870_000_000 };
			KindPolicy::Coverage(coverage::Policy {
				min_distance: 1,
				max_distance: 100_000,
				margin: 30,
				sensitivity: -1_500,
				reciprocity: 150,
				max_eirp: 161,
				bands: vec![europe].try_into().map_err(|_| anyhow!("too many bands"))?,
				resolution: 8,
				target: 4,
				spare: 100_000,
				full_marks: 4_000_000,
			})
		}
		PRESENCE => KindPolicy::Presence(presence::Policy {
			callers: 4,
			quorum: 2,
			needed: 500_000,
			elder: 0,
			overhead: 0,
			pace: 0,
			presence: 1_000_000,
			full_burn: 0,
		}),
		_ => KindPolicy::Storage(storage::Policy { shown: 2, cap: 16 * 1024 * 1024 }),
	};
	Ok(Policy { ramp: 0, kind })
}
