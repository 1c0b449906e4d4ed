//! How sensors that witness for each other talk, over the boards of their aggregators.
//!
//! A note's text is a [`Word`], encoded. After each slot a sensor puts up its seal; once all are over it shows its readings, and then says whom it
//! has heard: see [`Exchange`].

mod exchange;

pub use exchange::{Exchange, Kept};

use std::collections::BTreeMap;

use anyhow::Result;
use codec::{Decode, Encode};
use sp_core::{bounded::BoundedVec, ConstU32};
use substation_primitives::{
	keys::Signature, signing::ReportContext, DeviceId, EpochIndex, NetworkId, H256,
};
use substation_proofs::{
	facts::{Cell, DeviceFacts, FactSource},
	known::Known,
	sensing::{called, Policy, MAX_SLOTS},
};

use crate::{chain::Chain, progress::Quiet, recompute::ask};

/// Chairs of a cell that a sensor looks at. In larger cells those behind are unknown to it.
pub const MOST_CHAIRS: u32 = 1_024;

/// A sensor's readings, as it has shown them to everybody.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Shown {
	/// Medians of the first channel, slot by slot.
	pub typical: BoundedVec<i16, ConstU32<MAX_SLOTS>>,
	/// Over [`ReportContext::statement`], by its report key.
	pub signature: Signature,
}

/// A witness's word for a device.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Given {
	/// For which.
	pub device: DeviceId,
	/// Bit `s`: it had the device's seal of slot `s` before it showed anything of that.
	pub prompt: u64,
	/// Bit `j`: it holds what the `j`-th of those whom the device's lot has named has shown.
	pub roll: u8,
	/// Over [`ReportContext::testimony`], by the witness's report key.
	pub signature: Signature,
}

/// What a note says.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub enum Word {
	/// The slot is over.
	#[codec(index = 0)]
	Seal {
		/// Which, from 0.
		slot: u8,
		/// See [`ReportContext::seal_of_sample`].
		seal: H256,
		/// Where readings are shown slot by slot: the median of the slot before.
		before: Option<i16>,
	},
	/// What a device has shown: the note's own, or another's, passed on.
	#[codec(index = 1)]
	Shown(DeviceId, Shown),
	/// Words for those whose lots have named this one.
	#[codec(index = 2)]
	Testimonies(Vec<Given>),
}

/// For whom a sensor witnesses: its place among those named, and all of them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Charge {
	/// Its place.
	pub place: u8,
	/// All who were named, in the order of their places.
	pub called: Vec<DeviceId>,
}

/// Whom the lots of an epoch name.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Lots {
	/// Those who witness for a sensor.
	pub called: Vec<DeviceId>,
	/// Those for whom it witnesses.
	pub charges: BTreeMap<DeviceId, Charge>,
}

/// Who sits in a cell, and does not pause.
pub fn members(cell: &Cell, facts: &impl FactSource) -> BTreeMap<DeviceId, DeviceFacts> {
	(0..cell.chairs.min(MOST_CHAIRS))
		.filter_map(|index| facts.chair(cell.id, index))
		.filter_map(|device| Some((device, facts.device(&device)?)))
		.collect()
}

/// What the lots of all members of a cell say about one of them.
pub fn lots(
	context: &ReportContext,
	policy: &Policy,
	facts: &impl FactSource,
	device: &DeviceId,
	members: &BTreeMap<DeviceId, DeviceFacts>,
) -> Lots {
	let mut lots = Lots::default();
	for (other, own) in members {
		let named = called(context, policy, facts, other, own);
		let named: Vec<DeviceId> = named.into_iter().map(|(named, _)| named).collect();
		if other == device {
			lots.called = named;
		} else if let Some(place) = named.iter().position(|one| one == device) {
			lots.charges.insert(*other, Charge { place: place as u8, called: named });
		}
	}
	lots
}

impl Chain {
	/// Who sits in a cell as of an epoch, and does not pause.
	pub async fn members(
		&self,
		network: NetworkId,
		epoch: EpochIndex,
		cell: &Cell,
		known: &mut Known,
	) -> Result<BTreeMap<DeviceId, DeviceFacts>> {
		ask(self, (network, epoch), known, &Quiet, |known| members(cell, known)).await
	}

	/// What the lots of all `members` of a cell say about one of them.
	pub async fn lots(
		&self,
		context: &ReportContext,
		policy: &Policy,
		device: &DeviceId,
		members: &BTreeMap<DeviceId, DeviceFacts>,
		known: &mut Known,
	) -> Result<Lots> {
		ask(self, (context.network, context.epoch), known, &Quiet, |known| {
			lots(context, policy, known, device, members)
		})
		.await
	}
}
