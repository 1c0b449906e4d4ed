//! What is left when an agreement has ended.

use super::*;

fn finish() -> DispatchResult {
	Market::finish(signed(5), 0)
}

#[test]
fn all_of_it_comes_back_to_the_planck() {
	chain(|| {
		let before = (free(2), purse(2));
		assert_ok!(offer(meter(10)));
		assert_ok!(open(1_000));
		assert_ok!(Market::close(signed(1), 0));
		assert_ok!(finish());
		assert_eq!(
			last_event(),
			Event::Finished {
				agreement: 0,
				reason: Reason::Closed,
				refunded: 1_000,
				cost: 1_000_000_000
			}
		);
		assert_eq!((free(2), purse(2)), before);
		assert_eq!(held(HoldReason::Agreement, 2), 0);
		assert_eq!(Agreements::<Test>::iter().count() + Parties::<Test>::iter().count(), 0);
		assert_eq!(Market::offer_of(0, 0).unwrap().taken, 0);
	});
}

#[test]
fn time_that_was_served_is_paid_first() {
	streaming(100, 1_000, || {
		let seller = free(1);
		pass(500);
		assert_ok!(finish());
		assert_eq!(
			last_event(),
			Event::Finished { agreement: 0, reason: Reason::Overdrawn, refunded: 0, cost: 0 }
		);
		assert_eq!(free(1), seller + 900_000_000);
	});
}

#[test]
fn one_that_goes_on_is_not_finished() {
	metered(10, 1_000, || {
		assert_noop!(finish(), Error::StillRunning);
		assert_ok!(Market::close(signed(2), 0));
		pass(9);
		assert_noop!(finish(), Error::StillRunning);
		pass(1);
		assert_ok!(finish());
	});
}

#[test]
fn it_is_finished_once() {
	metered(10, 1_000, || {
		assert_ok!(Market::close(signed(1), 0));
		assert_ok!(finish());
		assert_noop!(finish(), Error::NotFound);
	});
}

#[test]
fn a_provider_who_cannot_be_paid_keeps_nobody_from_ending() {
	streaming(1, 1_000, || {
		assert_ok!(Market::withdraw_offer(signed(1), 0, 0));
		assert_ok!(Balances::transfer_allow_death(signed(1), account(4), free(1)));
		// What its part comes to is less than an account holds.
		Agreements::<Test>::mutate(0, |row| {
			let row = row.as_mut().unwrap();
			let cost = row.purse.cost - 100;
			Credits::give(&account(2), Purse { credits: 0, cost });
			row.purse.cost = 100;
		});
		pass(10);
		assert_ok!(Market::close(signed(2), 0));
		pass(10);
		let issued = Balances::total_issuance();
		assert_ok!(finish());
		assert_eq!(purse(2).credits, 100_000_000 - 20);
		assert_eq!(Balances::total_issuance(), issued);
	});
}

#[test]
fn somebody_signs() {
	metered(10, 1_000, || {
		assert_ok!(Market::close(signed(1), 0));
		for origin in [RuntimeOrigin::root(), RuntimeOrigin::none()] {
			assert_noop!(Market::finish(origin, 0), DispatchError::BadOrigin);
		}
	});
}
