//! For how long terms and weights can be read.

use super::*;
use substation_primitives::history::DELAY;

#[test]
fn terms_and_weights_of_a_whole_cadence_can_be_read_in_the_last_epoch_of_the_window() {
	chain(|| {
		let network = create(1);
		let (old, new) = (storage_terms(), Terms { rate_cap: 7, ..storage_terms() });
		assert_ok!(set_weight(network, 5));
		let first = Now::get() + DELAY;
		Now::set(20);
		assert_ok!(Networks::set_terms(signed(1), network, new.clone()));
		assert_ok!(set_weight(network, 6));
		let changed = 20 + DELAY;

		// What is set later pushes out nothing that the pool of the last epoch that can still be
		// settled is made of.
		let reports = first + u32::from(MAX_CADENCE);
		Now::set(reports + <Clock as InspectEpochs>::window());
		assert_ok!(Networks::set_terms(RuntimeOrigin::root(), network, old.clone()));
		assert_ok!(set_weight(network, 8));

		for epoch in first..changed {
			assert_eq!(Networks::terms_at(network, epoch), Some(old.clone()), "{epoch}");
			assert_eq!(Networks::weight_at(network, epoch), (5, 5), "{epoch}");
		}
		for epoch in changed..=reports {
			assert_eq!(Networks::terms_at(network, epoch), Some(new.clone()), "{epoch}");
			assert_eq!(Networks::weight_at(network, epoch), (6, 6), "{epoch}");
		}
	});
}

#[test]
fn a_network_is_shown_with_its_terms_as_set_last() {
	chain(|| {
		let network = create(1);
		assert_eq!(
			Networks::network(network),
			Some((Rows::<Test>::get(network).unwrap(), storage_terms()))
		);
		Now::set(20);
		let new = Terms { rate_cap: 7, ..storage_terms() };
		assert_ok!(Networks::set_terms(signed(1), network, new.clone()));
		assert_eq!(Networks::network(network).unwrap().1, new, "before it counts");
		assert_ok!(Networks::retire(signed(1), network));
		let (row, terms) = Networks::network(network).unwrap();
		assert_eq!((row.retired, terms), (Some(22), Terms { open: false, ..new }));
		assert_eq!(Networks::network(9), None);
	});
}

#[test]
fn terms_are_shown_as_of_an_epoch() {
	chain(|| {
		let network = create(1);
		Now::set(20);
		let new = Terms { rate_cap: 7, ..storage_terms() };
		assert_ok!(Networks::set_terms(signed(1), network, new.clone()));
		let shown = [11, 12, 21, 22, 23].map(|epoch| Networks::terms(network, epoch));
		let old = storage_terms();
		assert_eq!(shown, [None, Some(old.clone()), Some(old), Some(new.clone()), Some(new)]);
		assert_eq!(Networks::terms(9, 22), None);
	});
}

#[test]
fn a_network_that_is_not_there_or_not_retired_has_not_ended() {
	chain(|| {
		let network = create(1);
		Now::set(1_000);
		assert!(!Networks::has_ended(network));
		assert!(!Networks::has_ended(9));
		assert!(!Networks::takes_members(9));
	});
}
