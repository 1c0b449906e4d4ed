//! Offers, agreements, and what is told of them.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_runtime::Permill;
use substation_primitives::{
	keys::Signature, purse::MOST_REMADE, CreditBalance, DeviceId, EpochIndex, NetworkId, Purse,
	ReportKey, H256,
};

use crate::{AccountId32, AgreementId, Balance, Block, OfferId};

/// What is counted.
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
pub enum Unit {
	/// Packets carried.
	#[codec(index = 0)]
	Packets,
	/// Bytes carried.
	#[codec(index = 1)]
	Bytes,
	/// Tiles of a map.
	#[codec(index = 2)]
	Tiles,
	/// Requests answered.
	#[codec(index = 3)]
	Requests,
	/// Seconds.
	#[codec(index = 4)]
	Seconds,
	/// Thousandths of a watt for an hour.
	#[codec(index = 5)]
	MilliwattHours,
	/// Steps of a computation.
	#[codec(index = 6)]
	Fuel,
	/// What the offer's document says.
	#[codec(index = 7)]
	Other(u16),
	/// A thousand bytes carried: a byte costs a credit at the least, which is a dollar for a million of them.
	#[codec(index = 8)]
	Kilobytes,
	/// A million bytes carried.
	#[codec(index = 9)]
	Megabytes,
}

/// Who decides about a job if its buyer is not content.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Arbitration {
	/// Who: neither side.
	pub arbiter: AccountId32,
	/// What it is paid for deciding, as a part of the price. The buyer puts it in beside the price, and has it back if nobody
	/// has to decide; of what is decided against the provider, the provider bears as large a part of it.
	pub fee: Permill,
	/// The provider's part of the price if it says nothing in time.
	pub silence: Permill,
}

/// What is paid for.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Terms {
	/// Units that the buyer signs for.
	#[codec(index = 0)]
	Meter {
		/// What a unit costs.
		price: CreditBalance,
		/// What is counted.
		unit: Unit,
		/// Units that are paid in one epoch at the most: what a stolen key can spend.
		most: u64,
	},
	/// Time.
	#[codec(index = 1)]
	Stream {
		/// What a block costs.
		rate: CreditBalance,
	},
	/// A piece of work that is delivered once.
	#[codec(index = 2)]
	Job {
		/// What it costs.
		price: CreditBalance,
		/// Blocks from the opening within which it is delivered.
		time: Block,
		/// Blocks from the delivery within which the buyer looks at it. Then it is paid.
		review: Block,
		/// Who decides if the buyer is not content. If nobody does, what is delivered is paid.
		arbitration: Option<Arbitration>,
	},
	/// Service that judges find, one report of the device after the other.
	#[codec(index = 3)]
	Proof {
		/// What a report of full score costs.
		rate: CreditBalance,
		/// How many reports: one in each epoch in which the network's devices report.
		epochs: u16,
		/// How many of them may fail: if one more does, the deal is broken.
		may_miss: u16,
		/// What is held from the provider, in planck: of a broken deal the buyer gets the part that was not served.
		collateral: Balance,
	},
}

impl Terms {
	/// Whether something is asked for something.
	pub fn is_sound(&self) -> bool {
		match self {
			Self::Meter { price, most, .. } => *price > 0 && *most > 0,
			Self::Stream { rate } => *rate > 0,
			Self::Job { price, time, review, .. } => *price > 0 && *time > 0 && *review > 0,
			Self::Proof { rate, epochs, may_miss, .. } => *rate > 0 && may_miss < epochs,
		}
	}

	/// Whether units are paid for, which somebody signs for.
	pub fn is_metered(&self) -> bool {
		matches!(self, Self::Meter { .. })
	}

	/// Whether all of it is put in when it is opened, and nothing later.
	pub fn is_fixed(&self) -> bool {
		matches!(self, Self::Job { .. } | Self::Proof { .. })
	}

	/// Who decides about it if its buyer is not content, if anybody does.
	pub fn arbitration(&self) -> Option<&Arbitration> {
		match self {
			Self::Job { arbitration, .. } => arbitration.as_ref(),
			_ => None,
		}
	}

	/// Whether somebody else than its sides has to find it: claims a deal, and an arbiter a job.
	pub fn has_index(&self) -> bool {
		matches!(self, Self::Proof { .. }) || self.arbitration().is_some()
	}

	/// What an arbiter's word costs, in credits, rounded down.
	pub fn fee(&self) -> CreditBalance {
		match self {
			Self::Job { price, .. } => {
				self.arbitration().map_or(0, |arbitration| arbitration.fee.mul_floor(*price))
			}
			_ => 0,
		}
	}

