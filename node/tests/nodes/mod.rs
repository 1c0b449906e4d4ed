//! A node as an operator has it: what strangers can make it write and do, and the commands that open its database.

use serde_json::{json, Value};
use std::{
	error::Error,
	fs,
	io::{BufRead, BufReader, Read, Write},
	net::TcpStream,
	path::Path,
	process::{Child, Command, Output, Stdio},
	sync::{Arc, Mutex},
	time::{Duration, Instant},
};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const PATIENCE: Duration = Duration::from_secs(300);

fn command() -> Command {
	let mut command = Command::new(env!("CARGO_BIN_EXE_substation-node"));
	// What is written by default is what is counted.
	command.env_remove("RUST_LOG");
	command
}

/// A node that runs, and what it has written. It ends with the test.
struct Node {
	process: Child,
	log: Arc<Mutex<Vec<String>>>,
	port: u16,
}

impl Drop for Node {
	fn drop(&mut self) {
		let _ = self.process.kill();
		let _ = self.process.wait();
	}
}

impl Node {
	/// Starts a node that is alone, and waits for a block.
	fn start(base: &Path, arguments: &[&str]) -> Result<Self> {
		let mut process = command()
			.args(arguments)
			.arg("--base-path")
			.arg(base)
			.args(["--rpc-port", "0", "--no-prometheus", "--no-telemetry", "--no-mdns"])
			.args(["--listen-addr", "/ip4/127.0.0.1/tcp/0", "--unsafe-force-node-key-generation"])
			.stderr(Stdio::piped())
			.stdout(Stdio::null())
			.spawn()?;
		let log = Arc::new(Mutex::new(Vec::new()));
		let lines = log.clone();
		let errors = process.stderr.take().ok_or("a log")?;
		std::thread::spawn(move || {
			for line in BufReader::new(errors).lines().map_while(std::io::Result::ok) {
				lines.lock().unwrap().push(line);
			}
		});
		let mut node = Self { process, log, port: 0 };
		let line = node.wait_for("Running JSON-RPC server: addr=127.0.0.1:")?;
		let port = line.split("addr=127.0.0.1:").nth(1).unwrap_or_default();
		let end = port.find(|digit: char| !digit.is_ascii_digit()).unwrap_or(port.len());
		node.port = port[..end].parse()?;
		node.wait_for("Imported #3 ")?;
		Ok(node)
	}

	fn written(&self) -> Vec<String> {
		self.log.lock().unwrap().clone()
	}

	fn wait_for(&mut self, part: &str) -> Result<String> {
		let end = Instant::now() + PATIENCE;
		while Instant::now() < end {
			if let Some(line) = self.written().into_iter().find(|line| line.contains(part)) {
				return Ok(line);
			}
			if let Some(status) = self.process.try_wait()? {
				return Err(format!("{status}: {}", self.written().join("\n")).into());
			}
			std::thread::sleep(Duration::from_millis(100));
		}
		Err(format!("no {part}: {}", self.written().join("\n")).into())
	}

	fn rpc(&self, method: &str, params: Value) -> Result<Value> {
		rpc(self.port, method, params)
	}

	/// Ends it as an operator does.
	fn stop(mut self) -> Result<()> {
		let id = self.process.id().to_string();
		assert!(Command::new("kill").args(["-INT", &id]).status()?.success());
		let end = Instant::now() + PATIENCE;
		while self.process.try_wait()?.is_none() {
			assert!(Instant::now() < end, "it does not stop");
			std::thread::sleep(Duration::from_millis(100));
		}
		Ok(())
	}
}

/// Calls a method over HTTP.
fn rpc(port: u16, method: &str, params: Value) -> Result<Value> {
	let mut stream = TcpStream::connect(("127.0.0.1", port))?;
	let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params }).to_string();
	write!(
		stream,
		"POST / HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
		body.len()
	)?;
	let mut answer = Vec::new();
	stream.read_to_end(&mut answer)?;
	let answer = String::from_utf8(answer)?;
	let (_, body) = answer.split_once("\r\n\r\n").ok_or("no answer")?;
	Ok(serde_json::from_str(body).map_err(|_| format!("{method} is answered: {answer}"))?)
}

/// Runs a command on a node's database and gives what it wrote.
fn run(base: &Path, arguments: &[&str]) -> Result<Output> {
	let output = command().args(arguments).arg("--base-path").arg(base).output()?;
	let log = String::from_utf8_lossy(&output.stderr);
	assert!(output.status.success(), "{arguments:?}: {log}");
	for word in ["Essential task", "Shutting down", "panicked"] {
		assert!(!log.contains(word), "{arguments:?} frightens: {log}");
	}
	Ok(output)
}

