//! What feeders in league can do: figures of an independent model, `docs/protocol.md` has them.

use super::*;

/// What the price is of the truth after each whole hour, where `league` of `feeders` say that a token costs `push` more than
/// the slow mean, and the others the truth, give or take 0.3 %.
fn league(feeders: u8, league: u8, hours: u64, push: i64) -> Vec<Option<f64>> {
	let mut seed = 1u64;
	let mut noise = move || {
		// Five of them together are near enough to what errors are like.
		let mut sum = 0i64;
		for _ in 0..5 {
			seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
			sum += (seed >> 33) as i64 % 10_001 - 5_000;
		}
		sum * 3 / 6_500
	};
	let mut prices = Vec::new();
	chain(|| {
		let named: Vec<_> = (11..11 + feeders).map(account).collect();
		assert_ok!(Credits::set_feeders(root(), named.try_into().unwrap(), Some(PAR)));
		for minute in 1..=hours * 60 {
			wait(MINUTE);
			let slow = Quotes::<Test>::get().unwrap().slow as i64;
			for number in 0..feeders {
				let price = if number < league {
					(slow + slow / 100 * push).max(1_000)
				} else {
					PAR as i64 + PAR as i64 / 10_000 * (noise() * 10) / 1_000
				};
				Said::mutate(|said| said.insert(account(11 + number), (price as u128, Now::get())));
			}
			Credits::hear(Said::get().into_values());
			if minute % 60 == 0 {
				let price = Credits::price().ok().map(|quote| quote.price as f64 / PAR as f64);
				prices.push(price);
			}
		}
	});
	prices
}

#[test]
fn less_than_half_of_them_keep_the_price_below_the_truth_and_near_it() {
	for (feeders, number) in [(3, 1), (5, 1), (5, 2), (7, 3), (9, 4)] {
		for push in [15, -15] {
			let prices = league(feeders, number, 24, push);
			// With a third of them in league there may be none, and never a wrong one.
			let there: Vec<f64> = prices.into_iter().flatten().collect();
			assert!(there.len() >= 20, "{feeders} {number} {push}: {there:?}");
			for price in there {
				assert!((0.96..=0.999).contains(&price), "{feeders} {number} {push}: {price}");
			}
		}
	}
}

#[test]
fn more_than_half_raise_it_by_a_half_in_a_day_and_not_faster() {
	for (feeders, number) in [(5, 3), (7, 4)] {
		let prices = league(feeders, number, 24, 15);
		let [first, sixth, last] =
			[0, 5, 23].map(|hour: usize| prices[hour].expect("credits are made at it"));
		// The model: 1.015, 1.121 and 1.607.
		assert!((first - 1.015).abs() < 0.002, "{first}");
		assert!((sixth - 1.121).abs() < 0.004, "{sixth}");
		assert!((last - 1.607).abs() < 0.01, "{last}");
	}
}

#[test]
fn more_than_half_can_press_it_to_nothing_which_only_stops_buying() {
	let prices = league(5, 3, 24, -15);
	assert!(prices[23].is_none_or(|price| price < 0.001));
}
