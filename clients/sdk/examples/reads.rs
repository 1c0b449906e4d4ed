//! Every read that docs/dapp.md shows, as of the last finalized block: `reads ws://127.0.0.1:9944`.

use anyhow::{ensure, Context, Result};
use substation_sdk::chain::{
	api::{
		self,
		runtime_types::{
			pallet_network_treasury::{grants::Fund, income::Source},
			substation_runtime::configs::parameters::{
				dynamic_params::fees::{ParametersKey as Fees, Place},
				RuntimeParametersKey as Key,
			},
		},
	},
	Chain, Round,
};
use subxt_signer::sr25519::dev;

#[tokio::main]
async fn main() -> Result<()> {
	let url = std::env::args().nth(1).context("name a node's RPC address")?;
	let chain = Chain::connect(&url).await?;

	let clock = chain.view(api::view_functions().attestation().epoch_clock()).await?;
	let clock = clock.context("no epoch is open")?;
	let epoch = clock.epoch;
	let windows = clock.record.0.parameters;
	println!(
		"epoch {epoch}: commits until {}, seals until {}",
		windows.commit_blocks, windows.seal_close
	);
	let record = chain.view(api::view_functions().attestation().epoch_record(epoch)).await?;
	println!("{} judges", record.context("the present epoch has a record")?.0.judges.len());
	let schedules = chain.view(api::view_functions().attestation().schedules()).await?;
	println!("{} epochs can be claimed for, or will be", schedules.len());

	let network = chain.view(api::view_functions().networks().network(1)).await?;
	let reports = epoch.saturating_sub(3);
	let pool = chain.view(api::view_functions().emission().pool(1, reports)).await?;
	let terms = chain.view(api::view_functions().networks().terms(1, epoch)).await?;
	let budget = chain.view(api::view_functions().emission().budget(epoch)).await?;
	ensure!(network.is_some() && terms.is_some(), "there is no network 1");
	let pool = pool.context("nothing of three epochs ago has settled")?;
	println!("its pool of three epochs ago: {} of a budget of {budget}", pool.amount);

	// Whichever comes first.
	let at = chain.client.at_current_block().await?;
	let mut devices = at.storage().entry(api::storage().devices().devices())?.iter(()).await?;
	let row = devices.next().await.context("there is no device yet")??;
	let (id,) = row.key()?.decode()?;
	let device = chain.view(api::view_functions().devices().device(id)).await?;
	let document = chain.view(api::view_functions().devices().did_document(id)).await?;
	let device = device.context("a device that is listed is there")?;
	println!("{}'s device is a member of {} networks", device.owner, device.seats.len());
	println!("{}", String::from_utf8(document.context("every device has a document")?)?);
	let facts = chain.view(api::view_functions().devices().device_facts(1, id, epoch)).await?;
	let paid = chain.view(api::view_functions().devices().is_paid(1, id, epoch)).await?;
	println!("of network 1 {}, paid {paid}", facts.is_some());

	let batches = chain.view(api::view_functions().attestation().batches(reports)).await?;
	for (batch, row) in &batches {
		let drawn = chain
			.view(api::view_functions().attestation().drawn(reports, Round::Committee, *batch))
			.await?;
		let judges = drawn.context("its committee was drawn")?;
		println!("batch {batch:?} is {}, and {} judge it", row.state_name(), judges.len());
	}
	let (batch, row) = batches.first().context("no batch of three epochs ago")?;
	let aggregator =
		chain.view(api::view_functions().attestation().aggregator(row.aggregator)).await?;
	let quota = aggregator.map_or(0, |aggregator| aggregator.quota.granted);
	println!("its aggregator's quota is {quota}");
	let capacity = chain.view(api::view_functions().attestation().capacity()).await?;
	println!("{} of {} units of work are claimed", capacity.work.due, capacity.all_work);
	let again = chain.view(api::view_functions().attestation().batch(reports, *batch)).await?;
	ensure!(again.is_some(), "a batch that is listed is there");

	let mut chunks = 0;
	for (batch, row) in chain.view(api::view_functions().attestation().batches(reports)).await? {
		let Some(bodies) = chain.bodies(&row.terms(reports)).await? else { continue };
		let claimable = chain
			.view(api::view_functions().attestation().claimable(reports, batch, bodies))
			.await?;
		for chunk in claimable.unwrap_or_default() {
			for leaf in &chunk.leaves.0 {
				let device =
					chain.view(api::view_functions().devices().device(leaf.device)).await?;
				let owner = device.context("it is registered")?.owner;
				println!(
					"{owner} can claim for a score of {} in chunk {}",
					leaf.score, chunk.number
				);
			}
			chunks += 1;
		}
	}
	ensure!(chunks > 0, "nothing of three epochs ago can be claimed for");

	let account = subxt::utils::AccountId32(dev::alice().public_key().0);
	let contribution =
		chain.view(api::view_functions().contribution().contribution(account)).await?;
	let power = chain.view(api::view_functions().contribution().voting_power(account)).await?;
	let all = chain.view(api::view_functions().contribution().total_contribution()).await?;
	let foremost = chain.view(api::view_functions().contribution().foremost()).await?;
	println!(
		"of {all}: contribution {contribution:?}, power {power:?}, {} foremost",
		foremost.len()
	);

	let route = chain.view(api::view_functions().network_treasury().route(Source::Fees)).await?;
	let fund = chain.view(api::view_functions().network_treasury().fund(Fund::Network(1))).await?;
	println!("of fees {} millionths are burned; {} has {}", route.burned.0, fund.0, fund.1);
	let grant = chain.view(api::view_functions().network_treasury().grant(0)).await?;
	let bounties = chain.view(api::view_functions().network_treasury().bounties(0, 0)).await?;
	println!("grant 0 is there: {}; {} bounties in cell 0", grant.is_some(), bounties.len());

	let division = chain.view(api::view_functions().emission().division(epoch)).await?;
	println!("devices get {} millionths of a budget", division.devices.0);

	let parameters = at.storage().entry(api::storage().parameters().parameters())?;
	let place = parameters.try_fetch((Key::Fees(Fees::Place(Place)),)).await?;
	println!("the fee for a place was {}", if place.is_some() { "set" } else { "never set" });
	Ok(())
}
