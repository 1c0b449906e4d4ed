//! Which epochs a membership was paid for.

use alloc::vec::Vec;
use codec::{Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use substation_primitives::{epoch::InspectEpochs, AccountId32, DeviceId, EpochIndex, NetworkId};

use crate::{Config, Devices, Memberships, Pallet};

/// Epochs that are told apart: more than any claim can be old.
pub const SPAN: u32 = 320;

// An epoch that can be claimed has a bit of its own.
const _: () = assert!(
	SPAN > substation_primitives::epoch::MAX_CLAIM_EPOCHS
		+ substation_primitives::epoch::MAX_DISPUTE_EPOCHS
		+ substation_primitives::epoch::MAX_STANDSTILL
		+ 2
);

/// A ring of one bit per epoch. It outlives a membership, and bits are cleared only as epochs
/// advance, never because a claim was made: otherwise leaving and joining again, or claiming a later
/// epoch first, would let an epoch be paid twice.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct ClaimBits {
	bits: [u8; (SPAN / 8) as usize],
	/// The latest epoch that has a bit.
	latest: EpochIndex,
}

impl ClaimBits {
	/// Bits for a membership that begins in `now`: what lies before counts as paid.
	pub fn new(now: EpochIndex) -> Self {
		Self { bits: [u8::MAX; (SPAN / 8) as usize], latest: now }
	}

	/// Whether `epoch` was marked; also true for epochs too old to have a bit, and for the future.
	pub fn is_marked(&self, epoch: EpochIndex, now: EpochIndex) -> bool {
		let mut advanced = self.clone();
		advanced.advance(now);
		!advanced.has_bit(epoch) || advanced.byte(epoch) & Self::bit(epoch) != 0
	}

	/// Whether any of `epochs` was marked, as [`Self::is_marked`] tells of each.
	pub fn any_marked(&self, mut epochs: core::ops::Range<EpochIndex>, now: EpochIndex) -> bool {
		let mut advanced = self.clone();
		advanced.advance(now);
		epochs.any(|epoch| !advanced.has_bit(epoch) || advanced.byte(epoch) & Self::bit(epoch) != 0)
	}

	/// Marks `epoch`, which is in the past of `now`; false if it was marked already.
	pub fn mark(&mut self, epoch: EpochIndex, now: EpochIndex) -> bool {
		self.advance(now);
		if !self.has_bit(epoch) || self.byte(epoch) & Self::bit(epoch) != 0 {
			return false;
		}
		if let Some(byte) = self.bits.get_mut(Self::place(epoch)) {
			*byte |= Self::bit(epoch);
		}
		true
	}

	fn advance(&mut self, now: EpochIndex) {
		let steps = now.saturating_sub(self.latest);
		if steps >= SPAN {
			self.bits = [0; (SPAN / 8) as usize];
		} else {
			for step in 0..steps {
				let epoch = now.saturating_sub(step);
				if let Some(byte) = self.bits.get_mut(Self::place(epoch)) {
					*byte &= !Self::bit(epoch);
				}
			}
		}
		self.latest = self.latest.max(now);
	}

	fn has_bit(&self, epoch: EpochIndex) -> bool {
		epoch <= self.latest && self.latest.saturating_sub(epoch) < SPAN
	}

	fn byte(&self, epoch: EpochIndex) -> u8 {
		self.bits.get(Self::place(epoch)).copied().unwrap_or(u8::MAX)
	}

	fn place(epoch: EpochIndex) -> usize {
		((epoch % SPAN) / 8) as usize
	}

	fn bit(epoch: EpochIndex) -> u8 {
		1u8.wrapping_shl(epoch % 8)
	}
}

impl<T: Config> Pallet<T> {
	/// A device's owner as of now.
	pub fn owner(device: &DeviceId) -> Option<AccountId32> {
		Devices::<T>::get(device).map(|device| device.owner)
	}

	/// Marks these epochs of a membership as paid, in one write. For each in turn, whether it had not been; none had a
	/// chance without a membership.
	pub fn claim(network: NetworkId, device: &DeviceId, epochs: &[EpochIndex]) -> Vec<bool> {
		let now = T::Epochs::now();
		let Some(mut membership) = Memberships::<T>::get(network, device) else {
			return epochs.iter().map(|_| false).collect();
		};
		let marked: Vec<bool> =
			epochs.iter().map(|epoch| membership.claims.mark(*epoch, now)).collect();
		if marked.contains(&true) {
			Memberships::<T>::insert(network, device, membership);
		}
		marked
	}

	/// See [`Pallet::is_paid`].
	pub(crate) fn was_paid(network: NetworkId, device: &DeviceId, epoch: EpochIndex) -> bool {
		Memberships::<T>::get(network, device)
			.is_some_and(|membership| membership.claims.is_marked(epoch, T::Epochs::now()))
	}
}
