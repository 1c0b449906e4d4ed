//! What stands between two sides, as each keeps it: what was served or taken, as it is counted, and the last receipt.
//!
//! Both write down what was signed before they rely on it, and nothing else: what is served between two receipts is a window
//! at the most, and a side that ends in its middle has lost no more than that.

use std::{
	collections::BTreeSet,
	fmt, fs,
	io::ErrorKind,
	path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use super::payment::Tab;
use crate::{
	durable::{self, behind},
	market::{self, Receipt},
};

/// Numbers of requests that are remembered one by one.
const REMEMBERED: usize = 1_024;
/// Of what was received so much is believed beside a window: one of so many.
const BELIEVED: u64 = 100;

/// What a side writes down.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Kept {
	/// The last receipt, as [`market::written`].
	receipt: Option<String>,
	/// Of the last request that this side knows of.
	serial: u64,
	/// What was signed for on the other side's word alone, ever.
	#[serde(default)]
	believed: u64,
}

/// A file holds nothing that this program has written.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Damaged(PathBuf);

impl fmt::Display for Damaged {
	fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
		write!(f, "{} is damaged: move it away if it is not needed", self.0.display())
	}
}

impl std::error::Error for Damaged {}

/// Reads what was written down, and the receipt in it, if the file is there.
fn read(path: &Path) -> Result<Option<(Kept, Option<Receipt>)>> {
	let damaged = || Damaged(path.into());
	match fs::read(path) {
		Ok(text) => {
			let kept: Kept = serde_json::from_slice(&text).map_err(|_| damaged())?;
			let receipt = kept.receipt.as_deref().map(market::read).transpose();
			Ok(Some((kept, receipt.map_err(|_| damaged())?)))
		}
		Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
		Err(error) => Err(error).with_context(|| path.display().to_string()),
	}
}

/// What was served by one agreement, as one side counts it: answers, bytes or lines, of which `size` make a unit.
#[derive(Clone, Debug)]
pub struct Counted {
	path: PathBuf,
	size: u64,
	served: u64,
	signed: u64,
	/// What the other side has said it knows of what was signed.
	acknowledged: u64,
	believed: u64,
	receipt: Option<Receipt>,
	/// No request of this number or a lower one is new.
	floor: u64,
	/// Those above it that are not either.
	seen: BTreeSet<u64>,
}

impl Counted {
	/// What was written down in this file, or nothing yet. What was served and not signed for is forgotten.
	///
	/// # Errors
	///
	/// If the file is damaged.
	pub fn open(path: PathBuf, size: u64) -> Result<Self> {
		let (Kept { serial, believed, .. }, receipt) = read(&path)?.unwrap_or_default();
		let units = receipt.as_ref().map_or(0, |receipt| receipt.units);
		let mut counted = Self {
			path,
			size: size.max(1),
			served: 0,
			signed: 0,
			acknowledged: 0,
			believed,
			receipt,
			floor: serial,
			seen: BTreeSet::new(),
		};
		counted.was_paid(units);
		Ok(counted)
	}

	/// The same of a side that can go on without: a file that is damaged is set aside, with `.damaged` behind its name, and counts as one that
	/// is not there. Where it is then, if it was.
	///
	/// # Errors
	///
	/// If the file can be neither read nor moved.
	pub fn open_sound(path: PathBuf, size: u64) -> Result<(Self, Option<PathBuf>)> {
		match Self::open(path.clone(), size) {
			Ok(counted) => Ok((counted, None)),
			Err(error) if error.is::<Damaged>() => {
				let aside = behind(&path, ".damaged");
				fs::rename(&path, &aside)
					.with_context(|| format!("{} cannot be set aside", path.display()))?;
				Ok((Self::open(path, size)?, Some(aside)))
			}
			Err(error) => Err(error),
		}
	}

	/// Units, as they are counted.
	fn counted(&self, units: u64) -> u64 {
		units.saturating_mul(self.size)
	}

	/// How things stand.
	pub fn tab(&self) -> Tab {
		let serial = self.seen.last().copied().unwrap_or(self.floor);
		Tab { served: self.served, signed: self.signed, serial }
	}

