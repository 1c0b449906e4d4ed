//! What the fleet's sensors measure: a walk that all of them share, drawn from the epoch, and noise of each of its own.

use substation_primitives::{report::report_hash, DeviceId, EpochIndex};
use substation_proofs::sensing::{Policy, Reading, Sample};

/// The hash of some words, as a number.
fn dice(words: impl codec::Encode) -> u64 {
	report_hash(&words.encode()).to_low_u64_le()
}

/// From `-most` to `most`.
fn noise(words: impl codec::Encode, most: i32) -> i32 {
	(dice(words) % (2 * most as u64 + 1)) as i32 - most
}

/// How dirty the air is in each slot of an epoch: it rises and falls by up to a third from one to the next.
fn walk(policy: &Policy, epoch: EpochIndex) -> Vec<i32> {
	let mut level = 300;
	(0..policy.slots)
		.map(|slot| {
			let by = noise(("air", epoch, slot), 80) * level / 240;
			level = (level + by).clamp(60, 3_000);
			level
		})
		.collect()
}

/// A sample around a level, and for further channels around its multiples.
fn sample(policy: &Policy, level: i32) -> Sample {
	let readings: Vec<Reading> = (1i32..)
		.zip(&policy.channels)
		.map(|(times, _)| {
			let at = |value: i32| value.clamp(0, i32::from(i16::MAX)) as i16;
			let typical = level * times;
			Reading { low: at(typical - 5), typical: at(typical), high: at(typical + 7) }
		})
		.collect();
	Sample { count: 24, readings: readings.try_into().unwrap_or_default() }
}

/// What a sensor measures, so many times: the shared walk, and up to three hundredths of its own.
fn times(policy: &Policy, epoch: EpochIndex, device: &DeviceId, times: i32) -> Vec<Sample> {
	(0u8..)
		.zip(walk(policy, epoch))
		.map(|(slot, level)| {
			let own = level + noise((device.0, epoch, slot), 3) * level / 100;
			sample(policy, own * times)
		})
		.collect()
}

/// What an honest sensor measures.
pub(super) fn measured(policy: &Policy, epoch: EpochIndex, device: &DeviceId) -> Vec<Sample> {
	times(policy, epoch, device, 1)
}

/// Five times as much.
pub(super) fn exaggerated(policy: &Policy, epoch: EpochIndex, device: &DeviceId) -> Vec<Sample> {
	times(policy, epoch, device, 5)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::fleet::preset::{policy, SENSING};
	use substation_proofs::KindPolicy;

	#[test]
	fn sensors_of_one_place_measure_almost_the_same_and_another_epoch_is_another() {
		let KindPolicy::Sensing(policy) = policy(SENSING).unwrap().kind else { unreachable!() };
		let of = |epoch, number| measured(&policy, epoch, &DeviceId::repeat_byte(number));
		let values = |samples: &[Sample]| -> Vec<i32> {
			samples.iter().map(|sample| sample.readings[0].typical.into()).collect()
		};
		let (one, two) = (values(&of(7, 1)), values(&of(7, 2)));
		assert_eq!(one.len(), usize::from(policy.slots));
		assert!(one.iter().zip(&two).all(|(one, two)| (one - two).abs() * 100 <= one.max(two) * 7));
		assert_ne!(one, two);
		assert_ne!(one, values(&of(8, 1)));
		let more = values(&exaggerated(&policy, 7, &DeviceId::repeat_byte(1)));
		assert!(more.iter().zip(&one).all(|(more, one)| *more == 5 * one && *more < 19_998));
	}
}
