//! Whether what quotas allow fits the blocks that are there for it, committees are safe from whoever buys draws, and
//! epochs are paid though some are silent: from the runtime's own weights and the presets' parameters.

use codec::MaxEncodedLen;
use frame_support::{dispatch::DispatchClass, traits::Get, weights::Weight};
use pallet_attestation::{SealBundle, MAX_SEALS};
use polkadot_sdk::frame_system::{
	self,
	limits::{BlockLength, BlockWeights},
};
use substation_primitives::{
	batch::BODY_WORK,
	epoch::{capture_chance, Parameters, CHANCES, MAX_JUDGES},
};
use substation_runtime::{Attestation, Runtime};

const LEAST_JUDGES: u32 = 4;

fn presets() -> [Parameters; 2] {
	[Parameters::default(), Parameters::development()]
}

/// Weight that a block has for transactions.
fn block() -> Weight {
	let all = <<Runtime as frame_system::Config>::BlockWeights as Get<BlockWeights>>::get();
	all.get(DispatchClass::Normal).max_total.unwrap()
}

/// Bytes that a block has for transactions.
fn longest() -> u32 {
	let all = <<Runtime as frame_system::Config>::BlockLength as Get<BlockLength>>::get();
	*all.max.get(DispatchClass::Normal)
}

/// Transactions that a node's pool holds unless its operator says otherwise.
const POOL: u64 = 8_192;

/// Bytes of a bundle of as many seals as fit, with its signature, as it travels: what is around that is less than a hundred.
fn full_bundle() -> u64 {
	(SealBundle::max_encoded_len() + 64 + 100) as u64
}

fn least(parameters: &Parameters, judges: u32) -> u32 {
	Attestation::least_quota_for(judges, parameters.committee.into()).max(BODY_WORK)
}

/// Batches of the least size that all quotas together admit in an epoch.
fn batches(parameters: &Parameters, judges: u32) -> u64 {
	(parameters.epoch_work / least(parameters, judges)).into()
}

fn chain(test: impl FnOnce()) {
	sp_io::TestExternalities::default().execute_with(test);
}

#[test]
fn seals_of_all_that_fits_an_epoch_fit_half_of_their_window() {
	chain(|| {
		for parameters in presets() {
			let window = parameters.seal_close - parameters.commit_blocks - parameters.draw_blocks;
			let mut most = 0;
			for judges in LEAST_JUDGES..=MAX_JUDGES {
				// The same window holds the committees' seals of one epoch and all judges' of the one before.
				let members = judges.min(parameters.committee.into());
				let seals = batches(&parameters, judges) * u64::from(judges + members);
				let weight = Attestation::seal_weight().saturating_mul(seals);
				let half = block().saturating_mul((window / 2).into());
				assert!(
					weight.ref_time() <= half.ref_time(),
					"{judges} judges: {weight:?} of seals, {half:?} in half of {window} blocks"
				);
				// Each judge sends as few bundles as hold its seals, of both rounds; they may wait all at once.
				let its = seals.div_ceil(judges.into()).div_ceil(MAX_SEALS.into());
				let bundles = its * u64::from(judges);
				let (bytes, there_is) =
					(bundles * full_bundle(), u64::from(longest()) * u64::from(window / 2));
				assert!(bytes <= there_is, "{judges} judges: {bytes} bytes, {there_is} fit");
				most = most.max(bundles);
			}
			println!("{most} bundles wait at the most");
			assert!(most <= POOL, "{most} bundles wait, and pools hold {POOL}");
		}
	});
}

#[test]
fn lists_of_all_that_may_be_missing_fit_the_rest_of_an_epoch() {
	chain(|| {
		for parameters in presets() {
			let rest = parameters.nominal_slots - parameters.seal_close - 1;
			for judges in LEAST_JUDGES..=MAX_JUDGES {
				let entries = batches(&parameters, judges) * u64::from(judges);
				let weight = Attestation::listed_weight().saturating_mul(entries);
				let there_is = block().saturating_mul(rest.into());
				assert!(
					weight.ref_time() <= there_is.ref_time(),
					"{judges} judges: {weight:?} of lists, {there_is:?} in {rest} blocks"
				);
			}
		}
	});
}

#[test]
fn a_third_of_the_judges_captures_less_than_one_committee_in_a_thousand_epochs() {
	chain(|| {
		for parameters in presets() {
			let worst = (LEAST_JUDGES..=MAX_JUDGES)
				.map(|judges| {
					let liars = judges.div_ceil(3) - 1;
					let chance = capture_chance(judges, liars, parameters.committee.into());
					(chance * u128::from(batches(&parameters, judges)), judges)
				})
				.max()
				.unwrap();
			println!("at worst once in {} epochs, with {} judges", CHANCES / worst.0, worst.1);
			assert!(worst.0 < CHANCES / 1_000);
		}
		// The rule is not empty: half as many members would not do.
		let eight = capture_chance(100, 33, 8) * u128::from(batches(&Parameters::default(), 100));
		assert!(eight > CHANCES / 1_000);
	});
}

