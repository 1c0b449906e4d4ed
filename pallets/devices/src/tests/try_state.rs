//! What the check of the whole state finds, and the relation between deposits.

use super::*;
use crate::{cells::Counts, DeviceOf, MembershipOf};
use frame_support::traits::Hooks;

/// What the check says after `break_it` has broken the state of a sound chain with one device.
fn found(break_it: impl FnOnce(H256)) -> String {
	externalities().execute_with(|| {
		System::set_block_number(1);
		let device = registered(1, 1, 1);
		assert_ok!(Devices::assert_place(signed(1), device, place(0)));
		assert_ok!(Devices::do_try_state());
		break_it(device);
		match Devices::do_try_state() {
			Err(sp_runtime::TryRuntimeError::Other(text)) => text.into(),
			other => format!("{other:?}"),
		}
	})
}

fn with_row(device: H256, change: impl FnOnce(&mut DeviceOf<Test>)) {
	Rows::<Test>::mutate(device, |row| change(row.as_mut().unwrap()));
}

fn with_membership(device: H256, change: impl FnOnce(&mut MembershipOf<Test>)) {
	Memberships::<Test>::mutate(1, device, |row| change(row.as_mut().unwrap()));
}

#[test]
fn a_deposit_that_does_not_cover_its_memberships_is_found() {
	let text = found(|device| with_membership(device, |row| row.deposit = 1_031));
	assert_eq!(text, "a device's deposit is less than its memberships'");
}

#[test]
fn a_deposit_that_is_not_held_is_found() {
	let text = found(|device| with_row(device, |row| row.deposit += 1));
	assert_eq!(text, "devices' deposits are not what is held");
}

#[test]
fn an_identity_that_is_no_keys_hash_is_found() {
	let text = found(|device| with_row(device, |row| row.hardware = HardwareKey::P256([2; 33])));
	assert_eq!(text, "an identity is not its key's hash");
}

#[test]
fn rows_without_each_other_are_found() {
	let text = found(|device| Memberships::<Test>::remove(1, device));
	assert_eq!(text, "a device's network has no membership");
	let text = found(|device| {
		let row = Memberships::<Test>::get(1, device).unwrap();
		Memberships::<Test>::insert(1, id(2), row);
	});
	assert_eq!(text, "a membership belongs to no device");
}

#[test]
fn counts_that_drifted_are_found() {
	let cell = cell_in(1, place(0));
	let text = found(|_| Cells::<Test>::remove(1, cell));
	assert_eq!(text, "a cell with devices is not counted");
	let text = found(|_| {
		Cells::<Test>::mutate(1, cell, |row| row.seated = 2);
	});
	assert_eq!(text, "a cell's count drifted");
	let recount = |change: fn(&mut Counts)| {
		found(|_| {
			Cells::<Test>::mutate(1, cell, |row| {
				let mut counts = row.latest();
				change(&mut counts);
				row.counts.set(12, 8, counts).unwrap();
			})
		})
	};
	assert_eq!(recount(|counts| counts.occupied = 2), "a cell's count drifted");
	let text = recount(|counts| counts.chairs = 0);
	assert_eq!(text, "a device sits behind its cell's last chair");
}

#[test]
fn chairs_that_fit_no_device_are_found() {
	let cell = cell_in(1, place(0));
	let text = found(|_| Chairs::<Test>::remove((1, cell, 0)));
	assert_eq!(text, "a device's chair names another");
	let text = found(|device| with_membership(device, |row| row.chair = Default::default()));
	assert_eq!(text, "a device sits in another cell");
}

#[test]
fn an_owner_that_is_another_as_a_fact_is_found() {
	let text = found(|device| with_row(device, |row| row.owners = Default::default()));
	assert_eq!(text, "a device's owner is another as a fact");
}

#[test]
fn who_is_vouched_for_pays_no_more_than_who_is_not() {
	chain(|| {
		Devices::integrity_test();
		Open::set(30);
		Devices::integrity_test();
		Open::set(29);
		assert!(std::panic::catch_unwind(Devices::integrity_test).is_err());
	});
}
