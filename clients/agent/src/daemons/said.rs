//! Saying a thing once, however often it is tried.

use crate::output::Output;

/// Says what stands in the way when it changes, not at every attempt.
pub(super) struct Said {
	output: Output,
	last: Option<String>,
}

impl Said {
	/// Nothing is said yet.
	pub(super) fn new(output: Output) -> Self {
		Self { output, last: None }
	}

	/// Says so, unless that is what was said last.
	pub(super) fn say(&mut self, text: impl Into<String>) {
		let text = text.into();
		if self.is_new(&text) {
			self.output.say(&text);
			self.last = Some(text);
		}
	}

	/// It is over: what is said next is news again.
	pub(super) fn over(&mut self) {
		self.last = None;
	}

	fn is_new(&self, text: &str) -> bool {
		self.last.as_deref() != Some(text)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_thing_is_said_once_until_it_is_over() {
		let mut said = Said::new(Output { json: true });
		assert!(said.is_new("a"));
		said.say("a");
		assert!(!said.is_new("a") && said.is_new("b"));
		said.over();
		assert!(said.is_new("a"));
	}
}
