//! Sensing: devices measure what is around them, and their neighbours say whether it can be so.
//!
//! A device makes a sample for each slot of its reporting time, and seals it before anybody shows a reading. Afterwards each shows its
//! readings once for all, in a signed *statement*, and gives those whose lot has named it a *testimony*: which seals it had in time, and whose statements
//! it holds. So a device can neither choose its witnesses, nor leave one out that has spoken, nor know what they say.
//!
//! Who has another level than its witnesses is refused; who moves as they do is paid for that, by how much they move with each other.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::ConstU32;
use sp_runtime::BoundedVec;
use substation_primitives::{
	keys::Signature, report::Fault, signing::ReportContext, DeviceId, Score, WorkUnits, FULL_SCORE,
	H256,
};

use crate::{
	facts::{DeviceFacts, FactSource, Numbering},
	geo,
	kinds::ascend,
	lot, share, Checked, ResourceKind,
};

/// Slots of a reporting time at the most.
pub const MAX_SLOTS: u32 = 48;
/// Channels of a sample at the most.
pub const MAX_CHANNELS: u32 = 4;
/// Members who witness for a device at the most.
pub const MAX_WITNESSES: u32 = 8;
/// Testimonies in a report at the most: with as many statements as there are witnesses, and its own signature, that is sixteen.
pub const MAX_TESTIMONIES: u32 = 7;
/// What a statement says of a slot for which its device has no sample.
pub const NONE: i16 = i16::MIN;
/// Slots from which on two series can be the same by chance no more.
const ECHO: usize = 4;
/// Eighths of those called whose statements are enough.
const ENOUGH: u32 = 5;
/// Pairs of slots that are compared: of each with the one before, and of all.
const SPANS: [usize; 2] = [1, MAX_SLOTS as usize];
/// The whole, as it is counted with here.
const FULL: i64 = FULL_SCORE as i64;

/// What one channel of a sample may be.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	serde::Serialize,
	serde::Deserialize,
)]
pub struct Channel {
	/// The lowest value.
	pub low: i16,
	/// The highest value.
	pub high: i16,
	/// The largest change from one slot to the next; 0 for any. Counts for the first channel.
	pub step: u16,
}

/// What a sensing network pays for.
#[derive(
	Clone,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	serde::Serialize,
	serde::Deserialize,
)]
#[serde(rename_all = "camelCase")]
pub struct Policy {
	/// Slots of the reporting time, from 4 to [`MAX_SLOTS`].
	pub slots: u8,
	/// What is measured, in the network's units; the first is compared with neighbours.
	pub channels: BoundedVec<Channel, ConstU32<MAX_CHANNELS>>,
	/// Whether no channel ever exceeds the one after it.
	pub nested: bool,
	/// Whether devices show each reading after its slot, and not all at the end. For agents alone.
	pub live: bool,
	/// Raw readings without which a sample does not count. At least 1.
	pub min_count: u8,
	/// The part of the slots, in millionths, that has to be valid. At least 1.
	pub min_valid: u32,
	/// So many equal samples in a row are a stuck sensor: from 3 to `slots`.
	pub stuck: u8,
	/// H3 resolution of the cells in which members witness for each other, from 0 to 12.
	pub resolution: u8,
	/// Metres below which two devices are one place. At least 1.
	pub min_distance: u32,
	/// Metres above which nobody witnesses.
	pub reach: u32,
	/// Members whom the lot names to witness for a device, from `quorum` to [`MAX_WITNESSES`].
	pub witnesses: u8,
	/// Without so many nobody is compared. At least 3.
	pub quorum: u8,
	/// Epochs of membership before a device witnesses.
	pub elder: u16,
	/// How far a value may be from its witnesses' median, in the network's units,
	pub tolerance: u16,
	/// and beside that in millionths of the larger of the two.
	pub relative: u32,
	/// The part of the compared slots, in millionths, that has to be so near.
	pub min_fit: u32,
	/// Millionths by which witnesses have to move with each other for a day to say something. At least 1.
	pub coherence: u32,
	/// Marks, in millionths, for a day that says nothing.
	pub quiet: u32,
	/// Marks for the right level alone.
	pub level: u32,
	/// The part of a score for who has nobody around.
	pub alone: u32,
	/// Devices that a cell is wanted to hold: so many chairs are paid in full. At least 1.
	pub target: u32,
	/// The part of its score, in millionths, for a device in any other chair.
	pub spare: u32,
}

