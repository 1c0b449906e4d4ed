//! Mapping.

use super::*;
use crate::{
	author::{track, Position},
	geo::{Plane, Point},
	known::Answer,
	mapping::{assess, Mapping, Policy, Rejection, Sighting, Step, MAX_STEPS},
	tiles::{Parent, Tile, Tiles},
	ResourceKind,
};

/// What a network would pay for in earnest.
const POLICY: Policy = Policy {
	span: 1,
	delay: 48,
	speed: 42,
	step: 1_000,
	replenish: 168,
	least: 200,
	full: 10_000,
	resolution: 4,
	target: 50,
	reach: 50_000,
	sightings: 0,
	sighted: 0,
	eirp: 161,
	margin: 30,
	far: 100_000,
};
/// The epoch that is reported for.
const EPOCH: u32 = 1_000;
/// When the period that it is about begins, in seconds; it lasts an hour.
const START: u64 = 1_721_800_800;
/// Where drives begin.
const HOME: Point = Point { latitude: 457_000_000, longitude: 48_000_000 };

fn context() -> ReportContext {
	ReportContext { epoch: EPOCH, ..example_context() }
}

/// A device at home, one of so many in its region, and the hour that it reports for.
fn world(occupied: u32) -> (DeviceId, Known) {
	let place = Place { latitude: HOME.latitude, longitude: HOME.longitude, cell: 0, eirp: 140 };
	let pair = pair(0);
	let facts = DeviceFacts {
		key: pair.public(),
		owner: [7; 32].into(),
		aggregator: example_context().aggregator,
		aggregator_since: 0,
		cut: 0,
		since: 0,
		place: Some(place),
		chair: Some(Chair { index: 0, cell: Cell { id: 1, occupied, chairs: occupied } }),
		data_set: None,
	};
	let mut known = Known::from_iter([(pair.device_id(), facts)]);
	for (epoch, hour) in [(951, 0), (952, 1)] {
		known.note(Question::Opened(epoch), Answer::Opened(Some((START + hour * 3_600) * 1_000)));
	}
	(pair.device_id(), known)
}

/// A drive without end: it winds to the north-east, at speeds and directions that change as those of a bicycle in a town.
fn drive(seconds: u64) -> Vec<Position> {
	let mut point = HOME;
	let mut draw = 7u32;
	let mut next = |of: i32| {
		draw = draw.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
		((draw >> 8) % of as u32) as i32
	};
	(0..seconds / 8)
		.map(|step| {
			let at = (START + step * 8) * 1_000;
			let here = Position { at, point };
			point.latitude += 1_000 + next(5_000);
			point.longitude += next(9_000) - 2_000;
			here
		})
		.collect()
}

fn hour() -> std::ops::Range<u64> {
	START * 1_000..(START + 3_600) * 1_000
}

fn ride() -> Evidence {
	track(&drive(1_600), &hour(), 5).unwrap()
}

type Evidence = crate::mapping::Evidence;

fn looked_at(
	policy: &Policy,
	(device, known): &(DeviceId, Known),
	evidence: &Evidence,
) -> Result<crate::mapping::Assessment, Fault> {
	let own = known.device(device).unwrap();
	let (found, work) = assess(&context(), policy, known, device, &own, evidence);
	assert!(work <= Mapping::work(policy, evidence));
	found
}

fn score(policy: &Policy, world: &(DeviceId, Known), evidence: &Evidence) -> Result<u32, Fault> {
	looked_at(policy, world, evidence).map(|found| found.score)
}

/// The ride with other steps.
fn with_steps(change: impl Fn(usize, &mut Step)) -> Evidence {
	let mut evidence = ride();
	let mut steps = evidence.steps.to_vec();
	steps.iter_mut().enumerate().for_each(|(number, step)| change(number, step));
	evidence.steps = steps.try_into().unwrap();
	evidence
}

