//! What radios sign for each other.

use std::collections::BTreeMap;

use substation_primitives::{
	signing::{self, ReportContext, Witnessed},
	DeviceId,
};

use super::DevicePair;
use crate::coverage::{Beacon, Evidence, Heard, Receipt, MAX_RECEPTIONS, MAX_WITNESSES};

impl DevicePair {
	/// As the witness of a `reception`: a receipt of `beaconer`'s beacon.
	pub fn receipt(
		&self,
		context: &ReportContext,
		beaconer: &DeviceId,
		frequency: u32,
		reception: &Reception,
	) -> Receipt {
		let Reception { witness, power, answered } = *reception;
		let challenge = context.challenge(beaconer);
		let message = context.receipt(beaconer, &witness, &challenge, frequency, power);
		Receipt { witness, power, signature: self.sign(&message), answered }
	}

	/// As `beaconer`: its `word` to `witness`, which heard its beacon with `power` tenths of a dBm.
	pub fn acknowledge(
		&self,
		context: &ReportContext,
		beaconer: &DeviceId,
		(witness, power): (&DeviceId, i16),
		frequency: u32,
		word: Witnessed,
	) -> Heard {
		let challenge = context.challenge(beaconer);
		let message = context.witnessed(beaconer, witness, &challenge, frequency, &word);
		let signature = self.sign(&message);
		Heard { beaconer: *beaconer, challenge, frequency, power, word, signature }
	}
}

/// A beacon that was heard, and its answer. Powers in tenths of a dBm.
#[derive(Clone, Copy, Debug)]
pub struct Reception {
	/// Who heard it.
	pub witness: DeviceId,
	/// How strongly.
	pub power: i16,
	/// How strongly the beaconer heard the answer.
	pub answered: i16,
}

impl Reception {
	/// Of two devices that radiate the same power: what is lost on the way there is lost on the way back.
	pub fn alike(witness: DeviceId, power: i16) -> Self {
		Self { witness, power, answered: power }
	}
}

/// One transmission and who heard it.
#[derive(Clone, Debug)]
pub struct Transmission {
	/// Who sent it.
	pub beaconer: DeviceId,
	/// On which frequency, in hertz.
	pub frequency: u32,
	/// Who heard it.
	pub heard_by: Vec<Reception>,
}

/// The evidence of all devices in `transmissions`, as they would exchange it: receipts go to the
/// beaconer, its words come back. One transmission per beaconer.
pub fn exchange(
	context: &ReportContext,
	pairs: &BTreeMap<DeviceId, DevicePair>,
	transmissions: &[Transmission],
) -> BTreeMap<DeviceId, Evidence> {
	let mut evidence: BTreeMap<DeviceId, Evidence> = BTreeMap::new();
	for transmission in transmissions {
		let Some(beaconer) = pairs.get(&transmission.beaconer) else { continue };
		let heard_by: Vec<_> = transmission
			.heard_by
			.iter()
			.filter_map(|reception| Some((reception, pairs.get(&reception.witness)?)))
			.take(MAX_WITNESSES as usize)
			.collect();
		let frequency = transmission.frequency;
		let receipts: Vec<_> = heard_by
			.iter()
			.map(|(reception, pair)| {
				pair.receipt(context, &transmission.beaconer, frequency, reception)
			})
			.collect();
		let hash = signing::receipts_hash(&receipts);
		for (rank, (reception, _)) in (0..).zip(&heard_by) {
			let word = Witnessed {
				rank,
				witnesses: heard_by.len() as u8,
				receipts: hash,
				answered: reception.answered,
			};
			let heard = beaconer.acknowledge(
				context,
				&transmission.beaconer,
				(&reception.witness, reception.power),
				frequency,
				word,
			);
			// A device that heard more than a report holds leaves the rest out.
			let _ = evidence.entry(reception.witness).or_default().heard.try_push(heard);
		}
		evidence.entry(transmission.beaconer).or_default().beacon = Some(Beacon {
			challenge: context.challenge(&transmission.beaconer),
			frequency: transmission.frequency,
			receipts: receipts.try_into().unwrap_or_default(),
		});
	}
	for evidence in evidence.values_mut() {
		let receipts = evidence.beacon.as_ref().map_or(0, |beacon| beacon.receipts.len());
		evidence.heard.truncate((MAX_RECEPTIONS as usize) - receipts);
	}
	evidence
}
