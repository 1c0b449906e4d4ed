//! Tests through real nodes. They take minutes; what can happen at once on one chain does.

#[path = "nodes"]
mod nodes {
	mod agents;
	mod batches;
	mod chairs;
	mod elections;
	mod evidence;
	mod gossip;
	mod half;
	mod hosting;
	mod mapping;
	mod market;
	mod partition;
	mod presence;
	mod prices;
	mod recordings;
	mod restart;
	mod selling;
	mod sensing;
	mod transactions;
	mod washing;
	mod working;

	use anyhow::Result;
	use substation_sdk::chain::Chain;
	use substation_zombienet_tests::{
		beside::{beside, Story},
		field::endow,
		turn, Network, Options,
	};
	use tokio::sync::oneshot;

	/// A network whose first validator is alone, and beside it one that falls apart, and one of whose halves knows what the
	/// other does not.
	#[tokio::test(flavor = "multi_thread")]
	async fn networks_that_fall_apart_pay_once_or_not_at_all() -> Result<()> {
		let _turn = turn().await;
		let stories = [
			Story::new("a body that cannot travel", gossip::run),
			Story::new("a batch judged on two branches", partition::run),
			Story::new("a body that half of all judges have", half::run),
		];
		beside(stories).await
	}

	/// Machines that call each other, for a few epochs; for as many as `SUBSTATION_PRESENCE_EPOCHS` says, where that is said.
	#[tokio::test(flavor = "multi_thread")]
	async fn machines_that_call_each_other_are_paid_for_being_there() -> Result<()> {
		let _turn = turn().await;
		let epochs = std::env::var("SUBSTATION_PRESENCE_EPOCHS").ok();
		let epochs = epochs.map_or(Ok(3), |epochs| epochs.parse())?;
		let network = Network::start(4, Options::default()).await?;
		let stories = async |network: &Network| {
			let chain = Chain::connect(&network.nodes[0].url).await?;
			endow(&chain, &presence::ACCOUNTS).await?;
			presence::run(network, epochs).await
		};
		network.tell(stories).await
	}

	/// Sensors that witness for each other, hosts that are billed for, and a street that is mapped again and again.
	#[tokio::test(flavor = "multi_thread")]
	async fn sensors_and_hosts_are_paid_for_what_others_say_of_them() -> Result<()> {
		let _turn = turn().await;
		let network = Network::start(4, Options::default()).await?;
		let stories = async |network: &Network| {
			let chain = Chain::connect(&network.nodes[0].url).await?;
			let accounts = [&sensing::ACCOUNTS[..], &hosting::ACCOUNTS, &mapping::ACCOUNTS];
			endow(&chain, &accounts.concat()).await?;
			beside([
				Story::new("sensors that witness for each other", || sensing::run(network)),
				Story::new("hosts whose payer bills", || hosting::run(network)),
				Story::new("a street that is mapped", || mapping::run(network)),
			])
			.await
		};
		network.tell(stories).await
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
		names.extend(chairs::ACCOUNTS);
		names.extend(transactions::ACCOUNTS);
		names.extend(prices::ACCOUNTS);
		names.extend(market::ACCOUNTS);
		names.extend(washing::ACCOUNTS);
		names.extend(working::ACCOUNTS);
		endow(&chain, &names).await?;
		let (reports, fleet) = oneshot::channel();
		let stories = [
			Story::new("a body given to one node", || evidence::run(network)),
			Story::new("cheating aggregators", || batches::run(network)),
			Story::new("cheating devices", || batches::fleet(network, reports)),
			Story::new("a recording of real radios", || recordings::run(network, fleet)),
			Story::new("agents that are killed", || agents::run(network)),
			Story::new("a validator that is killed", || restart::run(network)),
			Story::new("transactions of which nothing is told", || transactions::run(network)),
			Story::new("members of a cell", || chairs::run(network)),
			Story::new("feeders that fall silent, and service that is sold", || {
				prices::run(network)
			}),
			Story::new("validators that elect", || elections::run(network)),
		];
		beside(stories).await
	}
}
