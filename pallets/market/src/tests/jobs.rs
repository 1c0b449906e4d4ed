//! Jobs: delivered, looked at, and paid; or not.

use super::*;

const RESULT: H256 = H256::repeat_byte(5);
const COMPLAINT: H256 = H256::repeat_byte(6);
/// What the price of the job has cost: a dollar for a token, and a credit is a millionth of a dollar.
const COST: Balance = 1_000 * STN / 1_000_000;

fn percent(parts: u32) -> Permill {
	Permill::from_percent(parts)
}

/// A job at a thousand credits, of which 2,000 were put in.
fn working(test: impl FnOnce()) {
	agreed(job(), 2_000, test);
}

fn delivered(test: impl FnOnce()) {
	working(|| {
		assert_ok!(deliver(1));
		test();
	});
}

fn disputed(test: impl FnOnce()) {
	delivered(|| {
		assert_ok!(dispute(2));
		test();
	});
}

/// One without an arbiter.
fn trusting() -> Ask {
	let Terms::Job { price, time, review, .. } = job().terms else { panic!("it is a job") };
	Ask { terms: Terms::Job { price, time, review, arbitration: None }, ..job() }
}

fn deliver(number: u8) -> DispatchResult {
	Market::deliver(signed(number), 0, RESULT)
}

fn accept(number: u8) -> DispatchResult {
	Market::accept(signed(number), 0)
}

fn dispute(number: u8) -> DispatchResult {
	Market::dispute(signed(number), 0, COMPLAINT)
}

fn rule(number: u8, parts: u32) -> DispatchResult {
	Market::rule(signed(number), 0, percent(parts))
}

fn finish() -> DispatchResult {
	Market::finish(signed(5), 0)
}

fn record() -> Record {
	Market::record(account(1)).unwrap()
}

/// What the provider has got and what is left to the buyer, beside what both had before the job was opened.
fn ended_with(reason: Reason, credits: u128) {
	let all = 100_000_000;
	assert_eq!(purse(2).credits, all - credits, "credits that were paid");
	let seller = percent(90).mul_floor(credits * STN / 1_000_000);
	assert_eq!(free(1), 1_000 * STN - OfferDeposit::get() - RecordFee::get() + seller);
	assert!(Agreements::<Test>::get(0).is_none());
	assert_eq!(held(HoldReason::Agreement, 2), 0);
	assert_eq!(Offers::<Test>::get(0, 0).unwrap().taken, 0);
	let Event::Finished { reason: told, .. } = last_event() else { panic!("it is finished") };
	assert_eq!(told, reason);
}

#[test]
fn a_job_is_opened_with_its_price_and_nothing_is_added_later() {
	chain(|| {
		assert_ok!(offer(job()));
		// With what the arbiter's word costs.
		assert_noop!(open(1_099), Error::TooLittle);
		assert_ok!(open(1_100));
		assert_eq!(row(0).state, State::Working { deliver_by: START + 20 });
		assert_noop!(Market::fund(signed(3), 0, 1_000), Error::WrongShape);
		assert_noop!(settle(None), Error::NothingDue);
		assert_noop!(settle(receipt(7, 0, 1)), Error::WrongShape);
		assert!(Market::is_covered(0, 0));
		let seen = Market::agreement(0).unwrap();
		assert_eq!(seen.end, Some((START + 20, Reason::NotDelivered)));
		assert_eq!((seen.due, seen.refund, seen.covered_units), (0, 1_100, None));
		assert_eq!(row(0).deposit, AgreementDeposit::get() + IndexDeposit::get());
	});
}

#[test]
fn a_job_that_asks_nothing_or_takes_no_time_is_not_offered() {
	chain(|| {
		for (price, time, review) in [(0, 20, 10), (1_000, 0, 10), (1_000, 20, 0)] {
			let terms = Terms::Job { price, time, review, arbitration: None };
			assert_noop!(offer(Ask { terms, ..job() }), Error::NothingAsked);
		}
		let hasty = |review| {
			let terms = Terms::Job { price: 1_000, time: 1, review, arbitration: None };
			Ask { terms, ..job() }
		};
		assert_noop!(offer(hasty(4)), Error::NoticeOutOfRange);
		assert_ok!(offer(hasty(5)));
	});
}

