//! The market: what is offered, what was agreed, and the calls by which service is sold and bought.

use anyhow::{anyhow, Result};
use substation_primitives::{
	keys::Signature, signing, AccountId32, EpochIndex, NetworkId, ReportKey, H256,
};
use substation_proofs::author::DevicePair;
use subxt::{
	tx::Payload,
	utils::{Static, H256 as RpcHash},
};

pub use api::runtime_types::pallet_market::types::{
	AgreementView, Arbitration, Ask, Offer, Reason, Receipt, Record, State, Terms, Unit, Usage,
};

use crate::{
	chain::{all_pages, api, rpc_account, Chain, Events, PAGE},
	identity::bytes,
};
use api::runtime_types::sp_arithmetic::per_things::Permill;

/// What an offer asks, beside the terms.
#[derive(Debug)]
pub struct Wanted {
	/// What is paid for.
	pub terms: Terms,
	/// The device that serves, if one answers for it.
	pub device: Option<H256>,
	/// Credits that are paid at once.
	pub setup: u128,
	/// What tokens burned for credits have to be worth, in hundredths of those.
	pub backing: u32,
	/// A buyer's notice, in blocks.
	pub notice: u32,
	/// Hash of what is said elsewhere of the service.
	pub document: H256,
	/// Agreements that may be open at a time.
	pub places: u16,
	/// The last block in which it can be taken.
	pub until: u32,
}

/// Hundredths, as the chain keeps them.
fn hundredths(parts: u32) -> Permill {
	Permill(parts.saturating_mul(10_000))
}

/// Who decides about a job: by whom, and with which hundredths for deciding, and for the provider if nothing is decided in
/// time.
pub fn arbitration(arbiter: &AccountId32, fee: u32, silence: u32) -> Arbitration {
	Arbitration {
		arbiter: rpc_account(arbiter),
		fee: hundredths(fee),
		silence: hundredths(silence),
	}
}

/// What a unit costs, in credits; nothing where no units are paid for.
pub fn unit_price(terms: &Terms) -> u128 {
	match terms {
		Terms::Meter { price, .. } => *price,
		_ => 0,
	}
}

/// What the chain keeps of what an offer asks.
pub fn ask(wanted: Wanted) -> Ask {
	Ask {
		device: wanted.device.map(|device| RpcHash(device.0)),
		terms: wanted.terms,
		setup: wanted.setup,
		backing: hundredths(wanted.backing),
		notice: wanted.notice,
		document: RpcHash(wanted.document.0),
		places: wanted.places,
		until: wanted.until,
	}
}

/// The longest notice of a buyer, in blocks.
pub async fn longest_notice(chain: &Chain) -> Result<u32> {
	let at = chain.at_last().await?;
	Ok(at.constants().entry(api::constants().market().max_notice())?)
}

/// The call that offers something in a network.
pub fn offer(network: NetworkId, wanted: Wanted) -> impl Payload {
	api::tx().market().offer(network, ask(wanted))
}

/// The call that takes an offer back.
pub fn withdraw(network: NetworkId, offer: u32) -> impl Payload {
	api::tx().market().withdraw_offer(network, offer)
}

/// The call that takes an offer, with so many credits and the key that signs for units.
pub fn open(network: NetworkId, offer: u32, credits: u128, key: Option<ReportKey>) -> impl Payload {
	api::tx().market().open(network, offer, credits, key.map(Static))
}

/// The call that puts credits into an agreement.
pub fn fund(agreement: u32, credits: u128) -> impl Payload {
	api::tx().market().fund(agreement, credits)
}

/// The call that pays what is due: units by a receipt, or time.
pub fn settle(agreement: u32, receipt: Option<Receipt>) -> impl Payload {
	api::tx().market().settle(agreement, receipt)
}

/// The call that lets an agreement end.
pub fn close(agreement: u32) -> impl Payload {
	api::tx().market().close(agreement)
}

/// The call that finishes one that has ended.
pub fn finish(agreement: u32) -> impl Payload {
	api::tx().market().finish(agreement)
}

/// The call that delivers a job.
pub fn deliver(agreement: u32, result: H256) -> impl Payload {
	api::tx().market().deliver(agreement, RpcHash(result.0))
}

/// The call that accepts a job.
pub fn accept(agreement: u32) -> impl Payload {
	api::tx().market().accept(agreement)
}

/// The call that says something against a job.
pub fn dispute(agreement: u32, document: H256) -> impl Payload {
	api::tx().market().dispute(agreement, RpcHash(document.0))
}

/// The call that decides, or proposes, how many hundredths of a job's price are paid.
pub fn rule(agreement: u32, share: u32) -> impl Payload {
	api::tx().market().rule(agreement, hundredths(share))
}

/// The call that has what stays burned of a device's sales counted.
pub fn count_sales(network: NetworkId, device: H256) -> impl Payload {
	api::tx().market().count_sales(network, RpcHash(device.0))
}

/// The call that has it counted no more.
pub fn forget_sales(network: NetworkId, device: H256) -> impl Payload {
	api::tx().market().forget_sales(network, RpcHash(device.0))
}

/// A buyer's word for how many units it has taken in all.
pub fn sign(genesis: &H256, pair: &DevicePair, agreement: u32, units: u64) -> Receipt {
	let signature: Signature = pair.sign(&signing::usage(genesis, agreement, units));
	Receipt { units, signature }
}

