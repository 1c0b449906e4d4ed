//! Capacity: who has how much of it, what it costs, and what becomes of what is not used.

use super::*;
use crate::{
	capacity::LAPSE_EPOCHS, Aggregator, Aggregators, ByteMarket, CurrentEpoch, Market, Why,
	WorkMarket,
};
use frame_support::{
	dispatch::DispatchResult,
	traits::fungible::{InspectHold, MutateHold},
};
use proptest::prelude::*;
use sp_runtime::TokenError;
use substation_primitives::{
	batch::{SEAT_BYTES, SEAT_WORK},
	ReportKey,
};

/// Epochs that are open at a time in the tests' chain.
const OPEN: u32 = 5;
const BASE_WORK: u32 = 1_024;
const BASE_BYTES: u32 = 2 * 131_072 * OPEN;

fn name(number: u8, seats: u32) {
	SeatsNaming::mutate(|all| all.insert(account(number), seats));
}

fn row(number: u8) -> Aggregator<u64> {
	Aggregators::<Test>::get(account(number)).unwrap()
}

/// Lets rents be no less than so much.
fn rents(work: u64, byte: u64) {
	WorkRent::set(work);
	ByteRent::set(byte);
}

fn quota(number: u8) -> u32 {
	row(number).quota.granted
}

fn set_capacity(number: u8, quota: u32, allowance: u32) -> DispatchResult {
	Attestation::set_capacity(RuntimeOrigin::signed(account(number)), quota, allowance)
}

fn collect(number: u8) -> DispatchResult {
	Attestation::collect_rent(RuntimeOrigin::signed(account(19)), account(number))
}

/// Lets claims be what they are to be, and then an epoch begin by which they are divided.
fn settled() {
	rounds();
	to_epoch(CurrentEpoch::<Test>::get() + 1);
	rounds();
}

/// Visits all aggregators three times.
fn rounds() {
	for _ in 0..3 * (Aggregators::<Test>::iter().count() + 1) {
		next_block();
	}
}

#[test]
fn an_aggregator_has_what_its_devices_may_need_and_more_as_they_come() {
	Chain::default().run(|| {
		name(1, 0);
		register_with(1, 5_000, 2_000_000);
		assert_eq!((quota(1), row(1).allowance.granted), (BASE_WORK, BASE_BYTES));
		name(1, 10);
		next_block();
		next_block();
		assert_eq!(quota(1), BASE_WORK + 10 * SEAT_WORK);
		assert_eq!(row(1).allowance.granted, BASE_BYTES + 10 * SEAT_BYTES * OPEN);
		assert!(Granted::get()
			.values()
			.any(|granted| granted.1 == i64::from(row(1).allowance.granted)));
		name(1, 1_000);
		assert_ok!(collect(1));
		assert_eq!((quota(1), row(1).allowance.granted), (5_000, 2_000_000), "what it asks for");
		name(1, 1);
		assert_ok!(collect(1));
		assert_eq!(quota(1), BASE_WORK + SEAT_WORK, "devices that have gone take it with them");
	});
}

/// Bodies of all open epochs lie in stores at once, and each network has one of its own.
#[test]
fn stores_have_room_for_a_body_of_each_device_though_all_be_of_different_networks() {
	Chain::default().run(|| {
		for devices in [0, 1, 7, 31, 50] {
			name(1, devices);
			if devices == 0 {
				register_with(1, 5_000, 2_000_000);
			} else {
				assert_ok!(collect(1));
			}
			let granted = Granted::get();
			let (statements, _) = granted.values().next().unwrap();
			let wanted = i64::from(OPEN * (devices + 2));
			assert!(*statements >= wanted, "{statements} for {devices} devices");
		}
	});
}

