//! Where the fleet's mapping devices drive, and who marks the tiles that they pass.

use std::{collections::BTreeMap, ops::Range};

use anyhow::Result;
use substation_primitives::{
	batch::Terms, report::report_hash, signing::ReportContext, DeviceId, EpochIndex,
};
use substation_proofs::{
	author::{track, Position},
	geo::Point,
	mapping::Policy,
};
use substation_sdk::mapping::{markable, marks, period};

use super::{devices::Manner, preset::MAPPING, setup::Fleet};

/// Seconds between two points of a drive.
const SPACING: u64 = 4;
/// How much earlier a drive was that is told as one of now, in seconds.
const DAYS: u64 = 3 * 86_400;

/// A way from home that bends, at ten to fifteen metres a second: another one in each epoch, and for each device.
fn drive(home: Point, device: &DeviceId, epoch: EpochIndex, period: &Range<u64>) -> Vec<Position> {
	let dice = |step: u64, of: i32| {
		let words = codec::Encode::encode(&(device.0, epoch, step, of));
		(report_hash(&words).to_low_u64_le() % of as u64) as i32
	};
	// Into one of four quarters, some streets away from home.
	let (north, east) = [(1, 1), (1, -1), (-1, 1), (-1, -1)][epoch as usize % 4];
	let mut point = Point {
		latitude: home.latitude + north * dice(0, 40_000),
		longitude: home.longitude + east * dice(1, 80_000),
	};
	let mut drive = Vec::new();
	let mut at = period.start + 1_000;
	let mut step = 2;
	while at < period.end {
		drive.push(Position { at, point });
		point.latitude += north * (2_500 + dice(step, 2_500));
		point.longitude += east * dice(step + 1, 8_000);
		at += SPACING * 1_000;
		step += 2;
	}
	drive
}

impl Fleet {
	/// What devices tell of the streets that they have driven through in the period that a report for this epoch is about. A cheat tells that it
	/// was days earlier. Nothing while it is not known when the period was.
	pub(super) async fn mapping_reports(
		&self,
		context: &ReportContext,
		policy: &Policy,
	) -> Result<BTreeMap<DeviceId, Vec<u8>>> {
		let mut reports = BTreeMap::new();
		let Some(period) = period(&self.chain, policy, context.epoch).await? else {
			return Ok(reports);
		};
		for device in self.devices.iter().filter(|device| device.network == MAPPING) {
			let id = device.id();
			let positions = drive(device.place()?.point(), &id, context.epoch, &period);
			let Some(mut evidence) = track(&positions, &period, SPACING) else { continue };
			if device.manner == Manner::TellsOldDrive {
				evidence.start = evidence.start.saturating_sub(DAYS as u32);
			}
			reports.insert(id, device.pair.report(context, &id, &evidence));
		}
		Ok(reports)
	}

	/// Marks what was driven through in an epoch's reports, as anybody can, once they are settled.
	pub(super) async fn mark(&self, terms: &Terms) -> Result<()> {
		let commitment = self.chain.batch(terms.epoch, terms.batch_id()).await?;
		let settled = commitment.is_some_and(|commitment| commitment.is_payable());
		anyhow::ensure!(settled, "the batch is not settled");
		let (judged, chunks) = self.judge_chunks(terms).await?;
		let reports = markable(&self.chain, terms, &judged, &chunks).await?;
		let mut calls = Vec::new();
		for report in &reports {
			calls.push(report.call(&judged)?);
		}
		let marked = marks(&self.chain.submit_all(&calls, &self.aggregator).await?)?;
		let (epoch, tiles) = (terms.epoch, marked.tiles);
		self.say(&format!("epoch {epoch}: {tiles} tiles are marked as mapped"));
		Ok(())
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::fleet::preset::{policy, RATE_CAP};
	use substation_proofs::{
		mapping::{passed, Evidence},
		KindPolicy,
	};

	#[test]
	fn drives_are_of_a_period_and_earn_something() {
		let KindPolicy::Mapping(policy) = policy(MAPPING).unwrap().kind else { unreachable!() };
		assert!(policy.is_sound() && RATE_CAP > 0);
		let home = Point { latitude: 577_000_000, longitude: 119_000_000 };
		// From half of an epoch to two of them.
		for length in [20_000, 40_000, 80_000] {
			let period = 1_721_800_800_123..1_721_800_800_123 + length;
			let mut ways = Vec::<Evidence>::new();
			for number in 0..40 {
				let device = DeviceId::repeat_byte(number as u8 % 5);
				let positions = drive(home, &device, number, &period);
				let evidence = track(&positions, &period, SPACING).unwrap();
				let tiles = passed(&policy, home, &evidence).unwrap();
				let metres = tiles.values().sum::<u64>() / 1_000;
				assert!(metres >= u64::from(policy.least) * 2, "{metres} in {length}");
				assert!(!ways.contains(&evidence));
				ways.push(evidence);
			}
		}
	}
}
