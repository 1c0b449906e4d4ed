//! Joining those who validate and judge, and leaving them, with nothing but the agent's command line.

use std::time::Duration;

use anyhow::{anyhow, ensure, Result};
use serde_json::Value;
use sp_core::crypto::Ss58Codec;
use substation_sdk::{
	amount::TOKEN,
	chain::{account, api, rpc_account, Chain, RuntimeCall},
};
use substation_zombienet_tests::{
	agent::Agent,
	field::{endow, signer},
	until, Network, Node, Options,
};
use subxt_signer::sr25519::dev;

/// The stash of who joins.
const NAME: &str = "newcomer";
const SURI: &str = "//test//newcomer";
/// Longer than two eras, after which an election has counted.
const ERAS: Duration = Duration::from_secs(500);

/// A fifth validator joins four, judges, is paid and leaves. It takes six eras.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "scripts/nightly.sh runs it: it takes a quarter of an hour"]
async fn a_validator_joins_and_leaves() -> Result<()> {
	Network::start(4, Options { guest: true, ..Default::default() }).await?.tell(story).await
}

async fn story(network: &Network) -> Result<()> {
	let chain = Chain::connect(&network.nodes[0].url).await?;
	endow(&chain, &[NAME]).await?;
	let node = network.join("eve", &["--validator"]).await?;
	let stash = account(&signer(NAME)).to_ss58check();
	let folder = tempfile::tempdir()?;
	let agent = Agent { folder: folder.path().into(), url: node.url.clone() };
	let validator = async |arguments: &[&str]| -> Result<Value> {
		let arguments = [&["validator"][..], arguments, &["--url", &agent.url, "--json"]].concat();
		agent.json(SURI, &arguments).await
	};
	let status = async || validator(&["status", &stash]).await;

	// What is there before, and what is refused.
	let unknown = agent.run(SURI, &["validator", "status", &stash, "--url", &agent.url]).await?;
	ensure!(unknown.status.code() == Some(4), "it has bonded already: {:?}", unknown.status);
	refuses_keys_without_proof(&chain).await?;
	let tried =
		agent.run(SURI, &["validator", "join", "--bond", "5000", "--url", &agent.url]).await?;
	ensure!(tried.status.success(), "{}", String::from_utf8_lossy(&tried.stderr));
	let unknown = agent.run(SURI, &["validator", "status", &stash, "--url", &agent.url]).await?;
	ensure!(unknown.status.code() == Some(4), "a dry run has bonded something");

	// There is a fifth place.
	let call =
		api::runtime_types::pallet_staking::pallet::pallet::Call::set_validator_count { new: 5 };
	let call = api::tx().sudo().sudo(RuntimeCall::Staking(call));
	chain.submit(&call, &dev::alice()).await?;
	agent
		.run(
			SURI,
			&[
				"validator",
				"join",
				"--bond",
				"5000",
				"--commission",
				"10",
				"--url",
				&agent.url,
				"--commit",
			],
		)
		.await
		.and_then(|output| {
			ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
			Ok(())
		})?;
	let now = status().await?;
	ensure!(now["bonded"] == (5_000 * TOKEN).to_string(), "{now}");
	ensure!(now["commission"] == 10, "{now}");

	until(ERAS, "the newcomer is elected and judges", || async {
		let now = status().await?;
		Ok(now["elected"] == true && now["judges"] == true)
	})
	.await?;
	until(Duration::from_secs(120), "the newcomer makes blocks", || async {
		Ok(status().await?["points"].as_u64().unwrap_or(0) > 0)
	})
	.await?;
	let era = status().await?["era"].as_u64().ok_or_else(|| anyhow!("there is no era"))?;

	// New keys while it is elected: the old ones count until they are replaced.
	let rotate = ["validator", "rotate-keys", "--url", &agent.url, "--commit"];
	let rotated = agent.run(SURI, &rotate).await?;
	ensure!(rotated.status.success(), "{}", String::from_utf8_lossy(&rotated.stderr));

	// It is paid for the era; anybody may have it paid.
	until(ERAS, "the era has ended", || async {
		Ok(status().await?["era"].as_u64().unwrap_or(0) > era)
	})
	.await?;
	let before = bonded(&status().await?)?;
	let number = era.to_string();
	let payout = [
		"validator",
		"payout",
		"--stash",
		&stash,
		"--era",
		&number,
		"--url",
		&agent.url,
		"--commit",
	];
	let paid = agent.run("//Ferdie", &payout).await?;
	ensure!(paid.status.success(), "{}", String::from_utf8_lossy(&paid.stderr));
	ensure!(bonded(&status().await?)? > before, "nothing was paid");
	until(ERAS, "its new keys are in force", || author_has_next_key(&chain)).await?;
	ensure!(makes_blocks(&node).await?, "it makes no blocks with its new keys");

	// It leaves.
	for command in ["chill", "unbond"] {
		let leaving = ["validator", command, "--url", &agent.url, "--commit"];
		let left = agent.run(SURI, &leaving).await?;
		ensure!(left.status.success(), "{command}: {}", String::from_utf8_lossy(&left.stderr));
	}
	let now = status().await?;
	ensure!(now["commission"].is_null() && now["bonded"] == "0", "{now}");
	ensure!(now["unbonding"] != "0", "{now}");
	until(ERAS, "the newcomer is elected no more", || async {
		Ok(status().await?["elected"] == false)
	})
	.await
}

fn bonded(status: &Value) -> Result<u128> {
	let bonded = status["bonded"].as_str().ok_or_else(|| anyhow!("{status}"))?;
	Ok(bonded.parse()?)
}

/// Whether the newcomer's next session key is one that blocks are made with now.
async fn author_has_next_key(chain: &Chain) -> Result<bool> {
	let at = chain.client.at_current_block().await?;
	let storage = at.storage();
	let who = rpc_account(&account(&signer(NAME)));
	let Some(next) = storage.try_fetch(api::storage().session().next_keys(), (who,)).await? else {
		return Ok(false);
	};
	let next = next.decode()?.babe.0;
	let authorities = storage.fetch(api::storage().babe().authorities(), ()).await?.decode()?;
	Ok(authorities.0.iter().any(|(key, _)| key.0 == next))
}

/// Whether the node authors, by what it logs.
async fn makes_blocks(node: &Node) -> Result<bool> {
	let count = || node.log().matches("Prepared block for proposing").count();
	let before = count();
	until(Duration::from_secs(120), "it makes a block", || async { Ok(count() > before) }).await?;
	Ok(true)
}

/// Keys that nobody shows to hold are refused.
async fn refuses_keys_without_proof(chain: &Chain) -> Result<()> {
	use api::runtime_types::{
		pallet_attestation::sr25519::app::Public as Verdict,
		sp_authority_discovery::app::Public as Discovery, sp_consensus_babe::app::Public as Babe,
		sp_consensus_grandpa::app::Public as Grandpa, substation_runtime::SessionKeys,
	};
	let keys = SessionKeys {
		babe: Babe([1; 32]),
		grandpa: Grandpa([1; 32]),
		verdict: Verdict([1; 32]),
		discovery: Discovery([1; 32]),
	};
	let call = api::tx().session().set_keys(keys, Vec::new());
	let refused = chain.submit(&call, &signer(NAME)).await.err();
	let text = refused.map(|error| format!("{error:#}")).unwrap_or_default();
	ensure!(text.contains("InvalidProof"), "keys without a proof: {text}");
	Ok(())
}
