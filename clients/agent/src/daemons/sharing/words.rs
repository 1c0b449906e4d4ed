//! What the chain says of those who ask, and for how long that is believed.

use std::{
	collections::HashMap,
	future::Future,
	sync::{atomic::AtomicU32, Arc, Mutex, PoisonError},
	time::{Duration, Instant},
};

use anyhow::Result;
use substation_primitives::{AccountId32, DeviceId, ReportKey};
use substation_sdk::{
	access::{Reason, Tariff},
	chain::Chain,
};
use tokio::sync::Semaphore;

/// For how long the chain's word about somebody is believed.
pub(super) const FRESH: Duration = Duration::from_secs(3);
/// And for how long while the chain cannot be asked, of somebody who might before.
const STALE: Duration = Duration::from_secs(20);
/// How old the last final block may be: what was revoked since is not seen.
const OLDEST: Duration = Duration::from_secs(60);
/// Words about strangers that are kept at a time.
const WORDS: usize = 4_096;
/// Questions about strangers at a time.
const LOOKUPS: usize = 16;
/// Answers of one who asks at a time that have not begun.
const EACH_AT_A_TIME: usize = 16;

/// What the chain says of somebody who asks.
#[derive(Clone, Copy, Debug)]
pub enum Word {
	/// It may; requests are signed by this key.
	May(ReportKey),
	/// It may not.
	Not(Reason),
}

/// Who knows what was granted.
pub trait Grants: Send + Sync + 'static {
	/// Whether somebody may do all of this.
	///
	/// # Errors
	///
	/// If that cannot be found out now.
	fn word(&self, who: &AccountId32, scope: u32) -> impl Future<Output = Result<Word>> + Send;
	/// What the owner asks for it.
	///
	/// # Errors
	///
	/// If that cannot be found out now.
	fn tariffs(&self) -> impl Future<Output = Result<Vec<Tariff>>> + Send;
}

/// Asks the chain.
pub(super) struct OnChain {
	pub(super) chain: Chain,
	pub(super) device: DeviceId,
	/// The highest block that was final.
	pub(super) final_block: AtomicU32,
}

impl Grants for OnChain {
	async fn word(&self, who: &AccountId32, scope: u32) -> Result<Word> {
		// What a node says that stands still is not true any more.
		self.chain.ensure_lively(&self.final_block, OLDEST).await?;
		Ok(match self.chain.may(&self.device, who, scope).await? {
			Ok((_, key)) => Word::May(key),
			Err(why) => Word::Not(why),
		})
	}

	async fn tariffs(&self) -> Result<Vec<Tariff>> {
		self.chain.tariffs(&self.device).await
	}
}

/// What was said of somebody, and when.
pub(super) struct Entry {
	word: Mutex<(Instant, Word)>,
	/// One question at a time.
	looks: tokio::sync::Mutex<()>,
	/// Answers of its own at a time that have not begun.
	pub(super) places: Arc<Semaphore>,
}

impl Entry {
	fn new(word: Word) -> Self {
		let places = Arc::new(Semaphore::new(EACH_AT_A_TIME));
		Self {
			word: Mutex::new((Instant::now(), word)),
			looks: tokio::sync::Mutex::default(),
			places,
		}
	}

	fn last(&self) -> (Duration, Word) {
		let word = self.word.lock().unwrap_or_else(PoisonError::into_inner);
		(word.0.elapsed(), word.1)
	}

	fn say(&self, at: Instant, word: Word) {
		*self.word.lock().unwrap_or_else(PoisonError::into_inner) = (at, word);
	}
}

/// Who asks, and for what.
type Key = (AccountId32, u32);

/// The chain cannot be asked, or too many ask at once.
pub(super) struct Unknown;

/// All that was said.
pub(super) struct Words<G> {
	grants: G,
	/// Those who may, or might a moment ago.
	known: Mutex<HashMap<Key, Arc<Entry>>>,
	/// Those who may not.
	others: Mutex<HashMap<Key, (Instant, Reason)>>,
	/// Questions about those whom nobody knows, and about what is asked of them.
	lookups: Semaphore,
}

impl<G: Grants> Words<G> {
	/// Nothing was said yet.
	pub(super) fn new(grants: G) -> Self {
		Self {
			grants,
			known: Mutex::default(),
			others: Mutex::default(),
			lookups: Semaphore::new(LOOKUPS),
		}
	}

	/// What the owner asks, if that can be found out now.
	pub(super) async fn tariffs(&self) -> Vec<Tariff> {
		match self.lookups.try_acquire() {
			Ok(_place) => self.grants.tariffs().await.unwrap_or_default(),
			Err(_) => Vec::new(),
		}
	}

	pub(super) fn entry(&self, key: &Key) -> Option<Arc<Entry>> {
		self.known.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
	}

	/// What the chain says, or has said a moment ago. Of who was allowed to before it is believed a little longer while the
	/// chain does not answer.
	pub(super) async fn word(&self, who: &AccountId32, scope: u32) -> Result<Word, Unknown> {
		let key = (who.clone(), scope);
		let Some(entry) = self.entry(&key) else { return self.word_of_stranger(key).await };
		let (age, word) = entry.last();
		if age < FRESH {
			return Ok(word);
		}
		let _looks = entry.looks.lock().await;
		// Whoever was before has asked.
		let (age, word) = entry.last();
		if age < FRESH {
			return Ok(word);
		}
		let asked_at = Instant::now();
		match self.grants.word(who, scope).await {
			Ok(word) => {
				entry.say(asked_at, word);
				if matches!(word, Word::Not(_)) {
					self.known.lock().unwrap_or_else(PoisonError::into_inner).remove(&key);
				}
				Ok(word)
			}
			Err(_) if age < STALE && matches!(word, Word::May(_)) => Ok(word),
			Err(_) => Err(Unknown),
		}
	}

	/// The same of somebody who is not known. Many of these do not keep those waiting who are.
	async fn word_of_stranger(&self, key: Key) -> Result<Word, Unknown> {
		{
			let others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
			if let Some((at, why)) = others.get(&key) {
				if at.elapsed() < FRESH {
					return Ok(Word::Not(*why));
				}
			}
		}
		let word = {
			let Ok(_place) = self.lookups.try_acquire() else { return Err(Unknown) };
			self.grants.word(&key.0, key.1).await.map_err(|_| Unknown)?
		};
		match word {
			Word::May(_) => {
				let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
				known.entry(key).or_insert_with(|| Arc::new(Entry::new(word)));
			}
			Word::Not(why) => {
				let mut others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
				if others.len() >= WORDS {
					others.retain(|_, (at, _)| at.elapsed() < FRESH);
				}
				if others.len() < WORDS {
					others.insert(key, (Instant::now(), why));
				}
			}
		}
		Ok(word)
	}
}
