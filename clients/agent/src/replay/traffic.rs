//! Recordings of traffic: files of one session each, with the rates of a line about every second, as UCC's 5G dataset has them.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use anyhow::{ensure, Result};
use substation_primitives::bill::{Bill, Leaf};
use substation_sdk::metering::{Counted, Counter};

use super::act::{Act, Scene};
use crate::tables::{moment, texts, Table};

/// What a thousand bytes cost, in credits: a dollar for a gigabyte.
const PRICE: u128 = 1;

/// One session: what its user has signed for, step by step.
#[derive(Clone, Debug)]
pub struct Session {
	/// Its file's name.
	pub name: String,
	/// The steps.
	pub steps: Vec<Counted>,
}

impl Session {
	/// All that was carried.
	pub fn total(&self) -> Counted {
		self.steps.last().copied().unwrap_or_default()
	}

	/// What was carried in the `part`-th of so many parts of its steps.
	fn part(&self, part: usize, parts: usize) -> Counted {
		let until = |part: usize| {
			let end = self.steps.len() * part / parts.max(1);
			end.checked_sub(1).and_then(|last| self.steps.get(last)).copied().unwrap_or_default()
		};
		let (before, after) = (until(part), until(part + 1));
		Counted {
			serial: after.serial - before.serial,
			down: after.down - before.down,
			up: after.up - before.up,
			seconds: after.seconds - before.seconds,
		}
	}
}

/// What hosts have carried.
#[derive(Clone, Debug, Default)]
pub struct Traffic {
	/// A session of each host.
	pub sessions: Vec<Session>,
	/// What was left out, by reason.
	pub left_out: BTreeMap<&'static str, u32>,
}

impl Traffic {
	/// Reads files, each with one session.
	pub fn read(files: &[PathBuf]) -> Result<Self> {
		let texts = texts(files)?;
		Self::parse(texts.iter().map(|(name, text)| (name.as_str(), text.as_str())))
	}

	/// Reads texts by their names. A row without a time is left out and counted; a rate that is none is 0. Rows of one second are of one moment, and a
	/// step back in time adds nothing.
	pub fn parse<'a>(texts: impl Iterator<Item = (&'a str, &'a str)>) -> Result<Self> {
		let mut all = Self::default();
		for (name, text) in texts {
			let table = Table::of(name, text);
			let (time, down, up) =
				(table.place("Timestamp")?, table.place("DL_bitrate")?, table.place("UL_bitrate")?);
			let mut counter = Counter::default();
			let mut steps = Vec::new();
			for fields in table.rows() {
				let Some(at) = fields.get(time).and_then(|text| moment(text)) else {
					*all.left_out.entry("no time").or_default() += 1;
					continue;
				};
				let rate = |place: usize| {
					let kilobits = fields.get(place).and_then(|text| text.parse::<u64>().ok());
					kilobits.unwrap_or(0).saturating_mul(1_000)
				};
				steps.extend(counter.note(at * 1_000, rate(down), rate(up)));
			}
			steps.extend(counter.end());
			all.sessions.push(Session { name: name.into(), steps });
		}
		Ok(all)
	}

	/// The hosts as devices, and what they are billed in so many epochs, each for a part of its session.
	pub fn act(self, epochs: u32) -> Result<Act> {
		let mut act = Act::default();
		let mut hosts = Vec::new();
		for (number, session) in self.sessions.into_iter().enumerate() {
			hosts.push((act.join(format!("host {number}"), None)?, session));
		}
		for epoch in 0..epochs as usize {
			let leaves = hosts.iter().map(|(device, session)| {
				let Counted { down, up, seconds, .. } = session.part(epoch, epochs as usize);
				let credits = (u128::from(down) + u128::from(up)) / 1_000 * PRICE;
				Leaf { device: *device, down, up, seconds, credits }
			});
			let carried: Vec<Leaf> = leaves.filter(|leaf| leaf.credits > 0).collect();
			act.epochs.extend(Bill::new(carried).map(|bill| Scene::Carried(Arc::new(bill))));
		}
		ensure!(!act.epochs.is_empty(), "nothing was carried in these files");
		Ok(act)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	const HEAD: &str = "Timestamp,Speed,DL_bitrate,UL_bitrate,State";

	fn parse(rows: &[&str]) -> Traffic {
		let text = [&[HEAD], rows].concat().join("\r\n");
		Traffic::parse([("a file", text.as_str())].into_iter()).unwrap()
	}

	#[test]
	fn a_session_is_counted_from_rates_whatever_is_dirty() {
		let read = parse(&[
			"2019.11.26_09.27.10,0,80000,800,D",
			"2019.11.26_09.27.11,0,80000,800,D",
			"2019.11.26_09.27.11,0,80000,800,D",
			"yesterday,0,80000,800,D",
			"2019.11.26_09.27.12,0,-,,I",
			"2019.11.26_09.27.11,0,80000,800,D",
			"",
			"2019-11-26 09:27:12,0,80,8,D",
		]);
		assert_eq!(read.left_out, BTreeMap::from([("no time", 1)]));
		let total = read.sessions[0].total();
		assert_eq!((total.down, total.up, total.seconds), (10_010_000, 101_000, 3));
		assert_eq!(read.sessions[0].steps.len(), 2);
		assert!(Traffic::parse([("a file", "a,b\n1,2")].into_iter()).is_err());
	}

	#[test]
	fn parts_of_a_session_add_up_to_it() {
		let rows: Vec<String> =
			(10..50).map(|second| format!("2019.11.26_09.27.{second},0,80000,800,D")).collect();
		let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
		let session = parse(&rows).sessions.remove(0);
		for parts in [1, 3, 7, 100] {
			let all: Vec<Counted> = (0..parts).map(|part| session.part(part, parts)).collect();
			let sum = |of: fn(&Counted) -> u64| all.iter().map(of).sum::<u64>();
			let total = session.total();
			assert_eq!((sum(|one| one.down), sum(|one| one.up)), (total.down, total.up));
		}
		let act = parse(&rows).act(3).unwrap();
		assert_eq!((act.cast.len(), act.epochs.len()), (1, 3));
		assert!(parse(&[]).act(3).is_err());
	}
}
