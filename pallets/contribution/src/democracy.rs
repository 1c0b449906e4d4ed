//! Votes and delegations as `pallet-democracy` records them.

use core::marker::PhantomData;
use frame_support::{
	dispatch::DispatchResult,
	traits::{Currency, LockIdentifier},
};
use frame_system::RawOrigin;
use pallet_democracy::{AccountVote, ReferendumInfo, ReferendumInfoOf, Voting, VotingOf};
use sp_runtime::traits::StaticLookup;
use substation_primitives::mul_div;

use crate::{AccountId32, Balance};

/// Votes and delegations as they are recorded.
pub trait Ballots {
	/// Under which name votes lock tokens.
	const LOCK: LockIdentifier;

	/// The most votes that are recorded for an account in one running referendum, or delegated by it.
	fn largest(voter: &AccountId32) -> Balance;

	/// Records no more than so many votes for an account, wherever there are more.
	///
	/// # Errors
	///
	/// Those of voting anew.
	fn bring_down(voter: &AccountId32, votes: Balance) -> DispatchResult;

	/// Has an account vote with all it has in as many referenda as one may vote in.
	#[cfg(feature = "runtime-benchmarks")]
	fn fill(voter: &AccountId32);
}

/// [`Ballots`] of a runtime's `pallet-democracy`.
pub struct DemocracyBallots<T>(PhantomData<T>);

impl<T> DemocracyBallots<T>
where
	T: pallet_democracy::Config + frame_system::Config<AccountId = AccountId32>,
	T::Currency: Currency<AccountId32, Balance = Balance>,
{
	fn is_running(referendum: u32) -> bool {
		matches!(ReferendumInfoOf::<T>::get(referendum), Some(ReferendumInfo::Ongoing(_)))
	}
}

impl<T> Ballots for DemocracyBallots<T>
where
	T: pallet_democracy::Config + frame_system::Config<AccountId = AccountId32>,
	T::Currency: Currency<AccountId32, Balance = Balance>,
{
	// The pallet keeps it to itself.
	const LOCK: LockIdentifier = *b"democrac";

	fn largest(voter: &AccountId32) -> Balance {
		match VotingOf::<T>::get(voter) {
			Voting::Delegating { balance, .. } => balance,
			Voting::Direct { votes, .. } => votes
				.iter()
				.filter(|(referendum, _)| Self::is_running(*referendum))
				.map(|(_, vote)| vote.balance())
				.max()
				.unwrap_or_default(),
		}
	}

	fn bring_down(voter: &AccountId32, votes: Balance) -> DispatchResult {
		let origin = || RawOrigin::Signed(voter.clone()).into();
		match VotingOf::<T>::get(voter) {
			Voting::Delegating { balance, target, conviction, .. } => {
				if balance > votes {
					let target = T::Lookup::unlookup(target);
					pallet_democracy::Pallet::<T>::delegate(origin(), target, conviction, votes)
						.map_err(|error| error.error)?;
				}
			}
			Voting::Direct { votes: recorded, .. } => {
				for (referendum, vote) in recorded {
					if vote.balance() > votes && Self::is_running(referendum) {
						let vote = reduced(vote, votes);
						pallet_democracy::Pallet::<T>::vote(origin(), referendum, vote)?;
					}
				}
			}
		}
		Ok(())
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn fill(voter: &AccountId32) {
		use frame_support::{traits::Get, BoundedVec};
		use pallet_democracy::{Conviction, ReferendumStatus, Vote, VoteThreshold};
		let vote = AccountVote::Standard {
			vote: Vote { aye: true, conviction: Conviction::Locked1x },
			balance: T::Currency::free_balance(voter),
		};
		let proposal = frame_support::traits::Bounded::Inline(BoundedVec::default());
		for referendum in 0..T::MaxVotes::get() {
			let status = ReferendumStatus {
				end: sp_runtime::traits::Bounded::max_value(),
				proposal: proposal.clone(),
				threshold: VoteThreshold::SimpleMajority,
				delay: Default::default(),
				tally: Default::default(),
			};
			ReferendumInfoOf::<T>::insert(referendum, ReferendumInfo::Ongoing(status));
			let origin = RawOrigin::Signed(voter.clone()).into();
			let _ = pallet_democracy::Pallet::<T>::vote(origin, referendum, vote);
		}
	}
}

/// The same vote with so many votes; both sides of a split one get smaller by the same part.
fn reduced(vote: AccountVote<Balance>, votes: Balance) -> AccountVote<Balance> {
	match vote {
		AccountVote::Standard { vote, .. } => AccountVote::Standard { vote, balance: votes },
		AccountVote::Split { aye, nay } => {
			let all = aye.saturating_add(nay);
			let aye = mul_div(aye, votes, all);
			AccountVote::Split { aye, nay: votes.saturating_sub(aye) }
		}
	}
}
