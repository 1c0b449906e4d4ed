//! The devices of a fleet: who is honest, and who cheats in which way.

use std::collections::BTreeMap;

use anyhow::Result;
use substation_primitives::{report::Fault, DeviceId, NetworkId};
use substation_proofs::{
	author::DevicePair,
	facts::{DataSet, Place},
};
use substation_sdk::{holding::Holding, register::place, secrets::keypair};
use subxt_signer::sr25519::Keypair;

use super::{
	options::Options,
	preset::{BANDWIDTH, COVERAGE, MAPPING, PRESENCE, SENSING, STORAGE},
};

/// Bytes that each storage device holds at most.
pub(super) const HOLDING: usize = 4 * 1024 * 1024;

/// How a device behaves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Manner {
	Honest,
	/// Shows pieces that it has altered.
	AltersPieces,
	/// Signs with a key that is not its own.
	ForgesSignature,
	/// Sends the report again that was right an epoch earlier.
	Replays,
	/// Answers another epoch's challenge in a report that is otherwise right.
	OtherEntropy,
	/// Claims one beacon twice, with two counts of witnesses.
	TwoCounts,
	/// Reports to a network that it has not joined.
	OtherNetwork,
	/// Lists itself among the witnesses of its beacon.
	WitnessesItself,
	/// Says that it hears others so weakly as if it stood far away.
	ClaimsDistance,
	/// Says five times as much as it measures.
	Exaggerates,
	/// Signs for its callers by itself.
	CallsItself,
	/// Says that more is owed to it than its payer has billed.
	RaisesPart,
	/// Tells a drive of days ago as one of now.
	TellsOldDrive,
	/// Hands its reports to an aggregator that it has not chosen.
	OtherAggregator,
}

impl Manner {
	pub(super) fn name(self) -> &'static str {
		match self {
			Self::Honest => "honest",
			Self::AltersPieces => "alters pieces",
			Self::ForgesSignature => "forges its signature",
			Self::Replays => "replays",
			Self::OtherEntropy => "other epoch's entropy",
			Self::TwoCounts => "two witness counts",
			Self::OtherNetwork => "other network",
			Self::WitnessesItself => "witnesses itself",
			Self::ClaimsDistance => "claims distance",
			Self::Exaggerates => "exaggerates",
			Self::CallsItself => "calls itself",
			Self::RaisesPart => "raises its part",
			Self::TellsOldDrive => "tells an old drive",
			Self::OtherAggregator => "other aggregator",
		}
	}

	/// What judges find.
	pub(super) fn fault(self) -> Option<Fault> {
		Some(match self {
			Self::Honest => return None,
			// Other pieces were asked for then.
			Self::AltersPieces | Self::OtherEntropy => Fault::WrongPiece,
			// A signature is for one epoch.
			Self::ForgesSignature | Self::Replays => Fault::BadSignature,
			Self::TwoCounts => Fault::RepeatedBeacon,
			Self::OtherNetwork => Fault::NotMember,
			Self::WitnessesItself => Fault::SelfWitness,
			// The ways there and back are not equally long.
			Self::ClaimsDistance => Fault::NothingCounts,
			Self::Exaggerates => Fault::Disagrees,
			Self::CallsItself => Fault::TooFewAnswers,
			Self::RaisesPart => Fault::NothingCounts,
			Self::TellsOldDrive => Fault::OutsidePeriod,
			Self::OtherAggregator => Fault::OtherAggregator,
		})
	}
}

/// A device, and what came of it.
pub(super) struct Device {
	pub(super) name: String,
	pub(super) manner: Manner,
	pub(super) network: NetworkId,
	pub(super) pair: DevicePair,
	pub(super) owner: Keypair,
	pub(super) holding: Holding,
	north: i32,
	// What came of it.
	pub(super) reports: u32,
	pub(super) score: u64,
	pub(super) faults: BTreeMap<&'static str, u32>,
	pub(super) expected: u128,
	pub(super) before: u128,
}

impl Device {
	pub(super) fn id(&self) -> DeviceId {
		self.pair.device_id()
	}

	/// A kilometre apart, in a line to the north, where no recording of real radios was made; sensors an eighth of that, so that they are
	/// in one cell.
	pub(super) fn place(&self) -> Result<Place> {
		match self.network {
			SENSING => place(57.55 + f64::from(self.north) * 0.001_1, 11.9, 0.0),
			_ => place(57.7 + f64::from(self.north) * 0.009, 11.9, 14.0),
		}
	}

