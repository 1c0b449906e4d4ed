//! The bytes that are signed.
//!
//! Each signed message starts with a context string of its own and the genesis hash, so that no
//! signature can be used for another purpose or on another chain. What follows is SCALE-encoded.

use alloc::vec::Vec;
use codec::{Decode, Encode};

use crate::{keys::ReportKey, AccountId32, BatchId, DeviceId, EpochIndex, NetworkId, H256};

/// Context of a device's report.
pub const REPORT: &[u8; 19] = b"substation/report/1";
/// Context of the challenge that a radio beacon carries.
pub const CHALLENGE: &[u8; 22] = b"substation/challenge/1";
/// Context of a witness's receipt of a beacon.
pub const RECEIPT: &[u8; 20] = b"substation/receipt/1";
/// Context of a beaconer's word to one of its witnesses.
pub const WITNESSED: &[u8; 22] = b"substation/witnessed/2";
/// Context of the choice of a piece of stored data.
pub const PIECE: &[u8; 18] = b"substation/piece/1";
/// Context of an aggregator's commitment.
pub const COMMITMENT: &[u8; 23] = b"substation/commitment/1";
/// Context of a publisher key's word for the aggregator that uses it.
pub const PUBLISHER: &[u8; 22] = b"substation/publisher/1";
/// Context of the topic under which bodies are found.
pub const BODIES: &[u8; 19] = b"substation/bodies/1";
/// Context of a judge's seal.
pub const SEAL: &[u8; 17] = b"substation/seal/1";
/// Context of a bundle of seals.
pub const SEALS: &[u8; 18] = b"substation/seals/1";
/// Context of a list of batches that a judge lacks.
pub const MISSING: &[u8; 20] = b"substation/missing/1";
/// Context of a committee's draw.
pub const DRAW: &[u8; 17] = b"substation/draw/1";
/// Context of a device's registration.
pub const REGISTRATION: &[u8; 25] = b"substation/registration/1";
/// Context of a maker's voucher.
pub const VOUCHER: &[u8; 20] = b"substation/voucher/1";
/// Context of the certificate by which a hardware key names the key that signs reports.
pub const ROTATION: &[u8; 21] = b"substation/rotation/1";
/// Context of the certificate by which a hardware key names the key with which others agree on secrets with the device.
pub const AGREEMENT: &[u8; 22] = b"substation/agreement/1";
/// Context of an aggregator's acknowledgement of a report.
pub const ACKNOWLEDGEMENT: &[u8; 28] = b"substation/acknowledgement/1";
/// Context of a machine's word to a caller that it is there to be called.
pub const KNOCK: &[u8; 18] = b"substation/knock/1";
/// Context of a machine's answer to a caller.
pub const ANSWER: &[u8; 19] = b"substation/answer/1";
/// Context of a caller's word that a machine has answered.
pub const HEARTBEAT: &[u8; 22] = b"substation/heartbeat/1";
/// Context of the choice of the part of an epoch in which a caller calls.
pub const SLOT: &[u8; 17] = b"substation/slot/1";
/// Context of a sample's seal.
pub const SAMPLE: &[u8; 19] = b"substation/sample/1";
/// Context of a seal's salt.
pub const SALT: &[u8; 17] = b"substation/salt/1";
/// Context of what a device has measured, as it shows it to everybody.
pub const STATEMENT: &[u8; 22] = b"substation/statement/1";
/// Context of a witness's word for one device that measures.
pub const TESTIMONY: &[u8; 22] = b"substation/testimony/1";
/// Context of a standing member's word that it has heard a device that moves.
pub const SIGHTING: &[u8; 21] = b"substation/sighting/1";
/// Context of a member's note on the board of its cell.
pub const BOARD: &[u8; 18] = b"substation/board/1";

/// Context of a buyer's receipt for units of service.
pub const USAGE: &[u8; 18] = b"substation/usage/1";
/// Context of a request for service that was agreed on.
pub const REQUEST: &[u8; 20] = b"substation/request/1";

/// Context of a request for a device's data.
pub const ACCESS: &[u8; 19] = b"substation/access/1";

/// What a beaconer says to one of its witnesses. Two different words for one beacon convict who signed both, if they name one
/// rank, or another number of witnesses, or other receipts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Witnessed {
	/// The witness's place in the list of receipts, from 0.
	pub rank: u8,
	/// How many receipts there are.
	pub witnesses: u8,
	/// [`receipts_hash`] of the list of receipts in the beaconer's own report.
	pub receipts: H256,
	/// How strongly the beaconer heard the witness's answer, in tenths of a dBm.
	pub answered: i16,
}

/// The hash of a beacon's receipts, as they stand in the beaconer's evidence.
pub fn receipts_hash(receipts: &impl Encode) -> H256 {
	sp_io::hashing::blake2_256(&receipts.encode()).into()
}

