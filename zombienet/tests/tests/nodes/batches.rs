//! Aggregators and devices that cheat, each in a way of its own, and honest ones beside them.

use anyhow::{anyhow, ensure, Context, Result};
use codec::Encode;
use futures::future::try_join_all;
use sp_core::H256 as Hash;
use substation_agent::{
	fleet::{self, Fleet},
	output::Output,
};
use substation_primitives::{
	batch::{self, Body, Chunk, Terms, MAX_CHUNK_BYTES},
	report::{Fault, ReportBytes},
	EpochIndex,
};
use substation_proofs::author::Packed;
use substation_sdk::{
	amount::TOKEN,
	chain::{BatchState, Chain, Round},
	claim,
	failure::Failure,
	progress::Quiet,
	publish::sign_bodies,
	recompute::recompute,
};
use substation_zombienet_tests::{
	field::{reach, reach_best, Aggregator, StorageDevice, LIFETIME},
	Network,
};
use tokio::sync::oneshot;

/// Accounts that have to be endowed.
pub const ACCOUNTS: [&str; 9] = [
	"honest",
	"silent",
	"late",
	"other-body",
	"malformed",
	"oversized",
	"underdeclared",
	"twice",
	"out-of-range",
];

/// How an aggregator's batch is to end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum End {
	/// Its committee settles it, and its device is paid.
	Paid,
	/// All judges settle it, since the committee has not had it in time, and its device is paid.
	PaidLate,
	/// All judges agree that what was committed to is not there.
	Unavailable,
	/// It is settled, and its device's report has this fault.
	Faulty(Fault),
	/// It is settled as one that declared too little.
	Underdeclared,
	/// It is settled, and its chunk is worth nothing as a whole.
	Worthless,
}

fn ending(name: &str) -> End {
	match name {
		"honest" | "twice" => End::Paid,
		"late" => End::PaidLate,
		"silent" | "other-body" | "malformed" => End::Unavailable,
		"oversized" => End::Worthless,
		"underdeclared" => End::Underdeclared,
		_ => End::Faulty(Fault::OutOfRange),
	}
}

/// Changes a batch after it was packed: its chunk's reports, and everything that follows from them.
fn repack(packed: &mut Packed, reports: Vec<ReportBytes>) -> Result<()> {
	let chunk = Chunk::try_from(reports).map_err(|_| anyhow!("a chunk holds 64 reports"))?;
	packed.terms.root = batch::chunks_tree(vec![batch::chunk_root(0, &chunk)]).root();
	packed.terms.count = chunk.len() as u32;
	packed.chunks = vec![chunk];
	let chunks = packed.chunks.clone().try_into().map_err(|_| anyhow!("too many chunks"))?;
	packed.bodies = vec![Body { first: 0, chunks }.encode()];
	Ok(())
}

/// Does to the batch what the aggregator of this name does.
fn cheat(name: &str, packed: &mut Packed) -> Result<()> {
	let report = packed.chunks[0][0].clone();
	match name {
		"twice" => {
			repack(packed, vec![report.clone(), report])?;
			packed.terms.work *= 2;
		}
		"underdeclared" => {
			repack(packed, vec![report.clone(), report])?;
			packed.terms.count = 1;
		}
		"oversized" => {
			let filler = ReportBytes::try_from(vec![0xff; MAX_CHUNK_BYTES as usize])
				.map_err(|_| anyhow!("a report is at most as long as a chunk"))?;
			repack(packed, vec![report, filler])?;
			packed.terms.work += substation_proofs::BASE_WORK;
		}
		"out-of-range" => {
			let above = packed.terms.last.saturating_add(1);
			packed.terms.cuts = vec![above].try_into().map_err(|_| anyhow!("too many cuts"))?;
			packed.terms.last = above;
		}
		"malformed" => packed.bodies = vec![vec![0xff; 1_000]],
		_ => (),
	}
	Ok(())
}

