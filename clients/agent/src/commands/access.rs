//! Who may have a device's data: granting, selling, buying and revoking that, and asking for the data.

use std::path::PathBuf;

use anyhow::{anyhow, bail, Result};
use futures::StreamExt;
use substation_primitives::{AccountId32, DeviceId, NetworkId, ReportKey, H256};
use substation_sdk::{
	access::{self, read_scopes, reason, shown_scopes, Grant, Tariff},
	amount::dollars,
	chain::{account, rpc_account, Chain, Written},
	failure::Failure,
	http::printable,
	identity::{bytes, parse_id},
	keys,
	proxies::builder_for,
	publish::machine_millis,
	service::{
		grant::{Asking, Denied, Extra, ACCESS},
		payment::{header, Required},
	},
};
use subxt::utils::AccountId32 as RpcAccount;

use super::{
	credits::read_dollars,
	files::{document_hash, write_to},
	signer::Write,
};
use crate::{
	connection::{tell_proxies, NodeOptions},
	output::Output,
};

/// What `access` takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
	/// What to do.
	#[command(subcommand)]
	pub command: Command,
	#[command(flatten)]
	pub nodes: NodeOptions,
}

/// What is done about access. A device is named by its identity, and scopes by their names, with commas between them:
/// coarse-place, exact-place, live, history, evidence, commands, sharing, statistics, or a network's own ones by their bits.
#[derive(Clone, Debug, clap::Subcommand)]
pub enum Command {
	/// Say what is asked for a device's data.
	Tariffs {
		/// Which device's.
		#[arg(value_parser = parse_id)]
		device: H256,
	},
	/// Ask something for a device's data.
	Ask(Box<Asked>),
	/// Ask nothing for a device's data any more: they are not sold. What was bought stays.
	Withdraw {
		/// Which device's.
		#[arg(value_parser = parse_id)]
		device: H256,
		#[command(flatten)]
		write: Write,
	},
	/// Grant a device's data to somebody, for nothing.
	Grant {
		/// Which device's.
		#[arg(value_parser = parse_id)]
		device: H256,
		/// To whom.
		#[arg(value_name = "ADDRESS")]
		to: RpcAccount,
		/// What may be done.
		#[arg(long, value_parser = scopes)]
		scope: u32,
		/// For how many blocks.
		#[arg(long, value_name = "BLOCKS", default_value_t = 432_000)]
		blocks: u32,
		/// The key that asks for the data, such as `ed25519:0x…`. The account's own if it is left out.
		#[arg(long, value_parser = a_key)]
		key: Option<ReportKey>,
		/// File that says what is agreed on beside: its hash is in the grant.
		#[arg(long, value_name = "FILE")]
		document: Option<PathBuf>,
		#[command(flatten)]
		write: Write,
	},
	/// Buy a device's data, at the cheapest of what its owner asks.
	Buy {
		/// Which device's.
		#[arg(value_parser = parse_id)]
		device: H256,
		/// What is to be done.
		#[arg(long, value_parser = scopes)]
		scope: u32,
		/// What is put in, in dollars. What is not used comes back.
		#[arg(long, value_parser = read_dollars)]
		dollars: u128,
		/// Key file that asks for the data (see `init`). The account's own key if it is left out.
		#[arg(long, value_name = "FILE")]
		key: Option<PathBuf>,
		#[command(flatten)]
		write: Write,
	},
	/// Take a grant away, as the device's owner or as who has it. It costs no fee, and what was not used comes back.
	Revoke {
		/// Which device's.
		#[arg(value_parser = parse_id)]
		device: H256,
		/// Whose.
		#[arg(value_name = "ADDRESS")]
		who: RpcAccount,
		#[command(flatten)]
		write: Write,
	},
	/// Clear a grant that is void: its deposit goes back.
	Clear {
		/// Which device's.
		#[arg(value_parser = parse_id)]
		device: H256,
		/// Whose it was.
		#[arg(value_name = "ADDRESS")]
		who: RpcAccount,
		#[command(flatten)]
		write: Write,
	},
	/// Say whether somebody may do something with a device's data, and until when; or why not.
	May {
		/// Which device's.
		#[arg(value_parser = parse_id)]
		device: H256,
		/// Who.
		#[arg(value_name = "ADDRESS")]
		who: RpcAccount,
		/// What.
		#[arg(long, value_parser = scopes)]
		scope: u32,
	},
	/// Say what was granted of a device, and to whom.
	Of {
		/// Which device.
		#[arg(value_parser = parse_id)]
		device: H256,
	},
	/// Say what was granted to somebody.
	To {
		/// Whom.
		#[arg(value_name = "ADDRESS")]
		who: RpcAccount,
	},
	/// Ask a data server (`share`) for a device's data.
	Get(Box<Getting>),
}

