//! Marking.

use super::*;
use codec::Encode;
use frame_support::dispatch::{DispatchResultWithPostInfo, GetDispatchInfo};
use substation_primitives::{batch::ChunkClaim, report::ReportBytes};
use substation_proofs::mapping::{Evidence, Step};

/// What so many whole tiles of 182 metres bring.
fn bounty(tiles: u128) -> Balance {
	MarkBounty::get() * 182 * tiles / 1_000
}

fn mark(who: u8, (shown, report): (ChunkClaim, ReportBytes)) -> DispatchResultWithPostInfo {
	Mapping::mark(signed(who), shown, 0, report)
}

#[test]
fn tiles_that_were_driven_through_are_marked_and_paid_for() {
	chain(|| {
		let (shown, report) = settle(9, &ways(3));
		assert_ok!(mark(2, (shown, report)));
		assert_eq!([0, 1, 2].map(|north| marks(tile(north))), [(10, 0); 3]);
		assert_eq!((marks(tile(-1)), marks(tile(3))), ((0, 0), (0, 0)));
		assert_eq!(held(2), 40 * Rows::<Test>::iter().count() as u128);
		assert_eq!(Balances::free_balance(account(2)), 1_000 - held(2) + bounty(3));
		assert_eq!(Fund::get(), 1_000 - bounty(3));
		System::assert_last_event(
			Event::<Test>::Marked {
				network: NETWORK,
				device: [1; 32].into(),
				epoch: 9,
				tiles: 3,
				paid: bounty(3),
			}
			.into(),
		);
	});
}

#[test]
fn a_tile_in_which_a_track_has_less_than_a_metre_is_not_marked() {
	chain(|| {
		// A millionth of a degree is eleven centimetres.
		let into = |north| vec![Step { seconds: 20, north, east: 0 }];
		assert_noop!(mark(1, settle(9, &into(8))), Error::NothingToMark);
		assert_ok!(mark(1, settle(9, &into(9))));
		assert_eq!((marks(tile(0)), marks(tile(1))), ((10, 0), (0, 0)));
	});
}

#[test]
fn a_tile_is_marked_again_once_nobody_judges_by_its_last_mark() {
	chain(|| {
		assert_ok!(mark(1, settle(9, &ways(1))));
		for (now, epoch) in [(11, 10), (18, 17), (19, 18)] {
			Now::set(now);
			assert_noop!(mark(1, settle(epoch, &ways(1))), Error::NothingToMark);
		}
		// Facts of eight epochs are read: from the twentieth on, of none before the twelfth.
		Now::set(20);
		assert_ok!(mark(2, settle(19, &ways(1))));
		assert_eq!(marks(tile(0)), (20, 10));
		assert_eq!((held(1), held(2)), (0, 40), "who marks it last pays for the row");
	});
}

#[test]
fn what_is_new_of_a_track_is_marked_and_the_rest_is_not_paid() {
	chain(|| {
		assert_ok!(mark(1, settle(9, &ways(1))));
		let before = Fund::get();
		assert_ok!(mark(1, settle(9, &ways(2))));
		assert_eq!(before - Fund::get(), bounty(1));
		assert_noop!(mark(1, settle(9, &ways(2))), Error::NothingToMark);
	});
}

#[test]
fn a_report_marks_what_it_is_paid_for_and_no_more() {
	chain(|| {
		// A full score is for a thousand metres: six tiles of 182, the last of which is begun.
		assert_ok!(mark(1, settle(9, &ways(9))));
		assert_eq!([5, 6].map(|north| marks(tile(north))), [(10, 0), (0, 0)]);
		assert_eq!(Fund::get(), 1_000 - MarkBounty::get());
	});
}

#[test]
fn what_is_worth_a_part_brings_that_part() {
	chain(|| {
		assert_ok!(mark(1, settle(9, &ways(1))));
		let before = Fund::get();
		// Ten of twenty epochs after its mark.
		Now::set(20);
		assert_ok!(mark(1, settle(20 - 1, &ways(1))));
		let part = 182 * 9 / 20;
		assert_eq!(before - Fund::get(), MarkBounty::get() * part / 1_000);
	});
}

#[test]
fn a_fund_pays_as_far_as_it_can() {
	chain(|| {
		let there = bounty(1) / 2;
		Fund::set(there);
		assert_ok!(mark(1, settle(9, &ways(1))));
		assert_eq!(Fund::get(), 0);
		assert_ok!(mark(1, settle(9, &ways(4))));
		assert_eq!(Balances::free_balance(account(1)), 1_000 - held(1) + there);
	});
}

#[test]
fn only_what_judges_have_found_good_marks_anything() {
	chain(|| {
		let (shown, report) = settle(9, &ways(1));
		let refused = |shown: &ChunkClaim, place, report: &ReportBytes| {
			Mapping::mark(signed(1), shown.clone(), place, report.clone())
		};
		let other = ChunkClaim { chunk: 1, ..shown.clone() };
		assert_noop!(refused(&other, 0, &report), "not settled");
		assert_noop!(refused(&shown, 1, &report), Error::NoSuchReport);
		let (_, another) = settle(9, &ways(2));
		assert_noop!(refused(&shown, 0, &another), Error::WrongReport);
		let evidence = Evidence::default().encode();
		let (faulty, report) = settle_as(NETWORK, 9, evidence, 0);
		assert_noop!(refused(&faulty, 0, &report), Error::WorthNothing);
		let (unreadable, report) = settle_as(NETWORK, 9, vec![1, 2], 1);
		assert_noop!(refused(&unreadable, 0, &report), Error::WrongReport);
		// No judge finds that good.
		let still = settle(9, &[Step { seconds: 0, north: 1_638, east: 0 }]);
		assert_noop!(mark(1, still), Error::WorthNothing);
		let nobody = frame_system::RawOrigin::None;
		assert_noop!(
			Mapping::mark(nobody.into(), shown, 0, report),
			sp_runtime::DispatchError::BadOrigin
		);
	});
}

#[test]
fn only_reports_to_a_network_that_pays_for_mapping_and_of_epochs_that_are_judged_mark_anything() {
	chain(|| {
		let (shown, report) = settle_as(7, 9, Evidence::default().encode(), 1);
		assert_noop!(mark(1, (shown, report)), Error::NotMapping);
		Now::set(18);
		assert_noop!(mark(1, settle(9, &ways(1))), Error::TooOld);
		HomesAreKnown::set(false);
		assert_noop!(mark(1, settle(10, &ways(1))), Error::TooOld);
		HomesAreKnown::set(true);
		assert_ok!(mark(1, settle(10, &ways(1))));
	});
}

#[test]
fn who_cannot_pay_for_a_row_marks_nothing() {
	chain(|| {
		let _ = Balances::force_set_balance(frame_system::RawOrigin::Root.into(), account(3), 44);
		assert_noop!(mark(3, settle(9, &ways(1))), Error::CannotPay);
		let _ = Balances::force_set_balance(frame_system::RawOrigin::Root.into(), account(3), 45);
		assert_ok!(mark(3, settle(9, &ways(1))));
	});
}

#[test]
fn a_call_costs_what_it_has_looked_at() {
	chain(|| {
		let (shown, report) = settle(9, &ways(1));
		let call =
			crate::Call::<Test>::mark { shown: shown.clone(), place: 0, report: report.clone() };
		let most = call.get_dispatch_info().call_weight;
		let taken = mark(1, (shown, report)).unwrap().actual_weight.unwrap();
		assert_eq!(most, <() as WeightInfo>::mark(24));
		assert_eq!(taken, <() as WeightInfo>::mark(1));
	});
}
