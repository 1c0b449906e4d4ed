//! Reading what the chain knows.

use std::{collections::BTreeMap, future::Future, time::Duration};

use anyhow::{anyhow, bail, Result};
use codec::{Decode, Encode};
use substation_primitives::{
	epoch::EpochRecord, signing::ReportContext, AccountId32, BatchId, DeviceId, EpochIndex,
	NetworkId, WorkUnits, H256,
};
use substation_proofs::{
	facts::{Bill, DeviceFacts},
	known::{Answer, Question},
	tiles::{Parent, Tiles},
	Policy, Rules,
};
use subxt::{
	ext::scale_decode::IntoVisitor,
	rpcs::rpc_params,
	utils::{Static, H256 as RpcHash},
	view_functions::Payload as ViewPayload,
};

use super::{
	accounts::rpc_account,
	connection::Chain,
	generated::{
		api, Aggregator, Capacity, Commitment, DeviceView, MemberStanding, NetworkTerms, Pool,
		Schedule,
	},
};
use crate::{failure::Failure, pay::Rates};

/// The protocol's clock, as of a block.
#[derive(Clone, Debug)]
pub struct Clock {
	/// The epoch.
	pub epoch: EpochIndex,
	/// Blocks since the one that opened it.
	pub index: u32,
	/// What is in force.
	pub record: EpochRecord,
	/// Quota that any batch takes at the least, in units of work.
	pub least_quota: WorkUnits,
}

/// Rows that one answer of the chain holds at the most.
pub(crate) const PAGE: u32 = 50;

/// All pages of an answer. Each is asked for with the key that the one before has ended with.
pub(crate) async fn all_pages<Key: Clone, Row, Page: Future<Output = Result<Vec<(Key, Row)>>>>(
	page: impl Fn(Option<Key>) -> Page,
) -> Result<Vec<(Key, Row)>> {
	let mut all: Vec<(Key, Row)> = Vec::new();
	loop {
		let next = page(all.last().map(|(key, _)| key.clone())).await?;
		let is_last = next.len() < PAGE as usize;
		all.extend(next);
		if is_last {
			return Ok(all);
		}
	}
}

impl Chain {
	/// Reads a view function as of the last finalized block.
	pub async fn view<P: ViewPayload>(&self, payload: P) -> Result<P::ReturnType> {
		let hash = self.at_last().await?.block_hash();
		self.view_at(payload, Some(hash)).await
	}

	/// Reads a view function as of a block, or as of the best one.
	///
	/// The client library hands arguments over as they are and expects the bare answer; the runtime
	/// wants them as one byte string and answers with a result of one. So the call is made here.
	async fn view_at<P: ViewPayload>(
		&self,
		payload: P,
		hash: Option<RpcHash>,
	) -> Result<P::ReturnType> {
		let at = self.at_last().await?;
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
		let hash = self.at_last().await?.block_hash();
		self.clock_at(Some(hash)).await
	}

	/// The clock as of the best block, which may yet be replaced: for windows too short to wait for
	/// finality.
	pub async fn best_clock(&self) -> Result<Clock> {
		self.clock_at(None).await
	}

	async fn clock_at(&self, hash: Option<RpcHash>) -> Result<Clock> {
		let call = api::view_functions().attestation().epoch_clock();
		let clock = self
			.view_at(call, hash)
			.await?
			.ok_or_else(|| anyhow!("the chain's first epoch has not opened"))?;
		Ok(Clock {
			epoch: clock.epoch,
			index: clock.index,
			record: clock.record.0,
			least_quota: clock.least_quota,
		})
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
		let record = self.record(epoch).await?;
		Ok(record.and_then(|record| self.context(&record, network, epoch, aggregator)))
	}

	/// The version of the rules by which reports of `epoch` are judged, and what they are bound to, once its entropy is
	/// finalized. Fails if this program does not know that version: what it would find means nothing.
	pub async fn judged_by(
		&self,
		network: NetworkId,
		epoch: EpochIndex,
		aggregator: &AccountId32,
	) -> Result<Option<(u16, ReportContext)>> {
		let Some(record) = self.record(epoch).await? else { return Ok(None) };
		let rules = record.rules;
		if !Rules::are_kept(rules) {
			bail!(Failure::Refused(format!(
				"epoch {epoch} is judged by version {rules} of the rules, which this program does not know: take the \
				 one of its time, or a newer one"
			)));
		}
		let context = self.context(&record, network, epoch, aggregator);
		Ok(context.map(|context| (rules, context)))
	}

	fn context(
		&self,
		record: &EpochRecord,
		network: NetworkId,
		epoch: EpochIndex,
		aggregator: &AccountId32,
	) -> Option<ReportContext> {
		let (genesis, aggregator) = (self.genesis(), aggregator.clone());
		record.entropy.map(|entropy| ReportContext { genesis, network, epoch, aggregator, entropy })
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
		let call = api::view_functions().devices().device_facts(network, RpcHash(device.0), epoch);
		Ok(self.view(call).await?.map(|facts| facts.0))
	}

