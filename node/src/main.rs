//! The Substation node.

mod bodies;
mod chain_spec;
mod cli;
mod client;
mod command;
mod equivocation;
mod metrics;
mod rpc;
mod service;

fn main() -> sc_cli::Result<()> {
	command::run()
}
