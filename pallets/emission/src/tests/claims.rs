//! Who is paid what for a chunk.

use super::*;
use frame_support::dispatch::GetDispatchInfo;
use substation_primitives::batch::CHUNK_LEAVES;

#[test]
fn owners_are_paid_by_score_and_aggregators_their_cut() {
	chain(|| {
		Emission::note_settled(1, 5, 1_000_000);
		assert_ok!(claim(1, 5, vec![leaf(0, 600_000, 50_000), leaf(1, 400_000, 0)]));

		assert_eq!((balance(1), balance(2), balance(200)), (29_925, 21_000, 1_575));
		assert_eq!(Pools::<Test>::get(5, 1).unwrap().paid, 52_500);
		assert_eq!(Issued::<Test>::get(), 52_500);
		assert!(has_event(Event::Paid {
			network: 1,
			epoch: 5,
			device: device(0),
			owner: account(1),
			amount: 29_925
		}));
		assert!(has_event(Event::CutPaid {
			network: 1,
			epoch: 5,
			aggregator: account(200),
			amount: 1_575
		}));
	});
}

#[test]
fn others_hear_of_each_payment_and_what_that_takes_is_charged() {
	chain(|| {
		Emission::note_settled(1, 5, 1_000_000);
		let leaves = || vec![leaf(0, 600_000, 50_000), leaf(1, 400_000, 0), leaf(2, 0, 0)];
		let call = RuntimeCall::Emission(crate::Call::claim_chunk {
			epoch: 5,
			batch: batch(1),
			chunk: 0,
			element: Default::default(),
			path: Default::default(),
			leaves: leaves().try_into().unwrap(),
		});
		assert_eq!(
			GetDispatchInfo::get_dispatch_info(&call).call_weight.ref_time(),
			// Three memberships, each another owner's, are heard of one by one.
			3 * 1_000 + 2 * 100_000 + 3 * 30 + 3
		);
		let done = claim(1, 5, leaves()).unwrap();
		assert_eq!(done.actual_weight.unwrap().ref_time(), 2 * 1_000 + 100_000 + 2 * 10);
		let heard = vec![(account(1), 600_000, 29_925), (account(2), 400_000, 21_000)];
		assert_eq!(Heard::get(), heard);
	});
}

#[test]
fn nobody_is_paid_twice_and_a_claim_that_pays_nobody_is_refused() {
	chain(|| {
		Emission::note_settled(1, 5, 1_000_000);
		assert_ok!(claim(1, 5, vec![leaf(0, 600_000, 0)]));
		assert_noop!(claim(1, 5, vec![leaf(0, 600_000, 0)]), Error::NobodyToPay);
		assert_ok!(claim(1, 5, vec![leaf(0, 600_000, 0), leaf(1, 1, 0)]));
		assert_eq!(balance(1), 31_500);
	});
}

#[test]
fn the_gone_and_the_worthless_are_skipped() {
	chain(|| {
		Emission::note_settled(1, 5, 1_000_000);
		assert_noop!(claim(1, 5, vec![leaf(0, 0, 0), leaf(5_000, 600_000, 0)]), Error::NobodyToPay);
		assert_noop!(claim(1, 5, vec![]), Error::NobodyToPay);
		assert_ok!(claim(1, 5, vec![leaf(0, 0, 0), leaf(5_000, 9, 0), leaf(3, 100, 0)]));
		assert_eq!((balance(1), balance(4)), (0, 5));
	});
}

#[test]
fn the_rate_cap_holds_back_what_would_be_a_windfall() {
	chain(|| {
		Shares::mutate(|shares| shares.get_mut(&1).unwrap().rate_cap = 1_000);
		Emission::note_settled(1, 5, 500_000);
		assert_ok!(claim(1, 5, vec![leaf(0, 500_000, 0)]));

		assert_eq!(balance(1), 500);
		assert_eq!(Issued::<Test>::get(), 500, "what is held back is not issued");
	});
}

