//! Tests through real nodes. They take minutes; what can happen at once on one chain does.

#[path = "nodes"]
mod nodes {
	mod agents;
	mod batches;
	mod evidence;
	mod gossip;
	mod partition;
	mod recordings;
	mod restart;
	mod transactions;

	use anyhow::{Context, Result};
	use substation_sdk::chain::Chain;
	use substation_zombienet_tests::{field::endow, turn, Network, Options};
	use tokio::sync::oneshot;

	/// A network whose first validator is alone, and beside it one that falls apart.
	#[tokio::test(flavor = "multi_thread")]
	async fn networks_that_fall_apart_pay_once_or_not_at_all() -> Result<()> {
		let _turn = turn().await;
		tokio::try_join!(
			async { gossip::run().await.context("a body that cannot travel") },
			async { partition::run().await.context("a batch judged on two branches") },
		)?;
		Ok(())
	}

	/// Honest and cheating devices, honest and cheating aggregators, a recording of real radios, agents
	/// and a validator that are killed: all at the same time on four validators.
	#[tokio::test(flavor = "multi_thread")]
	async fn four_validators_judge_and_pay_whatever_happens_at_once() -> Result<()> {
		let _turn = turn().await;
		Network::start(4, Options::default()).await?.tell(everything).await
	}

	async fn everything(network: &Network) -> Result<()> {
		let chain = Chain::connect(&network.nodes[1].url).await?;
		let mut names = evidence::ACCOUNTS.to_vec();
		names.extend(batches::ACCOUNTS);
		names.extend(recordings::ACCOUNTS);
		names.extend(agents::ACCOUNTS);
		names.extend(transactions::ACCOUNTS);
		endow(&chain, &names).await?;
		let (reports, fleet) = oneshot::channel();
		tokio::try_join!(
			async { evidence::run(network).await.context("a body given to one node") },
			async { batches::run(network).await.context("cheating aggregators") },
			async { batches::fleet(network, reports).await.context("cheating devices") },
			async { recordings::run(network, fleet).await.context("a recording of real radios") },
			async { agents::run(network).await.context("agents that are killed") },
			async { restart::run(network).await.context("a validator that is killed") },
			async {
				transactions::run(network).await.context("transactions of which nothing is told")
			},
		)?;
		Ok(())
	}
}
