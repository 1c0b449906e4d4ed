//! What an owner says of a device.

use super::*;
use crate::Descriptions;
use substation_primitives::did::{Description, Service, ServiceKind};

fn service(kind: ServiceKind, endpoint: &str) -> Service {
	Service { kind, endpoint: endpoint.as_bytes().to_vec().try_into().unwrap() }
}

fn list(addresses: &[&str]) -> Description {
	let services: Vec<_> =
		addresses.iter().map(|address| service(ServiceKind::Calls, address)).collect();
	Description { services: services.try_into().unwrap(), ..Default::default() }
}

fn set(number: u8, device: H256, description: Description) -> Result<(), DispatchError> {
	Devices::describe(signed(number), device, description, None)
}

#[test]
fn a_list_takes_the_place_of_the_one_before_and_holds_as_much_as_it_takes() {
	chain(|| {
		let device = registered(1, 1, 0);
		let before = held(1);
		let first = list(&["http://a", "https://b.example"]);
		assert_ok!(set(1, device, first.clone()));
		assert_eq!(last_event(), Event::Described { device, description: first.clone() });
		assert_eq!(Devices::description(device), first);
		// Twenty for the row, and one for each byte.
		assert_eq!(held(1), before + 20 + 8 + 17);
		assert_ok!(Devices::do_try_state());

		assert_ok!(set(1, device, list(&["http://a"])));
		assert_eq!(held(1), before + 28);
		let text = String::from_utf8(Devices::did_document(device).unwrap()).unwrap();
		assert!(text.contains(r#""serviceEndpoint":"http://a""#), "{text}");
		assert_ok!(Devices::do_try_state());

		assert_ok!(set(1, device, list(&[])));
		assert_eq!((held(1), Descriptions::<Test>::contains_key(device)), (before, false));
		assert_ok!(Devices::do_try_state());
	});
}

#[test]
fn what_was_never_said_can_be_taken_back() {
	chain(|| {
		let device = registered(1, 1, 0);
		let before = held(1);
		assert_ok!(set(1, device, list(&[])));
		assert_eq!((held(1), Devices::description(device)), (before, list(&[])));
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
		let refused = Devices::describe(root, device, list(&[]), None);
		assert_noop!(refused, DispatchError::BadOrigin);
	});
}

#[test]
fn what_is_no_address_is_refused_whole() {
	chain(|| {
		let device = registered(1, 1, 0);
		for wrong in ["", "a", "http://", "ftp://a", "http://a\"", "http://a b", "http://\u{e4}"] {
			let services = list(&["http://good", wrong]);
			assert_noop!(set(1, device, services), Error::BadAddress);
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
		assert_eq!(Devices::description(device), list(&["http://a"]));
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
		assert_eq!(Devices::description(device), list(&[]));
		assert_eq!((held(1), held(2)), (0, before));
		assert_ok!(Devices::do_try_state());
		assert_noop!(set(1, device, list(&[])), Error::NotOwner);
		assert_ok!(set(2, device, list(&["http://b"])));
	});
}

/// The certificate of device 1's hardware key for a key, as long as account `owner` has it.
fn certificate(owner: u8, key: [u8; 32]) -> Option<[u8; 64]> {
	let genesis = Devices::genesis_hash();
	Some(pair(1).sign(&signing::agreement(&genesis, &id(1), &account(owner), &key)))
}

#[test]
fn a_key_to_agree_with_has_the_hardware_keys_certificate_once() {
	chain(|| {
		let device = registered(1, 1, 0);
		let before = held(1);
		let with = |key: u8| Description { agreement_key: Some([key; 32]), ..list(&["http://a"]) };
		let describe = |number, description, certificate| {
			Devices::describe(signed(number), device, description, certificate)
		};
		for wrong in [None, certificate(2, [7; 32]), certificate(1, [8; 32]), Some([0; 64])] {
			assert_noop!(describe(1, with(7), wrong), Error::BadCertificate);
		}
		assert_ok!(describe(1, with(7), certificate(1, [7; 32])));
		assert_eq!(held(1), before + 20 + 8 + 32);
		// What is known already is said again without.
		let more = Description { services: list(&["http://b"]).services, ..with(7) };
		assert_ok!(describe(1, more, None));
		assert_noop!(describe(1, with(8), certificate(1, [7; 32])), Error::BadCertificate);
		let text = String::from_utf8(Devices::did_document(device).unwrap()).unwrap();
		assert!(text.contains("keyAgreement"), "{text}");

		// A new owner starts anew, and the old certificate is worth nothing.
		assert_ok!(Devices::offer(signed(1), device, Some(account(2))));
		assert_ok!(Devices::accept(signed(2), device));
		assert_noop!(describe(2, with(7), certificate(1, [7; 32])), Error::BadCertificate);
		assert_ok!(describe(2, with(7), certificate(2, [7; 32])));
		assert_ok!(Devices::do_try_state());
	});
}

#[test]
fn other_names_are_uris_and_are_held_for() {
	chain(|| {
		let device = registered(1, 1, 0);
		let before = held(1);
		let named = |name: &str| {
			let names = vec![name.as_bytes().to_vec().try_into().unwrap()];
			Description { also_known_as: names.try_into().unwrap(), ..Default::default() }
		};
		for wrong in ["", "name", "a:", "a:b c", "a:\"b"] {
			assert_noop!(set(1, device, named(wrong)), Error::BadAddress);
		}
		assert_ok!(set(1, device, named("did:peaq:7")));
		assert_eq!(held(1), before + 20 + 10);
		let text = String::from_utf8(Devices::did_document(device).unwrap()).unwrap();
		assert!(text.contains(r#""alsoKnownAs":["did:peaq:7"]"#), "{text}");
	});
}

#[test]
fn beside_a_document_stands_how_old_it_is() {
	chain(|| {
		System::set_block_number(30);
		let device = registered(1, 1, 0);
		System::set_block_number(70);
		let read = |device| Devices::did_resolution(device);
		let fresh = crate::Resolution { created: 30, transferred: 30, version: 0, read: 70 };
		assert_eq!(read(device), Some(fresh));
		assert_ok!(Devices::offer(signed(1), device, Some(account(2))));
		assert_ok!(Devices::accept(signed(2), device));
		let sold = crate::Resolution { transferred: 70, version: 1, ..fresh };
		assert_eq!(read(device), Some(sold));
		assert_eq!(read(H256::zero()), None);
	});
}
