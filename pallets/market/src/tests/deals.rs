//! Deals: each report that is found is paid, and who breaks one pays for it.

use super::*;
use substation_primitives::{EpochIndex, FULL_SCORE};

const COLLATERAL: Balance = 100 * STN;

/// A deal of ten reports in epochs 12, 14, … 30, at a thousand credits each, of which two may fail.
fn dealt(test: impl FnOnce()) {
	agreed(deal(), 10_000, test);
}

/// The owner is paid for these reports. How many deals have paid it.
fn serve(reports: &[(EpochIndex, u32)]) -> usize {
	serve_in(0, 1, device(), reports)
}

fn serve_in(network: u32, owner: u8, device: DeviceId, reports: &[(EpochIndex, u32)]) -> usize {
	let settled = || {
		let all = substation_testing::events::<Test, Event>();
		all.into_iter().filter(|event| matches!(event, Event::Settled { .. })).count()
	};
	let before = settled();
	let looked = Market::note_served(&account(owner), network, &[(device, reports.to_vec())]);
	assert_eq!(looked as usize, Market::deals_of(device).len());
	settled() - before
}

/// Full scores of so many reports, from the first.
fn full(reports: u32) -> Vec<(EpochIndex, u32)> {
	(0..reports).map(|report| (12 + 2 * report, FULL_SCORE)).collect()
}

fn served() -> (u16, u64) {
	let State::Proving { served, score, .. } = row(0).state else { panic!("it is a deal") };
	(served, score)
}

/// Claims for all epochs before this have ended.
fn expire(epoch: EpochIndex) {
	Now::set(epoch + 4);
	Expired::set(epoch);
}

fn finish() -> DispatchResult {
	Market::finish(signed(5), 0)
}

fn spent() -> u128 {
	100_000_000 - purse(2).credits - Agreements::<Test>::get(0).map_or(0, |row| row.purse.credits)
}

fn ended_with(reason: Reason, not_served: u128) {
	let compensation = COLLATERAL / 10 * not_served;
	assert_eq!(held(HoldReason::Collateral, 1), 0);
	let Event::Finished { reason: told, .. } = last_event() else { panic!("it is finished") };
	assert_eq!(told, reason);
	assert_eq!(free(2), 1_000 * STN + compensation);
	let event = Event::Compensated { agreement: 0, amount: compensation };
	let told = substation_testing::events::<Test, Event>().contains(&event);
	assert_eq!(told, not_served > 0);
	assert!(Market::deals_of(device()).is_empty());
	assert!(!Deals::<Test>::contains_key(device()));
}

#[test]
fn a_deal_begins_with_the_next_epoch_in_which_devices_report() {
	dealt(|| {
		assert_eq!(row(0).state, State::Proving { first: 12, cadence: 2, served: 0, score: 0 });
		assert_eq!(held(HoldReason::Collateral, 1), COLLATERAL);
		assert_eq!(row(0).deposit, AgreementDeposit::get() + IndexDeposit::get());
		assert_eq!(Market::deals_of(device()), [0]);
		assert_eq!(Market::agreement(0).unwrap().end, None);
	});
	chain(|| {
		Now::set(11);
		assert_ok!(offer(deal()));
		assert_ok!(open(10_000));
		assert!(matches!(row(0).state, State::Proving { first: 12, .. }));
	});
}

#[test]
fn a_deal_is_about_a_device_asks_something_and_cannot_all_fail() {
	chain(|| {
		assert_noop!(offer(Ask { device: None, ..deal() }), Error::NoDevice);
		for (rate, epochs, may_miss) in [(0, 10, 2), (1_000, 0, 0), (1_000, 10, 10)] {
			let terms = Terms::Proof { rate, epochs, may_miss, collateral: 0 };
			assert_noop!(offer(Ask { terms, ..deal() }), Error::NothingAsked);
		}
		let terms = Terms::Proof { rate: 1, epochs: 1, may_miss: 0, collateral: 0 };
		assert_ok!(offer(Ask { terms, ..deal() }));
	});
}

#[test]
fn all_of_it_is_put_in_at_the_opening() {
	chain(|| {
		assert_ok!(offer(deal()));
		assert_noop!(open(9_999), Error::TooLittle);
		assert_ok!(open(10_000));
		assert_noop!(Market::fund(signed(2), 0, 1_000), Error::WrongShape);
		assert_noop!(settle(None), Error::NothingDue);
		let terms = Terms::Proof { rate: u128::MAX, epochs: 10, may_miss: 2, collateral: 0 };
		assert_ok!(offer(Ask { terms, ..deal() }));
		assert_noop!(Market::open(signed(2), 0, 1, u128::MAX, None), Error::NotEnough);
	});
}

