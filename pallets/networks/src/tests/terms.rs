//! Changing terms, and in which epochs reports are taken.

use super::*;

fn set(network: u32, change: impl FnOnce(&mut Terms<u64>)) -> DispatchResult {
	let mut terms = storage_terms();
	change(&mut terms);
	Networks::set_terms(signed(1), network, terms)
}

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
fn of_two_changes_in_an_epoch_the_later_counts() {
	chain(|| {
		let network = create(1);
		Now::set(20);
		assert_ok!(set(network, |t| t.rate_cap = 7));
		assert_ok!(set(network, |t| t.rate_cap = 8));

		assert_eq!(Networks::terms_at(network, 22).unwrap().rate_cap, 8);
		assert_eq!(NetworkTerms::<Test>::get(network).unwrap().len(), 2);
	});
}

#[test]
fn only_the_owner_and_governance_change_terms() {
	chain(|| {
		let network = create(1);
		assert_noop!(Networks::set_terms(signed(2), network, storage_terms()), Error::NotOwner);
		let nobody = RuntimeOrigin::none();
		assert_noop!(
			Networks::set_terms(nobody, network, storage_terms()),
			DispatchError::BadOrigin
		);
		let terms = Terms { rate_cap: 51, ..storage_terms() };
		assert_ok!(Networks::set_terms(RuntimeOrigin::root(), network, terms.clone()));
		assert_eq!(latest_terms(network), terms);
		let root = RuntimeOrigin::root();
		assert_noop!(Networks::set_terms(root, 9, terms), Error::NotFound);
	});
}

/// A pool of a long cadence adds up epochs in which there was a weight.
#[test]
fn an_owner_waits_for_the_longest_cadence_after_a_weight_has_gone() {
	chain(|| {
		let network = create(1);
		assert_ok!(set_weight(network, 5));
		Now::set(100);
		assert_ok!(set_weight(network, 0));
		let cadence = u32::from(MAX_CADENCE);
		for epoch in [100, 101, 100 + cadence - 1] {
			Now::set(epoch);
			assert_noop!(set(network, |t| t.rate_cap = 70), Error::Weighted);
		}
		Now::set(100 + cadence);
		assert_ok!(set(network, |t| t.rate_cap = 70));
	});
}

/// What was voted for is what is paid for: an owner makes it no other, nor dearer.
#[test]
fn an_owner_only_narrows_terms_that_have_a_weight() {
	chain(|| {
		let network = create(1);
		assert_ok!(set_weight(network, 5));
		let other = KindPolicy::Storage(storage::Policy { shown: 2, cap: 999_999 });
		let changes: [&dyn Fn(&mut Terms<u64>); 4] = [
			&|t| t.policy.kind = other.clone(),
			&|t| t.policy.ramp = 1,
			&|t| t.cadence = 2,
			&|t| t.rate_cap = 51,
		];
		for change in changes {
			assert_noop!(set(network, change), Error::Weighted);
			let mut terms = storage_terms();
			change(&mut terms);
			terms.open = false;
			assert_noop!(Networks::set_terms(signed(1), network, terms), Error::Weighted);
		}
		let narrower: [&dyn Fn(&mut Terms<u64>); 3] =
			[&|t| t.open = false, &|t| t.open = true, &|t| t.rate_cap = 49];
		for change in narrower {
			assert_ok!(set(network, change));
		}
		assert_noop!(set(network, |t| t.rate_cap = 50), Error::Weighted);
		// Governance may, and without a weight so may the owner.
		let dear = Terms { rate_cap: 60, ..storage_terms() };
		assert_ok!(Networks::set_terms(RuntimeOrigin::root(), network, dear));
		assert_ok!(set_weight(network, 0));
		assert_ok!(set(network, |t| t.rate_cap = 70));
	});
}

#[test]
fn a_network_that_is_not_there_has_no_terms_to_change() {
	chain(|| {
		create(1);
		assert_noop!(set(9, |_| ()), Error::NotFound);
	});
}

#[test]
fn a_retired_network_keeps_its_terms() {
	chain(|| {
		let network = create(1);
		assert_ok!(Networks::retire(signed(1), network));
		assert_noop!(set(network, |_| ()), Error::AlreadyRetired);
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
		let other = Terms { rate_cap: 7, ..coverage_terms(8) };
		assert_ok!(Networks::set_terms(signed(1), network + 1, other));
	});
}

#[test]
fn terms_cannot_change_so_often_that_old_ones_are_forgotten() {
	chain(|| {
		let network = create(1);
		for epoch in 11..16 {
			Now::set(epoch);
			assert_ok!(set(network, |t| t.rate_cap = epoch.into()));
		}
		Now::set(17);
		assert_noop!(set(network, |_| ()), Error::TooManyChanges);
		// The second terms count from 13; they are read for the window and the longest cadence.
		Now::set(13 + 8 + 23);
		assert_noop!(set(network, |_| ()), Error::TooManyChanges);
		Now::set(13 + 8 + 24);
		assert_ok!(set(network, |_| ()));
	});
}

#[test]
fn a_cadence_stays_between_one_epoch_and_a_day() {
	chain(|| {
		let network = create(1);
		assert_noop!(set(network, |t| t.cadence = 0), Error::CadenceOutOfRange);
		assert_ok!(set(network, |t| t.cadence = 1));
		assert_ok!(set(network, |t| t.cadence = 24));
		assert_noop!(set(network, |t| t.cadence = 25), Error::CadenceOutOfRange);
	});
}

