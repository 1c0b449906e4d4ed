//! How reliable a member has been.

use super::*;
use crate::standing::{Standing, LOOK};

/// Device 1 of network 0 was paid for these epochs, and now claims of all before `ended` have ended.
fn paid(epochs: &[u32], now: u32, ended: u32) -> Standing {
	for epoch in epochs {
		Now::set((*epoch + 1).max(Now::get()));
		assert_eq!(Devices::claim(0, &id(1), &[*epoch]), [true]);
	}
	Now::set(now);
	Expired::set(ended);
	Devices::standing(0, id(1)).unwrap()
}

#[test]
fn who_was_paid_for_half_of_what_it_was_asked_for_is_half_reliable() {
	chain(|| {
		registered(1, 1, 0);
		let standing = paid(&[12, 14, 16, 18], 40, 20);
		// A member since the twelfth; what can be claimed for says nothing yet.
		let expected =
			Standing { since: 12, asked: 8, paid: 4, reliability: 500_000, transfers: 0 };
		assert_eq!(standing, expected);
	});
}

#[test]
fn only_epochs_of_the_networks_cadence_are_asked_for() {
	chain(|| {
		registered(1, 1, 0);
		Cadence::set(4);
		let standing = paid(&[12, 16], 40, 24);
		assert_eq!((standing.asked, standing.paid, standing.reliability), (3, 2, 666_666));
	});
}

#[test]
fn what_lies_too_far_back_says_nothing() {
	chain(|| {
		registered(1, 1, 0);
		let standing = paid(&[12], 12 + LOOK, 12 + LOOK);
		assert_eq!((standing.asked, standing.paid), (LOOK, 1));
		Now::set(13 + LOOK);
		Expired::set(13 + LOOK);
		let standing = Devices::standing(0, id(1)).unwrap();
		assert_eq!((standing.asked, standing.paid, standing.reliability), (LOOK, 0, 0));
	});
}

#[test]
fn a_newcomer_was_asked_for_nothing_and_who_is_no_member_has_no_standing() {
	chain(|| {
		registered(1, 1, 0);
		let standing = Devices::standing(0, id(1)).unwrap();
		assert_eq!((standing.asked, standing.reliability), (0, 0));
		assert_eq!(Devices::standing(1, id(1)), None);
		assert_eq!(Devices::standing(0, id(2)), None);
		assert_ok!(Devices::leave(signed(1), id(1), 0));
		assert_eq!(Devices::standing(0, id(1)), None);
	});
}
