//! What this pallet needs of others. [`crate::pallet`] takes it in as if it stood there.

use frame_support::pallet_macros::pallet_section;

#[pallet_section]
mod config {
	/// Why something is held.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// An offer's row.
		#[codec(index = 0)]
		Offer,
		/// An agreement's rows.
		#[codec(index = 1)]
		Agreement,
		/// What a provider loses if it breaks a deal.
		#[codec(index = 2)]
		Collateral,
		/// A bill's rows.
		#[codec(index = 3)]
		Bill,
		/// The row in which a device's sales are counted.
		#[codec(index = 4)]
		Sold,
	}

	#[pallet::config]
	pub trait Config: frame_system::Config<AccountId = AccountId32> {
		/// The token.
		type Currency: Mutate<AccountId32, Balance = Balance>
			+ Balanced<AccountId32>
			+ HoldMutate<AccountId32, Reason = Self::RuntimeHoldReason>;
		/// What holds are named by.
		type RuntimeHoldReason: From<HoldReason>;
		/// The protocol's clock.
		type Epochs: InspectEpochs;
		/// Credits.
		type Purses: Purses;
		/// Networks.
		type Networks: InspectNetworks;
		/// Devices.
		type Devices: InspectDevices;
		/// Who gets networks' parts.
		type Sales: TakeSales<CreditOf<Self>>;
		/// Whether receipts are refused now.
		type ReceiptsStopped: Get<bool>;
		/// The shortest notice, in blocks.
		type MinNotice: Get<Block>;
		/// The longest notice, in blocks.
		#[pallet::constant]
		type MaxNotice: Get<Block>;
		/// The least that an agreement is opened with, in credits.
		type Least: Get<CreditBalance>;
		/// What an offer's row costs while it is there.
		type OfferDeposit: Get<Balance>;
		/// What an agreement's rows cost the buyer while they are there.
		type AgreementDeposit: Get<Balance>;
		/// What one more row costs the buyer, by which claims find a deal, or an arbiter a job.
		type IndexDeposit: Get<Balance>;
		/// What a bill's rows cost while they are there, but for a bit for each of its leaves.
		type BillDeposit: Get<Balance>;
		/// What eight of these cost.
		type BillByteDeposit: Get<Balance>;
		/// What the row costs in which a device's sales are counted.
		type SoldDeposit: Get<Balance>;
		/// Blocks within which an arbiter decides.
		type ArbiterTime: Get<Block>;
		/// What is burned for the row of a provider's record, which stays.
		#[pallet::constant]
		type RecordFee: Get<Balance>;
		/// Weights.
		type WeightInfo: WeightInfo;
	}
}
