//! What an owner says of a device: where it is reached and for what, what else it is called, and the key to agree on secrets with.

use std::path::PathBuf;

use anyhow::Result;
use serde_json::{json, Value};
use substation_primitives::{
	did::{Alias, Description, Service, MAX_ALIASES, MAX_SERVICES},
	DeviceId, H256,
};
use substation_sdk::{
	chain::{account, Chain},
	describe::{certificate, describe, parse, parse_name, word},
	failure::Failure,
	identity::parse_id,
	keys,
};

use super::signer::Write;
use crate::{connection::NodeOptions, output::Output};

/// What `describe` takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
	/// Which device.
	#[arg(value_parser = parse_id)]
	pub device: H256,
	/// Say that the device is reached here, for `calls`, `sells`, `data` or `other`. May be given four times; what is said takes the place of
	/// all that was said before.
	#[arg(long = "service", value_name = "KIND=URL", value_parser = parse)]
	pub services: Vec<Service>,
	/// Say that the device has this name, too: a URI. May be given twice.
	#[arg(long = "also-known-as", value_name = "URI", value_parser = parse_name)]
	pub names: Vec<Alias>,
	/// Say that others agree on secrets with the device by this X25519 key, in hexadecimal.
	#[arg(long, value_name = "HEX", value_parser = parse_id, requires = "key")]
	pub agreement_key: Option<H256>,
	/// Key file of the key that the device was made with: it certifies the key to agree with.
	#[arg(long, value_name = "FILE")]
	pub key: Option<PathBuf>,
	/// Take all that was said back, and get its deposit.
	#[arg(long, conflicts_with_all = ["services", "names", "agreement_key"])]
	pub clear: bool,
	#[command(flatten)]
	pub nodes: NodeOptions,
	#[command(flatten)]
	pub write: Write,
}

impl Options {
	/// What is to be said.
	fn said(&self) -> Result<Description, Failure> {
		let most = |what: &str, most: u32| {
			Failure::Arguments(format!("a device has {most} {what} at the most"))
		};
		let services = self.services.clone().try_into();
		let names = self.names.clone().try_into();
		Ok(Description {
			services: services.map_err(|_| most("services", MAX_SERVICES))?,
			also_known_as: names.map_err(|_| most("other names", MAX_ALIASES))?,
			agreement_key: self.agreement_key.map(|key| key.0),
		})
	}
}

/// Shows it, or says it anew.
pub async fn run(options: &Options, output: Output) -> Result<()> {
	let said = options.said()?;
	let chain = options.nodes.connect().await?;
	if !options.clear && said.is_empty() {
		return show(&chain, options.device, output).await;
	}
	let what = match options.clear {
		true => "take back what was said of the device",
		false => "say this of the device, in place of what was said before",
	};
	let certificate = match (said.agreement_key, &options.key) {
		(Some(key), Some(file)) => {
			let hardware = keys::load(file)?;
			if hardware.device_id() != options.device {
				let text = format!(
					"{} is not the key that device {:?} was made with",
					file.display(),
					options.device
				);
				return Err(Failure::Arguments(text).into());
			}
			let owner = account(&options.write.signer.keypair_on(&chain).await?);
			Some(certificate(&chain.genesis(), &hardware, &owner, &key))
		}
		_ => None,
	};
	let call = describe(options.device, &said, certificate);
	options.write.send(&chain, what, call, output).await?;
	Ok(())
}

async fn show(chain: &Chain, device: DeviceId, output: Output) -> Result<()> {
	let (document, resolution) = chain.did(device).await?.ok_or_else(|| {
		Failure::NotFound(format!("no device {device:?} is registered on this chain"))
	})?;
	let document: Value = serde_json::from_slice(&document)?;
	let said = chain.description(device).await?;
	let services: Vec<_> = said
		.services
		.iter()
		.map(|one| json!({ "kind": word(one.kind), "url": one.url() }))
		.collect();
	let mut standings = Vec::new();
	for (network, _) in chain.device(device).await?.map(|known| known.seats).unwrap_or_default() {
		if let Some(standing) = chain.standing_in(network, device).await? {
			standings.push((network, standing));
		}
	}
	let metadata = json!({
		"created": resolution.created,
		"transferred": resolution.transferred,
		"versionId": resolution.version,
		"block": resolution.read,
	});
	let lines: Vec<_> =
		said.services.iter().map(|one| format!("{:<13}{}", word(one.kind), one.url())).collect();
	let reliable: Vec<_> = standings
		.iter()
		.map(|(network, one)| {
			format!(
				"network {network:<5}paid for {} of {} epochs that it was asked for, {} %",
				one.paid,
				one.asked,
				one.reliability / 10_000
			)
		})
		.collect();
	let text = format!(
		"{}\n\nregistered   block {}, changed hands last in block {}, version {}\n{}\n{}",
		serde_json::to_string_pretty(&document)?,
		resolution.created,
		resolution.transferred,
		resolution.version,
		reliable.join("\n"),
		match lines.is_empty() {
			true => "nothing is said of where it is reached: `describe --service` says it".into(),
			false => lines.join("\n"),
		}
	);
	let standings: Vec<_> = standings
		.iter()
		.map(|(network, one)| {
			json!({
				"network": network,
				"since": one.since,
				"asked": one.asked,
				"paid": one.paid,
				"reliability": one.reliability,
			})
		})
		.collect();
	let value = json!({
		"document": document,
		"metadata": metadata,
		"services": services,
		"standing": standings,
	});
	output.result(&value, text);
	Ok(())
}
