//! How many credits are made in a day.

use super::*;

fn on(day: u32, made: u128, before: [u128; 7]) -> Issue {
	Issue { day, made, before }
}

#[test]
fn days_that_pass_are_of_those_before() {
	let issue = on(10, 5, [4, 3, 2, 1, 0, 9, 8]);
	assert_eq!(issue.on(10), issue);
	assert_eq!(issue.on(11), on(11, 0, [5, 4, 3, 2, 1, 0, 9]));
	assert_eq!(issue.on(13), on(13, 0, [0, 0, 5, 4, 3, 2, 1]));
	assert_eq!(issue.on(17), on(17, 0, [0, 0, 0, 0, 0, 0, 5]));
	assert_eq!(issue.on(18), on(18, 0, [0; 7]));
	assert_eq!(issue.on(u32::MAX), on(u32::MAX, 0, [0; 7]));
	// A clock that went back changes nothing.
	assert_eq!(issue.on(9), issue);
}

#[test]
fn it_is_three_times_the_mean_of_a_week_or_the_floor() {
	assert_eq!(on(0, 0, [7, 0, 0, 0, 0, 0, 0]).most(0), 3);
	assert_eq!(on(0, 0, [7; 7]).most(20), 21);
	assert_eq!(on(0, 0, [7; 7]).most(22), 22);
	assert_eq!(on(0, 0, [6, 0, 0, 0, 0, 0, 0]).most(1), 1);
	assert_eq!(on(0, 0, [u128::MAX; 7]).most(1), 3 * (u128::MAX / 7));
}

#[test]
fn what_is_left_is_what_was_not_made_today() {
	at_par(|| {
		assert_eq!(Credits::issue_left(), 10_000 * DOLLAR);
		assert_ok!(Credits::buy_exact(signed(1), 900 * DOLLAR, Balance::MAX));
		assert_eq!(Credits::issue_left(), 9_100 * DOLLAR);
		wait(DAY);
		assert_eq!(Credits::issue_left(), 10_000 * DOLLAR);
	});
}

#[test]
fn use_that_grows_raises_it() {
	at_par(|| {
		IssueFloor::set(100 * DOLLAR);
		for _ in 0..7 {
			feed_all(&[PAR; 5]);
			assert_ok!(Credits::buy_exact(signed(1), 100 * DOLLAR, Balance::MAX));
			wait(DAY);
		}
		assert_eq!(Credits::issue_left(), 300 * DOLLAR);
		wait(6 * DAY);
		assert_eq!(Credits::issue_left(), 100 * DOLLAR);
	});
}
