//! Evidence through four real validators: published to one, read by all, judged, settled, paid.

use anyhow::{anyhow, ensure, Result};
use codec::Encode;
use futures::future::try_join_all;
use sp_core::sr25519;
use sp_statement_store::{Statement, Topic};
use substation_primitives::{
	batch::{self, Body, Chunk, BODY_WORK, MAX_BODY_BYTES},
	report::ReportBytes,
	AccountId32,
};
use substation_proofs::author::Packed;
use substation_sdk::{
	chain::{account, BatchState, Chain, Round},
	claim,
	progress::Quiet,
	publish::sign_bodies,
	recompute::recompute,
};
use substation_zombienet_tests::{
	field::{reach, reach_best, signer, Aggregator, StorageDevice, LIFETIME, POOL, STORAGE},
	Network,
};
use subxt_signer::sr25519::dev;

/// Accounts that have to be endowed.
pub const ACCOUNTS: [&str; 8] = [
	"carrier",
	"owner",
	"claimant",
	FLOODERS[0],
	FLOODERS[1],
	FLOODERS[2],
	FLOODERS[3],
	FLOODERS[4],
];
/// Accounts without a device: each has room for eight statements.
const FLOODERS: [&str; 5] = ["flood", "deluge", "torrent", "spate", "surge"];

/// Fills the body of a batch with bytes that are no reports until it is exactly as long as a body may
/// be: eight chunks, the first of which holds the real reports.
fn fill(packed: &mut Packed, size: usize) {
	const CHUNKS: usize = 8;
	const PER_CHUNK: usize = 8;
	let first_cut = packed.terms.cuts[0];
	let junk = |length: usize| ReportBytes::try_from(vec![0xff; length]).unwrap();
	let build = |length: usize, last: usize| {
		let mut chunks = packed.chunks.clone();
		for chunk in 1..CHUNKS {
			let reports: Vec<_> = (0..PER_CHUNK)
				.map(|i| {
					junk(if (chunk, i) == (CHUNKS - 1, PER_CHUNK - 1) { last } else { length })
				})
				.collect();
			chunks.push(Chunk::try_from(reports).unwrap());
		}
		let body = Body { first: 0, chunks: chunks.clone().try_into().unwrap() }.encode();
		(chunks, body)
	};
	let junk_reports = (CHUNKS - 1) * PER_CHUNK;
	let base = build(16_384, 16_384).1.len() - junk_reports * 16_384;
	let length = (size - base) / junk_reports;
	let last = size - base - length * (junk_reports - 1);
	let (chunks, body) = build(length.max(16_384), last);
	assert_eq!(body.len(), size);
	let roots = (0..).zip(&chunks).map(|(i, chunk)| batch::chunk_root(i, chunk)).collect();
	packed.terms.root = batch::chunks_tree(roots).root();
	let end = packed.terms.last;
	packed.terms.cuts = std::iter::once(first_cut)
		.chain((1..CHUNKS as u64).map(|i| end + i))
		.collect::<Vec<_>>()
		.try_into()
		.unwrap();
	packed.terms.last = end + CHUNKS as u64;
	packed.terms.count += junk_reports as u32;
	packed.terms.work += junk_reports as u32 * substation_proofs::BASE_WORK;
	packed.chunks = chunks;
	packed.bodies = vec![body];
}

/// Statements under the topic that a look-up by the body's hash could be mistaken for, more of them
/// than a worker can be handed at once.
async fn flood(chain: &Chain, flooder: &sr25519::Pair, topic: [u8; 32]) -> Result<usize> {
	let mut taken = 0;
	for number in 0..8u32 {
		let mut statement = Statement::new();
		let expires = std::time::SystemTime::now()
			.duration_since(std::time::SystemTime::UNIX_EPOCH)?
			.as_secs() as u32
			+ 1_800;
		statement.set_expiry_from_parts(expires, number);
		statement.set_topic(0, Topic(topic));
		statement.set_plain_data(vec![number as u8; 160_000]);
		statement.sign_sr25519_private(flooder);
		if chain.submit_statement(&statement.encode()).await.is_ok() {
			taken += 1;
		}
	}
	Ok(taken)
}

