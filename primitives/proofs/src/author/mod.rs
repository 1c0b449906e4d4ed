//! Making evidence: what a device signs, and how an aggregator packs it. For agents and tests.

mod bandwidth;
mod coverage;
mod mapping;
mod presence;
mod sensing;

use std::collections::BTreeMap;

use codec::Encode;
use sp_core::{ed25519, sr25519, Pair};
use substation_primitives::{
	batch::{
		self, Body, Chunk, Shard, Terms, CHUNK_LEAVES, MAX_BODIES, MAX_BODY_BYTES, MAX_CHUNKS,
		MAX_CHUNK_BYTES, MAX_CHUNK_WORK,
	},
	keys::{ReportKey, Signature},
	report::{Report, ReportBytes},
	signing::ReportContext,
	DeviceId, HardwareKey, WorkUnits, H256,
};

pub use bandwidth::share_of;
pub use coverage::{exchange, Reception, Transmission};
pub use mapping::{track, Position};
pub use presence::presence;
pub use sensing::{sample, sensing, typical};

use crate::{work_of, Policy};

/// A device's key pair.
#[derive(Clone)]
pub enum DevicePair {
	/// Ed25519.
	Ed25519(ed25519::Pair),
	/// Sr25519.
	Sr25519(sr25519::Pair),
}

impl DevicePair {
	/// An Ed25519 pair from a 32-byte seed.
	pub fn from_seed(seed: &[u8; 32]) -> Self {
		Self::Ed25519(ed25519::Pair::from_seed(seed))
	}

	/// The public half.
	pub fn public(&self) -> ReportKey {
		match self {
			Self::Ed25519(pair) => ReportKey::Ed25519(pair.public()),
			Self::Sr25519(pair) => ReportKey::Sr25519(pair.public()),
		}
	}

	/// The identity of the device whose first key this is.
	pub fn device_id(&self) -> DeviceId {
		HardwareKey::from(self.public()).device_id()
	}

	/// Signs `message`.
	pub fn sign(&self, message: &[u8]) -> Signature {
		match self {
			Self::Ed25519(pair) => pair.sign(message).0,
			Self::Sr25519(pair) => pair.sign(message).0,
		}
	}

	/// A report with `evidence`, encoded.
	pub fn report(
		&self,
		context: &ReportContext,
		device: &DeviceId,
		evidence: &impl Encode,
	) -> Vec<u8> {
		self.report_of(context, device, evidence.encode())
	}

	/// A report with evidence that is encoded already.
	pub fn report_of(
		&self,
		context: &ReportContext,
		device: &DeviceId,
		evidence: Vec<u8>,
	) -> Vec<u8> {
		let signature = self.sign(&context.report(device, &evidence));
		Report { device: *device, signature, evidence }.encode()
	}
}

/// A batch ready to be published. The statements' hashes are not in the terms yet: they follow from
/// how the bodies are signed.
#[derive(Clone, Debug)]
pub struct Packed {
	/// What to commit to.
	pub terms: Terms,
	/// The bodies, encoded.
	pub bodies: Vec<Vec<u8>>,
	/// The chunks.
	pub chunks: Vec<Chunk>,
}

