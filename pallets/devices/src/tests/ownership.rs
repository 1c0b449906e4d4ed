//! Offering and accepting.

use super::*;

#[test]
fn a_device_goes_to_whom_it_was_offered_with_its_deposit() {
	chain(|| {
		let device = registered(1, 1, 0);
		assert_ok!(Devices::offer(signed(1), device, Some(account(2))));
		assert_eq!(last_event(), Event::Offered { device, to: Some(account(2)) });
		assert_noop!(Devices::accept(signed(3), device), Error::NotOffered);
		assert_ok!(Devices::accept(signed(2), device));

		assert_eq!(last_event(), Event::Transferred { device, from: account(1), to: account(2) });
		assert_eq!((held(1), held(2)), (0, 1_030));
		assert_eq!(Rows::<Test>::get(device).unwrap().owner, account(2));
		Now::set(15);
		assert_eq!(Devices::claim(0, &device, &[12]), [true]);
		assert_eq!(Devices::owner(&device), Some(account(2)));
		assert_eq!(Devices::claim(0, &device, &[5]), [false], "before it was registered");
		assert_noop!(Devices::leave(signed(1), device, 0), Error::NotOwner);
		assert_noop!(Devices::accept(signed(2), device), Error::NotOffered);
	});
}

#[test]
fn an_offer_can_be_taken_back() {
	chain(|| {
		let device = registered(1, 1, 0);
		assert_ok!(Devices::offer(signed(1), device, Some(account(2))));
		assert_ok!(Devices::offer(signed(1), device, None));
		assert_noop!(Devices::accept(signed(2), device), Error::NotOffered);
	});
}

#[test]
fn only_the_owner_offers_and_only_who_can_pay_accepts() {
	chain(|| {
		let device = registered(1, 1, 0);
		let poor = AccountId32::new([77; 32]);
		assert_noop!(Devices::offer(signed(2), device, Some(account(2))), Error::NotOwner);
		assert_noop!(Devices::offer(signed(1), id(3), None), Error::NotFound);
		assert_noop!(Devices::offer(RuntimeOrigin::none(), device, None), DispatchError::BadOrigin);
		assert_ok!(Devices::offer(signed(1), device, Some(poor.clone())));
		assert_noop!(
			Devices::accept(RuntimeOrigin::signed(poor), device),
			TokenError::FundsUnavailable
		);
		assert_noop!(Devices::accept(signed(2), id(3)), Error::NotFound);
		assert_noop!(Devices::accept(RuntimeOrigin::none(), device), DispatchError::BadOrigin);
	});
}

#[test]
fn an_owner_may_take_an_own_device_over() {
	chain(|| {
		let device = registered(1, 1, 0);
		assert_ok!(Devices::offer(signed(1), device, Some(account(1))));
		assert_ok!(Devices::accept(signed(1), device));
		assert_eq!(held(1), 1_030);
	});
}
