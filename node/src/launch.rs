//! `launch-spec`: the specification of a chain that carries value, made from a file that people can read and check, and refused
//! if it is unsafe.

use sc_network::config::MultiaddrWithPeerId;
use sc_service::ChainType;
use serde::{de::Error as _, Deserialize, Deserializer};
use sp_core::crypto::{Ss58AddressFormat, Ss58Codec};
use sp_keyring::{Ed25519Keyring, Sr25519Keyring};
use std::{
	collections::{BTreeMap, BTreeSet},
	io::Write,
	path::PathBuf,
};
use substation_primitives::epoch::Parameters;
use substation_runtime::{
	configs::EXISTENTIAL_DEPOSIT,
	constants::{currency::STN, SS58_PREFIX},
	genesis::{
		Genesis, GenesisNetwork, GenesisValidator, GenesisVesting, Policy, LIVE_CURVE,
		MIN_VALIDATOR_BOND,
	},
	AccountId, Balance, SessionKeys, HAS_METADATA_DIGEST,
};

use crate::chain_spec;

/// Arguments of the command.
#[derive(Debug, Clone, clap::Parser)]
pub struct LaunchSpecCmd {
	/// The file: `chain-specs/launch.example.toml` explains each line.
	#[arg(long, value_name = "FILE")]
	pub from: PathBuf,

	/// With the short slots and epochs of a development chain, but all else as in the file: to see that it runs.
	#[arg(long)]
	pub rehearsal: bool,

	/// As nodes read it fastest, and light clients alone.
	#[arg(long)]
	pub raw: bool,
}

/// Validators below which one that is away, or lies, stops or splits the chain.
const LEAST_VALIDATORS: usize = 4;
/// Founders, as the council never is one or two people, up to its seats.
const FOUNDERS: std::ops::RangeInclusive<usize> = 3..=7;
/// Members of the technical committee: two thirds of fewer are one or all.
const COMMITTEE: std::ops::RangeInclusive<usize> = 3..=13;
/// Epochs until a device of an open network earns all that its evidence is worth: thirty days of hours. Nothing else makes devices
/// that do not exist cost more than they earn.
const LEAST_RAMP: u16 = 720;
/// What a stash has beside its stake: for a row of session keys, fees, and the least that an account holds.
const BESIDE_STAKE: Balance = STN;

