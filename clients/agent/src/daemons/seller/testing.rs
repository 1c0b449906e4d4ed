//! What tests of a seller share: agreement 7, by a key of their own.

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
#[derive(Clone, Copy)]
pub struct Known {
	pub paid: u64,
	pub limit: Option<u64>,
	pub ends_in: Option<u32>,
	pub answers: bool,
}

impl Known {
	pub fn units(limit: u64) -> Self {
		Self { paid: 0, limit: Some(limit), ends_in: None, answers: true }
	}

	pub fn time(ends_in: u32) -> Self {
		Self { paid: 0, limit: None, ends_in: Some(ends_in), answers: true }
	}
}

impl Standings for Known {
	async fn standing(&self, agreement: u32) -> Result<Option<Standing>> {
		if !self.answers {
			bail!("nobody answers");
		}
		let Self { paid, limit, ends_in, .. } = *self;
		let standing = Standing { key: pair().public(), paid, limit, ends_in, epoch: 1 };
		Ok((agreement == AGREEMENT).then_some(standing))
	}
}
