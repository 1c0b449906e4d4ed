//! What an agent keeps on disk, so that a restart neither reports nor claims twice, and so that
//! payments can be claimed and explained after nodes have dropped the bodies.
//!
//! ```text
//! genesis                                the chain that all of it is about
//! second                                 its second block, which another chain of this genesis does not have
//! lock                                   held by the daemon that writes
//! reports/<network>/<epoch>/<device>     a report, as a device made it or an aggregator took it
//! reports/<network>/<epoch>/<device>.ack the aggregator's signature over it
//! reports/<network>/<epoch>/<device>.evidence  what is there of its evidence before it reports
//! batches/<epoch>/packed-<network>       which batches are all of this epoch and network
//! batches/<epoch>/<batch>/terms          what was committed to
//! batches/<epoch>/<batch>/sent           the same, once a commitment to it was sent, or was going to be
//! batches/<epoch>/<batch>/statement-<n>  the signed bodies
//! batches/<epoch>/<batch>/judged         what judges found, chunk by chunk
//! ```
//!
//! All files are SCALE-encoded with a checksum behind, written beside their place and moved there, so that
//! none is ever read half written. One that is damaged all the same is set aside, under its name with
//! `.damaged` behind, and counts as one that is not there: the others are not held up by it.

use std::{
	collections::BTreeMap,
	fs,
	path::{Path, PathBuf},
	sync::{Arc, Mutex, PoisonError},
};

use anyhow::{bail, Context, Result};
use codec::{Decode, DecodeAll, Encode};
use sp_crypto_hashing::twox_64;
use sp_statement_store::Statement;
use substation_primitives::{
	batch::{Element, Leaf, Terms},
	keys::Signature,
	BatchId, DeviceId, EpochIndex, NetworkId, H256,
};
use substation_proofs::JudgedChunk;

use crate::{
	begun::anew,
	durable::{self, behind},
	failure::Failure,
	publish::Published,
};

/// A folder of reports, batches and what came of them.
#[derive(Clone, Debug)]
pub struct Archive {
	pub(crate) folder: PathBuf,
	/// Keeps all others from writing as long as it is open.
	lock: Option<Arc<fs::File>>,
	/// What was set aside and nobody was told of yet.
	damaged: Arc<Mutex<Vec<PathBuf>>>,
}

/// Length of the checksum behind each file's contents.
const CHECKSUM: usize = 8;

/// What judges found for a chunk, as it is kept.
type KeptChunk = (Element, Vec<Leaf>);

impl Archive {
	/// Opens, or makes, the archive of the chain with this genesis in `folder`, for oneself alone. Refused if it is
	/// another chain's, or while another program has it open in this way.
	pub fn open(folder: &Path, genesis: &H256) -> Result<Self> {
		let taken = || {
			Failure::Refused(format!(
				"another daemon writes to {}: end it first, or name another --archive",
				folder.display()
			))
		};
		let file = durable::try_lock(folder)?.ok_or_else(taken)?;
		Self::with(folder, genesis, Some(Arc::new(file)))
	}

	/// Opens, or makes, the archive of the chain with this genesis in `folder`, beside a daemon that may have it open:
	/// to look things up, and to keep what anybody would find.
	pub fn open_beside(folder: &Path, genesis: &H256) -> Result<Self> {
		Self::with(folder, genesis, None)
	}

	fn with(folder: &Path, genesis: &H256, lock: Option<Arc<fs::File>>) -> Result<Self> {
		fs::create_dir_all(folder)
			.with_context(|| format!("{} cannot be made", folder.display()))?;
		let archive = Self { folder: folder.into(), lock, damaged: Default::default() };
		let path = folder.join("genesis");
		if !path.exists() {
			archive.write(&path, &genesis.encode())?;
		}
		match archive.content(&path)?.flatten().map(|bytes| H256::decode_all(&mut &bytes[..])) {
			Some(Ok(known)) if known == *genesis => (),
			Some(Ok(known)) => bail!(
				"{} is the archive of chain {known:?}, not of {genesis:?}: name another folder",
				folder.display()
			),
			// Not set aside: what the archive is about has to be somebody's decision.
			_ => bail!(
				"{} is damaged: remove it if the archive is of this chain, or name another folder",
				path.display()
			),
		}
		Ok(archive)
	}

