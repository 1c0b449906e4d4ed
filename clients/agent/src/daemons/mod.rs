//! What runs until it is stopped.

pub mod aggregator;
mod answers;
mod behind;
mod boards;
pub mod buying;
pub mod device;
pub mod door;
mod driving;
mod elapsed;
pub mod feeder;
mod hosting;
mod intake;
mod own;
mod presence;
mod publishing;
mod readings;
pub mod refusal;
mod said;
pub mod seller;
mod sensing;
pub mod server;
mod settling;
pub mod sharing;
mod source;
mod taking;
