//! What this pallet asks of measured weights.

use frame_support::weights::Weight;

/// Weights of calls and steps.
pub trait WeightInfo {
	/// [`crate::Call::buy`].
	fn buy() -> Weight;
	/// [`crate::Call::buy_exact`].
	fn buy_exact() -> Weight;
	/// [`crate::Call::set_feeders`].
	fn set_feeders() -> Weight;
	/// [`crate::Call::stop`].
	fn stop() -> Weight;
	/// [`crate::Call::resume`].
	fn resume() -> Weight;
	/// Taking what one feeder says where all others and root have said theirs.
	fn feed() -> Weight;
}

/// For tests.
impl WeightInfo for () {
	fn buy() -> Weight {
		Weight::from_parts(1, 0)
	}

	fn buy_exact() -> Weight {
		Weight::from_parts(1, 0)
	}

	fn set_feeders() -> Weight {
		Weight::from_parts(1, 0)
	}

	fn stop() -> Weight {
		Weight::from_parts(1, 0)
	}

	fn resume() -> Weight {
		Weight::from_parts(1, 0)
	}

	fn feed() -> Weight {
		Weight::from_parts(1, 0)
	}
}
