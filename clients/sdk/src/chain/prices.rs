//! What calls take of an account beside their fee: what is held, until when, and what is burned.
//!
//! The pallets take it from parameters that a referendum may set. Those that were never set have the
//! values of the runtime's code, which are repeated here: docs/parameters.md names the same ones, and
//! tests hold both to it.

use std::collections::BTreeSet;

use anyhow::Result;
use substation_primitives::{history::DELAY, H256};
use substation_proofs::{tiles::Parent, KindPolicy};
use subxt::{
	ext::scale_decode::DecodeAsType,
	utils::{AccountId32 as RpcAccount, Static, H256 as RpcHash},
};

use super::{
	connection::{AtBlock, Chain},
	generated::{
		api::{
			self,
			runtime_types::{
				pallet_access::pallet::Call as Access,
				pallet_attestation::pallet::Call as Attestation,
				pallet_credits::pallet::Call as Credits,
				pallet_devices::pallet::Call as Devices,
				pallet_mapping::pallet::Call as Mapping,
				pallet_market::{pallet::Call as Market, types::Terms},
				pallet_networks::pallet::Call as Networks,
				pallet_session::pallet::Call as Session,
				pallet_staking::pallet::pallet::Call as Staking,
				pallet_utility::pallet::Call as Utility,
				substation_primitives::profile::Profile,
				substation_runtime::configs::parameters::{
					dynamic_params::{bonds, deposits, fees},
					RuntimeParametersKey as Key, RuntimeParametersValue as Value,
				},
			},
		},
		RuntimeCall,
	},
};
use crate::amount::TOKEN;

/// Rows and bytes of what devices are charged for, as `configs::physical` of the runtime has them.
const DEVICE: (u128, u128) = (1, 1_113);
const MEMBERSHIP: (u128, u128) = (4, 1_079);
/// Of what sellers and buyers are, as `configs::market` has them.
const OFFER: (u128, u128) = (1, 400);
const AGREEMENT: (u128, u128) = (3, 640);
const INDEX: (u128, u128) = (1, 96);
const BILL: (u128, u128) = (2, 360);
const SOLD: (u128, u128) = (1, 1_404);
/// Of grants and tariffs, as `configs::access` has them.
const GRANT: (u128, u128) = (2, 420);
const TARIFFS: (u128, u128) = (1, 560);
/// Of a parent's tiles, as `configs::mapping` has it; and metres that are credited in a tile at the most.
const TILES: (u128, u128) = (1, 641);
const TILE_METRES: u128 = 350;
/// Of what is said of devices, aggregators and networks, beside each byte of it.
const DESCRIPTION: (u128, u128) = (1, 84);
const AGGREGATOR_PROFILE: (u128, u128) = (1, 70);
const NETWORK_PROFILE: (u128, u128) = (1, 32);
/// Until when what is held is held.
const DEVICE_TERMS: &str =
	"for the device and its seat, until it has left the network and is retired";
const SEAT_TERMS: &str =
	"for the seat, until the device has left and claims for its last epoch have ended";
const OFFER_TERMS: &str = "for the offer, until it is taken back";
const AGREEMENT_TERMS: &str = "for the agreement, until it has ended and is finished";
const BILL_TERMS: &str = "for the bill, until claims for its epoch have ended and it is cleared";
const SOLD_TERMS: &str =
	"for counting the device's sales, until it is forgotten and no judge asks for what was counted";
const GRANT_TERMS: &str = "for the grant, until it is taken away, replaced or cleared";
const LEASE_TERMS: &str = "for the grant's agreement, until it has ended and is finished";
const TARIFF_TERMS: &str = "for the tariffs, until they are taken back or cleared";
const TILES_TERMS: &str =
	"for a row of tiles, until somebody else marks or wants some of it, or it is cleared";
const AGGREGATOR_TERMS: &str =
	"as the aggregator's bond, until it has left and nothing of its can be judged any more";
