//! Where income goes, and how it is spent.

use crate::*;
use configs::parameters::{bounties, Deposit, Within};
use constants::time::DAYS;
use frame_support::{
	traits::{
		fungible::{Balanced, Credit},
		tokens::{pay::PayFromAccount, UnityAssetBalanceConversion},
		Imbalance, OnUnbalanced,
	},
	PalletId,
};
use frame_system::{EnsureRoot, EnsureRootWithSuccess};
use pallet_network_treasury::{Cell, Source};
use polkadot_sdk::sp_runtime::{traits::IdentityLookup, Percent};
use substation_primitives::{EpochIndex, NetworkId};

parameter_types! {
	pub const TreasuryId: PalletId = PalletId(*b"stn/trsy");
	pub const NetworkTreasuryId: PalletId = PalletId(*b"stn/ntrs");
	pub const SpendLimit: Balance = Balance::MAX;
	pub TreasuryAccount: AccountId = Treasury::account_id();
	/// A day.
	pub const RoundLength: EpochIndex = configs::EPOCHS_A_DAY;
}

// Nothing is burned: what is not spent waits.
impl pallet_treasury::Config for Runtime {
	type Currency = Balances;
	type RejectOrigin = EnsureRoot<AccountId>;
	type RuntimeEvent = RuntimeEvent;
	type SpendPeriod = ConstU32<DAYS>;
	type Burn = ();
	type PalletId = TreasuryId;
	type BurnDestination = ();
	type WeightInfo = pallet_treasury::weights::SubstrateWeight<Runtime>;
	type SpendFunds = ();
	type MaxApprovals = ConstU32<100>;
	type SpendOrigin = EnsureRootWithSuccess<AccountId, SpendLimit>;
	type AssetKind = ();
	type Beneficiary = AccountId;
	type BeneficiaryLookup = IdentityLookup<AccountId>;
	type Paymaster = PayFromAccount<Balances, TreasuryAccount>;
	type BalanceConverter = UnityAssetBalanceConversion;
	type PayoutPeriod = ConstU32<{ 30 * DAYS }>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = ();
	type BlockNumberProvider = System;
}

impl pallet_network_treasury::Config for Runtime {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Epochs = configs::Clock;
	type Networks = FundedNetworks;
	type RouteOrigin = EnsureRoot<AccountId>;
	type GrantOrigin = EnsureRoot<AccountId>;
	type CommonFund = TreasuryAccount;
	type PalletId = NetworkTreasuryId;
	type RoundLength = RoundLength;
	type MaxMilestones = ConstU32<16>;
	type MaxBounties = ConstU32<2>;
	type MinPrice = bounties::Price;
	type MinRate = bounties::Rate;
	type BountyDeposit = Deposit<1, 160>;
	type MaxTerm = Within<2, { (366 * configs::EPOCHS_A_DAY) as u128 }, bounties::Term>;
	type WeightInfo = weights::pallet_network_treasury::WeightInfo<Runtime>;
}

/// Networks, as their treasury sees them.
pub struct FundedNetworks;

impl pallet_network_treasury::InspectNetworks for FundedNetworks {
	fn count() -> NetworkId {
		pallet_networks::NextNetworkId::<Runtime>::get()
	}

	fn weight(network: NetworkId, epoch: EpochIndex) -> (u32, u64) {
		Networks::weight_at(network, epoch)
	}

	fn is_open(network: NetworkId) -> bool {
		Networks::takes_members(network)
	}

	fn fund(network: NetworkId) -> AccountId {
		Networks::fund(network)
	}

	fn counts_in(network: NetworkId, cell: Cell) -> bool {
		Devices::counts_in(network, cell)
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn network_with_cell() -> (NetworkId, Cell) {
		crate::benchmarks::network_with_cell()
	}
}

/// What is issued for nobody's work, and what is slashed, as income.
pub struct Income;

impl pallet_emission::TakeIncome<Credit<AccountId, Balances>> for Income {
	fn issued(share: Credit<AccountId, Balances>) {
		NetworkTreasury::take(Source::Issuance, None, share);
	}

	fn expired(network: NetworkId, rest: Credit<AccountId, Balances>) {
		NetworkTreasury::take(Source::Claims, Some(network), rest);
	}
}

impl OnUnbalanced<Credit<AccountId, Balances>> for Income {
	fn on_nonzero_unbalanced(slashed: Credit<AccountId, Balances>) {
		NetworkTreasury::take(Source::Slashes, None, slashed);
	}
}

impl OnUnbalanced<pallet_balances::NegativeImbalance<Runtime>> for Income {
	fn on_nonzero_unbalanced(forfeited: pallet_balances::NegativeImbalance<Runtime>) {
		let amount = forfeited.peek();
		// The same amount under the newer name.
		drop(forfeited);
		NetworkTreasury::take(Source::Slashes, None, Balances::issue(amount));
	}
}

/// The part of fees that the block's author gets, so that a full block is worth more than an empty one.
pub const AUTHOR_FEES: Percent = Percent::from_percent(20);

/// A fifth of a fee is the block author's, rounded down, the rest is income. A tip is the author's; in safe mode, when money
/// moves to nobody, it is income too.
pub struct Fees;

impl OnUnbalanced<Credit<AccountId, Balances>> for Fees {
	fn on_unbalanceds(mut parts: impl Iterator<Item = Credit<AccountId, Balances>>) {
		let author = Authorship::author();
		if let Some(fee) = parts.next() {
			let part = author.as_ref().map_or(0, |_| AUTHOR_FEES.mul_floor(fee.peek()));
			let (for_author, income) = fee.split(part);
			NetworkTreasury::take(Source::Fees, None, income);
			pay(&author, for_author);
		}
		if let Some(tip) = parts.next() {
			if SafeMode::is_entered() {
				NetworkTreasury::take(Source::Fees, None, tip);
			} else {
				pay(&author, tip);
			}
		}
	}
}

/// Pays an author, if there is one and it can have so little.
fn pay(author: &Option<AccountId>, amount: Credit<AccountId, Balances>) {
	if let Some(author) = author {
		if let Err(rest) = Balances::resolve(author, amount) {
			NetworkTreasury::take(Source::Fees, None, rest);
		}
	}
}
