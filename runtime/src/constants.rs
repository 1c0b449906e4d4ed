//! Units of currency and of time.

/// Balance of an account, in planck: 10^-12 STN.
pub type Balance = u128;

/// Prefix of addresses: the general one, until the chain has one of its own.
pub const SS58_PREFIX: u16 = 42;

/// Currency units. The token has 12 decimals.
pub mod currency {
	use super::Balance;

	/// One token.
	pub const STN: Balance = 1_000_000_000_000;
	/// A thousandth of a token.
	pub const MILLI: Balance = STN / 1_000;
	/// A millionth of a token.
	pub const MICRO: Balance = MILLI / 1_000;

	/// What a row of state costs its owner: a part per row and a part per byte.
	pub const fn deposit(rows: u32, bytes: u32) -> Balance {
		rows as Balance * 10 * MILLI + bytes as Balance * 100 * MICRO
	}
}

/// Slots and sessions. A session is a BABE epoch; its length can never change after genesis.
pub mod time {
	/// Length of a slot in milliseconds.
	#[cfg(not(feature = "fast-runtime"))]
	pub const SLOT_MILLIS: u64 = 6_000;
	/// Length of a slot in milliseconds.
	#[cfg(feature = "fast-runtime")]
	pub const SLOT_MILLIS: u64 = 2_000;

	/// Slots in a session.
	#[cfg(not(feature = "fast-runtime"))]
	pub const SESSION_SLOTS: u32 = 600;
	/// Slots in a session.
	#[cfg(feature = "fast-runtime")]
	pub const SESSION_SLOTS: u32 = 20;

	/// Sessions in a staking era: six hours, or two minutes on a development chain.
	#[cfg(not(feature = "fast-runtime"))]
	pub const SESSIONS_PER_ERA: u32 = 6;
	/// Sessions in a staking era: six hours, or two minutes on a development chain.
	#[cfg(feature = "fast-runtime")]
	pub const SESSIONS_PER_ERA: u32 = 3;

	/// Eras for which an offence can be shown: 28 days at six hours each.
	pub const REPORTABLE_ERAS: u32 = 112;
	/// Eras from the last moment at which an offence can be shown to its punishment: more than nine days, which is longer
	/// than the longest referendum that cancels it.
	pub const APPEAL_ERAS: u32 = 37;
	/// Whole eras between an offence and its punishment, whenever it is shown: it is taken when the next one begins, 37 days
	/// after. Staking counts them from the offence, and punishes nothing whose turn has passed.
	pub const SLASH_DEFER_ERAS: u32 = REPORTABLE_ERAS + APPEAL_ERAS - 1;
	/// Eras for which unbonding stake stays slashable: until whatever can be shown of it is decided. Staking lets go of it when
	/// an era is planned, which is a session before the slashes of that era would be taken: so one era more.
	pub const BONDING_ERAS: u32 = SLASH_DEFER_ERAS + 2;
	/// Eras after which nobody can fetch validators' pay any more: 84 days.
	pub const PAYABLE_ERAS: u32 = 336;

	/// Blocks of an hour, if none is missed. On a development chain an hour of governance passes in
	/// eight seconds.
	#[cfg(not(feature = "fast-runtime"))]
	pub const HOURS: u32 = 600;
	/// Blocks of an hour, if none is missed. On a development chain an hour of governance passes in
	/// eight seconds.
	#[cfg(feature = "fast-runtime")]
	pub const HOURS: u32 = 4;
	/// Blocks of a day.
	pub const DAYS: u32 = 24 * HOURS;

	/// One in four slots has a primary author; secondary slots carry VRF outputs as well.
	pub const PRIMARY_PROBABILITY: (u64, u64) = (1, 4);
}
