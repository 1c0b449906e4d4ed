//! Batches, as the chain records them.

use substation_primitives::{batch::Terms, AccountId32, EpochIndex, H256};

use super::generated::{BatchState, Commitment, Round};

impl Commitment<u128> {
	/// What was committed to.
	pub fn terms(&self, epoch: EpochIndex) -> Terms {
		let account = AccountId32::new(self.aggregator.0);
		let bodies: Vec<_> = self.bodies.0.iter().map(|hash| H256(hash.0)).collect();
		Terms {
			network: self.network,
			epoch,
			aggregator: account,
			shard: self.shard,
			root: H256(self.root.0),
			// What the chain holds keeps the bounds.
			cuts: self.cuts.0.clone().try_into().unwrap_or_default(),
			last: self.last,
			count: self.count,
			work: self.work,
			bytes: self.bytes,
			bodies: bodies.try_into().unwrap_or_default(),
		}
	}

	/// Whether devices can be paid by it: it is settled, and held no more than was declared.
	pub fn is_payable(&self) -> bool {
		matches!(self.state, BatchState::Settled { underdeclared: false, .. })
	}

	/// Where the batch stands, in words.
	pub fn state_name(&self) -> String {
		match &self.state {
			BatchState::Committed => "waits for its judges".into(),
			BatchState::Settled { underdeclared: true, .. } => {
				"settled: it held more than declared and pays nobody".into()
			}
			BatchState::Settled { matched, by, .. } => {
				let seals: u32 = matched.0.iter().map(|byte| byte.count_ones()).sum();
				let by = match by {
					Round::Committee => "its committee",
					Round::FullSet => "all judges",
				};
				format!("settled by {seals} matching seals of {by}")
			}
			BatchState::Unavailable { .. } => {
				"unavailable: all judges agree that its bodies were not there".into()
			}
		}
	}
}
