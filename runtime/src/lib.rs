//! # Substation's runtime
//!
//! The state transition function: BABE and GRANDPA under staked validators, the token, and the four
//! pallets by which devices are known, their evidence is judged and their owners are paid.

#![cfg_attr(not(feature = "std"), no_std)]
#![recursion_limit = "512"]

extern crate alloc;

#[cfg(feature = "std")]
include!(concat!(env!("OUT_DIR"), "/wasm_binary.rs"));

/// The same runtime compiled with `fast-runtime`, for development chains.
#[cfg(feature = "std")]
pub mod fast_runtime_binary {
	include!(concat!(env!("OUT_DIR"), "/fast_runtime_binary.rs"));
}

pub mod apis;
#[cfg(feature = "runtime-benchmarks")]
pub mod benchmarks;
pub mod configs;
pub mod constants;
pub mod genesis;
pub mod genesis_config_presets;
pub mod migrations;
pub mod weights;

pub use constants::Balance;

use alloc::vec::Vec;
use frame_support::{
	parameter_types,
	traits::{ConstBool, ConstU16, ConstU32, ConstU8, VariantCountOf},
};
use polkadot_sdk::{
	sp_runtime::{
		generic, impl_opaque_keys,
		traits::{BlakeTwo256, IdentifyAccount, Verify},
		MultiAddress, MultiSignature,
	},
	sp_version::{runtime_version, RuntimeVersion},
	*,
};

/// A block's number.
pub type BlockNumber = u32;
/// A transaction's signature: Sr25519, Ed25519 or ECDSA.
pub type Signature = MultiSignature;
/// An account: 32 bytes of public key or of its hash.
pub type AccountId = <<Signature as Verify>::Signer as IdentifyAccount>::AccountId;
/// Index of a transaction in its account.
pub type Nonce = u32;
/// Hashes are blake2-256.
pub type Hash = sp_core::H256;
/// How calls name an account.
pub type Address = MultiAddress<AccountId, ()>;
/// A block's header.
pub type Header = generic::Header<BlockNumber, BlakeTwo256>;
/// A block.
pub type Block = generic::Block<Header, UncheckedExtrinsic>;

/// Blocks as the node sees them: it does not know what transactions mean, so that an upgrade may
/// change it.
pub mod opaque {
	use super::*;

	/// A block whose transactions are bytes.
	pub type Block = generic::Block<Header, polkadot_sdk::sp_runtime::OpaqueExtrinsic>;
}

/// What every transaction passes through before its call runs, in this order.
pub type TxExtension = (
	frame_system::AuthorizeCall<Runtime>,
	frame_system::CheckNonZeroSender<Runtime>,
	frame_system::CheckSpecVersion<Runtime>,
	frame_system::CheckTxVersion<Runtime>,
	frame_system::CheckGenesis<Runtime>,
	frame_system::CheckEra<Runtime>,
	frame_system::CheckNonce<Runtime>,
	frame_system::CheckWeight<Runtime>,
	pallet_transaction_payment::ChargeTransactionPayment<Runtime>,
	frame_metadata_hash_extension::CheckMetadataHash<Runtime>,
	frame_system::WeightReclaim<Runtime>,
);

/// A transaction as it travels.
pub type UncheckedExtrinsic =
	generic::UncheckedExtrinsic<Address, RuntimeCall, Signature, TxExtension>;
/// What a signer signs.
pub type SignedPayload = generic::SignedPayload<RuntimeCall, TxExtension>;

/// Whether the code of this build says by a digest what its calls look like, which hardware wallets ask for.
pub const HAS_METADATA_DIGEST: bool = cfg!(feature = "metadata-hash");

/// Executes blocks.
pub type Executive = frame_executive::Executive<
	Runtime,
	Block,
	frame_system::ChainContext<Runtime>,
	Runtime,
	AllPalletsWithSystem,
>;

impl_opaque_keys! {
	/// A validator's keys. BABE stands first: our own handler reads the randomness it leaves.
	pub struct SessionKeys {
		/// Makes blocks.
		pub babe: Babe,
		/// Finalizes them.
		pub grandpa: Grandpa,
		/// Judges evidence.
		pub verdict: Attestation,
		/// Signs the addresses at which the validator is found.
		pub discovery: AuthorityDiscovery,
	}
}

macro_rules! version {
	($spec:tt) => {
		/// The runtime's version.
		#[runtime_version]
		pub const VERSION: RuntimeVersion = RuntimeVersion {
			spec_name: alloc::borrow::Cow::Borrowed("substation"),
			impl_name: alloc::borrow::Cow::Borrowed("substation"),
			authoring_version: 1,
			spec_version: $spec,
			impl_version: 1,
			apis: apis::RUNTIME_API_VERSIONS,
			transaction_version: 1,
			system_version: 1,
		};
	};
}

#[cfg(not(feature = "next-runtime"))]
version!(1);
#[cfg(feature = "next-runtime")]
version!(2);

