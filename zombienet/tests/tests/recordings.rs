//! What the judge makes of recordings of real radios, without a chain. The figures stand in
//! docs/agent.md.

use substation_agent::replay::{helium::Recording, Counts};
use substation_proofs::{
	coverage::{self, Band},
	KindPolicy, Policy,
};
use substation_zombienet_tests::field::recording;

/// That of the development chain's coverage network.
fn policy() -> Policy {
	let kind = KindPolicy::Coverage(coverage::Policy {
		min_distance: 1,
		max_distance: 100_000,
		margin: 30,
		sensitivity: -1_500,
		reciprocity: 150,
		max_eirp: 161,
		bands: vec![Band { from: 863_000_000, to: 870_000_000 }].try_into().unwrap(),
		resolution: 8,
		target: 4,
		spare: 100_000,
		full_marks: 4_000_000,
	});
	Policy { ramp: 0, kind }
}

/// The counts for a recording dealt out to so many epochs; nothing if it is not at hand.
fn rehearse(name: &str, epochs: u32) -> Option<(Recording, Counts)> {
	let Some(path) = recording(name) else {
		eprintln!("no recording {name} at hand: SUBSTATION_RECORDINGS says where they are");
		return None;
	};
	let read = Recording::read(&path).unwrap();
	let counts = read.deal(epochs).unwrap().rehearse(&policy()).unwrap();
	Some((read, counts))
}

fn refused(counts: &Counts) -> Vec<(&str, u32)> {
	counts.refused.iter().map(|(reason, times)| (reason.as_str(), *times)).collect()
}

#[test]
fn of_the_towers_receptions_one_is_impossible_however_they_are_dealt_out() {
	const TOWER: &str = "radio/helium_ems_tourperret_2023-01_first800.ndjson";
	for epochs in [2, 16, 10_000] {
		let Some((read, counts)) = rehearse(TOWER, epochs) else { return };
		assert_eq!((read.receptions(), read.unplaced), (800, 0));
		assert_eq!((counts.paid, refused(&counts)), (799, vec![("TooStrong", 1)]), "{epochs}");
	}
}

#[test]
fn of_the_mobile_testers_receptions_none_is_impossible() {
	let Some((read, counts)) = rehearse("radio/helium_ftd_2022-02.ndjson", 8) else { return };
	assert_eq!((read.receptions(), read.unplaced), (1_198, 197));
	assert_eq!((counts.paid, refused(&counts)), (1_195, vec![("BeyondFourteenWitnesses", 3)]));
}
