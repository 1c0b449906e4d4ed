//! Weights in issuance.

use super::*;

#[test]
fn weights_and_their_sum_count_two_epochs_later() {
	chain(|| {
		let (a, b) = (create(1), create(1));
		assert_ok!(set_weight(a, 30));
		Now::set(11);
		assert_ok!(set_weight(b, 70));
		assert_eq!(last_event(), Event::WeightSet { network: b, from: 13, weight: 70 });

		assert_eq!(Networks::weight_at(a, 11), (0, 0));
		assert_eq!(Networks::weight_at(a, 12), (30, 30));
		assert_eq!(Networks::weight_at(a, 13), (30, 100));
		assert_eq!(Networks::weight_at(b, 12), (0, 30));
		assert_eq!(Networks::weight_at(b, 13), (70, 100));
	});
}

#[test]
fn another_weight_takes_the_place_of_the_first_in_the_sum() {
	chain(|| {
		let (a, b) = (create(1), create(1));
		assert_ok!(set_weight(a, 30));
		assert_ok!(set_weight(b, 70));
		// Of two in an epoch, the later counts.
		assert_ok!(set_weight(a, 5));
		assert_eq!(Networks::weight_at(a, 12), (5, 75));
		Now::set(20);
		assert_ok!(set_weight(b, 0));
		assert_eq!(Networks::weight_at(b, 22), (0, 5));
	});
}

#[test]
fn the_largest_weights_add_up() {
	chain(|| {
		let (a, b) = (create(1), create(1));
		assert_ok!(set_weight(a, u32::MAX));
		assert_ok!(set_weight(b, u32::MAX));
		assert_eq!(Networks::weight_at(a, 12), (u32::MAX, 2 * u64::from(u32::MAX)));
	});
}

#[test]
fn governance_alone_sets_weights() {
	chain(|| {
		let network = create(1);
		let terms = Networks::terms_hash(network).unwrap();
		for origin in [signed(1), signed(2), RuntimeOrigin::none()] {
			assert_noop!(Networks::set_weight(origin, network, 1, terms), DispatchError::BadOrigin);
		}
	});
}

#[test]
fn a_network_that_is_not_there_gets_no_weight() {
	chain(|| {
		create(1);
		assert_noop!(set_weight(9, 1), Error::NotFound);
		assert_noop!(set_weight(9, 0), Error::NotFound);
	});
}

#[test]
fn a_retired_network_loses_its_weight_and_gets_no_other() {
	chain(|| {
		let network = create(1);
		assert_ok!(set_weight(network, 30));
		assert_ok!(Networks::retire(signed(1), network));
		assert_noop!(set_weight(network, 1), Error::AlreadyRetired);
		assert_noop!(set_weight(network, 30), Error::AlreadyRetired);
		Now::set(30);
		assert_noop!(set_weight(network, 1), Error::AlreadyRetired);
		assert_ok!(set_weight(network, 0));
		assert_eq!(last_event(), Event::WeightSet { network, from: 32, weight: 0 });
		assert_eq!(Networks::weight_at(network, 32), (0, 0));
	});
}

#[test]
fn a_weight_is_for_the_terms_that_were_voted_for() {
	chain(|| {
		let network = create(1);
		let voted = Networks::terms_hash(network).unwrap();
		assert_eq!(voted.0, sp_io::hashing::blake2_256(&codec::Encode::encode(&storage_terms())));
		let set =
			|weight, terms| Networks::set_weight(RuntimeOrigin::root(), network, weight, terms);
		let dear = Terms { rate_cap: 1_000, ..storage_terms() };
		assert_ok!(Networks::set_terms(signed(1), network, dear));
		assert_noop!(set(5, voted), Error::OtherTerms);
		assert_noop!(set(5, Default::default()), Error::OtherTerms);
		assert_ok!(set(5, Networks::terms_hash(network).unwrap()));
		// It can be taken away whatever they have become.
		assert_ok!(set(0, voted));
		assert_eq!(Networks::terms_hash(9), None);
	});
}

#[test]
fn the_sum_can_change_in_every_epoch() {
	chain(|| {
		let networks: Vec<_> = (0..8).map(|_| create(1)).collect();
		for epoch in 10..200 {
			Now::set(epoch);
			assert_ok!(set_weight(networks[epoch as usize % 8], epoch));
		}
	});
}

/// A sum that changes in every epoch, in a list of `N`, read for as long as ever.
fn changes_in_every_epoch<const N: u32>() -> bool {
	let mut sum = substation_primitives::History::<u64, N>::default();
	let retention = MAX_FACT_WINDOW + u32::from(MAX_CADENCE);
	(100..400u32).all(|epoch| sum.set(epoch, retention, epoch.into()).is_ok())
}

#[test]
fn the_sum_may_change_in_every_epoch_however_long_it_is_read() {
	const NEEDED: u32 = MAX_FACT_WINDOW + MAX_CADENCE as u32 + 4;
	assert!(changes_in_every_epoch::<NEEDED>());
	assert!(!changes_in_every_epoch::<{ NEEDED - 1 }>(), "one less is too few");
	assert!(changes_in_every_epoch::<WEIGHTS_KEPT>() && WEIGHTS_KEPT >= NEEDED);
}

#[test]
fn one_network_cannot_change_its_weight_too_often() {
	chain(|| {
		let network = create(1);
		for epoch in 10..17 {
			Now::set(epoch);
			assert_ok!(set_weight(network, epoch));
		}
		Now::set(17);
		assert_noop!(set_weight(network, 99), Error::TooManyChanges);
		// To take it away there is a place.
		assert_ok!(set_weight(network, 0));
		assert_ok!(set_weight(network, 16));
		// The second weight counts from 13; it is read for the window and the longest cadence.
		Now::set(13 + 8 + 23);
		assert_noop!(set_weight(network, 99), Error::TooManyChanges);
		Now::set(13 + 8 + 24);
		assert_ok!(set_weight(network, 99));
	});
}
