//! What this pallet refuses. [`crate::pallet`] takes it in as if it stood there.

use frame_support::pallet_macros::pallet_section;

#[pallet_section]
mod errors {
	#[pallet::error]
	pub enum Error<T> {
		/// The account is registered already. `set_capacity` changes what it asks for, `rotate_publisher` its key.
		AlreadyRegistered,
		/// Another aggregator uses this publisher key. Make a new one.
		PublisherInUse,
		/// The publisher key has not signed that this account may use it. Sign again, with that key,
		/// for this account and this chain.
		BadProof,
		/// The account is no aggregator. Register it first.
		NotAggregator,
		/// No account may have so large a share: a fifth of the work of an epoch, or of nodes' stores. Ask for no more than
		/// the view function `capacity` tells.
		TooLargeAShare,
		/// The quota is below what the smallest batch spends. Ask for at least 256 units, and for at least what the
		/// view function `epoch_clock` tells.
		QuotaTooSmall,
		/// The allowance holds no body. Ask for at least one byte.
		AllowanceTooSmall,
		/// Leaving was announced already.
		AlreadyLeaving,
		/// Leaving was not announced. Announce it first.
		NotLeaving,
		/// The windows of the last commitment are not over. Wait until the epoch that the
		/// announcement named.
		StillBound,
		/// The parameters contradict each other or leave their bounds.
		UnsoundParameters,
		/// Parameters were changed too often of late. Wait an epoch.
		TooManyChanges,
		/// There is no such batch, or its claims have ended.
		NotFound,
		/// The batch was not settled.
		NotSettled,
		/// The epoch is not frozen: totals may still change. Wait for its freeze.
		NotFrozen,
		/// Claims for this epoch have ended.
		ClaimsEnded,
		/// The batch declared too little and pays nobody.
		PaysNothing,
		/// The element is not the one that the batch was settled with.
		WrongElement,
		/// The leaves are not those that the element stands for.
		WrongLeaves,
		/// A name has 1 to 32 bytes of UTF-8 that can be shown in a line; an address is one of HTTP, where the aggregator is reached
		/// with nothing behind host and port; the part is no more than a million millionths.
		BadProfile,
		/// The call is not valid now. It was accepted by nobody's pool.
		NotAuthorized,
	}
}