#[test]
fn strangers_do_not_fill_the_log_nor_hold_up_others() -> Result<()> {
	let base = tempfile::tempdir()?;
	// As a public node: what is unsafe is refused.
	let node = Node::start(base.path(), &["--dev", "--rpc-methods", "safe"])?;

	let before = node.written().len();
	let header = format!("0x{}04{}00", "00".repeat(32), "00".repeat(64));
	for _ in 0..150 {
		// The runtime says that it cannot decode, and stops.
		let bad = node.rpc("payment_queryInfo", json!(["0x0c04ffff"]))?;
		assert!(bad["error"].is_object(), "{bad}");
		// A host function panics that has no business outside the worker.
		let worker = json!(["OffchainWorkerApi_offchain_worker", header]);
		assert!(node.rpc("state_call", worker)?["error"].is_object());
	}
	std::thread::sleep(Duration::from_secs(1));
	let written = node.written();
	let lines = written[before..].iter();
	let stopped = lines.clone().filter(|line| line.contains("Bad input data")).count();
	assert!((1..100).contains(&stopped), "{stopped} lines of a runtime that stopped");
	let panics = lines
		.clone()
		.filter(|line| line.contains("panicked at '") && line.contains("only in the offchain"))
		.count();
	assert!((1..10).contains(&panics), "{panics} backtraces of host functions");

	// The checkpoint's genesis is made meanwhile.
	let port = node.port;
	let asked = Instant::now();
	let checkpoints: Vec<_> = (0..3)
		.map(|_| {
			std::thread::spawn(move || {
				rpc(port, "sync_state_genSyncSpec", json!([true]))
					.map_err(|error| error.to_string())
			})
		})
		.collect();
	while checkpoints.iter().any(|checkpoint| !checkpoint.is_finished()) {
		let start = Instant::now();
		assert_eq!(node.rpc("system_name", json!([]))?["result"], "Substation Node");
		let took = start.elapsed();
		assert!(took < Duration::from_secs(10), "another method took {took:?}");
		assert!(asked.elapsed() < PATIENCE, "no checkpoint");
		std::thread::sleep(Duration::from_millis(50));
	}
	for checkpoint in checkpoints {
		let answer = checkpoint.join().map_err(|_| "a thread panicked")??;
		let spec = &answer["result"];
		assert!(spec["lightSyncState"]["finalizedBlockHeader"].is_string(), "{}", answer["error"]);
		assert!(spec.pointer("/genesis/raw/top/0x3a636f6465").is_some(), "it has the genesis");
	}
	let refused = (0..8).map(|_| node.rpc("sync_state_genSyncSpec", json!([true])));
	let refused: Vec<_> = refused.collect::<Result<_>>()?;
	assert!(
		refused.iter().any(|answer| answer["error"]["message"].to_string().contains("try again")),
		"so many at once are not for strangers"
	);
	Ok(())
}

#[test]
fn commands_are_quiet_and_a_copy_of_a_state_makes_blocks() -> Result<()> {
	let base = tempfile::tempdir()?;
	let node = Node::start(base.path(), &["--dev"])?;
	let live = node.rpc("state_getStorage", json!([TOTAL_ISSUANCE]))?;
	let genesis = node.rpc("chain_getBlockHash", json!([0]))?;
	node.stop()?;

	let file = base.path().join("blocks");
	let file = file.to_str().ok_or("a path")?;
	run(base.path(), &["export-blocks", "--dev", "--to", "2", file])?;
	run(base.path(), &["check-block", "--dev", "1"])?;
	let other = tempfile::tempdir()?;
	run(other.path(), &["import-blocks", "--dev", file])?;
	run(base.path(), &["export-state", "--dev"])?;

	let spec = base.path().join("copy.json");
	let written = run(base.path(), &["fork-state", "--chain", "dev"])?.stdout;
	fs::write(&spec, &written)?;
	run(base.path(), &["revert", "--dev", "1"])?;
	let copy = tempfile::tempdir()?;
	let spec = spec.to_str().ok_or("a path")?;
	let node = Node::start(copy.path(), &["--chain", spec, "--validator", "--alice"])?;
	assert_eq!(node.rpc("state_getStorage", json!([TOTAL_ISSUANCE]))?["result"], live["result"]);
	assert_ne!(node.rpc("chain_getBlockHash", json!([0]))?["result"], genesis["result"]);
	let name = node.rpc("system_chain", json!([]))?["result"].to_string();
	assert!(name.contains("a copy as of 0x"), "{name}");
	drop(node);

	let chain = base.path().join("chains/substation_dev");
	let left = |chain: &Path| -> Result<Vec<String>> {
		let names =
			fs::read_dir(chain)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into()));
		let mut names = names.collect::<Result<Vec<String>>>()?;
		names.sort();
		Ok(names)
	};
	for folder in ["statements", "runtimes", "keystore", "network"] {
		assert!(left(&chain)?.contains(&folder.to_owned()), "there is no {folder}");
	}
	run(base.path(), &["purge-chain", "--dev", "-y"])?;
	assert_eq!(left(&chain)?, ["keystore", "network"]);
	run(base.path(), &["purge-chain", "--dev", "-y"])?;
	Ok(())
}

/// Where `Balances` has the total issuance.
const TOTAL_ISSUANCE: &str = "0xc2261276cc9d1f8598ea4b6a74b15c2f57c875e4cff74148e4628f264b974c80";
