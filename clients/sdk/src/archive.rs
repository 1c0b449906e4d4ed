//! What an agent keeps on disk, so that a restart neither reports nor claims twice, and so that
//! payments can be claimed and explained after nodes have dropped the bodies.
//!
//! ```text
//! genesis                                the chain that all of it is about
//! reports/<network>/<epoch>/<device>     a report, as a device made it or an aggregator took it
//! reports/<network>/<epoch>/<device>.ack the aggregator's signature over it
//! batches/<epoch>/packed-<network>       all batches of this epoch and network are here
//! batches/<epoch>/<batch>/terms          what was committed to
//! batches/<epoch>/<batch>/statement-<n>  the signed bodies
//! batches/<epoch>/<batch>/judged         what judges found, chunk by chunk
//! ```
//!
//! All files are SCALE-encoded, written beside their place and moved there, so that none is ever read
//! half written.

use std::{
	collections::BTreeMap,
	fs,
	io::Write,
	path::{Path, PathBuf},
};

use anyhow::{bail, Context, Result};
use codec::{Decode, DecodeAll, Encode};
use sp_statement_store::Statement;
use substation_primitives::{
	batch::{Element, Leaf, Terms},
	keys::Signature,
	BatchId, DeviceId, EpochIndex, NetworkId, H256,
};
use substation_proofs::JudgedChunk;

use crate::publish::Published;

/// A folder of reports, batches and what came of them.
#[derive(Clone, Debug)]
pub struct Archive(PathBuf);

/// What judges found for a chunk, as it is kept.
type KeptChunk = (Element, Vec<Leaf>);

impl Archive {
	/// Opens, or makes, the archive of the chain with this genesis in `folder`; refused if it is
	/// another chain's.
	pub fn open(folder: &Path, genesis: &H256) -> Result<Self> {
		fs::create_dir_all(folder)
			.with_context(|| format!("{} cannot be made", folder.display()))?;
		let archive = Self(folder.into());
		let path = folder.join("genesis");
		match archive.read::<H256>(&path)? {
			None => archive.write(&path, &genesis.encode())?,
			Some(known) if known == *genesis => (),
			Some(known) => bail!(
				"{} is the archive of chain {known:?}, not of {genesis:?}: name another folder",
				folder.display()
			),
		}
		Ok(archive)
	}

	fn write(&self, path: &Path, bytes: &[u8]) -> Result<()> {
		if let Some(folder) = path.parent() {
			fs::create_dir_all(folder)?;
		}
		let beside = path.with_extension("new");
		let mut file = fs::File::create(&beside)?;
		file.write_all(bytes)?;
		file.sync_all()?;
		fs::rename(&beside, path)
			.with_context(|| format!("{} cannot be written", path.display()))?;
		// The name, too, has to outlive a loss of power.
		if let Some(folder) = path.parent() {
			fs::File::open(folder)?.sync_all()?;
		}
		Ok(())
	}

	fn read<V: Decode>(&self, path: &Path) -> Result<Option<V>> {
		match fs::read(path) {
			Ok(bytes) => Ok(Some(
				V::decode_all(&mut &bytes[..])
					.with_context(|| format!("{} is damaged: remove it", path.display()))?,
			)),
			Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
			Err(error) => Err(error).with_context(|| format!("{} cannot be read", path.display())),
		}
	}

