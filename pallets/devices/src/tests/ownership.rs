//! Offering and accepting.

use super::*;

fn offer(number: u8, device: H256, to: u8) -> Result<(), DispatchError> {
	Devices::offer(signed(number), device, Some(account(to)))
}

/// Account 1's device 1 in network 0, offered to account 2.
fn offered() -> H256 {
	let device = registered(1, 1, 0);
	assert_ok!(offer(1, device, 2));
	device
}

#[test]
fn an_offer_is_stored_and_told_and_changes_nothing_else() {
	chain(|| {
		let device = registered(1, 1, 0);
		let before = Rows::<Test>::get(device).unwrap();
		assert_ok!(offer(1, device, 2));

		assert_eq!(last_event(), Event::Offered { device, to: Some(account(2)) });
		let after = crate::DeviceOf::<Test> { offered_to: Some(account(2)), ..before };
		assert_eq!(Rows::<Test>::get(device), Some(after));
		assert_eq!((held(1), held(2)), (1_030, 0));
	});
}

#[test]
fn an_offer_can_be_taken_back() {
	chain(|| {
		let device = offered();
		assert_ok!(Devices::offer(signed(1), device, None));

		assert_eq!(last_event(), Event::Offered { device, to: None });
		assert_eq!(Rows::<Test>::get(device).unwrap().offered_to, None);
		assert_noop!(Devices::accept(signed(2), device), Error::NotOffered);
	});
}

#[test]
fn an_offer_to_somebody_else_takes_the_place_of_the_first() {
	chain(|| {
		let device = offered();
		assert_ok!(offer(1, device, 3));
		assert_noop!(Devices::accept(signed(2), device), Error::NotOffered);
		assert_ok!(Devices::accept(signed(3), device));
	});
}

#[test]
fn an_offer_may_be_taken_back_that_was_not_made() {
	chain(|| {
		let device = registered(1, 1, 0);
		assert_ok!(Devices::offer(signed(1), device, None));
		assert_eq!(last_event(), Event::Offered { device, to: None });
	});
}

#[test]
fn only_the_owner_offers() {
	chain(|| {
		let device = offered();
		// Nor who was offered it.
		assert_noop!(offer(2, device, 3), Error::NotOwner);
		assert_noop!(offer(3, device, 3), Error::NotOwner);
		assert_noop!(Devices::offer(signed(2), device, None), Error::NotOwner);
	});
}

#[test]
fn who_gave_a_device_away_offers_it_no_more() {
	chain(|| {
		let device = offered();
		assert_ok!(Devices::accept(signed(2), device));
		assert_noop!(offer(1, device, 3), Error::NotOwner);
		assert_ok!(offer(2, device, 3));
	});
}

#[test]
fn a_device_that_is_not_registered_is_not_offered() {
	chain(|| {
		registered(1, 1, 0);
		assert_noop!(offer(1, id(3), 2), Error::NotFound);
		assert_noop!(Devices::offer(signed(1), id(3), None), Error::NotFound);
	});
}

#[test]
fn who_does_not_sign_offers_nothing() {
	chain(|| {
		let device = registered(1, 1, 0);
		for origin in unsigned() {
			assert_noop!(Devices::offer(origin, device, None), DispatchError::BadOrigin);
		}
	});
}

#[test]
fn a_device_goes_to_whom_it_was_offered_with_its_deposit() {
	chain(|| {
		let device = offered();
		assert_ok!(Devices::accept(signed(2), device));

		assert_eq!(last_event(), Event::Transferred { device, from: account(1), to: account(2) });
		assert_eq!((held(1), held(2)), (0, 1_030));
		assert_eq!(Balances::free_balance(account(1)), ENDOWMENT);
		let row = Rows::<Test>::get(device).unwrap();
		assert_eq!((row.owner, row.offered_to, row.deposit), (account(2), None, 1_030));
		assert_noop!(Devices::leave(signed(1), device, 0), Error::NotOwner);
	});
}

#[test]
fn what_a_device_has_earned_goes_to_its_new_owner() {
	chain(|| {
		let device = offered();
		assert_ok!(Devices::accept(signed(2), device));
		Now::set(15);
		assert_eq!(Devices::claim(0, &device, &[12]), [true]);
		assert_eq!(Devices::claim(0, &device, &[5]), [false], "before it was registered");
	});
}