#[test]
fn what_is_granted_more_counts_from_the_next_epoch_on() {
	Chain::default().run(|| {
		name(1, 0);
		register(1);
		to_epoch(2);
		next_block();
		name(1, 100);
		assert_ok!(collect(1));
		assert_eq!(row(1).quota.granted, QUOTA);
		assert_eq!(row(1).quota_left(2, 1), BASE_WORK);
		let terms = empty_terms(1, 0, BASE_WORK + 1, H256::zero());
		let spent = InvalidTransaction::Custom(crate::Invalid::QuotaSpent as u8);
		assert_refused(|| commit_signed(&terms, &publisher(1)), spent);
		to_epoch(3);
		assert_eq!(row(1).quota_left(3, 2), QUOTA);
		next_block();
		let terms = empty_terms(1, 0, BASE_WORK + 1, H256::zero());
		assert_ok!(commit_signed(&terms, &publisher(1)));
	});
}

#[test]
fn no_account_has_more_than_a_fifth_and_five_share_with_whoever_comes() {
	Chain::default().parameters(|p| p.epoch_work = 50_000).run(|| {
		for number in 1..=5 {
			assert_noop!(
				Attestation::register_aggregator(
					RuntimeOrigin::signed(account(number)),
					ReportKey::Sr25519(publisher(number).public()),
					publisher_proof(number, &account(number)),
					10_001,
					1_000,
				),
				Error::TooLargeAShare
			);
			register_with(number, 10_000, 1_000_000);
		}
		assert_eq!(WorkMarket::<Test>::get().granted, 50_000, "all there is");
		name(6, 300);
		register_with(6, 9_000, 1_000_000);
		assert_eq!(quota(6), 0, "nothing is left yet");
		settled();
		// Claims of 59,000 to 50,000 units.
		assert_eq!(quota(6), 9_000 * 50 / 59);
		assert_eq!(quota(1), 10_000 * 50 / 59);
	});
}

#[test]
fn rent_is_burned_for_each_epoch_from_the_one_after_it_was_granted() {
	Chain::default().run(|| {
		rents(3, 0);
		to_epoch(1);
		let issuance = Balances::total_issuance();
		register_with(1, 1_000, 1);
		let free = Balances::free_balance(account(1));
		next_block();
		assert_eq!(Balances::free_balance(account(1)), free, "nothing for the present epoch");
		to_epoch(2);
		next_block();
		next_block();
		assert_eq!(Balances::free_balance(account(1)), free - 3_000);
		assert_eq!(Balances::total_issuance(), issuance - 3_000);
		assert_ok!(collect(1));
		assert_eq!(Balances::free_balance(account(1)), free - 3_000, "once for an epoch");
		to_epoch(5);
		assert_ok!(Attestation::leave(RuntimeOrigin::signed(account(1))));
		to_epoch(13);
		assert_ok!(Attestation::withdraw(RuntimeOrigin::signed(account(1))));
		assert_eq!(Balances::free_balance(account(1)), ENDOWMENT - 4 * 3_000, "none once it left");
	});
}

#[test]
fn who_changes_what_it_asks_for_pays_the_rent_of_what_it_had_and_has_its_bond_changed() {
	Chain::default().run(|| {
		rents(3, 1);
		register_with(1, 1_000, 100);
		assert_eq!(row(1).bond, 1_000 + 2 * 1_000 + 100);
		to_epoch(1);
		assert_ok!(set_capacity(1, 2_000, 50));
		assert_eq!(row(1).bond, 1_000 + 2 * 2_000 + 50);
		assert_eq!(Balances::total_balance_on_hold(&account(1)), row(1).bond);
		let paid = 3 * 1_000 + 100;
		assert_eq!(Balances::free_balance(account(1)), ENDOWMENT - paid - row(1).bond);
		assert_eq!((quota(1), row(1).allowance.granted), (2_000, 50));
		assert!(has_event(|event| matches!(event, Event::CapacityAsked { quota: 2_000, .. })));
		assert_ok!(set_capacity(1, 256, 1));
		assert_eq!(Balances::total_balance_on_hold(&account(1)), 1_000 + 512 + 1);
	});
}