impl Policy {
	/// Whether all values are in their ranges.
	pub fn is_sound(&self) -> bool {
		let parts = [
			self.relative,
			self.min_fit,
			self.quiet,
			self.level,
			self.alone,
			self.spare,
			self.min_valid,
			self.coherence,
		];
		(4..=MAX_SLOTS).contains(&self.slots.into())
			&& !self.channels.is_empty()
			&& self.channels.iter().all(|channel| channel.low < channel.high)
			&& self.min_count >= 1
			&& (3..=self.slots).contains(&self.stuck)
			&& self.resolution <= crate::facts::PLACE_RESOLUTION
			&& (1..self.reach).contains(&self.min_distance)
			&& self.reach <= 1_000_000
			&& (3..=self.witnesses).contains(&self.quorum)
			&& u32::from(self.witnesses) <= MAX_WITNESSES
			&& parts.iter().all(|part| *part <= FULL_SCORE)
			&& self.min_valid >= 1
			&& self.coherence >= 1
			&& self.target >= 1
	}
}

/// What one channel gave in a slot, of all raw readings.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Encode, Decode)]
pub struct Reading {
	/// The lowest.
	pub low: i16,
	/// The median.
	pub typical: i16,
	/// The highest.
	pub high: i16,
}

/// What a device measured in a slot. Where it measured nothing: no raw readings, and no channels.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode)]
pub struct Sample {
	/// Raw readings, 255 for more.
	pub count: u8,
	/// By channel.
	pub readings: BoundedVec<Reading, ConstU32<MAX_CHANNELS>>,
}

impl Sample {
	/// The first channel's median.
	fn first(&self) -> Option<i16> {
		self.readings.first().map(|reading| reading.typical)
	}
}

/// A witness's own readings, as it has shown them to everybody.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Statement {
	/// The witness's place in the list of those whom the lot has named, from 0.
	pub place: u8,
	/// Medians of the first channel, one for each slot; [`NONE`] where it has none.
	pub typical: BoundedVec<i16, ConstU32<MAX_SLOTS>>,
	/// Over [`ReportContext::statement`], by the witness's report key.
	pub signature: Signature,
}

/// A witness's word for one device.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Testimony {
	/// The witness's place in the list of those whom the lot has named, from 0.
	pub place: u8,
	/// Bit `s`: it had the device's seal of slot `s` before it showed anything of that.
	pub prompt: u64,
	/// Bit `j`: it holds the statement of the `j`-th of those whom the lot has named.
	pub roll: u8,
	/// Over [`ReportContext::testimony`], by the witness's report key.
	pub signature: Signature,
}

/// What a sensing report holds.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode)]
pub struct Evidence {
	/// Of which the seals' salts are made.
	pub secret: [u8; 16],
	/// What was measured, slot by slot.
	pub samples: BoundedVec<Sample, ConstU32<MAX_SLOTS>>,
	/// What witnesses have measured, in the order of their places.
	pub statements: BoundedVec<Statement, ConstU32<MAX_WITNESSES>>,
	/// What they say, in the order of their places.
	pub testimonies: BoundedVec<Testimony, ConstU32<MAX_TESTIMONIES>>,
}

/// How much a device moves with its witnesses, over one span of slots.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Tune {
	/// The device with its witnesses' median, in millionths; nothing if that never changes.
	pub own: Option<i64>,
	/// The median of what each witness has with the median of the others.
	pub bar: i64,
	/// Marks, in millionths.
	pub marks: Score,
}

