//! Claiming for settled chunks.

use std::{collections::BTreeSet, future::Future, ops::AddAssign};

use anyhow::{anyhow, Result};
use substation_primitives::{
	batch::{vector_tree, MAX_CLAIMED, MAX_CLAIMS},
	BatchId, DeviceId, EpochIndex, NetworkId,
};
use substation_proofs::JudgedChunk;
use subxt::{
	tx::Payload,
	utils::{Static, H256 as RpcHash},
};
use subxt_signer::sr25519::Keypair;

use api::runtime_types::{
	bounded_collections::bounded_vec::BoundedVec, substation_primitives::batch::ChunkClaim,
};

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
	let ChunkClaim { epoch, batch, chunk, element, path, leaves } =
		chunk_claim(epoch, batch, judged, number)?;
	Ok(api::tx().emission().claim_chunk(epoch, batch, chunk, element, path, leaves))
}

/// Chunk number `number` of a result, with what proves its outcomes.
pub(crate) fn chunk_claim(
	epoch: EpochIndex,
	batch: &BatchId,
	judged: &[JudgedChunk],
	number: u32,
) -> Result<ChunkClaim> {
	let chunk = judged.get(number as usize).ok_or_else(|| anyhow!("there is no chunk {number}"))?;
	let path = vector_tree(&elements(judged))
		.path(number)
		.ok_or_else(|| anyhow!("there is no chunk {number}"))?;
	Ok(ChunkClaim {
		epoch,
		batch: RpcHash(batch.0),
		chunk: number,
		element: Static(chunk.element),
		path: BoundedVec(path.iter().map(|hash| RpcHash(hash.0)).collect()),
		leaves: BoundedVec(chunk.leaves.iter().map(|leaf| Static(*leaf)).collect()),
	})
}

/// A chunk in which somebody is still to be paid.
pub struct Due {
	network: NetworkId,
	epoch: EpochIndex,
	batch: BatchId,
	number: u32,
	claim: ChunkClaim,
	/// What each device's owner is still to be paid, in planck.
	unpaid: Vec<(DeviceId, u128)>,
	/// What their aggregator is, in planck.
	cut: u128,
}

impl Due {
	/// The epoch of the reports.
	pub fn epoch(&self) -> EpochIndex {
		self.epoch
	}
}

/// Chunks of a batch in which somebody is still to be paid. What was claimed before, by anybody, is left out.
pub async fn due(
	chain: &Chain,
	(network, epoch, batch): (NetworkId, EpochIndex, &BatchId),
	judged: &[JudgedChunk],
) -> Result<Vec<Due>> {
	let mut all = Vec::new();
	let Some(rates) = chain.rates(network, epoch).await? else { return Ok(all) };
	for (number, chunk) in (0u32..).zip(judged) {
		let (mut unpaid, mut cut) = (Vec::new(), 0u128);
		for leaf in chunk.leaves.iter().filter(|leaf| leaf.score > 0) {
			if !chain.is_paid(network, leaf.device, epoch).await? {
				let payment = rates.payment(leaf);
				unpaid.push((leaf.device, payment.owner));
				cut += payment.aggregator;
			}
		}
		if !unpaid.is_empty() {
			let claim = chunk_claim(epoch, batch, judged, number)?;
			all.push(Due { network, epoch, batch: *batch, number, claim, unpaid, cut });
		}
	}
	Ok(all)
}

/// Chunks that are claimed for together: those of the same devices in as many epochs as one call takes, since what a
/// device and its owner cost is then paid once for all of them.
pub fn together(mut due: Vec<Due>) -> Vec<Vec<Due>> {
	due.sort_by_key(|due| (due.network, due.number, due.epoch));
	let mut groups: Vec<(Vec<Due>, BTreeSet<DeviceId>)> = Vec::new();
	for one in due {
		let devices: Vec<_> = one.claim.leaves.0.iter().map(|leaf| leaf.0.device).collect();
		let fits = groups.last().is_some_and(|(group, known)| {
			// A device is claimed for in one network at once.
			if group.last().is_some_and(|last| last.network != one.network) {
				return false;
			}
			let more = devices.iter().filter(|device| !known.contains(device)).count();
			group.len() < MAX_CLAIMS as usize && known.len() + more <= MAX_CLAIMED as usize
		});
		if !fits {
			groups.push(Default::default());
		}
		if let Some((group, known)) = groups.last_mut() {
			group.push(one);
			known.extend(devices);
		}
	}
	groups.into_iter().map(|(group, _)| group).collect()
}

