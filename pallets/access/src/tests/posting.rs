//! What owners ask.

use super::*;

#[test]
fn what_is_asked_is_told() {
	chain(|| {
		assert!(Access::tariffs(device()).is_empty());
		assert_ok!(post(&[tariff()]));
		assert_eq!(Access::tariffs(device()), [tariff()]);
		assert_eq!(held(HoldReason::Tariffs, 1), 60);
		assert!(Enrolled::get().contains(&account(1)));
		assert!(matches!(last_event(), Event::TariffsSet { tariffs, .. } if tariffs.len() == 1));
	});
}

#[test]
fn it_is_replaced_and_taken_back_with_its_deposit() {
	chain(|| {
		assert_ok!(post(&[tariff()]));
		let dearer = Tariff { rate: 20, ..tariff() };
		assert_ok!(post(&[dearer.clone(), tariff()]));
		assert_eq!(Access::tariffs(device()), [dearer, tariff()]);
		assert_eq!(held(HoldReason::Tariffs, 1), 60);
		assert_ok!(post(&[]));
		assert!(Access::tariffs(device()).is_empty() && !Tariffs::<Test>::contains_key(device()));
		assert_eq!(held(HoldReason::Tariffs, 1), 0);
		assert_ok!(post(&[]));
	});
}

#[test]
fn what_asks_or_gives_nothing_is_no_tariff() {
	chain(|| {
		for (wrong, why) in [
			(Tariff { scope: Scopes(0), ..tariff() }, Error::NothingGranted),
			(Tariff { rate: 0, ..tariff() }, Error::NothingAsked),
			(Tariff { longest: 0, ..tariff() }, Error::NothingAsked),
			(Tariff { network: 1, ..tariff() }, Error::NotMember),
		] {
			assert_noop!(post(&[tariff(), wrong]), why);
		}
		assert_ok!(post(&[Tariff { rate: 1, longest: 1, ..tariff() }]));
		assert_ok!(post(&[Tariff { rate: u128::MAX, longest: Block::MAX, ..tariff() }]));
	});
}

#[test]
fn only_who_owns_the_device_asks() {
	chain(|| {
		let set = |origin, device| {
			Access::set_tariffs(origin, device, vec![tariff()].try_into().unwrap())
		};
		assert_noop!(set(signed(2), device()), Error::NotOwner);
		assert_noop!(set(signed(1), DeviceId::repeat_byte(2)), Error::NotFound);
		assert_noop!(set(RuntimeOrigin::root(), device()), DispatchError::BadOrigin);
		let five = vec![tariff(); 5];
		assert!(TariffList::try_from(five).is_err());
	});
}

#[test]
fn a_new_owner_asks_anew_and_the_old_one_has_its_deposit_back() {
	chain(|| {
		assert_ok!(post(&[tariff()]));
		transfer(3);
		assert!(Access::tariffs(device()).is_empty());
		assert_noop!(buy(2, 500), Error::NoTariff);
		let list: TariffList = vec![tariff()].try_into().unwrap();
		assert_ok!(Access::set_tariffs(signed(3), device(), list));
		assert_eq!((held(HoldReason::Tariffs, 1), held(HoldReason::Tariffs, 3)), (0, 60));
	});
}

#[test]
fn who_cannot_pay_the_deposit_posts_nothing() {
	chain(|| {
		let deposit = Balances::free_balance(account(1)) - 50;
		assert_ok!(Balances::transfer_keep_alive(signed(1), account(4), deposit));
		assert_noop!(post(&[tariff()]), Error::CannotPay);
	});
}

#[test]
fn tariffs_of_who_owns_no_more_are_cleared_by_anybody() {
	chain(|| {
		assert_noop!(Access::clear_tariffs(signed(5), device()), Error::NotFound);
		assert_ok!(post(&[tariff()]));
		assert_noop!(Access::clear_tariffs(signed(1), device()), Error::StillValid);
		transfer(3);
		assert_noop!(
			Access::clear_tariffs(RuntimeOrigin::none(), device()),
			DispatchError::BadOrigin
		);
		assert_ok!(Access::clear_tariffs(signed(5), device()));
		assert_eq!(held(HoldReason::Tariffs, 1), 0);
		assert!(matches!(last_event(), Event::TariffsSet { tariffs, .. } if tariffs.is_empty()));
	});
	chain(|| {
		assert_ok!(post(&[tariff()]));
		Tenures::set(Default::default());
		assert_ok!(Access::clear_tariffs(signed(5), device()));
	});
}