/// How a score came about.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Assessment {
	/// Whom the lot has named.
	pub called: Vec<DeviceId>,
	/// Whose statements are shown, and signed.
	pub shown: Vec<DeviceId>,
	/// Testimonies beside a statement, signed.
	pub words: u32,
	/// Slots that are valid.
	pub valid: u32,
	/// Witnesses that are no echoes of the device.
	pub witnesses: u32,
	/// Slots that are near the witnesses' median, of how many that were compared.
	pub fits: (u32, u32),
	/// How it moves with them: from slot to slot, and over all.
	pub tunes: Vec<Tune>,
	/// Millionths for how many witnesses there are.
	pub credit: Score,
	/// Millionths for being near them.
	pub fit: Score,
	/// Millionths for moving with them.
	pub marks: Score,
	/// From 0 to [`FULL_SCORE`].
	pub score: Score,
}

/// The seals of samples, one after each slot: each binds the samples up to it, and shows none.
pub fn seals(
	context: &ReportContext,
	device: &DeviceId,
	secret: &[u8; 16],
	samples: &[Sample],
) -> Vec<H256> {
	let mut seal = H256::zero();
	(0u8..)
		.zip(samples)
		.map(|(slot, sample)| {
			seal = context.seal_of_sample(device, slot, secret, sample, &seal);
			seal
		})
		.collect()
}

/// Whom the lot names to witness for a device, with their facts.
pub fn called(
	context: &ReportContext,
	policy: &Policy,
	facts: &impl FactSource,
	device: &DeviceId,
	own: &DeviceFacts,
) -> Vec<(DeviceId, DeviceFacts)> {
	let (Some(chair), Some(place)) = (own.chair, own.place) else { return Vec::new() };
	let near = |facts: &DeviceFacts| {
		facts.place.is_some_and(|other| {
			let distance = geo::distance(place.point(), other.point());
			(policy.min_distance..=policy.reach).contains(&distance)
		})
	};
	lot::called(context, facts, device, &chair, policy.witnesses.into(), policy.elder.into(), near)
}

/// The middle of some values; the mean of the middle two, towards minus infinity, for an even number. Nothing of none.
fn median(mut values: Vec<i64>) -> Option<i64> {
	values.sort_unstable();
	let middle = values.len() / 2;
	let upper = values.get(middle).copied()?;
	match values.len() % 2 {
		1 => Some(upper),
		_ => Some((values.get(middle.checked_sub(1)?)? + upper).div_euclid(2)),
	}
}

/// Medians of some series, slot by slot, where at least two have a value.
fn medians<'a>(slots: usize, series: impl Iterator<Item = &'a [i16]> + Clone) -> Vec<Option<i64>> {
	(0..slots)
		.map(|slot| {
			let values = series.clone().filter_map(|one| one.get(slot).copied());
			let values: Vec<i64> = values.filter(|value| *value != NONE).map(i64::from).collect();
			(values.len() >= 2).then(|| median(values)).flatten()
		})
		.collect()
}

/// The sum of all changes of `m`, over pairs of slots no more than `span` apart that both have, in which `x` changes the same way, less those in
/// which it changes the other way, over the sum of all: in millionths, towards 0. Nothing if `m` never changes.
fn concordance(x: &[Option<i64>], m: &[Option<i64>], span: usize) -> Option<i64> {
	let both: Vec<(usize, i64, i64)> = x
		.iter()
		.zip(m)
		.enumerate()
		.filter_map(|(slot, (x, m))| Some((slot, (*x)?, (*m)?)))
		.collect();
	let (mut moved, mut all) = (0i64, 0i64);
	for (later, (j, x_j, m_j)) in both.iter().enumerate() {
		for (i, x_i, m_i) in both.iter().take(later) {
			if j - i > span {
				continue;
			}
			let change = m_j - m_i;
			all += change.abs();
			moved += change.abs() * ((x_j - x_i) * change).signum();
		}
	}
	(all > 0).then(|| moved * FULL / all)
}

struct Assessor<'a> {
	context: &'a ReportContext,
	policy: &'a Policy,
	device: &'a DeviceId,
	own: &'a DeviceFacts,
	evidence: &'a Evidence,
	called: Vec<(DeviceId, DeviceFacts)>,
}

/// Statements that are signed, and testimonies beside them.
struct Said<'a> {
	shown: Vec<&'a Statement>,
	words: Vec<(&'a Testimony, &'a Statement)>,
}