#[test]
fn what_is_offered_as_collateral_has_to_be_there() {
	chain(|| {
		let terms = Terms::Proof { rate: 1_000, epochs: 10, may_miss: 2, collateral: 600 * STN };
		assert_ok!(offer(Ask { terms, ..deal() }));
		assert_ok!(open(10_000));
		assert_noop!(open(10_000), Error::NoCollateral);
	});
}

#[test]
fn a_device_has_two_deals_at_the_most() {
	chain(|| {
		assert_ok!(offer(deal()));
		for _ in 0..2 {
			assert_ok!(open(10_000));
		}
		assert_noop!(open(10_000), Error::TooManyDeals);
		assert_ok!(Market::close(signed(1), 0));
		assert_ok!(Market::finish(signed(5), 0));
		assert_ok!(open(10_000));
		assert_eq!(Market::deals_of(device()), [1, 2]);
	});
}

#[test]
fn reports_are_paid_by_their_scores_in_one_sum() {
	dealt(|| {
		let before = free(1);
		assert_eq!(serve(&[(12, FULL_SCORE), (14, 500_000), (16, 1)]), 1);
		// The last is worth less than a credit.
		assert_eq!(served(), (3, 1_500_001));
		assert_eq!(spent(), 1_500);
		let cost = 1_500 * STN / 1_000_000;
		let seller = Permill::from_percent(90).mul_floor(cost);
		assert_eq!(free(1) - before, seller);
		let network = Permill::from_percent(5).mul_floor(cost);
		let told = Event::Settled { agreement: 0, units: 3, credits: 1_500, cost, seller, network };
		assert!(substation_testing::events::<Test, Event>().contains(&told));
	});
}

#[test]
fn reports_that_are_not_the_deals_are_not_paid() {
	dealt(|| {
		let others = [(10, FULL_SCORE), (13, FULL_SCORE), (32, FULL_SCORE), (14, 0)];
		assert_eq!(serve(&others), 0);
		assert_eq!(serve_in(1, 1, device(), &full(3)), 0);
		assert_eq!(serve_in(0, 1, DeviceId::repeat_byte(2), &full(3)), 0);
		assert_eq!(serve_in(0, 3, device(), &full(3)), 0, "it is somebody else's");
		assert_eq!(served(), (0, 0));
		assert_eq!(serve(&[(30, FULL_SCORE)]), 1);
		// More than full is full.
		assert_eq!(serve(&[(28, u32::MAX)]), 1);
		assert_eq!(spent(), 2_000);
	});
}

#[test]
fn a_deal_that_is_served_to_its_end_leaves_everybody_with_what_is_theirs() {
	dealt(|| {
		for report in full(10) {
			assert_noop!(finish(), Error::StillRunning);
			assert_eq!(serve(&[report]), 1);
		}
		assert_ok!(finish());
		ended_with(Reason::Completed, 0);
		assert_eq!(spent(), 10_000);
		let record = Market::record(account(1)).unwrap();
		assert_eq!((record.deals, record.broken), (1, 0));
	});
}

#[test]
fn as_many_may_fail_as_were_agreed() {
	dealt(|| {
		assert_eq!(serve(&full(8)), 1);
		expire(31);
		assert_ok!(finish());
		ended_with(Reason::Completed, 0);
		assert_eq!(spent(), 8_000);
	});
}

#[test]
fn one_more_breaks_it_and_the_buyer_gets_the_part_that_was_not_served() {
	dealt(|| {
		// Epochs 12 to 18 are served, then nothing.
		assert_eq!(serve(&full(4)), 1);
		expire(24);
		assert!(Market::is_covered(0, 0));
		assert_noop!(finish(), Error::StillRunning);
		expire(25);
		assert!(!Market::is_covered(0, 0));
		assert_eq!(serve(&[(26, FULL_SCORE)]), 0, "what comes after that is not paid");
		// However late somebody says so.
		expire(100);
		assert_eq!(Market::agreement(0).unwrap().end, Some((START, Reason::Missed)));
		assert_ok!(finish());
		ended_with(Reason::Missed, 6);
		assert_eq!(spent(), 4_000);
		let record = Market::record(account(1)).unwrap();
		assert_eq!((record.deals, record.broken), (0, 1));
	});
}

#[test]
fn one_that_never_serves_pays_all_of_its_collateral() {
	dealt(|| {
		expire(17);
		assert_ok!(finish());
		ended_with(Reason::Missed, 10);
		assert_eq!(spent(), 0);
	});
}

