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

		Contribution::note_paid(&account(1), 0, 1_000);
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
			Contribution::note_paid(&account(number), 0, 40);
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

/// As [`candidate`], paid in a network.
fn candidate_of(number: u8, network: u32, amount: u128) {
	enlist([number]);
	Contribution::note_paid(&account(number), network, amount);
	assert_ok!(Contribution::stand(RuntimeOrigin::signed(account(number))));
}

fn term_ends() {
	Now::set(NextSeating::<Test>::get());
	begin_block();
}

#[test]
fn whoever_earns_most_at_once_comes_a_few_at_a_time() {
	chain(|| {
		MaxChanges::set(1);
		MinFounders::set(0);
		assert_eq!(Members::get(), accounts([7, 8]));
		for number in 1..=3 {
			candidate(number, 1_000 * u128::from(number));
		}
		begin_block();
		// The foremost comes, and one of the founders goes.
		assert_eq!(Members::get(), accounts([3, 8]));
		term_ends();
		assert_eq!(Members::get(), accounts([2, 3]));
		term_ends();
		assert_eq!(Members::get(), accounts(1..=3));
		term_ends();
		assert_eq!(Members::get(), accounts(1..=3));
	});
}

#[test]
fn founders_keep_their_seats_until_candidates_fill_all() {
	chain(|| {
		MinFounders::set(2);
		candidate(1, 1_000);
		candidate(2, 500);
		begin_block();
		assert_eq!(Members::get(), accounts([1, 7, 8]), "one of three seats is not theirs");
		candidate(3, 100);
		term_ends();
		assert_eq!(Members::get(), accounts(1..=3));
	});
}

#[test]
fn candidates_of_one_network_have_no_more_seats_than_they_may() {
	chain(|| {
		NetworkSeats::set(1);
		for (number, network) in [(1, 5), (2, 5), (3, 5), (4, 6)] {
			candidate_of(number, network, 1_000 - u128::from(number));
		}
		begin_block();
		assert_eq!(Members::get(), accounts([1, 4, 8]), "and a founder");
		candidate_of(5, 7, 10);
		term_ends();
		assert_eq!(Members::get(), accounts([1, 4, 5]));
		// Where one is paid more by now is where one belongs.
		Contribution::note_paid(&account(2), 8, 100_000);
		term_ends();
		assert_eq!(Members::get(), accounts([1, 2, 4]));
	});
}

#[test]
fn a_contributor_belongs_where_more_than_half_of_the_pay_came_from_in_whatever_order() {
	chain(|| {
		enlist([1]);
		let home = || Contributors::<Test>::get(account(1)).unwrap().home;
		let paid = |network, amount| Contribution::note_paid(&account(1), network, amount);
		for network in [3, 4, 5, 6] {
			paid(network, 100);
			paid(2, 101);
		}
		assert_eq!(home().network, 2);
		paid(9, home().lead.amount);
		assert_eq!((home().network, home().lead.amount), (2, 0), "as much as all others");
		paid(9, 1);
		assert_eq!((home().network, home().lead.amount), (9, 1));
	});
}

#[test]
fn a_council_does_not_shrink_below_what_it_takes_however_many_have_to_go() {
	chain(|| {
		for number in 1..=3 {
			candidate(number, 1_000);
		}
		begin_block();
		assert_eq!(Members::get(), accounts(1..=3));
		MinFounders::set(2);
		for number in 1..=3 {
			assert_ok!(Contribution::stand_down(RuntimeOrigin::signed(account(number))));
		}
		term_ends();
		assert_eq!(Members::get(), accounts([7, 8]));
	});
}

/// Those who go are not always of the network of those who come.
#[test]
fn a_network_has_no_more_seats_than_it_may_while_members_change() {
	chain(|| {
		NetworkSeats::set(1);
		MaxChanges::set(1);
		MinFounders::set(1);
		for (number, network, amount) in [(1, 5, 500), (2, 6, 400), (3, 7, 300)] {
			candidate_of(number, network, amount);
		}
		for _ in 0..4 {
			term_ends();
		}
		assert_eq!(Members::get(), accounts(1..=3));
		// Another of network 5 is paid more than the first, and somebody of an eighth more than the last of all.
		candidate_of(4, 5, 1_000);
		candidate_of(5, 8, 350);
		for _ in 0..5 {
			term_ends();
			let homes = Members::get()
				.into_iter()
				.map(|member| Contributors::<Test>::get(member).map(|row| row.home.network));
			let mut homes: Vec<_> = homes.collect();
			homes.sort_unstable();
			homes.dedup();
			assert_eq!(homes.len(), Members::get().len(), "one of each network");
		}
		assert_eq!(Members::get(), accounts([2, 4, 5]));
	});
}