	/// How `who` decides about it, if it does.
	pub fn decides(&self, who: &AccountId32) -> Option<&Arbitration> {
		self.arbitration().filter(|arbitration| arbitration.arbiter == *who)
	}

	/// What the least of it costs: a unit, a block, a job with its arbiter's word, or a whole deal of full scores.
	pub fn least(&self) -> CreditBalance {
		match self {
			Self::Meter { price, .. } => *price,
			Self::Job { price, .. } => price.saturating_add(self.fee()),
			Self::Stream { rate } => *rate,
			Self::Proof { rate, epochs, .. } => rate.saturating_mul((*epochs).into()),
		}
	}
}

/// How what was burned for the credits of a sale is divided. What is left stays burned: a twentieth at the least.
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
pub struct Division {
	/// The part that is made again for who sells.
	pub seller: Permill,
	/// The part that is made again for the network.
	pub network: Permill,
}

impl Default for Division {
	fn default() -> Self {
		Self { seller: Permill::from_percent(90), network: Permill::from_percent(5) }
	}
}

impl Division {
	/// Whether no more is made again than may be.
	pub fn is_sound(&self) -> bool {
		self.seller.deconstruct().saturating_add(self.network.deconstruct())
			<= MOST_REMADE.deconstruct()
	}

	/// What of a cost is made again for who sells, and for the network; both rounded down.
	pub fn divide(&self, cost: Balance) -> (Balance, Balance) {
		(self.seller.mul_floor(cost), self.network.mul_floor(cost))
	}
}

/// What a provider asks, as it is posted.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Ask {
	/// The device that serves: agreements end when it changes hands. None if the provider answers for any.
	pub device: Option<DeviceId>,
	/// What is paid for.
	pub terms: Terms,
	/// Paid at once by who opens an agreement.
	pub setup: CreditBalance,
	/// What tokens burned for credits have to be worth now, as a part of those: it keeps away credits that were cheap. No
	/// price is needed if it is nothing.
	pub backing: Permill,
	/// Blocks from when a buyer closes until the agreement ends.
	pub notice: Block,
	/// Hash of what is said elsewhere of the service.
	pub document: H256,
	/// Agreements that may be open at a time.
	pub places: u16,
	/// The last block in which it can be taken.
	pub until: Block,
}

/// An offer.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Offer {
	/// Who serves, and is paid.
	pub provider: AccountId32,
	/// What it asks.
	pub ask: Ask,
	/// How the network's sales were divided when it was posted: it is not taken for less.
	pub division: Division,
	/// Agreements that are open.
	pub taken: u16,
	/// What is held for the row.
	pub deposit: Balance,
}

/// How far an agreement has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum State {
	/// Units.
	#[codec(index = 0)]
	Metered {
		/// How many were paid.
		units: u64,
		/// When the last were.
		epoch: EpochIndex,
		/// How many in that epoch.
		in_epoch: u64,
	},
	/// Time.
	#[codec(index = 1)]
	Streaming {
		/// The block until which it was paid.
		paid_to: Block,
	},
	/// A job that is to be delivered.
	#[codec(index = 2)]
	Working {
		/// The first block that is too late.
		deliver_by: Block,
	},
	/// A job that is looked at.
	#[codec(index = 3)]
	Delivered {
		/// Hash of what was delivered.
		result: H256,
		/// The first block in which it is too late to say something against it: it is paid then.
		until: Block,
	},
	/// A job whose buyer is not content.
	#[codec(index = 4)]
	Disputed {
		/// Hash of what was delivered.
		result: H256,
		/// Hash of what the buyer has against it.
		document: H256,
		/// The first block in which it is too late to decide: the offer has said what counts then.
		until: Block,
		/// The provider's part of the price, as one side has proposed it last, and whether that was the provider.
		proposed: Option<(bool, Permill)>,
	},
	/// Service that judges find.
	#[codec(index = 5)]
	Proving {
		/// The first epoch.
		first: EpochIndex,
		/// Epochs from one report to the next.
		cadence: u16,
		/// Reports that were claimed for.
		served: u16,
		/// Their scores, in sum.
		score: u64,
	},
}

impl State {
	/// The epoch of a deal's report of this number, from 0; nothing if it is no deal.
	pub fn epoch_of(&self, report: u16) -> Option<EpochIndex> {
		let Self::Proving { first, cadence, .. } = self else { return None };
		Some(first.saturating_add(EpochIndex::from(*cadence).saturating_mul(report.into())))
	}
}

