//! Why no chain should begin as a file says.

use sp_core::{DeriveJunction, Pair};
use sp_keyring::Sr25519Keyring;
use std::{
	collections::{BTreeMap, BTreeSet},
	sync::LazyLock,
};
use substation_runtime::{
	configs::EXISTENTIAL_DEPOSIT, constants::currency::STN, genesis::MIN_VALIDATOR_BOND, Balance,
};

use super::file::{Account, Endowment, File, Key, Validator};

/// Validators below which one that is away, or lies, stops or splits the chain.
const LEAST_VALIDATORS: usize = 4;
/// Founders, as the council never is one or two people, up to its seats.
const FOUNDERS: std::ops::RangeInclusive<usize> = 3..=7;
/// Members of the technical committee: two thirds of fewer are one or all.
const COMMITTEE: std::ops::RangeInclusive<usize> = 3..=13;
/// Feeders: two thirds of fewer than three are one or all, and sixteen are read whenever one of them speaks.
const FEEDERS: std::ops::RangeInclusive<usize> = 3..=16;
/// What a feeder has to have free, so that its word, which costs nothing, is let in.
const FEEDERS_HAVE: Balance = STN / 10;
/// Epochs until a device of an open network earns all that its evidence is worth: thirty days of hours. Nothing else makes devices
/// that do not exist cost more than they earn.
const LEAST_RAMP: u16 = 720;
/// What a stash has beside its stake: for a row of session keys, fees, and the least that an account holds.
const BESIDE_STAKE: Balance = STN;

/// Accounts whose secrets stand in every copy of the SDK: of the development phrase, by the names that everybody uses and by
/// numbers, in each scheme.
static WELL_KNOWN: LazyLock<BTreeMap<[u8; 32], String>> = LazyLock::new(|| {
	const NUMBERED: u32 = 100;
	let names = Sr25519Keyring::iter().map(|key| format!("{key:?}"));
	let named = names.flat_map(|name| [vec![name.clone()], vec![name, "stash".into()]]);
	let numbered = (0..NUMBERED).map(|number| vec![number.to_string()]);
	let paths: Vec<_> = [vec![]].into_iter().chain(named).chain(numbered).collect();
	let sr25519 = derived::<sp_core::sr25519::Pair>(&paths, |pair| pair.public().0);
	let ed25519 = derived::<sp_core::ed25519::Pair>(&paths, |pair| pair.public().0);
	let ecdsa = derived::<sp_core::ecdsa::Pair>(&paths, |pair| {
		sp_io::hashing::blake2_256(pair.public().as_ref())
	});
	sr25519.into_iter().chain(ed25519).chain(ecdsa).collect()
});

/// What the development phrase gives along each path.
fn derived<P: Pair>(
	paths: &[Vec<String>],
	account: impl Fn(P) -> [u8; 32],
) -> Vec<([u8; 32], String)> {
	let Ok(root) = P::from_string("", None) else { return Vec::new() };
	let along = |path: &Vec<String>| {
		let junctions = path.iter().map(|name| DeriveJunction::from(name.as_str()).harden());
		let (pair, _) = root.derive(junctions, None).ok()?;
		let name: String = path.iter().map(|name| format!("//{name}")).collect();
		let name = if name.is_empty() { "development phrase".into() } else { name };
		Some((account(pair), name))
	};
	paths.iter().filter_map(along).collect()
}

