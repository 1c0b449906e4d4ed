//! The whole runtime, block by block.

mod access;
mod bandwidth;
mod capacity;
mod chain;
mod council;
mod deals;
mod elections;
mod fees;
mod field;
mod governance;
mod jobs;
mod mapping;
mod market;
mod networks;
mod owners;
mod pools;
mod presence;
mod presets;
mod proxies;
mod reopened;
mod root;
mod rules;
mod settlement;
mod slashes;
mod speed;
mod treasury;
