//! Networks that can be cut: each node in a network namespace of its own, with a cable for its peers and one for us.
//!
//! ```text
//!  node 0   10.77.0.1 ─┐                 10.78.0.2 ── 10.78.0.1  the test
//!  node 1   10.77.0.2 ─┼─ switch 0 or 1  10.78.1.2 ── 10.78.1.1
//!  …                   ┘                 …
//! ```
//!
//! All of it is in namespaces that the kernel gives to any user, and is gone when the test ends: nothing of the
//! machine's own network is touched, and nobody has to be root. Needs `unshare`, `nsenter` and `ip`.

use std::process::{Command, Stdio};

use anyhow::{ensure, Context, Result};

/// Set where a test runs in namespaces of its own.
const INSIDE: &str = "SUBSTATION_NAMESPACES";

/// What nodes are plugged into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
	/// Where all are in the beginning.
	First,
	/// The other one, to which no cable leads from the first.
	Second,
}

impl Switch {
	const ALL: [Self; 2] = [Self::First, Self::Second];

	fn device(self) -> &'static str {
		match self {
			Self::First => "switch0",
			Self::Second => "switch1",
		}
	}
}

/// Whether this process is in namespaces made by [`enter`].
pub fn inside() -> bool {
	std::env::var_os(INSIDE).is_some()
}

/// Runs the test of this name once more, in namespaces of its own, and fails if it fails.
pub fn enter(test: &str) -> Result<()> {
	let output = Command::new("unshare")
		.args(["--user", "--map-root-user", "--net", "--mount"])
		// What it has started ends with it.
		.args(["--pid", "--fork", "--kill-child", "--mount-proc"])
		.arg(std::env::current_exe()?)
		.args([test, "--exact", "--include-ignored", "--nocapture"])
		.env(INSIDE, "1")
		.stderr(Stdio::inherit())
		.output()
		.context("util-linux's `unshare` is needed")?;
	let told = String::from_utf8_lossy(&output.stdout);
	println!("{told}");
	ensure!(
		output.status.success(),
		"{test} has failed in its namespaces, or this kernel gives none"
	);
	ensure!(told.contains("1 passed"), "there is no test {test}");
	Ok(())
}

fn run(program: &str, arguments: &str) -> Result<()> {
	let status = Command::new(program)
		.args(arguments.split_whitespace())
		.status()
		.with_context(|| format!("{program} is needed"))?;
	ensure!(status.success(), "`{program} {arguments}` has failed");
	Ok(())
}

fn ip(arguments: &str) -> Result<()> {
	run("ip", arguments)
}

/// Lays the cables of as many nodes, all in the first switch.
pub fn lay(nodes: usize) -> Result<()> {
	// `ip` keeps names of namespaces there.
	run("mount", "-t tmpfs tmpfs /run")?;
	ip("link set lo up")?;
	for switch in Switch::ALL {
		ip(&format!("link add {} type bridge", switch.device()))?;
		ip(&format!("link set {} up", switch.device()))?;
	}
	for node in 0..nodes {
		ip(&format!("netns add node{node}"))?;
		ip(&format!("-n node{node} link set lo up"))?;
		ip(&format!("link add peers{node} type veth peer name peers netns node{node}"))?;
		ip(&format!("-n node{node} addr add {}/24 dev peers", peers_host(node)))?;
		ip(&format!("-n node{node} link set peers up"))?;
		ip(&format!("link set peers{node} up"))?;
		plug(node, Switch::First)?;
		ip(&format!("link add rpc{node} type veth peer name rpc netns node{node}"))?;
		ip(&format!("addr add 10.78.{node}.1/30 dev rpc{node}"))?;
		ip(&format!("link set rpc{node} up"))?;
		ip(&format!("-n node{node} addr add {}/30 dev rpc", rpc_host(node)))?;
		ip(&format!("-n node{node} link set rpc up"))?;
	}
	Ok(())
}

/// Pulls a node's cable to its peers and plugs it into a switch. No connection is closed: packets are lost.
pub fn plug(node: usize, switch: Switch) -> Result<()> {
	ip(&format!("link set peers{node} master {}", switch.device()))
}

/// Where a node's peers find it.
pub(crate) fn peers_host(node: usize) -> String {
	format!("10.77.0.{}", node + 1)
}

/// Where tests find a node.
pub(crate) fn rpc_host(node: usize) -> String {
	format!("10.78.{node}.2")
}

/// A command that runs in a node's namespace.
pub(crate) fn command(node: usize, program: &std::path::Path) -> Command {
	let mut command = Command::new("nsenter");
	command.arg(format!("--net=/run/netns/node{node}")).arg("--").arg(program);
	command
}
