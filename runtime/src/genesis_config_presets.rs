//! Chains ready to start: `development` has one validator, `local_testnet` four, `testnet` four and the clock of a
//! live chain. All are made of well-known keys: none may ever carry value. Only the first two hold sudo.

use crate::*;
use alloc::vec;
use constants::currency::STN;
use genesis::{Genesis, GenesisValidator, LIVE_CURVE};
use pallet_emission::Curve;
use pallet_networks::GenesisNetwork;
use polkadot_sdk::{
	sp_genesis_builder::PresetId,
	sp_keyring::{Ed25519Keyring, Sr25519Keyring},
};
use substation_primitives::epoch::Parameters;
use substation_proofs::{
	bandwidth,
	coverage::{self, Band},
	mapping, presence,
	sensing::{self, Channel},
	storage, KindPolicy, Policy,
};

pub use polkadot_sdk::sp_genesis_builder::{
	DEV_RUNTIME_PRESET as DEVELOPMENT, LOCAL_TESTNET_RUNTIME_PRESET as LOCAL,
};

/// What each well-known account starts with.
const ENDOWMENT: Balance = 1_000_000 * STN;
/// What each validator has at stake.
const STAKE: Balance = 100_000 * STN;

/// A chain that runs as a live one does, under keys that everybody knows.
pub const TESTNET: &str = "testnet";

/// What chains differ in.
struct Kind {
	parameters: Parameters,
	curve: Curve,
	feeders: Option<(Vec<AccountId>, pallet_credits::Price)>,
	sudo: Option<AccountId>,
}

impl Kind {
	fn development() -> Self {
		Self {
			parameters: Parameters::development(),
			curve: DEVELOPMENT_CURVE,
			feeders: Some((
				[Sr25519Keyring::CharlieStash, Sr25519Keyring::DaveStash, Sr25519Keyring::EveStash]
					.map(|key| key.to_account_id())
					.into(),
				DEVELOPMENT_PRICE,
			)),
			// A live chain's code refuses to know of it, also where it is asked for this preset.
			sudo: cfg!(any(feature = "std", feature = "fast-runtime"))
				.then(|| Sr25519Keyring::Alice.to_account_id()),
		}
	}

	fn live() -> Self {
		Self { parameters: Parameters::default(), curve: LIVE_CURVE, feeders: None, sudo: None }
	}
}

/// A hundred tokens an epoch, that is every forty seconds, halved every million epochs.
const DEVELOPMENT_CURVE: Curve =
	Curve { cap: 200_000_000 * STN, initial: 100 * STN, halving: 1_000_000 };

/// What a token of a development chain is worth at first: ten cents.
const DEVELOPMENT_PRICE: pallet_credits::Price = 100_000_000;

/// Six networks: coverage in Europe's 868 MHz band, storage, presence, sensing of fine dust, bandwidth, and mapping. The fourth and the last have
/// half the weight of the others.
fn networks() -> Vec<GenesisNetwork<Balance>> {
	let europe = Band { from: 863_000_000, to: 870_000_000 };
	let coverage = coverage::Policy {
		min_distance: 1,
		max_distance: 100_000,
		margin: 30,
		sensitivity: -1_500,
		reciprocity: 150,
		max_eirp: 161,
		bands: vec![europe].try_into().unwrap_or_default(),
		resolution: 8,
		target: 4,
		spare: 100_000,
		full_marks: 4_000_000,
	};
	let storage = storage::Policy { shown: 2, cap: 16 * 1024 * 1024 };
	let presence = presence::Policy {
		callers: 4,
		quorum: 2,
		needed: 500_000,
		elder: 0,
		overhead: 0,
		pace: 0,
		presence: 1_000_000,
		full_burn: 0,
	};
	let dust = |high| Channel { low: 0, high, step: 0 };
	let sensing = sensing::Policy {
		slots: 8,
		channels: vec![dust(19_998), dust(i16::MAX)].try_into().unwrap_or_default(),
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
	};
	let bandwidth = bandwidth::Policy { full_burn: 25 * STN / 2, max_rate: 10_000_000 };
	let mapping = mapping::Policy {
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
	};
	let kinds = [
		(KindPolicy::Coverage(coverage), 50),
		(KindPolicy::Storage(storage), 50),
		(KindPolicy::Presence(presence), 50),
		(KindPolicy::Sensing(sensing), 25),
		(KindPolicy::Bandwidth(bandwidth), 50),
		(KindPolicy::Mapping(mapping), 25),
	];
	kinds
		.into_iter()
		.map(|(kind, weight)| GenesisNetwork {
			owner: Sr25519Keyring::Alice.to_account_id(),
			policy: Policy { ramp: 0, kind },
			cadence: 1,
			rate_cap: 10 * STN,
			vouched: false,
			weight,
		})
		.collect()
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

fn genesis(validators: &[Validator], kind: Kind) -> Genesis {
	// Of both bodies beside referenda.
	let members: Vec<AccountId> =
		[Sr25519Keyring::Alice, Sr25519Keyring::Bob, Sr25519Keyring::Charlie]
			.map(|key| key.to_account_id())
			.into();
	Genesis {
		endowments: Sr25519Keyring::well_known()
			.map(|key| (key.to_account_id(), ENDOWMENT))
			.collect(),
		vesting: Vec::new(),
		validators: validators
			.iter()
			.map(|keys| GenesisValidator {
				stash: keys.0.to_account_id(),
				keys: session_keys(keys),
				stake: STAKE,
			})
			.collect(),
		minimum_validators: 1,
		founders: members.clone(),
		committee: members,
		networks: networks(),
		parameters: kind.parameters,
		curve: kind.curve,
		feeders: kind.feeders,
		sudo: kind.sudo,
	}
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
	let genesis = match id.as_ref() {
		DEVELOPMENT => genesis(&[(Sr::Alice, Ed::Alice)], Kind::development()),
		LOCAL => genesis(&four, Kind::development()),
		TESTNET => genesis(&four, Kind::live()),
		_ => return None,
	};
	serde_json::to_string(&genesis.patch()).ok().map(|json| json.into_bytes())
}

/// All presets' names.
pub fn preset_names() -> Vec<PresetId> {
	vec![PresetId::from(DEVELOPMENT), PresetId::from(LOCAL), PresetId::from(TESTNET)]
}
