//! Secret URIs: an account's secret as people write it, such as twelve words, or `//Alice` on a
//! development chain.
//!
//! Libraries take an empty phrase for the one that everybody knows, and white space for a part of a
//! name. So what is empty, or looks like another secret than it is, is refused here by name.

use std::{collections::BTreeSet, fmt, str::FromStr, sync::LazyLock};

use anyhow::{Context, Result};
use subxt_signer::{sr25519::Keypair, DeriveJunction, SecretUri, DEV_PHRASE};

use crate::{chain::ChainKind, failure::Failure};

/// Why a secret is not taken. The secret itself is never shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BadSecret {
	/// There is nothing.
	Empty,
	/// White space stands at one of its ends, or at one of a part's.
	WhiteSpace,
	/// A part of it is empty, as in `//` and `///`.
	EmptyPart,
	/// Everybody knows it: it has no phrase, or that of development chains, or makes the key of one of their accounts.
	WellKnown,
	/// It is not written as a secret URI.
	NoUri,
}

impl fmt::Display for BadSecret {
	fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
		f.write_str(match self {
			Self::Empty => {
				"the secret is empty: was the file or the variable that it comes from empty, too?"
			}
			Self::WhiteSpace => {
				"the secret has white space at an end of it or of a part, which makes it another \
				 account's: take it out"
			}
			Self::EmptyPart => {
				"a part of the secret is empty: a name follows each `/` and `//`, a password `///`"
			}
			Self::WellKnown => {
				"everybody knows this secret: it has no phrase of its own, or makes a key of development \
				 chains. It is taken on development and local chains only; here, give the words of your \
				 account, or its key file (see `init`)"
			}
			Self::NoUri => "that is no secret URI: it is words, or 0x and 64 digits, then //names",
		})
	}
}

impl std::error::Error for BadSecret {}

impl BadSecret {
	/// The same as wrong arguments.
	fn refusal(self) -> anyhow::Error {
		anyhow::Error::from(self).context(Failure::Arguments(self.to_string()))
	}
}

/// Accounts of development chains, as the SDK's keyring names them, each with a stash beside.
const KEYRING: [&str; 8] = ["Alice", "Bob", "Charlie", "Dave", "Eve", "Ferdie", "One", "Two"];

/// Their public keys, and that of the phrase of which they are made.
static WELL_KNOWN: LazyLock<BTreeSet<[u8; 32]>> = LazyLock::new(|| {
	let Ok(root) = keypair(DEV_PHRASE) else { return BTreeSet::new() };
	let named = KEYRING.iter().flat_map(|name| {
		let own = root.derive([DeriveJunction::hard(*name)]);
		[own.derive([DeriveJunction::hard("stash")]), own]
	});
	named.chain([root.clone()]).map(|pair| pair.public_key().0).collect()
});

/// Whether everybody knows a secret: it has no phrase, or that of development chains, or makes the key of one of their accounts,
/// however it is written.
pub fn is_well_known(suri: &str) -> bool {
	let phrase = suri.split('/').next().unwrap_or_default();
	let makes_known = |suri: &str| keypair(suri).is_ok_and(|pair| has_well_known_key(&pair));
	phrase.trim().is_empty()
		|| phrase.split_whitespace().eq(DEV_PHRASE.split_whitespace())
		|| makes_known(phrase)
		|| makes_known(suri)
}

/// Whether everybody knows the secret of a key pair: it is that of an account of development chains.
pub fn has_well_known_key(pair: &Keypair) -> bool {
	WELL_KNOWN.contains(&pair.public_key().0)
}

/// Refuses a secret that everybody knows where tokens may be worth something.
pub fn ensure_own(kind: &ChainKind, is_well_known: bool) -> Result<()> {
	match is_well_known && !kind.is_for_development() {
		true => Err(BadSecret::WellKnown.refusal()),
		false => Ok(()),
	}
}

/// Checks how a secret is written.
pub fn check(suri: &str) -> Result<(), BadSecret> {
	let unclean = |part: &str| part.trim() != part || part.contains(char::is_control);
	if suri.trim().is_empty() {
		return Err(BadSecret::Empty);
	}
	if unclean(suri) {
		return Err(BadSecret::WhiteSpace);
	}
	let (phrase, rest) = suri.split_at(suri.find('/').unwrap_or(suri.len()));
	let (path, password) = match rest.split_once("///") {
		Some((path, password)) => (path, Some(password)),
		None => (rest, None),
	};
	// After the first slash come names, each after one slash more or none.
	let path = path.strip_prefix('/');
	let names = path.into_iter().flat_map(|path| {
		let path = path.strip_prefix('/').unwrap_or(path);
		path.split("//").flat_map(|names| names.split('/'))
	});
	let parts = names.chain(password).collect::<Vec<_>>();
	if unclean(phrase) || parts.iter().any(|part| unclean(part)) {
		return Err(BadSecret::WhiteSpace);
	}
	// A password that begins with a slash may as well be a name too many.
	if parts.iter().any(|part| part.is_empty() || part.starts_with('/')) {
		return Err(BadSecret::EmptyPart);
	}
	Ok(())
}

