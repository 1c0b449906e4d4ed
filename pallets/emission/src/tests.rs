use crate::{mock::*, Pool, *};
use frame_support::{
	assert_noop, assert_ok, dispatch::GetDispatchInfo, traits::Hooks, weights::Weight,
};
use proptest::prelude::*;
use sp_runtime::{DispatchError, Permill};
use std::collections::BTreeMap;
use substation_primitives::FULL_SCORE;

type Error = crate::Error<Test>;
type Event = crate::Event<Test>;

fn idle() {
	Emission::on_idle(1, Weight::from_parts(u64::MAX, u64::MAX));
}

fn balance(number: u8) -> u128 {
	Balances::free_balance(account(number))
}

fn has_event(event: Event) -> bool {
	System::events().iter().any(|record| record.event == RuntimeEvent::Emission(event.clone()))
}

mod pools {
	use super::*;

	#[test]
	fn a_network_gets_its_weights_part_of_the_devices_share() {
		chain(|| {
			Emission::note_settled(1, 5, 600);
			Emission::note_settled(2, 5, 100);

			// 70 % of 100,000, by 30 and 10 of 40.
			assert_eq!(Pools::<Test>::get(5, 1).unwrap().amount, 52_500);
			assert_eq!(Pools::<Test>::get(5, 2).unwrap().amount, 17_500);
			assert!(has_event(Event::PoolOpened { network: 1, epoch: 5, amount: 52_500 }));
		});
	}

	#[test]
	fn a_pool_is_computed_once_and_its_total_grows() {
		chain(|| {
			Emission::note_settled(1, 5, 600);
			Shares::set(Default::default());
			Emission::note_settled(1, 5, 300);

			let pool = Pools::<Test>::get(5, 1).unwrap();
			assert_eq!((pool.amount, pool.total), (52_500, 900));
		});
	}

	#[test]
	fn a_network_that_reports_rarely_gets_the_pools_of_its_cadence() {
		chain(|| {
			Shares::mutate(|shares| shares.get_mut(&1).unwrap().cadence = 4);
			Emission::note_settled(1, 8, 600);
			assert_eq!(Pools::<Test>::get(8, 1).unwrap().amount, 4 * 52_500);
			// Nothing is paid for void epochs.
			Void::set([9, 11].into());
			Emission::note_settled(1, 12, 600);
			assert_eq!(Pools::<Test>::get(12, 1).unwrap().amount, 2 * 52_500);
		});
	}

	#[test]
	fn a_network_that_changes_its_cadence_is_paid_for_no_epoch_twice() {
		chain(|| {
			ChangedCadence::set(Some((24, 24)));
			for epoch in 1..24 {
				Emission::note_settled(1, epoch, 600);
			}
			Emission::note_settled(1, 24, 600);
			assert_eq!(Pools::<Test>::get(24, 1).unwrap().amount, 52_500);
			Now::set(60);
			Emission::note_settled(1, 48, 600);
			assert_eq!(Pools::<Test>::get(48, 1).unwrap().amount, 24 * 52_500);
		});
	}

	#[test]
	fn a_pool_pays_no_more_than_it_holds_whatever_judges_agree_on() {
		chain(|| {
			// A total of one, and scores that add up to far more.
			Emission::note_settled(1, 5, 1);
			let leaves = (0..10).map(|i| leaf(i, u32::MAX, 0)).collect();
			assert_ok!(claim(1, 5, leaves));
			let pool = Pools::<Test>::get(5, 1).unwrap();
			assert_eq!(pool.paid, pool.payable());
		});
	}

	#[test]
	fn budgets_halve() {
		chain(|| {
			let budgets: Vec<_> = [0, 99, 100, 250].map(Emission::budget_of).into();
			assert_eq!(budgets, [100_000, 100_000, 50_000, 25_000]);
		});
	}

