//! Whatever happens, money is conserved: books that a plain model keeps.

use super::*;
use crate::InspectNetworks;

/// What happens.
#[derive(Clone, Debug)]
enum Step {
	Income(Source, Option<NetworkId>, u32),
	Route(Source, u32, u32),
	Award(Option<NetworkId>, u8, Vec<(u32, EpochIndex, Option<u32>)>),
	Release(GrantId, u32),
	ByWork(GrantId, u32),
	Draw(GrantId),
	Cancel(GrantId),
	Work(NetworkId, u8, u32),
	Post(u8, NetworkId, u32, u64, EpochIndex),
	Serve(NetworkId, EpochIndex, u8, u32),
	End(u8, NetworkId),
	Wait(EpochIndex),
	Weigh(NetworkId, u32),
	Idle(u64),
}

fn step() -> impl Strategy<Value = Step> {
	let source = || prop::sample::select(Source::ALL.to_vec());
	let network = || 0..3u32;
	let who = || 1..6u8;
	// Nothing, what earns next to nothing, and more than counts.
	let score = || prop_oneof![Just(0u32), 1u32..50_000, 0u32..1_500_000];
	let stage = (0u32..400, 0u32..6, prop::option::of(1u32..200));
	prop_oneof![
		4 => (source(), prop::option::of(network()), 0u32..1_000)
			.prop_map(|(source, network, amount)| Step::Income(source, network, amount)),
		1 => (source(), 0u32..=100, 0u32..=100).prop_map(|(s, b, n)| Step::Route(s, b, n)),
		3 => (prop::option::of(network()), who(), prop::collection::vec(stage, 0..=3))
			.prop_map(|(fund, to, stages)| Step::Award(fund, to, stages)),
		3 => (0u32..6, 0u32..3).prop_map(|(grant, stage)| Step::Release(grant, stage)),
		3 => (0u32..6, 0u32..3).prop_map(|(grant, stage)| Step::ByWork(grant, stage)),
		4 => (0u32..6).prop_map(Step::Draw),
		1 => (0u32..6).prop_map(Step::Cancel),
		4 => (network(), who(), 0u32..200).prop_map(|(n, to, paid)| Step::Work(n, to, paid)),
		3 => (who(), network(), 40u32..500, 0u64..5_000_000, 5u32..50)
			.prop_map(|(buyer, n, price, target, until)| Step::Post(buyer, n, price, target, until)),
		6 => (network(), 5u32..50, who(), score())
			.prop_map(|(n, epoch, owner, score)| Step::Serve(n, epoch, owner, score)),
		2 => (who(), network()).prop_map(|(buyer, network)| Step::End(buyer, network)),
		3 => (0u32..6).prop_map(Step::Wait),
		1 => (network(), 0u32..50).prop_map(|(network, weight)| Step::Weigh(network, weight)),
		3 => prop_oneof![0u64..3, Just(u64::MAX)].prop_map(Step::Idle),
	]
}

/// What of a grant is earned, by whom, and from whose account.
struct Granted {
	fund: AccountId32,
	to: u8,
	/// What each milestone is worth, over how many epochs, since when, and what of it was paid.
	stages: Vec<(u128, EpochIndex, Option<EpochIndex>, u128)>,
}

impl Granted {
	/// Takes what is due by `now`.
	fn due(&mut self, now: EpochIndex) -> u128 {
		let mut due = 0;
		for (amount, over, since, paid) in &mut self.stages {
			let Some(since) = since else { continue };
			let passed = now - *since;
			let earned = if passed >= *over {
				*amount
			} else {
				*amount * u128::from(passed) / u128::from(*over)
			};
			due += earned - *paid;
			*paid = earned;
		}
		due
	}

	fn is_paid_out(&self) -> bool {
		self.stages.iter().all(|(amount, _, _, paid)| amount == paid)
	}
}

/// A price for service in a network's cell.
struct Promised {
	network: NetworkId,
	buyer: u8,
	price: u128,
	target: u64,
	terms: core::ops::RangeInclusive<EpochIndex>,
	delivered: u64,
	paid: u128,
}

/// Books of all that accounts have, what is held of it included. They know nothing of the pallet but where
/// its accounts are.
struct Books {
	has: BTreeMap<AccountId32, u128>,
	/// In hundredths.
	routes: BTreeMap<u8, (u128, u128)>,
	grants: BTreeMap<GrantId, Granted>,
	awarded: GrantId,
	bounties: Vec<Promised>,
	weights: BTreeMap<NetworkId, u32>,
	/// What is given out, and whose turn it is.
	round: Option<(u128, NetworkId)>,
	next_round: EpochIndex,
}

/// What an account holds at least.
const LEAST: u128 = 5;

