//! Whatever happens, contribution is counted once and stays where it was earned, and money is conserved.

use super::*;
use core::cmp::Reverse;
use std::collections::BTreeMap;

/// What happens, by account and amount.
#[derive(Clone, Debug)]
enum Step {
	Enlist(u8),
	Withdraw(u8),
	Pay(u8, u32),
	Wait(u32),
	Blocks(u64),
	Move(u8, u8, u32),
	Vote(u8, u32, u32),
	RemoveVote(u8, u32),
	Delegate(u8, u8, u32),
	Undelegate(u8),
	Unlock(u8),
	Revise(u8),
	Stand(u8),
	StandDown(u8),
	Name(Vec<u8>),
	Block,
}

/// More than there is room for candidates, and a founder among them.
const VOTERS: core::ops::Range<u8> = 1..8;

fn step() -> impl Strategy<Value = Step> {
	let who = || VOTERS;
	prop_oneof![
		4 => who().prop_map(Step::Enlist),
		1 => who().prop_map(Step::Withdraw),
		6 => (who(), 1u32..1_000_000_000).prop_map(|(who, amount)| Step::Pay(who, amount)),
		2 => (0u32..30).prop_map(Step::Wait),
		1 => (0u64..20).prop_map(Step::Blocks),
		4 => (who(), who(), 0u32..=100).prop_map(|(one, other, part)| Step::Move(one, other, part)),
		6 => (who(), 0u32..3, 0u32..=110).prop_map(|(who, at, part)| Step::Vote(who, at, part)),
		1 => (who(), 0u32..3).prop_map(|(who, at)| Step::RemoveVote(who, at)),
		2 => (who(), who(), 0u32..=110).prop_map(|(one, other, part)| Step::Delegate(one, other, part)),
		1 => who().prop_map(Step::Undelegate),
		2 => who().prop_map(Step::Unlock),
		3 => who().prop_map(Step::Revise),
		6 => who().prop_map(Step::Stand),
		1 => who().prop_map(Step::StandDown),
		1 => prop::collection::vec(1u8..10, 0..=3).prop_map(Step::Name),
		4 => Just(Step::Block),
	]
}

/// A plain model: payments since an account enlisted, each with its epoch; who stands and sits.
struct Model {
	payments: BTreeMap<u8, Vec<(u32, f64)>>,
	/// All that an account has ever been paid while it was enlisted.
	ever: BTreeMap<u8, u128>,
	/// All tokens.
	issued: u128,
	/// What is held for an account's row.
	held: BTreeMap<u8, u128>,
	candidates: Vec<u8>,
	founders: Vec<u8>,
	seated: Vec<u8>,
	next_seating: u32,
}

/// What an account counts for. It is close to what the model's payments are worth, and decides ties.
fn counts(who: u8) -> u128 {
	Contribution::contribution(account(who)).unwrap_or(0)
}

impl Model {
	fn new() -> Self {
		Self {
			payments: BTreeMap::new(),
			ever: BTreeMap::new(),
			issued: 9_000,
			held: BTreeMap::new(),
			candidates: Vec::new(),
			founders: vec![8, 7],
			seated: vec![7, 8],
			next_seating: 7,
		}
	}

	/// Whether an account stands now: who counts for least made room for it, if anybody had to.
	fn stand(&mut self, who: u8) -> bool {
		let fits = self.payments.contains_key(&who) && !self.candidates.contains(&who);
		if !fits || counts(who) < 2 {
			return false;
		}
		if self.candidates.len() == 5 {
			let least = self.candidates.iter().copied().min_by_key(|who| (counts(*who), *who));
			let Some(least) = least.filter(|least| counts(*least) < counts(who)) else {
				return false;
			};
			self.leave(least);
		}
		self.candidates.push(who);
		true
	}

	/// Whether an account stood, and does no more.
	fn leave(&mut self, who: u8) -> bool {
		let before = self.candidates.len();
		self.candidates.retain(|candidate| *candidate != who);
		self.candidates.len() < before
	}

