//! How reliable a member has been: from what the chain has paid it for, and from nothing that anybody says.

use codec::{Decode, Encode};
use scale_info::TypeInfo;
use substation_primitives::{epoch::InspectEpochs, DeviceId, EpochIndex, NetworkId, FULL_SCORE};

use crate::{Config, Devices, InspectNetworks as _, Pallet};

/// Epochs that are looked back at.
pub const LOOK: EpochIndex = 256;

const _: () = assert!(LOOK < crate::claims::SPAN);

/// What the chain knows of a member's reliability.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct Standing {
	/// Since when it is a member at its present place.
	pub since: EpochIndex,
	/// For how many epochs it was to report: those since then, among the last 256, whose claims have ended.
	pub asked: u32,
	/// For how many of these it was paid.
	pub paid: u32,
	/// The part that it was paid for, in millionths and rounded down; 0 if it was asked for none.
	pub reliability: u32,
	/// How often the device has changed hands.
	pub transfers: u32,
}

impl<T: Config> Pallet<T> {
	/// See [`Pallet::standing`].
	pub(crate) fn standing_of(network: NetworkId, device: &DeviceId) -> Option<Standing> {
		let (membership, seat) = Self::member(device, network).ok()?;
		let transfers = Devices::<T>::get(device)?.tenure.transfers;
		let now = T::Epochs::now();
		let first = seat.since.max(now.saturating_sub(LOOK));
		let cadence = EpochIndex::from(T::Networks::cadence(network)).max(1);
		let asked = (first..Self::first_open(first, now))
			.filter(|epoch| epoch.checked_rem(cadence) == Some(0));
		let (mut count, mut paid) = (0u32, 0u32);
		for epoch in asked {
			count = count.saturating_add(1);
			paid = paid.saturating_add(membership.claims.is_marked(epoch, now).into());
		}
		let part = u64::from(paid).saturating_mul(FULL_SCORE.into()).checked_div(count.into());
		Some(Standing {
			since: seat.since,
			asked: count,
			paid,
			reliability: part.unwrap_or_default() as u32,
			transfers,
		})
	}
}