/// An agreement between two. The credits in it are nobody's but by its terms.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Agreement {
	/// Who opened it: what is left over is its.
	pub buyer: AccountId32,
	/// Who serves, and is paid.
	pub provider: AccountId32,
	/// The network whose service it is.
	pub network: NetworkId,
	/// The offer that was taken. None of an agreement that another part of the chain has opened.
	pub offer: Option<OfferId>,
	/// The device that serves, and how often it had changed hands.
	pub device: Option<(DeviceId, u32)>,
	/// The key that signs for units, and by which who serves knows who asks. Where time is paid for and there is none, the
	/// buyer's account does.
	pub key: Option<ReportKey>,
	/// What is paid for.
	pub terms: Terms,
	/// What is there to pay with.
	pub purse: Purse,
	/// How the cost of what is paid is divided.
	pub division: Division,
	/// What the offer asked of credits that are put in.
	pub backing: Permill,
	/// Blocks from when the buyer closes until it ends.
	pub notice: Block,
	/// Hash of what is said elsewhere of the service.
	pub document: H256,
	/// When it was opened.
	pub since: Block,
	/// How far it has come.
	pub state: State,
	/// When it ends, if either side has closed it.
	pub closes: Option<Block>,
	/// What is held from the buyer for its rows.
	pub deposit: Balance,
}

/// Why an agreement has ended.
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
pub enum Reason {
	/// A side has closed it.
	#[codec(index = 0)]
	Closed,
	/// There were no more credits.
	#[codec(index = 1)]
	Overdrawn,
	/// The device has changed hands, or is gone.
	#[codec(index = 2)]
	Transferred,
	/// All of it was served: the job is paid, or the deal's epochs are over.
	#[codec(index = 3)]
	Completed,
	/// The job was not delivered in time.
	#[codec(index = 4)]
	NotDelivered,
	/// More reports of the deal have failed than may.
	#[codec(index = 5)]
	Missed,
	/// It was decided what part of the job's price is paid.
	#[codec(index = 6)]
	Ruled,
}

impl Agreement {
	/// The block from which on there are no credits for time, if time is what is paid for.
	pub fn dry_at(&self) -> Option<Block> {
		match (&self.state, &self.terms) {
			(State::Streaming { paid_to }, Terms::Stream { rate }) => {
				let blocks = self.purse.credits.checked_div(*rate).unwrap_or(0);
				Some(paid_to.saturating_add(Block::try_from(blocks).unwrap_or(Block::MAX)))
			}
			_ => None,
		}
	}

	/// When it ends if nobody does anything, and why: the earliest of all reasons. `transferred` is when its device changed
	/// hands: receipts for units that were taken before count for as long as a notice.
	/// When a deal is broken or complete is not in its row: epochs have no fixed length.
	pub fn end(&self, transferred: Option<Block>) -> Option<(Block, Reason)> {
		let grace = if self.terms.is_metered() { self.notice } else { 0 };
		let late = match &self.state {
			// What was delivered is paid for, whoever has the device by then.
			State::Delivered { until, .. } => return Some((*until, Reason::Completed)),
			State::Disputed { until, .. } => return Some((*until, Reason::Ruled)),
			State::Working { deliver_by } => Some(*deliver_by),
			_ => None,
		};
		let ends = [
			(self.closes, Reason::Closed),
			(late, Reason::NotDelivered),
			(self.dry_at(), Reason::Overdrawn),
			(transferred.map(|at| at.saturating_add(grace)), Reason::Transferred),
		];
		ends.into_iter().filter_map(|(at, why)| Some((at?, why))).min_by_key(|(at, _)| *at)
	}

	/// Blocks of time that are to be paid as of `now`, if it ends then: what was served and not paid, as far as there are
	/// credits.
	pub fn due_blocks(&self, now: Block, end: Option<Block>) -> Block {
		let State::Streaming { paid_to } = &self.state else { return 0 };
		end.map_or(now, |end| end.min(now)).saturating_sub(*paid_to)
	}

	/// Units for which there are credits, those that were paid included.
	pub fn covered_units(&self) -> Option<u64> {
		match (&self.state, &self.terms) {
			(State::Metered { units, .. }, Terms::Meter { price, .. }) => {
				let more = self.purse.credits.checked_div(*price).unwrap_or(0);
				Some(units.saturating_add(u64::try_from(more).unwrap_or(u64::MAX)))
			}
			_ => None,
		}
	}

