//! What this pallet asks of measured weights.

use frame_support::weights::Weight;

/// Weights of calls and steps.
pub trait WeightInfo {
	/// [`crate::Call::enlist`].
	fn enlist() -> Weight;
	/// [`crate::Call::withdraw`].
	fn withdraw() -> Weight;
	/// [`crate::Call::stand`].
	fn stand() -> Weight;
	/// [`crate::Call::stand_down`].
	fn stand_down() -> Weight;
	/// [`crate::Call::revise`].
	fn revise() -> Weight;
	/// [`crate::Call::set_founders`].
	fn set_founders() -> Weight;
	/// Counting what one account was paid.
	fn note_paid() -> Weight;
	/// Seating the council.
	fn seat() -> Weight;
	/// Choosing what the public votes on next.
	fn put_forward() -> Weight;
}

/// For tests.
impl WeightInfo for () {
	fn enlist() -> Weight {
		Weight::from_parts(1, 0)
	}

	fn withdraw() -> Weight {
		Weight::from_parts(1, 0)
	}

	fn stand() -> Weight {
		Weight::from_parts(1, 0)
	}

	fn stand_down() -> Weight {
		Weight::from_parts(1, 0)
	}

	fn revise() -> Weight {
		Weight::from_parts(1, 0)
	}

	fn set_founders() -> Weight {
		Weight::from_parts(1, 0)
	}

	fn note_paid() -> Weight {
		Weight::from_parts(1, 0)
	}

	fn seat() -> Weight {
		Weight::from_parts(1, 0)
	}

	fn put_forward() -> Weight {
		Weight::from_parts(1, 0)
	}
}