#[test]
fn a_rate_cap_stays_above_nothing_and_no_more_than_allowed() {
	chain(|| {
		let network = create(1);
		assert_noop!(set(network, |t| t.rate_cap = 0), Error::RateCapOutOfRange);
		assert_ok!(set(network, |t| t.rate_cap = 1));
		assert_ok!(set(network, |t| t.rate_cap = 1_000));
		assert_noop!(set(network, |t| t.rate_cap = 1_001), Error::RateCapOutOfRange);
	});
}

#[test]
fn a_policy_stays_sound() {
	chain(|| {
		let network = create(1);
		assert_noop!(
			set(network, |terms| {
				let KindPolicy::Storage(policy) = &mut terms.policy.kind else { unreachable!() };
				policy.shown = 5;
			}),
			Error::UnsoundPolicy
		);
	});
}

#[test]
fn a_network_pauses_under_a_cap_above_what_has_become_the_highest() {
	chain(|| {
		let network = create(1);
		HighestRateCap::set(49);
		Now::set(20);
		assert_noop!(set(network, |t| t.cadence = 2), Error::RateCapOutOfRange);
		assert_ok!(set(network, |t| t.open = false));
		assert_eq!(Networks::terms_at(network, 22).unwrap().rate_cap, 50);

		// Paused, it may not take another cap that is too high, nor open again before it takes a
		// lower.
		assert_noop!(
			set(network, |t| (t.open, t.rate_cap) = (false, 51)),
			Error::RateCapOutOfRange
		);
		assert_noop!(set(network, |t| t.open = true), Error::RateCapOutOfRange);
		assert_ok!(set(network, |t| t.rate_cap = 49));
		assert!(Networks::terms_at(network, 22).unwrap().open);
	});
}

#[test]
fn reports_are_taken_in_epochs_of_the_cadence() {
	let terms = Terms { cadence: 4, ..storage_terms() };
	let taken: Vec<_> = (0..10).filter(|epoch| terms.takes_reports(*epoch)).collect();

	assert_eq!(taken, [0, 4, 8]);
	assert!(!Terms { cadence: 0, ..terms }.takes_reports(0));
}

#[test]
fn since_when_reports_are_taken_as_they_are_is_known() {
	chain(|| {
		Now::set(10);
		let network = create(1);
		assert_eq!(Networks::steady_since(network), 12);
		// What is paid changes nothing about that, however often.
		for epoch in [20, 60, 100] {
			Now::set(epoch);
			assert_ok!(set(network, |terms| terms.rate_cap = u64::from(epoch) / 10));
		}
		Now::set(200);
		assert_eq!(Networks::steady_since(network), 12);
		// Nor does what was only decided.
		assert_ok!(set(network, |terms| terms.cadence = 2));
		assert_eq!(Networks::steady_since(network), 12);
		assert_ok!(set(network, |terms| terms.rate_cap = 9));
		Now::set(210);
		assert_eq!(Networks::steady_since(network), 12);
		// What is in force does, whether or not it is taken back later.
		assert_ok!(set(network, |terms| terms.open = false));
		Now::set(211);
		assert_eq!(Networks::steady_since(network), 12);
		Now::set(212);
		assert_eq!(Networks::steady_since(network), 212);
		assert_ok!(set(network, |terms| terms.open = true));
		Now::set(213);
		assert_eq!(Networks::steady_since(network), 212);
		Now::set(300);
		assert_eq!(Networks::steady_since(network), 214);
		assert_ok!(set(network, |terms| terms.rate_cap = 3));
		Now::set(400);
		assert_eq!(Networks::steady_since(network), 214);
	});
}

#[test]
fn terms_do_not_come_to_pay_who_buys_of_himself() {
	chain(|| {
		assert_ok!(Networks::create(signed(1), presence_terms(|_| ()), false));
		Now::set(20);
		let set = |by, terms| Networks::set_terms(by, 0, terms);
		let washing = [
			presence_terms(|policy| policy.full_burn -= 1),
			Terms { rate_cap: 52, ..presence_terms(|_| ()) },
			// Nor one that is closed: it may open again.
			Terms { open: false, ..presence_terms(|policy| policy.full_burn -= 1) },
		];
		for terms in washing {
			assert_noop!(set(signed(1), terms.clone()), Error::PaysForWashing);
			assert_noop!(set(RuntimeOrigin::root(), terms), Error::PaysForWashing);
		}
		assert_ok!(set(signed(1), Terms { rate_cap: 49, ..presence_terms(|_| ()) }));
	});
}

#[test]
fn terms_that_pay_for_use_do_not_come_to_count_it_in_some_epochs_only() {
	chain(|| {
		assert_ok!(Networks::create(signed(1), presence_terms(|_| ()), false));
		Now::set(20);
		let every_other =
			|presence| Terms { cadence: 2, ..presence_terms(|policy| policy.presence = presence) };
		for by in [signed(1), RuntimeOrigin::root()] {
			assert_noop!(Networks::set_terms(by, 0, every_other(999_999)), Error::UseNotCounted);
		}
		assert_ok!(Networks::set_terms(signed(1), 0, every_other(1_000_000)));
	});
}