#[test]
fn what_cannot_be_asked_for_changes_nothing() {
	Chain::default().run(|| {
		register(1);
		register(2);
		assert_ok!(Attestation::leave(RuntimeOrigin::signed(account(2))));
		assert_noop!(set_capacity(3, 1_000, 1), Error::NotAggregator);
		assert_noop!(set_capacity(2, 1_000, 1), Error::AlreadyLeaving);
		assert_noop!(set_capacity(1, 255, 1), Error::QuotaTooSmall);
		assert_noop!(set_capacity(1, 256, 0), Error::AllowanceTooSmall);
		assert_noop!(set_capacity(1, 20_001, 1), Error::TooLargeAShare);
		assert_noop!(set_capacity(1, 256, 2_000_001), Error::TooLargeAShare);
		for origin in [RuntimeOrigin::none(), RuntimeOrigin::root()] {
			let set = Attestation::set_capacity(origin.clone(), 256, 1);
			assert_noop!(set, DispatchError::BadOrigin);
			let collected = Attestation::collect_rent(origin, account(1));
			assert_noop!(collected, DispatchError::BadOrigin);
		}
		assert_noop!(collect(3), Error::NotAggregator);
		let poor = account(1);
		let all = Balances::free_balance(&poor) - 10;
		assert_ok!(Balances::transfer_allow_death(
			RuntimeOrigin::signed(poor.clone()),
			account(5),
			all
		));
		assert_noop!(set_capacity(1, QUOTA + 100, 1_000_000), TokenError::FundsUnavailable);
	});
}

#[test]
fn what_a_day_goes_by_without_is_no_longer_asked_for_but_for_the_base() {
	Chain::default().run(|| {
		register_with(1, 10_000, 2_000_000);
		to_epoch(2);
		next_block();
		commit_signed(&empty_terms(1, 0, 2_000, H256::zero()), &publisher(1)).unwrap();
		to_epoch(2 * LAPSE_EPOCHS - 1);
		next_block();
		assert_eq!(row(1).quota.asked, 10_000);
		to_epoch(2 * LAPSE_EPOCHS);
		rounds();
		assert_eq!((row(1).quota.asked, quota(1)), (3_000, 3_000), "half as much again as it used");
		assert_eq!(row(1).allowance.asked, BASE_BYTES);
		assert_eq!(row(1).bond, 1_000 + 2 * 3_000 + u64::from(BASE_BYTES));
		assert_eq!(Balances::total_balance_on_hold(&account(1)), row(1).bond);
		// What was used the time before counts once more.
		to_epoch(3 * LAPSE_EPOCHS);
		rounds();
		assert_eq!(row(1).quota.asked, 3_000);
		to_epoch(4 * LAPSE_EPOCHS);
		rounds();
		assert_eq!(row(1).quota.asked, BASE_WORK);
		// It may ask again, and has two days again.
		assert_ok!(set_capacity(1, 10_000, 2_000_000));
		to_epoch(6 * LAPSE_EPOCHS - 1);
		assert_eq!(row(1).quota.asked, 10_000);
	});
}

/// Bodies lie in stores until they are judged, whatever claims others have by then, and whoever leaves.
#[test]
fn room_that_bodies_take_is_not_cut_while_they_are_judged() {
	Chain::default().run(|| {
		register_with(1, 5_000, 2_000_000);
		register_with(2, 5_000, 2_000_000);
		to_epoch(2);
		next_block();
		let terms = |number| {
			let terms = empty_terms(number, 0, 256, H256::repeat_byte(number));
			substation_primitives::batch::Terms { bytes: 300_000, ..terms }
		};
		for number in [1, 2] {
			assert_ok!(commit_signed(&terms(number), &publisher(number)));
		}
		assert_ok!(Attestation::leave(RuntimeOrigin::signed(account(2))));
		for number in 3..=14 {
			register_with(number, 256, 2_000_000);
		}
		for number in [1, 2] {
			name(number, 0);
		}
		settled();
		let part = row(3).allowance.granted;
		assert!(part < 1_000_000, "{part}: all have to share");
		assert_eq!(row(1).allowance.granted, OPEN * 300_000, "what its bodies take");
		for _ in 0..10 {
			assert_ok!(collect(2));
		}
		assert_eq!(row(2).allowance.granted, 2_000_000, "until its last batch is judged");
		assert!(ByteMarket::<Test>::get().granted <= 10_000_000);
	});
}