const SAID_TERMS: &str = "for what is said, until it is taken back";
/// How many times as much a membership is where nobody vouches for devices.
const OPEN: u128 = 10;

/// What is held of an account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Held {
	/// How much, in planck.
	pub amount: u128,
	/// For what, and until when.
	pub terms: String,
}

/// What calls take beside their fee.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Taken {
	/// What is held.
	pub held: Vec<Held>,
	/// What is burned, in planck.
	pub burned: u128,
}

/// A parameter that a referendum may set.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Parameter {
	Row,
	Byte,
	AggregatorBond,
	WorkBond,
	ByteBond,
	Place,
	Want,
}

impl Parameter {
	/// Its value as long as nobody has set it.
	fn unset(self) -> u128 {
		match self {
			Self::AggregatorBond => 10 * TOKEN,
			Self::Place => TOKEN / 20,
			Self::Row => TOKEN / 100,
			Self::WorkBond => TOKEN / 1_000,
			Self::Byte | Self::Want => TOKEN / 10_000,
			Self::ByteBond => TOKEN / 1_000_000,
		}
	}

	fn key(self) -> Key {
		use bonds::ParametersKey as Bonds;
		use deposits::ParametersKey as Deposits;
		match self {
			Self::Row => Key::Deposits(Deposits::Row(deposits::Row)),
			Self::Byte => Key::Deposits(Deposits::Byte(deposits::Byte)),
			Self::AggregatorBond => Key::Bonds(Bonds::Aggregator(bonds::Aggregator)),
			Self::WorkBond => Key::Bonds(Bonds::Work(bonds::Work)),
			Self::ByteBond => Key::Bonds(Bonds::Byte(bonds::Byte)),
			Self::Place => Key::Fees(fees::ParametersKey::Place(fees::Place)),
			Self::Want => Key::Fees(fees::ParametersKey::Want(fees::Want)),
		}
	}

	/// Its value as of a block.
	async fn at(self, at: &AtBlock) -> Result<u128> {
		let address = api::storage().parameters().parameters();
		let Some(row) = at.storage().try_fetch(address, (self.key(),)).await? else {
			return Ok(self.unset());
		};
		Ok(match row.decode()? {
			Value::Deposits(
				deposits::ParametersValue::Row(value) | deposits::ParametersValue::Byte(value),
			)
			| Value::Bonds(
				bonds::ParametersValue::Aggregator(value)
				| bonds::ParametersValue::Work(value)
				| bonds::ParametersValue::Byte(value),
			)
			| Value::Fees(
				fees::ParametersValue::Place(value) | fees::ParametersValue::Want(value),
			) => value,
			_ => self.unset(),
		})
	}
}

impl Chain {
	/// What a call takes of `who` beside its fee, as of a block. A call within others counts; what takes
	/// nothing, or is not known here, is left out.
	pub(super) async fn taken(&self, at: &AtBlock, who: &RpcAccount, call: &[u8]) -> Result<Taken> {
		let metadata = at.metadata_ref();
		let call = RuntimeCall::decode_as_type(
			&mut &call[..],
			metadata.outer_enums().call_enum_ty(),
			metadata.types(),
		)?;
		let (mut taken, mut rows) = (Taken::default(), BTreeSet::new());
		let mut calls = vec![call];
		while let Some(call) = calls.pop() {
			match call {
				RuntimeCall::Utility(Utility::batch_all { calls: inner }) => {
					calls.extend(inner.into_iter().rev());
				}
				other => self.take(at, who, other, &mut taken, &mut rows).await?,
			}
		}
		Ok(taken)
	}

