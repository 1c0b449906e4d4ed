//! One owner is buyer, seller, the network's owner and its aggregator at once, and buys of itself by divisions of every kind:
//! of the tokens that it burns 95 hundredths come back at the most.

use anyhow::{ensure, Context, Result};
use substation_primitives::{NetworkId, H256};
use substation_proofs::author::DevicePair;
use substation_sdk::{
	chain::{account, api, Chain, Events},
	market::{self, Terms, Unit, Wanted},
	register::{all, expiry, Registration},
};
use substation_zombienet_tests::{
	agent::Agent,
	field::{signer, Aggregator, StorageDevice, CUT, STORAGE},
};
use subxt_signer::sr25519::Keypair;

use api::runtime_types::{
	pallet_market::types::Division, pallet_network_treasury::grants::Fund,
	sp_arithmetic::per_things::Permill,
};

/// Accounts that have to be endowed. The second settles, so that the first pays no fee while it is looked at.
pub const ACCOUNTS: [&str; 2] = ["washer", "passer"];

const WASHER: &str = "//test//washer";
/// Hundredths for who sells, and for the network.
const DIVISIONS: [(u32, u32); 5] = [(95, 0), (90, 5), (50, 45), (0, 95), (25, 0)];
/// Receipts of an agreement, in units from its beginning: of a credit each.
const RECEIPTS: [u64; 3] = [70_001, 70_008, 399_999];
/// What is paid at once.
const SETUP: u128 = 1_001;
/// What is put into an agreement beside it: a credit is left over.
const CREDITS: u128 = 400_000;

/// The washer, and everything that it owns.
struct Laundry<'a> {
	chain: &'a Chain,
	owner: Keypair,
	passer: Keypair,
	network: NetworkId,
	device: StorageDevice,
	/// Signs for what is taken.
	buyer: DevicePair,
}

/// Tokens of a sale, in planck.
#[derive(Clone, Copy, Default)]
struct Turned {
	/// That were burned for the credits.
	burned: u128,
	/// That came back to the seller.
	seller: u128,
	/// That came back to its network's fund.
	network: u128,
}

impl Turned {
	fn back(&self) -> u128 {
		self.seller + self.network
	}

	fn with(&self, other: &Self) -> Self {
		Self {
			burned: self.burned + other.burned,
			seller: self.seller + other.seller,
			network: self.network + other.network,
		}
	}
}

impl Laundry<'_> {
	/// What the washer can reach: its own account, and its network's fund.
	async fn reaches(&self) -> Result<(u128, u128)> {
		let fund = api::view_functions().network_treasury().fund(Fund::Network(self.network));
		let (_, free, granted) = self.chain.view(fund).await?;
		Ok((self.chain.balance(&account(&self.owner)).await?, free + granted))
	}

	/// Opens an agreement with itself.
	async fn opens(&self) -> Result<(u32, Events)> {
		let terms = Terms::Meter { price: 1, unit: Unit::Packets, most: u64::MAX };
		let wanted = Wanted {
			terms,
			device: Some(H256(self.device.id().0)),
			setup: SETUP,
			backing: 0,
			notice: 10,
			document: H256::zero(),
			places: 1,
			until: u32::MAX,
		};
		let offered = self.chain.submit(&market::offer(self.network, wanted), &self.owner).await?;
		let offer = market::number_given(&offered)?.context("an offer's number")?;
		let open = market::open(self.network, offer, CREDITS, Some(self.buyer.public()));
		let opened = self.chain.submit(&open, &self.owner).await?;
		let agreement = market::number_given(&opened)?.context("an agreement's number")?;
		Ok((agreement, opened))
	}

	/// Buys of itself, and has everything settled by somebody else.
	async fn washes(&self, (seller, network): (u32, u32)) -> Result<Turned> {
		let hundredths = |parts: u32| Permill(parts * 10_000);
		let division = Division { seller: hundredths(seller), network: hundredths(network) };
		let divide = api::tx().market().set_division(self.network, division);
		self.chain.submit(&divide, &self.owner).await?;
		let (agreement, opened) = self.opens().await?;
		let setup = turned(&opened)?.context("a setup is a sale")?;
		let before = self.reaches().await?;
		let mut settled = Turned::default();
		for units in RECEIPTS {
			let receipt = market::sign(&self.chain.genesis(), &self.buyer, agreement, units);
			let settle = market::settle(agreement, Some(receipt));
			let events = self.chain.submit(&settle, &self.passer).await?;
			let sale = turned(&events)?.context("it is settled")?;
			ensure!(sale.back() * 100 <= sale.burned * u128::from(seller + network));
			settled = settled.with(&sale);
		}
		// By what it has and not by what is said: its fund to the planck, and its own account no more. An aggregator pays rent.
		let after = self.reaches().await?;
		let told = format!("{before:?}, {after:?}, {} and {}", settled.seller, settled.network);
		ensure!(
			after.1 - before.1 == settled.network && after.0 <= before.0 + settled.seller,
			"{told}"
		);
		self.chain.submit(&market::close(agreement), &self.owner).await?;
		self.chain.submit(&market::finish(agreement), &self.passer).await?;
		Ok(setup.with(&settled))
	}
}