#[test]
fn neither_side_decides() {
	chain(|| {
		let arbitrated = |number| {
			let arbitration =
				Arbitration { arbiter: account(number), fee: percent(10), silence: percent(50) };
			let terms =
				Terms::Job { price: 1_000, time: 20, review: 10, arbitration: Some(arbitration) };
			Ask { terms, ..job() }
		};
		assert_noop!(offer(arbitrated(1)), Error::NoArbiter);
		assert_ok!(offer(arbitrated(2)));
		assert_noop!(open(1_000), Error::NoArbiter);
		assert_ok!(Market::open(signed(3), 0, 0, 1_100, None));
	});
}

#[test]
fn what_is_delivered_is_told() {
	working(|| {
		pass(3);
		assert_ok!(deliver(1));
		let until = START + 13;
		assert_eq!(row(0).state, State::Delivered { result: RESULT, until });
		assert_eq!(last_event(), Event::Delivered { agreement: 0, result: RESULT, until });
		let seen = Market::agreement(0).unwrap();
		assert_eq!(seen.end, Some((until, Reason::Completed)));
		assert_eq!((seen.due, seen.refund), (1_000, 1_000));
	});
}

#[test]
fn only_the_provider_delivers_once_and_in_time() {
	chain(|| {
		assert_noop!(deliver(1), Error::NotFound);
		assert_noop!(Market::deliver(RuntimeOrigin::none(), 0, RESULT), DispatchError::BadOrigin);
	});
	working(|| {
		assert_noop!(deliver(2), Error::NotYours);
		assert_noop!(deliver(4), Error::NotYours);
		pass(19);
		assert_ok!(deliver(1));
		assert_noop!(deliver(1), Error::Delivered);
	});
	working(|| {
		pass(20);
		assert_noop!(deliver(1), Error::Ended);
	});
	disputed(|| {
		assert_noop!(deliver(1), Error::Delivered);
	});
}

#[test]
fn only_jobs_are_delivered_accepted_disputed_and_decided_about() {
	streaming(100, 10_000, || {
		assert_noop!(deliver(1), Error::WrongShape);
		assert_noop!(accept(2), Error::WrongShape);
		assert_noop!(dispute(2), Error::WrongShape);
		assert_noop!(rule(1, 50), Error::WrongShape);
	});
}

#[test]
fn one_that_is_not_delivered_in_time_comes_back() {
	working(|| {
		pass(19);
		assert_noop!(finish(), Error::StillRunning);
		pass(1);
		assert_ok!(finish());
		ended_with(Reason::NotDelivered, 0);
		assert_eq!((record().jobs, record().undelivered), (0, 1));
	});
}

#[test]
fn one_that_its_provider_gives_up_comes_back_at_once() {
	working(|| {
		assert_ok!(Market::close(signed(1), 0));
		ended_with(Reason::Closed, 0);
		assert_noop!(deliver(1), Error::NotFound);
		assert_eq!((record().jobs, record().undelivered), (0, 1));
	});
}

#[test]
fn one_that_its_buyer_closes_can_be_delivered_within_the_notice() {
	working(|| {
		assert_ok!(Market::close(signed(2), 0));
		pass(9);
		assert_ok!(deliver(1));
		pass(9);
		assert_noop!(finish(), Error::StillRunning);
		pass(1);
		assert_ok!(finish());
		ended_with(Reason::Completed, 1_000);
	});
	working(|| {
		assert_ok!(Market::close(signed(2), 0));
		pass(10);
		assert_noop!(deliver(1), Error::Ended);
		assert_ok!(finish());
		ended_with(Reason::Closed, 0);
		assert_eq!(record().undelivered, 0);
	});
}

#[test]
fn what_was_delivered_is_not_closed_by_its_buyer_nor_what_is_disputed_by_anybody() {
	delivered(|| {
		assert_noop!(Market::close(signed(2), 0), Error::Delivered);
	});
	disputed(|| {
		assert_noop!(Market::close(signed(1), 0), Error::Delivered);
		assert_noop!(Market::close(signed(2), 0), Error::Delivered);
	});
}

