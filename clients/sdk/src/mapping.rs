//! The map of a network that pays for mapping: what reports are about, what can be marked by them, and what the chain knows of tiles.

use std::{
	collections::{btree_map::Entry, BTreeMap, BTreeSet},
	ops::Range,
};

use anyhow::Result;
use substation_primitives::{
	batch::{Chunk, Terms},
	report::ReportBytes,
	BatchId, DeviceId, EpochIndex, NetworkId, FULL_SCORE,
};
use substation_proofs::{
	evidence_in,
	geo::Point,
	mapping::{passed, Evidence, Policy},
	tiles::{Parent, Tile, Tiles, TILES},
	JudgedChunk, KindPolicy,
};
use subxt::{tx::Payload, utils::Static};

use api::runtime_types::bounded_collections::bounded_vec::BoundedVec;

use crate::{
	chain::{api, Chain, Events},
	claim::chunk_claim,
};

/// Metres of a track in a tile without which it is not marked.
pub const LEAST_METRES: u64 = 1;

/// The time that a report for `epoch` is about, in milliseconds since 1970; nothing while it is not known, or over for long.
pub async fn period(
	chain: &Chain,
	policy: &Policy,
	epoch: EpochIndex,
) -> Result<Option<Range<u64>>> {
	let Some((begin, end)) = policy.period(epoch) else { return Ok(None) };
	let (begin, end) = (chain.opened(begin).await?, chain.opened(end).await?);
	let millis = |at: std::time::Duration| at.as_millis() as u64;
	Ok(begin.zip(end).map(|(begin, end)| millis(begin)..millis(end)))
}

/// What is stored of a parent's tiles.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
	/// The epochs in which each tile was marked last and before that; 0 for none.
	pub marks: [(EpochIndex, EpochIndex); TILES],
	/// Which tiles are wanted, from which epoch on, and the first in which they are not any more.
	pub wanted: Vec<(u64, EpochIndex, EpochIndex)>,
}

/// A report by which tiles can be marked.
pub struct Markable {
	epoch: EpochIndex,
	batch: BatchId,
	/// In which chunk it is.
	pub chunk: u32,
	/// Its place there, from 0.
	pub place: u8,
	report: ReportBytes,
	/// The tiles that it marks.
	pub tiles: BTreeSet<Tile>,
}

impl Markable {
	/// The call that marks its tiles.
	pub fn call(&self, judged: &[JudgedChunk]) -> Result<impl Payload> {
		let shown = chunk_claim(self.epoch, &self.batch, judged, self.chunk)?;
		let report = BoundedVec(self.report.to_vec());
		Ok(api::tx().mapping().mark(shown, self.place, report))
	}
}

/// The reports of a batch by which tiles can be marked that were not marked yet, or not lately; each tile by the first of them.
pub async fn markable(
	chain: &Chain,
	terms: &Terms,
	judged: &[JudgedChunk],
	chunks: &[Chunk],
) -> Result<Vec<Markable>> {
	let (network, epoch) = (terms.network, terms.epoch);
	let Some(mut marking) = Marking::of(chain, network, epoch).await? else {
		return Ok(Vec::new());
	};
	let mut found = Vec::new();
	for (chunk, (judged, reports)) in (0u32..).zip(judged.iter().zip(chunks)) {
		for (place, (leaf, report)) in (0u8..).zip(judged.leaves.iter().zip(reports)) {
			if leaf.score == 0 {
				continue;
			}
			let tiles = marking.by(leaf.device, report).await?;
			if !tiles.is_empty() {
				let (batch, report) = (terms.batch_id(), report.clone());
				found.push(Markable { epoch, batch, chunk, place, report, tiles });
			}
		}
	}
	Ok(found)
}

/// What reports for an epoch mark in a network, one after the other.
struct Marking<'a> {
	policy: Policy,
	rows: Rows<'a>,
	worths: Worths<'a>,
}

