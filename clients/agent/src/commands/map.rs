//! The map of a network that pays for mapping: which tiles were mapped, marking them, and wanting them.

use std::path::PathBuf;

use anyhow::Result;
use serde_json::json;
use substation_primitives::{EpochIndex, NetworkId};
use substation_proofs::{geo::Point, mapping::Policy, tiles::Tile, KindPolicy};
use substation_sdk::{
	amount::tokens,
	archive::Archive,
	chain::{Chain, Written},
	failure::{told, Failure},
	mapping::{around, clear, markable, marks, want, Marks},
	recompute::{chunks, findings},
};

use super::{files::archive_beside, register::parse_place, signer::Write};
use crate::{
	connection::{with_sources, NodeOptions},
	output::Output,
};

/// What `map` takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
	/// What to do.
	#[command(subcommand)]
	pub command: Command,
	#[command(flatten)]
	pub nodes: NodeOptions,
}

/// Where, in which network.
#[derive(Clone, Debug, clap::Args)]
pub struct Around {
	/// In which network.
	pub network: NetworkId,
	/// Around which place, in degrees: `LATITUDE,LONGITUDE`.
	#[arg(allow_hyphen_values = true)]
	pub place: String,
	/// How far from it the middles of tiles lie at the most, in metres; 0 for the tile alone that it lies in.
	#[arg(long, value_name = "METRES", default_value_t = 500, value_parser = clap::value_parser!(u32).range(..=20_000))]
	pub radius: u32,
}

/// What is done about the map.
#[derive(Clone, Debug, clap::Subcommand)]
pub enum Command {
	/// Say of the tiles around a place when they were mapped, and what a metre in them is worth.
	Show {
		#[command(flatten)]
		around: Around,
	},
	/// Mark the tiles that settled reports show as mapped: the network's fund pays for each, as far as it can.
	Mark {
		/// In which network.
		network: NetworkId,
		/// Only by reports for this epoch; by all that are judged yet if left out.
		#[arg(long)]
		epoch: Option<EpochIndex>,
		/// Addresses of aggregators that are asked for bodies before nodes are.
		#[arg(long = "aggregator", value_name = "URL")]
		aggregators: Vec<String>,
		/// Where leaves and bodies are kept.
		#[arg(long, value_name = "DIR")]
		archive: Option<PathBuf>,
		#[command(flatten)]
		write: Write,
	},
	/// Burn for the tiles around a place to be worth all of their metres for some epochs, from two epochs later on.
	Want {
		#[command(flatten)]
		around: Around,
		/// For how many epochs.
		#[arg(long)]
		epochs: EpochIndex,
		#[command(flatten)]
		write: Write,
	},
	/// Clear the rows of the tiles around a place of which nobody needs anything any more: who paid for them has the deposit back.
	Clear {
		#[command(flatten)]
		around: Around,
		#[command(flatten)]
		write: Write,
	},
}

impl Around {
	fn point(&self) -> Result<Point> {
		Ok(parse_place(&self.place, 0.0)?.point())
	}
}

/// What the network pays for as of an epoch, if that is mapping.
async fn policy(chain: &Chain, network: NetworkId, epoch: EpochIndex) -> Result<Policy> {
	match chain.policy(network, epoch).await?.map(|policy| policy.kind) {
		Some(KindPolicy::Mapping(policy)) => Ok(policy),
		Some(kind) => Err(Failure::Refused(format!(
			"network {network} pays for {}, and has no map",
			kind.name()
		))
		.into()),
		None => Err(Failure::NotFound(format!("there is no network {network}")).into()),
	}
}

/// Does it.
pub async fn run(options: &Options, output: Output) -> Result<()> {
	let chain = options.nodes.connect().await?;
	match &options.command {
		Command::Show { around } => show(&chain, around, output).await,
		Command::Mark { network, epoch, aggregators, archive, write } => {
			let chain = with_sources(chain, aggregators, output)?;
			let archive = archive_beside(&chain, archive.as_deref()).await?;
			mark(&chain, (*network, *epoch), archive.as_ref(), write, output).await
		}
		Command::Want { around: area, epochs, write } => {
			let now = chain.clock().await?.epoch;
			policy(&chain, area.network, now).await?;
			let mut sent = Sent::default();
			for (parent, tiles) in around(area.point()?, area.radius) {
				let what = format!(
					"burn for {} tiles of parent {},{} to be mapped, for {epochs} epochs",
					tiles.count_ones(),
					parent.north,
					parent.east
				);
				let call = want(area.network, parent, tiles, *epochs);
				sent.note(write.send(&chain, &what, call, output).await);
			}
			sent.end(output)
		}
		Command::Clear { around: area, write } => {
			let mut sent = Sent::default();
			for (parent, _) in around(area.point()?, area.radius) {
				if chain.row_of_tiles(area.network, parent).await?.is_none() {
					continue;
				}
				let what = format!("clear the tiles of parent {},{}", parent.north, parent.east);
				sent.note(write.send(&chain, &what, clear(area.network, parent), output).await);
			}
			sent.end(output)
		}
	}
}

/// What became of several calls, of which one that is refused keeps no other back.
#[derive(Default)]
struct Sent {
	done: u32,
	refused: Vec<String>,
}

impl Sent {
	fn note(&mut self, sent: Result<Written>) {
		match sent {
			Ok(_) => self.done += 1,
			Err(error) => self.refused.push(told(&error)),
		}
	}

