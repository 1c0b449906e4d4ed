//! Who makes blocks, who finalizes them, and with which keys.

use crate::*;
use constants::time::{REPORTABLE_ERAS, SESSIONS_PER_ERA, SESSION_SLOTS, SLOT_MILLIS};
use frame_support::traits::KeyOwnerProofSystem;
use polkadot_sdk::{
	pallet_session::disabling::UpToLimitDisablingStrategy,
	sp_consensus_babe,
	sp_runtime::{traits::OpaqueKeys, KeyTypeId},
	sp_session,
};

/// Sessions of as many eras as an offence can be shown for.
const REPORTABLE_SESSIONS: u32 = REPORTABLE_ERAS * SESSIONS_PER_ERA;

/// Validators that may be elected.
pub type MaxValidators = ConstU32<256>;

parameter_types! {
	pub const SessionSlots: u64 = SESSION_SLOTS as u64;
	pub const ExpectedBlockTime: u64 = SLOT_MILLIS;
	pub const MinimumPeriod: u64 = SLOT_MILLIS / 2;
	/// Blocks for which an equivocation can be reported.
	pub const ReportLongevity: u64 = REPORTABLE_SESSIONS as u64 * SESSION_SLOTS as u64;
	/// An era more: an offence may be shown in the last session of the last era in which it can be.
	pub const MaxSetIdSessions: u64 = (REPORTABLE_SESSIONS + SESSIONS_PER_ERA) as u64;
	pub const SessionKeyDeposit: Balance = constants::currency::deposit(1, 32 * 5);
}

impl pallet_timestamp::Config for Runtime {
	type Moment = u64;
	type OnTimestampSet = Babe;
	type MinimumPeriod = MinimumPeriod;
	type WeightInfo = weights::pallet_timestamp::WeightInfo<Runtime>;
}

impl pallet_babe::Config for Runtime {
	type EpochDuration = SessionSlots;
	type ExpectedBlockTime = ExpectedBlockTime;
	type EpochChangeTrigger = pallet_babe::ExternalTrigger;
	type DisabledValidators = Session;
	type WeightInfo = ();
	type MaxAuthorities = MaxValidators;
	type MaxNominators = ConstU32<{ configs::MAX_BACKERS }>;
	type KeyOwnerProof = sp_session::MembershipProof;
	type EquivocationReportSystem =
		pallet_babe::EquivocationReportSystem<Self, Offences, RecentKeys, ReportLongevity>;
}

impl pallet_grandpa::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = ();
	type MaxAuthorities = MaxValidators;
	type MaxNominators = ConstU32<{ configs::MAX_BACKERS }>;
	type MaxSetIdSessionEntries = MaxSetIdSessions;
	type KeyOwnerProof = sp_session::MembershipProof;
	type EquivocationReportSystem =
		pallet_grandpa::EquivocationReportSystem<Self, Offences, RecentKeys, ReportLongevity>;
}

impl pallet_authority_discovery::Config for Runtime {
	type MaxAuthorities = MaxValidators;
}

impl pallet_authorship::Config for Runtime {
	type FindAuthor = pallet_session::FindAccountFromAuthorIndex<Self, Babe>;
	type EventHandler = Staking;
}

impl pallet_session::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type ValidatorId = AccountId;
	type ValidatorIdOf = polkadot_sdk::sp_runtime::traits::ConvertInto;
	type ShouldEndSession = Babe;
	type NextSessionRotation = Babe;
	type SessionManager = pallet_session::historical::NoteHistoricalRoot<Self, Staking>;
	type SessionHandler = <SessionKeys as OpaqueKeys>::KeyTypeIdProviders;
	type Keys = SessionKeys;
	type DisablingStrategy = UpToLimitDisablingStrategy<3>;
	type WeightInfo = pallet_session::weights::SubstrateWeight<Runtime>;
	type Currency = Balances;
	type KeyDeposit = SessionKeyDeposit;
}

impl pallet_session::historical::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type FullIdentification = ();
	type FullIdentificationOf = pallet_staking::UnitIdentificationOf<Self>;
}

impl pallet_offences::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type IdentificationTuple = pallet_session::historical::IdentificationTuple<Self>;
	type OnOffenceHandler = Staking;
}

/// Who had which session key, as far back as an offence can be shown. Sessions are remembered for longer, since stake is:
/// but what is shown later would be punished before a referendum could cancel it. Eras count, as they do for punishment:
/// they may be shorter or longer than they should be.
pub struct RecentKeys;

impl<K: AsRef<[u8]>> KeyOwnerProofSystem<(KeyTypeId, K)> for RecentKeys {
	type Proof = sp_session::MembershipProof;
	type IdentificationTuple = pallet_session::historical::IdentificationTuple<Runtime>;

	fn prove(key: (KeyTypeId, K)) -> Option<Self::Proof> {
		Historical::prove(key)
	}

	fn check_proof(key: (KeyTypeId, K), proof: Self::Proof) -> Option<Self::IdentificationTuple> {
		let now = pallet_staking::ActiveEra::<Runtime>::get()?.index;
		let eras = pallet_staking::BondedEras::<Runtime>::get();
		let (era, _) = eras.into_iter().rfind(|(_, first)| *first <= proof.session)?;
		let is_recent = now.saturating_sub(era) <= REPORTABLE_ERAS;
		is_recent.then(|| Historical::check_proof(key, proof)).flatten()
	}
}

/// The proof that a session key belonged to a validator, for equivocation reports.
pub(crate) fn key_ownership_proof(
	key_type: KeyTypeId,
	key: impl codec::Encode,
) -> Option<sp_session::MembershipProof> {
	RecentKeys::prove((key_type, key.encode()))
}

/// BABE's genesis configuration. Author randomness is read in every block, so secondary slots carry
/// VRF outputs too.
pub const BABE_GENESIS_EPOCH_CONFIG: sp_consensus_babe::BabeEpochConfiguration =
	sp_consensus_babe::BabeEpochConfiguration {
		c: constants::time::PRIMARY_PROBABILITY,
		allowed_slots: sp_consensus_babe::AllowedSlots::PrimaryAndSecondaryVRFSlots,
	};
