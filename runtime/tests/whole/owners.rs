//! What owners, makers, validators and networks get, and lose, over longer times.

use polkadot_sdk::{
	frame_support::assert_ok, frame_system::RawOrigin, pallet_staking,
	sp_runtime::traits::Dispatchable,
};
use sp_core::{crypto::Pair, ed25519, Get};
use sp_keyring::Sr25519Keyring as Key;
use substation_primitives::{
	epoch::{InspectEpochs, Parameters},
	signing, HardwareKey, ReportKey,
};
use substation_proofs::{author::DevicePair, storage::Committed, KindPolicy};
use substation_runtime::{
	configs::STAKE_RETURNS, constants::currency::STN, Attestation, Balance, Balances, Devices,
	Emission, Networks, Runtime, RuntimeCall, RuntimeEvent, System,
};

use crate::{
	chain::{account, by_governance, rich, Chain, KeyPair},
	field::{
		claim, claim_chunk, device, pack_storage, register_aggregator, settle, storage_report,
		storing, CUT, JUDGES, STORAGE,
	},
};

fn free(who: &KeyPair) -> Balance {
	Balances::free_balance(account(who))
}

#[test]
fn who_leaves_and_rejoins_before_claims_open_is_paid_once_for_what_was_reported() {
	Chain::run(|chain| {
		let (owner, carrier) = (rich(chain, "owner"), rich(chain, "carrier"));
		register_aggregator(chain, &carrier);
		let (pair, data) = storing(chain, &owner, &carrier);
		let id = pair.device_id();
		chain.reach(2, 2);
		let report = storage_report(chain, &pair, 2, &data);
		let packed = pack_storage(chain, &carrier, 2, &[(id, report)].into());
		chain.send(&owner, pallet_devices::Call::leave { device: id, network: STORAGE }).unwrap();
		let (batch, judged) = settle(chain, &carrier, &packed);
		chain.reach(5, 2);
		assert_eq!(Devices::facts(STORAGE, &id, 5), None);
		let call = pallet_devices::Call::join {
			device: id,
			network: STORAGE,
			aggregator: account(&carrier),
			cut: CUT,
			voucher: None,
		};
		chain.send(&owner, call).unwrap();

		chain.reach(6, 3);
		let before = free(&owner);
		let claimant = Key::Bob.pair();
		claim(chain, &claimant, 2, batch, &judged).unwrap();
		assert_eq!(free(&owner) - before, 10 * STN / 4 * 9 / 10);
		assert_eq!(
			claim(chain, &claimant, 2, batch, &judged),
			Err(pallet_emission::Error::<Runtime>::NobodyToPay.into())
		);
		chain.reach(7, 2);
		assert!(Devices::facts(STORAGE, &id, 7).is_some(), "it reports again");
	});
}

#[test]
fn nothing_of_an_epoch_is_over_while_an_earlier_one_can_be_claimed_for() {
	Chain::run(|chain| {
		let shortest = Parameters { claim_epochs: 8, ..Parameters::development() };
		by_governance(chain, pallet_attestation::Call::set_parameters { parameters: shortest });
		chain.reach(20, 2);
		let expiry = |epoch| {
			pallet_attestation::Schedules::<Runtime>::get(epoch).map(|schedule| schedule.expiry)
		};
		assert_eq!((expiry(1), expiry(2)), (Some(37), Some(14)));
		let over =
			<<Runtime as pallet_network_treasury::Config>::Epochs as InspectEpochs>::is_expired;
		assert!(!over(2), "a bounty for the first two epochs is still to be paid");
		chain.reach(37, 2);
		assert!(over(1) && over(2) && over(20));
		assert!(!over(Attestation::now().unwrap().0));
	});
}