#[test]
fn a_provider_can_give_back_what_it_has_delivered() {
	delivered(|| {
		assert_ok!(Market::close(signed(1), 0));
		ended_with(Reason::Closed, 0);
		assert_eq!((record().jobs, record().undelivered), (0, 1));
		assert_noop!(accept(2), Error::NotFound);
	});
	disputed(|| {
		assert_ok!(rule(1, 0));
		assert_ok!(rule(2, 0));
		ended_with(Reason::Ruled, 0);
	});
}

#[test]
fn what_its_buyer_says_nothing_against_is_paid() {
	delivered(|| {
		pass(9);
		assert_noop!(finish(), Error::StillRunning);
		pass(1);
		assert_ok!(finish());
		ended_with(Reason::Completed, 1_000);
		let record = record();
		assert_eq!((record.jobs, record.cost), (1, COST));
	});
}

#[test]
fn what_is_accepted_is_paid_at_once() {
	delivered(|| {
		assert_ok!(accept(2));
		ended_with(Reason::Completed, 1_000);
		let told: Vec<_> = substation_testing::events::<Test, Event>();
		assert!(told.contains(&Event::Settled {
			agreement: 0,
			units: 0,
			credits: 1_000,
			cost: COST,
			seller: percent(90).mul_floor(COST),
			network: percent(5).mul_floor(COST),
		}));
	});
}

#[test]
fn only_the_buyer_accepts_and_only_what_was_delivered() {
	chain(|| {
		assert_noop!(accept(2), Error::NotFound);
		assert_noop!(Market::accept(RuntimeOrigin::none(), 0), DispatchError::BadOrigin);
	});
	working(|| {
		assert_noop!(accept(2), Error::NotDelivered);
	});
	delivered(|| {
		assert_noop!(accept(1), Error::NotYours);
		assert_noop!(accept(4), Error::NotYours);
		// It is due either way.
		pass(50);
		assert_ok!(accept(2));
		ended_with(Reason::Completed, 1_000);
	});
}

#[test]
fn what_is_accepted_in_the_last_block_of_the_time_to_look_is_paid() {
	delivered(|| {
		pass(9);
		assert_ok!(accept(2));
		ended_with(Reason::Completed, 1_000);
	});
}

#[test]
fn what_was_accepted_is_neither_accepted_nor_finished_again() {
	delivered(|| {
		assert_ok!(accept(2));
		assert_noop!(accept(2), Error::NotFound);
		assert_noop!(finish(), Error::NotFound);
		assert_noop!(dispute(2), Error::NotFound);
	});
}

#[test]
fn accepting_pays_no_arbiter() {
	disputed(|| {
		let arbiter = free(4);
		assert_ok!(accept(2));
		assert_eq!(free(4), arbiter);
		let told: Vec<_> = substation_testing::events::<Test, Event>();
		assert!(!told.iter().any(|event| matches!(event, Event::Ruled { .. })));
	});
}

#[test]
fn a_provider_whose_account_takes_nothing_does_not_keep_a_job_from_being_accepted() {
	delivered(|| {
		assert_ok!(Market::withdraw_offer(signed(1), 0, 0));
		empty(1);
		assert_ok!(accept(2));
		assert_eq!((free(1), purse(2).credits), (0, 100_000_000 - 1_000));
	});
}

#[test]
fn a_dispute_is_good_in_the_last_block_before_the_time_to_look_is_over() {
	delivered(|| {
		pass(9);
		assert_ok!(dispute(2));
		assert!(matches!(row(0).state, State::Disputed { .. }));
	});
}

#[test]
fn a_dispute_is_counted_against_the_provider_and_moves_no_credits() {
	delivered(|| {
		let (before, seller, buyer) = (row(0).purse, free(1), purse(2));
		assert_ok!(dispute(2));
		assert_eq!((row(0).purse, free(1), purse(2)), (before, seller, buyer));
		assert_eq!((record().disputed, record().lost, record().jobs), (1, 0, 0));
	});
}