/// Packs reports into as few batches as they fit. One report per device: that is what the map is
/// keyed by. Reports that no chunk can hold are left out.
pub fn pack(
	context: &ReportContext,
	policy: &Policy,
	reports: &BTreeMap<DeviceId, Vec<u8>>,
) -> Vec<Packed> {
	let mut chunks: Vec<(Vec<(DeviceId, ReportBytes)>, u64, WorkUnits)> = Vec::new();
	for (device, bytes) in reports {
		let work = work_of(policy, bytes);
		let Ok(bytes) = ReportBytes::try_from(bytes.clone()) else { continue };
		if work > MAX_CHUNK_WORK {
			continue;
		}
		let length = bytes.len() as u64;
		let prefix = batch::prefix(device);
		let fits = chunks.last().is_some_and(|(reports, bytes, sum)| {
			reports.len() < CHUNK_LEAVES as usize
				&& bytes + length <= MAX_CHUNK_BYTES.into()
				&& sum + work <= MAX_CHUNK_WORK
		});
		if fits {
			if let Some((reports, sum, total)) = chunks.last_mut() {
				reports.push((*device, bytes));
				*sum += length;
				*total += work;
			}
			continue;
		}
		// A cut cannot part devices whose identities share their first eight bytes.
		let parts = chunks
			.last()
			.and_then(|(reports, ..)| reports.last())
			.is_some_and(|(before, _)| batch::prefix(before) == prefix);
		if !parts {
			chunks.push((vec![(*device, bytes)], length, work));
		}
	}

	let mut batches = Vec::new();
	let mut rest = &chunks[..];
	while !rest.is_empty() && batches.len() <= usize::from(Shard::MAX) {
		let (taken, bodies) = bodies_of(rest);
		let (now, later) = rest.split_at(taken);
		rest = later;
		let chunks: Vec<Chunk> = now
			.iter()
			.map(|(reports, ..)| {
				let reports: Vec<_> = reports.iter().map(|(_, bytes)| bytes.clone()).collect();
				Chunk::truncate_from(reports)
			})
			.collect();
		let roots = (0..).zip(&chunks).map(|(i, chunk)| batch::chunk_root(i, chunk)).collect();
		let first = |chunk: &[(DeviceId, ReportBytes)]| {
			chunk.first().map_or(0, |(device, _)| batch::prefix(device))
		};
		let last = now
			.last()
			.and_then(|(reports, ..)| reports.last())
			.map_or(0, |(device, _)| batch::prefix(device));
		let terms = Terms {
			network: context.network,
			epoch: context.epoch,
			aggregator: context.aggregator.clone(),
			shard: batches.len() as Shard,
			root: batch::chunks_tree(roots).root(),
			cuts: batch::Cuts::truncate_from(
				now.iter().map(|(reports, ..)| first(reports)).collect(),
			),
			last,
			count: now.iter().map(|(reports, ..)| reports.len() as u32).sum(),
			work: now.iter().map(|(.., work)| work).sum(),
			bytes: bodies.iter().map(|body| body.len() as u32).sum(),
			bodies: Default::default(),
		};
		batches.push(Packed { terms, bodies, chunks });
	}
	batches
}

/// How many of `chunks` fit into one batch's bodies, and those bodies.
fn bodies_of(chunks: &[(Vec<(DeviceId, ReportBytes)>, u64, WorkUnits)]) -> (usize, Vec<Vec<u8>>) {
	// Lengths of chunks and of reports take at most so many bytes each.
	const OVERHEAD: u64 = 5;
	let mut bodies: Vec<Body> = Vec::new();
	let mut size = 0;
	let mut taken = 0;
	for (reports, bytes, _) in chunks.iter().take(MAX_CHUNKS as usize) {
		let length = bytes + OVERHEAD * (reports.len() as u64 + 1);
		let full = bodies.is_empty() || size + length + 2 * OVERHEAD > MAX_BODY_BYTES.into();
		if full {
			if bodies.len() == MAX_BODIES as usize {
				break;
			}
			bodies.push(Body { first: taken as u32, chunks: Default::default() });
			size = 0;
		}
		let reports: Vec<_> = reports.iter().map(|(_, bytes)| bytes.clone()).collect();
		if let Some(body) = bodies.last_mut() {
			let _ = body.chunks.try_push(Chunk::truncate_from(reports));
		}
		size += length;
		taken += 1;
	}
	(taken, bodies.iter().map(Encode::encode).collect())
}

/// A context for tests and benchmarks that need no chain.
pub fn example_context() -> ReportContext {
	ReportContext {
		genesis: H256::repeat_byte(1),
		network: 1,
		epoch: 7,
		aggregator: substation_primitives::AccountId32::new([2; 32]),
		entropy: H256::repeat_byte(3),
	}
}