#[test]
fn what_nobody_claims_goes_to_the_networks_fund_and_the_device_can_go() {
	Chain::run(|chain| {
		let shortest = Parameters { claim_epochs: 8, ..Parameters::development() };
		by_governance(chain, pallet_attestation::Call::set_parameters { parameters: shortest });
		// Networks get nothing else.
		let (source, route) = (pallet_network_treasury::Source::Issuance, Default::default());
		by_governance(chain, pallet_network_treasury::Call::set_route { source, route });
		let (owner, carrier) = (rich(chain, "owner"), rich(chain, "carrier"));
		register_aggregator(chain, &carrier);
		let before = free(&owner);
		let (pair, data) = storing(chain, &owner, &carrier);
		let id = pair.device_id();
		chain.reach(2, 2);
		let report = storage_report(chain, &pair, 2, &data);
		let packed = pack_storage(chain, &carrier, 2, &[(id, report)].into());
		let (batch, judged) = settle(chain, &carrier, &packed);
		let expiry = pallet_attestation::Schedules::<Runtime>::get(2).unwrap().expiry;
		assert_eq!(expiry, 2 + 2 + 2 + 8);

		let fund = Networks::fund(STORAGE);
		let (funds, issued) =
			(Balances::free_balance(&fund), pallet_emission::Issued::<Runtime>::get());
		let mut eras_and_funds = 0;
		// Pools close in order: those of the first two epochs, which opened under longer claims, go before.
		let first = pallet_attestation::Schedules::<Runtime>::get(1).unwrap().expiry;
		assert_eq!(first, 1 + 2 + 2 + 32);
		while Attestation::now().unwrap().0 <= first {
			chain.next_block();
			eras_and_funds += paid_to_funds();
		}
		// An election may have filled the first block of the epoch.
		chain.next_block();
		// What the rate cap lets out, and not the whole pool.
		let rest = 10 * STN / 4;
		assert_eq!(Balances::free_balance(&fund) - funds, rest);
		assert!(pallet_emission::Issued::<Runtime>::get() >= issued + rest + eras_and_funds);
		assert_eq!(
			claim(chain, &Key::Bob.pair(), 2, batch, &judged),
			Err(pallet_attestation::Error::<Runtime>::NotFound.into())
		);

		// All that was held for the device comes back.
		chain.send(&owner, pallet_devices::Call::leave { device: id, network: STORAGE }).unwrap();
		let left = Attestation::now().unwrap().0 + 2;
		chain.reach(left + 12, 2);
		let network = STORAGE;
		chain
			.send(&owner, pallet_devices::Call::remove_membership { device: id, network })
			.unwrap();
		chain.send(&owner, pallet_devices::Call::retire { device: id }).unwrap();
		assert!(Balances::reserved_balance(account(&owner)) == 0);
		assert!(before - free(&owner) < STN / 10, "fees alone are gone");
	});
}

#[test]
fn a_network_is_removed_although_a_member_never_leaves() {
	Chain::run(|chain| {
		let shortest = Parameters { claim_epochs: 8, ..Parameters::development() };
		by_governance(chain, pallet_attestation::Call::set_parameters { parameters: shortest });
		let (owner, gone, carrier) =
			(rich(chain, "owner"), rich(chain, "gone"), rich(chain, "carrier"));
		register_aggregator(chain, &carrier);
		let terms = Networks::terms_at(STORAGE, Attestation::now().unwrap().0).unwrap();
		let before = free(&owner);
		chain.send(&owner, pallet_networks::Call::create { terms, vouched: false }).unwrap();
		let network = pallet_networks::NextNetworkId::<Runtime>::get() - 1;
		let (pair, _) = storing(chain, &gone, &carrier);
		let device = pair.device_id();
		let join = pallet_devices::Call::join {
			device,
			network,
			aggregator: account(&carrier),
			cut: CUT,
			voucher: None,
		};
		chain.send(&gone, join).unwrap();
		chain.send(&owner, pallet_networks::Call::retire { network }).unwrap();
		let leave = || pallet_devices::Call::leave { device, network };
		let not_owner = Err(pallet_devices::Error::<Runtime>::NotOwner.into());
		assert_eq!(chain.send(&owner, leave()), not_owner, "it can still report");

		// After a week's notice, which governance cuts short.
		by_governance(chain, pallet_networks::Call::retire { network });
		let retired = Attestation::now().unwrap().0 + 2;
		chain.reach(retired, 2);
		assert_eq!(chain.send(&owner, leave()), Ok(()));
		// Claims of the first epochs, which were longer, go before.
		chain.reach(40, 2);
		let remove = || pallet_networks::Call::remove { network };
		let members = pallet_networks::Error::<Runtime>::HasMembers.into();
		assert_eq!(chain.send(&owner, remove()), Err(members));
		let held = Balances::reserved_balance(account(&gone));
		let clear = pallet_devices::Call::remove_membership { device, network };
		assert_eq!(chain.send(&owner, clear), Ok(()));
		assert!(Balances::reserved_balance(account(&gone)) < held);
		assert_eq!(chain.send(&owner, remove()), Ok(()));
		assert_eq!(Balances::reserved_balance(account(&owner)), 0);
		assert!(before - free(&owner) < STN / 10, "fees alone are gone");
	});
}

