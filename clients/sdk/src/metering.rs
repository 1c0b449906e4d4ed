//! Counting what a host carries: bytes by their rate and the time that it lasted, in steps for which its user signs.

/// Bytes after which a user signs.
const STEP: u64 = 10_000_000;
/// Seconds after which it does so in any case.
const EVERY: u32 = 60;
/// The longest time for which a rate is believed, in milliseconds: a hole in what was noted counts no longer.
const HOLE: u64 = 10_000;

/// What was carried in a session so far.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counted {
	/// Which step it is, from 1.
	pub serial: u32,
	/// Bytes to the user.
	pub down: u64,
	/// Bytes of the user.
	pub up: u64,
	/// Seconds.
	pub seconds: u32,
}

impl Counted {
	/// Whether it may take the place of an earlier count of the same session, on a line of `max_rate` kilobits a second: the next step, nothing falls, and
	/// no more bytes than the line carries in the time, and a second.
	pub fn follows(&self, earlier: &Self, max_rate: u32) -> bool {
		let grown = |now: u64, then: u64| now.checked_sub(then).map(u128::from);
		let (Some(down), Some(up)) = (grown(self.down, earlier.down), grown(self.up, earlier.up))
		else {
			return false;
		};
		let Some(seconds) = self.seconds.checked_sub(earlier.seconds) else { return false };
		Some(self.serial) == earlier.serial.checked_add(1)
			&& (down + up) * 8 <= (u128::from(seconds) + 1) * u128::from(max_rate) * 1_000
	}
}

/// A host's counter of one session.
#[derive(Clone, Debug, Default)]
pub struct Counter {
	down: u64,
	up: u64,
	millis: u64,
	last: Option<i64>,
	counted: Counted,
}

impl Counter {
	/// At a time in milliseconds the line carries so many bits a second, since the time before: a clock that stands or steps back adds nothing. If a step is
	/// over, what the user has to sign for.
	pub fn note(&mut self, at: i64, down: u64, up: u64) -> Option<Counted> {
		if let Some(since) = self.last.and_then(|last| u64::try_from(at.checked_sub(last)?).ok()) {
			let lasted = since.min(HOLE);
			let bytes = |rate: u64| (u128::from(rate) * u128::from(lasted) / 8_000) as u64;
			self.down = self.down.saturating_add(bytes(down));
			self.up = self.up.saturating_add(bytes(up));
			self.millis = self.millis.saturating_add(lasted);
		}
		self.last = Some(at);
		let (seconds, last) = (self.seconds(), self.counted);
		let more = (self.down - last.down).saturating_add(self.up - last.up);
		let due = more >= STEP || seconds - last.seconds >= EVERY;
		due.then(|| self.count())
	}

	/// The session is over: what the user has to sign for in the end, if that is anything.
	pub fn end(&mut self) -> Option<Counted> {
		let Counted { down, up, seconds, .. } = self.counted;
		let more = (self.down, self.up, self.seconds()) != (down, up, seconds);
		more.then(|| self.count())
	}

	fn seconds(&self) -> u32 {
		u32::try_from(self.millis / 1_000).unwrap_or(u32::MAX)
	}

	fn count(&mut self) -> Counted {
		let (serial, seconds) = (self.counted.serial.saturating_add(1), self.seconds());
		self.counted = Counted { serial, down: self.down, up: self.up, seconds };
		self.counted
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_user_signs_after_so_many_bytes_or_so_long() {
		let mut counter = Counter::default();
		assert_eq!(counter.note(0, 8_000_000, 0), None, "nothing has lasted yet");
		assert_eq!(counter.note(1_000, 8_000_000, 0), None);
		let counted = counter.note(10_000, 8_000_000, 0);
		assert_eq!(counted, Some(Counted { serial: 1, down: 10_000_000, up: 0, seconds: 10 }));
		for second in 11..70 {
			assert_eq!(counter.note(second * 1_000, 0, 8), None, "{second}");
		}
		let counted = counter.note(70_000, 0, 8);
		assert_eq!(counted, Some(Counted { serial: 2, down: 10_000_000, up: 60, seconds: 70 }));
		assert_eq!(counter.end(), None);
		counter.note(70_500, 0, 16_000);
		assert_eq!(
			counter.end().map(|end| (end.serial, end.up, end.seconds)),
			Some((3, 1_060, 70))
		);
	}

	#[test]
	fn a_clock_that_steps_back_adds_nothing_and_a_hole_little() {
		let mut counter = Counter::default();
		for at in [5_000, 5_000, 1_000] {
			counter.note(at, 8_000, 8_000);
		}
		assert_eq!((counter.down, counter.millis), (0, 0));
		counter.note(2_000, 8_000, 0);
		assert_eq!((counter.down, counter.millis), (1_000, 1_000));
		counter.note(1_000_000, 8_000, 0);
		assert_eq!((counter.down, counter.millis), (11_000, 11_000));
		// However much that is.
		assert!(counter.note(i64::MAX, u64::MAX, u64::MAX).is_some());
		assert_eq!(counter.end(), None);
	}

	#[test]
	fn a_count_follows_if_it_can_have_come_of_the_one_before() {
		let first = Counted { serial: 1, down: 1_000, up: 10, seconds: 5 };
		let next = Counted { serial: 2, down: 126_000, up: 10, seconds: 5 };
		assert!(next.follows(&first, 1_000));
		for wrong in [
			Counted { serial: 3, ..next },
			Counted { serial: 1, ..next },
			Counted { down: 999, ..next },
			Counted { up: 9, ..next },
			Counted { up: 11, ..next },
			Counted { seconds: 4, ..next },
		] {
			assert!(!wrong.follows(&first, 1_000), "{wrong:?}");
		}
		assert!(Counted { up: 11, seconds: 6, ..next }.follows(&first, 1_000));
	}
}