#[test]
fn each_value_has_its_range() {
	type Change = fn(&mut Policy);
	let sound: [Change; 22] = [
		|p| p.span = 1,
		|p| p.span = 24,
		|p| p.delay = 0,
		|p| p.delay = 168,
		|p| p.speed = 1,
		|p| p.speed = 100,
		|p| p.step = 50,
		|p| p.step = 5_000,
		|p| p.replenish = 1,
		|p| p.replenish = 8_760,
		|p| p.least = 1,
		|p| p.least = p.full,
		|p| p.full = 200,
		|p| p.full = 1_000_000,
		|p| p.resolution = 0,
		|p| p.resolution = 12,
		|p| p.target = 1,
		|p| p.reach = 1_000,
		|p| p.reach = 1_000_000,
		|p| p.sightings = 4,
		|p| p.sighted = 0,
		|p| p.sighted = FULL_SCORE,
	];
	let unsound: [Change; 18] = [
		|p| p.span = 0,
		|p| p.span = 25,
		|p| p.delay = 169,
		|p| p.speed = 0,
		|p| p.speed = 101,
		|p| p.step = 49,
		|p| p.step = 5_001,
		|p| p.replenish = 0,
		|p| p.replenish = 8_761,
		|p| p.least = 0,
		|p| p.least = p.full + 1,
		|p| p.full = 99,
		|p| p.full = 1_000_001,
		|p| p.resolution = 13,
		|p| p.target = 0,
		|p| p.reach = 999,
		|p| p.sightings = 5,
		|p| p.sighted = FULL_SCORE + 1,
	];
	let judged = |change: &Change| {
		let mut policy = POLICY;
		change(&mut policy);
		policy.is_sound()
	};
	for (number, change) in sound.iter().enumerate() {
		assert!(judged(change), "{number} of the sound ones");
	}
	for (number, change) in unsound.iter().enumerate() {
		assert!(!judged(change), "{number} of the unsound ones");
	}
	let cadences = [0, 1, 2].map(|cadence| Mapping::fits_cadence(&POLICY, cadence));
	assert_eq!(cadences, [false, true, false]);
}

#[test]
fn metres_in_tiles_that_nobody_has_mapped_are_paid() {
	let world = world(1);
	let found = looked_at(&POLICY, &world, &ride()).unwrap();

	let walked: u64 = found.tiles.values().map(|mapped| mapped.length).sum();
	assert_eq!(found.metres, walked / 1_000);
	assert!((8_000..=found.length).contains(&found.metres), "{found:?}");
	assert_eq!(u64::from(found.score), found.metres * 100);
	assert!(found.tiles.values().all(|mapped| mapped.weight == FULL_SCORE));
}

#[test]
fn a_tile_that_was_mapped_is_worth_what_time_has_given_back() {
	let fresh = world(1);
	let whole = looked_at(&POLICY, &fresh, &ride()).unwrap();
	let marked = |epoch: u32| {
		let (device, mut known) = world(1);
		let mut rows = BTreeMap::<Parent, Tiles>::new();
		for tile in whole.tiles.keys() {
			rows.entry(tile.parent()).or_default().marked[usize::from(tile.slot())] = epoch;
		}
		for (parent, tiles) in rows {
			known.note(Question::Tiles(parent), Answer::Tiles(Some(Box::new(tiles))));
		}
		(device, known)
	};
	let half = looked_at(&POLICY, &marked(EPOCH - 84), &ride()).unwrap();
	assert!(half.metres.abs_diff(whole.metres / 2) <= 1, "{} of {}", half.metres, whole.metres);
	assert_eq!(score(&POLICY, &marked(EPOCH - 168), &ride()), Ok(whole.score));
	assert_eq!(score(&POLICY, &marked(EPOCH), &ride()), Err(Fault::NothingCounts));
	// Others' tiles change nothing.
	let (device, mut known) = world(1);
	let beside = Parent { north: 3_500, east: 400 };
	let tiles = Tiles { marked: [EPOCH; 64], wanted: 0 };
	known.note(Question::Tiles(beside), Answer::Tiles(Some(Box::new(tiles))));
	assert_eq!(score(&POLICY, &(device, known), &ride()), Ok(whole.score));
}

#[test]
fn a_region_is_shared() {
	let alone = score(&POLICY, &world(1), &ride()).unwrap();

	assert_eq!(score(&POLICY, &world(50), &ride()), Ok(alone));
	assert_eq!(score(&POLICY, &world(100), &ride()), Ok(alone / 2));
}