/// What this block's events say was paid to the treasury and the reserve.
fn paid_to_funds() -> Balance {
	let paid = System::events().into_iter().filter_map(|record| match record.event {
		RuntimeEvent::Emission(pallet_emission::Event::FundsPaid { treasury, reserve, .. }) => {
			Some(treasury + reserve)
		}
		_ => None,
	});
	paid.sum()
}

#[test]
fn validators_are_paid_what_their_stake_earns_of_an_eras_budgets() {
	Chain::run(|chain| {
		let mut first = pallet_emission::FirstUnpaid::<Runtime>::get();
		// The first era that has epochs to pay for.
		let (era, paid, issuance) = loop {
			let before = Balances::total_issuance();
			chain.next_block();
			let paid = System::events().into_iter().find_map(|record| match record.event {
				RuntimeEvent::Staking(pallet_staking::Event::EraPaid {
					era_index,
					validator_payout,
					remainder: 0,
				}) => Some((era_index, validator_payout)),
				_ => None,
			});
			match paid {
				Some((_, 0)) => first = pallet_emission::FirstUnpaid::<Runtime>::get(),
				Some((era, paid)) => break (era, paid, before),
				None => (),
			}
		};
		let to = pallet_emission::FirstUnpaid::<Runtime>::get();
		let budgets: Balance = (first..to).map(Emission::budget_of).sum();
		let staked = pallet_staking::ErasTotalStake::<Runtime>::get(era);
		let year = <<Runtime as pallet_emission::Config>::EpochsPerYear as Get<u32>>::get();
		let earned = STAKE_RETURNS.earned(staked, issuance, to - first, year);
		assert_eq!(paid, earned.min(budgets * 15 / 100));
		assert!(paid > 0 && paid < budgets * 15 / 100, "stake earns less than there is for it");

		// The election has filled the block in which the era ended.
		chain.next_block();
		let (validator, caller) = (Key::Bob.to_account_id(), Key::Ferdie.pair());
		let points = pallet_staking::ErasRewardPoints::<Runtime>::get(era);
		let (before, fees) = (Balances::total_issuance(), free(&caller));
		let call = pallet_staking::Call::payout_stakers { validator_stash: validator.clone(), era };
		chain.send(&caller, call).unwrap();
		let due = paid * Balance::from(points.individual[&validator]) / Balance::from(points.total);
		// Half of the fee is burned, rounded down, but for a fifth that is the author's.
		let fee = fees - free(&caller);
		let minted = Balances::total_issuance() + (fee - fee / 5) / 2 - before;
		// Staking divides by parts in a billion.
		assert!(minted <= due && due - minted <= paid / 100_000_000, "{minted} for {due}");
	});
}