#[test]
fn an_owner_whose_account_cannot_take_a_payment_spoils_nobodys_claim() {
	chain(|| {
		Emission::note_settled(1, 5, 1_000_000);
		// An account holds at least ten: five is less than it can begin with.
		MinimumBalance::set(10);
		assert_ok!(claim(1, 5, vec![leaf(0, 100, 0), leaf(1, 400_000, 0)]));
		assert_eq!((balance(1), balance(2)), (0, 21_000));
		MinimumBalance::set(1);
		assert_ok!(claim(1, 5, vec![leaf(0, 100, 0)]));
		assert_eq!(balance(1), 5);
	});
}

#[test]
fn what_the_settlement_refuses_is_refused() {
	chain(|| {
		let claim_with = |origin, element| {
			Emission::claim_chunk(
				origin,
				5,
				batch(1),
				0,
				element,
				Default::default(),
				Default::default(),
			)
		};
		let wrong = Element { count: 3, ..Default::default() };
		assert_noop!(
			claim_with(RuntimeOrigin::signed(account(9)), wrong),
			DispatchError::Other("wrong leaves")
		);
		assert_noop!(claim(1, 5, vec![leaf(0, 5, 0)]), Error::NoPool);
		assert_noop!(
			claim_with(RuntimeOrigin::none(), Default::default()),
			DispatchError::BadOrigin
		);
	});
}

fn paid(epoch: EpochIndex, number: u64, owner: u8, amount: u128) -> Event {
	Event::Paid { network: 1, epoch, device: device(number), owner: account(owner), amount }
}

#[test]
fn neither_nobody_nor_root_claims() {
	chain(|| {
		Emission::note_settled(1, 5, 1_000_000);
		for origin in [RuntimeOrigin::none(), RuntimeOrigin::root()] {
			assert_noop!(
				Emission::claim_chunk(
					origin,
					5,
					batch(1),
					0,
					Element { count: 1, ..Default::default() },
					Default::default(),
					vec![leaf(0, 600_000, 0)].try_into().unwrap(),
				),
				DispatchError::BadOrigin
			);
		}
	});
}

#[test]
fn who_claims_gets_nothing() {
	chain(|| {
		Emission::note_settled(1, 5, 1_000_000);
		assert_ok!(claim(1, 5, vec![leaf(0, 600_000, 50_000)]));
		assert_eq!(balance(99), 0);
	});
}

#[test]
fn a_device_that_is_twice_in_a_chunk_is_paid_once() {
	chain(|| {
		Emission::note_settled(1, 5, 1_000_000);
		assert_ok!(claim(1, 5, vec![leaf(0, 600_000, 0), leaf(0, 400_000, 0)]));
		assert_eq!(balance(1), 31_500);
		let payments = events().into_iter().filter(|event| matches!(event, Event::Paid { .. }));
		assert_eq!(payments.collect::<Vec<_>>(), [paid(5, 0, 1, 31_500)]);
		assert_eq!(Pools::<Test>::get(5, 1).unwrap().paid, 31_500);
	});
}

#[test]
fn a_device_is_paid_for_each_epoch_and_network() {
	chain(|| {
		for (network, epoch) in [(1, 5), (1, 6), (2, 5)] {
			Emission::note_settled(network.into(), epoch, 1_000_000);
			assert_ok!(claim(network, epoch, vec![leaf(0, 400_000, 0)]));
		}
		assert_eq!(balance(1), 21_000 + 21_000 + 7_000);
		assert!(has_event(paid(5, 0, 1, 21_000)) && has_event(paid(6, 0, 1, 21_000)));
	});
}

#[test]
fn no_cut_is_more_than_the_payment() {
	chain(|| {
		Emission::note_settled(1, 5, 1_000_000);
		let leaves = vec![
			leaf(0, 100_000, 1_000_000),
			leaf(1, 100_000, 1_000_001),
			leaf(2, 100_000, u32::MAX),
			leaf(3, 100_000, 999_999),
		];
		assert_ok!(claim(1, 5, leaves));
		// Of the last payment, 5,249.99… rounded down: the odd planck is the owner's.
		assert_eq!([1, 2, 3, 4].map(balance), [0, 0, 0, 1]);
		assert_eq!(balance(200), 3 * 5_250 + 5_249);
		assert!(has_event(paid(5, 1, 2, 0)) && has_event(paid(5, 3, 4, 1)));
		let (network, epoch, aggregator) = (1, 5, account(200));
		assert!(has_event(Event::CutPaid { network, epoch, aggregator, amount: 20_999 }));
		assert_eq!(Issued::<Test>::get(), 4 * 5_250);
	});
}

