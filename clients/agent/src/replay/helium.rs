//! Recordings of Helium: frames of one transmitter and the hotspots that witnessed them.

use std::{
	collections::BTreeMap,
	fs::File,
	io::{BufRead, BufReader},
	path::Path,
};

use anyhow::{ensure, Context, Result};
use serde_json::Value;
use substation_primitives::DeviceId;
use substation_proofs::{
	author::{Reception, Transmission},
	coverage::{MAX_RECEPTIONS, MAX_WITNESSES},
};
use substation_sdk::register::place;

use super::act::{Act, Scene};

/// The transmitter's declared power, in dBm: what the region's plan allows.
const EIRP: f64 = 14.0;
/// Metres of a degree of latitude.
const DEGREE: f64 = 111_195.0;

/// A hotspot.
#[derive(Clone, Debug)]
pub struct Hotspot {
	/// Its name in the recording.
	pub id: String,
	/// Where it stands, in degrees.
	pub at: (f64, f64),
}

/// A frame that was sent once, and who heard it.
#[derive(Clone, Debug, Default)]
pub struct Frame {
	/// Number of the place it was sent from.
	pub from: usize,
	/// In hertz.
	pub frequency: u32,
	/// Number of each hotspot that heard it, and how strongly, in tenths of a dBm.
	pub heard: Vec<(usize, i16)>,
}

/// A recording.
#[derive(Clone, Debug, Default)]
pub struct Recording {
	/// Places that frames were sent from, in degrees.
	pub places: Vec<(f64, f64)>,
	/// Hotspots.
	pub hotspots: Vec<Hotspot>,
	/// Frames, in the order in which they were first heard.
	pub frames: Vec<Frame>,
	/// Receptions that cannot be re-enacted: where the transmitter was is not recorded.
	pub unplaced: u32,
}

impl Recording {
	/// Reads a recording, one JSON object a line.
	pub fn read(path: &Path) -> Result<Self> {
		let file =
			File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
		Self::parse(BufReader::new(file)).with_context(|| format!("{}", path.display()))
	}

	/// Reads a recording.
	pub fn parse(lines: impl BufRead) -> Result<Self> {
		let mut recording = Self::default();
		let mut reader = Reader::default();
		for (number, line) in lines.lines().enumerate() {
			let line = line?;
			if line.trim().is_empty() {
				continue;
			}
			let record: Value = serde_json::from_str(&line)
				.with_context(|| format!("line {} is no JSON", number + 1))?;
			reader.take(&record, &mut recording);
		}
		ensure!(!recording.frames.is_empty(), "it holds no frame that was heard at a known place");
		reader.settle(&mut recording);
		Ok(recording)
	}

	/// Receptions that can be re-enacted.
	pub fn receptions(&self) -> usize {
		self.frames.iter().map(|frame| frame.heard.len()).sum()
	}

	/// Deals the frames out to epochs, as evenly as they go and in their order. At each place stand
	/// as many devices as its fullest epoch takes: a device sends one beacon per epoch, and a report
	/// holds fifteen receptions.
	pub fn deal(&self, epochs: u32) -> Result<Act> {
		ensure!(epochs > 0, "at least one epoch is needed");
		let share = self.frames.len().div_ceil(epochs as usize);
		let mut act = Act::default();
		let mut senders = BTreeMap::<(usize, usize), DeviceId>::new();
		let mut hearers = BTreeMap::<(usize, usize), DeviceId>::new();
		for frames in self.frames.chunks(share) {
			let mut sent = BTreeMap::<usize, usize>::new();
			let mut heard = BTreeMap::<usize, usize>::new();
			let mut transmissions = Vec::new();
			for frame in frames {
				let number = sent.entry(frame.from).or_default();
				let beaconer = match senders.get(&(frame.from, *number)) {
					Some(device) => *device,
					None => {
						let at = self.places[frame.from];
						let name = format!("sender {}.{number}", frame.from);
						let device = act.join(name, Some(place(at.0, at.1, EIRP)?))?;
						senders.insert((frame.from, *number), device);
						device
					}
				};
				*number += 1;
				let counted = frame.heard.len().min(MAX_WITNESSES as usize);
				act.beyond += (frame.heard.len() - counted) as u32;
				let mut heard_by = Vec::new();
				for (hotspot, power) in &frame.heard[..counted] {
					let times = heard.entry(*hotspot).or_default();
					let number = *times / MAX_RECEPTIONS as usize;
					*times += 1;
					let witness = match hearers.get(&(*hotspot, number)) {
						Some(device) => *device,
						None => {
							let Hotspot { id, at } = &self.hotspots[*hotspot];
							let name = format!("hotspot {id}.{number}");
							let device = act.join(name, Some(place(at.0, at.1, EIRP)?))?;
							hearers.insert((*hotspot, number), device);
							device
						}
					};
					// Nothing was sent back; what is lost on the way there is lost on the way back.
					heard_by.push(Reception::alike(witness, *power));
				}
				let frequency = frame.frequency;
				transmissions.push(Transmission { beaconer, frequency, heard_by });
			}
			act.epochs.push(Scene::Radio(transmissions));
		}
		Ok(act)
	}
}

