//! A batch that a committee settles and that too few others have seen: all judges decide, and pools stay exact.

use pallet_attestation::{BatchState, Outcome, Round};
use sp_keyring::Sr25519Keyring as Key;
use substation_primitives::BatchId;
use substation_runtime::{constants::currency::STN, Attestation, Balance, Balances, Emission};

use crate::{
	chain::{account, assert_issuance_is_exact, rich, Chain, KeyPair},
	field::{
		claim, lack, pack_storage, seal_in, settle, storage_report, storing, try_reveal, STORAGE,
	},
};
use substation_proofs::JudgedChunk;

/// A quarter of a full score, settled by its committee in epoch 3 and listed as missing by two of four, so that it is open
/// again.
fn reopened(chain: &mut Chain, owner: &KeyPair) -> (BatchId, Vec<JudgedChunk>) {
	let carrier = rich(chain, "carrier");
	crate::field::register_aggregator(chain, &carrier);
	let (pair, data) = storing(chain, owner, &carrier);
	chain.reach(2, 2);
	let report = storage_report(chain, &pair, 2, &data);
	let packed = pack_storage(chain, &carrier, 2, &[(pair.device_id(), report)].into());
	let (batch, judged) = settle(chain, &carrier, &packed);
	assert_eq!((settled(), pool()), (250_000, 250_000));
	lack(chain, Key::Alice, batch);
	assert!(matches!(state(batch), BatchState::Settled { by: Round::Committee, .. }), "a quarter");
	assert_issuance_is_exact();
	lack(chain, Key::Dave, batch);
	assert_eq!((state(batch), settled(), pool()), (BatchState::Committed, 0, 0));
	assert_issuance_is_exact();
	(batch, judged)
}

fn state(batch: BatchId) -> BatchState {
	Attestation::batch(2, batch).unwrap().state
}

fn settled() -> u64 {
	pallet_attestation::Totals::<substation_runtime::Runtime>::get(2, STORAGE)
}

fn pool() -> u64 {
	Emission::pool(STORAGE, 2).unwrap().total
}

fn result(judged: &[JudgedChunk]) -> Outcome {
	crate::field::outcome(judged)
}

#[test]
fn what_a_third_lack_is_settled_by_all_judges_and_paid_once() {
	Chain::run(|chain| {
		let owner = rich(chain, "owner");
		let (batch, judged) = reopened(chain, &owner);
		// The committee has had its word.
		assert!(try_reveal(chain, Round::Committee, batch, result(&judged)).is_err());
		chain.reach(4, 8);
		seal_in(chain, Round::FullSet, batch, &result(&judged));
		chain.reach(4, 13);
		try_reveal(chain, Round::FullSet, batch, result(&judged)).unwrap();
		assert!(matches!(state(batch), BatchState::Settled { by: Round::FullSet, .. }));
		assert_eq!((settled(), pool()), (250_000, 250_000));
		assert_issuance_is_exact();
		assert!(try_reveal(chain, Round::FullSet, batch, result(&judged)).is_err());

		chain.reach(6, 3);
		let before = Balances::free_balance(account(&owner));
		let claimant = rich(chain, "claimant");
		claim(chain, &claimant, 2, batch, &judged).unwrap();
		// A quarter of ten tokens, of which the aggregator has a tenth.
		let payment: Balance = 10 * STN / 4;
		assert_eq!(Balances::free_balance(account(&owner)) - before, payment * 9 / 10);
		assert_eq!(Emission::pool(STORAGE, 2).unwrap().paid, payment);
		assert!(claim(chain, &claimant, 2, batch, &judged).is_err());
		assert_issuance_is_exact();
	});
}

#[test]
fn what_all_judges_lack_is_paid_by_nobody() {
	Chain::run(|chain| {
		let owner = rich(chain, "owner");
		let (batch, judged) = reopened(chain, &owner);
		chain.reach(4, 8);
		seal_in(chain, Round::FullSet, batch, &Outcome::Unavailable);
		chain.reach(4, 13);
		assert!(try_reveal(chain, Round::FullSet, batch, result(&judged)).is_err());
		try_reveal(chain, Round::FullSet, batch, Outcome::Unavailable).unwrap();
		assert_eq!((settled(), pool()), (0, 0));
		chain.reach(6, 3);
		let before = Balances::free_balance(account(&owner));
		assert!(claim(chain, &Key::Bob.pair(), 2, batch, &judged).is_err());
		assert_eq!(Balances::free_balance(account(&owner)), before);
		assert_issuance_is_exact();
	});
}