/// The chance that of `slots` slots `least` have a block, if each has with chance `fill`.
fn at_least(slots: u32, fill: f64, least: u32) -> f64 {
	let mut chances = vec![1.0];
	for _ in 0..slots {
		let mut next = vec![0.0; chances.len() + 1];
		for (blocks, chance) in chances.iter().enumerate() {
			next[blocks] += chance * (1.0 - fill);
			next[blocks + 1] += chance * fill;
		}
		chances = next;
	}
	chances[least as usize..].iter().sum()
}

/// BABE: a slot has a primary author by chance, one in four if all are there, and a secondary one in turn.
fn fill(silent: f64) -> f64 {
	let primary = 1.0 - 0.75f64.powf(1.0 - silent);
	primary + (1.0 - primary) * (1.0 - silent)
}

/// Silence has no price, so it must not halve everybody's pay.
#[test]
fn a_session_makes_an_epoch_though_a_third_is_silent() {
	let live = Parameters::default();
	for (silent, chance) in [(0.0, 0.9999), (0.25, 0.9999), (0.30, 0.9999), (0.33, 0.999)] {
		let enough = at_least(live.nominal_slots, fill(silent), live.min_epoch_blocks);
		assert!(enough >= chance, "{silent} silent: {enough}");
	}
	let development = Parameters::development();
	let enough = at_least(development.nominal_slots, fill(0.25), development.min_epoch_blocks);
	assert!(enough >= 0.9, "one of four away: {enough}");
	// The model is that of counting: two blocks of three slots.
	assert!((at_least(3, 0.5, 2) - 0.5).abs() < 1e-12);
}

/// Points that nobody is paid would make those of others worth less. Who is disabled now was not when it sealed: seals of
/// the disabled are refused.
#[test]
fn only_validators_of_now_get_points() {
	use pallet_attestation::{InspectConsensus, RewardJudges};
	use polkadot_sdk::{pallet_session, pallet_staking, sp_staking::offence::OffenceSeverity};
	type Rewards = <Runtime as pallet_attestation::Config>::Rewards;
	chain(|| {
		let who = |number: u8| substation_runtime::AccountId::new([number; 32]);
		pallet_session::Validators::<Runtime>::put(vec![who(1), who(2)]);
		let disabled = vec![(1u32, OffenceSeverity::max_severity())];
		pallet_session::DisabledValidators::<Runtime>::put(disabled);
		let era = pallet_staking::ActiveEraInfo { index: 3, start: None };
		pallet_staking::ActiveEra::<Runtime>::put(era);
		let is_disabled = <Runtime as pallet_attestation::Config>::Consensus::is_disabled;
		assert_eq!([who(1), who(2), who(3)].map(|who| is_disabled(&who)), [false, true, false]);
		Rewards::reward(vec![who(1), who(2), who(3)], 640);

		let points = pallet_staking::ErasRewardPoints::<Runtime>::get(3);
		assert_eq!((points.total, points.individual.get(&who(3))), (20, None));
		for validator in [who(1), who(2)] {
			assert_eq!(points.individual.get(&validator), Some(&10));
		}
	});
}

/// Staking adds points up in 32 bits, unchecked: in an era that does not end judging leaves room for blocks.
#[test]
fn points_for_judging_stop_at_nine_tenths_of_what_an_era_can_count() {
	use pallet_attestation::RewardJudges;
	use polkadot_sdk::{pallet_session, pallet_staking};
	type Rewards = <Runtime as pallet_attestation::Config>::Rewards;
	const MOST: u32 = u32::MAX / 10 * 9;
	let who = |number: u8| substation_runtime::AccountId::new([number; 32]);
	let points = || pallet_staking::ErasRewardPoints::<Runtime>::get(3);
	for (left, paid) in [(20, 2), (19, 1), (10, 1), (9, 0), (0, 0)] {
		chain(|| {
			pallet_session::Validators::<Runtime>::put(vec![who(1), who(2)]);
			let era = pallet_staking::ActiveEraInfo { index: 3, start: None };
			pallet_staking::ActiveEra::<Runtime>::put(era);
			pallet_staking::ErasRewardPoints::<Runtime>::mutate(3, |era| era.total = MOST - left);
			// Ten points each.
			Rewards::reward(vec![who(1), who(2)], 640);
			assert_eq!(points().total, MOST - left + 10 * paid, "{left} were left");
			assert_eq!(points().individual.len() as u32, paid);
			// Nor does the largest work there can be go beyond it.
			Rewards::reward(vec![who(1), who(2)], u32::MAX);
			assert!(points().total <= MOST);
		});
	}
}
