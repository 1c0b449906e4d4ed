//! Packings: which batches an epoch of a network was packed in, which of them are still whole, and which may be packed
//! anew.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result};
use codec::Encode;
use substation_primitives::{batch::Terms, BatchId, EpochIndex, NetworkId};

use crate::{archive::Archive, publish::Published};

/// A batch of a packing, as far as it is kept.
#[derive(Clone, Debug, Default)]
pub struct Kept {
	/// With its bodies, if nothing of it is damaged.
	pub whole: Option<Published>,
	/// What was committed to, if a commitment to it was sent. Nodes had its bodies then, so that it can be committed to
	/// again whatever has become of the bodies here.
	pub sent: Option<Terms>,
}

impl Kept {
	/// What is to be committed to; nothing if that is lost.
	pub fn terms(&self) -> Option<&Terms> {
		self.whole.as_ref().map(|one| &one.terms).or(self.sent.as_ref())
	}
}

/// The batches of an epoch in a network, in the order of their shards.
#[derive(Clone, Debug, Default)]
pub struct Packing {
	/// One for each shard.
	pub batches: Vec<Kept>,
	/// Whether they are all that were packed.
	pub is_complete: bool,
}

impl Packing {
	/// The first shard that has to be packed anew, with all behind it, if the chain has `on_chain` of them already:
	/// nothing behind one that is lost can be committed to without it. None where nothing is lost, and where one behind
	/// it was sent: what is on its way is not packed twice.
	pub fn first_lost(&self, on_chain: usize) -> Option<usize> {
		let mut shards = self.batches.iter().enumerate().skip(on_chain);
		let lost = shards.find(|(_, kept)| kept.terms().is_none()).map(|(shard, _)| shard);
		let behind = (!self.is_complete).then_some(self.batches.len().max(on_chain));
		let first = lost.or(behind)?;
		let mut rest = self.batches.iter().skip(first);
		rest.all(|kept| kept.sent.is_none()).then_some(first)
	}
}

impl Archive {
	fn packed_path(&self, network: NetworkId, epoch: EpochIndex) -> PathBuf {
		self.folder.join("batches").join(epoch.to_string()).join(format!("packed-{network}"))
	}

	/// Keeps batches of an epoch in a network, in the order of their shards, behind those whose identities come `before`
	/// them. Until the last of them is kept, none counts. No batch is removed: the chain may have it.
	pub fn put_packed(
		&self,
		network: NetworkId,
		epoch: EpochIndex,
		before: &[BatchId],
		batches: &[Published],
	) -> Result<()> {
		for published in batches {
			self.put_batch(published)?;
		}
		let new = batches.iter().map(|one| one.terms.batch_id());
		let ids: Vec<BatchId> = before.iter().copied().chain(new).collect();
		self.write(&self.packed_path(network, epoch), &ids.encode())
	}

	/// The batches of an epoch in a network as they were packed. Where the list of them is lost, those that were sent, each
	/// in its shard's place.
	pub fn packed(&self, network: NetworkId, epoch: EpochIndex) -> Result<Packing> {
		let ids: Option<Vec<BatchId>> = self.read(&self.packed_path(network, epoch))?;
		if let Some(ids) = ids {
			let batches = ids.iter().map(|batch| self.kept(epoch, batch)).collect::<Result<_>>()?;
			return Ok(Packing { batches, is_complete: true });
		}
		let mut batches = Vec::new();
		for batch in self.batches(epoch)? {
			let kept = self.kept(epoch, &batch)?;
			let Some(terms) = kept.sent.as_ref().filter(|terms| terms.network == network) else {
				continue;
			};
			let shard = usize::from(terms.shard);
			if batches.len() <= shard {
				batches.resize_with(shard.saturating_add(1), Kept::default);
			}
			batches[shard] = kept;
		}
		Ok(Packing { batches, is_complete: false })
	}

	fn kept(&self, epoch: EpochIndex, batch: &BatchId) -> Result<Kept> {
		let whole = self.batch(epoch, batch)?;
		Ok(Kept { whole, sent: self.sent(epoch, batch)? })
	}

	fn sent_path(&self, epoch: EpochIndex, batch: &BatchId) -> PathBuf {
		self.batch_folder(epoch, batch).join("sent")
	}

	/// Notes that a commitment to `terms` is going to be sent, once nodes have the bodies.
	pub fn note_sent(&self, terms: &Terms) -> Result<()> {
		self.write(&self.sent_path(terms.epoch, &terms.batch_id()), &terms.encode())
	}