impl<'a> Marking<'a> {
	/// Nothing if the network paid for something else.
	async fn of(chain: &'a Chain, network: NetworkId, epoch: EpochIndex) -> Result<Option<Self>> {
		let policy = chain.policy(network, epoch).await?.map(|policy| policy.kind);
		let Some(KindPolicy::Mapping(policy)) = policy else { return Ok(None) };
		let rows = Rows::at_now(chain, network).await?;
		let worths = Worths { chain, network, epoch, known: BTreeMap::new() };
		Ok(Some(Self { policy, rows, worths }))
	}

	/// The tiles that a device's report marks.
	async fn by(&mut self, device: DeviceId, report: &[u8]) -> Result<BTreeSet<Tile>> {
		let mut tiles = BTreeSet::new();
		let Some(evidence) = evidence_in::<Evidence>(report) else { return Ok(tiles) };
		let Worths { chain, network, epoch, .. } = self.worths;
		let facts = chain.facts(network, device, epoch).await?;
		let Some(home) = facts.and_then(|facts| facts.place) else { return Ok(tiles) };
		let Ok(all) = passed(&self.policy, home.point(), &evidence) else { return Ok(tiles) };
		let mut worth = 0;
		let mut by_parent: Vec<_> = all.into_iter().collect();
		by_parent.sort_by_key(|(tile, _)| (tile.parent(), tile.slot()));
		for (tile, length) in by_parent {
			let metres = length / 1_000;
			// What a report is paid for is what it marks.
			if metres < LEAST_METRES || worth >= u64::from(self.policy.full) {
				continue;
			}
			worth += self.worths.of(tile, metres, self.policy.replenish).await?;
			if self.rows.mark(tile).await? {
				tiles.insert(tile);
			}
		}
		Ok(tiles)
	}
}

/// What tiles are worth as of an epoch, each parent's read once.
struct Worths<'a> {
	chain: &'a Chain,
	network: NetworkId,
	epoch: EpochIndex,
	known: BTreeMap<Parent, Tiles>,
}

impl Worths<'_> {
	/// What so many metres in a tile are worth, where tiles are worth all of theirs `replenish` epochs after a mark.
	async fn of(&mut self, tile: Tile, metres: u64, replenish: u16) -> Result<u64> {
		let tiles = match self.known.entry(tile.parent()) {
			Entry::Occupied(known) => known.into_mut(),
			Entry::Vacant(place) => {
				let tiles = self.chain.tiles(self.network, tile.parent(), self.epoch).await?;
				place.insert(tiles.unwrap_or_default())
			}
		};
		let weight = tiles.weight(tile.slot(), self.epoch, replenish);
		Ok(metres * u64::from(weight) / u64::from(FULL_SCORE))
	}
}

/// Rows of tiles as of now, each read once, and what is marked in them meanwhile.
struct Rows<'a> {
	chain: &'a Chain,
	network: NetworkId,
	now: EpochIndex,
	window: EpochIndex,
	known: BTreeMap<Parent, Row>,
}

impl<'a> Rows<'a> {
	async fn at_now(chain: &'a Chain, network: NetworkId) -> Result<Self> {
		let clock = chain.clock().await?;
		let window = clock.record.parameters.fact_window();
		Ok(Self { chain, network, now: clock.epoch, window, known: BTreeMap::new() })
	}

	/// Marks a tile, if the chain would; false if not.
	async fn mark(&mut self, tile: Tile) -> Result<bool> {
		let parent = tile.parent();
		if !self.known.contains_key(&parent) {
			let row = self.chain.row_of_tiles(self.network, parent).await?;
			let none = Row { marks: [(0, 0); TILES], wanted: Vec::new() };
			self.known.insert(parent, row.unwrap_or(none));
		}
		let row = self.known.get_mut(&parent);
		let mark = row.and_then(|row| row.marks.get_mut(usize::from(tile.slot())));
		let Some((last, before)) = mark else { return Ok(false) };
		// As the chain: a mark counts from two epochs later, and facts are read for a window.
		let may = *last == 0 || last.saturating_add(2).saturating_add(self.window) <= self.now;
		if may {
			(*last, *before) = (self.now, *last);
		}
		Ok(may)
	}
}

/// What calls have marked.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Marks {
	/// Tiles.
	pub tiles: u32,
	/// What networks' funds have paid for that, in planck.
	pub paid: u128,
}

