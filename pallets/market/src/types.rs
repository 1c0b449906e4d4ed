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

/// What is paid for.
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
}

impl Terms {
	/// Whether something is asked for something.
	pub fn is_sound(&self) -> bool {
		match self {
			Self::Meter { price, most, .. } => *price > 0 && *most > 0,
			Self::Stream { rate } => *rate > 0,
		}
	}

	/// Whether units are paid for, which somebody signs for.
	pub fn is_metered(&self) -> bool {
		matches!(self, Self::Meter { .. })
	}

	/// What the least of it costs: a unit, or a block.
	pub fn least(&self) -> CreditBalance {
		match self {
			Self::Meter { price, .. } => *price,
			Self::Stream { rate } => *rate,
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
	pub fn end(&self, transferred: Option<Block>) -> Option<(Block, Reason)> {
		let grace = if self.terms.is_metered() { self.notice } else { 0 };
		let ends = [
			(self.closes, Reason::Closed),
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
			Terms::Stream { .. } => 0,
		}
	}

	/// The last block of which it is known what was paid: before it, nothing is due.
	pub fn settled_to(&self) -> Block {
		match &self.state {
			State::Streaming { paid_to } => *paid_to,
			State::Metered { .. } => self.since,
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

/// What was sold in a network in an epoch.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Usage {
	/// Which epoch.
	pub epoch: EpochIndex,
	/// What was burned for the credits, in planck.
	pub cost: Balance,
	/// What of it was made again for who sold.
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
	/// Credits that are due for time.
	pub due: CreditBalance,
	/// Credits that the buyer had back if it ended now.
	pub refund: CreditBalance,
}

/// An agreement by its number.
pub type Numbered = (AgreementId, AgreementView);
