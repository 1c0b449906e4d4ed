//! The file that a chain is launched from, as it is written.

use sc_network::config::MultiaddrWithPeerId;
use serde::{de::Error as _, Deserialize, Deserializer};
use sp_core::crypto::{Ss58AddressFormat, Ss58Codec};
use substation_primitives::amount;
use substation_runtime::{
	constants::SS58_PREFIX, genesis::Policy, AccountId, Balance, SessionKeys,
};

/// The file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
	pub(super) name: String,
	pub(super) id: String,
	#[serde(default)]
	pub(super) boot_nodes: Vec<MultiaddrWithPeerId>,
	pub(super) total: Tokens,
	pub(super) endowments: Vec<Endowment>,
	pub(super) validators: Vec<Validator>,
	pub(super) founders: Vec<Account>,
	pub(super) committee: Vec<Account>,
	pub(super) feeders: Option<Feeders>,
	#[serde(default)]
	pub(super) networks: Vec<Network>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Feeders {
	pub(super) accounts: Vec<Account>,
	pub(super) price: Price,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Endowment {
	pub(super) account: Account,
	pub(super) tokens: Tokens,
	pub(super) vesting: Option<Vesting>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Vesting {
	pub(super) tokens: Tokens,
	pub(super) from_block: u32,
	pub(super) blocks: u32,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Validator {
	pub(super) stash: Account,
	pub(super) stake: Tokens,
	pub(super) babe: Key,
	pub(super) grandpa: Key,
	pub(super) verdict: Key,
	pub(super) discovery: Key,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Network {
	pub(super) owner: Account,
	pub(super) weight: u32,
	pub(super) cadence: u16,
	pub(super) rate_cap: Tokens,
	pub(super) vouched: bool,
	pub(super) policy: Policy,
}

/// An amount: whole tokens as a number, or a decimal fraction in quotes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tokens(pub(super) Balance);

/// Dollars for a token, written likewise, in 10^-9.
#[derive(Debug, Clone, Copy)]
pub(super) struct Price(pub(super) u128);

/// A number, or a decimal fraction in quotes, in units of so many `places`.
fn decimal<'de, D: Deserializer<'de>>(
	deserializer: D,
	places: u32,
) -> Result<Option<u128>, D::Error> {
	#[derive(Deserialize)]
	#[serde(untagged)]
	enum Written {
		Number(u64),
		Text(String),
	}
	Ok(match Written::deserialize(deserializer)? {
		Written::Number(number) => amount::read(&number.to_string(), places),
		Written::Text(text) => amount::read(&text, places),
	})
}

impl<'de> Deserialize<'de> for Tokens {
	fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
		let read = decimal(deserializer, amount::TOKEN_PLACES)?;
		read.map(Self).ok_or_else(|| {
			D::Error::custom("not an amount of tokens, such as 1000 or \"1_000.25\"")
		})
	}
}

impl<'de> Deserialize<'de> for Price {
	fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
		let read = decimal(deserializer, amount::PRICE_PLACES)?;
		read.filter(|price| amount::PRICES.contains(price))
			.map(Self)
			.ok_or_else(|| D::Error::custom("not a price of a token in dollars, such as \"0.10\""))
	}
}

/// The 32 bytes of an account or a key, as an address of this chain or in hexadecimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Bytes(pub(super) [u8; 32]);

impl<'de> Deserialize<'de> for Bytes {
	fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
		let text = String::deserialize(deserializer)?;
		if let Some(hex) = text.strip_prefix("0x") {
			let mut bytes = [0; 32];
			hex::decode_to_slice(hex, &mut bytes)
				.map_err(|_| D::Error::custom(format!("{text} is not 32 bytes in hexadecimal")))?;
			return Ok(Self(bytes));
		}
		let (account, format) = AccountId::from_ss58check_with_version(&text)
			.map_err(|error| D::Error::custom(format!("{text} is no address: {error}")))?;
		if format != Ss58AddressFormat::custom(SS58_PREFIX) {
			return Err(D::Error::custom(format!("{text} is an address of another chain")));
		}
		Ok(Self(account.into()))
	}
}

pub(super) type Account = Bytes;
pub(super) type Key = Bytes;

impl Bytes {
	pub(super) fn account(self) -> AccountId {
		self.0.into()
	}
}

impl std::fmt::Display for Bytes {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		let format = Ss58AddressFormat::custom(SS58_PREFIX);
		f.write_str(&self.account().to_ss58check_with_version(format))
	}
}

impl Validator {
	pub(super) fn keys(&self) -> [Key; 4] {
		[self.babe, self.grandpa, self.verdict, self.discovery]
	}

	pub(super) fn session_keys(&self) -> SessionKeys {
		let sr25519 = |key: Key| sp_core::sr25519::Public::from_raw(key.0);
		SessionKeys {
			babe: sr25519(self.babe).into(),
			grandpa: sp_core::ed25519::Public::from_raw(self.grandpa.0).into(),
			verdict: sr25519(self.verdict).into(),
			discovery: sr25519(self.discovery).into(),
		}
	}
}
