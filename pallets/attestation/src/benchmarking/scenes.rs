//! What stands before what is measured: at the largest sizes that compile-time bounds allow.

use crate::{sr25519::JudgeId, *};
use alloc::{format, vec, vec::Vec};
use frame_benchmarking::v2::{account, whitelisted_caller};
use frame_support::{
	traits::{
		fungible::{Inspect, Mutate},
		Get,
	},
	BoundedVec,
};
use frame_system::RawOrigin;
use sp_application_crypto::RuntimeAppPublic;
use sp_runtime::{traits::Saturating, SaturatedConversion};
use substation_primitives::{
	batch::{Cuts, Element, Terms, Vector, BODY_WORK, MAX_BODIES, MAX_BODY_BYTES, MAX_CHUNKS},
	epoch::{EpochRecord, Judge, Parameters, MAX_COMMITTEE, MAX_JUDGES},
	history::History,
	keys::Signature,
	profile::{AggregatorProfile, Profile, MAX_ADDRESS, MAX_NAME},
	signing, AccountId32, BatchId, EpochIndex, NetworkId, ReportKey, H256,
};

/// The epoch in which everything happens.
pub const NOW: EpochIndex = 50;
/// The epoch of the reports that are committed to and that committees judge.
pub const REPORTS: EpochIndex = NOW - 1;
/// The epoch of the reports that all judges judge.
pub const EARLIER: EpochIndex = NOW - 2;
/// The block that opened the present epoch.
pub const OPENED: u32 = 1_000;

pub fn parameters() -> Parameters {
	// The largest committee makes the dearest draw.
	Parameters { committee: MAX_COMMITTEE, ..Default::default() }
}

/// `count` judges' keys, in the keystore.
pub fn keys(count: u32) -> Vec<JudgeId> {
	// From a seed: stretching a phrase would take longer than everything that is measured.
	(1..=count)
		.map(|number| JudgeId::generate_pair(Some(format!("0x{number:064x}").into_bytes())))
		.collect()
}

pub fn record(keys: &[JudgeId]) -> EpochRecord {
	let judges = keys
		.iter()
		.zip(0u32..)
		.map(|(key, number)| Judge {
			account: account("judge", number, 0),
			key: key.clone().into(),
		})
		.collect();
	EpochRecord {
		session: NOW,
		opened_at: OPENED,
		opening: Some(H256::repeat_byte(1)),
		entropy: Some(H256::repeat_byte(2)),
		draw: Some(H256::repeat_byte(3)),
		rules: substation_proofs::RULES,
		parameters: parameters(),
		judges: BoundedVec::truncate_from(judges),
		void: false,
	}
}

/// Epochs up to the present one with these judges; the block is the present epoch's `index`-th.
pub fn clock<T: Config>(keys: &[JudgeId], index: u32) -> EpochRecord {
	let record = record(keys);
	for epoch in [EARLIER, REPORTS, NOW] {
		Epochs::<T>::insert(epoch, &record);
		let freeze = record.parameters.freeze_of(epoch);
		let expiry = record.parameters.expiry_of(epoch);
		Schedules::<T>::insert(epoch, Schedule { freeze, expiry, stood_still: 0, void: false });
	}
	ProtocolParameters::<T>::put(History::<_, 4>::always(record.parameters));
	CurrentEpoch::<T>::put(NOW);
	frame_system::Pallet::<T>::set_block_number((OPENED + index).into());
	record
}

/// A key in the keystore, for publishers.
pub fn publisher() -> sp_core::sr25519::Public {
	sp_io::crypto::sr25519_generate(KEY_TYPE, None)
}

pub fn signed(key: &sp_core::sr25519::Public, message: &[u8]) -> Signature {
	sp_io::crypto::sr25519_sign(KEY_TYPE, key, message).map_or([0; 64], |signature| signature.0)
}

pub fn rich<T: Config>() -> AccountId32
where
	T::Currency: Mutate<AccountId32>,
{
	let who: AccountId32 = whitelisted_caller();
	let balance = T::AggregatorBond::get()
		.saturating_add(T::CommitmentBond::get())
		.saturating_add(T::WorkBond::get().saturating_mul(1_000_000u32.into()))
		.saturating_add(T::ByteBond::get().saturating_mul(MAX_BODY_BYTES.into()))
		.saturating_add(T::Currency::minimum_balance())
		.saturating_mul(4u32.into());
	T::Currency::set_balance(&who, balance);
	who
}

/// Registers an aggregator with a quota for any batch.
pub fn aggregator<T: Config>() -> (AccountId32, sp_core::sr25519::Public)
where
	T::Currency: Mutate<AccountId32>,
{
	let (who, key) = (rich::<T>(), publisher());
	let proof = signed(&key, &signing::publisher(&Pallet::<T>::genesis_hash(), &who));
	let registered = Pallet::<T>::register_aggregator(
		RawOrigin::Signed(who.clone()).into(),
		ReportKey::Sr25519(key),
		proof,
		Pallet::<T>::limits().most_work,
		MAX_BODY_BYTES,
	);
	assert!(registered.is_ok(), "an aggregator that can pay is registered");
	change::<T>(&who, |row| {
		for rented in [&mut row.quota, &mut row.allowance] {
			(rented.granted, rented.changed) = (1_000_000, (0, 0));
		}
	});
	(who, key)
}

