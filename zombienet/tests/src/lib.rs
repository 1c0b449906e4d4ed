//! Real nodes on loopback, for tests that drive them from outside.
//!
//! A [`Network`] starts validators with the well-known keys of the `local` preset, each with a
//! database of its own on disk, and ends them when it is dropped. All ports are free ones.

pub mod agent;
pub mod beside;
pub mod field;
pub mod namespaces;

use std::{
	collections::BTreeSet,
	fs::File,
	net::TcpListener,
	path::{Path, PathBuf},
	process::{Child, Command, Stdio},
	sync::{Mutex, PoisonError},
	time::{Duration, Instant},
};

use anyhow::{anyhow, bail, ensure, Context, Result};
use subxt::{
	rpcs::{client::RpcClient, rpc_params},
	OnlineClient, PolkadotConfig,
};
use tokio::sync::{Mutex as AsyncMutex, MutexGuard};

/// The validators of the `local` preset.
pub const VALIDATORS: [&str; 4] = ["alice", "bob", "charlie", "dave"];

/// Where a binary of this workspace is: beside the test's own.
pub fn binary(name: &str) -> Result<PathBuf> {
	let test = std::env::current_exe()?;
	let path = test
		.ancestors()
		.nth(2)
		.map(|profile| profile.join(name))
		.ok_or_else(|| anyhow!("{} is in no target directory", test.display()))?;
	if !path.exists() {
		bail!("{} is missing: run `cargo build --workspace --all-targets` first", path.display());
	}
	Ok(path)
}

/// A port on loopback that nobody listens on.
pub fn free_port() -> Result<u16> {
	static GIVEN: Mutex<BTreeSet<u16>> = Mutex::new(BTreeSet::new());
	let mut given = GIVEN.lock().unwrap_or_else(PoisonError::into_inner);
	loop {
		let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
		// A node may not have taken yet what was given to it.
		if given.insert(port) {
			return Ok(port);
		}
	}
}

/// One node.
pub struct Node {
	/// What it is called: for a validator of the preset, whose keys it holds.
	pub name: &'static str,
	/// Its RPC address.
	pub url: String,
	/// Where its metrics are.
	pub metrics: String,
	/// Where its peers find it.
	pub address: String,
	base: PathBuf,
	arguments: Vec<String>,
	/// The number of the namespace in which it is.
	namespace: Option<usize>,
	child: Mutex<Option<Child>>,
}

/// Where a node is to be found.
struct Place {
	/// By its peers.
	host: String,
	port: u16,
	/// By tests.
	rpc_host: String,
	rpc: u16,
	metrics: u16,
	namespace: Option<usize>,
}

impl Place {
	/// The `number`th node's: on loopback, or in a namespace.
	fn find(number: usize, namespaces: bool) -> Result<Self> {
		if namespaces {
			return Ok(Self {
				host: namespaces::peers_host(number),
				port: 30333,
				rpc_host: namespaces::rpc_host(number),
				rpc: 9944,
				metrics: 9615,
				namespace: Some(number),
			});
		}
		let host = String::from("127.0.0.1");
		Ok(Self {
			rpc_host: host.clone(),
			host,
			port: free_port()?,
			rpc: free_port()?,
			metrics: free_port()?,
			namespace: None,
		})
	}

	/// Where peers find the node that has the `number`th key.
	fn address(&self, directory: &Path, number: usize) -> Result<String> {
		let file = directory.join("node-key");
		std::fs::write(&file, node_key(number))?;
		let output = Command::new(binary("substation-node")?)
			.args(["key", "inspect-node-key", "--file"])
			.arg(&file)
			.output()?;
		let id = String::from_utf8(output.stdout)?;
		Ok(format!("/ip4/{}/tcp/{}/p2p/{}", self.host, self.port, id.trim()))
	}
}

