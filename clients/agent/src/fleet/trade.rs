//! One who buys packets beside the devices, and one who carries them: what was burned, and who got it, is recomputed.

use std::time::Duration;

use anyhow::{anyhow, bail, ensure, Context, Result};
use comfy_table::{presets::UTF8_FULL_CONDENSED, Table};
use substation_primitives::{mul_div, Purse, H256};
use substation_proofs::author::DevicePair;
use substation_sdk::{
	amount::{dollars, tokens, TOKEN},
	chain::{account, api, rpc_account, Chain, RuntimeCall},
	credits,
	failure::{told, Failure},
	market::{self, Record, Terms, Unit, Wanted},
	register::all,
	secrets::keypair,
};
use subxt_signer::sr25519::Keypair;
use tokio::{sync::oneshot, task::JoinHandle};

use super::preset::COVERAGE;
use crate::output::Output;

/// Credits for a packet: a thousandth of a cent.
const PRICE: u128 = 10;
/// What is made again of a sale for who sells and for the network, in hundredths, as chains begin.
const SELLER: u128 = 90;
const NETWORK: u128 = 5;
/// The longest wait for feeders to speak.
const PATIENCE: Duration = Duration::from_secs(180);
/// Between two looks at the clock.
const TICK: Duration = Duration::from_secs(2);

/// What was sold, by the plain rules: tokens in planck.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Sold {
	packets: u64,
	credits: u128,
	/// What was burned for the credits that were used.
	cost: u128,
	seller: u128,
	network: u128,
}

impl Sold {
	/// One settlement more, of credits that cost so much.
	fn settle(&mut self, packets: u64, used: &Purse) {
		self.packets += packets;
		self.credits += used.credits;
		self.cost += used.cost;
		self.seller += mul_div(used.cost, SELLER, 100);
		self.network += mul_div(used.cost, NETWORK, 100);
	}

	fn left_burned(&self) -> u128 {
		self.cost - self.seller - self.network
	}
}

/// Somebody who sells packets, and somebody who buys them.
struct Trade {
	chain: Chain,
	output: Output,
	carrier: Keypair,
	buyer: Keypair,
	/// Signs for packets.
	key: DevicePair,
	/// Packets of an epoch.
	packets: u64,
	offer: u32,
	agreement: Option<u32>,
	/// What has to lie in the agreement.
	purse: Purse,
	sold: Sold,
}

/// A trade that goes on beside the devices.
pub(super) struct Trading {
	stop: oneshot::Sender<()>,
	ended: JoinHandle<Result<()>>,
}

impl Trading {
	/// Begins one of so many packets in each epoch.
	pub(super) fn begin(chain: &Chain, packets: u64, output: Output) -> Result<Self> {
		let trade = Trade {
			chain: chain.clone(),
			output,
			carrier: keypair("//fleet//carrier")?,
			buyer: keypair("//fleet//buyer")?,
			key: DevicePair::from_seed(&sp_crypto_hashing::blake2_256(b"//fleet//buyer//app")),
			packets,
			offer: 0,
			agreement: None,
			purse: Purse::default(),
			sold: Sold::default(),
		};
		let (stop, stopped) = oneshot::channel();
		// Said when it happens, and not only when all is over.
		let ended = tokio::spawn(async move {
			let ended = trade.run(stopped).await;
			ended.inspect_err(|error| output.say(format!("no packets are sold: {}", told(error))))
		});
		Ok(Self { stop, ended })
	}

	/// Ends it, and shows what was sold. Fails unless everybody got what is recomputed.
	pub(super) async fn end(self) -> Result<()> {
		let _ = self.stop.send(());
		self.ended.await?.context("the trade in packets")
	}
}

impl Trade {
	async fn run(mut self, mut stopped: oneshot::Receiver<()>) -> Result<()> {
		self.offer = self.prepare().await?;
		let carrier = account(&self.carrier);
		let before = (self.chain.balance(&carrier).await?, self.chain.sales_of(&carrier).await?);
		let mut last = None;
		loop {
			let epoch = self.chain.clock().await.map(|clock| clock.epoch);
			if let Ok(epoch) = epoch {
				if last != Some(epoch) {
					self.buy().await.with_context(|| format!("in epoch {epoch}"))?;
					last = Some(epoch);
				}
			}
			tokio::select! {
				_ = &mut stopped => break,
				() = tokio::time::sleep(TICK) => {}
			}
		}
		self.card(before).await
	}

	/// Endows both, waits for a price, and posts the offer.
	async fn prepare(&self) -> Result<u32> {
		let mut transfers = Vec::new();
		for who in [account(&self.carrier), account(&self.buyer)] {
			if self.chain.balance(&who).await? < 100 * TOKEN {
				let call = api::runtime_types::pallet_balances::pallet::Call::transfer_keep_alive {
					dest: rpc_account(&who).into(),
					value: 1_000 * TOKEN,
				};
				transfers.push(RuntimeCall::Balances(call));
			}
		}
		if !transfers.is_empty() {
			// Not the account that endows the fleet at the same time.
			let bob = subxt_signer::sr25519::dev::bob();
			self.chain.submit(&all(transfers), &bob).await?;
		}
		let begun = tokio::time::Instant::now();
		while self.chain.price().await?.is_err() {
			if begun.elapsed() > PATIENCE {
				bail!(Failure::Unreachable("no feeder says what a token costs".into()));
			}
			tokio::time::sleep(TICK).await;
		}
		self.offer().await
	}

