//! A chain of the `local` preset: blocks with digests and inherents, transactions as they travel, all
//! pallets with their real adapters. Nothing is mocked but time.

use codec::{Decode, Encode};
use pallet_emission::InspectSettlements;
use polkadot_sdk::{
	frame_system::{self, offchain::CreateAuthorizedTransaction},
	pallet_staking::UnappliedSlashes,
	sp_consensus_babe::{
		digests::{PreDigest, SecondaryPlainPreDigest},
		Slot, BABE_ENGINE_ID,
	},
	sp_genesis_builder::PresetId,
	sp_runtime::{
		generic::{Digest, DigestItem},
		traits::{BlakeTwo256, Dispatchable, Hash as _, Header as _},
		transaction_validity::TransactionValidityError,
		DispatchError, MultiAddress, MultiSignature, Perbill,
	},
	sp_staking::offence::OffenceDetails,
};
use serde_json::Value;
use sp_core::{sr25519, Pair};
use sp_keyring::Sr25519Keyring as Key;
use substation_primitives::EpochIndex;
use substation_runtime::{
	constants::currency::STN, AccountId, Attestation, Balance, Balances, Executive, Header,
	Runtime, RuntimeCall, Session, SignedPayload, Staking, System, UncheckedExtrinsic,
};

/// Slots between two blocks: the most that is no gap, so that a session passes quickly.
const STEP: u64 = 19;

/// Applies a preset, which is a patch, as the node does.
fn merge(config: &mut Value, patch: Value) {
	match (config, patch) {
		(Value::Object(config), Value::Object(patch)) => {
			for (key, value) in patch {
				merge(config.entry(key).or_insert(Value::Null), value);
			}
		}
		(config, patch) => *config = patch,
	}
}

/// The state that a preset makes.
pub fn genesis(preset: &str) -> sp_io::TestExternalities {
	let preset = PresetId::from(preset);
	let patch = substation_runtime::genesis_config_presets::get_preset(&preset).unwrap();
	let mut externalities = sp_io::TestExternalities::new_empty();
	externalities.execute_with(|| {
		let default = substation_runtime::RuntimeGenesisConfig::default();
		let mut config = serde_json::to_value(default).unwrap();
		merge(&mut config, serde_json::from_slice(&patch).unwrap());
		polkadot_sdk::frame_support::genesis_builder_helper::build_state::<
			substation_runtime::RuntimeGenesisConfig,
		>(serde_json::to_vec(&config).unwrap())
		.unwrap();
	});
	externalities
}

/// Staking's era.
pub fn era() -> u32 {
	polkadot_sdk::pallet_staking::ActiveEra::<Runtime>::get().unwrap().index
}

/// There are no more tokens than were issued, no more were issued than the curve lets out, and pools know what was settled.
/// Emission checks the same in `try_state`, which only a runtime has that is built for it.
pub fn assert_issuance_is_exact() {
	type Settlements = <Runtime as pallet_emission::Config>::Settlements;
	let endowed = pallet_emission::Endowed::<Runtime>::get().unwrap();
	let issued = pallet_emission::Issued::<Runtime>::get();
	assert!(Balances::total_issuance() <= endowed + issued, "more than was issued");
	let curve = pallet_emission::IssuanceCurve::<Runtime>::get();
	assert!(issued <= curve.total_before(Settlements::now()), "more than the curve lets out");
	for (epoch, network, pool) in pallet_emission::Pools::<Runtime>::iter() {
		let settled = Settlements::total(network, epoch);
		assert!(
			Settlements::is_expired(epoch) || pool.total == settled,
			"{epoch}/{network}: {} in the pool, {settled} settled",
			pool.total
		);
		assert!(pool.paid <= pool.amount, "{epoch}/{network}: paid more than there is");
	}
}

/// Does what a transaction of `who` would, without one: a block has no room for many.
pub fn dispatch(who: &AccountId, call: impl Into<RuntimeCall>) {
	try_dispatch(who, call).unwrap();
}

/// The same, if it may be refused.
pub fn try_dispatch(who: &AccountId, call: impl Into<RuntimeCall>) -> Result<(), DispatchError> {
	let origin = frame_system::RawOrigin::Signed(who.clone()).into();
	call.into().dispatch(origin).map(|_| ()).map_err(|refused| refused.error)
}

