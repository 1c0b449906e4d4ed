//! Registering devices, with everything that their network wants to know.

use anyhow::{bail, Result};
use h3o::{LatLng, Resolution};
use substation_primitives::{keys::Signature, signing, AccountId32, HardwareKey, NetworkId};
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
	chain::{account, api, rpc_account, Chain, DeviceView, RegistrationProof, RuntimeCall},
	failure::Failure,
	progress::Progress,
};

/// Blocks for which a device's word to be registered is good.
const VALID_BLOCKS: u32 = 1_000;
/// Devices that one transaction registers.
const AT_A_TIME: usize = 40;
/// Transactions of one account that wait in a pool at a time: a pool holds more, but not without end.
const WAITING: usize = 16;

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

/// A maker's address and its signature over the voucher's message.
pub type Voucher = (AccountId32, Signature);

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
	progress: &dyn Progress,
) -> Result<()> {
	let bar = progress.begin(registrations.len() as u64, "devices");
	let (owner, expires) = (account(signer), expiry(chain).await?);
	let transactions: Vec<_> = registrations
		.chunks(AT_A_TIME)
		.map(|part| all(part.iter().flat_map(|one| one.calls(chain, &owner, expires)).collect()))
		.collect();
	for transactions in transactions.chunks(WAITING) {
		chain.submit_all(transactions, signer).await?;
		bar.advance((transactions.len() * AT_A_TIME) as u64);
	}
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