/// What becomes of chunks that bring who claims for them less than the claim's fee.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AtALoss {
	/// They are claimed for all the same.
	Claim,
	/// They are left to their devices' owners.
	Leave,
}

/// Claims for chunks in one call. `told` hears of it, in words and how it ended. Without `commit` nothing is sent.
pub async fn claim_group(
	chain: &Chain,
	signer: &Keypair,
	group: Vec<Due>,
	at_a_loss: AtALoss,
	commit: bool,
	mut told: impl FnMut(&str, &Written) + Send,
) -> Result<Claimed> {
	let mut claimed = Claimed {
		chunks: group.len() as u32,
		devices: group.iter().map(|due| due.unpaid.len() as u32).sum(),
		owners: group.iter().flat_map(|due| &due.unpaid).map(|(_, payment)| payment).sum(),
		aggregators: group.iter().map(|due| due.cut).sum(),
		calls: Vec::new(),
	};
	let what = format!(
		"claim for {}: {} for owners of {} devices, {} for the aggregator",
		named(&group),
		tokens(claimed.owners),
		claimed.devices,
		tokens(claimed.aggregators)
	);
	let unpaid: Vec<_> = group.iter().flat_map(|due| due.unpaid.clone()).collect();
	let mut claims: Vec<_> = group.into_iter().map(|due| due.claim).collect();
	let written = match (claims.len(), claims.pop()) {
		(0, _) | (_, None) => return Ok(Claimed::default()),
		(1, Some(claim)) => {
			let ChunkClaim { epoch, batch, chunk, element, path, leaves } = claim;
			let call = api::tx().emission().claim_chunk(epoch, batch, chunk, element, path, leaves);
			let offer = Offer { what: &what, call: &call, cut: claimed.aggregators, unpaid };
			offer.write(chain, signer, at_a_loss, commit, &mut claimed.calls).await?
		}
		(_, Some(last)) => {
			claims.push(last);
			let call = api::tx().emission().claim_chunks(BoundedVec(claims));
			let offer = Offer { what: &what, call: &call, cut: claimed.aggregators, unpaid };
			offer.write(chain, signer, at_a_loss, commit, &mut claimed.calls).await?
		}
	};
	let Some(written) = written else { return Ok(Claimed::default()) };
	told(&what, &written);
	Ok(claimed)
}

/// Claims for all chunks of a batch in which somebody is still to be paid. What was claimed before,
/// by anybody, is left out. `told` hears of each claim, in words and how it ended, before the next is
/// made. Without `commit` nothing is sent.
pub async fn claim_batch(
	chain: &Chain,
	signer: &Keypair,
	place: (NetworkId, EpochIndex, &BatchId),
	judged: &[JudgedChunk],
	at_a_loss: AtALoss,
	commit: bool,
	mut told: impl FnMut(&str, &Written) + Send,
) -> Result<Claimed> {
	let mut claimed = Claimed::default();
	for group in together(due(chain, place, judged).await?) {
		claimed += claim_group(chain, signer, group, at_a_loss, commit, &mut told).await?;
	}
	Ok(claimed)
}

/// Which chunks these are, in words.
fn named(group: &[Due]) -> String {
	match group {
		[one] => format!("chunk {} of batch {:?} of epoch {}", one.number, one.batch, one.epoch),
		many => {
			let epochs: BTreeSet<_> = many.iter().map(|due| due.epoch).collect();
			let (first, last) = (epochs.first(), epochs.last());
			match (first, last) {
				(Some(first), Some(last)) if first != last => {
					format!("{} chunks of epochs {first} to {last}", many.len())
				}
				(Some(epoch), _) => format!("{} chunks of epoch {epoch}", many.len()),
				_ => "nothing".into(),
			}
		}
	}
}

/// A claim that may bring its sender less than it costs.
struct Offer<'a, P> {
	what: &'a str,
	call: &'a P,
	/// What the aggregator gets.
	cut: u128,
	/// What devices' owners get.
	unpaid: Vec<(DeviceId, u128)>,
}

