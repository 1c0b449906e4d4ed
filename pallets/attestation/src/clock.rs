//! The protocol's clock: when epochs open, what they bind, and what the draw is made of.

use alloc::vec::Vec;
use codec::Encode;
use frame_support::BoundedVec;
use frame_system::pallet_prelude::BlockNumberFor;
use sp_runtime::{traits::Zero, SaturatedConversion};
use substation_primitives::{
	epoch::{EpochRecord, Judge, Parameters, FACTS_AFTER_FREEZE, MAX_FACT_WINDOW},
	EpochIndex, H256,
};

use crate::{
	Config, CurrentEpoch, Epochs, Event, FirstUnfrozen, InspectConsensus, LastSlot, Opened,
	OpeningRandomness, Pallet, PartialDraw, ProtocolParameters, Schedule, Schedules, SteadyBlocks,
	StoodStill,
};

fn mix(parts: impl Encode) -> H256 {
	parts.using_encoded(sp_io::hashing::blake2_256).into()
}

impl<T: Config> Pallet<T> {
	/// The present epoch, the present block's place in it, and what is in force.
	pub fn now() -> Option<(EpochIndex, u32, EpochRecord)> {
		let epoch = CurrentEpoch::<T>::get();
		let record = Epochs::<T>::get(epoch)?;
		let now: u32 = frame_system::Pallet::<T>::block_number().saturated_into();
		Some((epoch, now.saturating_sub(record.opened_at), record))
	}

	/// Parameters as they were set last.
	pub(crate) fn latest_parameters() -> Parameters {
		ProtocolParameters::<T>::get().latest().copied().unwrap_or_default()
	}

	fn parameters_at(epoch: EpochIndex) -> Parameters {
		let history = ProtocolParameters::<T>::get();
		history.at(epoch).copied().unwrap_or_default()
	}

	fn open(epoch: EpochIndex, session: u32, opened_at: u32, judges: Vec<Judge>) {
		let parameters = Self::parameters_at(epoch);
		let count = judges.len() as u32;
		let record = EpochRecord {
			session,
			opened_at,
			opening: None,
			entropy: None,
			draw: None,
			rules: substation_proofs::RULES,
			parameters,
			judges: BoundedVec::truncate_from(judges),
			void: false,
		};
		Epochs::<T>::insert(epoch, record);
		let schedule = Schedule {
			freeze: parameters.freeze_of(epoch),
			expiry: parameters.expiry_of(epoch),
			stood_still: StoodStill::<T>::get(),
			void: false,
		};
		Schedules::<T>::insert(epoch, schedule);
		CurrentEpoch::<T>::put(epoch);
		SteadyBlocks::<T>::put(0);
		PartialDraw::<T>::kill();
		OpeningRandomness::<T>::put(T::Consensus::session_randomness());
		Self::reprice();
		Self::deposit_event(Event::EpochOpened { epoch, session, judges: count });
	}

	/// Notes that an epoch is opened in this block.
	fn note_opened(epoch: EpochIndex) {
		Opened::<T>::mutate(|opened| {
			if opened.is_full() {
				opened.remove(0);
			}
			let _ = opened.try_push((epoch, T::Consensus::moment()));
		});
	}

	/// When an epoch was opened, in milliseconds of Unix time; nothing for one that was too long ago, for one that is to come,
	/// and for that of the genesis.
	pub fn opened_at(epoch: EpochIndex) -> Option<u64> {
		let opened = Opened::<T>::get();
		let place = opened.binary_search_by_key(&epoch, |(epoch, _)| *epoch).ok()?;
		opened.get(place).map(|(_, at)| *at)
	}

	pub(crate) fn open_genesis(judges: Vec<Judge>) {
		Self::open(0, 0, 0, judges);
	}

	/// The session pallet's genesis may be built before ours.
	pub(crate) fn apply_genesis_parameters(parameters: Parameters) {
		Epochs::<T>::mutate(0, |record| {
			if let Some(record) = record {
				record.parameters = parameters;
			}
		});
		Schedules::<T>::mutate(0, |schedule| {
			if let Some(schedule) = schedule {
				schedule.freeze = parameters.freeze_of(0);
				schedule.expiry = parameters.expiry_of(0);
			}
		});
	}