	/// Fails if there was nothing to send, or nothing of it was taken.
	fn end(self, output: Output) -> Result<()> {
		for text in &self.refused {
			output.say(text);
		}
		output.result(
			&json!({ "done": self.done, "refused": self.refused }),
			format!("{} done, {} refused", self.done, self.refused.len()),
		);
		match (self.done, self.refused.is_empty()) {
			(0, true) => Err(Failure::NotFound("nothing is known of tiles there".into()).into()),
			(0, false) => Err(Failure::Refused("nothing was taken: see above".into()).into()),
			_ => Ok(()),
		}
	}
}

async fn show(chain: &Chain, area: &Around, output: Output) -> Result<()> {
	let epoch = chain.clock().await?.epoch;
	let policy = policy(chain, area.network, epoch).await?;
	let (mut values, mut lines) = (Vec::new(), Vec::new());
	for (parent, bits) in around(area.point()?, area.radius) {
		let row = chain.row_of_tiles(area.network, parent).await?;
		let tiles = chain.tiles(area.network, parent, epoch).await?.unwrap_or_default();
		for slot in (0..64u8).filter(|slot| bits >> slot & 1 == 1) {
			let (tile, place) = (Tile::within(parent, slot), usize::from(slot));
			let (last, _) =
				row.as_ref().and_then(|row| row.marks.get(place).copied()).unwrap_or_default();
			let weight = tiles.weight(slot, epoch, policy.replenish);
			let wanted = tiles.wanted >> slot & 1 == 1;
			let middle = tile.middle();
			let degrees = |units: i32| f64::from(units) / 1e7;
			let at = (degrees(middle.latitude), degrees(middle.longitude));
			values.push(json!({
				"north": tile.north,
				"east": tile.east,
				"latitude": at.0,
				"longitude": at.1,
				"marked": (last > 0).then_some(last),
				"weight": weight,
				"wanted": wanted,
			}));
			let marked = match last {
				0 => "never marked".into(),
				last => format!("marked in epoch {last}"),
			};
			let wanted = if wanted { ", wanted" } else { "" };
			lines.push(format!(
				"{:>7},{:<7} {:>10.5},{:<10.5} {:>3} % {marked}{wanted}",
				tile.north,
				tile.east,
				at.0,
				at.1,
				weight / 10_000
			));
		}
	}
	let head = format!("in epoch {epoch}, a metre is worth, by tile and its middle:");
	output.result(
		&json!({ "epoch": epoch, "tiles": values }),
		format!("{head}\n{}", lines.join("\n")),
	);
	Ok(())
}

/// Marks by all reports that are asked for.
async fn mark(
	chain: &Chain,
	(network, epoch): (NetworkId, Option<EpochIndex>),
	archive: Option<&Archive>,
	write: &Write,
	output: Output,
) -> Result<()> {
	let clock = chain.clock().await?;
	policy(chain, network, clock.epoch).await?;
	let window = clock.record.parameters.fact_window();
	let epochs = match epoch {
		Some(epoch) => epoch..epoch.saturating_add(1),
		None => clock.epoch.saturating_sub(window)..clock.epoch,
	};
	let (mut all, mut reports, mut missing) = (Marks::default(), 0u32, Vec::new());
	for epoch in epochs {
		for commitment in chain.batches(epoch).await? {
			if !commitment.is_payable() || commitment.network != network {
				continue;
			}
			let terms = commitment.terms(epoch);
			let found = findings(chain, archive, epoch, &commitment, &output).await;
			let bodies = chunks(chain, archive, &terms).await;
			let (judged, reported) = match (found, bodies) {
				(Ok(judged), Ok(Some(reported))) => (judged, reported),
				(Err(error), _) | (_, Err(error)) => {
					missing.push(format!("epoch {epoch}: {}", told(&error)));
					continue;
				}
				(_, Ok(None)) => {
					missing.push(format!("epoch {epoch}: the batch's bodies are not to be had"));
					continue;
				}
			};
			for report in markable(chain, &terms, &judged, &reported).await? {
				let tiles = report.tiles.len();
				let what = format!("mark {tiles} tiles by a report for epoch {epoch}");
				match write.send(chain, &what, report.call(&judged)?, output).await {
					Ok(Written::Done(events)) => {
						reports += 1;
						let done = marks([&events])?;
						all.tiles += done.tiles;
						all.paid += done.paid;
					}
					Ok(Written::Tried(_)) => {
						reports += 1;
						all.tiles += u32::try_from(tiles).unwrap_or(u32::MAX);
					}
					// Somebody else may have been faster.
					Err(error) => missing.push(format!("epoch {epoch}: {}", told(&error))),
				}
			}
		}
	}
	for text in &missing {
		output.say(format!("cannot be marked: {text}"));
	}
	let (sent, text) = match write.commit {
		true => (
			true,
			format!("marked {} tiles by {reports} reports, for {}", all.tiles, tokens(all.paid)),
		),
		false => (false, format!("would mark {} tiles by {reports} reports", all.tiles)),
	};
	output.result(
		&json!({
			"sent": sent,
			"reports": reports,
			"tiles": all.tiles,
			"paid": all.paid.to_string(),
			"missing": missing,
		}),
		text,
	);
	match (reports, missing.is_empty()) {
		(0, true) => Err(Failure::NotFound("there is nothing to mark".into()).into()),
		(0, false) => Err(Failure::Refused("nothing could be marked: see above".into()).into()),
		_ => Ok(()),
	}
}
