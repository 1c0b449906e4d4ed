//! What the development preset fixes: what a fleet expects without asking the chain.

use anyhow::{anyhow, Result};
use substation_primitives::NetworkId;
use substation_proofs::{
	bandwidth,
	coverage::{self, Band},
	mapping, presence,
	sensing::{self, Channel},
	storage, KindPolicy, Policy,
};
use substation_sdk::amount::TOKEN;

/// The development chain's coverage network.
pub(super) const COVERAGE: NetworkId = 0;
/// The development chain's storage network.
pub(super) const STORAGE: NetworkId = 1;
/// The development chain's presence network.
pub(super) const PRESENCE: NetworkId = 2;
/// The development chain's sensing network.
pub(super) const SENSING: NetworkId = 3;
/// The development chain's bandwidth network.
pub(super) const BANDWIDTH: NetworkId = 4;
/// The development chain's mapping network.
pub(super) const MAPPING: NetworkId = 5;
/// Networks' weights in sum.
pub(super) const WEIGHTS: u128 = 250;
/// At most ten tokens for a full score.
pub(super) const RATE_CAP: u128 = 10 * TOKEN;

/// The weight of one of the development preset's networks.
pub(super) fn weight(network: NetworkId) -> u128 {
	match network {
		SENSING | MAPPING => 25,
		_ => 50,
	}
}

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
		SENSING => {
			let dust = |high| Channel { low: 0, high, step: 0 };
			let channels = vec![dust(19_998), dust(i16::MAX)];
			KindPolicy::Sensing(sensing::Policy {
				slots: 8,
				channels: channels.try_into().map_err(|_| anyhow!("too many channels"))?,
				nested: true,
				live: true,
				min_count: 1,
				min_valid: 500_000,
				stuck: 4,
				resolution: 5,
				min_distance: 100,
				reach: 25_000,
				witnesses: 8,
				quorum: 3,
				elder: 0,
				tolerance: 6,
				relative: 500_000,
				min_fit: 500_000,
				coherence: 200_000,
				quiet: 1_000_000,
				level: 100_000,
				alone: 400_000,
				target: 16,
				spare: 100_000,
			})
		}
		BANDWIDTH => KindPolicy::Bandwidth(bandwidth::Policy {
			full_burn: 25 * TOKEN / 2,
			max_rate: 10_000_000,
		}),
		MAPPING => KindPolicy::Mapping(mapping::Policy {
			span: 1,
			delay: 1,
			speed: 42,
			step: 1_000,
			replenish: 32,
			least: 50,
			full: 500,
			resolution: 4,
			target: 4,
			reach: 20_000,
			sightings: 0,
			sighted: 0,
			eirp: 161,
			margin: 30,
			far: 100_000,
		}),
		_ => KindPolicy::Storage(storage::Policy { shown: 2, cap: 16 * 1024 * 1024 }),
	};
	Ok(Policy { ramp: 0, kind })
}