	#[test]
	fn a_network_without_weight_or_terms_pays_nothing() {
		chain(|| {
			Shares::mutate(|shares| {
				shares.get_mut(&1).unwrap().weight = 0;
				shares.remove(&2);
			});
			Emission::note_settled(1, 5, 600);
			Emission::note_settled(2, 5, 600);
			assert_eq!(Pools::<Test>::get(5, 1).unwrap().amount, 0);
			assert_eq!(Pools::<Test>::get(5, 2), None);
		});
	}
}

mod claims {
	use super::*;

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
				3 * 1_000 + 3 * 30
			);
			let done = claim(1, 5, leaves()).unwrap();
			assert_eq!(done.actual_weight.unwrap().ref_time(), 3 * 1_000 + 2 * 10);
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
			assert_noop!(
				claim(1, 5, vec![leaf(0, 0, 0), leaf(5_000, 600_000, 0)]),
				Error::NobodyToPay
			);
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

	use substation_primitives::batch::Element;
}

mod expiry {
	use super::*;

	#[test]
	fn what_was_not_claimed_is_the_networks_income() {
		chain(|| {
			Emission::note_settled(1, 5, 1_000_000);
			assert_ok!(claim(1, 5, vec![leaf(0, 600_000, 0)]));
			idle();
			assert!(Pools::<Test>::contains_key(5, 1));
			Expired::set(6);
			idle();

			assert_eq!(balance(221), 21_000);
			assert_eq!(Pools::<Test>::get(5, 1), None);
			assert_eq!(Issued::<Test>::get(), 52_500);
			assert!(has_event(Event::PoolClosed { network: 1, epoch: 5, rest: 21_000 }));
			assert_noop!(claim(1, 5, vec![leaf(1, 400_000, 0)]), Error::NoPool);
		});
	}

	#[test]
	fn what_the_rate_cap_held_back_is_nobodys_income() {
		chain(|| {
			Shares::mutate(|shares| shares.get_mut(&1).unwrap().rate_cap = 1_000);
			Emission::note_settled(1, 5, 500_000);
			Expired::set(6);
			idle();

			assert_eq!(balance(221), 500);
		});
	}

	#[test]
	fn a_batch_worth_nothing_leaves_nothing() {
		chain(|| {
			Emission::note_settled(1, 5, 0);
			Expired::set(6);
			idle();

			assert_eq!(balance(221), 0);
			assert_eq!(Pools::<Test>::iter().count(), 0);
		});
	}
}

mod eras {
	use super::*;
	use sp_staking::EraPayout;

	#[test]
	fn an_era_pays_for_the_epochs_that_have_ended() {
		chain(|| {
			Now::set(3);
			assert_eq!(Emission::era_payout(0, 0, 0), (45_000, 0));
			assert_eq!(balance(219), 30_000);
			assert_eq!(Balances::free_balance(Emission::reserve()), 15_000);
			assert_eq!(Issued::<Test>::get(), 90_000);
			assert_eq!(Emission::era_payout(0, 0, 0), (0, 0));
			Now::set(4);
			assert_eq!(Emission::era_payout(0, 0, 0), (15_000, 0));
		});
	}

	#[test]
	fn each_epoch_is_divided_as_it_was_governed_for_it() {
		let division = Division {
			devices: Permill::from_percent(40),
			validators: Permill::from_percent(30),
			treasury: Permill::from_percent(20),
			reserve: Permill::from_percent(10),
		};
		chain(|| {
			Now::set(3);
			assert_eq!(Emission::pay_era(), 45_000);
			assert_ok!(Emission::set_division(RuntimeOrigin::root(), division));
			assert!(has_event(Event::DivisionSet { from: 5, division }));
			assert_eq!(
				(Emission::division(4), Emission::division(5)),
				(Division::default(), division)
			);
			// Epochs 3 and 4 as ever, 5 and 6 otherwise.
			Now::set(7);
			assert_eq!(Emission::pay_era(), 2 * 15_000 + 2 * 30_000);
			assert_eq!(balance(219), 30_000 + 2 * 10_000 + 2 * 20_000);
			Emission::note_settled(1, 4, 1_000);
			Emission::note_settled(1, 5, 1_000);
			let pool = |epoch| Pools::<Test>::get(epoch, 1).unwrap().amount;
			assert_eq!((pool(4), pool(5)), (52_500, 30_000));
		});
	}

