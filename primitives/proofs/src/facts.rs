//! What the chain knows of devices, as of an epoch.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use substation_primitives::{AccountId32, DeviceId, EpochIndex, ReportKey, H256};

use crate::{
	geo::Point,
	tiles::{Parent, Tiles},
};

/// How a network numbers its members, so that lots can be cast over them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Numbering {
	/// It does not.
	None,
	/// Each in its H3 cell of this resolution.
	InCell(u8),
	/// All together: in the cell 0.
	InNetwork,
}

impl Numbering {
	/// The H3 resolution of the cells, if there are any.
	pub fn resolution(&self) -> Option<u8> {
		match self {
			Self::InCell(resolution) => Some(*resolution),
			Self::None | Self::InNetwork => None,
		}
	}
}

/// Members of a network that are numbered together.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Default,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Cell {
	/// The H3 cell; 0 where all of a network are together.
	pub id: u64,
	/// Active members, those who sit in chairs and do not pause.
	pub occupied: u32,
	/// Chairs, free ones included: numbered from 0.
	pub chairs: u32,
}

/// Where a member of a network sits.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Default,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Chair {
	/// Its number in the cell.
	pub index: u32,
	/// The cell.
	pub cell: Cell,
}

/// H3 resolution of a place's own cell: hexagons with edges of about ten metres.
pub const PLACE_RESOLUTION: u8 = 12;

/// Where a device stands, as its owner asserts it.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Place {
	/// Degrees north times 1e7.
	pub latitude: i32,
	/// Degrees east times 1e7.
	pub longitude: i32,
	/// The H3 cell at [`PLACE_RESOLUTION`] that holds the point.
	pub cell: u64,
	/// Power radiated in the strongest direction, in tenths of a dBm.
	pub eirp: i16,
}

impl Place {
	/// The place as a point.
	pub fn point(&self) -> Point {
		Point { latitude: self.latitude, longitude: self.longitude }
	}
}

/// Data that a device has committed to hold.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct DataSet {
	/// Root of the tree over its pieces.
	pub root: H256,
	/// How many pieces there are. At least 1.
	pub pieces: u32,
}

/// A device's facts in one network, as of one epoch.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct DeviceFacts {
	/// The key that signs its reports.
	pub key: ReportKey,
	/// Whose it is.
	pub owner: AccountId32,
	/// The aggregator that carries its reports.
	pub aggregator: AccountId32,
	/// Since when that one does.
	pub aggregator_since: EpochIndex,
	/// That aggregator's part of the payment, in millionths.
	pub cut: u32,
	/// Since when it has been in the network, at its present place.
	pub since: EpochIndex,
	/// Where it stands.
	pub place: Option<Place>,
	/// Where it sits, if the network has chairs and there is one for it.
	pub chair: Option<Chair>,
	/// What it stores.
	pub data_set: Option<DataSet>,
}

/// What somebody has burned for hosts of a network in an epoch, before it is known for which.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct Bill {
	/// Root of the tree that adds up ([`substation_primitives::bill`]).
	pub root: H256,
	/// How many leaves it has.
	pub leaves: u32,
	/// What they add up to, in credits.
	pub credits: u128,
	/// What stays burned of what those have cost, in planck, whatever hosts collect: a leaf's part of it is its part of the credits.
	pub left_burned: u128,
}

/// Where facts of one network, as of one epoch, are read. All of them are the same from the opening of the next epoch to the
/// freeze.
pub trait FactSource {
	/// The facts of a device that was an active member; nothing for any other.
	fn device(&self, device: &DeviceId) -> Option<DeviceFacts>;

	/// Who sits in a chair of a cell, if anybody does: one that pauses has no facts.
	fn chair(&self, cell: u64, index: u32) -> Option<DeviceId>;

	/// What stayed burned of sales of a device's service in the epoch, in planck.
	fn left_burned(&self, device: &DeviceId) -> u128;

	/// What an account has burned for hosts of the network by a bill of the epoch.
	fn bill(&self, payer: &AccountId32) -> Option<Bill>;

	/// What is known of the tiles of a parent; nothing if none was marked or wanted.
	fn tiles(&self, parent: &Parent) -> Option<Tiles>;

	/// When an epoch was opened, in milliseconds of Unix time, if it is known. Judges see it by way of [`AsOf`].
	fn opened(&self, epoch: EpochIndex) -> Option<u64>;
}

/// Epochs before the one that is judged of which it is known when they were opened, whenever it is judged.
pub const OPENED_BEFORE: EpochIndex = 200;

/// Facts as a judge of one epoch sees them: nothing that is known only for a part of the time in which it may judge.
pub(crate) struct AsOf<'a, F> {
	/// The epoch.
	pub(crate) epoch: EpochIndex,
	/// Where facts are read.
	pub(crate) facts: &'a F,
}

impl<F: FactSource> FactSource for AsOf<'_, F> {
	fn device(&self, device: &DeviceId) -> Option<DeviceFacts> {
		self.facts.device(device)
	}

	fn chair(&self, cell: u64, index: u32) -> Option<DeviceId> {
		self.facts.chair(cell, index)
	}

	fn left_burned(&self, device: &DeviceId) -> u128 {
		self.facts.left_burned(device)
	}

	fn bill(&self, payer: &AccountId32) -> Option<Bill> {
		self.facts.bill(payer)
	}

	fn tiles(&self, parent: &Parent) -> Option<Tiles> {
		self.facts.tiles(parent)
	}

	fn opened(&self, epoch: EpochIndex) -> Option<u64> {
		let seen = self.epoch.saturating_sub(OPENED_BEFORE)..=self.epoch;
		seen.contains(&epoch).then(|| self.facts.opened(epoch)).flatten()
	}
}
