//! A seller's books: for each agreement what was served, the last receipt, and how the chain says it stands.

use std::{
	collections::{BTreeMap, BTreeSet},
	future::Future,
	path::PathBuf,
	sync::{Arc, Mutex, MutexGuard, PoisonError},
	time::{Duration, Instant},
};

use anyhow::Result;
use substation_primitives::{EpochIndex, ReportKey};
use substation_sdk::{
	durable,
	market::Receipt,
	publish::machine_millis,
	service::{offer::Metering, payment::Tab, tab::Counted},
};
use tokio::sync::{Notify, Semaphore};

/// For how long what the chain has said of an agreement is believed.
const FRESH: Duration = Duration::from_secs(3);
/// And for how long while the chain cannot be asked.
const STALE: Duration = Duration::from_secs(30);
/// For how long a receipt is waited for, in the middle of an answer too.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);
/// Agreements that are not known here and are looked up at a time, so that a stranger who names many does not keep the node
/// busy. Those that are known do not wait for them.
const LOOKUPS: usize = 4;
/// For how long an agreement that is about something else is not looked up again, and how many of those are remembered.
const NOTED: (Duration, usize) = (Duration::from_secs(30), 1_024);
/// Requests of one agreement that wait for room, or for the service behind.
const AT_A_TIME: usize = 16;
/// For how long an agreement has to be gone before its receipts are put aside: a node may have fallen behind.
const GONE: Duration = Duration::from_secs(60);
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
	/// Whether one of this number may be there soon.
	fn may_come(&self, _agreement: u32) -> bool {
		true
	}
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
	/// Since when the chain has not had it.
	gone: Mutex<Option<Instant>>,
	/// Somebody has signed, or has taken back what was counted.
	changed: Notify,
	/// One receipt is written at a time, and one question asked.
	writes: Arc<tokio::sync::Mutex<()>>,
	looks: tokio::sync::Mutex<()>,
	/// Requests at a time.
	pub places: Arc<Semaphore>,
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
		self.counted().was_paid(standing.paid);
		*self.standing.lock().unwrap_or_else(PoisonError::into_inner) = (Instant::now(), standing);
	}

	/// What was heard is not true any more.
	pub fn is_old(&self) {
		let mut standing = self.standing.lock().unwrap_or_else(PoisonError::into_inner);
		standing.0 = standing.0.checked_sub(FRESH).unwrap_or(standing.0);
	}

	fn age(&self) -> Duration {
		self.standing.lock().unwrap_or_else(PoisonError::into_inner).0.elapsed()
	}

	/// As if so much were served.
	#[cfg(test)]
	pub fn pretend(&self, served: u64) {
		self.counted().count(served);
	}

	/// Whether the chain has none of it.
	pub fn is_missing(&self) -> bool {
		self.gone.lock().unwrap_or_else(PoisonError::into_inner).is_some()
	}

	/// Whether the chain has had none of it for a while.
	fn is_gone(&self, now: bool) -> bool {
		let mut gone = self.gone.lock().unwrap_or_else(PoisonError::into_inner);
		*gone = if now { Some(gone.unwrap_or_else(Instant::now)) } else { None };
		gone.is_some_and(|since| since.elapsed() >= GONE)
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

	/// Takes a receipt, whose signature was checked: see [`Books::keep`]. It is on disk before anything more is served for it.
	///
	/// # Errors
	///
	/// If it cannot be written.
	pub async fn keep(&self, receipt: Receipt) -> Result<Tab> {
		let writes = self.writes.clone().lock_owned().await;
		let (draft, path) = {
			let counted = self.counted();
			(counted.draft(&receipt)?, counted.path().to_path_buf())
		};
		if let Some(draft) = draft {
			// Disks are slow, and others are to be answered meanwhile. Nobody else writes before it is there, also if whoever
			// has sent it does not wait.
			let write = move || {
				let _writes = writes;
				durable::replace(&path, &[&draft])
			};
			tokio::task::spawn_blocking(write).await??;
			self.counted().drafted(receipt);
		}
		self.changed.notify_waiters();
		Ok(self.tab())
	}

	/// Takes back what was counted and not served.
	pub fn give_back(&self, units: u64) {
		self.counted().give_back(units);
		self.changed.notify_waiters();
	}
}

