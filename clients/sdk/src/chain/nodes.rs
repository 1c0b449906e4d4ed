//! Several nodes of one chain, of which any that answers serves.
//!
//! A node that fails is left for the next one, and tried again in its turn. Whenever a node is
//! connected to, it is asked for blocks that are known to be final: one that has others is of another
//! chain, or of one that began anew, and does not serve.

use std::{
	collections::BTreeMap,
	sync::{Arc, Mutex, MutexGuard, PoisonError},
	time::{Duration, Instant},
};

use futures::StreamExt;
use substation_primitives::H256;
use subxt::rpcs::{
	client::{RawRpcFuture, RawRpcSubscription, RawValue, RpcClient, RpcClientT},
	rpc_params, Error,
};

use crate::failure::Failure;

/// The longest wait for a connection.
const CONNECTING: Duration = Duration::from_secs(5);
/// The longest wait for an answer.
const ANSWERING: Duration = Duration::from_secs(20);
/// For how long no node is tried after all have failed.
const PAUSE: Duration = Duration::from_secs(1);
/// How often a chain that has become shorter is looked at.
const LOOKING: Duration = Duration::from_secs(5);

/// What is known of the chain, whichever node tells it.
#[derive(Default)]
pub(super) struct Known(Mutex<Facts>);

#[derive(Default)]
struct Facts {
	/// Hashes of final blocks: the first two, the first and the last that were seen.
	blocks: BTreeMap<u64, H256>,
	/// How the chain is another one than it was, once no node has it as it was.
	anew: Option<String>,
	/// When blocks were compared last.
	looked: Option<Instant>,
}

/// What becomes of a final block.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Noted {
	/// It goes on from what is known.
	Goes,
	/// It lies below what is known: the node is behind, or the chain began anew. Blocks have to be compared.
	Below,
}

impl Known {
	fn facts(&self) -> MutexGuard<'_, Facts> {
		self.0.lock().unwrap_or_else(PoisonError::into_inner)
	}

	/// Remembers a final block. Keeps the lowest two, the first that was seen and the highest.
	pub(super) fn note(&self, number: u64, hash: H256) -> Noted {
		let mut facts = self.facts();
		let highest = facts.blocks.last_key_value().map(|(number, _)| *number);
		if highest.is_some_and(|highest| number < highest) {
			let due = facts.looked.is_none_or(|looked| looked.elapsed() >= LOOKING);
			if due {
				facts.looked = Some(Instant::now());
			}
			return if due { Noted::Below } else { Noted::Goes };
		}
		facts.blocks.insert(number, hash);
		// Those between the first that was seen and the last say nothing more.
		while facts.blocks.len() > 4 {
			let Some(number) = facts.blocks.keys().rev().nth(1).copied() else { break };
			facts.blocks.remove(&number);
		}
		Noted::Goes
	}

	/// Remembers one of the first blocks.
	pub(super) fn begins_with(&self, number: u64, hash: H256) {
		self.facts().blocks.insert(number, hash);
	}

	fn blocks(&self) -> Vec<(u64, H256)> {
		self.facts().blocks.iter().map(|(number, hash)| (*number, *hash)).collect()
	}

	/// How the chain is another one than it was, if no node has it as it was any more.
	pub(super) fn anew(&self) -> Option<Failure> {
		self.facts().anew.clone().map(Failure::Mismatch)
	}

	/// What `url` differs in, if it does; `hash_of` is its block of a height, if it has one.
	fn differs(&self, url: &str, hash_of: &BTreeMap<u64, H256>) -> Option<Difference> {
		let (number, known, other) = self.blocks().into_iter().find_map(|(number, known)| {
			let other = hash_of.get(&number).filter(|other| **other != known)?;
			Some((number, known, *other))
		})?;
		let text = match number {
			0 => format!(
				"{url} is a node of another chain: its first block is {other:?}, not {known:?}"
			),
			_ => format!(
				"the chain at {url} began anew: its block {number} is {other:?} and was {known:?}. Register \
				 again, and start again with a new --archive"
			),
		};
		Some(Difference { anew: number > 0, text })
	}

	/// Hash of a block of this height, if it is remembered.
	pub(super) fn block(&self, number: u64) -> Option<H256> {
		self.facts().blocks.get(&number).copied()
	}
}

