//! An offer as a file: what is asked, and how what is served is counted. The hash of its bytes is the offer's document on the
//! chain, so a buyer who has both knows that they belong together.

use std::{fs, path::Path};

use anyhow::{bail, Context, Result};
use serde::{Deserialize, Serialize};
use substation_primitives::{NetworkId, H256};

use super::counting::Count;
use crate::{
	failure::Failure,
	identity::parse_id,
	market::{self, Ask, Offer, Terms, Unit, Wanted},
};

/// The longest file that is read.
pub const LONGEST: usize = 16 * 1_024;
/// The longest description: it travels in a header.
const LONGEST_DESCRIPTION: usize = 1_024;
/// What is served ahead of receipts, if the file does not say otherwise.
const WINDOW: u64 = 64;
/// The same where bytes are counted, in bytes.
const WINDOW_OF_BYTES: u64 = 1_000_000;

/// What is counted, as a file names it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Counted {
	/// Packets carried.
	Packets,
	/// Bytes carried.
	Bytes,
	/// Thousands of bytes.
	Kilobytes,
	/// Millions of bytes.
	Megabytes,
	/// Tiles of a map.
	Tiles,
	/// Requests answered.
	Requests,
	/// Anything else that can be counted, by the number of its kind.
	#[serde(untagged)]
	Other(u16),
}

impl Counted {
	/// The chain's name for it.
	pub fn unit(self) -> Unit {
		match self {
			Self::Packets => Unit::Packets,
			Self::Bytes => Unit::Bytes,
			Self::Kilobytes => Unit::Kilobytes,
			Self::Megabytes => Unit::Megabytes,
			Self::Tiles => Unit::Tiles,
			Self::Requests => Unit::Requests,
			Self::Other(kind) => Unit::Other(kind),
		}
	}

	/// How many of what is counted make one.
	fn size(self) -> u64 {
		match self {
			Self::Kilobytes => 1_000,
			Self::Megabytes => 1_000_000,
			_ => 1,
		}
	}

	/// What makes one, if the file does not say otherwise.
	fn count(self) -> Count {
		match self {
			Self::Packets => Count::Lines,
			Self::Bytes | Self::Kilobytes | Self::Megabytes => Count::Bytes,
			Self::Tiles | Self::Requests | Self::Other(_) => Count::Answers,
		}
	}
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
	description: String,
	network: NetworkId,
	device: Option<String>,
	unit: Option<Counted>,
	price: Option<u64>,
	most: Option<u64>,
	rate: Option<u64>,
	count: Option<Count>,
	window: Option<u64>,
	#[serde(default)]
	setup: u64,
	#[serde(default = "backing")]
	backing: u8,
	#[serde(default = "notice")]
	notice: u32,
	#[serde(default = "places")]
	places: u16,
	#[serde(default = "blocks")]
	blocks: u32,
}

fn backing() -> u8 {
	80
}
fn notice() -> u32 {
	100
}
fn places() -> u16 {
	100
}
fn blocks() -> u32 {
	432_000
}

/// How units are counted, and how many are served ahead of receipts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Metering {
	/// What is counted.
	pub count: Count,
	/// How many of those make a unit: bytes of a kilobyte, say. At least one.
	pub size: u64,
	/// Units that are served ahead of receipts at the most: what either side may lose. At least one.
	pub window: u64,
}

impl Metering {
	/// The window, in what is counted.
	pub fn ahead(&self) -> u64 {
		self.window.saturating_mul(self.size)
	}
}

/// An offer, as its file says it.
#[derive(Clone, Debug)]
pub struct OfferFile {
	/// The file's bytes.
	pub bytes: Vec<u8>,
	/// What is offered, in words.
	pub description: String,
	/// In which network.
	pub network: NetworkId,
	/// The device that serves, if one does.
	pub device: Option<H256>,
	/// What is paid for.
	pub terms: Terms,
	/// How units are counted. None where time is paid for.
	pub metering: Option<Metering>,
	/// For how many blocks it can be taken.
	pub blocks: u32,
	setup: u128,
	backing: u8,
	notice: u32,
	places: u16,
}

fn wrong(text: impl Into<String>) -> anyhow::Error {
	Failure::Arguments(text.into()).into()
}

impl OfferFile {
	/// Reads one.
	///
	/// # Errors
	///
	/// If it cannot be read, or says nothing that can be offered.
	pub fn load(path: &Path) -> Result<Self> {
		let bytes = fs::read(path).with_context(|| path.display().to_string())?;
		Self::parse(bytes).with_context(|| path.display().to_string())
	}

	/// Reads its bytes.
	///
	/// # Errors
	///
	/// If they say nothing that can be offered.
	pub fn parse(bytes: Vec<u8>) -> Result<Self> {
		if bytes.len() > LONGEST {
			bail!(wrong(format!("an offer's file has {LONGEST} bytes at the most")));
		}
		let text = std::str::from_utf8(&bytes).map_err(|_| wrong("an offer's file is text"))?;
		let file: File = toml::from_str(text)
			.map_err(|error| wrong(format!("this is no offer: {}", error.to_string().trim())))?;
		let (terms, metering) = file.asks()?;
		if file.description.len() > LONGEST_DESCRIPTION {
			bail!(wrong(format!("a description has {LONGEST_DESCRIPTION} bytes at the most")));
		}
		if file.backing > 100 {
			bail!(wrong("`backing` is in hundredths: 100 at the most"));
		}
		Ok(Self {
			device: file.device.as_deref().map(parse_id).transpose()?,
			description: file.description,
			network: file.network,
			terms,
			metering,
			blocks: file.blocks,
			setup: file.setup.into(),
			backing: file.backing,
			notice: file.notice,
			places: file.places,
			bytes,
		})
	}

