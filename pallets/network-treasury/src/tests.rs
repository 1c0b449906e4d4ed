use crate::{
	mock::{NetworkTreasury, *},
	Bounties, Cell, Fund, GrantId, Grants, Milestone, Release, Round, Rounds, Routes, Source,
	Works,
};
use frame_support::{
	assert_noop, assert_ok, assert_storage_noop,
	traits::{
		fungible::{Balanced, Inspect},
		Hooks,
	},
	weights::Weight,
};
use proptest::prelude::*;
use sp_runtime::{DispatchError, TokenError};
use std::collections::BTreeMap;
use substation_primitives::{AccountId32, EpochIndex, NetworkId};

type Error = crate::Error<Test>;
type Event = crate::Event<Test>;

fn last_event() -> Event {
	match System::events().pop().expect("there is an event").event {
		RuntimeEvent::NetworkTreasury(event) => event,
		other => panic!("{other:?} is another pallet's"),
	}
}

fn free(who: &AccountId32) -> u128 {
	Balances::free_balance(who)
}

fn fund(network: NetworkId) -> AccountId32 {
	account(220 + network as u8)
}

fn take(source: Source, network: Option<NetworkId>, amount: u128) {
	NetworkTreasury::take(source, network, Balances::issue(amount));
}

fn idle() {
	let _ = NetworkTreasury::on_idle(1, Weight::from_parts(u64::MAX, u64::MAX));
}

fn governed(amount: u128, over: EpochIndex) -> Milestone {
	Milestone { amount, over, release: Release::Governed }
}

fn by_work(amount: u128, network: NetworkId, paid: u128) -> Milestone {
	Milestone { amount, over: 0, release: Release::Work { network, paid } }
}

fn award(from: Fund, to: u8, milestones: Vec<Milestone>) -> sp_runtime::DispatchResult {
	let milestones = milestones.try_into().unwrap();
	NetworkTreasury::award(RuntimeOrigin::root(), from, account(to), milestones)
}

mod income {
	use super::*;

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

	#[test]
	fn what_gathers_for_all_is_given_out_by_weight() {
		chain(|| {
			let shared = route(0, 100);
			assert_ok!(NetworkTreasury::set_route(RuntimeOrigin::root(), Source::Slashes, shared));
			// The pot's account keeps five.
			take(Source::Slashes, None, 405);
			idle();
			assert_eq!((free(&fund(0)), free(&fund(1)), free(&fund(2))), (505 + 300, 100, 0));
			assert_eq!(free(&NetworkTreasury::pot()), 5);
			assert_eq!(Rounds::<Test>::get(), None);

			take(Source::Slashes, None, 40);
			Now::set(13);
			idle();
			assert_eq!(free(&fund(1)), 100);
			Now::set(14);
			idle();
			assert_eq!(free(&fund(1)), 110);
		});
	}

	#[test]
	fn a_round_goes_on_over_blocks_and_its_amount_stays() {
		chain(|| {
			let shared = route(0, 100);
			assert_ok!(NetworkTreasury::set_route(RuntimeOrigin::root(), Source::Slashes, shared));
			take(Source::Slashes, None, 405);
			assert!(NetworkTreasury::round_step());
			assert_eq!(last_event(), Event::RoundBegun { amount: 400, epoch: 10 });
			assert!(NetworkTreasury::round_step());
			assert_eq!(last_event(), Event::NetworkFunded { network: 0, amount: 300 });
			take(Source::Slashes, None, 1_000);
			Now::set(99);
			assert_eq!(Rounds::<Test>::get(), Some(Round { amount: 400, epoch: 10, next: 1 }));
			while NetworkTreasury::round_step() && Rounds::<Test>::get().is_some() {}
			assert_eq!(free(&fund(1)), 100);
		});
	}

	#[test]
	fn without_weights_or_room_nothing_is_given_out() {
		chain(|| {
			let shared = route(0, 100);
			assert_ok!(NetworkTreasury::set_route(RuntimeOrigin::root(), Source::Slashes, shared));
			take(Source::Slashes, None, 405);
			assert_eq!(NetworkTreasury::on_idle(1, Weight::zero()), Weight::zero());
			Weights::set(BTreeMap::new());
			idle();
			assert_eq!(free(&NetworkTreasury::pot()), 405);
		});
	}
}