impl Node {
	/// The `number`th node, that is not started yet. All `peers` but itself are its peers.
	fn prepare(
		directory: &Path,
		name: &'static str,
		number: usize,
		place: &Place,
		spec: &str,
		peers: &[String],
	) -> Result<Self> {
		let base = directory.join(name);
		std::fs::create_dir_all(&base)?;
		let mut arguments: Vec<String> = [
			&format!("--chain={spec}"),
			&format!("--base-path={}", base.display()),
			// Compiled once for all.
			&format!("--runtime-cache={}", directory.join("runtimes").display()),
			&format!("--listen-addr=/ip4/{}/tcp/{}", place.host, place.port),
			&format!("--rpc-port={}", place.rpc),
			&format!("--prometheus-port={}", place.metrics),
			&format!("--node-key={}", node_key(number)),
			"--rpc-methods=unsafe",
			"--no-mdns",
			"--no-telemetry",
			"--reserved-only",
			// No place for a peer that is not reserved any more.
			"--in-peers=0",
			"--out-peers=0",
			"-lruntime::attestation=debug,statement-store=debug,statement-gossip=debug",
		]
		.into_iter()
		.map(String::from)
		.collect();
		if place.namespace.is_some() {
			let open = ["--unsafe-rpc-external", "--rpc-cors=all", "--prometheus-external"];
			arguments.extend(open.map(String::from));
		}
		for (other, peer) in peers.iter().enumerate() {
			if other != number {
				arguments.push(format!("--reserved-nodes={peer}"));
			}
		}
		let address = peers.get(number).cloned().ok_or_else(|| anyhow!("{name} has no address"))?;
		Ok(Self {
			name,
			address,
			url: format!("ws://{}:{}", place.rpc_host, place.rpc),
			metrics: format!("{}:{}", place.rpc_host, place.metrics),
			base,
			arguments,
			namespace: place.namespace,
			child: Mutex::new(None),
		})
	}

	fn start(&self) -> Result<()> {
		let log = File::options().create(true).append(true).open(self.base.join("log"))?;
		let program = binary("substation-node")?;
		let mut command = match self.namespace {
			Some(number) => namespaces::command(number, &program),
			None => Command::new(&program),
		};
		let child = command
			.args(&self.arguments)
			.stdin(Stdio::null())
			.stdout(log.try_clone()?)
			.stderr(log)
			.spawn()
			.context("the node could not be started")?;
		*self.child.lock().unwrap_or_else(PoisonError::into_inner) = Some(child);
		Ok(())
	}

	/// Waits until the node answers.
	async fn answers(&self) -> Result<()> {
		until(Duration::from_secs(240), &format!("{} answers", self.name), || async {
			Ok(self.height(false).await.is_ok())
		})
		.await
		.with_context(|| tail(&self.log()))
	}

	/// Ends the node at once, as `kill -9` does.
	pub fn kill(&self) -> Result<()> {
		let child = self.child.lock().unwrap_or_else(PoisonError::into_inner).take();
		if let Some(mut child) = child {
			child.kill()?;
			child.wait()?;
		}
		Ok(())
	}

	/// Lets the node stand still, or go on: all it has, peers' connections too, is as it was.
	pub fn set_still(&self, still: bool) -> Result<()> {
		let child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
		let id = child.as_ref().ok_or_else(|| anyhow!("{} does not run", self.name))?.id();
		let signal = if still { "-STOP" } else { "-CONT" };
		let status = Command::new("kill").args([signal, &id.to_string()]).status()?;
		ensure!(status.success(), "{} cannot be signalled", self.name);
		Ok(())
	}

	/// The hash of the node's block at this height.
	pub async fn block_hash(&self, height: u64) -> Result<Option<String>> {
		Ok(self.rpc().await?.request("chain_getBlockHash", rpc_params![height]).await?)
	}

	/// Starts the node again on its old database.
	pub fn restart(&self) -> Result<()> {
		self.kill()?;
		self.start()
	}

	/// What the node has logged.
	pub fn log(&self) -> String {
		std::fs::read_to_string(self.base.join("log")).unwrap_or_default()
	}

	/// A connection to the node's RPC.
	pub async fn rpc(&self) -> Result<RpcClient> {
		Ok(RpcClient::from_insecure_url(&self.url).await?)
	}

	/// A client of the node.
	pub async fn client(&self) -> Result<OnlineClient<PolkadotConfig>> {
		Ok(OnlineClient::from_insecure_url(&self.url).await?)
	}

	/// The number of the best or the finalized block.
	pub async fn height(&self, finalized: bool) -> Result<u64> {
		let rpc = self.rpc().await?;
		let hash: Option<String> = match finalized {
			true => Some(rpc.request("chain_getFinalizedHead", rpc_params![]).await?),
			false => None,
		};
		let header: serde_json::Value = rpc.request("chain_getHeader", rpc_params![hash]).await?;
		let number = header["number"].as_str().ok_or_else(|| anyhow!("a header has no number"))?;
		Ok(u64::from_str_radix(number.trim_start_matches("0x"), 16)?)
	}