/// Each aggregator carries one honest device's report, in one and the same epoch. Each batch ends as
/// it must, whatever the others do, and nobody is paid who should not be.
pub async fn run(network: &Network) -> Result<()> {
	let chain = &Chain::connect(&network.nodes[1].url).await?;
	let node = Chain::connect(&network.nodes[2].url).await?;
	let cast = try_join_all((60u8..).zip(ACCOUNTS).map(async |(number, name)| {
		let aggregator = Aggregator::register(chain, name, 1_000, 400_000).await?;
		let device = StorageDevice::new(number, 2_000_000);
		device.register(chain, &aggregator.signer, &aggregator.account()).await?;
		anyhow::Ok((name, aggregator, device))
	}))
	.await?;
	let epoch = chain.clock().await?.epoch + 2;
	reach(chain, epoch, 2).await?;

	let genesis = chain.genesis();
	let mut published = Vec::new();
	for (name, aggregator, device) in &cast {
		let mut packed = device.batch(chain, epoch, &aggregator.account()).await?;
		cheat(name, &mut packed)?;
		let mut batch = sign_bodies(&genesis, &aggregator.publisher, &packed, LIFETIME)?;
		match *name {
			"silent" | "late" => (),
			"other-body" => {
				batch.publish(&node).await?;
				// What is committed to was never published.
				batch.terms.bodies =
					vec![Hash::repeat_byte(9)].try_into().map_err(|_| anyhow!("too many"))?;
			}
			_ => batch.publish(&node).await?,
		}
		published.push((packed, batch));
	}
	reach_best(chain, epoch + 1, 1).await?;
	try_join_all(cast.iter().zip(&published).map(async |((name, aggregator, _), (_, batch))| {
		let committed = batch.commit_for_good(chain, &aggregator.publisher).await;
		committed.with_context(|| name.to_string())
	}))
	.await?;

	// By now every member of a committee has sealed that it has not got what is late.
	reach_best(chain, epoch + 1, 12).await?;
	for ((name, ..), (_, batch)) in cast.iter().zip(&published) {
		if ending(name) == End::PaidLate {
			batch.publish(&node).await?;
		}
	}
	// The committees end what can be read and costs nobody a bond, all judges the rest one epoch later.
	reach(chain, epoch + 1, 18).await?;
	for ((name, ..), (_, batch)) in cast.iter().zip(&published) {
		let state = state(chain, epoch, batch.terms.batch_id()).await?;
		let settled = matches!(state, BatchState::Settled { .. });
		let first = !matches!(ending(name), End::Unavailable | End::PaidLate | End::Underdeclared);
		ensure!(settled == first, "{name}: {state:?}");
	}
	// Rows of what nobody can claim for go at the freeze.
	reach(chain, epoch + 3, 1).await?;
	for ((name, ..), (_, batch)) in cast.iter().zip(&published) {
		ensure_ended(name, &state(chain, epoch, batch.terms.batch_id()).await?)?;
	}
	// Bonds are given back at the freeze: a balance shows payments alone once that is done.
	reach(chain, epoch + 4, 3).await?;
	try_join_all(
		cast.iter()
			.zip(&published)
			.map(|(member, (packed, batch))| check(chain, member, packed, &batch.terms)),
	)
	.await?;
	Ok(())
}

/// Whether a batch has ended as it must.
fn ensure_ended(name: &str, state: &BatchState) -> Result<()> {
	let as_it_must = match (ending(name), state) {
		(End::Unavailable, BatchState::Unavailable { .. }) => true,
		(End::Underdeclared, BatchState::Settled { by, underdeclared, total, .. }) => {
			*underdeclared && *total == 0 && matches!(by, Round::FullSet)
		}
		(End::Worthless, BatchState::Settled { underdeclared, total, .. }) => {
			!underdeclared && *total == 0
		}
		(End::PaidLate, BatchState::Settled { by, underdeclared, .. }) => {
			!underdeclared && matches!(by, Round::FullSet)
		}
		(End::Paid | End::Faulty(_), BatchState::Settled { by, underdeclared, .. }) => {
			!underdeclared && matches!(by, Round::Committee)
		}
		_ => false,
	};
	ensure!(as_it_must, "{name} ended as {state:?}");
	Ok(())
}

