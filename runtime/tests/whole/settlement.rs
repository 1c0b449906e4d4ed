//! Evidence: registered, reported, committed to, sealed, settled, paid.

use codec::MaxEncodedLen;
use polkadot_sdk::{
	frame_support::{
		traits::{Get, Hooks},
		weights::Weight,
	},
	pallet_sudo,
	sp_runtime::Permill,
};
use proptest::prelude::*;
use sp_keyring::Sr25519Keyring as Key;
use substation_primitives::{
	epoch::Parameters, BatchId, DeviceId, EpochIndex, NetworkId, FULL_SCORE,
};
use substation_proofs::{
	storage::{self, Committed},
	KindPolicy,
};
use substation_runtime::{
	configs::MAX_ELECTION_TARGETS, constants::currency::STN, Attestation, Balance, Balances,
	Devices, Emission, Networks, Runtime, RuntimeCall, RuntimeEvent, System, Treasury,
};

use crate::{
	chain::{account, by_governance, rich, Chain, KeyPair},
	field::{
		claim, commit, device, hotspots, judged, outcome, pack_coverage, pack_storage, register,
		register_aggregator, reveal, seal, settle, storage_report, try_commit, COVERAGE, CUT,
		STORAGE,
	},
};

#[test]
fn evidence_becomes_the_owners_balance_and_issuance_grows_by_nothing_else() {
	Chain::run(|chain| {
		let (owner, carrier) = (rich(chain, "owner"), rich(chain, "carrier"));
		let claimant = rich(chain, "claimant");
		register_aggregator(chain, &carrier);
		let pair = device(1);
		let id = pair.device_id();
		let data = vec![7; 4 * 1024 * 1024];
		register(chain, &owner, &pair, STORAGE, &account(&carrier));
		let data_set = Some(Committed::new(&data).unwrap().data_set());
		let call = pallet_devices::Call::commit_data_set { device: id, data_set };
		chain.send(&owner, call).unwrap();
		assert_eq!(Devices::facts(STORAGE, &id, 1), None, "nothing counts before two epochs");

		chain.reach(2, 2);
		let report = storage_report(chain, &pair, 2, &data);
		let packed = pack_storage(chain, &carrier, 2, &[(id, report)].into());
		let (batch, judged) = settle(chain, &carrier, &packed);
		// A quarter of the sixteen mebibytes of a full score.
		assert_eq!(judged[0].element.sum, 250_000);
		assert_eq!(
			claim(chain, &claimant, 2, batch, &judged),
			Err(pallet_attestation::Error::<Runtime>::NotFrozen.into())
		);

		chain.reach(6, 3);
		let common = Treasury::account_id();
		let before = (
			Balances::free_balance(account(&owner)),
			Balances::free_balance(account(&carrier)),
			Balances::total_issuance(),
			pallet_emission::Issued::<Runtime>::get(),
			Balances::free_balance(&common),
		);
		let funds = Balances::free_balance(account(&claimant));
		claim(chain, &claimant, 2, batch, &judged).unwrap();
		// A quarter of ten tokens: the rate cap lets less out than the pool of 14 tokens.
		let payment: Balance = 10 * STN / 4;
		assert_eq!(Emission::pool(STORAGE, 2).unwrap().amount, 70 * STN / 5);
		assert_eq!(Balances::free_balance(account(&owner)) - before.0, payment * 9 / 10);
		assert_eq!(Balances::free_balance(account(&carrier)) - before.1, payment / 10);
		// A fifth of the fee is the author's, half of the rest is burned, and the other half is the common fund's; nothing else
		// moves what there is.
		let fee = funds - Balances::free_balance(account(&claimant));
		let income = fee - fee / 5;
		assert_eq!(Balances::total_issuance(), before.2 + payment - income / 2);
		assert_eq!(Balances::free_balance(&common) - before.4, income - income / 2);
		assert_eq!(pallet_emission::Issued::<Runtime>::get(), before.3 + payment);
		assert_eq!(
			claim(chain, &claimant, 2, batch, &judged),
			Err(pallet_emission::Error::<Runtime>::NobodyToPay.into())
		);
	});
}

