//! Whoever buys of itself has less than before: figures of an independent model, `docs/threat-model.md` has them.

use super::*;

/// A washer burns tokens at one price, sells to itself at another, and owns the network beside it.
fn wash(division: Division, bought_at: u128, sold_at: u128, parts: u128) -> (Balance, Balance) {
	let mut result = (0, 0);
	chain(|| {
		assert_ok!(Market::set_division(signed(30), 0, division));
		set_price(bought_at);
		let before = free(4);
		assert_ok!(Credits::buy(signed(4), 100 * STN, 0));
		let burned = before - free(4);
		let credits = purse(4).credits;
		assert_ok!(Market::offer(signed(4), 0, stream(credits / parts)));
		set_price(sold_at);
		let before = free(4) + Balances::free_balance(fund(0));
		assert_ok!(Market::open(signed(4), 0, 0, credits, None));
		let opened = free(4) + Balances::free_balance(fund(0));
		for _ in 0..parts {
			pass(1);
			assert_ok!(settle(None));
		}
		let after = free(4) + Balances::free_balance(fund(0));
		assert!(opened <= before);
		result = (burned, after - opened);
	});
	result
}

#[test]
fn no_price_and_no_division_brings_back_more_than_ninety_five_hundredths() {
	let all = [(950_000, 0), (750_000, 200_000), (500_000, 450_000), (250_000, 0), (0, 950_000)];
	for (seller, network) in all {
		let division =
			Division { seller: Permill::from_parts(seller), network: Permill::from_parts(network) };
		for sold_at in [PAR / 4, PAR / 2, PAR, 2 * PAR] {
			for parts in [1, 7] {
				let (burned, back) = wash(division, PAR, sold_at, parts);
				assert_eq!(burned, 100 * STN);
				let most = burned / 1_000_000 * u128::from(seller + network);
				assert!(back <= most, "{back} of {burned}");
				// But for what is rounded, and left over.
				assert!(back + 1_000_000_000 > most, "{back} of {burned}");
			}
		}
	}
}

proptest! {
	/// Lots bought at any prices, sold in any parts: what comes back is below 95 % of what was burned, to the planck.
	#[test]
	fn lots_bring_back_no_more_either(
		lots in prop::collection::vec((1u128..50 * STN, PAR / 100..PAR * 100), 1..6),
		parts in prop::collection::vec(1u128..40_000_000, 1..20),
		seller in 0u32..=950_000,
	) {
		chain(|| {
			let network = 950_000 - seller;
			let division = Division {
				seller: Permill::from_parts(seller),
				network: Permill::from_parts(network),
			};
			assert_ok!(Market::set_division(signed(30), 0, division));
			let (mut burned, spent) = (0, Credits::totals());
			for (tokens, price) in &lots {
				set_price(*price);
				let before = free(4);
				let _ = Credits::buy(signed(4), *tokens, 0);
				burned += before - free(4);
			}
			let own = Balances::free_balance(fund(0));
			let mut back = 0;
			for (number, part) in parts.iter().enumerate() {
				let credits = (*part).min(purse(4).credits);
				if credits < 1_000 {
					break;
				}
				assert_ok!(Market::offer(signed(4), 0, stream(credits)));
				assert_ok!(Market::open(signed(4), 0, number as u32, credits, None));
				pass(1);
				let before = free(4);
				assert_ok!(Market::settle(signed(5), number as u32, None));
				back += free(4) - before;
			}
			back += Balances::free_balance(fund(0)) - own;
			prop_assert!(back * 100 <= burned * 95);
			let totals = Credits::totals();
			prop_assert_eq!(totals.burned - spent.burned, burned);
			prop_assert!(totals.remade >= back);
			Ok(())
		})?;
	}
}