fn escrow() -> AccountId32 {
	NetworkTreasury::escrow()
}

fn pot() -> AccountId32 {
	NetworkTreasury::pot()
}

impl Books {
	fn new() -> Self {
		let mut has: BTreeMap<_, _> = (1..5).map(|number| (account(number), 1_000)).collect();
		has.extend([(common(), 1_005), (fund(0), 505), (escrow(), LEAST)]);
		Self {
			has,
			routes: [(Source::Fees as u8, (80, 0)), (Source::Claims as u8, (0, 100))].into(),
			grants: BTreeMap::new(),
			awarded: 0,
			bounties: Vec::new(),
			weights: [(0, 30), (1, 10)].into(),
			round: None,
			next_round: 0,
		}
	}

	fn has(&self, who: &AccountId32) -> u128 {
		self.has.get(who).copied().unwrap_or(0)
	}

	/// Puts `amount` on an account, unless that holds less than it may then.
	fn put(&mut self, who: &AccountId32, amount: u128) -> bool {
		let fits = amount == 0 || self.has(who) + amount >= LEAST;
		if fits {
			*self.has.entry(who.clone()).or_default() += amount;
		}
		fits
	}

	/// Moves `amount`, or nothing.
	fn moves(&mut self, from: &AccountId32, to: &AccountId32, amount: u128) -> bool {
		let fits = self.put(to, amount);
		if fits {
			*self.has.get_mut(from).unwrap() -= amount;
		}
		fits
	}

	fn income(&mut self, source: Source, network: Option<NetworkId>, amount: u128) {
		let (burned, networks) = self.routes.get(&(source as u8)).copied().unwrap_or((0, 0));
		let (burned, networks) = (amount * burned / 100, amount * networks / 100);
		self.put(&network.map_or_else(pot, fund), networks);
		self.put(&common(), amount - burned - networks);
	}

	/// Pays what is due of a grant, if it is and its account can take it.
	fn draw(&mut self, grant: GrantId) -> bool {
		let Some(mut granted) = self.grants.remove(&grant) else { return false };
		let before = granted.stages.clone();
		let due = granted.due(Now::get());
		let done = due > 0 && self.moves(&granted.fund, &account(granted.to), due);
		if !done {
			granted.stages = before;
		}
		if !granted.is_paid_out() {
			self.grants.insert(grant, granted);
		}
		done
	}

	/// Pays for service. How many bounties it counts for.
	fn serve(&mut self, network: NetworkId, epoch: EpochIndex, owner: u8, score: u32) -> u32 {
		let score = u64::from(score.min(1_000_000));
		let mut counts = 0;
		let mut bounties = core::mem::take(&mut self.bounties);
		let asked = |bounty: &&mut Promised| {
			bounty.network == network
				&& bounty.terms.contains(&epoch)
				&& bounty.delivered < bounty.target
		};
		for bounty in bounties.iter_mut().filter(asked) {
			let delivered = bounty.target.min(bounty.delivered + score);
			let due =
				bounty.price * u128::from(delivered) / u128::from(bounty.target) - bounty.paid;
			if score > 0 && self.moves(&escrow(), &account(owner), due) {
				bounty.delivered = delivered;
				bounty.paid += due;
				counts += 1;
			}
		}
		self.bounties = bounties;
		counts
	}

	/// Ends a bounty, if nothing more can be delivered.
	fn end(&mut self, buyer: u8, network: NetworkId) -> bool {
		let is = |bounty: &Promised| (bounty.buyer, bounty.network) == (buyer, network);
		let Some(place) = self.bounties.iter().position(is) else { return false };
		let bounty = &self.bounties[place];
		let last = *bounty.terms.end();
		if bounty.delivered < bounty.target && (last >= Now::get() || last >= Expired::get()) {
			return false;
		}
		let bounty = self.bounties.remove(place);
		assert!(self.moves(&escrow(), &account(buyer), bounty.price - bounty.paid));
		true
	}

	/// One step of a round; false if there is none.
	fn step(&mut self) -> bool {
		let gathered = self.has(&pot()).saturating_sub(LEAST);
		let Some((amount, network)) = self.round else {
			if Now::get() < self.next_round || gathered == 0 {
				return false;
			}
			self.next_round = Now::get() + 4;
			self.round = Some((gathered, 0));
			return true;
		};
		if network == 3 {
			self.round = None;
			return false;
		}
		let all: u32 = self.weights.values().sum();
		let weight = self.weights.get(&network).copied().unwrap_or(0);
		let part = (amount * u128::from(weight)).checked_div(all.into()).unwrap_or(0);
		self.moves(&pot(), &fund(network), part);
		self.round = Some((amount, network + 1));
		true
	}

