//! A seller's daemon: serves files, or a service on this machine, to who has an agreement, and has receipts paid.
//!
//! It serves on what is final only, is ahead of receipts by one window at the most, and has each receipt on disk before it
//! serves on for it.

mod books;
mod desk;
mod settling;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

use std::{
	net::SocketAddr,
	path::PathBuf,
	sync::{
		atomic::{AtomicU32, Ordering},
		Arc,
	},
	time::Duration,
};

use anyhow::{anyhow, bail, Result};
use substation_primitives::{AccountId32, ReportKey};
use substation_sdk::{
	begun,
	chain::{account, rpc_account, Chain, Written},
	durable,
	failure::Failure,
	market::{self, State, Terms},
	service::offer::OfferFile,
};
use subxt_signer::sr25519::Keypair;
use tokio::net::TcpListener;

use self::{
	books::{Books, Standing, Standings},
	desk::{router, Desk, Places},
	settling::Settler,
};
use super::{
	behind::{Behind, Server},
	door::{serve, stopped, Bounds},
};
use crate::{
	commands::signer::SignerOptions,
	connection::{compare_clocks, first_clock, tell_proxies, NodeOptions},
	output::Output,
};

/// What to do with receipts of a chain that has begun anew.
const ANEW: &str = "Nobody pays the receipts in it any more: name another --state, or move it away";
/// The longest life of a connection: of a long answer, too.
const LONGEST: Duration = Duration::from_secs(24 * 3_600);

/// What `sell` takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
	#[command(flatten)]
	pub nodes: NodeOptions,
	/// File that says what is offered, and for how much. Its hash is in the offer on the chain, which is posted if there is
	/// none.
	#[arg(long, value_name = "FILE")]
	pub offer: PathBuf,
	/// What is sold: a folder of files, or the address of a service such as http://127.0.0.1:8000.
	#[arg(long, value_name = "FOLDER|URL")]
	pub serve: Behind,
	/// Where buyers ask. Put a server that speaks TLS in front of it where others can listen.
	#[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8402")]
	pub listen: SocketAddr,
	/// Folder for receipts. Who loses it loses what was not settled.
	#[arg(long, value_name = "FOLDER", default_value = "receipts")]
	pub state: PathBuf,
	/// Post the offer, sell, and settle; without it, have the chain try what would be offered, and end.
	#[arg(long)]
	pub commit: bool,
	#[command(flatten)]
	pub signer: SignerOptions,
}

/// Asks the chain how agreements stand.
struct OnChain {
	chain: Chain,
	provider: AccountId32,
	offer: OfferFile,
	/// The highest block that was final, and the highest agreement that was there.
	final_block: AtomicU32,
	highest: AtomicU32,
}

/// How old the last final block may be: if finality stands still, what a buyer has closed meanwhile is not seen.
const OLDEST: Duration = Duration::from_secs(120);
/// The shortest notice that is offered, in blocks: in it the last receipts are settled, one finality after another.
const SHORTEST_NOTICE: u32 = 20;

impl Standings for OnChain {
	async fn standing(&self, agreement: u32) -> Result<Option<Standing>> {
		let now = u32::try_from(self.chain.finalized().await?).unwrap_or(u32::MAX);
		self.chain.ensure_lively(&self.final_block, OLDEST).await?;
		let Some(seen) = self.chain.agreement(agreement).await? else { return Ok(None) };
		self.highest.fetch_max(agreement, Ordering::SeqCst);
		let row = &seen.row;
		let is_ours = row.provider == rpc_account(&self.provider)
			&& row.network == self.offer.network
			&& row.document.0 == self.offer.document().0;
		if !is_ours {
			return Ok(None);
		}
		let key = match &row.key {
			Some(key) => key.0,
			// Where time is paid for and no key is named, it is the buyer's own.
			None => ReportKey::Sr25519(row.buyer.0.into()),
		};
		let epoch = self.chain.clock().await?.epoch;
		let (paid, limit) = match (&row.state, &row.terms) {
			(State::Metered { units, epoch: last, in_epoch }, Terms::Meter { most, .. }) => {
				let in_epoch = if *last == epoch { *in_epoch } else { 0 };
				let allowed = units.saturating_add(most.saturating_sub(in_epoch));
				(*units, seen.covered_units.map(|covered| covered.min(allowed)))
			}
			_ => (0, None),
		};
		let ends_in = seen.end.as_ref().map(|(at, _)| at.saturating_sub(now));
		Ok(Some(Standing { key, paid, limit, ends_in, epoch }))
	}

