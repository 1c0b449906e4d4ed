//! What a chain begins with: the presets' is made of it, and that of a chain that carries value.

use crate::*;
use alloc::vec;
use constants::currency::STN;
use frame_support::build_struct_json_patch;
use pallet_emission::Curve;
use pallet_network_treasury::{Route, Source};
use polkadot_sdk::{
	pallet_staking::StakerStatus,
	sp_runtime::{Perbill, Permill},
};
use serde_json::Value;
use substation_primitives::epoch::Parameters;

pub use pallet_networks::GenesisNetwork;
pub use substation_proofs::Policy;

/// The least that a validator, and a nominator, has at stake: an election looks at all of them.
pub const MIN_VALIDATOR_BOND: Balance = 1_000 * STN;
/// The least that a nominator has at stake.
pub const MIN_NOMINATOR_BOND: Balance = 100 * STN;
/// The least with which an account joins a pool. Who makes one has as much in it as a nominator.
const MIN_JOIN_BOND: Balance = STN;

/// A little less than half of a thousand million tokens in the first four years, half as many in the next four.
pub const LIVE_CURVE: Curve =
	Curve { cap: 1_000_000_000 * STN, initial: 14_000 * STN, halving: 35_064 };

/// A validator of the first session.
#[derive(Clone, Debug)]
pub struct GenesisValidator {
	/// Who.
	pub stash: AccountId,
	/// With which keys.
	pub keys: SessionKeys,
	/// What it has at stake, in planck.
	pub stake: Balance,
}

/// Tokens of an account that become free over time.
#[derive(Clone, Debug)]
pub struct GenesisVesting {
	/// Whose.
	pub who: AccountId,
	/// The block from which on some become free.
	pub begin: BlockNumber,
	/// Blocks from there until all are.
	pub blocks: BlockNumber,
	/// What is free from the start, in planck.
	pub liquid: Balance,
}

/// What a chain begins with.
#[derive(Clone, Debug)]
pub struct Genesis {
	/// Accounts, and what each has, in planck.
	pub endowments: Vec<(AccountId, Balance)>,
	/// Which of it becomes free over time.
	pub vesting: Vec<GenesisVesting>,
	/// Who makes blocks.
	pub validators: Vec<GenesisValidator>,
	/// Validators that an election gives at the least.
	pub minimum_validators: u32,
	/// Who fills the council's seats that there are no candidates for.
	pub founders: Vec<AccountId>,
	/// The technical committee.
	pub committee: Vec<AccountId>,
	/// Networks, numbered from 0.
	pub networks: Vec<GenesisNetwork<Balance>>,
	/// The protocol's parameters.
	pub parameters: Parameters,
	/// How much is issued when.
	pub curve: Curve,
	/// Who says what a token costs, and what is believed first, in 10^-9 dollars. Without any, no credits are made before a
	/// referendum names some.
	pub feeders: Option<(Vec<AccountId>, pallet_credits::Price)>,
	/// Who may do anything, on a development chain: others hold nothing that could take it.
	pub sudo: Option<AccountId>,
}

/// Half of fees and slashes are burned, and a tenth of the treasury's share of issuance goes to networks;
/// what a network's owners do not claim stays with the network, and so does its part of sales.
fn routes() -> Vec<(Source, Route)> {
	let route = |burned, networks| Route {
		burned: Permill::from_percent(burned),
		networks: Permill::from_percent(networks),
	};
	vec![
		(Source::Issuance, route(0, 10)),
		(Source::Slashes, route(50, 0)),
		(Source::Fees, route(50, 0)),
		(Source::Claims, route(0, 100)),
		(Source::Sales, route(0, 100)),
	]
}

impl Genesis {
	/// As a patch of the runtime's default genesis.
	pub fn patch(self) -> Value {
		let vesting = self.vesting.into_iter();
		let (feeders, price) = self.feeders.unzip();
		let mut patch = build_struct_json_patch!(RuntimeGenesisConfig {
			balances: BalancesConfig { balances: self.endowments },
			vesting: VestingConfig {
				vesting: vesting.map(|one| (one.who, one.begin, one.blocks, one.liquid)).collect(),
			},
			babe: BabeConfig { epoch_config: configs::BABE_GENESIS_EPOCH_CONFIG },
			session: SessionConfig {
				keys: self
					.validators
					.iter()
					.map(|one| (one.stash.clone(), one.stash.clone(), one.keys.clone()))
					.collect(),
			},
			staking: StakingConfig {
				validator_count: self.validators.len() as u32,
				minimum_validator_count: self.minimum_validators,
				min_validator_bond: MIN_VALIDATOR_BOND,
				min_nominator_bond: MIN_NOMINATOR_BOND,
				max_validator_count: Some(configs::MAX_ELECTION_TARGETS),
				max_nominator_count: None,
				slash_reward_fraction: Perbill::from_percent(10),
				stakers: self
					.validators
					.iter()
					.map(|one| {
						let stash = one.stash.clone();
						(stash.clone(), stash, one.stake, StakerStatus::Validator)
					})
					.collect(),
			},
			nomination_pools: NominationPoolsConfig {
				min_join_bond: MIN_JOIN_BOND,
				min_create_bond: MIN_NOMINATOR_BOND,
				max_pools: None,
				max_members_per_pool: None,
				max_members: None,
				global_max_commission: None,
			},
			contribution: ContributionConfig { founders: self.founders },
			network_treasury: NetworkTreasuryConfig { routes: routes() },
			technical_committee: TechnicalCommitteeConfig {
				members: self.committee,
				..Default::default()
			},
			networks: NetworksConfig { networks: self.networks },
			attestation: AttestationConfig { parameters: self.parameters },
			emission: EmissionConfig { curve: self.curve },
			credits: CreditsConfig { feeders: feeders.unwrap_or_default(), price },
		});
		// A live chain's runtime knows no such pallet.
		if let (Some(key), Some(patch)) = (self.sudo, patch.as_object_mut()) {
			patch.insert("sudo".into(), serde_json::json!({ "key": key }));
		}
		patch
	}
}