/// The file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
	name: String,
	id: String,
	#[serde(default)]
	boot_nodes: Vec<MultiaddrWithPeerId>,
	total: Tokens,
	endowments: Vec<Endowment>,
	validators: Vec<Validator>,
	founders: Vec<Account>,
	committee: Vec<Account>,
	#[serde(default)]
	networks: Vec<Network>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Endowment {
	account: Account,
	tokens: Tokens,
	vesting: Option<Vesting>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Vesting {
	tokens: Tokens,
	from_block: u32,
	blocks: u32,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Validator {
	stash: Account,
	stake: Tokens,
	babe: Key,
	grandpa: Key,
	verdict: Key,
	discovery: Key,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Network {
	owner: Account,
	weight: u32,
	cadence: u16,
	rate_cap: Tokens,
	vouched: bool,
	policy: Policy,
}

/// An amount: whole tokens as a number, or a decimal fraction in quotes.
#[derive(Debug, Clone, Copy)]
struct Tokens(Balance);

impl Tokens {
	/// Reads `1_000_000.25`; nothing if it is no such number, or has more than twelve places.
	fn read(text: &str) -> Option<Self> {
		let plain = text.replace('_', "");
		let (whole, part) = plain.split_once('.').unwrap_or((&plain, "0"));
		let digits = |text: &str| !text.is_empty() && text.bytes().all(|one| one.is_ascii_digit());
		if !digits(whole) || !digits(part) || part.len() > 12 {
			return None;
		}
		let whole: Balance = whole.parse().ok()?;
		let part: Balance = format!("{part:0<12}").parse().ok()?;
		whole.checked_mul(STN)?.checked_add(part).map(Self)
	}
}

impl<'de> Deserialize<'de> for Tokens {
	fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
		#[derive(Deserialize)]
		#[serde(untagged)]
		enum Written {
			Number(u64),
			Text(String),
		}
		let read = match Written::deserialize(deserializer)? {
			Written::Number(number) => Balance::from(number).checked_mul(STN).map(Self),
			Written::Text(text) => Self::read(&text),
		};
		read.ok_or_else(|| {
			D::Error::custom("not an amount of tokens, such as 1000 or \"1_000.25\"")
		})
	}
}

/// The 32 bytes of an account or a key, as an address of this chain or in hexadecimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Bytes([u8; 32]);

impl<'de> Deserialize<'de> for Bytes {
	fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
		let text = String::deserialize(deserializer)?;
		if let Some(hex) = text.strip_prefix("0x") {
			let mut bytes = [0; 32];
			hex::decode_to_slice(hex, &mut bytes)
				.map_err(|_| D::Error::custom(format!("{text} is not 32 bytes in hexadecimal")))?;
			return Ok(Self(bytes));
		}
		let (account, format) = AccountId::from_ss58check_with_version(&text)
			.map_err(|error| D::Error::custom(format!("{text} is no address: {error}")))?;
		if format != Ss58AddressFormat::custom(SS58_PREFIX) {
			return Err(D::Error::custom(format!("{text} is an address of another chain")));
		}
		Ok(Self(account.into()))
	}
}

type Account = Bytes;
type Key = Bytes;

impl Bytes {
	fn account(self) -> AccountId {
		self.0.into()
	}
}

impl std::fmt::Display for Bytes {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		let format = Ss58AddressFormat::custom(SS58_PREFIX);
		f.write_str(&self.account().to_ss58check_with_version(format))
	}
}

impl Validator {
	fn keys(&self) -> [(&'static str, Key); 4] {
		[
			("babe", self.babe),
			("grandpa", self.grandpa),
			("verdict", self.verdict),
			("discovery", self.discovery),
		]
	}

	fn session_keys(&self) -> SessionKeys {
		let sr25519 = |key: Key| sp_core::sr25519::Public::from_raw(key.0);
		SessionKeys {
			babe: sr25519(self.babe).into(),
			grandpa: sp_core::ed25519::Public::from_raw(self.grandpa.0).into(),
			verdict: sr25519(self.verdict).into(),
			discovery: sr25519(self.discovery).into(),
		}
	}
}

/// Accounts whose secrets stand in every copy of the SDK.
fn well_known() -> BTreeMap<[u8; 32], String> {
	let sr25519 = Sr25519Keyring::iter().map(|key| (key.public().0, format!("//{key:?}")));
	let ed25519 = Ed25519Keyring::iter().map(|key| (key.public().0, format!("//{key:?}")));
	sr25519.chain(ed25519).collect()
}

fn tokens(planck: Balance) -> String {
	let part = format!("{:012}", planck % STN);
	let part = part.trim_end_matches('0');
	let dot = if part.is_empty() { "" } else { "." };
	format!("{}{dot}{part} STN", planck / STN)
}

/// What of a list is there more than once.
fn repeated<T: Ord + Copy>(all: impl IntoIterator<Item = T>) -> BTreeSet<T> {
	let mut seen = BTreeSet::new();
	all.into_iter().filter(|one| !seen.insert(*one)).collect()
}

impl File {
	/// Every reason for which no chain should begin so.
	fn refusals(&self) -> Vec<String> {
		let mut refused = Vec::new();
		let mut refuse = |reason: String| refused.push(reason);
		if self.name.trim().is_empty() || self.id.trim().is_empty() {
			refuse(
				"the chain has no name, or no id: wallets and nodes tell chains apart by them"
					.into(),
			);
		}
		self.refuse_keys(&mut refuse);
		self.refuse_endowments(&mut refuse);
		self.refuse_validators(&mut refuse);
		self.refuse_people(&mut refuse);
		self.refuse_networks(&mut refuse);
		refused
	}

