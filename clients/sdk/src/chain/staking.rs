//! What is at stake, and how validators stand.

use anyhow::{anyhow, Result};
use subxt::{error::StorageError, utils::AccountId32 as RpcAccount};

use super::{connection::Chain, generated::api};

/// What an account has at stake.
pub type Ledger = api::runtime_types::pallet_staking::StakingLedger;

/// How a validator stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Standing {
	/// What it has bonded, in planck.
	pub bonded: u128,
	/// What it has taken out of the bond and cannot withdraw yet, or has not, in planck.
	pub unbonding: u128,
	/// The part of the pay that it does not share with nominators, in hundredths, if it stands for
	/// election.
	pub commission: Option<u32>,
	/// Whether it is elected, in this session.
	pub elected: bool,
	/// Whether it judges, in this epoch.
	pub judges: bool,
	/// The era that is going on.
	pub era: u32,
	/// Its points in this era.
	pub points: u32,
}

impl Chain {
	/// What an account has at stake, if it has bonded anything.
	pub async fn stake(&self, stash: &RpcAccount) -> Result<Option<Ledger>> {
		let at = self.client.at_current_block().await?;
		let found = at.storage().try_fetch(api::storage().staking().ledger(), (*stash,)).await?;
		Ok(found.map(|value| value.decode()).transpose()?)
	}

	/// How many spans of slashing an account has: a ledger that ends takes their rows along.
	pub async fn slashing_spans(&self, stash: &RpcAccount) -> Result<u32> {
		let at = self.client.at_current_block().await?;
		let found =
			at.storage().try_fetch(api::storage().staking().slashing_spans(), (*stash,)).await?;
		Ok(match found {
			Some(value) => u32::try_from(value.decode()?.prior.len())?.saturating_add(1),
			None => 0,
		})
	}

	/// The era that is going on.
	pub async fn active_era(&self) -> Result<u32> {
		let at = self.client.at_current_block().await?;
		let found = at.storage().try_fetch(api::storage().staking().active_era(), ()).await?;
		let era = found.ok_or_else(|| anyhow!("the chain's first era has not begun"))?;
		Ok(era.decode()?.index)
	}

	/// How a validator stands, if its stash has bonded anything.
	pub async fn standing(&self, stash: &RpcAccount) -> Result<Option<Standing>> {
		let at = self.client.at_current_block().await?;
		let storage = at.storage();
		let Some(ledger) = self.stake(stash).await? else { return Ok(None) };
		let era = self.active_era().await?;
		let elected = match storage.try_fetch(api::storage().session().validators(), ()).await? {
			Some(value) => value.decode()?.contains(stash),
			None => false,
		};
		let address = api::storage().staking().validators();
		// Whoever does not stand has the default preferences, and no row.
		let entry = storage.entry(address)?;
		let row = storage.fetch_raw(entry.fetch_key((*stash,))?).await;
		let commission = match row {
			Ok(_) => Some(entry.fetch((*stash,)).await?.decode()?.commission.0 / 10_000_000),
			Err(StorageError::NoValueFound) => None,
			Err(error) => return Err(error.into()),
		};
		let points =
			storage.try_fetch(api::storage().staking().eras_reward_points(), (era,)).await?;
		let points = match points {
			Some(value) => value
				.decode()?
				.individual
				.iter()
				.find(|(who, _)| who == stash)
				.map(|(_, points)| *points),
			None => None,
		}
		.unwrap_or(0);
		let judges = self.clock().await?.record.judges;
		Ok(Some(Standing {
			bonded: ledger.active,
			unbonding: ledger.unlocking.0.iter().map(|chunk| chunk.value).sum(),
			commission,
			elected,
			judges: judges
				.iter()
				.any(|judge| <_ as AsRef<[u8]>>::as_ref(&judge.account) == stash.0),
			era,
			points,
		}))
	}
}
