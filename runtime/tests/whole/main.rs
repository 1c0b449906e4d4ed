//! The whole runtime, block by block.

mod chain;
mod elections;
mod fees;
mod field;
mod governance;
mod owners;
mod pools;
mod presets;
mod settlement;
mod slashes;
mod speed;
mod treasury;
