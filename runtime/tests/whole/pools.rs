//! Pools: who has too little to nominate alone has a part in what validators earn, and in what they are slashed.

use frame_support::traits::fungible::Inspect;
use polkadot_sdk::{
	pallet_nomination_pools::{Call as Pools, Error as PoolError, PoolId},
	pallet_staking::{
		Call as Stakes, ErasRewardPoints, ErasStakersOverview, ErasValidatorReward,
		Error as StakingError, Ledger, RewardDestination,
	},
	sp_runtime::{DispatchError, MultiAddress},
};
use sp_keyring::Sr25519Keyring as Key;
use substation_runtime::{
	constants::{
		currency::{MILLI, STN},
		time::BONDING_ERAS,
	},
	AccountId, Authorship, Balance, Balances, NominationPools, Runtime,
};

use crate::chain::{dispatch, era, slash_in_next_era, try_dispatch, Chain};

const POOL: PoolId = 1;

fn account(key: Key) -> AccountId {
	key.to_account_id()
}

/// Ferdie makes a pool of a hundred tokens that nominates Bob.
fn pool() {
	let ferdie = account(Key::Ferdie);
	let role = || MultiAddress::Id(account(Key::Ferdie));
	let amount = 100 * STN;
	dispatch(
		&ferdie,
		Pools::<Runtime>::create { amount, root: role(), nominator: role(), bouncer: role() },
	);
	let validators = vec![account(Key::Bob)];
	dispatch(&ferdie, Pools::<Runtime>::nominate { pool_id: POOL, validators });
}

fn join(who: Key, amount: Balance) {
	dispatch(&account(who), Pools::<Runtime>::join { amount, pool_id: POOL });
}

fn staked(who: Key) -> Balance {
	NominationPools::api_member_total_balance(account(who))
}

#[test]
fn a_member_earns_its_part_and_has_its_stake_back() {
	Chain::run(|chain| {
		pool();
		let eve = account(Key::Eve);
		let before = Balances::free_balance(&eve);
		join(Key::Eve, 300 * STN);
		assert_eq!(before - Balances::free_balance(&eve), 300 * STN, "held where it was");
		chain.eras_later(2);
		let bob = ErasStakersOverview::<Runtime>::get(era(), account(Key::Bob)).unwrap();
		assert_eq!((bob.total - bob.own, bob.nominator_count), (400 * STN, 1));

		// An era that is paid, and in which he made a block.
		let is_paid = |era| {
			let made = ErasRewardPoints::<Runtime>::get(era).individual;
			made.contains_key(&account(Key::Bob))
				&& ErasValidatorReward::<Runtime>::get(era).is_some_and(|reward| reward > 0)
		};
		let paid = loop {
			chain.next_block();
			if is_paid(era() - 1) {
				break era() - 1;
			}
		};
		let rewards = || NominationPools::api_pending_rewards(eve.clone()).unwrap_or_default();
		assert_eq!(rewards(), 0);
		let validator_stash = account(Key::Bob);
		dispatch(&eve, Stakes::<Runtime>::payout_stakers { validator_stash, era: paid });
		let due = rewards();
		assert!(due > 0);
		let before = Balances::free_balance(&eve);
		dispatch(&eve, Pools::<Runtime>::claim_payout {});
		assert_eq!(Balances::free_balance(&eve) - before, due);
		let ferdies = NominationPools::api_pending_rewards(account(Key::Ferdie)).unwrap();
		assert!(due.abs_diff(3 * ferdies) < 10, "by stake: {due} and {ferdies}");

		let unbonding_points = 300 * STN;
		let member_account = || MultiAddress::Id(account(Key::Eve));
		let out = || Pools::<Runtime>::withdraw_unbonded {
			member_account: member_account(),
			num_slashing_spans: 0,
		};
		dispatch(
			&eve,
			Pools::<Runtime>::unbond { member_account: member_account(), unbonding_points },
		);
		chain.eras_later(BONDING_ERAS - 2);
		let early = PoolError::<Runtime>::CannotWithdrawAny;
		assert_eq!(try_dispatch(&eve, out()), Err(early.into()));
		chain.eras_later(2);
		let before = Balances::free_balance(&eve);
		dispatch(&eve, out());
		assert_eq!(Balances::free_balance(&eve) - before, 300 * STN);
	});
}