/// Whoever asks for much and takes it back before an epoch ends takes nothing from who was there.
#[test]
fn nobody_cuts_what_others_have_paid_for_in_an_epoch() {
	Chain::default().parameters(|p| p.epoch_work = 10_000).run(|| {
		register_with(1, 2_000, 1_000);
		for number in 2..=9 {
			register_with(number, 256, 1_000);
		}
		to_epoch(2);
		for number in 2..=9 {
			assert_ok!(set_capacity(number, 2_000, 1_000));
		}
		assert_ok!(collect(1));
		assert_eq!((quota(1), row(1).quota_left(2, 1)), (2_000, 2_000));
		for number in 2..=9 {
			assert_ok!(set_capacity(number, 256, 1_000));
		}
		to_epoch(3);
		assert_ok!(collect(1));
		assert_eq!((quota(1), row(1).quota_left(3, 2)), (2_000, 2_000));
		// Who goes on claiming cuts it, from the epoch after.
		for number in 2..=9 {
			assert_ok!(set_capacity(number, 2_000, 1_000));
		}
		to_epoch(4);
		assert_ok!(collect(1));
		assert!(quota(1) < 2_000 && row(1).quota_left(4, 3) == 2_000);
	});
}

/// A referendum that makes bonds dearer lets nobody leave.
#[test]
fn what_is_bonded_stays_enough() {
	Chain::default().run(|| {
		register_with(1, 1_000, 1);
		let bonded = row(1).bonded;
		Aggregators::<Test>::mutate(account(1), |row| {
			// As if it had asked while everything cost a third.
			let row = row.as_mut().unwrap();
			row.bonded = bonded / 3;
			row.bond = bonded / 3;
		});
		let reason = crate::HoldReason::Aggregator.into();
		let precision = frame_support::traits::tokens::Precision::Exact;
		let more = bonded - bonded / 3;
		<Balances as MutateHold<_>>::release(&reason, &account(1), more, precision).unwrap();
		assert_ok!(collect(1));
		assert!(row(1).leaving.is_none());
	});
}

#[test]
fn who_cannot_pay_pays_from_the_bond_and_leaves_when_half_of_it_is_gone() {
	Chain::default().run(|| {
		rents(1, 0);
		register_with(1, 1_000, 1);
		let all = Balances::free_balance(account(1)) - 1;
		let from = RuntimeOrigin::signed(account(1));
		assert_ok!(Balances::transfer_allow_death(from, account(5), all));
		let bond = row(1).bond;
		to_epoch(1);
		rounds();
		assert_eq!(row(1).bond, bond - 1_000);
		assert!(row(1).leaving.is_none());
		to_epoch(2);
		next_block();
		next_block();
		assert_eq!(row(1).bond, bond - 2_000);
		assert!(row(1).leaving.is_some());
		let rent_unpaid =
			|event: &Event| matches!(event, Event::AggregatorLeaving { why: Why::RentUnpaid, .. });
		assert!(has_event(rent_unpaid) || row(1).quota.granted == 0);
		assert_eq!(quota(1), 0);
		to_epoch(12);
		assert_ok!(Attestation::withdraw(RuntimeOrigin::signed(account(1))));
	});
}