mod granting {
	use super::*;

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
	fn work_that_was_paid_after_the_award_reaches_a_milestone() {
		chain(|| {
			NetworkTreasury::note_work(1, &account(2), 500);
			assert_ok!(award(Fund::Network(0), 2, vec![by_work(20, 1, 60), by_work(30, 1, 100)]));
			NetworkTreasury::note_work(1, &account(2), 59);
			NetworkTreasury::note_work(0, &account(2), 100);
			NetworkTreasury::note_work(1, &account(3), 100);
			assert_noop!(NetworkTreasury::release_by_work(signed(1), 0, 0), Error::NotEnoughWork);
			NetworkTreasury::note_work(1, &account(2), 1);
			assert_ok!(NetworkTreasury::release_by_work(signed(1), 0, 0));
			assert_noop!(NetworkTreasury::release_by_work(signed(1), 0, 0), Error::AlreadyReached);
			assert_ok!(NetworkTreasury::draw(signed(1), 0));
			assert_eq!(free(&account(2)), 1_020);

			// A grant that is awarded later does not count what was paid before.
			assert_ok!(award(Fund::Network(0), 2, vec![by_work(20, 1, 60)]));
			NetworkTreasury::note_work(1, &account(2), 40);
			assert_ok!(NetworkTreasury::release_by_work(signed(1), 0, 1));
			assert_noop!(NetworkTreasury::release_by_work(signed(1), 1, 0), Error::NotEnoughWork);
			NetworkTreasury::note_work(1, &account(2), 20);
			assert_ok!(NetworkTreasury::release_by_work(signed(1), 1, 0));
			assert_eq!(Works::<Test>::iter().count(), 0);
		});
	}

	#[test]
	fn those_who_grant_may_decide_on_a_milestone_of_work_too() {
		chain(|| {
			assert_ok!(award(Fund::Common, 2, vec![by_work(20, 1, 60)]));
			assert_ok!(NetworkTreasury::release(RuntimeOrigin::root(), 0, 0));
			assert_eq!(Works::<Test>::iter().count(), 0);
			assert_ok!(NetworkTreasury::draw(signed(1), 0));
			assert_eq!(free(&account(2)), 1_020);
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
			assert_noop!(
				NetworkTreasury::release(RuntimeOrigin::root(), 0, 0),
				Error::AlreadyReached
			);
			assert_noop!(NetworkTreasury::draw(RuntimeOrigin::root(), 0), DispatchError::BadOrigin);
			assert_noop!(NetworkTreasury::cancel(signed(1), 0), DispatchError::BadOrigin);
		});
	}
}

mod buying {
	use super::*;

	fn post(buyer: u8, price: u128, target: u64, until: EpochIndex) -> sp_runtime::DispatchResult {
		NetworkTreasury::post_bounty(signed(buyer), 1, CELL, price, target, until)
	}

	fn serve(epoch: EpochIndex, owner: u8, score: u32) -> u32 {
		NetworkTreasury::note_service(1, CELL, epoch, &account(owner), score)
	}