	fn refuse_keys(&self, refuse: &mut impl FnMut(String)) {
		let known = well_known();
		let accounts = self
			.endowments
			.iter()
			.map(|one| one.account)
			.chain(self.founders.iter().copied())
			.chain(self.committee.iter().copied())
			.chain(self.networks.iter().map(|one| one.owner))
			.chain(
				self.validators
					.iter()
					.flat_map(|one| [one.stash].into_iter().chain(one.keys().map(|(_, key)| key))),
			);
		for account in accounts.collect::<BTreeSet<_>>() {
			if let Some(name) = known.get(&account.0) {
				refuse(format!("{account} is the well-known {name}: anybody can sign for it"));
			}
			if account.0 == [0; 32] {
				refuse("an account or a key is all zeros: nobody can sign for it".into());
			}
		}
	}

	fn refuse_endowments(&self, refuse: &mut impl FnMut(String)) {
		let least = EXISTENTIAL_DEPOSIT;
		for account in repeated(self.endowments.iter().map(|one| one.account)) {
			refuse(format!("{account} is endowed twice: say all it has in one place"));
		}
		for one in &self.endowments {
			if one.tokens.0 < least {
				refuse(format!(
					"{} is endowed with {}: an account holds {} at the least",
					one.account,
					tokens(one.tokens.0),
					tokens(least)
				));
			}
			let Some(vesting) = &one.vesting else { continue };
			if vesting.tokens.0 > one.tokens.0 {
				refuse(format!("more of {} becomes free than it has", one.account));
			}
			if vesting.blocks == 0 || vesting.tokens.0 < vesting.blocks.into() {
				refuse(format!("nothing of {} becomes free in a block", one.account));
			}
		}
		let sum =
			self.endowments.iter().try_fold(0, |sum: Balance, one| sum.checked_add(one.tokens.0));
		if sum != Some(self.total.0) {
			let sum = sum.map_or("more than there can be".into(), tokens);
			refuse(format!("endowments are {sum} together, and not {}", tokens(self.total.0)));
		}
	}

	/// What an account begins with.
	fn has(&self, account: Account) -> Balance {
		self.endowments.iter().find(|one| one.account == account).map_or(0, |one| one.tokens.0)
	}

	fn refuse_validators(&self, refuse: &mut impl FnMut(String)) {
		if self.validators.len() < LEAST_VALIDATORS {
			refuse(format!(
				"there are {} validators: with fewer than {LEAST_VALIDATORS} one that is away stops the chain",
				self.validators.len()
			));
		}
		for stash in repeated(self.validators.iter().map(|one| one.stash)) {
			refuse(format!("{stash} validates twice"));
		}
		let keys = self.validators.iter().flat_map(|one| one.keys().map(|(_, key)| key));
		for key in repeated(keys) {
			refuse(format!(
				"the session key {key} is there twice: each validator has four of its own"
			));
		}
		for one in &self.validators {
			if one.stake.0 < MIN_VALIDATOR_BOND {
				refuse(format!(
					"{} stakes {}, less than {}",
					one.stash,
					tokens(one.stake.0),
					tokens(MIN_VALIDATOR_BOND)
				));
			}
			let needs = one.stake.0.saturating_add(BESIDE_STAKE);
			if self.has(one.stash) < needs {
				refuse(format!(
					"{} is endowed with {}, and takes {} for its stake and what is beside it",
					one.stash,
					tokens(self.has(one.stash)),
					tokens(needs)
				));
			}
		}
	}

	fn refuse_people(&self, refuse: &mut impl FnMut(String)) {
		let bodies =
			[("founders", &self.founders, FOUNDERS), ("committee", &self.committee, COMMITTEE)];
		for (name, members, number) in bodies {
			if !number.contains(&members.len()) {
				refuse(format!(
					"{name} has {} accounts: {} to {} can be",
					members.len(),
					number.start(),
					number.end()
				));
			}
			for account in repeated(members.iter().copied()) {
				refuse(format!("{account} is twice among {name}"));
			}
			for account in members.iter().filter(|account| self.has(**account) < STN) {
				refuse(format!("{account} of {name} has less than a token: it could not act"));
			}
		}
	}

