//! Publishing: bodies as signed statements, handed to several nodes, and the commitment to them.

use std::{
	fmt,
	time::{Duration, SystemTime},
};

use anyhow::{anyhow, bail, Context, Result};
use codec::Encode;
use futures::future::join_all;
use sp_core::{sr25519, Pair};
use sp_statement_store::{Statement, Topic};
use substation_primitives::{batch::Terms, epoch::Parameters, signing, BatchId, H256};
use substation_proofs::author::Packed;

use crate::{
	chain::{api, Chain, Store},
	failure::Failure,
};

const TICK: Duration = Duration::from_millis(400);

/// The time by this machine's clock, since the beginning of 1970.
pub fn machine_time() -> Result<Duration> {
	SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).context("the clock is wrong")
}

/// The same in milliseconds, as requests are numbered; 0 on a machine whose clock stands before that.
pub fn machine_millis() -> u64 {
	let now = machine_time().unwrap_or_default().as_millis();
	u64::try_from(now).unwrap_or(u64::MAX)
}

/// The statement that holds `body`. It is signed by the publisher key, found under `topic`, and expires at the
/// time `expires` since the beginning of 1970; `number` tells statements of the same moment apart.
pub fn statement(
	publisher: &sr25519::Pair,
	topic: H256,
	body: &[u8],
	expires: Duration,
	number: u32,
) -> Result<Statement> {
	let expires = u32::try_from(expires.as_secs()).context("the clock is wrong")?;
	let mut statement = Statement::new();
	// An expiry of zero has passed already.
	statement.set_expiry_from_parts(expires, number);
	statement.set_topic(0, Topic(topic.0));
	statement.set_plain_data(body.to_vec());
	statement.sign_sr25519_private(publisher);
	Ok(statement)
}

/// How long the statements of an epoch should live: twice the time from its opening to its freeze, plus
/// two epochs.
fn statement_lifetime(parameters: &Parameters, slot: Duration) -> Duration {
	let epochs = 2 * parameters.freeze_of(0) + 2;
	slot * parameters.nominal_slots * epochs
}

impl Chain {
	/// When statements of an epoch should expire that are published now, by the chain's time and not this machine's.
	pub async fn expiry(&self, parameters: &Parameters, slot: Duration) -> Result<Duration> {
		Ok(self.time().await?.saturating_add(statement_lifetime(parameters, slot)))
	}
}

/// A batch with its statements.
#[derive(Clone, Debug)]
pub struct Published {
	/// What is committed to.
	pub terms: Terms,
	/// The statements, encoded.
	pub statements: Vec<Vec<u8>>,
}

/// Signs a packed batch's bodies and completes its terms with their hashes. They live for `lifetime` from now on, by
/// this machine's clock.
pub fn sign_bodies(
	genesis: &H256,
	publisher: &sr25519::Pair,
	packed: &Packed,
	lifetime: Duration,
) -> Result<Published> {
	sign_bodies_until(genesis, publisher, packed, machine_time()?.saturating_add(lifetime))
}

/// Signs a packed batch's bodies and completes its terms with their hashes. They expire at the time `expires` since
/// the beginning of 1970, which is best reckoned from [`Chain::time`]: nodes rank what one key publishes by when it
/// expires, so that a clock that is set back keeps everything new out.
pub fn sign_bodies_until(
	genesis: &H256,
	publisher: &sr25519::Pair,
	packed: &Packed,
	expires: Duration,
) -> Result<Published> {
	let mut terms = packed.terms.clone();
	terms.bytes = packed.bodies.iter().map(|body| body.len() as u32).sum();
	let topic = signing::body_topic(genesis, terms.network, terms.epoch, &terms.aggregator);
	let mut statements = Vec::new();
	for (number, body) in packed.bodies.iter().enumerate() {
		let number = u32::from(terms.shard) << 8 | number as u32;
		let statement = statement(publisher, topic, body, expires, number)?;
		terms
			.bodies
			.try_push(H256(statement.hash()))
			.map_err(|_| anyhow!("a batch has at most four bodies"))?;
		statements.push(statement.encode());
	}
	Ok(Published { terms, statements })
}

impl Published {
	/// Hands the bodies to the store of a node.
	pub async fn publish(&self, node: &impl AsRef<Store>) -> Result<()> {
		for statement in &self.statements {
			node.as_ref().submit(statement).await?;
		}
		Ok(())
	}

	/// Hands the bodies to all `nodes`, trying again for up to `patience` with those that do not take
	/// them; tells how many have them. Fails if none has, with what the first of them said.
	pub async fn publish_to<S: AsRef<Store>>(
		&self,
		nodes: &[S],
		patience: Duration,
	) -> Result<usize> {
		let until = tokio::time::Instant::now() + patience;
		let one = |node: Store| async move {
			let mut said = None;
			loop {
				match tokio::time::timeout_at(until, self.publish(&node)).await {
					Ok(Ok(())) => return Ok(()),
					Ok(Err(error)) if tokio::time::Instant::now() >= until => return Err(error),
					Ok(Err(error)) => said = Some(error),
					Err(_) => {
						let silent = || anyhow!("{} does not answer", node.url());
						return Err(said.unwrap_or_else(silent));
					}
				}
				tokio::time::sleep(Duration::from_millis(500)).await;
			}
		};
		let taken = join_all(nodes.iter().map(|node| one(node.as_ref().clone()))).await;
		let have = taken.iter().filter(|taken| taken.is_ok()).count();
		match taken.into_iter().find_map(Result::err) {
			Some(error) if have == 0 => Err(error.context("no node has taken the bodies")),
			None if have == 0 => bail!("there is no node to publish to"),
			_ => Ok(have),
		}
	}