/// The longest profile.
pub fn longest_profile() -> AggregatorProfile {
	let mut url = b"https://".to_vec();
	url.resize(MAX_ADDRESS as usize, b'a');
	let profile = Profile {
		name: BoundedVec::truncate_from(vec![b'a'; MAX_NAME as usize]),
		url: BoundedVec::truncate_from(url.clone()),
		logo: Some(H256::repeat_byte(7)),
	};
	AggregatorProfile { profile, endpoint: BoundedVec::truncate_from(url), cut: 7, open: true }
}

/// Has an aggregator say all that it can say of itself.
pub fn known<T: Config>(who: &AccountId32)
where
	T::Currency: Mutate<AccountId32>,
{
	let deposit = Pallet::<T>::profile_deposit(&longest_profile());
	let free = T::Currency::balance(who);
	T::Currency::set_balance(who, free.saturating_add(deposit));
	let said =
		Pallet::<T>::set_profile(RawOrigin::Signed(who.clone()).into(), Some(longest_profile()));
	assert!(said.is_ok(), "an aggregator says what it is called");
}

/// Changes an aggregator's row.
pub fn change<T: Config>(who: &AccountId32, with: impl FnOnce(&mut AggregatorOf<T>)) {
	Aggregators::<T>::mutate(who, |row| row.as_mut().map(with));
}

/// An aggregator for whom all that a visit can do is to be done: rent is due that its free balance does not cover, what it
/// asks for lapses, so that some of its bond goes back, and its claims are others than before.
pub fn neglected<T: Config>() -> AccountId32
where
	T::Currency: Mutate<AccountId32>,
{
	clock::<T>(&keys(MAX_JUDGES), 0);
	let (who, _) = aggregator::<T>();
	let least = T::Currency::minimum_balance();
	T::Currency::set_balance(&who, least.saturating_mul(2u32.into()));
	change::<T>(&who, |row| row.lapses = NOW);
	let bond: u128 = Aggregators::<T>::get(&who).map_or(0, |row| row.bond.saturated_into());
	WorkMarket::<T>::mutate(|market| market.index += bond / 4 / 1_000_000);
	who
}

/// Terms with `chunks` chunks from prefix `start` on.
pub fn terms(
	network: NetworkId,
	epoch: EpochIndex,
	aggregator: &AccountId32,
	shard: u8,
	chunks: u32,
) -> Terms {
	let start = u64::from(shard) << 32;
	let cuts: Vec<u64> = (1..=chunks).map(|chunk| start + u64::from(chunk)).collect();
	Terms {
		network,
		epoch,
		aggregator: aggregator.clone(),
		shard,
		root: H256::repeat_byte(4),
		last: start + u64::from(chunks),
		cuts: Cuts::truncate_from(cuts),
		count: chunks,
		work: BODY_WORK.max(chunks * 2),
		bytes: chunks,
		bodies: BoundedVec::truncate_from(vec![
			H256::repeat_byte(5);
			chunks.min(MAX_BODIES) as usize
		]),
	}
}

/// Stores a commitment of the largest size, without a bond.
pub fn committed<T: Config>(
	network: NetworkId,
	epoch: EpochIndex,
	number: u32,
	state: BatchState,
) -> BatchId {
	let who: AccountId32 = account("aggregator", number, 0);
	let terms = terms(network, epoch, &who, 0, MAX_CHUNKS);
	let batch = terms.batch_id();
	Shards::<T>::insert(epoch, (network, &who, 0), batch);
	Commitments::<T>::insert(
		epoch,
		batch,
		Commitment { state, ..Commitment::new(terms, 0u32.into()) },
	);
	batch
}

/// Commitments are open and a first shard is committed to; the terms of a second of `chunks` chunks.
pub fn second_shard<T: Config>(chunks: u32) -> (Terms, Signature)
where
	T::Currency: Mutate<AccountId32>,
{
	clock::<T>(&keys(MAX_JUDGES), 1);
	let network = T::BenchmarkHelper::open_network(0, 1);
	let (who, key) = aggregator::<T>();
	let first = terms(network, REPORTS, &who, 0, MAX_CHUNKS);
	let batch = first.batch_id();
	Shards::<T>::insert(REPORTS, (network, &who, 0), batch);
	Commitments::<T>::insert(REPORTS, batch, Commitment::new(first, 0u32.into()));
	let second = terms(network, REPORTS, &who, 1, chunks);
	let signature = signed(&key, &second.signing_payload(&Pallet::<T>::genesis_hash()));
	(second, signature)
}

