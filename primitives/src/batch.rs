//! Batches: what an aggregator publishes, commits to, and is judged by.
//!
//! A batch is a list of reports, sorted by device and cut into chunks of up to 64. Reports are the
//! leaves of one tree; chunk `i` is the subtree of the 64 leaves from `64 i` on, filled up with the
//! empty leaf. The bytes lie in up to four bodies in the statement store; the chain holds their
//! hashes, the tree's root and the *cuts*, which say which devices each chunk may hold.

use alloc::vec::Vec;
use codec::{Decode, DecodeAll, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::ConstU32;
use sp_io::hashing::blake2_256;
use sp_runtime::BoundedVec;

use crate::{
	merkle,
	report::{Fault, ReportBytes, MAX_REPORT_BYTES},
	signing, AccountId32, BatchId, DeviceId, EpochIndex, NetworkId, Score, WorkUnits, H256,
};

/// Leaves in a chunk.
pub const CHUNK_LEAVES: u32 = 64;
/// Levels of nodes in a chunk.
pub const CHUNK_DEPTH: u32 = 6;
/// Chunks in a batch.
pub const MAX_CHUNKS: u32 = 64;
/// Reports in a batch.
pub const MAX_REPORTS: u32 = CHUNK_LEAVES * MAX_CHUNKS;
/// Chunks that are claimed for in one call: a day's epochs of an hour.
pub const MAX_CLAIMS: u32 = 24;
/// Devices that are claimed for in one call, each in as many epochs as chunks hold it: devices that come and go shift others
/// from one chunk to the next.
pub const MAX_CLAIMED: u32 = 2 * CHUNK_LEAVES;
/// Bodies that a batch is spread over.
pub const MAX_BODIES: u32 = 4;
/// Length of a body. Gossip drops statements above 1,048,575 bytes without a word.
pub const MAX_BODY_BYTES: u32 = 1_000_000;
/// Length of a chunk's reports, in sum: what fits a dispute's transaction.
pub const MAX_CHUNK_BYTES: u32 = MAX_REPORT_BYTES;
/// Work in a chunk: 100 ms at 50 µs for an sr25519 verification.
pub const MAX_CHUNK_WORK: WorkUnits = 2_000;
/// Work that an aggregator may need for a device: its part of a full chunk, rounded up.
pub const SEAT_WORK: WorkUnits = MAX_CHUNK_WORK.div_ceil(CHUNK_LEAVES);
/// Bytes that an aggregator may need for a device in an epoch: twice its part of a full chunk, which is about the longest
/// report of any kind.
pub const SEAT_BYTES: u32 = 2 * MAX_CHUNK_BYTES / CHUNK_LEAVES;
/// Bytes of bodies that take a unit of work to copy, to hash and to decode.
pub const BYTES_PER_UNIT: u32 = 4_096;
/// A batch counts as at least this much work for each of its bodies: reading the longest takes as much.
pub const BODY_WORK: WorkUnits = 256;

const _: () = assert!(BODY_WORK >= MAX_BODY_BYTES.div_ceil(BYTES_PER_UNIT));

/// Work that any report takes, whatever it holds.
pub const REPORT_WORK: WorkUnits = 2;

/// Work of reading bodies of so many bytes in sum, whatever they hold; a unit that is begun counts.
pub fn reading_work(bytes: u32) -> WorkUnits {
	bytes.div_ceil(BYTES_PER_UNIT)
}

/// What a batch of so many bodies, and of this declared work, takes of its aggregator's quota. `least` is what the
/// judges' acts for any batch take of the chain.
pub fn quota_of(work: WorkUnits, bodies: usize, least: WorkUnits) -> WorkUnits {
	work.max((bodies.max(1) as u32).saturating_mul(BODY_WORK)).max(least)
}

/// Number of a part of what one aggregator publishes for one network and epoch.
pub type Shard = u8;

/// The result that a judge seals when it has not got what was committed to.
pub fn unavailable() -> H256 {
	blake2_256(b"substation/unavailable/1").into()
}

/// A chunk: the reports of up to 64 devices.
pub type Chunk = BoundedVec<ReportBytes, ConstU32<CHUNK_LEAVES>>;
/// The first eight bytes of each chunk's first device, strictly ascending.
pub type Cuts = BoundedVec<u64, ConstU32<MAX_CHUNKS>>;

/// The first eight bytes of a device's identity, as they are compared.
pub fn prefix(device: &DeviceId) -> u64 {
	let mut bytes = [0; 8];
	bytes.copy_from_slice(&device.as_bytes()[..8]);
	u64::from_be_bytes(bytes)
}

/// What an aggregator commits to, and its publisher key signs.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Terms {
	/// The network reported to.
	pub network: NetworkId,
	/// The epoch reported for.
	pub epoch: EpochIndex,
	/// Who published.
	pub aggregator: AccountId32,
	/// From 0; each shard starts above the range of the one before.
	pub shard: Shard,
	/// Root of the tree of reports.
	pub root: H256,
	/// One for each chunk.
	pub cuts: Cuts,
	/// First eight bytes of the last device: the end of the last chunk's range.
	pub last: u64,
	/// Reports in the batch.
	pub count: u32,
	/// Work that judging them takes, in sum.
	pub work: WorkUnits,
	/// Length of the bodies in bytes, in sum. Bodies of any other length are taken for absent.
	pub bytes: u32,
	/// Hashes of the statements whose data are the bodies, in the order of their chunks.
	pub bodies: BoundedVec<H256, ConstU32<MAX_BODIES>>,
}

