//! Fees: what full blocks do to them, and whose tips are.

use polkadot_sdk::{
	frame_support::dispatch::{DispatchClass, GetDispatchInfo},
	frame_system, pallet_parameters, pallet_safe_mode,
	pallet_transaction_payment::{Multiplier, TargetedFeeAdjustment},
	sp_runtime::{traits::Convert, FixedPointNumber, Perbill},
};
use sp_keyring::Sr25519Keyring as Key;
use substation_runtime::{
	configs::{
		parameters::{fees, FeeRise, RuntimeParameters, TargetFullness},
		FeesFollowFullness, MaximumMultiplier, MinimumMultiplier, RuntimeBlockLength,
		RuntimeBlockWeights,
	},
	constants::currency::STN,
	Balance, Balances, Runtime, RuntimeCall, System, TransactionPayment, Treasury,
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
		// Twenty-two hundredths of what grows: the base fee does not.
		let risen = price();
		assert!(risen * 100 > first * 112 && risen * 100 < first * 122, "{first} {risen}");
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

/// With no bytes in blocks fees move as the SDK moves them.
#[test]
fn fees_move_as_the_sdk_moves_them() {
	type Stock = TargetedFeeAdjustment<
		Runtime,
		TargetFullness,
		FeeRise,
		MinimumMultiplier,
		MaximumMultiplier,
	>;
	let most = RuntimeBlockWeights::get().get(DispatchClass::Normal).max_total.unwrap();
	Chain::run(|_| {
		for percent in 0..=100 {
			System::set_block_consumed_resources(Perbill::from_percent(percent) * most, 0);
			for (times, parts) in [(1, 1), (3, 2), (999, 1), (1_000, 1), (1, 2)] {
				let now = Multiplier::saturating_from_rational(times, parts);
				let [next, stock] = [FeesFollowFullness::convert(now), Stock::convert(now)];
				let apart = next.max(stock) - next.min(stock);
				// The SDK rounds a little coarser.
				assert!(apart.into_inner() < 1_000_000, "{percent} {now:?}: {next:?} {stock:?}");
			}
		}
	});
}

/// What fills blocks with bytes alone is no cheaper than what fills them with weight.
#[test]
fn blocks_full_of_bytes_raise_the_price_of_bytes_as_well() {
	Chain::run(|chain| {
		let longest = *RuntimeBlockLength::get().max.get(DispatchClass::Normal) as usize;
		let byte = || TransactionPayment::length_to_fee(1_000);
		let (first, smallest) = (byte(), price());
		let mut blocks = |number: u32, part: usize| {
			for _ in 0..number {
				System::set_block_consumed_resources(Default::default(), longest / 100 * part);
				chain.next_block();
			}
		};
		blocks(100, 100);
		assert!(byte() * 100 > first * 121 && byte() * 100 < first * 124, "{first} {}", byte());
		assert!(price() > smallest);
		blocks(110, 0);
		assert_eq!((byte(), price()), (first, smallest));
		blocks(100, 49);
		assert_eq!(byte(), first);
		// An hour of it.
		blocks(600, 100);
		assert!(byte() > 3 * first, "{first} {}", byte());
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

/// Nothing moves money in safe mode, and no tip does: it is income, like most of the fee.
#[test]
fn in_safe_mode_nobody_gets_a_tip() {
	const TIP: Balance = 500_000 * STN;
	Chain::run(|chain| {
		let payer = Key::Ferdie.pair();
		let remark = || frame_system::Call::remark { remark: vec![] };
		// What the author of the last block got, and how much there was.
		let gains = |chain: &mut Chain, tip| {
			let author = substation_runtime::Authorship::author().unwrap();
			let now = || [&author, &Treasury::account_id()].map(Balances::free_balance);
			let (before, issued) = (now(), Balances::total_issuance());
			chain.send_with_tip(&payer, tip, remark()).unwrap();
			let after = now();
			([after[0] - before[0], after[1] - before[1]], issued - Balances::total_issuance())
		};
		by_governance(chain, pallet_safe_mode::Call::force_enter {});
		let ([author, treasury], burned) = gains(chain, TIP);
		assert!(author < STN / 100, "a part of the fee alone: {author}");
		assert!(treasury >= TIP / 2 && burned >= TIP / 2, "{treasury} {burned}");

		by_governance(chain, pallet_safe_mode::Call::force_exit {});
		let ([author, treasury], _) = gains(chain, 2 * STN);
		assert!((2 * STN..2 * STN + STN / 100).contains(&author), "{author}");
		assert!(treasury < STN / 100, "{treasury}");
	});
}
