//! What tests of a seller share: agreement 7, by a key of their own.

use std::{
	sync::{
		atomic::{AtomicU32, Ordering},
		Arc,
	},
	time::Duration,
};

use anyhow::{bail, Result};
use substation_primitives::H256;
use substation_proofs::author::DevicePair;
use substation_sdk::market::{self, Receipt};

use super::books::{Standing, Standings};

pub const GENESIS: H256 = H256::repeat_byte(1);
pub const AGREEMENT: u32 = 7;

pub fn pair() -> DevicePair {
	DevicePair::from_seed(&[3; 32])
}

pub fn receipt(units: u64) -> Receipt {
	market::sign(&GENESIS, &pair(), AGREEMENT, units)
}

/// A chain that knows one agreement.
#[derive(Clone)]
pub struct Known {
	pub paid: u64,
	pub limit: Option<u64>,
	pub ends_in: Option<u32>,
	pub answers: bool,
	pub is_there: bool,
	/// How long an answer takes, and how many there were.
	pub slow: Duration,
	pub asked: Arc<AtomicU32>,
}

impl Known {
	pub fn units(limit: u64) -> Self {
		Self {
			paid: 0,
			limit: Some(limit),
			ends_in: None,
			answers: true,
			is_there: true,
			slow: Duration::ZERO,
			asked: Arc::default(),
		}
	}

	pub fn time(ends_in: u32) -> Self {
		Self { limit: None, ends_in: Some(ends_in), ..Self::units(0) }
	}
}

impl Standings for Known {
	async fn standing(&self, agreement: u32) -> Result<Option<Standing>> {
		self.asked.fetch_add(1, Ordering::SeqCst);
		tokio::time::sleep(self.slow).await;
		if !self.answers {
			bail!("nobody answers");
		}
		let Self { paid, limit, ends_in, .. } = *self;
		let standing = Standing { key: pair().public(), paid, limit, ends_in, epoch: 1 };
		Ok((self.is_there && agreement == AGREEMENT).then_some(standing))
	}

	fn may_come(&self, _: u32) -> bool {
		false
	}
}
