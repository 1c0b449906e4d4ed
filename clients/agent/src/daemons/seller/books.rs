//! A seller's books: for each agreement what was served, the last receipt, and how the chain says it stands.

use std::{
	collections::BTreeMap,
	future::Future,
	path::{Path, PathBuf},
	sync::{Arc, Mutex, MutexGuard, PoisonError},
	time::{Duration, Instant},
};

use anyhow::Result;
use substation_primitives::{EpochIndex, ReportKey};
use substation_sdk::{
	market::Receipt,
	service::{offer::Metering, payment::Tab, tab::Counted},
};
use tokio::sync::{Notify, Semaphore};

/// For how long what the chain has said of an agreement is believed.
const FRESH: Duration = Duration::from_secs(3);
/// For how long a receipt is waited for, in the middle of an answer too.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);
/// Agreements that are looked up at a time, so that a stranger who names many does not keep the node busy.
const LOOKUPS: usize = 8;
/// Blocks before an agreement ends in which nothing is served any more: in them the last receipt is settled.
pub(super) const LAST_BLOCKS: u32 = 5;

/// How an agreement stands, as of the last finalized block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
	/// Who signs requests and receipts.
	pub key: ReportKey,
	/// Units that were paid; none where time is.
	pub paid: u64,
	/// Units that may be served in all, as there are credits, and as the offer allows in this epoch. None where time is paid
	/// for.
	pub limit: Option<u64>,
	/// In how many blocks it ends, if that is known.
	pub ends_in: Option<u32>,
	/// The present epoch.
	pub epoch: EpochIndex,
}

impl Standing {
	/// Why nothing is served, if nothing is.
	fn over(&self) -> Option<&'static str> {
		match (self.ends_in, self.limit) {
			(Some(0), _) => Some("the agreement has ended: take the offer anew"),
			(Some(blocks), Some(_)) if blocks <= LAST_BLOCKS => {
				Some("the agreement ends within a few blocks: take the offer anew")
			}
			_ => None,
		}
	}
}

/// Who knows how agreements stand.
pub trait Standings: Send + Sync + 'static {
	/// How one stands that is about what is served here.
	///
	/// # Errors
	///
	/// If that cannot be found out now.
	fn standing(&self, agreement: u32) -> impl Future<Output = Result<Option<Standing>>> + Send;
}

/// Why nothing is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
	/// It is not paid for. 402.
	NotPaid(String),
	/// Nobody can say now how it stands. 503.
	Busy(String),
}

fn not_paid(text: impl Into<String>) -> Refusal {
	Refusal::NotPaid(text.into())
}

/// One agreement.
pub struct Account {
	/// Its number.
	pub agreement: u32,
	counted: Mutex<Counted>,
	standing: Mutex<(Instant, Standing)>,
	/// Somebody has signed, or has taken back what was counted.
	changed: Notify,
}

impl Account {
	fn counted(&self) -> MutexGuard<'_, Counted> {
		self.counted.lock().unwrap_or_else(PoisonError::into_inner)
	}

	/// How it stands, as was last heard.
	pub fn standing(&self) -> Standing {
		self.standing.lock().unwrap_or_else(PoisonError::into_inner).1
	}

	fn stand(&self, standing: Standing) {
		*self.standing.lock().unwrap_or_else(PoisonError::into_inner) = (Instant::now(), standing);
	}

	fn heard(&self) -> Instant {
		self.standing.lock().unwrap_or_else(PoisonError::into_inner).0
	}

	/// What was served, and signed for.
	pub fn tab(&self) -> Tab {
		self.counted().tab()
	}

	/// The last receipt.
	pub fn receipt(&self) -> Option<Receipt> {
		self.counted().receipt().cloned()
	}

	/// Whether a request has a number that none had before.
	pub fn is_new(&self, serial: u64) -> bool {
		self.counted().is_new(serial)
	}

	/// Takes a receipt, whose signature was checked. It is on disk before anything more is served for it.
	///
	/// # Errors
	///
	/// If it cannot be written.
	pub fn keep(&self, receipt: Receipt) -> Result<Tab> {
		let kept = self.counted().keep(receipt);
		self.changed.notify_waiters();
		kept.map(|()| self.tab())
	}

	/// Takes back what was counted and not served.
	pub fn give_back(&self, units: u64) {
		self.counted().give_back(units);
		self.changed.notify_waiters();
	}
}

/// All agreements that are heard of.
pub struct Books<S> {
	standings: S,
	folder: PathBuf,
	/// Units ahead of receipts.
	window: u64,
	/// What is counted of a unit.
	size: u64,
	patience: Duration,
	accounts: Mutex<BTreeMap<u32, Arc<Account>>>,
	lookups: Semaphore,
}

