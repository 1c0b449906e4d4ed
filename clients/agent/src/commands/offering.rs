//! What somebody offers on the market, as it is said on the command line.

use std::path::PathBuf;

use anyhow::Result;
use substation_primitives::{AccountId32, NetworkId, H256};
use substation_sdk::{
	amount::{dollars, tokens},
	chain::{Chain, Written},
	identity::parse_id,
	market::{self, Arbitration, Terms, Unit, Wanted},
};
use subxt::utils::AccountId32 as RpcAccount;

use super::{credits::read_tokens, files::document_hash, signer::Write};
use crate::output::Output;

/// What is offered.
#[derive(Clone, Debug, clap::Args)]
pub struct Offering {
	/// In which network.
	pub network: NetworkId,
	#[command(flatten)]
	pub asked: Asked,
	#[command(flatten)]
	pub units: Units,
	#[command(flatten)]
	pub job: Job,
	#[command(flatten)]
	pub deal: Deal,
	/// Identity of the device that serves: agreements end when it changes hands. A deal is about one.
	#[arg(long, value_parser = parse_id, required_unless_present_any = ["price", "rate", "job"])]
	pub device: Option<H256>,
	/// Credits that are paid at once.
	#[arg(long, default_value_t = 0)]
	pub setup: u128,
	/// What tokens burned for a buyer's credits have to be worth now, in hundredths of those.
	#[arg(long, value_name = "HUNDREDTHS", default_value_t = 80, value_parser = clap::value_parser!(u32).range(0..=100))]
	pub backing: u32,
	/// Blocks from when a buyer closes until an agreement ends: 100 if left out, and of a job as many as it may take, if that is not too long.
	#[arg(long, value_name = "BLOCKS")]
	pub notice: Option<u32>,
	/// File that says more of the service: its hash is in the offer.
	#[arg(long, value_name = "FILE")]
	pub document: Option<PathBuf>,
	/// Agreements that may be open at a time: 100 if left out, and one deal, since collateral is held for each.
	#[arg(long)]
	pub places: Option<u16>,
	/// For how many blocks it can be taken.
	#[arg(long, default_value_t = 432_000)]
	pub blocks: u32,
	#[command(flatten)]
	pub write: Write,
}

/// What is paid for: one of these.
#[derive(Clone, Debug, clap::Args)]
#[group(required = true, multiple = false)]
pub struct Asked {
	/// Credits for a unit: a millionth of a dollar each.
	#[arg(long)]
	pub price: Option<u128>,
	/// Credits for a block of time.
	#[arg(long)]
	pub rate: Option<u128>,
	/// Credits for a job that is delivered once.
	#[arg(long, value_name = "CREDITS")]
	pub job: Option<u128>,
	/// Credits for each report of the device with a full score.
	#[arg(long, value_name = "CREDITS")]
	pub deal: Option<u128>,
}

/// What is said of units.
#[derive(Clone, Debug, clap::Args)]
pub struct Units {
	/// What is counted.
	#[arg(long, value_enum, default_value = "packets", conflicts_with_all = ["rate", "job", "deal"])]
	pub unit: Counted,
	/// Units that are paid in one epoch at the most: what a stolen key can spend.
	#[arg(long, default_value_t = u64::MAX, conflicts_with_all = ["rate", "job", "deal"])]
	pub most: u64,
}

/// What is said of a job.
#[derive(Clone, Debug, clap::Args)]
pub struct Job {
	/// Blocks from the opening within which it is delivered.
	#[arg(long, value_name = "BLOCKS", default_value_t = 14_400, conflicts_with_all = ["price", "rate", "deal"])]
	pub time: u32,
	/// Blocks from the delivery within which the buyer looks at it. Then it is paid.
	#[arg(long, value_name = "BLOCKS", default_value_t = 14_400, conflicts_with_all = ["price", "rate", "deal"])]
	pub review: u32,
	/// Who decides if the buyer is not content. Without one, what is delivered is paid.
	#[arg(long, value_name = "ADDRESS", conflicts_with_all = ["price", "rate", "deal"])]
	pub arbiter: Option<RpcAccount>,
	/// What deciding costs, in hundredths of the price.
	#[arg(long, value_name = "HUNDREDTHS", default_value_t = 5, requires = "arbiter", value_parser = clap::value_parser!(u32).range(0..=100))]
	pub fee: u32,
	/// What you get if nobody decides in time, in hundredths of the price.
	#[arg(long, value_name = "HUNDREDTHS", default_value_t = 50, requires = "arbiter", value_parser = clap::value_parser!(u32).range(0..=100))]
	pub silence: u32,
}

