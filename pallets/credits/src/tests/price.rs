//! The price, out of what feeders say.

use super::*;

fn quote() -> Quote {
	Quotes::<Test>::get().unwrap()
}

#[test]
fn it_is_the_median_less_half_a_hundredth() {
	at_par(|| {
		assert_eq!(
			Credits::price(),
			Ok(Quote {
				price: NET,
				median: PAR,
				slow: PAR,
				slow_at: START,
				spread: Permill::zero(),
				as_of: START,
				fresh: 5,
				state: PriceState::Good
			})
		);
	});
}

#[test]
fn of_two_in_the_middle_it_is_the_mean() {
	chain(|| {
		feed_all(&[990_000_000, 1_010_000_001, 1_000_000_000, 1_000_000_001]);
		assert_eq!(quote().median, 1_000_000_000);
	});
}

#[test]
fn one_feeder_who_is_ten_times_off_changes_next_to_nothing() {
	chain(|| {
		for off in [10 * PAR, PAR / 10, 1_000, 1_000_000_000_000_000_000] {
			feed_all(&[off, PAR, PAR, PAR, PAR]);
			assert_eq!(Credits::price().unwrap().price, NET);
		}
	});
}

#[test]
fn what_is_no_price_is_not_counted() {
	chain(|| {
		for nonsense in [0, 1, 999, 1_000_000_000_000_000_001, u128::MAX] {
			feed_all(&[PAR, PAR, PAR, nonsense]);
			assert_eq!(Credits::price().map_err(|(why, _)| why), Err(NoPrice::TooFew));
		}
		feed_all(&[1_000; 4]);
		assert_eq!(Credits::price().unwrap().price, 995);
	});
}

#[test]
fn the_greatest_and_the_least_prices_are_reckoned_with() {
	for price in [*PRICES.start(), *PRICES.end()] {
		chain(|| {
			feed_all(&[price; 4]);
			assert_eq!(Credits::price().unwrap().price, price - price.div_ceil(200));
			assert!(Credits::worth(u128::MAX).unwrap() > 0);
			assert!(Credits::cost_of(u128::MAX).unwrap() > 0);
		});
	}
}

#[test]
fn the_margin_is_twice_the_median_distance() {
	chain(|| {
		feed_all(&[PAR, 1_010_000_000, 1_020_000_000, 990_000_000, 980_000_000]);
		assert_eq!(quote().spread, Permill::from_parts(10_000));
		assert_eq!(quote().price, 980_000_000);
	});
}

#[test]
fn feeders_may_be_a_twentieth_apart_and_no_more() {
	chain(|| {
		feed_all(&[PAR, PAR, 1_050_000_000, 1_050_000_000, 950_000_000]);
		feed_all(&[PAR, 950_000_000]);
		assert_eq!((quote().state, quote().price), (PriceState::Good, 900_000_000));
		feed_all(&[PAR, 949_998_000, 1_051_000_000, 1_051_000_000, 949_998_000]);
		assert_eq!(quote().state, PriceState::Apart);
	});
}

#[test]
fn it_falls_at_once_and_rises_by_a_fiftieth_an_hour() {
	at_par(|| {
		wait(10 * MINUTE);
		feed_all(&[PAR / 2; 5]);
		assert_eq!(quote().slow, PAR / 2);
		wait(60 * MINUTE);
		feed_all(&[510_000_000; 5]);
		assert_eq!(quote().slow, 510_000_000);
		wait(30 * MINUTE);
		feed_all(&[600_000_000; 5]);
		// When the first of them spoke, the median was what it had been: the mean follows from then.
		assert_eq!(quote().slow, 510_000_000);
		wait(30 * MINUTE);
		feed_all(&[600_000_000; 5]);
		assert_eq!(quote().slow, 515_100_000);
		assert_eq!(quote().price, 515_100_000 - 2_575_500);
	});
}

#[test]
fn a_fifth_above_the_slow_mean_is_believed_and_more_is_not() {
	at_par(|| {
		feed_all(&[1_200_000_000; 5]);
		assert_eq!((quote().state, quote().price), (PriceState::Good, NET));
		feed_all(&[1_200_000_001; 5]);
		assert_eq!(quote().state, PriceState::Wild);
		assert_eq!(Credits::price().map_err(|(why, _)| why), Err(NoPrice::Wild));
	});
}

#[test]
fn what_has_risen_by_half_is_believed_after_some_hours() {
	at_par(|| {
		let mut hours = 0;
		loop {
			feed_all(&[3 * PAR / 2; 5]);
			if Credits::price().is_ok() {
				break;
			}
			wait(60 * MINUTE);
			hours += 1;
		}
		assert_eq!(hours, 12);
	});
}

