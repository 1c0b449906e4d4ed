//! The RPC methods that are not every node's. Reads of our own state are runtime APIs and view
//! functions: those work through light clients too.

use crate::checkpoint;
use jsonrpsee::RpcModule;
use sc_client_api::{AuxStore, BlockBackend};
use sc_consensus_babe::BabeWorkerHandle;
use sc_consensus_grandpa::{
	FinalityProofProvider, GrandpaJustificationStream, SharedAuthoritySet, SharedVoterState,
};
use sc_rpc::{statement::StatementStoreApi, SubscriptionTaskExecutor};
use sc_transaction_pool_api::TransactionPool;
use sp_api::ProvideRuntimeApi;
use sp_block_builder::BlockBuilder;
use sp_blockchain::{Error as BlockChainError, HeaderBackend, HeaderMetadata};
use sp_consensus_babe::BabeApi;
use sp_keystore::KeystorePtr;
use std::sync::Arc;
use substation_runtime::{opaque::Block, AccountId, Balance, BlockNumber, Hash, Nonce};

type Error = Box<dyn std::error::Error + Send + Sync>;

/// What GRANDPA's methods need.
pub struct GrandpaDeps<B> {
	/// Where votes stand.
	pub voter_state: SharedVoterState,
	/// Who may vote.
	pub authority_set: SharedAuthoritySet<Hash, BlockNumber>,
	/// New justifications.
	pub justification_stream: GrandpaJustificationStream<Block>,
	/// Proofs of finality.
	pub finality_provider: Arc<FinalityProofProvider<B, Block>>,
}

/// What all methods need.
pub struct FullDeps<C, P, SC, B> {
	/// The client.
	pub client: Arc<C>,
	/// The transaction pool.
	pub pool: Arc<P>,
	/// Selects the best chain.
	pub select_chain: SC,
	/// BABE's worker.
	pub babe_worker: BabeWorkerHandle<Block>,
	/// The keys of this node.
	pub keystore: KeystorePtr,
	/// GRANDPA's parts.
	pub grandpa: GrandpaDeps<B>,
	/// The statement store.
	pub statements: Arc<dyn StatementStoreApi>,
	/// The chain's specification.
	pub chain_spec: Box<dyn sc_chain_spec::ChainSpec>,
	/// Runs subscriptions.
	pub executor: SubscriptionTaskExecutor,
}

/// All methods: `system`, `payment`, `babe`, `grandpa`, `statement`, `sync_state`.
pub fn create_full<C, P, SC, B>(deps: FullDeps<C, P, SC, B>) -> Result<RpcModule<()>, Error>
where
	C: ProvideRuntimeApi<Block>
		+ HeaderBackend<Block>
		+ AuxStore
		+ HeaderMetadata<Block, Error = BlockChainError>
		+ BlockBackend<Block>
		+ Send
		+ Sync
		+ 'static,
	C::Api: substrate_frame_rpc_system::AccountNonceApi<Block, AccountId, Nonce>
		+ pallet_transaction_payment_rpc::TransactionPaymentRuntimeApi<Block, Balance>
		+ BabeApi<Block>
		+ BlockBuilder<Block>,
	P: TransactionPool<Block = Block> + 'static,
	SC: sp_consensus::SelectChain<Block> + 'static,
	B: sc_client_api::Backend<Block> + Send + Sync + 'static,
{
	use pallet_transaction_payment_rpc::{TransactionPayment, TransactionPaymentApiServer};
	use sc_consensus_babe_rpc::{Babe, BabeApiServer};
	use sc_consensus_grandpa_rpc::{Grandpa, GrandpaApiServer};
	use sc_rpc::statement::{StatementApiServer, StatementStore};
	use sc_sync_state_rpc::SyncState;
	use substrate_frame_rpc_system::{System, SystemApiServer};

	let mut module = RpcModule::new(());
	let FullDeps {
		client,
		pool,
		select_chain,
		babe_worker,
		keystore,
		grandpa,
		statements,
		chain_spec,
		executor,
	} = deps;
	module.merge(System::new(client.clone(), pool).into_rpc())?;
	module.merge(TransactionPayment::new(client.clone()).into_rpc())?;
	let sync_state = |chain_spec| {
		let authority_set = grandpa.authority_set.clone();
		SyncState::<Block, _>::new(chain_spec, client.clone(), authority_set, babe_worker.clone())
	};
	module.merge(checkpoint::module(chain_spec, executor.clone(), sync_state)?)?;
	module.merge(Babe::new(client, babe_worker, keystore, select_chain).into_rpc())?;
	module.merge(
		Grandpa::new(
			executor.clone(),
			grandpa.authority_set,
			grandpa.voter_state,
			grandpa.justification_stream,
			grandpa.finality_provider,
		)
		.into_rpc(),
	)?;
	module.merge(StatementStore::new(statements, executor).into_rpc())?;
	Ok(module)
}
