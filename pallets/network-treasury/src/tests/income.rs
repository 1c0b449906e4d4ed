//! Income is divided by routes, and by whom these are set.

use super::*;
use crate::{Route, Routes};

fn set(source: Source, route: Route) -> DispatchResult {
	NetworkTreasury::set_route(root(), source, route)
}

/// A part as JSON may name it, which nothing bounds.
fn unbounded(parts: u32) -> Permill {
	use serde::{
		de::value::{Error, SeqDeserializer},
		Deserialize,
	};
	Permill::deserialize(SeqDeserializer::<_, Error>::new(core::iter::once(parts))).unwrap()
}

/// What of `income` is burned, goes to the common fund, to network 1's and to the pot.
fn divided(source: Source, network: Option<NetworkId>, income: u128) -> [u128; 4] {
	let accounts = [common(), fund(1), NetworkTreasury::pot()];
	let before = accounts.each_ref().map(free);
	let issued = Balances::total_issuance();
	take(source, network, income);
	let [common, fund, pot] = core::array::from_fn(|i| free(&accounts[i]) - before[i]);
	[issued + income - Balances::total_issuance(), common, fund, pot]
}

#[test]
fn each_source_is_divided_by_its_route() {
	chain(|| {
		// 80 burned of 101, rounded down, 21 to the common fund.
		assert_eq!(divided(Source::Fees, None, 101), [80, 21, 0, 0]);
		assert_eq!(divided(Source::Claims, Some(1), 60), [0, 0, 60, 0]);
		assert_eq!(divided(Source::Slashes, None, 9), [0, 9, 0, 0]);
	});
}

#[test]
fn what_an_account_cannot_take_is_burned() {
	chain(|| {
		assert_eq!(divided(Source::Claims, Some(1), 4), [4, 0, 0, 0]);
		assert_eq!(divided(Source::Claims, Some(1), 5), [0, 0, 5, 0]);
		assert_eq!(divided(Source::Claims, Some(1), 4), [0, 0, 4, 0]);
	});
}

#[test]
fn income_of_nothing_goes_nowhere() {
	chain(|| {
		for source in Source::ALL {
			assert_eq!(divided(source, Some(1), 0), [0; 4]);
			assert_eq!(divided(source, None, 0), [0; 4]);
		}
	});
}

#[test]
fn a_route_is_set_stored_and_told() {
	chain(|| {
		let all = route(60, 40);
		assert_ok!(set(Source::Fees, all));
		assert_eq!(last_event(), Event::RouteSet { source: Source::Fees, route: all });
		assert_eq!(Routes::<Test>::get(Source::Fees), all);
		assert_eq!(NetworkTreasury::route(Source::Fees), all);
	});
}

#[test]
fn nobody_but_its_origin_sets_a_route() {
	chain(|| {
		for origin in [none(), signed(1)] {
			assert_noop!(
				NetworkTreasury::set_route(origin, Source::Fees, route(0, 0)),
				DispatchError::BadOrigin
			);
		}
	});
}

#[test]
fn a_route_gives_away_all_there_is_and_not_a_millionth_more() {
	chain(|| {
		let parts = |burned, networks| Route {
			burned: Permill::from_parts(burned),
			networks: Permill::from_parts(networks),
		};
		assert_noop!(set(Source::Fees, parts(600_000, 400_001)), Error::MoreThanAll);
		assert_noop!(set(Source::Fees, parts(600_001, 400_000)), Error::MoreThanAll);
		assert_noop!(set(Source::Fees, route(100, 100)), Error::MoreThanAll);
		assert_ok!(set(Source::Fees, parts(600_000, 400_000)));
		assert_eq!(divided(Source::Fees, Some(1), 1_000), [600, 0, 400, 0]);
	});
}

#[test]
fn parts_whose_sum_cannot_be_counted_are_more_than_all() {
	chain(|| {
		// Counted with 32 bits, both together would be all there is.
		let burned = unbounded(1 << 31);
		let networks = unbounded((1 << 31) + 1_000_000);
		assert_noop!(set(Source::Fees, Route { burned, networks }), Error::MoreThanAll);
	});
}

#[test]
fn the_next_income_of_each_source_is_divided_otherwise_and_no_other() {
	chain(|| {
		for source in Source::ALL {
			let before = Source::ALL.map(NetworkTreasury::route);
			assert_ok!(set(source, route(50, 30)));
			assert_eq!(last_event(), Event::RouteSet { source, route: route(50, 30) });
			assert_eq!(divided(source, Some(1), 100), [50, 20, 30, 0]);
			assert_eq!(divided(source, None, 100), [50, 20, 0, 30]);
			for (other, was) in Source::ALL.into_iter().zip(before) {
				let is = NetworkTreasury::route(other);
				assert_eq!(is, if other == source { route(50, 30) } else { was });
			}
		}
	});
}

#[test]
fn a_route_that_burns_all_leaves_nothing_to_anybody() {
	chain(|| {
		assert_ok!(set(Source::Issuance, route(100, 0)));
		assert_eq!(divided(Source::Issuance, Some(1), 1_000), [1_000, 0, 0, 0]);
	});
}

#[test]
fn a_route_that_gives_nothing_away_leaves_all_to_the_common_fund() {
	chain(|| {
		assert_ok!(set(Source::Fees, route(0, 0)));
		assert_eq!(divided(Source::Fees, Some(1), 101), [0, 101, 0, 0]);
	});
}

#[test]
fn what_has_come_in_before_stays_where_it_went() {
	chain(|| {
		take(Source::Claims, None, 100);
		assert_ok!(set(Source::Claims, route(100, 0)));
		assert_eq!(free(&NetworkTreasury::pot()), 100);
		assert_eq!(free(&common()), 1_005);
	});
}

/// A chain that begins with these routes.
fn begun_with(routes: Vec<(Source, Route)>) -> sp_io::TestExternalities {
	let network_treasury = NetworkTreasuryConfig { routes, ..Default::default() };
	let genesis = RuntimeGenesisConfig { network_treasury, ..Default::default() };
	genesis.build_storage().unwrap().into()
}

#[test]
fn a_chain_begins_with_the_routes_it_is_given_and_room_for_prices() {
	begun_with(vec![(Source::Fees, route(60, 40))]).execute_with(|| {
		assert_eq!(Source::ALL.map(NetworkTreasury::route)[2], route(60, 40));
		assert_eq!(Routes::<Test>::iter().count(), 1);
		assert_eq!(free(&NetworkTreasury::escrow()), MinimumBalance::get());
	});
}

#[test]
#[should_panic(expected = "a route gives away more than there is")]
fn a_chain_does_not_begin_with_a_route_that_gives_away_more_than_all() {
	begun_with(vec![(Source::Fees, route(60, 40)), (Source::Claims, route(60, 41))]);
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
