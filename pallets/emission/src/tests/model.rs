//! Whatever happens, money is conserved: books that a plain model keeps.

use super::*;
use proptest::prelude::*;
use std::collections::BTreeMap;

#[derive(Clone, Debug)]
enum Step {
	Settle { network: u8, scores: Vec<u32> },
	Correct { network: u8, age: u32, place: usize, score: u32 },
	Claim { network: u8, age: u32, devices: Vec<u64> },
	Divide { devices: u32, validators: u32, treasury: u32 },
	Epoch,
	Era,
	Void,
}

fn step() -> impl Strategy<Value = Step> {
	prop_oneof![
		3 => (1u8..3, prop::collection::vec(0u32..=FULL_SCORE, 1..20))
			.prop_map(|(network, scores)| Step::Settle { network, scores }),
		2 => (1u8..3, 1u32..4, 0usize..20, 0u32..=FULL_SCORE)
			.prop_map(|(network, age, place, score)| Step::Correct { network, age, place, score }),
		6 => (1u8..3, 1u32..12, prop::collection::vec(0u64..20, 1..20))
			.prop_map(|(network, age, devices)| Step::Claim { network, age, devices }),
		1 => (0u32..=50, 0u32..=25, 0u32..=25).prop_map(|(devices, validators, treasury)| {
			Step::Divide { devices, validators, treasury }
		}),
		4 => Just(Step::Epoch),
		1 => Just(Step::Era),
		1 => Just(Step::Void),
	]
}

/// What a network pays for an epoch.
struct Book {
	scores: Vec<u32>,
	/// What there is to pay.
	pool: u128,
	/// Devices that were paid.
	paid: Vec<u64>,
	/// What they and the aggregator were paid.
	out: u128,
}

impl Book {
	fn total(&self) -> u128 {
		self.scores.iter().map(|score| u128::from(*score)).sum()
	}
}

/// Books of a model of its own: rational shares, no pallet code.
struct Books {
	rate_cap: u128,
	/// The aggregator's cut, in millionths.
	cut: u32,
	/// What an account holds at least.
	least: u128,
	pools: BTreeMap<(u32, u8), Book>,
	/// What accounts have, by their number; the reserve is account 0.
	has: BTreeMap<u8, u128>,
	/// From when on budgets are divided how, in hundredths.
	divisions: Vec<(u32, [u128; 4])>,
	/// What was issued, what an income's account could not take included.
	issued: u128,
	era_from: u32,
}

impl Books {
	fn budget(&self, epoch: u32) -> u128 {
		if Void::get().contains(&epoch) {
			return 0;
		}
		100_000 >> (epoch / 100)
	}

	/// A part of an epoch's budget, by its place in the division.
	fn part(&self, epoch: u32, place: usize) -> u128 {
		let division = self.divisions.iter().rev().find(|(from, _)| *from <= epoch);
		self.budget(epoch) * division.map_or([70, 15, 10, 5], |(_, parts)| *parts)[place] / 100
	}

	/// Puts `amount` on an account that can take it.
	fn put(&mut self, who: u8, amount: u128) -> bool {
		let has = self.has.entry(who).or_default();
		let fits = *has + amount >= self.least;
		if fits {
			*has += amount;
		}
		fits
	}

	fn settle(&mut self, network: u8, scores: Vec<u32>) {
		let epoch = Now::get() - 1;
		if self.pools.contains_key(&(epoch, network)) || Void::get().contains(&epoch) {
			return;
		}
		let total = scores.iter().map(|score| u64::from(*score)).sum();
		Emission::note_settled(network.into(), epoch, total);
		let weight: u128 = if network == 1 { 30 } else { 10 };
		let pool = self.part(epoch, 0) * weight / 40;
		self.pools.insert((epoch, network), Book { scores, pool, paid: vec![], out: 0 });
	}

	/// A score is judged anew before anybody could claim.
	fn correct(&mut self, key: (u32, u8), place: usize, score: u32) {
		let Some(book) = self.pools.get_mut(&key).filter(|book| book.paid.is_empty()) else {
			return;
		};
		let before = book.total() as u64;
		let place = place % book.scores.len();
		book.scores[place] = score;
		Emission::note_corrected(key.1.into(), key.0, before, book.total() as u64);
	}

