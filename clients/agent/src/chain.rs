//! A client of a node.

use anyhow::{anyhow, bail, Context, Result};
use codec::{Decode, Encode};
use substation_primitives::{
	epoch::EpochRecord, signing::ReportContext, AccountId32, BatchId, DeviceId, EpochIndex,
	NetworkId, H256,
};
use substation_proofs::{
	facts::{DeviceFacts, FactSource},
	Policy,
};
use subxt::{
	config::DefaultExtrinsicParamsBuilder,
	ext::scale_decode::IntoVisitor,
	rpcs::{client::RpcClient, rpc_params},
	tx::{Payload, Signer},
	utils::{AccountId32 as RpcAccount, MultiSignature},
	view_functions::Payload as ViewPayload,
	OnlineClient, PolkadotConfig,
};
use subxt_signer::sr25519::Keypair;

/// The runtime's calls, events, storage and view functions, generated from its metadata.
#[allow(clippy::all, missing_docs)]
#[subxt::subxt(
	runtime_metadata_path = "metadata.scale",
	substitute_type(
		path = "substation_primitives::batch::Terms",
		with = "::subxt::utils::Static<::substation_primitives::batch::Terms>"
	),
	substitute_type(
		path = "substation_primitives::batch::Element",
		with = "::subxt::utils::Static<::substation_primitives::batch::Element>"
	),
	substitute_type(
		path = "substation_primitives::batch::Leaf",
		with = "::subxt::utils::Static<::substation_primitives::batch::Leaf>"
	),
	substitute_type(
		path = "substation_primitives::epoch::EpochRecord",
		with = "::subxt::utils::Static<::substation_primitives::epoch::EpochRecord>"
	),
	substitute_type(
		path = "substation_primitives::epoch::Parameters",
		with = "::subxt::utils::Static<::substation_primitives::epoch::Parameters>"
	),
	substitute_type(
		path = "substation_primitives::keys::ReportKey",
		with = "::subxt::utils::Static<::substation_primitives::ReportKey>"
	),
	substitute_type(
		path = "substation_primitives::keys::HardwareKey",
		with = "::subxt::utils::Static<::substation_primitives::HardwareKey>"
	),
	substitute_type(
		path = "substation_proofs::facts::Place",
		with = "::subxt::utils::Static<::substation_proofs::facts::Place>"
	),
	substitute_type(
		path = "substation_proofs::facts::DataSet",
		with = "::subxt::utils::Static<::substation_proofs::facts::DataSet>"
	),
	substitute_type(
		path = "substation_proofs::facts::DeviceFacts",
		with = "::subxt::utils::Static<::substation_proofs::facts::DeviceFacts>"
	),
	substitute_type(
		path = "substation_proofs::Policy",
		with = "::subxt::utils::Static<::substation_proofs::Policy>"
	)
)]
pub mod api {}

pub use api::runtime_types::{
	pallet_attestation::types::{BatchState, Commitment, Round},
	pallet_devices::RegistrationProof,
	pallet_emission::Pool,
};

/// What a transaction emitted.
pub type Events = subxt::extrinsics::ExtrinsicEvents<PolkadotConfig>;

/// The protocol's clock, as of a block.
#[derive(Clone, Debug)]
pub struct Clock {
	/// The epoch.
	pub epoch: EpochIndex,
	/// Blocks since the one that opened it.
	pub index: u32,
	/// What is in force.
	pub record: EpochRecord,
}

/// A connection to a node.
#[derive(Clone)]
pub struct Chain {
	/// The typed client.
	pub client: OnlineClient<PolkadotConfig>,
	/// The untyped one.
	pub rpc: RpcClient,
	url: String,
}

impl Chain {
	/// Connects to the node at `url`. Plain `ws://` is for this machine and trusted networks.
	pub async fn connect(url: &str) -> Result<Self> {
		let rpc = RpcClient::from_insecure_url(url)
			.await
			.with_context(|| format!("no node answers at {url}: is it running?"))?;
		let client = OnlineClient::from_rpc_client(rpc.clone()).await?;
		Ok(Self { client, rpc, url: url.into() })
	}