	/// Adds what one call takes; `rows` of tiles were paid for by those before it.
	async fn take(
		&self,
		at: &AtBlock,
		who: &RpcAccount,
		call: RuntimeCall,
		taken: &mut Taken,
		rows: &mut BTreeSet<(u32, Parent)>,
	) -> Result<()> {
		let mut hold = |amount: u128, terms: String| {
			taken.held.extend((amount > 0).then_some(Held { amount, terms }));
		};
		match call {
			RuntimeCall::Devices(Devices::register { network, .. }) => {
				let seat = self.membership(at, network).await?;
				hold(deposit(at, DEVICE).await? + seat, DEVICE_TERMS.into());
			}
			RuntimeCall::Devices(Devices::join { device, network, .. }) => {
				let seat = match self.has_row(device, network).await? {
					true => 0,
					false => self.membership(at, network).await?,
				};
				hold(seat, SEAT_TERMS.into());
			}
			RuntimeCall::Devices(Devices::assert_place { .. }) => {
				taken.burned += Parameter::Place.at(at).await?;
			}
			RuntimeCall::Devices(Devices::describe { device, description, .. }) => {
				let services = description.services.0.iter().map(|one| one.endpoint.0.len());
				let names = description.also_known_as.0.iter().map(|name| name.0.len());
				let key = description.agreement_key.map_or(0, |key| key.len());
				let bytes = services.chain(names).sum::<usize>() + key;
				let rows = api::storage().devices().descriptions();
				let before = at.storage().try_fetch(rows, (device,)).await?;
				let before =
					before.map(|row| row.decode()).transpose()?.map_or(0, |row| row.deposit);
				// One that says nothing has no row.
				if bytes > 0 {
					hold(said(at, DESCRIPTION, bytes, before).await?, SAID_TERMS.into());
				}
			}
			RuntimeCall::Attestation(Attestation::set_profile { profile: Some(own) }) => {
				let rows = api::storage().attestation().profiles();
				let before = at.storage().try_fetch(rows, (*who,)).await?;
				let before =
					before.map(|row| row.decode()).transpose()?.map_or(0, |row| row.deposit);
				// A part, and whether it is open.
				let bytes = profile_bytes(&own.profile) + own.endpoint.0.len() + 5;
				hold(said(at, AGGREGATOR_PROFILE, bytes, before).await?, SAID_TERMS.into());
			}
			RuntimeCall::Networks(Networks::set_profile { network, profile: Some(profile) }) => {
				let rows = api::storage().networks().profiles();
				let before = at.storage().try_fetch(rows, (network,)).await?;
				let before =
					before.map(|row| row.decode()).transpose()?.map_or(0, |row| row.deposit);
				let bytes = profile_bytes(&profile);
				hold(said(at, NETWORK_PROFILE, bytes, before).await?, SAID_TERMS.into());
			}
			RuntimeCall::Market(Market::offer { .. }) => {
				taken.burned += record_fee(at, who).await?;
				hold(deposit(at, OFFER).await?, OFFER_TERMS.into());
			}
			RuntimeCall::Market(Market::open { network, offer, .. }) => {
				let offer = api::view_functions().market().offer_of(network, offer);
				let terms = self.view(offer).await?.map(|offer| offer.ask.terms);
				let has_index = matches!(
					terms,
					Some(Terms::Proof { .. } | Terms::Job { arbitration: Some(_), .. })
				);
				let index = if has_index { deposit(at, INDEX).await? } else { 0 };
				hold(deposit(at, AGREEMENT).await? + index, AGREEMENT_TERMS.into());
			}
			RuntimeCall::Market(Market::bill { leaves, .. }) => {
				let bits = Parameter::Byte.at(at).await? * u128::from(leaves.div_ceil(8));
				hold(deposit(at, BILL).await? + bits, BILL_TERMS.into());
			}
			RuntimeCall::Market(Market::count_sales { .. }) => {
				hold(deposit(at, SOLD).await?, SOLD_TERMS.into());
			}
			RuntimeCall::Access(Access::grant { device, to, .. }) => {
				let before = grant_before(at, who, device, to).await?;
				hold(deposit(at, GRANT).await?.saturating_sub(before), GRANT_TERMS.into());
			}
			// None takes them back.
			RuntimeCall::Access(Access::set_tariffs { device, tariffs })
				if !tariffs.0.is_empty() =>
			{
				taken.burned += record_fee(at, who).await?;
				let posted = api::storage().access().tariffs();
				let before = at.storage().try_fetch(posted, (device,)).await?;
				let before = before.map(|row| row.decode()).transpose()?;
				let before = before.filter(|row| row.owner == *who).map_or(0, |row| row.deposit);
				hold(deposit(at, TARIFFS).await?.saturating_sub(before), TARIFF_TERMS.into());
			}
			RuntimeCall::Access(Access::buy { device, .. }) => {
				hold(deposit(at, AGREEMENT).await?, LEASE_TERMS.into());
				let before = grant_before(at, who, device, *who).await?;
				hold(deposit(at, GRANT).await?.saturating_sub(before), GRANT_TERMS.into());
			}
			RuntimeCall::Mapping(Mapping::mark { shown, place, report }) => {
				let leaf = shown.leaves.0.get(usize::from(place)).map(|leaf| leaf.0.device);
				let (epoch, batch) = (shown.epoch, H256(shown.batch.0));
				let marked = match leaf {
					Some(device) => self.parents_marked(epoch, &batch, device, &report.0).await?,
					None => None,
				};
				if let Some((network, parents)) = marked {
					for parent in parents {
						let amount = self.row_deposit(at, who, (network, parent), rows).await?;
						hold(amount, TILES_TERMS.into());
					}
				}
			}
			RuntimeCall::Mapping(Mapping::want { network, parent, tiles, epochs }) => {
				let each = self.price_of_want(at, network).await?;
				let times = u128::from(tiles.count_ones()) * u128::from(epochs);
				taken.burned += each.saturating_mul(times);
				hold(
					self.row_deposit(at, who, (network, parent.0), rows).await?,
					TILES_TERMS.into(),
				);
			}
			RuntimeCall::Credits(Credits::buy { tokens, .. }) => taken.burned += tokens,
			RuntimeCall::Credits(Credits::buy_exact { credits, most }) => {
				let cost = self.cost_of(credits).await?;
				taken.burned += cost.unwrap_or(most);
			}
			RuntimeCall::Attestation(Attestation::register_aggregator {
				quota, allowance, ..
			}) => {
				hold(aggregator_bond(at, quota, allowance).await?, AGGREGATOR_TERMS.into());
			}
			RuntimeCall::Attestation(Attestation::set_capacity { quota, allowance }) => {
				let row = self
					.view(api::view_functions().attestation().aggregator(*who))
					.await?
					.map_or(0, |row| row.bond);
				let bond = aggregator_bond(at, quota, allowance).await?;
				hold(bond.saturating_sub(row), AGGREGATOR_TERMS.into());
			}
			RuntimeCall::Staking(
				Staking::bond { value, .. } | Staking::bond_extra { max_additional: value },
			) => hold(value, format!("as stake, until it is unbonded and {} later", unbonding(at)?)),
			RuntimeCall::Session(Session::set_keys { .. }) => {
				let keys = api::storage().session().next_keys();
				if at.storage().try_fetch(keys, (*who,)).await?.is_none() {
					let amount = at.constants().entry(api::constants().session().key_deposit())?;
					hold(amount, "for the session keys, until `session.purgeKeys`".into());
				}
			}
			_ => (),
		}
		Ok(())
	}

