//! Weights in issuance.

use super::*;

#[test]
fn weights_and_their_sum_count_two_epochs_later() {
	chain(|| {
		let (a, b) = (create(1), create(1));
		assert_ok!(Networks::set_weight(RuntimeOrigin::root(), a, 30));
		Now::set(11);
		assert_ok!(Networks::set_weight(RuntimeOrigin::root(), b, 70));
		assert_eq!(last_event(), Event::WeightSet { network: b, from: 13, weight: 70 });

		assert_eq!(Networks::weight_at(a, 11), (0, 0));
		assert_eq!(Networks::weight_at(a, 12), (30, 30));
		assert_eq!(Networks::weight_at(a, 13), (30, 100));
		assert_eq!(Networks::weight_at(b, 12), (0, 30));
		assert_eq!(Networks::weight_at(b, 13), (70, 100));
	});
}

#[test]
fn governance_alone_sets_weights() {
	chain(|| {
		let network = create(1);
		assert_noop!(Networks::set_weight(signed(1), network, 1), DispatchError::BadOrigin);
		assert_noop!(Networks::set_weight(RuntimeOrigin::root(), 9, 1), Error::NotFound);
	});
}

#[test]
fn the_sum_can_change_in_every_epoch() {
	chain(|| {
		let networks: Vec<_> = (0..8).map(|_| create(1)).collect();
		for epoch in 10..200 {
			Now::set(epoch);
			let network = networks[epoch as usize % 8];
			assert_ok!(Networks::set_weight(RuntimeOrigin::root(), network, epoch));
		}
	});
}

#[test]
fn one_network_cannot_change_its_weight_too_often() {
	chain(|| {
		let network = create(1);
		for epoch in 10..17 {
			Now::set(epoch);
			assert_ok!(Networks::set_weight(RuntimeOrigin::root(), network, epoch));
		}
		Now::set(17);
		assert_noop!(
			Networks::set_weight(RuntimeOrigin::root(), network, 99),
			Error::TooManyChanges
		);
	});
}
