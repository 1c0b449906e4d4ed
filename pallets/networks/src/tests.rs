use crate::{
	mock::{Members, Networks, *},
	Makers, Networks as Rows, *,
};
use frame_support::{assert_noop, assert_ok, traits::fungible::InspectHold};
use sp_core::{ed25519, Pair};
use sp_runtime::{DispatchError, TokenError};
use substation_primitives::{history::DELAY, ReportKey};
use substation_proofs::{storage, KindPolicy, Policy};

type Error = crate::Error<Test>;
type Event = crate::Event<Test>;

fn create(number: u8) -> u32 {
	let network = NextNetworkId::<Test>::get();
	assert_ok!(Networks::create(signed(number), storage_terms(), true));
	network
}

fn last_event() -> Event {
	match System::events().pop().expect("there is an event").event {
		RuntimeEvent::Networks(event) => event,
		other => panic!("{other:?} is another pallet's"),
	}
}

fn held(number: u8) -> u64 {
	Balances::total_balance_on_hold(&account(number))
}

fn maker_pair() -> ed25519::Pair {
	ed25519::Pair::from_seed(&[7; 32])
}

/// A network of account 1 in which account 2 is licensed for two devices and has posted its key.
fn with_maker() -> u32 {
	let network = create(1);
	assert_ok!(Networks::license_maker(signed(1), network, account(2), 2));
	let key = ReportKey::Ed25519(maker_pair().public());
	assert_ok!(Networks::post_maker_key(signed(2), network, key));
	network
}

mod create {
	use super::*;

	#[test]
	fn a_network_takes_a_deposit_and_reports_from_two_epochs_later() {
		chain(|| {
			assert_ok!(Networks::create(signed(1), storage_terms(), false));

			assert_eq!(held(1), 100);
			assert_eq!(Networks::terms_at(0, 11), None);
			assert_eq!(Networks::terms_at(0, 12), Some(storage_terms()));
			assert_eq!(Rows::<Test>::get(0).unwrap().owner, account(1));
			let expected = Event::Created { network: 0, owner: account(1), terms: storage_terms() };
			assert_eq!(last_event(), expected);
		});
	}

	#[test]
	fn networks_are_numbered_in_turn() {
		chain(|| {
			assert_eq!([create(1), create(1), create(2)], [0, 1, 2]);
			assert_eq!(held(1), 200);
		});
	}

	#[test]
	fn cadence_and_rate_cap_are_bounded_on_both_sides() {
		chain(|| {
			let with = |change: fn(&mut Terms<u64>)| {
				let mut terms = storage_terms();
				change(&mut terms);
				Networks::create(signed(1), terms, false)
			};
			assert_noop!(with(|t| t.cadence = 0), Error::CadenceOutOfRange);
			assert_noop!(with(|t| t.cadence = 25), Error::CadenceOutOfRange);
			assert_noop!(with(|t| t.rate_cap = 0), Error::RateCapOutOfRange);
			assert_noop!(with(|t| t.rate_cap = 1_001), Error::RateCapOutOfRange);
			assert_ok!(with(|t| (t.cadence, t.rate_cap) = (1, 1)));
			assert_ok!(with(|t| (t.cadence, t.rate_cap) = (24, 1_000)));
		});
	}

	#[test]
	fn an_unsound_policy_is_refused() {
		chain(|| {
			let kind = KindPolicy::Storage(storage::Policy { shown: 5, cap: 1_000 });
			let terms = Terms { policy: Policy { ramp: 0, kind }, ..storage_terms() };
			assert_noop!(Networks::create(signed(1), terms, false), Error::UnsoundPolicy);
		});
	}

	#[test]
	fn who_cannot_pay_or_does_not_sign_is_refused() {
		chain(|| {
			assert_noop!(
				Networks::create(signed(77), storage_terms(), false),
				TokenError::FundsUnavailable
			);
			assert_noop!(
				Networks::create(RuntimeOrigin::none(), storage_terms(), false),
				DispatchError::BadOrigin
			);
		});
	}
}

