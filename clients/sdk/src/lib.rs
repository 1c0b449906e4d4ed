//! # The software development kit
//!
//! What a program needs of the chain: reading it, writing to it, publishing reports, claiming for
//! them, and judging and explaining what came of them. Nothing here prints, asks or reads arguments:
//! what there is to say is given back, and long work tells a [`progress::Progress`] how far it is.
//!
//! ```no_run
//! # async fn example() -> anyhow::Result<()> {
//! use substation_sdk::chain::{Chain, NODE};
//!
//! let chain = Chain::connect(NODE).await?;
//! let clock = chain.clock().await?;
//! let pool = chain.pool(1, clock.epoch.saturating_sub(3)).await?;
//! # Ok(())
//! # }
//! ```

#![deny(clippy::print_stdout, clippy::print_stderr)]

pub mod access;
pub mod archive;
pub mod begun;
pub mod bills;
pub mod board;
pub mod chain;
pub mod chairs;
pub mod claim;
pub mod course;
pub mod credits;
pub mod describe;
pub mod durable;
pub mod explain;
pub mod failure;
pub mod holding;
pub mod http;
pub mod identity;
pub mod keys;
pub mod mapping;
pub mod market;
pub mod metering;
pub mod packing;
pub mod pay;
pub mod presence;
pub mod profile;
pub mod progress;
pub mod proxies;
pub mod publish;
pub mod recompute;
pub mod register;
pub mod secrets;
pub mod sensing;
pub mod service;
pub mod strangers;
pub mod validator;
pub mod verify;

pub use substation_primitives::amount;
