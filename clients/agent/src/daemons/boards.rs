//! Boards on which devices that are carried here tell the others of their cell what they have sealed, measured and heard.
//!
//! Only devices of this aggregator write, each so many bytes an epoch, and anybody reads. Nothing is on disk: a note that is lost
//! is missing, as if nobody had carried it.

use std::collections::BTreeMap;

use codec::Encode;
use substation_primitives::{DeviceId, EpochIndex, NetworkId};
use substation_proofs::facts::DeviceFacts;
use substation_sdk::board::{Note, Place, MAX_BYTES, PAGE_BYTES};

use super::refusal::Refusal;

/// Bytes of all notes of an epoch, at the most.
const MOST: usize = 64 * 1_024 * 1_024;
/// Room for the count of a page's notes.
const COUNT: usize = 8;

/// One cell's notes of an epoch.
#[derive(Default)]
struct Board {
	/// In the order in which they came.
	notes: Vec<Note>,
	/// Where those of a device stand, by their numbers, and how long they are.
	by: BTreeMap<DeviceId, (Vec<usize>, usize)>,
}

/// The boards of the present epoch and of the one before.
#[derive(Default)]
pub(super) struct Boards {
	cells: BTreeMap<Place, Board>,
	/// Bytes of the notes of each epoch.
	bytes: BTreeMap<EpochIndex, usize>,
}

impl Boards {
	/// Forgets what is older than the epoch before `now`.
	fn forget(&mut self, now: EpochIndex) {
		let kept = |epoch: EpochIndex| epoch.saturating_add(1) >= now;
		self.cells.retain(|(_, _, epoch), _| kept(*epoch));
		self.bytes.retain(|epoch, _| kept(*epoch));
	}

	/// Looks at a note of a device that is carried here and has these `facts`, in epoch `now`, but not at its signature. Whether it
	/// is there already.
	pub(super) fn check(
		&self,
		now: EpochIndex,
		at: Place,
		facts: &DeviceFacts,
		note: &Note,
	) -> Result<bool, Refusal> {
		let (_, cell, epoch) = at;
		if epoch != now {
			return Err(Refusal::WrongEpoch { now });
		}
		if facts.chair.is_none_or(|chair| chair.cell.id != cell) {
			return Err(Refusal::Worthless("the device does not sit in this cell".into()));
		}
		let board = self.cells.get(&at);
		let (standing, length) = board
			.and_then(|board| board.by.get(&note.device))
			.map_or((&[][..], 0), |(standing, length)| (&standing[..], *length));
		if let Some(place) = standing.get(usize::from(note.number)) {
			// A lost answer is no second note.
			return match board.and_then(|board| board.notes.get(*place)) == Some(note) {
				true => Ok(true),
				false => Err(Refusal::AnotherTaken),
			};
		}
		if standing.len() != usize::from(note.number) {
			let text = format!("the device's note number {} comes next", standing.len());
			return Err(Refusal::Malformed(text));
		}
		let size = note.encoded_size();
		if length + size > MAX_BYTES {
			let text = format!("a device's notes of an epoch have {MAX_BYTES} bytes at the most");
			return Err(Refusal::Worthless(text));
		}
		if self.bytes.get(&epoch).copied().unwrap_or(0) + size > MOST {
			return Err(Refusal::Busy("the boards are full for this epoch".into()));
		}
		Ok(false)
	}

	/// Takes a note that was looked at, and is signed. Another may have come meanwhile.
	pub(super) fn put(
		&mut self,
		now: EpochIndex,
		at: Place,
		facts: &DeviceFacts,
		note: Note,
	) -> Result<(), Refusal> {
		self.forget(now);
		if self.check(now, at, facts, &note)? {
			return Ok(());
		}
		let size = note.encoded_size();
		let board = self.cells.entry(at).or_default();
		let (standing, length) = board.by.entry(note.device).or_default();
		standing.push(board.notes.len());
		*length += size;
		board.notes.push(note);
		*self.bytes.entry(at.2).or_default() += size;
		Ok(())
	}

	/// A page of notes, encoded, from the `from`-th on.
	pub(super) fn page(&self, at: Place, from: u32) -> Vec<u8> {
		let notes = self.cells.get(&at).map_or(&[][..], |board| &board.notes[..]);
		let mut room = PAGE_BYTES - COUNT;
		let page: Vec<&Note> = notes
			.iter()
			.skip(from as usize)
			.take_while(|note| {
				let size = note.encoded_size();
				let fits = size <= room;
				room = room.saturating_sub(size);
				fits
			})
			.collect();
		page.encode()
	}
}

/// A cell as a board's path names it: in hexadecimal digits.
pub(super) fn cell(text: &str) -> Option<u64> {
	let digits = !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_hexdigit());
	digits.then(|| u64::from_str_radix(text, 16).ok()).flatten()
}

/// Where a board is, if the path says so.
pub(super) fn place(network: NetworkId, text: &str, epoch: EpochIndex) -> Result<Place, Refusal> {
	let cell = cell(text)
		.ok_or_else(|| Refusal::Malformed("a cell has up to 16 hexadecimal digits".into()))?;
	Ok((network, cell, epoch))
}

#[cfg(test)]
mod tests {
	use super::*;
	use codec::DecodeAll;
	use substation_proofs::{
		author::DevicePair,
		facts::{Cell, Chair},
	};

	const AT: Place = (1, 5, 9);

	fn pair(number: u8) -> DevicePair {
		DevicePair::from_seed(&[number; 32])
	}