	/// Refuses the archive of a chain that has ended and began anew from the same genesis; `second` is the hash of its
	/// second block.
	pub fn check_second(&self, second: &H256) -> Result<()> {
		let path = self.folder.join("second");
		match self.read::<H256>(&path)? {
			None => self.write(&path, &second.encode()),
			Some(known) if known == *second => Ok(()),
			Some(known) => {
				let remedy = "Register again, and name another --archive";
				bail!(anew(&self.folder, &known, second, remedy))
			}
		}
	}

	/// What was found damaged since this was asked last, and where it was set aside.
	pub fn take_damaged(&self) -> Vec<PathBuf> {
		std::mem::take(&mut *self.damaged.lock().unwrap_or_else(PoisonError::into_inner))
	}

	pub(crate) fn write(&self, path: &Path, bytes: &[u8]) -> Result<()> {
		durable::replace(path, &[bytes, &twox_64(bytes)])
	}

	/// A file's content, if it is there; nothing in it if it is damaged.
	fn content(&self, path: &Path) -> Result<Option<Option<Vec<u8>>>> {
		match fs::read(path) {
			Ok(mut bytes) => {
				let Some(length) = bytes.len().checked_sub(CHECKSUM) else { return Ok(Some(None)) };
				let checksum = bytes.split_off(length);
				Ok(Some((checksum == twox_64(&bytes)).then_some(bytes)))
			}
			Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
			Err(error) => Err(error).with_context(|| format!("{} cannot be read", path.display())),
		}
	}

	/// Reads a file; sets it aside if it is damaged.
	fn read_bytes(&self, path: &Path) -> Result<Option<Vec<u8>>> {
		let content = self.content(path)?;
		if content == Some(None) {
			self.set_aside(path)?;
		}
		Ok(content.flatten())
	}

	pub(crate) fn read<V: Decode>(&self, path: &Path) -> Result<Option<V>> {
		let Some(bytes) = self.read_bytes(path)? else { return Ok(None) };
		match V::decode_all(&mut &bytes[..]) {
			Ok(value) => Ok(Some(value)),
			Err(_) => {
				self.set_aside(path)?;
				Ok(None)
			}
		}
	}

	/// Moves a file out of the way, if it is there. Who has the archive open beside a daemon leaves that to it.
	fn set_aside(&self, path: &Path) -> Result<()> {
		if self.lock.is_none() {
			return Ok(());
		}
		let aside = behind(path, ".damaged");
		match fs::rename(path, &aside) {
			Ok(()) => {
				self.damaged.lock().unwrap_or_else(PoisonError::into_inner).push(aside);
				Ok(())
			}
			Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
			Err(error) => Err(error).with_context(|| {
				format!("{} is damaged, and cannot be moved: remove it", path.display())
			}),
		}
	}

	fn reports_folder(&self, network: NetworkId, epoch: EpochIndex) -> PathBuf {
		self.folder.join("reports").join(network.to_string()).join(epoch.to_string())
	}

	fn report_path(&self, network: NetworkId, epoch: EpochIndex, device: &DeviceId) -> PathBuf {
		self.reports_folder(network, epoch).join(hex::encode(device))
	}

	/// Keeps a report.
	pub fn put_report(
		&self,
		network: NetworkId,
		epoch: EpochIndex,
		device: &DeviceId,
		report: &[u8],
	) -> Result<()> {
		self.write(&self.report_path(network, epoch, device), &report.encode())
	}

	/// A report that was kept.
	pub fn report(
		&self,
		network: NetworkId,
		epoch: EpochIndex,
		device: &DeviceId,
	) -> Result<Option<Vec<u8>>> {
		self.read(&self.report_path(network, epoch, device))
	}

	/// All reports kept for a network and epoch.
	pub fn reports(
		&self,
		network: NetworkId,
		epoch: EpochIndex,
	) -> Result<BTreeMap<DeviceId, Vec<u8>>> {
		let mut reports = BTreeMap::new();
		for name in names(&self.reports_folder(network, epoch))? {
			let Some(device) = parse_id(&name) else { continue };
			if let Some(report) = self.report(network, epoch, &device)? {
				reports.insert(device, report);
			}
		}
		Ok(reports)
	}

	/// Keeps an aggregator's acknowledgement of a report.
	pub fn put_acknowledgement(
		&self,
		network: NetworkId,
		epoch: EpochIndex,
		device: &DeviceId,
		signature: &Signature,
	) -> Result<()> {
		let path = self.report_path(network, epoch, device).with_extension("ack");
		self.write(&path, &signature.encode())
	}

