//! The boards of a cell in an epoch, as one sensor writes on its aggregator's and reads all of them.

use std::{
	collections::{BTreeMap, BTreeSet},
	time::{Duration, Instant},
};

use anyhow::Result;
use codec::{DecodeAll, Encode};
use futures::future::join_all;
use substation_primitives::{AccountId32, DeviceId, H256};
use substation_proofs::{author::DevicePair, facts::DeviceFacts};
use substation_sdk::{
	board::{Note, Place, MAX_BYTES},
	http::Client,
	sensing::Word,
};

/// Pages of a board that are read at a time.
const PAGES: usize = 4;
/// Bytes of a note beside its text: whose it is, its number, its length and its signature.
const FIELDS: usize = 32 + 2 + 2 + 64;
/// Notes of a member in an epoch at the most: even empty ones take so much room.
const MOST_NOTES: usize = MAX_BYTES / 99;
/// The first wait after a note was refused.
const FIRST_WAIT: Duration = Duration::from_millis(500);
/// The longest wait after a note was refused.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// An aggregator's board, and how many of its notes were read.
struct Board {
	client: Client,
	read: u32,
	/// The last that was read: an aggregator that was started again has another in its place, or none.
	last: Option<Note>,
	/// One that does not answer in time is left alone for a while.
	until: Option<Instant>,
}

/// What was read.
#[derive(Default)]
struct Page {
	notes: Vec<Note>,
	/// Whether the board has begun anew.
	anew: bool,
}

/// A member's word, and whether it is on the sensor's own board.
pub(super) struct Said {
	pub(super) from: DeviceId,
	pub(super) word: Word,
	pub(super) own: bool,
}

/// All boards of a cell.
pub(super) struct Wall {
	genesis: H256,
	at: Place,
	device: DeviceId,
	pair: DevicePair,
	/// The first is the one that is written on.
	boards: Vec<Board>,
	/// Whose boards they are.
	whose: BTreeSet<AccountId32>,
	notes: Vec<Note>,
	sent: usize,
	/// After a refusal: until when nothing is sent, and how long that was.
	paused: Option<(Instant, Duration)>,
	/// How long a board may take to answer.
	patience: Duration,
}

impl Wall {
	/// The wall of a cell, with this sensor's notes of before a restart, and its own aggregator's board.
	pub(super) fn new(
		genesis: H256,
		at: Place,
		(device, pair): (DeviceId, DevicePair),
		(aggregator, client): (AccountId32, Client),
		notes: Vec<Note>,
		patience: Duration,
	) -> Self {
		let mut wall = Self {
			genesis,
			at,
			device,
			pair,
			boards: Vec::new(),
			whose: BTreeSet::new(),
			notes,
			sent: 0,
			paused: None,
			patience,
		};
		wall.add(aggregator, client);
		wall
	}

	/// One board more to read.
	pub(super) fn add(&mut self, aggregator: AccountId32, client: Client) {
		if self.whose.insert(aggregator) {
			self.boards.push(Board { client, read: 0, last: None, until: None });
		}
	}

	/// How many boards there are.
	pub(super) fn boards(&self) -> usize {
		self.boards.len()
	}

	/// Whether an aggregator's is one of them.
	pub(super) fn has(&self, aggregator: &AccountId32) -> bool {
		self.whose.contains(aggregator)
	}

	/// This sensor's notes.
	pub(super) fn notes(&self) -> &[Note] {
		&self.notes
	}

