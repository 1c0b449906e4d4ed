//! How each pallet is configured, by topic.

mod access;
mod consensus;
mod credits;
mod election;
mod governance;
mod mapping;
mod market;
mod monetary;
pub mod parameters;
mod physical;
mod proxies;
mod staking;
mod system;
mod treasury;

pub(crate) use consensus::key_ownership_proof;
pub use consensus::{MaxValidators, RecentKeys, BABE_GENESIS_EPOCH_CONFIG};
pub use credits::Pair;
pub use election::{
	InstantElection, MAX_ELECTION_TARGETS, MAX_ELECTION_VOTERS, MAX_INSTANT_VOTERS,
};
pub use governance::TakenCalls;
pub(crate) use governance::{EPOCHS_A_DAY, LONGEST_REFERENDUM};
pub use monetary::{FeesFollowFullness, MaximumMultiplier, MinimumMultiplier, EXISTENTIAL_DEPOSIT};
pub(crate) use physical::Clock;
pub use proxies::ProxyType;
pub(crate) use staking::StakeReturns;
pub use staking::{BAG_THRESHOLDS, MAX_BACKERS, STAKE_RETURNS};
pub use system::{RuntimeBlockLength, RuntimeBlockWeights};
pub(crate) use treasury::{Fees, Income};
