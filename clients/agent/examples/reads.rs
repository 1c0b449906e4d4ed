//! Every read that docs/dapp.md shows, as of the last finalized block: `reads ws://127.0.0.1:9944`.

use anyhow::{ensure, Context, Result};
use substation_agent::chain::{
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
	let epoch = clock.context("no epoch is open")?.epoch;
	let schedules = chain.view(api::view_functions().attestation().schedules()).await?;
	println!("epoch {epoch}; {} can be claimed for, or will be", schedules.len());

	let network = chain.view(api::view_functions().networks().network(1)).await?;
	let pool =
		chain.view(api::view_functions().emission().pool(1, epoch.saturating_sub(5))).await?;
	ensure!(network.is_some(), "there is no network 1");
	println!("its pool of five epochs ago: {}", pool.map_or(0, |pool| pool.amount));

	// Whichever comes first.
	let at = chain.client.at_current_block().await?;
	let mut devices = at.storage().entry(api::storage().devices().devices())?.iter(()).await?;
	if let Some(row) = devices.next().await {
		let row = row?;
		let (id,) = row.key()?.decode()?;
		let device = chain.view(api::view_functions().devices().device(id)).await?;
		let document = chain.view(api::view_functions().devices().did_document(id)).await?;
		let facts = chain.view(api::view_functions().devices().device_facts(1, id, epoch)).await?;
		let paid = chain.view(api::view_functions().devices().is_paid(1, id, epoch)).await?;
		let owner = device.context("a device that is listed is there")?.owner;
		let document = String::from_utf8(document.context("every device has a document")?)?;
		println!("{owner}'s {document}: a member {}, paid {paid}", facts.is_some());
	}

	let batches =
		chain.view(api::view_functions().attestation().batches(epoch.saturating_sub(2))).await?;
	for (batch, _) in &batches {
		let drawn =
			chain.view(api::view_functions().attestation().drawn(Round::Committee, *batch)).await?;
		println!("batch {batch:?} is judged by {drawn:?}");
	}

	let reports = epoch.saturating_sub(3);
	for (batch, row) in chain.view(api::view_functions().attestation().batches(reports)).await? {
		let Some(bodies) = chain.bodies(&row.terms(reports)).await? else { continue };
		let claimable = chain
			.view(api::view_functions().attestation().claimable(reports, batch, bodies))
			.await?;
		println!("of batch {batch:?} {} chunks pay", claimable.map_or(0, |chunks| chunks.len()));
	}

	let account = subxt::utils::AccountId32(dev::alice().public_key().0);
	let contribution =
		chain.view(api::view_functions().contribution().contribution(account)).await?;
	let power = chain.view(api::view_functions().contribution().voting_power(account)).await?;
	let foremost = chain.view(api::view_functions().contribution().foremost()).await?;
	println!("contribution {contribution:?}, power {power:?}, {} foremost", foremost.len());

	let route = chain.view(api::view_functions().network_treasury().route(Source::Fees)).await?;
	let fund = chain.view(api::view_functions().network_treasury().fund(Fund::Network(1))).await?;
	println!("of fees {} millionths are burned; {} has {}", route.burned.0, fund.0, fund.1);

	let division = chain.view(api::view_functions().emission().division(epoch)).await?;
	println!("devices get {} millionths of a budget", division.devices.0);

	let parameters = at.storage().entry(api::storage().parameters().parameters())?;
	let place = parameters.try_fetch((Key::Fees(Fees::Place(Place)),)).await?;
	println!("the fee for a place was {}", if place.is_some() { "set" } else { "never set" });
	Ok(())
}
