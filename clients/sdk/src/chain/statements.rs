//! Nodes' statement stores, where bodies are published.

use std::{collections::BTreeMap, time::Duration};

use anyhow::{bail, Result};
use codec::DecodeAll;
use sp_statement_store::Statement;
use substation_primitives::{
	batch::{Terms, MAX_BODY_BYTES},
	signing, H256,
};
use subxt::rpcs::{client::RpcClient, rpc_params};

use super::connection::Chain;

/// The statement store of a node.
#[derive(Clone)]
pub struct Store {
	rpc: RpcClient,
	url: String,
}

impl Store {
	pub(super) fn new(rpc: RpcClient, url: String) -> Self {
		Self { rpc, url }
	}

	/// Where the node is.
	pub fn url(&self) -> &str {
		&self.url
	}

	/// Hands a signed statement over. Fails with the store's own reason if it does not take it.
	pub async fn submit(&self, statement: &[u8]) -> Result<()> {
		let bytes = format!("0x{}", hex::encode(statement));
		let answer: serde_json::Value =
			self.rpc.request("statement_submit", rpc_params![bytes]).await?;
		match refusal(&answer) {
			None => Ok(()),
			Some(reason) => bail!("{} has not taken the statement: {reason}", self.url),
		}
	}
}

impl AsRef<Store> for Store {
	fn as_ref(&self) -> &Store {
		self
	}
}

impl AsRef<Store> for Chain {
	fn as_ref(&self) -> &Store {
		&self.store
	}
}

/// Why a store has not taken a statement, in words, if it has not.
fn refusal(answer: &serde_json::Value) -> Option<String> {
	// Names of fields are written in one way by some releases of nodes, and in another by others.
	let number = |name: &str, other: &str| {
		answer[name].as_u64().or_else(|| answer[other].as_u64()).unwrap_or_default()
	};
	// An expiry's upper half is in seconds.
	let least = number("min_expiry", "minExpiry") >> 32;
	let expiry = number("submitted_expiry", "submittedExpiry") >> 32;
	let reason = match (answer["status"].as_str(), answer["reason"].as_str()) {
		(Some("new" | "known"), _) => return None,
		(Some("knownExpired"), _) | (_, Some("alreadyExpired")) => {
			"it has expired: is the node's clock right?".into()
		}
		(_, Some("dataTooLarge")) => format!(
			"it has {} bytes, and the publisher key's allowance has room for {}: register with a larger one",
			number("submitted_size", "submittedSize"),
			number("available_size", "availableSize")
		),
		(_, Some("channelPriorityTooLow" | "accountFull")) => format!(
			"the allowance is used up by statements that expire later, at {least} and after, while this one does at \
			 {expiry}: it is taken once those have expired"
		),
		(_, Some("storeFull")) => "the node's store is full".into(),
		(_, Some("noAllowance")) => {
			"the publisher key has no allowance: is it the one that is registered?".into()
		}
		_ => answer.to_string(),
	};
	Some(reason)
}

impl Chain {
	/// Hands a signed statement to the node's store.
	pub async fn submit_statement(&self, statement: &[u8]) -> Result<()> {
		self.store.submit(statement).await
	}

	/// The bodies of a batch, in the order of its terms, if the aggregators that are asked first and the node's
	/// statement store have them all between them. They are taken by their hash, whoever has them.
	pub async fn bodies(&self, terms: &Terms) -> Result<Option<Vec<Vec<u8>>>> {
		let mut found = BTreeMap::<H256, Vec<u8>>::new();
		for source in &self.sources {
			for hash in terms.bodies.iter() {
				if found.contains_key(hash) {
					continue;
				}
				// One that does not answer keeps no other from being asked.
				let Ok(Some(statement)) = source.statement(hash).await else { break };
				found.extend(body(terms, &statement));
			}
		}
		if terms.bodies.iter().any(|hash| !found.contains_key(hash)) {
			self.stored(terms, &mut found).await?;
		}
		Ok(terms.bodies.iter().map(|hash| found.get(hash).cloned()).collect())
	}

	/// Adds what the node's statement store has. Statements are found by their topic, which is anybody's to use.
	async fn stored(&self, terms: &Terms, found: &mut BTreeMap<H256, Vec<u8>>) -> Result<()> {
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
		let until = tokio::time::Instant::now() + PATIENCE;
		while let Ok(Some(event)) = tokio::time::timeout_at(until, events.next()).await {
			let event = event?;
			for statement in event["data"]["statements"].as_array().into_iter().flatten() {
				let Some(text) = statement.as_str() else { continue };
				let Ok(bytes) = hex::decode(text.trim_start_matches("0x")) else { continue };
				found.extend(body(terms, &bytes));
			}
			let rest = event["data"]["remaining"].as_u64().unwrap_or(0);
			if rest == 0 || terms.bodies.iter().all(|hash| found.contains_key(hash)) {
				break;
			}
		}
		Ok(())
	}
}

/// The body that an encoded statement holds, with the statement's hash, if it is one of `terms`.
fn body(terms: &Terms, statement: &[u8]) -> Option<(H256, Vec<u8>)> {
	let statement = Statement::decode_all(&mut &statement[..]).ok()?;
	let hash = H256(statement.hash());
	let body = statement.into_data().filter(|_| terms.bodies.contains(&hash))?;
	(body.len() <= MAX_BODY_BYTES as usize).then_some((hash, body))
}

#[cfg(test)]
mod tests {
	use super::*;
	use codec::Encode;
	use serde_json::json;
	use substation_primitives::AccountId32;

	#[test]
	fn a_body_is_taken_from_anybody_if_its_hash_is_right() {
		let mut statement = Statement::new();
		statement.set_plain_data(b"body".to_vec());
		let hash = H256(statement.hash());
		let terms = Terms {
			network: 1,
			epoch: 9,
			aggregator: AccountId32::new([3; 32]),
			shard: 0,
			root: H256::zero(),
			cuts: vec![1].try_into().unwrap(),
			last: 1,
			count: 1,
			work: 2,
			bytes: 4,
			bodies: vec![hash].try_into().unwrap(),
		};

		assert_eq!(body(&terms, &statement.encode()), Some((hash, b"body".to_vec())));
		statement.set_plain_data(b"other".to_vec());
		assert_eq!(body(&terms, &statement.encode()), None);
		assert_eq!(body(&terms, b"junk"), None);
	}

	#[test]
	fn a_store_tells_why_it_has_not_taken_a_statement() {
		assert_eq!(refusal(&json!({ "status": "new" })), None);
		assert_eq!(refusal(&json!({ "status": "known" })), None);
		let expired = refusal(&json!({ "status": "invalid", "reason": "alreadyExpired" })).unwrap();
		assert!(expired.contains("expired"), "{expired}");
		let full = json!({
			"status": "rejected",
			"reason": "accountFull",
			"submitted_expiry": 5u64 << 32,
			"min_expiry": 7u64 << 32,
		});
		let full = refusal(&full).unwrap();
		assert!(full.contains("at 7 and after") && full.contains("at 5"), "{full}");
		assert!(refusal(&json!({ "status": "internalError" })).unwrap().contains("internalError"));
	}
}