	/// Where the node is.
	pub fn url(&self) -> &str {
		&self.url
	}

	/// Hash of the chain's first block.
	pub fn genesis(&self) -> H256 {
		H256(self.client.genesis_hash().0)
	}

	/// Reads a view function as of the last finalized block.
	async fn view<P: ViewPayload>(&self, payload: P) -> Result<P::ReturnType> {
		let hash = self.client.at_current_block().await?.block_hash();
		self.view_at(payload, Some(hash)).await
	}

	/// Reads a view function as of a block, or as of the best one.
	///
	/// The client library hands arguments over as they are and expects the bare answer; the runtime
	/// wants them as one byte string and answers with a result of one. So the call is made here.
	async fn view_at<P: ViewPayload>(
		&self,
		payload: P,
		hash: Option<subxt::utils::H256>,
	) -> Result<P::ReturnType> {
		let at = self.client.at_current_block().await?;
		let name = (payload.pallet_name().to_string(), payload.function_name().to_string());
		let encoded = at.view_functions().encode_args(payload)?;
		let (query, arguments) = encoded
			.split_at_checked(32)
			.ok_or_else(|| anyhow!("a view function's identity has 32 bytes"))?;
		let mut input = query.to_vec();
		arguments.encode_to(&mut input);
		let answer: String = self
			.rpc
			.request(
				"state_call",
				rpc_params![
					"RuntimeViewFunction_execute_view_function",
					format!("0x{}", hex::encode(input)),
					hash
				],
			)
			.await?;
		let answer = hex::decode(answer.trim_start_matches("0x"))?;
		// The error is a plain enum: its number says enough.
		let value = match answer.split_first() {
			Some((0, value)) => Vec::<u8>::decode(&mut &value[..])?,
			other => bail!("{}.{} cannot be read: {other:?}", name.0, name.1),
		};
		let metadata = at.metadata_ref();
		subxt::ext::frame_decode::view_functions::decode_view_function_response(
			&name.0,
			&name.1,
			&mut &value[..],
			metadata,
			metadata.types(),
			<P::ReturnType as IntoVisitor>::into_visitor(),
		)
		.map_err(|error| anyhow!("{}.{} answers in another form: {error}", name.0, name.1))
	}

	/// The clock as of the last finalized block.
	pub async fn clock(&self) -> Result<Clock> {
		let hash = self.client.at_current_block().await?.block_hash();
		self.clock_at(Some(hash)).await
	}

	/// The clock as of the best block, which may yet be replaced: for windows too short to wait for
	/// finality.
	pub async fn best_clock(&self) -> Result<Clock> {
		self.clock_at(None).await
	}

	async fn clock_at(&self, hash: Option<subxt::utils::H256>) -> Result<Clock> {
		let call = api::view_functions().attestation().epoch_clock();
		let clock = self
			.view_at(call, hash)
			.await?
			.ok_or_else(|| anyhow!("the chain's first epoch has not opened"))?;
		Ok(Clock { epoch: clock.epoch, index: clock.index, record: clock.record.0 })
	}

	/// What was in force in a recent epoch, as of the last finalized block.
	pub async fn record(&self, epoch: EpochIndex) -> Result<Option<EpochRecord>> {
		let call = api::view_functions().attestation().epoch_record(epoch);
		Ok(self.view(call).await?.map(|record| record.0))
	}

	/// What reports of `epoch` are bound to, once its entropy is finalized.
	pub async fn report_context(
		&self,
		network: NetworkId,
		epoch: EpochIndex,
		aggregator: &AccountId32,
	) -> Result<Option<ReportContext>> {
		let entropy = self.record(epoch).await?.and_then(|record| record.entropy);
		Ok(entropy.map(|entropy| ReportContext {
			genesis: self.genesis(),
			network,
			epoch,
			aggregator: aggregator.clone(),
			entropy,
		}))
	}

	/// What a network pays for, as of an epoch.
	pub async fn policy(&self, network: NetworkId, epoch: EpochIndex) -> Result<Option<Policy>> {
		let call = api::view_functions().networks().terms(network, epoch);
		Ok(self.view(call).await?.map(|terms| terms.policy.0))
	}

