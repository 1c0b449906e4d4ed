//! What the chain knows of devices, as of an epoch.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use substation_primitives::{AccountId32, DeviceId, EpochIndex, ReportKey, H256};

use crate::geo::Point;

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
	/// The aggregator that carries them.
	pub aggregator: AccountId32,
	/// That aggregator's part of the payment, in millionths.
	pub cut: u32,
	/// Since when it has been in the network, at its present place.
	pub since: EpochIndex,
	/// Where it stands.
	pub place: Option<Place>,
	/// Devices of the network in its cell, itself included.
	pub occupied: u32,
	/// What it stores.
	pub data_set: Option<DataSet>,
}

/// Where facts of one network, as of one epoch, are read.
pub trait FactSource {
	/// The facts of a device that was an active member; nothing for any other.
	fn device(&self, device: &DeviceId) -> Option<DeviceFacts>;
}

#[cfg(feature = "std")]
impl FactSource for std::collections::BTreeMap<DeviceId, DeviceFacts> {
	fn device(&self, device: &DeviceId) -> Option<DeviceFacts> {
		self.get(device).cloned()
	}
}
