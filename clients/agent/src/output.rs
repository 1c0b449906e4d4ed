//! What a command says: results on standard output, as text or as JSON; progress beside them.

use std::{
	fmt::Display,
	io::{self, IsTerminal, Write},
};

use indicatif::{ProgressBar, ProgressStyle};
use substation_sdk::{
	amount::tokens,
	chain::Written,
	progress::{Progress, Work},
};

/// How to say it.
#[derive(Clone, Copy, Debug, Default, clap::Args)]
pub struct Output {
	/// Print results as JSON, and everything else to standard error.
	#[arg(long, global = true)]
	pub json: bool,
}

impl Output {
	/// Says what is going on. Not a result.
	pub fn say(&self, text: impl Display) {
		written(match self.json {
			true => writeln!(io::stderr(), "{text}"),
			false => writeln!(io::stdout(), "{text}"),
		});
	}

	/// A result, in the form that was asked for.
	pub fn result(&self, value: &serde_json::Value, text: impl Display) {
		written(match self.json {
			true => writeln!(io::stdout(), "{value:#}"),
			false => writeln!(io::stdout(), "{text}"),
		});
	}

	/// What became of a call, which does `what`.
	pub fn written(&self, what: &str, written: &Written) {
		match written {
			Written::Done(_) => self.say(format!("done: {what}")),
			Written::Tried { fee } => self.say(format!(
				"would: {what}, for a fee of {}. Nothing was sent: say --commit to do it",
				tokens(*fee)
			)),
		}
	}
}

/// A progress bar, gone when it is dropped.
struct Bar(ProgressBar);

impl Work for Bar {
	fn advance(&self, steps: u64) {
		self.0.inc(steps);
	}
}

impl Drop for Bar {
	fn drop(&mut self) {
		self.0.finish_and_clear();
	}
}

/// Shows progress bars; none where nobody looks.
impl Progress for Output {
	fn begin(&self, steps: u64, what: &'static str) -> Box<dyn Work> {
		if self.json || !io::stderr().is_terminal() {
			return Box::new(Bar(ProgressBar::hidden()));
		}
		let bar = ProgressBar::new(steps).with_message(what);
		if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {eta}") {
			bar.set_style(style);
		}
		Box::new(Bar(bar))
	}
}

/// Whoever has stopped listening, as `head` does, stops nothing here. What cannot be written for any
/// other reason would be missed.
fn written(result: io::Result<()>) {
	if let Err(error) = result.as_ref() {
		assert!(error.kind() == io::ErrorKind::BrokenPipe, "output cannot be written: {error}");
	}
}