/// A body of the greatest length goes to one node, under a flood of hostile statements: all judges read
/// it by its hash, seal what it is worth, and the owner gets exactly that.
pub async fn run(network: &Network) -> Result<()> {
	// Clients speak to the second node.
	let chain = Chain::connect(&network.nodes[1].url).await?;
	let aggregator = Aggregator::register(&chain, "carrier", 10_000, 4_000_000).await?;
	let owner = signer("owner");
	let device = StorageDevice::new(7, 1_000_000);
	device.register(&chain, &owner, &aggregator.account()).await?;
	let flooders =
		try_join_all(FLOODERS.map(|name| Aggregator::register(&chain, name, BODY_WORK, 2_000_000)))
			.await?;
	let epoch = chain.clock().await?.epoch + 2;
	reach(&chain, epoch, 2).await?;
	let mut packed = device.batch(&chain, epoch, &aggregator.account()).await?;
	fill(&mut packed, MAX_BODY_BYTES as usize);
	let genesis = chain.genesis();
	let published = sign_bodies(&genesis, &aggregator.publisher, &packed, LIFETIME)?;
	let hash = published.terms.bodies[0].0;

	// The flood and the body reach the first node only; all others have to get them from it.
	let first = Chain::connect(&network.nodes[0].url).await?;
	let mut flooded = 0;
	for flooder in &flooders {
		flooded += flood(&first, &flooder.publisher, hash).await?;
	}
	ensure!(flooded >= 36, "only {flooded} hostile statements were taken");
	published.publish(&first).await?;
	reach_best(&chain, epoch + 1, 1).await?;
	let batch = published.commit_for_good(&first, &aggregator.publisher).await?;

	reach(&chain, epoch + 1, 18).await?;
	let commitment =
		chain.batch(epoch, batch).await?.ok_or_else(|| anyhow!("the commitment was refused"))?;
	let BatchState::Settled { by, vector_root, total, underdeclared, matched, .. } =
		commitment.state
	else {
		return Err(anyhow!("the batch was not settled: {:?}", commitment.state));
	};
	ensure!(matches!(by, Round::Committee) && !underdeclared);
	// The body was not handed to the second and the third validator: they have read it all the same. The
	// fourth may be down, as another test wants it.
	let record = chain.record(epoch + 1).await?.ok_or_else(|| anyhow!("there is no record"))?;
	let sealed = |judge: &AccountId32| {
		let place = record.judges.iter().position(|known| known.account == *judge);
		place.is_some_and(|place| {
			matched.0.get(place / 8).is_some_and(|bits| bits >> (place % 8) & 1 == 1)
		})
	};
	for judge in [dev::bob(), dev::charlie()] {
		let judge = account(&judge);
		ensure!(sealed(&judge), "{judge} has not sealed the result: {matched:?}");
	}

	// What anybody recomputes from the body, as an outsider finds it in a node's store.
	let found = chain.bodies(&published.terms).await?;
	ensure!(found == Some(packed.bodies.clone()), "the body is not found from outside");
	let recomputed = recompute(&chain, &published.terms, packed.chunks.clone(), &Quiet).await?;
	ensure!(recomputed.root().0 == vector_root.0, "settled otherwise than recomputed");
	// 3,907 pieces of 256 bytes, of 16 MiB for a full score.
	ensure!(total == 59_616 && u128::from(total) == device.score(), "{total} points");

	// Nobody is paid before the freeze, and the owner exactly its part after it.
	let claim = claim::call(epoch, &batch, &recomputed.judged, 0)?;
	let claimant = signer("claimant");
	let early = chain.submit(&claim, &claimant).await;
	ensure!(early.is_err(), "a claim before the freeze succeeded");
	let before = chain.balance(&account(&owner)).await?;
	reach(&chain, epoch + 4, 0).await?;
	chain.submit(&claim, &claimant).await?;

	let pool = chain.pool(STORAGE, epoch).await?.ok_or_else(|| anyhow!("there is no pool"))?;
	ensure!(pool.amount == POOL, "a pool of {}", pool.amount);
	let got = chain.balance(&account(&owner)).await? - before;
	ensure!(got == device.pay(), "{got} planck instead of {}", device.pay());
	let again = chain.submit(&claim, &claimant).await;
	ensure!(again.is_err(), "a second claim succeeded");
	let late = published.commit(&chain, &aggregator.publisher).await;
	ensure!(late.is_err(), "a commitment was taken after its window");
	Ok(())
}
