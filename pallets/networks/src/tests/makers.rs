//! Licences, keys and bonds.

use super::*;

#[test]
fn licences_are_given_by_the_owner_once_and_for_something() {
	chain(|| {
		let network = with_maker();
		let license = |who, quota| Networks::license_maker(signed(who), network, account(2), quota);
		assert_noop!(license(1, 5), Error::AlreadyLicensed);
		assert_noop!(license(2, 5), Error::NotOwner);
		assert_noop!(Networks::license_maker(signed(1), network, account(3), 0), Error::NoQuota);
		assert_noop!(Networks::license_maker(signed(1), 9, account(3), 1), Error::NotFound);
		assert_ok!(Networks::retire(signed(1), network));
		assert_noop!(
			Networks::license_maker(signed(1), network, account(3), 1),
			Error::AlreadyRetired
		);
	});
}

#[test]
fn calls_about_makers_are_signed_for_networks_and_makers_that_are_there() {
	chain(|| {
		let network = with_maker();
		let key = ReportKey::Ed25519(maker_pair().public());
		for origin in [RuntimeOrigin::none(), RuntimeOrigin::root()] {
			let origin = || origin.clone();
			let bad = DispatchError::BadOrigin;
			assert_noop!(Networks::license_maker(origin(), network, account(3), 1), bad);
			assert_noop!(Networks::post_maker_key(origin(), network, key), bad);
			assert_noop!(Networks::end_licence(origin(), network, account(2)), bad);
			assert_noop!(Networks::remove_maker(origin(), network, account(2)), bad);
		}
		let nobody = account(3);
		assert_noop!(Networks::end_licence(signed(1), 9, account(2)), Error::NotFound);
		assert_noop!(Networks::end_licence(signed(1), network, nobody.clone()), Error::NotLicensed);
		assert_noop!(Networks::remove_maker(signed(1), 9, account(2)), Error::NotFound);
		assert_noop!(Networks::remove_maker(signed(1), network, nobody), Error::NotLicensed);
	});
}

#[test]
fn who_cannot_pay_licenses_nobody_and_posts_no_key() {
	chain(|| {
		let network = create(1);
		let spend = |number: u8, left: u64| {
			let amount = Balances::free_balance(account(number)) - left;
			assert_ok!(Balances::transfer_allow_death(signed(number), account(8), amount));
		};
		spend(1, 5);
		assert_noop!(
			Networks::license_maker(signed(1), network, account(2), 2),
			TokenError::FundsUnavailable
		);
		assert_ok!(Balances::transfer_allow_death(signed(8), account(1), 1_000));
		assert_ok!(Networks::license_maker(signed(1), network, account(2), 2));
		spend(2, 3);
		let key = ReportKey::Ed25519(maker_pair().public());
		assert_noop!(
			Networks::post_maker_key(signed(2), network, key),
			TokenError::FundsUnavailable
		);
	});
}

#[test]
fn a_key_is_posted_once_by_a_licensed_maker() {
	chain(|| {
		let network = with_maker();
		let key = ReportKey::Ed25519(maker_pair().public());
		assert_noop!(Networks::post_maker_key(signed(2), network, key), Error::KeyPosted);
		assert_noop!(Networks::post_maker_key(signed(3), network, key), Error::NotLicensed);
		assert_ok!(Networks::license_maker(signed(1), network, account(3), 1));
		assert_ok!(Networks::end_licence(signed(1), network, account(3)));
		assert_noop!(Networks::post_maker_key(signed(3), network, key), Error::LicenceEnded);
	});
}

#[test]
fn an_ended_licence_vouches_for_nothing_and_gives_back_after_the_window() {
	chain(|| {
		let network = with_maker();
		assert_noop!(Networks::end_licence(signed(3), network, account(2)), Error::NotOwner);
		assert_noop!(Networks::remove_maker(signed(2), network, account(2)), Error::StillLicensed);
		assert_ok!(Networks::end_licence(signed(2), network, account(2)));
		assert_eq!(last_event(), Event::MakerEnded { network, maker: account(2), free_at: 18 });
		assert_noop!(Networks::end_licence(signed(1), network, account(2)), Error::LicenceEnded);
		let voucher = (account(2), maker_pair().sign(b"a device").0);
		assert_noop!(
			Networks::take_voucher(network, Some(&voucher), b"a device"),
			Error::LicenceEnded
		);
		Now::set(17);
		assert_noop!(Networks::remove_maker(signed(2), network, account(2)), Error::StillLicensed);
		Now::set(18);
		assert_ok!(Networks::remove_maker(signed(2), network, account(2)));
		assert_eq!(last_event(), Event::MakerRemoved { network, maker: account(2) });
		assert_eq!((held(1), held(2)), (100, 0));
		assert_noop!(Networks::remove_maker(signed(2), network, account(2)), Error::NotLicensed);
	});
}
