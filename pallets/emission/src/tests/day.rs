//! Claiming for chunks of several epochs at once.

use super::*;
use crate::{ChunkClaim, MAX_CLAIMED, MAX_CLAIMS};
use frame_support::dispatch::{DispatchResultWithPostInfo, GetDispatchInfo};
use frame_support::{traits::ConstU32, BoundedVec};
use substation_primitives::batch::{Element, Leaf};

fn chunk(network: u8, epoch: u32, leaves: Vec<Leaf>) -> ChunkClaim {
	ChunkClaim {
		epoch,
		batch: batch(network),
		chunk: 0,
		element: Element { count: leaves.len() as u32, ..Default::default() },
		path: Default::default(),
		leaves: leaves.try_into().unwrap(),
	}
}

fn claim_all(claims: Vec<ChunkClaim>) -> DispatchResultWithPostInfo {
	Emission::claim_chunks(RuntimeOrigin::signed(account(9)), claims.try_into().unwrap())
}

#[test]
fn epochs_claimed_at_once_pay_what_they_pay_one_by_one() {
	let leaves = |epoch: u32| {
		(0..5)
			.map(|number| leaf(number, 100_000 + epoch + number as u32, 50_000))
			.collect::<Vec<_>>()
	};
	let epochs = [4, 5, 6];
	let all = |claim_them: &dyn Fn()| {
		chain(|| {
			for epoch in epochs {
				Emission::note_settled(1, epoch, 1_000_000);
				Emission::note_settled(2, epoch, 3_000_000);
			}
			claim_them();
			let balances: Vec<_> = (1..6).chain([200]).map(balance).collect();
			let pools: Vec<_> = Pools::<Test>::iter().map(|(_, _, pool)| pool.paid).collect();
			(balances, pools, Issued::<Test>::get())
		})
	};
	let singly = all(&|| {
		for epoch in epochs {
			for network in [1, 2] {
				assert_ok!(claim(network, epoch, leaves(epoch)));
			}
		}
	});
	let at_once = all(&|| {
		for network in [1, 2] {
			let claims = epochs.iter().map(|epoch| chunk(network, *epoch, leaves(*epoch)));
			assert_ok!(claim_all(claims.collect()));
		}
	});
	assert_eq!(singly, at_once);
	assert!(singly.2 > 0);
}

#[test]
fn an_owner_is_paid_once_for_all_its_devices_and_epochs_and_heard_of_once() {
	chain(|| {
		Owners::mutate(|owners| {
			let first = owners[&device(0)].clone();
			owners.insert(device(1), first);
		});
		Emission::note_settled(1, 4, 1_000_000);
		Emission::note_settled(1, 5, 1_000_000);
		System::reset_events();
		let both = || vec![leaf(0, 300_000, 0), leaf(1, 200_000, 0)];
		let done = claim_all(vec![chunk(1, 4, both()), chunk(1, 5, both())]).unwrap();

		let minted = System::events()
			.into_iter()
			.filter(|record| {
				matches!(
					&record.event,
					RuntimeEvent::Balances(pallet_balances::Event::Minted { who, .. })
						if *who == account(1)
				)
			})
			.count();
		assert_eq!(minted, 1);
		assert_eq!(balance(1), 2 * 26_250);
		// Two memberships, one owner, two chunks; heard of once.
		assert_eq!(done.actual_weight.unwrap().ref_time(), 2 * 1_000 + 10_000_000 + 10);
		assert_eq!(Heard::get().len(), 4);
	});
}

#[test]
fn a_device_is_claimed_for_in_one_network_at_once() {
	chain(|| {
		Emission::note_settled(1, 5, 1_000_000);
		Emission::note_settled(2, 5, 1_000_000);
		let of = |network, number| chunk(network, 5, vec![leaf(number, 400_000, 0)]);
		assert_noop!(claim_all(vec![of(1, 0), of(2, 0)]), Error::TooManyDevices);
		assert_ok!(claim_all(vec![of(1, 0), of(2, 1)]));
	});
}

#[test]
fn what_is_claimed_twice_in_one_call_is_paid_once() {
	chain(|| {
		Emission::note_settled(1, 5, 1_000_000);
		let one = || chunk(1, 5, vec![leaf(0, 600_000, 0)]);
		assert_ok!(claim_all(vec![one(), one()]));
		assert_eq!(balance(1), 31_500);
		assert_noop!(claim_all(vec![one()]), Error::NobodyToPay);
	});
}

