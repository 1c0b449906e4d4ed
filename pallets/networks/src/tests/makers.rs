//! Licences, keys and bonds.

use super::*;
use sp_core::sr25519;

fn license(owner: u8, network: u32, maker: u8, quota: u32) -> DispatchResult {
	Networks::license_maker(signed(owner), network, account(maker), quota)
}

fn post(maker: u8, network: u32) -> DispatchResult {
	Networks::post_maker_key(signed(maker), network, maker_key())
}

fn end(who: u8, network: u32, maker: u8) -> DispatchResult {
	Networks::end_licence(signed(who), network, account(maker))
}

fn remove(who: u8, network: u32, maker: u8) -> DispatchResult {
	Networks::remove_maker(signed(who), network, account(maker))
}

fn row(network: u32, maker: u8) -> Maker<u64> {
	Makers::<Test>::get(network, account(maker)).unwrap()
}

/// A network of account 1 in which account 2's licence has ended in epoch 10, and its bond is free
/// in 18.
fn ended() -> u32 {
	let network = with_maker();
	assert_ok!(end(1, network, 2));
	network
}

#[test]
fn a_licence_takes_a_deposit_from_the_networks_owner() {
	chain(|| {
		let network = create(1);
		Now::set(20);
		assert_ok!(license(1, network, 2, 7));

		assert_eq!(last_event(), Event::MakerLicensed { network, maker: account(2), quota: 7 });
		let expected = Maker { quota: 7, since: 20, deposit: 10, key: None, bond: 0, ended: None };
		assert_eq!(row(network, 2), expected);
		assert_eq!(Rows::<Test>::get(network).unwrap().makers, 1);
		assert_eq!((held(1), held(2)), (110, 0));
	});
}

#[test]
fn a_maker_has_one_licence_in_a_network_and_may_have_others_elsewhere() {
	chain(|| {
		let (a, b) = (create(1), create(1));
		assert_ok!(license(1, a, 2, 7));
		assert_noop!(license(1, a, 2, 7), Error::AlreadyLicensed);
		assert_ok!(end(1, a, 2));
		assert_noop!(license(1, a, 2, 7), Error::AlreadyLicensed);
		assert_ok!(license(1, b, 2, 8));
		assert_ok!(license(1, a, 3, 9));
		assert_eq!((row(a, 2).quota, row(b, 2).quota, row(a, 3).quota), (7, 8, 9));
	});
}

#[test]
fn only_the_networks_owner_licenses() {
	chain(|| {
		let network = create(1);
		assert_noop!(license(2, network, 2, 1), Error::NotOwner);
		for origin in unsigned() {
			assert_noop!(
				Networks::license_maker(origin, network, account(2), 1),
				DispatchError::BadOrigin
			);
		}
	});
}

#[test]
fn a_network_that_is_not_there_licenses_nobody() {
	chain(|| {
		create(1);
		assert_noop!(license(1, 9, 2, 1), Error::NotFound);
	});
}

#[test]
fn a_retired_network_licenses_nobody() {
	chain(|| {
		let network = create(1);
		assert_ok!(Networks::retire(signed(1), network));
		assert_noop!(license(1, network, 2, 1), Error::AlreadyRetired);
	});
}

#[test]
fn a_licence_is_for_one_device_at_least() {
	chain(|| {
		let network = create(1);
		assert_noop!(license(1, network, 2, 0), Error::NoQuota);
		assert_ok!(license(1, network, 2, 1));
		assert_ok!(license(1, network, 3, u32::MAX));
	});
}

#[test]
fn an_owner_needs_a_licences_deposit_and_what_keeps_the_account() {
	chain(|| {
		let network = create(1);
		left_with(1, 10);
		assert_noop!(license(1, network, 2, 2), TokenError::FundsUnavailable);
		// Not in a layer that is taken back, as calls are.
		let network_row = Rows::<Test>::get(network).unwrap();
		assert_noop!(
			Networks::do_license_maker(network, network_row, account(2), 2),
			TokenError::FundsUnavailable
		);
		assert_ok!(Balances::transfer_allow_death(signed(3), account(1), 1));
		assert_ok!(license(1, network, 2, 2));
	});
}

#[test]
fn who_was_removed_can_be_licensed_anew() {
	chain(|| {
		let network = ended();
		Now::set(18);
		assert_ok!(remove(1, network, 2));
		assert_ok!(license(1, network, 2, 9));

		let expected = Maker { quota: 9, since: 18, deposit: 10, key: None, bond: 0, ended: None };
		assert_eq!(row(network, 2), expected);
	});
}

