//! Registering a device, with everything that its network wants to know.

use std::path::PathBuf;

use anyhow::{anyhow, bail, Context, Result};
use h3o::{LatLng, Resolution};
use sp_core::crypto::Ss58Codec;
use substation_primitives::{
	keys::Signature, signing, AccountId32, DeviceId, HardwareKey, NetworkId,
};
use substation_proofs::{
	author::DevicePair,
	facts::{DataSet, Place, PLACE_RESOLUTION},
};
use subxt::{
	tx::Payload,
	utils::{AccountId32 as RpcAccount, Static, H256 as RpcHash},
};
use subxt_signer::sr25519::Keypair;

use crate::{
	chain::{account, api, rpc_account, Chain, DeviceView, RegistrationProof, RuntimeCall, NODE},
	failure::Failure,
	holding::Holding,
	keys::{self, SignerOptions},
	output::Output,
};

/// Blocks for which a device's word to be registered is good.
const VALID_BLOCKS: u32 = 1_000;
/// Devices that one transaction registers.
const AT_A_TIME: usize = 40;
/// Transactions of one account that wait in a pool at a time: a pool holds more, but not without end.
const WAITING: usize = 16;

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

/// A place, from degrees and dBm. The H3 cell is that of the rounded coordinates, as the chain
/// computes it.
pub fn place(latitude: f64, longitude: f64, eirp: f64) -> Result<Place> {
	if !(-90.0..=90.0).contains(&latitude) || !(-180.0..=180.0).contains(&longitude) {
		bail!("{latitude},{longitude} is not on Earth");
	}
	let (latitude, longitude) = ((latitude * 1e7).round() as i32, (longitude * 1e7).round() as i32);
	let cell = LatLng::new(f64::from(latitude) / 1e7, f64::from(longitude) / 1e7)?
		.to_cell(Resolution::try_from(PLACE_RESOLUTION)?);
	Ok(Place { latitude, longitude, cell: cell.into(), eirp: (eirp * 10.0).round() as i16 })
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

/// A maker's address and its signature over the voucher's message.
pub type Voucher = (AccountId32, Signature);

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

/// What a device is registered with.
pub struct Registration<'a> {
	/// Its key.
	pub pair: &'a DevicePair,
	/// The network to join.
	pub network: NetworkId,
	/// Who carries its reports.
	pub aggregator: AccountId32,
	/// That aggregator's part of each payment, in millionths.
	pub cut: u32,
	/// Where it stands.
	pub place: Option<Place>,
	/// What it stores.
	pub data_set: Option<DataSet>,
	/// A maker's word for it, where the network demands one.
	pub voucher: Option<Voucher>,
}

impl Registration<'_> {
	/// The calls that register the device for `owner`, in order. The device's word is good until
	/// block `expires`.
	pub fn calls(&self, chain: &Chain, owner: &AccountId32, expires: u32) -> Vec<RuntimeCall> {
		use api::runtime_types::pallet_devices::pallet::Call;
		let message = signing::registration(&chain.genesis(), owner, self.network, expires);
		let register = Call::register {
			hardware: Static(HardwareKey::from(self.pair.public())),
			proof: RegistrationProof { expires, signature: self.pair.sign(&message) },
			network: self.network,
			aggregator: rpc_account(&self.aggregator),
			cut: api::runtime_types::sp_arithmetic::per_things::Permill(self.cut),
			voucher: self.voucher(),
		};
		let register = RuntimeCall::Devices(register);
		std::iter::once(register).chain(self.facts()).collect()
	}

	fn voucher(&self) -> Option<(RpcAccount, Signature)> {
		self.voucher.as_ref().map(|(maker, signature)| (rpc_account(maker), *signature))
	}

	/// The calls that say where the device stands and what it stores.
	fn facts(&self) -> impl Iterator<Item = RuntimeCall> {
		use api::runtime_types::pallet_devices::pallet::Call;
		let device = RpcHash(self.pair.device_id().0);
		let place = self.place.map(|place| Call::assert_place { device, place: Static(place) });
		let data_set =
			self.data_set.map(|set| Call::commit_data_set { device, data_set: Some(Static(set)) });
		[place, data_set].into_iter().flatten().map(RuntimeCall::Devices)
	}
}

/// The last block of a device's word to be registered that it gives now.
pub async fn expiry(chain: &Chain) -> Result<u32> {
	Ok(u32::try_from(chain.finalized().await?)?.saturating_add(VALID_BLOCKS))
}

/// One call that does all of `calls`, or none.
pub fn all(calls: Vec<RuntimeCall>) -> impl Payload {
	api::tx().utility().batch_all(calls)
}

/// Registers many devices of one owner, [`AT_A_TIME`] in one transaction.
pub async fn register_all(
	chain: &Chain,
	signer: &Keypair,
	registrations: &[Registration<'_>],
	output: Output,
) -> Result<()> {
	let bar = output.progress(registrations.len() as u64, "devices");
	let (owner, expires) = (account(signer), expiry(chain).await?);
	let transactions: Vec<_> = registrations
		.chunks(AT_A_TIME)
		.map(|part| all(part.iter().flat_map(|one| one.calls(chain, &owner, expires)).collect()))
		.collect();
	for transactions in transactions.chunks(WAITING) {
		chain.submit_all(transactions, signer).await?;
		bar.inc((transactions.len() * AT_A_TIME) as u64);
	}
	bar.finish_and_clear();
	Ok(())
}

/// The calls that bring seat, place and data set of a device, which `owner` has registered, up to date.
/// A device without a seat in the network gets one.
pub fn changes(
	known: &DeviceView,
	wanted: Registration<'_>,
	owner: &AccountId32,
) -> Result<Vec<RuntimeCall>> {
	use api::runtime_types::{pallet_devices::pallet::Call, sp_arithmetic::per_things::Permill};
	let (device, network) = (wanted.pair.device_id(), wanted.network);
	if known.owner != rpc_account(owner) {
		let text = format!("device {device:?} belongs to another account");
		return Err(Failure::Refused(text).into());
	}
	let aggregator = rpc_account(&wanted.aggregator);
	let (id, cut, voucher) = (RpcHash(device.0), Permill(wanted.cut), wanted.voucher());
	let seat = known.seats.iter().find(|(seated, _)| *seated == network);
	let seat = match seat.and_then(|(_, seat)| seat.as_ref()) {
		None => Some(Call::join { device: id, network, aggregator, cut, voucher }),
		Some(seat) if seat.aggregator != aggregator || seat.cut.0 != wanted.cut => {
			Some(Call::set_seat { device: id, network, aggregator, cut })
		}
		Some(_) => None,
	};
	let place = wanted.place.filter(|new| known.place.as_ref().map(|old| old.0) != Some(*new));
	let data_set =
		wanted.data_set.filter(|new| known.data_set.as_ref().map(|old| old.0) != Some(*new));
	let facts = Registration { place, data_set, ..wanted };
	Ok(seat.map(RuntimeCall::Devices).into_iter().chain(facts.facts()).collect())
}

/// Registers a device, or brings seat, place and data set of one that is registered up to date.
pub async fn run(options: &Options, output: Output) -> Result<()> {
	let chain = Chain::connect(&options.url).await?;
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
	chain.write(&what, &all(calls), &signer, options.commit, output).await?;
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
