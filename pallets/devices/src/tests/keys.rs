//! Rotating the report key, and the document that shows a device's keys.

use super::*;
use sp_core::{sr25519, Pair};
use substation_primitives::{keys::Signature, ReportKey};
use substation_proofs::author::DevicePair;

/// A certificate of `signer` that `key` signs for device 1 after so many rotations.
fn certificate(signer: &DevicePair, key: &ReportKey, rotations: u32) -> Signature {
	signer.sign(&signing::rotation(&Devices::genesis_hash(), &id(1), key, rotations))
}

/// Account 1 rotates the report key of device 1 to that of device `number`.
fn rotate(number: u8, certificate: Signature) -> Result<(), DispatchError> {
	Devices::rotate(signed(1), id(1), pair(number).public(), certificate)
}

#[test]
fn a_report_key_is_rotated_by_the_hardware_keys_certificate() {
	chain(|| {
		let device = registered(1, 1, 0);
		let key = pair(50).public();
		Now::set(20);
		assert_ok!(rotate(50, certificate(&pair(1), &key, 0)));

		assert_eq!(last_event(), Event::Rotated { device, from: 22, key });
		assert_eq!(Devices::facts(0, &device, 21).unwrap().key, pair(1).public());
		assert_eq!(Devices::facts(0, &device, 22).unwrap().key, key);
		let row = Rows::<Test>::get(device).unwrap();
		assert_eq!((row.report_key.latest(), row.rotations), (Some(&key), 1));
		assert_eq!(row.hardware, pair(1).public().into(), "the identity stays");
	});
}

#[test]
fn a_certificate_is_good_once_and_in_its_turn() {
	chain(|| {
		registered(1, 1, 0);
		let (first, second) = (pair(50).public(), pair(51).public());
		Now::set(20);
		let later = certificate(&pair(1), &second, 1);
		assert_noop!(rotate(51, later), Error::BadCertificate);
		assert_ok!(rotate(50, certificate(&pair(1), &first, 0)));
		assert_noop!(rotate(50, certificate(&pair(1), &first, 0)), Error::BadCertificate);
		assert_ok!(rotate(51, later));
	});
}

#[test]
fn a_certificate_is_for_one_key() {
	chain(|| {
		registered(1, 1, 0);
		let other = certificate(&pair(1), &pair(51).public(), 0);
		assert_noop!(rotate(50, other), Error::BadCertificate);
		assert_noop!(rotate(50, [0; 64]), Error::BadCertificate);
	});
}

#[test]
fn a_certificate_is_for_one_device_and_one_chain() {
	chain(|| {
		registered(1, 1, 0);
		registered(1, 2, 0);
		let key = pair(50).public();
		let genesis = Devices::genesis_hash();
		let of_another = pair(1).sign(&signing::rotation(&genesis, &id(2), &key, 0));
		assert_noop!(rotate(50, of_another), Error::BadCertificate);
		let elsewhere = H256::repeat_byte(1);
		let of_another_chain = pair(1).sign(&signing::rotation(&elsewhere, &id(1), &key, 0));
		assert_noop!(rotate(50, of_another_chain), Error::BadCertificate);
	});
}

#[test]
fn only_the_hardware_key_certifies() {
	chain(|| {
		registered(1, 1, 0);
		let (first, second) = (pair(50).public(), pair(51).public());
		assert_noop!(rotate(50, certificate(&pair(2), &first, 0)), Error::BadCertificate);
		assert_ok!(rotate(50, certificate(&pair(1), &first, 0)));
		Now::set(13);
		// Not the key that signs reports by now.
		assert_noop!(rotate(51, certificate(&pair(50), &second, 1)), Error::BadCertificate);
	});
}

#[test]
fn the_new_key_may_be_of_the_other_scheme() {
	chain(|| {
		let device = registered(1, 1, 0);
		let key = DevicePair::Sr25519(sr25519::Pair::from_seed(&[50; 32])).public();
		assert_ok!(Devices::rotate(signed(1), device, key, certificate(&pair(1), &key, 0)));
		assert_eq!(Devices::facts(0, &device, 12).unwrap().key, key);
	});
}

#[test]
fn hardware_that_is_not_verified_certifies_nothing() {
	chain(|| {
		let device = registered(1, 1, 0);
		let hardware = HardwareKey::P256([2; 33]);
		let row = crate::DeviceOf::<Test> {
			hardware,
			deposit: 0,
			networks: Default::default(),
			..Rows::<Test>::get(device).unwrap()
		};
		Rows::<Test>::insert(hardware.device_id(), row);
		let key = pair(50).public();
		assert_noop!(
			Devices::rotate(signed(1), hardware.device_id(), key, certificate(&pair(1), &key, 0)),
			Error::BadCertificate
		);
	});
}

#[test]
fn a_list_that_is_full_of_other_changes_keeps_a_slot_for_one_more_key() {
	chain(|| {
		let device = registered(1, 1, 0);
		for rotation in 0..5 {
			Now::set(11 + rotation);
			let number = 50 + rotation as u8;
			let key = pair(number).public();
			assert_ok!(rotate(number, certificate(&pair(1), &key, rotation)));
		}
		assert_eq!(Rows::<Test>::get(device).unwrap().report_key.len(), 6, "all slots are taken");
		Now::set(16);
		let key = pair(60).public();
		assert_noop!(rotate(60, certificate(&pair(1), &key, 5)), Error::TooManyChanges);
		// The second key counts from 13.
		Now::set(20);
		assert_noop!(rotate(60, certificate(&pair(1), &key, 5)), Error::TooManyChanges);
		Now::set(21);
		assert_ok!(rotate(60, certificate(&pair(1), &key, 5)));
		assert_eq!(Devices::facts(0, &device, 13).unwrap().key, pair(50).public());
	});
}

#[test]
fn only_the_owner_rotates_a_key() {
	chain(|| {
		let device = registered(1, 1, 0);
		let key = pair(50).public();
		let word = certificate(&pair(1), &key, 0);
		assert_noop!(Devices::rotate(signed(2), device, key, word), Error::NotOwner);
		for origin in unsigned() {
			assert_noop!(Devices::rotate(origin, device, key, word), DispatchError::BadOrigin);
		}
	});
}

#[test]
fn a_device_that_is_not_registered_has_no_key_to_rotate() {
	chain(|| {
		let key = pair(50).public();
		assert_noop!(rotate(50, certificate(&pair(1), &key, 0)), Error::NotFound);
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