#[test]
fn one_chunk_that_is_not_final_refuses_all_and_stores_nothing() {
	chain(|| {
		Emission::note_settled(1, 5, 1_000_000);
		let good = chunk(1, 5, vec![leaf(0, 600_000, 0)]);
		let mut wrong = good.clone();
		wrong.element.count = 7;
		assert_noop!(claim_all(vec![good.clone(), wrong]), DispatchError::Other("wrong leaves"));
		let no_pool = ChunkClaim { epoch: 6, ..good.clone() };
		assert_noop!(claim_all(vec![good.clone(), no_pool]), Error::NoPool);
		assert_noop!(claim_all(vec![]), Error::NobodyToPay);
		assert_ok!(claim_all(vec![good]));
	});
}

#[test]
fn so_many_memberships_are_claimed_for_at_once_and_no_more() {
	chain(|| {
		Owners::set((0..200).map(|number| (device(number), account(1))).collect());
		Emission::note_settled(1, 5, 200_000_000);
		Emission::note_settled(1, 6, 200_000_000);
		let claims = |more: u64| {
			let leaves =
				|from: u64, to: u64| (from..to).map(|one| leaf(one, 1_000_000, 0)).collect();
			vec![
				chunk(1, 5, leaves(0, 64)),
				chunk(1, 5, leaves(64, 128)),
				chunk(1, 6, leaves(64, 128 + more)[more as usize..].to_vec()),
			]
		};
		assert_eq!(MAX_CLAIMED, 128);
		assert_noop!(claim_all(claims(1)), Error::TooManyDevices);
		assert_ok!(claim_all(claims(0)));
	});
}

#[test]
fn so_many_chunks_are_claimed_for_at_once_and_no_more() {
	chain(|| {
		for epoch in 5..30 {
			Emission::note_settled(1, epoch, 1_000_000);
		}
		let chunks = |count: u32| {
			(5..5 + count).map(|epoch| chunk(1, epoch, vec![leaf(0, 1_000, 0)])).collect::<Vec<_>>()
		};
		let list = |count| BoundedVec::<_, ConstU32<MAX_CLAIMS>>::try_from(chunks(count));
		assert_eq!(MAX_CLAIMS, 24);
		assert!(list(25).is_err(), "a longer list is none that the call takes");
		assert!(list(24).is_ok());
		assert_ok!(claim_all(chunks(24)));
	});
}

#[test]
fn an_owner_that_cannot_be_paid_spoils_nobodys_claim_and_loses_nothing() {
	chain(|| {
		MinimumBalance::set(10);
		Emission::note_settled(1, 5, 1_000_000);
		Emission::note_settled(1, 6, 1_000_000);
		let claims = || {
			vec![
				chunk(1, 5, vec![leaf(0, 100, 0), leaf(1, 400_000, 0)]),
				chunk(1, 6, vec![leaf(1, 400_000, 0)]),
			]
		};
		assert_ok!(claim_all(claims()));
		assert_eq!((balance(1), balance(2)), (0, 42_000));
		MinimumBalance::set(1);
		assert_ok!(claim_all(claims()));
		assert_eq!((balance(1), balance(2)), (5, 42_000));
	});
}

#[test]
fn a_pool_pays_no_more_than_it_holds_whatever_judges_agreed_on() {
	chain(|| {
		Emission::note_settled(1, 5, 1_000_000);
		// Two owners whose scores are more than the total.
		let claims = vec![chunk(1, 5, vec![leaf(0, 900_000, 100_000), leaf(1, 900_000, 100_000)])];
		assert_ok!(claim_all(claims));
		let pool = Pools::<Test>::get(5, 1).unwrap();
		assert_eq!(pool.paid, pool.amount);
		assert_eq!(balance(1) + balance(2) + balance(200), pool.amount);
	});
}

#[test]
fn a_call_weighs_at_the_most_what_its_devices_and_chunks_take() {
	chain(|| {
		let leaves = || vec![leaf(0, 1, 0), leaf(1, 1, 0), leaf(2, 1, 0)];
		let weight = |claims: Vec<ChunkClaim>| {
			let claims = claims.try_into().unwrap();
			let call = RuntimeCall::Emission(crate::Call::claim_chunks { claims });
			GetDispatchInfo::get_dispatch_info(&call).call_weight.ref_time()
		};
		// Three memberships, each another owner's, are read once; six reports in two chunks.
		let two = weight(vec![chunk(1, 5, leaves()), chunk(1, 6, leaves())]);
		assert_eq!(two, 3 * 1_000 + 2 * 100_000 + 10_000_000 + 3 * 30 + 6);
	});
}

#[test]
fn the_call_takes_no_other_origin() {
	chain(|| {
		for origin in [RuntimeOrigin::none(), RuntimeOrigin::root()] {
			assert_noop!(
				Emission::claim_chunks(origin, Default::default()),
				DispatchError::BadOrigin
			);
		}
	});
}
