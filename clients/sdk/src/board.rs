//! Boards: what members of a cell tell each other in an epoch, at the aggregators that carry them.
//!
//! A board is trusted for nothing. What is missing on it is missing; what is false was not signed. Members put notes on the board of
//! the aggregator that carries them, and read those of all aggregators in their cell.

use codec::{Decode, Encode};
use substation_primitives::{
	keys::Signature, signing, DeviceId, EpochIndex, NetworkId, ReportKey, H256,
};
use substation_proofs::author::DevicePair;

/// Bytes of a member's notes in an epoch, in sum, as they are encoded.
pub const MAX_BYTES: usize = 8_192;
/// Bytes of a page that is read at a time, at the most.
pub const PAGE_BYTES: usize = 256 * 1_024;

/// Where notes are: a network, a cell of it, and an epoch.
pub type Place = (NetworkId, u64, EpochIndex);

/// A member's note.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode)]
pub struct Note {
	/// Whose it is.
	pub device: DeviceId,
	/// Which of its notes of the epoch it is, from 0.
	pub number: u16,
	/// What it says: of which form is the kind's affair.
	pub text: Vec<u8>,
	/// Over [`signing::note`], by the device's report key.
	pub signature: Signature,
}

impl Note {
	/// A note of a device, signed with the key that signs its reports.
	pub fn sign(
		genesis: &H256,
		at: Place,
		(device, pair): (DeviceId, &DevicePair),
		number: u16,
		text: Vec<u8>,
	) -> Self {
		let signature = pair.sign(&signing::note(genesis, at, &device, number, &text));
		Self { device, number, text, signature }
	}

	/// Whether a device with this key has signed it for this place.
	pub fn is_signed(&self, genesis: &H256, at: Place, key: &ReportKey) -> bool {
		key.verify(
			&self.signature,
			&signing::note(genesis, at, &self.device, self.number, &self.text),
		)
	}
}

/// The path of a board at an aggregator.
pub fn path((network, cell, epoch): Place) -> String {
	format!("/v1/board/{network}/{cell:x}/{epoch}")
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_note_is_signed_for_one_place_and_number() {
		let pair = DevicePair::from_seed(&[1; 32]);
		let (genesis, at) = (H256::repeat_byte(1), (3, 0x88_1f, 7));
		let note = Note::sign(&genesis, at, (pair.device_id(), &pair), 0, b"word".to_vec());
		assert!(note.is_signed(&genesis, at, &pair.public()));
		for other in [(4, 0x88_1f, 7), (3, 0x88_20, 7), (3, 0x88_1f, 8)] {
			assert!(!note.is_signed(&genesis, other, &pair.public()));
		}
		assert!(!note.is_signed(&H256::repeat_byte(2), at, &pair.public()));
		let other = DevicePair::from_seed(&[2; 32]);
		assert!(!note.is_signed(&genesis, at, &other.public()));
		for changed in [
			Note { number: 1, ..note.clone() },
			Note { text: b"ward".to_vec(), ..note.clone() },
			Note { device: other.device_id(), ..note.clone() },
		] {
			assert!(!changed.is_signed(&genesis, at, &pair.public()));
		}
		// Another key signs for the device once it was rotated.
		let rotated = Note::sign(&genesis, at, (pair.device_id(), &other), 0, b"word".to_vec());
		assert!(rotated.is_signed(&genesis, at, &other.public()) && rotated.device == note.device);
	}

	#[test]
	fn a_boards_path_names_its_cell_as_h3_does() {
		assert_eq!(path((1, 0x881f9ed923fffff, 9)), "/v1/board/1/881f9ed923fffff/9");
		assert_eq!(path((1, 0, 9)), "/v1/board/1/0/9");
	}
}
