//! Networks that are there from the start.

use super::*;
use sp_runtime::BuildStorage;

fn genesis(change: impl FnOnce(&mut GenesisNetwork<u64>)) -> GenesisNetwork<u64> {
	let Terms { policy, cadence, rate_cap, .. } = storage_terms();
	let mut network =
		GenesisNetwork { owner: account(1), policy, cadence, rate_cap, vouched: false, weight: 30 };
	change(&mut network);
	network
}

fn chain_from(networks: Vec<GenesisNetwork<u64>>) -> sp_io::TestExternalities {
	let mut storage = frame_system::GenesisConfig::<Test>::default().build_storage().unwrap();
	let config = crate::GenesisConfig::<Test> { networks };
	config.assimilate_storage(&mut storage).unwrap();
	storage.into()
}

#[test]
fn terms_and_weights_have_always_counted_and_no_deposit_is_held() {
	let networks = vec![
		genesis(|_| ()),
		genesis(|network| {
			(network.owner, network.vouched, network.weight) = (account(2), true, 70);
		}),
	];
	chain_from(networks).execute_with(|| {
		assert_eq!(NextNetworkId::<Test>::get(), 2);
		for (network, vouched, weight) in [(0, false, 30), (1, true, 70)] {
			assert_eq!(Networks::terms_at(network, 0), Some(storage_terms()));
			assert_eq!(Networks::weight_at(network, 0), (weight, 100));
			let owner = account(network as u8 + 1);
			assert_eq!(Rows::<Test>::get(network), Some(endowed_network(owner, vouched)));
		}
		assert_eq!((held(1), held(2)), (0, 0));
		assert_ok!(Networks::do_try_state());
	});
}

#[test]
fn a_network_of_the_start_is_retired_and_removed_as_any() {
	chain_from(vec![genesis(|_| ())]).execute_with(|| {
		Now::set(20);
		Expired::set(0);
		Members::set(false);
		assert_ok!(Networks::retire(signed(1), 0));
		assert_ok!(set_weight(0, 0));
		Expired::set(22);
		assert_ok!(Networks::remove(signed(1), 0));
		assert_ok!(Networks::do_try_state());
	});
}

#[test]
fn a_chain_may_start_without_networks() {
	chain_from(vec![]).execute_with(|| {
		assert_eq!(NextNetworkId::<Test>::get(), 0);
		assert!(!WeightSum::<Test>::exists());
		assert_ok!(Networks::do_try_state());
	});
}

#[test]
#[should_panic(expected = "a network's terms are unsound")]
fn a_chain_does_not_start_with_an_unsound_policy() {
	chain_from(vec![genesis(|network| network.cadence = 0)]);
}

#[test]
#[should_panic(expected = "a rate cap is out of range")]
fn a_chain_does_not_start_with_a_rate_cap_of_nothing() {
	chain_from(vec![genesis(|network| network.rate_cap = 0)]);
}
