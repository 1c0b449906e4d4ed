//! The token and what transactions cost.

use crate::*;
use configs::parameters::{fees, FeeRise, TargetFullness, Within};
use constants::currency::{deposit, MILLI};
use frame_support::{
	derive_impl,
	weights::{
		constants::ExtrinsicBaseWeight, WeightToFeeCoefficient, WeightToFeeCoefficients,
		WeightToFeePolynomial,
	},
};
use polkadot_sdk::{
	pallet_transaction_payment::{FungibleAdapter, Multiplier, TargetedFeeAdjustment},
	sp_runtime::Perbill,
};

/// What a row of as many bytes as an account takes costs anybody else.
pub(crate) const EXISTENTIAL_DEPOSIT: Balance = deposit(1, 130);

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

impl pallet_transaction_payment::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type OnChargeTransaction = FungibleAdapter<Balances, configs::Fees>;
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
