//! Connecting to nodes.

use std::{
	sync::{
		atomic::{AtomicU32, Ordering},
		Arc,
	},
	time::Duration,
};

use anyhow::{anyhow, bail, ensure, Result};
use substation_primitives::H256;
use subxt::{
	client::{ClientAtBlock, OnlineClientAtBlockImpl},
	rpcs::{client::RpcClient, rpc_params},
	OnlineClient, PolkadotConfig,
};

use super::{
	generated::api,
	nodes::{reason, Known, Nodes, Noted},
	store::Store,
};
use crate::{failure::Failure, http::Client, publish::machine_time};

/// RPC address of a node that runs on this machine and was told nothing else.
pub const NODE: &str = "ws://127.0.0.1:9944";

/// The longest wait for the last final block while no node answers.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a transaction emitted.
pub type Events = subxt::extrinsics::ExtrinsicEvents<PolkadotConfig>;

/// A client of one block.
pub(super) type AtBlock = ClientAtBlock<PolkadotConfig, OnlineClientAtBlockImpl<PolkadotConfig>>;

/// A connection to a node, or to whichever of several nodes answers.
#[derive(Clone)]
pub struct Chain {
	/// The typed client.
	pub client: OnlineClient<PolkadotConfig>,
	/// The untyped one.
	pub rpc: RpcClient,
	pub(super) store: Store,
	/// Aggregators that are asked for bodies before nodes are.
	pub(super) sources: Vec<Client>,
	known: Arc<Known>,
	nodes: Option<Arc<Nodes>>,
	is_known: bool,
}

impl Chain {
	/// Connects to the node at `url`. Plain `ws://` is for this machine and trusted networks.
	pub async fn connect(url: &str) -> Result<Self> {
		let rpc = RpcClient::from_insecure_url(url).await.map_err(|error| {
			Failure::Unreachable(format!("no node answers at {url}: is it running? ({error})"))
		})?;
		Self::with(rpc, url.into(), Default::default(), None).await
	}

	/// Connects to the node at `url`, and again whenever the connection breaks: for what runs long.
	pub async fn connect_for_good(url: &str) -> Result<Self> {
		Self::connect_any(&[url.to_string()]).await
	}

	/// Connects to whichever of the nodes at `urls` answers, and to another whenever that one fails:
	/// they are all of one chain. Fails if none answers.
	pub async fn connect_any(urls: &[String]) -> Result<Self> {
		ensure!(!urls.is_empty(), "at least one node is needed");
		let known = Arc::new(Known::default());
		let nodes = Arc::new(Nodes::new(urls.to_vec(), known.clone()));
		let rpc = RpcClient::new(nodes.clone());
		let genesis: Result<H256, _> = rpc.request("chain_getBlockHash", rpc_params![0]).await;
		if let Err(error) = genesis {
			bail!(Failure::Unreachable(reason(&error)));
		}
		Self::with(rpc, urls.join(", "), known, Some(nodes)).await
	}

	async fn with(
		rpc: RpcClient,
		url: String,
		known: Arc<Known>,
		nodes: Option<Arc<Nodes>>,
	) -> Result<Self> {
		let client = OnlineClient::<PolkadotConfig>::from_rpc_client(rpc.clone()).await?;
		let at = client.at_current_block().await?;
		let metadata = at.metadata_ref();
		ensure!(
			metadata.pallet_by_name("Attestation").is_some(),
			"{url} is a node of another chain: give one of a Substation chain"
		);
		let is_known = api::is_codegen_valid_for(metadata);
		known.begins_with(0, H256(client.genesis_hash().0));
		if at.block_number() > 0 {
			let first: Option<H256> = rpc.request("chain_getBlockHash", rpc_params![1]).await?;
			first.into_iter().for_each(|hash| known.begins_with(1, hash));
		}
		let store = Store::new(rpc.clone(), url);
		Ok(Self { client, rpc, store, sources: Vec::new(), known, nodes, is_known })
	}

	/// The stores of the nodes at `urls`, each connected to once it is needed.
	pub fn stores(&self, urls: &[String]) -> Vec<Store> {
		let one = |url: &String| {
			let node = Nodes::new(vec![url.clone()], self.known.clone());
			Store::new(RpcClient::new(node), url.clone())
		};
		urls.iter().map(one).collect()
	}

	/// Takes bodies from these aggregators first, see [`Chain::bodies`].
	pub fn with_sources(mut self, aggregators: &[String]) -> Result<Self> {
		for url in aggregators {
			self.sources.push(Client::new(url)?);
		}
		Ok(self)
	}

