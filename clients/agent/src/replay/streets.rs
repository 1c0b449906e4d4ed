//! Recordings of drives: a file of each device, as GPX, as the log of a receiver, or as a table.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use anyhow::Result;
use substation_primitives::{DeviceId, EpochIndex};
use substation_proofs::{
	author::{track, Position},
	facts::FactSource,
	mapping::{is_in_world, Evidence, Policy},
};

use crate::rides::Ride;

/// Seconds between two points of a track at the least.
pub const SPACING: u64 = 5;
/// How long a period is taken to be where no chain says it, in milliseconds.
const PERIOD: u64 = 40_000;

/// Drives of several devices.
#[derive(Clone, Debug, Default)]
pub struct Streets {
	/// Each file's name, and where its device was, in the order of time.
	pub rides: Vec<(String, Vec<Position>)>,
	/// What was left out, by reason.
	pub left_out: BTreeMap<&'static str, u32>,
}

impl Streets {
	/// Reads files, each of one device. One in which nobody was anywhere on Earth is left out.
	pub fn read(files: &[PathBuf]) -> Result<Self> {
		let mut all = Self::default();
		for path in files {
			let Ride { mut positions, left_out } = Ride::read(path)?;
			for (reason, times) in left_out {
				*all.left_out.entry(reason).or_default() += times;
			}
			let before = positions.len();
			positions.retain(|position| is_in_world(&position.point));
			let outside = (before - positions.len()) as u32;
			if outside > 0 {
				*all.left_out.entry("outside the world").or_default() += outside;
			}
			positions.sort_by_key(|position| position.at);
			if !positions.is_empty() {
				all.rides.push((path.display().to_string(), positions));
			}
		}
		Ok(all)
	}
}

/// The period that a report for an epoch is about, in milliseconds, as facts have it.
fn period(
	policy: &Policy,
	facts: &impl FactSource,
	epoch: EpochIndex,
) -> Option<std::ops::Range<u64>> {
	let (begin, end) = policy.period(epoch)?;
	// Both are asked for at once.
	let (begin, end) = (facts.opened(begin), facts.opened(end));
	Some(begin?..end?)
}

/// What a device tells of the `part`-th stretch of its drive, as long as the period of the report: as if that had been then. Nothing if there is no such
/// stretch, or nobody moved in it.
pub(super) fn told(
	policy: &Policy,
	facts: &impl FactSource,
	epoch: EpochIndex,
	positions: &[Position],
	part: u32,
) -> Option<Evidence> {
	let period = period(policy, facts, epoch)?;
	// Periods are of unlike lengths, and stretches are not.
	let begins = positions.first()?.at.saturating_add(u64::from(part) * PERIOD);
	let shifted: Vec<Position> = positions
		.iter()
		.filter(|position| position.at >= begins)
		// Seconds are told, rounded down.
		.map(|position| Position {
			at: period.start + 999 + (position.at - begins),
			point: position.point,
		})
		.collect();
	track(&shifted, &period, SPACING)
}

/// When an epoch was opened where no chain says it, in milliseconds.
pub(super) fn opened(epoch: EpochIndex) -> u64 {
	u64::from(epoch) * PERIOD
}

/// The devices that drive, and where each was.
pub(super) type Riders = Arc<BTreeMap<DeviceId, Vec<Position>>>;