#[test]
fn a_provider_that_gives_up_breaks_it() {
	dealt(|| {
		assert_eq!(serve(&full(9)), 1);
		assert_ok!(Market::close(signed(1), 0));
		assert_eq!(serve(&[(30, FULL_SCORE)]), 0);
		assert_ok!(finish());
		ended_with(Reason::Closed, 1);
	});
}

#[test]
fn a_buyer_is_bound_to_the_end() {
	dealt(|| {
		assert_noop!(Market::close(signed(2), 0), Error::WrongShape);
		assert_noop!(Market::close(signed(3), 0), Error::NotYours);
	});
}

#[test]
fn a_device_that_is_sold_breaks_it() {
	dealt(|| {
		assert_eq!(serve(&full(5)), 1);
		pass(3);
		transfer(3);
		assert_eq!(serve(&[(22, FULL_SCORE)]), 0);
		assert_ok!(finish());
		ended_with(Reason::Transferred, 5);
	});
}

fn reporting(cadence: u16, since: EpochIndex, settled: bool) -> Option<Reporting> {
	Some(Reporting { cadence, since, settled })
}

#[test]
fn where_the_network_has_not_taken_reports_all_the_time_nobody_is_to_blame() {
	for (now, not_served) in [
		(None, 0),
		(reporting(3, 0, true), 0),
		(reporting(2, 13, true), 0),
		// What was only decided changes nothing.
		(reporting(2, 12, false), 8),
	] {
		dealt(|| {
			assert_eq!(serve(&full(2)), 1);
			Reports::set(now);
			expire(60);
			assert_ok!(finish());
			ended_with(Reason::Missed, not_served);
			let record = Market::record(account(1)).unwrap();
			assert_eq!((record.deals, record.broken), (0, u32::from(not_served > 0)));
		});
	}
}

#[test]
fn nobody_deals_where_no_reports_are_taken_or_soon_otherwise() {
	chain(|| {
		assert_ok!(offer(deal()));
		let (closed, soon_otherwise) = (None, reporting(2, 0, false));
		for now in [closed, soon_otherwise, reporting(0, 0, true)] {
			Reports::set(now);
			assert_noop!(open(10_000), Error::NotReporting);
		}
		Reports::set(reporting(2, 9, true));
		assert_ok!(open(10_000));
	});
}

#[test]
fn a_deal_is_no_longer_than_a_year() {
	chain(|| {
		let deal = |epochs| {
			let terms = Terms::Proof { rate: 1, epochs, may_miss: 0, collateral: 0 };
			Ask { terms, ..deal() }
		};
		assert_noop!(offer(deal(8_785)), Error::TooLong);
		assert_ok!(offer(deal(8_784)));
		assert_noop!(open(10_000), Error::TooLong);
		Reports::set(reporting(1, 0, true));
		assert_ok!(open(10_000));
	});
}

#[test]
fn what_was_served_to_the_end_stays_so_when_the_device_is_sold() {
	dealt(|| {
		assert_eq!(serve(&full(10)), 1);
		// Before claims for its epochs have ended.
		transfer(3);
		assert_ok!(finish());
		ended_with(Reason::Completed, 0);
	});
	dealt(|| {
		assert_eq!(serve(&full(8)), 1);
		expire(31);
		pass(3);
		transfer(3);
		assert_ok!(finish());
		ended_with(Reason::Completed, 0);
	});
}

#[test]
fn reports_that_are_claimed_for_in_time_count_whatever_has_failed_before() {
	dealt(|| {
		assert_eq!(serve(&full(10)[3..]), 1);
		expire(25);
		assert!(Market::is_covered(0, 0));
		expire(31);
		assert_ok!(finish());
		ended_with(Reason::Missed, 3);
		assert_eq!(spent(), 7_000);
	});
}

#[test]
fn all_deals_about_a_device_are_paid_each_by_its_terms() {
	chain(|| {
		assert_ok!(offer(deal()));
		let terms = Terms::Proof { rate: 30, epochs: 100, may_miss: 0, collateral: 0 };
		assert_ok!(offer(Ask { terms, ..deal() }));
		assert_ok!(open(10_000));
		assert_ok!(Market::open(signed(3), 0, 1, 3_000, None));
		assert_eq!(serve(&full(2)), 2);
		assert_eq!(spent(), 2_000);
		assert_eq!(purse(3).credits + row(1).purse.credits, 100_000_000 - 60);
	});
}