impl Terms {
	/// The batch's identity: the hash of everything that is committed to. Two commitments that differ
	/// in anything are two batches, so that a result or a seal for one is never taken for the other's
	/// on another branch.
	pub fn batch_id(&self) -> BatchId {
		self.using_encoded(blake2_256).into()
	}

	/// What the publisher key signs.
	pub fn signing_payload(&self, genesis: &H256) -> Vec<u8> {
		(signing::COMMITMENT, genesis, self).encode()
	}

	/// Chunks in the batch.
	pub fn chunks(&self) -> u32 {
		self.cuts.len() as u32
	}

	/// Whether a device with this prefix may lie in `chunk`.
	pub fn in_range(&self, chunk: u32, prefix: u64) -> bool {
		let start = self.cuts.get(chunk as usize);
		let end = self.cuts.get(chunk.saturating_add(1) as usize);
		start.is_some_and(|start| *start <= prefix)
			&& match end {
				Some(end) => prefix < *end,
				None => prefix <= self.last,
			}
	}

	/// Whether the parts fit each other, as far as that can be seen without the bodies.
	pub fn is_well_formed(&self) -> bool {
		let chunks = self.chunks();
		chunks > 0
			&& self.cuts.windows(2).all(|pair| pair.first() < pair.get(1))
			&& self.cuts.last().is_some_and(|cut| *cut <= self.last)
			&& self.count >= chunks
			&& self.count <= chunks.saturating_mul(CHUNK_LEAVES)
			&& self.work >= self.count.saturating_mul(REPORT_WORK)
			&& self.work <= chunks.saturating_mul(MAX_CHUNK_WORK)
			&& !self.bodies.is_empty()
			&& self.bodies.len() as u32 <= chunks
			// A report takes a byte for its length at the least.
			&& self.bytes >= self.count
			&& self.bytes <= (self.bodies.len() as u32).saturating_mul(MAX_BODY_BYTES)
	}
}

/// The data of one statement: consecutive chunks.
#[derive(Clone, PartialEq, Eq, Debug, Default, Encode, Decode)]
pub struct Body {
	/// Number of the first chunk.
	pub first: u32,
	/// The chunks.
	pub chunks: BoundedVec<Chunk, ConstU32<MAX_CHUNKS>>,
}

