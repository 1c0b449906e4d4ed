//! Changing terms, and in which epochs reports are taken.

use super::*;

#[test]
fn terms_change_two_epochs_later() {
	chain(|| {
		let network = create(1);
		Now::set(20);
		let closed = Terms { open: false, ..storage_terms() };
		assert_ok!(Networks::set_terms(signed(1), network, closed.clone()));

		assert_eq!(Networks::terms_at(network, 21), Some(storage_terms()));
		assert_eq!(Networks::terms_at(network, 22), Some(closed.clone()));
		assert!(!closed.takes_reports(22));
		assert_eq!(last_event(), Event::TermsSet { network, from: 22, terms: closed });

		// Open again.
		Now::set(24);
		assert_ok!(Networks::set_terms(signed(1), network, storage_terms()));
		let open: Vec<_> = (21..28)
			.filter(|epoch| Networks::terms_at(network, *epoch).unwrap().takes_reports(*epoch))
			.collect();
		assert_eq!(open, [21, 26, 27]);
	});
}

#[test]
fn only_the_owner_changes_terms() {
	chain(|| {
		let network = create(1);
		assert_noop!(Networks::set_terms(signed(2), network, storage_terms()), Error::NotOwner);
		assert_noop!(Networks::set_terms(signed(1), 9, storage_terms()), Error::NotFound);
		assert_noop!(
			Networks::set_terms(RuntimeOrigin::root(), network, storage_terms()),
			DispatchError::BadOrigin
		);
	});
}

#[test]
fn a_network_keeps_its_kind_and_its_cells() {
	chain(|| {
		let network = create(1);
		assert_noop!(Networks::set_terms(signed(1), network, coverage_terms(8)), Error::OtherKind);
		assert_ok!(Networks::create(signed(1), coverage_terms(8), false));
		assert_noop!(
			Networks::set_terms(signed(1), network + 1, coverage_terms(9)),
			Error::OtherKind
		);
		let mut other = coverage_terms(8);
		other.rate_cap = 7;
		assert_ok!(Networks::set_terms(signed(1), network + 1, other));
	});
}

#[test]
fn terms_cannot_change_so_often_that_old_ones_are_forgotten() {
	chain(|| {
		let network = create(1);
		for epoch in 11..17 {
			Now::set(epoch);
			let terms = Terms { rate_cap: epoch.into(), ..storage_terms() };
			assert_ok!(Networks::set_terms(signed(1), network, terms));
		}
		Now::set(17);
		assert_noop!(
			Networks::set_terms(signed(1), network, storage_terms()),
			Error::TooManyChanges
		);
		// Retiring has a slot of its own.
		assert_ok!(Networks::retire(signed(1), network));
	});
}

#[test]
fn bad_terms_are_refused() {
	chain(|| {
		let network = create(1);
		let terms = Terms { cadence: 0, ..storage_terms() };
		assert_noop!(Networks::set_terms(signed(1), network, terms), Error::CadenceOutOfRange);
		let terms = Terms { rate_cap: 0, ..storage_terms() };
		assert_noop!(Networks::set_terms(signed(1), network, terms), Error::RateCapOutOfRange);
		let mut terms = storage_terms();
		let KindPolicy::Storage(policy) = &mut terms.policy.kind else { unreachable!() };
		policy.shown = 5;
		assert_noop!(Networks::set_terms(signed(1), network, terms), Error::UnsoundPolicy);
	});
}

#[test]
fn reports_are_taken_in_epochs_of_the_cadence() {
	let terms = Terms { cadence: 4, ..storage_terms() };
	let taken: Vec<_> = (0..10).filter(|epoch| terms.takes_reports(*epoch)).collect();

	assert_eq!(taken, [0, 4, 8]);
	assert!(!Terms { cadence: 0, ..terms }.takes_reports(0));
}
