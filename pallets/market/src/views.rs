//! What is told of agreements.

use alloc::vec::Vec;
use substation_primitives::NetworkId;

use crate::{
	AccountId32, Agreement, AgreementId, AgreementView, Agreements, Config, Numbered, Offer,
	OfferId, Offers, Pallet, Parties,
};

/// What one answer holds at the most.
pub const PAGE: u32 = 50;

impl<T: Config> Pallet<T> {
	pub(crate) fn seen(row: Agreement) -> AgreementView {
		let end = Self::end_of(&row);
		let due = row.due(Self::now(), end.map(|(at, _)| at));
		AgreementView {
			end,
			warn_at: row.dry_at().map(|dry| dry.saturating_sub(row.notice)),
			covered_units: row.covered_units(),
			due,
			refund: row.purse.credits.saturating_sub(due),
			row,
		}
	}

	pub(crate) fn offers_from(
		network: NetworkId,
		after: Option<OfferId>,
		limit: u32,
	) -> Vec<(OfferId, Offer)> {
		let rows = match after {
			Some(offer) => {
				Offers::<T>::iter_prefix_from(network, Offers::<T>::hashed_key_for(network, offer))
			}
			None => Offers::<T>::iter_prefix(network),
		};
		rows.take(limit.min(PAGE) as usize).collect()
	}

	pub(crate) fn agreements_from(
		who: AccountId32,
		after: Option<AgreementId>,
		limit: u32,
	) -> Vec<Numbered> {
		let numbers = match after {
			Some(agreement) => {
				let key = Parties::<T>::hashed_key_for(&who, agreement);
				Parties::<T>::iter_prefix_from(&who, key)
			}
			None => Parties::<T>::iter_prefix(&who),
		};
		numbers
			.take(limit.min(PAGE) as usize)
			.filter_map(|(number, _)| Some((number, Self::seen(Agreements::<T>::get(number)?))))
			.collect()
	}
}