/// A receipt as it travels: eight bytes of units, little-endian, and 64 of signature, in hexadecimal digits.
pub fn written(receipt: &Receipt) -> String {
	format!("0x{}{}", hex::encode(receipt.units.to_le_bytes()), hex::encode(receipt.signature))
}

/// Reads one.
///
/// # Errors
///
/// If it is not 72 bytes.
pub fn read(text: &str) -> Result<Receipt> {
	let wrong =
		|| anyhow!("a receipt is 72 bytes in hexadecimal digits, as `market sign` prints them");
	let all = bytes(text)?;
	let (units, signature) = all.split_at_checked(8).ok_or_else(wrong)?;
	Ok(Receipt {
		units: u64::from_le_bytes(units.try_into().map_err(|_| wrong())?),
		signature: signature.try_into().map_err(|_| wrong())?,
	})
}

/// The number that a new offer, or a new agreement, was given.
pub fn number_given(events: &Events) -> Result<Option<u32>> {
	if let Some(event) = events.find_first::<api::market::events::Opened>() {
		return Ok(Some(event?.agreement));
	}
	let offered = events.find_first::<api::market::events::Offered>().transpose()?;
	Ok(offered.map(|event| event.offer))
}

/// What a settlement has paid: units or blocks, credits, and tokens for who sold, in planck.
pub fn paid(events: &Events) -> Result<Option<(u64, u128, u128)>> {
	let event = events.find_first::<api::market::events::Settled>().transpose()?;
	Ok(event.map(|event| (event.units, event.credits, event.seller)))
}

/// Why an agreement has ended, and credits that came back.
pub fn finished(events: &Events) -> Result<Option<(Reason, u128)>> {
	let event = events.find_first::<api::market::events::Finished>().transpose()?;
	Ok(event.map(|event| (event.reason, event.refunded)))
}

/// What was decided about a job: the provider's part in millionths of the price, and what the arbiter's word has cost, in
/// credits.
pub fn ruled(events: &Events) -> Result<Option<(u32, u128)>> {
	let event = events.find_first::<api::market::events::Ruled>().transpose()?;
	Ok(event.map(|event| (event.share.0, event.fee)))
}

/// What a provider has lost of its collateral, in planck, if it has broken a deal.
pub fn compensated(events: &Events) -> Result<Option<u128>> {
	let event = events.find_first::<api::market::events::Compensated>().transpose()?;
	Ok(event.map(|event| event.amount))
}

/// Rows by their numbers.
fn sorted<Row>(mut rows: Vec<(u32, Row)>) -> Result<Vec<(u32, Row)>> {
	rows.sort_by_key(|(number, _)| *number);
	Ok(rows)
}

impl Chain {
	/// All that is offered in a network, by number.
	pub async fn offers(&self, network: NetworkId) -> Result<Vec<(u32, Offer)>> {
		let view = api::view_functions().market();
		sorted(all_pages(|after| self.view(view.offers(network, after, PAGE))).await?)
	}

	/// An agreement, and what follows from it.
	pub async fn agreement(&self, agreement: u32) -> Result<Option<AgreementView>> {
		self.view(api::view_functions().market().agreement(agreement)).await
	}

	/// All agreements of which an account is a side, by number.
	pub async fn agreements_of(&self, who: &AccountId32) -> Result<Vec<(u32, AgreementView)>> {
		let who = rpc_account(who);
		let view = api::view_functions().market();
		sorted(all_pages(|after| self.view(view.agreements_of(who, after, PAGE))).await?)
	}

	/// What was sold in a network in an epoch, if anything was, and it is one of the last 64.
	pub async fn usage(&self, network: NetworkId, epoch: EpochIndex) -> Result<Option<Usage>> {
		self.view(api::view_functions().market().usage(network, epoch)).await
	}

	/// What a provider has sold, ever.
	pub async fn sales_of(&self, who: &AccountId32) -> Result<Option<Record>> {
		self.view(api::view_functions().market().record(rpc_account(who))).await
	}

	/// Agreements by which reports of a device are paid, beside what its network pays.
	pub async fn deals_of(&self, device: &H256) -> Result<Vec<u32>> {
		self.view(api::view_functions().market().deals_of(RpcHash(device.0))).await
	}

	/// Whether an agreement goes on, and has credits for so many units in all; or for the next block.
	pub async fn is_covered(&self, agreement: u32, units: u64) -> Result<bool> {
		self.view(api::view_functions().market().is_covered(agreement, units)).await
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_receipt_travels_as_it_is() {
		let pair = DevicePair::from_seed(&[3; 32]);
		let receipt = sign(&H256::repeat_byte(1), &pair, 7, 1_000_000);
		let read = read(&written(&receipt)).unwrap();
		assert_eq!((read.units, read.signature), (1_000_000, receipt.signature));
		let message = signing::usage(&H256::repeat_byte(1), 7, 1_000_000);
		assert!(pair.public().verify(&read.signature, &message));
	}

	#[test]
	fn what_is_no_receipt_is_not_read() {
		for wrong in ["", "0x", "0x00", &format!("0x{}", "00".repeat(71)), &"00".repeat(73), "x"] {
			assert!(super::read(wrong).is_err(), "{wrong}");
		}
	}
}
