//! Bodies in nodes' statement stores, and with aggregators.

use std::{collections::BTreeMap, time::Duration};

use anyhow::Result;
use codec::DecodeAll;
use sp_statement_store::Statement;
use substation_primitives::{
	batch::{Terms, MAX_BODY_BYTES},
	signing, H256,
};
use subxt::rpcs::rpc_params;

use super::{connection::Chain, store::Store};

impl AsRef<Store> for Chain {
	fn as_ref(&self) -> &Store {
		&self.store
	}
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
}
