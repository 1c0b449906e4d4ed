//! What this pallet asks of measured weights.

use frame_support::weights::Weight;

/// Weights of calls.
pub trait WeightInfo {
	/// [`crate::Call::offer`].
	fn offer() -> Weight;
	/// [`crate::Call::withdraw_offer`].
	fn withdraw_offer() -> Weight;
	/// [`crate::Call::open`].
	fn open() -> Weight;
	/// [`crate::Call::fund`].
	fn fund() -> Weight;
	/// [`crate::Call::settle`], units.
	fn settle_units() -> Weight;
	/// [`crate::Call::settle`], time.
	fn settle_time() -> Weight;
	/// [`crate::Call::close`].
	fn close() -> Weight;
	/// [`crate::Call::finish`].
	fn finish() -> Weight;
	/// [`crate::Call::set_division`].
	fn set_division() -> Weight;
}

/// For tests.
impl WeightInfo for () {
	fn offer() -> Weight {
		Weight::from_parts(1, 0)
	}

	fn withdraw_offer() -> Weight {
		Weight::from_parts(1, 0)
	}

	fn open() -> Weight {
		Weight::from_parts(1, 0)
	}

	fn fund() -> Weight {
		Weight::from_parts(1, 0)
	}

	fn settle_units() -> Weight {
		Weight::from_parts(1, 0)
	}

	fn settle_time() -> Weight {
		Weight::from_parts(1, 0)
	}

	fn close() -> Weight {
		Weight::from_parts(1, 0)
	}

	fn finish() -> Weight {
		Weight::from_parts(1, 0)
	}

	fn set_division() -> Weight {
		Weight::from_parts(1, 0)
	}
}
