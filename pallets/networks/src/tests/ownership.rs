//! Networks that change hands: given away, or taken from who lost the key.

use super::*;

fn root() -> RuntimeOrigin {
	RuntimeOrigin::root()
}

fn owner(network: u32) -> substation_primitives::AccountId32 {
	Rows::<Test>::get(network).unwrap().owner
}

#[test]
fn a_network_goes_to_whom_it_was_offered_with_its_deposits() {
	chain(|| {
		let network = with_maker();
		assert_eq!(held(1), 110);
		assert_ok!(Networks::offer(signed(1), network, Some(account(3))));
		let to = Some(account(3));
		assert_eq!(last_event(), Event::Offered { network, to, by_governance: false });
		assert_eq!(owner(network), account(1), "not before it is taken");

		assert_ok!(Networks::accept(signed(3), network));
		let [from, to] = [1, 3].map(account);
		assert_eq!(last_event(), Event::Transferred { network, from, to, kept: false });
		assert_eq!((held(1), held(3)), (0, 110));
		assert_eq!(Balances::free_balance(account(1)), 10_000);
		assert_noop!(Networks::retire(signed(1), network), Error::NotOwner);
		assert_noop!(Networks::accept(signed(3), network), Error::NotOffered);
		// Whoever has it now has the deposits back.
		assert_ok!(Networks::end_licence(signed(3), network, account(2)));
		Now::set(40);
		assert_ok!(Networks::remove_maker(signed(5), network, account(2)));
		assert_eq!(held(3), 100);
	});
}

#[test]
fn nobody_else_takes_it_and_an_offer_can_be_taken_back() {
	chain(|| {
		let network = create(1);
		assert_noop!(Networks::accept(signed(3), network), Error::NotOffered);
		assert_ok!(Networks::offer(signed(1), network, Some(account(3))));
		assert_noop!(Networks::accept(signed(4), network), Error::NotOffered);
		assert_noop!(Networks::accept(signed(1), network), Error::NotOffered);
		assert_ok!(Networks::offer(signed(1), network, Some(account(4))));
		assert_noop!(Networks::accept(signed(3), network), Error::NotOffered);
		assert_ok!(Networks::offer(signed(1), network, None));
		assert_eq!(last_event(), Event::Offered { network, to: None, by_governance: false });
		assert_noop!(Networks::accept(signed(4), network), Error::NotOffered);
		for origin in unsigned() {
			assert_noop!(Networks::accept(origin, network), DispatchError::BadOrigin);
		}
		assert_noop!(Networks::accept(signed(3), 9), Error::NotFound);
	});
}

#[test]
fn only_the_owner_and_governance_offer() {
	chain(|| {
		let network = create(1);
		let to = || Some(account(3));
		assert_noop!(Networks::offer(signed(3), network, to()), Error::NotOwner);
		let nobody = RuntimeOrigin::none();
		assert_noop!(Networks::offer(nobody, network, to()), DispatchError::BadOrigin);
		assert_noop!(Networks::offer(signed(1), 9, to()), Error::NotFound);
		assert_noop!(Networks::offer(root(), 9, to()), Error::NotFound);
	});
}

#[test]
fn who_cannot_pay_the_deposits_does_not_get_it() {
	chain(|| {
		let network = with_maker();
		assert_ok!(Networks::offer(signed(1), network, Some(account(3))));
		left_with(3, 110);
		assert_noop!(Networks::accept(signed(3), network), TokenError::FundsUnavailable);
		left_with(4, 111);
		assert_ok!(Networks::offer(signed(1), network, Some(account(4))));
		assert_ok!(Networks::accept(signed(4), network));
		assert_eq!(held(4), 110);
	});
}

#[test]
fn it_may_be_offered_to_its_owner() {
	chain(|| {
		let network = create(1);
		assert_ok!(Networks::offer(signed(1), network, Some(account(1))));
		assert_ok!(Networks::accept(signed(1), network));
		assert_eq!((owner(network), held(1)), (account(1), 100));
	});
}

#[test]
fn a_lost_key_is_replaced_by_governance() {
	chain(|| {
		let network = create(1);
		assert_ok!(Networks::offer(root(), network, Some(account(3))));
		let to = Some(account(3));
		assert_eq!(last_event(), Event::Offered { network, to, by_governance: true });
		assert_ok!(Networks::accept(signed(3), network));
		assert_eq!((owner(network), held(1), held(3)), (account(3), 0, 100));
	});
}