/// How a node's chain is another one.
struct Difference {
	/// It has the same first block. Otherwise somebody has named the wrong node.
	anew: bool,
	text: String,
}

/// The node that serves at present.
#[derive(Clone)]
struct Serving {
	/// Tells one connection from the next.
	turn: u64,
	client: RpcClient,
}

#[derive(Default)]
struct State {
	serving: Option<Serving>,
	/// The node to be tried first.
	next: usize,
	turn: u64,
	/// When all have failed, and what the last of them said.
	failed: Option<(Instant, String)>,
}

/// Nodes of one chain, as a client sees them.
pub(super) struct Nodes {
	urls: Vec<String>,
	known: Arc<Known>,
	state: tokio::sync::Mutex<State>,
}

impl Nodes {
	/// Nodes at `urls`; none is connected to before it is needed.
	pub(super) fn new(urls: Vec<String>, known: Arc<Known>) -> Self {
		Self { urls, known, state: Default::default() }
	}

	async fn open(&self, url: &str) -> Result<RpcClient, String> {
		let client = tokio::time::timeout(CONNECTING, RpcClient::from_insecure_url(url))
			.await
			.map_err(|_| "it does not answer".to_string())?
			.map_err(|error| reason(&error))?;
		Ok(client)
	}

	/// The node's blocks of the heights that are known.
	async fn blocks_of(&self, client: &RpcClient) -> Result<BTreeMap<u64, H256>, String> {
		let mut blocks = BTreeMap::new();
		for (number, _) in self.known.blocks() {
			let asked = client.request("chain_getBlockHash", rpc_params![number]);
			let hash: Option<H256> = tokio::time::timeout(ANSWERING, asked)
				.await
				.map_err(|_| "it does not answer".to_string())?
				.map_err(|error| reason(&error))?;
			blocks.extend(hash.map(|hash| (number, hash)));
		}
		Ok(blocks)
	}

	/// A node that answers and has the chain as it is known.
	async fn serving(&self) -> Result<Serving, Error> {
		let mut state = self.state.lock().await;
		if let Some(serving) = &state.serving {
			return Ok(serving.clone());
		}
		if let Some((at, text)) = &state.failed {
			if at.elapsed() < PAUSE {
				return Err(Error::Client(text.clone().into()));
			}
		}
		let (mut said, mut others) = (Vec::new(), Vec::new());
		for step in 0..self.urls.len() {
			let number = state.next.wrapping_add(step) % self.urls.len();
			let Some(url) = self.urls.get(number) else { continue };
			let opened = match self.open(url).await {
				Ok(client) => self.blocks_of(&client).await.map(|blocks| (client, blocks)),
				Err(error) => Err(error),
			};
			match opened.map(|(client, blocks)| (client, self.known.differs(url, &blocks))) {
				Ok((client, None)) => {
					state.turn += 1;
					let serving = Serving { turn: state.turn, client };
					(state.next, state.failed) = (number, None);
					state.serving = Some(serving.clone());
					return Ok(serving);
				}
				Ok((_, Some(other))) => {
					said.push(other.text.clone());
					others.push(other);
				}
				Err(error) => {
					said.push(format!("no node answers at {url}: is it running? ({error})"))
				}
			}
		}
		if others.len() == self.urls.len() || others.iter().any(|other| other.anew) {
			self.known.facts().anew = others.into_iter().next().map(|other| other.text);
		}
		let text = said.join("; ");
		state.failed = Some((Instant::now(), text.clone()));
		Err(Error::Client(text.into()))
	}

	/// Leaves the node that served in `turn`, and tries the next one first.
	async fn leave(&self, turn: u64) {
		let mut state = self.state.lock().await;
		if state.serving.as_ref().is_some_and(|serving| serving.turn == turn) {
			state.serving = None;
			state.next = state.next.wrapping_add(1) % self.urls.len().max(1);
		}
	}

	/// Compares the blocks that are known with those of the node that serves, and leaves it if it has others.
	pub(super) async fn compare(&self) {
		let Ok(Serving { turn, client }) = self.serving().await else { return };
		let Ok(blocks) = self.blocks_of(&client).await else { return };
		if self.known.differs("", &blocks).is_some() {
			self.leave(turn).await;
			// Says so, if all others have it otherwise, too.
			let _ = self.serving().await;
		}
	}