	/// An aggregator's acknowledgement that was kept.
	pub fn acknowledgement(
		&self,
		network: NetworkId,
		epoch: EpochIndex,
		device: &DeviceId,
	) -> Result<Option<Signature>> {
		self.read(&self.report_path(network, epoch, device).with_extension("ack"))
	}

	/// Keeps what is there already of a device's evidence for an epoch.
	pub fn put_evidence(
		&self,
		network: NetworkId,
		epoch: EpochIndex,
		device: &DeviceId,
		evidence: &impl Encode,
	) -> Result<()> {
		let path = self.report_path(network, epoch, device).with_extension("evidence");
		self.write(&path, &evidence.encode())
	}

	/// What was kept of a device's evidence for an epoch.
	pub fn evidence<E: Decode>(
		&self,
		network: NetworkId,
		epoch: EpochIndex,
		device: &DeviceId,
	) -> Result<Option<E>> {
		self.read(&self.report_path(network, epoch, device).with_extension("evidence"))
	}

	/// Removes the reports of `epoch` and of those before: what was packed lies in batches.
	pub fn remove_reports(&self, network: NetworkId, epoch: EpochIndex) -> Result<()> {
		for name in names(&self.folder.join("reports").join(network.to_string()))? {
			if name.parse::<EpochIndex>().is_ok_and(|old| old <= epoch) {
				fs::remove_dir_all(
					self.folder.join("reports").join(network.to_string()).join(name),
				)?;
			}
		}
		Ok(())
	}

	pub(crate) fn batch_folder(&self, epoch: EpochIndex, batch: &BatchId) -> PathBuf {
		self.folder.join("batches").join(epoch.to_string()).join(hex::encode(batch))
	}

	/// Keeps a batch as it is published.
	pub fn put_batch(&self, published: &Published) -> Result<()> {
		let terms = &published.terms;
		let folder = self.batch_folder(terms.epoch, &terms.batch_id());
		for (number, statement) in published.statements.iter().enumerate() {
			self.write(&statement_path(&folder, number), statement)?;
		}
		// Last: a batch without its terms is not there.
		self.write(&folder.join("terms"), &terms.encode())
	}

	/// A batch as it was published, if nothing of it is damaged.
	pub fn batch(&self, epoch: EpochIndex, batch: &BatchId) -> Result<Option<Published>> {
		let folder = self.batch_folder(epoch, batch);
		let Some(terms) = self.read::<Terms>(&folder.join("terms"))? else { return Ok(None) };
		let statements = (0..terms.bodies.len())
			.map(|number| self.read_bytes(&statement_path(&folder, number)))
			.collect::<Result<Option<_>>>()?;
		Ok(statements.map(|statements| Published { terms, statements }))
	}

	/// Where each statement of an epoch's batches lies: its hash, batch and number.
	pub fn statements(&self, epoch: EpochIndex) -> Result<Vec<(H256, BatchId, usize)>> {
		let mut all = Vec::new();
		for batch in self.batches(epoch)? {
			let path = self.batch_folder(epoch, &batch).join("terms");
			let Some(terms) = self.read::<Terms>(&path)? else { continue };
			let numbered = terms.bodies.iter().enumerate();
			all.extend(numbered.map(|(number, hash)| (*hash, batch, number)));
		}
		Ok(all)
	}

	/// An encoded statement of a batch, if it was kept.
	pub fn statement(
		&self,
		epoch: EpochIndex,
		batch: &BatchId,
		number: usize,
	) -> Result<Option<Vec<u8>>> {
		self.read_bytes(&statement_path(&self.batch_folder(epoch, batch), number))
	}

	/// The bodies of a batch, as they were published.
	pub fn bodies(&self, epoch: EpochIndex, batch: &BatchId) -> Result<Option<Vec<Vec<u8>>>> {
		let Some(published) = self.batch(epoch, batch)? else { return Ok(None) };
		let bodies = published
			.statements
			.iter()
			.map(|bytes| Statement::decode_all(&mut &bytes[..]).ok()?.into_data())
			.collect();
		Ok(bodies)
	}

	/// Batches kept for an epoch.
	pub fn batches(&self, epoch: EpochIndex) -> Result<Vec<BatchId>> {
		let names = names(&self.folder.join("batches").join(epoch.to_string()))?;
		Ok(names.iter().filter_map(|name| parse_id(name)).collect())
	}

	/// Epochs for which batches are kept.
	pub fn epochs(&self) -> Result<Vec<EpochIndex>> {
		let mut epochs: Vec<_> = names(&self.folder.join("batches"))?
			.iter()
			.filter_map(|name| name.parse().ok())
			.collect();
		epochs.sort_unstable();
		Ok(epochs)
	}