	#[test]
	fn service_in_the_cell_is_paid_until_the_price_is_spent() {
		chain(|| {
			assert_ok!(post(1, 100, 3_000_000, 14));
			assert_eq!(free(&account(1)), 1_000 - 107);
			assert_eq!(NetworkTreasury::bounties(1, CELL).len(), 1);
			// Too early, in another network and in another cell.
			assert_eq!(serve(10, 2, 1_000_000), 0);
			let elsewhere = |network, cell: Cell| {
				NetworkTreasury::note_service(network, cell, 11, &account(2), 1_000_000)
			};
			assert_eq!((elsewhere(0, CELL), elsewhere(1, CELL + 1)), (0, 0));

			assert_eq!(serve(11, 2, 1_000_000), 1);
			assert_eq!(free(&account(2)), 1_033);
			assert_eq!(
				last_event(),
				Event::BountyPaid {
					network: 1,
					cell: CELL,
					buyer: account(1),
					owner: account(2),
					amount: 33
				}
			);
			assert_eq!(serve(14, 3, 500_000), 1);
			assert_eq!(free(&account(3)), 1_017);
			assert_eq!(serve(15, 3, 1_000_000), 0);
			assert_noop!(
				NetworkTreasury::end_bounty(signed(4), 1, CELL, account(1)),
				Error::StillOpen
			);
			for _ in 0..2 {
				assert_eq!(serve(13, 2, 1_000_000), 1);
			}
			assert_eq!(free(&account(2)), 1_083);
			assert_eq!(serve(13, 2, 1_000_000), 0);

			assert_ok!(NetworkTreasury::end_bounty(signed(4), 1, CELL, account(1)));
			assert_eq!(free(&account(1)), 900);
			assert_eq!(
				last_event(),
				Event::BountyEnded { network: 1, cell: CELL, buyer: account(1), refunded: 0 }
			);
			assert_eq!(Bounties::<Test>::iter().count(), 0);
			assert_noop!(
				NetworkTreasury::end_bounty(signed(4), 1, CELL, account(1)),
				Error::NoBounty
			);
		});
	}

	#[test]
	fn what_was_not_delivered_is_refunded_once_claims_have_ended() {
		chain(|| {
			assert_ok!(post(1, 100, 3_000_000, 11));
			assert_eq!(serve(11, 2, 1_000_000), 1);
			Now::set(30);
			Expired::set(11);
			let end = || NetworkTreasury::end_bounty(signed(4), 1, CELL, account(1));
			assert_noop!(end(), Error::StillOpen);
			Expired::set(12);
			assert_ok!(end());
			assert_eq!(free(&account(1)), 967);
		});
	}

	#[test]
	fn an_epoch_that_was_never_opened_has_not_ended() {
		chain(|| {
			assert_ok!(post(1, 100, 1, 12));
			// Whatever the clock says of epochs to come.
			Expired::set(u32::MAX);
			let end = || NetworkTreasury::end_bounty(signed(4), 1, CELL, account(1));
			assert_noop!(end(), Error::StillOpen);
			Now::set(12);
			assert_noop!(end(), Error::StillOpen);
			Now::set(13);
			assert_ok!(end());
		});
	}

	#[test]
	fn what_a_buyer_locks_elsewhere_keeps_nobody_from_being_paid() {
		use frame_support::traits::{LockableCurrency, WithdrawReasons};
		chain(|| {
			assert_ok!(post(1, 900, 1_000_000, 14));
			Balances::set_lock(*b"democrac", &account(1), 1_000, WithdrawReasons::all());
			assert_eq!(serve(11, 2, 1_000_000), 1);
			assert_eq!(free(&account(2)), 1_900);
			// And what is locked cannot be put aside.
			Balances::set_lock(*b"democrac", &account(2), 1_900, WithdrawReasons::all());
			assert!(post(2, 50, 1_000_000, 14).is_err());
		});
	}

	#[test]
	fn each_bounty_of_a_cell_pays_for_the_same_service() {
		chain(|| {
			assert_ok!(post(1, 100, 1_000_000, 14));
			assert_ok!(post(2, 60, 2_000_000, 14));
			assert_eq!(serve(11, 3, 1_000_000), 2);
			assert_eq!(free(&account(3)), 1_130);
			assert_ok!(NetworkTreasury::end_bounty(signed(4), 1, CELL, account(1)));
			assert_eq!(NetworkTreasury::bounties(1, CELL).len(), 1);
			assert_eq!(serve(12, 3, 1_000_000), 1);
		});
	}

	#[test]
	fn an_owner_whose_account_cannot_take_it_goes_without() {
		chain(|| {
			assert_ok!(post(1, 100, 100_000_000, 14));
			assert_eq!(serve(11, 9, 4_000_000), 0);
			assert_eq!(NetworkTreasury::bounties(1, CELL)[0].delivered, 0);
			// No score counts for more than a full one.
			assert_eq!(serve(11, 2, 4_000_000), 1);
			assert_eq!(NetworkTreasury::bounties(1, CELL)[0].delivered, 1_000_000);
		});
	}

