//! Recordings of when machines were up: files of sensors with a row for each reading, as Sensor.Community's archive has them.

use std::{
	collections::{BTreeMap, BTreeSet},
	fs,
	path::PathBuf,
	sync::Arc,
};

use anyhow::{bail, ensure, Context, Result};

use super::act::{Act, Scene};

/// Seconds around a reading in which its machine was up: readings come every two and a half minutes.
const AROUND: i64 = 160;
/// Seconds of an hour, which is an epoch.
pub const HOUR: i64 = 3_600;
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
	/// The machines as devices, and so many hours from one on.
	pub fn act(self, from: u32, hours: u32) -> Result<Act> {
		let until = from.saturating_add(hours).min(self.hours);
		ensure!(from < until, "{} hours were recorded: none is left from {from} on", self.hours);
		let mut act = Act::default();
		let mut machines = BTreeMap::new();
		for number in self.machines() {
			machines.insert(act.join(format!("machine {number}"), None)?, number);
		}
		let (recording, machines) = (Arc::new(self), Arc::new(machines));
		let scene =
			|hour| Scene::Uptime { recording: recording.clone(), machines: machines.clone(), hour };
		act.epochs = (from..until).map(scene).collect();
		Ok(act)
	}
}

/// A time as such files write it, `2019-05-07T00:01:16`, with a space or a zone mark of zero, too: in seconds since 1970.
fn seconds(text: &str) -> Option<i64> {
	let text = text.trim().trim_end_matches('Z').trim_end_matches("+00:00");
	let (date, time) = text.split_once(['T', ' '])?;
	let number = |text: &str| text.parse::<i64>().ok();
	let mut date = date.splitn(3, '-').map(number);
	let (year, month, day) = (date.next()??, date.next()??, date.next()??);
	let mut time = time.split('.').next()?.splitn(3, ':').map(number);
	let (hour, minute, second) = (time.next()??, time.next()??, time.next().flatten()?);
	let sound = (1970..=9999).contains(&year)
		&& (1..=12).contains(&month)
		&& (1..=31).contains(&day)
		&& (0..24).contains(&hour)
		&& (0..60).contains(&minute)
		&& (0..=60).contains(&second);
	// Days from the civil calendar, counted from March on, in eras of 400 years.
	let (year, month) = if month <= 2 { (year - 1, month + 9) } else { (year, month - 3) };
	let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
	let of_year = (153 * month + 2) / 5 + day - 1;
	let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
	sound.then_some(days * 86_400 + hour * HOUR + minute * 60 + second)
}

impl Uptimes {
	/// Reads files, each with the rows of one machine and day.
	pub fn read(files: &[PathBuf]) -> Result<Self> {
		let mut texts = Vec::new();
		for path in files {
			let name = path.display();
			let bytes = fs::read(path).with_context(|| format!("{name} cannot be read"))?;
			texts.push((name.to_string(), String::from_utf8_lossy(&bytes).into_owned()));
		}
		Self::parse(texts.iter().map(|(name, text)| (name.as_str(), text.as_str())))
	}

	/// Reads texts by their names. A row that cannot be read is left out and counted, and so is one that stands there twice; rows need not be in
	/// order.
	pub fn parse<'a>(texts: impl Iterator<Item = (&'a str, &'a str)>) -> Result<Self> {
		let mut readings = BTreeMap::<u64, BTreeSet<i64>>::new();
		let mut left_out = BTreeMap::<&'static str, u32>::new();
		for (name, text) in texts {
			let mut lines = text.trim_start_matches('\u{feff}').lines();
			let head = lines.next().unwrap_or_default();
			let mark = if head.contains(';') { ';' } else { ',' };
			let place = |column: &str| {
				let at = head.split(mark).position(|one| one.trim() == column);
				at.with_context(|| format!("{name} has no column {column}"))
			};
			let (sensor, timestamp) = (place("sensor_id")?, place("timestamp")?);
			for line in lines.filter(|line| !line.trim().is_empty()) {
				let fields: Vec<&str> = line.split(mark).map(str::trim).collect();
				let id = fields.get(sensor).and_then(|id| id.parse::<u64>().ok());
				let at = fields.get(timestamp).and_then(|text| seconds(text));
				let reason = match (id, at) {
					(None, _) => "no machine's number",
					(_, None) => "no time",
					(Some(id), Some(at)) => match readings.entry(id).or_default().insert(at) {
						true => continue,
						false => "twice",
					},
				};
				*left_out.entry(reason).or_default() += 1;
			}
		}
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
	fn times_are_read_as_people_write_them() {
		let at = Some(1_557_187_276);
		for text in [
			"2019-05-07T00:01:16",
			" 2019-05-07 00:01:16 ",
			"2019-05-07T00:01:16Z",
			"2019-05-07T00:01:16+00:00",
			"2019-05-07T00:01:16.250",
		] {
			assert_eq!(seconds(text), at, "{text}");
		}
		assert_eq!(seconds("1970-01-01T00:00:00"), Some(0));
		assert_eq!(seconds("2020-02-29T12:00:00"), Some(1_582_977_600));
		for wrong in
			["", "2019-05-07", "2019-13-01T00:00:00", "2019-05-07T24:00:00", "x", "1-2-3T4"]
		{
			assert_eq!(seconds(wrong), None, "{wrong}");
		}
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
		assert_eq!(left, [("no machine's number", 1), ("no time", 2), ("twice", 1)]);
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