#[test]
fn where_there_is_no_cut_owners_have_all() {
	chain(|| {
		Emission::note_settled(1, 5, 1_000_000);
		assert_ok!(claim(1, 5, vec![leaf(0, 600_000, 0), leaf(1, 400_000, 0)]));
		assert_eq!((balance(1), balance(2), balance(200)), (31_500, 21_000, 0));
		assert!(has_event(paid(5, 0, 1, 31_500)) && has_event(paid(5, 1, 2, 21_000)));
		assert_eq!(Balances::total_issuance(), Issued::<Test>::get());
	});
}

#[test]
fn the_cut_of_an_aggregator_whose_account_cannot_take_it_is_the_networks_income() {
	chain(|| {
		Emission::note_settled(1, 5, 1_000_000);
		MinimumBalance::set(1_576);
		assert_ok!(claim(1, 5, vec![leaf(0, 600_000, 50_000), leaf(1, 400_000, 0)]));
		assert_eq!((balance(1), balance(2), balance(200)), (29_925, 21_000, 0));
		assert!(!events().iter().any(|event| matches!(event, Event::CutPaid { .. })));
		assert_eq!(Pools::<Test>::get(5, 1).unwrap().paid, 50_925);
		assert_eq!(Issued::<Test>::get(), 50_925);
		assert_eq!(Balances::total_issuance(), 50_925);

		MinimumBalance::set(1_575);
		Expired::set(6);
		idle();
		assert!(has_event(Event::PoolClosed { network: 1, epoch: 5, rest: 1_575 }));
		assert_eq!((balance(221), Issued::<Test>::get()), (1_575, 52_500));
	});
}

#[test]
fn an_account_that_can_just_take_its_cut_is_paid_it() {
	chain(|| {
		Emission::note_settled(1, 5, 1_000_000);
		MinimumBalance::set(1_575);
		assert_ok!(claim(1, 5, vec![leaf(0, 600_000, 50_000)]));
		assert_eq!(balance(200), 1_575);
		let (network, epoch, aggregator) = (1, 5, account(200));
		assert!(has_event(Event::CutPaid { network, epoch, aggregator, amount: 1_575 }));
	});
}

#[test]
fn a_chunk_of_the_most_leaves_is_paid_in_full() {
	chain(|| {
		let most = u64::from(CHUNK_LEAVES);
		Emission::note_settled(1, 5, most * 10_000);
		let leaves: Vec<_> = (0..most).map(|number| leaf(number, 10_000, 100_000)).collect();
		assert!(Leaves::try_from([leaves.clone(), vec![leaf(99, 1, 0)]].concat()).is_err());
		assert_ok!(claim(1, 5, leaves));
		// Each is paid 820 of 52,500, and 82 of that are cut.
		let payments = events().into_iter().filter(|event| matches!(event, Event::Paid { .. }));
		assert_eq!(payments.count(), CHUNK_LEAVES as usize);
		assert_eq!(balance(200), 82 * u128::from(most));
		assert_eq!((1..=10).map(balance).sum::<u128>(), 738 * u128::from(most));
		assert_eq!(Issued::<Test>::get(), 820 * u128::from(most));
	});
}

#[test]
fn owners_are_those_of_the_moment() {
	chain(|| {
		Emission::note_settled(1, 5, 1_000_000);
		Owners::mutate(|owners| owners.insert(device(0), account(50)));
		assert_ok!(claim(1, 5, vec![leaf(0, 600_000, 0)]));
		assert_eq!((balance(1), balance(50)), (0, 31_500));
		assert!(has_event(paid(5, 0, 50, 31_500)));
	});
}