	/// What a membership in a network takes.
	async fn membership(&self, at: &AtBlock, network: u32) -> Result<u128> {
		let row = self.view(api::view_functions().networks().network(network)).await?;
		let vouched = row.is_some_and(|(row, _)| row.vouched);
		Ok(deposit(at, MEMBERSHIP).await? * if vouched { 1 } else { OPEN })
	}

	/// What is held for a row of tiles that `who` changes, beyond what is held of them for it; nothing if it is one of those `paid`.
	async fn row_deposit(
		&self,
		at: &AtBlock,
		who: &RpcAccount,
		(network, parent): (u32, Parent),
		paid: &mut BTreeSet<(u32, Parent)>,
	) -> Result<u128> {
		if !paid.insert((network, parent)) {
			return Ok(0);
		}
		let row = self.view(api::view_functions().mapping().row(network, Static(parent))).await?;
		let before = row.filter(|row| row.payer == *who).map_or(0, |row| row.deposit);
		Ok(deposit(at, TILES).await?.saturating_sub(before))
	}

	/// What is burned for a tile that is wanted in a network, for each epoch: as much as one device can be paid for it.
	async fn price_of_want(&self, at: &AtBlock, network: u32) -> Result<u128> {
		let from = self.clock().await?.epoch.saturating_add(DELAY);
		let terms = self.network_terms(network, from).await?;
		let worth = terms.map_or(0, |terms| match terms.policy.0.kind {
			KindPolicy::Mapping(policy) => worth_of_tile(terms.rate_cap, policy.full),
			_ => 0,
		});
		Ok(Parameter::Want.at(at).await?.max(worth))
	}