/// What is asked for a device's data.
#[derive(Clone, Debug, clap::Args)]
pub struct Asked {
	/// Which device's.
	#[arg(value_parser = parse_id)]
	pub device: H256,
	/// The network that has its part of what is paid: the device has a seat there.
	#[arg(long)]
	pub network: NetworkId,
	/// What may be done.
	#[arg(long, value_parser = scopes)]
	pub scope: u32,
	/// Credits for a block.
	#[arg(long)]
	pub rate: u128,
	/// For how many blocks at the most.
	#[arg(long, value_name = "BLOCKS", default_value_t = 432_000)]
	pub longest: u32,
	/// What tokens burned for a buyer's credits have to be worth now, in hundredths of those.
	#[arg(long, value_name = "HUNDREDTHS", default_value_t = 80, value_parser = clap::value_parser!(u32).range(0..=100))]
	pub backing: u32,
	/// Who may buy it; anybody if it is left out.
	#[arg(long, value_name = "ADDRESS")]
	pub only: Option<RpcAccount>,
	/// File that says what is agreed on beside: its hash is in the tariff.
	#[arg(long, value_name = "FILE")]
	pub document: Option<PathBuf>,
	/// Leave what was asked before as it is: up to four tariffs.
	#[arg(long)]
	pub beside: bool,
	#[command(flatten)]
	pub write: Write,
}

/// What is asked of a data server.
#[derive(Clone, Debug, clap::Args)]
pub struct Getting {
	/// Address of what is wanted, at the data server.
	#[arg(value_name = "ADDRESS")]
	pub address: String,
	/// Which device's data it is.
	#[arg(long, value_parser = parse_id)]
	pub device: H256,
	/// What the server asks for there.
	#[arg(long, value_parser = scopes)]
	pub scope: u32,
	/// Key file that the grant names. The account's own key if it is left out.
	#[arg(long, value_name = "FILE")]
	pub key: Option<PathBuf>,
	/// Whose grant it is, where the account that is named here has none: the key's alone is enough then.
	#[arg(long, value_name = "ADDRESS")]
	pub who: Option<RpcAccount>,
	/// File for what comes; standard output if left out.
	#[arg(long, value_name = "FILE")]
	pub output: Option<PathBuf>,
	#[command(flatten)]
	pub signer: super::signer::SignerOptions,
}

fn scopes(text: &str) -> Result<u32, String> {
	read_scopes(text).map_err(|error| error.to_string())
}

/// A key as `scheme:0x…`.
fn a_key(text: &str) -> Result<ReportKey, String> {
	let wrong = || "a key is ed25519: or sr25519:, and 64 hexadecimal digits".to_string();
	let (scheme, digits) = text.split_once(':').ok_or_else(wrong)?;
	let key: [u8; 32] =
		bytes(digits).ok().and_then(|bytes| bytes.try_into().ok()).ok_or_else(wrong)?;
	match scheme {
		"ed25519" => Ok(ReportKey::Ed25519(key.into())),
		"sr25519" => Ok(ReportKey::Sr25519(key.into())),
		_ => Err(wrong()),
	}
}

fn said(tariff: &Tariff) -> String {
	let only = match &tariff.only {
		Some(who) => format!(", for {who} only"),
		None => String::new(),
	};
	format!(
		"{}: {} a block, for {} blocks at the most{only}; network {} has its part",
		shown_scopes(tariff.scope.0),
		dollars(tariff.rate),
		tariff.longest,
		tariff.network
	)
}

fn tariff_json(tariff: &Tariff) -> serde_json::Value {
	serde_json::json!({
		"network": tariff.network,
		"scope": shown_scopes(tariff.scope.0),
		"rate": tariff.rate.to_string(),
		"longest": tariff.longest,
		"only": tariff.only.map(|who| who.to_string()),
	})
}

fn grant_json(grant: &Grant) -> serde_json::Value {
	serde_json::json!({
		"scope": shown_scopes(grant.scope.0),
		"until": grant.until,
		"agreement": grant.agreement,
	})
}

fn grant_text(grant: &Grant) -> String {
	let paid = match grant.agreement {
		Some(agreement) => format!(", paid for by agreement {agreement}"),
		None => String::new(),
	};
	format!("{} until block {}{paid}", shown_scopes(grant.scope.0), grant.until)
}

fn told(what: &str, rows: Vec<(String, serde_json::Value, String)>, output: Output) {
	let json: Vec<_> = rows
		.iter()
		.map(|(name, value, _)| serde_json::json!({ what: name, "grant": value }))
		.collect();
	let lines: Vec<_> = rows.iter().map(|(name, _, text)| format!("{name}: {text}")).collect();
	let lines = if lines.is_empty() { "nothing was granted".into() } else { lines.join("\n") };
	output.result(&json.into(), lines);
}

