//! `sync_state_genSyncSpec`: the chain's specification with a checkpoint, from which a light client may begin.
//!
//! The SDK's method makes the genesis anew for each who asks, which takes seconds, on a thread that others wait for. Here it is
//! made once, where nobody waits, and only the checkpoint is of the moment. An answer is ten megabytes all the same: on a
//! node whose RPC is public there are few of them.

use crate::allowance::Allowance;
use futures::{
	channel::oneshot,
	lock::{Mutex, OwnedMutexGuard},
	FutureExt,
};
use jsonrpsee::{
	types::{error::INTERNAL_ERROR_CODE, ErrorObject, ErrorObjectOwned},
	RpcModule,
};
use sc_chain_spec::ChainSpec;
use sc_rpc::{DenyUnsafe, SubscriptionTaskExecutor};
use sc_sync_state_rpc::SyncStateApiServer;
use serde_json::{value::RawValue, Value};
use std::{
	sync::Arc,
	time::{Duration, Instant},
};
use substation_runtime::opaque::Block;

/// Answers at once for all who may not call unsafe methods, and how long until there is another.
const BURST: u32 = 4;
const PERIOD: Duration = Duration::from_secs(15);
/// The code of an error that says when to come again.
const BUSY: i32 = -32_004;
/// The field of a specification that holds the checkpoint.
const CHECKPOINT: &str = "lightSyncState";

type Error = Box<dyn std::error::Error + Send + Sync>;
type Texts = [Option<String>; 2];

/// What the method needs.
struct Checkpoints<S> {
	/// Gives the checkpoint, beside an empty genesis.
	sync_state: S,
	chain_spec: Box<dyn ChainSpec>,
	/// The specification without a checkpoint, in its two forms, once it was asked for.
	texts: Arc<Mutex<Texts>>,
	allowance: parking_lot::Mutex<Allowance>,
	executor: SubscriptionTaskExecutor,
}

/// The method. `make` gives the SDK's, for the specification that it is to add the checkpoint to.
pub fn module<S, E>(
	chain_spec: Box<dyn ChainSpec>,
	executor: SubscriptionTaskExecutor,
	make: impl FnOnce(Box<dyn ChainSpec>) -> Result<S, E>,
) -> Result<RpcModule<impl Send + Sync>, Error>
where
	S: SyncStateApiServer<Block>,
	E: std::error::Error + Send + Sync + 'static,
{
	let mut empty = chain_spec.cloned_box();
	empty.set_storage(Default::default());
	let mut module = RpcModule::new(Checkpoints {
		sync_state: make(empty)?,
		chain_spec,
		texts: Default::default(),
		allowance: parking_lot::Mutex::new(Allowance::new(BURST, PERIOD)),
		executor,
	});
	module.register_async_method(
		"sync_state_genSyncSpec",
		|params, checkpoints, extensions| async move {
			let raw = params.one::<bool>()?;
			if !matches!(extensions.get::<DenyUnsafe>(), Some(DenyUnsafe::No)) {
				checkpoints.allowance.lock().take(Instant::now()).map_err(|wait| {
					let wait = wait.as_secs().saturating_add(1);
					let message = format!(
						"asked for too often: try again after {wait} seconds, or ask a node of your own"
					);
					ErrorObject::owned(BUSY, message, None::<()>)
				})?;
			}
			checkpoints.specification(raw).await
		},
	)?;
	Ok(module)
}

impl<S: SyncStateApiServer<Block>> Checkpoints<S> {
	/// The specification with a checkpoint.
	async fn specification(&self, raw: bool) -> Result<Box<RawValue>, ErrorObjectOwned> {
		let mut light =
			self.sync_state.system_gen_sync_spec(true).await.map_err(ErrorObjectOwned::from)?;
		let checkpoint = light
			.get_mut(CHECKPOINT)
			.map(Value::take)
			.ok_or_else(|| internal("there is no checkpoint".into()))?;
		// The lock goes along: whoever hangs up does not let the next one in before this is done.
		let texts = self.texts.clone().lock_owned().await;
		let chain_spec = self.chain_spec.cloned_box();
		let (done, made) = oneshot::channel();
		let work = async move {
			let _ = done.send(assemble(texts, &*chain_spec, raw, &checkpoint));
		};
		self.executor.spawn_blocking("checkpoint", Some("rpc"), work.boxed());
		made.await.map_err(|_| internal("the node is stopping".into()))?.map_err(internal)
	}
}

