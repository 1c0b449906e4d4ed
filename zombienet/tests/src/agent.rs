//! The agent's command line, as people use it.

use std::{
	path::PathBuf,
	process::{Child, Command, Output, Stdio},
};

use anyhow::{ensure, Context, Result};
use serde_json::Value;

use crate::binary;

/// A process that is killed when it is dropped.
pub struct Daemon(Child);

impl Drop for Daemon {
	fn drop(&mut self) {
		let _ = self.0.kill();
		let _ = self.0.wait();
	}
}

/// The agent's command line.
pub struct Agent {
	/// Where it keeps its files.
	pub folder: PathBuf,
	/// RPC address of a node.
	pub url: String,
}

impl Agent {
	fn command(&self, suri: &str, arguments: &[&str]) -> Result<Command> {
		let mut command = Command::new(binary("substation-agent")?);
		command.args(arguments).env("SUBSTATION_SURI", suri).stdin(Stdio::null());
		Ok(command)
	}

	/// Runs a command to its end.
	pub async fn run(&self, suri: &str, arguments: &[&str]) -> Result<Output> {
		let mut command = self.command(suri, arguments)?;
		Ok(tokio::task::spawn_blocking(move || command.output()).await??)
	}

	/// Runs a command that has to succeed, and reads its result.
	pub async fn json(&self, suri: &str, arguments: &[&str]) -> Result<Value> {
		let output = self.run(suri, arguments).await?;
		ensure!(
			output.status.success(),
			"{arguments:?}: {}",
			String::from_utf8_lossy(&output.stderr)
		);
		// Some have nothing to say but that it is done.
		if output.stdout.is_empty() {
			return Ok(Value::Null);
		}
		serde_json::from_slice(&output.stdout)
			.with_context(|| String::from_utf8_lossy(&output.stdout).into_owned())
	}

	/// Starts a daemon that logs to a file of this name.
	pub fn start(&self, suri: &str, log: &str, arguments: &[&str]) -> Result<Daemon> {
		let file =
			std::fs::File::options().create(true).append(true).open(self.folder.join(log))?;
		let mut command = self.command(suri, arguments)?;
		Ok(Daemon(command.stdout(file.try_clone()?).stderr(file).spawn()?))
	}

	/// A path in its folder.
	pub fn path(&self, name: &str) -> String {
		self.folder.join(name).display().to_string()
	}
}
