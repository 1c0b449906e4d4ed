//! Evidence through four real validators: published to one, read by all, judged, settled, paid.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{anyhow, ensure, Result};
use codec::Encode;
use sp_core::{sr25519, Pair};
use sp_statement_store::{Statement, Topic};
use substation_agent::{
	chain::{account, api, BatchState, Chain, Round},
	publish::{self, sign_bodies},
};
use substation_primitives::{
	batch::{self, vector_tree, Body, Chunk, MAX_BODY_BYTES},
	report::ReportBytes,
};
use substation_proofs::{author::Packed, judge_chunk, Policy};
use substation_zombienet_tests::{
	field::{reach, reach_best, register_aggregator, StorageDevice, LIFETIME, STORAGE},
	until, Network, Options,
};
use subxt::utils::Static;
use subxt_signer::sr25519::dev;

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
	for number in 0..40u32 {
		let mut statement = Statement::new();
		let expires = std::time::SystemTime::now()
			.duration_since(std::time::SystemTime::UNIX_EPOCH)?
			.as_secs() as u32
			+ 1_800;
		statement.set_expiry_from_parts(expires, number);
		statement.set_topic(0, Topic(topic));
		statement.set_plain_data(vec![number as u8; 900_000]);
		statement.sign_sr25519_private(flooder);
		if chain.submit_statement(&statement.encode()).await.is_ok() {
			taken += 1;
		}
	}
	Ok(taken)
}

struct Field {
	network: Network,
	chain: Chain,
	publisher: sr25519::Pair,
	device: StorageDevice,
	policy: Policy,
	epoch: u32,
}

/// A network with one aggregator and one device, in the first epoch that the device can report for.
async fn field(options: Options) -> Result<Field> {
	let network = Network::start(4, options).await?;
	// Clients speak to the second node: in one of the tests the first is on its own.
	let chain = Chain::connect(&network.nodes[1].url).await?;
	let (aggregator, owner) = (dev::eve(), dev::ferdie());
	let publisher = register_aggregator(&chain, &aggregator, 10_000, 4_000_000).await?;
	let device = StorageDevice::new(7, 1_000_000);
	device.register(&chain, &owner, &account(&aggregator)).await?;
	let epoch = chain.clock().await?.epoch + 2;
	reach(&chain, epoch, 2).await?;
	let policy =
		chain.policy(STORAGE, epoch).await?.ok_or_else(|| anyhow!("the network is closed"))?;
	Ok(Field { network, chain, publisher, device, policy, epoch })
}