#[test]
fn a_device_keeps_its_seats_when_it_changes_hands() {
	chain(|| {
		let device = offered();
		let seat = seat_of(device, 0);
		assert_ok!(Devices::accept(signed(2), device));
		assert_eq!(seat_of(device, 0), seat);
		assert_eq!(Devices::facts(0, &device, 12).unwrap().since, 12);
	});
}

#[test]
fn only_whom_a_device_was_offered_to_accepts() {
	chain(|| {
		let device = registered(1, 1, 0);
		assert_noop!(Devices::accept(signed(2), device), Error::NotOffered);
		assert_noop!(Devices::accept(signed(1), device), Error::NotOffered);
		assert_ok!(offer(1, device, 2));
		assert_noop!(Devices::accept(signed(3), device), Error::NotOffered);
		assert_noop!(Devices::accept(signed(1), device), Error::NotOffered);
	});
}

#[test]
fn an_offer_is_accepted_once() {
	chain(|| {
		let device = offered();
		assert_ok!(Devices::accept(signed(2), device));
		assert_noop!(Devices::accept(signed(2), device), Error::NotOffered);
	});
}

#[test]
fn who_accepts_needs_the_deposit_and_what_keeps_the_account() {
	chain(|| {
		let device = offered();
		left_with(2, 1_030);
		// Not in a layer that is taken back, as calls are.
		assert_noop!(Devices::do_accept(device, account(2)), TokenError::FundsUnavailable);
		assert_noop!(Devices::accept(signed(2), device), TokenError::FundsUnavailable);
		assert_ok!(Balances::transfer_allow_death(signed(3), account(2), 1));
		assert_ok!(Devices::accept(signed(2), device));
	});
}

#[test]
fn a_device_that_is_not_registered_is_not_accepted() {
	chain(|| {
		offered();
		assert_noop!(Devices::accept(signed(2), id(3)), Error::NotFound);
	});
}

#[test]
fn who_does_not_sign_accepts_nothing() {
	chain(|| {
		let device = offered();
		for origin in unsigned() {
			assert_noop!(Devices::accept(origin, device), DispatchError::BadOrigin);
		}
	});
}

#[test]
fn an_owner_may_take_an_own_device_over() {
	chain(|| {
		let device = registered(1, 1, 0);
		assert_ok!(offer(1, device, 1));
		assert_ok!(Devices::accept(signed(1), device));
		assert_eq!(held(1), 1_030);
		assert_eq!(Rows::<Test>::get(device).unwrap().offered_to, None);
	});
}

#[test]
fn a_device_that_has_changed_hands_does_so_again_only_after_a_while() {
	chain(|| {
		let device = offered();
		let tenure = || Devices::tenure(device).unwrap();
		let first = tenure();
		assert_eq!((first.transfers, first.transferred_at), (0, 0));
		System::set_block_number(50);
		assert_ok!(Devices::accept(signed(2), device));
		assert_eq!((tenure().transfers, tenure().transferred_at), (1, 50));
		assert_eq!(tenure().registered_at, first.registered_at);
		assert_ok!(offer(2, device, 3));
		for block in [50, 69] {
			System::set_block_number(block);
			assert_noop!(Devices::accept(signed(3), device), Error::JustTransferred);
		}
		System::set_block_number(70);
		assert_ok!(Devices::accept(signed(3), device));
		assert_eq!((tenure().transfers, tenure().transferred_at), (2, 70));
	});
}

#[test]
fn a_device_that_has_changed_hands_too_often_for_facts_waits_until_the_first_is_forgotten() {
	chain(|| {
		let device = offered();
		let mut block = 0;
		let mut pass_on = |from: u8, to: u8| {
			block += 20;
			System::set_block_number(block);
			assert_ok!(offer(from, device, to));
			Devices::accept(signed(to), device)
		};
		// With who has registered it there are five; the sixth place is for leaving.
		for epoch in 11..15 {
			Now::set(epoch);
			assert_ok!(pass_on(epoch as u8 - 10, epoch as u8 - 9));
		}
		Now::set(15);
		assert_ok!(offer(5, device, 6));
		System::set_block_number(1_000);
		assert_noop!(Devices::accept(signed(6), device), Error::TooManyChanges);
		assert_eq!(Rows::<Test>::get(device).unwrap().owner, account(5));
		// Who owned it second counts from 13 on: until 21 it may be asked who did before.
		Now::set(20);
		assert_noop!(Devices::accept(signed(6), device), Error::TooManyChanges);
		Now::set(21);
		assert_ok!(Devices::accept(signed(6), device));
	});
}
