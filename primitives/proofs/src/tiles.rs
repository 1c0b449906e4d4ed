//! Tiles: squares of the map, and when each was mapped last.
//!
//! A tile is a square of 2^14 units of 1e-7 degrees: 182 metres from south to north. Eight by eight of them make a *parent*, and what is known of these is
//! one row of the chain's state.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use substation_primitives::{EpochIndex, FULL_SCORE};

use crate::{geo::Point, share};

/// Bits of a coordinate that lie inside a tile.
const TILE_BITS: u32 = 14;
/// Bits of a tile's number that lie inside its parent.
const SLOT_BITS: u32 = 3;
/// Tiles of a parent.
pub const TILES: usize = 1 << (2 * SLOT_BITS);

/// A square of the map.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Tile {
	/// Its number from south to north; 0 begins at the equator.
	pub north: i32,
	/// Its number from west to east; 0 begins at the meridian of Greenwich.
	pub east: i32,
}

/// Sixty-four tiles that are known together.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Parent {
	/// Its number from south to north.
	pub north: i16,
	/// Its number from west to east.
	pub east: i16,
}

impl Tile {
	/// The tile that a point of the Earth lies in.
	pub fn of(point: &Point) -> Self {
		Self { north: point.latitude >> TILE_BITS, east: point.longitude >> TILE_BITS }
	}

	/// The tile in a slot of a parent, from 0 to 63.
	pub fn within(parent: Parent, slot: u8) -> Self {
		let slot = i32::from(slot) & (TILES as i32 - 1);
		Self {
			north: (i32::from(parent.north) << SLOT_BITS) + (slot >> SLOT_BITS),
			east: (i32::from(parent.east) << SLOT_BITS) + (slot & ((1 << SLOT_BITS) - 1)),
		}
	}

	/// With which others it is known.
	pub fn parent(&self) -> Parent {
		// Of points of the Earth, both are below 2^14.
		Parent { north: (self.north >> SLOT_BITS) as i16, east: (self.east >> SLOT_BITS) as i16 }
	}

	/// Its middle, or the point of the Earth that is nearest to that.
	pub fn middle(&self) -> Point {
		let middle = |number: i32, end: i64| {
			((i64::from(number) << TILE_BITS) + (1 << (TILE_BITS - 1))).clamp(-end, end) as i32
		};
		Point {
			latitude: middle(self.north, 900_000_000),
			longitude: middle(self.east, 1_800_000_000),
		}
	}

	/// Which of its parent's tiles it is, from 0 to 63: row by row, from the south-west.
	pub fn slot(&self) -> u8 {
		let inside = (1 << SLOT_BITS) - 1;
		(((self.north & inside) << SLOT_BITS) | (self.east & inside)) as u8
	}
}

impl Parent {
	/// Its middle, or the point of the Earth that is nearest to that.
	pub fn middle(&self) -> Point {
		let bits = TILE_BITS + SLOT_BITS;
		let middle = |number: i16, end: i64| {
			((i64::from(number) << bits) + (1 << (bits - 1))).clamp(-end, end) as i32
		};
		Point {
			latitude: middle(self.north, 900_000_000),
			longitude: middle(self.east, 1_800_000_000),
		}
	}

	/// Whether it holds points of the Earth.
	pub fn is_in_world(&self) -> bool {
		let bits = TILE_BITS + SLOT_BITS;
		let holds = |number: i16, end: i64| {
			let first = i64::from(number) << bits;
			first <= end && first + (1 << bits) > -end
		};
		holds(self.north, 900_000_000) && holds(self.east, 1_800_000_000)
	}
}

/// What is known of a parent's tiles, as of an epoch.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct Tiles {
	/// The epoch of each tile's last mark, of those that count already. 0: it has none.
	pub marked: [EpochIndex; TILES],
	/// The tiles that somebody wants to have mapped whatever their marks: bit by bit.
	pub wanted: u64,
}

impl Default for Tiles {
	fn default() -> Self {
		Self { marked: [0; TILES], wanted: 0 }
	}
}

impl Tiles {
	/// What a metre in a tile is worth in `epoch`, in millionths, if a tile is worth all of it `replenish` epochs after its
	/// mark.
	pub fn weight(&self, slot: u8, epoch: EpochIndex, replenish: u16) -> u32 {
		let slot = usize::from(slot) % TILES;
		match self.marked.get(slot) {
			_ if self.wanted >> slot & 1 == 1 => FULL_SCORE,
			None | Some(0) => FULL_SCORE,
			Some(marked) => {
				let since = epoch.saturating_sub(*marked);
				share(FULL_SCORE, since.into(), replenish.into())
			}
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	#[test]
	fn a_place_lies_in_the_tile_and_the_parent_of_the_reference() {
		let tile = Tile::of(&Point { latitude: 457_395_666, longitude: 49_000_000 });

		assert_eq!(tile, Tile { north: 27_917, east: 2_990 });
		assert_eq!(tile.parent(), Parent { north: 3_489, east: 373 });
	}

	#[test]
	fn a_tile_is_worth_nothing_once_it_is_marked_and_more_from_epoch_to_epoch() {
		let mut tiles = Tiles::default();
		assert_eq!(tiles.weight(3, 10, 8), FULL_SCORE);
		tiles.marked[3] = 10;
		let weights = [10, 12, 14, 18, 100].map(|epoch| tiles.weight(3, epoch, 8));
		assert_eq!(weights, [0, 250_000, 500_000, FULL_SCORE, FULL_SCORE]);
		assert_eq!(tiles.weight(4, 12, 8), FULL_SCORE, "its neighbour is not marked");
		tiles.wanted = 1 << 3;
		assert_eq!(tiles.weight(3, 12, 8), FULL_SCORE);
	}

	proptest! {
		#[test]
		fn each_point_lies_in_one_slot_of_a_parent_of_this_world(
			latitude in -900_000_000i32..=900_000_000,
			longitude in -1_800_000_000i32..=1_800_000_000,
		) {
			let tile = Tile::of(&Point { latitude, longitude });
			let parent = tile.parent();
			prop_assert_eq!(Tile::within(parent, tile.slot()), tile);
			prop_assert!(parent.is_in_world());
			let middle = parent.middle();
			prop_assert!(middle.latitude.abs_diff(latitude) <= 1 << 17);
			prop_assert!(middle.longitude.abs_diff(longitude) <= 1 << 17);
		}

		#[test]
		fn no_numbers_panic(north: i16, east: i16, slot: u8, epoch: u32, replenish: u16, marked: u32) {
			let parent = Parent { north, east };
			let _ = (Tile::within(parent, slot).slot(), parent.middle(), parent.is_in_world());
			Tiles { marked: [marked; TILES], wanted: 0 }.weight(slot, epoch, replenish);
		}
	}
}
