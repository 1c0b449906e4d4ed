//! Mapping: a device drives, and shows where it was and to which images it commits itself.
//!
//! A report tells one period's track, coarsely and in the open. What is paid is metres, in *tiles* that nobody has mapped lately: a tile that was marked as
//! mapped is worth little, and more from epoch to epoch. Noise, laps and a parked car earn nothing, and a track is looked at for what no drive is:
//! leaps, straight lines, and one even speed. Members who stand somewhere can have heard the device by radio where its track passes.
//!
//! Everybody can see where a device was: this kind is for fleets, and for owners who were told so.

use alloc::{collections::BTreeMap, vec::Vec};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::ConstU32;
use sp_runtime::BoundedVec;
use substation_primitives::{
	keys::Signature, report::Fault, signing::ReportContext, DeviceId, EpochIndex, Score, WorkUnits,
	FULL_SCORE, H256,
};

use crate::{
	facts::{DeviceFacts, FactSource, Numbering},
	geo::{self, Plane, Point},
	radio, share,
	tiles::{Parent, Tile},
	Checked, ResourceKind,
};

/// Steps of a track at the most.
pub const MAX_STEPS: u32 = 239;
/// Sightings in a report at the most.
pub const MAX_SIGHTINGS: u32 = 4;
/// Parents of tiles that are looked at for a track: what it passes after them counts nothing.
pub const MAX_PARENTS: usize = 24;
/// Parts of a track that are credited at the most: 131 kilometres of them.
pub const MAX_PARTS: u64 = 2_048;
/// Seconds after a point at which somebody may have heard the device there.
const MAX_LATE: u8 = 30;
/// Units of 1e-7 degrees in one of a step.
const COARSE: i32 = 10;
/// Millimetres of a step that are credited to one tile at the most.
const PART: u64 = 64_000;
/// Millimetres that a receiver may be off by from one point to the next.
const NOISE: u64 = 30_000;
/// Millimetres below which a step says nothing of how smooth a track is.
const SMOOTH: u64 = 10_000;
/// Units of 1e-6 degrees a second by which two steps in a row differ at the most if they are one straight line.
const STRAIGHT: i64 = 3;
/// Millimetres a second by which they differ at the most if they were made at one speed,
const EVEN: u64 = 150;
/// and beside that the part of the first step.
const EVEN_PART: u64 = 512;
/// Pairs of steps without which nothing is said of how smooth a track is,
const PAIRS: u32 = 12;
/// and metres that such a track is credited with for each pair: nobody goes far in a few straight steps.
const METRES_A_PAIR: u64 = 100;
/// Tenths of these that may be straight,
const MOST_STRAIGHT: u32 = 3;
/// and that may be even.
const MOST_EVEN: u32 = 7;
/// Work of the tiles of a track: the rows of [`MAX_PARENTS`] parents are read.
const TILES_WORK: WorkUnits = 13;
/// Steps that are looked at in the time of one unit.
const STEPS_A_UNIT: u32 = 16;
/// Work of a sighting: the witness's facts are read, and its signature checked.
const SIGHTING_WORK: WorkUnits = 2;

/// What a mapping network pays for.
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
#[serde(rename_all = "camelCase")]
pub struct Policy {
	/// Epochs that a report is about, from 1 to 24: as many as from one report to the next.
	pub span: u8,
	/// Epochs from the end of these to the one that is reported for: the time to upload, from 0 to 168.
	pub delay: u16,
	/// Metres a second above which nothing moves, from 1 to 100.
	pub speed: u8,
	/// Metres of a step above which it does not count: nobody has seen what lies between. From 50 to 5,000.
	pub step: u16,
	/// Epochs after which a tile that was mapped is worth all of its metres again, from 1 to 8,760.
	pub replenish: u16,
	/// Metres without which a report is worth nothing, from 1 to `full`.
	pub least: u32,
	/// Metres that are worth a full score, from 100 to 1,000,000.
	pub full: u32,
	/// H3 resolution of the regions in which members share what is wanted, from 0 to 12.
	pub resolution: u8,
	/// Members that are wanted in a region. At least 1.
	pub target: u32,
	/// Metres from a device's home in which it maps, from 1,000 to 1,000,000.
	pub reach: u32,
	/// Witnesses who have to have heard the device for a whole score, to [`MAX_SIGHTINGS`].
	pub sightings: u8,
	/// The part of a score, in millionths, that depends on them.
	pub sighted: u32,
	/// Power that a device's own sender radiates, in tenths of a dBm.
	pub eirp: i16,
	/// How much stronger than in free space a signal may arrive, in tenths of a decibel.
	pub margin: u16,
	/// Metres above which nobody hears a device.
	pub far: u32,
}

