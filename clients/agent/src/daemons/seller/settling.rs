//! When a seller has receipts paid: seldom enough that fees are small, and always before it is too late.

use std::{
	collections::{BTreeMap, BTreeSet},
	sync::Arc,
	time::Duration,
};

use anyhow::Result;
use substation_primitives::EpochIndex;
use substation_sdk::{
	amount::{dollars, tokens},
	chain::{Chain, Events, Written},
	failure::told,
	market::{self, Receipt, Terms},
};
use subxt::tx::Payload;
use subxt_signer::sr25519::Keypair;

use super::{
	books::{Account, Books, Standing, Standings},
	desk::Desk,
};
use crate::{daemons::said::Said, output::Output};

/// Between two looks at what is due.
const TICK: Duration = Duration::from_secs(3);
/// Credits that are due before a fee is worth paying for them: some hundred times the fee.
const WORTH_A_FEE: u128 = 2_000;
/// Receipts that are settled at a time, one nonce after the other.
const AT_A_TIME: usize = 32;

/// Why something is settled now, if it is. `last` is the epoch in which it was settled last, `price` that of a unit.
fn due(standing: &Standing, signed: u64, last: EpochIndex, price: u128) -> Option<&'static str> {
	let unpaid = signed.checked_sub(standing.paid).filter(|unpaid| *unpaid > 0)?;
	let limit = standing.limit.filter(|limit| *limit > standing.paid)?;
	match standing.ends_in {
		// Too late.
		Some(0) => return None,
		// As soon as it is known: from then on nothing is served ahead of what is paid.
		Some(_) => return Some("since it ends"),
		None => {}
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

/// Something that is to be sent.
struct Due {
	agreement: u32,
	/// What is settled, and why. None of one that has ended, which is finished.
	receipt: Option<(Receipt, &'static str)>,
	ends_in: u32,
}

/// Has receipts paid.
pub(super) struct Settler<S> {
	pub desk: Arc<Desk<S>>,
	pub chain: Chain,
	pub signer: Keypair,
	pub output: Output,
	/// When each was settled last.
	last: BTreeMap<u32, EpochIndex>,
	/// Those of which the last transaction has failed: they are tried before they are sent again.
	failed: BTreeSet<u32>,
}

impl<S: Standings> Settler<S> {
	/// With nothing settled yet.
	pub fn new(desk: Arc<Desk<S>>, chain: Chain, signer: Keypair, output: Output) -> Self {
		Self { desk, chain, signer, output, last: BTreeMap::new(), failed: BTreeSet::new() }
	}

	fn books(&self) -> &Books<S> {
		&self.desk.books
	}

	/// Settles until it is stopped, or the chain begins anew.
	pub async fn run(mut self) -> Result<()> {
		let mut said = Said::new(self.output);
		loop {
			self.books().take_troubles().iter().for_each(|text| self.output.say(text));
			tokio::time::sleep(TICK).await;
			self.chain.is_the_same()?;
			match self.settle_due(false).await {
				Ok(()) => said.over(),
				Err(error) => said.say(format!("not settled: {}", told(&error))),
			}
		}
	}

	/// Settles all that there is, at the end.
	pub async fn last(&mut self) {
		if let Err(error) = self.settle_due(true).await {
			self.output.say(format!("not settled: {}", told(&error)));
		}
	}

	/// Settles what is due; all of it if that is the `last` time.
	async fn settle_due(&mut self, is_last: bool) -> Result<()> {
		self.books().open_written().await?;
		let mut all = Vec::new();
		for account in self.books().all() {
			// What cannot be asked is settled by what was said last.
			let _ = self.books().refresh(&account).await;
			all.extend(self.look(&account, is_last));
		}
		// What ends first is first.
		all.sort_by_key(|due| due.ends_in);
		all.truncate(AT_A_TIME);
		let (tried, sure): (Vec<_>, Vec<_>) =
			all.into_iter().partition(|due| self.failed.contains(&due.agreement));
		let mut ended = self.send(sure).await;
		for due in tried {
			// One that fails keeps no other from being tried.
			ended = self.try_one(due).await.and(ended);
		}
		ended
	}

	/// What is to be sent about an agreement, if anything is.
	fn look(&mut self, account: &Account, is_last: bool) -> Option<Due> {
		let agreement = account.agreement;
		if account.is_missing() {
			return None;
		}
		let standing = account.standing();
		let last = *self.last.entry(agreement).or_insert(standing.epoch);
		if standing.ends_in == Some(0) {
			// It holds a place of the offer.
			return Some(Due { agreement, receipt: None, ends_in: u32::MAX });
		}
		let receipt = account.receipt()?;
		let Terms::Meter { price, .. } = self.desk.offer.terms else { return None };
		let why = match is_last && receipt.units > standing.paid {
			true => "at the end",
			false => due(&standing, receipt.units, last, price)?,
		};
		let ends_in = standing.ends_in.unwrap_or(u32::MAX);
		Some(Due { agreement, receipt: Some((receipt, why)), ends_in })
	}

	fn told(&mut self, due: &Due, events: &Events) -> Result<()> {
		let number = due.agreement;
		if let Some((units, credits, seller)) = market::paid(events)? {
			let why = due.receipt.as_ref().map_or("when it was over", |(_, why)| why);
			self.output.say(format!(
				"paid {units} units of agreement {number}, {why}: {} for {}",
				tokens(seller),
				dollars(credits)
			));
		}
		if due.receipt.is_none() {
			self.output.say(format!("agreement {number} is finished"));
		}
		Ok(())
	}

	/// Sends all of them at once, each with the nonce after the last.
	async fn send(&mut self, all: Vec<Due>) -> Result<()> {
		let (settled, ended): (Vec<_>, Vec<_>) =
			all.into_iter().partition(|due| due.receipt.is_some());
		let calls: Vec<_> = settled
			.iter()
			.map(|due| {
				let receipt = due.receipt.as_ref().map(|(receipt, _)| receipt.clone());
				market::settle(due.agreement, receipt)
			})
			.collect();
		let paid = self.send_calls(settled, &calls).await;
		let calls: Vec<_> = ended.iter().map(|due| market::finish(due.agreement)).collect();
		self.send_calls(ended, &calls).await.and(paid)
	}

	async fn send_calls<C: Payload>(&mut self, all: Vec<Due>, calls: &[C]) -> Result<()> {
		if calls.is_empty() {
			return Ok(());
		}
		// One that fails is not known: all of them are tried before they are sent again.
		let sent = self.chain.submit_all(calls, &self.signer).await;
		let sent = sent.inspect_err(|_| self.failed.extend(all.iter().map(|due| due.agreement)))?;
		for (due, events) in all.iter().zip(&sent) {
			self.told(due, events)?;
			self.is_done(due);
		}
		Ok(())
	}

	async fn try_one(&mut self, due: Due) -> Result<()> {
		let number = due.agreement;
		let written = match &due.receipt {
			Some((receipt, why)) => {
				let what = format!("settle agreement {number}, {why}");
				let call = market::settle(number, Some(receipt.clone()));
				self.chain.write(&what, &call, &self.signer, true).await
			}
			None => {
				let (what, call) = (format!("finish {number}"), market::finish(number));
				self.chain.write(&what, &call, &self.signer, true).await
			}
		};
		if let Written::Done(events) = written? {
			self.told(&due, &events)?;
			self.failed.remove(&number);
			self.is_done(&due);
		}
		Ok(())
	}

	fn is_done(&mut self, due: &Due) {
		let account = self.books().all().into_iter().find(|one| one.agreement == due.agreement);
		if let Some(account) = account {
			self.last.insert(due.agreement, account.standing().epoch);
			account.is_old();
		}
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
		for blocks in [1, 50, 100_000] {
			assert_eq!(why(&ends(blocks), 1_001, 5), Some("since it ends"));
		}
		assert_eq!(why(&ends(0), 1_001, 5), None);
		assert_eq!(why(&ends(3), 1_000, 5), None);
		// There is nothing to pay it with.
		let empty = Standing { limit: Some(1_000), ..standing };
		assert_eq!(why(&empty, 51_000, 4), None);
	}
}
