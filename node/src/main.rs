//! The Substation node.

mod allowance;
mod bodies;
mod chain_spec;
mod checkpoint;
mod cli;
mod client;
mod command;
mod discovery;
mod equivocation;
mod fork;
mod launch;
mod metrics;
mod panics;
mod purge;
mod rpc;
mod runtime_log;
mod service;

use std::process::ExitCode;

fn main() -> ExitCode {
	match command::run() {
		Ok(()) => ExitCode::SUCCESS,
		Err(error) => {
			// As people read it, with all its lines.
			eprintln!("Error: {error}");
			ExitCode::FAILURE
		}
	}
}