#[test]
fn four_are_asked_at_the_most_and_each_can_be_bought() {
	chain(|| {
		let four: Vec<Tariff> =
			(1..=4).map(|rate| Tariff { rate: 10 * rate, ..tariff() }).collect();
		assert_ok!(post(&four));
		assert_eq!(Access::tariffs(device()), four);
		let last = four[3].clone();
		assert_ok!(Access::buy(signed(2), device(), last, 400, None));
		assert_eq!(may(2, Scopes::HISTORY), Some(START + 10));
	});
}

#[test]
fn what_was_bought_stays_when_other_things_are_asked() {
	bought(|| {
		assert_ok!(post(&[]));
		assert_noop!(buy(3, 500), Error::NoTariff);
		assert_eq!(may(2, Scopes::HISTORY), Some(START + 50));
		assert_ok!(post(&[Tariff { rate: 1_000, ..tariff() }]));
		pass(10);
		assert_ok!(Access::revoke(signed(2), device(), account(2)));
		assert_eq!(purse(2), 9_900, "at the rate that it was bought for");
	});
}

#[test]
fn what_was_cleared_is_not_there_to_clear() {
	chain(|| {
		assert_ok!(post(&[tariff()]));
		transfer(3);
		assert_ok!(Access::clear_tariffs(signed(5), device()));
		assert_noop!(Access::clear_tariffs(signed(5), device()), Error::NotFound);
		let list: TariffList = vec![tariff()].try_into().unwrap();
		assert_ok!(Access::set_tariffs(signed(3), device(), list));
		assert_noop!(Access::clear_tariffs(signed(5), device()), Error::StillValid);
	});
}

#[test]
fn a_new_owners_tariffs_are_not_cleared_for_the_old_ones_sake() {
	chain(|| {
		assert_ok!(post(&[tariff()]));
		transfer(3);
		let list: TariffList = vec![tariff()].try_into().unwrap();
		assert_ok!(Access::set_tariffs(signed(3), device(), list));
		assert_noop!(Access::clear_tariffs(signed(1), device()), Error::StillValid);
		assert_eq!(held(HoldReason::Tariffs, 3), 60);
	});
}

#[test]
fn who_clears_tariffs_gains_nothing_and_who_posted_them_has_the_deposit() {
	chain(|| {
		assert_ok!(post(&[tariff()]));
		transfer(3);
		let free = |number| Balances::free_balance(account(number));
		let before = (free(1), free(3), free(5));
		assert_ok!(Access::clear_tariffs(signed(5), device()));
		assert_eq!((free(1) - before.0, free(3), free(5)), (60, before.1, before.2));
	});
}

#[test]
fn a_device_that_comes_back_has_no_tariffs_of_before() {
	chain(|| {
		assert_ok!(post(&[tariff()]));
		transfer(3);
		transfer(1);
		assert!(Access::tariffs(device()).is_empty());
		assert_noop!(buy(2, 500), Error::NoTariff);
		assert_ok!(Access::clear_tariffs(signed(1), device()));
		assert_eq!(held(HoldReason::Tariffs, 1), 0);
	});
}

#[test]
fn tariffs_of_another_device_stay() {
	chain(|| {
		let other = DeviceId::repeat_byte(2);
		Tenures::mutate(|all| all.insert(other, (account(1), Default::default())));
		Seats::mutate(|seats| seats.insert((0, other)));
		assert_ok!(post(&[tariff()]));
		let list: TariffList = vec![tariff()].try_into().unwrap();
		assert_ok!(Access::set_tariffs(signed(1), other, list.clone()));
		transfer(3);
		assert_noop!(Access::clear_tariffs(signed(5), other), Error::StillValid);
		assert_ok!(Access::clear_tariffs(signed(5), device()));
		assert_eq!(Access::tariffs(other), list.into_inner());
		assert_eq!(held(HoldReason::Tariffs, 1), 60);
	});
}

#[test]
fn what_was_bought_at_tariffs_that_are_cleared_is_cleared_by_itself() {
	bought(|| {
		transfer(3);
		assert_ok!(Access::clear_tariffs(signed(5), device()));
		assert_eq!(why_not(2, Scopes::HISTORY), Some(Reason::Transferred));
		assert!(Granted::<Test>::contains_key(account(2), device()));
		assert_ok!(Access::clear(signed(5), device(), account(2)));
		assert_eq!(purse(2), 10_000);
	});
}

#[test]
fn who_signs_nothing_clears_no_tariffs() {
	chain(|| {
		assert_ok!(post(&[tariff()]));
		transfer(3);
		for origin in [RuntimeOrigin::none(), RuntimeOrigin::root()] {
			assert_noop!(Access::clear_tariffs(origin, device()), DispatchError::BadOrigin);
		}
		assert!(Tariffs::<Test>::contains_key(device()));
	});
}
