//! What transactions cost, and what they have cost.

use std::{collections::BTreeSet, fmt};

use anyhow::Result;
use subxt::utils::AccountId32 as RpcAccount;

use super::{
	connection::{AtBlock, Chain, Events},
	generated::api,
	prices::Taken,
};
use crate::amount::tokens;

/// What an account has.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Funds {
	/// What is its own and held for nothing, in planck. Of it deposits are held.
	pub free: u128,
	/// The part of it that no lock keeps, in planck. Of it fees are paid.
	pub spendable: u128,
}

/// What a call costs the account that signs it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Costs {
	/// The account.
	pub account: RpcAccount,
	/// The fee, in planck.
	pub fee: u128,
	/// What it takes beside that.
	pub taken: Taken,
	/// What the account has before.
	pub funds: Funds,
}

impl Costs {
	/// What is held in all, in planck.
	pub fn held(&self) -> u128 {
		self.taken.held.iter().map(|held| held.amount).sum()
	}

	/// What the account lacks, if it lacks anything.
	pub fn lack(&self) -> Option<String> {
		let (spent, held) = (self.fee.saturating_add(self.taken.burned), self.held());
		let Funds { free, spendable } = self.funds;
		let enough = spent <= spendable && spent.saturating_add(held) <= free;
		(!enough).then(|| {
			format!(
				"it takes {} to spend and {} to hold, and {} has {}, of which {} can be spent: send it \
				 some, or have another account sign",
				tokens(spent),
				tokens(held),
				self.account,
				tokens(free),
				tokens(spendable)
			)
		})
	}
}

/// One line for each.
impl fmt::Display for Costs {
	fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
		writeln!(f, "signed by   {}", self.account)?;
		writeln!(f, "fee         {}", tokens(self.fee))?;
		for held in &self.taken.held {
			writeln!(f, "held        {} {}", tokens(held.amount), held.terms)?;
		}
		if self.taken.burned > 0 {
			writeln!(f, "burned      {}", tokens(self.taken.burned))?;
		}
		let Funds { free, spendable } = self.funds;
		write!(f, "it has      {}, of which {} can be spent", tokens(free), tokens(spendable))
	}
}

impl Chain {
	/// What an account has as of a block.
	pub(super) async fn funds(&self, account: &RpcAccount, at: &AtBlock) -> Result<Funds> {
		let address = api::storage().system().account();
		let Some(row) = at.storage().try_fetch(address, (*account,)).await? else {
			return Ok(Funds::default());
		};
		let data = row.decode()?.data;
		let locked = data.frozen.saturating_sub(data.reserved);
		Ok(Funds { free: data.free, spendable: data.free.saturating_sub(locked) })
	}

	/// What a transaction of the signer's cost, by its events.
	pub fn fee_paid(&self, events: &Events) -> Result<u128> {
		use api::transaction_payment::events::TransactionFeePaid;
		let mut fees = 0;
		for event in events.find::<TransactionFeePaid>() {
			fees += event?.actual_fee;
		}
		Ok(fees)
	}

	/// The weight that a transaction of the signer's took, in picoseconds of computing.
	pub fn weight_paid(&self, events: &Events) -> Result<u64> {
		use api::system::events::ExtrinsicSuccess;
		let mut sum = 0;
		for event in events.find::<ExtrinsicSuccess>() {
			sum += event?.dispatch_info.weight.ref_time;
		}
		Ok(sum)
	}

	/// The weight that commitments, seals and reveals took in finalized blocks since `first`, in
	/// picoseconds of computing.
	pub async fn weight_of_authorized(&self, first: u32) -> Result<u64> {
		use api::system::events::ExtrinsicSuccess;
		let mut sum = 0;
		let mut at = self.client.at_current_block().await?;
		while at.block_number() >= u64::from(first) {
			let events = at.events().fetch().await?;
			let mut ours = BTreeSet::new();
			for event in events.iter() {
				let event = event?;
				if let subxt::events::Phase::ApplyExtrinsic(index) = event.phase() {
					if event.pallet_name() == "Attestation" {
						ours.insert(index);
					}
				}
			}
			for event in events.iter() {
				let event = event?;
				let subxt::events::Phase::ApplyExtrinsic(index) = event.phase() else { continue };
				if let Some(success) = event.decode_fields_as::<ExtrinsicSuccess>() {
					if ours.contains(&index) {
						sum += success?.dispatch_info.weight.ref_time;
					}
				}
			}
			at = self.client.at_block(at.block_header().await?.parent_hash).await?;
		}
		Ok(sum)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{amount::TOKEN, chain::Held};

	fn costs(free: u128, spendable: u128) -> Costs {
		let held = vec![Held { amount: 10 * TOKEN, terms: "until it ends".into() }];
		Costs {
			account: RpcAccount([1; 32]),
			fee: TOKEN,
			taken: Taken { held, burned: 2 * TOKEN },
			funds: Funds { free: free * TOKEN, spendable: spendable * TOKEN },
		}
	}

	#[test]
	fn what_is_held_may_be_locked_and_what_is_spent_may_not() {
		assert_eq!(costs(13, 3).lack(), None);
		for (free, spendable) in [(12, 12), (13, 2), (0, 0)] {
			let lack = costs(free, spendable).lack().unwrap();
			assert!(lack.contains("3.000000000000 STN to spend"), "{lack}");
			assert!(lack.contains(&RpcAccount([1; 32]).to_string()), "{lack}");
		}
	}

	#[test]
	fn all_that_a_call_takes_is_named_with_who_signs_it() {
		let told = costs(13, 3).to_string();

		for words in [
			&format!("signed by   {}", RpcAccount([1; 32])),
			"fee         1.000000000000 STN",
			"held        10.000000000000 STN until it ends",
			"burned      2.000000000000 STN",
			"it has      13.000000000000 STN, of which 3.000000000000 STN can be spent",
		] {
			assert!(told.contains(words), "{words} in {told}");
		}
	}
}