	/// Removes what is kept of an epoch: once its claims have ended, nobody asks for it.
	pub fn remove_epoch(&self, epoch: EpochIndex) -> Result<()> {
		match fs::remove_dir_all(self.folder.join("batches").join(epoch.to_string())) {
			Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
			_ => Ok(()),
		}
	}

	/// Keeps what judges found.
	pub fn put_judged(
		&self,
		epoch: EpochIndex,
		batch: &BatchId,
		judged: &[JudgedChunk],
	) -> Result<()> {
		let kept: Vec<KeptChunk> =
			judged.iter().map(|chunk| (chunk.element, chunk.leaves.clone())).collect();
		self.write(&self.batch_folder(epoch, batch).join("judged"), &kept.encode())
	}

	/// What judges found, if it was kept.
	pub fn judged(&self, epoch: EpochIndex, batch: &BatchId) -> Result<Option<Vec<JudgedChunk>>> {
		let kept: Option<Vec<KeptChunk>> =
			self.read(&self.batch_folder(epoch, batch).join("judged"))?;
		Ok(kept.map(|chunks| {
			chunks.into_iter().map(|(element, leaves)| JudgedChunk { element, leaves }).collect()
		}))
	}
}

fn statement_path(folder: &Path, number: usize) -> PathBuf {
	folder.join(format!("statement-{number}"))
}

fn parse_id(name: &str) -> Option<DeviceId> {
	let bytes: [u8; 32] = hex::decode(name).ok()?.try_into().ok()?;
	Some(bytes.into())
}

/// Names in a folder; none if there is no such folder.
fn names(folder: &Path) -> Result<Vec<String>> {
	let entries = match fs::read_dir(folder) {
		Ok(entries) => entries,
		Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
		Err(error) => return Err(error.into()),
	};
	entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
}

#[cfg(test)]
pub(crate) mod tests {
	use super::*;
	use substation_primitives::AccountId32;

	pub(crate) fn archive() -> (tempfile::TempDir, Archive) {
		let folder = tempfile::tempdir().unwrap();
		let archive = Archive::open(folder.path(), &H256::zero()).unwrap();
		(folder, archive)
	}

	pub(crate) fn published() -> Published {
		let mut statement = Statement::new();
		statement.set_plain_data(b"body".to_vec());
		let terms = Terms {
			network: 1,
			epoch: 9,
			aggregator: AccountId32::new([3; 32]),
			shard: 0,
			root: H256::zero(),
			cuts: vec![1].try_into().unwrap(),
			last: 1,
			count: 1,
			work: 2,
			bytes: 4,
			bodies: vec![H256(statement.hash())].try_into().unwrap(),
		};
		Published { terms, statements: vec![statement.encode()] }
	}

	#[test]
	fn reports_are_found_again_without_their_acknowledgements() {
		let (_folder, archive) = archive();
		let device = H256::repeat_byte(7);
		archive.put_report(1, 9, &device, b"report").unwrap();
		archive.put_acknowledgement(1, 9, &device, &[5; 64]).unwrap();

		assert_eq!(archive.reports(1, 9).unwrap(), [(device, b"report".to_vec())].into());
		assert_eq!(archive.acknowledgement(1, 9, &device).unwrap(), Some([5; 64]));
		assert_eq!(archive.report(1, 8, &device).unwrap(), None);
		archive.remove_reports(1, 9).unwrap();
		assert!(archive.reports(1, 9).unwrap().is_empty());
		archive.remove_reports(1, 9).unwrap();
	}

	#[test]
	fn another_chains_archive_is_refused() {
		let (folder, archive) = archive();
		drop(archive);

		assert!(Archive::open(folder.path(), &H256::zero()).is_ok());
		assert!(Archive::open(folder.path(), &H256::repeat_byte(1)).is_err());
		assert!(Archive::open_beside(folder.path(), &H256::repeat_byte(1)).is_err());
	}

	#[test]
	fn the_archive_of_a_chain_that_began_anew_is_refused() {
		let (_folder, archive) = archive();
		archive.check_second(&H256::repeat_byte(1)).unwrap();

		assert!(archive.check_second(&H256::repeat_byte(1)).is_ok());
		let error = archive.check_second(&H256::repeat_byte(2)).unwrap_err();
		assert_eq!(Failure::code_of(&error), 3);
		assert!(error.to_string().contains("begun anew"), "{error}");
	}