	/// The hash of its bytes.
	pub fn document(&self) -> H256 {
		sp_crypto_hashing::blake2_256(&self.bytes).into()
	}

	/// What is posted on the chain, as of block `now`.
	pub fn wanted(&self, now: u32) -> Wanted {
		Wanted {
			terms: self.terms.clone(),
			device: self.device,
			setup: self.setup,
			backing: self.backing.into(),
			notice: self.notice,
			document: self.document(),
			places: self.places,
			until: now.saturating_add(self.blocks),
		}
	}

	/// A buyer's notice, in blocks.
	pub fn notice(&self) -> u32 {
		self.notice
	}

	/// What either side may lose by the other's silence, in credits. Time is lost by nobody: it ends by itself.
	pub fn at_risk(&self) -> u128 {
		match (&self.terms, self.metering) {
			(Terms::Meter { price, .. }, Some(metering)) => {
				price.saturating_mul(metering.window.into())
			}
			_ => 0,
		}
	}

	/// Whether an offer on the chain is this one, and asks what it says.
	pub fn is(&self, offer: &Offer) -> bool {
		let posted = market::ask(self.wanted(0));
		offer.ask == Ask { until: offer.ask.until, ..posted }
	}
}

impl File {
	/// What is paid for, and how it is counted.
	fn asks(&self) -> Result<(Terms, Option<Metering>)> {
		match (self.price, self.rate) {
			(Some(price), None) if price > 0 => {
				let Some(unit) = self.unit else {
					bail!(wrong("`unit` is missing: packets, bytes, kilobytes, megabytes, tiles, requests, or a number"))
				};
				let (count, size) = (self.count.unwrap_or(unit.count()), unit.size());
				if size > 1 && count != Count::Bytes {
					bail!(wrong("kilobytes and megabytes are counted in `bytes`"));
				}
				let usual = match count {
					Count::Bytes => WINDOW_OF_BYTES.div_ceil(size),
					Count::Answers | Count::Lines => WINDOW,
				};
				let window = self.window.unwrap_or(usual);
				let most = self.most.unwrap_or(u64::MAX);
				if window == 0 || most < window {
					bail!(wrong("`window` is at least 1, and `most` at least as much"));
				}
				let terms = Terms::Meter { price: price.into(), unit: unit.unit(), most };
				Ok((terms, Some(Metering { count, size, window })))
			}
			(None, Some(rate)) if rate > 0 => {
				if self.unit.is_some() || self.count.is_some() || self.window.is_some() {
					bail!(wrong("`unit`, `count` and `window` are for what has a `price`; time has a `rate`"));
				}
				Ok((Terms::Stream { rate: rate.into() }, None))
			}
			_ => bail!(wrong("an offer has a `price` for a unit or a `rate` for a block, in credits: one of them, and not 0")),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	const PACKETS: &str =
		"description = \"packets\"\nnetwork = 3\nunit = \"packets\"\nprice = 10\n";

	fn read(text: &str) -> Result<OfferFile> {
		OfferFile::parse(text.as_bytes().to_vec())
	}

	#[test]
	fn what_is_left_out_is_as_usual() {
		let offer = read(PACKETS).unwrap();
		assert_eq!(offer.terms, Terms::Meter { price: 10, unit: Unit::Packets, most: u64::MAX });
		assert_eq!(offer.metering, Some(Metering { count: Count::Lines, size: 1, window: 64 }));
		assert_eq!((offer.network, offer.wanted(5).until), (3, 432_005));
		for (unit, size, window) in
			[("bytes", 1, 1_000_000), ("kilobytes", 1_000, 1_000), ("megabytes", 1_000_000, 1)]
		{
			let text = PACKETS.replace("\"packets\"\nprice", &format!("\"{unit}\"\nprice"));
			let metering = read(&text).unwrap().metering.unwrap();
			assert_eq!(metering, Metering { count: Count::Bytes, size, window });
			assert_eq!(metering.ahead(), 1_000_000);
			assert!(size == 1 || read(&format!("{text}count = \"lines\"")).is_err());
		}
		let other = read(&PACKETS.replace("unit = \"packets\"", "unit = 7")).unwrap();
		assert_eq!(other.metering, Some(Metering { count: Count::Answers, size: 1, window: 64 }));
		let time = read("description = \"time\"\nnetwork = 3\nrate = 5").unwrap();
		assert_eq!((time.terms, time.metering), (Terms::Stream { rate: 5 }, None));
	}

	#[test]
	fn what_cannot_be_offered_is_named() {
		for (more, why) in [
			("rate = 5", "one of them"),
			("window = 0", "`window` is at least 1"),
			("most = 63", "`most` at least as much"),
			("backing = 101", "hundredths"),
			("device = \"0x12\"", "64 hexadecimal digits"),
			("pirce = 3", "unknown field `pirce`"),
			("setup = -1", "this is no offer"),
		] {
			let error = read(&format!("{PACKETS}{more}")).unwrap_err();
			assert!(error.to_string().contains(why), "{more}: {error}");
			assert_eq!(Failure::code_of(&error), 2, "{more}");
		}
		assert!(read("network = 3").unwrap_err().to_string().contains("description"));
		let free = read(&PACKETS.replace("10", "0")).unwrap_err();
		assert!(free.to_string().contains("not 0"));
		let nothing = read(&PACKETS.replace("unit = \"packets\"", "")).unwrap_err();
		assert!(nothing.to_string().contains("`unit` is missing"));
		let mixed = read("description = \"\"\nnetwork = 3\nrate = 5\nwindow = 3").unwrap_err();
		assert!(mixed.to_string().contains("time has a `rate`"));
		assert!(OfferFile::parse(vec![b' '; LONGEST + 1]).is_err());
		assert!(OfferFile::parse(vec![0xff]).is_err());
	}
}