/// What a report is bound to. All of it follows from the commitment; none of it is in the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportContext {
	/// Hash of the chain's first block.
	pub genesis: H256,
	/// The network reported to.
	pub network: NetworkId,
	/// The epoch reported for.
	pub epoch: EpochIndex,
	/// The aggregator that the report is handed to.
	pub aggregator: AccountId32,
	/// The epoch's entropy.
	pub entropy: H256,
}

impl ReportContext {
	/// What a device signs for a report with this `evidence`.
	pub fn report(&self, device: &DeviceId, evidence: &[u8]) -> Vec<u8> {
		(
			REPORT,
			self.genesis,
			self.network,
			self.epoch,
			device,
			&self.aggregator,
			self.entropy,
			evidence,
		)
			.encode()
	}

	/// The challenge that `device` sends in its beacon of this epoch: known to nobody before the
	/// epoch has opened.
	pub fn challenge(&self, device: &DeviceId) -> [u8; 8] {
		let hash = sp_io::hashing::blake2_256(
			&(CHALLENGE, self.genesis, self.network, self.epoch, device, self.entropy).encode(),
		);
		let mut challenge = [0; 8];
		challenge.copy_from_slice(&hash[..8]);
		challenge
	}

	/// What a witness signs on hearing a beacon.
	pub fn receipt(
		&self,
		beaconer: &DeviceId,
		witness: &DeviceId,
		challenge: &[u8; 8],
		frequency: u32,
		power: i16,
	) -> Vec<u8> {
		(
			RECEIPT,
			self.genesis,
			self.network,
			self.epoch,
			beaconer,
			witness,
			challenge,
			frequency,
			power,
		)
			.encode()
	}

	/// What a beaconer signs for each of its witnesses.
	pub fn witnessed(
		&self,
		beaconer: &DeviceId,
		witness: &DeviceId,
		challenge: &[u8; 8],
		frequency: u32,
		word: &Witnessed,
	) -> Vec<u8> {
		(
			WITNESSED,
			self.genesis,
			self.network,
			self.epoch,
			beaconer,
			witness,
			challenge,
			frequency,
			word,
		)
			.encode()
	}

	/// The seal after a slot: binds what a device has measured in it, and in all before, without showing it. `before` is the seal
	/// of the slot before, zeros for the first.
	pub fn seal_of_sample(
		&self,
		device: &DeviceId,
		slot: u8,
		secret: &[u8; 16],
		sample: &impl Encode,
		before: &H256,
	) -> H256 {
		let salt = sp_io::hashing::blake2_256(&(SALT, secret, slot).encode());
		let salt: [u8; 16] = core::array::from_fn(|byte| salt[byte]);
		let sealed = (SAMPLE, self.genesis, self.network, self.epoch, device, slot);
		sp_io::hashing::blake2_256(&(sealed, salt, sample, before).encode()).into()
	}

	/// What a device signs once, for everybody: its medians, slot by slot.
	pub fn statement(&self, witness: &DeviceId, typical: &[i16]) -> Vec<u8> {
		(STATEMENT, self.genesis, self.network, self.epoch, witness, typical).encode()
	}

	/// What a witness signs for one device: its last seal, which seals it had in time, and whose statements it holds.
	pub fn testimony(
		&self,
		witness: &DeviceId,
		device: &DeviceId,
		head: &H256,
		prompt: u64,
		roll: u8,
	) -> Vec<u8> {
		let about = (witness, device, head);
		(TESTIMONY, self.genesis, self.network, self.epoch, about, prompt, roll).encode()
	}

	/// What a standing member signs on hearing a device that moves, at a second of Unix time: in no epoch, for it does not know
	/// for which the device will tell it.
	pub fn sighting(
		&self,
		witness: &DeviceId,
		device: &DeviceId,
		at: u32,
		power: i16,
		frequency: u32,
	) -> Vec<u8> {
		(SIGHTING, self.genesis, self.network, witness, device, at, power, frequency).encode()
	}

	/// What a machine signs when it asks a caller to be called.
	pub fn knock(&self, caller: &DeviceId, device: &DeviceId) -> Vec<u8> {
		(KNOCK, self.genesis, self.network, self.epoch, caller, device).encode()
	}

	/// What a machine signs to answer a caller's `nonce`.
	pub fn answer(&self, caller: &DeviceId, device: &DeviceId, nonce: &[u8; 8]) -> Vec<u8> {
		(ANSWER, self.genesis, self.network, self.epoch, caller, device, nonce).encode()
	}

	/// What a caller signs for a machine that has answered, `delay` microseconds after it was called.
	pub fn heartbeat(&self, caller: &DeviceId, device: &DeviceId, delay: u32) -> Vec<u8> {
		(HEARTBEAT, self.genesis, self.network, self.epoch, caller, device, delay).encode()
	}

	/// In which of `parts` equal parts of the epoch `caller` calls `device`, from 0: known to both once the epoch has opened. With no
	/// parts the answer is 0.
	pub fn slot(&self, caller: &DeviceId, device: &DeviceId, parts: u32) -> u32 {
		// The tag's bytes alone, with no length before them, as for lots.
		let rest = (self.genesis, self.network, self.epoch, caller, device, self.entropy);
		let hash =
			rest.using_encoded(|rest| sp_io::hashing::blake2_256(&[&SLOT[..], rest].concat()));
		remainder(&hash, parts)
	}