#[test]
fn a_price_is_as_old_as_what_makes_enough_of_them() {
	chain(|| {
		feed_all(&[PAR; 5]);
		wait(20 * MINUTE);
		feed_all(&[PAR; 3]);
		// Four of five have to have spoken: the fourth is one of the old ones.
		assert_eq!(Credits::price().unwrap().as_of, START);
		feed(account(14), PAR);
		assert_eq!(Credits::price().unwrap().as_of, START + 20 * MINUTE);
		// The fifth has said nothing more for longer than that counts, and takes nothing from the others.
		wait(30 * MINUTE);
		assert!(Credits::price().is_ok());
		wait(1);
		assert_eq!(Credits::price().map_err(|(why, _)| why), Err(NoPrice::Stale));
		feed_all(&[PAR; 3]);
		assert_eq!(Credits::price().map_err(|(why, _)| why), Err(NoPrice::TooFew));
		assert_eq!(quote().fresh, 3);
		feed(account(14), PAR);
		assert_eq!(Credits::price().unwrap().fresh, 4);
	});
}

#[test]
fn two_thirds_of_all_feeders_have_to_speak() {
	for (feeders, enough) in [(3, 3), (4, 3), (5, 4), (6, 4), (9, 6), (16, 11)] {
		chain(|| {
			let named: Vec<_> = (11..11 + feeders).map(account).collect();
			assert_ok!(Credits::set_feeders(root(), named.try_into().unwrap(), Some(PAR)));
			feed_all(&vec![PAR; enough - 1]);
			assert_eq!(Credits::price().map_err(|(why, _)| why), Err(NoPrice::TooFew));
			feed_all(&vec![PAR; enough]);
			assert!(Credits::price().is_ok());
		});
	}
}

#[test]
fn where_too_few_speak_the_slow_mean_stands() {
	at_par(|| {
		wait(60 * MINUTE);
		feed_all(&[2 * PAR; 3]);
		assert_eq!((quote().slow, quote().slow_at), (PAR, START));
		feed_all(&[PAR * 11 / 10; 4]);
		assert_eq!((quote().slow, quote().state), (1_020_000_000, PriceState::Good));
	});
}

#[test]
fn silence_is_not_saved_up() {
	at_par(|| {
		wait(10 * DAY);
		feed_all(&[PAR * 148 / 100; 5]);
		assert_eq!((quote().slow, quote().state), (1_020_000_000, PriceState::Wild));
	});
}

#[test]
fn what_is_apart_moves_the_slow_mean_nowhere() {
	at_par(|| {
		wait(MINUTE);
		feed_all(&[1_000, 1_000, PAR / 2, 2 * PAR, PAR]);
		assert_eq!(quote().state, PriceState::Apart);
		assert_eq!(quote().slow, PAR);
		feed_all(&[PAR; 5]);
		assert_eq!((quote().slow, quote().state), (PAR, PriceState::Good));
	});
}

#[test]
fn it_rises_as_fast_however_often_somebody_feeds() {
	for price in [1_000, 30_000, PAR] {
		let after = |every: Moment| {
			let mut slow = 0;
			chain(|| {
				feed_all(&[price; 5]);
				for _ in 0..60 * MINUTE / every {
					wait(every);
					for number in 11..16 {
						let now = Now::get();
						Said::mutate(|said| said.insert(account(number), (2 * price, now)));
					}
					Credits::hear(Said::get().into_values());
				}
				slow = quote().slow;
			});
			slow
		};
		assert_eq!(after(60 * MINUTE), price * 102 / 100);
		// Each step is of what it is then: a little more than a fiftieth in all.
		let often = after(6_000);
		assert!((price * 1_019 / 1_000..=price * 1_021 / 1_000).contains(&often), "{often}");
	}
}

#[test]
fn the_slow_mean_of_genesis_stands_until_there_is_time() {
	let genesis = RuntimeGenesisConfig {
		credits: CreditsConfig {
			feeders: (11..14).map(account).collect(),
			price: Some(PAR),
			..Default::default()
		},
		..Default::default()
	};
	Said::set(Default::default());
	let mut chain: sp_io::TestExternalities = genesis.build_storage().unwrap().into();
	chain.execute_with(|| {
		assert_eq!(Credits::price().map_err(|(why, _)| why), Err(NoPrice::TooFew));
		feed_all(&[2 * PAR; 3]);
		assert_eq!((quote().slow, quote().state), (PAR, PriceState::Wild));
		feed_all(&[PAR; 3]);
		assert_eq!(Credits::price().unwrap().price, NET);
	});
}