impl Policy {
	/// Whether all values are in their ranges.
	pub fn is_sound(&self) -> bool {
		(1..=24).contains(&self.span)
			&& self.delay <= 168
			&& (1..=100).contains(&self.speed)
			&& (50..=5_000).contains(&self.step)
			&& (1..=8_760).contains(&self.replenish)
			&& (100..=1_000_000).contains(&self.full)
			&& (1..=self.full).contains(&self.least)
			&& self.resolution <= 12
			&& self.target >= 1
			&& (1_000..=1_000_000).contains(&self.reach)
			&& u32::from(self.sightings) <= MAX_SIGHTINGS
			&& self.sighted <= FULL_SCORE
	}

	/// The epochs whose openings begin and end the time that a report for `epoch` is about.
	pub fn period(&self, epoch: EpochIndex) -> Option<(EpochIndex, EpochIndex)> {
		let end = epoch.checked_sub(self.delay.into())?;
		Some((end.checked_sub(self.span.into())?, end))
	}
}

/// How a device went on from the point before.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Step {
	/// For how long, in seconds. At least 1.
	pub seconds: u8,
	/// How far to the north, in units of 1e-6 degrees.
	pub north: i16,
	/// How far to the east, in units of 1e-6 degrees.
	pub east: i16,
}

/// A standing member's word that it has heard the device.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Sighting {
	/// Who has heard it.
	pub witness: DeviceId,
	/// At which point of the track, from 0.
	pub point: u8,
	/// How many seconds after that point.
	pub late: i8,
	/// How strongly, in tenths of a dBm.
	pub power: i16,
	/// On which frequency, in hertz.
	pub frequency: u32,
	/// The witness's signature.
	pub signature: Signature,
}

/// What a mapping report holds.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode)]
pub struct Evidence {
	/// When the track begins, in seconds of Unix time.
	pub start: u32,
	/// Where, in units of 1e-7 degrees north,
	pub latitude: i32,
	/// and east.
	pub longitude: i32,
	/// How it goes on.
	pub steps: BoundedVec<Step, ConstU32<MAX_STEPS>>,
	/// How many images were taken.
	pub frames: u16,
	/// Root of the tree over their hashes ([`substation_primitives::merkle`]); zero without any.
	pub images: H256,
	/// Who has heard the device on the way.
	pub sightings: BoundedVec<Sighting, ConstU32<MAX_SIGHTINGS>>,
}

/// A point of a track.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fix {
	/// When, in seconds of Unix time.
	pub at: u64,
	/// Where.
	pub point: Point,
}

impl Evidence {
	/// The points of the track. Sums that leave the range of a coordinate stay at its end, which lies outside the world.
	pub fn points(&self) -> Vec<Fix> {
		let first = Point { latitude: self.latitude, longitude: self.longitude };
		let first = Fix { at: self.start.into(), point: first };
		let rest = self.steps.iter().scan(first, |last, step| {
			let Point { latitude, longitude } = last.point;
			let point = Point {
				latitude: latitude.saturating_add(i32::from(step.north) * COARSE),
				longitude: longitude.saturating_add(i32::from(step.east) * COARSE),
			};
			*last = Fix { at: last.at.saturating_add(step.seconds.into()), point };
			Some(*last)
		});
		core::iter::once(first).chain(rest).collect()
	}
}

