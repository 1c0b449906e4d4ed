//! The statement store of a node.

use anyhow::{bail, Result};
use subxt::rpcs::{client::RpcClient, rpc_params};

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
			"it has {} bytes, and the publisher key's allowance has room for {}: ask for more (--allowance)",
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

#[cfg(test)]
mod tests {
	use super::*;
	use serde_json::json;

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