	fn reports_folder(&self, network: NetworkId, epoch: EpochIndex) -> PathBuf {
		self.0.join("reports").join(network.to_string()).join(epoch.to_string())
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

	/// Removes the reports of `epoch` and of those before: what was packed lies in batches.
	pub fn remove_reports(&self, network: NetworkId, epoch: EpochIndex) -> Result<()> {
		for name in names(&self.0.join("reports").join(network.to_string()))? {
			if name.parse::<EpochIndex>().is_ok_and(|old| old <= epoch) {
				fs::remove_dir_all(self.0.join("reports").join(network.to_string()).join(name))?;
			}
		}
		Ok(())
	}

	fn packed_path(&self, network: NetworkId, epoch: EpochIndex) -> PathBuf {
		self.0.join("batches").join(epoch.to_string()).join(format!("packed-{network}"))
	}

	/// Keeps all batches of an epoch in a network. Until the last of them is kept, none counts: what
	/// an interrupted call has left is removed.
	pub fn put_packed(
		&self,
		network: NetworkId,
		epoch: EpochIndex,
		batches: &[Published],
	) -> Result<()> {
		for batch in self.batches(epoch)? {
			let left = self.batch(epoch, &batch)?;
			if left.is_none_or(|left| left.terms.network == network) {
				fs::remove_dir_all(self.batch_folder(epoch, &batch))?;
			}
		}
		for published in batches {
			self.put_batch(published)?;
		}
		self.write(&self.packed_path(network, epoch), &[])
	}

	/// All batches of an epoch in a network in the order of their shards, if they were kept.
	pub fn packed(&self, network: NetworkId, epoch: EpochIndex) -> Result<Option<Vec<Published>>> {
		if !self.packed_path(network, epoch).exists() {
			return Ok(None);
		}
		let mut kept = Vec::new();
		for batch in self.batches(epoch)? {
			kept.extend(self.batch(epoch, &batch)?.filter(|one| one.terms.network == network));
		}
		kept.sort_by_key(|published| published.terms.shard);
		Ok(Some(kept))
	}

	fn batch_folder(&self, epoch: EpochIndex, batch: &BatchId) -> PathBuf {
		self.0.join("batches").join(epoch.to_string()).join(hex::encode(batch))
	}

	/// Keeps a batch as it is published.
	pub fn put_batch(&self, published: &Published) -> Result<()> {
		let terms = &published.terms;
		let folder = self.batch_folder(terms.epoch, &terms.batch_id());
		for (number, statement) in published.statements.iter().enumerate() {
			self.write(&folder.join(format!("statement-{number}")), statement)?;
		}
		// Last: a batch without its terms is not there.
		self.write(&folder.join("terms"), &terms.encode())
	}

	/// A batch as it was published.
	pub fn batch(&self, epoch: EpochIndex, batch: &BatchId) -> Result<Option<Published>> {
		let folder = self.batch_folder(epoch, batch);
		let Some(terms) = self.read::<Terms>(&folder.join("terms"))? else { return Ok(None) };
		let statements = (0..terms.bodies.len())
			.map(|number| {
				let path = folder.join(format!("statement-{number}"));
				fs::read(&path).with_context(|| format!("{} cannot be read", path.display()))
			})
			.collect::<Result<_>>()?;
		Ok(Some(Published { terms, statements }))
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
		let names = names(&self.0.join("batches").join(epoch.to_string()))?;
		Ok(names.iter().filter_map(|name| parse_id(name)).collect())
	}

	/// Epochs for which batches are kept.
	pub fn epochs(&self) -> Result<Vec<EpochIndex>> {
		let mut epochs: Vec<_> =
			names(&self.0.join("batches"))?.iter().filter_map(|name| name.parse().ok()).collect();
		epochs.sort_unstable();
		Ok(epochs)
	}

	/// Removes what is kept of an epoch: once its claims have ended, nobody asks for it.
	pub fn remove_epoch(&self, epoch: EpochIndex) -> Result<()> {
		match fs::remove_dir_all(self.0.join("batches").join(epoch.to_string())) {
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
mod tests {
	use super::*;
	use substation_primitives::AccountId32;

	fn archive() -> (tempfile::TempDir, Archive) {
		let folder = tempfile::tempdir().unwrap();
		let archive = Archive::open(folder.path(), &H256::zero()).unwrap();
		(folder, archive)
	}

	fn published() -> Published {
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
		let (folder, _archive) = archive();

		assert!(Archive::open(folder.path(), &H256::zero()).is_ok());
		assert!(Archive::open(folder.path(), &H256::repeat_byte(1)).is_err());
	}

	#[test]
	fn batches_of_a_packing_that_was_interrupted_do_not_count() {
		let (_folder, archive) = archive();
		let mut left = published();
		left.terms.shard = 3;
		archive.put_batch(&left).unwrap();
		assert!(archive.packed(1, 9).unwrap().is_none());

		let one = published();
		archive.put_packed(1, 9, std::slice::from_ref(&one)).unwrap();

		let kept = archive.packed(1, 9).unwrap().unwrap();
		assert_eq!(kept.len(), 1);
		assert_eq!(kept[0].terms, one.terms);
		assert!(archive.packed(2, 9).unwrap().is_none());
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
	fn a_damaged_file_is_named() {
		let (folder, archive) = archive();
		let device = H256::repeat_byte(7);
		archive.put_report(1, 9, &device, b"report").unwrap();
		let path = folder.path().join("reports/1/9").join(hex::encode(device));
		fs::write(&path, [0xff; 3]).unwrap();

		let error = archive.report(1, 9, &device).unwrap_err().to_string();
		assert!(error.contains("damaged"), "{error}");
	}
}
