//! Registering a device, with everything that its network wants to know.

use std::path::PathBuf;

use anyhow::{Context, Result};
use sp_core::crypto::Ss58Codec;
use substation_primitives::{AccountId32, DeviceId, NetworkId};
use substation_proofs::{facts::Place, geo, KindPolicy};
use substation_sdk::{
	chain::{account, Chain, DeviceView},
	failure::Failure,
	holding::Holding,
	identity::bytes,
	keys,
	register::{all, changes, describe, earns, expiry, place, Registration, Voucher},
};

use super::signer::SignerOptions;
use crate::{
	connection::NodeOptions,
	output::{costs_of, Output},
};

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
	#[arg(long, default_value_t = 0.0, allow_hyphen_values = true)]
	pub cut: f64,
	/// Where the device stands, in degrees: `LATITUDE,LONGITUDE`.
	#[arg(long, allow_hyphen_values = true)]
	pub place: Option<String>,
	/// Power radiated in the strongest direction, in dBm.
	#[arg(long, default_value_t = 14.0, allow_hyphen_values = true)]
	pub eirp: f64,
	/// The file, or the folder of files, that the device stores. Links are followed.
	#[arg(long, value_name = "PATH")]
	pub data: Option<PathBuf>,
	/// A licensed maker's word for the device, where the network demands one: the maker's address and
	/// its signature in hexadecimal digits, `ADDRESS:SIGNATURE`.
	#[arg(long)]
	pub voucher: Option<String>,
	#[command(flatten)]
	pub nodes: NodeOptions,
	/// Send; without it, have the chain try it, and say what it takes.
	#[arg(long)]
	pub commit: bool,
	#[command(flatten)]
	pub signer: SignerOptions,
}

/// What is said of an argument that makes no sense.
fn wrong(text: impl Into<String>) -> anyhow::Error {
	Failure::Arguments(text.into()).into()
}

/// A place in degrees, `LATITUDE,LONGITUDE`, of something that radiates so many dBm.
pub(super) fn parse_place(text: &str, eirp: f64) -> Result<Place> {
	let form = "a place is LATITUDE,LONGITUDE in degrees, such as 45.1885,5.7245";
	let (latitude, longitude) = text.split_once(',').ok_or_else(|| wrong(form))?;
	let degrees = |text: &str| text.trim().parse().map_err(|_| wrong(form));
	place(degrees(latitude)?, degrees(longitude)?, eirp)
}

fn parse_voucher(text: &str) -> Result<Voucher> {
	let parsed = text.split_once(':').and_then(|(maker, signature)| {
		let signature = bytes(signature).ok()?.try_into().ok()?;
		Some((AccountId32::from_ss58check(maker).ok()?, signature))
	});
	parsed.ok_or_else(|| {
		wrong("a voucher is ADDRESS:SIGNATURE, a maker's address and 128 hexadecimal digits")
	})
}

/// The arguments, as far as they make sense without a chain.
struct Wanted {
	aggregator: Option<AccountId32>,
	cut: u32,
	place: Option<Place>,
	voucher: Option<Voucher>,
}

impl Wanted {
	fn of(options: &Options) -> Result<Self> {
		if !(0.0..=100.0).contains(&options.cut) {
			return Err(wrong("a cut is between 0 and 100 hundredths"));
		}
		let address = |text: &String| {
			AccountId32::from_ss58check(text).map_err(|_| wrong(format!("{text} is no address")))
		};
		let place = options.place.as_deref().map(|text| parse_place(text, options.eirp));
		Ok(Self {
			aggregator: options.aggregator.as_ref().map(address).transpose()?,
			cut: (options.cut * 10_000.0).round() as u32,
			place: place.transpose()?,
			voucher: options.voucher.as_deref().map(parse_voucher).transpose()?,
		})
	}
}

/// Says where a device would stand, and how far that is from where it stood: whoever has swapped
/// latitude and longitude notices.
fn tell_place(place: &Place, known: Option<&DeviceView>, output: Output) {
	let before = known.and_then(|device| device.place.as_ref());
	let moved = before.map(|before| geo::distance(before.0.point(), place.point()) / 1_000);
	output.say(match moved {
		Some(far) if far > 0 => {
			format!("it stands at {}, {far} km from where it stood", describe(place))
		}
		_ => format!("it stands at {}", describe(place)),
	});
}