/// Whether a point lies on the Earth.
pub fn is_in_world(point: &Point) -> bool {
	point.latitude.unsigned_abs() <= 900_000_000 && point.longitude.unsigned_abs() <= 1_800_000_000
}

/// Why a sighting counts nothing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[cfg_attr(feature = "std", derive(serde::Serialize))]
pub enum Rejection {
	/// The witness was no member.
	UnknownWitness,
	/// The witness is the same owner's.
	OwnWitness,
	/// The witness has said it already, and is counted.
	Repeated,
	/// The witness stands nowhere.
	NoPlace,
	/// The track has no such point.
	NoPoint,
	/// That was more than half a minute before or after that point.
	TooLate,
	/// Nobody hears anything so far away.
	TooFar,
	/// It arrived more strongly than it can have from there.
	TooStrong,
	/// The witness has not signed that.
	BadSignature,
}

/// What was credited to a tile.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Mapped {
	/// Millimetres in it, at the most the diagonal of the box around them.
	pub length: u64,
	/// What a metre is worth there, in millionths.
	pub weight: u32,
}

/// How a score came about.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Assessment {
	/// Metres of the track in steps that count.
	pub length: u64,
	/// What was credited, tile by tile.
	pub tiles: BTreeMap<Tile, Mapped>,
	/// Metres of these, each by its weight.
	pub metres: u64,
	/// Members in the region, and those that are wanted.
	pub members: (u32, u32),
	/// For each sighting, whether it counts.
	pub sightings: Vec<(DeviceId, Result<(), Rejection>)>,
	/// From 0 to [`FULL_SCORE`].
	pub score: Score,
}

/// Steps that were walked one after the other, until they are long enough to say something.
#[derive(Clone, Copy, Default)]
struct Leg {
	seconds: i64,
	north: i64,
	east: i64,
	length: u64,
}

impl Leg {
	/// This and a step more.
	fn with(self, step: &Step, length: u64) -> Self {
		Self {
			seconds: self.seconds + i64::from(step.seconds),
			north: self.north + i64::from(step.north),
			east: self.east + i64::from(step.east),
			length: self.length + length,
		}
	}

	/// Whether the next goes on in the same line.
	fn is_straight_with(&self, next: &Self) -> bool {
		let bend = |a: i64, b: i64| (b * self.seconds - a * next.seconds).abs();
		let bent = bend(self.north, next.north).max(bend(self.east, next.east));
		bent <= STRAIGHT * next.seconds
	}

	/// Whether the next goes on at the same speed.
	fn is_even_with(&self, next: &Self) -> bool {
		let [own, other] = [self.seconds, next.seconds].map(|seconds| seconds.unsigned_abs());
		let [was, is] = [self.length * other, next.length * own];
		was.abs_diff(is) <= was / EVEN_PART + EVEN * other
	}
}

/// What steps say of a track.
struct Walked {
	/// For each step its length in millimetres, if it counts.
	lengths: Vec<Option<u64>>,
	/// Pairs of legs that say how smooth it is.
	pairs: u32,
}

impl Walked {
	/// Metres that it can be credited with.
	fn most(&self) -> u64 {
		match self.pairs < PAIRS {
			true => METRES_A_PAIR * u64::from(self.pairs),
			false => u64::MAX,
		}
	}
}

