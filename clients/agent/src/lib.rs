//! # The agent
//!
//! What people run beside a node: devices that make evidence, aggregators that publish it, and the
//! command line that registers, claims, verifies and explains. This library is the command line's
//! body; tests drive real nodes with it. What it knows of the chain is `substation_sdk`'s.

mod bounded;
pub mod commands;
pub mod connection;
pub mod daemons;
pub mod fleet;
pub mod output;
pub mod replay;
pub mod rides;
pub mod tables;
