//! Changes of stored data that the next release carries out. None yet: storage starts at version 1.

/// Run at once, in the block after an upgrade.
pub type SingleBlock = ();

/// Run over many blocks.
#[cfg(not(feature = "runtime-benchmarks"))]
pub type MultiBlock = ();