#[test]
fn four_thousand_and_ninety_six_devices_are_settled_in_one_batch_and_paid_what_there_is() {
	const DEVICES: u32 = 4_096;
	Chain::run(|chain| {
		let carrier = rich(chain, "carrier");
		register_aggregator(chain, &carrier);
		// Too many for the blocks of a test: what a transaction would do is done without one.
		// Who makes no blocks, so that nobody's fees come to it.
		let owner = account(&Key::Ferdie.pair());
		let dispatch = |call: pallet_devices::Call<Runtime>| {
			let call = RuntimeCall::Devices(call);
			assert_ok!(call.dispatch(RawOrigin::Signed(owner.clone()).into()));
		};
		// Sixteen pieces: with longer paths so many reports would need a second batch.
		let data = vec![7; 4 * 1024];
		let committed = Committed::new(&data).unwrap();
		let pairs: Vec<_> = (0..DEVICES)
			.map(|number| DevicePair::from_seed(&sp_io::hashing::blake2_256(&number.to_le_bytes())))
			.collect();
		let genesis = Attestation::genesis_hash();
		for pair in &pairs {
			let message = signing::registration(&genesis, &owner, STORAGE, 1_000);
			dispatch(pallet_devices::Call::register {
				hardware: HardwareKey::from(pair.public()),
				proof: pallet_devices::RegistrationProof {
					expires: 1_000,
					signature: pair.sign(&message),
				},
				network: STORAGE,
				aggregator: account(&carrier),
				cut: CUT,
				voucher: None,
			});
			let (device, data_set) = (pair.device_id(), Some(committed.data_set()));
			dispatch(pallet_devices::Call::commit_data_set { device, data_set });
		}
		chain.reach(2, 2);
		let context = chain.context(STORAGE, 2, &account(&carrier));
		let policy = Networks::terms_at(STORAGE, 2).unwrap().policy;
		let KindPolicy::Storage(kind) = policy.kind else { panic!("a storage network") };
		let reports = pairs
			.iter()
			.map(|pair| {
				let id = pair.device_id();
				let evidence = committed.prove(&context, &kind, &id, &data).unwrap();
				(id, pair.report(&context, &id, &evidence))
			})
			.collect();
		let packed = pack_storage(chain, &carrier, 2, &reports);
		assert_eq!((packed.terms.count, packed.chunks.len()), (DEVICES, 64));
		let (batch, judged) = settle(chain, &carrier, &packed);
		let work: u32 = judged.iter().map(|chunk| chunk.element.work).sum();
		assert!(work / 64 > 0);
		// Points beyond an author's twenty for each block.
		let judging = || {
			let points = pallet_staking::ErasRewardPoints::<Runtime>::get(era());
			JUDGES.map(|judge| {
				points.individual.get(&judge.to_account_id()).copied().unwrap_or_default() % 20
			})
		};
		chain.reach(5, 18);
		assert_eq!(judging(), [0; 4], "judges are paid at the freeze");
		// Four kibibytes of the sixteen mebibytes of a full score.
		let total: u64 = judged.iter().map(|chunk| chunk.element.sum).sum();
		assert_eq!(total, u64::from(DEVICES) * 244);

		chain.reach(6, 3);
		// A point for 64 units of work that they have found.
		assert_eq!(judging(), [(work / 64) % 20; 4]);
		let (owners, carriers) = (Balances::free_balance(&owner), free(&carrier));
		let issued = pallet_emission::Issued::<Runtime>::get();
		let claimant = Key::Bob.pair();
		for number in 0..64 {
			claim_chunk(chain, &claimant, 2, batch, &judged, number).unwrap();
			if number % 16 == 15 {
				chain.next_block();
			}
		}
		// Ten tokens for a full score: the pool holds more.
		let pool = Emission::pool(STORAGE, 2).unwrap();
		assert_eq!(pool.amount, 70 * STN / 5);
		let each = 10 * STN * 244 / 1_000_000;
		let (cut, count) = (each / 10, Balance::from(DEVICES));
		assert_eq!(pool.paid, each * count);
		assert_eq!(Balances::free_balance(&owner) - owners, (each - cut) * count);
		assert_eq!(free(&carrier) - carriers, cut * count);
		assert_eq!(pallet_emission::Issued::<Runtime>::get() - issued, each * count);
		assert!(pool.paid <= pool.amount);
	});
}

#[test]
fn a_vouched_network_takes_devices_by_a_makers_word_alone() {
	Chain::run(|chain| {
		let (owner, maker) = (rich(chain, "owner"), rich(chain, "maker"));
		let terms = Networks::terms_at(STORAGE, 0).unwrap();
		chain.send(&owner, pallet_networks::Call::create { terms, vouched: true }).unwrap();
		let network = pallet_networks::NextNetworkId::<Runtime>::get() - 1;
		let factory = ed25519::Pair::from_seed(&[9; 32]);
		let license =
			pallet_networks::Call::license_maker { network, maker: account(&maker), quota: 1 };
		chain.send(&owner, license).unwrap();
		let key = ReportKey::Ed25519(factory.public());
		chain.send(&maker, pallet_networks::Call::post_maker_key { network, key }).unwrap();
		chain.reach(2, 2);

		let genesis = Attestation::genesis_hash();
		let register = |number: u8, vouched_for: u8| {
			let pair = device(number);
			let message = signing::registration(&genesis, &account(&owner), network, 1_000_000);
			let id = device(vouched_for).device_id();
			let word = factory.sign(&signing::voucher(&genesis, network, &id)).0;
			let call = pallet_devices::Call::register {
				hardware: HardwareKey::from(pair.public()),
				proof: pallet_devices::RegistrationProof {
					expires: 1_000_000,
					signature: pair.sign(&message),
				},
				network,
				aggregator: account(&owner),
				cut: CUT,
				voucher: Some((account(&maker), word)),
			};
			chain.send(&owner, call)
		};
		assert_eq!(
			register(1, 2),
			Err(pallet_networks::Error::<Runtime>::BadVoucher.into()),
			"the word was for another device"
		);
		register(1, 1).unwrap();
		assert_eq!(
			register(2, 2),
			Err(pallet_networks::Error::<Runtime>::NoQuota.into()),
			"the maker may vouch for one"
		);
		chain.reach(4, 2);
		assert!(Devices::facts(network, &device(1).device_id(), 4).is_some());
	});
}

fn era() -> u32 {
	pallet_staking::ActiveEra::<Runtime>::get().unwrap().index
}