/// Has `who` be slashed by a tenth, and not days of eras later but when the next era begins. Gives the era in which it was due.
pub fn slash_in_next_era(who: &AccountId) -> u32 {
	let offence = OffenceDetails { offender: who.clone(), reporters: vec![] };
	let session = Session::current_index();
	Staking::on_offence([offence].into_iter(), &[Perbill::from_percent(10)], session);
	let (due, slashes) = UnappliedSlashes::<Runtime>::iter().next().unwrap();
	UnappliedSlashes::<Runtime>::remove(due);
	UnappliedSlashes::<Runtime>::insert(era() + 1, slashes);
	due
}

/// A chain of the `local` preset, block by block.
pub struct Chain {
	slot: u64,
}

impl Chain {
	/// Runs `test` from the first block on.
	pub fn run(test: impl FnOnce(&mut Self)) {
		Self::run_for(test);
	}

	/// Runs `test` from the first block on, and leaves the state with what came of it.
	pub fn run_for<R>(test: impl FnOnce(&mut Self) -> R) -> (sp_io::TestExternalities, R) {
		let mut state = genesis(substation_runtime::genesis_config_presets::LOCAL);
		let result = state.execute_with(|| {
			let genesis = Header::new(
				0,
				Default::default(),
				Default::default(),
				Default::default(),
				Default::default(),
			);
			let hash = BlakeTwo256::hash_of(&genesis);
			frame_system::BlockHash::<Runtime>::insert(0, hash);
			let mut chain = Self { slot: 1_000_000 };
			chain.begin(hash);
			let result = test(&mut chain);
			assert_issuance_is_exact();
			result
		});
		(state, result)
	}

	/// Begins the next block, with what an author puts into it before any transaction.
	fn begin(&mut self, parent: substation_runtime::Hash) {
		self.begin_after(parent, |_| ());
	}

	/// The same, after something that looks at its header.
	fn begin_after(&mut self, parent: substation_runtime::Hash, look: impl FnOnce(&Header)) {
		self.slot += STEP;
		// Whoever is disabled makes no blocks.
		let disabled = Session::disabled_validators();
		let authors = (self.slot..).map(|slot| (slot % 4) as u32);
		let authority_index =
			authors.take(4).find(|one| !disabled.contains(one)).expect("somebody makes blocks");
		let seal = PreDigest::SecondaryPlain(SecondaryPlainPreDigest {
			authority_index,
			slot: Slot::from(self.slot),
		});
		let digest = Digest { logs: vec![DigestItem::PreRuntime(BABE_ENGINE_ID, seal.encode())] };
		let number = System::block_number() + 1;
		let header = Header::new(number, Default::default(), Default::default(), parent, digest);
		look(&header);
		System::reset_events();
		Executive::initialize_block(&header);
		let now = self.slot * substation_runtime::constants::time::SLOT_MILLIS;
		let call = polkadot_sdk::pallet_timestamp::Call::set { now };
		Executive::apply_extrinsic(UncheckedExtrinsic::new_bare(RuntimeCall::Timestamp(call)))
			.unwrap()
			.unwrap();
	}

	/// Finishes the present block and begins the next.
	pub fn next_block(&mut self) {
		self.next_block_after(|_| ());
	}

	/// The same, after something that looks at the next block's header.
	pub fn next_block_after(&mut self, look: impl FnOnce(&Header)) {
		let header = Executive::finalize_block();
		self.begin_after(header.hash(), look);
	}

	/// Finishes the present block and begins one a whole session later.
	pub fn next_session(&mut self) {
		self.next_session_after(|_| ());
	}

	/// The same, after something that looks at the next block's header.
	pub fn next_session_after(&mut self, look: impl FnOnce(&Header)) {
		self.slot += u64::from(substation_runtime::constants::time::SESSION_SLOTS) - STEP;
		let header = Executive::finalize_block();
		self.begin_after(header.hash(), look);
	}

	/// Goes on, a session a block, until so many more eras of staking have begun.
	pub fn eras_later(&mut self, later: u32) {
		let until = era() + later;
		while era() < until {
			self.next_session();
		}
	}

	/// Goes on until `epoch` is at its `index`-th block.
	pub fn reach(&mut self, epoch: EpochIndex, index: u32) {
		for _ in 0..10_000 {
			let (now, at, _) = Attestation::now().unwrap();
			assert!((now, at) <= (epoch, index), "{now}/{at} is behind {epoch}/{index}");
			if (now, at) == (epoch, index) {
				return;
			}
			self.next_block();
		}
		panic!("epoch {epoch} did not come");
	}

