//! Whatever happens, money is conserved: books that a plain model keeps.

use super::*;
use proptest::prelude::*;
use std::collections::BTreeMap;

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
}