/// Whether a track can be one of something that moves.
fn physical(policy: &Policy, evidence: &Evidence) -> Result<Walked, Fault> {
	let steps = &evidence.steps;
	if steps.iter().any(|step| step.seconds == 0) {
		return Err(Fault::TimeStandsStill);
	}
	let plane = Plane::at(evidence.latitude);
	let length =
		|step: &Step| plane.span(i32::from(step.north) * COARSE, i32::from(step.east) * COARSE);
	let lengths: Vec<u64> = steps.iter().map(length).collect();
	let counts = |(step, length): (&Step, &u64)| {
		let reached = u64::from(policy.speed) * 1_000 * u64::from(step.seconds) + NOISE;
		(*length <= reached && *length <= u64::from(policy.step) * 1_000).then_some(*length)
	};
	let counting: Vec<_> = steps.iter().zip(&lengths).map(counts).collect();
	let leaps = counting.iter().filter(|length| length.is_none()).count();
	if leaps * 10 > counting.len() {
		return Err(Fault::Unphysical);
	}
	let (mut pairs, mut straight, mut even) = (0u32, 0u32, 0u32);
	let (mut last, mut open) = (None::<Leg>, Leg::default());
	for (step, length) in steps.iter().zip(&lengths) {
		// Short steps are joined: else every second one would hide how the others go on.
		open = open.with(step, *length);
		if open.length < SMOOTH {
			continue;
		}
		let leg = core::mem::take(&mut open);
		if let Some(last) = last.replace(leg) {
			pairs += 1;
			straight += u32::from(last.is_straight_with(&leg));
			even += u32::from(last.is_even_with(&leg));
		}
	}
	let is_smooth = straight * 10 > pairs * MOST_STRAIGHT || even * 10 > pairs * MOST_EVEN;
	if pairs >= PAIRS && is_smooth {
		return Err(Fault::Synthetic);
	}
	Ok(Walked { lengths: counting, pairs })
}

/// The box around parts of a track, in units of 1e-7 degrees.
#[derive(Clone, Copy)]
struct Bounds {
	south: i32,
	north: i32,
	west: i32,
	east: i32,
}

impl Bounds {
	/// Around two points.
	fn around([a, b]: [Point; 2]) -> Self {
		Self {
			south: a.latitude.min(b.latitude),
			north: a.latitude.max(b.latitude),
			west: a.longitude.min(b.longitude),
			east: a.longitude.max(b.longitude),
		}
	}

	/// Around both.
	fn with(self, other: Self) -> Self {
		Self {
			south: self.south.min(other.south),
			north: self.north.max(other.north),
			west: self.west.min(other.west),
			east: self.east.max(other.east),
		}
	}
}

/// The point that lies `part` of `parts` on the way from one to another, rounded down.
fn between([from, to]: [Point; 2], part: i64, parts: i64) -> Point {
	let on = |from: i32, to: i32| {
		let way = (i64::from(to) - i64::from(from)) * part;
		(i64::from(from) + way.div_euclid(parts)) as i32
	};
	Point { latitude: on(from.latitude, to.latitude), longitude: on(from.longitude, to.longitude) }
}

/// For each tile within reach of `home` that a track passes: the millimetres that are credited to it.
fn credited(
	policy: &Policy,
	home: Point,
	points: &[Fix],
	lengths: &[Option<u64>],
) -> BTreeMap<Tile, u64> {
	let mut parents = BTreeMap::<Parent, bool>::new();
	let mut tiles = BTreeMap::<Tile, (u64, Bounds)>::new();
	let mut left = MAX_PARTS;
	for (pair, length) in points.windows(2).zip(lengths) {
		let ([a, b], Some(length)) = (pair, length) else { continue };
		let ends = [a.point, b.point];
		let parts = length.div_ceil(PART);
		left = match left.checked_sub(parts) {
			Some(left) => left,
			None => break,
		};
		let parts = parts as i64;
		for part in 0..parts {
			let tile = Tile::of(&between(ends, 2 * part + 1, 2 * parts));
			let parent = tile.parent();
			if !parents.contains_key(&parent) && parents.len() < MAX_PARENTS {
				parents.insert(parent, geo::distance(home, parent.middle()) <= policy.reach);
			}
			if parents.get(&parent) != Some(&true) {
				continue;
			}
			let bounds = Bounds::around([part, part + 1].map(|part| between(ends, part, parts)));
			let own = tiles.entry(tile).or_insert((0, bounds));
			*own = (own.0 + length / parts as u64, own.1.with(bounds));
		}
	}
	let plane = Plane::at(points.first().map_or(0, |first| first.point.latitude));
	let within = |(tile, (length, Bounds { south, north, west, east })): (Tile, _)| {
		(tile, plane.span(north - south, east - west).min(length))
	};
	tiles.into_iter().map(within).collect()
}

