//! What has gathered is given out in rounds.

use super::*;
use crate::{NextRound, Round, Rounds};

/// Lets all that is slashed go to networks, and slashes so much.
fn gather(amount: u128) {
	assert_ok!(NetworkTreasury::set_route(root(), Source::Slashes, route(0, 100)));
	take(Source::Slashes, None, amount);
}

#[test]
fn what_gathers_for_all_is_given_out_by_weight() {
	chain(|| {
		// The pot's account keeps five.
		gather(405);
		idle();
		assert_eq!((free(&fund(0)), free(&fund(1)), free(&fund(2))), (505 + 300, 100, 0));
		assert_eq!(free(&NetworkTreasury::pot()), 5);
		assert_eq!(Rounds::<Test>::get(), None);

		gather(40);
		Now::set(13);
		idle();
		assert_eq!(free(&fund(1)), 100);
		Now::set(14);
		idle();
		assert_eq!(free(&fund(1)), 110);
	});
}

#[test]
fn a_round_is_told_from_its_beginning_to_its_last_part() {
	chain(|| {
		gather(405);
		let told = events().len();
		idle();
		assert_eq!(
			events()[told..],
			[
				Event::RoundBegun { amount: 400, epoch: 10 },
				Event::NetworkFunded { network: 0, amount: 300 },
				Event::NetworkFunded { network: 1, amount: 100 }
			]
		);
		assert_eq!(NextRound::<Test>::get(), 14);
	});
}

#[test]
fn a_round_goes_on_over_blocks_and_its_amount_stays() {
	chain(|| {
		gather(405);
		assert!(NetworkTreasury::round_step());
		assert_eq!(last_event(), Event::RoundBegun { amount: 400, epoch: 10 });
		assert!(NetworkTreasury::round_step());
		assert_eq!(last_event(), Event::NetworkFunded { network: 0, amount: 300 });
		take(Source::Slashes, None, 1_000);
		Now::set(99);
		assert_eq!(Rounds::<Test>::get(), Some(Round { amount: 400, epoch: 10, next: 1 }));
		while NetworkTreasury::round_step() && Rounds::<Test>::get().is_some() {}
		assert_eq!(free(&fund(1)), 100);
	});
}

#[test]
fn a_block_takes_as_many_steps_as_it_has_room_for() {
	chain(|| {
		gather(405);
		let room = |steps| Weight::from_parts(steps, u64::MAX);
		assert_storage_noop!(assert_eq!(NetworkTreasury::on_idle(1, room(0)), Weight::zero()));
		assert_eq!(NetworkTreasury::on_idle(1, room(2)).ref_time(), 2);
		assert_eq!(Rounds::<Test>::get(), Some(Round { amount: 400, epoch: 10, next: 1 }));
		assert_eq!((free(&fund(0)), free(&fund(1))), (805, 0));
		assert_ok!(NetworkTreasury::do_try_state());
		// The second network, the third without weight, and finding that it was the last.
		assert_eq!(NetworkTreasury::on_idle(2, room(9)).ref_time(), 3);
		assert_eq!((free(&fund(0)), free(&fund(1))), (805, 100));
		assert_eq!(Rounds::<Test>::get(), None);
	});
}

/// Whoever fills all blocks does not keep a round from its end.
#[test]
fn each_block_takes_a_step_however_full_it_is() {
	chain(|| {
		gather(405);
		let weights: Vec<_> =
			(1..=6).map(|now| NetworkTreasury::on_initialize(now).ref_time()).collect();
		// A step weighs one here, and a look nothing: the beginning, three networks, the end.
		assert_eq!(weights, [1, 1, 1, 1, 0, 0]);
		assert_eq!((free(&fund(0)), free(&fund(1))), (805, 100));
		assert_eq!(Rounds::<Test>::get(), None);
		assert_storage_noop!(NetworkTreasury::on_initialize(7));
	});
}

#[test]
fn without_weights_nothing_is_given_out() {
	chain(|| {
		gather(405);
		Weights::set(BTreeMap::new());
		idle();
		assert_eq!(free(&NetworkTreasury::pot()), 405);
	});
}

#[test]
fn without_anything_beside_its_account_a_pot_begins_no_round() {
	chain(|| {
		gather(5);
		assert_storage_noop!(idle());
		gather(1);
		idle();
		assert_eq!(NextRound::<Test>::get(), 14);
	});
}

#[test]
fn what_a_fund_cannot_hold_waits_for_the_next_round() {
	chain(|| {
		// Four of sixteen are network 1's, which has no account yet.
		gather(21);
		idle();
		assert_eq!((free(&fund(0)), free(&fund(1))), (505 + 12, 0));
		assert_eq!(free(&NetworkTreasury::pot()), 9);
		gather(16);
		Now::set(14);
		idle();
		assert_eq!((free(&fund(0)), free(&fund(1))), (517 + 15, 5));
		assert_eq!(free(&NetworkTreasury::pot()), 5);
	});
}
