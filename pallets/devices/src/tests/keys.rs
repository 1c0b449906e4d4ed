//! Rotating the report key, and the document that shows a device's keys.

use super::*;

#[test]
fn a_report_key_is_rotated_by_the_hardware_keys_certificate_once() {
	chain(|| {
		let device = registered(1, 1, 0);
		let new = pair(50).public();
		let certify = |key: &_, rotation| {
			pair(1).sign(&signing::rotation(&Devices::genesis_hash(), &device, key, rotation))
		};
		let certificate = certify(&new, 0);
		Now::set(20);
		assert_noop!(Devices::rotate(signed(2), device, new, certificate), Error::NotOwner);
		assert_noop!(
			Devices::rotate(signed(1), device, pair(51).public(), certificate),
			Error::BadCertificate
		);
		assert_noop!(Devices::rotate(signed(1), id(3), new, certificate), Error::NotFound);
		assert_noop!(
			Devices::rotate(RuntimeOrigin::none(), device, new, certificate),
			DispatchError::BadOrigin
		);
		assert_ok!(Devices::rotate(signed(1), device, new, certificate));

		assert_eq!(last_event(), Event::Rotated { device, from: 22, key: new });
		assert_eq!(Devices::facts(0, &device, 21).unwrap().key, pair(1).public());
		assert_eq!(Devices::facts(0, &device, 22).unwrap().key, new);
		assert_noop!(Devices::rotate(signed(1), device, new, certificate), Error::BadCertificate);
		assert_ok!(Devices::rotate(
			signed(1),
			device,
			pair(52).public(),
			certify(&pair(52).public(), 1)
		));
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