	/// Where the node is, or the nodes are.
	pub fn url(&self) -> &str {
		self.store.url()
	}

	/// Whether the chain had the runtime that this library was made for when it was connected to. If
	/// not, some reads and calls may fail, or mean something else.
	pub fn has_known_runtime(&self) -> bool {
		self.is_known
	}

	/// Hash of the chain's first block.
	pub fn genesis(&self) -> H256 {
		H256(self.client.genesis_hash().0)
	}

	/// Hash of the block after the first, which tells a chain from one that began anew; nothing as long as it is not final.
	pub async fn second_block(&self) -> Result<Option<H256>> {
		if self.known.block(1).is_none() && self.finalized().await? > 0 {
			let hash: Option<H256> = self.rpc.request("chain_getBlockHash", rpc_params![1]).await?;
			hash.into_iter().for_each(|hash| self.known.begins_with(1, hash));
		}
		Ok(self.known.block(1))
	}

	/// Fails once the chain has begun anew: no node that answers has the final blocks that there were.
	/// Nothing that was read before is true of it.
	pub fn is_the_same(&self) -> Result<(), Failure> {
		self.known.anew().map_or(Ok(()), Err)
	}

	/// The last finalized block.
	pub async fn at_last(&self) -> Result<AtBlock> {
		let at = tokio::time::timeout(PATIENCE, self.client.at_current_block()).await.map_err(
			|_| {
				let anew = self.known.anew();
				anew.unwrap_or_else(|| {
					Failure::Unreachable(format!("no node answers at {}", self.url()))
				})
			},
		)??;
		let noted = self.known.note(at.block_number(), H256(at.block_hash().0));
		if let (Noted::Below, Some(nodes)) = (noted, &self.nodes) {
			nodes.compare().await;
			self.is_the_same()?;
		}
		Ok(at)
	}

	/// The number of the last finalized block.
	pub async fn finalized(&self) -> Result<u64> {
		Ok(self.at_last().await?.block_number())
	}

	/// Checks that what the node says of final blocks is of now: it has not fallen behind `highest`, the highest block that was
	/// final, which is raised, and its last final block is no older than `oldest`.
	///
	/// # Errors
	///
	/// If it has, or is; or if that cannot be told, since this machine's clock is behind by more than `oldest`.
	pub async fn ensure_lively(&self, highest: &AtomicU32, oldest: Duration) -> Result<()> {
		let now = u32::try_from(self.finalized().await?).unwrap_or(u32::MAX);
		let before = highest.fetch_max(now, Ordering::SeqCst);
		ensure!(now >= before, "the node has fallen behind: block {before} was final before");
		is_of_now(machine_time().unwrap_or_default(), self.time().await?, oldest)
	}

	/// The chain's time, since the beginning of 1970: that of the last finalized block.
	pub async fn time(&self) -> Result<Duration> {
		let at = self.at_last().await?;
		let now = at.storage().try_fetch(api::storage().timestamp().now(), ()).await?;
		let now = now.ok_or_else(|| anyhow!("the chain has no time yet"))?;
		Ok(Duration::from_millis(now.decode()?))
	}
}

/// Checks the time of the last final block by this machine's. A clock that is behind makes old blocks young: it is refused, too.
fn is_of_now(machine: Duration, block: Duration, oldest: Duration) -> Result<()> {
	let apart = machine.abs_diff(block);
	match (apart <= oldest, machine >= block) {
		(true, _) => Ok(()),
		(false, true) => bail!("no block was final for {} seconds", apart.as_secs()),
		(false, false) => bail!(
			"this machine's clock is {} seconds behind the chain's: set it right, since nobody can tell by it whether the node \
			 stands still",
			apart.as_secs()
		),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_node_that_stands_still_is_not_hidden_by_a_clock_that_is_behind() {
		let (block, oldest) = (Duration::from_secs(1_800_000_000), Duration::from_secs(120));
		let at = |machine: u64| is_of_now(Duration::from_secs(machine), block, oldest);
		for machine in [1_799_999_880, 1_800_000_000, 1_800_000_120] {
			at(machine).unwrap();
		}
		let still = at(1_800_000_121).unwrap_err().to_string();
		assert_eq!(still, "no block was final for 121 seconds");
		for machine in [0, 1_799_999_879] {
			let behind = at(machine).unwrap_err().to_string();
			assert!(behind.contains("behind the chain's: set it right"), "{behind}");
		}
	}
}