/// What is said of a deal.
#[derive(Clone, Debug, clap::Args)]
pub struct Deal {
	/// How many reports: one in each epoch in which the network's devices report.
	#[arg(long, default_value_t = 24, conflicts_with_all = ["price", "rate", "job"], value_parser = clap::value_parser!(u16).range(1..))]
	pub reports: u16,
	/// How many of them may fail: if one more does, the deal is broken. Two if left out, or one less than there are.
	#[arg(long, conflicts_with_all = ["price", "rate", "job"])]
	pub may_miss: Option<u16>,
	/// Tokens of yours that are held: of a broken deal the buyer gets the part that was not served.
	#[arg(long, value_name = "TOKENS", default_value = "0", conflicts_with_all = ["price", "rate", "job"], value_parser = read_tokens)]
	pub collateral: u128,
}

/// What is counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
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
	/// Seconds.
	Seconds,
	/// Thousandths of a watt for an hour.
	MilliwattHours,
	/// Steps of a computation.
	Fuel,
}

impl From<Counted> for Unit {
	fn from(counted: Counted) -> Self {
		match counted {
			Counted::Packets => Self::Packets,
			Counted::Bytes => Self::Bytes,
			Counted::Kilobytes => Self::Kilobytes,
			Counted::Megabytes => Self::Megabytes,
			Counted::Tiles => Self::Tiles,
			Counted::Requests => Self::Requests,
			Counted::Seconds => Self::Seconds,
			Counted::MilliwattHours => Self::MilliwattHours,
			Counted::Fuel => Self::Fuel,
		}
	}
}

impl Offering {
	/// The buyer's notice, where no more than `most` are allowed.
	fn notice(&self, most: u32) -> u32 {
		let usual = if self.asked.job.is_some() { self.job.time.min(most) } else { 100 };
		self.notice.unwrap_or(usual)
	}

	fn places(&self) -> u16 {
		self.places.unwrap_or(if self.asked.deal.is_some() { 1 } else { 100 })
	}

	fn terms(&self) -> Terms {
		let Self { asked, units, job, deal, .. } = self;
		match *asked {
			Asked { rate: Some(rate), .. } => Terms::Stream { rate },
			Asked { job: Some(price), .. } => Terms::Job {
				price,
				time: job.time,
				review: job.review,
				arbitration: job.arbiter.as_ref().map(|arbiter| {
					market::arbitration(&AccountId32::new(arbiter.0), job.fee, job.silence)
				}),
			},
			Asked { deal: Some(rate), .. } => Terms::Proof {
				rate,
				epochs: deal.reports,
				may_miss: deal.may_miss.unwrap_or(deal.reports.saturating_sub(1).min(2)),
				collateral: deal.collateral,
			},
			Asked { price, .. } => Terms::Meter {
				price: price.unwrap_or_default(),
				unit: units.unit.into(),
				most: units.most,
			},
		}
	}
}

/// Terms in words.
pub(super) fn terms(terms: &Terms) -> String {
	match terms {
		Terms::Meter { price, unit, most } => {
			let bound =
				if *most == u64::MAX { String::new() } else { format!(", {most} an epoch") };
			format!("{} for each of {}{bound}", dollars(*price), named(unit))
		}
		Terms::Stream { rate } => format!("{} a block", dollars(*rate)),
		Terms::Job { price, time, review, arbitration } => {
			let decides = match arbitration {
				Some(Arbitration { arbiter, fee, silence }) => format!(
					"; {arbiter} decides for {}, {} if it does not",
					percent(fee.0),
					percent(silence.0)
				),
				None => "; nobody decides".into(),
			};
			format!(
				"{} for a job in {time} blocks, {review} to look at it{decides}",
				dollars(*price)
			)
		}
		Terms::Proof { rate, epochs, may_miss, collateral } => format!(
			"{} for each of {epochs} reports, of which {may_miss} may fail, with {} held",
			dollars(*rate),
			tokens(*collateral)
		),
	}
}

fn named(unit: &Unit) -> String {
	match unit {
		Unit::Other(number) => format!("what the document names as {number}"),
		other => format!("{other:?}").to_lowercase(),
	}
}

/// Millionths as hundredths.
pub(super) fn percent(parts: u32) -> String {
	format!("{} %", f64::from(parts) / 10_000.0)
}

/// The number that something new was given.
pub(super) fn given(what: &str, number: Option<u32>, output: Output) {
	if let Some(number) = number {
		output.result(&serde_json::json!({ what: number }), format!("{what} {number}"));
	}
}