impl<P: Payload + Send + Sync> Offer<'_, P> {
	/// Sends it, or tries it. Nothing, if it is left because of what it costs.
	async fn write(
		self,
		chain: &Chain,
		signer: &Keypair,
		at_a_loss: AtALoss,
		commit: bool,
		calls: &mut Vec<String>,
	) -> Result<Option<Written>> {
		if at_a_loss == AtALoss::Leave {
			let Written::Tried(costs) = chain.write(self.what, self.call, signer, false).await?
			else {
				return Ok(None);
			};
			let claimer = rpc_account(&account(signer));
			let owns = |device| async move {
				let device = chain.device(device).await?;
				Ok(device.is_some_and(|device| device.owner == claimer))
			};
			if !brings(self.cut, &self.unpaid, costs.fee, owns).await? {
				return Ok(None);
			}
		}
		calls.push(chain.call_data(self.call).await?);
		Ok(Some(chain.write(self.what, self.call, signer, commit).await?))
	}
}

/// Whether as much as `fee` comes back to who claims: its cut, and the pay of devices that it `owns`. No more of these are looked up than it takes.
async fn brings<F: Future<Output = Result<bool>>>(
	cut: u128,
	unpaid: &[(DeviceId, u128)],
	fee: u128,
	owns: impl Fn(DeviceId) -> F,
) -> Result<bool> {
	let mut own = cut;
	for (device, payment) in unpaid {
		if own >= fee {
			break;
		}
		if owns(*device).await? {
			own = own.saturating_add(*payment);
		}
	}
	Ok(own >= fee)
}

#[cfg(test)]
mod tests {
	use super::*;
	use substation_primitives::{
		batch::{Element, Leaf},
		H256,
	};

	fn chunk(epoch: EpochIndex, number: u32, devices: core::ops::Range<u64>) -> Due {
		let leaf = |device| Leaf {
			index: 0,
			device: H256::from_low_u64_be(device),
			report: H256::zero(),
			score: 1,
			fault: None,
			cut: 0,
		};
		let leaves = devices.clone().map(|device| Static(leaf(device))).collect();
		let claim = ChunkClaim {
			epoch,
			batch: RpcHash([0; 32]),
			chunk: number,
			element: Static(Element::default()),
			path: BoundedVec(Vec::new()),
			leaves: BoundedVec(leaves),
		};
		let unpaid = devices.map(|device| (H256::from_low_u64_be(device), 5)).collect();
		Due { network: 1, epoch, batch: H256::zero(), number, claim, unpaid, cut: 1 }
	}

	#[test]
	fn a_days_chunks_of_the_same_devices_are_claimed_for_together() {
		let day = (0..30).flat_map(|epoch| [chunk(epoch, 0, 0..64), chunk(epoch, 1, 64..128)]);
		let groups = together(day.collect());
		let told: Vec<_> = groups.iter().map(|group| (group.len(), named(group))).collect();
		let expected = [
			(24, "24 chunks of epochs 0 to 23"),
			(24, "24 chunks of epochs 0 to 29"),
			(12, "12 chunks of epochs 18 to 29"),
		];
		assert_eq!(told, expected.map(|(count, name)| (count, name.to_string())));
	}

	#[tokio::test]
	async fn what_brings_less_than_its_fee_is_told_by_the_cut_and_ones_own_devices() {
		use std::cell::Cell;
		let unpaid: Vec<_> = (1..=3)
			.map(|device| (H256::from_low_u64_be(device), u128::from(device) * 10))
			.collect();
		let asked = Cell::new(0);
		let brings = async |cut, fee, own: &[u64]| {
			asked.set(0);
			let owns = |device: H256| {
				asked.set(asked.get() + 1);
				let owns = own.contains(&device.to_low_u64_be());
				async move { Ok(owns) }
			};
			(brings(cut, &unpaid, fee, owns).await.unwrap(), asked.get())
		};
		assert_eq!(brings(5, 5, &[]).await, (true, 0));
		assert_eq!(brings(5, 6, &[]).await, (false, 3));
		assert_eq!(brings(5, 15, &[1]).await, (true, 1));
		assert_eq!(brings(5, 16, &[1]).await, (false, 3));
		assert_eq!(brings(0, 40, &[1, 3]).await, (true, 3));
		assert_eq!(brings(0, 0, &[]).await, (true, 0));
		assert_eq!(brings(u128::MAX, u128::MAX, &[1]).await, (true, 0));
	}

	#[test]
	fn no_more_devices_are_claimed_for_than_a_call_takes() {
		let chunks = (0..5).map(|number| {
			let first = u64::from(number) * 50;
			chunk(9, number, first..first + 50)
		});
		let groups = together(chunks.collect());
		assert_eq!(groups.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 1]);
		assert_eq!(named(&groups[0]), "2 chunks of epoch 9");
		assert!(named(&groups[2]).starts_with("chunk 4 of batch 0x"));
	}
}