/// What was counted for an answer. It is given back unless the answer is given.
pub struct Reserved {
	account: Arc<Account>,
	/// How much.
	pub units: u64,
}

impl Reserved {
	/// Gives back what is more than this.
	pub fn keep(&mut self, units: u64) {
		self.account.give_back(self.units.saturating_sub(units));
		self.units = self.units.min(units);
	}

	/// It is served.
	pub fn serve(mut self) {
		self.units = 0;
	}
}

impl Drop for Reserved {
	fn drop(&mut self) {
		if self.units > 0 {
			self.account.give_back(self.units);
		}
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
	/// When this process began, in milliseconds since 1970.
	begun: u64,
	accounts: Mutex<BTreeMap<u32, Arc<Account>>>,
	/// Agreements that are about something else.
	others: Mutex<BTreeMap<u32, Instant>>,
	lookups: Semaphore,
	/// What is wrong with files here, and is the operator's to know alone.
	troubles: Mutex<Troubles>,
}

/// What is told once.
#[derive(Default)]
struct Troubles {
	noted: BTreeSet<String>,
	untold: Vec<String>,
}

impl<S: Standings> Books<S> {
	/// Books that are kept in this folder. Time has no `metering`.
	pub fn new(standings: S, folder: PathBuf, metering: Option<Metering>) -> Self {
		let (window, size) = metering.map_or((0, 1), |metering| (metering.window, metering.size));
		Self {
			standings,
			folder,
			window,
			size,
			patience: PATIENCE,
			begun: machine_millis(),
			accounts: Mutex::default(),
			others: Mutex::default(),
			lookups: Semaphore::new(LOOKUPS),
			troubles: Mutex::default(),
		}
	}

	/// What was found wrong with files since this was asked last.
	pub fn take_troubles(&self) -> Vec<String> {
		let mut troubles = self.troubles.lock().unwrap_or_else(PoisonError::into_inner);
		std::mem::take(&mut troubles.untold)
	}

	fn note(&self, trouble: String) {
		let mut troubles = self.troubles.lock().unwrap_or_else(PoisonError::into_inner);
		if troubles.noted.len() < NOTED.1 && troubles.noted.insert(trouble.clone()) {
			troubles.untold.push(trouble);
		}
	}

	/// Takes a receipt of an account, see [`Account::keep`].
	///
	/// # Errors
	///
	/// If it cannot be written. Why is the operator's to know.
	pub async fn keep(&self, account: &Account, receipt: Receipt) -> Result<Tab, Refusal> {
		account.keep(receipt).await.map_err(|error| {
			self.note(format!("receipts cannot be kept: {error:#}"));
			Refusal::Busy("receipts cannot be kept here now: try again".into())
		})
	}

	/// The same, with so much patience for receipts, and as if requests of old were new.
	#[cfg(test)]
	pub fn for_tests(self, patience: Duration) -> Self {
		Self { patience, begun: 0, ..self }
	}

	fn accounts(&self) -> MutexGuard<'_, BTreeMap<u32, Arc<Account>>> {
		self.accounts.lock().unwrap_or_else(PoisonError::into_inner)
	}

