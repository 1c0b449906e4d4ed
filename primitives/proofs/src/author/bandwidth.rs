//! What hosts show of bills.

use substation_primitives::{bill::Bill, AccountId32};

use crate::bandwidth::Share;

/// The leaf at `index` of somebody's bill, with what lies beside it; nothing if there is none.
pub fn share_of(bill: &Bill, payer: &AccountId32, index: u32) -> Option<Share> {
	let leaf = bill.leaves().get(index as usize)?;
	let path = bill.path(index)?.try_into().ok()?;
	Some(Share::of(payer.clone(), index, leaf, path))
}
