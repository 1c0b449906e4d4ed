//! What devices that measure sign for each other.

use std::collections::BTreeMap;

use substation_primitives::{signing::ReportContext, DeviceId, H256};

use super::DevicePair;
use crate::{
	facts::{DeviceFacts, FactSource},
	sensing::{
		called, seals, Evidence, Policy, Reading, Sample, Statement, Testimony, MAX_TESTIMONIES,
		NONE,
	},
};

impl DevicePair {
	/// As the witness in this `place` of those called: its medians, for everybody.
	pub fn state(
		&self,
		context: &ReportContext,
		(witness, place): (&DeviceId, u8),
		typical: &[i16],
	) -> Statement {
		let signature = self.sign(&context.statement(witness, typical));
		Statement { place, typical: typical.to_vec().try_into().unwrap_or_default(), signature }
	}

	/// As the witness in this `place` of those called: its word for `device`, whose last seal is `head`.
	pub fn testify(
		&self,
		context: &ReportContext,
		(witness, place): (&DeviceId, u8),
		(device, head): (&DeviceId, &H256),
		prompt: u64,
		roll: u8,
	) -> Testimony {
		let message = context.testimony(witness, device, head, prompt, roll);
		Testimony { place, prompt, roll, signature: self.sign(&message) }
	}
}

/// The sample of a slot's raw readings, each with a value for every channel: the lowest, the median, which is the mean of the middle two towards minus
/// infinity for an even number, and the highest of each. Nothing was measured if there are none.
pub fn sample(raw: &[Vec<i16>]) -> Sample {
	let channels = raw.iter().map(Vec::len).min().unwrap_or(0);
	let reading = |channel: usize| {
		let mut values: Vec<i16> = raw.iter().filter_map(|row| row.get(channel).copied()).collect();
		values.sort_unstable();
		let middle = values.len() / 2;
		let (low, high) = (values.first().copied()?, values.last().copied()?);
		let upper = values.get(middle).copied()?;
		let typical = match values.len() % 2 {
			1 => upper,
			_ => {
				let lower = values.get(middle.checked_sub(1)?).copied()?;
				(i32::from(lower) + i32::from(upper)).div_euclid(2) as i16
			}
		};
		Some(Reading { low, typical, high })
	};
	let readings: Vec<Reading> = (0..channels).filter_map(reading).collect();
	let count = if readings.is_empty() { 0 } else { raw.len().min(255) as u8 };
	Sample { count, readings: readings.try_into().unwrap_or_default() }
}

/// What a device says of its samples: the first channel's medians, [`NONE`] where a sample does not count.
pub fn typical(policy: &Policy, samples: &[Sample]) -> Vec<i16> {
	samples
		.iter()
		.map(|sample| match sample.readings.first() {
			Some(reading) if sample.count >= policy.min_count => reading.typical,
			_ => NONE,
		})
		.collect()
}

/// What an honest device hands in if everybody else is honest: its samples, the statements of those called who were there in the last slot, and
/// their testimonies, if it was there itself. Everybody's samples are here, with the pair that signs for each; those of slots that `late` tells of were sealed after
/// witnesses had shown theirs.
pub fn sensing(
	context: &ReportContext,
	policy: &Policy,
	facts: &impl FactSource,
	everybody: &BTreeMap<DeviceId, (DevicePair, Vec<Sample>)>,
	(device, own): (&DeviceId, &DeviceFacts),
	secret: [u8; 16],
	late: impl Fn(usize) -> bool,
) -> Evidence {
	let measured = |sample: &Sample| !sample.readings.is_empty();
	let mine = everybody.get(device).map(|(_, samples)| samples.clone()).unwrap_or_default();
	let head = seals(context, device, &secret, &mine).last().copied().unwrap_or_default();
	let called = called(context, policy, facts, device, own);
	let there: Vec<_> = (0u8..)
		.zip(&called)
		.filter_map(|(place, (witness, _))| {
			let (pair, samples) = everybody.get(witness)?;
			samples.last().is_some_and(measured).then_some((place, witness, pair, samples))
		})
		.collect();
	let roll = there.iter().fold(0u8, |roll, (place, ..)| roll | 1 << place);
	let statements: Vec<_> = there
		.iter()
		.map(|(place, witness, pair, samples)| {
			pair.state(context, (witness, *place), &typical(policy, samples))
		})
		.collect();
	let testimonies: Vec<_> = there
		.iter()
		.filter(|_| mine.last().is_some_and(measured))
		.take(MAX_TESTIMONIES as usize)
		.map(|(place, witness, pair, samples)| {
			let both = mine.iter().zip(samples.iter()).enumerate();
			let prompt = both
				.filter(|(slot, (own, other))| measured(own) && measured(other) && !late(*slot))
				.fold(0u64, |prompt, (slot, _)| prompt | 1 << slot);
			pair.testify(context, (witness, *place), (device, &head), prompt, roll)
		})
		.collect();
	Evidence {
		secret,
		samples: mine.try_into().unwrap_or_default(),
		statements: statements.try_into().unwrap_or_default(),
		testimonies: testimonies.try_into().unwrap_or_default(),
	}
}