	/// Whether a device has a row in a network already: one without a seat waits for its last claims.
	async fn has_row(&self, device: RpcHash, network: u32) -> Result<bool> {
		let known = self.view(api::view_functions().devices().device(device)).await?;
		Ok(known.is_some_and(|known| known.seats.iter().any(|(seated, _)| *seated == network)))
	}
}

/// What one device can be paid for a tile, where so many metres are a full score and that is paid at the most.
fn worth_of_tile(rate_cap: u128, full: u32) -> u128 {
	rate_cap.saturating_mul(TILE_METRES).div_ceil(full.max(1).into())
}

/// What is burned for an account's record as a provider, if it has none.
async fn record_fee(at: &AtBlock, who: &RpcAccount) -> Result<u128> {
	let records = api::storage().market().records();
	match at.storage().try_fetch(records, (*who,)).await? {
		Some(_) => Ok(0),
		None => Ok(at.constants().entry(api::constants().market().record_fee())?),
	}
}

/// What is held of `who` for the grant that a new one takes the place of.
async fn grant_before(
	at: &AtBlock,
	who: &RpcAccount,
	device: RpcHash,
	to: RpcAccount,
) -> Result<u128> {
	let row = at.storage().try_fetch(api::storage().access().grants(), (device, to)).await?;
	let row = row.map(|row| row.decode()).transpose()?;
	Ok(row.filter(|row| row.payer == *who).map_or(0, |row| row.deposit))
}

/// What is held from an aggregator who asks for so much.
async fn aggregator_bond(at: &AtBlock, quota: u32, allowance: u32) -> Result<u128> {
	let work = Parameter::WorkBond.at(at).await? * u128::from(quota);
	let bytes = Parameter::ByteBond.at(at).await? * u128::from(allowance);
	Ok(Parameter::AggregatorBond.at(at).await? + work + bytes)
}

/// What is held for a row with so many bytes, beyond what is held for the one before.
async fn said(at: &AtBlock, row: (u128, u128), bytes: usize, before: u128) -> Result<u128> {
	let deposit = deposit(at, (row.0, row.1 + bytes as u128)).await?;
	Ok(deposit.saturating_sub(before))
}

fn profile_bytes(profile: &Profile) -> usize {
	let logo = profile.logo.map_or(0, |logo| logo.0.len());
	profile.name.0.len() + profile.url.0.len() + logo
}

async fn deposit(at: &AtBlock, (rows, bytes): (u128, u128)) -> Result<u128> {
	Ok(Parameter::Row.at(at).await? * rows + Parameter::Byte.at(at).await? * bytes)
}