/// What is needed while reading.
#[derive(Default)]
struct Reader {
	places: BTreeMap<String, usize>,
	hotspots: BTreeMap<String, usize>,
	/// Frames by session, counter and channel. Where a hotspot reports the same again, the frame was
	/// sent again.
	frames: BTreeMap<(String, u64, u32, usize), usize>,
	/// Trusted distances in metres: hotspot, place, distance.
	distances: Vec<(usize, usize, f64)>,
}

impl Reader {
	fn take(&mut self, record: &Value, recording: &mut Recording) {
		let hotspots = record["hotspots"].as_array().map(Vec::as_slice).unwrap_or_default();
		let at = (
			record["_devLocation"]["latitude"].as_f64(),
			record["_devLocation"]["longitude"].as_f64(),
		);
		let (Some(latitude), Some(longitude)) = at else {
			recording.unplaced += hotspots.len() as u32;
			return;
		};
		let from = *self.places.entry(format!("{latitude},{longitude}")).or_insert_with(|| {
			recording.places.push((latitude, longitude));
			recording.places.len() - 1
		});
		let session = record["devaddr"].as_str().unwrap_or_default().to_string();
		let counter = record["fcnt"].as_u64().unwrap_or_default();
		for heard in hotspots {
			let id = heard["id"].as_str();
			let position = (heard["lat"].as_f64(), heard["long"].as_f64());
			let distance = heard["_distance"]["_distanceHaversine"].as_f64();
			let signal = (heard["rssi"].as_f64(), heard["frequency"].as_f64());
			let (Some(id), (Some(lat), Some(long)), Some(distance), (Some(power), Some(megahertz))) =
				(id, position, distance, signal)
			else {
				recording.unplaced += 1;
				continue;
			};
			let hotspot = *self.hotspots.entry(id.into()).or_insert_with(|| {
				recording.hotspots.push(Hotspot { id: id.into(), at: (lat, long) });
				recording.hotspots.len() - 1
			});
			self.distances.push((hotspot, from, distance));
			// Recorded in floating point: 868.2999877929688 is 868.3 MHz.
			let frequency = (megahertz * 10.0).round() as u32 * 100_000;
			let reception = (hotspot, (power * 10.0).round() as i16);
			let mut again = 0;
			loop {
				let key = (session.clone(), counter, frequency, again);
				let Some(number) = self.frames.get(&key) else {
					self.frames.insert(key, recording.frames.len());
					recording.frames.push(Frame { from, frequency, heard: vec![reception] });
					break;
				};
				let frame = &mut recording.frames[*number];
				if frame.from == from && frame.heard.iter().all(|(other, _)| *other != hotspot) {
					frame.heard.push(reception);
					break;
				}
				again += 1;
			}
		}
	}

