//! Where a device sits among the members of its cell, and taking another chair.

use anyhow::Result;
use serde_json::json;
use substation_primitives::{NetworkId, H256};
use substation_sdk::{
	chain::Chain,
	chairs::{self, Chair},
	failure::Failure,
	identity::parse_id,
};

use super::signer::Write;
use crate::{connection::NodeOptions, output::Output};

/// What `chair` takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
	/// What to do.
	#[command(subcommand)]
	pub command: Command,
	#[command(flatten)]
	pub nodes: NodeOptions,
}

/// What is done about chairs.
#[derive(Clone, Debug, clap::Subcommand)]
pub enum Command {
	/// Say where a device sits, and which chair before its own is free.
	Show {
		/// Which device.
		#[arg(value_parser = parse_id)]
		device: H256,
		/// In which network.
		network: NetworkId,
	},
	/// Take a free chair before a device's own, as its owner.
	Take {
		/// Which device.
		#[arg(value_parser = parse_id)]
		device: H256,
		/// In which network.
		network: NetworkId,
		/// Which chair; if it is not said, the first that is free.
		#[arg(long)]
		index: Option<u32>,
		#[command(flatten)]
		write: Write,
	},
	/// Send a device that was paid for none of the last 272 epochs to the end of its cell: anybody may, who names one behind
	/// it that was.
	Vacate {
		/// Which device.
		#[arg(value_parser = parse_id)]
		device: H256,
		/// In which network.
		network: NetworkId,
		/// A device that sits behind it and was paid.
		#[arg(long, value_name = "DEVICE", value_parser = parse_id)]
		behind: H256,
		#[command(flatten)]
		write: Write,
	},
}

/// Does it.
pub async fn run(options: &Options, output: Output) -> Result<()> {
	let chain = options.nodes.connect().await?;
	match &options.command {
		Command::Show { device, network } => show(&chain, *device, *network, output).await,
		Command::Take { device, network, index, write } => {
			let chair = seated(&chain, *device, *network).await?;
			let index = match index {
				Some(index) => *index,
				None => before(&chain, *network, &chair).await?.ok_or_else(|| {
					Failure::NotFound(format!(
						"no chair before number {} is free in its cell",
						chair.index
					))
				})?,
			};
			let what = format!("let the device sit in chair {index} from two epochs later on");
			write.send(&chain, &what, chairs::take(*device, *network, index), output).await?;
			Ok(())
		}
		Command::Vacate { device, network, behind, write } => {
			let what = "send the device to the end of its cell from two epochs later on";
			write.send(&chain, what, chairs::vacate(*device, *network, *behind), output).await?;
			Ok(())
		}
	}
}

async fn seated(chain: &Chain, device: H256, network: NetworkId) -> Result<Chair> {
	let chair = chain.chair_of(device, network).await?;
	Ok(chair.ok_or_else(|| {
		Failure::NotFound(format!(
			"the device sits in no chair of network {network}: it is no member, has said no place, or the network has none"
		))
	})?)
}

/// A free chair before this one.
async fn before(chain: &Chain, network: NetworkId, chair: &Chair) -> Result<Option<u32>> {
	let free = chain.free_chair(network, chair.cell).await?;
	Ok(free.filter(|free| *free < chair.index))
}

async fn show(chain: &Chain, device: H256, network: NetworkId, output: Output) -> Result<()> {
	let chair = seated(chain, device, network).await?;
	let epoch = chain.clock().await?.epoch;
	let (occupied, chairs) = chain.counts(network, chair.cell, epoch).await?.unwrap_or_default();
	let free = before(chain, network, &chair).await?;
	let value = json!({
		"cell": format!("{:x}", chair.cell),
		"index": chair.index,
		"chairs": chairs,
		"occupied": occupied,
		"free": free,
	});
	let free = free.map_or("none".into(), |free| format!("number {free}: `chair take` takes it"));
	let text = format!(
		"cell        {:x}\nchair       number {}, from 0, as set last\nin epoch {epoch}  {chairs} chairs, {occupied} members that report\n\
		 free before {free}",
		chair.cell, chair.index
	);
	output.result(&value, text);
	Ok(())
}