	fn claim(&mut self, key: (u32, u8), devices: Vec<u64>) {
		let Some(mut book) = self.pools.remove(&key) else { return };
		let (total, mut cuts, mut anybody, mut leaves) = (book.total(), 0, false, vec![]);
		// What each owner gets for all of its devices together, and which they are.
		let mut owners: BTreeMap<u8, (u128, u128, Vec<u64>)> = BTreeMap::new();
		for number in devices {
			let Some(score) = book.scores.get(number as usize).copied() else { continue };
			leaves.push(leaf(number, score, self.cut));
			let due = owners.entry((number % 10 + 1) as u8).or_default();
			if score == 0 || book.paid.contains(&number) || due.2.contains(&number) {
				continue;
			}
			let score = u128::from(score);
			let payment = (book.pool * score / total).min(self.rate_cap * score / 1_000_000);
			let cut = payment * u128::from(self.cut) / 1_000_000;
			due.0 += payment - cut;
			due.1 += cut;
			due.2.push(number);
		}
		for (owner, (amount, cut, devices)) in owners {
			// A payment of nothing needs no account; one that an account cannot take is not made.
			if !devices.is_empty() && (amount == 0 || self.put(owner, amount)) {
				book.paid.extend(devices);
				book.out += amount;
				self.issued += amount;
				cuts += cut;
				anybody = true;
			}
		}
		if anybody && self.put(200, cuts) {
			book.out += cuts;
			self.issued += cuts;
		}
		self.pools.insert(key, book);
		assert_eq!(claim(key.1, key.0, leaves).is_ok(), anybody);
	}

	/// The next epoch, ten after which claims have ended.
	fn epoch(&mut self) {
		Now::mutate(|now| *now += 1);
		let expired = Now::get().saturating_sub(10);
		Expired::set(expired);
		idle();
		let open = self.pools.split_off(&(expired, 0));
		let gone = core::mem::replace(&mut self.pools, open);
		for ((_, network), book) in gone {
			let payable = book.pool.min(self.rate_cap * book.total() / 1_000_000);
			let payable = if book.total() == 0 { 0 } else { payable };
			assert!(book.out <= payable, "payments exceed what there is");
			self.issued += payable - book.out;
			self.put(220 + network, payable - book.out);
		}
	}

	fn era(&mut self) {
		let validators = pay_era();
		let epochs = self.era_from..Now::get().min(self.era_from + 8);
		self.era_from = epochs.end;
		// Each part of each budget is rounded down.
		let [_, to_validators, to_treasury, to_reserve] =
			[0, 1, 2, 3].map(|place| epochs.clone().map(|e| self.part(e, place)).sum::<u128>());
		assert_eq!(validators, to_validators);
		self.issued += to_validators + to_treasury;
		self.put(219, to_treasury);
		if self.put(0, to_reserve) {
			self.issued += to_reserve;
		}
	}

	fn take(&mut self, step: Step) {
		let now = Now::get();
		match step {
			Step::Settle { network, scores } => self.settle(network, scores),
			Step::Correct { network, age, place, score } => {
				self.correct((now.saturating_sub(age), network), place, score);
			}
			Step::Claim { network, age, devices } => {
				self.claim((now.saturating_sub(age), network), devices);
			}
			Step::Divide { devices, validators, treasury } => {
				let reserve = 100 - devices - validators - treasury;
				let division = division(devices, validators, treasury, reserve);
				if Emission::set_division(RuntimeOrigin::root(), division).is_ok() {
					let parts = [devices, validators, treasury, reserve].map(u128::from);
					self.divisions.push((now + 2, parts));
				}
			}
			Step::Epoch => self.epoch(),
			Step::Era => self.era(),
			Step::Void => {
				// Known before anything settles for the epoch.
				if !self.pools.keys().any(|(epoch, _)| *epoch == now) && self.era_from <= now {
					Void::mutate(|void| {
						void.insert(now);
					});
				}
			}
		}
	}

	/// Compares every account, and all that was issued, with what they should be.
	fn check(&self) {
		for (number, has) in &self.has {
			let who = if *number == 0 { Emission::reserve() } else { account(*number) };
			assert_eq!(Balances::free_balance(who), *has, "account {number}");
		}
		assert_eq!(Balances::total_issuance(), self.has.values().sum::<u128>());
		assert_eq!(Issued::<Test>::get(), self.issued);
		Emission::do_try_state().unwrap();
	}
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(128))]

	/// Every planck that is issued is accounted for, whatever an account holds at least, whatever is judged
	/// anew, and however budgets come to be divided.
	#[test]
	fn money_is_conserved(
		rate_cap in 1u128..200_000,
		cut in 0u32..=1_000_000,
		least in prop_oneof![Just(1u128), 2u128..20_000],
		steps in prop::collection::vec(step(), 1..80),
	) {
		chain(|| {
			Shares::mutate(|shares| shares.values_mut().for_each(|s| s.rate_cap = rate_cap));
			MinimumBalance::set(least);
			Now::set(1);
			let mut books = Books {
				rate_cap,
				cut,
				least,
				pools: BTreeMap::new(),
				has: BTreeMap::new(),
				divisions: vec![],
				issued: 0,
				era_from: 0,
			};
			for step in steps {
				books.take(step);
				books.check();
			}
		});
	}
}