	fn refuse_networks(&self, refuse: &mut impl FnMut(String)) {
		for (number, one) in self.networks.iter().enumerate() {
			if !one.policy.is_sound() {
				refuse(format!(
					"network {number} pays for what nobody can do: a value is out of range"
				));
			}
			if one.cadence == 0 || one.rate_cap.0 == 0 {
				refuse(format!("network {number} has no cadence, or pays nothing"));
			}
			if one.weight > 0 && !one.vouched && one.policy.ramp < LEAST_RAMP {
				refuse(format!(
					"network {number} is open, has weight and a ramp of {} epochs: with fewer than {LEAST_RAMP} \
					 devices that do not exist earn more than they cost; have makers vouch, or begin without weight",
					one.policy.ramp
				));
			}
			if self.has(one.owner) < STN {
				refuse(format!("{}, who owns network {number}, has less than a token", one.owner));
			}
		}
	}

	fn genesis(&self, rehearsal: bool) -> Genesis {
		let accounts = |all: &[Account]| all.iter().map(|one| one.account()).collect();
		let endowments = self.endowments.iter();
		Genesis {
			endowments: endowments
				.clone()
				.map(|one| (one.account.account(), one.tokens.0))
				.collect(),
			vesting: endowments
				.filter_map(|one| {
					let vesting = one.vesting.as_ref()?;
					Some(GenesisVesting {
						who: one.account.account(),
						begin: vesting.from_block,
						blocks: vesting.blocks,
						liquid: one.tokens.0.saturating_sub(vesting.tokens.0),
					})
				})
				.collect(),
			validators: self
				.validators
				.iter()
				.map(|one| GenesisValidator {
					stash: one.stash.account(),
					keys: one.session_keys(),
					stake: one.stake.0,
				})
				.collect(),
			minimum_validators: LEAST_VALIDATORS as u32,
			founders: accounts(&self.founders),
			committee: accounts(&self.committee),
			networks: self
				.networks
				.iter()
				.map(|one| GenesisNetwork {
					owner: one.owner.account(),
					policy: one.policy.clone(),
					cadence: one.cadence,
					rate_cap: one.rate_cap.0,
					vouched: one.vouched,
					weight: one.weight,
				})
				.collect(),
			parameters: if rehearsal { Parameters::development() } else { Parameters::default() },
			curve: LIVE_CURVE,
			sudo: None,
		}
	}
}

/// Reads the file.
///
/// # Errors
///
/// What is no such file, and every reason for which it is unsafe.
fn read(text: &str) -> Result<File, String> {
	let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
	let refused = file.refusals();
	if refused.is_empty() {
		return Ok(file);
	}
	Err(format!("no chain should begin so:\n- {}", refused.join("\n- ")))
}

/// Writes the specification to standard output.
///
/// # Errors
///
/// A file that cannot be read or is unsafe, and a node that was built without what a live chain needs.
pub fn run(cmd: &LaunchSpecCmd) -> Result<(), String> {
	let path = cmd.from.display();
	let text = std::fs::read_to_string(&cmd.from).map_err(|error| format!("{path}: {error}"))?;
	let file = read(&text).map_err(|reason| format!("{path}: {reason}"))?;
	if !cmd.rehearsal && !HAS_METADATA_DIGEST {
		return Err("this node was built without the digest by which hardware wallets know what they sign: build it \
		            with `--features substation-runtime/metadata-hash`"
			.into());
	}
	let chain_type = if cmd.rehearsal { ChainType::Local } else { ChainType::Live };
	let ending = if cmd.rehearsal { ("", " (rehearsal)", "_rehearsal") } else { ("", "", "") };
	let spec = chain_spec::builder(cmd.rehearsal)?
		.with_name(&format!("{}{}", file.name, ending.1))
		.with_id(&format!("{}{}", file.id, ending.2))
		.with_chain_type(chain_type)
		.with_boot_nodes(file.boot_nodes.clone())
		.with_genesis_config_patch(file.genesis(cmd.rehearsal).patch())
		.build();
	let written = spec.as_json(cmd.raw)?;
	std::io::stdout().write_all(written.as_bytes()).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
	use super::*;

	const EXAMPLE: &str = include_str!("../../chain-specs/launch.example.toml");

	/// Why the example is refused if `from` in it reads `to`.
	fn refused(from: &str, to: &str) -> String {
		assert!(EXAMPLE.contains(from), "there is no {from}");
		read(&EXAMPLE.replacen(from, to, 1)).expect_err("it is unsafe")
	}

	/// What stands in quotes after the `number`-th `name`.
	fn value(name: &str, number: usize) -> &'static str {
		let line = EXAMPLE.lines().filter(|line| line.starts_with(name)).nth(number);
		line.and_then(|line| line.split('"').nth(1)).expect("the example has it")
	}