	/// Sends a transaction that `key` signs.
	pub fn send(&self, key: &KeyPair, call: impl Into<RuntimeCall>) -> Result<(), DispatchError> {
		self.send_with_tip(key, 0, call)
	}

	/// As [`Self::send`], with a tip for the author.
	pub fn send_with_tip(
		&self,
		key: &KeyPair,
		tip: Balance,
		call: impl Into<RuntimeCall>,
	) -> Result<(), DispatchError> {
		self.try_send_with_tip(key, tip, call).expect("the pool takes it")
	}

	/// As [`Self::send_with_tip`], where the transaction itself may be refused.
	pub fn try_send_with_tip(
		&self,
		key: &KeyPair,
		tip: Balance,
		call: impl Into<RuntimeCall>,
	) -> Result<Result<(), DispatchError>, TransactionValidityError> {
		let who: AccountId = account(key);
		let mut extension =
			<Runtime as CreateAuthorizedTransaction<RuntimeCall>>::create_extension();
		extension.6 = frame_system::CheckNonce::from(System::account_nonce(&who));
		extension.8 = polkadot_sdk::pallet_transaction_payment::ChargeTransactionPayment::from(tip);
		let payload = SignedPayload::new(call.into(), extension).unwrap();
		let signature = MultiSignature::Sr25519(payload.using_encoded(|bytes| key.sign(bytes)));
		let (call, extension, _) = payload.deconstruct();
		let address = MultiAddress::Id(who);
		let transaction = UncheckedExtrinsic::new_signed(call, address, signature, extension);
		// As it travels.
		let transaction = UncheckedExtrinsic::decode(&mut &transaction.encode()[..]).unwrap();
		Executive::apply_extrinsic(transaction)
	}

	/// Sends a call that carries its own authorization.
	pub fn send_authorized(
		&self,
		call: pallet_attestation::Call<Runtime>,
	) -> Result<(), TransactionValidityError> {
		let transaction = <Runtime as CreateAuthorizedTransaction<
			pallet_attestation::Call<Runtime>,
		>>::create_authorized_transaction(call.into());
		let transaction = UncheckedExtrinsic::decode(&mut &transaction.encode()[..]).unwrap();
		Executive::apply_extrinsic(transaction).map(|done| done.expect("it was authorized"))
	}
}

/// Puts what a block's author submits, signed by nobody, into the present block.
pub fn submit(call: impl Into<RuntimeCall>) -> Result<(), TransactionValidityError> {
	let transaction = UncheckedExtrinsic::new_bare(call.into());
	let transaction = UncheckedExtrinsic::decode(&mut &transaction.encode()[..]).unwrap();
	Executive::apply_extrinsic(transaction).map(|done| done.expect("it was checked before"))
}

/// An account's key.
pub type KeyPair = sr25519::Pair;

/// Its account.
pub fn account(key: &KeyPair) -> AccountId {
	key.public().0.into()
}

/// An account with ten thousand tokens.
pub fn rich(chain: &Chain, name: &str) -> KeyPair {
	let key = sr25519::Pair::from_string(&format!("//{name}"), None).unwrap();
	let call = polkadot_sdk::pallet_balances::Call::transfer_keep_alive {
		dest: account(&key).into(),
		value: 10_000 * STN,
	};
	chain.send(&Key::Alice.pair(), call).unwrap();
	key
}

/// Has governance make a call: on this chain sudo stands in for it.
pub fn by_governance(chain: &Chain, call: impl Into<RuntimeCall>) {
	let call = polkadot_sdk::pallet_sudo::Call::sudo { call: Box::new(call.into()) };
	chain.send(&Key::Alice.pair(), call).unwrap();
	assert_eq!(outcome_of_sudo(), Some(Ok(())));
}

/// What the last call through sudo in this block came to.
pub fn outcome_of_sudo() -> Option<Result<(), DispatchError>> {
	System::events().into_iter().rev().find_map(|record| match record.event {
		substation_runtime::RuntimeEvent::Sudo(polkadot_sdk::pallet_sudo::Event::Sudid {
			sudo_result,
		}) => Some(sudo_result),
		_ => None,
	})
}
