//! What this pallet asks of measured weights.

use frame_support::weights::Weight;

/// Weights of calls and steps.
pub trait WeightInfo {
	/// [`crate::Call::set_route`].
	fn set_route() -> Weight;
	/// [`crate::Call::award`] with `m` milestones.
	fn award(m: u32) -> Weight;
	/// [`crate::Call::release`].
	fn release() -> Weight;
	/// [`crate::Call::release_by_work`].
	fn release_by_work() -> Weight;
	/// [`crate::Call::draw`].
	fn draw() -> Weight;
	/// [`crate::Call::cancel`].
	fn cancel() -> Weight;
	/// [`crate::Call::post_bounty`].
	fn post_bounty() -> Weight;
	/// [`crate::Call::end_bounty`].
	fn end_bounty() -> Weight;
	/// Paying for a device's service out of `b` bounties.
	fn note_service(b: u32) -> Weight;
	/// Counting what one account was paid for work.
	fn note_work() -> Weight;
	/// Beginning a round, or giving one network its part.
	fn round_step() -> Weight;
}

/// For tests.
impl WeightInfo for () {
	fn set_route() -> Weight {
		Weight::from_parts(1, 0)
	}

	fn award(_: u32) -> Weight {
		Weight::from_parts(1, 0)
	}

	fn release() -> Weight {
		Weight::from_parts(1, 0)
	}

	fn release_by_work() -> Weight {
		Weight::from_parts(1, 0)
	}

	fn draw() -> Weight {
		Weight::from_parts(1, 0)
	}

	fn cancel() -> Weight {
		Weight::from_parts(1, 0)
	}

	fn post_bounty() -> Weight {
		Weight::from_parts(1, 0)
	}

	fn end_bounty() -> Weight {
		Weight::from_parts(1, 0)
	}

	fn note_service(_: u32) -> Weight {
		Weight::from_parts(1, 0)
	}

	fn note_work() -> Weight {
		Weight::from_parts(1, 0)
	}

	fn round_step() -> Weight {
		Weight::from_parts(1, 0)
	}
}
