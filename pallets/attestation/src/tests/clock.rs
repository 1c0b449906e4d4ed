//! When epochs open, what they bind, when they are void.

use super::*;
use crate::{CurrentEpoch, Epochs, Schedules, SteadyBlocks};

#[test]
fn an_epoch_opens_with_a_session_and_knows_its_entropy_one_block_later() {
	Chain::default().run(|| {
		to_index(19);
		next_session();
		let record = Epochs::<Test>::get(1).unwrap();
		assert_eq!(CurrentEpoch::<Test>::get(), 1);
		assert_eq!((record.session, record.opened_at), (1, 20));
		assert_eq!((record.opening, record.entropy, record.draw), (None, None, None));
		assert!(has_event(|event| matches!(event, Event::EpochOpened { epoch: 1, judges: 4, .. })));

		next_block();
		let record = Epochs::<Test>::get(1).unwrap();
		assert_eq!(record.opening, Some(frame_system::Pallet::<Test>::parent_hash()));
		assert!(record.entropy.is_some());
		assert!(has_event(|event| matches!(event, Event::EntropyFixed { epoch: 1, .. })));
	});
}

#[test]
fn it_is_known_when_the_last_epochs_were_opened_and_stays_so() {
	Chain::default().run(|| {
		assert_eq!(Attestation::opened(0), None, "the genesis has no time");
		let mut times = Vec::new();
		for epoch in 1..=crate::OPENED_KEPT + 3 {
			to_epoch(epoch);
			let at = Attestation::opened(epoch).unwrap();
			assert_eq!(Attestation::opened(epoch + 1), None);
			assert!(times.last().is_none_or(|last| *last < at));
			times.push(at);
			// What judges of an epoch that is open may ask for.
			let oldest = epoch.saturating_sub(254).max(1);
			assert_eq!(Attestation::opened(oldest), Some(times[oldest as usize - 1]));
		}
		let now = CurrentEpoch::<Test>::get();
		let kept = crate::OPENED_KEPT;
		assert_eq!(Attestation::opened(now - kept), None);
		assert_eq!(Attestation::opened(now - kept + 1), Some(times[(now - kept) as usize]));
		// The slot in which it was opened began then.
		let slot = crate::LastSlot::<Test>::get().unwrap();
		assert!(times.last().is_some_and(|last| *last <= slot * 6_000 && last % 6_000 == 0));
	});
}

#[test]
fn entropies_and_draws_differ_between_epochs() {
	Chain::default().run(|| {
		to_epoch(6);
		let records: Vec<_> = (0..6).map(|epoch| Epochs::<Test>::get(epoch).unwrap()).collect();
		for pair in records.windows(2) {
			assert_ne!(pair[0].entropy, pair[1].entropy);
			assert_ne!(pair[0].draw, pair[1].draw);
			assert!(pair[0].draw.is_some());
		}
	});
}

#[test]
fn the_draw_is_known_only_after_commitments_have_closed() {
	Chain::default().run(|| {
		to_epoch(1);
		for index in 1..=6 {
			to_index(index);
			assert_eq!(Epochs::<Test>::get(1).unwrap().draw, None, "block {index}");
		}
		to_index(7);
		assert!(Epochs::<Test>::get(1).unwrap().draw.is_some());
	});
}

#[test]
fn a_session_shorter_than_the_windows_does_not_advance_the_clock() {
	Chain::default().run(|| {
		to_epoch(1);
		to_index(10);
		next_session();
		assert_eq!(CurrentEpoch::<Test>::get(), 1, "after ten blocks");
		next_session();
		assert_eq!(CurrentEpoch::<Test>::get(), 1, "after a session of one block");
		for _ in 0..20 {
			next_block();
		}
		next_session();

		assert_eq!(CurrentEpoch::<Test>::get(), 2);
		assert_eq!(
			Epochs::<Test>::get(2).unwrap().session,
			4,
			"sessions are counted by themselves"
		);
	});
}

#[test]
fn an_epoch_in_which_time_stood_still_is_void_and_gets_its_blocks_again() {
	Chain::default().run(|| {
		to_epoch(1);
		to_index(15);
		blocks_after(21);
		assert!(Epochs::<Test>::get(1).unwrap().void);
		assert!(Schedules::<Test>::get(1).unwrap().void);
		assert!(has_event(|event| matches!(event, Event::EpochVoided { epoch: 1 })));
		next_session();
		assert_eq!(CurrentEpoch::<Test>::get(), 1, "two steady blocks are too few");
		for _ in 0..14 {
			next_block();
		}
		next_session();

		assert_eq!(CurrentEpoch::<Test>::get(), 2);
		assert!(!Epochs::<Test>::get(2).unwrap().void);
	});
}