	/// What they say.
	pub(super) fn words(&self) -> impl Iterator<Item = Word> + '_ {
		self.notes.iter().filter_map(|note| Word::decode_all(&mut &note.text[..]).ok())
	}

	/// What those say that have not gone out.
	pub(super) fn unsent(&self) -> Vec<Word> {
		self.words().skip(self.sent).collect()
	}

	/// Bytes that a further word may have.
	pub(super) fn room(&self) -> usize {
		let taken: usize = self.notes.iter().map(Encode::encoded_size).sum();
		MAX_BYTES.saturating_sub(taken + FIELDS)
	}

	/// Writes a note, to be sent, if there is room for it.
	pub(super) fn put(&mut self, word: &Word) -> bool {
		let text = word.encode();
		let fits = text.len() <= self.room();
		if fits {
			let number = self.notes.len() as u16;
			let own = (self.device, &self.pair);
			self.notes.push(Note::sign(&self.genesis, self.at, own, number, text));
		}
		fits
	}

	/// Sends what was not sent: what those notes say. Beside it, why it goes no further, if it does not.
	pub(super) async fn send(&mut self) -> (Vec<Word>, Result<()>) {
		let mut gone = Vec::new();
		if self.paused.is_some_and(|(until, _)| Instant::now() < until) {
			return (gone, Ok(()));
		}
		let Some(own) = self.boards.first() else { return (gone, Ok(())) };
		while let Some(note) = self.notes.get(self.sent) {
			if let Err(error) = own.client.put_note(self.at, note).await {
				let wait = self.paused.map_or(FIRST_WAIT, |(_, waited)| waited * 2);
				let wait = wait.min(LONGEST_WAIT);
				self.paused = Some((Instant::now() + wait, wait));
				return (gone, Err(error));
			}
			gone.extend(Word::decode_all(&mut &note.text[..]));
			self.sent += 1;
			self.paused = None;
		}
		(gone, Ok(()))
	}

	/// What members have written since this was read last. If the own board has begun anew, all notes are sent again.
	pub(super) async fn read(&mut self, members: &BTreeMap<DeviceId, DeviceFacts>) -> Vec<Said> {
		let (at, genesis, patience) = (self.at, self.genesis, self.patience);
		let most = members.len() * MOST_NOTES;
		let pages = self.boards.iter_mut().map(|board| board.read(at, most, patience));
		let all = join_all(pages).await;
		let mut heard = Vec::new();
		for (number, page) in all.into_iter().enumerate() {
			let own = number == 0;
			if own && page.anew {
				(self.sent, self.paused) = (0, None);
			}
			let said = page.notes.into_iter().filter_map(|note| {
				let facts = members.get(&note.device)?;
				let word = Word::decode_all(&mut &note.text[..]).ok()?;
				let signed = note.is_signed(&genesis, at, &facts.key);
				signed.then_some(Said { from: note.device, word, own })
			});
			heard.extend(said);
		}
		heard
	}
}

impl Board {
	/// The next notes. An aggregator that does not answer in time, or that has more than all members can have written, has none.
	async fn read(&mut self, at: Place, most: usize, patience: Duration) -> Page {
		if self.until.is_some_and(|until| Instant::now() < until) {
			return Page::default();
		}
		let pages = self.pages(at, most);
		match tokio::time::timeout(patience, pages).await {
			Ok(page) => page,
			Err(_) => {
				self.until = Some(Instant::now() + patience * 10);
				Page::default()
			}
		}
	}

