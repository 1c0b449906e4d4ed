//! Nodes' statement stores, where bodies are published.

use std::{collections::BTreeMap, time::Duration};

use anyhow::{bail, Result};
use codec::DecodeAll;
use sp_statement_store::Statement;
use substation_primitives::{
	batch::{Terms, MAX_BODY_BYTES},
	signing, H256,
};
use subxt::rpcs::rpc_params;

use super::connection::Chain;

impl Chain {
	/// Hands a signed statement to the node's store.
	pub async fn submit_statement(&self, statement: &[u8]) -> Result<()> {
		let bytes = format!("0x{}", hex::encode(statement));
		let answer: serde_json::Value =
			self.rpc.request("statement_submit", rpc_params![bytes]).await?;
		match answer["status"].as_str() {
			Some("new" | "known") => Ok(()),
			_ => bail!("{} did not take the statement: {answer}", self.url()),
		}
	}

	/// The bodies of a batch, in the order of its terms, if the node's statement store has them all.
	/// Statements are found by their topic, which is anybody's to use, and taken by their hash.
	pub async fn bodies(&self, terms: &Terms) -> Result<Option<Vec<Vec<u8>>>> {
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
		let mut found = BTreeMap::<H256, Vec<u8>>::new();
		let until = tokio::time::Instant::now() + PATIENCE;
		while let Ok(Some(event)) = tokio::time::timeout_at(until, events.next()).await {
			let event = event?;
			for statement in event["data"]["statements"].as_array().into_iter().flatten() {
				let Some(text) = statement.as_str() else { continue };
				let Ok(bytes) = hex::decode(text.trim_start_matches("0x")) else { continue };
				let Ok(statement) = Statement::decode_all(&mut &bytes[..]) else { continue };
				let hash = H256(statement.hash());
				let body = statement.into_data().filter(|_| terms.bodies.contains(&hash));
				if let Some(body) = body.filter(|body| body.len() <= MAX_BODY_BYTES as usize) {
					found.insert(hash, body);
				}
			}
			let rest = event["data"]["remaining"].as_u64().unwrap_or(0);
			if rest == 0 || terms.bodies.iter().all(|hash| found.contains_key(hash)) {
				break;
			}
		}
		Ok(terms.bodies.iter().map(|hash| found.get(hash).cloned()).collect())
	}
}
