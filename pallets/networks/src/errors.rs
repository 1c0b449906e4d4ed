//! What this pallet refuses. [`crate::pallet`] takes it in as if it stood there.

use frame_support::pallet_macros::pallet_section;

#[pallet_section]
mod errors {
	#[pallet::error]
	pub enum Error<T> {
		/// There is no such network. Look its number up.
		NotFound,
		/// Only the network's owner may do this.
		NotOwner,
		/// A value of the policy is out of its range.
		UnsoundPolicy,
		/// Who buys of his own device would be paid more than what stays burned of it. Raise what the policy wants burned, or
		/// lower the rate cap.
		PaysForWashing,
		/// Use counts in the epoch in which it is paid for, and there is a report for some epochs only: let members report for each, or
		/// pay for presence alone. In mapping, the cadence is the policy's span: periods follow each other.
		UseNotCounted,
		/// The policy is of another kind, counts devices in other cells, or, in mapping, is about other periods. Create another network.
		OtherKind,
		/// The cadence is not between 1 and 24 epochs.
		CadenceOutOfRange,
		/// The rate cap is zero or above the highest that is allowed.
		RateCapOutOfRange,
		/// Terms were changed too often of late. Wait until older terms cannot be asked for any
		/// more.
		TooManyChanges,
		/// The network was retired: it cannot change any more, nor get a share of issuance.
		AlreadyRetired,
		/// The network is not retired, or claims for its last epoch, or for one before it, have not
		/// ended.
		StillInUse,
		/// The network has makers. End and remove their licences first.
		HasMakers,
		/// Devices have rows in the network. Their owners have to remove them first.
		HasMembers,
		/// The maker is licensed already.
		AlreadyLicensed,
		/// The maker is not licensed. Ask the network's owner.
		NotLicensed,
		/// The maker has posted a key already.
		KeyPosted,
		/// The quota is zero or spent. Remove a device from the network, or license another maker.
		NoQuota,
		/// The licence has ended.
		LicenceEnded,
		/// The licence has not ended, or its bond is not free yet.
		StillLicensed,
		/// The maker has no key that could have signed this, or did not sign it.
		BadVoucher,
		/// As many networks were created as there are numbers.
		NumbersExhausted,
		/// The network has a weight in issuance, which was voted for its terms: its owner may close it, open it again and
		/// lower the rate cap. Have a referendum change the rest, or take the weight away first.
		Weighted,
		/// The network's terms are not those that this was voted for. Look at them, and name the hash of what they are now.
		OtherTerms,
		/// A name has 1 to 32 bytes of UTF-8 that can be shown in a line, and an address is one of HTTP.
		BadProfile,
		/// The network is not offered to this account.
		NotOffered,
		/// Governance offers the network, and only governance takes that back.
		OfferedByGovernance,
	}
}
