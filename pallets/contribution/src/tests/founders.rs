//! Who fills seats that there are no candidates for.

use super::*;
use frame_support::BoundedVec;

#[test]
fn founders_are_named_stored_and_told() {
	chain(|| {
		assert_ok!(set_founders([4, 3]));
		assert_eq!(events(), [Event::FoundersNamed { founders: accounts([4, 3]) }]);
		assert_eq!(Founders::<Test>::get(), accounts([4, 3]));
		assert_eq!(Contribution::foremost(), accounts([4, 3]));
	});
}

#[test]
fn nobody_but_their_origin_names_founders() {
	chain(|| {
		for origin in [none(), signed(8)] {
			let named = accounts([3, 4]).try_into().unwrap();
			assert_noop!(Contribution::set_founders(origin, named), DispatchError::BadOrigin);
		}
	});
}

#[test]
fn a_founder_is_named_once() {
	chain(|| {
		assert_noop!(set_founders([3, 3]), Error::FounderTwice);
		assert_noop!(set_founders([3, 4, 3]), Error::FounderTwice);
		// However few there would be.
		MinFounders::set(3);
		assert_noop!(set_founders([3, 3]), Error::FounderTwice);
	});
}

#[test]
fn there_are_as_many_founders_as_there_have_to_be() {
	chain(|| {
		assert_noop!(set_founders([]), Error::TooFewFounders);
		assert_ok!(set_founders([3]));
		MinFounders::set(2);
		assert_noop!(set_founders([3]), Error::TooFewFounders);
		assert_ok!(set_founders([3, 4]));
		assert_eq!(Founders::<Test>::get(), accounts([3, 4]));
	});
}

#[test]
fn there_are_as_many_founders_as_seats_and_no_more() {
	chain(|| {
		assert!(BoundedVec::<_, Seats>::try_from(accounts([1, 2, 3, 4])).is_err());
		assert_ok!(set_founders([1, 2, 3]));
		begin_block();
		assert_eq!(Members::get(), accounts([1, 2, 3]));
	});
}

#[test]
fn whoever_sits_stays_until_the_next_seating() {
	chain(|| {
		begin_block();
		assert_eq!(NextSeating::<Test>::get(), 17);
		assert_ok!(set_founders([3, 4]));
		assert_eq!(Members::get(), accounts([7, 8]));
		Now::set(16);
		begin_block();
		assert_eq!(Members::get(), accounts([7, 8]));
		Now::set(17);
		begin_block();
		assert_eq!(Members::get(), accounts([3, 4]));
	});
}

#[test]
fn the_first_founder_stays_longest() {
	chain(|| {
		assert_ok!(set_founders([4, 3, 5]));
		candidate(1, 5);
		candidate(2, 5);
		begin_block();
		assert_eq!(Members::get(), accounts([1, 2, 4]));
	});
}

#[test]
fn a_founder_who_stands_is_seated_once() {
	chain(|| {
		candidate(8, 5);
		begin_block();
		assert_eq!(Contribution::foremost(), accounts([8, 7]));
		assert_eq!(Members::get(), accounts([7, 8]));
	});
}

#[test]
fn with_nobody_at_all_who_sits_stays() {
	chain(|| {
		MinFounders::set(0);
		assert_ok!(set_founders([]));
		assert_eq!(last_event(), Event::FoundersNamed { founders: accounts([]) });
		Now::set(100);
		begin_block();
		assert_eq!(Members::get(), accounts([7, 8]));
	});
}

/// Begins a chain with these founders.
fn begin(founders: impl IntoIterator<Item = u8>) -> sp_io::TestExternalities {
	let contribution = ContributionConfig { founders: accounts(founders), ..Default::default() };
	let genesis = RuntimeGenesisConfig { contribution, ..Default::default() };
	genesis.build_storage().unwrap().into()
}

#[test]
fn a_chain_begins_with_its_founders_on_the_council_for_a_term() {
	begin([8, 7, 9]).execute_with(|| {
		assert_eq!(Founders::<Test>::get(), accounts([8, 7, 9]));
		assert_eq!(crate::Seated::<Test>::get(), accounts([7, 8, 9]));
		assert_eq!(Members::get(), accounts([7, 8, 9]));
		assert_eq!(NextSeating::<Test>::get(), Term::get());
	});
}

#[test]
fn a_chain_begins_without_founders_however_many_there_have_to_be() {
	MinFounders::set(3);
	begin([]).execute_with(|| {
		assert!(Founders::<Test>::get().is_empty());
		assert!(Members::get().is_empty());
	});
}

#[test]
#[should_panic(expected = "too few founders")]
fn a_chain_does_not_begin_with_fewer_founders_than_a_council_takes() {
	MinFounders::set(3);
	begin([8, 7]);
}

#[test]
#[should_panic(expected = "there are more founders than seats")]
fn a_chain_does_not_begin_with_more_founders_than_seats() {
	begin([6, 7, 8, 9]);
}

#[test]
#[should_panic(expected = "a founder is named twice")]
fn a_chain_does_not_begin_with_a_founder_who_is_named_twice() {
	begin([8, 7, 8]);
}
