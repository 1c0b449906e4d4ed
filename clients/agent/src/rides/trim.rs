//! What nobody has to know of where somebody drove: where drives begin and end, and what lies in private zones.

use std::str::FromStr;

use anyhow::Result;
use substation_proofs::{
	author::Position,
	geo::{distance, Point},
};
use substation_sdk::{failure::Failure, register::place};

/// Milliseconds without a word after which another drive begins.
const PAUSE: u64 = 10 * 60_000;

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
	/// Metres around the first and the last point of a drive.
	pub ends: u32,
	/// Circles in which nothing is told.
	pub private: Vec<Private>,
}

impl Trim {
	/// What may be told of where somebody was, in the order of time.
	pub fn told(&self, positions: &[Position]) -> Vec<Position> {
		let drives = positions.chunk_by(|a, b| b.at.saturating_sub(a.at) <= PAUSE);
		drives.flat_map(|drive| self.within(drive)).copied().collect()
	}

	/// Of one drive: what lies between its leaving the circle around its beginning and its coming into that around its end.
	fn within<'a>(&'a self, drive: &'a [Position]) -> impl Iterator<Item = &'a Position> {
		let far = |from: Option<&Position>, position: &Position| {
			from.is_some_and(|from| distance(from.point, position.point) >= self.ends)
		};
		let begins = drive.iter().position(|one| far(drive.first(), one));
		let ends = drive.iter().rposition(|one| far(drive.last(), one));
		let kept = begins.zip(ends).and_then(|(begins, ends)| drive.get(begins..=ends));
		kept.unwrap_or_default().iter().filter(|position| self.is_public(position))
	}

	fn is_public(&self, position: &Position) -> bool {
		let within = |zone: &Private| distance(zone.middle, position.point) <= zone.radius;
		!self.private.iter().any(within)
	}
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
		assert_eq!(trim(0).told(&both), both);
		// Of the second, which is 700 metres long, nothing is 500 metres from both ends.
		let told = trim(500).told(&both);
		assert_eq!(told, both[5..=15]);
		assert_eq!(trim(500).told(&[]), []);
		assert_eq!(trim(500).told(&both[..1]), []);
	}

	#[test]
	fn nothing_is_told_of_private_zones() {
		let way = drive(0, 21);
		let zone: Private = "45.009, 5.0, 150".parse().unwrap();
		let told = Trim { ends: 0, private: vec![zone] }.told(&way);
		assert_eq!(told.len(), way.len() - 3);
		for wrong in ["45,5", "45,5,100,1", "x,5,100", "95,5,100", "45,5,-1"] {
			assert!(wrong.parse::<Private>().is_err(), "{wrong}");
		}
	}
}
