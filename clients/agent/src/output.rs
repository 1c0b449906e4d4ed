//! What a command says: results on standard output, as text or as JSON; progress beside them.

use std::{
	fmt::Display,
	io::{self, IsTerminal, Write},
};

use indicatif::{ProgressBar, ProgressStyle};
use substation_sdk::{
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

	/// What became of a call, which does `what`: of one that was only tried, all that it would take.
	pub fn written(&self, what: &str, written: &Written) {
		match written {
			Written::Done(_) => self.say(format!("done: {what}")),
			Written::Tried(costs) => {
				let lines = costs.to_string();
				self.say(format!("would: {what}"));
				lines.lines().for_each(|line| self.say(format!("    {line}")));
				self.say("the chain has tried it. Nothing was sent: say --commit to do it");
			}
		}
	}
}

/// What a call that was only tried would take, for programs; nothing of one that was sent.
pub fn costs_of(written: &Written) -> serde_json::Value {
	let Written::Tried(costs) = written else { return serde_json::Value::Null };
	let held =
		costs.taken.held.iter().map(
			|held| serde_json::json!({ "amount": held.amount.to_string(), "terms": held.terms }),
		);
	serde_json::json!({
		"signer": costs.account.to_string(),
		"fee": costs.fee.to_string(),
		"held": held.collect::<Vec<_>>(),
		"burned": costs.taken.burned.to_string(),
		"free": costs.funds.free.to_string(),
		"spendable": costs.funds.spendable.to_string(),
	})
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

#[cfg(test)]
mod tests {
	use super::*;
	use substation_sdk::chain::{Costs, Funds, Held, Taken};

	#[test]
	fn a_program_learns_what_a_call_would_take_and_of_whom() {
		let account = subxt::utils::AccountId32([1; 32]);
		let held = vec![Held { amount: 7, terms: "for a while".into() }];
		let costs = costs_of(&Written::Tried(Box::new(Costs {
			account,
			fee: 5,
			taken: Taken { held, burned: 3 },
			funds: Funds { free: 100, spendable: 90 },
		})));

		assert_eq!(costs["signer"], account.to_string());
		assert_eq!(costs["held"][0]["amount"], "7");
		assert_eq!((&costs["fee"], &costs["burned"]), (&"5".into(), &"3".into()));
		assert_eq!((&costs["free"], &costs["spendable"]), (&"100".into(), &"90".into()));
	}
}
