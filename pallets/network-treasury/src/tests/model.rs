//! Whatever happens, money is conserved.

use super::*;
use crate::GrantId;

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
			NetworkTreasury::note_service(network, CELL, &account(owner), &[(epoch, score)]);
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
