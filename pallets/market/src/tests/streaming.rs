//! Paying for time.

use super::*;

#[test]
fn blocks_that_have_passed_are_paid() {
	streaming(100, 10_000, || {
		assert_noop!(settle(None), Error::NothingDue);
		pass(7);
		let seller = free(1);
		assert_ok!(settle(None));
		assert_eq!(
			last_event(),
			Event::Settled {
				agreement: 0,
				units: 7,
				credits: 700,
				cost: 700_000_000,
				seller: 630_000_000,
				network: 35_000_000
			}
		);
		assert_eq!(free(1), seller + 630_000_000);
		assert_eq!(row(0).state, State::Streaming { paid_to: START + 7 });
		assert_noop!(settle(None), Error::NothingDue);
	});
}

#[test]
fn one_that_runs_dry_has_ended_with_no_transaction() {
	streaming(100, 1_050, || {
		assert!(Market::is_covered(0, 0));
		pass(9);
		assert!(Market::is_covered(0, 0));
		pass(1);
		assert!(!Market::is_covered(0, 0));
		let seen = Market::agreement(0).unwrap();
		assert_eq!(seen.end, Some((START + 10, Reason::Overdrawn)));
		assert_eq!((seen.due, seen.refund), (1_000, 50));
		pass(1_000_000);
		assert_eq!(Market::agreement(0).unwrap().due, 1_000);
		assert_ok!(settle(None));
		assert_noop!(settle(None), Error::NothingDue);
		assert_noop!(Market::fund(signed(2), 0, 1_000), Error::Ended);
		assert_noop!(Market::close(signed(2), 0), Error::Ended);
		assert_ok!(Market::finish(signed(5), 0));
		assert_eq!(purse(2).credits, 100_000_000 - 1_000);
	});
}

#[test]
fn settling_earlier_changes_nothing_of_what_is_paid_in_all() {
	let run = |steps: &[Block]| {
		let mut left = None;
		streaming(100, 5_000, || {
			let before = free(1);
			for blocks in steps {
				pass(*blocks);
				let _ = settle(None);
			}
			assert_ok!(Market::close(signed(1), 0));
			assert_ok!(Market::finish(signed(5), 0));
			left = Some((purse(2).credits, free(1) - before));
		});
		left.unwrap()
	};
	assert_eq!(run(&[30]), run(&[1; 30]));
	assert_eq!(run(&[30]).0, 100_000_000 - 3_000);
}

#[test]
fn time_has_no_receipt() {
	streaming(100, 10_000, || {
		pass(1);
		assert_noop!(settle(receipt(7, 0, 1)), Error::WrongShape);
	});
}

#[test]
fn it_is_paid_until_it_ends_and_not_longer() {
	streaming(100, 10_000, || {
		pass(5);
		assert_ok!(Market::close(signed(2), 0));
		pass(10 + 50);
		assert_ok!(settle(None));
		assert_eq!(row(0).purse.credits, 10_000 - 1_500);
	});
}

#[test]
fn a_block_that_is_too_dear_ends_it_with_what_is_left() {
	streaming(999, 1_999, || {
		assert_eq!(Market::agreement(0).unwrap().end, Some((START + 2, Reason::Overdrawn)));
		pass(5);
		assert_ok!(Market::finish(signed(5), 0));
		assert_eq!(purse(2).credits, 100_000_000 - 1_998);
	});
}
