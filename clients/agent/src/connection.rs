//! Connecting to nodes, with a warning of chains that this agent was not made for.

use std::sync::Once;

use anyhow::Result;
use substation_sdk::chain::Chain;

/// Connects to the node at `url`, see [`Chain::connect`].
pub async fn connect(url: &str) -> Result<Chain> {
	Ok(warned(Chain::connect(url).await?))
}

/// Connects to the node at `url`, and again whenever the connection breaks, see
/// [`Chain::connect_for_good`].
pub async fn connect_for_good(url: &str) -> Result<Chain> {
	Ok(warned(Chain::connect_for_good(url).await?))
}

/// Warns once.
fn warned(chain: Chain) -> Chain {
	if !chain.has_known_runtime() {
		static SAID: Once = Once::new();
		SAID.call_once(|| {
			eprintln!(
				"warning: the runtime of the chain at {} is not the one that this agent was made for. \
				 Take the agent of its release; begin a chain of your own anew.",
				chain.url()
			);
		});
	}
	chain
}
