//! How each pallet is configured, by topic.

mod consensus;
mod monetary;
mod physical;
mod staking;
mod system;

pub(crate) use consensus::key_ownership_proof;
pub use consensus::{MaxValidators, BABE_GENESIS_EPOCH_CONFIG};
pub use staking::{MAX_ELECTION_TARGETS, MAX_ELECTION_VOTERS};
pub use system::RuntimeBlockWeights;