impl<'a> Assessor<'a> {
	/// Which statements and testimonies are signed. A testimony counts beside its witness's statement alone.
	fn said(&self) -> Said<'a> {
		let Evidence { secret, samples, statements, testimonies } = self.evidence;
		let head = seals(self.context, self.device, secret, samples).last().copied();
		let head = head.unwrap_or_default();
		let key = |place: u8| self.called.get(usize::from(place));
		let shown: Vec<&Statement> = statements
			.iter()
			.filter(|one| {
				key(one.place).is_some_and(|(witness, facts)| {
					let message = self.context.statement(witness, &one.typical);
					facts.key.verify(&one.signature, &message)
				})
			})
			.collect();
		let words = testimonies
			.iter()
			.filter(|one| {
				key(one.place).is_some_and(|(witness, facts)| {
					let message =
						self.context.testimony(witness, self.device, &head, one.prompt, one.roll);
					facts.key.verify(&one.signature, &message)
				})
			})
			.filter_map(|one| {
				let statement = shown.iter().find(|shown| shown.place == one.place)?;
				Some((one, *statement))
			})
			.collect();
		Said { shown, words }
	}

	/// The values of the first channel, where a slot is valid.
	fn series(&self, said: &Said, heard: bool) -> Vec<Option<i64>> {
		let policy = self.policy;
		let step = policy.channels.first().map_or(0, |channel| channel.step);
		let mut before: Option<i16> = None;
		(0usize..)
			.zip(&self.evidence.samples)
			.map(|(slot, sample)| {
				let value = sample.first()?;
				let readings = &sample.readings;
				let ordered = readings.iter().zip(&policy.channels).all(|(reading, channel)| {
					channel.low <= reading.low
						&& reading.low <= reading.typical
						&& reading.typical <= reading.high
						&& reading.high <= channel.high
				});
				let nested = !policy.nested
					|| readings.windows(2).all(|pair| match pair {
						[inner, outer] => inner.typical <= outer.typical,
						_ => true,
					});
				let jumps = step > 0 && before.is_some_and(|before| value.abs_diff(before) > step);
				let measured = sample.count >= policy.min_count
					&& readings.len() == policy.channels.len()
					&& ordered && nested
					&& !jumps;
				if !measured {
					return None;
				}
				before = Some(value);
				let has = |one: &&(&Testimony, &Statement)| {
					one.1.typical.get(slot).is_some_and(|value| *value != NONE)
				};
				let had = said.words.iter().filter(has);
				let prompt = had.clone().filter(|(word, _)| word.prompt >> slot & 1 == 1).count();
				(!heard || 2 * prompt >= had.count()).then_some(i64::from(value))
			})
			.collect()
	}

	/// The longest run of equal valid samples.
	fn longest_run(&self, x: &[Option<i64>]) -> usize {
		let valid = self.evidence.samples.iter().zip(x).filter(|(_, x)| x.is_some());
		let (mut run, mut longest, mut last) = (0usize, 0usize, None);
		for (sample, _) in valid {
			let reading = sample.readings.first();
			run = if reading == last { run + 1 } else { 1 };
			last = reading;
			longest = longest.max(run);
		}
		longest
	}

	fn tune(&self, x: &[Option<i64>], m: &[Option<i64>], series: &[&[i16]], span: usize) -> Tune {
		let theirs = series.iter().enumerate().filter_map(|(own, one)| {
			let others = series.iter().enumerate().filter(|(other, _)| *other != own);
			let rest = medians(x.len(), others.map(|(_, other)| *other));
			let one: Vec<Option<i64>> =
				one.iter().map(|value| (*value != NONE).then(|| i64::from(*value))).collect();
			concordance(&one, &rest, span)
		});
		let bar = median(theirs.collect()).unwrap_or(0);
		let own = concordance(x, m, span);
		let marks = match own {
			Some(own) if bar >= i64::from(self.policy.coherence) => {
				share(FULL_SCORE, own.max(0) as u64, (bar / 2) as u64)
			}
			_ => self.policy.quiet,
		};
		Tune { own, bar, marks }
	}

	fn assess(&self) -> Result<Assessment, Fault> {
		let (policy, slots) = (self.policy, usize::from(self.policy.slots));
		let said = self.said();
		let roll = said.words.iter().fold(0u8, |roll, (word, _)| roll | word.roll);
		let is_shown =
			|place: usize| said.shown.iter().any(|statement| usize::from(statement.place) == place);
		// Whoever is on a roll has spoken, and may not be left out.
		if (0..self.called.len()).any(|place| roll >> place & 1 == 1 && !is_shown(place)) {
			return Err(Fault::WitnessLeftOut);
		}
		let (shown, words) = (said.shown.len(), said.words.len());
		let quorum = usize::from(policy.quorum);
		// Two seal chains that are shown to two halves cannot both have more than half.
		let heard = shown >= quorum && words >= quorum && 2 * words > shown;
		let x = self.series(&said, heard);
		let valid = x.iter().flatten().count();
		let name = |place: u8| self.called.get(usize::from(place)).map(|(device, _)| *device);
		let mut found = Assessment {
			called: self.called.iter().map(|(device, _)| *device).collect(),
			shown: said.shown.iter().filter_map(|one| name(one.place)).collect(),
			words: words as u32,
			valid: valid as u32,
			credit: FULL_SCORE,
			fit: FULL_SCORE,
			marks: FULL_SCORE,
			..Default::default()
		};
		if (valid as u64) * u64::from(FULL_SCORE) < u64::from(policy.min_valid) * slots as u64 {
			return Err(Fault::TooFewSamples);
		}
		if self.longest_run(&x) >= usize::from(policy.stuck) {
			return Err(Fault::Stuck);
		}
		// Who says the same in most slots is one sensor with two names.
		let is_independent = |statement: &&&Statement| {
			let values = x.iter().zip(&statement.typical).filter(|(_, other)| **other != NONE);
			let both = values.filter_map(|(x, other)| Some(((*x)?, i64::from(*other))));
			let (all, same) = both.fold((0usize, 0usize), |(all, same), (x, other)| {
				(all + 1, same + usize::from(x == other))
			});
			all > 0 && !(all >= ECHO && 2 * same > all)
		};
		let independent = said.shown.iter().filter(|_| heard).filter(is_independent);
		let series: Vec<&[i16]> = independent.map(|one| &one.typical[..]).collect();
		found.witnesses = series.len() as u32;
		if self.called.len() < quorum {
			found.credit = policy.alone;
		} else if series.len() < quorum {
			// There are elders around, and the device shows none.
			found.marks = policy.level;
		} else {
			self.compare(&x, &series, &mut found)?;
		}
		let whole = share(FULL_SCORE, valid as u64, slots as u64);
		let factors = [found.credit, found.fit, found.marks];
		let score = factors
			.into_iter()
			.fold(whole, |score, factor| share(score, factor.into(), FULL_SCORE.into()));
		let wanted = self.own.chair.is_some_and(|chair| chair.index < policy.target);
		found.score = match wanted {
			true => score,
			false => share(score, policy.spare.into(), FULL_SCORE.into()),
		};
		Ok(found)
	}

	/// Compares a device with its witnesses: in level, and in how it moves.
	fn compare(
		&self,
		x: &[Option<i64>],
		series: &[&[i16]],
		found: &mut Assessment,
	) -> Result<(), Fault> {
		let policy = self.policy;
		let enough = (ENOUGH * self.called.len() as u32).div_ceil(8).max(policy.quorum.into());
		let rest = FULL_SCORE.saturating_sub(policy.alone);
		found.credit = policy.alone.saturating_add(share(rest, series.len() as u64, enough.into()));
		let m = medians(x.len(), series.iter().copied());
		let compared = x.iter().zip(&m).filter_map(|(x, m)| Some(((*x)?, (*m)?)));
		let near = |(x, m): &(i64, i64)| {
			let larger = x.abs().max(m.abs());
			(x - m).abs() * FULL
				<= i64::from(policy.tolerance) * FULL + i64::from(policy.relative) * larger
		};
		let all = compared.clone().count() as u32;
		let fits = compared.filter(near).count() as u32;
		found.fits = (fits, all);
		if u64::from(fits) * u64::from(FULL_SCORE) < u64::from(policy.min_fit) * u64::from(all) {
			return Err(Fault::Disagrees);
		}
		found.fit = share(FULL_SCORE, fits.into(), all.into());
		found.tunes = SPANS.iter().map(|span| self.tune(x, &m, series, *span)).collect();
		let least = found.tunes.iter().map(|tune| tune.marks).min().unwrap_or(FULL_SCORE);
		let rest = FULL_SCORE.saturating_sub(policy.level);
		found.marks = policy.level.saturating_add(share(rest, least.into(), FULL_SCORE.into()));
		Ok(())
	}
}

