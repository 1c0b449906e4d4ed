//! How often something may happen that anybody can cause.

use std::time::{Duration, Instant};

/// So many at once, and one more after each `period`.
#[derive(Debug)]
pub struct Allowance {
	most: u32,
	period: Duration,
	left: u32,
	/// What has come since is counted in `left`.
	counted_to: Option<Instant>,
	refused: u64,
}

impl Allowance {
	/// An allowance of `most` at once, and of one more after each `period`.
	pub const fn new(most: u32, period: Duration) -> Self {
		Self { most, period, left: most, counted_to: None, refused: 0 }
	}

	/// Takes one, and gives how many were refused since the last that was taken. Refuses if none is left, and gives
	/// after how long there will be one.
	pub fn take(&mut self, now: Instant) -> Result<u64, Duration> {
		let mut counted_to = self.counted_to.unwrap_or(now);
		while self.left < self.most {
			match counted_to.checked_add(self.period).filter(|next| *next <= now) {
				Some(next) => counted_to = next,
				None => break,
			}
			self.left = self.left.saturating_add(1);
		}
		if self.left == self.most {
			counted_to = now;
		}
		self.counted_to = Some(counted_to);
		match self.left.checked_sub(1) {
			Some(left) => {
				self.left = left;
				Ok(std::mem::take(&mut self.refused))
			}
			None => {
				self.refused = self.refused.saturating_add(1);
				Err(self.period.saturating_sub(now.saturating_duration_since(counted_to)))
			}
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	const PERIOD: Duration = Duration::from_secs(10);

	#[test]
	fn so_many_at_once_and_then_one_after_each_period() {
		let start = Instant::now();
		let mut allowance = Allowance::new(3, PERIOD);
		for _ in 0..3 {
			assert_eq!(allowance.take(start), Ok(0));
		}
		assert_eq!(allowance.take(start), Err(PERIOD));
		let soon = start + Duration::from_secs(4);
		assert_eq!(allowance.take(soon), Err(Duration::from_secs(6)));
		assert_eq!(allowance.take(start + PERIOD), Ok(2), "two were refused meanwhile");
		assert_eq!(allowance.take(start + PERIOD), Err(PERIOD));
	}

	#[test]
	fn what_is_not_used_does_not_grow_without_end() {
		let start = Instant::now();
		let mut allowance = Allowance::new(2, PERIOD);
		assert_eq!(allowance.take(start), Ok(0));
		let late = start + PERIOD * 1_000;
		assert_eq!(allowance.take(late), Ok(0));
		assert_eq!(allowance.take(late), Ok(0));
		assert_eq!(allowance.take(late), Err(PERIOD));
	}
}