/// The example, whose keys are nobody's.
pub(super) const EXAMPLE: &str = include_str!("../../../chain-specs/launch.example.toml");

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
	/// All accounts, but for those of session keys.
	fn accounts(&self) -> BTreeSet<Account> {
		let endowed = self.endowments.iter().map(|one| one.account);
		let people = self.founders.iter().chain(&self.committee).copied();
		let owners = self.networks.iter().map(|one| one.owner);
		let stashes = self.validators.iter().map(|one| one.stash);
		let feeders = self.feeders.iter().flat_map(|one| one.accounts.iter().copied());
		endowed.chain(people).chain(owners).chain(stashes).chain(feeders).collect()
	}

	/// All session keys, as often as they are there.
	fn session_keys(&self) -> impl Iterator<Item = Key> + '_ {
		self.validators.iter().flat_map(Validator::keys)
	}

	/// Everything that signs, an account or a session key, once each.
	fn signers(&self) -> BTreeSet<Key> {
		self.accounts().into_iter().chain(self.session_keys()).collect()
	}

	/// Every reason for which no chain should begin so. What only the example has is good enough for a rehearsal.
	pub(super) fn refusals(&self, rehearsal: bool) -> Vec<String> {
		let mut refused = Vec::new();
		let mut refuse = |reason: String| refused.push(reason);
		if self.name.trim().is_empty() || self.id.trim().is_empty() {
			refuse(
				"the chain has no name, or no id: wallets and nodes tell chains apart by them"
					.into(),
			);
		}
		self.refuse_keys(&mut refuse);
		if !rehearsal {
			self.refuse_examples(&mut refuse);
		}
		self.refuse_endowments(&mut refuse);
		self.refuse_validators(&mut refuse);
		self.refuse_people(&mut refuse);
		self.refuse_feeders(&mut refuse);
		self.refuse_networks(&mut refuse);
		refused
	}

	fn refuse_keys(&self, refuse: &mut impl FnMut(String)) {
		let accounts = self.accounts();
		for key in self.session_keys().filter(|key| accounts.contains(key)) {
			refuse(format!(
				"{key} is an account and a session key: whoever has the machine has the account"
			));
		}
		for account in self.signers() {
			if let Some(name) = WELL_KNOWN.get(&account.0) {
				refuse(format!("{account} is the well-known {name}: anybody can sign for it"));
			}
			if account.0 == [0; 32] {
				refuse("an account or a key is all zeros: nobody can sign for it".into());
			}
		}
	}

	/// What was left of the example, whose secrets nobody has.
	fn refuse_examples(&self, refuse: &mut impl FnMut(String)) {
		let Ok(example) = toml::from_str::<Self>(EXAMPLE) else { return };
		for account in self.signers().intersection(&example.signers()) {
			refuse(format!(
				"{account} is the example's, and nobody has its secret: put in your own"
			));
		}
	}

	fn refuse_endowments(&self, refuse: &mut impl FnMut(String)) {
		for account in repeated(self.endowments.iter().map(|one| one.account)) {
			refuse(format!("{account} is endowed twice: say all it has in one place"));
		}
		for one in &self.endowments {
			if one.tokens.0 < EXISTENTIAL_DEPOSIT {
				refuse(format!(
					"{} is endowed with {}: an account holds {} at the least",
					one.account,
					tokens(one.tokens.0),
					tokens(EXISTENTIAL_DEPOSIT)
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

	/// How an account is endowed, if it is.
	fn endowment(&self, account: Account) -> Option<&Endowment> {
		self.endowments.iter().find(|one| one.account == account)
	}

	/// What an account begins with.
	fn has(&self, account: Account) -> Balance {
		self.endowment(account).map_or(0, |one| one.tokens.0)
	}

	/// What of that pays fees from the first block on: what is staked does not, nor what is not free yet, of which may be staked.
	fn spends(&self, account: Account) -> Balance {
		let vesting = self.endowment(account).and_then(|one| one.vesting.as_ref());
		let vesting = vesting.map_or(0, |one| one.tokens.0);
		let staked = self.validators.iter().find(|one| one.stash == account);
		let staked = staked.map_or(0, |one| one.stake.0);
		self.has(account).saturating_sub(staked).saturating_sub(vesting.saturating_sub(staked))
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
		for key in repeated(self.session_keys()) {
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
			if self.has(one.stash) < one.stake.0 || self.spends(one.stash) < BESIDE_STAKE {
				refuse(format!(
					"{} has {} beside its stake, and less of it free than {}: it could not act",
					one.stash,
					tokens(self.has(one.stash).saturating_sub(one.stake.0)),
					tokens(BESIDE_STAKE)
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
			for account in members.iter().filter(|account| self.spends(**account) < STN) {
				refuse(format!("{account} of {name} has less than a free token: it could not act"));
			}
		}
	}

	fn refuse_feeders(&self, refuse: &mut impl FnMut(String)) {
		let Some(feeders) = &self.feeders else { return };
		if !FEEDERS.contains(&feeders.accounts.len()) {
			refuse(format!(
				"there are {} feeders: {} to {} can be, or none, until a referendum names some",
				feeders.accounts.len(),
				FEEDERS.start(),
				FEEDERS.end()
			));
		}
		for account in repeated(feeders.accounts.iter().copied()) {
			refuse(format!("{account} feeds twice"));
		}
		for account in feeders.accounts.iter().filter(|one| self.spends(**one) < FEEDERS_HAVE) {
			refuse(format!(
				"the feeder {account} has less than {} free: it could not speak",
				tokens(FEEDERS_HAVE)
			));
		}
	}

	fn refuse_networks(&self, refuse: &mut impl FnMut(String)) {
		for (number, one) in self.networks.iter().enumerate() {
			if !one.policy.is_sound() {
				refuse(format!(
					"network {number} pays for what nobody can do: a value is out of range"
				));
			}
			if !one.policy.kind.fits_cadence(one.cadence) {
				refuse(format!(
					"network {number} pays for use, which counts in its epoch: its cadence has to be 1"
				));
			}
			if !one.policy.kind.fits_cap(one.rate_cap.0) {
				refuse(format!(
					"network {number} pays who buys of his own device more than what stays burned of it: raise fullBurn, or lower rate_cap"
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
			if self.spends(one.owner) < STN {
				refuse(format!(
					"{}, who owns network {number}, has less than a free token",
					one.owner
				));
			}
		}
	}
}
