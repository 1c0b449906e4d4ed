//! The token and what transactions cost.

use crate::*;
use configs::parameters::{fees, FeeRise, TargetFullness, Within};
use constants::currency::{MILLI, STN};
use frame_support::{
	derive_impl,
	weights::{
		constants::ExtrinsicBaseWeight, WeightToFeeCoefficient, WeightToFeeCoefficients,
		WeightToFeePolynomial,
	},
};
use polkadot_sdk::{
	pallet_transaction_payment::{
		FungibleAdapter, Multiplier, OnChargeTransaction, TargetedFeeAdjustment, TxCreditHold,
	},
	sp_runtime::{
		traits::{DispatchInfoOf, PostDispatchInfoOf},
		transaction_validity::{InvalidTransaction, TransactionValidityError},
		Perbill,
	},
};

parameter_types! {
	pub const ExistentialDeposit: Balance = MILLI;
	/// Fees never fall below what they are on a quiet chain.
	pub MinimumMultiplier: Multiplier = Multiplier::from_u32(1);
	/// Nor rise without end: four days of full blocks reach it.
	pub MaximumMultiplier: Multiplier = Multiplier::from_u32(100_000);
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

/// The most that a tip may be in safe mode: what nobody may transfer then, a tip does not move either.
pub const SAFE_MODE_TIP: Balance = STN;

/// The code with which a transaction is refused in safe mode that tips more than [`SAFE_MODE_TIP`]: tip less.
pub const TIPS_TOO_MUCH: u8 = 64;

type Adapter = FungibleAdapter<Balances, configs::Fees>;

/// Charges fees and tips.
pub struct Charging;

impl Charging {
	fn check(tip: Balance) -> Result<(), TransactionValidityError> {
		if tip > SAFE_MODE_TIP && SafeMode::is_entered() {
			return Err(InvalidTransaction::Custom(TIPS_TOO_MUCH).into());
		}
		Ok(())
	}
}

impl TxCreditHold<Runtime> for Charging {
	type Credit = <Adapter as TxCreditHold<Runtime>>::Credit;
}

impl OnChargeTransaction<Runtime> for Charging {
	type Balance = Balance;
	type LiquidityInfo = <Adapter as OnChargeTransaction<Runtime>>::LiquidityInfo;

	fn withdraw_fee(
		who: &AccountId,
		call: &RuntimeCall,
		info: &DispatchInfoOf<RuntimeCall>,
		fee_with_tip: Balance,
		tip: Balance,
	) -> Result<Self::LiquidityInfo, TransactionValidityError> {
		Self::check(tip)?;
		<Adapter as OnChargeTransaction<Runtime>>::withdraw_fee(who, call, info, fee_with_tip, tip)
	}

	fn can_withdraw_fee(
		who: &AccountId,
		call: &RuntimeCall,
		info: &DispatchInfoOf<RuntimeCall>,
		fee_with_tip: Balance,
		tip: Balance,
	) -> Result<(), TransactionValidityError> {
		Self::check(tip)?;
		<Adapter as OnChargeTransaction<Runtime>>::can_withdraw_fee(
			who,
			call,
			info,
			fee_with_tip,
			tip,
		)
	}

	fn correct_and_deposit_fee(
		who: &AccountId,
		info: &DispatchInfoOf<RuntimeCall>,
		post_info: &PostDispatchInfoOf<RuntimeCall>,
		corrected_fee_with_tip: Balance,
		tip: Balance,
		liquidity_info: Self::LiquidityInfo,
	) -> Result<(), TransactionValidityError> {
		<Adapter as OnChargeTransaction<Runtime>>::correct_and_deposit_fee(
			who,
			info,
			post_info,
			corrected_fee_with_tip,
			tip,
			liquidity_info,
		)
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn endow_account(who: &AccountId, amount: Balance) {
		<Adapter as OnChargeTransaction<Runtime>>::endow_account(who, amount);
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn minimum_balance() -> Balance {
		<Adapter as OnChargeTransaction<Runtime>>::minimum_balance()
	}
}

impl pallet_transaction_payment::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type OnChargeTransaction = Charging;
	type OperationalFeeMultiplier = ConstU8<5>;
	type WeightToFee = WeightToFee;
	type LengthToFee = frame_support::weights::ConstantMultiplier<
		Balance,
		Within<0, MILLI, fees::TransactionByte>,
	>;
	type FeeMultiplierUpdate =
		TargetedFeeAdjustment<Self, TargetFullness, FeeRise, MinimumMultiplier, MaximumMultiplier>;
	type WeightInfo = weights::pallet_transaction_payment::WeightInfo<Runtime>;
}
