//! Registering a device, with everything that its network wants to know.

use std::path::PathBuf;

use anyhow::{anyhow, bail, Context, Result};
use sp_core::crypto::Ss58Codec;
use substation_primitives::{AccountId32, DeviceId, NetworkId};
use substation_proofs::facts::Place;
use substation_sdk::{
	chain::{account, NODE},
	failure::Failure,
	holding::Holding,
	keys,
	register::{all, changes, expiry, place, Registration, Voucher},
};

use super::signer::SignerOptions;
use crate::{connection::connect, output::Output};

/// What `register` takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
	/// Key file of the device.
	#[arg(long, value_name = "FILE")]
	pub key: PathBuf,
	/// The network to join.
	#[arg(long)]
	pub network: NetworkId,
	/// Address of the aggregator that carries the reports; the owner itself if left out.
	#[arg(long)]
	pub aggregator: Option<String>,
	/// The aggregator's part of each payment, in hundredths.
	#[arg(long, default_value_t = 0.0)]
	pub cut: f64,
	/// Where the device stands, in degrees: `LATITUDE,LONGITUDE`.
	#[arg(long, allow_hyphen_values = true)]
	pub place: Option<String>,
	/// Power radiated in the strongest direction, in dBm.
	#[arg(long, default_value_t = 14.0, allow_hyphen_values = true)]
	pub eirp: f64,
	/// The file, or the folder of files, that the device stores.
	#[arg(long, value_name = "PATH")]
	pub data: Option<PathBuf>,
	/// A licensed maker's word for the device, where the network demands one: the maker's address and
	/// its signature in hexadecimal digits, `ADDRESS:SIGNATURE`.
	#[arg(long)]
	pub voucher: Option<String>,
	/// RPC address of a node.
	#[arg(long, default_value = NODE)]
	pub url: String,
	/// Send; without it, say what would be sent and what it costs.
	#[arg(long)]
	pub commit: bool,
	#[command(flatten)]
	pub signer: SignerOptions,
}

fn parse_place(text: &str, eirp: f64) -> Result<Place> {
	let (latitude, longitude) = text
		.split_once(',')
		.ok_or_else(|| anyhow!("a place is LATITUDE,LONGITUDE, such as 45.1885,5.7245"))?;
	place(
		latitude.trim().parse().context("the latitude is no number")?,
		longitude.trim().parse().context("the longitude is no number")?,
		eirp,
	)
}

fn parse_voucher(text: &str) -> Result<Voucher> {
	let parsed = text.split_once(':').and_then(|(maker, signature)| {
		let mut bytes = [0; 64];
		hex::decode_to_slice(signature.trim_start_matches("0x"), &mut bytes).ok()?;
		Some((AccountId32::from_ss58check(maker).ok()?, bytes))
	});
	parsed.ok_or_else(|| {
		anyhow!("a voucher is ADDRESS:SIGNATURE, a maker's address and 128 hexadecimal digits")
	})
}

/// Registers a device, or brings seat, place and data set of one that is registered up to date.
pub async fn run(options: &Options, output: Output) -> Result<()> {
	let chain = connect(&options.url).await?;
	let pair = keys::load(&options.key)?;
	let signer = options.signer.keypair()?;
	let owner = account(&signer);
	let aggregator = match &options.aggregator {
		Some(address) => AccountId32::from_ss58check(address)
			.map_err(|error| anyhow!("{address} is no address: {error:?}"))?,
		None => owner.clone(),
	};
	if !(0.0..=100.0).contains(&options.cut) {
		bail!("a cut is between 0 and 100 hundredths");
	}
	let place = options.place.as_deref().map(|text| parse_place(text, options.eirp)).transpose()?;
	let data_set = match &options.data {
		Some(path) => Some(Holding::read(path, usize::MAX)?.data_set()?),
		None => None,
	};
	let registration = Registration {
		pair: &pair,
		network: options.network,
		aggregator: aggregator.clone(),
		cut: (options.cut * 10_000.0).round() as u32,
		place,
		data_set,
		voucher: options.voucher.as_deref().map(parse_voucher).transpose()?,
	};
	let device: DeviceId = pair.device_id();
	let (what, calls) = match chain.device(device).await? {
		None => (
			format!(
				"register device {device:?} in network {} for {}, reports carried by {}",
				options.network,
				owner.to_ss58check(),
				aggregator.to_ss58check()
			),
			registration.calls(&chain, &owner, expiry(&chain).await?),
		),
		Some(known) => {
			let changes = changes(&known, registration, &owner)?;
			let network = options.network;
			let text = format!("bring device {device:?} up to date in network {network}");
			(text, changes)
		}
	};
	if calls.is_empty() {
		return Err(Failure::Refused(format!(
			"device {device:?} is registered so already: give another --aggregator, --cut, --place or --data"
		))
		.into());
	}
	output.written(&what, &chain.write(&what, &all(calls), &signer, options.commit).await?);
	let counts = chain.clock().await?.epoch + 2;
	output.result(
		&serde_json::json!({
			"sent": options.commit,
			"device": format!("{device:?}"),
			"network": options.network,
			"owner": owner.to_ss58check(),
			"aggregator": aggregator.to_ss58check(),
			"from": counts,
			"pieces": data_set.map(|set| set.pieces),
			"cell": place.map(|place| format!("{:x}", place.cell)),
		}),
		match options.commit {
			true => format!("its reports count from epoch {counts} on"),
			false => String::new(),
		},
	);
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_voucher_is_an_address_and_a_signature() {
		let maker = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty";
		let (account, signature) =
			parse_voucher(&format!("{maker}:0x{}", "ab".repeat(64))).unwrap();
		assert_eq!((account.to_ss58check(), signature), (maker.to_string(), [0xab; 64]));
		for wrong in [maker.into(), format!("{maker}:ab"), format!("x:{}", "ab".repeat(64))] {
			assert!(parse_voucher(&wrong).is_err(), "{wrong}");
		}
	}

	#[test]
	fn places_are_read_in_degrees_and_kept_in_ten_millionths() {
		let place = parse_place("45.1885, 5.7245", 14.0).unwrap();

		assert_eq!((place.latitude, place.longitude, place.eirp), (451_885_000, 57_245_000, 140));
		assert_ne!(place.cell, 0);
		for wrong in ["45.1", "a,b", "91,0", "0,181", ""] {
			assert!(parse_place(wrong, 14.0).is_err(), "{wrong}");
		}
	}
}