	/// Where it is written down.
	pub fn path(&self) -> &Path {
		&self.path
	}

	/// The last receipt.
	pub fn receipt(&self) -> Option<&Receipt> {
		self.receipt.as_ref()
	}

	/// What may be served before the next receipt, ahead of the last one by `window` units and up to `limit` units in all. Where
	/// `paid` is given, only those units count that are paid already.
	pub fn room(&self, window: u64, limit: u64, paid: Option<u64>) -> u64 {
		let sure = paid.map_or(self.signed, |paid| self.counted(paid).min(self.signed));
		let ahead = sure.saturating_add(self.counted(window));
		ahead.min(self.counted(limit)).saturating_sub(self.served)
	}

	/// Counts what is served, or was taken.
	pub fn count(&mut self, more: u64) {
		self.served = self.served.saturating_add(more);
	}

	/// Takes back what was counted, and was not served after all.
	pub fn give_back(&mut self, less: u64) {
		self.served = self.served.saturating_sub(less);
	}

	/// Whole units that were taken, if they are more than was signed for.
	pub fn unsigned(&self) -> Option<u64> {
		let units = self.served.checked_div(self.size).unwrap_or(0);
		(self.counted(units) > self.signed).then_some(units)
	}

	/// The last receipt, if the other side is not known to have it.
	pub fn unacknowledged(&self) -> Option<&Receipt> {
		self.receipt.as_ref().filter(|_| self.signed > self.acknowledged)
	}

	/// The other side has said how things stand.
	pub fn acknowledge(&mut self, tab: &Tab) {
		self.acknowledged = self.acknowledged.max(tab.signed);
		self.floor = self.floor.max(tab.serial);
	}

	/// The number of a request that begins at this time: above all before it.
	pub fn next_serial(&mut self, millis: u64) -> u64 {
		self.floor = self.floor.saturating_add(1).max(millis);
		self.floor
	}

	/// Requests that began before this time are not new: they may have been answered before this side was begun anew.
	pub fn begin_at(&mut self, millis: u64) {
		self.floor = self.floor.max(millis);
	}

	/// Whether a request of this number is a new one. Then it is none any more. They may come in another order than they were
	/// sent.
	pub fn is_new(&mut self, serial: u64) -> bool {
		if serial <= self.floor || !self.seen.insert(serial) {
			return false;
		}
		if self.seen.len() > REMEMBERED {
			self.floor = self.seen.pop_first().unwrap_or(self.floor);
		}
		true
	}

	/// What has to be in the file before anybody relies on this receipt; nothing if it says no more than the last.
	///
	/// # Errors
	///
	/// If it cannot be said as text.
	pub fn draft(&self, receipt: &Receipt) -> Result<Option<Vec<u8>>> {
		if self.counted(receipt.units) <= self.signed {
			return Ok(None);
		}
		let kept = Kept {
			receipt: Some(market::written(receipt)),
			serial: self.tab().serial,
			believed: self.believed,
		};
		Ok(Some(serde_json::to_vec_pretty(&kept)?))
	}

	/// The file says so: from now on this receipt counts.
	pub fn drafted(&mut self, receipt: Receipt) {
		if self.counted(receipt.units) > self.signed {
			self.was_paid(receipt.units);
			self.receipt = Some(receipt);
		}
	}

	/// Writes a receipt down, and counts by it. One that says no more than the last does nothing.
	///
	/// # Errors
	///
	/// If it cannot be written: then it does not count.
	pub fn keep(&mut self, receipt: Receipt) -> Result<()> {
		if let Some(draft) = self.draft(&receipt)? {
			durable::replace(&self.path, &[&draft])?;
			self.drafted(receipt);
		}
		Ok(())
	}

	/// What the chain has paid was signed for, whatever is written down here.
	pub fn was_paid(&mut self, units: u64) {
		let counted = self.counted(units);
		self.signed = self.signed.max(counted);
		self.served = self.served.max(counted);
	}