	#[test]
	fn one_alone_writes_and_others_may_look() {
		let (folder, archive) = archive();
		let device = H256::repeat_byte(7);
		archive.put_report(1, 9, &device, b"report").unwrap();

		let error = Archive::open(folder.path(), &H256::zero()).unwrap_err();
		assert_eq!(Failure::code_of(&error), 6);
		assert!(error.to_string().contains("another daemon"), "{error}");
		let beside = Archive::open_beside(folder.path(), &H256::zero()).unwrap();
		assert_eq!(beside.report(1, 9, &device).unwrap(), Some(b"report".to_vec()));

		let copy = archive.clone();
		drop(archive);
		assert!(Archive::open(folder.path(), &H256::zero()).is_err());
		drop(copy);
		assert!(Archive::open(folder.path(), &H256::zero()).is_ok());
	}

	#[test]
	fn a_batch_comes_back_as_it_was_with_bodies_and_findings() {
		let (_folder, archive) = archive();
		let published = published();
		let batch = published.terms.batch_id();
		assert!(archive.batch(9, &batch).unwrap().is_none());
		archive.put_batch(&published).unwrap();
		let judged = vec![JudgedChunk {
			element: Element { sum: 5, count: 1, ..Default::default() },
			leaves: vec![],
		}];
		archive.put_judged(9, &batch, &judged).unwrap();

		let read = archive.batch(9, &batch).unwrap().unwrap();
		assert_eq!((read.terms, read.statements), (published.terms, published.statements));
		assert_eq!(archive.bodies(9, &batch).unwrap(), Some(vec![b"body".to_vec()]));
		assert_eq!(archive.judged(9, &batch).unwrap(), Some(judged));
		assert_eq!(
			(archive.epochs().unwrap(), archive.batches(9).unwrap()),
			(vec![9], vec![batch])
		);
		archive.remove_epoch(9).unwrap();
		assert!(archive.epochs().unwrap().is_empty());
	}

	#[test]
	fn a_damaged_report_is_set_aside_and_holds_up_no_other() {
		let (folder, archive) = archive();
		let (one, other) = (H256::repeat_byte(7), H256::repeat_byte(8));
		let kept: BTreeMap<_, _> = [(other, b"other".to_vec())].into();
		// As after a loss of power; cut; flipped; with something behind.
		let whole = {
			archive.put_report(1, 9, &one, b"report").unwrap();
			fs::read(folder.path().join("reports/1/9").join(hex::encode(one))).unwrap()
		};
		let mut flipped = whole.clone();
		flipped[3] ^= 1;
		let longer = [&whole[..], &[0]].concat();
		for damage in [vec![0; 100], vec![], whole[..4].to_vec(), flipped, longer] {
			archive.put_report(1, 9, &one, b"report").unwrap();
			archive.put_report(1, 9, &other, b"other").unwrap();
			let path = folder.path().join("reports/1/9").join(hex::encode(one));
			fs::write(&path, &damage).unwrap();

			assert_eq!(archive.reports(1, 9).unwrap(), kept);
			assert_eq!(archive.take_damaged(), [behind(&path, ".damaged")]);
			assert_eq!(archive.reports(1, 9).unwrap(), kept);
			assert!(archive.take_damaged().is_empty());
		}
		// What was lost can be taken again.
		archive.put_report(1, 9, &one, b"report").unwrap();
		assert_eq!(archive.reports(1, 9).unwrap().len(), 2);
	}

	#[test]
	fn a_statement_is_found_by_its_hash() {
		let (_folder, archive) = archive();
		let one = published();
		let batch = one.terms.batch_id();
		archive.put_batch(&one).unwrap();

		assert_eq!(archive.statements(9).unwrap(), [(one.terms.bodies[0], batch, 0)]);
		assert_eq!(archive.statement(9, &batch, 0).unwrap(), Some(one.statements[0].clone()));
		assert_eq!(archive.statement(9, &batch, 1).unwrap(), None);
		assert!(archive.statements(8).unwrap().is_empty());
	}

	#[test]
	fn what_an_archive_is_about_is_nobodys_to_guess() {
		let (folder, archive) = archive();
		drop(archive);
		fs::write(folder.path().join("genesis"), [0; 40]).unwrap();

		let error = Archive::open(folder.path(), &H256::zero()).unwrap_err().to_string();
		assert!(error.contains("damaged"), "{error}");
	}
}
