//! How a network's sales are divided.

use super::*;

fn division(seller: u32, network: u32) -> Division {
	Division { seller: Permill::from_parts(seller), network: Permill::from_parts(network) }
}

#[test]
fn the_owner_sets_it_for_what_is_opened_from_then_on() {
	streaming(100, 10_000, || {
		let other = division(920_000, 30_000);
		assert_ok!(Market::set_division(signed(30), 0, other));
		assert_eq!(last_event(), Event::DivisionSet { network: 0, division: other });
		assert_eq!((Market::division(0), Market::division(1)), (other, Division::default()));
		assert_ok!(open(10_000));
		pass(10);
		assert_ok!(Market::settle(signed(5), 0, None));
		assert_ok!(Market::settle(signed(5), 1, None));
		let usage = Market::usage(0, 10).unwrap();
		assert_eq!(usage.cost, 2_000_000_000);
		assert_eq!((usage.seller, usage.network), (1_820_000_000, 80_000_000));
	});
}

#[test]
fn a_twentieth_stays_burned_at_the_least() {
	chain(|| {
		let set = |seller, network| Market::set_division(signed(30), 0, division(seller, network));
		for (seller, network) in [(950_000, 1), (0, 950_001), (1_000_000, 1_000_000)] {
			assert_noop!(set(seller, network), Error::DivisionTooLarge);
		}
		for (seller, network) in [(950_000, 0), (0, 950_000), (475_000, 475_000), (0, 0)] {
			assert_ok!(set(seller, network));
		}
	});
}

#[test]
fn nobody_else_may() {
	chain(|| {
		for (origin, network) in [(signed(1), 0), (signed(30), 1), (signed(33), 3)] {
			assert_noop!(Market::set_division(origin, network, division(0, 0)), Error::NotYours);
		}
		for origin in [RuntimeOrigin::root(), RuntimeOrigin::none()] {
			assert_noop!(Market::set_division(origin, 0, division(0, 0)), DispatchError::BadOrigin);
		}
	});
}

#[test]
fn what_is_offered_is_not_taken_for_less() {
	chain(|| {
		assert_ok!(offer(stream(100)));
		assert_ok!(Market::set_division(signed(30), 0, division(899_999, 0)));
		assert_noop!(open(10_000), Error::DivisionLowered);
		assert_ok!(Market::set_division(signed(30), 0, division(900_000, 0)));
		assert_ok!(open(10_000));
		assert_eq!(row(0).division, division(900_000, 0));
	});
}
