//! Tests of calls, one file a subject.

mod clearing;
mod facts;
mod marking;
mod wanting;

pub(super) use frame_support::{assert_noop, assert_ok};
pub(super) use substation_proofs::tiles::{Parent, Tile};

pub(super) use crate::{mock::*, *};

type Error = crate::Error<Test>;

/// The tile that is so many to the north of home.
pub(super) fn tile(north: i32) -> Tile {
	let home = Tile::of(&HOME);
	Tile { north: home.north + north, east: home.east }
}

/// The epoch in which a tile was marked last, and before.
pub(super) fn marks(tile: Tile) -> (u32, u32) {
	let row = Rows::<Test>::get(NETWORK, tile.parent());
	row.map_or((0, 0), |row| row.marks[usize::from(tile.slot())])
}

pub(super) fn held(number: u8) -> Balance {
	use frame_support::traits::fungible::InspectHold;
	Balances::balance_on_hold(&HoldReason::Tiles.into(), &account(number))
}
