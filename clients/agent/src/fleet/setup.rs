//! Making a fleet, and registering it.

use std::{path::PathBuf, time::Duration};

use anyhow::{anyhow, bail, Context, Result};
use futures::future::try_join_all;
use sp_core::{sr25519, Pair};
use substation_primitives::{AccountId32, EpochIndex};
use substation_sdk::{
	amount::TOKEN,
	chain::{account, api, rpc_account, Chain, RuntimeCall},
	failure::Failure,
	holding::Holding,
	register::{all, changes, expiry, Registration},
	secrets::keypair,
};
use subxt_signer::sr25519::Keypair;

use super::{
	devices::{devices, Device, Manner, HOLDING},
	options::Options,
};
use crate::{connection::connect_for_good, output::Output};

/// The aggregator's part of each payment, in millionths.
pub(super) const CUT: u32 = 50_000;

/// The first epoch for which all can report: what is mapped in it was driven two epochs before, and of the chain's first nobody knows when it was opened.
const FIRST: EpochIndex = 3;

/// Devices and their aggregator on a development chain.
pub struct Fleet {
	pub(super) nodes: Vec<Chain>,
	pub(super) chain: Chain,
	pub(super) aggregator: Keypair,
	pub(super) publisher: sr25519::Pair,
	pub(super) devices: Vec<Device>,
	pub(super) slot: Duration,
	pub(super) initial: u128,
	pub(super) halving: u32,
	pub(super) csv: Option<PathBuf>,
	pub(super) output: Output,
}

impl Fleet {
	/// A fleet as `options` say, of which nothing is sent yet.
	pub async fn connect(options: &Options, output: Output) -> Result<Self> {
		let nodes = try_join_all(options.urls.iter().map(|url| connect_for_good(url))).await?;
		let chain = nodes.first().cloned().context("at least one --url is needed")?;
		if !chain.kind().await?.is_for_development() {
			bail!(Failure::Refused(format!(
				"the chain at {} is none for development: everybody knows the keys that a fleet signs with",
				chain.url()
			)));
		}
		let data = Holding::first_bytes(&options.data, HOLDING)?;
		let publisher = sr25519::Pair::from_string("//fleet//publisher", None)
			.map_err(|error| anyhow!("the publisher key cannot be made: {error:?}"))?;
		let devices = devices(options, &data)?;
		output.say(format!(
			"{} devices; storage devices hold {} bytes of {}",
			devices.len(),
			data.len(),
			options.data.display()
		));
		let aggregator = keypair("//fleet//aggregator")?;
		let slot = chain.slot_duration().await?;
		Ok(Self {
			nodes,
			chain,
			aggregator,
			publisher,
			devices,
			slot,
			initial: options.initial,
			halving: options.halving,
			csv: options.csv.clone(),
			output,
		})
	}

	pub(super) fn say(&self, text: &str) {
		self.output.say(text);
	}

	/// Pays owners and aggregator from a well-known account, and registers everything that is not. Tells for which
	/// epoch it can report first.
	pub async fn register(&mut self) -> Result<EpochIndex> {
		if self.chain.aggregator(&account(&self.aggregator)).await?.is_none() {
			self.endow().await?;
			self.chain
				.register_aggregator(&self.aggregator, &self.publisher, 10_000, 8_000_000)
				.await?;
			self.say("the aggregator is registered");
		}
		let sent = try_join_all(self.devices.iter().map(|device| self.enlist(device))).await?;
		self.say(match sent.contains(&true) {
			true => "all devices are registered, their reports count from two epochs later",
			false => "the fleet was registered before",
		});
		for device in &mut self.devices {
			device.before = self.chain.balance(&account(&device.owner)).await?;
		}
		Ok((self.chain.clock().await?.epoch + 2).max(FIRST))
	}

	async fn endow(&self) -> Result<()> {
		let alice = subxt_signer::sr25519::dev::alice();
		let transfers = self
			.devices
			.iter()
			.map(|device| account(&device.owner))
			.chain([account(&self.aggregator)])
			.map(|to| {
				let call = api::runtime_types::pallet_balances::pallet::Call::transfer_keep_alive {
					dest: rpc_account(&to).into(),
					value: 10_000 * TOKEN,
				};
				RuntimeCall::Balances(call)
			})
			.collect();
		self.chain.submit(&all(transfers), &alice).await.context(
			"the well-known account cannot pay: a fleet runs on development chains only",
		)?;
		Ok(())
	}

	/// Registers a device if it is not, or brings what is registered up to date. Tells whether something
	/// was sent.
	async fn enlist(&self, device: &Device) -> Result<bool> {
		let owner = account(&device.owner);
		let (place, data_set) = device.stands_and_stores()?;
		let registration = Registration {
			pair: &device.pair,
			network: device.joined(),
			aggregator: self.aggregator_of(device),
			cut: CUT,
			place,
			data_set,
			voucher: None,
		};
		let calls = match self.chain.device(device.id()).await? {
			None => registration.calls(&self.chain, &owner, expiry(&self.chain).await?),
			Some(known) => changes(&known, registration, &owner)?,
		};
		if calls.is_empty() {
			return Ok(false);
		}
		self.chain.submit(&all(calls), &device.owner).await?;
		Ok(true)
	}

	/// Who a device has chosen to carry its reports.
	pub(super) fn aggregator_of(&self, device: &Device) -> AccountId32 {
		match device.manner {
			Manner::OtherAggregator => account(&device.owner),
			_ => account(&self.aggregator),
		}
	}
}