	#[test]
	fn a_division_is_of_all_there_is_and_changed_no_oftener_than_is_remembered() {
		chain(|| {
			let ten = Permill::from_percent(10);
			let less = Division { devices: Permill::from_percent(69), ..Default::default() };
			let more = Division { reserve: ten, ..Default::default() };
			for division in [less, more] {
				assert_noop!(
					Emission::set_division(RuntimeOrigin::root(), division),
					Error::NotAll
				);
			}
			assert_noop!(
				Emission::set_division(RuntimeOrigin::signed(account(1)), Division::default()),
				DispatchError::BadOrigin
			);
			let other =
				Division { treasury: Permill::from_percent(5), reserve: ten, ..Default::default() };
			for change in 0..DIVISIONS_KEPT - 1 {
				Now::set(10 + change);
				let division = if change % 2 == 0 { other } else { Division::default() };
				assert_ok!(Emission::set_division(RuntimeOrigin::root(), division));
			}
			Now::set(100);
			assert_noop!(
				Emission::set_division(RuntimeOrigin::root(), Division::default()),
				Error::TooManyChanges
			);
			assert_eq!(Emission::division(1), Division::default());
		});
	}

	#[test]
	fn void_epochs_pay_nobody() {
		chain(|| {
			Now::set(3);
			Void::set([1].into());
			assert_eq!(Emission::pay_era(), 30_000);
		});
	}

	#[test]
	fn a_long_era_is_paid_in_parts() {
		chain(|| {
			Now::set(10);
			assert_eq!(Emission::pay_era(), 8 * 15_000);
			assert_eq!(Emission::pay_era(), 2 * 15_000);
		});
	}
}

#[derive(Clone, Debug)]
enum Step {
	Settle { network: u8, scores: Vec<u32> },
	Claim { network: u8, age: u32, devices: Vec<u64> },
	Epoch,
	Era,
	Void,
}

