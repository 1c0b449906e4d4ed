//! Why the chain refuses, in its own words: the metadata explains each error of each pallet.

use std::fmt;

use anyhow::{Error, Result};
use subxt::{error::DispatchError, metadata::ArcMetadata};

use crate::failure::told;

/// The block as of which a transaction was tried has no room for it, which says nothing of the next one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Full;

impl fmt::Display for Full {
	fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
		f.write_str("the block as of which it is tried is full: try again")
	}
}

impl std::error::Error for Full {}

/// A dispatch error as the metadata explains it: `Pallet.Error: cause and remedy`.
pub fn explain(error: &DispatchError) -> String {
	let DispatchError::Module(module) = error else {
		// These say what they mean, some with a full stop.
		return error.to_string().trim_end_matches('.').into();
	};
	let Ok(details) = module.details() else { return module.details_string() };
	let docs = details.variant.docs.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ");
	let name = format!("{}.{}", details.pallet.name(), details.variant.name);
	match docs.trim().trim_end_matches('.') {
		"" => name,
		docs => format!("{name}: {docs}"),
	}
}

/// Why something was not done, each cause once.
pub(super) fn reason(error: &Error) -> String {
	if let Some(refusal) = error.chain().find_map(|cause| cause.downcast_ref::<DispatchError>()) {
		return explain(refusal);
	}
	let text = told(error);
	match text.contains("Priority is too low") {
		true => format!(
			"another transaction of the account waits in its place: try again once that is in a block \
			 ({text})"
		),
		false => text,
	}
}

/// Why no block takes a transaction, by its encoded `TransactionValidityError`.
fn invalid(error: &[u8]) -> String {
	let words = match error {
		[0, 1, ..] => "the account cannot pay the fee",
		[0, 2 | 3, ..] => "another transaction of the account came first: try again",
		[0, 4, ..] => "the chain does not take the signature: is the node of another chain?",
		other => return format!("no block takes the transaction: {other:02x?}"),
	};
	words.into()
}

/// What applying a transaction has come to, by the encoded `ApplyExtrinsicResult`: why it is refused.
pub(super) fn applied(answer: &[u8], metadata: ArcMetadata) -> Result<Option<String>> {
	Ok(match answer {
		[0, 0, ..] => None,
		[0, 1, error @ ..] => Some(explain(&DispatchError::decode_from(error, metadata)?)),
		[1, 0, 6, ..] => return Err(Full.into()),
		[1, error @ ..] => Some(invalid(error)),
		other => anyhow::bail!("the node tries transactions in another way: {other:02x?}"),
	})
}

/// What a pool's refusal with a code of the attestation pallet's own means, and what to do.
pub(super) fn explained(code: u8) -> Option<&'static str> {
	Some(match code {
		1 => "cuts, count, work or bodies do not fit each other: pack the batch again",
		2 => "the network takes no reports for this epoch",
		3 => "time stood still in this epoch, so it pays nothing: report for the next",
		4 => "the quota of the epoch is not enough: ask for more (--quota), or wait until more devices name the aggregator",
		5 => "more than half of it is taken already, not to be taken, or said twice: send the others alone",
		6 => "the allowance does not hold so many bytes in an epoch: ask for more (--allowance), or wait until more devices name the aggregator",
		7 => "the judge was found out for an offence, and is disabled until it is elected again",
		_ => return None,
	})
}

#[cfg(test)]
mod tests {
	use super::*;
	use codec::Decode;
	use subxt::metadata::Metadata;

	fn metadata() -> ArcMetadata {
		let bytes = include_bytes!("../../metadata.scale");
		Metadata::decode(&mut &bytes[..]).unwrap().into()
	}

	/// The encoded error of this name.
	fn encoded(pallet: &str, name: &str) -> Vec<u8> {
		let metadata = metadata();
		let pallet = metadata.pallet_by_name(pallet).unwrap();
		let variants = pallet.error_variants().unwrap();
		let index = variants.iter().find(|variant| variant.name == name).unwrap().index;
		vec![0, 1, 3, pallet.error_index(), index, 0, 0, 0]
	}

	#[test]
	fn that_a_block_is_full_is_no_refusal() {
		let full = applied(&[1, 0, 6], metadata()).unwrap_err();

		assert!(full.is::<Full>(), "{full}");
		let dear = applied(&[1, 0, 1], metadata()).unwrap();
		assert_eq!(dear.as_deref(), Some("the account cannot pay the fee"));
	}

	#[test]
	fn a_pallets_error_is_told_once_with_its_documentation() {
		let told = applied(&encoded("Devices", "NetworkClosed"), metadata()).unwrap().unwrap();

		assert_eq!(told, "Devices.NetworkClosed: The network does not exist or takes no members");
		let error = anyhow::Error::from(
			DispatchError::decode_from(&encoded("Staking", "InsufficientBond")[2..], metadata())
				.unwrap(),
		);
		let told = reason(&error.context("the transaction did not succeed"));
		assert!(told.starts_with("Staking.InsufficientBond: "), "{told}");
		assert_eq!(told.matches("InsufficientBond").count(), 1, "{told}");
	}

	#[test]
	fn every_error_of_our_own_pallets_has_words() {
		let metadata = metadata();
		for name in
			["Attestation", "Networks", "Devices", "Emission", "Contribution", "NetworkTreasury"]
		{
			let pallet = metadata.pallet_by_name(name).unwrap();
			for variant in pallet.error_variants().unwrap() {
				let error = encoded(name, &variant.name);
				let told = applied(&error, metadata.clone()).unwrap().unwrap();
				assert!(told.len() > format!("{name}.{}: ", variant.name).len(), "{told}");
			}
		}
	}

	#[test]
	fn every_code_of_a_pools_refusal_has_words_of_its_own() {
		let words: std::collections::BTreeSet<_> =
			(1..=7).map(|code| explained(code).unwrap()).collect();
		assert_eq!(words.len(), 7);
		assert_eq!((explained(0), explained(8)), (None, None));
	}

	#[test]
	fn what_a_block_would_not_take_is_told_in_words() {
		assert_eq!(applied(&[0, 0], metadata()).unwrap(), None);
		let told = |answer: &[u8]| applied(answer, metadata()).unwrap().unwrap();
		assert_eq!(told(&[1, 0, 1]), "the account cannot pay the fee");
		assert!(told(&[1, 0, 3]).contains("came first"));
		assert!(told(&[1, 1, 0]).contains("no block takes"));
		assert!(told(&[0, 1, 7, 0]).contains("unavailable"));
		for nothing_known in [&[][..], &[1, 0, 6]] {
			assert!(applied(nothing_known, metadata()).is_err());
		}
	}
}