	/// Asks the node that serves. Any error but the node's own makes the next one serve.
	async fn ask(
		&self,
		method: &str,
		params: Option<Box<RawValue>>,
	) -> Result<Box<RawValue>, Error> {
		let Serving { turn, client } = self.serving().await?;
		let lost = match tokio::time::timeout(ANSWERING, client.request_raw(method, params)).await {
			Ok(Err(error @ Error::User(_))) => return Err(error),
			Ok(Err(error)) => reason(&error),
			Ok(answer) => return answer,
			Err(_) => "it does not answer".into(),
		};
		self.leave(turn).await;
		Err(Error::DisconnectedWillReconnect(lost))
	}
}

/// Whether asking again, also another node, does no harm: what is sent to a pool may have arrived, and what
/// follows a subscription is the node's own.
fn may_repeat(method: &str) -> bool {
	!["author_", "transaction", "chainHead_"].iter().any(|begin| method.starts_with(begin))
}

/// A subscription has ended, and may be begun again.
fn lost_hold(text: &str) -> Error {
	Error::DisconnectedWillReconnect(text.into())
}

/// What an error says, without saying three times that it is one.
pub(super) fn reason(error: &Error) -> String {
	let text = error.to_string();
	let mut rest = text.as_str();
	while let Some(shorter) =
		["RPC error: ", "client error: "].iter().find_map(|prefix| rest.strip_prefix(prefix))
	{
		rest = shorter;
	}
	rest.into()
}

