//! Stops of what moves money.

use super::*;
use frame_support::traits::SafeModeNotify;

fn stop() {
	<Contribution as SafeModeNotify>::entered();
}

#[test]
fn the_council_stops_so_often_in_so_many_blocks() {
	chain(|| {
		System::set_block_number(100);
		assert!(Contribution::may_stop());
		stop();
		System::set_block_number(105);
		assert!(Contribution::may_stop());
		stop();
		assert!(!Contribution::may_stop());
		System::set_block_number(109);
		assert!(!Contribution::may_stop());
		System::set_block_number(110);
		assert!(Contribution::may_stop(), "the first is forgotten");
		stop();
		assert!(!Contribution::may_stop());
		assert_eq!(crate::Stops::<Test>::get().into_inner(), vec![105, 110]);
	});
}

#[test]
fn what_others_stop_counts_and_going_on_does_not() {
	chain(|| {
		System::set_block_number(100);
		for _ in 0..5 {
			stop();
			<Contribution as SafeModeNotify>::exited();
		}
		assert_eq!(crate::Stops::<Test>::get().len(), 2);
		assert!(!Contribution::may_stop());
	});
}
