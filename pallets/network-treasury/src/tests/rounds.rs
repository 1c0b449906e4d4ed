//! What has gathered is given out in rounds.

use super::*;
use crate::{Round, Rounds};

#[test]
fn what_gathers_for_all_is_given_out_by_weight() {
	chain(|| {
		let shared = route(0, 100);
		assert_ok!(NetworkTreasury::set_route(RuntimeOrigin::root(), Source::Slashes, shared));
		// The pot's account keeps five.
		take(Source::Slashes, None, 405);
		idle();
		assert_eq!((free(&fund(0)), free(&fund(1)), free(&fund(2))), (505 + 300, 100, 0));
		assert_eq!(free(&NetworkTreasury::pot()), 5);
		assert_eq!(Rounds::<Test>::get(), None);

		take(Source::Slashes, None, 40);
		Now::set(13);
		idle();
		assert_eq!(free(&fund(1)), 100);
		Now::set(14);
		idle();
		assert_eq!(free(&fund(1)), 110);
	});
}

#[test]
fn a_round_goes_on_over_blocks_and_its_amount_stays() {
	chain(|| {
		let shared = route(0, 100);
		assert_ok!(NetworkTreasury::set_route(RuntimeOrigin::root(), Source::Slashes, shared));
		take(Source::Slashes, None, 405);
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
fn without_weights_or_room_nothing_is_given_out() {
	chain(|| {
		let shared = route(0, 100);
		assert_ok!(NetworkTreasury::set_route(RuntimeOrigin::root(), Source::Slashes, shared));
		take(Source::Slashes, None, 405);
		assert_eq!(NetworkTreasury::on_idle(1, Weight::zero()), Weight::zero());
		Weights::set(BTreeMap::new());
		idle();
		assert_eq!(free(&NetworkTreasury::pot()), 405);
	});
}
