//! Owners, aggregators and devices in the field: what tests register and report with.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use anyhow::{anyhow, Result};
use sp_core::{sr25519, Pair};
use substation_primitives::{signing::ReportContext, AccountId32, DeviceId, EpochIndex, NetworkId};
use substation_proofs::{
	author::{pack, DevicePair, Packed},
	KindPolicy,
};
use substation_sdk::{
	amount::TOKEN,
	chain::{account, api, rpc_account, Chain, Means, RuntimeCall},
	holding::Holding,
	register::{all, expiry, Registration},
	secrets::keypair,
};
use subxt_signer::sr25519::{dev, Keypair};

use crate::until;

/// The development chain's coverage network.
pub const COVERAGE: NetworkId = 0;
/// The development chain's presence network.
pub const PRESENCE: NetworkId = 2;
/// The development chain's bandwidth network.
pub const BANDWIDTH: NetworkId = 4;
/// The development chain's mapping network.
pub const MAPPING: NetworkId = 5;
/// The development chain's sensing network.
pub const SENSING: NetworkId = 3;
/// The development chain's storage network.
pub const STORAGE: NetworkId = 1;
/// What the development chain's networks let a full score earn, and what each has to pay.
pub const RATE_CAP: u128 = 10 * TOKEN;
/// A fifth of seventy tokens.
pub const POOL: u128 = 70 * TOKEN / 5;
/// Statements of tests live so long.
pub const LIFETIME: Duration = Duration::from_secs(1_800);
/// A tenth.
pub const CUT: u32 = 100_000;

/// The account of this name.
pub fn signer(name: &str) -> Keypair {
	keypair(&format!("//test//{name}")).expect("a name makes a secret URI")
}

/// Gives every account of these names 10,000 tokens.
pub async fn endow(chain: &Chain, names: &[&str]) -> Result<()> {
	let transfers = names
		.iter()
		.map(|name| {
			let call = api::runtime_types::pallet_balances::pallet::Call::transfer_keep_alive {
				dest: rpc_account(&account(&signer(name))).into(),
				value: 10_000 * TOKEN,
			};
			RuntimeCall::Balances(call)
		})
		.collect();
	chain.submit(&all(transfers), &dev::alice()).await?;
	Ok(())
}

/// A recording of real devices, if the folder that `SUBSTATION_RECORDINGS` names holds one.
pub fn recording(name: &str) -> Option<PathBuf> {
	let folder = PathBuf::from(std::env::var_os("SUBSTATION_RECORDINGS")?);
	Some(folder.join(name)).filter(|path| path.exists())
}

/// An aggregator of a test.
pub struct Aggregator {
	/// Its account.
	pub signer: Keypair,
	/// What it publishes with.
	pub publisher: sr25519::Pair,
}

impl Aggregator {
	/// Registers the account of this name.
	pub async fn register(chain: &Chain, name: &str, quota: u32, allowance: u32) -> Result<Self> {
		let signer = signer(name);
		let publisher = sr25519::Pair::from_seed(&signer.public_key().0);
		chain.register_aggregator(&signer, &publisher, quota, allowance).await?;
		Ok(Self { signer, publisher })
	}

	/// Its account, as the protocol names it.
	pub fn account(&self) -> AccountId32 {
		account(&self.signer)
	}

	/// What it has now, and up to where its rent is paid.
	pub async fn means(&self, chain: &Chain) -> Result<Means> {
		chain.means(&self.account()).await
	}
}

/// A device that stores something.
pub struct StorageDevice {
	/// Its key.
	pub pair: DevicePair,
	/// What it stores.
	pub holding: Holding,
}

impl StorageDevice {
	/// A device with a key made from `number`, storing `bytes` bytes.
	pub fn new(number: u8, bytes: usize) -> Self {
		let data = (0..bytes).map(|i| (i % 251) as u8 ^ number).collect();
		let holding = Holding::of(data).expect("it stores something");
		Self { pair: DevicePair::from_seed(&[number; 32]), holding }
	}

	/// Its identity.
	pub fn id(&self) -> DeviceId {
		self.pair.device_id()
	}

