//! Claiming for settled chunks.

use std::ops::AddAssign;

use anyhow::{anyhow, Result};
use substation_primitives::{batch::vector_tree, BatchId, EpochIndex, NetworkId};
use substation_proofs::JudgedChunk;
use subxt::{
	tx::Payload,
	utils::{Static, H256 as RpcHash},
};
use subxt_signer::sr25519::Keypair;

use crate::{
	amount::tokens,
	chain::{account, api, rpc_account, Chain, Written},
	failure::Failure,
	recompute::elements,
};

/// What a claim came to.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Claimed {
	/// Chunks that were claimed for, or would be.
	pub chunks: u32,
	/// Devices that are paid by it.
	pub devices: u32,
	/// What owners get, in planck.
	pub owners: u128,
	/// What aggregators get, in planck.
	pub aggregators: u128,
	/// The calls, in hexadecimal digits: any wallet can sign and send them.
	pub calls: Vec<String>,
}

impl AddAssign for Claimed {
	fn add_assign(&mut self, part: Self) {
		self.chunks += part.chunks;
		self.devices += part.devices;
		self.owners += part.owners;
		self.aggregators += part.aggregators;
		self.calls.extend(part.calls);
	}
}

/// Epochs that can be claimed for now: the one that is asked for, or all. Fails with what stands
/// against the one that is asked for.
pub async fn epochs(chain: &Chain, wanted: Option<EpochIndex>) -> Result<Vec<EpochIndex>> {
	let clock = chain.clock().await?;
	let schedules = chain.schedules().await?;
	let Some(epoch) = wanted else {
		let frozen = schedules.into_iter().filter(|(_, schedule)| schedule.freeze <= clock.epoch);
		return Ok(frozen.map(|(epoch, _)| epoch).collect());
	};
	let failure = match schedules.get(&epoch) {
		Some(schedule) if schedule.freeze > clock.epoch => Failure::Refused(format!(
			"epoch {epoch} freezes at the start of epoch {}; now is {}: claim then",
			schedule.freeze, clock.epoch
		)),
		Some(_) => return Ok(vec![epoch]),
		None if epoch > clock.epoch => {
			let now = clock.epoch;
			Failure::Refused(format!("epoch {epoch} is to come: now is {now}"))
		}
		None => Failure::NotFound(format!("claims for epoch {epoch} have ended")),
	};
	Err(failure.into())
}

/// The call that claims for chunk number `number` of a result.
pub fn call(
	epoch: EpochIndex,
	batch: &BatchId,
	judged: &[JudgedChunk],
	number: u32,
) -> Result<impl Payload> {
	use api::runtime_types::bounded_collections::bounded_vec::BoundedVec;
	let chunk = judged.get(number as usize).ok_or_else(|| anyhow!("there is no chunk {number}"))?;
	let path = vector_tree(&elements(judged))
		.path(number)
		.ok_or_else(|| anyhow!("there is no chunk {number}"))?;
	Ok(api::tx().emission().claim_chunk(
		epoch,
		RpcHash(batch.0),
		number,
		Static(chunk.element),
		BoundedVec(path.iter().map(|hash| RpcHash(hash.0)).collect()),
		BoundedVec(chunk.leaves.iter().map(|leaf| Static(*leaf)).collect()),
	))
}

/// What becomes of chunks that bring who claims for them less than the claim's fee.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AtALoss {
	/// They are claimed for all the same.
	Claim,
	/// They are left to their devices' owners.
	Leave,
}

/// Claims for all chunks of a batch in which somebody is still to be paid. What was claimed before,
/// by anybody, is left out. `told` hears of each claim, in words and how it ended, before the next is
/// made. Without `commit` nothing is sent.
pub async fn claim_batch(
	chain: &Chain,
	signer: &Keypair,
	(network, epoch, batch): (NetworkId, EpochIndex, &BatchId),
	judged: &[JudgedChunk],
	at_a_loss: AtALoss,
	commit: bool,
	mut told: impl FnMut(&str, &Written) + Send,
) -> Result<Claimed> {
	let mut claimed = Claimed::default();
	let Some(rates) = chain.rates(network, epoch).await? else { return Ok(claimed) };
	let claimer = account(signer);
	for (number, chunk) in (0u32..).zip(judged) {
		let mut part = Claimed { chunks: 1, ..Default::default() };
		let mut unpaid = Vec::new();
		for leaf in chunk.leaves.iter().filter(|leaf| leaf.score > 0) {
			if chain.is_paid(network, leaf.device, epoch).await? {
				continue;
			}
			let payment = rates.payment(leaf);
			unpaid.push((leaf.device, payment.owner));
			part.devices += 1;
			part.owners += payment.owner;
			part.aggregators += payment.aggregator;
		}
		if part.devices == 0 {
			continue;
		}
		let what = format!(
			"claim for chunk {number} of batch {batch:?} of epoch {epoch}: {} for owners of {} \
			 devices, {} for the aggregator",
			tokens(part.owners),
			part.devices,
			tokens(part.aggregators)
		);
		let call = call(epoch, batch, judged, number)?;
		if at_a_loss == AtALoss::Leave {
			let Written::Tried(costs) = chain.write(&what, &call, signer, false).await? else {
				continue;
			};
			let fee = costs.fee;
			// What comes back to the batch's aggregator, also as the owner of devices.
			let mut own = part.aggregators;
			for (device, payment) in unpaid {
				if own >= fee {
					break;
				}
				let device = chain.device(device).await?;
				if device.is_some_and(|device| rpc_account(&claimer) == device.owner) {
					own = own.saturating_add(payment);
				}
			}
			if own < fee {
				continue;
			}
		}
		part.calls.push(chain.call_data(&call).await?);
		told(&what, &chain.write(&what, &call, signer, commit).await?);
		claimed += part;
	}
	Ok(claimed)
}
