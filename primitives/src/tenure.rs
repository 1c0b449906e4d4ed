//! Since when a device is whose it is.

use codec::{Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// Since when a device is whose it is, in numbers of blocks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Tenure {
	/// The block in which it was registered: one that was retired may be registered anew.
	pub registered_at: u32,
	/// How often it has changed hands since.
	pub transfers: u32,
	/// The block in which it did last; 0 if it never has.
	pub transferred_at: u32,
}
