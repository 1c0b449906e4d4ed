//! Registering, joining another network, retiring.

use super::*;
use crate::RegistrationProof;

#[test]
fn a_device_is_registered_and_seated() {
	chain(|| {
		let device = registered(1, 1, 0);

		let row = Rows::<Test>::get(device).unwrap();
		assert_eq!((row.owner, row.deposit, row.networks.to_vec()), (account(1), 1_030, vec![0]));
		assert_eq!(held(1), 1_030);
		let seat = Seat { aggregator: account(9), cut: CUT, since: 12, paused: false };
		assert_eq!(seat_of(device, 0), Some(seat.clone()));
		assert_eq!(last_event(), Event::Seated { device, network: 0, from: 12, seat });
		assert_eq!(Devices::facts(0, &device, 11), None);
		assert_eq!(Devices::facts(0, &device, 12).unwrap().key, pair(1).public());
	});
}

#[test]
fn who_is_vouched_for_pays_the_smaller_deposit() {
	chain(|| {
		assert_eq!(register_in(1, 1, 2, None).unwrap_err(), DispatchError::Other("no voucher"));
		assert_eq!(held(1), 0);
		assert_ok!(register_in(1, 1, 2, Some((account(8), [1; 64]))));
		assert_eq!(held(1), 130);
		assert_eq!(Vouchers::get(), 1);
	});
}

#[test]
fn a_device_registers_once() {
	chain(|| {
		registered(1, 1, 0);
		assert_noop!(register_in(1, 1, 0, None), Error::AlreadyRegistered);
		assert_noop!(register_in(2, 1, 1, None), Error::AlreadyRegistered);
	});
}

#[test]
fn the_proof_is_the_devices_over_owner_network_and_expiry() {
	chain(|| {
		let pair = pair(1);
		let genesis = Devices::genesis_hash();
		let register = |owner: u8, network, expires, message: Vec<u8>| {
			Devices::register(
				signed(owner),
				HardwareKey::from(pair.public()),
				RegistrationProof { expires, signature: pair.sign(&message) },
				network,
				account(9),
				CUT,
				None,
			)
		};
		let good = signing::registration(&genesis, &account(1), 0, 1);
		assert_noop!(register(2, 0, 1, good.clone()), Error::BadProof);
		assert_noop!(register(1, 1, 1, good.clone()), Error::BadProof);
		assert_noop!(register(1, 0, 2, good.clone()), Error::BadProof);
		let other_chain = signing::registration(&H256::repeat_byte(1), &account(1), 0, 1);
		assert_noop!(register(1, 0, 1, other_chain), Error::BadProof);
		System::set_block_number(2);
		assert_noop!(register(1, 0, 1, good.clone()), Error::ProofExpired);
		System::set_block_number(1);
		assert_ok!(register(1, 0, 1, good));
	});
}

#[test]
fn closed_networks_and_keys_of_other_schemes_are_refused() {
	chain(|| {
		assert_noop!(register_in(1, 1, 3, None), Error::NetworkClosed);
		assert_noop!(register_in(1, 1, 10, None), Error::NetworkClosed);
		let register = |key| {
			Devices::register(
				signed(1),
				key,
				RegistrationProof { expires: 100, signature: [0; 64] },
				0,
				account(9),
				CUT,
				None,
			)
		};
		assert_noop!(register(HardwareKey::P256([2; 33])), Error::UnsupportedKey);
	});
}

#[test]
fn who_cannot_pay_or_does_not_sign_is_refused() {
	chain(|| {
		assert_noop!(register_in(77, 1, 0, None), TokenError::FundsUnavailable);
		let register = |origin| {
			Devices::register(
				origin,
				HardwareKey::from(pair(1).public()),
				RegistrationProof { expires: 100, signature: [0; 64] },
				0,
				account(9),
				CUT,
				None,
			)
		};
		assert_noop!(register(RuntimeOrigin::none()), DispatchError::BadOrigin);
	});
}

#[test]
fn a_device_joins_up_to_eight_networks() {
	chain(|| {
		let device = registered(1, 1, 0);
		for network in [1, 4, 5, 6, 7, 8, 9] {
			assert_ok!(Devices::join(signed(1), device, network, account(9), CUT, None));
		}
		assert_eq!(held(1), 100 + 8 * 930);
		let voucher = Some((account(8), [1; 64]));
		assert_noop!(
			Devices::join(signed(1), device, 2, account(9), CUT, voucher),
			Error::TooManyNetworks
		);
	});
}

#[test]
fn who_was_vouched_for_once_pays_in_full_for_an_open_network() {
	chain(|| {
		assert_ok!(register_in(1, 1, 2, Some((account(8), [1; 64]))));
		assert_ok!(Devices::join(signed(1), id(1), 0, account(9), CUT, None));
		assert_eq!(held(1), 100 + 30 + 930);
	});
}

#[test]
fn joining_is_the_owners_once_and_where_members_are_taken() {
	chain(|| {
		let device = registered(1, 1, 0);
		let join =
			|origin, device, network| Devices::join(origin, device, network, account(9), CUT, None);
		assert_noop!(join(signed(2), device, 1), Error::NotOwner);
		assert_noop!(join(signed(1), id(2), 1), Error::NotFound);
		assert_noop!(join(signed(1), device, 0), Error::AlreadyMember);
		assert_noop!(join(signed(1), device, 3), Error::NetworkClosed);
		assert_noop!(join(RuntimeOrigin::root(), device, 1), DispatchError::BadOrigin);
		assert_eq!(join(signed(1), device, 2).unwrap_err(), DispatchError::Other("no voucher"));
	});
}

#[test]
fn a_device_without_memberships_is_retired_and_gives_its_deposit_back() {
	chain(|| {
		let device = registered(1, 1, 0);
		assert_noop!(Devices::retire(signed(1), device), Error::HasMemberships);
		assert_ok!(Devices::leave(signed(1), device, 0));
		assert_noop!(Devices::retire(signed(1), device), Error::HasMemberships);
		Expired::set(100);
		assert_ok!(Devices::remove_membership(signed(1), device, 0));
		assert_eq!(held(1), 100);
		assert_noop!(Devices::retire(signed(2), device), Error::NotOwner);
		assert_noop!(Devices::retire(RuntimeOrigin::none(), device), DispatchError::BadOrigin);
		assert_ok!(Devices::retire(signed(1), device));

		assert_eq!(last_event(), Event::Retired { device });
		assert_eq!(held(1), 0);
		assert_noop!(Devices::retire(signed(1), device), Error::NotFound);
	});
}

#[test]
fn a_device_has_a_document_with_its_keys_and_owner() {
	chain(|| {
		let device = registered(1, 1, 0);
		let document = String::from_utf8(Devices::did_document(device).unwrap()).unwrap();
		let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
		assert!(document.contains(&hex(&device.0)), "{document}");
		assert!(document.contains(&hex(&[1; 32])), "{document}");
		// It asserts nothing before its reports count.
		assert!(!document.contains("#report"), "{document}");
		Now::set(12);
		let document = String::from_utf8(Devices::did_document(device).unwrap()).unwrap();
		assert!(document.contains("#report"), "{document}");
		assert_eq!(Devices::did_document(Default::default()), None);
	});
}
