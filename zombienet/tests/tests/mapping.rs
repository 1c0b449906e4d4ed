//! What is counted of recorded drives, hour by hour, and what the judge makes of it, beside what an independent judge in Python makes of the same files.

use std::collections::{BTreeMap, BTreeSet};

use substation_agent::rides::Ride;
use substation_primitives::{report::Fault, signing::ReportContext, DeviceId};
use substation_proofs::{
	author::{example_context, track, Position},
	facts::{Cell, Chair, DeviceFacts, Place},
	known::{Answer, Known, Question},
	mapping::{assess, Assessment, Evidence, Policy, Step},
};
use substation_zombienet_tests::field::recording;

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
const HOUR: u64 = 3_600_000;
const EPOCH: u32 = 1_000;

/// What an hour comes to: metres, or why not, or nothing to report.
type Hour = Option<Result<u64, Fault>>;

/// The judge's answer for a report of the hour that begins at `hour`, by a device that is at home where it sets out.
fn judged(evidence: &Evidence, hour: u64, members: u32) -> Result<Assessment, Fault> {
	let place =
		Place { latitude: evidence.latitude, longitude: evidence.longitude, cell: 0, eirp: 0 };
	let cell = Cell { id: 1, occupied: members, chairs: members };
	let own = DeviceFacts {
		key: substation_primitives::ReportKey::Ed25519([0; 32].into()),
		owner: [7; 32].into(),
		aggregator: [7; 32].into(),
		aggregator_since: 0,
		cut: 0,
		since: 0,
		place: Some(place),
		chair: Some(Chair { index: 0, cell }),
		data_set: None,
	};
	let mut known = Known::default();
	for (epoch, at) in [(EPOCH - 49, hour), (EPOCH - 48, hour + HOUR)] {
		known.note(Question::Opened(epoch), Answer::Opened(Some(at)));
	}
	let context = ReportContext { epoch: EPOCH, ..example_context() };
	assess(&context, &POLICY, &known, &DeviceId::zero(), &own, evidence).0
}

/// Where a device was, by the name of its file; nothing if the recordings are not at hand.
fn rides() -> Option<BTreeMap<String, Vec<Position>>> {
	let folders = [recording("gps"), recording("vehicle")];
	let mut rides = BTreeMap::new();
	for folder in folders {
		let Some(folder) = folder else {
			eprintln!("no recordings of drives at hand: SUBSTATION_RECORDINGS says where they are");
			return None;
		};
		for path in substation_agent::rides::files(&folder, |_| true).unwrap() {
			let name = path.file_stem().unwrap().to_string_lossy().into_owned();
			let end = path.extension().unwrap_or_default().to_string_lossy().into_owned();
			let is_ride = ["gpx", "log"].contains(&end.as_str())
				|| name.starts_with("twizy_T3") && end == "csv";
			if is_ride {
				rides.insert(name, Ride::read(&path).unwrap().positions);
			}
		}
	}
	Some(rides)
}

/// The hours in which somebody was anywhere.
fn hours(positions: &[Position]) -> BTreeSet<u64> {
	positions.iter().map(|position| position.at / HOUR * HOUR).collect()
}

fn reported(positions: &[Position], hour: u64) -> Option<Evidence> {
	track(positions, &(hour..hour + HOUR), 5)
}

#[test]
fn each_hour_of_recorded_drives_comes_to_what_the_reference_says() {
	let Some(rides) = rides() else { return };
	let metres = |metres: u64| Some(Ok(metres));
	let nothing: Hour = Some(Err(Fault::NothingCounts));
	let wanted: [(&str, Vec<Hour>); 20] = [
		("lyon_bike_24_July", vec![metres(4_574), metres(8_846)]),
		("lyon_bike_24_July_nigth", vec![metres(6_493), metres(8_272)]),
		("lyon_bike_5th_july", vec![metres(7_907), metres(6_583)]),
		("lyon_byke24_modify", vec![metres(5_537)]),
		("tracklib_DC_garmin", vec![metres(220), metres(253)]),
		("tracklib_DC_polar", vec![metres(202), metres(310)]),
		("tracklib_DC_telephone", vec![metres(202), metres(333)]),
		("tracklib_vincennes_wgs84_first300", vec![metres(790)]),
		// Metres for degrees: no position at all.
		("tracklib_vincennes_projected_first300", vec![]),
		("nmea_firefly-II", vec![nothing, nothing]),
		("nmea_gpsdf", vec![nothing]),
		("nmea_haicom-305N", vec![nothing]),
		("nmea_iTrek", vec![nothing]),
		("nmea_nmea-rtk", vec![nothing]),
		("nmea_quectel-eg25-g", vec![metres(248)]),
		("nmea_telit-he910", vec![nothing]),
		("twizy_T3_04_22_2021_1", vec![metres(14_252), nothing]),
		("twizy_T3_04_26_2021_1", vec![metres(14_368)]),
		("twizy_T3_05_25_2021_2", vec![metres(4_689), metres(10_574)]),
		("twizy_T3_06_07_2021", vec![metres(17_819)]),
	];
	for (name, wanted) in wanted {
		let positions = &rides[name];
		let found: Vec<Hour> = hours(positions)
			.into_iter()
			.map(|hour| {
				let evidence = reported(positions, hour)?;
				Some(judged(&evidence, hour, 1).map(|found| found.metres))
			})
			.collect();
		assert_eq!(found, wanted, "{name}");
	}
}