/// Members may leave in each era of bonding: none waits for another.
#[test]
fn somebody_leaves_in_each_of_many_eras() {
	Chain::run(|chain| {
		pool();
		let leaving = [Key::Eve, Key::AliceStash, Key::BobStash];
		for key in leaving {
			join(key, 100 * STN);
		}
		for index in 0..40 {
			let key = leaving[index % leaving.len()];
			let unbond = Pools::<Runtime>::unbond {
				member_account: MultiAddress::Id(account(key)),
				unbonding_points: STN,
			};
			dispatch(&account(key), unbond);
			chain.eras_later(1);
		}
		let (stash, _) = NominationPools::api_pool_accounts(POOL);
		assert_eq!(Ledger::<Runtime>::get(&stash).unwrap().unlocking.len(), 40);
	});
}

#[test]
fn what_a_validator_is_slashed_its_pools_members_are() {
	Chain::run(|chain| {
		pool();
		join(Key::Eve, 300 * STN);
		chain.eras_later(2);
		let bob = account(Key::Bob);
		// Not who makes this very block.
		while Authorship::author().as_ref() == Some(&bob) {
			chain.next_block();
		}
		slash_in_next_era(&bob);
		chain.eras_later(1);
		chain.next_block();

		assert_eq!(NominationPools::api_pool_balance(POOL), 360 * STN);
		assert_eq!(staked(Key::Eve), 270 * STN);
		let eve = account(Key::Eve);
		assert_eq!(NominationPools::api_member_pending_slash(eve.clone()), 30 * STN);
		let issued = Balances::total_issuance();
		let (all, one) = (Balances::total_balance(&eve), account(Key::AliceStash));
		let before = Balances::free_balance(&one);
		dispatch(
			&one,
			Pools::<Runtime>::apply_slash { member_account: MultiAddress::Id(eve.clone()) },
		);
		assert_eq!(all - Balances::total_balance(&eve), 30 * STN);
		assert_eq!(
			Balances::free_balance(&one) - before,
			300 * MILLI,
			"a hundredth is the caller's"
		);
		assert!(issued - Balances::total_issuance() > 14 * STN, "half of the rest is burned");
		assert_eq!(NominationPools::api_member_pending_slash(eve), 0);
	});
}

#[test]
fn nobody_has_stake_in_two_places() {
	Chain::run(|_| {
		pool();
		let bond = |value| Stakes::<Runtime>::bond { value, payee: RewardDestination::Stash };
		join(Key::Eve, STN);
		let refused = StakingError::<Runtime>::Restricted;
		assert_eq!(try_dispatch(&account(Key::Eve), bond(100 * STN)), Err(refused.into()));
		dispatch(&account(Key::AliceStash), bond(100 * STN));
		let join = |amount| Pools::<Runtime>::join { amount, pool_id: POOL };
		let refused = PoolError::<Runtime>::Restricted;
		assert_eq!(try_dispatch(&account(Key::AliceStash), join(STN)), Err(refused.into()));
		let little: DispatchError = PoolError::<Runtime>::MinimumBondNotMet.into();
		assert_eq!(try_dispatch(&account(Key::BobStash), join(STN - 1)), Err(little));
		let role = || MultiAddress::Id(account(Key::BobStash));
		let create = Pools::<Runtime>::create {
			amount: 100 * STN - 1,
			root: role(),
			nominator: role(),
			bouncer: role(),
		};
		assert_eq!(try_dispatch(&account(Key::BobStash), create), Err(little));
	});
}
