//! A host in a network that pays for bandwidth: its payers hand on to it what they have billed, as files in a folder, and it reports that.

use std::{
	collections::BTreeMap,
	fs,
	path::{Path, PathBuf},
	time::Duration,
};

use anyhow::{anyhow, Result};
use codec::Encode;
use substation_primitives::{signing::ReportContext, AccountId32};
use substation_proofs::bandwidth::{Evidence, Share, MAX_BILLS};
use substation_sdk::{
	bills::{Owed, LONGEST},
	course::Course,
	failure::Failure,
};

use super::{
	elapsed::Elapsed,
	own::{Made, Own},
};
use crate::{bounded, output::Output};

/// Files that are looked at.
const MOST_FILES: usize = 4_096;

/// A device that carries traffic of others.
pub(super) struct Host {
	own: Own,
	folder: PathBuf,
	slot: Duration,
	output: Output,
}

/// What was found for an epoch.
struct Found {
	/// By who pays and which part it is.
	shares: BTreeMap<(AccountId32, u32), Share>,
	/// Why files count nothing.
	left_out: Vec<String>,
}

impl Host {
	/// A host whose payers' files are in a folder, or in folders within it.
	pub(super) fn new(
		own: Own,
		folder: Option<&Path>,
		slot: Duration,
		output: Output,
	) -> Result<Self> {
		let folder = folder.ok_or_else(|| {
			Failure::Arguments(format!(
				"network {} pays for bandwidth: say where payers' files are, with --bills FOLDER",
				own.network
			))
		})?;
		if !folder.is_dir() {
			let text = format!("{} is no folder", folder.display());
			return Err(Failure::Arguments(text).into());
		}
		Ok(Self { own, folder: folder.into(), slot, output })
	}

	/// What it has for an epoch: once a report is full, or time is almost over.
	pub(super) async fn evidence(&self, context: &ReportContext) -> Result<Made> {
		let chain = &self.own.chain;
		let clock = chain.clock().await?;
		let course = Course::new(clock.record.parameters.nominal_slots, 1);
		let lasted = chain.lasted(context.epoch).await?.unwrap_or_default();
		let slots = Elapsed::new(lasted, self.slot).slots();
		let found = self.found(context).await?;
		let count = found.shares.len();
		let full = count >= MAX_BILLS as usize;
		if !full && (slots < course.reported() || count == 0) {
			let text = format!("{count} payers have billed so far");
			return Ok(Made::Later(Some(format!("epoch {}: {text}", context.epoch))));
		}
		for reason in found.left_out {
			self.output.say(format!("epoch {}: {reason}", context.epoch));
		}
		// Those that are worth the most, if there are more than a report holds.
		let mut shares: Vec<Share> = found.shares.into_values().collect();
		shares.sort_by_key(|share| std::cmp::Reverse(share.credits));
		shares.truncate(MAX_BILLS as usize);
		self.output.say(format!("epoch {}: parts of {} bills", context.epoch, shares.len()));
		let bills = shares.try_into().map_err(|_| anyhow!("more parts than a report holds"))?;
		Ok(Made::Now(Evidence { bills }.encode()))
	}

	/// The parts of this epoch's bills that are the device's, and are what the chain has of them.
	async fn found(&self, context: &ReportContext) -> Result<Found> {
		let mut found = Found { shares: BTreeMap::new(), left_out: Vec::new() };
		let device = format!("{:?}", self.own.device);
		for path in files(&self.folder, &mut found.left_out) {
			let name = path.display();
			let Ok(owed) = read(&path) else {
				found.left_out.push(format!("{name} is nothing that a payer hands on"));
				continue;
			};
			let own = owed.device == device && owed.network == context.network;
			if !own || owed.epoch != context.epoch {
				continue;
			}
			let (payer, (leaf, beside)) = (owed.payer()?, owed.leaf()?);
			let chain = &self.own.chain;
			let posted = chain.bill_of(context.network, &payer, context.epoch).await?;
			let Some(posted) = posted else {
				found.left_out.push(format!("{name}: its payer has posted no bill for this epoch"));
				continue;
			};
			if let Err(error) = owed.check(&posted) {
				found.left_out.push(format!("{name}: {error:#}"));
				continue;
			}
			let Ok(path) = beside.try_into() else { continue };
			let share = Share::of(payer.clone(), owed.index, &leaf, path);
			found.shares.insert((payer, owed.index), share);
		}
		Ok(found)
	}
}

fn read(path: &Path) -> Result<Owed> {
	let bytes = bounded::read(path, LONGEST, "no payer hands on as much")?;
	let owed: Owed = serde_json::from_slice(&bytes)?;
	// What cannot be read of it is found here, and not later.
	owed.payer()?;
	owed.leaf()?;
	Ok(owed)
}

/// Files that end as JSON does, in a folder and in folders within it. What is named so and is no file is `left_out`, and so are files beyond
/// as many as are looked at.
fn files(folder: &Path, left_out: &mut Vec<String>) -> Vec<PathBuf> {
	let within = |folder: &Path| -> Vec<PathBuf> {
		let entries = fs::read_dir(folder).into_iter().flatten().filter_map(|entry| entry.ok());
		entries.take(MOST_FILES + 1).map(|entry| entry.path()).collect()
	};
	let is_named = |path: &PathBuf| path.extension().is_some_and(|end| end == "json");
	let (mut all, others): (Vec<PathBuf>, Vec<PathBuf>) = within(folder)
		.into_iter()
		.flat_map(|path| if path.is_dir() { within(&path) } else { vec![path] })
		.filter(is_named)
		.partition(|path| path.is_file());
	left_out.extend(others.iter().filter(|path| !path.is_dir()).map(|path| {
		format!("{} is no file, or a link to nothing: it is left out", path.display())
	}));
	all.sort();
	if all.len() > MOST_FILES {
		all.truncate(MOST_FILES);
		left_out.push(format!(
			"{} holds more than {MOST_FILES} files, of which no more are looked at: move old ones away",
			folder.display()
		));
	}
	all
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn files_are_found_one_folder_down_and_what_is_none_is_left_out() {
		let folder = tempfile::tempdir().unwrap();
		let put = |name: &str, text: &str| {
			let path = folder.path().join(name);
			fs::create_dir_all(path.parent().unwrap()).unwrap();
			fs::write(path, text).unwrap();
		};
		put("a.json", "{}");
		put("7/b.json", "no json");
		put("7/8/c.json", "{}");
		put("readme.txt", "{}");
		let files = |folder: &Path| {
			let mut left_out = Vec::new();
			(files(folder, &mut left_out), left_out)
		};
		let (found, left_out) = files(folder.path());
		assert!(left_out.is_empty(), "{left_out:?}");
		let names: Vec<_> = found.iter().map(|path| path.file_name().unwrap()).collect();
		assert_eq!(names, ["b.json", "a.json"]);
		assert!(found.iter().all(|path| read(path).is_err()));
		assert!(files(&folder.path().join("nothing")).0.is_empty());
		std::os::unix::fs::symlink("nothing", folder.path().join("gone.json")).unwrap();
		let (found, left_out) = files(folder.path());
		assert_eq!(found.len(), 2);
		assert!(left_out[0].contains("gone.json is no file, or a link to nothing"), "{left_out:?}");
		put("long.json", &"x".repeat(LONGEST as usize + 1));
		assert!(read(&folder.path().join("long.json")).is_err());
	}
}
