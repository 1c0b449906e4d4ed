//! What this pallet asks of others.

use crate::Balance;

/// Who else holds credits.
pub trait InspectHeld {
	/// What the credits cost that are held outside of purses, in planck. It may read all of them: only checks ask.
	fn cost() -> Balance;
}

impl InspectHeld for () {
	fn cost() -> Balance {
		0
	}
}

/// What benchmarks need of who takes what feeders say.
#[cfg(feature = "runtime-benchmarks")]
pub trait BenchmarkHelper {
	/// Takes what a feeder says, or root.
	fn feed(feeder: Option<crate::AccountId32>, price: crate::Price);
}