impl Field {
	/// A batch with the device's report, filled up to a body of the greatest length.
	async fn batch(&self) -> Result<Packed> {
		let aggregator = account(&dev::eve());
		let report = self.device.report(&self.chain, self.epoch, &aggregator).await?;
		let context = self
			.chain
			.report_context(STORAGE, self.epoch, &aggregator)
			.await?
			.ok_or_else(|| anyhow!("no entropy"))?;
		let reports = BTreeMap::from([(self.device.id(), report)]);
		let mut packed =
			substation_proofs::author::pack(&context, &self.policy, &reports).remove(0);
		fill(&mut packed, MAX_BODY_BYTES as usize);
		Ok(packed)
	}
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_given_to_one_node_is_judged_by_all_and_its_owner_is_paid() -> Result<()> {
	let field = field(Options::default()).await?;
	let Field { network, chain, publisher, epoch, .. } = &field;
	let flooder = register_aggregator(chain, &dev::one(), 128, 60_000_000).await;
	let flooder = match flooder {
		Ok(flooder) => flooder,
		Err(_) => register_aggregator(chain, &dev::charlie(), 128, 60_000_000).await?,
	};
	let packed = field.batch().await?;
	let published = sign_bodies(&chain.genesis(), publisher, &packed, LIFETIME)?;
	let hash = published.terms.bodies[0].0;

	// The flood and the body reach the first node only; all others have to get them from it.
	let first = Chain::connect(&network.nodes[0].url).await?;
	let flooded = flood(&first, &flooder, hash).await?;
	ensure!(flooded >= 36, "only {flooded} hostile statements were taken");
	published.publish(&first).await?;
	reach_best(chain, epoch + 1, 1).await?;
	let batch = published.commit(&first, publisher).await?;

	reach(chain, epoch + 1, 18).await?;
	let commitment =
		chain.batch(*epoch, batch).await?.ok_or_else(|| anyhow!("the commitment was refused"))?;
	let BatchState::Settled { by, vector_root, total, underdeclared, matched } = commitment.state
	else {
		return Err(anyhow!("the batch was not settled: {:?}", commitment.state));
	};
	assert!(matches!(by, Round::Committee));
	assert!(!underdeclared);
	let sealed: u32 = matched.0.iter().map(|byte| byte.count_ones()).sum();
	assert!(sealed >= 3, "{sealed} of 4 validators sealed the result");

	// What anybody recomputes from the body, with the judge alone.
	let aggregator = account(&dev::eve());
	let context = chain
		.report_context(STORAGE, *epoch, &aggregator)
		.await?
		.ok_or_else(|| anyhow!("no entropy"))?;
	let facts = chain.all_facts(STORAGE, *epoch, [field.device.id()]).await?;
	let judged: Vec<_> = (0u32..)
		.zip(&packed.chunks)
		.map(|(i, chunk)| {
			let rules = substation_proofs::RULES;
			judge_chunk(rules, &context, &field.policy, &facts, &published.terms, i, chunk)
		})
		.collect();
	let elements: Vec<_> = judged.iter().map(|chunk| chunk.element).collect();
	let tree = vector_tree(&elements);
	assert_eq!(tree.root().0, vector_root.0);
	// 3,907 pieces of 256 bytes, of 16 MiB for a full score.
	assert_eq!(total, 59_616);

	// Nobody is paid before the freeze, and the owner exactly its part after it.
	let leaves: Vec<_> = judged[0].leaves.iter().map(|leaf| Static(*leaf)).collect();
	let path = tree.path(0).unwrap().iter().map(|hash| subxt::utils::H256(hash.0)).collect();
	let claim = api::tx().emission().claim_chunk(
		*epoch,
		subxt::utils::H256(batch.0),
		0,
		Static(elements[0]),
		api::runtime_types::bounded_collections::bounded_vec::BoundedVec(path),
		api::runtime_types::bounded_collections::bounded_vec::BoundedVec(leaves),
	);
	let early = chain.submit(&claim, &dev::bob()).await;
	assert!(early.is_err(), "a claim before the freeze succeeded");
	let owner = account(&dev::ferdie());
	let before = chain.balance(&owner).await?;
	reach(chain, epoch + 4, 0).await?;
	chain.submit(&claim, &dev::bob()).await?;

	let pool = chain.pool(STORAGE, *epoch).await?.ok_or_else(|| anyhow!("there is no pool"))?;
	// Half of 70 tokens; the rate cap of 10 tokens lets less than that out.
	assert_eq!(pool.amount, 35_000_000_000_000);
	let payment = 10_000_000_000_000u128 * 59_616 / 1_000_000;
	assert_eq!(pool.paid, payment);
	assert_eq!(chain.balance(&owner).await? - before, payment - payment / 10);
	let again = chain.submit(&claim, &dev::bob()).await;
	assert!(again.is_err(), "a second claim succeeded");
	let _ = publish::commit(chain, &published.terms, publisher).await.unwrap_err();
	Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn without_gossip_a_body_is_read_by_nobody_else() -> Result<()> {
	// The first validator has no peers. The others make three blocks of four: their epochs are
	// allowed to be as short as that.
	let options = Options { isolated: Some(0), min_epoch_blocks: Some(14) };
	let field = field(options).await?;
	let Field { network, chain, publisher, epoch, .. } = &field;
	assert_eq!(network.nodes[0].peers().await?, 0);
	let packed = field.batch().await?;
	let published = sign_bodies(&chain.genesis(), publisher, &packed, LIFETIME)?;
	// The lone node refuses what its own chain grants no allowance for.
	let lone = Chain::connect(&network.nodes[0].url).await?;
	let refused = published.publish(&lone).await;
	assert!(refused.is_err(), "a node without the allowance took the body");
	reach_best(chain, epoch + 1, 1).await?;
	let batch = published.commit(chain, publisher).await?;

	until(Duration::from_secs(400), "the batch is unavailable", || async {
		let commitment = chain.batch(*epoch, batch).await?;
		Ok(matches!(commitment.map(|batch| batch.state), Some(BatchState::Unavailable)))
	})
	.await?;
	Ok(())
}

#[test]
fn keys_of_the_publisher_are_not_those_of_the_account() {
	let publisher = sr25519::Pair::from_seed(&dev::eve().public_key().0);
	assert_ne!(publisher.public().0, dev::eve().public_key().0);
}