	async fn pages(&mut self, at: Place, most: usize) -> Page {
		let mut all = Page::default();
		for _ in 0..PAGES {
			if self.read as usize > most {
				break;
			}
			// The last one once more: is it the same board?
			let from = self.read.saturating_sub(1);
			let Ok(page) = self.client.notes(at, from).await else { break };
			let new = match &self.last {
				None => &page[..],
				Some(last) if page.first() == Some(last) => page.get(1..).unwrap_or_default(),
				Some(_) => {
					(self.read, self.last, all.anew) = (0, None, true);
					continue;
				}
			};
			if new.is_empty() {
				break;
			}
			self.read = self.read.saturating_add(new.len() as u32);
			self.last = new.last().cloned();
			all.notes.extend_from_slice(new);
		}
		all
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::daemons::{
		boards::Boards,
		door::{serve, Bounds},
	};
	use axum::{
		body::Bytes,
		extract::{Path, State},
		routing::{get, put},
		Router,
	};
	use std::sync::{Arc, Mutex, PoisonError};
	use substation_proofs::facts::{Cell, Chair};

	const AT: Place = (3, 5, 9);
	const PATIENCE: Duration = Duration::from_secs(3);

	type Shared = Arc<Mutex<Boards>>;

	fn facts(number: u8) -> DeviceFacts {
		DeviceFacts {
			key: DevicePair::from_seed(&[number; 32]).public(),
			owner: [1; 32].into(),
			aggregator: [9; 32].into(),
			aggregator_since: 0,
			cut: 0,
			since: 0,
			place: None,
			chair: Some(Chair { index: 0, cell: Cell { id: 5, occupied: 2, chairs: 2 } }),
			data_set: None,
		}
	}

	fn members() -> BTreeMap<DeviceId, DeviceFacts> {
		let all =
			(1..=3).map(|number| (DevicePair::from_seed(&[number; 32]).device_id(), facts(number)));
		all.collect()
	}

	/// An aggregator that has nothing but boards.
	async fn aggregator() -> (String, Shared) {
		let boards = Shared::default();
		async fn take(State(boards): State<Shared>, bytes: Bytes) -> axum::http::StatusCode {
			let Ok(note) = Note::decode_all(&mut &bytes[..]) else {
				return axum::http::StatusCode::BAD_REQUEST;
			};
			let facts = members().remove(&note.device).unwrap();
			let mut boards = boards.lock().unwrap_or_else(PoisonError::into_inner);
			match boards.put(AT.2, AT, &facts, note) {
				Ok(()) => axum::http::StatusCode::NO_CONTENT,
				Err(_) => axum::http::StatusCode::BAD_REQUEST,
			}
		}
		async fn page(
			State(boards): State<Shared>,
			Path((_, _, _, from)): Path<(u32, String, u32, u32)>,
		) -> Vec<u8> {
			boards.lock().unwrap_or_else(PoisonError::into_inner).page(AT, from)
		}
		let routes = Router::new()
			.route("/v1/board/{network}/{cell}/{epoch}", put(take))
			.route("/v1/board/{network}/{cell}/{epoch}/{from}", get(page))
			.with_state(boards.clone());
		let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
		let url = format!("http://{}", listener.local_addr().unwrap());
		tokio::spawn(serve(listener, routes, Bounds::default(), std::future::pending()));
		(url, boards)
	}

	fn wall(number: u8, url: &str) -> Wall {
		let pair = DevicePair::from_seed(&[number; 32]);
		let own = (pair.device_id(), pair);
		let board = ([9; 32].into(), Client::new(url).unwrap());
		Wall::new(H256::repeat_byte(1), AT, own, board, Vec::new(), PATIENCE)
	}

	fn seal(slot: u8) -> Word {
		Word::Seal { slot, seal: H256::repeat_byte(slot), before: None }
	}

	fn slots(said: &[Said]) -> Vec<u8> {
		let slot = |said: &Said| match said.word {
			Word::Seal { slot, .. } => slot,
			_ => u8::MAX,
		};
		said.iter().map(slot).collect()
	}

	#[tokio::test]
	async fn what_one_writes_the_other_reads_once() {
		let (url, _) = aggregator().await;
		let (mut one, mut other) = (wall(1, &url), wall(2, &url));
		one.put(&seal(0));
		one.put(&seal(1));
		assert_eq!(one.unsent().len(), 2);
		let (gone, ended) = one.send().await;
		assert_eq!((gone, ended.is_ok(), one.unsent().len()), (vec![seal(0), seal(1)], true, 0));
		let said = other.read(&members()).await;
		assert_eq!(slots(&said), [0, 1]);
		assert!(said.iter().all(|said| said.own));
		assert!(other.read(&members()).await.is_empty());
		one.put(&seal(2));
		assert!(one.send().await.1.is_ok());
		assert_eq!(slots(&other.read(&members()).await), [2]);
		// Whoever is no member is not heard.
		let mut few = members();
		few.remove(&one.device);
		assert!(wall(3, &url).read(&few).await.is_empty());
	}

	#[tokio::test]
	async fn an_aggregator_that_was_started_again_is_told_all_anew_and_read_from_the_start() {
		let (url, boards) = aggregator().await;
		let (mut one, mut other) = (wall(1, &url), wall(2, &url));
		for slot in 0..3 {
			one.put(&seal(slot));
		}
		other.put(&seal(7));
		assert!(one.send().await.1.is_ok() && other.send().await.1.is_ok());
		assert_eq!(other.read(&members()).await.len(), 4);
		assert_eq!(one.read(&members()).await.len(), 4);
		*boards.lock().unwrap() = Boards::default();
		// Nothing is there: both notice, and write what they had written.
		assert!(other.read(&members()).await.is_empty());
		assert_eq!(other.send().await.0, [seal(7)]);
		assert_eq!(slots(&one.read(&members()).await), [7]);
		assert_eq!(one.send().await.0.len(), 3);
		let mut heard = slots(&other.read(&members()).await);
		heard.sort();
		assert_eq!(heard, [0, 1, 2, 7]);
	}

	#[tokio::test]
	async fn nobody_there_holds_up_nothing_and_is_tried_again() {
		let mut one = wall(1, "http://127.0.0.1:9");
		one.put(&seal(0));
		let (gone, ended) = one.send().await;
		assert!(gone.is_empty() && ended.is_err());
		// Not at once.
		assert!(one.send().await.1.is_ok());
		assert_eq!(one.unsent(), [seal(0)]);
		assert!(one.read(&members()).await.is_empty());
	}

	#[test]
	fn a_board_has_room_for_so_many_bytes() {
		let mut one = wall(1, "http://127.0.0.1:9");
		let mut count = 0;
		while one.put(&seal(0)) {
			count += 1;
		}
		// A tag, a slot, a seal and none before it.
		assert_eq!(count, MAX_BYTES / (FIELDS - 1 + 35));
		assert!(one.notes().iter().map(Encode::encoded_size).sum::<usize>() <= MAX_BYTES);
	}
}
