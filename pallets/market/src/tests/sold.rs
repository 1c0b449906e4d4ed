//! What stays burned of sales of a device's service.

use super::*;
use substation_primitives::epoch::MAX_FACT_WINDOW;

fn count(number: u8) -> DispatchResult {
	Market::count_sales(signed(number), 0, device())
}

fn forget(number: u8) -> DispatchResult {
	Market::forget_sales(signed(number), 0, device())
}

fn burned(epoch: EpochIndex) -> Balance {
	Market::left_burned(0, device(), epoch)
}

/// Packets of device 1, at ten credits each.
fn packets() -> Ask {
	Ask { device: Some(device()), ..meter(10) }
}

/// A twentieth of what ten credits have cost.
const A_PACKET: Balance = STN / 100_000 / 20;

#[test]
fn sales_of_a_device_are_counted_in_the_epoch_in_which_they_are_paid() {
	agreed(packets(), 1_000_000, || {
		assert_ok!(count(1));
		let begun = Event::CountingBegun { network: 0, device: device(), payer: account(1) };
		assert_eq!((last_event(), held(HoldReason::Sold, 1)), (begun, 60));
		assert_ok!(settle(receipt(7, 0, 100)));
		assert_ok!(settle(receipt(7, 0, 150)));
		Now::set(11);
		assert_ok!(settle(receipt(7, 0, 151)));
		assert_eq!([9, 10, 11, 12].map(burned), [0, 150 * A_PACKET, A_PACKET, 0]);
		// What stays burned and nothing else: a network that takes less leaves more.
		assert_eq!(Market::left_burned(1, device(), 10), 0);
	});
}

#[test]
fn what_is_paid_at_once_and_time_and_deals_count_too() {
	chain(|| {
		assert_ok!(count(1));
		assert_ok!(offer(Ask { setup: 100, ..packets() }));
		assert_ok!(open(10_000));
		assert_eq!(burned(10), 10 * A_PACKET);
		assert_ok!(offer(Ask { device: Some(device()), ..stream(10) }));
		assert_ok!(Market::open(signed(3), 0, 1, 10_000, None));
		pass(5);
		assert_ok!(Market::settle(signed(5), 1, None));
		assert_eq!(burned(10), 15 * A_PACKET);
		assert_ok!(offer(deal()));
		assert_ok!(Market::open(signed(3), 0, 2, 10_000, None));
		let full = (12, substation_primitives::FULL_SCORE);
		Now::set(20);
		Market::note_served(&account(1), 0, &[(device(), vec![full])]);
		assert_eq!((burned(10), burned(20)), (15 * A_PACKET, 100 * A_PACKET));
	});
}

#[test]
fn sales_of_no_device_and_of_one_that_nobody_counts_are_not() {
	agreed(packets(), 1_000_000, || {
		assert_ok!(settle(receipt(7, 0, 100)));
		assert_eq!((burned(10), Market::sold_of(0, device())), (0, None));
		assert_ok!(count(1));
		// Not about a device.
		assert_ok!(offer(meter(10)));
		assert_ok!(Market::open(signed(3), 0, 1, 10_000, key(8)));
		assert_ok!(Market::settle(signed(5), 1, receipt(8, 1, 100)));
		assert_eq!(burned(10), 0);
	});
}

#[test]
fn only_the_owner_has_a_members_sales_counted_and_once() {
	chain(|| {
		assert_noop!(count(2), Error::NotYours);
		assert_noop!(Market::count_sales(signed(1), 1, device()), Error::NotMember);
		let nobodys = DeviceId::repeat_byte(99);
		assert_noop!(Market::count_sales(signed(1), 0, nobodys), Error::NotYours);
		assert_noop!(
			Market::count_sales(RuntimeOrigin::root(), 0, device()),
			DispatchError::BadOrigin
		);
		assert_ok!(count(1));
		assert_noop!(count(1), Error::AlreadyCounted);
	});
}

#[test]
fn an_owner_who_cannot_pay_for_the_row_has_nothing_counted() {
	chain(|| {
		let spare = free(1) - 64;
		assert_ok!(Balances::transfer_allow_death(signed(1), account(9), spare));
		assert_noop!(count(1), Error::CannotPay);
		assert_ok!(Balances::transfer_allow_death(signed(2), account(1), 1));
		assert_ok!(count(1));
	});
}

#[test]
fn counting_ends_once_nobody_can_ask_for_what_was_counted() {
	agreed(packets(), 1_000_000, || {
		assert_noop!(forget(1), Error::NotFound);
		assert_ok!(count(1));
		assert_ok!(settle(receipt(7, 0, 100)));
		// Facts are read for eight epochs.
		Now::set(18);
		assert_noop!(forget(1), Error::StillRead);
		assert_noop!(forget(2), Error::NotYours);
		assert_noop!(
			Market::forget_sales(RuntimeOrigin::none(), 0, device()),
			DispatchError::BadOrigin
		);
		Now::set(19);
		assert_ok!(forget(1));
		let ended = Event::CountingEnded { network: 0, device: device() };
		assert_eq!((last_event(), held(HoldReason::Sold, 1)), (ended, 0));
		assert_eq!(SoldOf::<Test>::iter().count(), 0);
	});
}

