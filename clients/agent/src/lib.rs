//! # The agent
//!
//! What people run beside a node: devices that make evidence, aggregators that publish it, and the
//! command line that registers, claims, verifies and explains. This library is the command line's
//! body; tests drive real nodes with it.

pub mod aggregator;
pub mod archive;
pub mod chain;
pub mod claim;
pub mod device;
pub mod failure;
pub mod fleet;
pub mod holding;
pub mod http;
pub mod keys;
pub mod output;
pub mod pay;
pub mod publish;
pub mod recompute;
pub mod register;
pub mod replay;
pub mod status;
pub mod validator;
pub mod verify;
pub mod why;
