//! What this pallet asks of measured weights.

use frame_support::weights::Weight;

/// Weights of calls.
pub trait WeightInfo {
	/// [`crate::Call::grant`].
	fn grant() -> Weight;
	/// [`crate::Call::set_tariffs`].
	fn set_tariffs() -> Weight;
	/// [`crate::Call::buy`].
	fn buy() -> Weight;
	/// [`crate::Call::revoke`].
	fn revoke() -> Weight;
	/// [`crate::Call::clear`].
	fn clear() -> Weight;
	/// [`crate::Call::clear_tariffs`].
	fn clear_tariffs() -> Weight;
}

/// For tests.
impl WeightInfo for () {
	fn grant() -> Weight {
		Weight::from_parts(1, 0)
	}

	fn set_tariffs() -> Weight {
		Weight::from_parts(1, 0)
	}

	fn buy() -> Weight {
		Weight::from_parts(1, 0)
	}

	fn revoke() -> Weight {
		Weight::from_parts(1, 0)
	}

	fn clear() -> Weight {
		Weight::from_parts(1, 0)
	}

	fn clear_tariffs() -> Weight {
		Weight::from_parts(1, 0)
	}
}