/// The largest result.
pub fn result() -> Outcome {
	let element = Element { score_root: H256::repeat_byte(6), sum: 64, count: 1, work: 2 };
	Outcome::Result(Vector::truncate_from(vec![element; MAX_CHUNKS as usize]))
}

/// A bundle of `count` seals by the last of the largest set of judges, all others of which have
/// sealed before.
pub fn bundle<T: Config>(round: Round, count: u32) -> (SealBundle, JudgeSignature) {
	let keys = keys(MAX_JUDGES);
	let first_block = parameters().commit_blocks + parameters().draw_blocks + 1;
	let record = clock::<T>(&keys, first_block);
	let reports = if round == Round::Committee { REPORTS } else { EARLIER };
	let judge = MAX_JUDGES - 1;
	let mut seals = Vec::new();
	let mut number = 0;
	while (seals.len() as u32) < count {
		number += 1;
		let who: AccountId32 = account("aggregator", number, 0);
		let batch = terms(0, reports, &who, 0, MAX_CHUNKS).batch_id();
		// Only committees that the judge is drawn into.
		let Some(members) = Pallet::<T>::members(&record, round, &batch) else { continue };
		if !members.contains(&judge) {
			continue;
		}
		committed::<T>(0, reports, number, BatchState::Committed);
		let sealed: Vec<_> = members
			.into_iter()
			.filter(|member| *member != judge)
			.map(|member| (member as u16, H256::repeat_byte(7)))
			.collect();
		Seals::<T>::insert(reports, (batch, round), SealsOf::truncate_from(sealed));
		seals.push(SealEntry { round, batch, seal: H256::repeat_byte(8) });
	}
	let bundle =
		SealBundle { epoch: NOW, judge: judge as u16, seals: BoundedVec::truncate_from(seals) };
	let payload = bundle.signing_payload(&Pallet::<T>::genesis_hash(), &H256::repeat_byte(1));
	let signature = keys.last().and_then(|key| key.sign(&payload));
	(bundle, signature.unwrap_or_else(|| sp_core::sr25519::Signature::default().into()))
}

/// A batch that `judges` judges, all there are, have sealed alike, while reveals are open: the first
/// to settle in a network that reports as seldom as it may, so that its pool is added up.
pub fn sealed<T: Config>(judges: u32) -> (BatchId, Outcome) {
	let keys = keys(judges);
	let record = clock::<T>(&keys, parameters().seal_close + 1);
	let cadence = T::BenchmarkHelper::longest_cadence();
	let network = T::BenchmarkHelper::open_network(0, cadence);
	assert_eq!(EARLIER % u32::from(cadence), 0, "the network reports for this epoch");
	let batch = committed::<T>(network, EARLIER, 0, BatchState::Committed);
	let outcome = result();
	let (genesis, opening) = (Pallet::<T>::genesis_hash(), H256::repeat_byte(1));
	let seals: Vec<_> = record
		.judges
		.iter()
		.zip(0u16..)
		.map(|(judge, number)| {
			let root = outcome.root();
			(number, signing::seal(&genesis, &opening, &batch, judge.key.as_ref(), &root))
		})
		.collect();
	Seals::<T>::insert(EARLIER, (batch, Round::FullSet), SealsOf::truncate_from(seals));
	(batch, outcome)
}

/// A list of `count` batches by the last of the largest set of judges, each settled by a committee, and each lacked by as
/// many others as leave it settled.
pub fn listed<T: Config>(count: u32) -> (MissingList, JudgeSignature) {
	let keys = keys(MAX_JUDGES);
	clock::<T>(&keys, parameters().seal_close + 1);
	let judge = MAX_JUDGES - 1;
	let mut lack = Matched::default();
	for other in 0..MAX_JUDGES / 3 {
		set_bit(&mut lack, other as u16);
	}
	let batches = (1..=count)
		.map(|number| {
			let state = BatchState::Settled {
				by: Round::Committee,
				matched: BoundedVec::truncate_from(vec![0xff; (MAX_JUDGES / 8) as usize]),
				vector_root: H256::zero(),
				total: 1,
				work: 1,
				underdeclared: false,
			};
			// Each in a network of its own, whose sums are read and written.
			let network = T::BenchmarkHelper::open_network(number, 1);
			T::OnSettled::settled(network, REPORTS, 1);
			Totals::<T>::mutate(REPORTS, network, |total| *total += 1);
			let batch = committed::<T>(network, REPORTS, number, state);
			Missing::<T>::insert(REPORTS, batch, &lack);
			batch
		})
		.collect();
	let list = MissingList {
		epoch: NOW,
		judge: judge as u16,
		batches: BoundedVec::truncate_from(batches),
	};
	let payload = list.signing_payload(&Pallet::<T>::genesis_hash(), &H256::repeat_byte(1));
	let signature = keys.last().and_then(|key| key.sign(&payload));
	(list, signature.unwrap_or_else(|| sp_core::sr25519::Signature::default().into()))
}
