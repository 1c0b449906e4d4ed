//! The whole runtime, block by block.

mod chain;
mod field;
mod governance;
mod owners;
mod presets;
mod settlement;
mod speed;
mod treasury;