	#[test]
	fn what_is_refused() {
		chain(|| {
			let post_in =
				|network, cell| NetworkTreasury::post_bounty(signed(1), network, cell, 100, 1, 14);
			assert_noop!(post_in(3, CELL), Error::NoNetwork);
			assert_noop!(post_in(1, CELL + 1), Error::NoCell);
			assert_noop!(
				NetworkTreasury::post_bounty(RuntimeOrigin::root(), 1, CELL, 100, 1, 14),
				DispatchError::BadOrigin
			);
			assert_noop!(post(1, 49, 1, 14), Error::PriceTooLow);
			assert_noop!(post(1, u128::MAX, 1, 14), Error::CannotPay);
			assert_noop!(post(9, 50, 1, 14), Error::CannotPay);
			assert_noop!(post(1, 50, 50_000_001, 14), Error::PriceTooLow);
			assert_storage_noop!(assert!(post(1, 50, u64::MAX, 14).is_err()));
			assert_noop!(post(1, 50, 0, 14), Error::NoService);
			assert_noop!(post(1, 50, 1, 10), Error::TermOutOfRange);
			assert_noop!(post(1, 50, 1, 31), Error::TermOutOfRange);
			// The account stays.
			assert_noop!(post(1, 989, 1, 14), Error::CannotPay);
			assert_ok!(frame_support::storage::with_transaction(|| {
				sp_runtime::TransactionOutcome::Rollback(post(1, 988, 1, 14))
			}));
			assert_ok!(post(1, 50, 1, 11));
			assert_noop!(post(1, 50, 1, 14), Error::AlreadyPosted);
			assert_ok!(post(2, 50, 1, 30));
			assert_noop!(post(3, 50, 1, 14), Error::CellTaken);
			assert_noop!(
				NetworkTreasury::end_bounty(signed(1), 1, CELL, account(3)),
				Error::NoBounty
			);
			assert_noop!(
				NetworkTreasury::end_bounty(RuntimeOrigin::root(), 1, CELL, account(1)),
				DispatchError::BadOrigin
			);
		});
	}
}

/// What happens.
#[derive(Clone, Debug)]
enum Step {
	Income(Source, Option<NetworkId>, u32),
	Route(Source, u32, u32),
	Award(Option<NetworkId>, u8, Vec<(u32, EpochIndex, Option<u32>)>),
	Release(GrantId, u32),
	ByWork(GrantId, u32),
	Draw(GrantId),
	Cancel(GrantId),
	Work(NetworkId, u8, u32),
	Post(u8, NetworkId, u32, u64, EpochIndex),
	Serve(NetworkId, EpochIndex, u8, u32),
	End(u8, NetworkId),
	Wait(EpochIndex),
	Idle,
}

fn step() -> impl Strategy<Value = Step> {
	let source = || prop::sample::select(Source::ALL.to_vec());
	let network = || 0..3u32;
	let who = || 1..6u8;
	let stage = (0u32..400, 0u32..6, prop::option::of(1u32..200));
	prop_oneof![
		4 => (source(), prop::option::of(network()), 0u32..1_000)
			.prop_map(|(source, network, amount)| Step::Income(source, network, amount)),
		1 => (source(), 0u32..=100, 0u32..=100).prop_map(|(s, b, n)| Step::Route(s, b, n)),
		3 => (prop::option::of(network()), who(), prop::collection::vec(stage, 0..=3))
			.prop_map(|(fund, to, stages)| Step::Award(fund, to, stages)),
		3 => (0u32..6, 0u32..3).prop_map(|(grant, stage)| Step::Release(grant, stage)),
		3 => (0u32..6, 0u32..3).prop_map(|(grant, stage)| Step::ByWork(grant, stage)),
		4 => (0u32..6).prop_map(Step::Draw),
		1 => (0u32..6).prop_map(Step::Cancel),
		4 => (network(), who(), 0u32..200).prop_map(|(n, to, paid)| Step::Work(n, to, paid)),
		3 => (who(), network(), 40u32..500, 0u64..5_000_000, 5u32..50)
			.prop_map(|(buyer, n, price, target, until)| Step::Post(buyer, n, price, target, until)),
		6 => (network(), 5u32..50, who(), 0u32..1_500_000)
			.prop_map(|(n, epoch, owner, score)| Step::Serve(n, epoch, owner, score)),
		2 => (who(), network()).prop_map(|(buyer, network)| Step::End(buyer, network)),
		3 => (0u32..6).prop_map(Step::Wait),
		1 => Just(Step::Idle),
	]
}

