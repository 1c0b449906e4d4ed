//! Proxies: who may do what for an account.
//!
//! A test compares what metadata says that there is with a list of what each kind may do, so that no new call is in one
//! without somebody having looked at it.

use crate::*;
use configs::parameters::Deposit;
use frame_support::traits::InstanceFilter;

/// What a proxy may do for an account.
#[derive(
	Copy,
	Clone,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Debug,
	Default,
	codec::Encode,
	codec::Decode,
	codec::DecodeWithMemTracking,
	codec::MaxEncodedLen,
	scale_info::TypeInfo,
)]
pub enum ProxyType {
	/// Everything.
	#[default]
	#[codec(index = 0)]
	Any,
	/// What moves no balance to others, makes no rules by which anybody is paid, and names no keys.
	#[codec(index = 1)]
	NonTransfer,
	/// Referenda and the bodies beside them.
	#[codec(index = 2)]
	Governance,
	/// Stake and session keys.
	#[codec(index = 3)]
	Staking,
	/// Devices and claims for them.
	#[codec(index = 4)]
	Devices,
	/// To refuse what another proxy has announced, and nothing else: for a key that watches.
	#[codec(index = 5)]
	CancelProxy,
}

impl ProxyType {
	/// Stake is moved between its owner's own pockets, and those who validate are chosen: no payee, no keys, no commission.
	fn is_own_stake(call: &RuntimeCall) -> bool {
		use pallet_nomination_pools::Call as Pools;
		use pallet_staking::Call as Stakes;
		match call {
			RuntimeCall::Staking(call) => matches!(
				call,
				Stakes::nominate { .. }
					| Stakes::chill {}
					| Stakes::bond_extra { .. }
					| Stakes::unbond { .. }
					| Stakes::rebond { .. }
					| Stakes::withdraw_unbonded { .. }
					| Stakes::payout_stakers { .. }
					| Stakes::payout_stakers_by_page { .. }
			),
			RuntimeCall::VoterList(call) => matches!(
				call,
				pallet_bags_list::Call::rebag { .. }
					| pallet_bags_list::Call::put_in_front_of { .. }
			),
			RuntimeCall::NominationPools(call) => matches!(
				call,
				Pools::join { .. }
					| Pools::bond_extra { .. }
					| Pools::claim_payout {}
					| Pools::unbond { .. }
					| Pools::withdraw_unbonded { .. }
					| Pools::nominate { .. }
					| Pools::chill { .. }
			),
			RuntimeCall::Session(call) => matches!(call, pallet_session::Call::purge_keys {}),
			RuntimeCall::Vesting(call) => matches!(
				call,
				pallet_vesting::Call::vest {} | pallet_vesting::Call::vest_other { .. }
			),
			_ => false,
		}
	}

	/// Devices go on, rest or leave. An aggregator's cut is whatever it is said to be, and a device's key says who carries its
	/// reports: so nobody registers one, or names its aggregator.
	fn is_own_device(call: &RuntimeCall) -> bool {
		use pallet_devices::Call as Devices;
		match call {
			RuntimeCall::Devices(call) => matches!(
				call,
				Devices::assert_place { .. }
					| Devices::commit_data_set { .. }
					| Devices::set_paused { .. }
					| Devices::leave { .. }
					| Devices::remove_membership { .. }
					| Devices::retire { .. }
					| Devices::prune_cell { .. }
					| Devices::take_chair { .. }
					| Devices::vacate { .. }
					| Devices::prune_chair { .. }
					| Devices::describe { .. }
			),
			RuntimeCall::Emission(call) => {
				matches!(call, pallet_emission::Call::claim_chunks { .. })
			}
			RuntimeCall::Networks(call) => matches!(
				call,
				pallet_networks::Call::remove { .. } | pallet_networks::Call::remove_maker { .. }
			),
			_ => false,
		}
	}

	/// A voice is used, and not given up: it took months to earn.
	fn is_voice(call: &RuntimeCall) -> bool {
		match call {
			RuntimeCall::Democracy(_)
			| RuntimeCall::Council(_)
			| RuntimeCall::TechnicalCommittee(_)
			| RuntimeCall::Preimage(_) => true,
			RuntimeCall::Treasury(call) => matches!(
				call,
				pallet_treasury::Call::payout { .. } | pallet_treasury::Call::check_status { .. }
			),
			RuntimeCall::Contribution(call) => {
				!matches!(call, pallet_contribution::Call::withdraw { .. })
			}
			_ => false,
		}
	}

	/// Burns the account's tokens, or hands what it has, its stake or its voice, to somebody else.
	fn gives_away(call: &RuntimeCall) -> bool {
		matches!(
			call,
			RuntimeCall::Devices(pallet_devices::Call::assert_place { .. })
				| RuntimeCall::NominationPools(pallet_nomination_pools::Call::join { .. })
				| RuntimeCall::Democracy(pallet_democracy::Call::delegate { .. })
		)
	}

	/// What these carry is looked at by itself.
	fn carries(call: &RuntimeCall) -> bool {
		matches!(call, RuntimeCall::Utility(_))
	}
}

impl InstanceFilter<RuntimeCall> for ProxyType {
	fn filter(&self, call: &RuntimeCall) -> bool {
		match self {
			Self::Any => true,
			Self::NonTransfer => {
				(Self::is_own_stake(call) || Self::is_own_device(call) || Self::is_voice(call))
					&& !Self::gives_away(call)
					|| Self::carries(call)
					|| matches!(
						call,
						RuntimeCall::System(
							frame_system::Call::remark { .. }
								| frame_system::Call::remark_with_event { .. }
						)
					)
			}
			Self::Governance => Self::is_voice(call) || Self::carries(call),
			Self::Staking => {
				Self::is_own_stake(call)
					|| Self::carries(call)
					|| matches!(
						call,
						RuntimeCall::Staking(_)
							| RuntimeCall::Session(_)
							| RuntimeCall::NominationPools(_)
					)
			}
			Self::Devices => {
				Self::carries(call)
					|| matches!(
						call,
						RuntimeCall::Devices(_)
							| RuntimeCall::Emission(pallet_emission::Call::claim_chunks { .. })
					)
			}
			Self::CancelProxy => {
				Self::carries(call)
					|| matches!(
						call,
						RuntimeCall::Proxy(pallet_proxy::Call::reject_announcement { .. })
					)
			}
		}
	}

	fn is_superset(&self, other: &Self) -> bool {
		match (self, other) {
			(one, another) if one == another => true,
			(Self::Any, _) => true,
			(_, Self::Any) => false,
			// Devices can be handed over, a payee named and a voice lent by their own proxies, and by no NonTransfer one.
			_ => false,
		}
	}
}

impl pallet_proxy::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type Currency = Balances;
	type ProxyType = ProxyType;
	type ProxyDepositBase = Deposit<1, 8>;
	type ProxyDepositFactor = Deposit<0, 37>;
	type MaxProxies = ConstU32<32>;
	type WeightInfo = pallet_proxy::weights::SubstrateWeight<Runtime>;
	type MaxPending = ConstU32<32>;
	type CallHasher = BlakeTwo256;
	type AnnouncementDepositBase = Deposit<1, 8>;
	type AnnouncementDepositFactor = Deposit<0, 68>;
	type BlockNumberProvider = System;
}
