//! A client of a node.

use std::{collections::BTreeMap, sync::Once, time::Duration};

use anyhow::{anyhow, bail, ensure, Context, Result};
use codec::{Decode, DecodeAll, Encode};
use sp_core::{sr25519, Pair};
use sp_statement_store::Statement;
use substation_primitives::{
	batch::{Terms, MAX_BODY_BYTES},
	epoch::EpochRecord,
	signing::{self, ReportContext},
	AccountId32, BatchId, DeviceId, EpochIndex, NetworkId, ReportKey, H256,
};
use substation_proofs::{
	facts::{DeviceFacts, FactSource},
	Policy,
};
use subxt::{
	client::{ClientAtBlock, OnlineClientAtBlockImpl},
	config::DefaultExtrinsicParamsBuilder,
	error::{DispatchError, TransactionFinalizedSuccessError, TransactionProgressError},
	ext::scale_decode::IntoVisitor,
	rpcs::{
		client::{ReconnectingRpcClient, RpcClient},
		rpc_params,
	},
	transactions::TransactionProgress,
	tx::{Payload, Signer},
	utils::{AccountId32 as RpcAccount, MultiSignature, H256 as RpcHash},
	view_functions::Payload as ViewPayload,
	OnlineClient, PolkadotConfig,
};
use subxt_signer::sr25519::Keypair;

use crate::{
	failure::Failure,
	output::{tokens, Output},
	pay::Rates,
};

/// For how many blocks a transaction is valid after the one as of which it was signed, unless its signer says otherwise.
const VALIDITY: u64 = 32;

/// How many seconds a node may fail to answer before it is given up.
const PATIENCE: u32 = 60;

/// RPC address of a node that runs on this machine and was told nothing else.
pub const NODE: &str = "ws://127.0.0.1:9944";

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
	pallet_attestation::types::{Aggregator, BatchState, Commitment, Round, Schedule},
	pallet_devices::{DeviceView, RegistrationProof},
	pallet_emission::Pool,
	pallet_networks::Terms as NetworkTerms,
	substation_runtime::RuntimeCall,
};

/// What a transaction emitted.
pub type Events = subxt::extrinsics::ExtrinsicEvents<PolkadotConfig>;