	/// Where it stands, or what it stores.
	pub(super) fn stands_and_stores(&self) -> Result<(Option<Place>, Option<DataSet>)> {
		Ok(match self.joined() {
			COVERAGE | SENSING | MAPPING => (Some(self.place()?), None),
			PRESENCE | BANDWIDTH => (None, None),
			_ => (None, Some(self.holding.data_set()?)),
		})
	}

	/// The network that it has joined.
	pub(super) fn joined(&self) -> NetworkId {
		match self.manner {
			Manner::OtherNetwork => COVERAGE,
			_ => self.network,
		}
	}
}

/// The ways to cheat, and where.
const CHEATS: [(NetworkId, Manner); 13] = [
	(STORAGE, Manner::AltersPieces),
	(STORAGE, Manner::ForgesSignature),
	(STORAGE, Manner::Replays),
	(COVERAGE, Manner::WitnessesItself),
	(STORAGE, Manner::OtherAggregator),
	(STORAGE, Manner::OtherEntropy),
	(COVERAGE, Manner::TwoCounts),
	(STORAGE, Manner::OtherNetwork),
	(COVERAGE, Manner::ClaimsDistance),
	(PRESENCE, Manner::CallsItself),
	(SENSING, Manner::Exaggerates),
	(BANDWIDTH, Manner::RaisesPart),
	(MAPPING, Manner::TellsOldDrive),
];

/// Honest devices and cheats, as `options` say; each that stores holds a part of `data`.
pub(super) fn devices(options: &Options, data: &[u8]) -> Result<Vec<Device>> {
	let honest = |name: &'static str, network, count: u8| {
		(1..=count).map(move |number| (format!("{name}-{number}"), network, Manner::Honest))
	};
	let cheats = (1..)
		.zip(CHEATS)
		.filter(|_| !options.honest)
		.filter(|(_, (network, _))| *network != BANDWIDTH || options.bandwidth > 0)
		.map(|(number, (network, manner)): (u8, _)| (format!("cheat-{number}"), network, manner));
	let mut sensors = 0;
	honest("storage", STORAGE, options.storage)
		.chain(honest("coverage", COVERAGE, options.coverage))
		.chain(honest("presence", PRESENCE, options.presence))
		.chain(honest("sensing", SENSING, options.sensing))
		.chain(honest("bandwidth", BANDWIDTH, options.bandwidth))
		.chain(honest("mapping", MAPPING, options.mapping))
		.chain(cheats)
		.zip(0u16..)
		.map(|((name, network, manner), number)| {
			let mut seed = [100; 32];
			seed[..2].copy_from_slice(&number.to_le_bytes());
			// Sensors are counted among themselves: they stand close together.
			let north = if network == SENSING { sensors } else { number };
			sensors += u16::from(network == SENSING);
			let part = data.len() * (usize::from(number) % 3 + 1) / 3;
			Ok(Device {
				name,
				manner,
				network,
				pair: DevicePair::from_seed(&seed),
				owner: keypair(&format!("//fleet//owner//{number}"))?,
				holding: Holding::of(data[..part.clamp(1, HOLDING)].to_vec())?,
				north: north.into(),
				reports: 0,
				score: 0,
				faults: BTreeMap::new(),
				expected: 0,
				before: 0,
			})
		})
		.collect()
}

#[cfg(test)]
mod tests {
	use super::*;
	use clap::Parser;
	use substation_proofs::geo::distance;

	#[derive(clap::Parser)]
	struct Command {
		#[command(flatten)]
		options: Options,
	}

	#[test]
	fn sensors_are_neighbours_and_no_one_place() {
		let all = [
			"fleet",
			"--storage",
			"64",
			"--coverage",
			"12",
			"--presence",
			"64",
			"--sensing",
			"16",
			"--bandwidth",
			"16",
		];
		let few = ["fleet"];
		for words in [&all[..], &few] {
			let options = Command::parse_from(words).options;
			let devices = devices(&options, b"data").unwrap();
			let sensors = devices.iter().filter(|device| device.network == SENSING);
			let places: Vec<_> = sensors.map(|device| device.place().unwrap()).collect();
			for (number, place) in places.iter().enumerate() {
				for other in &places[..number] {
					let metres = distance(place.point(), other.point());
					assert!((100..25_000).contains(&metres), "{metres}");
				}
			}
			let cell = |place: &Place| {
				let cell = h3o::CellIndex::try_from(place.cell).unwrap();
				cell.parent(h3o::Resolution::Five).unwrap()
			};
			assert!(places.iter().all(|place| cell(place) == cell(&places[0])));
		}
	}
}
