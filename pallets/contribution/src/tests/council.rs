//! Who is seated.

use super::*;

#[test]
fn the_foremost_are_seated_when_a_term_ends_and_nobody_in_between() {
	chain(|| {
		assert_eq!(Members::get(), accounts([7, 8]));
		for (number, amount) in [(1, 10), (2, 50), (3, 30), (4, 40), (5, 20)] {
			candidate(number, amount);
		}
		begin_block();
		assert_eq!(Members::get(), accounts(2..=4));
		assert_eq!(last_event(), Event::CouncilSeated { members: accounts(2..=4) });
		assert_eq!(NextSeating::<Test>::get(), 17);

		Contribution::note_paid(&account(1), 1_000);
		Now::set(16);
		begin_block();
		assert_eq!(Members::get(), accounts(2..=4));
		Now::set(17);
		begin_block();
		assert_eq!(Members::get(), accounts([1, 2, 4]));
	});
}

#[test]
fn who_is_paid_no_more_is_overtaken() {
	chain(|| {
		candidate(1, 1_000);
		for number in 2..=4 {
			candidate(number, 10);
		}
		// Five half-lives: a thousand count for thirty-one.
		Now::set(110);
		for number in 2..=4 {
			Contribution::note_paid(&account(number), 40);
		}
		begin_block();

		assert_eq!(Members::get(), accounts(2..=4));
	});
}

#[test]
fn founders_fill_what_candidates_leave_and_leave_when_there_are_enough() {
	chain(|| {
		begin_block();
		assert_eq!(Members::get(), accounts([7, 8]));
		candidate(1, 5);
		candidate(2, 5);
		Now::set(17);
		begin_block();
		// The first founder stays longest.
		assert_eq!(Members::get(), accounts([1, 2, 8]));
		candidate(3, 5);
		Now::set(24);
		begin_block();
		assert_eq!(Members::get(), accounts(1..=3));
		// What has faded to nothing seats nobody.
		Now::set(500);
		begin_block();
		assert_eq!(Members::get(), accounts([7, 8]));
	});
}

#[test]
fn a_council_is_not_seated_with_fewer_than_it_takes() {
	chain(|| {
		candidate(1, 1_000);
		candidate(2, 2_000);
		MinFounders::set(0);
		assert_ok!(Contribution::set_founders(RuntimeOrigin::root(), Default::default()));
		MinFounders::set(3);
		let before = Members::get();
		Now::set(17);
		begin_block();
		assert_eq!(Members::get(), before, "two are not enough");
		candidate(3, 3_000);
		Now::set(24);
		begin_block();
		assert_eq!(Members::get(), accounts([1, 2, 3]));
	});
}

#[test]
fn a_block_weighs_what_its_seating_does() {
	chain(|| {
		begin_block();
		candidate(1, 1_000);
		// Reads weigh nothing here.
		let looked = || {
			assert_storage_noop!(assert_eq!(Contribution::on_initialize(1), Weight::zero()));
		};
		looked();
		Now::set(17);
		let seating = Contribution::weight_of_seating();
		assert!(seating.ref_time() > 0);
		assert_eq!(Contribution::on_initialize(2), seating);
		assert!(Members::get().contains(&account(1)));
		looked();
	});
}
