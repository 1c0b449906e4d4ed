//! Bills: what a payer owes many hosts for an epoch, and how each has its part.

use anyhow::{bail, ensure, Context, Result};
use serde::{Deserialize, Serialize};
use substation_primitives::{
	bill::{root_of, Bill, Leaf, Summed},
	AccountId32, EpochIndex, NetworkId, H256,
};
use subxt::{
	tx::Payload,
	utils::{Static, H256 as RpcHash},
};
use subxt_signer::sr25519::Keypair;

pub use api::runtime_types::pallet_market::types::Bill as BillRow;

use api::runtime_types::bounded_collections::bounded_vec::BoundedVec;

use crate::{
	chain::{api, rpc_account, Chain, Events, RuntimeCall},
	failure::Failure,
	identity::parse_id,
	register::all,
};

/// Bytes of a file that a payer hands on, at the most.
pub const LONGEST: u64 = 64 * 1_024;

/// What one host is owed, as its payer hands it on: with what lies beside its leaf.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Owed {
	/// In which network.
	pub network: NetworkId,
	/// Whose bill: 32 bytes in hexadecimal digits.
	pub payer: String,
	/// For which epoch.
	pub epoch: EpochIndex,
	/// Which leaf.
	pub index: u32,
	/// Of how many.
	pub leaves: u32,
	/// The device, in hexadecimal digits.
	pub device: String,
	/// Bytes that its users had of it.
	pub down: u64,
	/// Bytes that they sent by it.
	pub up: u64,
	/// For how long, in seconds.
	pub seconds: u32,
	/// What is owed, in credits.
	pub credits: String,
	/// Hashes and sums, from the leaf up.
	pub path: Vec<(String, String)>,
}

impl Owed {
	/// What the leaf at `index` of a bill is owed; nothing if there is none.
	pub fn of(
		bill: &Bill,
		(network, payer, epoch): (NetworkId, &AccountId32, EpochIndex),
		index: u32,
	) -> Option<Self> {
		let leaf = bill.leaves().get(index as usize)?;
		let path = bill.path(index)?.into_iter();
		let payer: &[u8; 32] = payer.as_ref();
		Some(Self {
			network,
			payer: format!("0x{}", hex::encode(payer)),
			epoch,
			index,
			leaves: u32::try_from(bill.leaves().len()).ok()?,
			device: format!("{:?}", leaf.device),
			down: leaf.down,
			up: leaf.up,
			seconds: leaf.seconds,
			credits: leaf.credits.to_string(),
			path: path.map(|(hash, sum)| (format!("{hash:?}"), sum.to_string())).collect(),
		})
	}

	/// Whose bill it is.
	///
	/// # Errors
	///
	/// If that cannot be read.
	pub fn payer(&self) -> Result<AccountId32> {
		Ok(AccountId32::new(parse_id(&self.payer)?.0))
	}

	/// The leaf, and what lies beside it.
	///
	/// # Errors
	///
	/// If that cannot be read.
	pub fn leaf(&self) -> Result<(Leaf, Vec<Summed>)> {
		let sum = |text: &str| text.parse::<u128>().with_context(|| format!("{text} is no sum"));
		let hash = |text: &str| parse_id(text);
		let leaf = Leaf {
			device: hash(&self.device)?,
			down: self.down,
			up: self.up,
			seconds: self.seconds,
			credits: sum(&self.credits)?,
		};
		let path = self.path.iter().map(|(beside, all)| Ok((hash(beside)?, sum(all)?)));
		Ok((leaf, path.collect::<Result<_>>()?))
	}

	/// Checks that the leaf is under a bill of the chain's.
	///
	/// # Errors
	///
	/// If it is not, or cannot be read.
	pub fn check(&self, row: &BillRow) -> Result<()> {
		let (leaf, path) = self.leaf()?;
		let root = root_of(&leaf, self.index, row.leaves, &path);
		if root != Some((H256(row.root.0), row.credits)) {
			bail!(Failure::Mismatch(
				"what is owed here is not what the payer has billed: ask it for your leaf again"
					.into()
			))
		}
		Ok(())
	}
}

