//! Devices that re-enact what was recorded, and what the chain pays them for it.

use std::time::Duration;

use anyhow::{anyhow, ensure, Context, Result};
use futures::{future::try_join_all, stream, StreamExt, TryStreamExt};
use sp_core::{sr25519, Pair};
use substation_primitives::{bill::Bill, signing::ReportContext, BatchId, EpochIndex, NetworkId};
use substation_proofs::{known::Known, Policy};
use substation_sdk::{
	amount::tokens,
	chain::{account, BatchState, Chain},
	claim,
	credits::reason,
	failure::Failure,
	progress::Quiet,
	publish::{sign_bodies_until, Published},
	recompute::{ask, chunks, recompute},
	register::{register_all, Registration},
};
use subxt_signer::sr25519::Keypair;

use super::{
	act::{Act, Player, Scene},
	counts::Counts,
};
use crate::output::Output;

const TICK: Duration = Duration::from_millis(400);
/// Questions asked of a node at a time.
const CONCURRENCY: usize = 16;
/// For how long a node that does not take a body is tried again.
const PATIENCE: Duration = Duration::from_secs(5);

/// The cast on a chain: registered, with an aggregator of its own, all owned by one account.
pub struct Stage {
	nodes: Vec<Chain>,
	signer: Keypair,
	publisher: sr25519::Pair,
	network: NetworkId,
	act: Act,
	output: Output,
}

impl Stage {
	/// Registers the signer as an aggregator and the cast as its devices, whatever of it is not yet.
	pub async fn set(
		nodes: Vec<Chain>,
		signer: Keypair,
		network: NetworkId,
		act: Act,
		output: Output,
	) -> Result<Self> {
		// The key follows from the account: a replay that is run again is the same aggregator.
		let seed = format!("//replay//{}", hex::encode(signer.public_key().0));
		let publisher = sr25519::Pair::from_string(&seed, None)
			.map_err(|error| anyhow!("no publisher key can be made: {error:?}"))?;
		let stage = Self { nodes, signer, publisher, network, act, output };
		let chain = stage.chain()?;
		let who = account(&stage.signer);
		if chain.aggregator(&who).await?.is_none() {
			chain.register_aggregator(&stage.signer, &stage.publisher, 20_000, 4_000_000).await?;
			stage.output.say("the aggregator is registered");
		}
		let missing: Vec<&Player> = stream::iter(&stage.act.cast)
			.map(|(device, player)| async move {
				Ok::<_, anyhow::Error>((chain.device(*device).await?, player))
			})
			.buffered(CONCURRENCY)
			.try_filter_map(|(known, player)| async move { Ok(known.is_none().then_some(player)) })
			.try_collect()
			.await?;
		let registrations: Vec<_> = missing
			.into_iter()
			.map(|player| Registration {
				pair: &player.pair,
				network,
				aggregator: who.clone(),
				cut: 0,
				place: player.place,
				data_set: None,
				voucher: None,
			})
			.collect();
		register_all(chain, &stage.signer, &registrations, &stage.output)
			.await
			.context("the cast was not registered")?;
		stage.output.say(format!("{} devices are registered", stage.act.cast.len()));
		Ok(stage)
	}

	fn chain(&self) -> Result<&Chain> {
		self.nodes.first().ok_or_else(|| anyhow!("at least one node is needed"))
	}

	/// The batches of an epoch, with its entropy.
	async fn batches(
		&self,
		context: &ReportContext,
		policy: &Policy,
		scene: &Scene,
		expires: Duration,
	) -> Result<Vec<Published>> {
		let (at, mut known) = ((context.network, context.epoch), Known::default());
		let packed = ask(self.chain()?, at, &mut known, &Quiet, |facts| {
			self.act.pack(context, policy, facts, scene)
		});
		packed
			.await?
			.iter()
			.map(|packed| sign_bodies_until(&context.genesis, &self.publisher, packed, expires))
			.collect()
	}

	/// Buys credits for a bill and posts it, which has to be of the epoch.
	async fn bill(&self, chain: &Chain, bill: &Bill, epoch: EpochIndex) -> Result<()> {
		let (_, credits) = bill.root();
		let most = chain
			.cost_of(credits)
			.await?
			.map_err(|why| Failure::Refused(format!("credits have no price: {}", reason(&why))))?;
		// Others may have moved it by the time that it is bought.
		let most = most.saturating_mul(2);
		let at = (self.network, epoch);
		let burned = chain.buy_and_bill(&self.signer, at, bill, most).await?;
		self.output.say(format!("epoch {epoch}: {} was burned for a bill", tokens(burned)));
		Ok(())
	}

