//! What stands between two sides, as each keeps it: what was served or taken, as it is counted, and the last receipt.
//!
//! Both write down what was signed before they rely on it, and nothing else: what is served between two receipts is a window
//! at the most, and a side that ends in its middle has lost no more than that.

use std::{
	fs,
	io::ErrorKind,
	path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use serde::{de::DeserializeOwned, Deserialize, Serialize};

use super::payment::Tab;
use crate::{
	durable,
	market::{self, Receipt},
};

/// What a side writes down.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Kept {
	/// The last receipt, as [`market::written`].
	receipt: Option<String>,
	/// Of the last request that this side knows of.
	serial: u64,
}

/// Reads a file of JSON, if it is there.
pub(super) fn read<T: DeserializeOwned>(path: &Path) -> Result<Option<T>> {
	match fs::read(path) {
		Ok(text) => serde_json::from_slice(&text)
			.with_context(|| {
				format!("{} is damaged: move it away if it is not needed", path.display())
			})
			.map(Some),
		Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
		Err(error) => Err(error).with_context(|| path.display().to_string()),
	}
}

/// Writes one that outlives a loss of power.
pub(super) fn write(path: &Path, value: &impl Serialize) -> Result<()> {
	durable::replace(path, &[&serde_json::to_vec_pretty(value)?])
}

/// What was served by one agreement, as one side counts it: answers, bytes or lines, of which `size` make a unit.
#[derive(Clone, Debug)]
pub struct Counted {
	path: PathBuf,
	size: u64,
	tab: Tab,
	serial: u64,
	receipt: Option<Receipt>,
}

impl Counted {
	/// What was written down in this file, or nothing yet. What was served and not signed for is forgotten.
	///
	/// # Errors
	///
	/// If the file is damaged.
	pub fn open(path: PathBuf, size: u64) -> Result<Self> {
		let kept: Kept = read(&path)?.unwrap_or_default();
		let receipt = kept.receipt.as_deref().map(market::read).transpose()?;
		let units = receipt.as_ref().map_or(0, |receipt| receipt.units);
		let (tab, serial) = (Tab::default(), kept.serial);
		let mut counted = Self { path, size: size.max(1), tab, serial, receipt };
		counted.was_paid(units);
		Ok(counted)
	}

	/// Units, as they are counted.
	fn counted(&self, units: u64) -> u64 {
		units.saturating_mul(self.size)
	}

	/// How things stand.
	pub fn tab(&self) -> Tab {
		self.tab
	}

	/// The last receipt.
	pub fn receipt(&self) -> Option<&Receipt> {
		self.receipt.as_ref()
	}

	/// What may be served before the next receipt, ahead of the last one by `window` units and up to `limit` units in all.
	pub fn room(&self, window: u64, limit: u64) -> u64 {
		let ahead = self.tab.signed.saturating_add(self.counted(window));
		ahead.min(self.counted(limit)).saturating_sub(self.tab.served)
	}

	/// Counts what is served, or was taken.
	pub fn count(&mut self, more: u64) {
		self.tab.served = self.tab.served.saturating_add(more);
	}

	/// Takes back what was counted, and was not served after all.
	pub fn give_back(&mut self, less: u64) {
		self.tab.served = self.tab.served.saturating_sub(less);
	}

	/// Whole units that were taken, if they are more than was signed for.
	pub fn unsigned(&self) -> Option<u64> {
		let units = self.tab.served.checked_div(self.size).unwrap_or(0);
		(self.counted(units) > self.tab.signed).then_some(units)
	}

	/// The number of a request that begins at this time: above all before it.
	pub fn next_serial(&mut self, millis: u64) -> u64 {
		self.serial = self.serial.saturating_add(1).max(millis);
		self.serial
	}

	/// Whether a request of this number is a new one. Then it is none any more.
	pub fn is_new(&mut self, serial: u64) -> bool {
		let is_new = serial > self.serial;
		self.serial = self.serial.max(serial);
		is_new
	}

	/// Writes a receipt down, and counts by it. One that says no more than the last does nothing.
	///
	/// # Errors
	///
	/// If it cannot be written: then nothing has changed.
	pub fn keep(&mut self, receipt: Receipt) -> Result<()> {
		if self.counted(receipt.units) <= self.tab.signed {
			return Ok(());
		}
		let kept = Kept { receipt: Some(market::written(&receipt)), serial: self.serial };
		write(&self.path, &kept)?;
		self.was_paid(receipt.units);
		self.receipt = Some(receipt);
		Ok(())
	}

	/// What the chain has paid was signed for, whatever is written down here.
	pub fn was_paid(&mut self, units: u64) {
		let counted = self.counted(units);
		self.tab.signed = self.tab.signed.max(counted);
		self.tab.served = self.tab.served.max(counted);
	}

	/// What the other side says it has served, after this one has lost count: believed as far as a window of units goes beyond
	/// what was signed. Whether it is.
	pub fn adopt(&mut self, served: u64, window: u64) -> bool {
		if served > self.tab.signed.saturating_add(self.counted(window)) {
			return false;
		}
		self.tab.served = self.tab.served.max(served);
		true
	}

