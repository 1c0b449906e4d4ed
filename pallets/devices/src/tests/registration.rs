//! Registering.

use super::*;
use crate::RegistrationProof;
use frame_support::dispatch::DispatchResult;
use sp_core::{sr25519, Pair};
use substation_proofs::author::DevicePair;

/// Account `owner` registers the device of `hardware` in network 0 with a word that `signer` gives.
fn register_by(owner: u8, hardware: HardwareKey, signer: &DevicePair) -> DispatchResult {
	let message = signing::registration(&Devices::genesis_hash(), &account(owner), 0, 100);
	register_with(signed(owner), hardware, 100, signer.sign(&message))
}

fn register_with(
	origin: RuntimeOrigin,
	hardware: HardwareKey,
	expires: u32,
	signature: [u8; 64],
) -> DispatchResult {
	let proof = RegistrationProof { expires, signature };
	Devices::register(origin, hardware, proof, 0, account(9), CUT, None)
}

#[test]
fn a_device_is_registered_and_seated() {
	chain(|| {
		let device = registered(1, 1, 0);

		let row = Rows::<Test>::get(device).unwrap();
		assert_eq!((row.owner, row.deposit, row.networks.to_vec()), (account(1), 1_030, vec![0]));
		assert_eq!((row.hardware, row.rotations), (pair(1).public().into(), 0));
		assert_eq!((row.place.latest(), row.data_set.latest(), row.offered_to), (None, None, None));
		assert_eq!(held(1), 1_030);
		let seat =
			Seat { aggregator: account(9), carried_since: 12, cut: CUT, since: 12, paused: false };
		assert_eq!(seat_of(device, 0), Some(seat.clone()));
		assert_eq!(Devices::facts(0, &device, 11), None);
		assert_eq!(Devices::facts(0, &device, 12).unwrap().key, pair(1).public());
		let expected = [
			Event::Registered { device, owner: account(1) },
			Event::Seated { device, network: 0, from: 12, seat },
		];
		assert_eq!(events(), expected);
	});
}

#[test]
fn who_is_vouched_for_pays_the_smaller_deposit() {
	chain(|| {
		assert_ok!(register_in(1, 1, 2, voucher(1)));

		assert_eq!(held(1), 130);
		assert_eq!(Quota::get(), 4);
		let membership = Memberships::<Test>::get(2, id(1)).unwrap();
		assert_eq!((membership.deposit, membership.licence), (30, Some(licence_of_eight())));
	});
}

#[test]
fn where_nobody_vouches_no_licence_is_spent() {
	chain(|| {
		assert_ok!(register_in(1, 1, 0, voucher(1)));

		assert_eq!((held(1), Quota::get()), (1_030, 5));
		assert_eq!(Memberships::<Test>::get(0, id(1)).unwrap().licence, None);
	});
}

#[test]
fn a_device_that_is_not_vouched_for_is_refused_and_nothing_is_stored() {
	chain(|| {
		let refused = DispatchError::Other("no voucher");
		assert_noop!(register_in(1, 1, 2, None), refused);
		assert_noop!(register_in(1, 1, 2, voucher(2)), refused);
		assert_noop!(register_in(1, 1, 2, Some((account(8), [0; 64]))), refused);
		Quota::set(0);
		assert_noop!(register_in(1, 1, 2, voucher(1)), DispatchError::Other("no quota"));
	});
}

#[test]
fn nothing_is_stored_or_told_before_the_last_check() {
	chain(|| {
		// Not in a layer that is taken back, as calls are.
		let register = |owner: u8, voucher| {
			let message = signing::registration(&Devices::genesis_hash(), &account(owner), 2, 100);
			let proof = RegistrationProof { expires: 100, signature: pair(1).sign(&message) };
			let hardware = HardwareKey::from(pair(1).public());
			Devices::do_register(account(owner), hardware, proof, 2, account(9), CUT, voucher)
		};
		assert_noop!(register(1, None), DispatchError::Other("no voucher"));
		assert_noop!(register(77, voucher(1)), TokenError::FundsUnavailable);
		assert_eq!(Quota::get(), 5);
		assert!(events().is_empty());
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
			let proof = RegistrationProof { expires, signature: pair.sign(&message) };
			let hardware = HardwareKey::from(pair.public());
			Devices::register(signed(owner), hardware, proof, network, account(9), CUT, None)
		};
		let good = signing::registration(&genesis, &account(1), 0, 1);
		assert_noop!(register(2, 0, 1, good.clone()), Error::BadProof);
		assert_noop!(register(1, 1, 1, good.clone()), Error::BadProof);
		assert_noop!(register(1, 0, 2, good.clone()), Error::BadProof);
		let other_chain = signing::registration(&H256::repeat_byte(1), &account(1), 0, 1);
		assert_noop!(register(1, 0, 1, other_chain), Error::BadProof);
		assert_ok!(register(1, 0, 1, good));
	});
}

