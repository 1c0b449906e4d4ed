//! What this pallet tells. [`crate::pallet`] takes it in as if it stood there.

use frame_support::pallet_macros::pallet_section;

#[pallet_section]
mod events {
	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// Something is offered.
		Offered {
			/// In which network.
			network: NetworkId,
			/// The offer's number.
			offer: OfferId,
			/// By whom.
			provider: AccountId32,
		},
		/// An offer was taken back. Agreements about it go on.
		OfferWithdrawn {
			/// In which network.
			network: NetworkId,
			/// Which.
			offer: OfferId,
		},
		/// An offer was taken.
		Opened {
			/// The agreement's number.
			agreement: AgreementId,
			/// Which offer; none of what another part of the chain has opened.
			offer: Option<OfferId>,
			/// By whom.
			buyer: AccountId32,
			/// Who serves.
			provider: AccountId32,
			/// In which network.
			network: NetworkId,
			/// Credits that are there to pay with.
			credits: CreditBalance,
			/// What was burned for them, in planck.
			cost: Balance,
		},
		/// Credits were put into an agreement.
		Funded {
			/// Which.
			agreement: AgreementId,
			/// By whom.
			who: AccountId32,
			/// How many.
			credits: CreditBalance,
		},
		/// Something was paid.
		Settled {
			/// By which agreement.
			agreement: AgreementId,
			/// Units, blocks, or reports of a deal; none for what is paid at once, or for a job.
			units: u64,
			/// What they cost.
			credits: CreditBalance,
			/// What was burned for those, in planck.
			cost: Balance,
			/// What of it was made again for the provider.
			seller: Balance,
			/// What of it was made again for the network.
			network: Balance,
		},
		/// A job was delivered.
		Delivered {
			/// By which agreement.
			agreement: AgreementId,
			/// Hash of what was delivered.
			result: H256,
			/// The first block in which it is too late to say something against it.
			until: Block,
		},
		/// A buyer is not content with a job.
		Disputed {
			/// By which agreement.
			agreement: AgreementId,
			/// Hash of what it has against it.
			document: H256,
			/// The first block in which it is too late to decide.
			until: Block,
		},
		/// A side has proposed what part of a job's price is paid.
		Proposed {
			/// By which agreement.
			agreement: AgreementId,
			/// Who.
			who: AccountId32,
			/// The provider's part of the price.
			share: Permill,
		},
		/// It was decided what part of a job's price is paid: by its arbiter, by both sides, or by nobody in time.
		Ruled {
			/// By which agreement.
			agreement: AgreementId,
			/// The provider's part of the price, once the arbiter's is off.
			share: Permill,
			/// What the arbiter's word has cost, in credits: nothing if it has said none.
			fee: CreditBalance,
			/// What was burned for those, in planck.
			cost: Balance,
			/// What of it was made again for the arbiter.
			paid: Balance,
			/// What of it was made again for the network.
			network: Balance,
		},
		/// A deal was broken, and a part of the provider's collateral is the buyer's.
		Compensated {
			/// By which agreement.
			agreement: AgreementId,
			/// How much, in planck.
			amount: Balance,
		},
		/// An agreement ends.
		Closing {
			/// Which.
			agreement: AgreementId,
			/// In which block.
			at: Block,
		},
		/// An agreement has ended, and its rows are gone.
		Finished {
			/// Which.
			agreement: AgreementId,
			/// Why.
			reason: Reason,
			/// Credits that came back to the buyer.
			refunded: CreditBalance,
			/// What was burned for those, in planck.
			cost: Balance,
		},
		/// A payer has spent credits for what it owes hosts.
		Billed {
			/// In which network.
			network: NetworkId,
			/// Who.
			payer: AccountId32,
			/// For which epoch.
			epoch: EpochIndex,
			/// How many credits.
			credits: CreditBalance,
			/// What was burned for those, in planck.
			cost: Balance,
		},
		/// A host was paid what a bill owes it.
		Collected {
			/// In which network.
			network: NetworkId,
			/// Whose bill.
			payer: AccountId32,
			/// For which epoch.
			epoch: EpochIndex,
			/// The device.
			device: DeviceId,
			/// Who owns it, and was paid.
			owner: AccountId32,
			/// What, in planck.
			amount: Balance,
		},
		/// A bill is gone. What was not collected stays burned.
		BillCleared {
			/// In which network.
			network: NetworkId,
			/// Whose.
			payer: AccountId32,
			/// For which epoch.
			epoch: EpochIndex,
		},
		/// What stays burned of sales of a device's service is counted from now on.
		CountingBegun {
			/// In which network.
			network: NetworkId,
			/// Which device.
			device: DeviceId,
			/// Who pays for it.
			payer: AccountId32,
		},
		/// It is not counted any more.
		CountingEnded {
			/// In which network.
			network: NetworkId,
			/// Which device.
			device: DeviceId,
		},
		/// A network's sales are divided otherwise, in agreements that are opened from now on.
		DivisionSet {
			/// Which network's.
			network: NetworkId,
			/// How.
			division: Division,
		},
	}
}