/// What somebody changes while reports are being judged.
#[derive(Clone, Debug)]
enum Change {
	/// The protocol's parameters, by governance.
	Parameters { commit_blocks: u32, dispute_epochs: u32, committee: u16 },
	/// The networks' weights, by governance.
	Weight { network: NetworkId, weight: u32 },
	/// What the network pays for, by its owner.
	Terms { cap: u64, shown: u8, cadence: u16, rate_cap: Balance },
	/// Who carries the device's reports, for how much, by its owner.
	Seat { aggregator: u8, cut: u32 },
	/// What the device stores, by its owner.
	DataSet { filler: u8 },
	/// Whether the device reports at all, by its owner.
	Paused(bool),
}

fn changes() -> impl Strategy<Value = Vec<((EpochIndex, u32), Change)>> {
	let change = prop_oneof![
		(2u32..=6, 2u32..=5, 1u16..=4).prop_map(|(commit_blocks, dispute_epochs, committee)| {
			Change::Parameters { commit_blocks, dispute_epochs, committee }
		}),
		(0u32..=1, 0u32..100).prop_map(|(network, weight)| Change::Weight { network, weight }),
		(256u64..1 << 30, 1u8..=4, 1u16..=24, 1..100 * STN).prop_map(
			|(cap, shown, cadence, rate_cap)| Change::Terms { cap, shown, cadence, rate_cap }
		),
		(any::<u8>(), 0u32..=1_000_000)
			.prop_map(|(aggregator, cut)| Change::Seat { aggregator, cut }),
		any::<u8>().prop_map(|filler| Change::DataSet { filler }),
		any::<bool>().prop_map(Change::Paused),
	];
	// From the epoch of the reports to the one before claims open.
	let changes = prop::collection::vec(((2u32..=5, 3u32..=15), change), 0..10);
	changes.prop_map(|mut changes| {
		changes.sort_by_key(|(at, _)| *at);
		changes
	})
}

