//! Claims' time does not pass while claims are not taken.

use super::*;
use crate::{CurrentEpoch, Schedules, StoodStill, StoppedBlocks};
use substation_primitives::{epoch::MAX_STANDSTILL, EpochIndex};

/// Has so many of the present epoch's blocks pass with claims stopped, and goes on to the next epoch.
fn stop_for(blocks: u32) {
	ClaimsAreStopped::set(true);
	for _ in 0..blocks {
		next_block();
	}
	ClaimsAreStopped::set(false);
	let next = CurrentEpoch::<Test>::get() + 1;
	to_epoch(next);
}

fn claims_end(epoch: EpochIndex) -> EpochIndex {
	Attestation::claims_end(&Schedules::<Test>::get(epoch).unwrap())
}

#[test]
fn an_epoch_of_which_a_quarter_was_stopped_is_one_more_for_claims() {
	Chain::default().run(|| {
		to_epoch(2);
		let [before, shown] = [claims_end(1), Attestation::schedules()[1].1.expiry];
		assert_eq!(shown, before);
		// Twenty blocks are an epoch.
		stop_for(4);
		assert_eq!((StoodStill::<Test>::get(), claims_end(1)), (0, before));
		stop_for(5);
		assert_eq!((StoodStill::<Test>::get(), claims_end(1)), (1, before + 1));
		assert!(has_event(|event| matches!(event, Event::EpochStoodStill { epoch: 3 })));
		assert_eq!(Attestation::schedules()[1].1.expiry, before + 1, "and whoever asks is told");
		// What opened since waits for as long as ever.
		let schedule = Schedules::<Test>::get(4).unwrap();
		assert_eq!(claims_end(4), schedule.expiry);
		assert_eq!(StoppedBlocks::<Test>::get(), 0);
	});
}

#[test]
fn claims_end_at_last_however_long_they_are_stopped() {
	Chain::default().run(|| {
		to_epoch(1);
		let before = claims_end(0);
		StoodStill::<Test>::put(MAX_STANDSTILL - 1);
		stop_for(20);
		assert_eq!(claims_end(0), before + MAX_STANDSTILL);
		stop_for(20);
		assert_eq!(claims_end(0), before + MAX_STANDSTILL);
		// What opened in between has waited for less.
		assert_eq!(claims_end(2), Schedules::<Test>::get(2).unwrap().expiry + 1);
	});
}

#[test]
fn what_has_ended_never_begins_again() {
	Chain::default().run(|| {
		to_epoch(1);
		let ends = claims_end(0);
		to_epoch(ends);
		let now = || CurrentEpoch::<Test>::get();
		assert!(claims_end(1) > now());
		for _ in 0..5 {
			let ended: Vec<_> = Schedules::<Test>::iter()
				.filter(|(_, schedule)| Attestation::claims_end(schedule) <= now())
				.map(|(epoch, _)| epoch)
				.collect();
			stop_for(20);
			for epoch in ended {
				let schedule = Schedules::<Test>::get(epoch);
				assert!(schedule.is_none_or(|one| Attestation::claims_end(&one) <= now()));
			}
		}
	});
}

#[test]
fn rows_are_kept_for_as_long_as_there_may_be_claims() {
	Chain::default().run(|| {
		to_epoch(1);
		let ends = claims_end(0);
		stop_for(20);
		to_epoch(ends);
		next_block();
		assert!(Schedules::<Test>::contains_key(0));
		to_epoch(ends + 1);
		next_block();
		assert!(!Schedules::<Test>::contains_key(0));
	});
}
