//! Readings as they come, by the slot of the reporting time in which they do.

use std::collections::BTreeMap;

use substation_primitives::EpochIndex;

/// Rows of a slot that are kept.
const MOST_ROWS: usize = 4_096;

/// One value for each channel.
pub(super) type Row = Vec<i16>;

/// Rows of one reporting time.
#[derive(Default)]
pub(super) struct Raw {
	epoch: EpochIndex,
	slots: BTreeMap<u32, Vec<Row>>,
}

impl Raw {
	/// Rows that have come in a slot of the reporting time that ends with `epoch`. Of more than a slot holds, every other one goes.
	pub(super) fn put(&mut self, epoch: EpochIndex, slot: u32, rows: Vec<Row>) {
		if self.epoch != epoch {
			*self = Self { epoch, slots: BTreeMap::new() };
		}
		let all = self.slots.entry(slot).or_default();
		all.extend(rows);
		while all.len() > MOST_ROWS {
			let mut kept = false;
			all.retain(|_| {
				kept = !kept;
				kept
			});
		}
	}

	/// The rows of a slot that is over.
	pub(super) fn take(&mut self, epoch: EpochIndex, slot: u32) -> Vec<Row> {
		match self.epoch == epoch {
			true => self.slots.remove(&slot).unwrap_or_default(),
			false => Vec::new(),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn rows_are_of_the_slot_in_which_they_came() {
		let mut raw = Raw::default();
		raw.put(7, 0, vec![vec![1]]);
		raw.put(7, 2, vec![vec![2], vec![3]]);
		raw.put(7, 2, vec![vec![4]]);
		assert_eq!(raw.take(7, 1), Vec::<Row>::new());
		assert_eq!(raw.take(7, 2), [[2], [3], [4]]);
		assert!(raw.take(7, 2).is_empty());
		// Another reporting time begins with nothing.
		raw.put(8, 1, vec![vec![5]]);
		assert!(raw.take(7, 0).is_empty() && raw.take(8, 0).is_empty());
		assert_eq!(raw.take(8, 1), [[5]]);
	}

	#[test]
	fn of_too_many_rows_some_of_all_times_are_kept() {
		let mut raw = Raw::default();
		for value in 0..10_000 {
			raw.put(7, 0, vec![vec![value]]);
		}
		let kept = raw.take(7, 0);
		assert!((2_000..=MOST_ROWS).contains(&kept.len()));
		assert!(kept.iter().any(|row| row[0] < 1_000) && kept.iter().any(|row| row[0] > 9_000));
	}
}