impl RpcClientT for Nodes {
	fn request_raw<'a>(
		&'a self,
		method: &'a str,
		params: Option<Box<RawValue>>,
	) -> RawRpcFuture<'a, Box<RawValue>> {
		Box::pin(async move {
			let attempts = if may_repeat(method) { self.urls.len() + 1 } else { 1 };
			let mut answer = self.ask(method, params.clone()).await;
			for _ in 1..attempts {
				match answer {
					Err(Error::DisconnectedWillReconnect(_)) => {
						answer = self.ask(method, params.clone()).await;
					}
					answer => return answer,
				}
			}
			answer
		})
	}

	fn subscribe_raw<'a>(
		&'a self,
		sub: &'a str,
		params: Option<Box<RawValue>>,
		unsub: &'a str,
	) -> RawRpcFuture<'a, RawRpcSubscription> {
		Box::pin(async move {
			let Serving { turn, client } = match self.serving().await {
				Ok(serving) => serving,
				Err(error) => {
					// Who follows the chain would give up for good.
					tokio::time::sleep(PAUSE).await;
					return Err(Error::DisconnectedWillReconnect(reason(&error)));
				}
			};
			let begun = client.subscribe_raw(sub, params, unsub);
			let lost = match tokio::time::timeout(ANSWERING, begun).await {
				Ok(Ok(RawRpcSubscription { stream, id })) => {
					// Who follows the chain follows it at another node. What is told of a transaction ends well.
					let ended = sub.starts_with("chain").then(|| Err(lost_hold("it has ended")));
					let stream =
						stream.map(|item| item.map_err(|error| lost_hold(&reason(&error))));
					let stream = stream.chain(futures::stream::iter(ended)).boxed();
					return Ok(RawRpcSubscription { stream, id });
				}
				Ok(Err(error @ Error::User(_))) => return Err(error),
				Ok(Err(error)) => reason(&error),
				Err(_) => "it does not answer".into(),
			};
			self.leave(turn).await;
			Err(Error::DisconnectedWillReconnect(lost))
		})
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use jsonrpsee::{
		server::{Server, ServerHandle},
		RpcModule,
	};

	fn hash(byte: u8) -> H256 {
		H256::repeat_byte(byte)
	}

	#[test]
	fn a_chain_that_has_other_blocks_at_known_heights_is_named() {
		let known = Known::default();
		known.begins_with(0, hash(1));
		known.begins_with(1, hash(2));
		for number in 50..60 {
			assert_eq!(known.note(number, hash(number as u8)), Noted::Goes);
		}

		assert_eq!(known.blocks(), [(0, hash(1)), (1, hash(2)), (50, hash(50)), (59, hash(59))]);
		assert!(known.differs("x", &[(0, hash(1)), (1, hash(2))].into()).is_none());
		let anew = known.differs("x", &[(0, hash(1)), (1, hash(9))].into()).unwrap();
		assert!(anew.anew && anew.text.contains("its block 1 "), "{}", anew.text);
		let other = known.differs("x", &[(0, hash(9))].into()).unwrap();
		assert!(!other.anew && other.text.contains("another chain"), "{}", other.text);
	}

	#[test]
	fn a_height_that_goes_back_is_looked_into_and_not_all_the_time() {
		let known = Known::default();
		known.note(9, hash(9));

		assert_eq!(known.note(8, hash(8)), Noted::Below);
		assert_eq!(known.note(8, hash(8)), Noted::Goes);
		assert_eq!(known.blocks(), [(9, hash(9))]);
	}

	#[test]
	fn what_may_have_arrived_is_not_sent_again() {
		assert!(may_repeat("state_call") && may_repeat("chain_getBlockHash"));
		assert!(!may_repeat("author_submitExtrinsic") && !may_repeat("chainHead_v1_call"));
	}

	/// A node whose every block has this hash, until its handle is told to stop.
	async fn node(byte: u8) -> (String, ServerHandle) {
		let mut module = RpcModule::new(());
		let method = "chain_getBlockHash";
		module.register_method(method, move |_, _, _| format!("{:?}", hash(byte))).unwrap();
		let server = Server::builder().build("127.0.0.1:0").await.unwrap();
		let url = format!("ws://{}", server.local_addr().unwrap());
		(url, server.start(module))
	}

	async fn ask(client: &RpcClient) -> Result<H256, Error> {
		client.request("chain_getBlockHash", rpc_params![]).await
	}

	fn nodes(urls: &[&str], known: &Arc<Known>) -> RpcClient {
		let urls = urls.iter().map(|url| url.to_string()).collect();
		RpcClient::new(Nodes::new(urls, known.clone()))
	}

	const AWAY: &str = "ws://127.0.0.1:9";

	#[tokio::test]
	async fn any_node_that_answers_serves() {
		let known = Arc::default();
		let ((first, stop), (second, _running)) = (node(1).await, node(2).await);

		let client = nodes(&[AWAY, &first, &second], &known);
		assert_eq!(ask(&client).await.unwrap(), hash(1));
		stop.stop().unwrap();
		stop.stopped().await;
		assert_eq!(ask(&client).await.unwrap(), hash(2));

		let error = ask(&nodes(&[AWAY], &known)).await.unwrap_err().to_string();
		assert!(error.contains("no node answers at ws://127.0.0.1:9"), "{error}");
	}

	#[tokio::test]
	async fn a_node_that_comes_back_serves_again() {
		let known = Arc::default();
		let (url, stop) = node(1).await;
		let address = url.trim_start_matches("ws://").to_string();
		let client = nodes(&[&url], &known);
		assert_eq!(ask(&client).await.unwrap(), hash(1));
		stop.stop().unwrap();
		stop.stopped().await;
		assert!(ask(&client).await.is_err());

		let mut module = RpcModule::new(());
		let method = "chain_getBlockHash";
		module.register_method(method, |_, _, _| format!("{:?}", hash(3))).unwrap();
		let _again = Server::builder().build(address).await.unwrap().start(module);
		tokio::time::sleep(PAUSE).await;
		assert_eq!(ask(&client).await.unwrap(), hash(3));
	}

	#[tokio::test]
	async fn a_node_of_another_chain_does_not_serve() {
		let known = Arc::new(Known::default());
		known.begins_with(0, hash(1));
		let ((other, _other), (own, _own)) = (node(2).await, node(1).await);

		assert_eq!(ask(&nodes(&[&other, &own], &known)).await.unwrap(), hash(1));
		assert_eq!(known.anew(), None);

		// It is the wrong node that was named, and the right one is away.
		assert!(ask(&nodes(&[&other, AWAY], &known)).await.is_err());
		assert_eq!(known.anew(), None);
		assert!(ask(&nodes(&[&other], &known)).await.is_err());
		assert_eq!(known.anew().map(|failure| failure.code()), Some(3));
	}
}
