//! Income: where it comes from, and how it is divided.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::traits::{fungible::Balanced, Get, Imbalance};
use scale_info::TypeInfo;
use sp_runtime::Permill;
use substation_primitives::{EpochIndex, NetworkId};

use crate::{Balance, Config, CreditOf, InspectNetworks, Pallet, Routes};

/// Where income comes from.
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
	serde::Serialize,
	serde::Deserialize,
)]
pub enum Source {
	/// The treasury's share of issuance.
	#[codec(index = 0)]
	Issuance,
	/// What was slashed, and fees for judging.
	#[codec(index = 1)]
	Slashes,
	/// Fees of transactions, without tips.
	#[codec(index = 2)]
	Fees,
	/// What a network's owners did not claim in time.
	#[codec(index = 3)]
	Claims,
	/// Networks' parts of what was burned for credits that were spent.
	#[codec(index = 4)]
	Sales,
}

impl Source {
	/// All there are.
	pub const ALL: [Self; 5] =
		[Self::Issuance, Self::Slashes, Self::Fees, Self::Claims, Self::Sales];
}

/// How the income of a source is divided. What is left goes to the common fund.
#[derive(
	Clone,
	Copy,
	PartialEq,
	Eq,
	Debug,
	Default,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
	serde::Serialize,
	serde::Deserialize,
)]
pub struct Route {
	/// The part that is burned.
	pub burned: Permill,
	/// The part that networks' funds get: the one whose income it is, or else all of them by weight.
	pub networks: Permill,
}

impl Route {
	/// Whether no more is given away than there is.
	pub fn is_sound(&self) -> bool {
		self.burned.deconstruct().saturating_add(self.networks.deconstruct())
			<= Permill::one().deconstruct()
	}

	/// What is burned of `income`, and what networks get; both rounded down.
	pub fn divide(&self, income: Balance) -> (Balance, Balance) {
		(self.burned.mul_floor(income), self.networks.mul_floor(income))
	}
}

/// Giving networks' funds their parts of what has gathered for all of them. Weights are those of one
/// epoch, whatever happens while it goes on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Round {
	/// What is given out.
	pub amount: Balance,
	/// By weights as of this epoch.
	pub epoch: EpochIndex,
	/// Whose turn it is.
	pub next: NetworkId,
}

impl<T: Config> Pallet<T> {
	/// Divides income, that of one network if it is known whose. What an account cannot take is
	/// burned.
	pub fn take(source: Source, network: Option<NetworkId>, income: CreditOf<T>) {
		let (burned, networks) = Routes::<T>::get(source).divide(income.peek());
		let (burned, income) = income.split(burned);
		let (networks, rest) = income.split(networks);
		drop(burned);
		let fund = network.map_or_else(Self::pot, T::Networks::fund);
		for (account, part) in [(fund, networks), (T::CommonFund::get(), rest)] {
			let _ = T::Currency::resolve(&account, part);
		}
	}
}