/// Whether a frozen batch pays whom it must, and leaves a row only if it pays somebody.
async fn check(
	chain: &Chain,
	(name, aggregator, device): &(&str, Aggregator, StorageDevice),
	packed: &Packed,
	terms: &Terms,
) -> Result<()> {
	let (epoch, batch) = (terms.epoch, terms.batch_id());
	let end = ending(name);
	let pays = matches!(end, End::Paid | End::PaidLate);
	let kept = !matches!(end, End::Unavailable | End::Underdeclared);
	ensure!(chain.batch(epoch, batch).await?.is_some() == kept, "{name}: rows after the freeze");
	let judged = recompute(chain, terms, packed.chunks.clone(), &Quiet).await?.judged;
	if let End::Faulty(fault) = end {
		ensure!(judged[0].leaves[0].fault == Some(fault), "{name}: {:?}", judged[0].leaves);
	}
	if *name == "twice" {
		let faults: Vec<_> = judged[0].leaves.iter().map(|leaf| leaf.fault).collect();
		ensure!(faults == [None, Some(Fault::OutOfOrder)], "{name}: {faults:?}");
	}
	// The owner is the aggregator: it gets the whole of the payment.
	let before = aggregator.means(chain).await?;
	let call = claim::call(epoch, &batch, &judged, 0)?;
	match chain.submit(&call, &aggregator.signer).await {
		Ok(events) => {
			ensure!(pays, "{name} was paid");
			let now = aggregator.means(chain).await?;
			let spent = chain.fee_paid(&events)? + now.rent_since(&before);
			let got = now.balance + spent - before.balance;
			ensure!(got == device.payment(), "{name} got {got} planck");
		}
		Err(error) => ensure!(!pays, "{name} was not paid: {error:#}"),
	}
	let now = chain.balance(&aggregator.account()).await?;
	ensure!(pays || now <= before.balance, "{name} got {} planck", now - before.balance);
	ensure!(chain.submit(&call, &aggregator.signer).await.is_err(), "{name} was paid twice");
	Ok(())
}

async fn state(chain: &Chain, epoch: EpochIndex, batch: Hash) -> Result<BatchState> {
	let commitment = chain.batch(epoch, batch).await?;
	Ok(commitment
		.ok_or_else(|| Failure::NotFound(format!("batch {batch:?} was not committed to")))?
		.state)
}

/// The fleet that `scripts/run.sh` shows: it fails by itself unless every honest device was paid to the
/// planck and every cheating one got nothing, with a fault of a judged leaf. It says in which epoch it reports.
pub async fn fleet(network: &Network, reports: oneshot::Sender<EpochIndex>) -> Result<()> {
	let options = fleet::Options {
		urls: network.nodes[..3].iter().map(|node| node.url.clone()).collect(),
		// More than one: bodies of epochs lie in stores beside each other.
		epochs: Some(2),
		data: concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs").into(),
		storage: 3,
		coverage: 4,
		presence: 3,
		sensing: 4,
		bandwidth: 0,
		mapping: 2,
		honest: false,
		packets: 0,
		initial: 100 * TOKEN,
		halving: 1_000_000,
		csv: None,
		commit: true,
	};
	let mut fleet = Fleet::connect(&options, Output { json: true }).await?;
	let first = fleet.register().await?;
	let last = first + options.epochs.unwrap_or(1) - 1;
	reports.send(last).map_err(|_| anyhow!("nobody waits for the fleet"))?;
	fleet.work(first, options.epochs).await
}
