//! What a settled report costs on four real validators. Not part of the tests: it measures.
//!
//! `cargo build --release --workspace --all-targets`, then
//! `cargo test --release --workspace --test load -- --ignored --nocapture`

use std::{
	collections::BTreeMap,
	time::{Duration, Instant},
};

use anyhow::{anyhow, ensure, Result};
use sp_core::{ed25519, Pair};
use substation_agent::output::Output;
use substation_primitives::DeviceId;
use substation_proofs::{
	author::{pack, DevicePair},
	facts::DataSet,
	storage::Committed,
};
use substation_sdk::{
	chain::{BatchState, Chain},
	claim,
	progress::Quiet,
	publish::sign_bodies,
	recompute::recompute,
	register::{register_all, Registration},
};
use substation_zombienet_tests::{
	field::{context, endow, reach, reach_best, Aggregator, LIFETIME, STORAGE},
	Network, Options,
};

fn pair(number: u32) -> DevicePair {
	let mut seed = [5; 32];
	seed[..4].copy_from_slice(&number.to_le_bytes());
	DevicePair::from_seed(&seed)
}

/// Registers `count` devices that hold the same data, from `first` on.
async fn register(
	chain: &Chain,
	aggregator: &Aggregator,
	data_set: DataSet,
	first: u32,
	count: u32,
) -> Result<()> {
	let pairs: Vec<_> = (first..first + count).map(pair).collect();
	let registrations: Vec<_> = pairs
		.iter()
		.map(|pair| Registration {
			pair,
			network: STORAGE,
			aggregator: aggregator.account(),
			cut: 0,
			place: None,
			data_set: Some(data_set),
			voucher: None,
		})
		.collect();
	register_all(chain, &aggregator.signer, &registrations, &Output { json: false }).await
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "measures for ten minutes; see docs/performance.md"]
async fn settling_64_and_2_048_reports() -> Result<()> {
	let network = Network::start(4, Options::default()).await?;
	let chain = Chain::connect(&network.nodes[1].url).await?;
	endow(&chain, &["load-64", "load-2048"]).await?;
	let data: Vec<u8> = (0..100_000u32).map(|i| i as u8).collect();
	let committed = Committed::new(&data).ok_or_else(|| anyhow!("there is data"))?;
	let mut crowds = Vec::new();
	for (name, first, count) in [("load-64", 0, 64), ("load-2048", 64, 2_048)] {
		let aggregator = Aggregator::register(&chain, name, 10_000, 4_000_000).await?;
		register(&chain, &aggregator, committed.data_set(), first, count).await?;
		println!("{count} devices are registered");
		crowds.push((aggregator, first, count));
	}
	for (aggregator, first, count) in &crowds {
		// What was registered counts from two epochs later on.
		let epoch = chain.clock().await?.epoch + 2;
		reach(&chain, epoch, 2).await?;
		let context = context(&chain, epoch, &aggregator.account()).await?;
		let policy =
			chain.policy(STORAGE, epoch).await?.ok_or_else(|| anyhow!("the network is closed"))?;
		let substation_proofs::KindPolicy::Storage(kind) = &policy.kind else {
			return Err(anyhow!("a storage network"));
		};
		let reports: BTreeMap<DeviceId, Vec<u8>> = (*first..first + count)
			.filter_map(|number| {
				let pair = pair(number);
				let id = pair.device_id();
				let evidence = committed.prove(&context, kind, &id, &data)?;
				Some((id, pair.report(&context, &id, &evidence)))
			})
			.collect();
		let packed = pack(&context, &policy, &reports).remove(0);
		ensure!(packed.terms.count == *count, "{} reports in one batch", packed.terms.count);
		let published = sign_bodies(&chain.genesis(), &aggregator.publisher, &packed, LIFETIME)?;
		published.publish(&chain).await?;
		let before = worker(&network).await?;
		reach_best(&chain, epoch + 1, 1).await?;
		let batch = published.commit_for_good(&chain, &aggregator.publisher).await?;
		reach(&chain, epoch + 1, 18).await?;
		let record = chain.record(epoch + 1).await?.ok_or_else(|| anyhow!("there is no record"))?;
		let state = chain.batch(epoch, batch).await?.map(|batch| batch.state);
		ensure!(matches!(state, Some(BatchState::Settled { .. })), "{state:?}");
		let after = worker(&network).await?;
		let settling = chain.weight_of_authorized(record.opened_at).await?;
		reach(&chain, epoch + 4, 3).await?;
		let judged =
			recompute(&chain, &published.terms, packed.chunks.clone(), &Quiet).await?.judged;
		let mut claiming = 0;
		for number in 0..judged.len() as u32 {
			let call = claim::call(epoch, &batch, &judged, number)?;
			let events = chain.submit(&call, &aggregator.signer).await?;
			claiming += chain.weight_paid(&events)?;
		}
		let judged_in = (after - before) / 4.0;
		let raw = raw(*count, network.nodes.len()).as_secs_f64() * 1_000.0;
		let bytes: usize = packed.bodies.iter().map(Vec::len).sum();
		println!("{count} reports, {bytes} bytes of body");
		println!(
			"  judged in {judged_in} ms by each of four workers at once; as many raw ed25519 verifications in each of four \
			 threads take {raw:.1} ms: {:.2} of that speed",
			raw / judged_in
		);
		println!(
			"  settled with {settling} ps of declared weight, {} a report",
			settling / u64::from(*count)
		);
		println!("  claimed with {claiming} ps, {} a report", claiming / u64::from(*count));
	}
	tokio::time::sleep(Duration::from_secs(1)).await;
	Ok(())
}

/// How long it takes to verify `count` ed25519 signatures in each of so many threads at once.
fn raw(count: u32, threads: usize) -> Duration {
	let pair = ed25519::Pair::from_seed(&[1; 32]);
	let message = [7; 300];
	let (signature, key) = (pair.sign(&message), pair.public());
	let start = Instant::now();
	std::thread::scope(|scope| {
		for _ in 0..threads {
			scope.spawn(|| {
				let all = (0..count).all(|_| {
					ed25519::Pair::verify(&signature, std::hint::black_box(message), &key)
				});
				assert!(all, "its signature is good");
			});
		}
	});
	start.elapsed()
}

/// Milliseconds that all workers have spent on judging.
async fn worker(network: &Network) -> Result<f64> {
	tokio::time::sleep(Duration::from_secs(3)).await;
	let mut sum = 0.0;
	for node in &network.nodes {
		sum += node.metric("substation_judging_milliseconds_total").await?.unwrap_or(0.0);
	}
	Ok(sum)
}
