//! Paying for units.

use super::*;

#[test]
fn a_million_units_are_settled_at_once() {
	metered(10, 10_000_000, || {
		let seller = free(1);
		assert_ok!(settle(receipt(7, 0, 1_000_000)));
		assert_eq!(
			last_event(),
			Event::Settled {
				agreement: 0,
				units: 1_000_000,
				credits: 10_000_000,
				cost: 10 * STN,
				seller: 9 * STN,
				network: STN / 2
			}
		);
		assert_eq!(free(1), seller + 9 * STN);
		assert_eq!(Balances::free_balance(fund(0)), STN / 2);
		assert_eq!(row(0).purse, Purse::default());
	});
}

#[test]
fn a_later_receipt_pays_what_is_new_in_it() {
	metered(10, 10_000, || {
		assert_ok!(settle(receipt(7, 0, 10)));
		assert_ok!(settle(receipt(7, 0, 25)));
		assert_eq!(row(0).state, State::Metered { units: 25, epoch: 10, in_epoch: 25 });
		assert_eq!(row(0).purse.credits, 10_000 - 250);
	});
}

#[test]
fn a_receipt_that_says_no_more_pays_nothing() {
	metered(10, 10_000, || {
		assert_noop!(settle(receipt(7, 0, 0)), Error::NothingDue);
		assert_ok!(settle(receipt(7, 0, 10)));
		for units in [0, 9, 10] {
			assert_noop!(settle(receipt(7, 0, units)), Error::NothingDue);
		}
		assert_ok!(settle(receipt(7, 0, 11)));
	});
}

#[test]
fn only_the_agreements_key_signs() {
	metered(10, 10_000, || {
		assert_noop!(settle(receipt(8, 0, 10)), Error::BadReceipt);
		assert_noop!(settle(receipt(7, 1, 10)), Error::BadReceipt);
		let mut other = receipt(7, 0, 10).unwrap();
		other.units = 11;
		assert_noop!(settle(Some(other)), Error::BadReceipt);
		let nobody = Receipt { units: 10, signature: [0; 64] };
		assert_noop!(settle(Some(nobody)), Error::BadReceipt);
	});
}

#[test]
fn a_receipt_of_another_chain_pays_nothing() {
	metered(10, 10_000, || {
		let elsewhere = receipt(7, 0, 10);
		frame_system::BlockHash::<Test>::insert(0, sp_core::H256::repeat_byte(3));
		assert_noop!(settle(elsewhere), Error::BadReceipt);
		assert_ok!(settle(receipt(7, 0, 10)));
	});
}

#[test]
fn what_is_not_covered_is_paid_when_it_is() {
	metered(10, 1_005, || {
		assert_ok!(settle(receipt(7, 0, 120)));
		assert_eq!(row(0).purse.credits, 5);
		assert_noop!(settle(receipt(7, 0, 120)), Error::Uncovered);
		assert_ok!(Market::fund(signed(3), 0, 195));
		assert_ok!(settle(receipt(7, 0, 120)));
		assert_eq!(row(0).state, State::Metered { units: 120, epoch: 10, in_epoch: 120 });
		assert_eq!(row(0).purse.credits, 0);
	});
}

#[test]
fn an_epoch_pays_no_more_than_the_offer_allows() {
	let ask = Ask { terms: Terms::Meter { price: 1, unit: Unit::Bytes, most: 100 }, ..meter(1) };
	agreed(ask, 10_000, || {
		assert_ok!(settle(receipt(7, 0, 60)));
		assert_ok!(settle(receipt(7, 0, 250)));
		assert_eq!(row(0).state, State::Metered { units: 100, epoch: 10, in_epoch: 100 });
		assert_noop!(settle(receipt(7, 0, 250)), Error::TooFast);
		Now::set(11);
		assert_ok!(settle(receipt(7, 0, 250)));
		Now::set(12);
		assert_ok!(settle(receipt(7, 0, 250)));
		assert_eq!(row(0).state, State::Metered { units: 250, epoch: 12, in_epoch: 50 });
	});
}

#[test]
fn the_greatest_numbers_pay_what_there_is() {
	let ask =
		Ask { terms: Terms::Meter { price: 1, unit: Unit::Fuel, most: u64::MAX }, ..meter(1) };
	agreed(ask, 5_000, || {
		assert_ok!(settle(receipt(7, 0, u64::MAX)));
		assert_eq!(row(0).state, State::Metered { units: 5_000, epoch: 10, in_epoch: 5_000 });
	});
	chain(|| {
		assert_ok!(offer(meter(u128::MAX)));
		assert_noop!(open(1_000), Error::TooLittle);
	});
}

#[test]
fn units_are_settled_by_a_receipt_alone() {
	metered(10, 10_000, || {
		assert_noop!(settle(None), Error::WrongShape);
	});
}

#[test]
fn what_is_not_there_is_not_settled() {
	chain(|| {
		assert_noop!(settle(None), Error::NotFound);
	});
}

#[test]
fn anybody_may_settle_who_signs() {
	metered(10, 10_000, || {
		for origin in [RuntimeOrigin::root(), RuntimeOrigin::none()] {
			assert_noop!(Market::settle(origin, 0, receipt(7, 0, 1)), DispatchError::BadOrigin);
		}
		assert_ok!(Market::settle(signed(3), 0, receipt(7, 0, 1)));
	});
}

#[test]
fn a_provider_who_cannot_be_paid_changes_nothing() {
	metered(10, 10_000, || {
		// One whose account has ended, and who would get less than an account holds.
		assert_ok!(Market::withdraw_offer(signed(1), 0, 0));
		assert_ok!(Balances::transfer_allow_death(signed(1), account(4), free(1)));
		Agreements::<Test>::mutate(0, |row| {
			let row = row.as_mut().unwrap();
			let cost = row.purse.cost - 10;
			Credits::give(&account(3), Purse { credits: 0, cost });
			row.purse.cost = 10;
		});
		assert_noop!(settle(receipt(7, 0, 400)), Error::CannotReceive);
	});
}