#[test]
fn who_has_sold_nothing_ends_it_at_once_and_who_has_sold_the_device_can() {
	chain(|| {
		assert_ok!(count(1));
		assert_ok!(forget(1));
		assert_ok!(count(1));
		transfer(2);
		assert_noop!(forget(2), Error::NotYours);
		assert_ok!(forget(1));
		assert_ok!(count(2));
	});
}

#[test]
fn who_buys_the_device_takes_the_row_over_with_what_was_counted() {
	agreed(packets(), 1_000_000, || {
		assert_ok!(count(1));
		assert_ok!(settle(receipt(7, 0, 100)));
		transfer(3);
		assert_noop!(count(1), Error::NotYours);
		assert_ok!(count(3));
		assert_eq!((held(HoldReason::Sold, 1), held(HoldReason::Sold, 3)), (0, 60));
		assert_eq!(burned(10), 100 * A_PACKET);
		assert_noop!(count(3), Error::AlreadyCounted);
		Now::set(40);
		assert_noop!(forget(1), Error::NotYours);
		assert_ok!(forget(3));
	});
}

#[test]
fn counting_that_was_not_begun_does_not_end() {
	chain(|| {
		assert_ok!(count(1));
		assert_noop!(Market::forget_sales(signed(1), 1, device()), Error::NotFound);
		let other = DeviceId::repeat_byte(2);
		assert_noop!(Market::forget_sales(signed(1), 0, other), Error::NotFound);
		assert_ok!(forget(1));
		assert_noop!(forget(1), Error::NotFound);
	});
}

#[test]
fn the_last_sale_is_what_keeps_a_row() {
	agreed(packets(), 1_000_000, || {
		assert_ok!(count(1));
		assert_ok!(settle(receipt(7, 0, 100)));
		Now::set(15);
		assert_ok!(settle(receipt(7, 0, 200)));
		// The first could not be asked for any more.
		for now in [19, 23] {
			Now::set(now);
			assert_noop!(forget(1), Error::StillRead);
		}
		Now::set(24);
		assert_ok!(forget(1));
		assert_eq!(burned(15), 0);
	});
}

#[test]
fn only_who_pays_for_the_row_ends_it() {
	chain(|| {
		assert_ok!(count(1));
		for number in [2, 3, 30] {
			assert_noop!(forget(number), Error::NotYours);
		}
		for origin in [RuntimeOrigin::none(), RuntimeOrigin::root()] {
			assert_noop!(Market::forget_sales(origin, 0, device()), DispatchError::BadOrigin);
		}
		assert_eq!(held(HoldReason::Sold, 1), 60);
	});
}

#[test]
fn a_row_ends_though_its_device_has_left_the_network_or_is_gone() {
	chain(|| {
		assert_ok!(count(1));
		Seats::set(Default::default());
		assert_ok!(forget(1));
		assert_eq!(held(HoldReason::Sold, 1), 0);
	});
	chain(|| {
		assert_ok!(count(1));
		Tenures::set(Default::default());
		assert_ok!(forget(1));
		assert_eq!(held(HoldReason::Sold, 1), 0);
	});
}

#[test]
fn what_is_sold_after_counting_has_ended_is_not_counted() {
	agreed(packets(), 1_000_000, || {
		assert_ok!(count(1));
		assert_ok!(forget(1));
		assert_ok!(settle(receipt(7, 0, 100)));
		assert_eq!((burned(10), Market::sold_of(0, device())), (0, None));
		// Nor later, by who has it counted again.
		assert_ok!(count(1));
		assert_eq!(burned(10), 0);
	});
}

proptest! {
	/// Whatever is sold when: an epoch's sum is the same from the opening of the next one on for as long as facts are read,
	/// and what stayed burned.
	#[test]
	fn sums_of_the_past_are_what_was_sold(
		sales in prop::collection::vec((0u32..90, 1u64..50), 1..90),
	) {
		chain(|| {
			assert_ok!(count(1));
			assert_ok!(offer(packets()));
			assert_ok!(open(50_000_000));
			let (mut units, mut model) = (0, std::collections::BTreeMap::new());
			for (later, packets) in sales {
				Now::mutate(|now| *now += later);
				units += packets;
				assert_ok!(settle(receipt(7, 0, units)));
				*model.entry(Now::get()).or_default() += Balance::from(packets) * A_PACKET;
				let now = Now::get();
				for epoch in now.saturating_sub(MAX_FACT_WINDOW)..=now {
					let sold = model.get(&epoch).copied().unwrap_or(0);
					prop_assert_eq!(burned(epoch), sold, "as of {} in {}", epoch, now);
				}
				let kept = SoldOf::<Test>::get(0, device()).unwrap().epochs.len() as u32;
				prop_assert!(kept <= MAX_FACT_WINDOW + 1);
			}
			Ok(())
		})?;
	}
}