#[test]
fn root_lets_an_aggregator_leave_and_nobody_else() {
	Chain::default().run(|| {
		register(1);
		for origin in [RuntimeOrigin::none(), RuntimeOrigin::signed(account(1))] {
			assert_noop!(Attestation::evict(origin, account(1)), DispatchError::BadOrigin);
		}
		let evict = |number| Attestation::evict(RuntimeOrigin::root(), account(number));
		assert_noop!(evict(2), Error::NotAggregator);
		assert_ok!(evict(1));
		assert!(has_event(|event| matches!(
			event,
			Event::AggregatorLeaving { why: Why::Evicted, .. }
		)));
		assert_noop!(evict(1), Error::AlreadyLeaving);
		assert_eq!(quota(1), 0);
		let terms = || empty_terms(1, 0, 256, H256::zero());
		to_epoch(1);
		next_block();
		let refused = InvalidTransaction::BadSigner;
		assert_refused(|| commit_signed(&terms(), &publisher(1)), refused);
		to_epoch(8);
		assert_ok!(Attestation::withdraw(RuntimeOrigin::signed(account(1))));
		assert_eq!(Balances::free_balance(account(1)), ENDOWMENT);
	});
}

#[test]
fn the_price_rises_while_more_than_half_is_claimed_and_falls_back_to_the_least() {
	let price = |due, price| Market { due, price, ..Default::default() }.next_price(1_000, 100);
	assert_eq!(price(0, 0), 100, "the least, to begin with");
	assert_eq!(price(0, 800), 700);
	assert_eq!(price(500, 800), 800);
	assert_eq!(price(1_000, 800), 900);
	assert_eq!(price(750, 801), 801 + 51, "rounded up");
	assert_eq!(price(9_000, 800), 1_600, "doubled at the most");
	assert_eq!(price(u64::MAX, 800), 1_600);
	assert_eq!(price(0, 101), 100);
	assert_eq!(price(1_000, u128::MAX), 100_000_000, "a million times the least");
}

#[test]
fn the_price_moves_with_each_epoch_and_what_was_cornered_grows_dear() {
	Chain::default().parameters(|p| p.epoch_work = 50_000).run(|| {
		WorkRent::set(8);
		to_epoch(1);
		for number in 1..=5 {
			register_with(number, 10_000, 1_000);
		}
		assert_eq!(WorkMarket::<Test>::get().price, 8);
		to_epoch(7);
		// An eighth an epoch, rounded up: 9, 11, 13, 15, 17, 20.
		assert_eq!(WorkMarket::<Test>::get().price, 20);
		for number in 1..=4 {
			assert_ok!(Attestation::leave(RuntimeOrigin::signed(account(number))));
		}
		to_epoch(24);
		assert_eq!(WorkMarket::<Test>::get().price, 8);
	});
}

#[test]
fn stores_are_never_granted_more_than_they_hold_and_all_have_their_part() {
	Chain::default().run(|| {
		for number in 1..=9 {
			register_with(number, 256, 2_000_000);
			assert!(ByteMarket::<Test>::get().granted <= 10_000_000);
		}
		assert_eq!(row(9).allowance.granted, 0);
		settled();
		for number in 1..=9 {
			assert_eq!(row(number).allowance.granted, 10_000_000 / 9);
		}
		let granted: i64 = Granted::get().values().map(|(_, bytes)| bytes).sum();
		assert_eq!(granted, 9 * (10_000_000 / 9));
	});
}

#[test]
fn the_least_and_the_most_that_may_be_asked_for_are_granted() {
	Chain::default().run(|| {
		register(1);
		for (quota, allowance) in [(256, 1), (20_000, 2_000_000), (256, 2_000_000), (20_000, 1)] {
			assert_ok!(set_capacity(1, quota, allowance));
			let row = row(1);
			assert_eq!((row.quota.asked, row.allowance.asked), (quota, allowance));
			assert_eq!(row.bond, 1_000 + 2 * u64::from(quota) + u64::from(allowance));
			assert_eq!(Balances::total_balance_on_hold(&account(1)), row.bond);
		}
	});
}

