//! The pallets that make this chain one for physical infrastructure.
