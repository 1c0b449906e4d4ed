//! What devices that map tell of a drive.

use std::ops::Range;

use crate::{
	geo::Point,
	mapping::{is_in_world, Evidence, Step, MAX_STEPS},
};

/// Units of 1e-7 degrees in one of a step.
const COARSE: i32 = 10;
/// Units of 1e-7 degrees that a step can hold.
const LEAP: u32 = i16::MAX as u32 * COARSE as u32;
/// Seconds between two points of a track at the most, where it does not stand still.
const WIDEST: u64 = 24;
/// Seconds that a step can hold.
const PAUSE: u64 = u8::MAX as u64;

/// Where a device was at a time, as its receiver told it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Position {
	/// Milliseconds of Unix time.
	pub at: u64,
	/// Where; it may lie outside the world.
	pub point: Point,
}

/// A point of a track that is made: seconds, and where.
type Told = (u64, Point);

/// What of these positions lies in the world and in the period, in ascending seconds, rounded to units of 1e-6 degrees.
fn within(positions: &[Position], period: &Range<u64>) -> Vec<Told> {
	let mut told: Vec<Told> = Vec::new();
	let coarse = |degrees: i32| degrees.saturating_add(COARSE / 2).div_euclid(COARSE) * COARSE;
	for Position { at, point } in positions {
		let seconds = at / 1_000;
		let follows = told.last().is_none_or(|(last, _)| seconds > *last);
		// Whole seconds are told: one that has begun before the period is none of it.
		if is_in_world(point) && period.contains(&(seconds * 1_000)) && follows {
			let Point { latitude, longitude } = *point;
			let point = Point { latitude: coarse(latitude), longitude: coarse(longitude) };
			told.push((seconds, point));
		}
	}
	told
}

/// The longest part, the first of them, that no leap parts which a step cannot hold.
fn longest(told: &[Told]) -> &[Told] {
	let leaps = |(_, a): &Told, (_, b): &Told| {
		a.latitude.abs_diff(b.latitude).max(a.longitude.abs_diff(b.longitude)) > LEAP
	};
	let parts = told.chunk_by(|a, b| !leaps(a, b));
	parts.fold(&[][..], |best, part| if part.len() > best.len() { part } else { best })
}

/// Points of these that are at least `spacing` seconds apart. A pause that a step cannot hold is told as steps that do not move.
fn thinned(told: &[Told], spacing: u64) -> Vec<Told> {
	let mut thin: Vec<Told> = told.iter().take(1).copied().collect();
	for (at, point) in told.iter().skip(1) {
		let Some((mut last, before)) = thin.last().copied() else { continue };
		if at - last < spacing {
			continue;
		}
		while at - last > PAUSE {
			last += PAUSE;
			thin.push((last, before));
		}
		if *at > last {
			thin.push((*at, *point));
		}
	}
	thin
}

/// The track of a period in milliseconds, its end excluded, from where a device was: in points of `spacing` seconds or more, as close as they fit
/// in a report; of a long way as much from its beginning on as is told by a point in 24 seconds. Positions that lie outside the world, or do not ascend in time, are left out; of parts that no step can join the longest is
/// told. Nothing if there are not two points.
pub fn track(positions: &[Position], period: &Range<u64>, spacing: u64) -> Option<Evidence> {
	let told = within(positions, period);
	let told = longest(&told);
	let most = MAX_STEPS as usize + 1;
	let mut thin = thinned(told, spacing.max(1));
	for wider in spacing.saturating_add(1)..=WIDEST {
		if thin.len() <= most {
			break;
		}
		thin = thinned(told, wider);
	}
	// What does not fit is told from its beginning on: in wider steps nobody would see what lies between.
	thin.truncate(most);
	let (start, first) = *thin.first()?;
	let step = |pair: &[Told]| match pair {
		[(before, a), (after, b)] => Some(Step {
			seconds: u8::try_from(after - before).ok()?,
			north: i16::try_from((b.latitude - a.latitude) / COARSE).ok()?,
			east: i16::try_from((b.longitude - a.longitude) / COARSE).ok()?,
		}),
		_ => None,
	};
	let steps: Vec<Step> = thin.windows(2).map(step).collect::<Option<_>>()?;
	let evidence = Evidence {
		start: u32::try_from(start).ok()?,
		latitude: first.latitude,
		longitude: first.longitude,
		steps: steps.try_into().ok()?,
		..Default::default()
	};
	(!evidence.steps.is_empty()).then_some(evidence)
}
