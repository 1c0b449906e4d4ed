//! Where somebody drove, from files as people have them: GPX tracks, logs of NMEA receivers, and tables of positions.
//!
//! A line that says nothing is left out and counted; no line ends a file.

mod gpx;
mod nmea;
mod table;
mod trim;

pub use trim::{Private, Trim};

use std::{
	collections::BTreeMap,
	fs,
	io::ErrorKind,
	path::{Path, PathBuf},
	time::UNIX_EPOCH,
};

use anyhow::Result;
use substation_proofs::{author::Position, geo::Point};
use substation_sdk::failure::Failure;

use crate::bounded;

/// Bytes of a file at the most: a receiver's log of a day has a tenth of them.
const LONGEST: u64 = 256 << 20;

/// What a file tells.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Ride {
	/// Where somebody was, as it stands in the file.
	pub positions: Vec<Position>,
	/// What was left out, by reason.
	pub left_out: BTreeMap<&'static str, u32>,
}

impl Ride {
	fn leave_out(&mut self, reason: &'static str) {
		*self.left_out.entry(reason).or_default() += 1;
	}

	/// Notes where somebody was, in milliseconds since 1970 and degrees. What is no degree, or before 1970, is left out; what lies outside the world is for
	/// judges to see.
	fn note(&mut self, at: Option<i64>, latitude: f64, longitude: f64) {
		let Some(at) = at.and_then(|at| u64::try_from(at).ok()) else {
			return self.leave_out("no time");
		};
		match (units(latitude), units(longitude)) {
			(Some(latitude), Some(longitude)) => {
				let point = Point { latitude, longitude };
				self.positions.push(Position { at, point });
			}
			_ => self.leave_out("no position"),
		}
	}

	/// Reads a file by what it holds: GPX, sentences of an NMEA receiver, or a table.
	pub fn parse(name: &str, bytes: &[u8]) -> Result<Self> {
		let text = String::from_utf8_lossy(bytes);
		let text = text.trim_start_matches('\u{feff}');
		let begins = text.trim_start();
		if begins.starts_with('<') {
			return Ok(gpx::parse(text));
		}
		if begins.lines().any(|line| line.trim_start().starts_with('$')) {
			return Ok(nmea::parse(text));
		}
		table::parse(name, text)
	}

	/// Reads a file.
	pub fn read(path: &Path) -> Result<Self> {
		let bytes = bounded::read(path, LONGEST, "cut it into files of a day each")?;
		Self::parse(&path.display().to_string(), &bytes)
	}

	/// Reads those files of a folder, or the one file that it is, that were written at a time or later, in milliseconds since 1970; positions in the order
	/// of time. What holds none, or is left out, is told.
	pub fn read_all(path: &Path, since: u64, mut told: impl FnMut(String)) -> Result<Self> {
		let mut all = Self::default();
		for path in files_telling(path, |written| written >= since, &mut told)? {
			match Self::read(&path) {
				Ok(ride) if ride.positions.is_empty() => {
					told(format!("{} holds no position that can be read", path.display()));
				}
				Ok(ride) => {
					all.positions.extend(ride.positions);
					for (reason, times) in ride.left_out {
						*all.left_out.entry(reason).or_default() += times;
					}
				}
				Err(error) => told(format!("{error:#}")),
			}
		}
		// Of what was told twice the first stays.
		all.positions.sort_by_key(|position| position.at);
		Ok(all)
	}
}

/// The files of a folder whose time of writing, in milliseconds since 1970, is one of those that are wanted, in the order of their names; or the file
/// that it is.
pub fn files(path: &Path, wanted: impl Fn(u64) -> bool) -> Result<Vec<PathBuf>> {
	files_telling(path, wanted, |_| ())
}

/// The same. What of the folder is no file is told, and why it is left out.
pub fn files_telling(
	path: &Path,
	wanted: impl Fn(u64) -> bool,
	mut told: impl FnMut(String),
) -> Result<Vec<PathBuf>> {
	if path.is_file() {
		return Ok(vec![path.into()]);
	}
	let entries = fs::read_dir(path).map_err(|error| {
		Failure::Arguments(format!("{} is no file and no folder: {error}", path.display()))
	})?;
	let mut paths = Vec::new();
	for entry in entries {
		match entry {
			Ok(entry) => paths.push(entry.path()),
			Err(error) => told(format!("{} cannot be looked through: {error}", path.display())),
		}
	}
	paths.sort();
	let mut files = Vec::new();
	for path in paths {
		match written(&path) {
			Ok(at) if wanted(at) => files.push(path),
			Ok(_) => (),
			Err(reason) => told(format!("{} is left out: {reason}", path.display())),
		}
	}
	Ok(files)
}

