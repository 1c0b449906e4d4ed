//! What this pallet refuses. [`crate::pallet`] takes it in as if it stood there.

use frame_support::pallet_macros::pallet_section;

#[pallet_section]
mod errors {
	#[pallet::error]
	pub enum Error<T> {
		/// There is no such device. Register it first.
		NotFound,
		/// Only the device's owner may do this.
		NotOwner,
		/// The device is registered already.
		AlreadyRegistered,
		/// This release does not verify keys of this scheme. Use Ed25519 or Sr25519.
		UnsupportedKey,
		/// The device's signature has expired. Have it sign again.
		ProofExpired,
		/// The device has not signed this.
		BadProof,
		/// The network does not exist or takes no members.
		NetworkClosed,
		/// The device has a seat in this network.
		AlreadyMember,
		/// The device has no seat in this network.
		NotMember,
		/// The device is in as many networks as it may.
		TooManyNetworks,
		/// The fact was changed too often of late. Wait until its older values cannot be asked for.
		TooManyChanges,
		/// Claims for the membership's last epoch have not ended.
		StillClaimable,
		/// The point is not on Earth.
		PlaceOutOfRange,
		/// The cell does not hold the point. Take the H3 cell at resolution 12.
		WrongCell,
		/// A data set has at least one piece.
		EmptyDataSet,
		/// The hardware key has not certified this key, or for another rotation or owner.
		BadCertificate,
		/// The device was not offered to the caller.
		NotOffered,
		/// The device has memberships. Leave, and remove them once claims have ended.
		HasMemberships,
		/// The cell is not empty, or was not long enough ago.
		CellInUse,
		/// The device sits in no chair: its network has none, or it has said no place.
		NoChair,
		/// Only a chair before the device's own can be taken.
		ChairNotBefore,
		/// Somebody sits in that chair. Ask the view function `free_chair` for another.
		ChairTaken,
		/// The other device does not sit behind this one, in the same cell.
		NotBehind,
		/// The other device was not paid for what it has done there, as far as claims have ended: nobody may have been.
		NotPaid,
		/// The device was paid in the last 272 epochs, or too few of them are over for claims.
		NotIdle,
		/// Somebody sits in the chair, or has risen from it a short time ago.
		ChairInUse,
		/// An address begins with http:// or https://, another name with its scheme, and both have no characters but those of a
		/// URI. Write it anew.
		BadAddress,
		/// The device has changed hands a moment ago. Accept it when `Devices.TransferPause` blocks have passed since.
		JustTransferred,
	}
}
