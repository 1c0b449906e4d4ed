//! What runs until it is stopped.

pub mod aggregator;
pub mod device;
mod intake;
pub mod server;