/// Does it.
pub async fn run(options: &Options, output: Output) -> Result<()> {
	if let Command::Get(getting) = &options.command {
		return get(&options.nodes, getting, output).await;
	}
	let chain = options.nodes.connect().await?;
	match &options.command {
		Command::Tariffs { device } => {
			let all = chain.tariffs(device).await?;
			let lines: Vec<_> = all.iter().map(said).collect();
			let lines = if lines.is_empty() { "nothing is asked".into() } else { lines.join("\n") };
			let json: Vec<_> = all.iter().map(tariff_json).collect();
			output.result(&json.into(), lines);
			Ok(())
		}
		Command::Ask(asked) => ask(&chain, asked, output).await,
		Command::Withdraw { device, write } => {
			let call = access::set_tariffs(device, Vec::new());
			write.send(&chain, "ask nothing any more", call, output).await.map(drop)
		}
		Command::Grant { device, to, scope, blocks, key, document, write } => {
			let now = u32::try_from(chain.finalized().await?).unwrap_or(u32::MAX);
			let until = now.saturating_add(*blocks);
			let what = format!("grant {to} {} until block {until}", shown_scopes(*scope));
			let document = document_hash(document.as_deref())?;
			let call = access::grant(device, to, *scope, until, *key, document);
			write.send(&chain, &what, call, output).await.map(drop)
		}
		Command::Buy { device, scope, dollars, key, write } => {
			buy(&chain, (device, *scope, *dollars), key.as_ref(), write, output).await
		}
		Command::Revoke { device, who, write } => {
			let what = format!("take away what {who} was granted");
			write.send(&chain, &what, access::revoke(device, who), output).await.map(drop)
		}
		Command::Clear { device, who, write } => {
			let what = format!("clear what {who} was granted");
			write.send(&chain, &what, access::clear(device, who), output).await.map(drop)
		}
		Command::May { device, who, scope } => may(&chain, device, who, *scope, output).await,
		Command::Of { device } => {
			let all = chain.grants(device).await?;
			let row = |(who, grant): &(RpcAccount, Grant)| {
				(who.to_string(), grant_json(grant), grant_text(grant))
			};
			told("who", all.iter().map(row).collect(), output);
			Ok(())
		}
		Command::To { who } => {
			let all = chain.granted_to(&AccountId32::new(who.0)).await?;
			let row = |(device, grant): &(DeviceId, Grant)| {
				(format!("{device:?}"), grant_json(grant), grant_text(grant))
			};
			told("device", all.iter().map(row).collect(), output);
			Ok(())
		}
		// Asks no chain.
		Command::Get(_) => Ok(()),
	}
}

async fn may(
	chain: &Chain,
	device: &DeviceId,
	who: &RpcAccount,
	scope: u32,
	output: Output,
) -> Result<()> {
	match chain.may(device, &AccountId32::new(who.0), scope).await? {
		Ok((until, _)) => {
			let text = match until {
				u32::MAX => "yes: its owner may".into(),
				until => format!("yes, until block {until}"),
			};
			output.result(&serde_json::json!({ "may": true, "until": until }), text);
			Ok(())
		}
		Err(why) => bail!(Failure::Mismatch(format!("no: {}", reason(&why)))),
	}
}

async fn ask(chain: &Chain, asked: &Asked, output: Output) -> Result<()> {
	let mut tariffs = match asked.beside {
		true => chain.tariffs(&asked.device).await?,
		false => Vec::new(),
	};
	let document = document_hash(asked.document.as_deref())?;
	let tariff = Tariff {
		only: asked.only,
		document: subxt::utils::H256(document.0),
		..access::tariff(asked.network, asked.scope, asked.rate, asked.longest, asked.backing)
	};
	let what = format!("ask for data of {:?}: {}", asked.device, said(&tariff));
	tariffs.push(tariff);
	if tariffs.len() > 4 {
		bail!(Failure::Arguments("there are four tariffs already: leave --beside out".into()));
	}
	let call = access::set_tariffs(&asked.device, tariffs);
	asked.write.send(chain, &what, call, output).await.map(drop)
}

