//! Panics of host functions, which a call of the runtime can cause.
//!
//! A runtime may call a host function where there is no use for it, as its off-chain worker does when it is called through
//! RPC. The host function then panics, the executor makes an error of it, and the SDK's hook writes a backtrace of a hundred
//! lines. Anybody may call the runtime: how often that is written is limited here. Any other panic is the SDK's to deal with.

use crate::allowance::Allowance;
use parking_lot::Mutex;
use sc_executor::{RuntimeVersion, RuntimeVersionOf};
use sp_core::traits::{CallContext, CodeExecutor, Externalities, ReadRuntimeVersion, RuntimeCode};
use std::{
	cell::Cell,
	time::{Duration, Instant},
};

/// Backtraces at once, and how long until there may be another.
const BURST: u32 = 3;
const PERIOD: Duration = Duration::from_secs(10 * 60);

static ALLOWANCE: Mutex<Allowance> = Mutex::new(Allowance::new(BURST, PERIOD));

thread_local! {
	/// Whether this thread executes a runtime.
	static EXECUTES: Cell<bool> = const { Cell::new(false) };
}

/// Says for as long as it lives that this thread executes a runtime.
struct Executing(bool);

impl Executing {
	fn begin() -> Self {
		Self(EXECUTES.replace(true))
	}
}

impl Drop for Executing {
	fn drop(&mut self) {
		EXECUTES.set(self.0);
	}
}

/// Puts a limit before the present hook, for panics of host functions alone. Goes after what sets the hook.
pub fn limit() {
	let hook = std::panic::take_hook();
	std::panic::set_hook(Box::new(move |panic| {
		if !EXECUTES.get() {
			return hook(panic);
		}
		// A refused one unwinds into the executor, as it does with the hook.
		let Ok(left_out) = ALLOWANCE.lock().take(Instant::now()) else { return };
		if left_out > 0 {
			log::warn!("{left_out} panics of host functions, which calls of the runtime caused, were left out");
		}
		hook(panic);
	}));
}

/// An executor under whose calls panics are limited.
#[derive(Clone)]
pub struct Limited<E>(pub E);

impl<E: ReadRuntimeVersion> ReadRuntimeVersion for Limited<E> {
	fn read_runtime_version(
		&self,
		wasm_code: &[u8],
		ext: &mut dyn Externalities,
	) -> Result<Vec<u8>, String> {
		self.0.read_runtime_version(wasm_code, ext)
	}
}

impl<E: RuntimeVersionOf> RuntimeVersionOf for Limited<E> {
	fn runtime_version(
		&self,
		ext: &mut dyn Externalities,
		runtime_code: &RuntimeCode,
	) -> sc_executor::error::Result<RuntimeVersion> {
		self.0.runtime_version(ext, runtime_code)
	}
}

impl<E: CodeExecutor> CodeExecutor for Limited<E> {
	type Error = E::Error;

	fn call(
		&self,
		ext: &mut dyn Externalities,
		runtime_code: &RuntimeCode,
		method: &str,
		data: &[u8],
		context: CallContext,
	) -> (Result<Vec<u8>, Self::Error>, bool) {
		let _executing = Executing::begin();
		self.0.call(ext, runtime_code, method, data, context)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::{
		panic::catch_unwind,
		sync::{
			atomic::{AtomicUsize, Ordering},
			Arc,
		},
		thread::ThreadId,
	};

	#[test]
	fn panics_under_a_runtime_are_limited_and_others_are_not() {
		// The hook is the whole process's: other tests may panic meanwhile.
		let mine: ThreadId = std::thread::current().id();
		let written = Arc::new(AtomicUsize::new(0));
		let count = written.clone();
		let usual = std::panic::take_hook();
		std::panic::set_hook(Box::new(move |panic| {
			if std::thread::current().id() == mine {
				count.fetch_add(1, Ordering::SeqCst);
			} else {
				usual(panic);
			}
		}));
		limit();
		for _ in 0..20 {
			let caught = catch_unwind(|| {
				let _executing = Executing::begin();
				panic!("a host function that has no business here");
			});
			assert!(caught.is_err());
			assert!(!EXECUTES.get(), "the mark goes with the call");
		}
		assert_eq!(written.load(Ordering::SeqCst), BURST as usize);
		for _ in 0..20 {
			assert!(catch_unwind(|| panic!("the node itself")).is_err());
		}
		assert_eq!(written.load(Ordering::SeqCst), BURST as usize + 20);
	}
}