/// A client of one block.
type AtBlock = ClientAtBlock<PolkadotConfig, OnlineClientAtBlockImpl<PolkadotConfig>>;

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
		let rpc =
			RpcClient::from_insecure_url(url).await.map_err(|error| unreachable(url, &error))?;
		Self::with(rpc, url).await
	}

	/// Connects to the node at `url`, and again whenever the connection breaks: for what runs long.
	pub async fn connect_for_good(url: &str) -> Result<Self> {
		// The client below would wait for ever for a node that has never been there.
		Self::connect(url).await?;
		let rpc = ReconnectingRpcClient::builder()
			.build(url.to_string())
			.await
			.map_err(|error| unreachable(url, &error))?;
		Self::with(RpcClient::new(rpc), url).await
	}

	async fn with(rpc: RpcClient, url: &str) -> Result<Self> {
		let client = OnlineClient::from_rpc_client(rpc.clone()).await?;
		let at = client.at_current_block().await?;
		let metadata = at.metadata_ref();
		ensure!(
			metadata.pallet_by_name("Attestation").is_some(),
			"{url} is a node of another chain: give one of a Substation chain"
		);
		if !api::is_codegen_valid_for(metadata) {
			static SAID: Once = Once::new();
			SAID.call_once(|| {
				eprintln!(
					"warning: the runtime of the chain at {url} is not the one that this agent was made for. \
					 Take the agent of its release; begin a chain of your own anew."
				);
			});
		}
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
	pub async fn view<P: ViewPayload>(&self, payload: P) -> Result<P::ReturnType> {
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

	/// When each epoch freezes and when its claims end, as far as they have not ended.
	pub async fn schedules(&self) -> Result<BTreeMap<EpochIndex, Schedule>> {
		let call = api::view_functions().attestation().schedules();
		Ok(self.view(call).await?.into_iter().collect())
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

	/// A network's terms, as of an epoch.
	pub async fn network_terms(
		&self,
		network: NetworkId,
		epoch: EpochIndex,
	) -> Result<Option<NetworkTerms<u128>>> {
		self.view(api::view_functions().networks().terms(network, epoch)).await
	}

	/// What a network pays for, as of an epoch.
	pub async fn policy(&self, network: NetworkId, epoch: EpochIndex) -> Result<Option<Policy>> {
		Ok(self.network_terms(network, epoch).await?.map(|terms| terms.policy.0))
	}

	/// What a network pays for, if it takes reports for `epoch`.
	pub async fn open_policy(
		&self,
		network: NetworkId,
		epoch: EpochIndex,
	) -> Result<Option<Policy>> {
		let terms = self.network_terms(network, epoch).await?;
		let open =
			terms.filter(|terms| terms.open && epoch.checked_rem(terms.cadence.into()) == Some(0));
		Ok(open.map(|terms| terms.policy.0))
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

	/// All batches committed to for an epoch, until its claims have ended.
	pub async fn batches(&self, epoch: EpochIndex) -> Result<Vec<Commitment<u128>>> {
		let call = api::view_functions().attestation().batches(epoch);
		Ok(self.view(call).await?.into_iter().map(|(_, commitment)| commitment).collect())
	}

	/// A device, with everything as set last.
	pub async fn device(&self, device: DeviceId) -> Result<Option<DeviceView>> {
		let call = api::view_functions().devices().device(subxt::utils::H256(device.0));
		self.view(call).await
	}

	/// Whether a membership was paid for an epoch.
	pub async fn is_paid(
		&self,
		network: NetworkId,
		device: DeviceId,
		epoch: EpochIndex,
	) -> Result<bool> {
		let call =
			api::view_functions().devices().is_paid(network, subxt::utils::H256(device.0), epoch);
		self.view(call).await
	}

	/// An aggregator's record.
	pub async fn aggregator(&self, who: &AccountId32) -> Result<Option<Aggregator<u128>>> {
		self.view(api::view_functions().attestation().aggregator(rpc_account(who))).await
	}

	/// The bodies of a batch, in the order of its terms, if the node's statement store has them all.
	/// Statements are found by their topic, which is anybody's to use, and taken by their hash.
	pub async fn bodies(&self, terms: &Terms) -> Result<Option<Vec<Vec<u8>>>> {
		/// Longer than it takes a node to hand over all statements that an allowance has room for.
		const PATIENCE: Duration = Duration::from_secs(20);
		let topic =
			signing::body_topic(&self.genesis(), terms.network, terms.epoch, &terms.aggregator);
		let filter = serde_json::json!({ "matchAll": [format!("{topic:?}")] });
		let mut events = self
			.rpc
			.subscribe::<serde_json::Value>(
				"statement_subscribeStatement",
				rpc_params![filter],
				"statement_unsubscribeStatement",
			)
			.await?;
		let mut found = BTreeMap::<H256, Vec<u8>>::new();
		let until = tokio::time::Instant::now() + PATIENCE;
		while let Ok(Some(event)) = tokio::time::timeout_at(until, events.next()).await {
			let event = event?;
			for statement in event["data"]["statements"].as_array().into_iter().flatten() {
				let Some(text) = statement.as_str() else { continue };
				let Ok(bytes) = hex::decode(text.trim_start_matches("0x")) else { continue };
				let Ok(statement) = Statement::decode_all(&mut &bytes[..]) else { continue };
				let hash = H256(statement.hash());
				let body = statement.into_data().filter(|_| terms.bodies.contains(&hash));
				if let Some(body) = body.filter(|body| body.len() <= MAX_BODY_BYTES as usize) {
					found.insert(hash, body);
				}
			}
			let rest = event["data"]["remaining"].as_u64().unwrap_or(0);
			if rest == 0 || terms.bodies.iter().all(|hash| found.contains_key(hash)) {
				break;
			}
		}
		Ok(terms.bodies.iter().map(|hash| found.get(hash).cloned()).collect())
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

	/// A batch's record as of the best block, which may yet be replaced.
	pub async fn batch_at_best(
		&self,
		epoch: EpochIndex,
		batch: BatchId,
	) -> Result<Option<Commitment<u128>>> {
		let call = api::view_functions().attestation().batch(epoch, subxt::utils::H256(batch.0));
		self.view_at(call, None).await
	}

	/// How long a slot lasts.
	pub async fn slot_duration(&self) -> Result<Duration> {
		let at = self.client.at_current_block().await?;
		let millis = at.constants().entry(api::constants().babe().expected_block_time())?;
		Ok(Duration::from_millis(millis))
	}

	/// A network's pool for an epoch.
	pub async fn pool(&self, network: NetworkId, epoch: EpochIndex) -> Result<Option<Pool>> {
		let call = api::view_functions().emission().pool(network, epoch);
		self.view(call).await
	}

	/// What scores of a network and epoch earn, once a batch has settled.
	pub async fn rates(&self, network: NetworkId, epoch: EpochIndex) -> Result<Option<Rates>> {
		let pool = self.pool(network, epoch).await?;
		Ok(pool.map(|pool| Rates { pool: pool.amount, rate_cap: pool.rate_cap, total: pool.total }))
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
		self.succeeded(progress, at.block_number()).await
	}

	/// Waits until a transaction that was signed as of a block has succeeded in a finalized one.
	async fn succeeded(
		&self,
		progress: TransactionProgress<PolkadotConfig, OnlineClientAtBlockImpl<PolkadotConfig>>,
		signed_at: u64,
	) -> Result<Events> {
		let hash = progress.extrinsic_hash();
		match progress.wait_for_finalized_success().await {
			// A node ends what it tells of transactions when it has to catch up. That says nothing of this one.
			Err(TransactionFinalizedSuccessError::FinalizationError(
				TransactionProgressError::CannotGetNextProgressUpdate(_)
				| TransactionProgressError::UnexpectedEndOfTransactionStatusStream,
			)) => self.outcome(hash, signed_at).await,
			outcome => Ok(outcome?),
		}
	}

	/// The block of a height, if it is finalized.
	async fn at_final(&self, number: u64) -> Result<Option<AtBlock>> {
		let reached = self.finalized().await? >= number;
		Ok(if reached { Some(self.client.at_block(number).await?) } else { None })
	}

	/// The block of a height, once it is finalized. The node may fail to answer meanwhile, as when it is catching up, but
	/// not for good.
	async fn when_final(&self, number: u64) -> Result<AtBlock> {
		let mut failures = 0;
		loop {
			match self.at_final(number).await {
				Ok(Some(at)) => return Ok(at),
				Ok(None) => failures = 0,
				Err(error) if failures >= PATIENCE => return Err(error),
				Err(_) => failures += 1,
			}
			tokio::time::sleep(Duration::from_secs(1)).await;
		}
	}

	/// What happened in a transaction of this hash that was signed as of a block, once the block that it is in is finalized.
	/// Fails if the transaction has failed, or was in none of the blocks in which it was valid.
	pub async fn outcome(&self, hash: RpcHash, signed_at: u64) -> Result<Events> {
		for number in signed_at.saturating_add(1)..=signed_at.saturating_add(VALIDITY) {
			let at = self
				.when_final(number)
				.await
				.context("nobody knows yet whether it is done: look again later")?;
			let transactions = at.extrinsics().fetch().await?;
			let sought = transactions
				.iter()
				.find(|one| one.as_ref().map_or(true, |transaction| transaction.hash() == hash));
			let Some(transaction) = sought.transpose()? else { continue };
			let events = transaction.events().await?;
			for event in events.iter() {
				let event = event?;
				if event.pallet_name() == "System" && event.event_name() == "ExtrinsicFailed" {
					bail!(DispatchError::decode_from(event.field_bytes(), at.metadata())?);
				}
			}
			return Ok(events);
		}
		Err(Failure::Refused(format!(
			"no block has taken the transaction {hash:?}, and none will any more: send it again"
		))
		.into())
	}

	/// Signs all `calls` with one account's key, one nonce after the other, and waits until all have
	/// succeeded in finalized blocks; gives back what happened in each.
	pub async fn submit_all<C: Payload>(
		&self,
		calls: &[C],
		signer: &impl Signer<PolkadotConfig>,
	) -> Result<Vec<Events>> {
		let at = self.client.at_current_block().await?;
		let account = signer.account_id();
		let first: u64 = self.rpc.request("system_accountNextIndex", rpc_params![account]).await?;
		let mut sent = Vec::new();
		for (nonce, call) in (first..).zip(calls) {
			let parameters = DefaultExtrinsicParamsBuilder::new().nonce(nonce).build();
			let transaction = at.tx().create_signed(call, signer, parameters).await?;
			sent.push(transaction.submit_and_watch().await?);
		}
		let mut happened = Vec::new();
		for progress in sent {
			happened.push(self.succeeded(progress, at.block_number()).await?);
		}
		Ok(happened)
	}

	/// What a transaction of the signer's cost, by its events.
	pub fn fee_paid(&self, events: &Events) -> Result<u128> {
		use api::transaction_payment::events::TransactionFeePaid;
		let mut fees = 0;
		for event in events.find::<TransactionFeePaid>() {
			fees += event?.actual_fee;
		}
		Ok(fees)
	}

	/// The weight that a transaction of the signer's took, in picoseconds of computing.
	pub fn weight_paid(&self, events: &Events) -> Result<u64> {
		use api::system::events::ExtrinsicSuccess;
		let mut sum = 0;
		for event in events.find::<ExtrinsicSuccess>() {
			sum += event?.dispatch_info.weight.ref_time;
		}
		Ok(sum)
	}

	/// The weight that commitments, seals and reveals took in finalized blocks since `first`, in
	/// picoseconds of computing.
	pub async fn weight_of_authorized(&self, first: u32) -> Result<u64> {
		use api::system::events::ExtrinsicSuccess;
		let mut sum = 0;
		let mut at = self.client.at_current_block().await?;
		while at.block_number() >= u64::from(first) {
			let events = at.events().fetch().await?;
			let mut ours = std::collections::BTreeSet::new();
			for event in events.iter() {
				let event = event?;
				if let subxt::events::Phase::ApplyExtrinsic(index) = event.phase() {
					if event.pallet_name() == "Attestation" {
						ours.insert(index);
					}
				}
			}
			for event in events.iter() {
				let event = event?;
				let subxt::events::Phase::ApplyExtrinsic(index) = event.phase() else { continue };
				if let Some(success) = event.decode_fields_as::<ExtrinsicSuccess>() {
					if ours.contains(&index) {
						sum += success?.dispatch_info.weight.ref_time;
					}
				}
			}
			at = self.client.at_block(at.block_header().await?.parent_hash).await?;
		}
		Ok(sum)
	}

	/// With `commit`, as [`Self::submit`]. Without, says what the call would cost and sends nothing.
	pub async fn write<C: Payload>(
		&self,
		what: &str,
		call: &C,
		signer: &impl Signer<PolkadotConfig>,
		commit: bool,
		output: Output,
	) -> Result<Option<Events>> {
		if commit {
			let events = self
				.submit(call, signer)
				.await
				.map_err(|error| error.context(Failure::Refused(format!("not done: {what}"))))?;
			output.say(format!("done: {what}"));
			return Ok(Some(events));
		}
		let at = self.client.at_current_block().await?;
		let parameters = DefaultExtrinsicParamsBuilder::new().build();
		let transaction = at.tx().create_signed(call, signer, parameters).await?;
		let fee = transaction.partial_fee_estimate().await?;
		output.say(format!(
			"would: {what}, for a fee of {}. Nothing was sent: say --commit to do it",
			tokens(fee)
		));
		Ok(None)
	}

	/// A call as wallets take it, in hexadecimal digits.
	pub async fn call_data<C: Payload>(&self, call: &C) -> Result<String> {
		let bytes = self.client.at_current_block().await?.tx().call_data(call)?;
		Ok(format!("0x{}", hex::encode(bytes)))
	}

	/// Registers `signer` as an aggregator that publishes with `publisher`.
	pub async fn register_aggregator(
		&self,
		signer: &Keypair,
		publisher: &sr25519::Pair,
		quota: u32,
		allowance: u32,
	) -> Result<Events> {
		self.submit(&self.aggregator_call(signer, publisher, quota, allowance), signer).await
	}

	/// The call that does that.
	pub fn aggregator_call(
		&self,
		signer: &Keypair,
		publisher: &sr25519::Pair,
		quota: u32,
		allowance: u32,
	) -> impl Payload {
		let message = signing::publisher(&self.genesis(), &account(signer));
		let key = subxt::utils::Static(ReportKey::Sr25519(publisher.public()));
		api::tx().attestation().register_aggregator(
			key,
			publisher.sign(&message).0,
			quota,
			allowance,
		)
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
		let Err(error) = transaction.submit().await else { return Ok(()) };
		match self.refusal(transaction.encoded()).await {
			Some(reason) => Err(Failure::Refused(reason.into()).into()),
			None => Err(error.into()),
		}
	}

	/// Why the pool does not take a transaction, where the attestation pallet has a reason of its own.
	async fn refusal(&self, transaction: &[u8]) -> Option<&'static str> {
		let best: RpcHash = self.rpc.request("chain_getBlockHash", rpc_params![]).await.ok()?;
		// From outside; the transaction as it is, length included; the block.
		let input = [&[2u8][..], transaction, best.as_ref()].concat();
		let call = "TaggedTransactionQueue_validate_transaction";
		let input = format!("0x{}", hex::encode(input));
		let answer: String =
			self.rpc.request("state_call", rpc_params![call, input, best]).await.ok()?;
		// An error; invalid; with a code of the pallet's.
		match hex::decode(answer.trim_start_matches("0x")).ok()?[..] {
			[1, 0, 7, 1] => {
				Some("cuts, count, work or bodies do not fit each other: pack the batch again")
			}
			[1, 0, 7, 2] => Some("the network takes no reports for this epoch"),
			[1, 0, 7, 3] => {
				Some("time stood still in this epoch, so it pays nothing: report for the next")
			}
			[1, 0, 7, 4] => {
				Some("the quota of the epoch is not enough: register with a larger one")
			}
			_ => None,
		}
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

impl Commitment<u128> {
	/// What was committed to.
	pub fn terms(&self, epoch: EpochIndex) -> Terms {
		let account = AccountId32::new(self.aggregator.0);
		let bodies: Vec<_> = self.bodies.0.iter().map(|hash| H256(hash.0)).collect();
		Terms {
			network: self.network,
			epoch,
			aggregator: account,
			shard: self.shard,
			root: H256(self.root.0),
			// What the chain holds keeps the bounds.
			cuts: self.cuts.0.clone().try_into().unwrap_or_default(),
			last: self.last,
			count: self.count,
			work: self.work,
			bodies: bodies.try_into().unwrap_or_default(),
		}
	}

	/// Where the batch stands, in words.
	pub fn state_name(&self) -> String {
		match &self.state {
			BatchState::Committed => "waits for its judges".into(),
			BatchState::Settled { underdeclared: true, .. } => {
				"settled: it held more than declared and pays nobody".into()
			}
			BatchState::Settled { matched, by, .. } => {
				let seals: u32 = matched.0.iter().map(|byte| byte.count_ones()).sum();
				let by = match by {
					Round::Committee => "its committee",
					Round::FullSet => "all judges",
				};
				format!("settled by {seals} matching seals of {by}")
			}
			BatchState::Unavailable => {
				"unavailable: all judges agree that its bodies were not there".into()
			}
			BatchState::Expired => "expired: nobody settled it in time".into(),
		}
	}
}

fn unreachable(url: &str, error: &dyn std::fmt::Display) -> Failure {
	Failure::Unreachable(format!("no node answers at {url}: is it running? ({error})"))
}

/// A signer's account, as the protocol names it.
pub fn account(signer: &Keypair) -> AccountId32 {
	AccountId32::new(signer.public_key().0)
}

/// An account, as the client library names it.
pub fn rpc_account(account: &AccountId32) -> RpcAccount {
	RpcAccount(*<AccountId32 as AsRef<[u8; 32]>>::as_ref(account))
}