	/// Buys credits for an epoch's packets, has them carried, signs, and has the carrier paid.
	async fn buy(&mut self) -> Result<()> {
		let wanted = u128::from(self.packets) * PRICE;
		let call = credits::buy_exact(wanted, u128::MAX);
		let events = self.chain.submit(&call, &self.buyer).await?;
		let (credits, cost) = credits::bought(&events)?.context("credits were bought")?;
		ensure!(credits == wanted, "{credits} credits in place of {wanted}");
		self.purse = self
			.purse
			.with(Purse { credits, cost })
			.ok_or_else(|| anyhow!("more than can be counted"))?;
		let agreement = match self.agreement {
			Some(agreement) => {
				self.chain.submit(&market::fund(agreement, wanted), &self.buyer).await?;
				agreement
			}
			None => self.open(wanted).await?,
		};
		let units = self.sold.packets + self.packets;
		let receipt = market::sign(&self.chain.genesis(), &self.key, agreement, units);
		self.chain.submit(&market::settle(agreement, Some(receipt)), &self.buyer).await?;
		let used = self.purse.take(wanted).ok_or_else(|| anyhow!("more was used than bought"))?;
		self.sold.settle(self.packets, &used);
		Ok(())
	}

	/// The carrier's offer, which is posted if there is none.
	async fn offer(&self) -> Result<u32> {
		let carrier = rpc_account(&account(&self.carrier));
		let now = u32::try_from(self.chain.finalized().await?)?;
		let posted = self.chain.offers(COVERAGE).await?;
		let own = posted.into_iter().find(|(_, row)| {
			row.provider == carrier && row.ask.until > now && row.taken < row.ask.places
		});
		if let Some((offer, _)) = own {
			return Ok(offer);
		}
		let wanted = Wanted {
			terms: Terms::Meter { price: PRICE, unit: Unit::Packets, most: u64::MAX },
			device: None,
			setup: 0,
			backing: 0,
			notice: 20,
			document: H256::zero(),
			places: u16::MAX,
			until: u32::MAX,
		};
		let events = self.chain.submit(&market::offer(COVERAGE, wanted), &self.carrier).await?;
		market::number_given(&events)?.context("the offer has a number")
	}

	/// Takes the offer, with so many credits.
	async fn open(&mut self, credits: u128) -> Result<u32> {
		let call = market::open(COVERAGE, self.offer, credits, Some(self.key.public()));
		let events = self.chain.submit(&call, &self.buyer).await?;
		let agreement = market::number_given(&events)?.context("the agreement has a number")?;
		self.agreement = Some(agreement);
		self.output.say(format!("packets are sold by agreement {agreement}"));
		Ok(agreement)
	}

	/// Shows what was sold, and compares it with what the chain says.
	async fn card(&self, before: (u128, Option<Record>)) -> Result<()> {
		let carrier = account(&self.carrier);
		let got = self.chain.balance(&carrier).await?;
		let record = self.chain.sales_of(&carrier).await?;
		let count = |record: &Option<Record>| {
			record.as_ref().map_or((0, 0), |record| (record.cost, record.left_burned))
		};
		let ((cost, left), (cost_before, left_before)) = (count(&record), count(&before.1));
		let seen = match self.agreement {
			Some(agreement) => self.chain.agreement(agreement).await?,
			None => None,
		};
		let purse = seen.map_or((0, 0), |seen| (seen.row.purse.credits, seen.row.purse.cost));
		let sold = &self.sold;
		let mut table = Table::new();
		table
			.load_preset(UTF8_FULL_CONDENSED)
			.set_header([
				"packets",
				"credits used",
				"tokens burned",
				"to the carrier",
				"to the network",
				"left burned",
			])
			.add_row([
				sold.packets.to_string(),
				dollars(sold.credits),
				tokens(sold.cost),
				tokens(sold.seller),
				tokens(sold.network),
				tokens(sold.left_burned()),
			]);
		self.output.say(table);
		let wrong = [
			("packets", u128::from(sold.packets) * PRICE, sold.credits),
			("what the carrier got", sold.seller, got.saturating_sub(before.0)),
			("what was burned for credits that were used", sold.cost, cost - cost_before),
			("what stays burned", sold.left_burned(), left - left_before),
			("credits that are left", self.purse.credits, purse.0),
			("what was burned for those", self.purse.cost, purse.1),
		];
		let wrong: Vec<_> = wrong
			.iter()
			.filter(|(_, here, there)| here != there)
			.map(|(what, here, there)| format!("{what}: {there}, and should be {here}"))
			.collect();
		if wrong.is_empty() && sold.packets > 0 {
			self.output
				.say("the carrier got exactly what its packets cost, and a twentieth stays burned");
			return Ok(());
		}
		bail!(Failure::Mismatch(format!("not sold as recomputed:\n{}", wrong.join("\n"))))
	}
}
