//! Elections: whose stake is looked at, and that a crowd keeps nobody out.

use polkadot_sdk::{
	frame_election_provider_support::SortedListProvider,
	pallet_staking::{Call, ErasStakersOverview, Nominators, RewardDestination},
	sp_runtime::MultiAddress,
};
use sp_keyring::Sr25519Keyring as Key;
use substation_runtime::{
	configs::{BAG_THRESHOLDS, MAX_BACKERS, MAX_ELECTION_TARGETS, MAX_ELECTION_VOTERS},
	constants::currency::{MICRO, STN},
	AccountId, Balance, Balances, Runtime, VoterList,
};

use crate::chain::{dispatch, era, Chain};

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