	#[test]
	fn the_example_is_safe() {
		let file = read(EXAMPLE).expect("it is safe");
		let genesis = file.genesis(false);
		let sum: Balance = genesis.endowments.iter().map(|(_, tokens)| tokens).sum();
		assert_eq!(sum, 100_000_000 * STN);
		assert_eq!((genesis.validators.len(), genesis.minimum_validators), (4, 4));
		assert_eq!(genesis.vesting[0].liquid, 2_000_000 * STN);
		assert_eq!((genesis.networks.len(), genesis.sudo.is_none()), (2, true));
		assert_eq!(genesis.parameters, Parameters::default());
		let keys = &genesis.validators[1].keys;
		let grandpa: &[u8] = keys.grandpa.as_ref();
		assert_eq!(format!("0x{}", hex::encode(grandpa)), value("grandpa", 1));
		assert_eq!(file.genesis(true).parameters, Parameters::development());
		let patch = file.genesis(false).patch().to_string();
		assert!(!patch.contains("sudo") && patch.contains("vesting"), "{patch}");
	}

	#[test]
	fn well_known_keys_are_refused_wherever_they_are() {
		let bob = Sr25519Keyring::Bob.to_account_id().to_ss58check();
		for name in ["account", "stash", "owner"] {
			let reason = refused(value(name, 0), &bob);
			assert!(reason.contains("well-known //Bob"), "{name}: {reason}");
		}
		let grandpa = Ed25519Keyring::Charlie.public();
		let reason = refused(value("grandpa", 0), &format!("0x{}", hex::encode(grandpa)));
		assert!(reason.contains("well-known //Charlie"), "{reason}");
		let nobody = format!("0x{}", "00".repeat(32));
		assert!(refused(value("verdict", 2), &nobody).contains("all zeros"));
	}

	#[test]
	fn sums_have_to_add_up() {
		let reason = refused("total = 100_000_000", "total = 99_999_999");
		assert!(
			reason.contains("endowments are 100000000 STN together, and not 99999999 STN"),
			"{reason}"
		);
		let reason = refused("\"1_000.5\"", "\"1_000.500000000001\"");
		assert!(reason.contains("endowments are 100000000.000000000001 STN"), "{reason}");
		let reason = refused("\"1_000.5\"", "\"0.01\"");
		assert!(
			reason.contains("is endowed with 0.01 STN: an account holds 0.023 STN"),
			"{reason}"
		);
		let line = |number| format!("account = \"{}\"", value("account", number));
		let twice = refused(&line(5), &line(4));
		assert!(twice.contains("is endowed twice"), "{twice}");
		for wrong in ["\"x\"", "\"1.0000000000001\"", "-1", "\"340282366920938463463374608\""] {
			let reason = refused("total = 100_000_000", &format!("total = {wrong}"));
			assert!(reason.contains("total"), "{reason}");
		}
	}

