//! Registering devices, with everything that their network wants to know.

use anyhow::Result;
use h3o::{CellIndex, LatLng, Resolution};
use substation_primitives::{keys::Signature, signing, AccountId32, HardwareKey, NetworkId};
use substation_proofs::{
	author::DevicePair,
	facts::{DataSet, Place, PLACE_RESOLUTION},
	KindPolicy,
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

/// What a transmitter may radiate, in dBm: from a tenth of a picowatt to ten megawatts.
const EIRP: std::ops::RangeInclusive<f64> = -100.0..=100.0;

/// A place, from degrees and dBm. The H3 cell is that of the rounded coordinates, as the chain
/// computes it.
pub fn place(latitude: f64, longitude: f64, eirp: f64) -> Result<Place> {
	let (north, east) = (-90.0..=90.0, -180.0..=180.0);
	if !north.contains(&latitude) || !east.contains(&longitude) {
		let swapped = north.contains(&longitude) && east.contains(&latitude);
		let hint = match swapped {
			true => format!(": the latitude comes first, did you mean {longitude},{latitude}?"),
			false => ": a latitude is from -90 to 90 degrees, a longitude from -180 to 180".into(),
		};
		let text = format!("{latitude},{longitude} is not on Earth{hint}");
		return Err(Failure::Arguments(text).into());
	}
	if !EIRP.contains(&eirp) {
		let text = format!(
			"{eirp} dBm is no power that a device radiates: it is from {} to {} dBm",
			EIRP.start(),
			EIRP.end()
		);
		return Err(Failure::Arguments(text).into());
	}
	let (latitude, longitude) = ((latitude * 1e7).round() as i32, (longitude * 1e7).round() as i32);
	let cell = LatLng::new(f64::from(latitude) / 1e7, f64::from(longitude) / 1e7)?
		.to_cell(Resolution::try_from(PLACE_RESOLUTION)?);
	Ok(Place { latitude, longitude, cell: cell.into(), eirp: (eirp * 10.0).round() as i16 })
}

/// The H3 cell of a resolution up to 12 that a place lies in.
pub fn cell_of(place: &Place, resolution: u8) -> Option<u64> {
	let cell = CellIndex::try_from(place.cell).ok()?;
	cell.parent(Resolution::try_from(resolution).ok()?).map(Into::into)
}

/// A place as people read it, such as `45.18850° N, 5.72450° E`: whoever has swapped the two notices.
pub fn describe(place: &Place) -> String {
	let angle = |value: i32, plus, minus| {
		let side = if value < 0 { minus } else { plus };
		format!("{:.5}° {side}", f64::from(value).abs() / 1e7)
	};
	format!("{}, {}", angle(place.latitude, 'N', 'S'), angle(place.longitude, 'E', 'W'))
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

/// Refuses what the chain would take and what would never earn: reports to a network that does not
/// exist, without what it pays for, or by way of somebody who does not carry any. `known` is the device
/// as it is registered, if it is.
pub async fn earns(
	chain: &Chain,
	wanted: &Registration<'_>,
	known: Option<&DeviceView>,
) -> Result<()> {
	let network = wanted.network;
	let row = chain.view(api::view_functions().networks().network(network)).await?;
	let Some((_, terms)) = row else {
		return Err(Failure::Refused(format!("there is no network {network} on this chain")).into());
	};
	let placed = wanted.place.is_some() || known.is_some_and(|device| device.place.is_some());
	let stores = wanted.data_set.is_some() || known.is_some_and(|device| device.data_set.is_some());
	if let Some(lack) = lack(&terms.policy.0.kind, placed, stores) {
		return Err(Failure::Refused(format!("network {network} {lack}")).into());
	}
	let who = rpc_account(&wanted.aggregator);
	let standing = match chain.aggregator(&wanted.aggregator).await? {
		Some(row) if row.leaving.is_none() => return Ok(()),
		Some(_) => "is leaving and will carry no reports: choose another aggregator",
		None => {
			"is no aggregator, so nobody would carry the reports: name one with --aggregator, or wait \
			 until it is registered"
		}
	};
	Err(Failure::Refused(format!("{who} {standing}")).into())
}

/// What a device lacks to earn anything in a network of this kind.
fn lack(kind: &KindPolicy, placed: bool, stores: bool) -> Option<&'static str> {
	match kind {
		KindPolicy::Coverage(_) if !placed => {
			Some("pays for coverage: say where the device stands, with --place LATITUDE,LONGITUDE")
		}
		KindPolicy::Sensing(_) if !placed => Some(
			"pays for what is measured somewhere: say where the device stands, with --place LATITUDE,LONGITUDE",
		),
		KindPolicy::Mapping(_) if !placed => Some(
			"pays for the map around a device's home: say where that is, with --place LATITUDE,LONGITUDE",
		),
		KindPolicy::Presence(policy) if policy.pace > 0 && !placed => Some(
			"asks how far away callers are: say where the device stands, with --place LATITUDE,LONGITUDE",
		),
		KindPolicy::Storage(_) if !stores => {
			Some("pays for stored data: say what the device stores, with --data PATH")
		}
		_ => None,
	}
}

/// One call that does all of `calls`, or none.
pub fn all(calls: Vec<RuntimeCall>) -> impl Payload {
	// A batch may hold any call, so subxt takes a chain with a pallet more, or fewer, for another: a live chain holds no sudo.
	api::tx().utility().batch_all(calls).unvalidated()
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

#[cfg(test)]
mod tests {
	use super::*;
	use substation_proofs::{coverage, storage};

	fn refused(latitude: f64, longitude: f64, eirp: f64) -> String {
		let error = place(latitude, longitude, eirp).unwrap_err();
		assert_eq!(Failure::code_of(&error), 2);
		error.to_string()
	}

	#[test]
	fn a_power_is_a_number_that_a_device_can_radiate() {
		for eirp in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e9, -1e9, 100.1] {
			assert!(refused(45.0, 5.0, eirp).contains("is no power"), "{eirp}");
		}
		assert_eq!(place(45.0, 5.0, -100.0).unwrap().eirp, -1_000);
		assert_eq!(place(45.0, 5.0, 14.04).unwrap().eirp, 140);
	}

	#[test]
	fn what_is_not_on_earth_is_refused_and_what_is_swapped_is_told() {
		assert!(refused(139.69, 35.68, 14.0).contains("did you mean 35.68,139.69?"));
		for (latitude, longitude) in [(91.0, 181.0), (0.0, 181.0), (f64::NAN, 0.0)] {
			assert!(refused(latitude, longitude, 14.0).contains("a latitude is from"));
		}
	}

	#[test]
	fn a_place_is_read_with_its_sides_of_the_world() {
		let told = |latitude, longitude| describe(&place(latitude, longitude, 14.0).unwrap());

		assert_eq!(told(45.1885, 5.7245), "45.18850° N, 5.72450° E");
		assert_eq!(told(5.7245, 45.1885), "5.72450° N, 45.18850° E");
		assert_eq!(told(-33.86, -70.5), "33.86000° S, 70.50000° W");
	}

	#[test]
	fn a_device_has_what_its_network_pays_for() {
		let stored = KindPolicy::Storage(storage::Policy { shown: 2, cap: 1 << 20 });
		let covered = KindPolicy::Coverage(coverage::Policy {
			min_distance: 1,
			max_distance: 100_000,
			margin: 30,
			sensitivity: -1_500,
			reciprocity: 150,
			max_eirp: 161,
			bands: Default::default(),
			resolution: 8,
			target: 4,
			spare: 100_000,
			full_marks: 4_000_000,
		});

		assert!(lack(&stored, true, false).unwrap().contains("--data"));
		assert!(lack(&covered, false, true).unwrap().contains("--place"));
		assert_eq!((lack(&stored, false, true), lack(&covered, true, false)), (None, None));
	}
}
