//! Recordings of when machines were up: files of sensors with a row for each reading, as Sensor.Community's archive has them.

use std::{
	collections::{BTreeMap, BTreeSet},
	path::PathBuf,
};

use anyhow::{bail, Result};

use super::community::{Row, Rows};
use crate::tables::{texts, HOUR};

/// Seconds around a reading in which its machine was up: readings come every two and a half minutes.
const AROUND: i64 = 160;
/// How often it is looked whether a machine was up at all in an hour, in seconds.
const STEP: usize = 150;

/// When machines were up.
#[derive(Clone, Debug, Default)]
pub struct Uptimes {
	/// Seconds at which each machine has given a reading, since the first midnight, ascending.
	readings: BTreeMap<u64, Vec<i64>>,
	/// Hours from the first midnight to the last reading.
	hours: u32,
	/// What was left out, by reason.
	pub left_out: BTreeMap<&'static str, u32>,
}

impl Uptimes {
	/// Reads files, each with the rows of one machine and day.
	pub fn read(files: &[PathBuf]) -> Result<Self> {
		let texts = texts(files)?;
		Self::parse(texts.iter().map(|(name, text)| (name.as_str(), text.as_str())))
	}

	/// Reads texts by their names. A row that cannot be read is left out and counted, and so is one that stands there twice; rows need not be in
	/// order.
	pub fn parse<'a>(texts: impl Iterator<Item = (&'a str, &'a str)>) -> Result<Self> {
		let mut read = Rows::parse(texts, &[])?;
		let mut readings = BTreeMap::<u64, BTreeSet<i64>>::new();
		for Row { sensor, at, .. } in std::mem::take(&mut read.rows) {
			if !readings.entry(sensor).or_default().insert(at) {
				read.leave_out("twice");
			}
		}
		let left_out = read.left_out;
		let all = || readings.values().flatten().copied();
		let (Some(first), Some(last)) = (all().min(), all().max()) else {
			bail!("there is no reading with a time in these files")
		};
		let midnight = first - first.rem_euclid(24 * HOUR);
		let hours = u32::try_from((last - midnight) / HOUR + 1).unwrap_or(u32::MAX);
		let readings = readings
			.into_iter()
			.map(|(id, times)| (id, times.into_iter().map(|at| at - midnight).collect()))
			.collect();
		Ok(Self { readings, hours, left_out })
	}

	/// Machines, by their numbers.
	pub fn machines(&self) -> impl Iterator<Item = u64> + '_ {
		self.readings.keys().copied()
	}

	/// Hours that were recorded.
	pub fn hours(&self) -> u32 {
		self.hours
	}

	/// Readings of all machines.
	pub fn readings(&self) -> usize {
		self.readings.values().map(Vec::len).sum()
	}

	/// Whether a machine was up at a second since the first midnight.
	pub fn is_up(&self, machine: u64, second: i64) -> bool {
		let Some(times) = self.readings.get(&machine) else { return false };
		let next = times.partition_point(|at| *at < second - AROUND);
		times.get(next).is_some_and(|at| *at <= second + AROUND)
	}

	/// Whether a machine was up at all in an hour.
	pub fn was_up(&self, machine: u64, hour: u32) -> bool {
		let from = i64::from(hour) * HOUR;
		(from..from + HOUR).step_by(STEP).any(|second| self.is_up(machine, second))
	}

	/// Whether a machine that is called in part `slot` of an hour's `parts` answers, and its caller is there to hear it.
	pub fn answers(&self, machine: u64, caller: u64, hour: u32, (slot, parts): (u32, u32)) -> bool {
		let middle = (2 * i64::from(slot) + 1) * HOUR / (2 * i64::from(parts.max(1)));
		let second = i64::from(hour) * HOUR + middle;
		self.is_up(machine, second) && self.is_up(caller, second)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	const HEAD: &str = "sensor_id;sensor_type;location;lat;lon;timestamp;P1";

	fn parse(rows: &[&str]) -> Result<Uptimes> {
		let text = [&[HEAD], rows].concat().join("\r\n");
		Uptimes::parse([("a file", text.as_str())].into_iter())
	}

	#[test]
	fn dirty_rows_are_counted_and_hold_up_no_others() {
		let read = parse(&[
			"7;SDS011;1;2;3;2019-05-07T01:00:00;5",
			"7;SDS011;1;2;3;2019-05-07T01:00:00;5",
			// A step back.
			"7;SDS011;1;2;3;2019-05-07T00:30:00;5",
			"7;SDS011;1;2;3;yesterday;5",
			"seven;SDS011;1;2;3;2019-05-07T01:00:00;5",
			"7",
			"",
			"8;SDS011;1;2;3;2019-05-08T00:00:00;5",
		])
		.unwrap();
		assert_eq!((read.machines().collect::<Vec<_>>(), read.readings()), (vec![7, 8], 3));
		assert_eq!(read.hours(), 25);
		let left: Vec<_> = read.left_out.iter().map(|(reason, times)| (*reason, *times)).collect();
		assert_eq!(left, [("no sensor's number", 1), ("no time", 2), ("twice", 1)]);
		assert!(parse(&[]).is_err());
		assert!(Uptimes::parse([("a file", "a,b\n1,2")].into_iter()).is_err());
		let marked = format!("\u{feff}{}\n7,,,,,2019-05-07T01:00:00,", HEAD.replace(';', ","));
		assert_eq!(
			Uptimes::parse([("a file", marked.as_str())].into_iter()).unwrap().readings(),
			1
		);
	}

	#[test]
	fn a_machine_is_up_around_its_readings() {
		let read = parse(&["7;;;;;2019-05-07T01:00:00;", "8;;;;;2019-05-07T01:04:00;"]).unwrap();
		for (second, up) in [(3_439, false), (3_440, true), (3_760, true), (3_761, false)] {
			assert_eq!(read.is_up(7, second), up, "{second}");
		}
		assert!(read.was_up(7, 0) && read.was_up(7, 1) && !read.was_up(7, 2));
		assert!(!read.was_up(8, 0) && !read.is_up(9, 3_600));
		// Of 30 parts, the first lasts until 01:02.
		assert!(
			!read.answers(7, 8, 1, (0, 30))
				&& read.answers(7, 8, 1, (1, 60)) == read.is_up(8, 3_690)
		);
	}
}
