//! Owners, aggregators and devices in the field: what tests register and report with.

use std::time::Duration;

use anyhow::{anyhow, Result};
use sp_core::{sr25519, Pair};
use substation_agent::chain::{account, api, rpc_account, Chain, RegistrationProof};
use substation_primitives::{signing, AccountId32, DeviceId, EpochIndex, HardwareKey, NetworkId};
use substation_proofs::{
	author::DevicePair,
	storage::{self, Committed},
	KindPolicy,
};
use subxt::utils::Static;
use subxt_signer::sr25519::Keypair;

use crate::until;

/// The development chain's storage network.
pub const STORAGE: NetworkId = 1;
/// Statements of tests live so long.
pub const LIFETIME: Duration = Duration::from_secs(1_800);

/// Registers `signer` as an aggregator with a publisher key of its own.
pub async fn register_aggregator(
	chain: &Chain,
	signer: &Keypair,
	quota: u32,
	allowance: u32,
) -> Result<sr25519::Pair> {
	let publisher = sr25519::Pair::from_seed(&signer.public_key().0);
	chain.register_aggregator(signer, &publisher, quota, allowance).await?;
	Ok(publisher)
}

/// A device that stores something.
pub struct StorageDevice {
	/// Its key.
	pub pair: DevicePair,
	/// What it stores.
	pub data: Vec<u8>,
}

impl StorageDevice {
	/// A device with a key made from `number`, storing `bytes` bytes.
	pub fn new(number: u8, bytes: usize) -> Self {
		let data = (0..bytes).map(|i| (i % 251) as u8 ^ number).collect();
		Self { pair: DevicePair::from_seed(&[number; 32]), data }
	}

	/// Its identity.
	pub fn id(&self) -> DeviceId {
		self.pair.device_id()
	}

	/// Registers the device for `owner`, and commits it to its data.
	pub async fn register(
		&self,
		chain: &Chain,
		owner: &Keypair,
		aggregator: &AccountId32,
	) -> Result<()> {
		let expires = u32::try_from(chain.finalized().await?)? + 1_000;
		let message = signing::registration(&chain.genesis(), &account(owner), STORAGE, expires);
		let call = api::tx().devices().register(
			Static(HardwareKey::from(self.pair.public())),
			RegistrationProof { expires, signature: self.pair.sign(&message) },
			STORAGE,
			rpc_account(aggregator),
			api::runtime_types::sp_arithmetic::per_things::Permill(100_000),
			None,
		);
		chain.submit(&call, owner).await?;
		let data_set = Committed::new(&self.data)
			.ok_or_else(|| anyhow!("a device stores something"))?
			.data_set();
		let id = subxt::utils::H256(self.id().0);
		let call = api::tx().devices().commit_data_set(id, Some(Static(data_set)));
		chain.submit(&call, owner).await?;
		Ok(())
	}

	/// The device's report for an epoch whose entropy is known.
	pub async fn report(
		&self,
		chain: &Chain,
		epoch: EpochIndex,
		aggregator: &AccountId32,
	) -> Result<Vec<u8>> {
		let context = chain
			.report_context(STORAGE, epoch, aggregator)
			.await?
			.ok_or_else(|| anyhow!("epoch {epoch} has no entropy yet"))?;
		let policy = storage_policy(chain, epoch).await?;
		let evidence = Committed::new(&self.data)
			.and_then(|committed| committed.prove(&context, &policy, &self.id(), &self.data))
			.ok_or_else(|| anyhow!("the device cannot prove what it stores"))?;
		Ok(self.pair.report(&context, &self.id(), &evidence))
	}
}

/// What the storage network pays for.
pub async fn storage_policy(chain: &Chain, epoch: EpochIndex) -> Result<storage::Policy> {
	match chain.policy(STORAGE, epoch).await?.map(|policy| policy.kind) {
		Some(KindPolicy::Storage(policy)) => Ok(policy),
		other => Err(anyhow!("network {STORAGE} is no storage network: {other:?}")),
	}
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