	/// Seats the foremost once a term is over, if there is anybody.
	fn seat(&mut self) {
		if Now::get() < self.next_seating {
			return;
		}
		self.next_seating = Now::get() + 7;
		let mut members = self.candidates.clone();
		members.retain(|who| counts(*who) >= 2);
		members.sort_by_key(|who| (Reverse(counts(*who)), *who));
		for founder in &self.founders {
			if !members.contains(founder) {
				members.push(*founder);
			}
		}
		members.truncate(3);
		members.sort();
		if !members.is_empty() {
			self.seated = members;
		}
	}

	fn worth(&self, who: u8) -> Option<f64> {
		let age = |at: &u32| f64::from(Now::get() - at) / 20.0;
		let payments = self.payments.get(&who)?;
		Some(payments.iter().map(|(at, amount)| amount * 0.5f64.powf(age(at))).sum())
	}

	fn take(&mut self, step: Step) {
		let power = |who| <VotingPower<Test> as Currency<_>>::free_balance(&account(who));
		let part = |of: u128, percent: u32| of * u128::from(percent) / 100;
		match step {
			Step::Enlist(who) => {
				let done = Contribution::enlist(signed(who)).is_ok();
				if done {
					assert!(self.payments.insert(who, Vec::new()).is_none());
					self.held.insert(who, 100);
				}
			}
			Step::Withdraw(who) => {
				let done = Contribution::withdraw(signed(who)).is_ok();
				assert_eq!(done, self.payments.remove(&who).is_some());
				assert_eq!(done, self.held.remove(&who).is_some());
				self.leave(who);
			}
			Step::Pay(who, amount) => {
				// As by a claim: tokens are minted, and count.
				let _ = Balances::deposit_creating(&account(who), amount.into());
				self.issued += u128::from(amount);
				Contribution::note_paid(&account(who), 0, amount.into());
				if let Some(payments) = self.payments.get_mut(&who) {
					payments.push((Now::get(), amount.into()));
					*self.ever.entry(who).or_default() += u128::from(amount);
				}
			}
			Step::Wait(epochs) => Now::set(Now::get() + epochs),
			Step::Blocks(blocks) => System::set_block_number(System::block_number() + blocks),
			Step::Move(one, other, percent) => {
				let amount = part(Balances::free_balance(account(one)), percent);
				let _ = Balances::transfer_allow_death(signed(one), account(other), amount);
			}
			Step::Vote(who, at, percent) => {
				let (votes, all) = (part(power(who), percent), power(who));
				let done = Democracy::vote(signed(who), at, aye(votes)).is_ok();
				assert!(!done || votes <= all);
			}
			Step::RemoveVote(who, at) => {
				let _ = Democracy::remove_vote(signed(who), at);
			}
			Step::Delegate(one, other, percent) => {
				let votes = part(power(one), percent);
				let _ =
					Democracy::delegate(signed(one), account(other), Conviction::Locked1x, votes);
			}
			Step::Undelegate(who) => {
				let _ = Democracy::undelegate(signed(who));
			}
			// What anybody may call locks nothing.
			Step::Unlock(who) => {
				let before = locked(who);
				let _ = Democracy::unlock(signed(9), account(who));
				assert!(locked(who) <= before);
			}
			Step::Revise(who) => {
				let before = locked(who);
				let recorded_before = recorded(who);
				let done = Contribution::revise(signed(9), account(who)).is_ok();
				assert!(locked(who) <= before);
				assert!(recorded(who) <= power(who) + power(who) / 100);
				assert!(done || recorded(who) == recorded_before);
				assert!(recorded(who) == recorded_before || recorded(who) <= power(who));
				// The electorate counts what it has by now, within a hundredth.
				let (_, votable) = Contribution::voting_power(account(who));
				let counted = Contribution::counted_of(&account(who));
				assert!(counted.abs_diff(votable) <= counted.max(votable) / 100 + 1);
			}
			Step::Stand(who) => assert_eq!(stand(who).is_ok(), self.stand(who)),
			Step::StandDown(who) => {
				assert_eq!(Contribution::stand_down(signed(who)).is_ok(), self.leave(who));
			}
			Step::Name(founders) => {
				let distinct = founders.iter().collect::<std::collections::BTreeSet<_>>().len();
				let done = set_founders(founders.clone()).is_ok();
				assert_eq!(done, !founders.is_empty() && distinct == founders.len());
				if done {
					self.founders = founders;
				}
			}
			Step::Block => {
				begin_block();
				self.seat();
			}
		}
	}

