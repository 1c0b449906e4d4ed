//! What the check of the whole state finds, and the relation between constants.

use super::*;
use frame_support::traits::Hooks;

/// What the check says after `break_it` has broken the state of a sound chain with one network.
fn found(break_it: impl FnOnce(u32)) -> String {
	externalities().execute_with(|| {
		let network = with_maker();
		assert_ok!(set_weight(network, 5));
		assert_ok!(Networks::do_try_state());
		break_it(network);
		match Networks::do_try_state() {
			Err(sp_runtime::TryRuntimeError::Other(text)) => text.into(),
			other => format!("{other:?}"),
		}
	})
}

#[test]
fn rows_of_networks_that_are_not_there_are_found() {
	let text = found(|network| {
		let terms = NetworkTerms::<Test>::get(network).unwrap();
		NetworkTerms::<Test>::insert(9, terms);
	});
	assert_eq!(text, "terms belong to no network");
	let text = found(|network| {
		let weights = NetworkWeights::<Test>::get(network);
		NetworkWeights::<Test>::insert(9, weights);
	});
	assert_eq!(text, "a weight belongs to no network");
	let text = found(|network| {
		let licence = Makers::<Test>::get(network, account(2)).unwrap();
		Makers::<Test>::insert(9, account(2), licence);
	});
	assert_eq!(text, "a maker belongs to no network");
}

#[test]
fn a_network_without_terms_or_number_is_found() {
	let text = found(NetworkTerms::<Test>::remove);
	assert_eq!(text, "a network has no terms");
	let text = found(|_| NextNetworkId::<Test>::put(0));
	assert_eq!(text, "a network's number was not given");
}

#[test]
fn counts_and_sums_that_drifted_are_found() {
	let text = found(|network| Makers::<Test>::remove(network, account(2)));
	assert_eq!(text, "a network's count of makers drifted");
	let text = found(|_| WeightSum::<Test>::kill());
	assert_eq!(text, "WeightSum drifted from the networks' weights");
}

#[test]
fn a_retired_network_that_goes_on_is_found() {
	let with = |change: fn(&mut Network<u64>)| {
		found(|network| Rows::<Test>::mutate(network, |row| change(row.as_mut().unwrap())))
	};
	assert_eq!(with(|row| row.retired = Some(12)), "a retired network is open");
	assert_eq!(with(|row| row.licences += 1), "a network's sum of licences' deposits drifted");
}

#[test]
fn what_is_not_held_is_found() {
	let with = |change: fn(&mut Network<u64>)| {
		found(|network| Rows::<Test>::mutate(network, |row| change(row.as_mut().unwrap())))
	};
	let text = "what is held is not what rows say";
	assert_eq!(with(|row| row.deposit += 1), text);
	let bond = found(|network| {
		Makers::<Test>::mutate(network, account(2), |row| row.as_mut().unwrap().bond += 1);
	});
	assert_eq!(bond, text);
}

#[test]
fn some_rate_cap_is_allowed() {
	chain(|| {
		HighestRateCap::set(1);
		Networks::integrity_test();
		HighestRateCap::set(0);
		assert!(std::panic::catch_unwind(Networks::integrity_test).is_err());
	});
}
