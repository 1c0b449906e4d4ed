//! Fees: what full blocks do to them, and what a tip may be.

use polkadot_sdk::{
	frame_support::dispatch::{DispatchClass, GetDispatchInfo},
	frame_system, pallet_parameters, pallet_safe_mode,
	sp_runtime::{
		transaction_validity::{InvalidTransaction, TransactionValidityError},
		Perbill,
	},
};
use sp_keyring::Sr25519Keyring as Key;
use substation_runtime::{
	configs::{
		parameters::{fees, RuntimeParameters},
		RuntimeBlockWeights, SAFE_MODE_TIP, TIPS_TOO_MUCH,
	},
	constants::currency::STN,
	Balance, Balances, RuntimeCall, System, TransactionPayment,
};

use crate::chain::{by_governance, Chain};

/// What the smallest of transactions costs.
fn price() -> Balance {
	let remark = RuntimeCall::from(frame_system::Call::remark { remark: vec![1; 32] });
	let mut info = remark.get_dispatch_info();
	info.extension_weight =
		<substation_runtime::TxExtension as polkadot_sdk::sp_runtime::traits::TransactionExtension<
			RuntimeCall,
		>>::weight(&extension(), &remark);
	TransactionPayment::compute_fee(150, &info, 0)
}

fn extension() -> substation_runtime::TxExtension {
	use frame_system::offchain::CreateAuthorizedTransaction;
	<substation_runtime::Runtime as CreateAuthorizedTransaction<RuntimeCall>>::create_extension()
}

/// So many blocks, of which transactions fill so much of what they may.
fn blocks(chain: &mut Chain, number: u32, full: Perbill) {
	let most = RuntimeBlockWeights::get().get(DispatchClass::Normal).max_total.unwrap();
	for _ in 0..number {
		let now = System::block_weight();
		let filled = *now.get(DispatchClass::Normal);
		let more = (full * most).saturating_sub(filled);
		System::register_extra_weight_unchecked(more, DispatchClass::Normal);
		chain.next_block();
	}
}

#[test]
fn full_blocks_raise_prices_and_empty_ones_bring_them_back() {
	Chain::run(|chain| {
		let first = price();
		blocks(chain, 100, Perbill::one());
		// Twenty-two hundredths of what grows: bytes and the base fee do not.
		let risen = price();
		assert!(risen * 100 > first * 110 && risen * 100 < first * 122, "{first} {risen}");
		blocks(chain, 100, Perbill::zero());
		assert!(price() - first <= first / 1_000, "{first} {}", price());
		blocks(chain, 10, Perbill::zero());
		assert_eq!(price(), first, "never below that of a quiet chain");
		blocks(chain, 100, Perbill::from_percent(49));
		assert_eq!(price(), first);

		// An hour of it is dear, and four of them are very dear.
		let day: Vec<_> = [600, 1_800]
			.into_iter()
			.map(|more| {
				blocks(chain, more, Perbill::one());
				price() / first
			})
			.collect();
		assert!(day[0] >= 2 && day[1] >= 70, "{day:?}");
	});
}

#[test]
fn a_referendum_says_how_full_blocks_may_be_and_how_fast_fees_rise() {
	Chain::run(|chain| {
		let set = |parameter| {
			let key_value = RuntimeParameters::Fees(parameter);
			by_governance(chain, pallet_parameters::Call::set_parameter { key_value });
		};
		let first = price();
		// Below the bounds counts as the bounds: a ten-thousandth, and a tenth.
		set(fees::Parameters::Rise(fees::Rise, Some(Perbill::zero())));
		set(fees::Parameters::Fullness(fees::Fullness, Some(Perbill::zero())));
		blocks(chain, 10, Perbill::from_percent(20));
		let slow = price() - first;
		assert!(slow > 0 && slow < first / 5_000, "{slow} of {first}");
		let set = |parameter| {
			let key_value = RuntimeParameters::Fees(parameter);
			by_governance(chain, pallet_parameters::Call::set_parameter { key_value });
		};
		set(fees::Parameters::Rise(fees::Rise, Some(Perbill::one())));
		blocks(chain, 10, Perbill::one());
		assert!(price() > first * 13 / 10, "{first} {}", price());
		assert!(price() < first * 17 / 10, "{first} {}", price());
	});
}

/// Nothing moves money in safe mode, and no tip does.
#[test]
fn in_safe_mode_a_tip_moves_one_token_at_the_most() {
	Chain::run(|chain| {
		let payer = Key::Ferdie.pair();
		let remark = || frame_system::Call::remark { remark: vec![] };
		chain.send_with_tip(&payer, 2 * SAFE_MODE_TIP, remark()).unwrap();
		by_governance(chain, pallet_safe_mode::Call::force_enter {});
		let author = substation_runtime::Authorship::author().unwrap();
		let before = [Balances::free_balance(&author), Balances::total_issuance()];

		let refused = chain.try_send_with_tip(&payer, SAFE_MODE_TIP + 1, remark());
		let reason = InvalidTransaction::Custom(TIPS_TOO_MUCH);
		assert_eq!(refused, Err(TransactionValidityError::Invalid(reason)));
		assert_eq!([Balances::free_balance(&author), Balances::total_issuance()], before);
		chain.send_with_tip(&payer, SAFE_MODE_TIP, remark()).unwrap();
		let got = Balances::free_balance(&author) - before[0];
		assert!((SAFE_MODE_TIP..SAFE_MODE_TIP + STN / 100).contains(&got), "{got}");

		by_governance(chain, pallet_safe_mode::Call::force_exit {});
		chain.send_with_tip(&payer, 2 * SAFE_MODE_TIP, remark()).unwrap();
	});
}