/// Offers it.
pub async fn run(chain: &Chain, offering: &Offering, output: Output) -> Result<()> {
	let document = document_hash(offering.document.as_deref())?;
	let asked = offering.terms();
	let what = format!("offer in network {}: {}", offering.network, terms(&asked));
	let now = u32::try_from(chain.finalized().await?).unwrap_or(u32::MAX);
	let wanted = Wanted {
		terms: asked,
		device: offering.device,
		setup: offering.setup,
		backing: offering.backing,
		notice: offering.notice(market::longest_notice(chain).await?),
		document,
		places: offering.places(),
		until: now.saturating_add(offering.blocks),
	};
	let call = market::offer(offering.network, wanted);
	if let Written::Done(events) = offering.write.send(chain, &what, call, output).await? {
		given("offer", market::number_given(&events)?, output);
	}
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn terms_are_said_in_money() {
		let meter = |unit, most| Terms::Meter { price: 10, unit, most };
		assert_eq!(terms(&meter(Unit::Packets, u64::MAX)), "$0.000010 for each of packets");
		assert_eq!(terms(&meter(Unit::Bytes, 7)), "$0.000010 for each of bytes, 7 an epoch");
		assert_eq!(
			terms(&meter(Unit::Other(3), u64::MAX)),
			"$0.000010 for each of what the document names as 3"
		);
		assert_eq!(terms(&Terms::Stream { rate: 1_500_000 }), "$1.500000 a block");
		let job = |arbitration| Terms::Job { price: 10, time: 5, review: 6, arbitration };
		assert_eq!(
			terms(&job(None)),
			"$0.000010 for a job in 5 blocks, 6 to look at it; nobody decides"
		);
		let arbiter = AccountId32::new([0; 32]);
		let named = RpcAccount([0; 32]);
		assert_eq!(
			terms(&job(Some(market::arbitration(&arbiter, 5, 50)))),
			format!(
				"$0.000010 for a job in 5 blocks, 6 to look at it; {named} decides for 5 %, 50 % if it does not"
			)
		);
		let deal =
			Terms::Proof { rate: 10, epochs: 24, may_miss: 2, collateral: 1_500_000_000_000 };
		assert_eq!(
			terms(&deal),
			"$0.000010 for each of 24 reports, of which 2 may fail, with 1.500000000000 STN held"
		);
	}

	/// What clap makes of these words.
	#[derive(clap::Parser)]
	struct Words {
		#[command(flatten)]
		offering: Offering,
	}

	fn offering(words: &str) -> Result<Offering, clap::error::ErrorKind> {
		let words = ["offer", "0"].into_iter().chain(words.split_whitespace());
		let parsed = <Words as clap::Parser>::try_parse_from(words);
		parsed.map(|words| words.offering).map_err(|error| error.kind())
	}

	#[test]
	fn what_is_left_out_suits_what_is_asked() {
		let device = format!("--device 0x{}", "11".repeat(32));
		let of = |words: &str| {
			let offering = offering(words).unwrap();
			(offering.notice(50), offering.places())
		};
		assert_eq!(of("--price 5"), (100, 100));
		assert_eq!(of("--job 5 --time 9"), (9, 100));
		assert_eq!(of("--job 5 --time 90"), (50, 100));
		assert_eq!(of(&format!("--deal 5 {device}")), (100, 1));
		assert_eq!(of("--job 5 --notice 7 --places 3"), (7, 3));
	}

	fn asked(words: &str) -> Result<Terms, clap::error::ErrorKind> {
		offering(words).map(|offering| offering.terms())
	}

	#[test]
	fn one_thing_is_asked_with_what_belongs_to_it() {
		use clap::error::ErrorKind;
		let device = format!("--device 0x{}", "11".repeat(32));
		assert_eq!(asked("--rate 5"), Ok(Terms::Stream { rate: 5 }));
		assert!(matches!(
			asked("--job 7 --time 3"),
			Ok(Terms::Job { price: 7, time: 3, review: 14_400, arbitration: None })
		));
		assert!(matches!(
			asked(&format!("--deal 7 --reports 9 --collateral 2.5 {device}")),
			Ok(Terms::Proof { rate: 7, epochs: 9, may_miss: 2, collateral: 2_500_000_000_000 })
		));
		let short = format!("--deal 7 --reports 2 {device}");
		assert!(matches!(asked(&short), Ok(Terms::Proof { epochs: 2, may_miss: 1, .. })));
		assert_eq!(asked(""), Err(ErrorKind::MissingRequiredArgument));
		assert_eq!(asked("--deal 7"), Err(ErrorKind::MissingRequiredArgument), "no device");
		assert_eq!(asked("--rate 5 --job 7"), Err(ErrorKind::ArgumentConflict));
		assert_eq!(asked("--rate 5 --unit bytes"), Err(ErrorKind::ArgumentConflict));
		assert_eq!(asked("--rate 5 --time 3"), Err(ErrorKind::ArgumentConflict));
		assert_eq!(asked("--job 5 --collateral 3"), Err(ErrorKind::ArgumentConflict));
		assert_eq!(asked("--job 5 --fee 3"), Err(ErrorKind::MissingRequiredArgument));
	}
}
