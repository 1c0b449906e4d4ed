//! Whatever happens, what was burned is where it is said to be: books that a plain model keeps.

use super::*;

/// What happens.
#[derive(Clone, Debug)]
enum Step {
	Feed(u8, Price),
	Wait(Moment),
	Buy(u8, Balance),
	BuyExact(u8, u128),
	Take(u8, u128),
	Give(u8),
	Spend(u128, u32),
	Feeders(u8, Option<Price>),
	Stop,
	Resume,
}

/// Of any magnitude that a price can have.
fn any_price() -> impl Strategy<Value = Price> {
	(3u32..18, 1u128..=10).prop_map(|(places, digit)| digit * 10u128.pow(places))
}

fn step() -> impl Strategy<Value = Step> {
	let who = || 1..5u8;
	let price =
		|| prop_oneof![6 => 900_000_000u128..1_100_000_000, 2 => any_price(), 1 => any::<u128>()];
	let tokens = prop_oneof![8 => 0..20 * STN, 1 => any::<u128>(), 1 => Just(2_000 * STN)];
	let credits = || prop_oneof![8 => 0..20 * DOLLAR, 1 => any::<u128>()];
	prop_oneof![
		12 => (11..16u8, price()).prop_map(|(who, price)| Step::Feed(who, price)),
		4 => (0..40 * MINUTE).prop_map(Step::Wait),
		1 => (0..9 * DAY).prop_map(Step::Wait),
		6 => (who(), tokens).prop_map(|(who, tokens)| Step::Buy(who, tokens)),
		6 => (who(), credits()).prop_map(|(who, credits)| Step::BuyExact(who, credits)),
		6 => (who(), credits()).prop_map(|(who, credits)| Step::Take(who, credits)),
		3 => who().prop_map(Step::Give),
		6 => (credits(), 0..=1_000_000u32).prop_map(|(credits, part)| Step::Spend(credits, part)),
		1 => (2..6u8, prop::option::of(price())).prop_map(|(count, slow)| Step::Feeders(count, slow)),
		1 => Just(Step::Stop),
		3 => Just(Step::Resume),
	]
}

/// The books.
#[derive(Default)]
struct Model {
	burned: u128,
	consumed: u128,
	remade: u128,
	purses: std::collections::BTreeMap<u8, (u128, u128)>,
	/// What somebody else holds.
	held: Purse,
}

impl Model {
	/// Credits were bought if issuance has fallen: by so many tokens.
	fn bought(&mut self, who: u8, before: (Balance, Purse)) {
		let (burned, purse) = (before.0 - Balances::total_issuance(), purse(who));
		let made = purse.credits - before.1.credits;
		assert_eq!(made > 0, burned > 0);
		let own = self.purses.entry(who).or_default();
		*own = (own.0 + made, own.1 + burned);
		self.burned += burned;
	}

	fn run(&mut self, step: Step) {
		let before = |who| (Balances::total_issuance(), purse(who));
		match step {
			Step::Feed(who, price) => feed(account(who), price),
			Step::Wait(time) => wait(time),
			Step::Buy(who, tokens) => {
				let was = before(who);
				let _ = Credits::buy(signed(who), tokens, 0);
				self.bought(who, was);
			}
			Step::BuyExact(who, credits) => {
				let was = before(who);
				let _ = Credits::buy_exact(signed(who), credits, Balance::MAX);
				self.bought(who, was);
			}
			Step::Take(who, credits) => {
				let Ok(taken) = Credits::take(&account(who), credits) else { return };
				let own = self.purses.entry(who).or_default();
				assert_eq!(taken.credits, credits);
				// Never less than what stays has cost for each credit, but for what is rounded.
				assert!(taken.cost <= own.1);
				*own = (own.0 - credits, own.1 - taken.cost);
				self.held = self.held.with(taken).unwrap();
			}
			Step::Give(who) => {
				let all = core::mem::take(&mut self.held);
				let own = self.purses.entry(who).or_default();
				*own = (own.0 + all.credits, own.1 + all.cost);
				Credits::give(&account(who), all);
			}
			Step::Spend(credits, part) => {
				let credits = credits.min(self.held.credits);
				let spent = self.held.take(credits).unwrap();
				let remade = Permill::from_parts(part).mul_floor(spent.cost);
				let allowed = remade * 100 <= spent.cost * 95;
				assert_eq!(Credits::consume(spent.cost, remade).is_ok(), allowed);
				if allowed {
					self.consumed += spent.cost;
					self.remade += remade;
				} else {
					self.held = self.held.with(spent).unwrap();
				}
			}
			Step::Feeders(count, slow) => {
				let feeders: Vec<_> = (11..11 + count).map(account).collect();
				let _ = Credits::set_feeders(root(), feeders.try_into().unwrap(), slow);
			}
			Step::Stop => {
				let _ = Credits::stop(root());
			}
			Step::Resume => {
				let _ = Credits::resume(root());
			}
		}
	}

	fn agrees(&self) {
		HeldElsewhere::set(self.held.cost);
		assert_ok!(Credits::do_try_state());
		let Sums { burned, outstanding, consumed, remade } = Credits::totals();
		assert_eq!((burned, consumed, remade), (self.burned, self.consumed, self.remade));
		let costs: u128 = self.purses.values().map(|(_, cost)| cost).sum();
		assert_eq!(outstanding, costs + self.held.cost);
		assert_eq!(burned, outstanding + consumed);
		assert!(remade * 100 <= consumed * 95);
		for (who, (credits, cost)) in &self.purses {
			assert_eq!(purse(*who), Purse { credits: *credits, cost: *cost });
		}
	}
}

proptest! {
	#[test]
	fn what_was_burned_is_outstanding_or_consumed(
		steps in prop::collection::vec(step(), 0..120),
	) {
		chain(|| {
			let mut model = Model::default();
			feed_all(&[PAR; 5]);
			for step in steps {
				model.run(step);
				model.agrees();
			}
		});
	}

	/// As long as less than half of those who speak are in league, nobody is sold credits for less than honest feeders say.
	#[test]
	fn the_price_is_never_above_the_honest_maximum(
		honest in prop::collection::vec(900_000_000u128..1_100_000_000, 4..=8),
		others in prop::collection::vec(any_price(), 0..=7),
		before in 500_000_000u128..1_500_000_000,
	) {
		chain(|| {
			feed_all(&[before; 5]);
			let league = others.iter().take(honest.len() - 1);
			let said: Vec<_> =
				honest.iter().chain(league).map(|price| (*price, Now::get())).collect();
			Credits::hear(said);
			let (least, most) = (*honest.iter().min().unwrap(), *honest.iter().max().unwrap());
			let quote = Quotes::<Test>::get().unwrap();
			prop_assert!((least..=most).contains(&quote.median), "{quote:?}");
			if quote.state == PriceState::Good {
				prop_assert!(quote.price < most);
			}
			Ok(())
		})?;
	}
}
