//! What tests of this pallet have in common; beside it, a file for each subject.

mod buying;
mod buying_exact;
mod feeders;
mod issue;
mod league;
mod model;
mod price;
mod purses;
mod stopping;

use crate::{mock::*, *};
use frame_support::{assert_noop, assert_ok, dispatch::DispatchResult};
use proptest::prelude::*;
use sp_runtime::{BuildStorage, DispatchError, Permill};

type Error = crate::Error<Test>;
type Event = crate::Event<Test>;

/// The price of credits where all feeders say a dollar: half a hundredth less.
const NET: Price = 995_000_000;

fn last_event() -> Event {
	substation_testing::last_event::<Test, _>()
}

fn root() -> RuntimeOrigin {
	RuntimeOrigin::root()
}

fn balance(number: u8) -> Balance {
	Balances::free_balance(account(number))
}

fn purse(number: u8) -> Purse {
	Credits::purse(account(number))
}

/// A chain where all feeders have said that a token costs a dollar.
fn at_par(test: impl FnOnce()) {
	chain(|| {
		feed_all(&[PAR; 5]);
		test();
	});
}

/// What is refused in the same way whichever call asks for credits.
fn refuses_where_there_is_no_price(buy: impl Fn() -> DispatchResult) {
	chain(|| {
		assert_noop!(buy(), Error::PriceTooFew);
		feed_all(&[PAR; 2]);
		assert_noop!(buy(), Error::PriceTooFew);
		feed_all(&[PAR; 5]);
		wait(MaxAge::get());
		assert_ok!(buy());
		wait(1);
		assert_noop!(buy(), Error::PriceStale);
		feed_all(&[PAR; 3]);
		assert_noop!(buy(), Error::PriceTooFew);
		feed_all(&[PAR / 2, PAR / 2, PAR, 2 * PAR, 2 * PAR]);
		assert_noop!(buy(), Error::PriceApart);
		feed_all(&[2 * PAR; 5]);
		assert_noop!(buy(), Error::PriceWild);
		feed_all(&[PAR; 5]);
		assert_ok!(buy());
		assert_ok!(Credits::stop(root()));
		assert_noop!(buy(), Error::Stopped);
	});
}
