//! Chains ready to start: `development` has one validator, `local_testnet` four, `testnet` four and the clock of a
//! live chain. All are made of well-known keys: none may ever carry value. Only the first two hold sudo.

use crate::*;
use alloc::vec;
use constants::currency::STN;
use frame_support::build_struct_json_patch;
use pallet_emission::Curve;
use pallet_network_treasury::{Route, Source};
use pallet_networks::GenesisNetwork;
use polkadot_sdk::{
	pallet_staking::StakerStatus,
	sp_genesis_builder::PresetId,
	sp_keyring::{Ed25519Keyring, Sr25519Keyring},
	sp_runtime::{Perbill, Permill},
};
use serde_json::Value;
use substation_primitives::epoch::Parameters;
use substation_proofs::{
	coverage::{self, Band},
	storage, KindPolicy, Policy,
};

pub use polkadot_sdk::sp_genesis_builder::{
	DEV_RUNTIME_PRESET as DEVELOPMENT, LOCAL_TESTNET_RUNTIME_PRESET as LOCAL,
};

/// What each well-known account starts with.
const ENDOWMENT: Balance = 1_000_000 * STN;
/// The least that a validator, and a nominator, has at stake: an election looks at all of them.
const MIN_VALIDATOR_BOND: Balance = 1_000 * STN;
const MIN_NOMINATOR_BOND: Balance = 100 * STN;
/// The least with which an account joins a pool. Who makes one has as much in it as a nominator.
const MIN_JOIN_BOND: Balance = STN;
/// What each validator has at stake.
const STAKE: Balance = 100_000 * STN;

/// A chain that runs as a live one does, under keys that everybody knows.
pub const TESTNET: &str = "testnet";

/// A little less than half of a thousand million tokens in the first four years, half as many in the next four.
const LIVE_CURVE: Curve =
	Curve { cap: 1_000_000_000 * STN, initial: 14_000 * STN, halving: 35_064 };

/// What chains differ in.
struct Kind {
	parameters: Parameters,
	curve: Curve,
	sudo: Option<AccountId>,
}

impl Kind {
	fn development() -> Self {
		Self {
			parameters: Parameters::development(),
			curve: DEVELOPMENT_CURVE,
			sudo: Some(Sr25519Keyring::Alice.to_account_id()),
		}
	}

	fn live() -> Self {
		Self { parameters: Parameters::default(), curve: LIVE_CURVE, sudo: None }
	}
}

/// A hundred tokens an epoch, that is every forty seconds, halved every million epochs.
const DEVELOPMENT_CURVE: Curve =
	Curve { cap: 200_000_000 * STN, initial: 100 * STN, halving: 1_000_000 };

/// Two networks: coverage in Europe's 868 MHz band, and storage.
fn networks() -> Vec<GenesisNetwork<Balance>> {
	let europe = Band { from: 863_000_000, to: 870_000_000 };
	let coverage = coverage::Policy {
		min_distance: 1,
		max_distance: 100_000,
		margin: 30,
		max_eirp: 161,
		bands: vec![europe].try_into().unwrap_or_default(),
		resolution: 8,
		target: 4,
		full_marks: 4_000_000,
	};
	let storage = storage::Policy { shown: 2, cap: 16 * 1024 * 1024 };
	[KindPolicy::Coverage(coverage), KindPolicy::Storage(storage)]
		.into_iter()
		.map(|kind| GenesisNetwork {
			owner: Sr25519Keyring::Alice.to_account_id(),
			policy: Policy { ramp: 0, kind },
			cadence: 1,
			rate_cap: 10 * STN,
			vouched: false,
			weight: 50,
		})
		.collect()
}

/// Half of fees and slashes are burned, and a tenth of the treasury's share of issuance goes to networks;
/// what a network's owners do not claim stays with the network.
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
	]
}

/// A validator's well-known keys: of its account, BABE, our own and its addresses; and of GRANDPA.
type Validator = (Sr25519Keyring, Ed25519Keyring);

fn session_keys((key, grandpa): &Validator) -> SessionKeys {
	SessionKeys {
		babe: key.public().into(),
		grandpa: grandpa.public().into(),
		verdict: key.public().into(),
		discovery: key.public().into(),
	}
}

fn genesis(validators: &[Validator], kind: Kind) -> Value {
	// Of both bodies beside referenda.
	let members: Vec<AccountId> =
		[Sr25519Keyring::Alice, Sr25519Keyring::Bob, Sr25519Keyring::Charlie]
			.map(|key| key.to_account_id())
			.into();
	let accounts: Vec<AccountId> = validators.iter().map(|(key, _)| key.to_account_id()).collect();
	build_struct_json_patch!(RuntimeGenesisConfig {
		balances: BalancesConfig {
			balances: Sr25519Keyring::well_known()
				.map(|key| (key.to_account_id(), ENDOWMENT))
				.collect(),
		},
		babe: BabeConfig { epoch_config: configs::BABE_GENESIS_EPOCH_CONFIG },
		session: SessionConfig {
			keys: validators
				.iter()
				.zip(&accounts)
				.map(|(keys, account)| (account.clone(), account.clone(), session_keys(keys)))
				.collect(),
		},
		staking: StakingConfig {
			validator_count: validators.len() as u32,
			minimum_validator_count: 1,
			min_validator_bond: MIN_VALIDATOR_BOND,
			min_nominator_bond: MIN_NOMINATOR_BOND,
			max_validator_count: Some(configs::MAX_ELECTION_TARGETS),
			max_nominator_count: None,
			slash_reward_fraction: Perbill::from_percent(10),
			stakers: accounts
				.iter()
				.map(|account| {
					(account.clone(), account.clone(), STAKE, StakerStatus::Validator)
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
		contribution: ContributionConfig { founders: members.clone() },
		network_treasury: NetworkTreasuryConfig { routes: routes() },
		technical_committee: TechnicalCommitteeConfig { members, ..Default::default() },
		networks: NetworksConfig { networks: networks() },
		attestation: AttestationConfig { parameters: kind.parameters },
		emission: EmissionConfig { curve: kind.curve },
		sudo: SudoConfig { key: kind.sudo },
	})
}

/// The preset called `id`, as a patch of the default genesis.
pub fn get_preset(id: &PresetId) -> Option<Vec<u8>> {
	use Ed25519Keyring as Ed;
	use Sr25519Keyring as Sr;
	let four = [
		(Sr::Alice, Ed::Alice),
		(Sr::Bob, Ed::Bob),
		(Sr::Charlie, Ed::Charlie),
		(Sr::Dave, Ed::Dave),
	];
	let patch = match id.as_ref() {
		DEVELOPMENT => genesis(&[(Sr::Alice, Ed::Alice)], Kind::development()),
		LOCAL => genesis(&four, Kind::development()),
		TESTNET => genesis(&four, Kind::live()),
		_ => return None,
	};
	serde_json::to_string(&patch).ok().map(|json| json.into_bytes())
}

/// All presets' names.
pub fn preset_names() -> Vec<PresetId> {
	vec![PresetId::from(DEVELOPMENT), PresetId::from(LOCAL), PresetId::from(TESTNET)]
}