	fn may_come(&self, agreement: u32) -> bool {
		agreement > self.highest.load(Ordering::SeqCst)
	}
}

/// The offer's number: that of the same offer, if it can still be taken, or of a new one. None if it was only tried.
async fn post(
	chain: &Chain,
	offer: &OfferFile,
	signer: &Keypair,
	options: &Options,
	output: Output,
) -> Result<Option<u32>> {
	let now = u32::try_from(chain.finalized().await?).unwrap_or(u32::MAX);
	let provider = rpc_account(&account(signer));
	let posted = chain.offers(offer.network).await?;
	let same = posted
		.into_iter()
		.find(|(_, row)| row.provider == provider && row.ask.until > now && offer.is(row));
	if let Some((number, _)) = same {
		return Ok(Some(number));
	}
	let what = format!("offer in network {}: {}", offer.network, offer.description);
	let call = market::offer(offer.network, offer.wanted(now));
	let written = chain.write(&what, &call, signer, options.commit).await?;
	output.written(&what, &written);
	match written {
		Written::Done(events) => market::number_given(&events),
		Written::Tried(_) => Ok(None),
	}
}

/// Refuses to sell one's own receipts.
fn ensure_apart(options: &Options) -> Result<()> {
	let Behind::Folder(folder) = &options.serve else { return Ok(()) };
	Server::new(options.serve.clone())?;
	std::fs::create_dir_all(&options.state)?;
	if options.state.canonicalize()?.starts_with(folder.canonicalize()?) {
		bail!(Failure::Arguments(format!(
			"{} is within {}, which is sold: name another --state",
			options.state.display(),
			folder.display()
		)));
	}
	Ok(())
}

/// Sells until it is stopped, or the chain begins anew.
pub async fn run(options: &Options, output: Output) -> Result<()> {
	let offer = OfferFile::load(&options.offer)?;
	if offer.notice() < SHORTEST_NOTICE {
		bail!(Failure::Arguments(format!(
			"a `notice` of {} blocks is too short to have the last receipt settled in it: {SHORTEST_NOTICE} at the least",
			offer.notice()
		)));
	}
	ensure_apart(options)?;
	let chain = options.nodes.connect().await?;
	let signer = options.signer.keypair_on(&chain).await?;
	first_clock(&chain, output).await?;
	compare_clocks(&chain, output).await?;
	tell_proxies(options.serve.url(), output);
	let number = post(&chain, &offer, &signer, options, output).await?;
	if !options.commit {
		if let Some(number) = number {
			output.say(format!("offer {number} is posted: say --commit to sell"));
		}
		return Ok(());
	}
	let number = number.ok_or_else(|| anyhow!("the chain has given the offer no number"))?;
	let provider = account(&signer);
	let genesis = chain.genesis();
	// Another chain's agreements have the same numbers.
	let folder = options.state.join(hex::encode(&genesis.0[..4]));
	let standings = OnChain {
		chain: chain.clone(),
		provider,
		offer: offer.clone(),
		final_block: AtomicU32::new(0),
		highest: AtomicU32::new(0),
	};
	let _lock = durable::lock(&folder)?;
	if let Some(second) = chain.second_block().await? {
		begun::settle(&folder, &second, ANEW)?;
	}
	let books = Books::new(standings, folder, offer.metering);
	books.open_written().await?;
	let listener = TcpListener::bind(options.listen).await.map_err(|error| {
		Failure::Arguments(format!("nobody can listen at {}: {error}", options.listen))
	})?;
	let address = listener.local_addr()?;
	let desk = Arc::new(Desk {
		genesis,
		number,
		provider: signer.public_key().to_account_id().to_string(),
		server: Server::new(options.serve.clone())?,
		books,
		places: Places::default(),
		offer,
	});
	output.result(
		&serde_json::json!({ "offer": number, "address": format!("http://{address}") }),
		format!("sells offer {number} at http://{address}"),
	);
	let mut settler =
		tokio::spawn(Settler::new(desk.clone(), chain.clone(), signer.clone(), output).run());
	let bounds = Bounds { longest: LONGEST, ..Default::default() };
	tokio::select! {
		() = serve(listener, router(desk.clone()), bounds, stopped()) => {
			settler.abort();
			Settler::new(desk, chain, signer, output).last().await;
			Ok(())
		}
		ended = &mut settler => match ended? {
			Ok(()) => bail!("nothing is settled any more"),
			Err(error) => Err(error),
		},
	}
}
