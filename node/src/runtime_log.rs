//! What a runtime writes into the node's log.
//!
//! A runtime that is called with what it cannot decode says so and stops, and anybody who reaches RPC may call it. The
//! host function that it writes with is here the SDK's own, by name and by signature, but for a limit: what is more is left
//! out and counted. Lines below `info` are written as asked for, since only who runs the node asks for them.

use crate::allowance::Allowance;
use parking_lot::Mutex;
use sp_core::RuntimeInterfaceLogLevel;
use sp_runtime_interface::{
	pass_by::{PassAs, PassFatPointerAndRead},
	runtime_interface,
};
use std::time::{Duration, Instant};

/// Lines of one level at once, and how long until there may be another.
const BURST: u32 = 50;
const PERIOD: Duration = Duration::from_secs(5);
/// Bytes of a line. What a runtime says when it stops may hold what it was given.
const LONGEST: usize = 1_024;

const LIMITED: [log::Level; 3] = [log::Level::Error, log::Level::Warn, log::Level::Info];
static ALLOWANCES: [Mutex<Allowance>; LIMITED.len()] =
	[const { Mutex::new(Allowance::new(BURST, PERIOD)) }; LIMITED.len()];

/// What a runtime may log with.
#[runtime_interface(wasm_only, no_tracing)]
pub trait Logging {
	/// Writes a line.
	fn log(
		level: PassAs<RuntimeInterfaceLogLevel, u8>,
		target: PassFatPointerAndRead<&str>,
		message: PassFatPointerAndRead<&[u8]>,
	) {
		if let Ok(message) = core::str::from_utf8(message) {
			write(log::Level::from(level), target, message, Instant::now());
		}
	}
}

/// Writes a line, if there may be one more.
fn write(level: log::Level, target: &str, message: &str, now: Instant) {
	if !log::log_enabled!(target: target, level) {
		return;
	}
	let Some(place) = LIMITED.iter().position(|limited| *limited == level) else {
		return log::log!(target: target, level, "{message}");
	};
	let Some(Ok(left_out)) = ALLOWANCES.get(place).map(|limit| limit.lock().take(now)) else {
		return;
	};
	if left_out > 0 {
		log::warn!(
			target: target,
			"{left_out} lines of the runtime were left out: it wrote more than one in {} seconds. Somebody may be calling \
			 it with what it cannot decode",
			PERIOD.as_secs(),
		);
	}
	log::log!(target: target, level, "{}", shortened(message));
}

/// The beginning of `message`, if it is too long.
fn shortened(message: &str) -> &str {
	let end = LONGEST.min(message.len());
	let end = (0..=end).rev().find(|end| message.is_char_boundary(*end)).unwrap_or_default();
	message.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::client::HostFunctions;
	use sc_executor::sp_wasm_interface::HostFunctions as _;

	#[test]
	fn the_runtime_sees_the_functions_that_it_would_see_without() {
		let names = |functions: Vec<&'static dyn sc_executor::sp_wasm_interface::Function>| {
			let mut names: Vec<_> = functions
				.into_iter()
				.map(|function| format!("{}: {:?}", function.name(), function.signature()))
				.collect();
			names.sort();
			names
		};
		let ours = names(HostFunctions::host_functions());
		let of_the_sdk = <(
			sp_io::SubstrateHostFunctions,
			sp_statement_store::runtime_api::HostFunctions,
		)>::host_functions();
		assert_eq!(ours, names(of_the_sdk));
		let log = names(logging::HostFunctions::host_functions());
		assert!(log.iter().all(|function| ours.contains(function)), "{log:?}");
	}

	#[test]
	fn a_line_has_an_end() {
		assert_eq!(shortened("short"), "short");
		assert_eq!(shortened(&"x".repeat(5_000)).len(), LONGEST);
		// The limit falls into a letter of two bytes.
		let long = format!("x{}", "é".repeat(2_000));
		assert_eq!(shortened(&long).len(), LONGEST - 1);
	}
}