#[test]
fn a_dispute_can_be_taken_back_while_it_is_open() {
	disputed(|| {
		assert_ok!(accept(2));
		ended_with(Reason::Completed, 1_000);
		assert_eq!((record().jobs, record().disputed, record().lost), (1, 1, 0));
	});
	disputed(|| {
		pass(30);
		assert_noop!(accept(2), Error::Ended);
	});
}

#[test]
fn a_dispute_stops_the_clock() {
	delivered(|| {
		pass(9);
		assert_ok!(dispute(2));
		let until = START + 9 + 30;
		assert_eq!(last_event(), Event::Disputed { agreement: 0, document: COMPLAINT, until });
		assert_eq!(
			row(0).state,
			State::Disputed { result: RESULT, document: COMPLAINT, until, proposed: None }
		);
		assert_eq!(record().disputed, 1);
		pass(29);
		assert_noop!(finish(), Error::StillRunning);
		assert_eq!(Market::agreement(0).unwrap().due, 0);
	});
}

#[test]
fn only_the_buyer_disputes_once_in_time_and_where_there_is_an_arbiter() {
	chain(|| {
		assert_noop!(dispute(2), Error::NotFound);
		assert_noop!(
			Market::dispute(RuntimeOrigin::none(), 0, COMPLAINT),
			DispatchError::BadOrigin
		);
	});
	working(|| {
		assert_noop!(dispute(2), Error::NotDelivered);
	});
	delivered(|| {
		assert_noop!(dispute(1), Error::NotYours);
		assert_noop!(dispute(4), Error::NotYours);
		assert_ok!(dispute(2));
		assert_noop!(dispute(2), Error::NotDelivered);
	});
	delivered(|| {
		pass(10);
		assert_noop!(dispute(2), Error::Ended);
	});
	agreed(trusting(), 1_000, || {
		assert_ok!(deliver(1));
		assert_noop!(dispute(2), Error::NoArbiter);
	});
}

#[test]
fn an_arbiter_decides_and_each_side_bears_its_fee_as_far_as_it_was_wrong() {
	// A thousand, and a hundred for the arbiter.
	for (parts, due) in [(0, 0), (5, 0), (10, 10), (30, 230), (50, 450), (99, 989), (100, 1_000)] {
		disputed(|| {
			let arbiter = free(4);
			assert_ok!(rule(4, parts));
			let fee = STN / 1_000_000 * 100;
			assert_eq!(free(4) - arbiter, percent(90).mul_floor(fee));
			assert_eq!(purse(2).credits, 100_000_000 - 100 - due, "{parts} %");
			assert_eq!(record().cost, due * STN / 1_000_000, "the arbiter's word is no sale");
			assert_eq!(record().jobs, u32::from(due > 0));
			assert_eq!(record().lost, u32::from(parts < 50));
			assert!(substation_testing::events::<Test, Event>().contains(&Event::Ruled {
				agreement: 0,
				share: percent(parts),
				fee: 100,
				cost: fee,
				paid: percent(90).mul_floor(fee),
				network: percent(5).mul_floor(fee),
			}));
			let Event::Finished { reason: Reason::Ruled, .. } = last_event() else { panic!() };
		});
	}
}

#[test]
fn a_fee_of_nothing_and_one_of_all_are_paid() {
	for (fee, share, due) in
		[(0, 100, 1_000), (0, 0, 0), (10, 33, 263), (100, 100, 1_000), (100, 50, 0)]
	{
		let arbitration =
			Arbitration { arbiter: account(4), fee: percent(fee), silence: percent(0) };
		let terms =
			Terms::Job { price: 1_000, time: 20, review: 10, arbitration: Some(arbitration) };
		agreed(Ask { terms, ..job() }, 2_000, || {
			assert_ok!(deliver(1));
			assert_ok!(dispute(2));
			assert_ok!(rule(4, share));
			assert_eq!(purse(2).credits, 100_000_000 - due - u128::from(fee) * 10);
		});
	}
}