/// Root of a chunk's subtree; `chunk` is its number in the batch.
pub fn chunk_root(chunk: u32, reports: &[ReportBytes]) -> H256 {
	let start = chunk.saturating_mul(CHUNK_LEAVES);
	let leaves =
		reports.iter().zip(start..).map(|(report, index)| merkle::leaf(index, report)).collect();
	padded_chunk(leaves)
}

fn padded_chunk(mut leaves: Vec<H256>) -> H256 {
	leaves.resize(CHUNK_LEAVES as usize, merkle::empty());
	merkle::Tree::new(leaves).root()
}

/// The tree over chunks' roots.
pub fn chunks_tree(roots: Vec<H256>) -> merkle::Tree {
	merkle::Tree::padded(roots, merkle::empty_root(CHUNK_DEPTH))
}

/// Puts a batch's chunks together from its bodies. Nothing comes of it if the bodies are not exactly
/// what `terms` commits to, their length included: then what was committed to is not there.
pub fn assemble(terms: &Terms, bodies: &[Vec<u8>]) -> Option<Vec<Chunk>> {
	let bytes: u64 = bodies.iter().map(|body| body.len() as u64).sum();
	if bytes != u64::from(terms.bytes) {
		return None;
	}
	let mut chunks = Vec::with_capacity(terms.cuts.len());
	for bytes in bodies {
		let body = Body::decode_all(&mut &bytes[..]).ok()?;
		if body.first as usize != chunks.len() {
			return None;
		}
		chunks.extend(body.chunks);
	}
	if chunks.len() != terms.cuts.len() {
		return None;
	}
	let roots = chunks.iter().zip(0..).map(|(chunk, i)| chunk_root(i, chunk)).collect();
	(chunks_tree(roots).root() == terms.root).then_some(chunks)
}

/// The outcome for one report, as judges agree on it.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Leaf {
	/// Position in the batch.
	pub index: u32,
	/// Whose report it was; zero if that cannot be read.
	pub device: DeviceId,
	/// Hash of the report's bytes.
	pub report: H256,
	/// What it is worth.
	pub score: Score,
	/// Why it is worth nothing.
	pub fault: Option<Fault>,
	/// The aggregator's part of the payment, in millionths. It is here because claims outlive the
	/// facts.
	pub cut: u32,
}

/// The outcomes of a chunk.
pub type Leaves = BoundedVec<Leaf, ConstU32<CHUNK_LEAVES>>;

/// Root of the tree over a chunk's outcomes.
pub fn score_root(leaves: &[Leaf]) -> H256 {
	padded_chunk(leaves.iter().map(|leaf| merkle::leaf(leaf.index, &leaf.encode())).collect())
}

/// The outcome for one chunk.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Default,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Element {
	/// Root of the tree over the chunk's [`Leaf`]s; zero for a chunk that is worth nothing as a
	/// whole.
	pub score_root: H256,
	/// Scores, in sum.
	pub sum: u64,
	/// Reports.
	pub count: u32,
	/// Work, in sum.
	pub work: WorkUnits,
}

/// A batch's result: an element for each chunk.
pub type Vector = BoundedVec<Element, ConstU32<MAX_CHUNKS>>;

/// The tree over a result's elements.
pub fn vector_tree(elements: &[Element]) -> merkle::Tree {
	merkle::Tree::new(
		elements.iter().zip(0..).map(|(element, i)| merkle::leaf(i, &element.encode())).collect(),
	)
}

/// What a result is sealed under.
pub fn vector_root(elements: &[Element]) -> H256 {
	vector_tree(elements).root()
}

/// A path from an element to the root of its result.
pub type ElementPath = BoundedVec<H256, ConstU32<6>>;