	/// Forgets all of it: the agreement has ended.
	pub fn forget(&self) {
		// If it is there again at the next start, it is forgotten then.
		let _ = fs::remove_file(&self.path);
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use substation_primitives::H256;
	use substation_proofs::author::DevicePair;

	fn receipt(units: u64) -> Receipt {
		market::sign(&H256::zero(), &DevicePair::from_seed(&[3; 32]), 7, units)
	}

	fn counted(folder: &tempfile::TempDir) -> Counted {
		Counted::open(folder.path().join("7.json"), 1).unwrap()
	}

	#[test]
	fn a_side_that_is_killed_has_lost_what_was_not_signed_for_and_no_more() {
		let folder = tempfile::tempdir().unwrap();
		let mut side = counted(&folder);
		assert_eq!(side.room(64, u64::MAX), 64);
		side.count(64);
		assert_eq!((side.room(64, u64::MAX), side.unsigned()), (0, Some(64)));
		side.keep(receipt(64)).unwrap();
		side.count(63);
		assert_eq!((side.room(64, u64::MAX), side.unsigned()), (1, Some(127)));
		// Killed.
		let side = counted(&folder);
		assert_eq!(side.tab(), Tab { served: 64, signed: 64 });
		assert_eq!(side.receipt().map(|receipt| receipt.units), Some(64));
		assert_eq!(side.room(64, u64::MAX), 64);
	}

	#[test]
	fn no_more_is_served_than_there_is_money_for() {
		let folder = tempfile::tempdir().unwrap();
		let mut side = counted(&folder);
		assert_eq!(side.room(64, 10), 10);
		side.count(10);
		assert_eq!(side.room(64, 10), 0);
		side.keep(receipt(10)).unwrap();
		assert_eq!((side.room(64, 10), side.room(64, 5)), (0, 0));
	}

	#[test]
	fn units_that_are_not_whole_are_not_signed_for_yet() {
		let folder = tempfile::tempdir().unwrap();
		let mut side = Counted::open(folder.path().join("7.json"), 1_000).unwrap();
		assert_eq!((side.room(2, u64::MAX), side.room(9, 1)), (2_000, 1_000));
		side.count(999);
		assert_eq!(side.unsigned(), None);
		side.count(1_002);
		assert_eq!((side.unsigned(), side.room(2, u64::MAX)), (Some(2), 0));
		side.keep(receipt(2)).unwrap();
		assert_eq!(side.tab(), Tab { served: 2_001, signed: 2_000 });
		assert_eq!((side.unsigned(), side.room(2, u64::MAX)), (None, 1_999));
		let side = Counted::open(folder.path().join("7.json"), 1_000).unwrap();
		assert_eq!(side.tab(), Tab { served: 2_000, signed: 2_000 });
	}

	#[test]
	fn a_receipt_that_says_less_is_nothing_new() {
		let folder = tempfile::tempdir().unwrap();
		let mut side = counted(&folder);
		side.keep(receipt(100)).unwrap();
		// More was signed for than was counted: it is owed all the same.
		assert_eq!(side.tab(), Tab { served: 100, signed: 100 });
		side.keep(receipt(99)).unwrap();
		side.keep(receipt(100)).unwrap();
		assert_eq!(counted(&folder).tab().signed, 100);
	}

	#[test]
	fn the_other_side_is_believed_within_a_window() {
		let folder = tempfile::tempdir().unwrap();
		let mut side = counted(&folder);
		side.keep(receipt(100)).unwrap();
		assert!(!side.adopt(165, 64));
		assert_eq!(side.tab().served, 100);
		assert!(side.adopt(164, 64));
		assert_eq!(side.unsigned(), Some(164));
		// It says less: what was counted here stays.
		assert!(side.adopt(0, 64));
		assert_eq!(side.unsigned(), Some(164));
	}

	#[test]
	fn a_request_counts_once() {
		let folder = tempfile::tempdir().unwrap();
		let mut side = counted(&folder);
		assert!(side.is_new(5) && !side.is_new(5) && !side.is_new(4) && side.is_new(6));
		assert_eq!((side.next_serial(3), side.next_serial(100)), (7, 100));
		assert_eq!(side.next_serial(100), 101);
		side.keep(receipt(1)).unwrap();
		assert!(!counted(&folder).is_new(101));
	}

	#[test]
	fn what_cannot_be_written_is_not_relied_on() {
		let folder = tempfile::tempdir().unwrap();
		std::fs::write(folder.path().join("file"), "").unwrap();
		let mut side = Counted::open(folder.path().join("7.json"), 1).unwrap();
		side.path = folder.path().join("file/7.json");
		side.count(5);
		assert!(side.keep(receipt(5)).is_err());
		assert_eq!(side.tab(), Tab { served: 5, signed: 0 });
		std::fs::write(folder.path().join("8.json"), "{").unwrap();
		let error = Counted::open(folder.path().join("8.json"), 1).unwrap_err();
		assert!(error.to_string().contains("is damaged"));
	}
}
