//! Amounts of tokens.

/// A token has twelve decimals.
pub const TOKEN: u128 = 1_000_000_000_000;

/// An amount in tokens.
pub fn tokens(planck: u128) -> String {
	format!("{}.{:012} STN", planck / TOKEN, planck % TOKEN)
}
