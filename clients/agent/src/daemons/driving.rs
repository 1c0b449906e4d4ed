//! A device in a network that pays for mapping: what its receiver and its camera have left in folders becomes the report of a period.

use std::{
	collections::{BTreeMap, BTreeSet},
	path::{Path, PathBuf},
	sync::{Mutex, PoisonError},
	time::{Duration, Instant},
};

use anyhow::Result;
use codec::Encode;
use sp_crypto_hashing::blake2_256;
use substation_primitives::{merkle, signing::ReportContext, EpochIndex, H256};
use substation_proofs::{
	author::track,
	mapping::{Evidence, Policy},
};
use substation_sdk::{failure::Failure, mapping::period};

use super::own::{Made, Own};
use crate::{
	bounded,
	output::Output,
	rides::{files, files_telling, Private, Ride, Trim},
};

/// Seconds between two points of a track at the least: nearer ones are noise.
const SPACING: u64 = 5;
/// How long files that had nothing to tell are let be.
const AGAIN: Duration = Duration::from_secs(5);
/// What is said of files at the most.
const MOST_SAID: usize = 1_000;
/// Bytes of an image at the most.
const LONGEST_IMAGE: u64 = 64 << 20;
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
	/// What was said of files.
	said: Mutex<BTreeSet<String>>,
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
		// What is no folder and no file is told now; what a folder holds, when it is read.
		files(&rides, |_| true)?;
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
			said: Default::default(),
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
		let late = self.is_late(epoch).await?;
		let (rides, pictures) = (self.rides.clone(), self.images.clone());
		let (trim, within) = (self.trim.clone(), period.clone());
		// Files may be long.
		let read =
			tokio::task::spawn_blocking(move || read(&rides, pictures.as_deref(), &trim, &within));
		let Seen { positions, track, is_over, frames, images, left_out, words } = read.await??;
		self.has_read(epoch);
		self.tell(words);
		if !is_over && !late {
			let text = format!(
				"epoch {epoch}: waits for positions from after its period, until half of the epoch is over"
			);
			return Ok(Made::Later(Some(text)));
		}
		let Some(track) = track else {
			let text = format!(
				"epoch {epoch}: nothing to tell of its period: {positions} positions, and nowhere two of them in a row to be told"
			);
			return Ok(Made::Later(Some(text)));
		};
		let left_out: Vec<_> = left_out
			.iter()
			.map(|(reason, times)| format!("; left out: {times} times {reason}"))
			.collect();
		self.output.say(format!(
			"epoch {epoch}: {positions} positions become {} steps, beside {frames} images{}",
			track.steps.len(),
			left_out.concat()
		));
		Ok(Made::Now(Evidence { frames, images, ..track }.encode()))
	}

	/// Whether half of the epoch is over: nobody waits for files any more.
	async fn is_late(&self, epoch: EpochIndex) -> Result<bool> {
		let chain = &self.own.chain;
		let lasted = chain.lasted(epoch).await?.unwrap_or_default();
		let slots = chain.clock().await?.record.parameters.nominal_slots;
		Ok(lasted >= chain.slot_duration().await?.saturating_mul(slots / 2))
	}

	/// Says what was not said before.
	fn tell(&self, words: Vec<String>) {
		let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
		for text in words {
			if said.len() < MOST_SAID && said.insert(text.clone()) {
				self.output.say(text);
			}
		}
	}
}

/// What was found in files for a period.
struct Seen {
	/// Positions in it.
	positions: usize,
	/// Its track: of parts that nobody joins, the longest.
	track: Option<Evidence>,
	/// Whether there are positions from after it: no more of it is to come.
	is_over: bool,
	frames: u16,
	images: H256,
	left_out: BTreeMap<&'static str, u32>,
	/// Which files hold nothing, and why.
	words: Vec<String>,
}

fn read(
	rides: &Path,
	pictures: Option<&Path>,
	trim: &Trim,
	period: &std::ops::Range<u64>,
) -> Result<Seen> {
	let mut words = Vec::new();
	// A file that was last written before the period holds nothing of it.
	let Ride { positions, left_out } =
		Ride::read_all(rides, period.start, |reason| words.push(reason))?;
	let parts = trim.told(&positions);
	let tracks = parts.iter().filter_map(|part| track(part, period, SPACING));
	let (frames, images) = match pictures {
		Some(folder) => images(folder, period, &mut words)?,
		None => (0, H256::zero()),
	};
	Ok(Seen {
		positions: positions.iter().filter(|position| period.contains(&position.at)).count(),
		track: tracks.max_by_key(|track| track.steps.len()),
		is_over: positions.last().is_some_and(|last| last.at >= period.end),
		frames,
		images,
		left_out,
		words,
	})
}

impl Driver {
	/// Whether files are to be read, for the first time in this epoch or again.
	fn is_time(&self, epoch: EpochIndex) -> bool {
		let read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
		read.is_none_or(|(of, at)| of != epoch || at.elapsed() >= AGAIN)
	}

	fn has_read(&self, epoch: EpochIndex) {
		let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
		*read = Some((epoch, Instant::now()));
	}
}

/// How many images of a folder were written in a period, and the root of the tree over their hashes, in the order of their names; zero without any.
///
/// One that cannot be read, or is too long, is left out, with a word.
fn images(
	folder: &Path,
	period: &std::ops::Range<u64>,
	words: &mut Vec<String>,
) -> Result<(u16, H256)> {
	let paths =
		files_telling(folder, |written| period.contains(&written), |text| words.push(text))?;
	let mut leaves = Vec::new();
	for path in paths.into_iter().take(MOST_IMAGES) {
		match bounded::read(&path, LONGEST_IMAGE, "it is no image: move it away") {
			Ok(bytes) => leaves.push(merkle::leaf(leaves.len() as u32, &blake2_256(&bytes))),
			Err(error) => words.push(format!("{error:#}")),
		}
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
	use std::fs;

	#[test]
	fn images_of_a_period_are_counted_and_hashed_in_the_order_of_their_names() {
		let folder = tempfile::tempdir().unwrap();
		let images = |period| images(folder.path(), &period, &mut Vec::new()).unwrap();
		assert_eq!(images(0..u64::MAX), (0, H256::zero()));
		fs::write(folder.path().join("b.jpg"), b"second").unwrap();
		fs::write(folder.path().join("a.jpg"), b"first").unwrap();
		let (count, root) = images(0..u64::MAX);
		let leaf = |index, bytes: &[u8]| merkle::leaf(index, &blake2_256(bytes));
		let expected = merkle::Tree::new(vec![leaf(0, b"first"), leaf(1, b"second")]).root();
		assert_eq!((count, root), (2, expected));
		assert_eq!(images(0..1_000), (0, H256::zero()));
	}
}