	/// A metric of the node's, if it has one of this name.
	pub async fn metric(&self, name: &str) -> Result<Option<f64>> {
		let client = reqwest::Client::builder().timeout(Duration::from_secs(10)).build()?;
		let url = format!("http://{}/metrics", self.metrics);
		let text = client.get(url).send().await?.text().await?;
		let value = text
			.lines()
			.filter(|line| line.starts_with(name))
			.find_map(|line| line.rsplit(' ').next()?.parse().ok());
		Ok(value)
	}

	/// Lets the node and `other` be peers, or keeps them apart. Only reserved peers are talked to.
	pub async fn set_peer(&self, other: &Node, peers: bool) -> Result<()> {
		let rpc = self.rpc().await?;
		let _: serde_json::Value = if peers {
			rpc.request("system_addReservedPeer", rpc_params![&other.address]).await?
		} else {
			let id = other.address.rsplit('/').next().unwrap_or_default();
			rpc.request("system_removeReservedPeer", rpc_params![id]).await?
		};
		Ok(())
	}

	/// How many peers the node has.
	pub async fn peers(&self) -> Result<u64> {
		let health: serde_json::Value =
			self.rpc().await?.request("system_health", rpc_params![]).await?;
		health["peers"].as_u64().ok_or_else(|| anyhow!("no count of peers"))
	}
}

impl Drop for Node {
	fn drop(&mut self) {
		let _ = self.kill();
	}
}

/// How a network is started.
#[derive(Clone, Copy, Default)]
pub struct Options {
	/// Another bound for the shortest epoch than the preset's.
	pub min_epoch_blocks: Option<u32>,
	/// Whether there is a place for one more node, see [`Network::join`].
	pub guest: bool,
	/// Whether each node is in a namespace of its own, so that the network can be cut: see [`namespaces`].
	pub namespaces: bool,
}

/// Waits until no other test drives networks: a small machine can do what happens in one test, and no more.
pub async fn turn() -> MutexGuard<'static, ()> {
	static TURN: AsyncMutex<()> = AsyncMutex::const_new(());
	TURN.lock().await
}

/// Validators that know each other.
pub struct Network {
	/// The nodes, in the order of [`VALIDATORS`].
	pub nodes: Vec<Node>,
	/// The place that is kept for a guest.
	guest: Option<Place>,
	spec: String,
	directory: Option<tempfile::TempDir>,
}

impl Network {
	/// Starts the first `size` validators of the local preset and waits until all of them answer.
	pub async fn start(size: usize, options: Options) -> Result<Self> {
		let directory = tempfile::tempdir()?;
		// Who was no reserved peer when a node started is refused by its sync for good.
		let count = size + usize::from(options.guest);
		if options.namespaces {
			namespaces::lay(count)?;
		}
		let mut places = (0..count)
			.map(|number| Place::find(number, options.namespaces))
			.collect::<Result<Vec<_>>>()?;
		let peers = places
			.iter()
			.enumerate()
			.map(|(number, place)| place.address(directory.path(), number))
			.collect::<Result<Vec<_>>>()?;
		let guest = places.split_off(size).pop();
		let mut nodes = Vec::new();
		let spec = chain_spec(directory.path(), options)?;
		for (i, name) in VALIDATORS.into_iter().take(size).enumerate() {
			let mut node = Node::prepare(directory.path(), name, i, &places[i], &spec, &peers)?;
			node.arguments.extend(["--validator".into(), format!("--{name}")]);
			nodes.push(node);
		}
		let network = Self { nodes, guest, spec, directory: Some(directory) };
		if let Some((first, others)) = network.nodes.split_first() {
			// It compiles the runtime, which the others then find.
			first.start()?;
			first.answers().await?;
			for node in others {
				node.start()?;
			}
			for node in others {
				node.answers().await?;
			}
		}
		Ok(network)
	}

	/// Starts one more node, with what `arguments` say and no key but that of its transport. Its peers are all nodes
	/// that the network began with, which have to know of their guest from the beginning ([`Options::guest`]).
	pub async fn join(&self, name: &'static str, arguments: &[&str]) -> Result<Node> {
		let directory =
			self.directory.as_ref().ok_or_else(|| anyhow!("the network has ended"))?.path();
		let place = self.guest.as_ref().ok_or_else(|| anyhow!("there is no place for a guest"))?;
		let number = self.nodes.len();
		let mut peers: Vec<_> = self.nodes.iter().map(|node| node.address.clone()).collect();
		peers.push(place.address(directory, number)?);
		let mut node = Node::prepare(directory, name, number, place, &self.spec, &peers)?;
		node.arguments.extend(arguments.iter().map(ToString::to_string));
		node.start()?;
		node.answers().await?;
		for one in self.nodes.iter().chain([&node]) {
			until(Duration::from_secs(60), &format!("{} has a new peer", one.name), || async {
				Ok(one.peers().await? >= number as u64)
			})
			.await?;
		}
		Ok(node)
	}