	/// Units that could be paid in `epoch`, those that were paid included: as there are credits, and as the offer allows.
	pub fn payable_units(&self, epoch: EpochIndex) -> Option<u64> {
		let State::Metered { units, .. } = self.state else { return None };
		let allowed = units.saturating_add(self.left_in(epoch));
		self.covered_units().map(|covered| covered.min(allowed))
	}

	/// Units that were paid in `epoch`, which is the present one.
	pub fn paid_in(&self, epoch: EpochIndex) -> u64 {
		match &self.state {
			State::Metered { epoch: last, in_epoch, .. } if *last == epoch => *in_epoch,
			_ => 0,
		}
	}

	/// Units that may be paid in `epoch` yet.
	pub fn left_in(&self, epoch: EpochIndex) -> u64 {
		match &self.terms {
			Terms::Meter { most, .. } => most.saturating_sub(self.paid_in(epoch)),
			_ => 0,
		}
	}

	/// Credits that are due now, if its time ends then.
	pub fn due(&self, now: Block, end: Option<Block>) -> CreditBalance {
		match (&self.state, &self.terms) {
			(State::Streaming { .. }, Terms::Stream { rate }) => {
				rate.saturating_mul(self.due_blocks(now, end).into())
			}
			(State::Delivered { .. }, Terms::Job { price, .. }) => *price,
			(State::Disputed { until, .. }, Terms::Job { price, arbitration, .. })
				if *until <= now =>
			{
				arbitration.as_ref().map_or(0, |arbitration| arbitration.silence.mul_floor(*price))
			}
			_ => 0,
		}
	}

	/// The last block of which it is known what was paid: before it, nothing is due.
	pub fn settled_to(&self) -> Block {
		match &self.state {
			State::Streaming { paid_to } => *paid_to,
			_ => self.since,
		}
	}
}

/// A buyer's word for how many units it has taken in all: `(USAGE, genesis, agreement, units)`, signed by the
/// agreement's key.
#[derive(
	Clone, PartialEq, Eq, Debug, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Receipt {
	/// How many, from the beginning.
	pub units: u64,
	/// By the agreement's key.
	pub signature: Signature,
}

/// What a payer owes many hosts for an epoch: spent, and to be collected.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Bill {
	/// Root of the tree that adds up, over what each host is owed.
	pub root: H256,
	/// How many leaves it has.
	pub leaves: u32,
	/// What they add up to.
	pub credits: CreditBalance,
	/// What was burned for those, in planck.
	pub cost: Balance,
	/// The part of it that is made again for hosts.
	pub seller: Permill,
	/// What of it stays burned, whatever hosts collect, in planck.
	pub left_burned: Balance,
	/// What was collected.
	pub collected: Balance,
	/// What is held from the payer for its rows.
	pub deposit: Balance,
}

/// What was sold in a network in an epoch.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Usage {
	/// Which epoch.
	pub epoch: EpochIndex,
	/// What was burned for the credits, in planck.
	pub cost: Balance,
	/// What of it was made again for who sold, or waits for them in bills.
	pub seller: Balance,
	/// What of it was made again for the network.
	pub network: Balance,
	/// How often something was sold.
	pub sales: u32,
}

/// What a provider has sold, ever.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Record {
	/// What was burned for the credits, in planck.
	pub cost: Balance,
	/// What of it stays burned: nobody has this for nothing, whoever the buyers are.
	pub left_burned: Balance,
	/// Jobs that were delivered and paid, wholly or in part.
	pub jobs: u32,
	/// Jobs that were given up, or not delivered in time.
	pub undelivered: u32,
	/// Jobs whose buyers were not content.
	pub disputed: u32,
	/// Jobs for which an arbiter has given less than half of the price.
	pub lost: u32,
	/// Deals that were served to their end.
	pub deals: u32,
	/// Deals that were broken.
	pub broken: u32,
}

/// An agreement, and what follows from it.
#[derive(Clone, PartialEq, Eq, Debug, Encode, Decode, TypeInfo)]
pub struct AgreementView {
	/// The row.
	pub row: Agreement,
	/// When it ends if nobody does anything, or has ended, and why.
	pub end: Option<(Block, Reason)>,
	/// From when on there is less time left than the notice.
	pub warn_at: Option<Block>,
	/// Units for which there are credits, those that were paid included.
	pub covered_units: Option<u64>,
	/// Credits that are due: for time, or for a job that was delivered.
	pub due: CreditBalance,
	/// Credits that the buyer had back if it ended now.
	pub refund: CreditBalance,
}

/// An agreement by its number.
pub type Numbered = (AgreementId, AgreementView);