/// How long stake stays after it is unbonded.
fn unbonding(at: &AtBlock) -> Result<String> {
	let constants = at.constants();
	let eras = u64::from(constants.entry(api::constants().staking().bonding_duration())?);
	let sessions = u64::from(constants.entry(api::constants().staking().sessions_per_era())?);
	let slots = constants.entry(api::constants().babe().epoch_duration())?;
	let millis = constants.entry(api::constants().babe().expected_block_time())?;
	Ok(span(eras.saturating_mul(sessions).saturating_mul(slots).saturating_mul(millis) / 60_000))
}

/// So many minutes, in words.
fn span(minutes: u64) -> String {
	match minutes {
		0..120 => format!("{minutes} minutes"),
		120..2_880 => format!("{} h {} min", minutes / 60, minutes % 60),
		_ => format!("{} days", minutes / 1_440),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	/// What the page says that a row of a table is worth, in planck.
	fn paged(name: &str) -> u128 {
		let page = include_str!("../../../../docs/parameters.md");
		let row = page.lines().find(|line| line.starts_with(&format!("| `{name}` |")));
		let value = row.unwrap().split('|').nth(2).unwrap().trim().split(' ').next().unwrap();
		let (whole, part) = value.split_once('.').unwrap_or((value, ""));
		format!("{whole}{part:0<12}").parse().unwrap()
	}

	#[test]
	fn values_that_nobody_has_set_are_those_of_the_page() {
		for (parameter, name) in [
			(Parameter::Row, "Deposits.Row"),
			(Parameter::Byte, "Deposits.Byte"),
			(Parameter::AggregatorBond, "Bonds.Aggregator"),
			(Parameter::WorkBond, "Bonds.Work"),
			(Parameter::ByteBond, "Bonds.Byte"),
			(Parameter::Place, "Fees.Place"),
			(Parameter::Want, "Fees.Want"),
		] {
			assert_eq!(parameter.unset(), paged(name), "{name}");
		}
	}

	#[test]
	fn deposits_that_follow_are_those_of_the_page() {
		let deposit =
			|(rows, bytes)| Parameter::Row.unset() * rows + Parameter::Byte.unset() * bytes;

		assert_eq!(deposit(DEVICE), paged("Devices.DeviceDeposit"));
		assert_eq!(deposit(MEMBERSHIP), paged("Devices.VouchedDeposit"));
		assert_eq!(deposit(OFFER), paged("Market.OfferDeposit"));
		assert_eq!(deposit(AGREEMENT), paged("Market.AgreementDeposit"));
		assert_eq!(deposit(INDEX), paged("Market.IndexDeposit"));
		assert_eq!(deposit(BILL), paged("Market.BillDeposit"));
		assert_eq!(deposit(SOLD), paged("Market.SoldDeposit"));
		assert_eq!(deposit(GRANT), paged("Access.GrantDeposit"));
		assert_eq!(deposit(TARIFFS), paged("Access.TariffDeposit"));
		assert_eq!(deposit(TILES), paged("Mapping.TilesDeposit"));
		assert_eq!(TILE_METRES * TOKEN, paged("mapping::TILE_METRES"));
		assert_eq!(
			deposit(DESCRIPTION),
			paged("Devices.DescriptionDeposit`, `DescriptionByteDeposit")
		);
		assert_eq!(
			deposit(AGGREGATOR_PROFILE),
			paged("Attestation.ProfileDeposit`, `ProfileByteDeposit")
		);
		assert_eq!(
			deposit(NETWORK_PROFILE),
			paged("Networks.ProfileDeposit`, `ProfileByteDeposit")
		);
		assert_eq!(deposit(MEMBERSHIP) * OPEN, paged("Devices.OpenDeposit"));
	}

	#[test]
	fn a_tile_is_worth_what_one_device_can_be_paid_for_it() {
		assert_eq!(worth_of_tile(TOKEN, 10_000), TOKEN * 350 / 10_000);
		assert_eq!(worth_of_tile(1, 10_000), 1);
		assert_eq!(worth_of_tile(2, 0), 700);
	}

	/// Calls that take something and that no command sends.
	const NOT_SENT: [(&str, &str); 6] = [
		("Contribution", "enlist"),
		("Devices", "accept"),
		("NetworkTreasury", "award"),
		("NetworkTreasury", "post_bounty"),
		("Networks", "accept"),
		("Networks", "create"),
	];
	/// Calls whose documentation says what becomes of what was taken before.
	const TAKE_NOTHING: [(&str, &str); 2] = [("Market", "clear_bill"), ("Market", "finish")];

	#[test]
	fn every_call_that_says_it_takes_something_is_known() {
		use codec::Decode;
		let bytes = include_bytes!("../../metadata.scale");
		let metadata = subxt::metadata::Metadata::decode(&mut &bytes[..]).unwrap();
		let known = include_str!("prices.rs");
		let ours = [
			"Access",
			"Attestation",
			"Contribution",
			"Credits",
			"Devices",
			"Emission",
			"Mapping",
			"Market",
			"NetworkTreasury",
			"Networks",
			"Oracle",
		];
		let (mut found, mut left) = (0, Vec::new());
		for name in ours {
			let pallet = metadata.pallet_by_name(name).unwrap();
			for call in pallet.call_variants().unwrap() {
				let takes = |line: &String| line.contains("held") || line.contains("burn");
				if !call.docs.iter().any(takes) {
					continue;
				}
				let place = (name, call.name.as_str());
				let arm = format!("RuntimeCall::{name}({name}::{} {{", call.name);
				match known.contains(&arm) {
					true => found += 1,
					false => left.push(place),
				}
			}
		}
		left.retain(|place| !NOT_SENT.contains(place) && !TAKE_NOTHING.contains(place));
		assert!(left.is_empty(), "they take something, and nobody is told of it: {left:?}");
		assert!(found >= 15, "{found}");
	}

	/// A figure of a page, in parts of `one`.
	fn figure(cell: &str, one: u128) -> u128 {
		let (whole, part) = cell.split_once('.').unwrap_or((cell, ""));
		let digits = one.ilog10() as usize;
		format!("{whole}{part:0<digits$}").replace(',', "").parse().unwrap()
	}

	#[test]
	fn what_capacity_costs_is_what_the_aggregators_page_says() {
		use substation_primitives::{
			batch::{BODY_WORK, MAX_BODIES, MAX_CHUNK_BYTES, SEAT_WORK},
			epoch::Parameters,
		};
		let page = include_str!("../../../../docs/agent.md");
		let rows: Vec<Vec<&str>> = page
			.lines()
			.skip_while(|line| !line.starts_with("| devices | `--quota`"))
			.skip(2)
			.take_while(|line| line.starts_with('|'))
			.map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
			.collect();
		assert_eq!(rows.len(), 2);
		let open = u128::from(Parameters::default().open_epochs());
		for row in rows {
			let [devices, quota, allowance] = [0, 1, 2].map(|column| figure(row[column], 1));
			let base = u128::from(BODY_WORK * MAX_BODIES);
			assert_eq!(quota, base + u128::from(SEAT_WORK) * devices);
			assert_eq!(allowance, (u128::from(2 * MAX_CHUNK_BYTES) + 1_024 * devices) * open);
			let bond = Parameter::AggregatorBond.unset()
				+ Parameter::WorkBond.unset() * quota
				+ Parameter::ByteBond.unset() * allowance;
			assert_eq!(figure(row[3], TOKEN), bond);
			let rent = paged("Fees.WorkRent") * quota + paged("Fees.ByteRent") * allowance;
			assert_eq!(figure(row[4], TOKEN), rent);
			assert_eq!(figure(row[5], TOKEN), 24 * rent);
		}
	}

	#[test]
	fn spans_are_told_in_words() {
		assert_eq!(span(90), "90 minutes");
		assert_eq!(span(224), "3 h 44 min");
		assert_eq!(span(28 * 24 * 60), "28 days");
	}
}
