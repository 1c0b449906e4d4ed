//! Elections: whose stake is looked at, and that a crowd keeps nobody out.

use frame_support::assert_ok;
use polkadot_sdk::{
	frame_election_provider_support::SortedListProvider,
	frame_system::RawOrigin,
	pallet_staking::{ActiveEra, Call, ErasStakersOverview, Nominators, RewardDestination},
	sp_runtime::{traits::Dispatchable, MultiAddress},
};
use sp_keyring::Sr25519Keyring as Key;
use substation_runtime::{
	configs::{BAG_THRESHOLDS, MAX_ELECTION_TARGETS, MAX_ELECTION_VOTERS},
	constants::currency::STN,
	AccountId, Balance, Balances, Runtime, RuntimeCall, VoterList,
};

use crate::chain::Chain;

fn era() -> u32 {
	ActiveEra::<Runtime>::get().unwrap().index
}

/// Does what a transaction of `who` would, without one: blocks have no room for so many.
fn dispatch(who: &AccountId, call: impl Into<RuntimeCall>) {
	assert_ok!(call.into().dispatch(RawOrigin::Signed(who.clone()).into()));
}

fn nominate(who: &AccountId, value: Balance, whom: Key) {
	dispatch(who, Call::<Runtime>::bond { value, payee: RewardDestination::Stash });
	let targets = vec![MultiAddress::Id(whom.to_account_id())];
	dispatch(who, Call::<Runtime>::nominate { targets });
}

/// More small nominators than an election looks at come before somebody with much at stake.
#[test]
fn no_crowd_keeps_more_stake_out_of_an_election() {
	const STAKE: Balance = 900_000 * STN;
	Chain::run(|chain| {
		let ferdie = Key::Ferdie.to_account_id();
		let crowd = MAX_ELECTION_VOTERS + MAX_ELECTION_TARGETS;
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

		let until = era() + 2;
		while era() < until {
			chain.next_session();
		}
		let bob = ErasStakersOverview::<Runtime>::get(era(), Key::Bob.to_account_id()).unwrap();
		assert_eq!((bob.total - bob.own, bob.nominator_count), (STAKE, 1));
		let alice = ErasStakersOverview::<Runtime>::get(era(), Key::Alice.to_account_id()).unwrap();
		// Candidates are looked at, too.
		let looked_at = crowd - 1 - 4;
		assert_eq!(alice.nominator_count, looked_at);
		assert_eq!(alice.total - alice.own, Balance::from(looked_at) * 100 * STN);
		assert!(Balances::free_balance(&ferdie) > 0);
	});
}

/// Bags go far enough, and are narrow.
#[test]
fn who_has_a_tenth_more_at_stake_is_in_another_bag() {
	assert!(BAG_THRESHOLDS.windows(2).all(|pair| pair[0] < pair[1]));
	assert_eq!(BAG_THRESHOLDS[0], 10 * STN as u64);
	let last = u128::from(BAG_THRESHOLDS[BAG_THRESHOLDS.len() - 1]);
	assert!(last > 17_000_000 * STN, "{last}");
	for pair in BAG_THRESHOLDS.windows(2) {
		assert!(pair[1] - pair[0] <= pair[0] / 13);
	}
}
