//! What networks and aggregators are called, and where they are found.

use std::str::FromStr;

use anyhow::Result;
use serde_json::json;
use sp_core::crypto::Ss58Codec;
use substation_primitives::{
	profile::{Address, AggregatorProfile, Profile, MAX_ADDRESS, MAX_NAME},
	AccountId32, NetworkId, H256,
};
use substation_sdk::{
	chain::{account, Chain},
	failure::Failure,
	identity::parse_id,
	profile::{set_aggregator, set_network},
};

use super::signer::Write;
use crate::{connection::NodeOptions, output::Output};

/// Millionths in a hundredth.
const HUNDREDTH: u32 = 10_000;

/// Whose profile it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Whose {
	/// A network's, by its number.
	Network(NetworkId),
	/// An aggregator's, by its account.
	Aggregator(AccountId32),
}

impl FromStr for Whose {
	type Err = String;

	fn from_str(text: &str) -> Result<Self, String> {
		if let Ok(network) = text.parse() {
			return Ok(Self::Network(network));
		}
		AccountId32::from_ss58check(text)
			.map(Self::Aggregator)
			.map_err(|_| "a network's number, or an aggregator's account".into())
	}
}

/// What `profile` takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
	/// Whose: a network's number, or an aggregator's account.
	pub whose: Whose,
	/// Say that it is called so: up to 32 bytes. What is said takes the place of all that was said before.
	#[arg(long)]
	pub name: Option<String>,
	/// Say that people read about it here.
	#[arg(long, value_name = "URL", requires = "name")]
	pub site: Option<String>,
	/// Say that the file of its logo has this BLAKE2-256 hash.
	#[arg(long, value_name = "HEX", value_parser = parse_id, requires = "name")]
	pub logo: Option<H256>,
	/// Of an aggregator: say that it is reached here, by devices that it carries and by those that read its boards.
	#[arg(long, value_name = "URL", requires = "name")]
	pub endpoint: Option<String>,
	/// Of an aggregator: the cut, in hundredths, for which it carries whoever asks. Without it, it takes no devices of others.
	#[arg(long, value_name = "HUNDREDTHS", requires = "name", value_parser = clap::value_parser!(u32).range(0..=100))]
	pub cut: Option<u32>,
	/// Take all that was said back, and get its deposit.
	#[arg(long, conflicts_with = "name")]
	pub clear: bool,
	#[command(flatten)]
	pub nodes: NodeOptions,
	#[command(flatten)]
	pub write: Write,
}

fn address(text: Option<&String>) -> Result<Address, Failure> {
	let bytes = text.map(|text| text.as_bytes().to_vec()).unwrap_or_default();
	let long = |_| Failure::Arguments(format!("an address has {MAX_ADDRESS} bytes at the most"));
	bytes.try_into().map_err(long)
}

impl Options {
	/// What is to be said, if anything is.
	fn said(&self) -> Result<Option<Profile>, Failure> {
		let Some(name) = &self.name else { return Ok(None) };
		let long = |_| Failure::Arguments(format!("a name has {MAX_NAME} bytes at the most"));
		let profile = Profile {
			name: name.as_bytes().to_vec().try_into().map_err(long)?,
			url: address(self.site.as_ref())?,
			logo: self.logo,
		};
		match profile.is_sound() {
			true => Ok(Some(profile)),
			false => Err(Failure::Arguments(
				"a name stands in a line, without blanks before or behind it; an address begins with http:// or https://"
					.into(),
			)),
		}
	}

	/// The same of an aggregator.
	fn aggregator(&self) -> Result<Option<AggregatorProfile>, Failure> {
		let Some(profile) = self.said()? else { return Ok(None) };
		let said = AggregatorProfile {
			profile,
			endpoint: address(self.endpoint.as_ref())?,
			cut: self.cut.unwrap_or(0).saturating_mul(HUNDREDTH),
			open: self.cut.is_some(),
		};
		match said.is_sound() {
			true => Ok(Some(said)),
			false => Err(Failure::Arguments(
				"an aggregator is reached at an address with nothing behind host and port, as http://agg.example:8080 is"
					.into(),
			)),
		}
	}
}

/// Shows it, or says it anew.
pub async fn run(options: &Options, output: Output) -> Result<()> {
	let what = match options.clear {
		true => "take back what is said",
		false => "say this, in place of what was said before",
	};
	match &options.whose {
		Whose::Network(network) => {
			if options.endpoint.is_some() || options.cut.is_some() {
				let text = "--endpoint and --cut are of aggregators: say an account";
				return Err(Failure::Arguments(text.into()).into());
			}
			let said = options.said()?;
			let chain = options.nodes.connect().await?;
			if said.is_none() && !options.clear {
				return show_network(&chain, *network, output).await;
			}
			options.write.send(&chain, what, set_network(*network, said.as_ref()), output).await?;
		}
		Whose::Aggregator(who) => {
			let said = options.aggregator()?;
			let chain = options.nodes.connect().await?;
			if said.is_none() && !options.clear {
				return show_aggregator(&chain, who, output).await;
			}
			let signer = account(&options.write.signer.keypair_on(&chain).await?);
			if signer != *who {
				let text = format!(
					"{} signs, and an aggregator speaks for itself alone",
					signer.to_ss58check()
				);
				return Err(Failure::Arguments(text).into());
			}
			options.write.send(&chain, what, set_aggregator(said.as_ref()), output).await?;
		}
	}
	Ok(())
}

fn text(bytes: &[u8]) -> String {
	String::from_utf8_lossy(bytes).into_owned()
}

fn lines(said: &Profile) -> Vec<String> {
	let mut lines = vec![format!("name       {}", text(&said.name))];
	if !said.url.is_empty() {
		lines.push(format!("site       {}", text(&said.url)));
	}
	lines.extend(said.logo.map(|logo| format!("logo       {logo:?}")));
	lines
}

async fn show_network(chain: &Chain, network: NetworkId, output: Output) -> Result<()> {
	let said = chain.network_profile(network).await?;
	let said = said.ok_or_else(|| {
		Failure::NotFound(format!("nothing is said of network {network}, or there is none"))
	})?;
	let value = json!({ "name": text(&said.name), "site": text(&said.url), "logo": said.logo });
	output.result(&value, lines(&said).join("\n"));
	Ok(())
}

async fn show_aggregator(chain: &Chain, who: &AccountId32, output: Output) -> Result<()> {
	let said = chain.aggregator_profile(who).await?;
	let said = said.ok_or_else(|| {
		let account = who.to_ss58check();
		Failure::NotFound(format!("{account} says nothing of itself, or is no aggregator"))
	})?;
	let profile = &said.profile;
	let value = json!({
		"name": text(&profile.name),
		"site": text(&profile.url),
		"logo": profile.logo,
		"endpoint": said.reached(),
		"open": said.open,
		"cut": said.cut,
	});
	let mut lines = lines(profile);
	lines.push(format!(
		"endpoint   {}",
		said.reached().unwrap_or("does not say where it is reached")
	));
	lines.push(match said.open {
		true => format!("carries    whoever asks, for {} millionths", said.cut),
		false => "carries    no devices of others".into(),
	});
	output.result(&value, lines.join("\n"));
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_number_is_a_networks_and_an_account_an_aggregators() {
		assert_eq!("3".parse(), Ok(Whose::Network(3)));
		let account = AccountId32::new([7; 32]);
		assert_eq!(account.to_ss58check().parse(), Ok(Whose::Aggregator(account)));
		for wrong in ["", "x", "-1", "4294967296"] {
			assert!(wrong.parse::<Whose>().is_err(), "{wrong}");
		}
	}
}