	/// Notes the present block's slot; after more than a nominal epoch without a block, the epoch is
	/// void and its count of steady blocks starts again. Does nothing the second time in a block.
	fn note_slot() {
		let slot = T::Consensus::slot();
		let last = LastSlot::<T>::get();
		if last == Some(slot) {
			return;
		}
		LastSlot::<T>::put(slot);
		let steady = SteadyBlocks::<T>::get();
		let epoch = CurrentEpoch::<T>::get();
		// The chain's first block has no gap before it.
		let last = last.unwrap_or(slot);
		let nominal = Epochs::<T>::get(epoch).map_or(0, |record| record.parameters.nominal_slots);
		if slot.saturating_sub(last) > nominal.into() {
			SteadyBlocks::<T>::put(0);
			Epochs::<T>::mutate(epoch, |record| {
				if let Some(record) = record {
					record.void = true;
				}
			});
			Schedules::<T>::mutate(epoch, |schedule| {
				if let Some(schedule) = schedule {
					schedule.void = true;
				}
			});
			Self::deposit_event(Event::EpochVoided { epoch });
		} else {
			SteadyBlocks::<T>::put(steady.saturating_add(1));
		}
	}

	/// A session has changed: the epoch advances if it has had its blocks.
	pub(crate) fn session_changed(judges: Vec<Judge>) {
		Self::note_slot();
		let epoch = CurrentEpoch::<T>::get();
		let Some(record) = Epochs::<T>::get(epoch) else { return };
		if SteadyBlocks::<T>::get() < record.parameters.min_epoch_blocks {
			return;
		}
		let now = frame_system::Pallet::<T>::block_number().saturated_into();
		Self::note_standstill(epoch, &record, now);
		let next = epoch.saturating_add(1);
		Self::open(next, T::Consensus::session(), now, judges);
		Self::note_opened(next);
	}

	/// What every block does: note its slot, and take the last block's author randomness into the
	/// epoch's entropy or draw.
	pub(crate) fn tick(now: u32) {
		Self::note_slot();
		Self::note_stop();
		let epoch = CurrentEpoch::<T>::get();
		let Some(mut record) = Epochs::<T>::get(epoch) else { return };
		let index = now.saturating_sub(record.opened_at);
		let Some(before) = index.checked_sub(1) else { return };

		if before == 0 {
			let parent = frame_system::Pallet::<T>::parent_hash();
			let author = T::Consensus::last_author_randomness().unwrap_or_default();
			let session = OpeningRandomness::<T>::take().unwrap_or_default();
			let entropy = mix((b"substation/entropy/1", epoch, session, author));
			record.opening = Some(parent);
			record.entropy = Some(entropy);
			Epochs::<T>::insert(epoch, record);
			Self::deposit_event(Event::EntropyFixed { epoch, entropy });
		} else if record.parameters.is_drawn_from(before) {
			let author = T::Consensus::last_author_randomness().unwrap_or_default();
			let draw = mix((b"substation/draw-entropy/1", PartialDraw::<T>::get(), author));
			PartialDraw::<T>::put(draw);
			if record.parameters.is_drawn(index) {
				record.draw = Some(draw);
				Epochs::<T>::insert(epoch, record);
			}
		}
	}

	/// For how many epochs facts and records can be read. Epochs that opened while disputes took
	/// longer keep theirs until they freeze.
	pub fn fact_window() -> EpochIndex {
		let unfrozen = CurrentEpoch::<T>::get().saturating_sub(FirstUnfrozen::<T>::get());
		let parameters = Self::latest_parameters();
		let wanted = unfrozen.saturating_add(FACTS_AFTER_FREEZE);
		// No epoch freezes later than that, however late its bonds are returned.
		parameters.fact_window().max(wanted.min(MAX_FACT_WINDOW))
	}

	/// Hash of the chain's first block.
	pub fn genesis_hash() -> H256 {
		frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero())
	}
}
