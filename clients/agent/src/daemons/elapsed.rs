//! How long an epoch has lasted, as a clock beside the chain goes on counting.

use std::time::{Duration, Instant};

/// A time that goes on, in slots.
#[derive(Clone, Copy, Debug)]
pub(super) struct Elapsed {
	before: Duration,
	at: Instant,
	slot: Duration,
}

impl Elapsed {
	/// From `before` on, now.
	pub(super) fn new(before: Duration, slot: Duration) -> Self {
		Self { before, at: Instant::now(), slot }
	}

	/// Slots, with the part of the present one.
	pub(super) fn exact(&self) -> f64 {
		(self.before + self.at.elapsed()).as_secs_f64() / self.slot.as_secs_f64().max(1e-3)
	}

	/// Slots that are over.
	pub(super) fn slots(&self) -> u64 {
		let elapsed = (self.before + self.at.elapsed()).as_millis() / self.slot.as_millis().max(1);
		u64::try_from(elapsed).unwrap_or(u64::MAX)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn slots_that_are_over_are_counted_whole() {
		let slots = |millis, slot| {
			Elapsed::new(Duration::from_millis(millis), Duration::from_millis(slot)).slots()
		};
		let day = 86_400_000;
		assert_eq!((slots(0, day), slots(day - 1, day) >= 1), (0, false));
		assert_eq!((slots(day, day), slots(5 * day, day)), (1, 5));
		let half = Elapsed::new(Duration::from_secs(500), Duration::from_secs(1_000)).exact();
		assert!((0.5..0.51).contains(&half), "{half}");
		assert_eq!(slots(u64::MAX, 0), u64::MAX);
	}
}