	/// Plays all epochs, claims for them, and counts. Fails if the owner was not paid exactly what is
	/// recomputed here.
	pub async fn play(&mut self) -> Result<Counts> {
		let chain = self.chain()?.clone();
		let who = account(&self.signer);
		let first = chain.clock().await?.epoch + 2;
		let slot = chain.slot_duration().await?;
		self.output.say(format!("the first frames are sent in epoch {first}"));
		let mut played: Vec<(EpochIndex, Vec<Published>)> = Vec::new();
		let mut committed = 0;
		while committed < self.act.epochs.len() {
			tokio::time::sleep(TICK).await;
			let Ok(clock) = chain.best_clock().await else { continue };
			let next = first + played.len() as u32;
			if clock.epoch == next && played.len() < self.act.epochs.len() {
				let context = chain.report_context(self.network, next, &who).await?;
				let policy = chain.open_policy(self.network, next).await?;
				if let (Some(context), Some(policy)) = (context, policy) {
					let expires = chain.expiry(&clock.record.parameters, slot).await?;
					let scene = &self.act.epochs[played.len()];
					if let Scene::Carried(bill) = scene {
						self.bill(&chain, bill, next).await?;
					}
					let batches = self.batches(&context, &policy, scene, expires).await?;
					for published in &batches {
						published.publish_to(&self.nodes, PATIENCE).await?;
					}
					self.output.say(format!("epoch {next}: {}", scene.describe()));
					played.push((next, batches));
				}
			}
			let missed = played.len() < self.act.epochs.len() && clock.epoch > next;
			ensure!(
				!missed,
				"epoch {next} has gone by: the network took no reports, or the nodes stood still"
			);
			let Some((epoch, batches)) = played.get(committed) else { continue };
			if clock.epoch == epoch + 1 {
				try_join_all(
					batches.iter().map(|one| one.commit_for_good(&chain, &self.publisher)),
				)
				.await?;
				committed += 1;
			} else {
				ensure!(clock.epoch <= *epoch, "the window for epoch {epoch} was missed");
			}
		}
		let last = first + self.act.epochs.len() as u32 - 1;
		let freeze = chain.clock().await?.record.parameters.freeze_of(last);
		self.output.say(format!("everything is sent; waiting for epoch {freeze}"));
		loop {
			let clock = chain.clock().await?;
			// Bonds come back in the first blocks: from then on balances show payments alone.
			if (clock.epoch, clock.index) >= (freeze, 3) {
				break;
			}
			tokio::time::sleep(TICK).await;
		}
		let mut counts = Counts::default();
		for (epoch, batches) in &played {
			self.claim(&chain, *epoch, batches, &mut counts).await?;
		}
		counts.note_beyond(self.act.beyond);
		Ok(counts)
	}

	/// Claims for an epoch, and compares what the owner got, less the fees, with what is recomputed.
	async fn claim(
		&self,
		chain: &Chain,
		epoch: EpochIndex,
		batches: &[Published],
		counts: &mut Counts,
	) -> Result<()> {
		let rates = chain
			.rates(self.network, epoch)
			.await?
			.ok_or_else(|| Failure::NotFound(format!("nothing has settled for epoch {epoch}")))?;
		let mut recomputed = Vec::new();
		for published in batches {
			let batch: BatchId = published.terms.batch_id();
			let commitment = chain
				.batch(epoch, batch)
				.await?
				.ok_or_else(|| Failure::Refused(format!("batch {batch:?} was not committed to")))?;
			let BatchState::Settled { vector_root, .. } = &commitment.state else {
				let state = commitment.state_name();
				return Err(Failure::Mismatch(format!("batch {batch:?}: {state}")).into());
			};
			let chunks = chunks(chain, None, &published.terms)
				.await?
				.ok_or_else(|| Failure::NotFound(format!("batch {batch:?} has no bodies")))?;
			let one = recompute(chain, &published.terms, chunks, &self.output).await?;
			if one.root().0 != vector_root.0 {
				return Err(
					Failure::Mismatch(format!("batch {batch:?} was settled otherwise")).into()
				);
			}
			recomputed.push((batch, one));
		}
		let mut calls = Vec::new();
		let mut owed: u128 = 0;
		for (batch, one) in &recomputed {
			for (number, chunk) in (0u32..).zip(&one.judged) {
				let part: u128 =
					chunk.leaves.iter().map(|leaf| rates.payment(leaf)).map(|pay| pay.owner).sum();
				if part > 0 {
					calls.push(claim::call(epoch, batch, &one.judged, number)?);
					owed += part;
				}
			}
		}
		let who = account(&self.signer);
		let before = chain.means(&who).await?;
		let mut fees = 0;
		for events in chain.submit_all(&calls, &self.signer).await? {
			fees += chain.fee_paid(&events)?;
		}
		let now = chain.means(&who).await?;
		let spent = fees + now.rent_since(&before);
		let got = (now.balance + spent).saturating_sub(before.balance);
		if got != owed {
			return Err(Failure::Mismatch(format!(
				"epoch {epoch}: {got} planck were paid, {owed} were owed"
			))
			.into());
		}
		counts.owner += got;
		let recomputed: Vec<_> = recomputed.into_iter().map(|(_, one)| one).collect();
		counts.count(&recomputed)?;
		self.output.say(format!("epoch {epoch}: claimed"));
		Ok(())
	}
}