#[test]
fn who_asks_for_what_it_has_pays_nothing_more() {
	Chain::default().run(|| {
		register(1);
		let (before, free) = (row(1), Balances::free_balance(account(1)));
		assert_ok!(set_capacity(1, QUOTA, 1_000_000));
		assert_eq!((row(1).bond, row(1).quota.granted), (before.bond, before.quota.granted));
		assert_eq!(Balances::free_balance(account(1)), free);
	});
}

#[test]
fn what_one_asks_for_changes_nothing_of_what_another_has() {
	Chain::default().run(|| {
		register(1);
		register(2);
		let other = row(2);
		assert_ok!(set_capacity(1, 20_000, 2_000_000));
		assert_eq!(row(2), other);
		let sums = (WorkMarket::<Test>::get().granted, ByteMarket::<Test>::get().granted);
		assert_eq!(sums, (u64::from(20_000 + QUOTA), 3_000_000));
	});
}

fn evict(number: u8) -> DispatchResult {
	Attestation::evict(RuntimeOrigin::root(), account(number))
}

#[test]
fn who_is_evicted_has_its_bond_once_the_windows_are_over_and_not_before() {
	Chain::default().run(|| {
		register(1);
		let bond = row(1).bond;
		assert_ok!(evict(1));
		let withdraw = || Attestation::withdraw(RuntimeOrigin::signed(account(1)));
		let free_at = row(1).leaving.unwrap();
		to_epoch(free_at - 1);
		assert_noop!(withdraw(), Error::StillBound);
		assert_eq!(Balances::total_balance_on_hold(&account(1)), bond);
		to_epoch(free_at);
		assert_ok!(withdraw());
		assert_eq!(Balances::total_balance_on_hold(&account(1)), 0);
	});
}

#[test]
fn who_leaves_by_itself_is_not_evicted_too_and_who_has_gone_cannot_be() {
	Chain::default().run(|| {
		register(1);
		assert_ok!(Attestation::leave(RuntimeOrigin::signed(account(1))));
		let leaving = row(1);
		assert_noop!(evict(1), Error::AlreadyLeaving);
		assert_eq!(row(1), leaving);
		to_epoch(8);
		assert_ok!(Attestation::withdraw(RuntimeOrigin::signed(account(1))));
		assert_noop!(evict(1), Error::NotAggregator);
	});
}

#[test]
fn what_an_evicted_aggregator_has_committed_to_is_settled() {
	Chain::default().run(|| {
		let batch = one_committed();
		assert_ok!(evict(1));
		to_index(8);
		let result = result_of(1, batch);
		for judge in 0..3 {
			assert_ok!(seal(judge, crate::Round::Committee, batch, result.root()));
		}
		to_index(13);
		assert_ok!(reveal(crate::Round::Committee, batch, result));
		assert_eq!(crate::Totals::<Test>::get(1, NETWORK), 400_000);
	});
}

#[test]
fn others_are_not_evicted_along_and_what_it_had_is_theirs_to_ask_for() {
	Chain::default().parameters(|p| p.epoch_work = 10_000).run(|| {
		for number in 1..=5 {
			register_with(number, 2_000, 1_000);
		}
		let others: Vec<_> = (2..=5).map(row).collect();
		assert_eq!(WorkMarket::<Test>::get().granted, 10_000);
		assert_ok!(evict(1));
		assert_eq!((2..=5).map(row).collect::<Vec<_>>(), others);
		assert_eq!(WorkMarket::<Test>::get().granted, 8_000);
		register_with(6, 2_000, 1_000);
		settled();
		assert_eq!(quota(6), 2_000);
	});
}

/// Something that somebody does about capacity.
#[derive(Clone, Debug)]
enum Act {
	Register(u8, u32, u32),
	Ask(u8, u32, u32),
	Seats(u8, u32),
	Leave(u8),
	Withdraw(u8),
	Evict(u8),
	Collect(u8),
	Block,
	Epoch,
}