	/// The calls that register the device for `owner`, and commit it to its data.
	pub async fn calls(
		&self,
		chain: &Chain,
		owner: &AccountId32,
		aggregator: &AccountId32,
	) -> Result<Vec<RuntimeCall>> {
		let registration = Registration {
			pair: &self.pair,
			network: STORAGE,
			aggregator: aggregator.clone(),
			cut: CUT,
			place: None,
			data_set: Some(self.holding.data_set()?),
			voucher: None,
		};
		Ok(registration.calls(chain, owner, expiry(chain).await?))
	}

	/// Registers the device for `owner`, and commits it to its data.
	pub async fn register(
		&self,
		chain: &Chain,
		owner: &Keypair,
		aggregator: &AccountId32,
	) -> Result<()> {
		let calls = self.calls(chain, &account(owner), aggregator).await?;
		chain.submit(&all(calls), owner).await?;
		Ok(())
	}

	/// The device's report for an epoch whose entropy is known.
	pub async fn report(&self, chain: &Chain, context: &ReportContext) -> Result<Vec<u8>> {
		let policy = chain.policy(STORAGE, context.epoch).await?.map(|policy| policy.kind);
		let Some(KindPolicy::Storage(policy)) = policy else {
			return Err(anyhow!("network {STORAGE} is no storage network: {policy:?}"));
		};
		let evidence = self.holding.prove(context, &policy, &self.id())?;
		Ok(self.pair.report(context, &self.id(), &evidence))
	}

	/// A batch with nothing but the device's report.
	pub async fn batch(
		&self,
		chain: &Chain,
		epoch: EpochIndex,
		aggregator: &AccountId32,
	) -> Result<Packed> {
		let context = context(chain, epoch, aggregator).await?;
		let policy =
			chain.policy(STORAGE, epoch).await?.ok_or_else(|| anyhow!("the network is closed"))?;
		let reports = BTreeMap::from([(self.id(), self.report(chain, &context).await?)]);
		Ok(pack(&context, &policy, &reports).remove(0))
	}

	/// What a report is worth: the bytes held of the sixteen mebibytes of a full score.
	pub fn score(&self) -> u128 {
		let pieces = u128::from(self.holding.length().div_ceil(256));
		1_000_000 * pieces * 256 / (16 * 1024 * 1024)
	}

	/// What a report earns while the rate cap is what limits, the aggregator's cut included.
	pub fn payment(&self) -> u128 {
		RATE_CAP * self.score() / 1_000_000
	}

	/// What the owner gets of that.
	pub fn pay(&self) -> u128 {
		self.payment() - self.payment() * u128::from(CUT) / 1_000_000
	}
}

/// What reports to the storage network are bound to.
pub async fn context(
	chain: &Chain,
	epoch: EpochIndex,
	aggregator: &AccountId32,
) -> Result<ReportContext> {
	chain
		.report_context(STORAGE, epoch, aggregator)
		.await?
		.ok_or_else(|| anyhow!("epoch {epoch} has no entropy yet"))
}

/// Waits until so many slots of an epoch are over, or the epoch is.
pub async fn reach_slot(chain: &Chain, epoch: EpochIndex, slots: u64) -> Result<()> {
	let slot = chain.slot_duration().await?;
	until(Duration::from_secs(240), &format!("slot {slots} of epoch {epoch}"), || async {
		let clock = chain.best_clock().await?;
		if clock.epoch != epoch {
			return Ok(clock.epoch > epoch);
		}
		let Some(lasted) = chain.lasted(epoch).await? else { return Ok(false) };
		Ok(lasted.as_millis() / slot.as_millis() >= slots.into())
	})
	.await
}

/// Waits until `epoch` is at its `index`-th block, finalized.
pub async fn reach(chain: &Chain, epoch: EpochIndex, index: u32) -> Result<()> {
	wait(chain, epoch, index, true).await
}

/// Waits until `epoch` is at its `index`-th block on the best chain.
pub async fn reach_best(chain: &Chain, epoch: EpochIndex, index: u32) -> Result<()> {
	wait(chain, epoch, index, false).await
}

async fn wait(chain: &Chain, epoch: EpochIndex, index: u32, finalized: bool) -> Result<()> {
	let now = chain.best_clock().await?;
	let epochs = epoch.saturating_sub(now.epoch) + 2;
	let limit = Duration::from_secs(120) * epochs;
	until(limit, &format!("epoch {epoch}, block {index}"), || async {
		let clock = match finalized {
			true => chain.clock().await?,
			false => chain.best_clock().await?,
		};
		Ok((clock.epoch, clock.index) >= (epoch, index))
	})
	.await
}
