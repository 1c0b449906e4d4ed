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

fn main() -> sc_cli::Result<()> {
	command::run()
}
