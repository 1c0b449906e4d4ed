//! What the session pallet tells of validators, as judges.

use alloc::vec::Vec;
use substation_primitives::{epoch::Judge, AccountId32};

use crate::{sr25519::JudgeId, Config, Pallet};

impl<T: Config> sp_runtime::BoundToRuntimeAppPublic for Pallet<T> {
	type Public = JudgeId;
}

impl<T: Config> frame_support::traits::OneSessionHandler<AccountId32> for Pallet<T> {
	type Key = JudgeId;

	fn on_genesis_session<'a, I>(validators: I)
	where
		I: Iterator<Item = (&'a AccountId32, JudgeId)> + 'a,
	{
		Self::open_genesis(Self::judges(validators));
	}

	fn on_new_session<'a, I>(_changed: bool, validators: I, _queued: I)
	where
		I: Iterator<Item = (&'a AccountId32, JudgeId)> + 'a,
	{
		Self::session_changed(Self::judges(validators));
	}

	fn on_disabled(_: u32) {}
}

impl<T: Config> Pallet<T> {
	fn judges<'a>(validators: impl Iterator<Item = (&'a AccountId32, JudgeId)>) -> Vec<Judge> {
		validators
			.map(|(account, key)| Judge { account: account.clone(), key: key.into() })
			.collect()
	}
}