	/// Lets the first two validators and the last two be peers, or not.
	pub async fn set_split(&self, split: bool) -> Result<()> {
		for one in &self.nodes[..2] {
			for other in &self.nodes[2..] {
				one.set_peer(other, !split).await?;
				other.set_peer(one, !split).await?;
			}
		}
		Ok(())
	}

	/// Waits until each validator has so many peers.
	pub async fn has_peers(&self, count: u64) -> Result<()> {
		for node in &self.nodes {
			let what = format!("{} has {count} peers", node.name);
			until(Duration::from_secs(60), &what, || async { Ok(node.peers().await? == count) })
				.await?;
		}
		Ok(())
	}

	/// Does what `story` tells with the network. If that fails, databases and logs are kept on disk, and
	/// the error says where.
	pub async fn tell(mut self, story: impl AsyncFnOnce(&Self) -> Result<()>) -> Result<()> {
		let told = story(&self).await;
		told.map_err(|error| match self.keep() {
			Some(path) => error.context(format!("logs are kept in {}", path.display())),
			None => error,
		})
	}

	fn keep(&mut self) -> Option<PathBuf> {
		for node in &self.nodes {
			eprintln!("--- {} ---\n{}", node.name, tail(&node.log()));
		}
		self.directory.take().map(|directory| directory.keep())
	}
}

impl Drop for Network {
	fn drop(&mut self) {
		if std::thread::panicking() {
			if let Some(path) = self.keep() {
				eprintln!("logs are kept in {}", path.display());
			}
		}
	}
}

/// The last lines of a log, and all that say what the worker has judged, sealed and revealed.
fn tail(log: &str) -> String {
	let lines: Vec<_> = log.lines().collect();
	let (before, last) = lines.split_at(lines.len().saturating_sub(40));
	let idle = |line: &&&str| line.contains("judged: 0, sealed: 0, revealed: 0");
	let worked = before.iter().filter(|line| line.contains("runtime::attestation"));
	let worked: Vec<_> = worked.filter(|line| !idle(line)).copied().collect();
	[worked, last.to_vec()].concat().join("\n")
}

/// The `local` chain, with the changes that `options` ask for. It is made once for all nodes, each of which would
/// compile the runtime for it.
fn chain_spec(directory: &Path, options: Options) -> Result<String> {
	let export = |chain: &str, raw: bool| -> Result<Vec<u8>> {
		let mut command = Command::new(binary("substation-node")?);
		command.arg("export-chain-spec").arg(format!("--chain={chain}"));
		if raw {
			command.arg("--raw");
		}
		let output = command.output()?;
		if !output.status.success() {
			bail!("no chain specification: {}", String::from_utf8_lossy(&output.stderr));
		}
		Ok(output.stdout)
	};
	let file = directory.join("chain-spec.json");
	let path = file.display().to_string();
	let Some(blocks) = options.min_epoch_blocks else {
		std::fs::write(&file, export("local", true)?)?;
		return Ok(path);
	};
	let mut spec: serde_json::Value = serde_json::from_slice(&export("local", false)?)?;
	spec["genesis"]["runtimeGenesis"]["patch"]["attestation"]["parameters"]["minEpochBlocks"] =
		blocks.into();
	std::fs::write(&file, serde_json::to_vec(&spec)?)?;
	std::fs::write(&file, export(&path, true)?)?;
	Ok(path)
}

/// The secret key of a node's transport.
fn node_key(number: usize) -> String {
	format!("{:064x}", number + 1)
}

/// Waits until `condition` holds; fails, naming `what`, when `limit` has passed.
pub async fn until<F, Fut>(limit: Duration, what: &str, condition: F) -> Result<()>
where
	F: Fn() -> Fut,
	Fut: std::future::Future<Output = Result<bool>>,
{
	let start = Instant::now();
	loop {
		match condition().await {
			Ok(true) => return Ok(()),
			Ok(false) if start.elapsed() > limit => bail!("not in {limit:?}: {what}"),
			Err(error) if start.elapsed() > limit => {
				return Err(error.context(format!("not in {limit:?}: {what}")))
			}
			_ => tokio::time::sleep(Duration::from_millis(500)).await,
		}
	}
}
