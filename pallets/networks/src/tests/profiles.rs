//! What owners say of their networks, and what is held for it.

use super::*;
use crate::Profiles;
use substation_primitives::profile::{Profile, MAX_ADDRESS, MAX_NAME};

fn profile(name: &str, url: &str) -> Option<Profile> {
	let bytes = |text: &str| text.as_bytes().to_vec();
	Some(Profile {
		name: bytes(name).try_into().unwrap(),
		url: bytes(url).try_into().unwrap(),
		logo: None,
	})
}

#[test]
fn an_owner_says_what_its_network_is_called_and_pays_by_the_byte() {
	chain(|| {
		let network = create(1);
		assert_ok!(Networks::set_profile(signed(1), network, profile("Air", "https://a")));
		assert_eq!(
			last_event(),
			Event::ProfileSet { network, profile: profile("Air", "https://a") }
		);
		assert_eq!(Networks::profile(network), profile("Air", "https://a"));
		assert_eq!(held(1), 100 + 10 + 3 + 9);
		// Less, more, and nothing.
		assert_ok!(Networks::set_profile(signed(1), network, profile("A", "")));
		assert_eq!(held(1), 100 + 10 + 1);
		assert_ok!(Networks::set_profile(signed(1), network, profile(&"n".repeat(32), "")));
		assert_eq!(held(1), 100 + 10 + 32);
		assert_ok!(Networks::set_profile(signed(1), network, None));
		assert_eq!((held(1), Networks::profile(network)), (100, None));
		assert_ok!(Networks::set_profile(signed(1), network, None));
		assert_eq!(held(1), 100);
	});
}

#[test]
fn nobody_else_speaks_for_a_network_and_governance_only_takes_back() {
	chain(|| {
		let network = create(1);
		assert_noop!(Networks::set_profile(signed(2), network, profile("A", "")), Error::NotOwner);
		assert_noop!(Networks::set_profile(signed(1), 9, profile("A", "")), Error::NotFound);
		let none = RuntimeOrigin::none();
		assert_noop!(Networks::set_profile(none, network, None), DispatchError::BadOrigin);
		assert_ok!(Networks::set_profile(signed(1), network, profile("A", "")));
		let root = RuntimeOrigin::root;
		assert_noop!(Networks::set_profile(root(), network, profile("B", "")), Error::NotOwner);
		assert_ok!(Networks::set_profile(root(), network, None));
		assert_eq!((held(1), Networks::profile(network)), (100, None));
	});
}

#[test]
fn what_cannot_be_shown_or_paid_for_is_refused() {
	chain(|| {
		let network = create(1);
		for (name, url) in [("", ""), (" A", ""), ("A\n", ""), ("A", "a.example"), ("A", "http://")]
		{
			let refused = Networks::set_profile(signed(1), network, profile(name, url));
			assert_noop!(refused, Error::BadProfile);
		}
		assert_ok!(Networks::set_profile(signed(1), network, profile("A", "")));
		// What it had stays, if there is no money for more.
		let free = Balances::free_balance(account(1));
		let rest = Balances::transfer_allow_death(signed(1), account(2), free - 2);
		assert_ok!(rest);
		let longer = Networks::set_profile(signed(1), network, profile(&"n".repeat(32), ""));
		assert_noop!(longer, TokenError::FundsUnavailable);
	});
}

#[test]
fn a_profile_goes_with_its_network_and_ends_with_it() {
	chain(|| {
		let network = create(1);
		assert_ok!(Networks::set_profile(signed(1), network, profile("Air", "")));
		assert_ok!(Networks::offer(signed(1), network, Some(account(3))));
		assert_ok!(Networks::accept(signed(3), network));
		assert_eq!((held(1), held(3)), (0, 113));
		assert_eq!(Networks::profile(network), profile("Air", ""));
		assert_ok!(Networks::retire(signed(3), network));
		Expired::set(100);
		assert_ok!(Networks::remove(signed(3), network));
		assert_eq!(held(3), 0);
		assert!(!Profiles::<Test>::contains_key(network));
	});
}

#[test]
fn the_longest_profile_is_taken_and_every_byte_of_it_paid_for() {
	chain(|| {
		let network = create(1);
		let url = format!("https://{}", "a".repeat(MAX_ADDRESS as usize - 8));
		let longest = profile(&"n".repeat(MAX_NAME as usize), &url).map(|said| Profile {
			logo: Some(substation_primitives::H256::repeat_byte(7)),
			..said
		});
		assert_ok!(Networks::set_profile(signed(1), network, longest.clone()));
		assert_eq!(Networks::profile(network), longest);
		let bytes = longest.unwrap().bytes();
		assert!(bytes >= MAX_NAME + MAX_ADDRESS);
		assert_eq!(held(1), 100 + 10 + u64::from(bytes));
	});
}

#[test]
fn a_profile_is_paid_to_the_last_planck_or_not_taken() {
	chain(|| {
		let network = create(1);
		// A row, a byte, and what keeps the account.
		left_with(1, 11);
		let short = || Networks::set_profile(signed(1), network, profile("A", ""));
		assert_noop!(short(), TokenError::FundsUnavailable);
		assert_ok!(Balances::transfer_allow_death(signed(2), account(1), 1));
		assert_ok!(short());
		assert_eq!(Balances::free_balance(account(1)), 1);
	});
}

#[test]
fn who_is_only_offered_a_network_does_not_speak_for_it_and_who_gave_it_away_no_more() {
	chain(|| {
		let network = create(1);
		let say = |number| Networks::set_profile(signed(number), network, profile("A", ""));
		assert_ok!(Networks::offer(signed(1), network, Some(account(3))));
		assert_noop!(say(3), Error::NotOwner);
		assert_ok!(Networks::accept(signed(3), network));
		assert_noop!(say(1), Error::NotOwner);
		assert_ok!(say(3));
	});
}

#[test]
fn what_is_said_of_one_network_is_said_of_no_other() {
	chain(|| {
		let (one, other) = (create(1), create(1));
		assert_ok!(Networks::set_profile(signed(1), one, profile("One", "")));
		assert_ok!(Networks::set_profile(signed(1), other, profile("Other", "")));
		assert_eq!(held(1), 200 + 13 + 15);
		assert_ok!(Networks::set_profile(signed(1), one, None));
		assert_eq!((Networks::profile(one), held(1)), (None, 200 + 15));
		assert_eq!(Networks::profile(other), profile("Other", ""));
	});
}