	/// Which of `pieces` pieces `device` has to show as its `draw`-th, from 0. With no pieces the
	/// answer is 0.
	pub fn piece(&self, device: &DeviceId, draw: u32, pieces: u32) -> u32 {
		let hash = sp_io::hashing::blake2_256(
			&(PIECE, self.genesis, self.network, self.epoch, device, self.entropy, draw).encode(),
		);
		remainder(&hash, pieces)
	}
}

/// The first eight bytes of a hash modulo `of`; 0 if that is 0. The bias is at most 2^-32.
fn remainder(hash: &[u8; 32], of: u32) -> u32 {
	let mut word = [0; 8];
	word.copy_from_slice(&hash[..8]);
	u64::from_le_bytes(word).checked_rem(of.into()).unwrap_or(0) as u32
}

/// A seal: binds a judge to a result without showing it.
///
/// `opening` is the hash of the block that opened the epoch in which the batch is judged, so that a
/// seal made on a dead branch is worth nothing on the living one.
pub fn seal(genesis: &H256, opening: &H256, batch: &BatchId, judge: &[u8], result: &H256) -> H256 {
	sp_io::hashing::blake2_256(&(SEAL, genesis, opening, batch, judge, result).encode()).into()
}

/// What a device signs to be registered: that `owner` may, until block `expires`.
pub fn registration(
	genesis: &H256,
	owner: &AccountId32,
	network: NetworkId,
	expires: u32,
) -> Vec<u8> {
	(REGISTRATION, genesis, owner, network, expires).encode()
}

/// What a publisher key signs to be registered for `aggregator`.
pub fn publisher(genesis: &H256, aggregator: &AccountId32) -> Vec<u8> {
	(PUBLISHER, genesis, aggregator).encode()
}

/// The topic under which an aggregator's bodies of an epoch are found by those who read a node's
/// statement store from outside. It says nothing about who published a statement: what counts is the
/// hash in the commitment.
pub fn body_topic(
	genesis: &H256,
	network: NetworkId,
	epoch: EpochIndex,
	aggregator: &AccountId32,
) -> H256 {
	sp_io::hashing::blake2_256(&(BODIES, genesis, network, epoch, aggregator).encode()).into()
}

/// What a maker signs to vouch for a device it has made.
pub fn voucher(genesis: &H256, network: NetworkId, device: &DeviceId) -> Vec<u8> {
	(VOUCHER, genesis, network, device).encode()
}

/// What a hardware key signs to name a new key for reports. `nonce` is the number of rotations so
/// far: a certificate is good once.
pub fn rotation(genesis: &H256, device: &DeviceId, key: &ReportKey, nonce: u32) -> Vec<u8> {
	(ROTATION, genesis, device, key, nonce).encode()
}

/// What a hardware key signs to name the X25519 key with which others agree on secrets with the device, as long as `owner` has it.
pub fn agreement(
	genesis: &H256,
	device: &DeviceId,
	owner: &AccountId32,
	key: &[u8; 32],
) -> Vec<u8> {
	(AGREEMENT, genesis, device, owner, key).encode()
}

/// What a buyer's key signs for the units of service that it has taken in all by an agreement.
pub fn usage(genesis: &H256, agreement: u32, units: u64) -> Vec<u8> {
	(USAGE, genesis, agreement, units).encode()
}

/// What a buyer's key signs when it asks for service by an agreement. `serial` rises with each request, so that none counts
/// twice, and `asked` is the hash of what is asked for.
pub fn request(genesis: &H256, agreement: u32, serial: u64, asked: &H256) -> Vec<u8> {
	(REQUEST, genesis, agreement, serial, asked).encode()
}

/// What somebody signs who asks for a device's data: `scope` is what may be done with it, `at` the time in milliseconds since
/// 1970, and `asked` the hash of what is asked for.
pub fn access(genesis: &H256, device: &DeviceId, scope: u32, at: u64, asked: &H256) -> Vec<u8> {
	(ACCESS, genesis, device, scope, at, asked).encode()
}

/// What an aggregator signs when it takes a report.
pub fn acknowledgement(
	genesis: &H256,
	network: NetworkId,
	epoch: EpochIndex,
	device: &DeviceId,
	report: &H256,
) -> Vec<u8> {
	(ACKNOWLEDGEMENT, genesis, network, epoch, device, report).encode()
}

/// What a member signs for its `number`-th note of an epoch, from 0, on the board of its cell.
pub fn note(
	genesis: &H256,
	(network, cell, epoch): (NetworkId, u64, EpochIndex),
	device: &DeviceId,
	number: u16,
	text: &[u8],
) -> Vec<u8> {
	(BOARD, genesis, network, cell, epoch, device, number, text).encode()
}
