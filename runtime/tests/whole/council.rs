//! The council: nobody buys it at once, and nobody who has it keeps others from being paid.

use polkadot_sdk::{
	pallet_collective::{Instance1, Members, RawOrigin},
	pallet_safe_mode::Call as SafeModeCall,
	sp_runtime::traits::Dispatchable,
};
use sp_keyring::Sr25519Keyring as Key;
use substation_primitives::NetworkId;
use substation_runtime::{
	constants::{currency::STN, time::DAYS},
	AccountId, Balance, Contribution, Runtime, RuntimeCall, RuntimeOrigin, SafeMode, System,
};

use crate::{
	chain::{account, dispatch, rich, Chain},
	field::{COVERAGE, STORAGE},
};

fn seated() -> Vec<AccountId> {
	Members::<Runtime, Instance1>::get()
}

/// Whether five of seven enter safe mode.
fn stop() -> bool {
	let origin = RawOrigin::<AccountId, Instance1>::Members(5, 7);
	let call = RuntimeCall::from(SafeModeCall::force_enter {});
	call.dispatch(RuntimeOrigin::from(origin)).is_ok()
}

fn term_ends(chain: &mut Chain) {
	pallet_contribution::NextSeating::<Runtime>::put(0);
	chain.next_block();
}

/// An account stands that a network has paid so many tokens.
fn stand(who: &AccountId, network: NetworkId, paid: Balance) {
	dispatch(who, pallet_contribution::Call::enlist {});
	Contribution::note_paid(who, network, paid * STN);
	dispatch(who, pallet_contribution::Call::stand {});
}

/// Seven accounts that were paid a hundred tokens each stand. Two come in a term; in all three of one network, and four of
/// two: founders keep three seats, and no motion of theirs alone is carried.
#[test]
fn seven_hundred_tokens_buy_no_council() {
	Chain::run(|chain| {
		let founders = [Key::Alice, Key::Bob, Key::Charlie].map(|key| key.to_account_id());
		assert!(founders.iter().all(|founder| seated().contains(founder)));
		let farm: Vec<_> = (0..7).map(|one| account(&rich(chain, &format!("farm{one}")))).collect();
		for one in &farm {
			stand(one, STORAGE, 101);
		}
		let of_farm = || seated().iter().filter(|member| farm.contains(member)).count();
		for expected in [2, 3, 3, 3] {
			term_ends(chain);
			assert_eq!(of_farm(), expected);
		}
		// Another network is farmed as well.
		let more = account(&rich(chain, "more"));
		stand(&more, COVERAGE, 500);
		for _ in 0..3 {
			term_ends(chain);
		}
		assert!(seated().contains(&more));
		assert_eq!(of_farm(), 3);
		let kept = founders.iter().filter(|founder| seated().contains(founder)).count();
		assert_eq!((kept, seated().len()), (3, 7));
	});
}

/// Three days of four weeks.
#[test]
fn a_council_does_not_keep_the_chain_stopped() {
	Chain::run(|chain| {
		for _ in 0..3 {
			assert!(stop());
			assert!(SafeMode::is_entered());
			System::set_block_number(System::block_number() + DAYS);
			chain.next_block();
			chain.next_block();
			assert!(!SafeMode::is_entered());
		}
		assert!(!stop());
		RuntimeCall::from(SafeModeCall::force_enter {}).dispatch(RuntimeOrigin::root()).unwrap();
		assert!(SafeMode::is_entered(), "a referendum may");
	});
}
