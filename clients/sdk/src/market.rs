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
	AgreementView, Ask, Offer, Reason, Receipt, Record, State, Terms, Unit, Usage,
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

/// What the chain keeps of what an offer asks.
pub fn ask(wanted: Wanted) -> Ask {
	Ask {
		device: wanted.device.map(|device| RpcHash(device.0)),
		terms: wanted.terms,
		setup: wanted.setup,
		backing: Permill(wanted.backing.saturating_mul(10_000)),
		notice: wanted.notice,
		document: RpcHash(wanted.document.0),
		places: wanted.places,
		until: wanted.until,
	}
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