	#[test]
	fn what_becomes_free_is_there_and_does_so() {
		let vested =
			"vesting = { tokens = 18_000_000, from_block = 5_256_000, blocks = 15_768_000 }";
		let other = |tokens: &str, blocks: &str| {
			refused(
				vested,
				&format!("vesting = {{ tokens = {tokens}, from_block = 0, blocks = {blocks} }}"),
			)
		};
		assert!(other("20_000_001", "1").contains("more of"));
		assert!(other("18_000_000", "0").contains("nothing of"));
		assert!(other("\"0.000000000009\"", "10").contains("nothing of"));
	}

	#[test]
	fn four_validators_have_stake_and_keys_of_their_own() {
		let last = EXAMPLE.rfind("[[validators]]").expect("there are some");
		let networks = EXAMPLE.find("# Networks,").expect("there are some");
		let three = format!("{}{}", &EXAMPLE[..last], &EXAMPLE[networks..]);
		let reason = read(&three).expect_err("they are too few");
		assert!(reason.contains("there are 3 validators"), "{reason}");
		assert!(refused("stake = 500_000", "stake = 999").contains("less than 1000 STN"));
		let reason = refused("stake = 500_000", "stake = 1_000_000");
		assert!(reason.contains("takes 1000001 STN"), "{reason}");
		let twice = refused(value("babe", 1), value("babe", 0));
		assert!(twice.contains("is there twice"), "{twice}");
		// One key has one use.
		let twice = refused(value("verdict", 0), value("babe", 0));
		assert!(twice.contains("is there twice"), "{twice}");
		let line = |number| format!("stash = \"{}\"", value("stash", number));
		assert!(refused(&line(1), &line(0)).contains("validates twice"));
	}

	#[test]
	fn both_bodies_are_of_several_people_who_can_act() {
		let founder = EXAMPLE.lines().skip_while(|line| !line.starts_with("founders")).nth(1);
		let founder = founder.expect("there is one");
		assert!(refused(founder, "").contains("founders has 2 accounts: 3 to 7"));
		let poor = format!("\t\"0x{}\",", "07".repeat(32));
		let reason = refused(founder, &poor);
		assert!(reason.contains("has less than a token"), "{reason}");
		let twice = format!("{founder}\n{founder}");
		assert!(refused(founder, &twice).contains("is twice among founders"));
	}

	#[test]
	fn open_networks_with_weight_have_a_ramp() {
		let reason = refused("ramp = 720", "ramp = 719");
		assert!(reason.contains("network 1 is open, has weight and a ramp of 719"), "{reason}");
		// With makers that vouch, or no weight, none is needed.
		let vouched = EXAMPLE.replace("vouched = false", "vouched = true");
		read(&vouched.replace("ramp = 720", "ramp = 0")).expect("makers vouch");
		let light = EXAMPLE.replace("weight = 50", "weight = 0");
		read(&light.replace("ramp = 720", "ramp = 0")).expect("it earns nothing");
		assert!(refused("shown = 2", "shown = 0").contains("network 1 pays for what nobody can do"));
		assert!(refused("cadence = 1", "cadence = 0").contains("no cadence"));
	}

	#[test]
	fn all_reasons_are_said_at_once_and_what_is_unknown_is_not_passed_over() {
		let both = EXAMPLE.replace("ramp = 720", "ramp = 1").replace("total = 1", "total = 2");
		let reason = read(&both).expect_err("it is unsafe twice");
		assert_eq!(reason.matches("\n- ").count(), 2, "{reason}");
		assert!(refused("rate_cap = 10", "rate_cap = 10\nramp = 720").contains("unknown field"));
		assert!(refused("name = \"Substation\"", "name = \" \"").contains("no name"));
		let polkadots = "15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5";
		assert!(refused(value("account", 0), polkadots).contains("another chain"));
		assert!(refused(value("account", 0), "5Grw").contains("is no address"));
		assert!(refused(value("babe", 0), "0x12").contains("not 32 bytes"));
	}
}