#[test]
fn a_maker_posts_its_key_and_its_bond() {
	chain(|| {
		let network = create(1);
		assert_ok!(license(1, network, 2, 2));
		assert_ok!(post(2, network));

		let expected = Event::MakerReady { network, maker: account(2), key: maker_key() };
		assert_eq!(last_event(), expected);
		assert_eq!((row(network, 2).key, row(network, 2).bond), (Some(maker_key()), 6));
		assert_eq!((held(1), held(2)), (110, 6));
	});
}

#[test]
fn a_bond_grows_with_the_quota() {
	chain(|| {
		let network = create(1);
		for (maker, quota) in [(2, 1), (3, 7), (4, 3_333)] {
			assert_ok!(license(1, network, maker, quota));
			assert_ok!(post(maker, network));
			assert_eq!(held(maker), 3 * u64::from(quota));
		}
	});
}

#[test]
fn a_bond_that_cannot_be_counted_is_refused() {
	chain(|| {
		let network = create(1);
		assert_ok!(license(1, network, 2, 2));
		BondPerDevice::set(u64::MAX / 2 + 1);
		assert_noop!(post(2, network), ArithmeticError::Overflow);
		// Below that, it is merely too much for anybody.
		BondPerDevice::set(u64::MAX / 2);
		assert_noop!(post(2, network), TokenError::FundsUnavailable);
	});
}

#[test]
fn a_key_is_posted_once() {
	chain(|| {
		let network = with_maker();
		assert_noop!(post(2, network), Error::KeyPosted);
	});
}

#[test]
fn only_who_is_licensed_posts_a_key() {
	chain(|| {
		let network = create(1);
		assert_ok!(license(1, network, 2, 2));
		assert_noop!(post(1, network), Error::NotLicensed);
		assert_noop!(post(3, network), Error::NotLicensed);
		assert_noop!(post(2, 9), Error::NotLicensed);
		for origin in unsigned() {
			assert_noop!(
				Networks::post_maker_key(origin, network, maker_key()),
				DispatchError::BadOrigin
			);
		}
	});
}

#[test]
fn no_key_is_posted_under_a_licence_that_has_ended() {
	chain(|| {
		let network = create(1);
		assert_ok!(license(1, network, 2, 2));
		assert_ok!(end(1, network, 2));
		assert_noop!(post(2, network), Error::LicenceEnded);
	});
}

#[test]
fn a_maker_needs_the_bond_and_what_keeps_the_account() {
	chain(|| {
		let network = create(1);
		assert_ok!(license(1, network, 2, 2));
		left_with(2, 6);
		assert_noop!(post(2, network), TokenError::FundsUnavailable);
		assert_ok!(Balances::transfer_allow_death(signed(3), account(2), 1));
		assert_ok!(post(2, network));
		assert_eq!(Balances::free_balance(account(2)), 1);
	});
}

#[test]
fn a_makers_key_may_be_of_the_other_scheme() {
	chain(|| {
		let network = create(1);
		assert_ok!(license(1, network, 2, 2));
		let pair = sr25519::Pair::from_seed(&[7; 32]);
		let key = ReportKey::Sr25519(pair.public());
		assert_ok!(Networks::post_maker_key(signed(2), network, key));
		let voucher = (account(2), pair.sign(b"a device").0);
		assert_ok!(Networks::check_voucher(network, Some(&voucher), b"a device"));
	});
}

#[test]
fn an_owner_ends_a_licence_and_the_bond_is_free_after_the_window() {
	chain(|| {
		let network = with_maker();
		Now::set(20);
		assert_ok!(end(1, network, 2));

		assert_eq!(last_event(), Event::MakerEnded { network, maker: account(2), free_at: 28 });
		let maker = row(network, 2);
		assert_eq!((maker.ended, maker.quota, maker.bond), (Some(28), 2, 6));
		assert_eq!((held(1), held(2)), (110, 6), "nothing is given back yet");
	});
}

#[test]
fn a_maker_ends_its_own_licence() {
	chain(|| {
		let network = with_maker();
		assert_ok!(end(2, network, 2));
		assert_eq!(last_event(), Event::MakerEnded { network, maker: account(2), free_at: 18 });
	});
}

#[test]
fn nobody_else_ends_a_licence() {
	chain(|| {
		let network = with_maker();
		assert_ok!(license(1, network, 3, 1));
		// Nor another maker.
		assert_noop!(end(3, network, 2), Error::NotOwner);
		assert_noop!(end(4, network, 2), Error::NotOwner);
		for origin in unsigned() {
			assert_noop!(
				Networks::end_licence(origin, network, account(2)),
				DispatchError::BadOrigin
			);
		}
	});
}

