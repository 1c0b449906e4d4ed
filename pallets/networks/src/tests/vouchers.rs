//! Makers' words for devices, and what they spend.

use super::*;
use substation_primitives::AccountId32;

/// Checks the voucher of account 2 for a device, and spends the licence that it tells.
fn take(network: u32) -> Result<(AccountId32, EpochIndex), DispatchError> {
	let voucher = (account(2), maker_pair().sign(b"a device").0);
	let spent = Networks::check_voucher(network, Some(&voucher), b"a device")?;
	let (maker, since) = spent.expect("this network demands vouchers");
	Networks::spend_licence(network, &maker, since);
	Ok((maker, since))
}

fn quota(network: u32) -> u32 {
	Makers::<Test>::get(network, account(2)).unwrap().quota
}

#[test]
fn a_maker_vouches_for_as_many_devices_as_it_is_licensed_for() {
	chain(|| {
		let network = with_maker();
		for left in [1, 0] {
			assert_eq!(take(network), Ok((account(2), 10)));
			assert_eq!(quota(network), left);
		}
		assert_eq!(take(network), Err(Error::NoQuota.into()));
	});
}

#[test]
fn checking_a_voucher_spends_nothing() {
	chain(|| {
		let network = with_maker();
		let voucher = (account(2), maker_pair().sign(b"a device").0);
		stores_nothing(|| {
			assert_ok!(Networks::check_voucher(network, Some(&voucher), b"a device"));
		});
	});
}

#[test]
fn a_device_that_has_gone_makes_room_for_another() {
	chain(|| {
		let network = with_maker();
		let (maker, since) = take(network).unwrap();
		assert_ok!(take(network));
		Networks::restore_licence(network, &maker, since);
		assert_eq!(quota(network), 1);
		assert_ok!(take(network));
		assert_eq!(take(network), Err(Error::NoQuota.into()));
	});
}

#[test]
fn a_licence_that_has_ended_is_restored_and_still_vouches_for_nothing() {
	chain(|| {
		let network = with_maker();
		let (maker, since) = take(network).unwrap();
		assert_ok!(Networks::end_licence(signed(1), network, account(2)));
		Networks::restore_licence(network, &maker, since);
		assert_eq!(take(network), Err(Error::LicenceEnded.into()));
	});
}

#[test]
fn a_later_licence_gets_nothing_back_for_an_earlier() {
	chain(|| {
		let network = with_maker();
		let (maker, since) = take(network).unwrap();
		assert_ok!(Networks::end_licence(signed(1), network, account(2)));
		Now::set(18);
		assert_ok!(Networks::remove_maker(signed(1), network, account(2)));
		stores_nothing(|| Networks::restore_licence(network, &maker, since));
		assert_ok!(Networks::license_maker(signed(1), network, account(2), 3));
		stores_nothing(|| Networks::restore_licence(network, &maker, since));
		assert_eq!(quota(network), 3);
	});
}

#[test]
fn a_network_or_maker_that_is_gone_gets_nothing_back() {
	chain(|| {
		let network = with_maker();
		stores_nothing(|| {
			Networks::restore_licence(9, &account(2), 10);
			Networks::restore_licence(network, &account(3), 10);
			Networks::spend_licence(9, &account(2), 10);
		});
	});
}

#[test]
fn a_voucher_is_the_makers_over_this_device() {
	chain(|| {
		let network = with_maker();
		let signature = maker_pair().sign(b"a device").0;
		let check = |number: u8, signature, message| {
			Networks::check_voucher(network, Some(&(account(number), signature)), message)
		};
		assert_noop!(Networks::check_voucher(network, None, b"a device"), Error::BadVoucher);
		assert_noop!(check(2, signature, b"another!"), Error::BadVoucher);
		assert_noop!(check(2, [0; 64], b"a device"), Error::BadVoucher);
		assert_noop!(check(3, signature, b"a device"), Error::NotLicensed);
		assert_noop!(Networks::check_voucher(9, None, b"a device"), Error::NotFound);
	});
}

#[test]
fn a_network_that_demands_no_voucher_takes_none() {
	chain(|| {
		assert_ok!(Networks::create(signed(1), storage_terms(), false));
		assert_eq!(Networks::check_voucher(0, None, b"a device"), Ok(None));
		let voucher = (account(2), [0; 64]);
		assert_eq!(Networks::check_voucher(0, Some(&voucher), b"a device"), Ok(None));
	});
}

#[test]
fn a_maker_without_a_key_cannot_vouch() {
	chain(|| {
		let network = create(1);
		assert_ok!(Networks::license_maker(signed(1), network, account(2), 2));
		assert_eq!(take(network), Err(Error::BadVoucher.into()));
	});
}
