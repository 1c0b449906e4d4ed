//! Makers' words for devices.

use super::*;

#[test]
fn a_licensed_maker_posts_key_and_bond_and_vouches_within_its_quota() {
	chain(|| {
		let network = with_maker();
		assert_eq!((held(1), held(2)), (110, 6));
		let message = b"a device";
		let voucher = (account(2), maker_pair().sign(message).0);
		for left in [1, 0] {
			assert_ok!(Networks::take_voucher(network, Some(&voucher), message));
			assert_eq!(Makers::<Test>::get(network, account(2)).unwrap().quota, left);
		}
		assert_noop!(Networks::take_voucher(network, Some(&voucher), message), Error::NoQuota);
	});
}

#[test]
fn a_voucher_is_the_makers_over_this_device() {
	chain(|| {
		let network = with_maker();
		let signature = maker_pair().sign(b"a device").0;
		assert_noop!(Networks::take_voucher(network, None, b"a device"), Error::BadVoucher);
		assert_noop!(
			Networks::take_voucher(network, Some(&(account(2), signature)), b"another"),
			Error::BadVoucher
		);
		assert_noop!(
			Networks::take_voucher(network, Some(&(account(3), signature)), b"a device"),
			Error::NotLicensed
		);
		assert_noop!(Networks::take_voucher(9, None, b"a device"), Error::NotFound);
	});
}

#[test]
fn a_network_that_demands_no_voucher_takes_none() {
	chain(|| {
		assert_ok!(Networks::create(signed(1), storage_terms(), false));
		assert_ok!(Networks::take_voucher(0, None, b"a device"));
	});
}

#[test]
fn a_maker_without_a_key_cannot_vouch() {
	chain(|| {
		let network = create(1);
		assert_ok!(Networks::license_maker(signed(1), network, account(2), 2));
		assert_eq!(last_event(), Event::MakerLicensed { network, maker: account(2), quota: 2 });
		let voucher = (account(2), maker_pair().sign(b"a device").0);
		assert_noop!(
			Networks::take_voucher(network, Some(&voucher), b"a device"),
			Error::BadVoucher
		);
	});
}