	/// Notes that the chain has refused a commitment that was sent.
	pub fn note_refused(&self, terms: &Terms) -> Result<()> {
		let path = self.sent_path(terms.epoch, &terms.batch_id());
		match fs::remove_file(&path) {
			Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
				Err(error).with_context(|| format!("{} cannot be removed", path.display()))
			}
			_ => Ok(()),
		}
	}

	/// What a commitment that may have been sent says.
	pub fn sent(&self, epoch: EpochIndex, batch: &BatchId) -> Result<Option<Terms>> {
		self.read(&self.sent_path(epoch, batch))
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::archive::tests::{archive, published};

	fn shards(number: u8) -> Vec<Published> {
		let one = |shard| {
			let mut one = published();
			one.terms.shard = shard;
			one
		};
		(0..number).map(one).collect()
	}

	fn whole(packing: &Packing) -> Vec<Terms> {
		let whole = packing.batches.iter().filter_map(|kept| kept.whole.as_ref());
		whole.map(|one| one.terms.clone()).collect()
	}

	fn damage(folder: &tempfile::TempDir, published: &Published, file: &str) {
		let folder = folder.path().join("batches/9").join(hex::encode(published.terms.batch_id()));
		fs::write(folder.join(file), [0; 100]).unwrap();
	}

	#[test]
	fn batches_of_a_packing_that_was_interrupted_do_not_count() {
		let (_folder, archive) = archive();
		archive.put_batch(&shards(4)[3]).unwrap();
		let packing = archive.packed(1, 9).unwrap();
		assert_eq!((packing.batches.len(), packing.is_complete), (0, false));
		assert_eq!(packing.first_lost(0), Some(0));

		let one = published();
		archive.put_packed(1, 9, &[], std::slice::from_ref(&one)).unwrap();

		let packing = archive.packed(1, 9).unwrap();
		assert_eq!((packing.is_complete, packing.first_lost(0)), (true, None));
		assert_eq!(whole(&packing), [one.terms]);
		assert!(!archive.packed(2, 9).unwrap().is_complete);
	}

	#[test]
	fn a_damaged_batch_is_packed_anew_if_the_chain_does_not_have_it() {
		let (folder, archive) = archive();
		let batches = shards(4);
		archive.put_packed(1, 9, &[], &batches).unwrap();
		damage(&folder, &batches[0], "statement-0");
		damage(&folder, &batches[2], "terms");

		let packing = archive.packed(1, 9).unwrap();
		assert_eq!(archive.take_damaged().len(), 2);
		assert_eq!(packing.batches.len(), 4);
		let first: Vec<_> = (0..=4).map(|on_chain| packing.first_lost(on_chain)).collect();
		assert_eq!(first, [Some(0), Some(2), Some(2), None, None]);
		assert_eq!(whole(&packing), [batches[1].terms.clone(), batches[3].terms.clone()]);
		let batch = batches[0].terms.batch_id();
		assert_eq!(archive.bodies(9, &batch).unwrap(), None);
		damage(&folder, &batches[0], "judged");
		assert_eq!(archive.judged(9, &batch).unwrap(), None);

		// Packed anew from the third on, those before are listed as they were.
		let mut anew = batches[2].clone();
		anew.terms.count = 2;
		let before: Vec<_> = batches[..2].iter().map(|one| one.terms.batch_id()).collect();
		archive.put_packed(1, 9, &before, std::slice::from_ref(&anew)).unwrap();
		let packing = archive.packed(1, 9).unwrap();
		assert_eq!((packing.batches.len(), packing.first_lost(1)), (3, None));
		assert_eq!(whole(&packing), [batches[1].terms.clone(), anew.terms]);
		// What was packed before may be on the chain all the same.
		assert!(archive.batch(9, &batches[3].terms.batch_id()).unwrap().is_some());
	}

	#[test]
	fn what_was_sent_is_committed_to_again_though_it_is_damaged_and_packed_anew_once_it_is_refused()
	{
		let (folder, archive) = archive();
		let batches = shards(3);
		archive.put_packed(1, 9, &[], &batches).unwrap();
		archive.note_sent(&batches[0].terms).unwrap();
		archive.note_sent(&batches[1].terms).unwrap();
		damage(&folder, &batches[1], "statement-0");
		damage(&folder, &batches[1], "terms");

		let packing = archive.packed(1, 9).unwrap();
		assert_eq!(packing.first_lost(0), None);
		assert!(packing.batches[1].whole.is_none());
		assert_eq!(packing.batches[1].terms(), Some(&batches[1].terms));

		archive.note_refused(&batches[1].terms).unwrap();
		archive.note_refused(&batches[1].terms).unwrap();
		assert_eq!(archive.packed(1, 9).unwrap().first_lost(0), Some(1));
		// Nothing of what is on its way is packed twice.
		archive.note_sent(&batches[2].terms).unwrap();
		assert_eq!(archive.packed(1, 9).unwrap().first_lost(0), None);
	}

	#[test]
	fn where_the_list_is_lost_what_was_sent_counts_in_its_shards_place() {
		let (folder, archive) = archive();
		let batches = shards(4);
		let mut elsewhere = published();
		elsewhere.terms.network = 2;
		archive.put_packed(1, 9, &[], &batches).unwrap();
		archive.put_packed(2, 9, &[], std::slice::from_ref(&elsewhere)).unwrap();
		for sent in [&batches[0], &batches[2], &elsewhere] {
			let batch = sent.terms.batch_id();
			assert!(archive.sent(9, &batch).unwrap().is_none());
			archive.note_sent(&sent.terms).unwrap();
			assert_eq!(archive.sent(9, &batch).unwrap().as_ref(), Some(&sent.terms));
		}
		fs::write(folder.path().join("batches/9/packed-1"), [0; 9]).unwrap();
		damage(&folder, &batches[2], "terms");

		let packing = archive.packed(1, 9).unwrap();
		assert!(!packing.is_complete);
		let terms: Vec<_> = packing.batches.iter().map(|kept| kept.terms().cloned()).collect();
		let sent = |shard: usize| Some(batches[shard].terms.clone());
		assert_eq!(terms, [sent(0), None, sent(2)]);
		// What the third needs is on the chain, or it waits.
		let lost = [0, 2, 3].map(|on_chain| packing.first_lost(on_chain));
		assert_eq!(lost, [None, Some(3), Some(3)]);
		assert_eq!(whole(&archive.packed(2, 9).unwrap()), [elsewhere.terms]);
	}
}