/// A chunk that is claimed for, with what proves its outcome.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct ChunkClaim {
	/// The epoch of the reports.
	pub epoch: EpochIndex,
	/// The batch.
	pub batch: BatchId,
	/// The chunk's number.
	pub chunk: u32,
	/// The chunk's element in the result.
	pub element: Element,
	/// The path from the element to the result's root.
	pub path: ElementPath,
	/// The outcomes of the chunk's reports.
	pub leaves: Leaves,
}

/// A result's sums.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Sums {
	/// Scores.
	pub score: u64,
	/// Reports.
	pub count: u64,
	/// Work.
	pub work: u64,
}

impl Sums {
	/// The exact sums over `elements`. Nothing, if they do not fit: no judge finds such elements.
	pub fn of(elements: &[Element]) -> Option<Self> {
		elements.iter().try_fold(Self::default(), |sums, element| {
			Some(Self {
				score: sums.score.checked_add(element.sum)?,
				count: sums.count.checked_add(element.count.into())?,
				work: sums.work.checked_add(element.work.into())?,
			})
		})
	}

	/// Whether there is more work, or there are more reports, than `work` and `count` declared.
	pub fn exceed(&self, work: WorkUnits, count: u32) -> bool {
		self.work > work.into() || self.count > count.into()
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn report(bytes: &[u8]) -> ReportBytes {
		bytes.to_vec().try_into().unwrap()
	}

	fn terms(chunks: &[Chunk], cuts: &[u64], last: u64) -> Terms {
		let roots = chunks.iter().zip(0..).map(|(chunk, i)| chunk_root(i, chunk)).collect();
		Terms {
			network: 1,
			epoch: 2,
			aggregator: AccountId32::new([3; 32]),
			shard: 0,
			root: chunks_tree(roots).root(),
			cuts: cuts.to_vec().try_into().unwrap(),
			last,
			count: chunks.iter().map(|chunk| chunk.len() as u32).sum(),
			work: 100,
			bytes: 1_000,
			bodies: vec![H256::zero()].try_into().unwrap(),
		}
	}

	fn two_chunks() -> Vec<Chunk> {
		vec![
			vec![report(b"a"), report(b"b")].try_into().unwrap(),
			vec![report(b"c")].try_into().unwrap(),
		]
	}

	fn body(first: u32, chunks: &[Chunk]) -> Vec<u8> {
		Body { first, chunks: chunks.to_vec().try_into().unwrap() }.encode()
	}

	#[test]
	fn a_batch_is_put_together_from_its_bodies_and_from_nothing_else() {
		let chunks = two_chunks();
		let terms = terms(&chunks, &[1, 5], 9);

		let length = |bodies: &[Vec<u8>]| bodies.iter().map(|body| body.len() as u32).sum();
		let exactly = |bodies: &[Vec<u8>]| {
			assemble(&Terms { bytes: length(bodies), ..terms.clone() }, bodies)
		};

		assert_eq!(exactly(&[body(0, &chunks)]), Some(chunks.clone()));
		let two = [body(0, &chunks[..1]), body(1, &chunks[1..])];
		assert_eq!(exactly(&two), Some(chunks.clone()));
		let declared = |bytes| assemble(&Terms { bytes, ..terms.clone() }, &two);
		assert_eq!(declared(length(&two)), Some(chunks.clone()));
		assert_eq!(declared(length(&two) - 1), None, "what is longer than declared is no body");
		assert_eq!(declared(length(&two) + 1), None, "nor is what is shorter");
		let mut swapped = chunks.clone();
		swapped.reverse();
		let mut longer = body(0, &chunks);
		longer.push(0);
		for wrong in [
			vec![],
			vec![body(0, &chunks[..1])],
			vec![body(1, &chunks[1..]), body(0, &chunks[..1])],
			vec![body(0, &swapped)],
			vec![body(0, &chunks), body(2, &chunks[..1])],
			vec![longer],
			vec![vec![0xff; 40]],
		] {
			assert_eq!(exactly(&wrong), None);
		}
	}

	#[test]
	fn a_body_of_nothing_but_lengths_is_refused_before_it_is_unpacked() {
		// A million empty reports would take 24 bytes each once decoded.
		let mut bomb = 0u32.encode();
		codec::Compact(1u32).encode_to(&mut bomb);
		codec::Compact(900_000u32).encode_to(&mut bomb);
		bomb.extend(vec![0; 900_000]);

		assert!(Body::decode_all(&mut &bomb[..]).is_err());
	}

	#[test]
	fn sums_are_exact_or_not_there() {
		let element = |sum| Element { sum, count: 1, work: 2, ..Default::default() };
		let sums = Sums::of(&[element(u64::MAX - 1), element(1)]).unwrap();
		assert_eq!((sums.score, sums.count, sums.work), (u64::MAX, 2, 4));
		assert_eq!(Sums::of(&[element(u64::MAX), element(1)]), None);
		assert!(!sums.exceed(4, 2));
		assert!(sums.exceed(3, 2) && sums.exceed(4, 1));
	}

	#[test]
	fn a_batch_takes_quota_for_whatever_is_dearest() {
		assert_eq!(quota_of(10, 1, 0), BODY_WORK);
		assert_eq!(quota_of(10, 4, 0), 4 * BODY_WORK);
		assert_eq!(quota_of(5_000, 4, 1_300), 5_000);
		assert_eq!(quota_of(10, 4, 1_300), 1_300);
	}

	#[test]
	fn ranges_are_cut_where_the_cuts_say() {
		let terms = terms(&two_chunks(), &[10, 20], 30);

		assert!(terms.is_well_formed());
		for (chunk, inside, outside) in [(0, [10, 19], [9, 20]), (1, [20, 30], [19, 31])] {
			assert!(inside.iter().all(|prefix| terms.in_range(chunk, *prefix)));
			assert!(!outside.iter().any(|prefix| terms.in_range(chunk, *prefix)));
		}
		assert!(!terms.in_range(2, 25));
	}

	#[test]
	fn terms_whose_parts_do_not_fit_are_told_from_those_that_do() {
		let good = terms(&two_chunks(), &[10, 20], 30);
		let with = |change: &dyn Fn(&mut Terms)| {
			let mut terms = good.clone();
			change(&mut terms);
			terms.is_well_formed()
		};

		assert!(with(&|_| ()));
		assert!(!with(&|t| t.cuts = Default::default()));
		assert!(!with(&|t| t.cuts = vec![20, 20].try_into().unwrap()));
		assert!(!with(&|t| t.cuts = vec![20, 10].try_into().unwrap()));
		assert!(with(&|t| t.last = 20));
		assert!(!with(&|t| t.last = 19));
		assert!(!with(&|t| t.count = 1));
		assert!(with(&|t| (t.count, t.work) = (128, 256)));
		assert!(!with(&|t| (t.count, t.work) = (128, 255)));
		assert!(!with(&|t| t.count = 129));
		assert!(with(&|t| t.work = 2 * MAX_CHUNK_WORK));
		assert!(!with(&|t| t.work = 2 * MAX_CHUNK_WORK + 1));
		assert!(with(&|t| t.bytes = 3));
		assert!(!with(&|t| t.bytes = 2));
		assert!(with(&|t| t.bytes = MAX_BODY_BYTES));
		assert!(!with(&|t| t.bytes = MAX_BODY_BYTES + 1));
		assert!(!with(&|t| t.bodies = Default::default()));
		assert!(!with(&|t| t.bodies = vec![H256::zero(); 3].try_into().unwrap()));
	}

	#[test]
	fn a_device_prefix_compares_as_the_identity_does() {
		let mut ids: Vec<DeviceId> = (0u32..500).map(|i| blake2_256(&i.encode()).into()).collect();
		ids.sort();

		assert!(ids.windows(2).all(|pair| prefix(&pair[0]) <= prefix(&pair[1])));
	}
}