	/// A device's facts, as of an epoch.
	pub async fn facts(
		&self,
		network: NetworkId,
		device: DeviceId,
		epoch: EpochIndex,
	) -> Result<Option<DeviceFacts>> {
		let call = api::view_functions().devices().device_facts(
			network,
			subxt::utils::H256(device.0),
			epoch,
		);
		Ok(self.view(call).await?.map(|facts| facts.0))
	}

	/// The facts of `devices`, for judging outside the chain.
	pub async fn all_facts(
		&self,
		network: NetworkId,
		epoch: EpochIndex,
		devices: impl IntoIterator<Item = DeviceId>,
	) -> Result<impl FactSource> {
		let mut all = std::collections::BTreeMap::new();
		for device in devices {
			if let Some(facts) = self.facts(network, device, epoch).await? {
				all.insert(device, facts);
			}
		}
		Ok(all)
	}

	/// A batch's record.
	pub async fn batch(
		&self,
		epoch: EpochIndex,
		batch: BatchId,
	) -> Result<Option<Commitment<u128>>> {
		let call = api::view_functions().attestation().batch(epoch, subxt::utils::H256(batch.0));
		self.view(call).await
	}

	/// A network's pool for an epoch.
	pub async fn pool(&self, network: NetworkId, epoch: EpochIndex) -> Result<Option<Pool>> {
		let call = api::view_functions().emission().pool(network, epoch);
		self.view(call).await
	}

	/// What an account can spend.
	pub async fn balance(&self, account: &AccountId32) -> Result<u128> {
		let at = self.client.at_current_block().await?;
		let account = rpc_account(account);
		let address = api::storage().system().account();
		let found = at.storage().try_fetch(address, (account,)).await?;
		Ok(match found {
			Some(value) => value.decode()?.data.free,
			None => 0,
		})
	}

	/// Signs a call with an account's key, and waits until it has succeeded in a finalized block.
	pub async fn submit<C: Payload>(
		&self,
		call: &C,
		signer: &impl Signer<PolkadotConfig>,
	) -> Result<Events> {
		let at = self.client.at_current_block().await?;
		let progress = at.tx().sign_and_submit_then_watch_default(call, signer).await?;
		Ok(progress.wait_for_finalized_success().await?)
	}

	/// Sends a call that carries its own authorization, as a general transaction, and returns as soon
	/// as the pool has taken it.
	pub async fn submit_authorized<C: Payload>(&self, call: &C) -> Result<()> {
		let at = self.client.at_current_block().await?;
		let parameters = DefaultExtrinsicParamsBuilder::new().immortal().nonce(0).build();
		let nobody = RpcAccount([0; 32]);
		let unsigned = MultiSignature::Sr25519([0; 64]);
		let transaction = at
			.tx()
			.create_v5_signable_offline(call, parameters)?
			.sign_with_account_and_signature(&nobody, &unsigned)?;
		transaction.submit().await?;
		Ok(())
	}

	/// Hands a signed statement to the node's store.
	pub async fn submit_statement(&self, statement: &[u8]) -> Result<()> {
		let bytes = format!("0x{}", hex::encode(statement));
		let answer: serde_json::Value =
			self.rpc.request("statement_submit", rpc_params![bytes]).await?;
		match answer["status"].as_str() {
			Some("new" | "known") => Ok(()),
			_ => bail!("{} did not take the statement: {answer}", self.url),
		}
	}

	/// The number of the last finalized block.
	pub async fn finalized(&self) -> Result<u64> {
		Ok(self.client.at_current_block().await?.block_number())
	}
}

/// A signer's account, as the protocol names it.
pub fn account(signer: &Keypair) -> AccountId32 {
	AccountId32::new(signer.public_key().0)
}

/// An account, as the client library names it.
pub fn rpc_account(account: &AccountId32) -> RpcAccount {
	RpcAccount(*<AccountId32 as AsRef<[u8; 32]>>::as_ref(account))
}
