//! A device in a network that pays for mapping: what its receiver and its camera have left in folders becomes the report of a period.

use std::{
	fs,
	path::{Path, PathBuf},
	sync::{Mutex, PoisonError},
	time::{Duration, Instant, UNIX_EPOCH},
};

use anyhow::{Context, Result};
use codec::Encode;
use sp_crypto_hashing::blake2_256;
use substation_primitives::{merkle, signing::ReportContext, EpochIndex, H256};
use substation_proofs::{
	author::track,
	mapping::{Evidence, Policy},
};
use substation_sdk::{failure::Failure, mapping::period};

use super::source::{Made, Own};
use crate::{
	output::Output,
	rides::{files, Private, Ride, Trim},
};

/// Seconds between two points of a track at the least: nearer ones are noise.
const SPACING: u64 = 5;
/// How long files that had nothing to tell are let be.
const AGAIN: Duration = Duration::from_secs(5);
/// Images of a period that are looked at.
const MOST_IMAGES: usize = u16::MAX as usize;

/// Where a device that maps finds what it has seen.
#[derive(Clone, Debug, clap::Args)]
pub struct RidesOptions {
	/// The folder, or the file, with where the device was, where the network pays for mapping: GPX tracks, logs of an NMEA receiver, or tables of positions.
	#[arg(long, value_name = "PATH")]
	pub rides: Option<PathBuf>,
	/// The folder with the images that it has taken. Each belongs to the period in which it was written last.
	#[arg(long, value_name = "FOLDER")]
	pub images: Option<PathBuf>,
	/// Metres around the beginning and the end of each drive that nobody is told of.
	#[arg(long, value_name = "METRES", default_value_t = 500)]
	pub trim: u32,
	/// A circle in which nothing is told, `LATITUDE,LONGITUDE,METRES`. May be given more than once.
	#[arg(long, value_name = "ZONE", allow_hyphen_values = true)]
	pub private: Vec<Private>,
}

/// A device that maps.
pub(super) struct Driver {
	own: Own,
	rides: PathBuf,
	images: Option<PathBuf>,
	trim: Trim,
	output: Output,
	/// When files were read last, and for which epoch.
	read: Mutex<Option<(EpochIndex, Instant)>>,
}

impl Driver {
	/// A device whose files are where `options` say.
	pub(super) fn new(own: Own, options: &RidesOptions, output: Output) -> Result<Self> {
		let rides = options.rides.clone().ok_or_else(|| {
			Failure::Arguments(format!(
				"network {} pays for mapping: say where the device was, with --rides PATH",
				own.network
			))
		})?;
		// What is no folder and no file is told now.
		files(&rides)?;
		if let Some(images) = options.images.as_ref().filter(|images| !images.is_dir()) {
			let text = format!("{} is no folder", images.display());
			return Err(Failure::Arguments(text).into());
		}
		let trim = Trim { ends: options.trim, private: options.private.clone() };
		output.say(format!(
			"all that is reported can be seen by everybody: the device's way, without the first and the last {} metres of each drive and {} private zones",
			trim.ends,
			trim.private.len()
		));
		Ok(Self {
			own,
			rides,
			images: options.images.clone(),
			trim,
			output,
			read: Default::default(),
		})
	}

	/// What it has to tell in a report for this epoch.
	pub(super) async fn evidence(&self, context: &ReportContext, policy: &Policy) -> Result<Made> {
		let epoch = context.epoch;
		if !self.is_time(epoch) {
			return Ok(Made::Later(None));
		}
		let Some(period) = period(&self.own.chain, policy, epoch).await? else {
			let text = format!("epoch {epoch}: the chain does not know yet when its period was");
			return Ok(Made::Later(Some(text)));
		};
		let all = Ride::read_all(&self.rides, |reason| self.output.say(reason))?;
		let told = self.trim.told(&all.positions);
		let seen = all.positions.iter().filter(|position| period.contains(&position.at)).count();
		let Some(track) = track(&told, &period, SPACING) else {
			let text = format!(
				"epoch {epoch}: nothing to tell of its period: {seen} positions, and less than two of them to be told"
			);
			return Ok(Made::Later(Some(text)));
		};
		let (frames, images) = match &self.images {
			Some(folder) => images(folder, &period)?,
			None => (0, H256::zero()),
		};
		self.output.say(format!(
			"epoch {epoch}: {seen} positions become {} steps, beside {frames} images",
			track.steps.len()
		));
		Ok(Made::Now(Evidence { frames, images, ..track }.encode()))
	}
}

impl Driver {
	/// Whether files are to be read, for the first time in this epoch or again.
	fn is_time(&self, epoch: EpochIndex) -> bool {
		let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
		let waits = read.is_some_and(|(of, at)| of == epoch && at.elapsed() < AGAIN);
		if !waits {
			*read = Some((epoch, Instant::now()));
		}
		!waits
	}
}

/// How many images of a folder were written in a period, and the root of the tree over their hashes, in the order of their names; zero without any.
fn images(folder: &Path, period: &std::ops::Range<u64>) -> Result<(u16, H256)> {
	let within = |path: &PathBuf| {
		let written = fs::metadata(path).and_then(|metadata| metadata.modified()).ok();
		let since = written.and_then(|written| written.duration_since(UNIX_EPOCH).ok());
		since.is_some_and(|since| period.contains(&(since.as_millis() as u64)))
	};
	let paths = files(folder)?.into_iter().filter(within).take(MOST_IMAGES);
	let mut leaves = Vec::new();
	for (index, path) in (0u32..).zip(paths) {
		let bytes =
			fs::read(&path).with_context(|| format!("{} cannot be read", path.display()))?;
		leaves.push(merkle::leaf(index, &blake2_256(&bytes)));
	}
	if leaves.is_empty() {
		return Ok((0, H256::zero()));
	}
	let count = u16::try_from(leaves.len()).unwrap_or(u16::MAX);
	Ok((count, merkle::Tree::new(leaves).root()))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn images_of_a_period_are_counted_and_hashed_in_the_order_of_their_names() {
		let folder = tempfile::tempdir().unwrap();
		assert_eq!(images(folder.path(), &(0..u64::MAX)).unwrap(), (0, H256::zero()));
		fs::write(folder.path().join("b.jpg"), b"second").unwrap();
		fs::write(folder.path().join("a.jpg"), b"first").unwrap();
		let (count, root) = images(folder.path(), &(0..u64::MAX)).unwrap();
		let leaf = |index, bytes: &[u8]| merkle::leaf(index, &blake2_256(bytes));
		let expected = merkle::Tree::new(vec![leaf(0, b"first"), leaf(1, b"second")]).root();
		assert_eq!((count, root), (2, expected));
		assert_eq!(images(folder.path(), &(0..1_000)).unwrap(), (0, H256::zero()));
	}
}