#[test]
fn a_proof_is_good_in_its_last_block_and_not_in_the_next() {
	chain(|| {
		let message = signing::registration(&Devices::genesis_hash(), &account(1), 0, 7);
		let register = || {
			let hardware = HardwareKey::from(pair(1).public());
			register_with(signed(1), hardware, 7, pair(1).sign(&message))
		};
		System::set_block_number(8);
		assert_noop!(register(), Error::ProofExpired);
		System::set_block_number(7);
		assert_ok!(register());
	});
}

#[test]
fn another_devices_key_registers_nothing() {
	chain(|| {
		let hardware = HardwareKey::from(pair(1).public());
		assert_noop!(register_by(1, hardware, &pair(2)), Error::BadProof);
		assert_noop!(register_with(signed(1), hardware, 100, [0; 64]), Error::BadProof);
	});
}

#[test]
fn hardware_of_the_other_scheme_registers_as_well() {
	chain(|| {
		let pair = DevicePair::Sr25519(sr25519::Pair::from_seed(&[1; 32]));
		let hardware = HardwareKey::from(pair.public());
		assert_ok!(register_by(1, hardware, &pair));

		let device = hardware.device_id();
		assert!(matches!(Rows::<Test>::get(device).unwrap().hardware, HardwareKey::Sr25519(_)));
		assert_eq!(Devices::facts(0, &device, 12).unwrap().key, pair.public());
	});
}

#[test]
fn keys_of_schemes_that_are_not_verified_are_refused() {
	chain(|| {
		let hardware = HardwareKey::P256([2; 33]);
		assert_noop!(register_with(signed(1), hardware, 100, [0; 64]), Error::UnsupportedKey);
	});
}

#[test]
fn networks_that_are_closed_or_not_there_take_no_devices() {
	chain(|| {
		assert_noop!(register_in(1, 1, 3, None), Error::NetworkClosed);
		assert_noop!(register_in(1, 1, 10, None), Error::NetworkClosed);
	});
}

#[test]
fn an_owner_needs_both_deposits_and_what_keeps_the_account() {
	chain(|| {
		assert_noop!(register_in(77, 1, 0, None), TokenError::FundsUnavailable);
		// Enough for the device, and not for the membership.
		left_with(1, 101);
		assert_noop!(register_in(1, 1, 0, None), TokenError::FundsUnavailable);
		left_with(2, 1_030);
		assert_noop!(register_in(2, 1, 0, None), TokenError::FundsUnavailable);
		left_with(3, 1_031);
		assert_ok!(register_in(3, 1, 0, None));
		assert_eq!(Balances::free_balance(account(3)), 1);
	});
}

#[test]
fn who_does_not_sign_registers_nothing() {
	chain(|| {
		for origin in unsigned() {
			let hardware = HardwareKey::from(pair(1).public());
			assert_noop!(register_with(origin, hardware, 100, [0; 64]), DispatchError::BadOrigin);
		}
	});
}

#[test]
fn an_aggregator_may_ask_for_nothing_or_for_all() {
	chain(|| {
		for (number, cut) in [(1, Permill::zero()), (2, Permill::one())] {
			let message = signing::registration(&Devices::genesis_hash(), &account(1), 0, 100);
			let signature = pair(number).sign(&message);
			let proof = RegistrationProof { expires: 100, signature };
			let hardware = HardwareKey::from(pair(number).public());
			let registered =
				Devices::register(signed(1), hardware, proof, 0, account(9), cut, None);
			assert_ok!(registered);
			assert_eq!(seat_of(id(number), 0).unwrap().cut, cut);
		}
	});
}