	fn check(&self) {
		let tokens = |who| Balances::total_balance(&account(who));
		for who in VOTERS {
			let counts = Contribution::contribution(account(who));
			assert_eq!(counts.is_some(), self.payments.contains_key(&who));
			assert_eq!(held(who), self.held.get(&who).copied().unwrap_or(0));
			if let (Some(counts), Some(worth)) = (counts, self.worth(who)) {
				let error = (counts as f64 - worth).abs();
				assert!(error <= 100.0 + worth * 1e-6, "{counts} {worth}");
			}
			// Contribution is no more than was earned, tokens beside it, and all there is.
			let (_, contribution) = Contribution::voting_power(account(who));
			assert!(contribution <= counts.unwrap_or(0).min(tokens(who)));
			// What is recorded is covered by tokens that cannot leave, and for the rest by what this account
			// has earned itself; and tokens are half of it at least.
			let ever = self.ever.get(&who).copied().unwrap_or(0);
			assert!(locked(who) <= tokens(who));
			assert!(recorded(who) <= locked(who) + ever + 1, "{who}");
			assert!(recorded(who) <= 2 * locked(who), "{who}");
		}
		// The electorate counts of nobody more than it has earned, nor twice.
		let (tokens, counted) = Contribution::electorate();
		assert_eq!(tokens, Balances::total_issuance());
		assert!(counted <= Contribution::total_contribution().min(tokens) + 100, "{counted}");
		// Deposits only move, and come back whole.
		assert_eq!(Balances::total_issuance(), self.issued);
		let mut candidates = self.candidates.clone();
		candidates.sort();
		assert_eq!(Candidates::<Test>::get(), accounts(candidates));
		assert_eq!(Members::get(), accounts(self.seated.clone()));
		Contribution::do_try_state().unwrap();
	}
}

proptest! {
	#[test]
	fn contribution_is_counted_once_stays_where_it_was_earned_and_does_not_outlive_its_lock(
		steps in prop::collection::vec(step(), 1..120),
	) {
		chain(|| {
			for _ in 0..3 {
				referendum();
			}
			let mut model = Model::new();
			for step in steps {
				model.take(step);
				model.check();
			}
			// Once everybody is revised, no referendum has more votes than there is an electorate.
			for who in VOTERS {
				model.take(Step::Revise(who));
			}
			let electorate = <VotingPower<Test> as Currency<_>>::total_issuance();
			let everybody: u128 = (1..10)
				.map(|who| <VotingPower<Test> as Currency<_>>::free_balance(&account(who)))
				.sum();
			assert!(everybody <= electorate + electorate / 100 + 100, "{everybody} of {electorate}");
			for referendum in 0..3 {
				let turnout = turnout(referendum);
				assert!(turnout <= electorate + electorate / 100, "{turnout} of {electorate}");
			}
			assert!(Contributors::<Test>::iter().count() == model.payments.len());
		});
	}

	/// However one account's earnings would be spread over several from the beginning, the cap of each is
	/// a part of all; and what one has earned cannot be spread afterwards.
	#[test]
	fn an_account_never_votes_with_more_than_the_cap(
		cap in 1u32..=100,
		earned in prop::collection::vec(0u128..10_000, VOTERS.len()),
	) {
		chain(|| {
			VoterCap::set(Perbill::from_percent(cap));
			enlist(VOTERS);
			for (who, amount) in VOTERS.zip(&earned) {
				Contribution::note_paid(&account(who), 0, *amount);
			}
			let before: Vec<_> =
				VOTERS.map(|who| Contribution::voting_power(account(who)).1).collect();
			for counts in &before {
				assert!(*counts <= earned.iter().sum::<u128>() * u128::from(cap) / 100);
			}
			// Tokens go to another contributor: its own contribution alone can be voted with.
			let _ = Balances::transfer_allow_death(signed(1), account(2), 700);
			let (_, second) = Contribution::voting_power(account(2));
			assert!(second <= earned[1]);
			assert!(Contribution::voting_power(account(1)).1 <= before[0]);
		});
	}
}