/// The call that spends credits for a bill.
pub fn bill(network: NetworkId, bill: &Bill) -> impl Payload {
	let (root, credits) = bill.root();
	let leaves = u32::try_from(bill.leaves().len()).unwrap_or(u32::MAX);
	api::tx().market().bill(network, RpcHash(root.0), leaves, credits)
}

/// The call by which a host has its part.
///
/// # Errors
///
/// If what is owed cannot be read.
pub fn collect(owed: &Owed) -> Result<impl Payload> {
	let (leaf, path) = owed.leaf()?;
	let path = BoundedVec(path.into_iter().map(|(hash, sum)| (RpcHash(hash.0), sum)).collect());
	let payer = rpc_account(&owed.payer()?);
	let (network, epoch, index) = (owed.network, owed.epoch, owed.index);
	Ok(api::tx().market().collect(network, payer, epoch, index, Static(leaf), path))
}

/// The call that removes a bill once claims for its epoch have ended.
pub fn clear(network: NetworkId, payer: &AccountId32, epoch: EpochIndex) -> impl Payload {
	api::tx().market().clear_bill(network, rpc_account(payer), epoch)
}

/// For which epoch a bill was, and what was burned for its credits.
pub fn billed(events: &Events) -> Result<Option<(EpochIndex, u128)>> {
	let event = events.find_first::<api::market::events::Billed>().transpose()?;
	Ok(event.map(|event| (event.epoch, event.cost)))
}

/// What a host got, in planck.
pub fn collected(events: &Events) -> Result<Option<u128>> {
	let event = events.find_first::<api::market::events::Collected>().transpose()?;
	Ok(event.map(|event| event.amount))
}

impl Chain {
	/// Buys the credits for a bill, for no more than `most` planck, and posts it, which has to be of an epoch. What was burned for it.
	///
	/// # Errors
	///
	/// If the chain refuses either, or the bill came in another epoch.
	pub async fn buy_and_bill(
		&self,
		signer: &Keypair,
		(network, epoch): (NetworkId, EpochIndex),
		bill: &Bill,
		most: u128,
	) -> Result<u128> {
		let (root, credits) = bill.root();
		let buy = api::runtime_types::pallet_credits::pallet::Call::buy_exact { credits, most };
		let post = api::runtime_types::pallet_market::pallet::Call::bill {
			network,
			root: RpcHash(root.0),
			leaves: u32::try_from(bill.leaves().len())?,
			credits,
		};
		let calls = vec![RuntimeCall::Credits(buy), RuntimeCall::Market(post)];
		let events = self.submit(&all(calls), signer).await?;
		let (of, burned) =
			billed(&events)?.context("the chain has not told for which epoch the bill was")?;
		ensure!(of == epoch, "the bill came in epoch {of}, and was for {epoch}");
		Ok(burned)
	}

	/// What a payer owes hosts in a network for an epoch.
	pub async fn bill_of(
		&self,
		network: NetworkId,
		payer: &AccountId32,
		epoch: EpochIndex,
	) -> Result<Option<BillRow>> {
		let view = api::view_functions().market();
		self.view(view.bill_of(network, rpc_account(payer), epoch)).await
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn what_is_owed_travels_as_it_is() {
		let leaf = |number: u8| Leaf {
			device: H256::repeat_byte(number),
			down: 1,
			up: 2,
			seconds: 3,
			credits: u128::MAX / 8 + u128::from(number),
		};
		let bill = Bill::new((0..5).map(leaf).collect()).unwrap();
		let payer = AccountId32::new([7; 32]);
		let owed = Owed::of(&bill, (1, &payer, 9), 3).unwrap();
		let text = serde_json::to_string(&owed).unwrap();
		let read: Owed = serde_json::from_str(&text).unwrap();
		assert_eq!(read, owed);
		assert_eq!(read.payer().unwrap(), payer);
		let (read, path) = read.leaf().unwrap();
		assert_eq!(read, leaf(3));
		assert_eq!(root_of(&read, 3, 5, &path), Some(bill.root()));
		assert!(Owed::of(&bill, (1, &payer, 9), 5).is_none());
	}
}