	fn facts(number: u8) -> DeviceFacts {
		DeviceFacts {
			key: pair(number).public(),
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

	/// Whatever its signature is: that is looked at elsewhere.
	fn note(device: u8, number: u16, text: &[u8]) -> Note {
		let device = pair(device).device_id();
		Note { device, number, text: text.to_vec(), signature: [7; 64] }
	}

	/// What a note takes beside its text of up to 63 bytes; longer ones take a byte more for their length, or three.
	const FIELDS: usize = 32 + 2 + 1 + 64;

	fn put(boards: &mut Boards, device: u8, note: Note) -> Result<(), Refusal> {
		boards.put(9, AT, &facts(device), note)
	}

	fn read(boards: &Boards, from: u32) -> Vec<Note> {
		Vec::decode_all(&mut &boards.page(AT, from)[..]).unwrap()
	}

	#[test]
	fn notes_are_read_in_the_order_in_which_they_came() {
		let mut boards = Boards::default();
		let notes = [note(1, 0, b"a"), note(2, 0, b"b"), note(1, 1, b"c")];
		for (note, device) in notes.iter().zip([1, 2, 1]) {
			assert_eq!(put(&mut boards, device, note.clone()), Ok(()));
		}
		assert_eq!(read(&boards, 0), notes);
		assert_eq!(read(&boards, 2), notes[2..]);
		assert!(read(&boards, 3).is_empty() && read(&boards, u32::MAX).is_empty());
		assert_eq!(boards.page((1, 6, 9), 0), Vec::<Note>::new().encode());
	}

	#[test]
	fn a_note_that_is_there_is_no_second_one_and_another_is_refused() {
		let mut boards = Boards::default();
		assert_eq!(put(&mut boards, 1, note(1, 0, b"a")), Ok(()));
		assert_eq!(put(&mut boards, 1, note(1, 0, b"a")), Ok(()));
		assert_eq!(read(&boards, 0).len(), 1);
		assert_eq!(put(&mut boards, 1, note(1, 0, b"b")), Err(Refusal::AnotherTaken));
		let ahead = put(&mut boards, 1, note(1, 2, b"c"));
		assert_eq!(ahead, Err(Refusal::Malformed("the device's note number 1 comes next".into())));
	}

	#[test]
	fn what_is_not_of_this_cell_or_epoch_is_not_taken() {
		let mut boards = Boards::default();
		let elsewhere = boards.put(9, (1, 6, 9), &facts(1), note(1, 0, b"a"));
		let said = "the device does not sit in this cell";
		assert_eq!(elsewhere, Err(Refusal::Worthless(said.into())));
		let chairless = DeviceFacts { chair: None, ..facts(1) };
		let none = boards.put(9, AT, &chairless, note(1, 0, b"a"));
		assert_eq!(none, Err(Refusal::Worthless(said.into())));
		for now in [8, 10] {
			let late = boards.put(now, AT, &facts(1), note(1, 0, b"a"));
			assert_eq!(late, Err(Refusal::WrongEpoch { now }));
		}
		assert!(boards.cells.is_empty() && boards.bytes.is_empty());
	}

	#[test]
	fn a_device_has_so_many_bytes_an_epoch_however_short_its_notes_are() {
		let mut boards = Boards::default();
		let long = MAX_BYTES - 2 * FIELDS - 1;
		assert_eq!(put(&mut boards, 1, note(1, 0, &vec![7; long])), Ok(()));
		assert!(matches!(put(&mut boards, 1, note(1, 1, &[7])), Err(Refusal::Worthless(_))));
		assert_eq!(put(&mut boards, 1, note(1, 1, &[])), Ok(()));
		assert!(matches!(put(&mut boards, 1, note(1, 2, &[])), Err(Refusal::Worthless(_))));
		let taken = (0..=u16::MAX)
			.take_while(|number| put(&mut boards, 2, note(2, *number, &[])).is_ok())
			.count();
		assert_eq!(taken, MAX_BYTES / FIELDS);
	}

	#[test]
	fn the_epoch_before_can_be_read_and_none_before_that() {
		let mut boards = Boards::default();
		assert_eq!(put(&mut boards, 1, note(1, 0, b"a")), Ok(()));
		let next = |epoch| ((1, 5, epoch), note(1, 0, b"b"));
		let (at, later) = next(10);
		assert_eq!(boards.put(10, at, &facts(1), later), Ok(()));
		assert_eq!(read(&boards, 0).len(), 1);
		let (at, later) = next(11);
		assert_eq!(boards.put(11, at, &facts(1), later), Ok(()));
		assert!(read(&boards, 0).is_empty());
		assert_eq!(boards.bytes.keys().copied().collect::<Vec<_>>(), [10, 11]);
	}

	#[test]
	fn pages_end_before_they_are_too_long_and_none_is_left_out() {
		let mut boards = Boards::default();
		let devices: Vec<u8> = (1..=100).collect();
		for device in &devices {
			assert_eq!(
				put(&mut boards, *device, note(*device, 0, &[*device; MAX_BYTES - 200])),
				Ok(())
			);
		}
		let (mut from, mut seen) = (0, Vec::new());
		loop {
			assert!(boards.page(AT, from).len() <= PAGE_BYTES);
			let page = read(&boards, from);
			if page.is_empty() {
				break;
			}
			from += page.len() as u32;
			seen.extend(page.into_iter().map(|note| note.text[0]));
		}
		assert_eq!(seen, devices);
	}

	#[test]
	fn a_cell_is_named_in_hexadecimal_digits() {
		assert_eq!(cell("881f9ed923fffff"), Some(0x881f9ed923fffff));
		assert_eq!(cell("0"), Some(0));
		for wrong in ["", "0x1", "+1", "-1", "g", "10000000000000000", " 1"] {
			assert_eq!(cell(wrong), None, "{wrong}");
		}
	}
}
