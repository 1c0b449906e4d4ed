//! Elections: whose stake is looked at, that a crowd keeps nobody out, that each step fits a block, and that a chain that slept
//! elects as well.

use polkadot_sdk::{
	frame_election_provider_support::{NposSolver, SequentialPhragmen, SortedListProvider},
	frame_support::{traits::Get, weights::Weight},
	pallet_election_provider_multi_phase::{
		self as multi_phase, Call as Elections, CurrentPhase, ElectionCompute, Event,
		QueuedSolution, Snapshot, WeightInfo as _,
	},
	pallet_staking::{
		weights::WeightInfo as _, Call, ErasStakersOverview, Nominators, RewardDestination,
	},
	sp_runtime::{
		transaction_validity::{InvalidTransaction, TransactionSource, TransactionValidityError},
		MultiAddress, Perbill,
	},
};
use sp_keyring::Sr25519Keyring as Key;
use substation_runtime::{
	configs::{
		MaxValidators, RuntimeBlockWeights, BAG_THRESHOLDS, MAX_BACKERS, MAX_ELECTION_TARGETS,
		MAX_ELECTION_VOTERS, MAX_INSTANT_VOTERS,
	},
	constants::{
		currency::{MICRO, STN},
		time::SESSION_SLOTS,
	},
	AccountId, Balance, Balances, ElectionProviderMultiPhase, Executive, Runtime, RuntimeEvent,
	System, UncheckedExtrinsic, VoterList,
};

use crate::chain::{dispatch, era, submit, Chain};

/// How the last election was computed, if one was held in this block.
fn elected_by() -> Option<ElectionCompute> {
	System::events().into_iter().rev().find_map(|record| match record.event {
		RuntimeEvent::ElectionProviderMultiPhase(Event::ElectionFinalized { compute, .. }) => {
			Some(compute)
		}
		_ => None,
	})
}

/// Goes on block by block until whoever is looked at has been written down.
fn reach_voting(chain: &mut Chain) {
	for _ in 0..10 * SESSION_SLOTS {
		if CurrentPhase::<Runtime>::get().is_unsigned_open() {
			return;
		}
		chain.next_block();
	}
	panic!("no election came");
}

/// What a validator's worker would submit.
fn mined() -> Elections<Runtime> {
	ElectionProviderMultiPhase::mine_checked_call().expect("there is something to elect of")
}

/// Whoever computes it, an election that was submitted is the one that counts, and nobody but an author submits.
#[test]
fn what_validators_compute_is_what_counts() {
	Chain::run(|chain| {
		let ferdie = Key::Ferdie.to_account_id();
		nominate(&ferdie, 900_000 * STN, Key::Bob);
		reach_voting(chain);
		let call = mined();
		// From elsewhere it comes into no pool, so it costs nobody a block's time.
		let transaction = UncheckedExtrinsic::new_bare(call.clone().into());
		let hash = System::parent_hash();
		let refused = InvalidTransaction::Call;
		assert_eq!(
			Executive::validate_transaction(TransactionSource::External, transaction.clone(), hash),
			Err(TransactionValidityError::Invalid(refused))
		);
		Executive::validate_transaction(TransactionSource::Local, transaction, hash).unwrap();
		submit(call.clone()).unwrap();
		assert_eq!(QueuedSolution::<Runtime>::get().unwrap().compute, ElectionCompute::Unsigned);
		// A second one is no better.
		submit(call).unwrap_err();

		let before = era();
		for _ in 0..SESSION_SLOTS {
			if elected_by().is_some() {
				break;
			}
			chain.next_block();
		}
		assert_eq!(elected_by(), Some(ElectionCompute::Unsigned));
		assert!(CurrentPhase::<Runtime>::get().is_off() && !Snapshot::<Runtime>::exists());
		chain.eras_later(1);
		assert_eq!(era(), before + 1);
		let bob = ErasStakersOverview::<Runtime>::get(era(), Key::Bob.to_account_id()).unwrap();
		assert_eq!(bob.total - bob.own, 900_000 * STN);
	});
}

/// An election that leaves somebody out, or says more than is so, is not taken.
#[test]
fn an_election_that_is_not_right_makes_no_block() {
	Chain::run(|chain| {
		reach_voting(chain);
		let Elections::submit_unsigned { raw_solution, witness } = mined() else { unreachable!() };
		let mut boasted = raw_solution.clone();
		boasted.score.minimal_stake += 1;
		let call = Elections::submit_unsigned { raw_solution: boasted, witness };
		let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| submit(call)));
		assert!(panicked.is_err(), "whoever puts it into a block has made none");
		let mut late = raw_solution.clone();
		late.round += 1;
		submit(Elections::submit_unsigned { raw_solution: late, witness }).unwrap_err();
		assert!(!QueuedSolution::<Runtime>::exists());
	});
}

/// Where no worker computes any there is an election nevertheless, of those with most at stake.
#[test]
fn without_workers_there_is_an_election_in_one_block() {
	Chain::run(|chain| {
		reach_voting(chain);
		let mut by = None;
		for _ in 0..SESSION_SLOTS {
			by = by.or(elected_by());
			chain.next_block();
		}
		assert_eq!(by, Some(ElectionCompute::Fallback));
		assert!(CurrentPhase::<Runtime>::get().is_off());
		let before = era();
		chain.eras_later(2);
		assert_eq!(era(), before + 2);
	});
}

