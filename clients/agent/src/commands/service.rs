//! Where a device is reached, and for what.

use anyhow::Result;
use serde_json::json;
use substation_primitives::{did::Service, H256};
use substation_sdk::{
	chain::{Chain, NODE},
	failure::Failure,
	identity::parse_id,
	services,
};

use super::signer::Write;
use crate::{
	connection::{connect_any, node_address},
	output::Output,
};

/// What `service` takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
	/// Which device.
	#[arg(value_parser = parse_id)]
	pub device: H256,
	/// Say that the device is reached here, for `calls`, `sells`, `data` or `other`, in place of all that was said before. May be given four times.
	#[arg(long, value_name = "KIND=URL", value_parser = services::parse)]
	pub set: Vec<Service>,
	/// Take all that was said back, and get its deposit.
	#[arg(long, conflicts_with = "set")]
	pub clear: bool,
	/// RPC addresses of nodes: one that answers is asked.
	#[arg(long = "url", default_value = NODE, value_parser = node_address)]
	pub urls: Vec<String>,
	#[command(flatten)]
	pub write: Write,
}

/// Shows it, or says it anew.
pub async fn run(options: &Options, output: Output) -> Result<()> {
	let chain = connect_any(&options.urls).await?;
	if !options.clear && options.set.is_empty() {
		return show(&chain, options.device, output).await;
	}
	let what = match options.clear {
		true => "take back where the device is reached",
		false => "say where the device is reached, in place of what was said before",
	};
	let call = services::set(options.device, &options.set)?;
	options.write.send(&chain, what, call, output).await?;
	Ok(())
}

async fn show(chain: &Chain, device: H256, output: Output) -> Result<()> {
	if chain.device(device).await?.is_none() {
		let text = format!("no device {device:?} is registered on this chain");
		return Err(Failure::NotFound(text).into());
	}
	let said = chain.services(device).await?;
	let values: Vec<_> = said
		.iter()
		.map(|one| json!({ "kind": services::word(one.kind), "url": one.url() }))
		.collect();
	let lines: Vec<_> =
		said.iter().map(|one| format!("{:<8}{}", services::word(one.kind), one.url())).collect();
	let text = match lines.is_empty() {
		true => "nothing is said of where it is reached: `service --set` says it".into(),
		false => lines.join("\n"),
	};
	output.result(&json!(values), text);
	Ok(())
}