#[test]
fn a_licence_that_is_not_there_is_not_ended() {
	chain(|| {
		let network = with_maker();
		assert_noop!(end(1, 9, 2), Error::NotFound);
		assert_noop!(end(1, network, 3), Error::NotLicensed);
		assert_noop!(end(3, network, 3), Error::NotLicensed);
	});
}

#[test]
fn a_licence_is_ended_once() {
	chain(|| {
		let network = ended();
		assert_noop!(end(1, network, 2), Error::LicenceEnded);
		Now::set(15);
		assert_noop!(end(2, network, 2), Error::LicenceEnded);
		assert_eq!(row(network, 2).ended, Some(18));
	});
}

#[test]
fn a_licence_without_a_key_is_ended_as_well() {
	chain(|| {
		let network = create(1);
		assert_ok!(license(1, network, 2, 2));
		assert_ok!(end(2, network, 2));
		assert_eq!(row(network, 2).ended, Some(18));
	});
}

#[test]
fn a_licence_of_a_retired_network_is_ended_as_well() {
	chain(|| {
		let network = with_maker();
		assert_ok!(Networks::retire(signed(1), network));
		assert_ok!(end(1, network, 2));
	});
}

#[test]
fn an_ended_licence_vouches_for_nothing() {
	chain(|| {
		let network = ended();
		let voucher = (account(2), maker_pair().sign(b"a device").0);
		assert_noop!(
			Networks::check_voucher(network, Some(&voucher), b"a device"),
			Error::LicenceEnded
		);
	});
}

#[test]
fn a_maker_is_removed_by_anybody_and_gets_deposit_and_bond_back() {
	chain(|| {
		let network = ended();
		Now::set(18);
		assert_ok!(remove(3, network, 2));

		assert_eq!(last_event(), Event::MakerRemoved { network, maker: account(2) });
		assert!(!Makers::<Test>::contains_key(network, account(2)));
		assert_eq!(Rows::<Test>::get(network).unwrap().makers, 0);
		assert_eq!((held(1), held(2)), (100, 0));
		assert_eq!(Balances::free_balance(account(2)), 10_000);
		assert_eq!(Balances::free_balance(account(3)), 10_000);
	});
}

#[test]
fn a_maker_is_removed_when_its_bond_is_free() {
	chain(|| {
		let network = ended();
		Now::set(17);
		assert_noop!(remove(2, network, 2), Error::StillLicensed);
		Now::set(18);
		assert_ok!(remove(2, network, 2));
	});
}

#[test]
fn a_maker_whose_licence_goes_on_is_not_removed() {
	chain(|| {
		let network = with_maker();
		Now::set(1_000);
		assert_noop!(remove(1, network, 2), Error::StillLicensed);
		assert_noop!(remove(2, network, 2), Error::StillLicensed);
	});
}

#[test]
fn a_maker_that_is_not_there_is_not_removed() {
	chain(|| {
		let network = with_maker();
		assert_noop!(remove(1, 9, 2), Error::NotFound);
		assert_noop!(remove(1, network, 3), Error::NotLicensed);
	});
}

#[test]
fn a_maker_is_removed_once() {
	chain(|| {
		let network = ended();
		Now::set(18);
		assert_ok!(remove(2, network, 2));
		assert_noop!(remove(2, network, 2), Error::NotLicensed);
	});
}

#[test]
fn who_does_not_sign_removes_no_maker() {
	chain(|| {
		let network = ended();
		Now::set(18);
		for origin in unsigned() {
			assert_noop!(
				Networks::remove_maker(origin, network, account(2)),
				DispatchError::BadOrigin
			);
		}
	});
}

#[test]
fn removing_one_maker_leaves_the_others() {
	chain(|| {
		let network = ended();
		assert_ok!(license(1, network, 3, 4));
		assert_ok!(post(3, network));
		Now::set(18);
		assert_ok!(remove(2, network, 2));

		assert_eq!(Rows::<Test>::get(network).unwrap().makers, 1);
		assert_eq!((held(1), held(2), held(3)), (110, 0, 12));
	});
}

#[test]
fn a_maker_that_has_posted_no_bond_gets_none_back() {
	chain(|| {
		let network = create(1);
		assert_ok!(license(1, network, 2, 2));
		assert_ok!(end(1, network, 2));
		Now::set(18);
		assert_ok!(remove(2, network, 2));
		assert_eq!(Balances::free_balance(account(2)), 10_000);
	});
}