impl<S: Standings> Books<S> {
	/// Books that are kept in this folder. Time has no `metering`.
	pub fn new(standings: S, folder: PathBuf, metering: Option<Metering>) -> Self {
		let (accounts, lookups) = (Mutex::default(), Semaphore::new(LOOKUPS));
		let (window, size) = metering.map_or((0, 1), |metering| (metering.window, metering.size));
		Self { standings, folder, window, size, patience: PATIENCE, accounts, lookups }
	}

	/// The same, with so much patience for receipts.
	#[cfg(test)]
	pub fn with_patience(self, patience: Duration) -> Self {
		Self { patience, ..self }
	}

	fn accounts(&self) -> MutexGuard<'_, BTreeMap<u32, Arc<Account>>> {
		self.accounts.lock().unwrap_or_else(PoisonError::into_inner)
	}

	fn file(&self, agreement: u32) -> PathBuf {
		self.folder.join(format!("agreement-{agreement}.json"))
	}

	/// The agreements of which there are receipts on disk.
	///
	/// # Errors
	///
	/// If the folder cannot be read.
	pub fn written(folder: &Path) -> Result<Vec<u32>> {
		std::fs::create_dir_all(folder)?;
		let mut all = Vec::new();
		for entry in std::fs::read_dir(folder)? {
			let name = entry?.file_name();
			let number = name.to_str().and_then(|name| name.strip_prefix("agreement-"));
			all.extend(number.and_then(|name| name.strip_suffix(".json")?.parse::<u32>().ok()));
		}
		Ok(all)
	}

	/// All of them.
	pub fn all(&self) -> Vec<Arc<Account>> {
		self.accounts().values().cloned().collect()
	}

	/// Forgets one that has ended, with its receipt.
	pub fn forget(&self, agreement: u32) {
		if let Some(account) = self.accounts().remove(&agreement) {
			account.counted().forget();
		}
	}

	/// Finds out anew how an agreement stands.
	async fn look(&self, agreement: u32) -> Result<Standing, Refusal> {
		let Ok(_place) = self.lookups.try_acquire() else {
			return Err(Refusal::Busy("too many agreements are looked up at once".into()));
		};
		let standing = self.standings.standing(agreement).await;
		let standing = standing.map_err(|_| {
			Refusal::Busy("the chain cannot be asked now how the agreement stands".into())
		})?;
		standing.ok_or_else(|| {
			not_paid(format!(
				"agreement {agreement} is not about what is served here, or has ended"
			))
		})
	}

	/// The account of an agreement, with how it stands now.
	///
	/// # Errors
	///
	/// If there is none about what is served here, or the chain cannot be asked.
	pub async fn account(&self, agreement: u32) -> Result<Arc<Account>, Refusal> {
		let known = self.accounts().get(&agreement).cloned();
		if let Some(account) = known {
			if account.heard().elapsed() >= FRESH {
				account.stand(self.look(agreement).await?);
			}
			return Ok(account);
		}
		let standing = self.look(agreement).await?;
		let counted = Counted::open(self.file(agreement), self.size);
		let mut counted = counted.map_err(|error| Refusal::Busy(error.to_string()))?;
		// What the chain has paid was signed for, whatever is on disk.
		counted.was_paid(standing.paid);
		let account = Arc::new(Account {
			agreement,
			counted: Mutex::new(counted),
			standing: Mutex::new((Instant::now(), standing)),
			changed: Notify::new(),
		});
		Ok(self.accounts().entry(agreement).or_insert(account).clone())
	}

	/// Waits until at least `least` may be served, counts as much as may be up to `most`, and gives how much. Where time
	/// is paid for there is no end of them while it lasts.
	///
	/// # Errors
	///
	/// If the agreement ends, its credits are used up, or no receipt has come in time.
	pub async fn reserve(&self, account: &Account, least: u64, most: u64) -> Result<u64, Refusal> {
		let begun = Instant::now();
		loop {
			let mut changed = std::pin::pin!(account.changed.notified());
			// From now on nothing is missed.
			changed.as_mut().enable();
			if account.heard().elapsed() >= FRESH {
				account.stand(self.look(account.agreement).await?);
			}
			let standing = account.standing();
			if let Some(why) = standing.over() {
				return Err(not_paid(why));
			}
			let Some(limit) = standing.limit else { return Ok(most) };
			let tab = {
				let mut counted = account.counted();
				let room = counted.room(self.window, limit);
				if room >= least {
					let taken = room.min(most);
					counted.count(taken);
					return Ok(taken);
				}
				counted.tab()
			};
			let is_used_up = limit.saturating_mul(self.size).saturating_sub(tab.served) < least;
			if is_used_up && tab.served.saturating_sub(tab.signed) < self.size {
				return Err(not_paid(format!(
					"the credits of agreement {} are used up, or what it allows in an epoch: put more in (`market fund`), or wait",
					account.agreement
				)));
			}
			let left = self.patience.saturating_sub(begun.elapsed());
			if left.is_zero() {
				return Err(not_paid(format!(
					"{} was served and {} signed for: hand over a receipt",
					tab.served, tab.signed
				)));
			}
			let _ = tokio::time::timeout(left.min(FRESH), changed).await;
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::daemons::seller::testing::{pair, receipt, Known};
	use substation_sdk::service::counting::Count;

	fn metering() -> Option<Metering> {
		Some(Metering { count: Count::Lines, size: 1, window: 64 })
	}

	async fn books(folder: &tempfile::TempDir, limit: u64) -> (Books<Known>, Arc<Account>) {
		let books = Books::new(Known::units(limit), folder.path().into(), metering())
			.with_patience(Duration::from_millis(300));
		let account = books.account(7).await.unwrap();
		(books, account)
	}

	#[tokio::test]
	async fn who_serves_is_a_window_ahead_and_no_more() {
		let folder = tempfile::tempdir().unwrap();
		let (books, account) = books(&folder, 1_000).await;
		assert_eq!(books.reserve(&account, 1, 100).await, Ok(64));
		let refused = books.reserve(&account, 1, 100).await.unwrap_err();
		assert!(matches!(&refused, Refusal::NotPaid(why) if why.contains("hand over a receipt")));
		account.keep(receipt(64)).unwrap();
		assert_eq!(books.reserve(&account, 1, 100).await, Ok(64));
		account.give_back(60);
		assert_eq!(books.reserve(&account, 61, 100).await.unwrap_err(), refused_by(&account));
		assert_eq!(books.reserve(&account, 60, 100).await, Ok(60));
	}

	fn refused_by(account: &Account) -> Refusal {
		let Tab { served, signed } = account.tab();
		not_paid(format!("{served} was served and {signed} signed for: hand over a receipt"))
	}

	#[tokio::test]
	async fn a_receipt_that_comes_meanwhile_is_enough() {
		let folder = tempfile::tempdir().unwrap();
		let (books, account) = books(&folder, 1_000).await;
		assert_eq!(books.reserve(&account, 64, 64).await, Ok(64));
		let (reserved, kept) =
			tokio::join!(books.reserve(&account, 1, 10), async { account.keep(receipt(64)) });
		assert_eq!(reserved, Ok(10));
		assert_eq!(kept.unwrap().signed, 64);
	}

	#[tokio::test]
	async fn nothing_is_served_beyond_the_money_or_the_end() {
		let folder = tempfile::tempdir().unwrap();
		let (books, account) = books(&folder, 10).await;
		assert_eq!(books.reserve(&account, 1, 64).await, Ok(10));
		account.keep(receipt(10)).unwrap();
		let refused = books.reserve(&account, 1, 1).await.unwrap_err();
		assert!(matches!(refused, Refusal::NotPaid(why) if why.contains("used up")));
		for (ends_in, units, is_served) in [
			(Some(LAST_BLOCKS), true, false),
			(Some(LAST_BLOCKS + 1), true, true),
			(Some(1), false, true),
			(Some(0), false, false),
			(None, false, true),
		] {
			let limit = units.then_some(1_000);
			account.stand(Standing { ends_in, limit, ..account.standing() });
			let reserved = books.reserve(&account, 1, 1).await;
			assert_eq!(reserved.is_ok(), is_served, "{ends_in:?} {units}");
		}
	}

	#[tokio::test]
	async fn what_was_paid_was_signed_for_also_if_the_file_is_gone() {
		let folder = tempfile::tempdir().unwrap();
		let standings = Known { paid: 500, ..Known::units(1_000) };
		let books = Books::new(standings, folder.path().into(), metering());
		let account = books.account(7).await.unwrap();
		assert_eq!(account.tab(), Tab { served: 500, signed: 500 });
		assert_eq!(books.reserve(&account, 1, 100).await, Ok(64));
	}

	#[tokio::test]
	async fn an_agreement_about_something_else_is_none() {
		let folder = tempfile::tempdir().unwrap();
		let books = Books::new(Known::units(1_000), folder.path().into(), metering());
		let refused = books.account(8).await.err().unwrap();
		assert!(matches!(refused, Refusal::NotPaid(why) if why.contains("not about")));
		assert!(books.all().is_empty());
		let down = Known { answers: false, ..Known::units(1_000) };
		let books = Books::new(down, folder.path().into(), metering());
		assert!(matches!(books.account(7).await, Err(Refusal::Busy(_))));
	}

	#[tokio::test]
	async fn receipts_are_found_again_until_they_are_forgotten() {
		let folder = tempfile::tempdir().unwrap();
		let (books, account) = books(&folder, 1_000).await;
		account.keep(receipt(5)).unwrap();
		std::fs::write(folder.path().join("agreement-x.json"), "").unwrap();
		assert_eq!(Books::<Known>::written(folder.path()).unwrap(), [7]);
		assert_eq!(account.standing().key, pair().public());
		books.forget(7);
		assert!(Books::<Known>::written(folder.path()).unwrap().is_empty());
	}
}
