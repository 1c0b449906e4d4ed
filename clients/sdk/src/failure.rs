//! Ways in which a command ends other than well. Scripts tell them apart by the exit code.

use std::fmt;

/// A failure with an exit code of its own. Any other error ends with 1.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Failure {
	/// What was asked for makes no sense. Exit code 2.
	Arguments(String),
	/// What was checked is not so. Exit code 3.
	Mismatch(String),
	/// What was asked for is not there, or not there any more. Exit code 4.
	NotFound(String),
	/// No node, or no aggregator, answers. Exit code 5.
	Unreachable(String),
	/// A node, the chain or an aggregator has refused what was sent. Exit code 6.
	Refused(String),
}

impl Failure {
	/// The exit code.
	pub fn code(&self) -> u8 {
		match self {
			Self::Arguments(_) => 2,
			Self::Mismatch(_) => 3,
			Self::NotFound(_) => 4,
			Self::Unreachable(_) => 5,
			Self::Refused(_) => 6,
		}
	}

	/// The exit code of `error`.
	pub fn code_of(error: &anyhow::Error) -> u8 {
		// As the error itself, as its context at any depth, or as a cause.
		error
			.downcast_ref::<Self>()
			.or_else(|| error.chain().find_map(|cause| cause.downcast_ref::<Self>()))
			.map_or(1, Self::code)
	}
}

/// An error with its causes, each said once: many libraries repeat a cause in what stands above it.
pub fn told(error: &anyhow::Error) -> String {
	let mut text = String::new();
	for cause in error.chain() {
		let words = cause.to_string();
		if text.contains(words.trim()) {
			continue;
		}
		if !text.is_empty() {
			text.push_str(": ");
		}
		text.push_str(words.trim());
	}
	text
}

impl fmt::Display for Failure {
	fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
		match self {
			Self::Arguments(text)
			| Self::Mismatch(text)
			| Self::NotFound(text)
			| Self::Unreachable(text)
			| Self::Refused(text) => f.write_str(text),
		}
	}
}

impl std::error::Error for Failure {}

#[cfg(test)]
mod tests {
	use super::*;
	use anyhow::Context;

	#[test]
	fn the_exit_code_is_found_under_any_context() {
		let deep: anyhow::Result<()> = Err(Failure::NotFound("gone".into()).into());
		let error = deep.context("while looking").context("for something").unwrap_err();

		assert_eq!(Failure::code_of(&error), 4);
		let context = anyhow::anyhow!("deep").context(Failure::Refused("no".into())).context("top");
		assert_eq!(Failure::code_of(&context), 6);
		assert_eq!(Failure::code_of(&anyhow::anyhow!("anything")), 1);
		assert_eq!(Failure::code_of(&Failure::Arguments("odd".into()).into()), 2);
	}

	#[test]
	fn a_cause_that_is_said_already_is_not_said_again() {
		let error = anyhow::anyhow!("the pool is full").context("not sent: the pool is full");

		assert_eq!(told(&error.context("not done")), "not done: not sent: the pool is full");
	}
}