#[test]
fn a_track_lies_in_its_period_and_on_earth() {
	let world = world(1);
	let base = ride();
	let at = |start: u64| Evidence { start: start as u32, ..base.clone() };
	let length: u64 = base.steps.iter().map(|step| u64::from(step.seconds)).sum();

	assert!(score(&POLICY, &world, &at(START)).is_ok());
	assert!(score(&POLICY, &world, &at(START + 3_599 - length)).is_ok());
	for outside in [START - 1, START + 3_600 - length, 0, u32::MAX.into()] {
		assert_eq!(score(&POLICY, &world, &at(outside)), Err(Fault::OutsidePeriod));
	}
	let metres = Evidence { latitude: 2_000_000_000, ..base.clone() };
	assert_eq!(score(&POLICY, &world, &metres), Err(Fault::OutsideWorld));
	let pole = Evidence { latitude: 900_000_000, ..base.clone() };
	assert_eq!(score(&POLICY, &world, &pole), Err(Fault::OutsideWorld));
	let nothing = Evidence { steps: Default::default(), ..base.clone() };
	assert_eq!(score(&POLICY, &world, &nothing), Err(Fault::NothingCounts));
	// Too early in a chain's life for any period.
	let own = world.1.device(&world.0).unwrap();
	let early = ReportContext { epoch: 48, ..example_context() };
	let found = assess(&early, &POLICY, &world.1, &world.0, &own, &base);
	assert_eq!(found.0, Err(Fault::OutsidePeriod));
	let nowhere = DeviceFacts { place: None, ..own };
	let found = assess(&context(), &POLICY, &world.1, &world.0, &nowhere, &base);
	assert_eq!(found, (Err(Fault::NoPlace), 0));
}

#[test]
fn what_is_no_drive_is_refused_or_not_paid() {
	let world = world(1);
	let refused = |evidence: &Evidence| score(&POLICY, &world, evidence);

	let still = with_steps(|number, step| step.seconds *= u8::from(number != 5));
	assert_eq!(refused(&still), Err(Fault::TimeStandsStill));
	// A leap of five kilometres is not paid; too many of them are not believed.
	let once = with_steps(|number, step| {
		if number == 50 {
			step.north = 32_000;
		}
	});
	let walked = |evidence: &Evidence| looked_at(&POLICY, &world, evidence).unwrap().length;
	assert!((1..100).contains(&(walked(&ride()) - walked(&once))), "one step is not paid");
	let often = with_steps(|number, step| match number % 6 {
		0 => step.north = 27_000,
		3 => step.north = -27_000,
		_ => {}
	});
	assert_eq!(refused(&often), Err(Fault::Unphysical));
	let fast = with_steps(|_, step| step.seconds = 1);
	assert_eq!(refused(&fast), Err(Fault::Unphysical));
	let line = with_steps(|_, step| *step = Step { seconds: 8, north: 300, east: 200 });
	assert_eq!(refused(&line), Err(Fault::Synthetic));
	// One even speed along a way that bends.
	let even = with_steps(|number, step| {
		let (north, east) = [(400, 0), (0, 573), (-400, 0), (0, 573)][number % 4];
		*step = Step { seconds: 8, north, east };
	});
	assert_eq!(refused(&even), Err(Fault::Synthetic));
	// The same with a short step between any two, and in steps that are short themselves.
	let hidden = with_steps(|number, step| {
		*step = match number % 2 {
			0 => Step { seconds: 20, north: 7_000, east: 0 },
			_ => Step { seconds: 1, north: 40, east: 0 },
		};
	});
	assert_eq!(refused(&hidden), Err(Fault::Synthetic));
	let short = with_steps(|_, step| *step = Step { seconds: 8, north: 88, east: 0 });
	assert_eq!(refused(&short), Err(Fault::Synthetic));
	// Too few of them to tell: they are credited with little.
	let few = vec![Step { seconds: 24, north: 8_990, east: 0 }; 11].try_into().unwrap();
	let found = looked_at(&POLICY, &world, &Evidence { steps: few, ..ride() }).unwrap();
	assert_eq!((found.metres, found.score), (1_000, 100_000));
	// A parked car's noise, and laps around a house.
	let parked = with_steps(|number, step| {
		// Of where it seems to be, each step goes from one to the next.
		let at = |number: usize| ((number * 7_919 % 61) as i16, (number * 104_729 % 47) as i16);
		let (from, to) = (at(number), at(number + 1));
		*step = Step { seconds: 8, north: to.0 - from.0, east: to.1 - from.1 };
	});
	assert_eq!(refused(&parked), Err(Fault::NothingCounts));
	// Far from home.
	let far = Evidence { longitude: 150_000_000, ..ride() };
	assert_eq!(refused(&far), Err(Fault::NothingCounts));
}

