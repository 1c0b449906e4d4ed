//! The token and what transactions cost.

use crate::*;
use configs::{
	parameters::{fees, FeeRise, TargetFullness, Within},
	RuntimeBlockLength, RuntimeBlockWeights,
};
use constants::currency::{deposit, MILLI, STN};
use frame_support::{
	derive_impl,
	dispatch::DispatchClass,
	traits::{Get, WithdrawReasons},
	weights::{
		constants::ExtrinsicBaseWeight, Weight, WeightToFee as ToFee, WeightToFeeCoefficient,
		WeightToFeeCoefficients, WeightToFeePolynomial,
	},
};
use polkadot_sdk::{
	pallet_transaction_payment::{FungibleAdapter, Multiplier, MultiplierUpdate},
	sp_runtime::{
		traits::{Convert, ConvertInto},
		FixedPointNumber, Perbill, Perquintill, Saturating,
	},
};

/// What a row of as many bytes as an account takes costs anybody else.
pub const EXISTENTIAL_DEPOSIT: Balance = deposit(1, 130);

parameter_types! {
	/// What a row of as many bytes as an account takes costs anybody else.
	pub const ExistentialDeposit: Balance = EXISTENTIAL_DEPOSIT;
	/// Fees never fall below what they are on a quiet chain.
	pub MinimumMultiplier: Multiplier = Multiplier::from_u32(1);
	/// Nor rise without end: six hours of full blocks reach it.
	pub MaximumMultiplier: Multiplier = Multiplier::from_u32(1_000);
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeHoldReason = RuntimeHoldReason;
	type RuntimeFreezeReason = RuntimeFreezeReason;
	type Balance = Balance;
	type ExistentialDeposit = ExistentialDeposit;
	type AccountStore = System;
	type FreezeIdentifier = RuntimeFreezeReason;
	type MaxLocks = ConstU32<50>;
	type MaxFreezes = VariantCountOf<RuntimeFreezeReason>;
	type WeightInfo = weights::pallet_balances::WeightInfo<Runtime>;
	type DoneSlashHandler = ();
}

parameter_types! {
	/// What is given over time: its row has no deposit.
	pub const MinVestedTransfer: Balance = 100 * STN;
	/// What is not free yet can be held as stake and deposits, but pays nothing, fees among it: the token takes no exception from
	/// a lock.
	pub UnvestedReasons: WithdrawReasons =
		WithdrawReasons::except(WithdrawReasons::TRANSFER | WithdrawReasons::RESERVE);
}

/// Tokens of genesis, and of whoever gives any so, that become free over time.
impl pallet_vesting::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type Currency = Balances;
	type BlockNumberToBalance = ConvertInto;
	type MinVestedTransfer = MinVestedTransfer;
	type WeightInfo = pallet_vesting::weights::SubstrateWeight<Runtime>;
	type UnvestedFundsAllowedWithdrawReasons = UnvestedReasons;
	type BlockNumberProvider = System;

	const MAX_VESTING_SCHEDULES: u32 = 28;
}

/// A transaction that does nothing costs a tenth of a thousandth of a token; the fee grows with
/// weight in proportion.
pub struct WeightToFee;

impl WeightToFeePolynomial for WeightToFee {
	type Balance = Balance;

	fn polynomial() -> WeightToFeeCoefficients<Balance> {
		let base_fee = MILLI / 10;
		let base_weight = Balance::from(ExtrinsicBaseWeight::get().ref_time());
		core::iter::once(WeightToFeeCoefficient {
			degree: 1,
			negative: false,
			coeff_integer: base_fee / base_weight,
			coeff_frac: Perbill::from_rational(base_fee % base_weight, base_weight),
		})
		.collect()
	}
}

/// What a byte of a transaction costs rises as what its weight costs does: either fills blocks.
pub struct LengthToFee;

impl ToFee for LengthToFee {
	type Balance = Balance;

	fn weight_to_fee(length: &Weight) -> Balance {
		let byte = Within::<0, MILLI, fees::TransactionByte>::get();
		let quiet = byte.saturating_mul(length.ref_time().into());
		TransactionPayment::next_fee_multiplier().saturating_mul_int(quiet)
	}
}

/// How fees move after a block: as the SDK's `TargetedFeeAdjustment` has it (with `d` the block's fullness above its target and `v`
/// by how much fees rise, by `v·d + v²·d²/2`; below it they fall by `v·d − v²·d²/2`), but what counts is weight or bytes, whichever
/// fills more of what users' transactions may.
pub struct FeesFollowFullness;

impl FeesFollowFullness {
	/// How full this block is by now.
	fn fullness() -> Multiplier {
		let weights = RuntimeBlockWeights::get();
		let most = weights.get(DispatchClass::Normal).max_total.unwrap_or(weights.max_block);
		let weight = System::block_weight().get(DispatchClass::Normal).min(most);
		let longest = *RuntimeBlockLength::get().max.get(DispatchClass::Normal);
		let length = System::block_size().min(longest);
		let part = |now: u64, most: u64| Multiplier::saturating_from_rational(now, most.max(1));
		part(weight.ref_time(), most.ref_time()).max(part(length.into(), longest.into()))
	}
}

impl Convert<Multiplier, Multiplier> for FeesFollowFullness {
	fn convert(previous: Multiplier) -> Multiplier {
		let previous = previous.max(Self::min());
		let (fullness, rise) = (Self::fullness(), Self::variability());
		let target: Multiplier = Self::target().into();
		let apart = if fullness > target { fullness - target } else { target - fullness };
		let first = rise.saturating_mul(apart);
		let second = first.saturating_mul(first) / Multiplier::from_u32(2);
		let next = if fullness >= target {
			previous.saturating_add(first.saturating_add(second).saturating_mul(previous))
		} else {
			previous.saturating_sub(first.saturating_sub(second).saturating_mul(previous))
		};
		next.clamp(Self::min(), Self::max())
	}
}

impl MultiplierUpdate for FeesFollowFullness {
	fn min() -> Multiplier {
		MinimumMultiplier::get()
	}

	fn max() -> Multiplier {
		MaximumMultiplier::get()
	}

	fn target() -> Perquintill {
		TargetFullness::get()
	}

	fn variability() -> Multiplier {
		FeeRise::get()
	}
}

impl pallet_transaction_payment::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type OnChargeTransaction = FungibleAdapter<Balances, configs::Fees>;
	type OperationalFeeMultiplier = ConstU8<5>;
	type WeightToFee = WeightToFee;
	type LengthToFee = LengthToFee;
	type FeeMultiplierUpdate = FeesFollowFullness;
	type WeightInfo = weights::pallet_transaction_payment::WeightInfo<Runtime>;
}