fn turned(events: &Events) -> Result<Option<Turned>> {
	let settled = events.find_first::<api::market::events::Settled>().transpose()?;
	Ok(settled.map(|sale| Turned { burned: sale.cost, seller: sale.seller, network: sale.network }))
}

/// A washer with a network, an aggregator and a device of its own, while what a token costs is known.
pub async fn run(agent: &Agent, chain: &Chain) -> Result<()> {
	let owner = signer("washer");
	let epoch = chain.clock().await?.epoch;
	let terms = chain.network_terms(STORAGE, epoch).await?.context("terms of a network")?;
	let created = chain.submit(&api::tx().networks().create(terms, false), &owner).await?;
	let created = created.find_first::<api::networks::events::Created>().transpose()?;
	let network = created.context("a network's number")?.network;
	let carrier = Aggregator::register(chain, "washer", 10_000, 4_000_000).await?;
	let device = StorageDevice::new(78, 100_000);
	let registration = Registration {
		pair: &device.pair,
		network,
		aggregator: carrier.account(),
		cut: CUT,
		place: None,
		data_set: Some(device.holding.data_set()?),
		voucher: None,
	};
	let calls = registration.calls(chain, &account(&owner), expiry(chain).await?);
	chain.submit(&all(calls), &owner).await?;
	let dollars = "2.1";
	let buy = ["credits", "buy", "--dollars", dollars, "--commit", "--json", "--url", &agent.url];
	agent.json(WASHER, &buy).await?;
	let bought = chain.purse(&account(&owner)).await?;

	let buyer = DevicePair::from_seed(&[79; 32]);
	let passer = signer("passer");
	let laundry = Laundry { chain, owner, passer, network, device, buyer };
	let (mut all, mut most) = (Turned::default(), 0);
	for division in DIVISIONS {
		let turned = laundry.washes(division).await?;
		let (burned, back) = (turned.burned, turned.back());
		ensure!(back * 100 <= burned * 95, "{back} of {burned} by {division:?}");
		let parts = u128::from(division.0 + division.1);
		// But for what is rounded: a planck at each end of each sale.
		ensure!((back + 8) * 100 > burned * parts, "{back} of {burned} by {division:?}");
		all = all.with(&turned);
		most += burned * parts / 100;
	}
	let (burned, back) = (all.burned, all.back());
	ensure!(back <= most && back * 100 < burned * 95, "{back} of {burned}");
	// What it has sold to itself is gone, and nothing else is.
	let left = chain.purse(&account(&laundry.owner)).await?;
	ensure!(left.cost == bought.cost - burned, "{left:?} of {bought:?}");
	let spent = DIVISIONS.len() as u128 * (SETUP + CREDITS - 1);
	ensure!(left.credits == bought.credits - spent, "{left:?} of {bought:?}");
	Ok(())
}
