//! # Substation's words
//!
//! The types that the runtime, the judge, the node and the clients share: identifiers, keys, facts,
//! reports, batches and the trees over them. Nothing here stores anything, and nothing depends on
//! more than the SDK's primitives.
//!
//! Every byte string that is signed or hashed is made in [`signing`], [`merkle`] or [`batch`], and
//! nowhere else; `docs/wire-format.md` describes them for those who write firmware.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

pub mod amount;
pub mod arithmetic;
pub mod batch;
pub mod bill;
pub mod did;
pub mod epoch;
pub mod history;
pub mod keys;
pub mod lease;
pub mod merkle;
pub mod profile;
pub mod purse;
pub mod report;
pub mod signing;
pub mod tenure;
pub mod worker;

pub use arithmetic::mul_div;
pub use history::History;
pub use keys::{HardwareKey, ReportKey};
pub use lease::Lease;
pub use purse::{CreditBalance, Purse};
pub use tenure::Tenure;

pub use sp_core::H256;
pub use sp_runtime::AccountId32;

/// A network's number, given when it is created.
pub type NetworkId = u32;
/// Number of an accounting period. It only grows, by one at a time.
pub type EpochIndex = u32;
/// A device's identity: the hash of its first public key, which never changes.
pub type DeviceId = H256;
/// A batch's identity, see [`batch::batch_id`].
pub type BatchId = H256;
/// How tokens are counted: in planck.
pub type Balance = u128;
/// What a report is worth: from 0 to [`FULL_SCORE`].
pub type Score = u32;
/// The time that one sr25519 verification takes, as the unit of judging work.
pub type WorkUnits = u32;

/// The highest score of a report.
pub const FULL_SCORE: Score = 1_000_000;
