//! Registering.

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