#[test]
fn noise_at_the_end_of_what_is_possible_counts() {
	let world = world(1);
	let plane = Plane::at(HOME.latitude);
	// At 42 metres a second for 8 seconds, and 30 metres more.
	let most = (300..=4_000).rev().find(|north| plane.span(north * 10, 0) <= 366_000).unwrap();
	let one = |north: i32| {
		with_steps(|number, step| {
			if number == 9 {
				*step = Step { seconds: 8, north: north as i16, east: 0 };
			}
		})
	};
	let length = |north| looked_at(&POLICY, &world, &one(north)).unwrap().length;
	assert!(length(most) > length(most + 1) + 300);
}

#[test]
fn a_standing_member_can_have_heard_what_drives_by() {
	let (device, mut known) = world(1);
	let evidence = ride();
	let points = evidence.points();
	let heard = points[100].point;
	let gate = pair(1);
	let place = |point: Point| Place {
		latitude: point.latitude,
		longitude: point.longitude,
		cell: 0,
		eirp: 140,
	};
	let own = known.device(&device).unwrap();
	let near = Point { latitude: heard.latitude + 90_000, ..heard };
	let stands = |owner: u8, point: Option<Point>| DeviceFacts {
		key: gate.public(),
		owner: [owner; 32].into(),
		place: point.map(place),
		chair: None,
		..own.clone()
	};
	let policy = Policy { sightings: 1, sighted: 250_000, ..POLICY };
	let said = |power: i16, at: u64| {
		let message = context().sighting(&gate.device_id(), &device, at as u32, power, 868_000_000);
		Sighting {
			witness: gate.device_id(),
			point: 100,
			late: 3,
			power,
			frequency: 868_000_000,
			signature: gate.sign(&message),
		}
	};
	let at = points[100].at + 3;
	let mut found = |facts: Option<DeviceFacts>, said: &[Sighting]| {
		known.note_device(gate.device_id(), facts);
		let sightings = said.to_vec().try_into().unwrap();
		let evidence = Evidence { sightings, ..evidence.clone() };
		let found = looked_at(&policy, &(device, known.clone()), &evidence).unwrap();
		(found.score, found.sightings.iter().map(|one| one.1).collect::<Vec<_>>())
	};
	let there = stands(8, Some(near));
	let (whole, counts) = found(Some(there.clone()), &[said(-1_200, at)]);
	assert_eq!(counts, [Ok(())]);
	let (part, counts) = found(Some(there.clone()), &[said(-400, at)]);
	assert_eq!((part, counts), (whole * 3 / 4, vec![Err(Rejection::TooStrong)]));
	assert_eq!(found(Some(there.clone()), &[]).0, part);
	let mut why = |facts, said: Sighting| {
		let (score, counts) = found(facts, &[said]);
		assert_eq!(score, part);
		counts[0]
	};
	let good = said(-1_200, at);
	assert_eq!(why(None, good.clone()), Err(Rejection::UnknownWitness));
	assert_eq!(why(Some(stands(7, Some(near))), good.clone()), Err(Rejection::OwnWitness));
	assert_eq!(why(Some(stands(8, None)), good.clone()), Err(Rejection::NoPlace));
	let beyond = Point { latitude: heard.latitude + 10_000_000, ..heard };
	assert_eq!(why(Some(stands(8, Some(beyond))), good.clone()), Err(Rejection::TooFar));
	assert_eq!(why(Some(there.clone()), said(-1_200, at + 1)), Err(Rejection::BadSignature));
	let nowhere = Sighting { point: 239, ..good.clone() };
	assert_eq!(why(Some(there.clone()), nowhere), Err(Rejection::NoPoint));
	let late = Sighting { late: 31, ..good.clone() };
	assert_eq!(why(Some(there.clone()), late), Err(Rejection::TooLate));
	let wrong = Sighting { power: -1_201, ..good.clone() };
	let after = found(Some(there.clone()), &[wrong, good.clone()]);
	assert_eq!(after, (whole, vec![Err(Rejection::BadSignature), Ok(())]));
	let twice = found(Some(there), &[good.clone(), good]);
	assert_eq!(twice, (whole, vec![Ok(()), Err(Rejection::Repeated)]));
}

