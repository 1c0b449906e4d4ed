//! What a chain is for.

use anyhow::Result;
use subxt::rpcs::rpc_params;

use super::connection::Chain;

/// What a chain is for, by the word of its specification.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ChainKind {
	/// One node of one's own.
	Development,
	/// Some nodes of one's own.
	Local,
	/// Others rely on it.
	Live,
	/// Something else.
	Custom(String),
}

impl ChainKind {
	/// From a node's answer.
	fn of(answer: &serde_json::Value) -> Self {
		match answer.as_str() {
			Some("Development") => Self::Development,
			Some("Local") => Self::Local,
			Some("Live") => Self::Live,
			_ => {
				let name = answer.get("Custom").and_then(|name| name.as_str());
				Self::Custom(name.map_or_else(|| answer.to_string(), Into::into))
			}
		}
	}

	/// Whether its tokens are worth nothing: secrets that everybody knows may be used on it.
	pub fn is_for_development(&self) -> bool {
		matches!(self, Self::Development | Self::Local)
	}
}

impl Chain {
	/// What the chain is for.
	pub async fn kind(&self) -> Result<ChainKind> {
		let answer = self.rpc.request("system_chainType", rpc_params![]).await?;
		Ok(ChainKind::of(&answer))
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use serde_json::json;

	#[test]
	fn only_what_says_so_is_for_development() {
		for (answer, kind, development) in [
			(json!("Development"), ChainKind::Development, true),
			(json!("Local"), ChainKind::Local, true),
			(json!("Live"), ChainKind::Live, false),
			(json!({"Custom": "Local"}), ChainKind::Custom("Local".into()), false),
			(json!("development"), ChainKind::Custom("\"development\"".into()), false),
		] {
			assert_eq!(ChainKind::of(&answer), kind);
			assert_eq!(kind.is_for_development(), development, "{kind:?}");
		}
	}
}