fn internal(message: String) -> ErrorObjectOwned {
	ErrorObject::owned(INTERNAL_ERROR_CODE, message, None::<()>)
}

/// Adds the checkpoint to the specification, which is made if it is not there.
fn assemble(
	mut texts: OwnedMutexGuard<Texts>,
	chain_spec: &dyn ChainSpec,
	raw: bool,
	checkpoint: &Value,
) -> Result<Box<RawValue>, String> {
	let [plain, in_raw_form] = &mut *texts;
	let text = if raw { in_raw_form } else { plain };
	let text = match text {
		Some(text) => text,
		None => text.insert(without_checkpoint(&chain_spec.as_json(raw)?)?),
	};
	let rest = text.strip_prefix('{').ok_or("a specification is an object")?;
	let whole = format!("{{\"{CHECKPOINT}\":{checkpoint},{rest}");
	RawValue::from_string(whole).map_err(|error| error.to_string())
}

/// A specification, in one line, without the checkpoint that it may have begun from.
fn without_checkpoint(text: &str) -> Result<String, String> {
	let mut spec: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
	spec.as_object_mut().ok_or("a specification is an object")?.remove(CHECKPOINT);
	Ok(spec.to_string())
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::chain_spec::{self, Extensions};
	use sp_core::testing::TaskExecutor;
	use std::sync::atomic::{AtomicU32, Ordering};

	/// Gives a new checkpoint each time.
	struct Counting(Box<dyn ChainSpec>, AtomicU32);

	#[jsonrpsee::core::async_trait]
	impl SyncStateApiServer<Block> for Counting {
		async fn system_gen_sync_spec(
			&self,
			raw: bool,
		) -> Result<Value, sc_sync_state_rpc::Error<Block>> {
			let mut spec: Value = self
				.0
				.as_json(raw)
				.ok()
				.and_then(|text| serde_json::from_str(&text).ok())
				.unwrap_or_default();
			spec[CHECKPOINT] = self.1.fetch_add(1, Ordering::SeqCst).into();
			Ok(spec)
		}
	}

	fn spec() -> Box<dyn ChainSpec> {
		let extensions = Extensions { light_sync_state: Some("old".into()) };
		let mut spec = chain_spec::ChainSpec::builder(b"code", extensions)
			.with_id("test")
			.with_genesis_config(Value::Null)
			.build();
		let mut storage = sp_core::storage::Storage::default();
		storage.top.insert(b"key".to_vec(), b"value".to_vec());
		ChainSpec::set_storage(&mut spec, storage);
		Box::new(spec)
	}

	fn module() -> Result<RpcModule<impl Send + Sync>, Error> {
		super::module(spec(), Arc::new(TaskExecutor::new()), |empty| {
			Ok::<_, std::fmt::Error>(Counting(empty, Default::default()))
		})
	}

	async fn ask(module: &RpcModule<impl Send + Sync>, deny: DenyUnsafe) -> Result<Value, Error> {
		let request =
			r#"{"jsonrpc":"2.0","id":1,"method":"sync_state_genSyncSpec","params":[true]}"#;
		let mut methods: jsonrpsee::Methods = (**module).clone();
		methods.extensions_mut().insert(deny);
		let (answer, _) = methods.raw_json_request(request, 1).await?;
		Ok(serde_json::from_str(&answer)?)
	}

	#[test]
	fn the_genesis_is_kept_and_the_checkpoint_is_new() -> Result<(), Error> {
		futures::executor::block_on(async {
			let module = module()?;
			for count in 0..10 {
				let answer = ask(&module, DenyUnsafe::No).await?;
				let spec = &answer["result"];
				assert_eq!(spec[CHECKPOINT], count, "{answer}");
				assert_eq!(spec["id"], "test");
				assert_eq!(spec["genesis"]["raw"]["top"]["0x6b6579"], "0x76616c7565");
			}
			Ok(())
		})
	}

	#[test]
	fn strangers_are_told_to_come_later() -> Result<(), Error> {
		futures::executor::block_on(async {
			let module = module()?;
			for _ in 0..BURST {
				assert!(ask(&module, DenyUnsafe::Yes).await?["result"].is_object());
			}
			let refused = ask(&module, DenyUnsafe::Yes).await?;
			assert_eq!(refused["error"]["code"], BUSY);
			assert!(refused["error"]["message"].to_string().contains("seconds"), "{refused}");
			assert!(ask(&module, DenyUnsafe::No).await?["result"].is_object());
			Ok(())
		})
	}
}
