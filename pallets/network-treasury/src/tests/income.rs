//! Income is divided by routes.

use super::*;
use crate::{Route, Routes};
use sp_runtime::Permill;

#[test]
fn each_source_is_divided_by_its_route() {
	chain(|| {
		let issued = Balances::total_issuance();
		take(Source::Fees, None, 101);
		// 80 burned of 101, rounded down, 21 to the common fund.
		assert_eq!(free(&common()), 1_005 + 21);
		assert_eq!(Balances::total_issuance(), issued + 21);
		take(Source::Claims, Some(1), 60);
		assert_eq!(free(&fund(1)), 60);
		take(Source::Slashes, None, 9);
		assert_eq!(free(&common()), 1_005 + 21 + 9);
	});
}

#[test]
fn what_an_account_cannot_take_is_burned() {
	chain(|| {
		let issued = Balances::total_issuance();
		take(Source::Claims, Some(2), 4);
		assert_eq!(free(&fund(2)), 0);
		assert_eq!(Balances::total_issuance(), issued);
	});
}

#[test]
fn a_route_is_set_by_its_origin_and_gives_away_no_more_than_all() {
	chain(|| {
		assert_noop!(
			NetworkTreasury::set_route(signed(1), Source::Fees, route(0, 0)),
			DispatchError::BadOrigin
		);
		assert_noop!(
			NetworkTreasury::set_route(RuntimeOrigin::root(), Source::Fees, route(60, 41)),
			Error::MoreThanAll
		);
		let all = route(60, 40);
		assert_ok!(NetworkTreasury::set_route(RuntimeOrigin::root(), Source::Fees, all));
		assert_eq!(last_event(), Event::RouteSet { source: Source::Fees, route: all });
		assert_eq!(Routes::<Test>::get(Source::Fees), all);
		assert_eq!(NetworkTreasury::route(Source::Fees), all);
	});
}

proptest! {
	#[test]
	fn no_more_is_given_away_than_there_is(
		burned in 0u32..=1_000_000,
		networks in 0u32..=1_000_000,
		income: u128,
	) {
		let route = Route {
			burned: Permill::from_parts(burned),
			networks: Permill::from_parts(networks),
		};
		prop_assert_eq!(route.is_sound(), burned + networks <= 1_000_000);
		let (gone, given) = route.divide(income);
		if route.is_sound() {
			prop_assert!(gone.checked_add(given).is_some_and(|sum| sum <= income));
		}
	}
}
