//! What vouchers spend of makers' licences, however often devices come and go.

use super::*;
use proptest::prelude::*;

/// Removes the row of account 1's device 1 in network 2, all claims having ended.
fn go(device: H256) {
	assert_ok!(Devices::leave(signed(1), device, 2));
	Now::mutate(|now| *now += 20);
	Expired::set(Now::get());
	assert_ok!(Devices::remove_membership(signed(1), device, 2));
}

#[test]
fn who_goes_and_comes_again_with_the_same_voucher_spends_no_more_of_the_makers_licence() {
	chain(|| {
		assert_ok!(register_in(1, 1, 2, voucher(1)));
		let device = id(1);
		for round in 0..6 {
			assert_eq!(Quota::get(), 4, "{round}");
			go(device);
			assert_eq!(Quota::get(), 5, "{round}");
			let joined = Devices::join(signed(1), device, 2, account(9), CUT, voucher(1));
			assert_ok!(joined);
		}
	});
}

#[test]
fn who_retires_the_device_and_registers_it_again_spends_no_more_either() {
	chain(|| {
		for round in 0..6 {
			assert_ok!(register_in(1, 1, 2, voucher(1)));
			assert_eq!(Quota::get(), 4, "{round}");
			go(id(1));
			assert_ok!(Devices::retire(signed(1), id(1)));
			assert_eq!((Quota::get(), held(1)), (5, 0), "{round}");
		}
	});
}

#[test]
fn leaving_alone_gives_nothing_back() {
	chain(|| {
		assert_ok!(register_in(1, 1, 2, voucher(1)));
		assert_ok!(Devices::leave(signed(1), id(1), 2));
		assert_eq!(Quota::get(), 4);

		// And coming back takes no more, whether there is a voucher or not.
		Now::set(15);
		Quota::set(0);
		assert_ok!(join(1, id(1), 2));
		assert_eq!(Quota::get(), 0);
		let membership = Memberships::<Test>::get(2, id(1)).unwrap();
		assert_eq!(membership.licence, Some(licence_of_eight()));
	});
}

#[test]
fn what_a_voucher_has_spent_goes_with_the_device_to_its_new_owner() {
	chain(|| {
		assert_ok!(register_in(1, 1, 2, voucher(1)));
		assert_ok!(Devices::offer(signed(1), id(1), Some(account(2))));
		assert_ok!(Devices::accept(signed(2), id(1)));
		assert_eq!(Quota::get(), 4);
		assert_ok!(Devices::leave(signed(2), id(1), 2));
		Expired::set(100);
		assert_ok!(Devices::remove_membership(signed(2), id(1), 2));

		assert_eq!((Quota::get(), held(2)), (5, 100));
	});
}

#[test]
fn a_row_that_no_voucher_was_needed_for_gives_nothing_back() {
	chain(|| {
		let device = registered(1, 1, 0);
		assert_ok!(Devices::leave(signed(1), device, 0));
		Expired::set(100);
		assert_ok!(Devices::remove_membership(signed(1), device, 0));
		assert_eq!(Quota::get(), 5);
	});
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(64))]

	/// Whatever owners do, a licence has spent as many devices as there are rows that hang on it.
	#[test]
	fn a_licence_has_spent_what_hangs_on_it(
		steps in prop::collection::vec((1u8..7, 0u8..5, 0u32..12), 1..80),
	) {
		chain(|| {
			for (number, action, epochs) in steps {
				Now::mutate(|now| *now += epochs);
				Expired::set(Now::get().saturating_sub(10));
				let device = id(number);
				let _ = match action {
					0 => register_in(1, number, 2, voucher(number)),
					1 => Devices::join(signed(1), device, 2, account(9), CUT, voucher(number)),
					2 => Devices::leave(signed(1), device, 2),
					3 => Devices::remove_membership(signed(1), device, 2),
					_ => Devices::retire(signed(1), device),
				};
				let rows = Memberships::<Test>::iter_prefix(2).count() as u32;
				prop_assert_eq!(Quota::get() + rows, 5);
			}
			Ok(())
		})?;
	}
}
