//! The runtime's interface, generated from its metadata.

/// The runtime's calls, events, storage and view functions, generated from its metadata.
#[allow(clippy::all, missing_docs)]
#[subxt::subxt(
	runtime_metadata_path = "metadata.scale",
	derive_for_type(
		path = "pallet_market::types::Ask",
		derive = "Clone, PartialEq, Eq",
		recursive
	),
	derive_for_type(path = "pallet_market::types::Receipt", derive = "Clone"),
	derive_for_type(path = "pallet_access::types::Reason", derive = "Clone, Copy, PartialEq, Eq"),
	derive_for_type(
		path = "pallet_access::types::Tariff",
		derive = "Clone, PartialEq, Eq",
		recursive
	),
	substitute_type(
		path = "substation_primitives::batch::Terms",
		with = "::subxt::utils::Static<::substation_primitives::batch::Terms>"
	),
	substitute_type(
		path = "substation_primitives::batch::Element",
		with = "::subxt::utils::Static<::substation_primitives::batch::Element>"
	),
	substitute_type(
		path = "substation_primitives::batch::Leaf",
		with = "::subxt::utils::Static<::substation_primitives::batch::Leaf>"
	),
	substitute_type(
		path = "substation_primitives::bill::Leaf",
		with = "::subxt::utils::Static<::substation_primitives::bill::Leaf>"
	),
	substitute_type(
		path = "substation_primitives::epoch::EpochRecord",
		with = "::subxt::utils::Static<::substation_primitives::epoch::EpochRecord>"
	),
	substitute_type(
		path = "substation_primitives::epoch::Parameters",
		with = "::subxt::utils::Static<::substation_primitives::epoch::Parameters>"
	),
	substitute_type(
		path = "substation_primitives::keys::ReportKey",
		with = "::subxt::utils::Static<::substation_primitives::ReportKey>"
	),
	substitute_type(
		path = "substation_primitives::keys::HardwareKey",
		with = "::subxt::utils::Static<::substation_primitives::HardwareKey>"
	),
	substitute_type(
		path = "substation_proofs::facts::Place",
		with = "::subxt::utils::Static<::substation_proofs::facts::Place>"
	),
	substitute_type(
		path = "substation_proofs::facts::DataSet",
		with = "::subxt::utils::Static<::substation_proofs::facts::DataSet>"
	),
	substitute_type(
		path = "substation_proofs::facts::DeviceFacts",
		with = "::subxt::utils::Static<::substation_proofs::facts::DeviceFacts>"
	),
	substitute_type(
		path = "substation_proofs::tiles::Parent",
		with = "::subxt::utils::Static<::substation_proofs::tiles::Parent>"
	),
	substitute_type(
		path = "substation_proofs::tiles::Tiles",
		with = "::subxt::utils::Static<::substation_proofs::tiles::Tiles>"
	),
	substitute_type(
		path = "substation_proofs::Policy",
		with = "::subxt::utils::Static<::substation_proofs::Policy>"
	)
)]
pub mod api {}

pub use api::runtime_types::{
	pallet_attestation::types::{
		Aggregator, BatchState, Capacity, Commitment, Market, Round, Schedule,
	},
	pallet_devices::{standing::Standing as MemberStanding, DeviceView, RegistrationProof},
	pallet_emission::Pool,
	pallet_networks::Terms as NetworkTerms,
	substation_runtime::RuntimeCall,
};