#[frame_support::runtime]
mod runtime {
	#[runtime::runtime]
	#[runtime::derive(
		RuntimeCall,
		RuntimeEvent,
		RuntimeError,
		RuntimeOrigin,
		RuntimeFreezeReason,
		RuntimeHoldReason,
		RuntimeSlashReason,
		RuntimeLockId,
		RuntimeTask,
		RuntimeViewFunction
	)]
	pub struct Runtime;

	#[runtime::pallet_index(0)]
	pub type System = frame_system::Pallet<Runtime>;
	#[runtime::pallet_index(1)]
	pub type Timestamp = pallet_timestamp::Pallet<Runtime>;
	#[runtime::pallet_index(2)]
	pub type Utility = pallet_utility::Pallet<Runtime>;
	#[runtime::pallet_index(3)]
	pub type MultiBlockMigrations = pallet_migrations::Pallet<Runtime>;
	// Of development chains alone: it is not compiled into what a live chain runs.
	#[cfg(any(feature = "std", feature = "fast-runtime"))]
	#[runtime::pallet_index(4)]
	pub type Sudo = pallet_sudo::Pallet<Runtime>;

	#[runtime::pallet_index(5)]
	pub type Preimage = pallet_preimage::Pallet<Runtime>;
	#[runtime::pallet_index(6)]
	pub type Scheduler = pallet_scheduler::Pallet<Runtime>;
	#[runtime::pallet_index(7)]
	pub type Multisig = pallet_multisig::Pallet<Runtime>;
	#[runtime::pallet_index(8)]
	pub type Proxy = pallet_proxy::Pallet<Runtime>;

	#[runtime::pallet_index(9)]
	pub type Parameters = pallet_parameters::Pallet<Runtime>;

	#[runtime::pallet_index(10)]
	pub type Balances = pallet_balances::Pallet<Runtime>;
	#[runtime::pallet_index(11)]
	pub type TransactionPayment = pallet_transaction_payment::Pallet<Runtime>;

	// Hooks run in the order of indices.
	// BABE before Authorship, which asks it for the author; Session after Staking and Offences.
	#[runtime::pallet_index(12)]
	pub type AuthorityDiscovery = pallet_authority_discovery::Pallet<Runtime>;
	#[runtime::pallet_index(13)]
	pub type Babe = pallet_babe::Pallet<Runtime>;
	// Before Democracy, and after Scheduler: it puts forward what the public votes on next.
	#[runtime::pallet_index(14)]
	pub type Contribution = pallet_contribution::Pallet<Runtime>;
	#[runtime::pallet_index(15)]
	pub type Vesting = pallet_vesting::Pallet<Runtime>;

	// After Babe, which knows the slot: the block that ends a session writes nobody down whom it then elects.
	#[runtime::pallet_index(20)]
	pub type ElectionProviderMultiPhase = pallet_election_provider_multi_phase::Pallet<Runtime>;
	#[runtime::pallet_index(21)]
	pub type Authorship = pallet_authorship::Pallet<Runtime>;
	#[runtime::pallet_index(22)]
	pub type Staking = pallet_staking::Pallet<Runtime>;
	#[runtime::pallet_index(23)]
	pub type Offences = pallet_offences::Pallet<Runtime>;
	#[runtime::pallet_index(24)]
	pub type Historical = pallet_session::historical::Pallet<Runtime>;
	#[runtime::pallet_index(25)]
	pub type Session = pallet_session::Pallet<Runtime>;
	#[runtime::pallet_index(26)]
	pub type Grandpa = pallet_grandpa::Pallet<Runtime>;
	#[runtime::pallet_index(27)]
	pub type VoterList = pallet_bags_list::Pallet<Runtime, Instance1>;
	#[runtime::pallet_index(28)]
	pub type DelegatedStaking = pallet_delegated_staking::Pallet<Runtime>;
	#[runtime::pallet_index(29)]
	pub type NominationPools = pallet_nomination_pools::Pallet<Runtime>;
	#[runtime::pallet_index(30)]
	pub type Democracy = pallet_democracy::Pallet<Runtime>;
	#[runtime::pallet_index(31)]
	pub type Council = pallet_collective::Pallet<Runtime, Instance1>;
	#[runtime::pallet_index(32)]
	pub type TechnicalCommittee = pallet_collective::Pallet<Runtime, Instance2>;
	#[runtime::pallet_index(33)]
	pub type Treasury = pallet_treasury::Pallet<Runtime>;
	#[runtime::pallet_index(34)]
	pub type SafeMode = pallet_safe_mode::Pallet<Runtime>;
	#[runtime::pallet_index(35)]
	pub type TxPause = pallet_tx_pause::Pallet<Runtime>;

	#[runtime::pallet_index(37)]
	pub type NetworkTreasury = pallet_network_treasury::Pallet<Runtime>;

	#[runtime::pallet_index(40)]
	pub type Networks = pallet_networks::Pallet<Runtime>;
	#[runtime::pallet_index(41)]
	pub type Devices = pallet_devices::Pallet<Runtime>;
	// After Session, which opens epochs.
	#[runtime::pallet_index(42)]
	pub type Attestation = pallet_attestation::Pallet<Runtime>;
	#[runtime::pallet_index(43)]
	pub type Emission = pallet_emission::Pallet<Runtime>;

	#[runtime::pallet_index(50)]
	pub type Oracle = pallet_oracle::Pallet<Runtime>;
	#[runtime::pallet_index(51)]
	pub type Credits = pallet_credits::Pallet<Runtime>;
	#[runtime::pallet_index(52)]
	pub type Market = pallet_market::Pallet<Runtime>;
	#[runtime::pallet_index(53)]
	pub type Access = pallet_access::Pallet<Runtime>;
	#[runtime::pallet_index(54)]
	pub type Mapping = pallet_mapping::Pallet<Runtime>;
}