#[test]
fn a_gap_as_long_as_an_epoch_is_no_gap() {
	Chain::default().run(|| {
		to_epoch(1);
		blocks_after(20);

		assert!(!Epochs::<Test>::get(1).unwrap().void);
	});
}

#[test]
fn a_gap_right_before_a_session_change_keeps_the_epoch_open() {
	Chain::default().run(|| {
		to_epoch(1);
		to_index(19);
		session_after(500);

		assert_eq!(CurrentEpoch::<Test>::get(), 1);
		assert!(Epochs::<Test>::get(1).unwrap().void);
		assert_eq!(SteadyBlocks::<Test>::get(), 0);
	});
}

#[test]
fn parameters_change_two_epochs_later() {
	Chain::default().run(|| {
		to_epoch(1);
		let next = Parameters { seal_close: 11, ..Parameters::development() };
		assert_ok!(Attestation::set_parameters(RuntimeOrigin::root(), next));
		assert!(has_event(|event| matches!(event, Event::ParametersSet { from: 3, .. })));

		to_epoch(4);
		let closes: Vec<_> =
			(0..=4).map(|e| Epochs::<Test>::get(e).unwrap().parameters.seal_close).collect();
		assert_eq!(closes, [12, 12, 12, 11, 11]);
	});
}

#[test]
fn parameters_are_changed_by_their_origin_alone_and_only_to_sound_ones() {
	Chain::default().run(|| {
		let good = Parameters::development();
		assert_noop!(
			Attestation::set_parameters(RuntimeOrigin::signed(account(1)), good),
			DispatchError::BadOrigin
		);
		assert_noop!(
			Attestation::set_parameters(RuntimeOrigin::none(), good),
			DispatchError::BadOrigin
		);
		let unsound = Parameters { seal_close: 1, ..good };
		assert_noop!(
			Attestation::set_parameters(RuntimeOrigin::root(), unsound),
			Error::UnsoundParameters
		);
	});
}

/// Each bound from both sides, through the call.
#[test]
fn every_bound_of_the_parameters_is_held() {
	type Change = fn(&mut Parameters);
	let unsound: [(&str, Change); 16] = [
		("nothing to commit in", |p| p.commit_blocks = 0),
		("nothing to draw from", |p| p.draw_blocks = 0),
		("seals close with the draw", |p| p.seal_close = p.commit_blocks + p.draw_blocks + 2),
		("no block to reveal in", |p| p.seal_close = p.min_epoch_blocks - 1),
		("shorter than the shortest", |p| p.nominal_slots = p.min_epoch_blocks - 1),
		("longer than a day of slots", |p| p.nominal_slots = 14_401),
		("no time for disputes", |p| p.dispute_epochs = 1),
		("facts for too long", |p| p.dispute_epochs = 49),
		("nobody judges", |p| p.committee = 0),
		("too many judge", |p| p.committee = 17),
		("no time to claim", |p| p.claim_epochs = 7),
		("claims for too long", |p| p.claim_epochs = 169),
		("nothing may be judged", |p| p.epoch_work = 0),
		("points overflow", |p| p.epoch_work = 20_000_001),
		("sums overflow", |p| p.commit_blocks = u32::MAX),
		("sums overflow", |p| p.draw_blocks = u32::MAX),
	];
	let sound: [Change; 12] = [
		|p| p.commit_blocks = 1,
		|p| p.draw_blocks = 1,
		|p| p.seal_close = p.commit_blocks + p.draw_blocks + 3,
		|p| p.seal_close = p.min_epoch_blocks - 2,
		|p| p.nominal_slots = p.min_epoch_blocks,
		|p| p.nominal_slots = 14_400,
		|p| p.dispute_epochs = 48,
		|p| p.committee = 1,
		|p| p.claim_epochs = 8,
		|p| p.claim_epochs = 168,
		|p| p.epoch_work = 1,
		|p| p.epoch_work = 20_000_000,
	];
	let changed = |change: Change| {
		let mut parameters = Parameters::development();
		change(&mut parameters);
		parameters
	};
	Chain::default().run(|| {
		for (why, change) in unsound {
			let before = sp_io::storage::root(sp_runtime::StateVersion::V1);
			let outcome = Attestation::set_parameters(RuntimeOrigin::root(), changed(change));
			assert_eq!(outcome, Err(Error::UnsoundParameters.into()), "{why}");
			assert_eq!(sp_io::storage::root(sp_runtime::StateVersion::V1), before, "{why}");
		}
		for change in sound {
			assert_ok!(Attestation::set_parameters(RuntimeOrigin::root(), changed(change)));
		}
	});
}

