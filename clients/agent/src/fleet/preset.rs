//! What the development preset fixes: what a fleet expects without asking the chain.

use anyhow::{anyhow, Result};
use substation_primitives::NetworkId;
use substation_proofs::{
	coverage::{self, Band},
	storage, KindPolicy, Policy,
};
use substation_sdk::amount::TOKEN;

/// The development chain's coverage network.
pub(super) const COVERAGE: NetworkId = 0;
/// The development chain's storage network.
pub(super) const STORAGE: NetworkId = 1;
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
				max_eirp: 161,
				bands: vec![europe].try_into().map_err(|_| anyhow!("too many bands"))?,
				resolution: 8,
				target: 4,
				spare: 100_000,
				full_marks: 4_000_000,
			})
		}
		_ => KindPolicy::Storage(storage::Policy { shown: 2, cap: 16 * 1024 * 1024 }),
	};
	Ok(Policy { ramp: 0, kind })
}