/// Assesses a report; what [`ResourceKind::score`] sums up. Beside it, the work that it took.
pub fn assess(
	context: &ReportContext,
	policy: &Policy,
	facts: &impl FactSource,
	device: &DeviceId,
	own: &DeviceFacts,
	evidence: &Evidence,
) -> (Result<Assessment, Fault>, WorkUnits) {
	let refused = |fault| (Err(fault), 0);
	if own.place.is_none() {
		return refused(Fault::NoPlace);
	}
	let slots = usize::from(policy.slots);
	let Evidence { samples, statements, testimonies, .. } = evidence;
	let same = statements.iter().all(|statement| statement.typical.len() == slots);
	if samples.len() != slots || !same {
		return refused(Fault::WrongSampleCount);
	}
	let stated = statements.iter().map(|statement| statement.place);
	let testified = testimonies.iter().map(|testimony| testimony.place);
	if !ascend(stated.clone()) || !ascend(testified.clone()) {
		return refused(Fault::RepeatedWitness);
	}
	let called = called(context, policy, facts, device, own);
	let work = lot::work(policy.witnesses.into());
	if stated.chain(testified).any(|place| usize::from(place) >= called.len()) {
		return (Err(Fault::NotCalled), work);
	}
	let work = work.saturating_add(Sensing::signatures(evidence));
	(Assessor { context, policy, device, own, evidence, called }.assess(), work)
}

