//! Networks: what was voted for is what is paid for, whoever has the owner's key.

use polkadot_sdk::{frame_system, pallet_proxy, sp_runtime::MultiAddress};
use sp_keyring::Sr25519Keyring as Key;
use substation_proofs::{
	storage::{self, Committed},
	KindPolicy,
};
use substation_runtime::{
	configs::ProxyType, constants::currency::STN, AccountId, Balance, Balances, Networks, Runtime,
	RuntimeCall, System,
};

use crate::{
	chain::{account, by_governance, rich, Chain, KeyPair},
	field::{
		claim, device, pack_storage, register, register_aggregator, settle, storage_report, STORAGE,
	},
};

type Call = pallet_networks::Call<Runtime>;
type Error = pallet_networks::Error<Runtime>;
type Terms = pallet_networks::Terms<Balance>;

fn free(key: &KeyPair) -> Balance {
	Balances::free_balance(account(key))
}

fn set(terms: &Terms) -> Call {
	Call::set_terms { network: STORAGE, terms: terms.clone() }
}

/// What two devices' owners were paid for an epoch: of one that has all that a full score takes, and of one with a thousand
/// times as much.
fn earn(
	chain: &mut Chain,
	carrier: &KeyPair,
	owners: [&KeyPair; 2],
	data: [&[u8]; 2],
	epoch: u32,
) -> [Balance; 2] {
	chain.reach(epoch, 2);
	let reports = [1, 2]
		.map(|number| {
			let pair = device(number);
			let report = storage_report(chain, &pair, epoch, data[usize::from(number) - 1]);
			(pair.device_id(), report)
		})
		.into();
	let packed = pack_storage(chain, carrier, epoch, &reports);
	let (batch, judged) = settle(chain, carrier, &packed);
	chain.reach(epoch + 4, 3);
	let before = owners.map(free);
	claim(chain, &Key::Bob.pair(), epoch, batch, &judged).unwrap();
	let after = owners.map(free);
	[after[0] - before[0], after[1] - before[1]]
}

/// An owner whose device has more data than all others, and an owner's everyday key, make the terms no others.
#[test]
fn no_owner_makes_the_pool_their_own() {
	Chain::run(|chain| {
		let [honest, insider, carrier, hot] =
			["honest", "insider", "carrier", "hot"].map(|name| rich(chain, name));
		register_aggregator(chain, &carrier);
		let call = pallet_proxy::Call::add_proxy {
			delegate: MultiAddress::Id(account(&hot)),
			proxy_type: ProxyType::NonTransfer,
			delay: 0,
		};
		chain.send(&Key::Alice.pair(), call).unwrap();
		let (small, large) = (vec![1; 4 * 1024], vec![0; 4 * 1024 * 1024]);
		let mut terms = Networks::terms_at(STORAGE, 0).unwrap();
		let policy = |cap| KindPolicy::Storage(storage::Policy { shown: 2, cap });
		terms.policy.kind = policy(4 * 1024);
		by_governance(chain, set(&terms));
		let owners = [&honest, &insider];
		let data = [&small[..], &large[..]];
		for (number, (owner, data)) in (1..).zip(owners.into_iter().zip(data)) {
			register(chain, owner, &device(number), STORAGE, &account(&carrier));
			let data_set = Some(Committed::new(data).unwrap().data_set());
			let device = device(number).device_id();
			chain.send(owner, pallet_devices::Call::commit_data_set { device, data_set }).unwrap();
		}
		let fair = earn(chain, &carrier, owners, data, 2);
		assert_eq!(
			fair,
			[6_300 * STN / 1_000; 2],
			"half of the pool each, less the aggregator's tenth"
		);

		// A full score would be a thousand times as much data, and paid a hundred times as much.
		let voted = Networks::terms_hash(STORAGE);
		terms.policy.kind = policy(4 * 1024 * 1024);
		terms.rate_cap = 1_000 * STN;
		assert_eq!(chain.send(&Key::Alice.pair(), set(&terms)), Err(Error::Weighted.into()));
		let call = pallet_proxy::Call::proxy {
			real: MultiAddress::Id(Key::Alice.to_account_id()),
			force_proxy_type: None,
			call: Box::new(RuntimeCall::from(set(&terms))),
		};
		chain.send(&hot, call).unwrap();
		let refused = frame_system::Error::<Runtime>::CallFiltered.into();
		System::assert_has_event(
			pallet_proxy::Event::ProxyExecuted { result: Err(refused) }.into(),
		);
		assert_eq!(Networks::terms_hash(STORAGE), voted);
		assert_eq!(earn(chain, &carrier, owners, data, 9), fair);
	});
}

/// Somebody has the owner's key: a referendum gives the network to another, who goes on with it.
#[test]
fn a_referendum_replaces_an_owner() {
	Chain::run(|chain| {
		let (thief, heir) = (Key::Alice.pair(), rich(chain, "heir"));
		let heirs: AccountId = account(&heir);
		register(chain, &heir, &device(1), STORAGE, &heirs);
		chain.send(&thief, Call::retire { network: STORAGE }).unwrap();
		by_governance(chain, Call::offer { network: STORAGE, to: Some(heirs.clone()) });
		let back = chain.send(&thief, Call::offer { network: STORAGE, to: None });
		assert_eq!(back, Err(Error::OfferedByGovernance.into()));
		chain.send(&heir, Call::accept { network: STORAGE }).unwrap();
		let (row, terms) = Networks::network(STORAGE).unwrap();
		assert_eq!((row.owner, row.retired, terms.open), (heirs, None, true));
		let refused = chain.send(&thief, Call::retire { network: STORAGE });
		assert_eq!(refused, Err(Error::NotOwner.into()));
	});
}
