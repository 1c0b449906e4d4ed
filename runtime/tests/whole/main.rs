//! The whole runtime, block by block.

mod chain;
mod field;
mod owners;
mod settlement;
