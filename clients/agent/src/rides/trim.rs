//! What nobody has to know of where somebody drove: where drives begin and end, and what lies in private zones.

use std::str::FromStr;

use anyhow::Result;
use substation_proofs::{
	author::Position,
	geo::{distance, Point},
	mapping::is_in_world,
};
use substation_sdk::{failure::Failure, register::place};

/// Milliseconds without a word, or in one place, after which another drive begins.
const PAUSE: u64 = 10 * 60_000;
/// Metres that are one place.
const PLACE: u32 = 100;
/// Positions at each end of a drive that are taken for where it began, and ended: a receiver's first are often wrong.
const ANCHORS: usize = 5;

/// A circle in which nothing is told.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Private {
	/// Its middle.
	pub middle: Point,
	/// In metres.
	pub radius: u32,
}

impl FromStr for Private {
	type Err = anyhow::Error;

	fn from_str(text: &str) -> Result<Self> {
		let form = || {
			let text = "a private zone is LATITUDE,LONGITUDE,METRES, such as 45.1885,5.7245,300";
			anyhow::Error::from(Failure::Arguments(text.into()))
		};
		let mut parts = text.split(',').map(str::trim);
		let mut next = || parts.next().ok_or_else(form);
		let degrees = |text: &str| text.parse::<f64>().map_err(|_| form());
		let (latitude, longitude) = (degrees(next()?)?, degrees(next()?)?);
		let radius = next()?.parse().map_err(|_| form())?;
		if parts.next().is_some() {
			return Err(form());
		}
		Ok(Self { middle: place(latitude, longitude, 0.0)?.point(), radius })
	}
}

/// What is left out of drives.
#[derive(Clone, PartialEq, Debug)]
pub struct Trim {
	/// Metres around where a drive began, and where it ended.
	pub ends: u32,
	/// Circles in which nothing is told.
	pub private: Vec<Private>,
}

impl Trim {
	/// What may be told of where somebody was, part by part: nobody sees what lies between two of them.
	pub fn told(&self, positions: &[Position]) -> Vec<Vec<Position>> {
		// What is no place on Earth, or the one that receivers without a fix tell.
		let nowhere = Point { latitude: 0, longitude: 0 };
		let sound =
			|position: &&Position| is_in_world(&position.point) && position.point != nowhere;
		let positions: Vec<Position> = positions.iter().filter(sound).copied().collect();
		let mut parts = Vec::new();
		for drive in positions.chunk_by(|a, b| b.at.saturating_sub(a.at) <= PAUSE) {
			for drive in moving(drive) {
				self.within(drive, &mut parts);
			}
		}
		parts
	}

	/// Of one drive: what is far enough from where it began and ended, and lies in no private zone.
	fn within(&self, drive: &[Position], parts: &mut Vec<Vec<Position>>) {
		let ends: Vec<Point> = drive
			.iter()
			.take(ANCHORS)
			.chain(drive.iter().rev().take(ANCHORS))
			.map(|position| position.point)
			.collect();
		let is_told = |position: &Position| {
			let far = |end: &Point| distance(*end, position.point) >= self.ends;
			self.is_public(position) && ends.iter().all(far)
		};
		for part in drive.chunk_by(|a, b| is_told(a) == is_told(b)) {
			if part.first().is_some_and(is_told) {
				parts.push(part.to_vec());
			}
		}
	}

	fn is_public(&self, position: &Position) -> bool {
		let within = |zone: &Private| distance(zone.middle, position.point) <= zone.radius;
		!self.private.iter().any(within)
	}
}

/// The parts of some positions between places in which nobody moved for long.
fn moving(positions: &[Position]) -> Vec<&[Position]> {
	let (mut drives, mut begins, mut at) = (Vec::new(), 0, 0);
	while let Some(here) = positions.get(at) {
		let stays = |one: &&Position| distance(here.point, one.point) <= PLACE;
		let rest = positions.get(at..).unwrap_or_default();
		let stayed = rest.iter().take_while(stays).count();
		let last = rest.get(stayed.saturating_sub(1));
		if last.is_some_and(|last| last.at.saturating_sub(here.at) >= PAUSE) {
			drives.extend(positions.get(begins..at));
			(begins, at) = (at + stayed, at + stayed);
			continue;
		}
		// Whoever has left the place within the pause has not stayed at any point before that for a pause, either, by much.
		at += (stayed / 2).max(1);
	}
	drives.extend(positions.get(begins..));
	drives.retain(|drive| !drive.is_empty());
	drives
}

#[cfg(test)]
mod tests {
	use super::*;

	/// So many points to the north, a hundred metres and ten seconds apart, from a time in seconds on.
	fn drive(from: u64, points: u64) -> Vec<Position> {
		(0..points)
			.map(|number| Position {
				at: (from + number * 10) * 1_000,
				point: Point {
					latitude: 450_000_000 + number as i32 * 9_000,
					longitude: 50_000_000,
				},
			})
			.collect()
	}

	#[test]
	fn both_ends_of_each_drive_are_left_out() {
		let both = [drive(0, 21), drive(5_000, 8)].concat();
		let trim = |ends| Trim { ends, private: Vec::new() };
		assert_eq!(trim(0).told(&both).concat(), both);
		// Of the second, which is 700 metres long, nothing is 500 metres from both ends.
		let told = trim(500).told(&both);
		// Five positions at each end stand for it.
		assert_eq!(told, [&both[9..=11]]);
		assert!(trim(500).told(&[]).is_empty() && trim(500).told(&both[..1]).is_empty());
	}

	#[test]
	fn a_receiver_that_is_wrong_at_first_gives_nobody_away() {
		let mut way = drive(0, 61);
		way[0].point = Point { latitude: 0, longitude: 0 };
		way[1].point.latitude += 5_000_000;
		way[60].point.latitude = i32::MAX;
		let home = drive(0, 1)[0].point;
		let told = Trim { ends: 500, private: Vec::new() }.told(&way);
		assert!(!told.is_empty());
		assert!(told.iter().flatten().all(|one| distance(home, one.point) >= 500));
	}

	#[test]
	fn who_stands_at_home_with_a_receiver_that_goes_on_ends_a_drive() {
		// Home, after a drive that comes back, and a quarter of an hour there with some noise.
		let out = drive(0, 40);
		let mut all = out.clone();
		for (number, back) in (0u64..).zip(out.iter().rev()) {
			all.push(Position { at: (400 + number * 10) * 1_000, ..*back });
		}
		let home = out[0].point;
		for number in 0..90u64 {
			let noise = (number % 7) as i32 * 100;
			let point = Point { latitude: home.latitude + noise, ..home };
			all.push(Position { at: (800 + number * 10) * 1_000, point });
		}
		all.extend(drive(1_700, 40));
		let told = Trim { ends: 500, private: Vec::new() }.told(&all);
		assert!(!told.is_empty());
		assert!(told.iter().flatten().all(|one| distance(home, one.point) >= 500));
		assert!(told.iter().flatten().any(|one| one.at > 1_700_000));
	}

	#[test]
	fn nothing_is_told_of_private_zones() {
		let way = drive(0, 21);
		let zone: Private = "45.009, 5.0, 150".parse().unwrap();
		let told = Trim { ends: 0, private: vec![zone] }.told(&way);
		// What lies on both sides of it are two parts.
		assert_eq!(told.len(), 2);
		assert_eq!(told.concat().len(), way.len() - 3);
		for wrong in ["45,5", "45,5,100,1", "x,5,100", "95,5,100", "45,5,-1"] {
			assert!(wrong.parse::<Private>().is_err(), "{wrong}");
		}
	}
}
