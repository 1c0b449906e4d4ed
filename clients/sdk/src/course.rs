//! The course of a reporting time: which part of it is when, so that all is exchanged before its last epoch is over.

/// The shortest time to talk, in slots, as far as that is no more than half of an epoch.
const SHORTEST_TALK: u64 = 8;

/// The part of a slot after its end after which seals of it are late, where readings are shown slot by slot.
const SETTLED: f64 = 0.75;

/// In which of so many parts of `all` slots the slot after `elapsed` others is; none after the last.
pub fn part_of(elapsed: u64, all: u64, parts: u8) -> Option<u32> {
	(elapsed < all).then(|| (elapsed * u64::from(parts) / all.max(1)) as u32)
}

/// A reporting time: so many epochs, of which the last is the one that is reported for. All but the end of that one is for what is reported; then there
/// is time to talk about it, a quarter of an epoch, or eight slots where epochs are short.
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

	/// Slots of the talk.
	fn talk(&self) -> u64 {
		let quarter = self.nominal_slots.div_ceil(4);
		quarter.max(SHORTEST_TALK.min(self.nominal_slots / 2))
	}

	/// Slots of which something is reported.
	pub fn reported(&self) -> u64 {
		(self.cadence * self.nominal_slots).saturating_sub(self.talk())
	}

	/// The part, from 0, in which the slot after `elapsed` others is; none once all are over.
	pub fn part(&self, elapsed: u64, parts: u8) -> Option<u32> {
		part_of(elapsed, self.reported(), parts)
	}

	/// Of so many parts, those that have been over for three quarters of one after so much time, in slots: where readings are shown part by part, seals that come
	/// later are late. That is a quarter of a part before anybody shows anything of it, for clocks are apart.
	pub fn settled(&self, elapsed: f64, parts: u8) -> usize {
		let all = self.reported().max(1) as f64;
		// Nothing below zero.
		(elapsed * f64::from(parts) / all - SETTLED) as usize
	}

	/// So many sixteenths of the talk after what is reported is over.
	fn after(&self, sixteenths: u64) -> u64 {
		self.reported() + (self.talk() * sixteenths).div_ceil(16)
	}

	/// Slots after which seals are late: half as long after the last slot as until anybody shows anything, for clocks are apart.
	pub fn settles(&self) -> u64 {
		self.after(1)
	}

	/// Slots after which everybody has sealed, and shows what it has measured.
	pub fn shows(&self) -> u64 {
		self.after(2)
	}

	/// Slots after which everybody has shown, and what was shown is passed on, and testifies.
	pub fn testifies(&self) -> u64 {
		self.after(6)
	}

	/// Slots after which nobody waits for further words: half of the talk is left for the report.
	pub fn reports(&self) -> u64 {
		self.after(8)
	}

	/// Slots of one step of the talk.
	pub fn step(&self) -> u64 {
		(self.talk() / 8).max(1)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_short_epoch_leaves_time_for_each_step() {
		let course = Course::new(20, 1);
		assert_eq!(course.reported(), 12);
		assert_eq!([course.settles(), course.shows()], [13, 13]);
		assert_eq!([course.testifies(), course.reports(), course.step()], [15, 16, 1]);
		let parts: Vec<_> = (0..12).map(|elapsed| course.part(elapsed, 6)).collect();
		assert_eq!(parts[..4], [Some(0), Some(0), Some(1), Some(1)]);
		assert_eq!((parts[11], course.part(12, 6)), (Some(5), None));
		let settled = [0.0, 3.4, 3.6, 5.4, 5.6, 13.6].map(|elapsed| course.settled(elapsed, 6));
		assert_eq!(settled, [0, 0, 1, 1, 2, 6]);
	}

	#[test]
	fn a_day_is_sampled_until_its_last_quarter_of_an_hour() {
		let course = Course::new(600, 24);
		assert_eq!(course.reported(), 23 * 600 + 450);
		assert_eq!([course.settles(), course.shows()], [14_260, 14_269]);
		assert_eq!([course.testifies(), course.reports()], [14_307, 14_325]);
		assert_eq!(course.step(), 18);
		assert!(course.reports() < 24 * 600);
		assert_eq!((course.part(0, 24), course.part(14_249, 24)), (Some(0), Some(23)));
		assert_eq!((course.part(14_250, 24), course.part(u64::MAX, 24)), (None, None));
	}

	#[test]
	fn no_time_has_no_parts() {
		assert_eq!(Course::new(0, 0).part(0, 4), None);
		assert_eq!(Course::new(4, 1).reported(), 2);
	}
}