/// An account's key pair from a secret URI, wherever it is used: for development, and for secrets that
/// are checked already. What people give is for [`keypair_on`].
pub fn keypair(suri: &str) -> Result<Keypair> {
	check(suri).map_err(BadSecret::refusal)?;
	let uri = SecretUri::from_str(suri).map_err(|_| BadSecret::NoUri.refusal())?;
	Keypair::from_uri(&uri).context(Failure::Arguments("the secret's phrase makes no key".into()))
}

/// An account's key pair from a secret URI, for a chain of this kind: where tokens may be worth
/// something, a secret that everybody knows is refused.
pub fn keypair_on(kind: &ChainKind, suri: &str) -> Result<Keypair> {
	check(suri).map_err(BadSecret::refusal)?;
	ensure_own(kind, is_well_known(suri))?;
	keypair(suri)
}

#[cfg(test)]
mod tests {
	use super::*;

	const PHRASE: &str =
		"legal winner thank year wave sausage worth useful legal winner thank yellow";

	fn why(kind: &ChainKind, suri: &str) -> Option<BadSecret> {
		let error = keypair_on(kind, suri).err()?;
		assert_eq!(Failure::code_of(&error), 2, "{error:#}");
		Some(*error.downcast_ref::<BadSecret>().unwrap())
	}

	#[test]
	fn what_is_empty_or_unclean_is_refused_by_name_on_every_chain() {
		for kind in [ChainKind::Development, ChainKind::Local, ChainKind::Live] {
			for (suri, bad) in [
				("", BadSecret::Empty),
				(" ", BadSecret::Empty),
				("\n", BadSecret::Empty),
				("//Alice\n", BadSecret::WhiteSpace),
				("//Alice ", BadSecret::WhiteSpace),
				(" //Alice", BadSecret::WhiteSpace),
				("//Alice //stash", BadSecret::WhiteSpace),
				("//Alice//\tstash", BadSecret::WhiteSpace),
				("//Ali\0ce", BadSecret::WhiteSpace),
				("/", BadSecret::EmptyPart),
				("//", BadSecret::EmptyPart),
				("///", BadSecret::EmptyPart),
				("////", BadSecret::EmptyPart),
				("//Alice//", BadSecret::EmptyPart),
				("//Alice/", BadSecret::EmptyPart),
				("//Alice///", BadSecret::EmptyPart),
			] {
				assert_eq!(why(&kind, suri), Some(bad), "{suri:?} on {kind:?}");
				assert_eq!(why(&kind, &format!("{PHRASE}{suri}")).is_some(), !suri.is_empty());
			}
		}
	}

	#[test]
	fn what_everybody_knows_signs_on_development_chains_only() {
		let known = ["//Alice", "/soft", "///password", DEV_PHRASE, &format!("{DEV_PHRASE}//Eve")];
		for suri in known {
			assert_eq!(why(&ChainKind::Development, suri), None, "{suri}");
			assert_eq!(why(&ChainKind::Local, suri), None, "{suri}");
			assert_eq!(why(&ChainKind::Live, suri), Some(BadSecret::WellKnown), "{suri}");
			let other = ChainKind::Custom("Rehearsal".into());
			assert_eq!(why(&other, suri), Some(BadSecret::WellKnown), "{suri}");
		}
	}

	/// Seeds of the development phrase and of Alice.
	const SEEDS: [&str; 2] = [
		"0xfac7959dbfe72f052e5a0c3c8d6530f202b02fd8f9f5ca3580ec8deb7797479e",
		"0xe5be9a5092b81bca64be81d212e7f2f9eba183bb7a90954f7b76361f6edb5c0a",
	];

	#[test]
	fn what_everybody_knows_is_known_as_a_seed_too() {
		let below = SEEDS.iter().map(|seed| format!("{seed}//Mine"));
		for suri in SEEDS.iter().map(|seed| seed.to_string()).chain(below) {
			assert_eq!(why(&ChainKind::Development, &suri), None, "{suri}");
			assert_eq!(why(&ChainKind::Live, &suri), Some(BadSecret::WellKnown), "{suri}");
		}
		for suri in [DEV_PHRASE, "//Alice", "//Bob//stash", "//Two", SEEDS[0], SEEDS[1]] {
			assert!(has_well_known_key(&keypair(suri).unwrap()), "{suri}");
		}
		assert!(!has_well_known_key(&keypair(PHRASE).unwrap()));
		assert_eq!(WELL_KNOWN.len(), 2 * KEYRING.len() + 1);
	}

	#[test]
	fn a_secret_of_ones_own_signs_everywhere_and_is_the_account_that_it_was() {
		let seed = format!("0x{}", "ab".repeat(32));
		for suri in [PHRASE.into(), format!("{PHRASE}//a/b//c///pass word"), seed] {
			let here = keypair_on(&ChainKind::Live, &suri).unwrap();
			let there = Keypair::from_uri(&SecretUri::from_str(&suri).unwrap()).unwrap();
			assert_eq!(here.public_key().0, there.public_key().0);
		}
	}

	#[test]
	fn what_is_wrong_is_said_without_the_secret() {
		for suri in ["//Alice ", "hidden words", "0xhidden", "//a?b hidden//", "hidden-words"] {
			let error = format!("{:#}", keypair_on(&ChainKind::Local, suri).err().unwrap());
			assert!(!error.contains("hidden"), "{error}");
		}
	}
}