/// What transactions have marked.
pub fn marks<'a>(events: impl IntoIterator<Item = &'a Events>) -> Result<Marks> {
	let mut all = Marks::default();
	for events in events {
		for marked in events.find::<api::mapping::events::Marked>() {
			let marked = marked?;
			all.tiles += marked.tiles;
			all.paid += marked.paid;
		}
	}
	Ok(all)
}

/// The call that burns for tiles of a parent to be mapped, bit by bit, for so many epochs.
pub fn want(network: NetworkId, parent: Parent, tiles: u64, epochs: EpochIndex) -> impl Payload {
	api::tx().mapping().want(network, Static(parent), tiles, epochs)
}

/// The call that clears a row of which nobody needs anything.
pub fn clear(network: NetworkId, parent: Parent) -> impl Payload {
	api::tx().mapping().clear(network, Static(parent))
}

/// The tiles around a point whose middles lie within so many metres of it, by their parents, bit by bit. The point's own is always one of them.
pub fn around(point: Point, metres: u32) -> BTreeMap<Parent, u64> {
	use substation_proofs::geo::distance;
	let own = Tile::of(&point);
	let mut found = BTreeMap::<Parent, u64>::new();
	// As many rows of tiles as fit, and one more for what is rounded; to the east there are more where meridians are close.
	let north = i32::try_from(metres / 182).unwrap_or(i32::MAX) + 1;
	let cosine = (f64::from(point.latitude) / 1e7).to_radians().cos().max(0.05);
	let east = (f64::from(north) / cosine).ceil() as i32;
	for row in own.north.saturating_sub(north)..=own.north.saturating_add(north) {
		for column in own.east.saturating_sub(east)..=own.east.saturating_add(east) {
			let tile = Tile { north: row, east: column };
			let parent = tile.parent();
			let near = distance(point, tile.middle()) <= metres;
			if (near || tile == own) && parent.is_in_world() {
				*found.entry(parent).or_default() |= 1 << tile.slot();
			}
		}
	}
	found
}

impl Chain {
	/// Parents of which a report, by the batch that it is in, marks tiles; and their network. Nothing if there is no such batch.
	pub(crate) async fn parents_marked(
		&self,
		epoch: EpochIndex,
		batch: &BatchId,
		device: DeviceId,
		report: &[u8],
	) -> Result<Option<(NetworkId, BTreeSet<Parent>)>> {
		let batches = self.batches(epoch).await?;
		let known = batches.into_iter().find(|known| known.terms(epoch).batch_id() == *batch);
		let Some(network) = known.map(|known| known.network) else { return Ok(None) };
		let Some(mut marking) = Marking::of(self, network, epoch).await? else { return Ok(None) };
		let tiles = marking.by(device, report).await?;
		Ok(Some((network, tiles.into_iter().map(|tile| tile.parent()).collect())))
	}

	/// What is stored of a parent's tiles, as of the last final block.
	pub async fn row_of_tiles(&self, network: NetworkId, parent: Parent) -> Result<Option<Row>> {
		let call = api::view_functions().mapping().row(network, Static(parent));
		Ok(self.view(call).await?.map(|row| Row {
			marks: row.marks,
			wanted: row
				.wanted
				.0
				.into_iter()
				.map(|want| (want.tiles, want.from, want.until))
				.collect(),
		}))
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn tiles_around_a_point_are_those_whose_middles_are_near() {
		let home = Point { latitude: 457_000_000, longitude: 48_000_000 };
		let count =
			|metres| around(home, metres).values().map(|bits| bits.count_ones()).sum::<u32>();

		assert_eq!(count(0), 1);
		// A tile of 182 by 127 metres: a circle of a kilometre holds some 136.
		assert!((125..148).contains(&count(1_000)), "{}", count(1_000));
		let own = Tile::of(&home);
		assert_eq!(around(home, 10)[&own.parent()], 1 << own.slot());
		let pole = Point { latitude: 900_000_000, longitude: 0 };
		assert!(!around(pole, 100).is_empty());
	}
}
