//! Random lives, against what follows from the last word about each grant.

use super::*;
use proptest::prelude::*;
use std::collections::BTreeMap;

#[derive(Clone, Debug)]
enum Step {
	Grant(u8, u32, Block),
	Post(u128),
	Buy(u8, u128),
	Revoke(u8, u8),
	Clear(u8),
	ClearTariffs,
	Transfer(u8),
	Pass(Block),
}

fn step() -> impl Strategy<Value = Step> {
	let who = 1..6u8;
	prop_oneof![
		3 => (who.clone(), 0..8u32, 0..60u32).prop_map(|(to, scope, blocks)| Step::Grant(to, scope, blocks)),
		1 => (0..3u128).prop_map(Step::Post),
		3 => (who.clone(), 0..400u128).prop_map(|(who, credits)| Step::Buy(who, credits)),
		2 => (who.clone(), who.clone()).prop_map(|(by, who)| Step::Revoke(by, who)),
		1 => who.clone().prop_map(Step::Clear),
		1 => Just(Step::ClearTariffs),
		1 => who.prop_map(Step::Transfer),
		3 => (1..20u32).prop_map(Step::Pass),
	]
}

/// What is known of a grant without asking for it: its scope, when it ends at the latest, and after how many transfers it was
/// given.
type Known = BTreeMap<u8, (u32, Block, u32)>;

proptest! {
	#![proptest_config(ProptestConfig::with_cases(256))]

	#[test]
	fn whoever_may_was_granted_it_and_everything_can_be_cleared(
		steps in prop::collection::vec(step(), 80..=100),
	) {
		chain(|| {
			let (mut known, mut owner, mut transfers) = (Known::new(), 1, 0);
			let all: u128 = (1..6).map(purse).sum();
			for step in steps {
				let now = Access::now();
				match step {
					Step::Grant(to, scope, blocks) => {
						let until = START + blocks;
						let given = Access::grant(
							signed(owner), device(), account(to), Scopes(scope), until, None, H256::zero(),
						);
						if given.is_ok() {
							known.insert(to, (scope, until, transfers));
						}
					}
					Step::Post(count) => {
						let tariffs: Vec<_> = (0..count).map(|more| Tariff { rate: 10 + more, ..tariff() }).collect();
						let _ = Access::set_tariffs(signed(owner), device(), tariffs.try_into().unwrap());
					}
					Step::Buy(who, credits) => {
						if buy(who, credits).is_ok() {
							let paid = now + u32::try_from(credits / 10).unwrap();
							let until = paid.min(now + 100);
							known.insert(who, (Scopes::HISTORY.0, until, transfers));
						}
					}
					Step::Revoke(by, who) => {
						if Access::revoke(signed(by), device(), account(who)).is_ok() {
							assert!(by == owner || by == who);
							known.remove(&who);
						}
					}
					Step::Clear(who) => {
						let was = known.get(&who).copied();
						if Access::clear(signed(5), device(), account(who)).is_ok() {
							let (_, until, then) = was.unwrap();
							assert!(until <= now || then != transfers);
							known.remove(&who);
						}
					}
					Step::ClearTariffs => {
						let _ = Access::clear_tariffs(signed(5), device());
					}
					Step::Transfer(to) => {
						transfer(to);
						(owner, transfers) = (to, transfers + 1);
					}
					Step::Pass(blocks) => pass(blocks),
				}
				let now = Access::now();
				for number in 1..6 {
					for scope in [1, 2, 3, Scopes::HISTORY.0] {
						let expected = match known.get(&number) {
							_ if number == owner => Some(Block::MAX),
							Some((granted, until, then))
								if granted & scope == scope && *until > now && *then == transfers =>
							{
								Some(*until)
							}
							_ => None,
						};
						assert_eq!(may(number, Scopes(scope)), expected);
					}
				}
			}
			// Nothing is left that nobody can clear, and no credit is lost but for time.
			pass(10_000);
			transfer(1);
			for number in 1..6 {
				let _ = Access::clear(signed(5), device(), account(number));
			}
			let _ = Access::clear_tariffs(signed(5), device());
			assert_eq!((Grants::<Test>::iter().count(), Tariffs::<Test>::iter().count()), (0, 0));
			assert!(Agreements::get().is_empty());
			for number in 1..6 {
				assert_eq!(held(HoldReason::Grant, number) + held(HoldReason::Tariffs, number), 0);
			}
			assert_eq!((1..6).map(purse).sum::<u128>() + Paid::get(), all);
		});
	}
}