async fn buy(
	chain: &Chain,
	(device, scope, credits): (&DeviceId, u32, u128),
	key: Option<&PathBuf>,
	write: &Write,
	output: Output,
) -> Result<()> {
	let buyer = rpc_account(&account(&write.signer.keypair_on(chain).await?));
	let fits = |tariff: &Tariff| {
		tariff.scope.0 & scope == scope && tariff.only.is_none_or(|only| only == buyer)
	};
	let all = chain.tariffs(device).await?;
	let cheapest = all.into_iter().filter(fits).min_by_key(|tariff| tariff.rate);
	let tariff = cheapest.ok_or_else(|| {
		let text = format!("{} of {device:?} is not sold to you", shown_scopes(scope));
		Failure::NotFound(text)
	})?;
	let key = key.map(|file| keys::load(file)).transpose()?.map(|pair| pair.public());
	let what = format!("buy, with {}: {}", dollars(credits), said(&tariff));
	let call = access::buy(device, tariff, credits, key);
	if let Written::Done(_) = write.send(chain, &what, call, output).await? {
		let grant = chain.grant_of(device, &AccountId32::new(buyer.0)).await?;
		if let Some(grant) = grant {
			output.result(&grant_json(&grant), grant_text(&grant));
		}
	}
	Ok(())
}

/// Asks a data server.
async fn get(nodes: &NodeOptions, getting: &Getting, output: Output) -> Result<()> {
	let chain = nodes.connect().await?;
	let pair = match &getting.key {
		Some(file) => keys::load(file)?,
		None => getting.signer.pair_on(&chain).await?,
	};
	let who = match &getting.who {
		Some(who) => AccountId32::new(who.0),
		None => account(&getting.signer.keypair_on(&chain).await?),
	};
	let parsed = reqwest::Url::parse(&getting.address).ok();
	let url = parsed.filter(|url| matches!(url.scheme(), "http" | "https")).ok_or_else(|| {
		Failure::Arguments(format!("{} is no address such as http://host/path", getting.address))
	})?;
	// What comes is a result, and nothing else is then.
	let to_stdout = getting.output.is_none();
	tell_proxies([&url], if to_stdout { Output { json: true } } else { output });
	let path = match url.query() {
		Some(query) => format!("{}?{query}", url.path()),
		None => url.path().into(),
	};
	let host = match (url.host_str(), url.port()) {
		(Some(host), Some(port)) => format!("{host}:{port}"),
		(Some(host), None) => host.into(),
		(None, _) => bail!(Failure::Arguments(format!("{url} names no server"))),
	};
	let (device, when) = ((&getting.device, &who), (getting.scope, machine_millis()));
	let what = ("GET", host.as_str(), path.as_str(), &b""[..]);
	let asking = Asking::sign(&chain.genesis(), &pair, device, when, what);
	let client = builder_for(url.as_str()).redirect(reqwest::redirect::Policy::none()).build()?;
	let response = client.get(url.clone()).header(ACCESS, header(&asking)).send().await;
	let response = response
		.map_err(|error| Failure::Unreachable(format!("nobody answers at {url}: {error}")))?;
	let status = response.status();
	let mut pieces = response.bytes_stream();
	if !status.is_success() {
		let mut words = Vec::new();
		while let Some(Ok(piece)) = pieces.next().await {
			words.extend_from_slice(&piece);
			if words.len() > 64 * 1_024 {
				break;
			}
		}
		bail!(Failure::Refused(format!("{status}: {}", denied(&words))));
	}
	let pieces = pieces.map(|piece| {
		piece.map_err(|error| {
			anyhow!(error).context("the answer has broken off: the grant has ended, or the server")
		})
	});
	let length = write_to(getting.output.as_deref(), pieces).await?;
	if getting.output.is_some() {
		output.result(&serde_json::json!({ "bytes": length }), format!("{length} bytes"));
	}
	Ok(())
}

/// Why a data server hands nothing out, in its words; and for what it does.
fn denied(words: &[u8]) -> String {
	if let Ok(required) = serde_json::from_slice::<Required<Extra>>(words) {
		let asked: Vec<_> = required
			.accepts
			.iter()
			.map(|one| format!("{} for {} credits a block", one.extra.scope, one.amount))
			.collect();
		return printable(&format!("{}. Its owner asks: {}", required.error, asked.join("; ")));
	}
	let said = serde_json::from_slice::<Denied>(words).map(|denied| denied.error);
	printable(&said.unwrap_or_else(|_| String::from_utf8_lossy(words).into_owned()))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_key_is_its_scheme_and_its_digits() {
		let digits = "ab".repeat(32);
		let key = a_key(&format!("ed25519:0x{digits}")).unwrap();
		assert_eq!(key, ReportKey::Ed25519([0xab; 32].into()));
		assert!(matches!(a_key(&format!("sr25519:{digits}")), Ok(ReportKey::Sr25519(_))));
		for wrong in [digits.clone(), format!("p256:0x{digits}"), "ed25519:0x12".into()] {
			assert!(a_key(&wrong).is_err(), "{wrong}");
		}
	}

	#[test]
	fn a_server_says_why_in_a_line() {
		let denied_words = serde_json::to_vec(&Denied { error: "no\ngrant".into() }).unwrap();
		assert_eq!(denied(&denied_words), "no grant");
		assert_eq!(denied(b"nothing\x1b[2J"), "nothing [2J");
	}
}