mod set_terms {
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
			assert_noop!(
				Networks::set_terms(signed(1), network, coverage_terms(8)),
				Error::OtherKind
			);
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
	fn terms_and_weights_of_a_whole_cadence_can_be_read_in_the_last_epoch_of_the_window() {
		chain(|| {
			let network = create(1);
			let (old, new) = (storage_terms(), Terms { rate_cap: 7, ..storage_terms() });
			assert_ok!(Networks::set_weight(RuntimeOrigin::root(), network, 5));
			let first = Now::get() + DELAY;
			Now::set(20);
			assert_ok!(Networks::set_terms(signed(1), network, new.clone()));
			assert_ok!(Networks::set_weight(RuntimeOrigin::root(), network, 6));
			let changed = 20 + DELAY;

			// What is set later pushes out nothing that the pool of the last epoch that can still be
			// settled is made of.
			let reports = first + u32::from(MAX_CADENCE);
			Now::set(reports + <Clock as InspectEpochs>::window());
			assert_ok!(Networks::set_terms(signed(1), network, old.clone()));
			assert_ok!(Networks::set_weight(RuntimeOrigin::root(), network, 8));

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
}

mod retire_and_remove {
	use super::*;

	#[test]
	fn a_retired_network_takes_nothing_and_is_removed_once_claims_have_ended() {
		chain(|| {
			let network = create(1);
			Now::set(20);
			assert_ok!(Networks::retire(signed(1), network));
			assert_eq!(last_event(), Event::Retired { network, from: 22 });
			assert!(!Networks::takes_members(network));
			assert!(Networks::terms_at(network, 21).unwrap().open);
			assert!(!Networks::terms_at(network, 22).unwrap().open);
			assert_noop!(Networks::retire(signed(1), network), Error::AlreadyRetired);
			assert_noop!(
				Networks::set_terms(signed(1), network, storage_terms()),
				Error::AlreadyRetired
			);

			Expired::set(21);
			assert_noop!(Networks::remove(signed(1), network), Error::StillInUse);
			Expired::set(22);
			Members::set(true);
			assert_noop!(Networks::remove(signed(1), network), Error::HasMembers);
			Members::set(false);
			assert_ok!(Networks::remove(signed(1), network));
			assert_eq!(last_event(), Event::Removed { network });
			assert_eq!(held(1), 0);
			assert_eq!(Networks::terms_at(network, 21), None);
		});
	}

	#[test]
	fn only_the_owner_retires_and_removes() {
		chain(|| {
			let network = create(1);
			assert_noop!(Networks::retire(signed(2), network), Error::NotOwner);
			assert_noop!(Networks::remove(signed(2), network), Error::NotOwner);
			assert_noop!(Networks::retire(signed(1), 9), Error::NotFound);
			assert_noop!(Networks::remove(signed(1), 9), Error::NotFound);
			assert_noop!(Networks::remove(signed(1), network), Error::StillInUse);
			assert_noop!(
				Networks::retire(RuntimeOrigin::none(), network),
				DispatchError::BadOrigin
			);
			assert_noop!(
				Networks::remove(RuntimeOrigin::none(), network),
				DispatchError::BadOrigin
			);
		});
	}

	#[test]
	fn a_network_with_makers_or_weight_is_not_removed() {
		chain(|| {
			let network = with_maker();
			assert_ok!(Networks::set_weight(RuntimeOrigin::root(), network, 5));
			assert_ok!(Networks::retire(signed(1), network));
			Expired::set(100);
			assert_noop!(Networks::remove(signed(1), network), Error::HasMakers);
			assert_ok!(Networks::end_licence(signed(1), network, account(2)));
			Now::set(40);
			assert_ok!(Networks::remove_maker(signed(3), network, account(2)));
			assert_noop!(Networks::remove(signed(1), network), Error::StillInUse);
			assert_ok!(Networks::set_weight(RuntimeOrigin::root(), network, 0));
			assert_ok!(Networks::remove(signed(1), network));
		});
	}
}

mod set_weight {
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
}

mod makers {
	use super::*;

	#[test]
	fn a_licensed_maker_posts_key_and_bond_and_vouches_within_its_quota() {
		chain(|| {
			let network = with_maker();
			assert_eq!((held(1), held(2)), (110, 6));
			let message = b"a device";
			let voucher = (account(2), maker_pair().sign(message).0);
			for left in [1, 0] {
				assert_ok!(Networks::take_voucher(network, Some(&voucher), message));
				assert_eq!(Makers::<Test>::get(network, account(2)).unwrap().quota, left);
			}
			assert_noop!(Networks::take_voucher(network, Some(&voucher), message), Error::NoQuota);
		});
	}

	#[test]
	fn a_voucher_is_the_makers_over_this_device() {
		chain(|| {
			let network = with_maker();
			let signature = maker_pair().sign(b"a device").0;
			assert_noop!(Networks::take_voucher(network, None, b"a device"), Error::BadVoucher);
			assert_noop!(
				Networks::take_voucher(network, Some(&(account(2), signature)), b"another"),
				Error::BadVoucher
			);
			assert_noop!(
				Networks::take_voucher(network, Some(&(account(3), signature)), b"a device"),
				Error::NotLicensed
			);
			assert_noop!(Networks::take_voucher(9, None, b"a device"), Error::NotFound);
		});
	}

	#[test]
	fn a_network_that_demands_no_voucher_takes_none() {
		chain(|| {
			assert_ok!(Networks::create(signed(1), storage_terms(), false));
			assert_ok!(Networks::take_voucher(0, None, b"a device"));
		});
	}

	#[test]
	fn a_maker_without_a_key_cannot_vouch() {
		chain(|| {
			let network = create(1);
			assert_ok!(Networks::license_maker(signed(1), network, account(2), 2));
			assert_eq!(last_event(), Event::MakerLicensed { network, maker: account(2), quota: 2 });
			let voucher = (account(2), maker_pair().sign(b"a device").0);
			assert_noop!(
				Networks::take_voucher(network, Some(&voucher), b"a device"),
				Error::BadVoucher
			);
		});
	}

	#[test]
	fn licences_are_given_by_the_owner_once_and_for_something() {
		chain(|| {
			let network = with_maker();
			let license =
				|who, quota| Networks::license_maker(signed(who), network, account(2), quota);
			assert_noop!(license(1, 5), Error::AlreadyLicensed);
			assert_noop!(license(2, 5), Error::NotOwner);
			assert_noop!(
				Networks::license_maker(signed(1), network, account(3), 0),
				Error::NoQuota
			);
			assert_noop!(Networks::license_maker(signed(1), 9, account(3), 1), Error::NotFound);
			assert_ok!(Networks::retire(signed(1), network));
			assert_noop!(
				Networks::license_maker(signed(1), network, account(3), 1),
				Error::AlreadyRetired
			);
		});
	}

	#[test]
	fn calls_about_makers_are_signed_for_networks_and_makers_that_are_there() {
		chain(|| {
			let network = with_maker();
			let key = ReportKey::Ed25519(maker_pair().public());
			for origin in [RuntimeOrigin::none(), RuntimeOrigin::root()] {
				let origin = || origin.clone();
				let bad = DispatchError::BadOrigin;
				assert_noop!(Networks::license_maker(origin(), network, account(3), 1), bad);
				assert_noop!(Networks::post_maker_key(origin(), network, key), bad);
				assert_noop!(Networks::end_licence(origin(), network, account(2)), bad);
				assert_noop!(Networks::remove_maker(origin(), network, account(2)), bad);
			}
			let nobody = account(3);
			assert_noop!(Networks::end_licence(signed(1), 9, account(2)), Error::NotFound);
			assert_noop!(
				Networks::end_licence(signed(1), network, nobody.clone()),
				Error::NotLicensed
			);
			assert_noop!(Networks::remove_maker(signed(1), 9, account(2)), Error::NotFound);
			assert_noop!(Networks::remove_maker(signed(1), network, nobody), Error::NotLicensed);
		});
	}

	#[test]
	fn who_cannot_pay_licenses_nobody_and_posts_no_key() {
		chain(|| {
			let network = create(1);
			let spend = |number: u8, left: u64| {
				let amount = Balances::free_balance(account(number)) - left;
				assert_ok!(Balances::transfer_allow_death(signed(number), account(8), amount));
			};
			spend(1, 5);
			assert_noop!(
				Networks::license_maker(signed(1), network, account(2), 2),
				TokenError::FundsUnavailable
			);
			assert_ok!(Balances::transfer_allow_death(signed(8), account(1), 1_000));
			assert_ok!(Networks::license_maker(signed(1), network, account(2), 2));
			spend(2, 3);
			let key = ReportKey::Ed25519(maker_pair().public());
			assert_noop!(
				Networks::post_maker_key(signed(2), network, key),
				TokenError::FundsUnavailable
			);
		});
	}

	#[test]
	fn a_key_is_posted_once_by_a_licensed_maker() {
		chain(|| {
			let network = with_maker();
			let key = ReportKey::Ed25519(maker_pair().public());
			assert_noop!(Networks::post_maker_key(signed(2), network, key), Error::KeyPosted);
			assert_noop!(Networks::post_maker_key(signed(3), network, key), Error::NotLicensed);
			assert_ok!(Networks::license_maker(signed(1), network, account(3), 1));
			assert_ok!(Networks::end_licence(signed(1), network, account(3)));
			assert_noop!(Networks::post_maker_key(signed(3), network, key), Error::LicenceEnded);
		});
	}

	#[test]
	fn an_ended_licence_vouches_for_nothing_and_gives_back_after_the_window() {
		chain(|| {
			let network = with_maker();
			assert_noop!(Networks::end_licence(signed(3), network, account(2)), Error::NotOwner);
			assert_noop!(
				Networks::remove_maker(signed(2), network, account(2)),
				Error::StillLicensed
			);
			assert_ok!(Networks::end_licence(signed(2), network, account(2)));
			assert_eq!(last_event(), Event::MakerEnded { network, maker: account(2), free_at: 18 });
			assert_noop!(
				Networks::end_licence(signed(1), network, account(2)),
				Error::LicenceEnded
			);
			let voucher = (account(2), maker_pair().sign(b"a device").0);
			assert_noop!(
				Networks::take_voucher(network, Some(&voucher), b"a device"),
				Error::LicenceEnded
			);
			Now::set(17);
			assert_noop!(
				Networks::remove_maker(signed(2), network, account(2)),
				Error::StillLicensed
			);
			Now::set(18);
			assert_ok!(Networks::remove_maker(signed(2), network, account(2)));
			assert_eq!(last_event(), Event::MakerRemoved { network, maker: account(2) });
			assert_eq!((held(1), held(2)), (100, 0));
			assert_noop!(
				Networks::remove_maker(signed(2), network, account(2)),
				Error::NotLicensed
			);
		});
	}
}

#[test]
fn reports_are_taken_in_epochs_of_the_cadence() {
	let terms = Terms { cadence: 4, ..storage_terms() };
	let taken: Vec<_> = (0..10).filter(|epoch| terms.takes_reports(*epoch)).collect();

	assert_eq!(taken, [0, 4, 8]);
	assert!(!Terms { cadence: 0, ..terms }.takes_reports(0));
}

#[test]
fn each_network_has_a_fund_of_its_own() {
	chain(|| {
		assert_ne!(Networks::fund(0), Networks::fund(1));
	});
}