fn acts() -> impl Strategy<Value = Act> {
	let who = 1u8..=9;
	prop_oneof![
		(who.clone(), 256u32..=4_000, 1u32..=2_000_000)
			.prop_map(|(w, q, a)| Act::Register(w, q, a)),
		(who.clone(), 256u32..=4_000, 1u32..=2_000_000).prop_map(|(w, q, a)| Act::Ask(w, q, a)),
		(who.clone(), 0u32..=200).prop_map(|(w, seats)| Act::Seats(w, seats)),
		who.clone().prop_map(Act::Leave),
		who.clone().prop_map(Act::Withdraw),
		who.clone().prop_map(Act::Evict),
		who.prop_map(Act::Collect),
		Just(Act::Block),
		Just(Act::Epoch),
	]
}

fn act(act: Act) {
	let signed = |number| RuntimeOrigin::signed(account(number));
	// What is refused changes nothing.
	let _ = match act {
		Act::Register(number, quota, allowance) => Attestation::register_aggregator(
			signed(number),
			ReportKey::Sr25519(publisher(number).public()),
			publisher_proof(number, &account(number)),
			quota,
			allowance,
		),
		Act::Ask(number, quota, allowance) => set_capacity(number, quota, allowance),
		Act::Seats(number, seats) => {
			name(number, seats);
			Ok(())
		}
		Act::Leave(number) => Attestation::leave(signed(number)),
		Act::Withdraw(number) => Attestation::withdraw(signed(number)),
		Act::Evict(number) => Attestation::evict(RuntimeOrigin::root(), account(number)),
		Act::Collect(number) => collect(number),
		Act::Block => {
			next_block();
			Ok(())
		}
		Act::Epoch => {
			to_epoch(CurrentEpoch::<Test>::get() + 1);
			Ok(())
		}
	};
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(64))]

	/// Whatever others did before, a newcomer with so many devices has what they may need, or its part of what there is;
	/// nobody is granted more than a fifth, and no more is granted than there is.
	#[test]
	fn a_newcomer_has_its_due_whatever_others_did(
		before in proptest::collection::vec(acts(), 0..60),
		seats in 0u32..400,
	) {
		Chain::default().parameters(|p| p.epoch_work = 20_000).run(|| {
			rents(1, 1);
			for done in before {
				act(done);
				let (work, bytes) = (WorkMarket::<Test>::get(), ByteMarket::<Test>::get());
				assert!(work.granted <= 20_000 && bytes.granted <= 10_000_000);
				Attestation::do_try_state().unwrap();
			}
			name(10, seats);
			register_with(10, 4_000, 2_000_000);
			settled();
			let needs = (BASE_WORK + 32 * seats).min(4_000);
			let market = WorkMarket::<Test>::get();
			let part = u64::from(needs) * 20_000 / market.opening.max(20_000);
			assert_eq!(u64::from(quota(10)), part);
			for (_, row) in Aggregators::<Test>::iter() {
				assert!(row.quota.granted <= 4_000 && row.allowance.granted <= 2_000_000);
			}
		});
	}

	/// What all spend in an epoch is no more than there is, however what they are granted moves while they spend.
	#[test]
	fn no_more_is_spent_in_an_epoch_than_there_is(
		acts in proptest::collection::vec(acts(), 0..60),
	) {
		Chain::default().parameters(|p| p.epoch_work = 20_000).run(|| {
			let mut spent = std::collections::BTreeMap::<(u32, u8), u32>::new();
			for done in acts {
				act(done);
				let now = CurrentEpoch::<Test>::get();
				// Whoever has some spends all of it at once.
				for number in 1..=9u8 {
					let Some(row) = Aggregators::<Test>::get(account(number)) else { continue };
					if row.may_commit() {
						let most = spent.entry((now, number)).or_default();
						*most = (*most).max(row.quota.in_force(now));
					}
				}
				let all: u32 = spent
					.iter()
					.filter(|((epoch, _), _)| *epoch == now)
					.map(|(_, spent)| spent)
					.sum();
				assert!(all <= 20_000, "{all} in epoch {now}");
			}
		});
	}
}
