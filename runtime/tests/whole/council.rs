//! The council: nobody buys it at once, and nobody who has it keeps others from being paid.

use polkadot_sdk::{pallet_collective::RawOrigin, sp_runtime::traits::Dispatchable};
use sp_keyring::Sr25519Keyring as Key;
use substation_runtime::{
	constants::{currency::STN, time::DAYS},
	AccountId, Contribution, Runtime, RuntimeCall, RuntimeOrigin, SafeMode, System,
};

use crate::{
	chain::{account, rich, Chain},
	field::{COVERAGE, STORAGE},
};

fn seated() -> Vec<AccountId> {
	polkadot_sdk::pallet_collective::Members::<Runtime, polkadot_sdk::pallet_collective::Instance1>::get()
}

/// Whether five of seven enter safe mode.
fn stop() -> bool {
	let origin = RawOrigin::<AccountId, polkadot_sdk::pallet_collective::Instance1>::Members(5, 7);
	let call = RuntimeCall::from(polkadot_sdk::pallet_safe_mode::Call::force_enter {});
	call.dispatch(RuntimeOrigin::from(origin)).is_ok()
}

fn term_ends(chain: &mut Chain) {
	pallet_contribution::NextSeating::<Runtime>::put(0);
	chain.next_block();
}

/// Seven accounts that were paid a hundred tokens each stand. Two come in a term; in all three of one network, and four of
/// two: founders keep three seats, and no motion of theirs alone is carried.
#[test]
fn seven_hundred_tokens_buy_no_council() {
	Chain::run(|chain| {
		let founders = [Key::Alice, Key::Bob, Key::Charlie].map(|key| key.to_account_id());
		assert!(founders.iter().all(|founder| seated().contains(founder)));
		let farm: Vec<_> = (0..7).map(|one| account(&rich(chain, &format!("farm{one}")))).collect();
		let stand = |who: &AccountId| {
			for call in [
				RuntimeCall::from(pallet_contribution::Call::enlist {}),
				RuntimeCall::from(pallet_contribution::Call::stand {}),
			] {
				if matches!(call, RuntimeCall::Contribution(pallet_contribution::Call::stand {})) {
					Contribution::note_paid(who, STORAGE, 101 * STN);
				}
				call.dispatch(RuntimeOrigin::signed(who.clone())).unwrap();
			}
		};
		farm.iter().for_each(stand);
		let of_farm = || seated().iter().filter(|member| farm.contains(member)).count();
		for expected in [2, 3, 3, 3] {
			term_ends(chain);
			assert_eq!(of_farm(), expected);
		}
		// Another network is farmed as well.
		let more = account(&rich(chain, "more"));
		RuntimeCall::from(pallet_contribution::Call::enlist {})
			.dispatch(RuntimeOrigin::signed(more.clone()))
			.unwrap();
		Contribution::note_paid(&more, COVERAGE, 500 * STN);
		RuntimeCall::from(pallet_contribution::Call::stand {})
			.dispatch(RuntimeOrigin::signed(more.clone()))
			.unwrap();
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
		let by_root = polkadot_sdk::pallet_safe_mode::Call::force_enter {};
		RuntimeCall::from(by_root).dispatch(RuntimeOrigin::root()).unwrap();
		assert!(SafeMode::is_entered(), "a referendum may");
	});
}
