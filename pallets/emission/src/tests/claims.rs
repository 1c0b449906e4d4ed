//! Who is paid what for a chunk.

use super::*;
use frame_support::dispatch::GetDispatchInfo;
use substation_primitives::batch::Element;

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