/// For each tile within reach of `home` that a track passes: the millimetres that are credited to it, whatever the tile is worth.
///
/// # Errors
///
/// If the track can be one of no drive.
pub fn passed(
	policy: &Policy,
	home: Point,
	evidence: &Evidence,
) -> Result<BTreeMap<Tile, u64>, Fault> {
	let walked = physical(policy, evidence)?;
	Ok(credited(policy, home, &evidence.points(), &walked.lengths))
}

/// A report that is looked at.
struct Assessor<'a, F> {
	context: &'a ReportContext,
	policy: &'a Policy,
	facts: &'a F,
	device: &'a DeviceId,
	own: &'a DeviceFacts,
}

impl<F: FactSource> Assessor<'_, F> {
	/// Whether the track lies in the time that the report is about.
	fn is_in_period(&self, evidence: &Evidence) -> bool {
		let seconds: u64 = evidence.steps.iter().map(|step| u64::from(step.seconds)).sum();
		let start = u64::from(evidence.start);
		let opened = |(begin, end)| Some((self.facts.opened(begin)?, self.facts.opened(end)?));
		let period = self.policy.period(self.context.epoch).and_then(opened);
		period.is_some_and(|(after, before)| {
			after <= start * 1_000 && (start + seconds) * 1_000 < before
		})
	}

	/// Whether a member can have heard the device where its track says that it was.
	fn sighting(&self, points: &[Fix], sighting: &Sighting) -> Result<(), Rejection> {
		let policy = self.policy;
		let index = usize::from(sighting.point);
		let heard = points.get(index).ok_or(Rejection::NoPoint)?;
		if sighting.late.unsigned_abs() > MAX_LATE {
			return Err(Rejection::TooLate);
		}
		let witness = self.facts.device(&sighting.witness).ok_or(Rejection::UnknownWitness)?;
		if witness.owner == self.own.owner {
			return Err(Rejection::OwnWitness);
		}
		let place = witness.place.ok_or(Rejection::NoPlace)?.point();
		let near = points.iter().take(index + 2).skip(index.saturating_sub(1));
		let nearest = near.map(|fix| geo::distance(place, fix.point)).min().unwrap_or(u32::MAX);
		if nearest > policy.far {
			return Err(Rejection::TooFar);
		}
		// A receiver's place may be off by so much.
		let distance = nearest.saturating_sub((NOISE / 1_000) as u32).max(1);
		let Sighting { power, frequency, .. } = *sighting;
		if !radio::is_possible(power, policy.eirp, policy.margin, distance, frequency) {
			return Err(Rejection::TooStrong);
		}
		let at = heard.at.saturating_add_signed(sighting.late.into());
		let message =
			self.context.sighting(&sighting.witness, self.device, at as u32, power, frequency);
		let signed = witness.key.verify(&sighting.signature, &message);
		signed.then_some(()).ok_or(Rejection::BadSignature)
	}

	/// For each sighting, whether it counts: each witness once.
	fn sightings(
		&self,
		points: &[Fix],
		evidence: &Evidence,
	) -> Vec<(DeviceId, Result<(), Rejection>)> {
		let mut found = Vec::<(DeviceId, Result<(), Rejection>)>::new();
		for sighting in &evidence.sightings {
			let witness = sighting.witness;
			let outcome = match found.contains(&(witness, Ok(()))) {
				true => Err(Rejection::Repeated),
				false => self.sighting(points, sighting),
			};
			found.push((witness, outcome));
		}
		found
	}

	/// What the tiles of a track are worth.
	fn mapped(&self, credited: BTreeMap<Tile, u64>) -> BTreeMap<Tile, Mapped> {
		let mut rows = BTreeMap::new();
		let worth = |(tile, length): (Tile, u64)| {
			let parent = tile.parent();
			let row = rows.entry(parent).or_insert_with(|| self.facts.tiles(&parent));
			let weight = row.as_ref().map_or(FULL_SCORE, |tiles| {
				tiles.weight(tile.slot(), self.context.epoch, self.policy.replenish)
			});
			(tile, Mapped { length, weight })
		};
		credited.into_iter().map(worth).collect()
	}

	fn assess(&self, evidence: &Evidence) -> (Result<Assessment, Fault>, WorkUnits) {
		let policy = self.policy;
		let Some(place) = self.own.place else { return (Err(Fault::NoPlace), 0) };
		if evidence.steps.is_empty() {
			return (Err(Fault::NothingCounts), 0);
		}
		if !self.is_in_period(evidence) {
			return (Err(Fault::OutsidePeriod), 0);
		}
		let points = evidence.points();
		if !points.iter().all(|fix| is_in_world(&fix.point)) {
			return (Err(Fault::OutsideWorld), 0);
		}
		let looked = track_work(evidence);
		let walked = match physical(policy, evidence) {
			Ok(walked) => walked,
			Err(fault) => return (Err(fault), looked),
		};
		let lengths = &walked.lengths;
		let tiles = self.mapped(credited(policy, place.point(), &points, lengths));
		let worth = |mapped: &Mapped| {
			// A tile's diagonal is some 300 metres, and a part is shorter.
			let length = u32::try_from(mapped.length).unwrap_or(u32::MAX);
			u64::from(share(length, mapped.weight.into(), FULL_SCORE.into()))
		};
		let metres = (tiles.values().map(worth).sum::<u64>() / 1_000).min(walked.most());
		if metres < policy.least.into() {
			return (Err(Fault::NothingCounts), looked.saturating_add(TILES_WORK));
		}
		let occupied = self.own.chair.map_or(0, |chair| chair.cell.occupied);
		let score = share(FULL_SCORE, metres, policy.full.into());
		let mut score = share(score, policy.target.into(), occupied.into());
		let sightings = self.sightings(&points, evidence);
		if policy.sightings > 0 {
			let heard = sightings.iter().filter(|(_, outcome)| outcome.is_ok()).count() as u64;
			let part = share(policy.sighted, heard, policy.sightings.into());
			let whole = FULL_SCORE.saturating_sub(policy.sighted).saturating_add(part);
			score = share(score, whole.into(), FULL_SCORE.into());
		}
		let length = lengths.iter().flatten().sum::<u64>() / 1_000;
		let members = (occupied, policy.target);
		let assessment = Assessment { length, tiles, metres, members, sightings, score };
		(Ok(assessment), Mapping::work(policy, evidence))
	}
}

