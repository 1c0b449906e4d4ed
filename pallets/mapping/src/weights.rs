//! What this pallet asks of measured weights.

use frame_support::weights::Weight;

/// Weights of calls.
pub trait WeightInfo {
	/// [`crate::Call::mark`], of so many parents' tiles.
	fn mark(parents: u32) -> Weight;
	/// [`crate::Call::want`].
	fn want() -> Weight;
	/// [`crate::Call::clear`].
	fn clear() -> Weight;
}

/// For tests.
impl WeightInfo for () {
	fn mark(parents: u32) -> Weight {
		Weight::from_parts(1_000, 0)
			.saturating_add(Weight::from_parts(1, 0).saturating_mul(parents.into()))
	}

	fn want() -> Weight {
		Weight::from_parts(1, 0)
	}

	fn clear() -> Weight {
		Weight::from_parts(1, 0)
	}
}
