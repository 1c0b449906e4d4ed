//! What this pallet needs of others. [`crate::pallet`] takes it in as if it stood there.

use frame_support::pallet_macros::pallet_section;

#[pallet_section]
mod config {
	#[pallet::config]
	pub trait Config: frame_system::Config<AccountId = AccountId32, Hash = H256> {
		/// The token that deposits and fees are paid in.
		type Currency: HoldMutate<AccountId32, Reason = Self::RuntimeHoldReason>
			+ Mutate<AccountId32>;
		/// The overarching reason for holding balance.
		type RuntimeHoldReason: From<HoldReason>;
		/// Networks.
		type Networks: InspectNetworks;
		/// The protocol's clock.
		type Epochs: InspectEpochs;
		/// Held for a device.
		type DeviceDeposit: Get<BalanceOf<Self>>;
		/// Held for a membership in a network whose makers vouch for devices.
		type VouchedDeposit: Get<BalanceOf<Self>>;
		/// Held for a membership in a network that takes any device. The larger of the two: it is
		/// what keeps devices that do not exist from being cheap.
		type OpenDeposit: Get<BalanceOf<Self>>;
		/// Held for a device's description.
		type DescriptionDeposit: Get<BalanceOf<Self>>;
		/// Held for each byte of an address, a name or a key in it.
		type DescriptionByteDeposit: Get<BalanceOf<Self>>;
		/// Burned for asserting a place.
		type PlaceFee: Get<BalanceOf<Self>>;
		/// Blocks that have to pass before a device changes hands again.
		#[pallet::constant]
		type TransferPause: Get<u32>;
		/// Weights.
		type WeightInfo: WeightInfo;
		/// What benchmarks need of networks.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: BenchmarkHelper;
	}

	/// Why balance is held.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// For a device and its memberships.
		#[codec(index = 0)]
		Device,
	}
}
