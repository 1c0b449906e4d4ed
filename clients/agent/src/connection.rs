//! Connecting to nodes, with a warning of chains that this agent was not made for.

use std::{sync::Once, time::Duration};

use anyhow::Result;
use substation_sdk::{
	chain::{Chain, Clock, NODE},
	failure::Failure,
	proxies,
	publish::machine_time,
};

use crate::output::Output;

/// How far this machine's clock and the chain's may be apart. The last final block is some blocks old.
const APART: Duration = Duration::from_secs(180);

/// For how many seconds the first epoch of a young chain is waited for.
const YOUNG: u64 = 120;

/// The address of a node, as it stands on the command line.
pub fn node_address(text: &str) -> Result<String, String> {
	match text.starts_with("ws://") || text.starts_with("wss://") {
		true => Ok(text.into()),
		false => Err("a node's address begins with ws:// or wss://".into()),
	}
}

/// Which nodes are asked.
#[derive(Clone, Debug, clap::Args)]
pub struct NodeOptions {
	/// RPC addresses of nodes: one that answers is asked. May be given more than once.
	#[arg(long = "url", default_value = NODE, value_parser = node_address, global = true)]
	pub urls: Vec<String>,
}

impl NodeOptions {
	/// Connects to whichever of them answers, see [`connect_any`].
	pub async fn connect(&self) -> Result<Chain> {
		connect_any(&self.urls).await
	}
}

/// A chain that takes bodies from these aggregators first, see [`Chain::with_sources`].
pub fn with_sources(chain: Chain, aggregators: &[String], output: Output) -> Result<Chain> {
	let chain = chain.with_sources(aggregators)?;
	tell_proxies(aggregators, output);
	Ok(chain)
}

/// Says by which proxies these addresses are reached, if the environment names any.
pub fn tell_proxies(urls: impl IntoIterator<Item = impl AsRef<str>>, output: Output) {
	let told = proxies_told(urls, |name| std::env::var(name).ok());
	told.into_iter().for_each(|text| output.say(text));
}

fn proxies_told(
	urls: impl IntoIterator<Item = impl AsRef<str>>,
	names: impl Fn(&str) -> Option<String>,
) -> Vec<String> {
	urls.into_iter().filter_map(|url| proxies::told(url.as_ref(), &names)).collect()
}

/// Connects to the node at `url`, and again whenever the connection breaks, see
/// [`Chain::connect_for_good`].
pub async fn connect_for_good(url: &str) -> Result<Chain> {
	Ok(warned(Chain::connect_for_good(url).await?))
}

/// Connects to whichever of the nodes at `urls` answers, see [`Chain::connect_any`].
pub async fn connect_any(urls: &[String]) -> Result<Chain> {
	Ok(warned(Chain::connect_any(urls).await?))
}

/// Warns once.
fn warned(chain: Chain) -> Chain {
	if !chain.has_known_runtime() {
		static SAID: Once = Once::new();
		SAID.call_once(|| {
			eprintln!(
				"warning: the runtime of the chain at {} is not the one that this agent was made for. \
				 Take the agent of its release; begin a chain of your own anew.",
				chain.url()
			);
		});
	}
	chain
}

/// The clock of a chain; waits for a young one's first epoch.
pub async fn first_clock(chain: &Chain, output: Output) -> Result<Clock> {
	for attempt in 0..YOUNG {
		match chain.clock().await {
			Err(error) if Failure::code_of(&error) == 1 => {
				if attempt == 0 {
					output.say(format!("waits for up to {}: {error:#}", words(YOUNG)));
				}
			}
			answer => return answer,
		}
		tokio::time::sleep(Duration::from_secs(1)).await;
	}
	chain.clock().await
}

/// Says so if this machine's clock is off. Nothing is reckoned by it, but logs and certificates are.
pub async fn compare_clocks(chain: &Chain, output: Output) -> Result<()> {
	let said = clock_is_off(machine_time().unwrap_or_default(), chain.time().await?);
	said.into_iter().for_each(|text| output.say(text));
	Ok(())
}

fn clock_is_off(machine: Duration, chain: Duration) -> Option<String> {
	let apart = machine.abs_diff(chain);
	let ahead = match machine > chain {
		true => "ahead of the chain's: set it right, or the chain has stood still for so long",
		false => "behind the chain's: set it right",
	};
	(apart > APART)
		.then(|| format!("warning: this machine's clock is {} {ahead}", words(apart.as_secs())))
}

/// So many seconds, in words.
pub fn words(seconds: u64) -> String {
	match seconds {
		0..=119 => format!("{seconds} seconds"),
		120..=7_199 => format!("{} minutes", seconds.div_ceil(60)),
		7_200..=172_799 => format!("{} hours", seconds.div_ceil(3_600)),
		_ => format!("{} days", seconds.div_ceil(86_400)),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_clock_that_is_off_is_named() {
		let chain = Duration::from_secs(1_800_000_000);
		let off = |machine: u64| clock_is_off(Duration::from_secs(machine), chain);

		assert_eq!(off(1_800_000_000), None);
		assert_eq!(off(1_800_000_100), None);
		let slow = off(1_800_000_000 - 600).unwrap();
		assert!(slow.contains("10 minutes behind"), "{slow}");
		let fast = off(1_800_000_000 + 86_400).unwrap();
		assert!(fast.contains("24 hours ahead"), "{fast}");
		assert!(off(0).unwrap().contains("days behind"));
	}

	#[test]
	fn the_proxy_of_each_address_is_told_save_of_this_machines() {
		let names = |name: &str| (name == "http_proxy").then(|| "proxy:3128".to_string());
		let urls = ["http://127.0.0.1:8080", "http://a.example.org", "http://b.example.org"];
		let told = proxies_told(urls, names);
		assert_eq!(told.len(), 2, "{told:?}");
		assert!(told[0].starts_with("http://a.example.org is reached by the proxy at proxy:3128"));
		assert!(proxies_told(urls, |_| None).is_empty());
	}

	#[test]
	fn a_nodes_address_is_checked_before_anybody_is_asked() {
		assert!(node_address("ws://127.0.0.1:9944").is_ok() && node_address("wss://x").is_ok());
		for wrong in ["", "foo", "127.0.0.1:9944", "http://x"] {
			assert!(node_address(wrong).unwrap_err().contains("ws://"), "{wrong}");
		}
	}
}
