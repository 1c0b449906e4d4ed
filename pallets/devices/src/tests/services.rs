//! Where a device is reached.

use super::*;
use crate::{ServiceList, Services};
use substation_primitives::did::{Service, ServiceKind};

fn service(kind: ServiceKind, endpoint: &str) -> Service {
	Service { kind, endpoint: endpoint.as_bytes().to_vec().try_into().unwrap() }
}

fn list(addresses: &[&str]) -> ServiceList {
	let services: Vec<_> =
		addresses.iter().map(|address| service(ServiceKind::Calls, address)).collect();
	services.try_into().unwrap()
}

fn set(number: u8, device: H256, services: ServiceList) -> Result<(), DispatchError> {
	Devices::set_services(signed(number), device, services)
}

#[test]
fn a_list_takes_the_place_of_the_one_before_and_holds_as_much_as_it_takes() {
	chain(|| {
		let device = registered(1, 1, 0);
		let before = held(1);
		let first = list(&["http://a", "https://b.example"]);
		assert_ok!(set(1, device, first.clone()));
		assert_eq!(last_event(), Event::ServicesSet { device, services: first.clone() });
		assert_eq!(Devices::services(device), first);
		// Twenty for the row, and one for each byte.
		assert_eq!(held(1), before + 20 + 8 + 17);
		assert_ok!(Devices::do_try_state());

		assert_ok!(set(1, device, list(&["http://a"])));
		assert_eq!(held(1), before + 28);
		let text = String::from_utf8(Devices::did_document(device).unwrap()).unwrap();
		assert!(text.contains(r#""serviceEndpoint":"http://a""#), "{text}");
		assert_ok!(Devices::do_try_state());

		assert_ok!(set(1, device, list(&[])));
		assert_eq!((held(1), Services::<Test>::contains_key(device)), (before, false));
		assert_ok!(Devices::do_try_state());
	});
}

#[test]
fn what_was_never_said_can_be_taken_back() {
	chain(|| {
		let device = registered(1, 1, 0);
		let before = held(1);
		assert_ok!(set(1, device, list(&[])));
		assert_eq!((held(1), Devices::services(device)), (before, list(&[])));
	});
}

#[test]
fn the_longest_list_is_held_for_to_the_byte() {
	chain(|| {
		let device = registered(1, 1, 0);
		let before = held(1);
		let longest = format!("http://{}", "a".repeat(121));
		assert_ok!(set(1, device, list(&[longest.as_str(); 4])));
		assert_eq!(held(1), before + 20 + 4 * 128);
	});
}

#[test]
fn only_the_owner_says_it() {
	chain(|| {
		let device = registered(1, 1, 0);
		assert_noop!(set(2, device, list(&["http://a"])), Error::NotOwner);
		assert_noop!(set(1, H256::zero(), list(&["http://a"])), Error::NotFound);
		let root = frame_system::RawOrigin::Root.into();
		let refused = Devices::set_services(root, device, list(&[]));
		assert_noop!(refused, DispatchError::BadOrigin);
	});
}

#[test]
fn what_is_no_address_is_refused_whole() {
	chain(|| {
		let device = registered(1, 1, 0);
		for wrong in ["", "a", "http://", "ftp://a", "http://a\"", "http://a b", "http://\u{e4}"] {
			let services = list(&["http://good", wrong]);
			assert_noop!(set(1, device, services), Error::BadEndpoint);
		}
	});
}

#[test]
fn who_cannot_pay_says_nothing() {
	chain(|| {
		let device = registered(1, 1, 0);
		assert_ok!(set(1, device, list(&["http://a"])));
		// The balance has to stay, and one token is missing for the longer list.
		left_with(1, 6);
		let longer = list(&["http://abcdef"]);
		let refused = set(1, device, list(&["http://abcdefg"]));
		assert_eq!(refused, Err(TokenError::FundsUnavailable.into()));
		assert_eq!(Devices::services(device), list(&["http://a"]));
		assert_ok!(set(1, device, longer));
	});
}

#[test]
fn what_an_owner_has_said_ends_when_the_device_changes_hands() {
	chain(|| {
		let device = registered(1, 1, 0);
		let before = held(1);
		assert_ok!(set(1, device, list(&["http://a"])));
		assert_ok!(Devices::offer(signed(1), device, Some(account(2))));
		assert_ok!(Devices::accept(signed(2), device));
		assert_eq!(Devices::services(device), list(&[]));
		assert_eq!((held(1), held(2)), (0, before));
		assert_ok!(Devices::do_try_state());
		assert_noop!(set(1, device, list(&[])), Error::NotOwner);
		assert_ok!(set(2, device, list(&["http://b"])));
	});
}