/// Nobody wrote down who is looked at: the chain slept. Nothing waits for a referendum then.
#[test]
fn a_chain_that_slept_elects_as_well() {
	Chain::run(|chain| {
		// A block a session.
		let ferdie = Key::Ferdie.to_account_id();
		nominate(&ferdie, 900_000 * STN, Key::Bob);
		for _ in 0..4 {
			chain.eras_later(1);
			assert!(!CurrentPhase::<Runtime>::get().is_emergency());
		}
		let bob = ErasStakersOverview::<Runtime>::get(era(), Key::Bob.to_account_id()).unwrap();
		assert_eq!(bob.total - bob.own, 900_000 * STN);
	});
}

/// Ten thousand nominators, a thousand candidates, as many winners as there can be: what each step declares fits a block.
#[test]
fn an_election_of_ten_thousand_fits_its_blocks() {
	type Staking = <Runtime as polkadot_sdk::pallet_staking::Config>::WeightInfo;
	type Election = <Runtime as multi_phase::Config>::WeightInfo;
	type Phragmen = SequentialPhragmen<AccountId, Perbill>;
	type Solved = polkadot_sdk::frame_election_provider_support::weights::SubstrateWeight<Runtime>;

	let (nominators, candidates, winners) =
		(MAX_ELECTION_VOTERS, MAX_ELECTION_TARGETS, MaxValidators::get());
	assert_eq!((nominators, candidates, winners), (10_000, 1_000, 256));
	let voters = nominators + candidates;
	let most = RuntimeBlockWeights::get().max_block;
	let fits = |weight: Weight, part: u64, what: &str| {
		assert!(weight.ref_time() * 100 <= most.ref_time() * part, "{what} takes {weight:?}");
	};
	let looked_at = |nominators| {
		Staking::get_npos_voters(candidates, nominators)
			.saturating_add(Staking::get_npos_targets(candidates))
	};
	let written = looked_at(nominators)
		.saturating_add(Election::create_snapshot_internal(voters, candidates))
		.saturating_add(Election::on_initialize_open_unsigned());
	fits(written, 50, "to write down who is looked at");
	let submitted = Election::submit_unsigned(voters, candidates, voters, winners);
	let miner: Weight =
		<<Runtime as multi_phase::Config>::MinerConfig as multi_phase::MinerConfig>::MaxWeight::get(
		);
	assert!(submitted.all_lte(miner), "nothing of an election is left out to make it smaller");
	fits(submitted, 50, "to check what is submitted");
	fits(Election::elect_queued(voters, winners), 50, "to take it");
	let solved = Phragmen::weight::<Solved>(MAX_INSTANT_VOTERS + candidates, candidates, 16);
	fits(looked_at(MAX_INSTANT_VOTERS).saturating_add(solved), 90, "to elect in one block");
}

fn nominate(who: &AccountId, value: Balance, whom: Key) {
	dispatch(who, Call::<Runtime>::bond { value, payee: RewardDestination::Stash });
	let targets = vec![MultiAddress::Id(whom.to_account_id())];
	dispatch(who, Call::<Runtime>::nominate { targets });
}

/// More small nominators than an election in one block looks at come before somebody with much at stake.
#[test]
fn no_crowd_keeps_more_stake_out_of_an_election() {
	const STAKE: Balance = 900_000 * STN;
	Chain::run(|chain| {
		let ferdie = Key::Ferdie.to_account_id();
		let crowd = MAX_INSTANT_VOTERS + MAX_ELECTION_TARGETS;
		for number in 0..crowd {
			let mut id = [9; 32];
			id[..4].copy_from_slice(&number.to_le_bytes());
			let who = AccountId::from(id);
			dispatch(
				&Key::Eve.to_account_id(),
				polkadot_sdk::pallet_balances::Call::<Runtime>::transfer_keep_alive {
					dest: who.clone().into(),
					value: 101 * STN,
				},
			);
			nominate(&who, 100 * STN, Key::Alice);
		}
		nominate(&ferdie, STAKE, Key::Bob);
		assert_eq!(Nominators::<Runtime>::count(), crowd + 1);
		assert_eq!(VoterList::iter().next(), Some(ferdie.clone()), "it is the foremost");

		chain.eras_later(2);
		let bob = ErasStakersOverview::<Runtime>::get(era(), Key::Bob.to_account_id()).unwrap();
		assert_eq!((bob.total - bob.own, bob.nominator_count), (STAKE, 1));
		let alice = ErasStakersOverview::<Runtime>::get(era(), Key::Alice.to_account_id()).unwrap();
		// No more than so many back anybody, she herself among them.
		let looked_at = MAX_BACKERS - 1;
		assert_eq!(alice.nominator_count, looked_at);
		assert_eq!(alice.total - alice.own, Balance::from(looked_at) * 100 * STN);
		assert!(Balances::free_balance(&ferdie) > 0);
	});
}

/// Bags go far enough, and are narrow.
#[test]
fn who_has_a_tenth_more_at_stake_is_in_another_bag() {
	assert!(BAG_THRESHOLDS.windows(2).all(|pair| pair[0] < pair[1]));
	let [first, last] = [BAG_THRESHOLDS[0], BAG_THRESHOLDS[BAG_THRESHOLDS.len() - 1]];
	assert_eq!(Balance::from(first) * MICRO, 10 * STN);
	assert!(Balance::from(last) * MICRO > 1_000_000_000 * STN, "{last}");
	for pair in BAG_THRESHOLDS.windows(2) {
		assert!(pair[1] - pair[0] <= pair[0] / 13);
	}
}
