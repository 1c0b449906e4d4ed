//! The boards of a cell in an epoch, as one sensor writes on its aggregator's and reads all of them.

use std::{
	collections::{BTreeMap, BTreeSet},
	time::{Duration, Instant},
};

use anyhow::Result;
use codec::{DecodeAll, Encode};
use futures::future::join_all;
use substation_primitives::{DeviceId, H256};
use substation_proofs::{author::DevicePair, facts::DeviceFacts};
use substation_sdk::{
	board::{Note, Place, MAX_BYTES},
	http::Client,
	sensing::Word,
};

/// The longest wait for a page.
const PATIENCE: Duration = Duration::from_secs(3);
/// Pages of a board that are read at a time.
const PAGES: usize = 4;
/// Notes of a member in an epoch at the most: even empty ones take so much room.
const MOST_NOTES: usize = MAX_BYTES / 99;
/// The longest wait after a note was refused.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// An aggregator's board, and how many of its notes were read.
struct Board {
	client: Client,
	read: u32,
}

/// All boards of a cell.
pub(super) struct Wall {
	genesis: H256,
	at: Place,
	device: DeviceId,
	pair: DevicePair,
	/// The first is the one that is written on.
	boards: Vec<Board>,
	notes: Vec<Note>,
	sent: usize,
	/// After a refusal: until when nothing is sent, and how long that was.
	paused: Option<(Instant, Duration)>,
	on_own: BTreeSet<DeviceId>,
}

impl Wall {
	/// The wall of a cell, with this sensor's notes of before a restart. The first of `clients` is that of its own aggregator.
	pub(super) fn new(
		genesis: H256,
		at: Place,
		(device, pair): (DeviceId, DevicePair),
		clients: Vec<Client>,
		notes: Vec<Note>,
	) -> Self {
		let boards = clients.into_iter().map(|client| Board { client, read: 0 }).collect();
		let on_own = Default::default();
		Self { genesis, at, device, pair, boards, notes, sent: 0, paused: None, on_own }
	}

	/// This sensor's notes.
	pub(super) fn notes(&self) -> &[Note] {
		&self.notes
	}

	/// What they say.
	pub(super) fn words(&self) -> impl Iterator<Item = Word> + '_ {
		self.notes.iter().filter_map(|note| Word::decode_all(&mut &note.text[..]).ok())
	}

	/// Bytes that a further word may have.
	pub(super) fn room(&self) -> usize {
		let taken: usize = self.notes.iter().map(Encode::encoded_size).sum();
		// Whose it is, its number, its length and its signature.
		const FIELDS: usize = 32 + 2 + 2 + 64;
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
			if let Word::Shown(device, _) = word {
				self.on_own.insert(*device);
			}
		}
		fits
	}

	/// Sends what was not sent. An aggregator that has forgotten what it had taken gets all anew.
	pub(super) async fn send(&mut self) -> Result<()> {
		if self.paused.is_some_and(|(until, _)| Instant::now() < until) {
			return Ok(());
		}
		let Some(own) = self.boards.first() else { return Ok(()) };
		while let Some(note) = self.notes.get(self.sent) {
			if let Err(error) = own.client.put_note(self.at, note).await {
				let waited = self.paused.map_or(PATIENCE / 6, |(_, waited)| waited);
				let wait = (waited * 2).min(LONGEST_WAIT);
				self.paused = Some((Instant::now() + wait, wait));
				self.sent = 0;
				return Err(error);
			}
			self.sent += 1;
			self.paused = None;
		}
		Ok(())
	}

	/// What members have written since this was read last.
	pub(super) async fn read(
		&mut self,
		members: &BTreeMap<DeviceId, DeviceFacts>,
	) -> Vec<(DeviceId, Word)> {
		let (at, genesis) = (self.at, self.genesis);
		let most = members.len() * MOST_NOTES;
		let pages = self.boards.iter_mut().map(|board| board.read(at, most));
		let all = join_all(pages).await;
		let mut heard = Vec::new();
		for (number, notes) in all.into_iter().enumerate() {
			for note in notes {
				let Some(facts) = members.get(&note.device) else { continue };
				if !note.is_signed(&genesis, at, &facts.key) {
					continue;
				}
				let Ok(word) = Word::decode_all(&mut &note.text[..]) else { continue };
				if let (0, Word::Shown(device, _)) = (number, &word) {
					self.on_own.insert(*device);
				}
				heard.push((note.device, word));
			}
		}
		heard
	}

	/// Of whom this sensor's own board has what was measured, or will have it.
	pub(super) fn on_own(&self) -> &BTreeSet<DeviceId> {
		&self.on_own
	}
}

impl Board {
	/// The next notes. An aggregator that does not answer, or that has more than all members can have written, has none.
	async fn read(&mut self, at: Place, most: usize) -> Vec<Note> {
		let mut all = Vec::new();
		for _ in 0..PAGES {
			if self.read as usize > most {
				break;
			}
			let page = tokio::time::timeout(PATIENCE, self.client.notes(at, self.read)).await;
			let Ok(Ok(page)) = page else { break };
			if page.is_empty() {
				break;
			}
			self.read = self.read.saturating_add(page.len() as u32);
			all.extend(page);
		}
		all
	}
}