/// Says what the device would store, and where that is more than counts.
async fn tell_data(
	chain: &Chain,
	holding: &Holding,
	network: NetworkId,
	output: Output,
) -> Result<()> {
	output.say(format!("it stores {} bytes of {} files", holding.length(), holding.files()));
	let epoch = chain.clock().await?.epoch;
	let cap = chain.policy(network, epoch).await?.and_then(|policy| match policy.kind {
		KindPolicy::Storage(kind) => Some(kind.cap),
		KindPolicy::Coverage(_)
		| KindPolicy::Presence(_)
		| KindPolicy::Sensing(_)
		| KindPolicy::Mapping(_)
		| KindPolicy::Bandwidth(_) => None,
	});
	if let Some(cap) = cap.filter(|cap| holding.length() > *cap) {
		output.say(format!(
			"network {network} gives a full score for {cap} bytes: what is stored beyond earns nothing"
		));
	}
	Ok(())
}

/// Registers a device, or brings seat, place and data set of one that is registered up to date.
pub async fn run(options: &Options, output: Output) -> Result<()> {
	let Wanted { aggregator, cut, place, voucher } = Wanted::of(options)?;
	let pair = keys::load(&options.key)?;
	let chain = options.nodes.connect().await?;
	let signer = options.signer.keypair_on(&chain).await?;
	let owner = account(&signer);
	let aggregator = aggregator.unwrap_or_else(|| owner.clone());
	let device: DeviceId = pair.device_id();
	let known = chain.device(device).await?;
	let network = options.network;
	let data_set = match &options.data {
		Some(path) => {
			let holding = Holding::read_with(path, u64::MAX, &output)
				.with_context(|| format!("what --data {} names", path.display()))?;
			tell_data(&chain, &holding, network, output).await?;
			Some(holding.data_set()?)
		}
		None => None,
	};
	if let Some(place) = &place {
		tell_place(place, known.as_ref(), output);
	}
	let registration = Registration {
		pair: &pair,
		network,
		aggregator: aggregator.clone(),
		cut,
		place,
		data_set,
		voucher,
	};
	earns(&chain, &registration, known.as_ref()).await?;
	let (what, calls) = match known {
		None => (
			format!(
				"register device {device:?} in network {network} for {}, reports carried by {}",
				owner.to_ss58check(),
				aggregator.to_ss58check()
			),
			registration.calls(&chain, &owner, expiry(&chain).await?),
		),
		Some(known) => (
			format!("bring device {device:?} up to date in network {network}"),
			changes(&known, registration, &owner)?,
		),
	};
	if calls.is_empty() {
		return Err(Failure::Refused(format!(
			"device {device:?} is registered so already: give another --aggregator, --cut, --place or --data"
		))
		.into());
	}
	let written = chain.write(&what, &all(calls), &signer, options.commit).await?;
	output.written(&what, &written);
	let counts = chain.clock().await?.epoch + 2;
	output.result(
		&serde_json::json!({
			"sent": options.commit,
			"device": format!("{device:?}"),
			"network": network,
			"owner": owner.to_ss58check(),
			"aggregator": aggregator.to_ss58check(),
			"from": counts,
			"pieces": data_set.map(|set| set.pieces),
			"cell": place.map(|place| format!("{:x}", place.cell)),
			"costs": costs_of(&written),
		}),
		match options.commit {
			true => format!("its reports count from epoch {counts} on"),
			false => format!("its reports would count from epoch {counts} on"),
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
		let twice = format!("{maker}:0x0x{}", "ab".repeat(64));
		for wrong in [maker.into(), format!("{maker}:ab"), format!("x:{}", "ab".repeat(64)), twice]
		{
			assert!(parse_voucher(&wrong).is_err(), "{wrong}");
		}
	}

	#[test]
	fn places_are_read_in_degrees_and_kept_in_ten_millionths() {
		let place = parse_place("45.1885, 5.7245", 14.0).unwrap();

		assert_eq!((place.latitude, place.longitude, place.eirp), (451_885_000, 57_245_000, 140));
		assert_ne!(place.cell, 0);
		for wrong in ["45.1", "a,b", "91,0", "0,181", "nan,0", ""] {
			let error = parse_place(wrong, 14.0).err().unwrap();
			assert_eq!(Failure::code_of(&error), 2, "{wrong}");
		}
	}

	#[tokio::test]
	async fn arguments_that_make_no_sense_are_refused_before_any_node_is_asked() {
		#[derive(clap::Parser)]
		struct Cli {
			#[command(flatten)]
			options: Options,
		}
		for wrong in [
			"--cut 101",
			"--cut NaN",
			"--place Paris",
			"--place 91,0",
			"--place 45,5 --eirp NaN",
			"--place 45,5 --eirp 1e9",
			"--aggregator 5Foo",
			"--voucher xx",
		] {
			let words = "register --key none --network 1 --url ws://127.0.0.1:1".split(' ');
			let cli = <Cli as clap::Parser>::try_parse_from(words.chain(wrong.split(' '))).unwrap();
			let error = run(&cli.options, Output::default()).await.err().unwrap();
			assert_eq!(Failure::code_of(&error), 2, "{wrong}: {error:#}");
		}
	}
}