fn take_step(step: Step) {
	let root = RuntimeOrigin::root;
	match step {
		Step::Income(source, network, amount) => take(source, network, amount.into()),
		Step::Route(source, burned, networks) => {
			let done = NetworkTreasury::set_route(root(), source, route(burned, networks));
			assert_eq!(done.is_ok(), burned + networks <= 100);
		}
		Step::Award(network, to, stages) => {
			let milestones = stages
				.into_iter()
				.map(|(amount, over, work)| {
					let release = match work {
						Some(paid) => Release::Work { network: 1, paid: paid.into() },
						None => Release::Governed,
					};
					Milestone { amount: amount.into(), over, release }
				})
				.collect();
			let _ = award(network.map_or(Fund::Common, Fund::Network), to, milestones);
		}
		Step::Release(grant, stage) => {
			let _ = NetworkTreasury::release(root(), grant, stage);
		}
		Step::ByWork(grant, stage) => {
			let _ = NetworkTreasury::release_by_work(signed(1), grant, stage);
		}
		Step::Draw(grant) => {
			let _ = NetworkTreasury::draw(signed(1), grant);
		}
		Step::Cancel(grant) => {
			let _ = NetworkTreasury::cancel(root(), grant);
		}
		Step::Work(network, to, paid) => {
			NetworkTreasury::note_work(network, &account(to), paid.into());
		}
		Step::Post(buyer, network, price, target, until) => {
			let price = price.into();
			let _ =
				NetworkTreasury::post_bounty(signed(buyer), network, CELL, price, target, until);
		}
		Step::Serve(network, epoch, owner, score) => {
			NetworkTreasury::note_service(network, CELL, epoch, &account(owner), score);
		}
		Step::End(buyer, network) => {
			let _ = NetworkTreasury::end_bounty(signed(5), network, CELL, account(buyer));
		}
		Step::Wait(epochs) => {
			Now::set(Now::get() + epochs);
			Expired::set(Now::get() - 5);
		}
		Step::Idle => idle(),
	}
}

proptest! {
	/// Nothing is made or lost but by income, of which each account gets what its route says, and what is burned is
	/// missing; grants and bounties only move it, and no more than was promised.
	#[test]
	fn money_is_conserved(steps in prop::collection::vec(step(), 1..150)) {
		chain(|| {
			let total = <Balances as Inspect<AccountId32>>::total_balance;
			// In hundredths.
			let mut routes = BTreeMap::from([(Source::Fees as u8, (80, 0)), (Source::Claims as u8, (0, 100))]);
			for step in steps {
				let before = Balances::total_issuance();
				let mut model = Vec::new();
				let mut came = 0;
				match &step {
					Step::Route(source, burned, networks) if burned + networks <= 100 => {
						routes.insert(*source as u8, (u128::from(*burned), u128::from(*networks)));
					}
					Step::Income(source, network, amount) => {
						let amount = u128::from(*amount);
						let (burned, networks) = routes.get(&(*source as u8)).copied().unwrap_or((0, 0));
						let (burned, networks) = (amount * burned / 100, amount * networks / 100);
						let fund = network.map_or_else(NetworkTreasury::pot, <World as crate::InspectNetworks>::fund);
						for (who, part) in [(fund, networks), (common(), amount - burned - networks)] {
							let has = total(&who);
							// An account holds nothing less than its minimum: what is too little is burned.
							let part = if has + part < MinimumBalance::get() { 0 } else { part };
							came += part;
							model.push((who, has + part));
						}
					}
					_ => {}
				}
				take_step(step);
				assert_eq!(Balances::total_issuance(), before + came);
				for (who, has) in model {
					assert_eq!(total(&who), has);
				}
				NetworkTreasury::do_try_state().unwrap();
			}
		});
	}
}