	/// Takes a step on the chain, and in the books what has to come of it.
	fn take(&mut self, step: Step) {
		match step {
			Step::Income(source, network, amount) => {
				take(source, network, amount.into());
				self.income(source, network, amount.into());
			}
			Step::Route(source, burned, networks) => {
				let done = NetworkTreasury::set_route(root(), source, route(burned, networks));
				assert_eq!(done.is_ok(), burned + networks <= 100);
				if done.is_ok() {
					self.routes.insert(source as u8, (burned.into(), networks.into()));
				}
			}
			Step::Award(network, to, stages) => {
				let milestones = stages.iter().map(|(amount, over, work)| {
					let release = match work {
						Some(paid) => Release::Work { network: 1, paid: (*paid).into() },
						None => Release::Governed,
					};
					Milestone { amount: (*amount).into(), over: *over, release }
				});
				let from = network.map_or(Fund::Common, Fund::Network);
				if award(from, to, milestones.collect()).is_ok() {
					let stages =
						stages.iter().map(|(amount, over, _)| ((*amount).into(), *over, None, 0));
					let fund = network.map_or_else(common, fund);
					let granted = Granted { fund, to, stages: stages.collect() };
					self.grants.insert(self.awarded, granted);
					self.awarded += 1;
				}
			}
			Step::Release(grant, stage) => {
				if release(grant, stage).is_ok() {
					self.reach(grant, stage);
				}
			}
			Step::ByWork(grant, stage) => {
				if NetworkTreasury::release_by_work(signed(1), grant, stage).is_ok() {
					self.reach(grant, stage);
				}
			}
			Step::Draw(grant) => assert_eq!(draw(grant).is_ok(), self.draw(grant)),
			Step::Cancel(grant) => {
				let there = self.grants.contains_key(&grant);
				self.draw(grant);
				self.grants.remove(&grant);
				assert_eq!(cancel(grant).is_ok(), there);
			}
			Step::Work(network, to, paid) => {
				NetworkTreasury::note_work(network, &account(to), paid.into());
			}
			Step::Post(buyer, network, price, target, until) => {
				let (price, from) = (price.into(), Now::get() + 1);
				let (origin, who) = (signed(buyer), account(buyer));
				if NetworkTreasury::post_bounty(origin, network, CELL, price, target, until).is_ok()
				{
					assert!(self.moves(&who, &escrow(), price));
					let terms = from..=until;
					let (delivered, paid) = (0, 0);
					let bounty = Promised { network, buyer, price, target, terms, delivered, paid };
					self.bounties.push(bounty);
				}
			}
			Step::Serve(network, epoch, owner, score) => {
				let who = account(owner);
				let counts = NetworkTreasury::note_service(network, CELL, &who, &[(epoch, score)]);
				assert_eq!(counts, self.serve(network, epoch, owner, score));
			}
			Step::End(buyer, network) => {
				let who = account(buyer);
				let done = NetworkTreasury::end_bounty(signed(5), network, CELL, who);
				assert_eq!(done.is_ok(), self.end(buyer, network));
			}
			Step::Wait(epochs) => {
				Now::set(Now::get() + epochs);
				Expired::set(Now::get() - 5);
			}
			// A round goes by the weights of one epoch.
			Step::Weigh(network, weight) => {
				if self.round.is_none() {
					self.weights.insert(network, weight);
					Weights::set(self.weights.clone());
				}
			}
			Step::Idle(steps) => {
				let room = Weight::from_parts(steps, u64::MAX);
				assert!(NetworkTreasury::on_idle(1, room).all_lte(room));
				let mut steps = steps;
				while steps > 0 && self.step() {
					steps -= 1;
				}
			}
		}
	}

	fn reach(&mut self, grant: GrantId, stage: u32) {
		self.grants.get_mut(&grant).unwrap().stages[stage as usize].2 = Some(Now::get());
	}

	/// Compares every account, and all there is, with what they should be.
	fn check(&self) {
		let funds = (0..World::count()).map(fund);
		let all = (1..6).map(account).chain(funds).chain([common(), pot(), escrow()]);
		for who in all {
			assert_eq!(<Balances as Inspect<_>>::total_balance(&who), self.has(&who), "{who}");
		}
		assert_eq!(Balances::total_issuance(), self.has.values().sum::<u128>());
		NetworkTreasury::do_try_state().unwrap();
	}
}

proptest! {
	/// Nothing is made or lost but by income. Each account has at any time what books say that know routes,
	/// rounds over several blocks, streams and prices by plain arithmetic.
	#[test]
	fn money_is_conserved(steps in prop::collection::vec(step(), 1..150)) {
		chain(|| {
			let mut books = Books::new();
			books.check();
			for step in steps {
				books.take(step);
				books.check();
			}
		});
	}
}