/// When a file was written, in milliseconds since 1970; or why it is none.
fn written(path: &Path) -> Result<u64, String> {
	let metadata = fs::metadata(path).map_err(|error| {
		let is_link = error.kind() == ErrorKind::NotFound && fs::symlink_metadata(path).is_ok();
		if is_link {
			"it is a link to nothing".into()
		} else {
			error.to_string()
		}
	})?;
	if metadata.is_dir() {
		return Err("it is a folder, and folders within are not looked into".into());
	}
	if !metadata.is_file() {
		return Err("it is no file, but a pipe, a socket or a machine's device".into());
	}
	let at = metadata.modified().map_err(|error| error.to_string())?;
	let since = at.duration_since(UNIX_EPOCH).map_err(|_| "it was written before 1970")?;
	Ok(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

/// Degrees in units of 1e-7, to the nearest; nothing if it is no number that such a unit holds.
fn units(degrees: f64) -> Option<i32> {
	let units = (degrees * 1e7).round_ties_even();
	(f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&units).then_some(units as i32)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_file_is_read_by_what_it_holds() {
		let gpx = "\u{feff}<gpx><trk><trkseg><trkpt lat=\"1\" lon=\"2\"><time>2024-07-24T06:00:00Z</time></trkpt></trkseg></trk></gpx>";
		let nmea =
			"# a log\r\n$GPRMC,060000.00,A,0100.0000,N,00200.0000,E,0.0,0.0,240724,,,A*5C\r\n";
		let table = "Date,Time,LAT,LON\n7/24/2024,06:00:00,1.0,2.0\n";
		let point = Point { latitude: 10_000_000, longitude: 20_000_000 };
		for text in [gpx, nmea, table] {
			let ride = Ride::parse("a file", text.as_bytes()).unwrap();
			assert_eq!(ride.positions, [Position { at: 1_721_800_800_000, point }], "{text}");
		}
		assert!(Ride::parse("a file", b"nothing of this kind").is_err());
	}

	#[test]
	fn files_of_a_folder_are_read_in_the_order_of_time() {
		let folder = tempfile::tempdir().unwrap();
		let put = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
		put("b.csv", "timestamp,latitude,longitude\n2024-07-24T06:00:05,1,2\n");
		put("c.csv", "timestamp,latitude,longitude\n2024-07-24T06:00:00,1,2\nnever,1,3\n");
		put("readme.txt", "nothing");
		let mut told = Vec::new();
		let ride = Ride::read_all(folder.path(), 0, |text| told.push(text)).unwrap();
		let times: Vec<u64> = ride.positions.iter().map(|position| position.at).collect();
		assert_eq!(times, [1_721_800_800_000, 1_721_800_805_000]);
		assert_eq!(ride.left_out, BTreeMap::from([("no time", 1)]));
		assert_eq!(told.len(), 1, "{told:?}");
		let later = Ride::read_all(folder.path(), u64::MAX, |_| ()).unwrap();
		assert!(later.positions.is_empty());
		assert!(Ride::read_all(&folder.path().join("nothing"), 0, |_| ()).is_err());
	}

	#[test]
	fn what_is_no_file_is_told_and_left_out() {
		let folder = tempfile::tempdir().unwrap();
		let path = |name: &str| folder.path().join(name);
		fs::write(path("a.csv"), "timestamp,latitude,longitude\n2024-07-24T06:00:00,1,2\n")
			.unwrap();
		std::os::unix::fs::symlink(path("gone"), path("b.csv")).unwrap();
		let _socket = std::os::unix::net::UnixListener::bind(path("c.csv")).unwrap();
		fs::create_dir(path("d.csv")).unwrap();
		fs::File::create(path("e.csv")).unwrap().set_len(LONGEST + 1).unwrap();
		let mut told = Vec::new();
		let ride = Ride::read_all(folder.path(), 0, |text| told.push(text)).unwrap();
		assert_eq!(ride.positions.len(), 1);
		for (name, reason) in [
			("b.csv", "is left out: it is a link to nothing"),
			("c.csv", "is left out: it is no file"),
			("d.csv", "is left out: it is a folder"),
			("e.csv", "is longer than 256 MiB: cut it into files of a day each"),
		] {
			let is_about = |text: &String| text.contains(name) && text.contains(reason);
			assert_eq!(told.iter().filter(|text| is_about(text)).count(), 1, "{name}: {told:?}");
		}
		assert_eq!(told.len(), 4, "{told:?}");
	}

	#[test]
	fn degrees_that_no_unit_holds_are_left_out() {
		assert_eq!(units(45.703_956_652_432_68), Some(457_039_567));
		assert_eq!([units(f64::NAN), units(1e30), units(-215.0)], [None; 3]);
		let mut ride = Ride::default();
		ride.note(Some(-1), 1.0, 1.0);
		ride.note(Some(1), f64::INFINITY, 1.0);
		assert_eq!(ride.left_out, BTreeMap::from([("no position", 1), ("no time", 1)]));
	}
}