	fn others(&self) -> MutexGuard<'_, BTreeMap<u32, Instant>> {
		self.others.lock().unwrap_or_else(PoisonError::into_inner)
	}

	fn file(&self, agreement: u32) -> PathBuf {
		self.folder.join(format!("agreement-{agreement}.json"))
	}

	/// The agreements of which there are receipts on disk.
	///
	/// # Errors
	///
	/// If the folder cannot be read.
	pub fn written(&self) -> Result<Vec<u32>> {
		let mut all = Vec::new();
		for entry in std::fs::read_dir(&self.folder)? {
			let name = entry?.file_name();
			let number = name.to_str().and_then(|name| name.strip_prefix("agreement-"));
			all.extend(number.and_then(|name| name.strip_suffix(".json")?.parse::<u32>().ok()));
		}
		Ok(all)
	}

	/// Opens those of which there are receipts on disk, and that are not open yet.
	pub async fn open_written(&self) -> Result<()> {
		for agreement in self.written()? {
			if !self.accounts().contains_key(&agreement) {
				// What cannot be opened now is tried again. It takes no place of those whom nobody knows.
				let standing = self.standings.standing(agreement).await;
				if let Ok(Some(standing)) = standing {
					let _ = self.enter(agreement, standing);
				}
			}
		}
		Ok(())
	}

	/// All of them.
	pub fn all(&self) -> Vec<Arc<Account>> {
		self.accounts().values().cloned().collect()
	}

	/// Puts one aside that is gone for good. Its receipts stay on disk, under another name.
	fn put_aside(&self, agreement: u32) {
		let file = self.file(agreement);
		let _ = std::fs::rename(&file, file.with_extension("done"));
		self.accounts().remove(&agreement);
	}

	/// The account of an agreement, with how it stands now.
	///
	/// # Errors
	///
	/// If there is none about what is served here, or the chain cannot be asked.
	pub async fn account(&self, agreement: u32) -> Result<Arc<Account>, Refusal> {
		let known = self.accounts().get(&agreement).cloned();
		match known {
			Some(account) => {
				self.refresh(&account).await?;
				Ok(account)
			}
			None => self.open(agreement).await,
		}
	}

	/// Asks the chain anew how an agreement stands, if it was not asked lately. While that cannot be done it is believed what
	/// was said last, for a while.
	pub async fn refresh(&self, account: &Account) -> Result<(), Refusal> {
		if account.age() < FRESH {
			return Ok(());
		}
		let _looks = account.looks.lock().await;
		// Whoever was before has asked.
		if account.age() < FRESH {
			return Ok(());
		}
		match self.standings.standing(account.agreement).await {
			Ok(Some(standing)) => {
				account.is_gone(false);
				account.stand(standing);
				Ok(())
			}
			Ok(None) => {
				if account.is_gone(true) {
					self.put_aside(account.agreement);
				}
				Err(not_paid(format!("agreement {} has ended", account.agreement)))
			}
			Err(_) if account.age() < STALE => Ok(()),
			Err(_) => Err(unknown()),
		}
	}

	/// Looks an agreement up that is not known here.
	async fn open(&self, agreement: u32) -> Result<Arc<Account>, Refusal> {
		let other = || {
			not_paid(format!(
				"agreement {agreement} is not about what is served here, or has ended"
			))
		};
		if self.others().get(&agreement).is_some_and(|at| at.elapsed() < NOTED.0) {
			return Err(other());
		}
		let standing = {
			let Ok(_place) = self.lookups.try_acquire() else {
				return Err(Refusal::Busy("too many agreements are looked up at once".into()));
			};
			self.standings.standing(agreement).await.map_err(|_| unknown())?
		};
		let Some(standing) = standing else {
			// Not of one that is too new for this node.
			if !self.standings.may_come(agreement) {
				let mut others = self.others();
				if others.len() >= NOTED.1 {
					others.retain(|_, at| at.elapsed() < NOTED.0);
				}
				if others.len() < NOTED.1 {
					others.insert(agreement, Instant::now());
				}
			}
			return Err(other());
		};
		self.enter(agreement, standing)
	}

	/// Opens the account of an agreement that is there.
	fn enter(&self, agreement: u32, standing: Standing) -> Result<Arc<Account>, Refusal> {
		let opened = Counted::open_sound(self.file(agreement), self.size);
		let (mut counted, damaged) = opened.map_err(|error| {
			self.note(format!("the books of agreement {agreement} cannot be opened: {error:#}"));
			Refusal::Busy("the agreement's books cannot be opened here now: try again".into())
		})?;
		if let Some(aside) = damaged {
			self.note(format!(
				"warning: the books of agreement {agreement} were damaged, and are set aside as {}: what its buyer has signed for \
				 and was not paid counts again with the buyer's next receipt",
				aside.display()
			));
		}
		counted.was_paid(standing.paid);
		counted.begin_at(self.begun);
		let account = Arc::new(Account {
			agreement,
			counted: Mutex::new(counted),
			standing: Mutex::new((Instant::now(), standing)),
			gone: Mutex::new(None),
			changed: Notify::new(),
			writes: Arc::default(),
			looks: tokio::sync::Mutex::default(),
			places: Arc::new(Semaphore::new(AT_A_TIME)),
		});
		Ok(self.accounts().entry(agreement).or_insert(account).clone())
	}

	/// Waits until at least `least` may be served, counts as much as may be up to `most`, and gives how much. Where time is paid
	/// for there is no end of it while it lasts.
	///
	/// # Errors
	///
	/// If the agreement ends, its credits are used up, or no receipt has come in time.
	pub async fn reserve(
		&self,
		account: &Arc<Account>,
		least: u64,
		most: u64,
	) -> Result<Reserved, Refusal> {
		let reserved = |units| Reserved { account: account.clone(), units };
		let ahead = self.window.saturating_mul(self.size);
		if account.standing().limit.is_some() && least > ahead {
			return Err(not_paid(format!("{least} at once is more than a window of {ahead}")));
		}
		let begun = Instant::now();
		loop {
			let mut changed = std::pin::pin!(account.changed.notified());
			// From now on nothing is missed.
			changed.as_mut().enable();
			self.refresh(account).await?;
			let standing = account.standing();
			if let Some(why) = standing.over() {
				return Err(not_paid(why));
			}
			let Some(limit) = standing.limit else { return Ok(reserved(0)) };
			// Once it is known to end, what was signed for and not paid may come too late.
			let paid = standing.ends_in.map(|_| standing.paid);
			let tab = {
				let mut counted = account.counted();
				let room = counted.room(self.window, limit, paid);
				if room >= least {
					let taken = room.min(most);
					counted.count(taken);
					return Ok(reserved(taken));
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

fn unknown() -> Refusal {
	Refusal::Busy("the chain cannot be asked now how the agreement stands".into())
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::daemons::seller::testing::{pair, receipt, Known};
	use std::sync::atomic::Ordering;
	use substation_sdk::service::counting::Count;

	fn metering() -> Option<Metering> {
		Some(Metering { count: Count::Lines, size: 1, window: 64 })
	}

	async fn books(folder: &tempfile::TempDir, limit: u64) -> (Books<Known>, Arc<Account>) {
		let books = Books::new(Known::units(limit), folder.path().into(), metering())
			.for_tests(Duration::from_secs(2));
		let account = books.account(7).await.unwrap();
		(books, account)
	}

	/// What is reserved, and served; or why not.
	async fn take(
		books: &Books<Known>,
		account: &Arc<Account>,
		least: u64,
		most: u64,
	) -> Result<u64, Refusal> {
		let reserved = books.reserve(account, least, most).await?;
		let units = reserved.units;
		reserved.serve();
		Ok(units)
	}

	fn says(refused: Result<u64, Refusal>, why: &str) -> bool {
		matches!(refused, Err(Refusal::NotPaid(said)) if said.contains(why))
	}

	#[tokio::test]
	async fn who_serves_is_a_window_ahead_and_no_more() {
		let folder = tempfile::tempdir().unwrap();
		let (books, account) = books(&folder, 1_000).await;
		assert_eq!(take(&books, &account, 1, 100).await, Ok(64));
		assert!(says(take(&books, &account, 1, 100).await, "64 was served and 0 signed for"));
		account.keep(receipt(64)).await.unwrap();
		assert_eq!(take(&books, &account, 1, 100).await, Ok(64));
		account.give_back(60);
		assert!(says(take(&books, &account, 61, 100).await, "68 was served and 64 signed for"));
		assert_eq!(take(&books, &account, 60, 100).await, Ok(60));
		// What can never fit is refused at once.
		assert!(says(take(&books, &account, 65, 100).await, "more than a window of 64"));
	}

	#[tokio::test]
	async fn books_that_are_damaged_are_set_aside_and_the_operator_is_told_once() {
		let folder = tempfile::tempdir().unwrap();
		let file = folder.path().join("agreement-7.json");
		std::fs::write(&file, "{").unwrap();
		let (books, account) = books(&folder, 1_000).await;
		assert_eq!(account.tab().signed, 0);
		let told = books.take_troubles();
		assert!(told.len() == 1 && told[0].contains("agreement-7.json.damaged"), "{told:?}");
		books.open_written().await.unwrap();
		assert_eq!(books.take_troubles(), Vec::<String>::new());
		books.keep(&account, receipt(64)).await.unwrap();
		assert_eq!(account.tab().signed, 64);
	}

	#[tokio::test]
	async fn nobody_else_is_told_where_books_are() {
		let folder = tempfile::tempdir().unwrap();
		std::fs::create_dir(folder.path().join("agreement-7.json")).unwrap();
		let books = Books::new(Known::units(1_000), folder.path().into(), metering());
		let path = folder.path().to_str().unwrap();
		for _ in 0..2 {
			let Err(Refusal::Busy(text)) = books.account(7).await else { panic!("it was opened") };
			assert!(!text.contains(path), "{text}");
		}
		let told = books.take_troubles();
		assert!(told.len() == 1 && told[0].contains(path), "{told:?}");
		// Nor when a receipt cannot be written.
		std::fs::remove_dir(folder.path().join("agreement-7.json")).unwrap();
		let account = books.account(7).await.unwrap();
		std::fs::create_dir(folder.path().join("agreement-7.json")).unwrap();
		let Err(Refusal::Busy(text)) = books.keep(&account, receipt(5)).await else {
			panic!("it was kept")
		};
		assert!(!text.contains(path), "{text}");
		assert!(books.take_troubles()[0].contains(path));
		assert_eq!(account.tab().signed, 0);
	}

	#[tokio::test]
	async fn what_is_not_served_is_given_back() {
		let folder = tempfile::tempdir().unwrap();
		let (books, account) = books(&folder, 1_000).await;
		drop(books.reserve(&account, 10, 64).await);
		assert_eq!(account.tab().served, 0);
		// Also if whoever has asked does not wait for it.
		let waits = books.reserve(&account, 10, 64);
		assert!(tokio::time::timeout(Duration::ZERO, async { drop(waits.await) }).await.is_ok());
		assert_eq!(account.tab().served, 0);
	}

	#[tokio::test]
	async fn a_receipt_that_comes_meanwhile_is_enough() {
		let folder = tempfile::tempdir().unwrap();
		let (books, account) = books(&folder, 1_000).await;
		assert_eq!(take(&books, &account, 64, 64).await, Ok(64));
		let (taken, kept) = tokio::join!(take(&books, &account, 1, 10), account.keep(receipt(64)));
		assert_eq!(taken, Ok(10));
		assert_eq!(kept.unwrap().signed, 64);
	}

	#[tokio::test]
	async fn nothing_is_served_beyond_the_money_or_the_end() {
		let folder = tempfile::tempdir().unwrap();
		let (books, account) = books(&folder, 10).await;
		assert_eq!(take(&books, &account, 1, 64).await, Ok(10));
		account.keep(receipt(10)).await.unwrap();
		assert!(says(take(&books, &account, 1, 1).await, "used up"));
		for (ends_in, units, is_served) in [
			(Some(LAST_BLOCKS), true, false),
			(Some(LAST_BLOCKS + 1), true, true),
			(Some(1), false, true),
			(Some(0), false, false),
			(None, false, true),
		] {
			let limit = units.then_some(1_000);
			account.stand(Standing { ends_in, limit, ..account.standing() });
			let taken = take(&books, &account, 1, 1).await;
			assert_eq!(taken.is_ok(), is_served, "{ends_in:?} {units}");
		}
	}

	#[tokio::test]
	async fn once_it_ends_only_what_is_paid_counts() {
		let folder = tempfile::tempdir().unwrap();
		let (books, account) = books(&folder, 1_000).await;
		assert_eq!(take(&books, &account, 64, 64).await, Ok(64));
		account.keep(receipt(64)).await.unwrap();
		account.stand(Standing { ends_in: Some(50), ..account.standing() });
		assert!(says(take(&books, &account, 1, 64).await, "hand over"));
		account.stand(Standing { paid: 10, ..account.standing() });
		assert_eq!(take(&books, &account, 1, 64).await, Ok(10));
	}

	#[tokio::test]
	async fn what_was_paid_was_signed_for_also_if_the_file_is_gone() {
		let folder = tempfile::tempdir().unwrap();
		let standings = Known { paid: 500, ..Known::units(1_000) };
		let books = Books::new(standings, folder.path().into(), metering());
		let account = books.account(7).await.unwrap();
		assert_eq!((account.tab().served, account.tab().signed), (500, 500));
		assert_eq!(take(&books, &account, 1, 100).await, Ok(64));
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
	async fn many_at_once_ask_the_chain_once() {
		let folder = tempfile::tempdir().unwrap();
		let known = Known { slow: Duration::from_millis(50), ..Known::units(1_000) };
		let books = Books::new(known.clone(), folder.path().into(), metering());
		let account = books.account(7).await.unwrap();
		let past = Instant::now().checked_sub(FRESH).unwrap();
		account.standing.lock().unwrap().0 = past;
		let asked = known.asked.load(Ordering::SeqCst);
		let all = (0..30).map(|_| books.account(7));
		assert!(futures::future::join_all(all).await.iter().all(Result::is_ok));
		assert_eq!(known.asked.load(Ordering::SeqCst), asked + 1);
		// Strangers who name what is not here take no place of those who are known.
		let strangers = futures::future::join_all((100..120).map(|number| books.account(number)));
		account.standing.lock().unwrap().0 = past;
		let (refused, known) = tokio::join!(strangers, books.account(7));
		assert!(known.is_ok() && refused.iter().all(Result::is_err));
	}

	#[tokio::test]
	async fn a_chain_that_does_not_answer_is_waited_for() {
		let folder = tempfile::tempdir().unwrap();
		let (mut books, account) = books(&folder, 1_000).await;
		books.standings.answers = false;
		for (age, is_served) in [(FRESH, true), (STALE, false)] {
			account.standing.lock().unwrap().0 = Instant::now().checked_sub(age).unwrap();
			assert_eq!(take(&books, &account, 1, 1).await.is_ok(), is_served);
		}
	}

	#[tokio::test]
	async fn receipts_are_found_again_and_never_thrown_away() {
		let folder = tempfile::tempdir().unwrap();
		let (mut books, account) = books(&folder, 1_000).await;
		account.keep(receipt(5)).await.unwrap();
		std::fs::write(folder.path().join("agreement-x.json"), "").unwrap();
		assert_eq!(books.written().unwrap(), [7]);
		assert_eq!(account.standing().key, pair().public());
		// A node that has fallen behind does not know of it.
		books.standings.is_there = false;
		let past = Instant::now().checked_sub(FRESH).unwrap();
		account.standing.lock().unwrap().0 = past;
		assert!(books.account(7).await.is_err());
		assert_eq!((books.all().len(), books.written().unwrap()), (1, vec![7]));
		// It has been gone for long.
		*account.gone.lock().unwrap() = Instant::now().checked_sub(GONE);
		assert!(books.account(7).await.is_err());
		assert!(books.all().is_empty() && books.written().unwrap().is_empty());
		assert!(folder.path().join("agreement-7.done").exists());
	}
}
