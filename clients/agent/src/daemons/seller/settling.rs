//! When a seller has receipts paid: seldom enough that fees are small, and always before it is too late.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use anyhow::Result;
use substation_primitives::EpochIndex;
use substation_sdk::{
	amount::{dollars, tokens},
	chain::{Chain, Written},
	failure::told,
	market::{self, Receipt, Terms},
};
use subxt_signer::sr25519::Keypair;

use super::{
	books::{Account, Books, Refusal, Standing, Standings, LAST_BLOCKS},
	desk::Desk,
};
use crate::{daemons::said::Said, output::Output};

/// Between two looks at what is due.
const TICK: Duration = Duration::from_secs(3);
/// Credits that are due before a fee is worth paying for them: some hundred times the fee.
const WORTH_A_FEE: u128 = 2_000;
/// The least blocks before its end in which an agreement is settled for the last time.
const BEFORE_END: u32 = LAST_BLOCKS + 10;

/// Why something is settled now, if it is. `last` is the epoch in which it was settled last, `price` that of a unit.
fn due(standing: &Standing, signed: u64, last: EpochIndex, price: u128) -> Option<&'static str> {
	let unpaid = signed.checked_sub(standing.paid).filter(|unpaid| *unpaid > 0)?;
	let limit = standing.limit?;
	// Its last receipt may be one of a single unit.
	if standing.ends_in.is_some_and(|blocks| blocks <= BEFORE_END) {
		return Some("before the agreement ends");
	}
	if price.saturating_mul(unpaid.into()) < WORTH_A_FEE {
		return None;
	}
	let most = limit.saturating_sub(standing.paid);
	if unpaid.saturating_mul(2) >= most {
		return Some("before its credits are used up");
	}
	(standing.epoch > last).then_some("once in an epoch")
}

/// Has receipts paid.
pub(super) struct Settler<S> {
	pub desk: Arc<Desk<S>>,
	pub chain: Chain,
	pub signer: Keypair,
	pub output: Output,
	/// When each was settled last.
	last: BTreeMap<u32, EpochIndex>,
}

impl<S: Standings> Settler<S> {
	/// With nothing settled yet.
	pub fn new(desk: Arc<Desk<S>>, chain: Chain, signer: Keypair, output: Output) -> Self {
		Self { desk, chain, signer, output, last: BTreeMap::new() }
	}

	fn books(&self) -> &Books<S> {
		&self.desk.books
	}

	/// Settles until it is stopped, or the chain begins anew.
	pub async fn run(mut self) -> Result<()> {
		let mut said = Said::new(self.output);
		loop {
			tokio::time::sleep(TICK).await;
			self.chain.is_the_same()?;
			for account in self.books().all() {
				match self.look(&account, false).await {
					Ok(()) => said.over(),
					Err(error) => said.say(format!(
						"agreement {} is not settled: {}",
						account.agreement,
						told(&error)
					)),
				}
			}
		}
	}

	/// Settles all that there is, at the end.
	pub async fn last(&mut self) {
		for account in self.books().all() {
			if let Err(error) = self.look(&account, true).await {
				let number = account.agreement;
				self.output.say(format!("agreement {number} is not settled: {}", told(&error)));
			}
		}
	}

	async fn look(&mut self, account: &Account, is_last: bool) -> Result<()> {
		let number = account.agreement;
		match self.books().account(number).await {
			Err(Refusal::NotPaid(_)) => {
				self.books().forget(number);
				self.last.remove(&number);
				self.output.say(format!("agreement {number} is finished"));
				return Ok(());
			}
			Err(Refusal::Busy(text)) => anyhow::bail!(text),
			Ok(_) => {}
		}
		let standing = account.standing();
		let Some(receipt) = account.receipt() else { return Ok(()) };
		let Terms::Meter { price, .. } = self.desk.offer.terms else { return Ok(()) };
		let last = *self.last.entry(number).or_insert(standing.epoch);
		let why = match is_last && receipt.units > standing.paid {
			true => Some("at the end"),
			false => due(&standing, receipt.units, last, price),
		};
		let Some(why) = why else { return Ok(()) };
		self.settle(number, receipt, why).await?;
		self.last.insert(number, standing.epoch);
		Ok(())
	}

	async fn settle(&self, number: u32, receipt: Receipt, why: &str) -> Result<()> {
		let what = format!("settle agreement {number}, {why}");
		let call = market::settle(number, Some(receipt));
		if let Written::Done(events) = self.chain.write(&what, &call, &self.signer, true).await? {
			if let Some((units, credits, seller)) = market::paid(&events)? {
				self.output.say(format!(
					"paid {units} units of agreement {number}, {why}: {} for {}",
					tokens(seller),
					dollars(credits)
				));
			}
		}
		Ok(())
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::daemons::seller::testing::pair;

	#[test]
	fn what_is_due_is_settled_once_in_an_epoch_and_before_it_is_too_late() {
		let key = pair().public();
		let standing = Standing { key, paid: 1_000, limit: Some(101_000), ends_in: None, epoch: 5 };
		let why = |standing: &Standing, signed, last| due(standing, signed, last, 10);
		assert_eq!(why(&standing, 1_000, 4), None);
		// Less than what is worth a fee.
		assert_eq!(why(&standing, 1_199, 4), None);
		assert_eq!(why(&standing, 1_200, 4), Some("once in an epoch"));
		assert_eq!(why(&standing, 1_200, 5), None);
		assert_eq!(why(&standing, 50_999, 5), None);
		assert_eq!(why(&standing, 51_000, 5), Some("before its credits are used up"));
		let ends = |blocks| Standing { ends_in: Some(blocks), ..standing };
		assert_eq!(why(&ends(BEFORE_END), 1_001, 5), Some("before the agreement ends"));
		assert_eq!(why(&ends(BEFORE_END + 1), 1_001, 5), None);
		assert_eq!(why(&ends(3), 1_000, 5), None);
	}
}