#[test]
fn attacks_on_a_recorded_drive_come_to_what_the_reference_says() {
	let Some(rides) = rides() else { return };
	let positions = &rides["lyon_bike_24_July"];
	let hour = *hours(positions).last().unwrap();
	let ride = reported(positions, hour).unwrap();
	let score = |evidence: &Evidence| judged(evidence, hour, 1).map(|found| found.score);
	assert_eq!(score(&ride), Ok(884_600));
	assert_eq!(judged(&ride, hour, 100).map(|found| found.score), Ok(442_300));

	// A telephone's own time, two hours ahead, is no time of this hour.
	let telephone = &rides["tracklib_DC_telephone"];
	let first = *hours(telephone).first().unwrap();
	let ahead: Vec<Position> = telephone
		.iter()
		.map(|position| Position { at: position.at + 2 * HOUR, ..*position })
		.collect();
	let evidence = reported(&ahead, first + 2 * HOUR).unwrap();
	assert_eq!(judged(&evidence, first, 1).unwrap_err(), Fault::OutsidePeriod);

	// Three kilometres away and back, every six points.
	let with_steps =
		|steps: Vec<Step>| Evidence { steps: steps.try_into().unwrap(), ..ride.clone() };
	let leaps = ride.steps.iter().enumerate().map(|(number, step)| match number % 6 {
		0 if step.north.abs() < 3_000 => Step { north: step.north + 27_000, ..*step },
		3 if step.north.abs() < 3_000 => Step { north: step.north - 27_000, ..*step },
		_ => *step,
	});
	assert_eq!(score(&with_steps(leaps.collect())), Err(Fault::Unphysical));
	let line = vec![Step { seconds: 8, north: 300, east: 200 }; 200];
	assert_eq!(score(&with_steps(line)), Err(Fault::Synthetic));
	// Metres of a projection, taken for degrees.
	let projected = Evidence {
		start: 1_517_397_466,
		latitude: 2_000_000_000,
		longitude: 657_748,
		steps: vec![Step { seconds: 1, north: 1, east: 1 }; 20].try_into().unwrap(),
		..Default::default()
	};
	let found = judged(&projected, 1_517_396_400_000, 1);
	assert_eq!(found.unwrap_err(), Fault::OutsideWorld);
}

#[test]
fn excerpts_of_recorded_drives_are_paid_or_too_short_and_none_is_refused() {
	let Some(rides) = rides() else { return };
	let (mut paid, mut short) = (0, 0);
	for (name, positions) in &rides {
		if ["modify", "projected", "nmea"].iter().any(|word| name.contains(word)) {
			continue;
		}
		let (Some(first), Some(last)) = (positions.first(), positions.last()) else { continue };
		for minutes in [10, 60] {
			for offset in (0..60).step_by(6) {
				let mut from = first.at / HOUR * HOUR - HOUR + offset * 60_000;
				while from < last.at {
					for spacing in [5, 13] {
						let period = from..from + minutes * 60_000;
						let Some(evidence) = track(positions, &period, spacing) else { continue };
						match judged(&evidence, from, 1) {
							Ok(_) => paid += 1,
							Err(Fault::NothingCounts) => short += 1,
							Err(fault) => panic!("{name} from {from}: {fault:?}"),
						}
					}
					from += minutes * 60_000;
				}
			}
		}
	}
	// As the reference has them, where the ten parts of one walk are told as one.
	assert_eq!((paid, short), (1_282, 425));
}