	/// Moves hotspots to where the trusted distances put them: recorded positions are blurred to
	/// about a kilometre. Each step moves a hotspot to the mean of the points that lie in its present
	/// direction at the trusted distance from each place.
	fn settle(&self, recording: &mut Recording) {
		const STEPS: usize = 200;
		for (number, hotspot) in recording.hotspots.iter_mut().enumerate() {
			let seen: Vec<_> =
				self.distances.iter().filter(|(hotspot, ..)| *hotspot == number).collect();
			// Blurring may put a hotspot on the very place of a transmitter, from where no direction
			// leads away: a metre aside, one does.
			hotspot.at = (hotspot.at.0 + 1e-5, hotspot.at.1 + 1e-5);
			for _ in 0..STEPS {
				let (mut north, mut east) = (0.0, 0.0);
				for (_, from, distance) in &seen {
					let from = recording.places[*from];
					let shrink = from.0.to_radians().cos();
					let away = (
						(hotspot.at.0 - from.0) * DEGREE,
						(hotspot.at.1 - from.1) * DEGREE * shrink,
					);
					let length = away.0.hypot(away.1).max(1.0);
					north += from.0 + away.0 / length * distance / DEGREE;
					east += from.1 + away.1 / length * distance / DEGREE / shrink;
				}
				let count = seen.len().max(1) as f64;
				hotspot.at = (north / count, east / count);
			}
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use substation_proofs::geo::{distance, Point};

	fn line(counter: u32, hotspot: &str, rssi: i32, metres: f64) -> String {
		serde_json::json!({
			"devaddr": "07000048",
			"fcnt": counter,
			"_devLocation": { "latitude": 45.184, "longitude": 5.740 },
			"hotspots": [{
				"id": hotspot, "lat": 45.190, "long": 5.700, "rssi": rssi,
				"frequency": 868.2999877929688,
				"_distance": { "_distanceHaversine": metres },
			}],
		})
		.to_string()
	}

	fn recording(lines: &[String]) -> Recording {
		Recording::parse(lines.join("\n").as_bytes()).unwrap()
	}

	#[test]
	fn records_of_one_frame_are_put_together_and_repeats_are_frames_of_their_own() {
		let read = recording(&[
			line(1, "a", -111, 2_352.0),
			line(1, "b", -100, 3_000.0),
			line(1, "a", -112, 2_352.0),
			line(2, "a", -113, 2_352.0),
		]);

		assert_eq!((read.frames.len(), read.receptions(), read.hotspots.len()), (3, 4, 2));
		assert_eq!(read.frames[0].heard, [(0, -1_110), (1, -1_000)]);
		assert_eq!(read.frames[0].frequency, 868_300_000);
	}

	#[test]
	fn a_hotspot_stands_at_the_trusted_distance() {
		let read = recording(&[line(1, "a", -111, 2_352.0)]);
		let act = read.deal(1).unwrap();
		let points: Vec<Point> =
			act.cast.values().map(|player| player.place.unwrap().point()).collect();

		let metres = distance(points[0], points[1]);
		assert!((2_350..=2_354).contains(&metres), "{metres}");
	}

	#[test]
	fn a_hotspot_blurred_onto_the_transmitters_place_still_gets_its_distance() {
		let line = line(1, "a", -111, 516.0)
			.replace("45.19,", "45.184,")
			.replace("\"long\":5.7,", "\"long\":5.74,");
		let act = recording(&[line]).deal(1).unwrap();
		let points: Vec<Point> =
			act.cast.values().map(|player| player.place.unwrap().point()).collect();

		let metres = distance(points[0], points[1]);
		assert!((514..=518).contains(&metres), "{metres}");
	}

	#[test]
	fn what_has_no_position_is_counted_and_left_out() {
		let nowhere = r#"{"devaddr":"1","fcnt":1,"_devLocation":null,"hotspots":[{"id":"a"}]}"#;
		let read = recording(&[nowhere.into(), line(1, "a", -111, 2_352.0)]);

		assert_eq!((read.unplaced, read.receptions()), (1, 1));
		assert!(Recording::parse(nowhere.as_bytes()).is_err());
		assert!(Recording::parse("{".as_bytes()).is_err());
	}

	#[test]
	fn with_as_many_epochs_as_frames_one_device_stands_at_each_place() {
		let lines: Vec<_> = (0..40).map(|number| line(number, "a", -111, 2_352.0)).collect();
		let read = recording(&lines);

		assert_eq!(read.deal(40).unwrap().cast.len(), 2);
		// Twenty beacons, and fifteen and five receptions, in each of two epochs.
		let act = read.deal(2).unwrap();
		assert_eq!((act.epochs.len(), act.cast.len()), (2, 20 + 2));
		assert!(read.deal(0).is_err());
	}
}