	/// What the other side says it has served, where that is more than this side knows of: an answer may have broken off, or
	/// this side may have been killed. It is believed as far as a window of units goes, and a hundredth of what was received,
	/// over the whole life of the agreement. Whether it is.
	pub fn adopt(&mut self, served: u64, window: u64) -> bool {
		let more = served.saturating_sub(self.served);
		let received = self.served.saturating_sub(self.believed);
		let most = self.counted(window).saturating_add(received.checked_div(BELIEVED).unwrap_or(0));
		let believed = self.believed.saturating_add(more);
		if believed > most {
			return more == 0;
		}
		(self.believed, self.served) = (believed, self.served.saturating_add(more));
		true
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

	fn stand(side: &Counted) -> (u64, u64) {
		(side.tab().served, side.tab().signed)
	}

	fn counted(folder: &tempfile::TempDir) -> Counted {
		Counted::open(folder.path().join("7.json"), 1).unwrap()
	}

	#[test]
	fn a_side_that_is_killed_has_lost_what_was_not_signed_for_and_no_more() {
		let folder = tempfile::tempdir().unwrap();
		let mut side = counted(&folder);
		assert_eq!(side.room(64, u64::MAX, None), 64);
		side.count(64);
		assert_eq!((side.room(64, u64::MAX, None), side.unsigned()), (0, Some(64)));
		side.keep(receipt(64)).unwrap();
		side.count(63);
		assert_eq!((side.room(64, u64::MAX, None), side.unsigned()), (1, Some(127)));
		// Killed.
		let side = counted(&folder);
		assert_eq!(stand(&side), (64, 64));
		assert_eq!(side.receipt().map(|receipt| receipt.units), Some(64));
		assert_eq!(side.room(64, u64::MAX, None), 64);
	}

	#[test]
	fn no_more_is_served_than_there_is_money_for() {
		let folder = tempfile::tempdir().unwrap();
		let mut side = counted(&folder);
		assert_eq!(side.room(64, 10, None), 10);
		side.count(10);
		assert_eq!(side.room(64, 10, None), 0);
		side.keep(receipt(10)).unwrap();
		assert_eq!((side.room(64, 10, None), side.room(64, 5, None)), (0, 0));
	}

	#[test]
	fn units_that_are_not_whole_are_not_signed_for_yet() {
		let folder = tempfile::tempdir().unwrap();
		let mut side = Counted::open(folder.path().join("7.json"), 1_000).unwrap();
		assert_eq!((side.room(2, u64::MAX, None), side.room(9, 1, None)), (2_000, 1_000));
		side.count(999);
		assert_eq!(side.unsigned(), None);
		side.count(1_002);
		assert_eq!((side.unsigned(), side.room(2, u64::MAX, None)), (Some(2), 0));
		side.keep(receipt(2)).unwrap();
		assert_eq!(stand(&side), (2_001, 2_000));
		assert_eq!((side.unsigned(), side.room(2, u64::MAX, None)), (None, 1_999));
		let side = Counted::open(folder.path().join("7.json"), 1_000).unwrap();
		assert_eq!(stand(&side), (2_000, 2_000));
	}

	#[test]
	fn a_receipt_that_says_less_is_nothing_new() {
		let folder = tempfile::tempdir().unwrap();
		let mut side = counted(&folder);
		side.keep(receipt(100)).unwrap();
		// More was signed for than was counted: it is owed all the same.
		assert_eq!(stand(&side), (100, 100));
		side.keep(receipt(99)).unwrap();
		side.keep(receipt(100)).unwrap();
		assert_eq!(counted(&folder).tab().signed, 100);
	}

	#[test]
	fn the_other_side_is_believed_for_a_window_and_a_hundredth_of_what_came() {
		let folder = tempfile::tempdir().unwrap();
		let mut side = counted(&folder);
		assert!(!side.adopt(65, 64));
		assert!(side.adopt(40, 64));
		side.keep(receipt(40)).unwrap();
		// Once it has signed it is not believed for another window.
		let mut side = counted(&folder);
		assert!(!side.adopt(65, 64) && side.adopt(64, 64) && !side.adopt(65, 64));
		assert_eq!(stand(&side), (64, 40));
		// It says less: what was counted here stays.
		assert!(side.adopt(0, 64));
		side.count(1_000);
		assert!(!side.adopt(1_075, 64) && side.adopt(1_074, 64));
		side.keep(receipt(1_074)).unwrap();
		assert!(!counted(&folder).adopt(1_075, 64));
	}

	#[test]
	fn a_receipt_is_handed_over_until_it_is_known_to_be_there() {
		let folder = tempfile::tempdir().unwrap();
		let mut side = counted(&folder);
		assert!(side.unacknowledged().is_none());
		side.keep(receipt(10)).unwrap();
		assert_eq!(side.unacknowledged().map(|receipt| receipt.units), Some(10));
		side.acknowledge(&Tab { served: 10, signed: 9, serial: 0 });
		assert!(side.unacknowledged().is_some());
		side.acknowledge(&Tab { served: 10, signed: 10, serial: 0 });
		assert!(side.unacknowledged().is_none());
	}

	#[test]
	fn once_an_end_is_known_only_what_is_paid_counts() {
		let folder = tempfile::tempdir().unwrap();
		let mut side = counted(&folder);
		side.keep(receipt(100)).unwrap();
		assert_eq!(side.room(64, u64::MAX, None), 64);
		for (paid, room) in [(0, 0), (50, 14), (100, 64), (1_000, 64)] {
			assert_eq!(side.room(64, u64::MAX, Some(paid)), room);
		}
	}

	#[test]
	fn a_request_counts_once_in_whatever_order_they_come() {
		let folder = tempfile::tempdir().unwrap();
		let mut side = counted(&folder);
		side.begin_at(4);
		assert!(side.is_new(6) && side.is_new(5));
		assert!(!side.is_new(6) && !side.is_new(5) && !side.is_new(4) && !side.is_new(0));
		for serial in 10..20 + REMEMBERED as u64 {
			assert!(side.is_new(serial));
		}
		// So long ago that it is not remembered.
		assert!(!side.is_new(6) && !side.is_new(7));
		let mut asks = counted(&folder);
		assert_eq!((asks.next_serial(3), asks.next_serial(100)), (3, 100));
		assert_eq!(asks.next_serial(100), 101);
		// The other side knows of more: its clock is ahead.
		asks.acknowledge(&side.tab());
		assert_eq!(asks.next_serial(102), 20 + REMEMBERED as u64);
		side.keep(receipt(1)).unwrap();
		assert!(!counted(&folder).is_new(19 + REMEMBERED as u64));
	}

	#[test]
	fn what_cannot_be_written_is_not_relied_on() {
		let folder = tempfile::tempdir().unwrap();
		std::fs::write(folder.path().join("file"), "").unwrap();
		let mut side = Counted::open(folder.path().join("7.json"), 1).unwrap();
		side.path = folder.path().join("file/7.json");
		side.count(5);
		assert!(side.keep(receipt(5)).is_err());
		assert_eq!(stand(&side), (5, 0));
		std::fs::write(folder.path().join("8.json"), "{").unwrap();
		let error = Counted::open(folder.path().join("8.json"), 1).unwrap_err();
		assert!(error.to_string().contains("is damaged"));
	}

	#[test]
	fn a_damaged_file_is_set_aside_by_who_can_go_on_without() {
		let folder = tempfile::tempdir().unwrap();
		let path = folder.path().join("7.json");
		let open = || Counted::open_sound(path.clone(), 1).unwrap();
		assert_eq!(open().1, None);
		open().0.keep(receipt(64)).unwrap();
		assert_eq!((open().0.tab().signed, open().1), (64, None));
		for damage in ["", "{\"receipt\":\"0x00\",\"serial\":5}"] {
			std::fs::write(&path, damage).unwrap();
			let (side, aside) = open();
			assert_eq!(stand(&side), (0, 0));
			assert_eq!(std::fs::read_to_string(aside.unwrap()).unwrap(), damage);
			assert_eq!(open().1, None, "once");
		}
	}
}
