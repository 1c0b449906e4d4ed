//! What a command says: results on standard output, as text or as JSON; progress beside them.

use std::{
	fmt::Display,
	io::{self, IsTerminal, Write},
};

use indicatif::{ProgressBar, ProgressStyle};

/// A token has twelve decimals.
pub const TOKEN: u128 = 1_000_000_000_000;

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

	/// A progress bar for work of `length` steps; invisible where nobody looks.
	pub fn progress(&self, length: u64, what: &'static str) -> ProgressBar {
		if self.json || !std::io::stderr().is_terminal() {
			return ProgressBar::hidden();
		}
		let bar = ProgressBar::new(length).with_message(what);
		if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {eta}") {
			bar.set_style(style);
		}
		bar
	}
}

/// Whoever has stopped listening, as `head` does, stops nothing here. What cannot be written for any
/// other reason would be missed.
fn written(result: io::Result<()>) {
	if let Err(error) = result.as_ref() {
		assert!(error.kind() == io::ErrorKind::BrokenPipe, "output cannot be written: {error}");
	}
}

/// An amount in tokens.
pub fn tokens(planck: u128) -> String {
	format!("{}.{:012} STN", planck / TOKEN, planck % TOKEN)
}
