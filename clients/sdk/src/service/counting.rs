//! What is counted of an answer. Both sides count the same bytes, so neither has to believe the other.

use serde::{Deserialize, Serialize};

/// What makes a unit. Only answers that succeed (status 200 to 299) are counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Count {
	/// An answer is one, however long.
	Answers,
	/// Bytes of bodies, of the request and of its answer.
	Bytes,
	/// Lines of the answer's body: each that ends, and a last one that does not.
	Lines,
}

/// Counts one answer while it passes.
#[derive(Clone, Debug)]
pub struct Counter {
	count: Count,
	/// Whether the last line has begun and not ended.
	within: bool,
}

impl Counter {
	/// For an answer.
	pub fn new(count: Count) -> Self {
		Self { count, within: false }
	}

	/// Units before the first byte of the answer: `asked` is the length of the request's body.
	pub fn at_first(&self, asked: usize) -> u64 {
		match self.count {
			Count::Answers => 1,
			Count::Bytes => asked as u64,
			Count::Lines => 0,
		}
	}

	/// How many of these bytes may pass, which come next, so that they are `room` units at the most; and how many units
	/// they are. A line counts when it begins.
	pub fn take(&mut self, bytes: &[u8], room: u64) -> (usize, u64) {
		match self.count {
			Count::Answers => (bytes.len(), 0),
			Count::Bytes => {
				let most = usize::try_from(room).unwrap_or(usize::MAX);
				let taken = bytes.len().min(most);
				(taken, taken as u64)
			}
			Count::Lines => {
				let (mut units, mut taken) = (0, 0);
				for line in bytes.split_inclusive(|byte| *byte == b'\n') {
					if !self.within {
						if units == room {
							break;
						}
						units += 1;
					}
					taken += line.len();
					self.within = !line.ends_with(b"\n");
				}
				(taken, units)
			}
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	/// All units of a body that comes in these pieces, when each has enough room.
	fn units(count: Count, pieces: &[&[u8]]) -> u64 {
		let mut counter = Counter::new(count);
		let first = counter.at_first(0);
		pieces.iter().fold(first, |sum, piece| {
			let (taken, units) = counter.take(piece, u64::MAX);
			assert_eq!(taken, piece.len());
			sum + units
		})
	}

	#[test]
	fn what_is_counted_does_not_depend_on_pieces() {
		let body: &[u8] = b"one\ntwo\n\nlast";
		for (count, all) in [(Count::Answers, 1), (Count::Bytes, 13), (Count::Lines, 4)] {
			for at in 0..=body.len() {
				let (left, right) = body.split_at(at);
				assert_eq!(units(count, &[left, right]), all, "{count:?} {at}");
			}
			let each: Vec<&[u8]> = body.chunks(1).collect();
			assert_eq!(units(count, &each), all, "{count:?}");
		}
		assert_eq!(units(Count::Lines, &[b"one\n"]), 1);
		assert_eq!(units(Count::Lines, &[]), 0);
		assert_eq!(Counter::new(Count::Bytes).at_first(7), 7);
	}

	#[test]
	fn no_more_passes_than_there_is_room_for() {
		let body = b"one\ntwo\nthree\nfour";
		for (count, all) in [(Count::Bytes, 18), (Count::Lines, 4)] {
			for room in 1..=all {
				let (mut counter, mut rest, mut sum) = (Counter::new(count), &body[..], 0);
				while !rest.is_empty() {
					let (taken, units) = counter.take(rest, room);
					assert!(units <= room && taken > 0, "{count:?} {room}");
					(rest, sum) = (&rest[taken..], sum + units);
				}
				assert_eq!(sum, all);
			}
			// A line that has begun may end; nothing else passes without room.
			let mut counter = Counter::new(count);
			assert_eq!(counter.take(body, 0), (0, 0));
		}
		let mut counter = Counter::new(Count::Lines);
		assert_eq!(counter.take(b"on", 1), (2, 1));
		assert_eq!(counter.take(b"e\ntwo", 0), (2, 0));
	}
}
