//! The course of a reporting time: which part of it is when, so that all is exchanged before its last epoch is over.

/// In which of so many parts of `all` slots the slot after `elapsed` others is; none after the last.
pub fn part_of(elapsed: u64, all: u64, parts: u8) -> Option<u32> {
	(elapsed < all).then(|| (elapsed * u64::from(parts) / all.max(1)) as u32)
}

/// A reporting time: so many epochs, of which the last is the one that is reported for. All but the last quarter of that one is for what is
/// reported; then there is time to talk about it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Course {
	nominal_slots: u64,
	cadence: u64,
}

impl Course {
	/// The time of `cadence` epochs of so many slots each.
	pub fn new(nominal_slots: u32, cadence: u16) -> Self {
		Self { nominal_slots: nominal_slots.into(), cadence: cadence.max(1).into() }
	}

	/// Slots of which something is reported.
	pub fn reported(&self) -> u64 {
		(self.cadence - 1) * self.nominal_slots + self.nominal_slots * 3 / 4
	}

	/// The part, from 0, in which the slot after `elapsed` others is; none once all are over.
	pub fn part(&self, elapsed: u64, parts: u8) -> Option<u32> {
		part_of(elapsed, self.reported(), parts)
	}

	/// So many fifths of the last quarter after what is reported is over.
	fn after(&self, fifths: u64) -> u64 {
		self.reported() + (self.nominal_slots * fifths).div_ceil(20)
	}

	/// Slots after which seals are late: half as long after the last slot as until anybody shows anything, for clocks are apart.
	pub fn settles(&self) -> u64 {
		self.reported() + self.nominal_slots.div_ceil(40)
	}

	/// Slots of one step of the talk.
	pub fn step(&self) -> u64 {
		self.nominal_slots.div_ceil(20).max(1)
	}

	/// Slots after which everybody has sealed, and shows what it has measured.
	pub fn shows(&self) -> u64 {
		self.after(1)
	}

	/// Slots after which everybody has shown, and testifies.
	pub fn testifies(&self) -> u64 {
		self.after(2)
	}

	/// Slots after which nobody waits for further words.
	pub fn reports(&self) -> u64 {
		self.after(3)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_short_epoch_leaves_a_slot_for_each_step() {
		let course = Course::new(20, 1);
		assert_eq!(course.reported(), 15);
		assert_eq!([course.shows(), course.testifies(), course.reports()], [16, 17, 18]);
		let parts: Vec<_> = (0..16).map(|elapsed| course.part(elapsed, 8)).collect();
		assert_eq!(parts[..4], [Some(0), Some(0), Some(1), Some(1)]);
		assert_eq!((parts[14], parts[15]), (Some(7), None));
	}

	#[test]
	fn a_day_is_sampled_until_its_last_quarter_of_an_hour() {
		let course = Course::new(600, 24);
		assert_eq!(course.reported(), 23 * 600 + 450);
		assert_eq!([course.shows(), course.testifies()], [14_280, 14_310]);
		assert_eq!((course.reports(), course.settles(), course.step()), (14_340, 14_265, 30));
		assert!(course.reports() < 24 * 600);
		assert_eq!((course.part(0, 24), course.part(14_249, 24)), (Some(0), Some(23)));
		assert_eq!((course.part(14_250, 24), course.part(u64::MAX, 24)), (None, None));
	}

	#[test]
	fn no_time_has_no_parts() {
		assert_eq!(Course::new(0, 0).part(0, 4), None);
	}
}