impl Change {
	/// Makes the change, unless there were too many already.
	fn make(&self, chain: &Chain, owner: &KeyPair, id: DeviceId) {
		let by_governance = |call: RuntimeCall| {
			let call = pallet_sudo::Call::sudo { call: Box::new(call) };
			chain.send(&Key::Alice.pair(), call)?;
			let done = System::events().into_iter().rev().find_map(|record| match record.event {
				RuntimeEvent::Sudo(pallet_sudo::Event::Sudid { sudo_result }) => Some(sudo_result),
				_ => None,
			});
			done.expect("sudo says what came of it")
		};
		let network = STORAGE;
		let done = match self.clone() {
			Self::Parameters { commit_blocks, dispute_epochs, committee } => {
				let now = Attestation::now().unwrap().2.parameters;
				let parameters = Parameters { commit_blocks, dispute_epochs, committee, ..now };
				by_governance(pallet_attestation::Call::set_parameters { parameters }.into())
			}
			Self::Weight { network, weight } => {
				let terms = Networks::terms_hash(network).unwrap();
				by_governance(pallet_networks::Call::set_weight { network, weight, terms }.into())
			}
			Self::Terms { cap, shown, cadence, rate_cap } => {
				let mut terms = Networks::terms_at(STORAGE, 2).unwrap();
				terms.policy.kind = KindPolicy::Storage(storage::Policy { shown, cap });
				(terms.cadence, terms.rate_cap) = (cadence, rate_cap);
				by_governance(pallet_networks::Call::set_terms { network, terms }.into())
			}
			Self::Seat { aggregator, cut } => {
				let (aggregator, cut) = ([aggregator; 32].into(), Permill::from_parts(cut));
				let call = pallet_devices::Call::set_seat { device: id, network, aggregator, cut };
				chain.send(owner, call)
			}
			Self::DataSet { filler } => {
				let data_set = Some(Committed::new(&[filler; 10_000]).unwrap().data_set());
				chain.send(owner, pallet_devices::Call::commit_data_set { device: id, data_set })
			}
			Self::Paused(paused) => {
				chain.send(owner, pallet_devices::Call::set_paused { device: id, network, paused })
			}
		};
		// Whoever changes something too often is told so, and nothing else goes wrong.
		let too_many = [
			pallet_attestation::Error::<Runtime>::TooManyChanges.into(),
			pallet_networks::Error::<Runtime>::TooManyChanges.into(),
			pallet_devices::Error::<Runtime>::TooManyChanges.into(),
		];
		if let Err(error) = done {
			assert!(too_many.contains(&error), "{self:?}: {error:?}");
		}
	}
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(24))]

	/// Whatever rules and facts are changed to between the reports and the claim, the reports are
	/// judged, settled and paid as they would have been without.
	#[test]
	fn changes_inside_a_window_change_nothing_of_what_is_judged_and_paid(changes in changes()) {
		Chain::run(|chain| {
			let (owner, carrier) = (rich(chain, "owner"), rich(chain, "carrier"));
			register_aggregator(chain, &carrier);
			let pair = device(1);
			let id = pair.device_id();
			let data = vec![7; 4 * 1024 * 1024 / 16];
			register(chain, &owner, &pair, STORAGE, &account(&carrier));
			let data_set = Some(Committed::new(&data).unwrap().data_set());
			let call = pallet_devices::Call::commit_data_set { device: id, data_set };
			chain.send(&owner, call).unwrap();
			let mut changes = changes.into_iter().peekable();
			let mut go = |chain: &mut Chain, to: (EpochIndex, u32)| {
				while let Some((at, change)) = changes.next_if(|(at, _)| *at < to) {
					chain.reach(at.0, at.1);
					change.make(chain, &owner, id);
				}
				chain.reach(to.0, to.1);
			};

			go(chain, (2, 2));
			let report = storage_report(chain, &pair, 2, &data);
			let packed = pack_storage(chain, &carrier, 2, &[(id, report)].into());
			go(chain, (3, 1));
			let batch = commit(chain, &carrier, &packed.terms);
			go(chain, (3, 8));
			let first = judged(chain, &packed);
			seal(chain, batch, &outcome(&first));
			go(chain, (3, 13));
			reveal(chain, batch, outcome(&first));
			go(chain, (6, 3));

			let again = judged(chain, &packed);
			assert_eq!(outcome(&again).root(), outcome(&first).root(), "judged again, later");
			let before = |who: &KeyPair| Balances::free_balance(account(who));
			let (owners, carriers) = (before(&owner), before(&carrier));
			claim(chain, &Key::Bob.pair(), 2, batch, &again).unwrap();
			// A sixty-fourth of a full score, for which ten tokens are paid.
			let payment: Balance = mul_down(10 * STN, again[0].element.sum);
			assert_eq!(again[0].element.sum, FULL_SCORE as u64 / 64);
			assert_eq!(Emission::pool(STORAGE, 2).unwrap().amount, 70 * STN / 5);
			assert_eq!(before(&carrier) - carriers, payment / 10);
			assert_eq!(before(&owner) - owners, payment - payment / 10);
		});
	}
}

/// A part of `amount` for a score, rounded down.
fn mul_down(amount: Balance, score: u64) -> Balance {
	amount * Balance::from(score) / Balance::from(FULL_SCORE)
}

#[test]
fn in_a_crowded_cell_the_first_chairs_are_paid_in_full_and_the_others_a_part() {
	Chain::run(|chain| {
		let (owner, carrier) = (rich(chain, "owner"), rich(chain, "carrier"));
		register_aggregator(chain, &carrier);
		// Eight devices in a cell of which four are wanted.
		let pairs = hotspots(chain, &owner, &carrier, 8);
		chain.reach(2, 2);
		let ids: Vec<_> = pairs.keys().copied().collect();
		let chair = |id| Devices::facts(COVERAGE, id, 2).unwrap().chair.unwrap();
		for id in &ids {
			assert_eq!((chair(id).cell.occupied, chair(id).cell.chairs), (8, 8));
		}
		let packed = pack_coverage(chain, &carrier, 2, &pairs);

		let judged = judged(chain, &packed);

		// One point of four for a full score; a tenth of that from the fifth chair on.
		let mut in_full = 0;
		for leaf in &judged[0].leaves {
			let wanted = chair(&leaf.device).index < 4;
			in_full += u32::from(wanted);
			assert_eq!(leaf.score, if wanted { FULL_SCORE / 4 } else { FULL_SCORE / 40 });
		}
		assert!((1..5).contains(&in_full) && judged[0].leaves.len() == 5, "{in_full}");
	});
}