fn set_close(seal_close: u32) -> frame_support::dispatch::DispatchResult {
	let parameters = Parameters { seal_close, ..Parameters::development() };
	Attestation::set_parameters(RuntimeOrigin::root(), parameters)
}

#[test]
fn of_an_epochs_changes_the_last_counts_and_a_refused_one_leaves_it() {
	Chain::default().run(|| {
		to_epoch(1);
		assert_ok!(set_close(11));
		assert_ok!(set_close(10));
		assert_noop!(set_close(1), Error::UnsoundParameters);
		to_epoch(3);
		assert_eq!(Epochs::<Test>::get(3).unwrap().parameters.seal_close, 10);
	});
}

#[test]
fn parameters_cannot_change_so_often_that_those_of_a_running_epoch_are_forgotten() {
	Chain::default().run(|| {
		to_epoch(1);
		assert_ok!(set_close(11));
		to_epoch(2);
		assert_ok!(set_close(10));
		// The pending change of the same epoch is replaced.
		assert_ok!(set_close(12));
		to_epoch(3);
		assert_noop!(set_close(11), Error::TooManyChanges);
		to_epoch(4);
		assert_ok!(set_close(11));
	});
}

#[test]
fn records_are_forgotten_after_the_window_and_schedules_after_claims() {
	Chain::default().parameters(|p| p.claim_epochs = 8).run(|| {
		to_epoch(20);
		next_block();
		// The window is 2 + 6 epochs; epochs 0 to 7 expire at e + 2 + 2 + 8.
		assert_eq!(Epochs::<Test>::iter_keys().min(), Some(12));
		assert_eq!(Schedules::<Test>::iter_keys().min(), Some(9));
	});
}

#[test]
fn a_shorter_dispute_window_forgets_nothing_of_epochs_that_may_be_disputed_for_longer() {
	Chain::default().parameters(|p| p.dispute_epochs = 12).run(|| {
		to_epoch(20);
		let shorter = Parameters { dispute_epochs: 2, ..Parameters::development() };
		assert_ok!(Attestation::set_parameters(RuntimeOrigin::root(), shorter));
		next_block();

		for now in 20..50 {
			to_epoch(now);
			next_block();
			let records = Epochs::<Test>::iter_keys().min().unwrap();
			for (epoch, schedule) in Schedules::<Test>::iter().filter(|(_, s)| s.freeze > now) {
				assert!(records <= epoch, "{now}: no record of {epoch}, disputed to {schedule:?}");
				assert!(now - epoch <= Attestation::fact_window(), "{now}: no facts of {epoch}");
			}
		}
		assert_eq!(Attestation::fact_window(), 8);
	});
}

#[test]
fn what_is_in_force_can_be_set_again_and_takes_a_change_of_the_same_epoch_back() {
	Chain::default().run(|| {
		to_epoch(1);
		assert_ok!(set_close(11));
		assert_ok!(set_close(12));
		let parameters = Parameters::development();
		assert!(has_event(|event| matches!(
			event,
			Event::ParametersSet { from: 3, parameters: told } if *told == parameters
		)));
		to_epoch(4);
		for epoch in 1..=4 {
			assert_eq!(Epochs::<Test>::get(epoch).unwrap().parameters.seal_close, 12);
		}
	});
}

#[test]
fn epochs_that_are_open_when_parameters_change_end_as_they_were_to() {
	Chain::default().run(|| {
		to_epoch(3);
		let before: Vec<_> = (0..=3).map(|epoch| Schedules::<Test>::get(epoch).unwrap()).collect();
		let longer =
			Parameters { dispute_epochs: 6, claim_epochs: 20, ..Parameters::development() };
		assert_ok!(Attestation::set_parameters(RuntimeOrigin::root(), longer));
		let after: Vec<_> = (0..=3).map(|epoch| Schedules::<Test>::get(epoch).unwrap()).collect();
		assert_eq!(after, before);
		to_epoch(5);
		assert_eq!(Schedules::<Test>::get(4).unwrap().freeze, 8, "two, and two for disputes");
		assert_eq!(Schedules::<Test>::get(5).unwrap().freeze, 13);
	});
}
