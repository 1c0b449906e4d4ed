//! What this pallet tells. [`crate::pallet`] takes it in as if it stood there.

use frame_support::pallet_macros::pallet_section;

#[pallet_section]
mod events {
	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A network was created.
		Created {
			/// Its number.
			network: NetworkId,
			/// Its owner.
			owner: AccountId32,
			/// What it pays for.
			terms: TermsOf<T>,
		},
		/// A network's terms will change.
		TermsSet {
			/// Which network's.
			network: NetworkId,
			/// From which epoch on they count.
			from: EpochIndex,
			/// To what.
			terms: TermsOf<T>,
		},
		/// A network takes no reports from this epoch on, for good.
		Retired {
			/// Which.
			network: NetworkId,
			/// From when.
			from: EpochIndex,
		},
		/// A retired network's row was removed and its deposit given back.
		Removed {
			/// Which.
			network: NetworkId,
		},
		/// Somebody may take a network over, or nobody may any more.
		Offered {
			/// Which.
			network: NetworkId,
			/// Who may.
			to: Option<AccountId32>,
			/// Whether governance offers it.
			by_governance: bool,
		},
		/// A network has another owner.
		Transferred {
			/// Which.
			network: NetworkId,
			/// Whose it was.
			from: AccountId32,
			/// Whose it is.
			to: AccountId32,
			/// Whether it was to be retired, and is not any more.
			kept: bool,
		},
		/// Something else is said of a network.
		ProfileSet {
			/// Of which network.
			network: NetworkId,
			/// What; nothing any more if none.
			profile: Option<Profile>,
		},
		/// A network's weight in issuance will change.
		WeightSet {
			/// Which network's.
			network: NetworkId,
			/// From which epoch on it counts.
			from: EpochIndex,
			/// To what.
			weight: u32,
		},
		/// A maker was licensed.
		MakerLicensed {
			/// In which network.
			network: NetworkId,
			/// Who.
			maker: AccountId32,
			/// For how many devices.
			quota: u32,
		},
		/// A maker has posted its key and bond, and may vouch.
		MakerReady {
			/// In which network.
			network: NetworkId,
			/// Who.
			maker: AccountId32,
			/// The key that signs its vouchers.
			key: ReportKey,
		},
		/// A maker's licence has ended; it vouches for nothing more.
		MakerEnded {
			/// In which network.
			network: NetworkId,
			/// Whose.
			maker: AccountId32,
			/// From which epoch on its bond is free.
			free_at: EpochIndex,
		},
		/// A maker's row was removed, deposit and bond given back.
		MakerRemoved {
			/// In which network.
			network: NetworkId,
			/// Whose.
			maker: AccountId32,
		},
	}
}
