//! Joining another network, choosing an aggregator, pausing.

use super::*;

#[test]
fn a_device_joins_up_to_eight_networks() {
	chain(|| {
		let device = registered(1, 1, 0);
		for network in [1, 4, 5, 6, 7, 8, 9] {
			assert_ok!(Devices::join(signed(1), device, network, account(9), CUT, None));
		}
		assert_eq!(held(1), 100 + 8 * 930);
		let voucher = Some((account(8), [1; 64]));
		assert_noop!(
			Devices::join(signed(1), device, 2, account(9), CUT, voucher),
			Error::TooManyNetworks
		);
	});
}

#[test]
fn who_was_vouched_for_once_pays_in_full_for_an_open_network() {
	chain(|| {
		assert_ok!(register_in(1, 1, 2, Some((account(8), [1; 64]))));
		assert_ok!(Devices::join(signed(1), id(1), 0, account(9), CUT, None));
		assert_eq!(held(1), 100 + 30 + 930);
	});
}

#[test]
fn joining_is_the_owners_once_and_where_members_are_taken() {
	chain(|| {
		let device = registered(1, 1, 0);
		let join =
			|origin, device, network| Devices::join(origin, device, network, account(9), CUT, None);
		assert_noop!(join(signed(2), device, 1), Error::NotOwner);
		assert_noop!(join(signed(1), id(2), 1), Error::NotFound);
		assert_noop!(join(signed(1), device, 0), Error::AlreadyMember);
		assert_noop!(join(signed(1), device, 3), Error::NetworkClosed);
		assert_noop!(join(RuntimeOrigin::root(), device, 1), DispatchError::BadOrigin);
		assert_eq!(join(signed(1), device, 2).unwrap_err(), DispatchError::Other("no voucher"));
	});
}

#[test]
fn another_aggregator_and_cut_count_two_epochs_later() {
	chain(|| {
		let device = registered(1, 1, 0);
		Now::set(20);
		let cut = Permill::from_percent(1);
		assert_ok!(Devices::set_seat(signed(1), device, 0, account(8), cut));

		let before = Devices::facts(0, &device, 21).unwrap();
		let after = Devices::facts(0, &device, 22).unwrap();
		assert_eq!((before.aggregator, before.cut), (account(9), 50_000));
		assert_eq!((after.aggregator, after.cut), (account(8), 10_000));
		assert_eq!(after.since, 12, "seniority stays");
		let set =
			|origin, device, network| Devices::set_seat(origin, device, network, account(7), cut);
		assert_noop!(set(signed(2), device, 0), Error::NotOwner);
		assert_noop!(set(signed(1), device, 1), Error::NotMember);
		assert_noop!(set(signed(1), id(4), 0), Error::NotFound);
		assert_noop!(set(RuntimeOrigin::root(), device, 0), DispatchError::BadOrigin);
	});
}

#[test]
fn a_paused_device_has_no_facts_and_comes_back() {
	chain(|| {
		let device = registered(1, 1, 0);
		Now::set(20);
		assert_ok!(Devices::set_paused(signed(1), device, 0, true));
		Now::set(22);
		assert_ok!(Devices::set_paused(signed(1), device, 0, false));

		let active: Vec<_> =
			(20..27).filter(|epoch| Devices::facts(0, &device, *epoch).is_some()).collect();
		assert_eq!(active, [20, 21, 24, 25, 26]);
		let pause = |origin, device, network| Devices::set_paused(origin, device, network, true);
		assert_noop!(pause(signed(2), device, 0), Error::NotOwner);
		assert_noop!(pause(signed(1), device, 1), Error::NotMember);
		assert_noop!(pause(signed(1), id(4), 0), Error::NotFound);
		assert_noop!(pause(RuntimeOrigin::root(), device, 0), DispatchError::BadOrigin);
	});
}

#[test]
fn an_owner_who_toggles_cannot_make_the_chain_forget_and_can_still_leave() {
	chain(|| {
		let device = registered(1, 1, 0);
		let mut refused = false;
		for epoch in 11..18 {
			Now::set(epoch);
			let paused = epoch % 2 == 1;
			let done = Devices::set_paused(signed(1), device, 0, paused);
			refused |= done.is_err();
			if done.is_err() {
				assert_noop!(done, Error::TooManyChanges);
				assert_ok!(Devices::leave(signed(1), device, 0));
				break;
			}
		}
		assert!(refused, "a list that is full refuses");
		assert!(Devices::facts(0, &device, 12).is_some(), "what was true stays true");
	});
}