	/// What the chain knows, as of an epoch, that judging a report to a network has asked for.
	pub async fn answer(
		&self,
		network: NetworkId,
		epoch: EpochIndex,
		question: &Question,
	) -> Result<Answer> {
		let views = api::view_functions();
		Ok(match question {
			Question::Device(device) => {
				Answer::Device(Box::new(self.facts(network, *device, epoch).await?))
			}
			Question::Chair(cell, index) => {
				let chair = views.devices().chair(network, *cell, *index, epoch);
				Answer::Chair(self.view(chair).await?.map(|device| H256(device.0)))
			}
			Question::LeftBurned(device) => {
				let burned = views.market().left_burned(network, RpcHash(device.0), epoch);
				Answer::LeftBurned(self.view(burned).await?)
			}
			Question::Bill(payer) => {
				let bill = views.market().bill_of(network, rpc_account(payer), epoch);
				Answer::Bill(self.view(bill).await?.map(|bill| Bill {
					root: H256(bill.root.0),
					leaves: bill.leaves,
					credits: bill.credits,
					left_burned: bill.left_burned,
				}))
			}
			Question::Tiles(parent) => {
				let tiles = self.tiles(network, *parent, epoch).await?;
				Answer::Tiles(tiles.map(Box::new))
			}
			Question::Opened(epoch) => {
				Answer::Opened(self.view(views.attestation().opened(*epoch)).await?)
			}
		})
	}

	/// What is known of the tiles of a parent, as of an epoch.
	pub async fn tiles(
		&self,
		network: NetworkId,
		parent: Parent,
		epoch: EpochIndex,
	) -> Result<Option<Tiles>> {
		let call = api::view_functions().mapping().tiles(network, Static(parent), epoch);
		Ok(self.view(call).await?.map(|tiles| tiles.0))
	}

	/// When an epoch was opened, since 1970, if it is known.
	pub async fn opened(&self, epoch: EpochIndex) -> Result<Option<Duration>> {
		let opened = self.view(api::view_functions().attestation().opened(epoch)).await?;
		Ok(opened.map(Duration::from_millis))
	}

	/// How long an epoch has lasted, as of the last final block; nothing if it is not known when it was opened.
	pub async fn lasted(&self, epoch: EpochIndex) -> Result<Option<Duration>> {
		let Some(opened) = self.opened(epoch).await? else { return Ok(None) };
		Ok(Some(self.time().await?.saturating_sub(opened)))
	}

	/// How reliable a member of a network has been, by what it was paid for; nothing of a device that has no seat there.
	pub async fn standing_in(
		&self,
		network: NetworkId,
		device: DeviceId,
	) -> Result<Option<MemberStanding>> {
		self.view(api::view_functions().devices().standing(network, RpcHash(device.0))).await
	}

	/// All batches committed to for an epoch, until its claims have ended.
	pub async fn batches(&self, epoch: EpochIndex) -> Result<Vec<Commitment<u128>>> {
		let call = api::view_functions().attestation().batches(epoch);
		Ok(self.view(call).await?.into_iter().map(|(_, commitment)| commitment).collect())
	}

	/// What an aggregator has committed to for an epoch in a network, in the order of shards, as of the best block, which
	/// may yet be replaced: identities, and the prefix of the last device that each may hold.
	pub async fn own_batches_at_best(
		&self,
		network: NetworkId,
		epoch: EpochIndex,
		aggregator: &AccountId32,
	) -> Result<Vec<(BatchId, u64)>> {
		let call = api::view_functions().attestation().batches(epoch);
		let all: Vec<(RpcHash, Commitment<u128>)> = self.view_at(call, None).await?;
		let aggregator = rpc_account(aggregator);
		let mut own: Vec<_> = all
			.into_iter()
			.filter(|(_, one)| one.network == network && one.aggregator == aggregator)
			.collect();
		own.sort_by_key(|(_, commitment)| commitment.shard);
		Ok(own.into_iter().map(|(batch, one)| (batch.0.into(), one.last)).collect())
	}

	/// A batch's record.
	pub async fn batch(
		&self,
		epoch: EpochIndex,
		batch: BatchId,
	) -> Result<Option<Commitment<u128>>> {
		let call = api::view_functions().attestation().batch(epoch, RpcHash(batch.0));
		self.view(call).await
	}

	/// A batch's record as of the best block, which may yet be replaced.
	pub async fn batch_at_best(
		&self,
		epoch: EpochIndex,
		batch: BatchId,
	) -> Result<Option<Commitment<u128>>> {
		let call = api::view_functions().attestation().batch(epoch, RpcHash(batch.0));
		self.view_at(call, None).await
	}

	/// A device, with everything as set last.
	pub async fn device(&self, device: DeviceId) -> Result<Option<DeviceView>> {
		let call = api::view_functions().devices().device(RpcHash(device.0));
		self.view(call).await
	}

	/// Whether a membership was paid for an epoch.
	pub async fn is_paid(
		&self,
		network: NetworkId,
		device: DeviceId,
		epoch: EpochIndex,
	) -> Result<bool> {
		let call = api::view_functions().devices().is_paid(network, RpcHash(device.0), epoch);
		self.view(call).await
	}

	/// An aggregator's record.
	pub async fn aggregator(&self, who: &AccountId32) -> Result<Option<Aggregator<u128>>> {
		self.view(api::view_functions().attestation().aggregator(rpc_account(who))).await
	}

	/// What is rented of judges' work and of nodes' stores, of how much, and for what price.
	pub async fn capacity(&self) -> Result<Capacity> {
		self.view(api::view_functions().attestation().capacity()).await
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

	/// How long a slot lasts.
	pub async fn slot_duration(&self) -> Result<Duration> {
		let at = self.at_last().await?;
		let millis = at.constants().entry(api::constants().babe().expected_block_time())?;
		Ok(Duration::from_millis(millis))
	}
}