#[test]
fn an_arbiter_finds_what_it_decides_about() {
	let found = || Market::agreements_of(account(4), None, 10).len();
	delivered(|| {
		assert_eq!(found(), 0);
		assert_ok!(dispute(2));
		assert_eq!(found(), 1);
		assert_ok!(rule(4, 50));
		assert_eq!(found(), 0);
	});
	disputed(|| {
		assert_ok!(accept(2));
		assert_eq!(found(), 0);
	});
}

#[test]
fn only_the_arbiter_and_the_sides_decide_and_in_time() {
	chain(|| {
		assert_noop!(rule(4, 50), Error::NotFound);
		assert_noop!(Market::rule(RuntimeOrigin::none(), 0, percent(50)), DispatchError::BadOrigin);
	});
	working(|| {
		assert_noop!(rule(4, 50), Error::NotDisputed);
	});
	delivered(|| {
		assert_noop!(rule(4, 50), Error::NotDisputed);
	});
	disputed(|| {
		assert_noop!(rule(3, 50), Error::NotYours);
		pass(29);
		assert_ok!(rule(4, 50));
	});
	disputed(|| {
		pass(30);
		for who in [1, 2, 4] {
			assert_noop!(rule(who, 50), Error::Ended);
		}
	});
}

#[test]
fn both_sides_can_agree_on_a_part_without_a_fee() {
	disputed(|| {
		assert_ok!(rule(1, 80));
		assert_eq!(
			last_event(),
			Event::Proposed { agreement: 0, who: account(1), share: percent(80) }
		);
		// Who has proposed does not agree with himself.
		assert_ok!(rule(1, 80));
		assert_ok!(rule(2, 40));
		assert_ok!(rule(1, 80));
		assert_ok!(rule(1, 60));
		let arbiter = free(4);
		assert_ok!(rule(2, 60));
		assert_eq!(free(4), arbiter);
		ended_with(Reason::Ruled, 600);
		assert_eq!((record().jobs, record().lost), (1, 0));
	});
}

#[test]
fn if_nobody_decides_what_the_offer_has_said_counts() {
	disputed(|| {
		assert_ok!(rule(1, 80));
		pass(30);
		let seen = Market::agreement(0).unwrap();
		assert_eq!((seen.due, seen.refund), (250, 1_750));
		assert_ok!(finish());
		ended_with(Reason::Ruled, 250);
	});
}

#[test]
fn what_was_called_off_is_nobodies_fault_unless_the_device_is_sold_before() {
	let bound = || Ask { device: Some(device()), ..job() };
	for (sold_after, undelivered) in [(8, 1), (12, 0)] {
		agreed(bound(), 2_000, || {
			assert_ok!(Market::close(signed(2), 0));
			pass(sold_after);
			transfer(3);
			pass(20);
			assert_ok!(finish());
			assert_eq!(record().undelivered, undelivered);
		});
	}
}

#[test]
fn a_device_that_is_sold_ends_what_was_not_delivered() {
	let bound = || Ask { device: Some(device()), ..job() };
	agreed(bound(), 1_100, || {
		pass(2);
		transfer(3);
		assert_noop!(deliver(1), Error::Ended);
		assert_ok!(finish());
		ended_with(Reason::Transferred, 0);
		assert_eq!(record().undelivered, 1);
	});
	agreed(bound(), 1_100, || {
		assert_ok!(deliver(1));
		transfer(3);
		pass(10);
		assert_ok!(finish());
		ended_with(Reason::Completed, 1_000);
	});
}

#[test]
fn a_side_whose_account_takes_nothing_keeps_nobody_from_ending() {
	disputed(|| {
		empty(4);
		let before = Credits::totals();
		// Whoever holds the arbiter's key signs without paying a fee.
		assert_ok!(rule(4, 0));
		assert_eq!(free(4), 0);
		let network = percent(5).mul_floor(STN / 10_000);
		assert_eq!(Credits::totals().remade - before.remade, network);
	});
	delivered(|| {
		assert_ok!(Market::withdraw_offer(signed(1), 0, 0));
		empty(1);
		pass(10);
		assert_ok!(finish());
		assert_eq!(free(1), 0);
		assert_eq!((record().jobs, record().cost), (1, COST));
		assert_eq!(purse(2).credits, 100_000_000 - 1_000);
	});
}
