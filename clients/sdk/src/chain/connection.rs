//! Connecting to a node.

use anyhow::{ensure, Result};
use substation_primitives::H256;
use subxt::{
	rpcs::client::{ReconnectingRpcClient, RpcClient},
	OnlineClient, PolkadotConfig,
};

use super::generated::api;
use crate::failure::Failure;

/// RPC address of a node that runs on this machine and was told nothing else.
pub const NODE: &str = "ws://127.0.0.1:9944";

/// A connection to a node.
#[derive(Clone)]
pub struct Chain {
	/// The typed client.
	pub client: OnlineClient<PolkadotConfig>,
	/// The untyped one.
	pub rpc: RpcClient,
	url: String,
	known: bool,
}

impl Chain {
	/// Connects to the node at `url`. Plain `ws://` is for this machine and trusted networks.
	pub async fn connect(url: &str) -> Result<Self> {
		let rpc =
			RpcClient::from_insecure_url(url).await.map_err(|error| unreachable(url, &error))?;
		Self::with(rpc, url).await
	}

	/// Connects to the node at `url`, and again whenever the connection breaks: for what runs long.
	pub async fn connect_for_good(url: &str) -> Result<Self> {
		// The client below would wait for ever for a node that has never been there.
		Self::connect(url).await?;
		let rpc = ReconnectingRpcClient::builder()
			.build(url.to_string())
			.await
			.map_err(|error| unreachable(url, &error))?;
		Self::with(RpcClient::new(rpc), url).await
	}

	async fn with(rpc: RpcClient, url: &str) -> Result<Self> {
		let client = OnlineClient::from_rpc_client(rpc.clone()).await?;
		let at = client.at_current_block().await?;
		let metadata = at.metadata_ref();
		ensure!(
			metadata.pallet_by_name("Attestation").is_some(),
			"{url} is a node of another chain: give one of a Substation chain"
		);
		let known = api::is_codegen_valid_for(metadata);
		Ok(Self { client, rpc, url: url.into(), known })
	}

	/// Where the node is.
	pub fn url(&self) -> &str {
		&self.url
	}

	/// Whether the chain had the runtime that this library was made for when it was connected to. If
	/// not, some reads and calls may fail, or mean something else.
	pub fn has_known_runtime(&self) -> bool {
		self.known
	}

	/// Hash of the chain's first block.
	pub fn genesis(&self) -> H256 {
		H256(self.client.genesis_hash().0)
	}

	/// The number of the last finalized block.
	pub async fn finalized(&self) -> Result<u64> {
		Ok(self.client.at_current_block().await?.block_number())
	}
}

fn unreachable(url: &str, error: &dyn std::fmt::Display) -> Failure {
	Failure::Unreachable(format!("no node answers at {url}: is it running? ({error})"))
}