/// The kind.
pub struct Sensing;

impl ResourceKind for Sensing {
	type Policy = Policy;
	type Evidence = Evidence;

	const NAME: &'static str = "sensing";
	const MAX_WORK: WorkUnits = lot::work(MAX_WITNESSES) + MAX_WITNESSES + MAX_TESTIMONIES;

	fn is_sound(policy: &Policy) -> bool {
		policy.is_sound()
	}

	fn numbering(policy: &Policy) -> Numbering {
		Numbering::InCell(policy.resolution)
	}

	fn signatures(evidence: &Evidence) -> u32 {
		(evidence.statements.len() + evidence.testimonies.len()) as u32
	}

	fn work(policy: &Policy, evidence: &Evidence) -> WorkUnits {
		lot::work(policy.witnesses.into()) + Self::signatures(evidence)
	}

	fn score(
		context: &ReportContext,
		policy: &Policy,
		facts: &impl FactSource,
		device: &DeviceId,
		own: &DeviceFacts,
		evidence: &Evidence,
	) -> Checked {
		let (assessment, work) = assess(context, policy, facts, device, own, evidence);
		Checked { score: assessment.map(|assessment| assessment.score), work }
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	fn series() -> impl Strategy<Value = Vec<Option<i64>>> {
		let value =
			prop_oneof![3 => any::<i16>().prop_map(|value| Some(value.into())), 1 => Just(None)];
		prop::collection::vec(value, 24)
	}

	proptest! {
		#[test]
		fn who_moves_with_itself_moves_with_it_wholly(x in series(), m in series()) {
			for span in SPANS {
				if let Some(with) = concordance(&x, &m, span) {
					prop_assert!((-FULL..=FULL).contains(&with));
				}
				if let Some(own) = concordance(&x, &x, span) {
					prop_assert_eq!(own, FULL);
				}
			}
		}
	}

	#[test]
	fn the_middle_of_an_even_number_is_rounded_down() {
		assert_eq!(median(vec![]), None);
		assert_eq!(median(vec![3]), Some(3));
		assert_eq!(median(vec![4, 1]), Some(2));
		assert_eq!(median(vec![-4, -1]), Some(-3));
		assert_eq!(median(vec![9, -4, 1]), Some(1));
	}
}