#[test]
fn a_device_of_another_network_a_paused_one_and_a_retired_network_earn_nothing() {
	Chain::run(|chain| {
		let (owner, carrier) = (rich(chain, "owner"), rich(chain, "carrier"));
		register_aggregator(chain, &carrier);
		let data = vec![7; 10_000];
		let data_set = Some(Committed::new(&data).unwrap().data_set());
		for number in 1..=2 {
			let pair = device(number);
			register(chain, &owner, &pair, STORAGE, &account(&carrier));
			let call = pallet_devices::Call::commit_data_set { device: pair.device_id(), data_set };
			chain.send(&owner, call).unwrap();
		}
		let paused = device(2).device_id();
		let call =
			pallet_devices::Call::set_paused { device: paused, network: STORAGE, paused: true };
		chain.send(&owner, call).unwrap();
		// Retired from two epochs later on, without notice.
		chain.reach(1, 2);
		by_governance(chain, pallet_networks::Call::retire { network: STORAGE });

		chain.reach(2, 2);
		assert_eq!(Devices::facts(COVERAGE, &device(1).device_id(), 2), None);
		assert_eq!(Devices::facts(STORAGE, &paused, 2), None);
		assert!(Networks::terms_at(STORAGE, 2).unwrap().takes_reports(2));
		chain.reach(3, 2);
		assert!(!Networks::terms_at(STORAGE, 3).unwrap().takes_reports(3));

		// No pool takes a commitment for the epoch in which it is closed, and it says why.
		let id = device(1).device_id();
		let report = storage_report(chain, &device(1), 3, &data);
		let packed = pack_storage(chain, &carrier, 3, &[(id, report)].into());
		chain.reach(4, 1);
		assert_eq!(
			try_commit(chain, &carrier, &packed.terms),
			Err(pallet_attestation::Invalid::NetworkClosed.into())
		);
	});
}

/// An election looks at all who stand for it, and fails if they are too many.
#[test]
fn nobody_ends_elections_by_standing_for_them() {
	use polkadot_sdk::pallet_staking::{self, Call, Error, RewardDestination, ValidatorPrefs};
	Chain::run(|chain| {
		let crowd = rich(chain, "crowd");
		let payee = RewardDestination::Stash;
		chain.send(&crowd, Call::bond { value: 999 * STN, payee }).unwrap();
		let stand = || Call::validate { prefs: ValidatorPrefs::default() };
		assert_eq!(
			chain.send(&crowd, stand()),
			Err(Error::<Runtime>::InsufficientBond.into()),
			"a place costs a bond"
		);
		chain.send(&crowd, Call::bond_extra { max_additional: STN }).unwrap();
		let there_are = pallet_staking::Validators::<Runtime>::count();
		pallet_staking::MaxValidatorsCount::<Runtime>::mutate(|most| {
			assert_eq!(*most, Some(MAX_ELECTION_TARGETS));
			*most = Some(there_are);
		});
		assert_eq!(chain.send(&crowd, stand()), Err(Error::<Runtime>::TooManyValidators.into()));
		// Of nominators it looks at the foremost, however many there are.
		assert_eq!(pallet_staking::MaxNominatorsCount::<Runtime>::get(), None);
	});
}

#[test]
fn hooks_of_an_empty_block_stay_far_below_what_a_block_may_take() {
	Chain::run(|chain| {
		chain.next_block();
		let limit = substation_runtime::configs::RuntimeBlockWeights::get().max_block;
		let spent = Attestation::on_idle(System::block_number(), limit)
			.saturating_add(Emission::on_idle(System::block_number(), limit));
		assert!(spent.ref_time() < limit.ref_time() / 10, "{spent:?}");
		let none = Attestation::on_idle(System::block_number(), Weight::zero());
		assert_eq!(none, Weight::zero());
	});
}