/// Work of looking at a track.
fn track_work(evidence: &Evidence) -> WorkUnits {
	(evidence.steps.len() as u32).div_ceil(STEPS_A_UNIT).saturating_add(1)
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
	Assessor { context, policy, facts, device, own }.assess(evidence)
}

/// The kind.
pub struct Mapping;

impl ResourceKind for Mapping {
	type Policy = Policy;
	type Evidence = Evidence;

	const NAME: &'static str = "mapping";
	const MAX_WORK: WorkUnits =
		TILES_WORK + MAX_STEPS.div_ceil(STEPS_A_UNIT) + 1 + SIGHTING_WORK * MAX_SIGHTINGS;

	fn is_sound(policy: &Policy) -> bool {
		policy.is_sound()
	}

	/// Periods follow each other, while epochs do: no drive is told twice.
	fn may_become(policy: &Policy, next: &Policy) -> bool {
		(policy.span, policy.delay) == (next.span, next.delay)
	}

	/// Periods follow each other: no drive is told twice, and none is left out.
	fn fits_cadence(policy: &Policy, cadence: u16) -> bool {
		cadence == u16::from(policy.span)
	}

	fn numbering(policy: &Policy) -> Numbering {
		Numbering::InCell(policy.resolution)
	}

	fn signatures(evidence: &Evidence) -> u32 {
		evidence.sightings.len() as u32
	}

	fn work(_: &Policy, evidence: &Evidence) -> WorkUnits {
		TILES_WORK + track_work(evidence) + SIGHTING_WORK * evidence.sightings.len() as u32
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