#[test]
fn a_track_is_told_in_as_many_points_as_a_report_holds() {
	let long = drive(3_600);
	let evidence = track(&long, &hour(), 5).unwrap();
	// One point in 8 seconds would be 450.
	assert!(evidence.steps.len() <= MAX_STEPS as usize && evidence.steps.len() > 200);
	assert!(evidence.steps.iter().all(|step| step.seconds == 16));
	assert_eq!(evidence.points()[0].point, HOME);

	// A pause of ten minutes is told as steps that do not move.
	let later = |position: &Position| Position { at: position.at + 600_000, ..*position };
	let paused: Vec<_> =
		long.iter().take(20).copied().chain(long.iter().skip(20).take(20).map(later)).collect();
	let evidence = track(&paused, &hour(), 5).unwrap();
	let standing: Vec<u8> = evidence
		.steps
		.iter()
		.filter(|step| (step.north, step.east) == (0, 0))
		.map(|step| step.seconds)
		.collect();
	assert_eq!(standing, [255, 255]);
	// Of two parts the longer one, and nothing outside the world, the hour or the order.
	let far = |position: &Position| Position {
		point: Point { latitude: position.point.latitude + 5_000_000, ..position.point },
		..*position
	};
	let parted: Vec<_> =
		long.iter().take(20).copied().chain(long.iter().skip(20).take(30).map(far)).collect();
	let evidence = track(&parted, &hour(), 5).unwrap();
	assert_eq!(evidence.steps.len(), 29);
	let mut dirty = long[..20].to_vec();
	dirty[3].point.latitude = i32::MAX;
	dirty[5].at = 5;
	dirty.swap(9, 10);
	assert_eq!(track(&dirty, &hour(), 5).unwrap().steps.len(), 16);
	// A second that has begun before the period is none of it.
	let period = hour().start + 500..hour().end;
	let late: Vec<_> = long.iter().map(|one| Position { at: one.at + 600, ..*one }).collect();
	let evidence = track(&late[..20], &period, 5).unwrap();
	assert_eq!(u64::from(evidence.start), START + 8);
	assert_eq!(track(&long[..1], &hour(), 5), None);
	assert_eq!(track(&[], &hour(), 5), None);
}

proptest! {
	/// Whatever is told: no panic, no score above the whole, and no more metres than were walked.
	#[test]
	fn whatever_is_told_is_judged(
		start in (START as u32)..(START as u32 + 3_000),
		latitude in prop_oneof![4 => 450_000_000i32..460_000_000, 1 => any::<i32>()],
		longitude in prop_oneof![4 => 40_000_000i32..50_000_000, 1 => any::<i32>()],
		steps in prop::collection::vec((0u8..12, -700i16..700, -700i16..700), 0..60),
		wild in prop::collection::vec((any::<u8>(), any::<i16>(), any::<i16>()), 0..4),
	) {
		let steps: Vec<Step> = steps
			.into_iter()
			.chain(wild)
			.map(|(seconds, north, east)| Step { seconds, north, east })
			.collect();
		let steps = steps.try_into().unwrap();
		let evidence = Evidence { start, latitude, longitude, steps, ..Default::default() };
		let policy = Policy { least: 1, full: 100, reach: 1_000_000, ..POLICY };
		if let Ok(found) = looked_at(&policy, &world(1), &evidence) {
			prop_assert!(found.score <= FULL_SCORE);
			prop_assert!(found.metres <= found.length);
			// A tile's diagonal at this latitude, and what of a part may lie beyond.
			prop_assert!(found.tiles.values().all(|mapped| mapped.length < 350_000));
			prop_assert!(found.tiles.keys().all(|tile| Tile::within(tile.parent(), tile.slot()) == *tile));
		}
	}
}