fn step() -> impl Strategy<Value = Step> {
	prop_oneof![
		3 => (1u8..3, prop::collection::vec(0u32..=FULL_SCORE, 1..20))
			.prop_map(|(network, scores)| Step::Settle { network, scores }),
		6 => (1u8..3, 1u32..12, prop::collection::vec(0u64..20, 1..20))
			.prop_map(|(network, age, devices)| Step::Claim { network, age, devices }),
		4 => Just(Step::Epoch),
		1 => Just(Step::Era),
		1 => Just(Step::Void),
	]
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(128))]

	/// Every planck that is issued is accounted for by a model that keeps books of its own: rational
	/// shares, no pallet code.
	#[test]
	fn money_is_conserved(
		rate_cap in 1u128..200_000,
		cut in 0u32..=1_000_000,
		steps in prop::collection::vec(step(), 1..80),
	) {
		chain(|| {
			Shares::mutate(|shares| shares.values_mut().for_each(|s| s.rate_cap = rate_cap));
			let mut books: BTreeMap<(u32, u8), (Vec<u32>, u128, Vec<u64>)> = BTreeMap::new();
			let mut issued = 0u128;
			let mut era_from = 0u32;
			Now::set(1);
			for step in steps {
				let now = Now::get();
				match step {
					Step::Settle { network, scores } => {
						let epoch = now - 1;
						if books.contains_key(&(epoch, network)) || Void::get().contains(&epoch) {
							continue;
						}
						let total = scores.iter().map(|score| u64::from(*score)).sum();
						Emission::note_settled(network.into(), epoch, total);
						let weight: u128 = if network == 1 { 30 } else { 10 };
						let pool = (100_000 >> (epoch / 100)) * 70 / 100 * weight / 40;
						books.insert((epoch, network), (scores, pool, vec![]));
					},
					Step::Claim { network, age, devices } => {
						let Some(epoch) = now.checked_sub(age) else { continue };
						let Some((scores, pool, paid)) = books.get_mut(&(epoch, network)) else {
							continue;
						};
						if epoch < Expired::get() {
							continue;
						}
						let total: u128 = scores.iter().map(|score| u128::from(*score)).sum();
						let mut expected = 0;
						let mut anybody = false;
						let mut leaves = vec![];
						for number in devices {
							let Some(score) = scores.get(number as usize) else { continue };
							leaves.push(leaf(number, *score, cut));
							if *score > 0 && !paid.contains(&number) {
								paid.push(number);
								anybody = true;
								let share = *pool * u128::from(*score) / total;
								let cap = rate_cap * u128::from(*score) / 1_000_000;
								expected += share.min(cap);
							}
						}
						let before = Balances::total_issuance();
						let done = claim(network, epoch, leaves);
						prop_assert_eq!(done.is_ok(), anybody);
						prop_assert_eq!(Balances::total_issuance() - before, expected);
						issued += expected;
					},
					Step::Epoch => {
						Now::set(now + 1);
						let expired = (now + 1).saturating_sub(10);
						Expired::set(expired);
						let before = Balances::total_issuance();
						idle();
						let mut rests = 0;
						for ((epoch, _), (scores, pool, paid)) in &mut books {
							if *epoch + 1 != expired {
								continue;
							}
							let total: u128 = scores.iter().map(|score| u128::from(*score)).sum();
							if total == 0 {
								continue;
							}
							let payable = (*pool).min(rate_cap * total / 1_000_000);
							let out: u128 = paid
								.iter()
								.map(|number| {
									let score = u128::from(scores[*number as usize]);
									(*pool * score / total).min(rate_cap * score / 1_000_000)
								})
								.sum();
							prop_assert!(out <= payable, "payments exceed what there is");
							rests += payable - out;
						}
						prop_assert_eq!(Balances::total_issuance() - before, rests);
						issued += rests;
					},
					Step::Era => {
						let before = Balances::total_issuance();
						let validators = Emission::pay_era();
						let to = now.min(era_from + 8);
						let budgets: Vec<u128> = (era_from..to)
							.filter(|epoch| !Void::get().contains(epoch))
							.map(|epoch| 100_000u128 >> (epoch / 100))
							.collect();
						// Each part of each budget is rounded down.
						let part = |hundredths: u128| -> u128 {
							budgets.iter().map(|budget| budget * hundredths / 100).sum()
						};
						era_from = to;
						prop_assert_eq!(validators, part(15));
						let funds = part(10) + part(5);
						prop_assert_eq!(Balances::total_issuance() - before, funds);
						issued += validators + funds;
					},
					Step::Void => {
						// Known before anything settles for the epoch.
						if !books.keys().any(|(epoch, _)| *epoch == now) && era_from <= now {
							Void::mutate(|void| {
								void.insert(now);
							});
						}
					},
				}
				prop_assert_eq!(Issued::<Test>::get(), issued);
				Emission::do_try_state().unwrap();
			}
			Ok(())
		})?;
	}

	#[test]
	fn payments_never_exceed_the_pool(
		amount in 0u128..u128::MAX / 2,
		rate_cap in 0u128..1_000_000_000_000_000_000,
		scores in prop::collection::vec(0u32..=FULL_SCORE, 1..200),
	) {
		let total = scores.iter().map(|score| u64::from(*score)).sum();
		let pool = Pool { amount, rate_cap, total, paid: 0 };
		let paid: u128 = scores.iter().map(|score| pool.payment(*score)).sum();
		prop_assert!(paid <= pool.payable());
		prop_assert!(pool.payable() <= amount);
	}
}