/// Bytes of the rows of a device: keys and values, as they lie in the trie.
fn rows(id: &DeviceId, network: NetworkId) -> (usize, usize) {
	let bytes = |key: Vec<u8>| {
		let value = sp_io::storage::get(&key).map_or(0, |value| value.len());
		key.len() + value
	};
	(
		bytes(pallet_devices::Devices::<Runtime>::hashed_key_for(id)),
		bytes(pallet_devices::Memberships::<Runtime>::hashed_key_for(network, id)),
	)
}

/// As docs/performance.md has them.
#[test]
fn a_device_takes_so_many_bytes_of_state_and_its_deposit_pays_for_them() {
	Chain::run(|chain| {
		let (owner, carrier) = (rich(chain, "owner"), rich(chain, "carrier"));
		let id = device(1).device_id();
		register(chain, &owner, &device(1), STORAGE, &account(&carrier));
		let fresh = rows(&id, STORAGE);
		let data_set = Some(Committed::new(&[7; 10_000]).unwrap().data_set());
		chain.send(&owner, pallet_devices::Call::commit_data_set { device: id, data_set }).unwrap();
		let storing = rows(&id, STORAGE);
		// As many changes of every fact as are kept.
		for epoch in 1..12 {
			chain.reach(epoch, 2);
			let data_set = Some(Committed::new(&[epoch as u8; 10_000]).unwrap().data_set());
			let call = pallet_devices::Call::commit_data_set { device: id, data_set };
			let _ = chain.send(&owner, call);
			let call = pallet_devices::Call::set_seat {
				device: id,
				network: STORAGE,
				aggregator: [epoch as u8; 32].into(),
				cut: CUT,
			};
			let _ = chain.send(&owner, call);
		}
		let changed = rows(&id, STORAGE);

		assert_eq!((fresh, storing, changed), ((260, 205), (301, 205), (465, 405)));
		// The deposits pay for the largest rows that there can be.
		let device_key = pallet_devices::Devices::<Runtime>::hashed_key_for(id).len();
		let seat_key = pallet_devices::Memberships::<Runtime>::hashed_key_for(STORAGE, id).len();
		let device = device_key + pallet_devices::DeviceOf::<Runtime>::max_encoded_len();
		let seat = seat_key + pallet_devices::MembershipOf::<Runtime>::max_encoded_len();
		let chair = pallet_devices::Chairs::<Runtime>::hashed_key_for((STORAGE, 0, 0)).len()
			+ pallet_devices::ChairRow::max_encoded_len();
		assert_eq!((device, seat, chair), (1_070, 593, 303));
		let page = include_str!("../../../docs/performance.md");
		let thousands = |bytes: usize| match (bytes / 1_000, bytes % 1_000) {
			(0, rest) => rest.to_string(),
			(more, rest) => format!("{more},{rest:03}"),
		};
		for (row, (device, seat)) in [
			("just registered", fresh),
			("with a data set", storing),
			("after changes of data set and seat, as many as are kept", changed),
			("the most that bounds allow", (device, seat)),
		] {
			let row = format!("| {row} | {} | {} |", thousands(device), thousands(seat));
			assert!(page.contains(&row), "{row}");
		}
		assert!(page.contains(&format!("takes {chair} bytes at the most")));
		let pays_for =
			|bytes: usize| substation_runtime::constants::currency::deposit(1, bytes as u32);
		// A settled batch's rows, as bounds allow them.
		let id = BatchId::zero();
		let shard = (STORAGE, account(&carrier), 0u8);
		let batch = pallet_attestation::Commitments::<Runtime>::hashed_key_for(1, id).len()
			+ pallet_attestation::CommitmentOf::<Runtime>::max_encoded_len()
			+ pallet_attestation::Shards::<Runtime>::hashed_key_for(1, shard).len()
			+ BatchId::max_encoded_len();
		assert_eq!(batch, 1_049);
		assert!(<Runtime as pallet_devices::Config>::DeviceDeposit::get() >= pays_for(device));
		let deposit = <Runtime as pallet_devices::Config>::VouchedDeposit::get();
		assert!(deposit >= pays_for(seat) + pays_for(chair));
	});
}
