//! Recordings of fine dust: files of sensors as Sensor.Community's archive has them.

use std::{
	collections::{BTreeMap, BTreeSet},
	path::PathBuf,
};

use anyhow::{bail, Result};
use substation_proofs::{author::sample, sensing::Sample};

use super::community::Rows;
use crate::tables::{texts, HOUR};

/// The network counts in twentieths of a microgram in a cubic metre.
const TWENTIETHS: f64 = 20.0;
/// Columns: where the sensor is, then fine and coarser dust in micrograms in a cubic metre.
const COLUMNS: [&str; 4] = ["lat", "lon", "P2", "P1"];

/// One sensor.
#[derive(Clone, Debug, Default)]
struct Sensor {
	/// Degrees north and east, as its earliest row says, and when that was.
	at: (f64, f64),
	since: i64,
	/// Raw readings by the hour since the first midnight.
	hours: BTreeMap<u32, Vec<Vec<i16>>>,
}

/// What sensors have measured.
#[derive(Clone, Debug, Default)]
pub struct Measured {
	sensors: BTreeMap<u64, Sensor>,
	hours: u32,
	/// What was left out, by reason.
	pub left_out: BTreeMap<&'static str, u32>,
}

impl Measured {
	/// Reads files, each with the rows of one sensor and day.
	pub fn read(files: &[PathBuf]) -> Result<Self> {
		let texts = texts(files)?;
		Self::parse(texts.iter().map(|(name, text)| (name.as_str(), text.as_str())))
	}

	/// Reads texts by their names. A row that cannot be read is left out and counted, and so is one that stands there twice; rows need not be in
	/// order.
	pub fn parse<'a>(texts: impl Iterator<Item = (&'a str, &'a str)>) -> Result<Self> {
		let mut read = Rows::parse(texts, &COLUMNS)?;
		let rows = std::mem::take(&mut read.rows);
		let (Some(first), Some(last)) =
			(rows.iter().map(|row| row.at).min(), rows.iter().map(|row| row.at).max())
		else {
			bail!("there is no reading with a time in these files")
		};
		let midnight = first - first.rem_euclid(24 * HOUR);
		let hours = u32::try_from((last - midnight) / HOUR + 1).unwrap_or(u32::MAX);
		let mut sensors = BTreeMap::<u64, Sensor>::new();
		let mut seen = BTreeSet::new();
		for row in rows {
			let [Some(north), Some(east), Some(fine), Some(coarse)] = row.values[..] else {
				read.leave_out("not a number");
				continue;
			};
			if !seen.insert((row.sensor, row.at)) {
				read.leave_out("twice");
				continue;
			}
			let hour = u32::try_from((row.at - midnight) / HOUR).unwrap_or(0);
			// What is recorded has two decimals: the rest is the error of a binary number.
			let value = |value: f64| {
				let twentieths = ((value * 100.0).round() / 100.0 * TWENTIETHS + 1e-6).floor();
				twentieths.clamp(f64::from(-i16::MAX), i16::MAX.into()) as i16
			};
			let sensor = sensors.entry(row.sensor).or_default();
			if sensor.hours.is_empty() || row.at < sensor.since {
				(sensor.at, sensor.since) = ((north, east), row.at);
			}
			sensor.hours.entry(hour).or_default().push(vec![value(fine), value(coarse)]);
		}
		Ok(Self { sensors, hours, left_out: read.left_out })
	}

	/// How many sensors there are.
	pub fn sensors(&self) -> usize {
		self.sensors.len()
	}

	/// Sensors by their numbers, and where each is, in degrees north and east.
	pub fn places(&self) -> impl Iterator<Item = (u64, (f64, f64))> + '_ {
		self.sensors.iter().map(|(number, sensor)| (*number, sensor.at))
	}

	/// Hours that were recorded.
	pub fn hours(&self) -> u32 {
		self.hours
	}

	/// Readings of all sensors.
	pub fn readings(&self) -> usize {
		self.sensors.values().flat_map(|sensor| sensor.hours.values()).map(Vec::len).sum()
	}

	/// What a sensor has measured in so many hours from one on.
	pub fn samples(&self, sensor: u64, from: u32, hours: u8) -> Vec<Sample> {
		let recorded = self.sensors.get(&sensor);
		(from..from.saturating_add(hours.into()))
			.map(|hour| {
				let raw = recorded.and_then(|sensor| sensor.hours.get(&hour));
				raw.map(|raw| sample(raw)).unwrap_or_default()
			})
			.collect()
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use substation_proofs::sensing::Reading;

	const HEAD: &str =
		"sensor_id;sensor_type;location;lat;lon;timestamp;P1;durP1;ratioP1;P2;durP2;ratioP2";

	fn parse(rows: &[&str]) -> Result<Measured> {
		let text = [&[HEAD], rows].concat().join("\r\n");
		Measured::parse([("a file", text.as_str())].into_iter())
	}

	#[test]
	fn readings_are_sampled_by_the_hour_and_dirty_rows_are_counted() {
		let read = parse(&[
			"7;SDS011;1;56.963;-2.211;2019-05-07T01:00:00;4.03;;;1.00;;",
			"7;SDS011;1;56.963;-2.211;2019-05-07T01:00:00;4.03;;;1.00;;",
			"7;SDS011;1;56.963;-2.211;2019-05-07T01:02:30;1.97;;;1,30;;",
			"7;SDS011;1;56.963;-2.211;2019-05-07T00:30:00;9999;;;-9999;;",
			"7;SDS011;1;56.963;-2.211;2019-05-07T01:05:00;;;;1.30;;",
			"7;SDS011;1;56.963;-2.211;;4.03;;;1.00;;",
			"8;SDS011;1;56.964;-2.211;2019-05-08T00:59:59;0.05;;;0.00;;",
		])
		.unwrap();
		assert_eq!((read.sensors(), read.hours(), read.readings()), (2, 25, 4));
		let left: Vec<_> = read.left_out.iter().map(|(reason, times)| (*reason, *times)).collect();
		assert_eq!(left, [("no time", 1), ("not a number", 1), ("twice", 1)]);
		let samples = read.samples(7, 0, 3);
		let readings = |sample: &Sample| sample.readings.to_vec();
		let of = |low, typical, high| Reading { low, typical, high };
		assert_eq!(
			readings(&samples[0]),
			[of(-i16::MAX, -i16::MAX, -i16::MAX), of(i16::MAX, i16::MAX, i16::MAX)]
		);
		assert_eq!(
			(samples[1].count, readings(&samples[1])),
			(2, vec![of(20, 23, 26), of(39, 59, 80)])
		);
		assert_eq!(samples[2], Sample::default());
		assert_eq!(readings(&read.samples(8, 24, 1)[0]), [of(0, 0, 0), of(1, 1, 1)]);
		assert!(read.samples(9, 0, 1)[0].readings.is_empty());
	}
}
