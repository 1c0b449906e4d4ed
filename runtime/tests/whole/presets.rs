//! Chains as they begin.

use polkadot_sdk::{
	frame_support::traits::fungible::Inspect, pallet_collective, pallet_sudo, pallet_tx_pause,
	sp_genesis_builder::PresetId,
};
use substation_runtime::{
	genesis_config_presets::{preset_names, DEVELOPMENT, LOCAL, TESTNET},
	AccountId, Balances, NetworkTreasury, Networks, Runtime, Session,
};

use crate::chain::genesis;

#[test]
fn only_development_chains_have_sudo() {
	assert_eq!(preset_names(), [DEVELOPMENT, LOCAL, TESTNET].map(PresetId::from));
	for preset in preset_names() {
		let development = [DEVELOPMENT, LOCAL].contains(&preset.as_ref());
		genesis(preset.as_ref()).execute_with(|| {
			assert_eq!(pallet_sudo::Key::<Runtime>::get().is_some(), development, "{preset}");
		});
	}
}

#[test]
fn each_preset_has_what_a_chain_takes() {
	for (preset, validators) in [(DEVELOPMENT, 1), (LOCAL, 4), (TESTNET, 4)] {
		genesis(preset).execute_with(|| {
			assert_eq!(Session::validators().len(), validators, "{preset}");
			assert!(pallet_attestation::ProtocolParameters::<Runtime>::get()
				.latest()
				.unwrap()
				.is_sound());
			let curve = pallet_emission::IssuanceCurve::<Runtime>::get();
			assert!(curve.is_sound());
			assert_eq!(
				curve.cap,
				if preset == TESTNET { 10u128.pow(21) } else { 2 * 10u128.pow(20) }
			);
			let council =
				pallet_collective::Members::<Runtime, pallet_collective::Instance1>::get();
			let committee =
				pallet_collective::Members::<Runtime, pallet_collective::Instance2>::get();
			assert_eq!(council, committee);
			assert_eq!(council.len(), 3);
			assert!(Networks::takes_members(0) && Networks::takes_members(1));
			let least = <Balances as Inspect<AccountId>>::minimum_balance();
			assert_eq!(Balances::free_balance(NetworkTreasury::escrow()), least);
			assert_eq!(pallet_tx_pause::PausedCalls::<Runtime>::iter().count(), 0);
		});
	}
}