	/// Commits to the batch: returns as soon as the node's pool has taken the commitment. A fork that ends may take
	/// it along, see [`Published::commit_for_good`].
	pub async fn commit(&self, chain: &Chain, publisher: &sr25519::Pair) -> Result<BatchId> {
		commit(chain, &self.terms, publisher).await
	}

	/// Commits to the batch, again in every block of the window in which the best chain does not have the commitment,
	/// until a final block has it. Fails if the window closes before that, or the chain refuses the batch.
	pub async fn commit_for_good(
		&self,
		chain: &Chain,
		publisher: &sr25519::Pair,
	) -> Result<BatchId> {
		let (epoch, batch) = (self.terms.epoch, self.terms.batch_id());
		let judged = epoch.saturating_add(1);
		let mut sent = None;
		let mut refusal = None;
		while chain.batch(epoch, batch).await?.is_none() {
			let best = chain.best_clock().await?;
			let now = Some((best.epoch, best.index));
			let takes = best.record.parameters.takes_commitments(best.index.saturating_add(1));
			if best.epoch == judged && takes && sent != now {
				sent = now;
				if chain.batch_at_best(epoch, batch).await?.is_none() {
					match self.commit(chain, publisher).await {
						Ok(_) => (),
						Err(error) if error.is::<Failure>() => return Err(error),
						// It waits in the pool already, or the fork that it was for has just ended.
						Err(error) => refusal = Some(error),
					}
				}
			}
			let known = chain.clock().await?;
			let takes = known.record.parameters.takes_commitments(known.index.saturating_add(1));
			let over = known.epoch > judged || (known.epoch == judged && !takes);
			if over && chain.batch(epoch, batch).await?.is_none() {
				let missed = format!("batch {batch:?}: the window of epoch {epoch} is over");
				return Err(match refusal {
					Some(error) => error.context(missed),
					None => Failure::Mismatch(missed).into(),
				});
			}
			tokio::time::sleep(TICK).await;
		}
		Ok(batch)
	}
}

/// The pool has a commitment in the place of this one already: an earlier one of one's own, one for another network that
/// goes first, or somebody else's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AnotherWaits;

impl fmt::Display for AnotherWaits {
	fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
		f.write_str(
			"another commitment of this account waits already, and goes first. If it goes on, somebody else commits for \
			 this account: let one program alone hold its publisher key",
		)
	}
}

impl std::error::Error for AnotherWaits {}

/// What the pool says, by one way of asking it or the other, of a transaction in whose place one of no lower priority waits;
/// and the number that goes with it.
const TOO_LOW_PRIORITY: [&str; 3] =
	["priority is too low", "priority of the transaction is too low", "1014"];

/// Commits to `terms`. Fails with [`AnotherWaits`] if the pool has a commitment in its place.
pub async fn commit(chain: &Chain, terms: &Terms, publisher: &sr25519::Pair) -> Result<BatchId> {
	let signature = publisher.sign(&terms.signing_payload(&chain.genesis())).0;
	let call = api::tx().attestation().commit(subxt::utils::Static(terms.clone()), signature);
	match chain.submit_authorized(&call).await {
		Err(error) if waits(&error) => Err(AnotherWaits.into()),
		other => other.map(|()| terms.batch_id()),
	}
}

fn waits(error: &anyhow::Error) -> bool {
	let text = format!("{error:#}").to_lowercase();
	TOO_LOW_PRIORITY.iter().any(|said| text.contains(said))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_commitment_in_whose_place_another_waits_is_told_from_others() {
		let text = "RPC error: Priority is too low: (9223 vs 9223) (1014)";
		assert!(waits(&anyhow!(text).context("submitting")));
		let text = "The priority of the transaction is too low (pool 9223 > current 9223)";
		assert!(waits(&anyhow!("The transaction is not valid: {text}").context("submitting")));
		assert!(!waits(&anyhow!("User error: Transaction is temporarily banned (1012)")));
		assert!(AnotherWaits.to_string().contains("somebody else commits for this account"));
	}

	#[test]
	fn a_statement_expires_when_it_is_told_to_whatever_the_clock_says() {
		let key = sr25519::Pair::from_seed(&[7; 32]);
		let expires = Duration::from_secs(1_000);

		let one = statement(&key, H256::zero(), b"body", expires, 3).unwrap();

		assert_eq!(one.expiry(), 1_000 << 32 | 3);
		let never = Duration::from_secs(1 << 40);
		assert!(statement(&key, H256::zero(), b"body", never, 3).is_err());
	}

	#[test]
	fn statements_outlive_the_freeze_twice() {
		let parameters = Parameters::development();

		// Freeze after four epochs of forty seconds: twice that and two epochs more.
		let lifetime = statement_lifetime(&parameters, Duration::from_secs(2));
		assert_eq!(lifetime, Duration::from_secs(10 * 40));
	}
}