/// Whoever has a stolen key neither keeps the network nor ends it before governance has acted.
#[test]
fn who_has_stolen_a_key_does_not_keep_the_network() {
	chain(|| {
		let network = create(1);
		assert_ok!(set_weight(network, 5));
		Members::set(true);
		Now::set(20);
		assert_ok!(Networks::retire(signed(1), network));
		assert_ok!(Networks::offer(signed(1), network, Some(account(9))));
		Now::set(60);
		assert_ok!(Networks::offer(root(), network, Some(account(3))));
		for to in [None, Some(account(9))] {
			let kept = Error::OfferedByGovernance;
			assert_noop!(Networks::offer(signed(1), network, to), kept);
		}
		assert_noop!(Networks::accept(signed(9), network), Error::NotOffered);

		Now::set(68);
		assert_ok!(Networks::accept(signed(3), network));
		let [from, to] = [1, 3].map(account);
		assert_eq!(last_event(), Event::Transferred { network, from, to, kept: true });
		let row = Network { deposit: 100, ..endowed_network(account(3), true) };
		assert_eq!(Rows::<Test>::get(network), Some(row));
		assert!(Networks::takes_members(network));
		assert!(Networks::terms_at(network, 70).unwrap().open, "it goes on");
		assert_eq!(Networks::weight_at(network, 70), (5, 5));
	});
}

/// A network that was closed before it was retired has nothing to take back, and goes on all the same.
#[test]
fn who_has_stolen_a_key_does_not_end_the_network_by_closing_it_first() {
	chain(|| {
		let network = create(1);
		Members::set(true);
		Now::set(20);
		let closed = Terms { open: false, ..storage_terms() };
		assert_ok!(Networks::set_terms(signed(1), network, closed));
		Now::set(21);
		assert_ok!(Networks::retire(signed(1), network));
		assert_ok!(Networks::offer(root(), network, Some(account(3))));
		Now::set(40);
		assert_ok!(Networks::accept(signed(3), network));
		assert_eq!(Rows::<Test>::get(network).unwrap().retired, None);
		assert_ok!(Networks::set_terms(signed(3), network, storage_terms()));
		assert!(Networks::terms_at(network, 42).unwrap().open);
	});
}

#[test]
fn who_has_stolen_a_key_makes_the_network_no_dearer() {
	chain(|| {
		let network = create(1);
		assert_ok!(Networks::offer(root(), network, Some(account(3))));
		let license = || Networks::license_maker(signed(1), network, account(2), 1);
		assert_noop!(license(), Error::OfferedByGovernance);
		assert_ok!(Networks::offer(root(), network, None));
		assert_ok!(license());
	});
}

#[test]
fn governance_that_ends_a_network_gives_it_to_nobody() {
	chain(|| {
		let network = create(1);
		assert_ok!(Networks::offer(root(), network, Some(account(3))));
		assert_ok!(Networks::retire(root(), network));
		assert_noop!(Networks::accept(signed(3), network), Error::NotOffered);
	});
}

#[test]
fn what_ends_within_two_epochs_ends() {
	chain(|| {
		let network = create(1);
		Members::set(true);
		Now::set(20);
		assert_ok!(Networks::retire(signed(1), network));
		assert_ok!(Networks::offer(root(), network, Some(account(3))));
		Now::set(69);
		assert_ok!(Networks::accept(signed(3), network));
		let [from, to] = [1, 3].map(account);
		assert_eq!(last_event(), Event::Transferred { network, from, to, kept: false });
		assert_eq!(Rows::<Test>::get(network).unwrap().retired, Some(70));
		assert!(!Networks::terms_at(network, 70).unwrap().open);
	});
}

#[test]
fn an_owner_who_gives_a_retired_network_away_does_not_reopen_it() {
	chain(|| {
		let network = create(1);
		Members::set(true);
		assert_ok!(Networks::retire(signed(1), network));
		assert_ok!(Networks::offer(signed(1), network, Some(account(3))));
		assert_ok!(Networks::accept(signed(3), network));
		assert_eq!(Rows::<Test>::get(network).unwrap().retired, Some(60));
	});
}

#[test]
fn governance_takes_its_offer_back() {
	chain(|| {
		let network = create(1);
		assert_ok!(Networks::offer(root(), network, Some(account(3))));
		assert_ok!(Networks::offer(root(), network, None));
		assert_noop!(Networks::accept(signed(3), network), Error::NotOffered);
		assert_ok!(Networks::offer(signed(1), network, Some(account(4))));
		assert_ok!(Networks::accept(signed(4), network));
	});
}
