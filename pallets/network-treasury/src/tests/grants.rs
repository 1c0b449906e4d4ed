//! Awarding, reaching, drawing, cancelling.

use super::*;
use crate::{Grants, Stage, Works};

#[test]
fn a_grant_is_held_reached_by_decision_streamed_and_gone() {
	chain(|| {
		assert_ok!(award(Fund::Common, 9, vec![governed(90, 3), governed(10, 0)]));
		let beneficiary = account(9);
		assert_eq!(
			last_event(),
			Event::Awarded { grant: 0, fund: Fund::Common, beneficiary, amount: 100 }
		);
		assert_eq!(NetworkTreasury::fund(Fund::Common), (common(), 905, 100));
		assert_noop!(NetworkTreasury::draw(signed(1), 0), Error::NothingDue);

		assert_ok!(NetworkTreasury::release(RuntimeOrigin::root(), 0, 0));
		assert_eq!(last_event(), Event::Reached { grant: 0, milestone: 0 });
		Now::set(11);
		assert_eq!(NetworkTreasury::grant(0).unwrap().1, 30);
		assert_ok!(NetworkTreasury::draw(signed(1), 0));
		assert_eq!(last_event(), Event::Drawn { grant: 0, amount: 30, unpaid: 70 });
		assert_noop!(NetworkTreasury::draw(signed(1), 0), Error::NothingDue);
		assert_ok!(NetworkTreasury::release(RuntimeOrigin::root(), 0, 1));
		assert_ok!(NetworkTreasury::draw(signed(1), 0));
		assert_eq!(free(&account(9)), 40);
		Now::set(40);
		assert_ok!(NetworkTreasury::draw(signed(1), 0));
		assert_eq!(free(&account(9)), 100);
		assert!(Grants::<Test>::get(0).is_none());
		assert_noop!(NetworkTreasury::draw(signed(1), 0), Error::NoGrant);
		assert_eq!(NetworkTreasury::fund(Fund::Common), (common(), 905, 0));
	});
}

#[test]
fn cancelling_pays_what_is_due_and_returns_the_rest() {
	chain(|| {
		let milestones = vec![governed(90, 3), governed(10, 0), by_work(20, 1, 60)];
		assert_ok!(award(Fund::Network(0), 2, milestones));
		assert_ok!(NetworkTreasury::release(RuntimeOrigin::root(), 0, 0));
		Now::set(12);
		assert_ok!(NetworkTreasury::cancel(RuntimeOrigin::root(), 0));
		assert_eq!(last_event(), Event::Cancelled { grant: 0, returned: 60 });
		assert_eq!(free(&account(2)), 1_060);
		assert_eq!(NetworkTreasury::fund(Fund::Network(0)), (fund(0), 445, 0));
		assert!(Grants::<Test>::get(0).is_none());
		assert_eq!(Works::<Test>::iter().count(), 0);
		assert_noop!(NetworkTreasury::cancel(RuntimeOrigin::root(), 0), Error::NoGrant);
	});
}

#[test]
fn a_beneficiary_without_an_account_keeps_no_grant_from_ending() {
	chain(|| {
		assert_ok!(award(Fund::Common, 9, vec![governed(4, 0), governed(1, 0)]));
		assert_ok!(NetworkTreasury::release(RuntimeOrigin::root(), 0, 0));
		assert_noop!(NetworkTreasury::draw(signed(1), 0), TokenError::CannotCreate);
		assert_ok!(NetworkTreasury::cancel(RuntimeOrigin::root(), 0));
		assert_eq!(last_event(), Event::Cancelled { grant: 0, returned: 5 });
		assert_eq!(free(&account(9)), 0);
	});
}

#[test]
fn what_is_refused() {
	chain(|| {
		let one = || vec![governed(1, 0)];
		let list = |milestones: Vec<Milestone>| milestones.try_into().unwrap();
		assert_noop!(
			NetworkTreasury::award(signed(1), Fund::Common, account(2), list(one())),
			DispatchError::BadOrigin
		);
		assert_noop!(award(Fund::Common, 2, vec![]), Error::NothingGranted);
		assert_noop!(award(Fund::Common, 2, vec![governed(0, 1)]), Error::NothingGranted);
		assert_noop!(award(Fund::Common, 2, vec![by_work(1, 1, 0)]), Error::NothingGranted);
		assert_noop!(award(Fund::Common, 2, vec![by_work(1, 3, 1)]), Error::NoNetwork);
		assert_noop!(award(Fund::Network(3), 2, one()), Error::NoNetwork);
		// The account's last five planck stay.
		assert_noop!(award(Fund::Common, 2, vec![governed(1_001, 0)]), Error::FundTooSmall);
		let much = vec![governed(u128::MAX, 0), governed(1, 0)];
		assert_noop!(award(Fund::Common, 2, much), Error::FundTooSmall);
		assert_ok!(award(Fund::Common, 2, vec![governed(1_000, 0)]));
		assert_noop!(award(Fund::Common, 2, one()), Error::FundTooSmall);

		assert_noop!(NetworkTreasury::release(signed(1), 0, 0), DispatchError::BadOrigin);
		assert_noop!(NetworkTreasury::release(RuntimeOrigin::root(), 1, 0), Error::NoGrant);
		assert_noop!(NetworkTreasury::release(RuntimeOrigin::root(), 0, 1), Error::NoMilestone);
		assert_noop!(NetworkTreasury::release_by_work(signed(1), 0, 0), Error::NeedsDecision);
		assert_noop!(
			NetworkTreasury::release_by_work(RuntimeOrigin::root(), 0, 0),
			DispatchError::BadOrigin
		);
		assert_ok!(NetworkTreasury::release(RuntimeOrigin::root(), 0, 0));
		assert_noop!(NetworkTreasury::release(RuntimeOrigin::root(), 0, 0), Error::AlreadyReached);
		assert_noop!(NetworkTreasury::draw(RuntimeOrigin::root(), 0), DispatchError::BadOrigin);
		assert_noop!(NetworkTreasury::cancel(signed(1), 0), DispatchError::BadOrigin);
	});
}

fn stage(amount: Balance, over: EpochIndex, reached: Option<EpochIndex>) -> Stage {
	let milestone = Milestone { amount, over, release: Release::Governed };
	Stage { milestone, before: 0, reached, paid: 0 }
}

#[test]
fn a_stage_streams_from_when_it_is_reached() {
	let waiting = stage(100, 3, None);
	assert_eq!(waiting.earned(1_000), 0);
	let reached = stage(100, 3, Some(10));
	assert_eq!([9, 10, 11, 12, 13, 99].map(|now| reached.earned(now)), [0, 0, 33, 66, 100, 100]);
	assert_eq!(stage(100, 0, Some(10)).earned(10), 100);
	let paid = Stage { paid: 40, ..reached };
	assert_eq!((paid.due(11), paid.due(12), paid.unpaid()), (0, 26, 60));
}

proptest! {
	#[test]
	fn what_is_earned_grows_and_ends_at_the_amount(
		amount: Balance,
		over in 0u32..1_000,
		early in 0u32..2_000,
		late in 0u32..2_000,
	) {
		let stage = stage(amount, over, Some(10));
		let (early, late) = (early.min(late), early.max(late));
		prop_assert!(stage.earned(early) <= stage.earned(late));
		prop_assert!(stage.earned(late) <= amount);
		prop_assert_eq!(stage.earned(10 + over), amount);
	}
}
