//! Wires a node together: client, network, consensus, statement store, off-chain workers, RPC.

use crate::{
	bodies::Bodies,
	client::{Executor, FullBackend, FullClient},
	discovery,
	equivocation::ReportDoubles,
	metrics,
	panics::Limited,
	rpc,
};
use codec::Encode;
use futures::{future::BoxFuture, FutureExt};
use sc_client_api::{Backend, BlockBackend};
use sc_consensus_babe::{BabeLink, BabeWorkerHandle, SlotProportion};
use sc_consensus_grandpa::{FinalityProofProvider, SharedVoterState};
use sc_executor::{HeapAllocStrategy, WasmExecutor, DEFAULT_HEAP_ALLOC_STRATEGY};
use sc_network::{config::FullNetworkConfiguration, NetworkBackend};
use sc_network_statement::StatementHandlerPrototype;
use sc_service::{
	error::Error as ServiceError, Configuration, SpawnTaskHandle, TaskManager, WarpSyncConfig,
};
use sc_statement_store::Store as StatementStore;
use sc_telemetry::{Telemetry, TelemetryWorker};
use sc_transaction_pool_api::OffchainTransactionPoolFactory;
use sp_core::{
	offchain::{OffchainStorage, STORAGE_PREFIX},
	traits::SpawnEssentialNamed,
};
use sp_statement_store::runtime_api::StatementStoreExt;
use std::{path::Path, sync::Arc, time::Duration};
use substation_primitives::worker::THREADS_KEY;
use substation_runtime::{apis::RuntimeApi, opaque::Block};

type FullSelectChain = sc_consensus::LongestChain<FullBackend, Block>;
type FullGrandpaBlockImport =
	sc_consensus_grandpa::GrandpaBlockImport<FullBackend, Block, FullClient, FullSelectChain>;
type FullPool = sc_transaction_pool::TransactionPoolHandle<Block, FullClient>;
type Network = sc_network::Litep2pNetworkBackend;

/// The folder, beside the database, where compiled runtimes are kept.
pub const COMPILED_RUNTIMES: &str = "runtimes";
/// A justification is kept and announced at least every so many blocks.
const GRANDPA_JUSTIFICATION_PERIOD: u32 = 512;
/// How long GRANDPA waits for its peers' votes before it sends its own again.
const GRANDPA_GOSSIP_DURATION: Duration = Duration::from_millis(333);
/// Share of a slot spent on making a block.
const PROPOSAL_SLOT_PORTION: f32 = 0.5;

/// Gives each block its timestamp, and the slot that it falls into.
#[derive(Clone)]
struct SlotAndTime {
	slot_duration: sp_consensus_babe::SlotDuration,
}

#[async_trait::async_trait]
impl sp_inherents::CreateInherentDataProviders<Block, ()> for SlotAndTime {
	type InherentDataProviders =
		(sp_consensus_babe::inherents::InherentDataProvider, sp_timestamp::InherentDataProvider);

	async fn create_inherent_data_providers(
		&self,
		_parent: sp_core::H256,
		(): (),
	) -> Result<Self::InherentDataProviders, Box<dyn std::error::Error + Send + Sync>> {
		let time = sp_timestamp::InherentDataProvider::from_system_time();
		let slot =
			sp_consensus_babe::inherents::InherentDataProvider::from_timestamp_and_slot_duration(
				*time,
				self.slot_duration,
			);
		Ok((slot, time))
	}
}

type FullBabeBlockImport = ReportDoubles<
	sc_consensus_babe::BabeBlockImport<
		Block,
		FullClient,
		FullGrandpaBlockImport,
		SlotAndTime,
		FullSelectChain,
	>,
>;

/// Parts that only a running node needs.
pub struct Extra {
	block_import: FullBabeBlockImport,
	grandpa_link: sc_consensus_grandpa::LinkHalf<Block, FullClient, FullSelectChain>,
	babe_link: BabeLink<Block>,
	babe_worker: BabeWorkerHandle<Block>,
	telemetry: Option<Telemetry>,
}

/// The parts that subcommands share with a running node.
pub type PartialComponents = sc_service::PartialComponents<
	FullClient,
	FullBackend,
	FullSelectChain,
	sc_consensus::DefaultImportQueue<Block>,
	FullPool,
	Extra,
>;

/// Runs the runtime as the command line says. Compiled ones are kept on disk: a validator that starts again
/// is back in time to judge.
fn executor(config: &Configuration, runtime_cache: Option<&Path>) -> Executor {
	let settings = &config.executor;
	let heap = settings.default_heap_pages.map_or(DEFAULT_HEAP_ALLOC_STRATEGY, |pages| {
		HeapAllocStrategy::Static { extra_pages: pages as u32 }
	});
	let cache =
		runtime_cache.map_or_else(|| config.data_path.join(COMPILED_RUNTIMES), Path::to_path_buf);
	let executor = WasmExecutor::builder()
		.with_execution_method(settings.wasm_method)
		.with_onchain_heap_alloc_strategy(heap)
		.with_offchain_heap_alloc_strategy(heap)
		.with_max_runtime_instances(settings.max_runtime_instances)
		.with_runtime_cache_size(settings.runtime_cache_size)
		.with_cache_path(cache)
		.build();
	Limited(executor)
}

/// Spawns tasks that a node cannot do without for a command that ends before them: that they end is no failure.
#[derive(Clone)]
struct OfCommand(SpawnTaskHandle);

impl SpawnEssentialNamed for OfCommand {
	fn spawn_essential_blocking(
		&self,
		name: &'static str,
		group: Option<&'static str>,
		future: BoxFuture<'static, ()>,
	) {
		self.0.spawn_blocking(name, group, future);
	}

	fn spawn_essential(
		&self,
		name: &'static str,
		group: Option<&'static str>,
		future: BoxFuture<'static, ()>,
	) {
		self.0.spawn(name, group, future);
	}
}

/// Opens the database for a command that does something with it and ends.
pub fn for_command(
	config: &Configuration,
	runtime_cache: Option<&Path>,
) -> Result<PartialComponents, ServiceError> {
	new_partial(config, runtime_cache, |tasks| OfCommand(tasks.spawn_handle()))
}

/// Opens the database and sets up everything short of the network. `essential` spawns what has to go on.
fn new_partial<S: SpawnEssentialNamed + 'static>(
	config: &Configuration,
	runtime_cache: Option<&Path>,
	essential: impl FnOnce(&TaskManager) -> S,
) -> Result<PartialComponents, ServiceError> {
	let telemetry = config
		.telemetry_endpoints
		.clone()
		.filter(|endpoints| !endpoints.is_empty())
		.map(|endpoints| -> Result<_, sc_telemetry::Error> {
			let worker = TelemetryWorker::new(16)?;
			let telemetry = worker.handle().new_telemetry(endpoints);
			Ok((worker, telemetry))
		})
		.transpose()?;
	let executor = executor(config, runtime_cache);
	let (client, backend, keystore_container, task_manager) =
		sc_service::new_full_parts::<Block, RuntimeApi, _>(
			config,
			telemetry.as_ref().map(|(_, telemetry)| telemetry.handle()),
			executor,
			Vec::new(),
		)?;
	let client = Arc::new(client);
	let essential: Box<dyn SpawnEssentialNamed> = Box::new(essential(&task_manager));
	let telemetry = telemetry.map(|(worker, telemetry)| {
		task_manager.spawn_handle().spawn("telemetry", None, worker.run());
		telemetry
	});
	let handle = telemetry.as_ref().map(|telemetry| telemetry.handle());

	let select_chain = sc_consensus::LongestChain::new(backend.clone());
	let transaction_pool = Arc::from(
		sc_transaction_pool::Builder::new(
			essential.clone(),
			client.clone(),
			config.role.is_authority().into(),
		)
		.with_options(config.transaction_pool.clone())
		.with_prometheus(config.prometheus_registry())
		.build(),
	);

	let (grandpa_block_import, grandpa_link) = sc_consensus_grandpa::block_import(
		client.clone(),
		GRANDPA_JUSTIFICATION_PERIOD,
		&client,
		select_chain.clone(),
		handle.clone(),
	)?;
	let babe_config = sc_consensus_babe::configuration(&*client)?;
	let slot_duration = babe_config.slot_duration();
	let (block_import, babe_link) = sc_consensus_babe::block_import(
		babe_config,
		grandpa_block_import.clone(),
		client.clone(),
		SlotAndTime { slot_duration },
		select_chain.clone(),
		OffchainTransactionPoolFactory::new(transaction_pool.clone()),
	)?;
	let pool = OffchainTransactionPoolFactory::new(transaction_pool.clone());
	let block_import = ReportDoubles::new(block_import, client.clone(), pool);
	let (import_queue, babe_worker) =
		sc_consensus_babe::import_queue(sc_consensus_babe::ImportQueueParams {
			link: babe_link.clone(),
			block_import: block_import.clone(),
			justification_import: Some(Box::new(grandpa_block_import)),
			client: client.clone(),
			slot_duration,
			spawner: &essential,
			registry: config.prometheus_registry(),
			telemetry: handle,
		})?;

	Ok(sc_service::PartialComponents {
		client,
		backend,
		task_manager,
		import_queue,
		keystore_container,
		select_chain,
		transaction_pool,
		other: Extra { block_import, grandpa_link, babe_link, babe_worker, telemetry },
	})
}

/// What a node does otherwise than stock nodes.
pub struct Options<'a> {
	/// Where compiled runtimes are kept, if not beside the database.
	pub runtime_cache: Option<&'a Path>,
	/// How many batches are judged at the same time.
	pub judging_threads: u32,
	/// Whether bodies of batches are taken from peers and handed on.
	pub takes_bodies: bool,
}

/// Starts a node.
pub fn new_full(config: Configuration, options: Options<'_>) -> Result<TaskManager, ServiceError> {
	let Options { runtime_cache, judging_threads, takes_bodies } = options;
	let sc_service::PartialComponents {
		client,
		backend,
		mut task_manager,
		import_queue,
		keystore_container,
		select_chain,
		transaction_pool,
		other: Extra { block_import, grandpa_link, babe_link, babe_worker, mut telemetry },
	} = new_partial(&config, runtime_cache, TaskManager::spawn_essential_handle)?;

	let registry = config.prometheus_registry().cloned();
	let genesis_hash = client
		.block_hash(0)?
		.ok_or_else(|| ServiceError::Other("the database has no genesis block".into()))?;
	let network_metrics =
		<Network as NetworkBackend<Block, sp_core::H256>>::register_notification_metrics(
			registry.as_ref(),
		);
	let mut net_config =
		FullNetworkConfiguration::<_, _, Network>::new(&config.network, registry.clone());
	let peer_store = net_config.peer_store_handle();

	// Only for a node that runs GRANDPA: a protocol that nobody serves keeps all peers away.
	let grandpa = (!config.disable_grandpa).then(|| {
		let protocol =
			sc_consensus_grandpa::protocol_standard_name(&genesis_hash, &config.chain_spec);
		let (notifications, service) =
			sc_consensus_grandpa::grandpa_peers_set_config::<Block, Network>(
				protocol.clone(),
				network_metrics.clone(),
				Arc::clone(&peer_store),
			);
		net_config.add_notification_protocol(notifications);
		(protocol, service)
	});

	let statement_handler = takes_bodies.then(|| {
		let (handler, notifications) = StatementHandlerPrototype::new::<_, Block, Network>(
			genesis_hash,
			config.chain_spec.fork_id(),
			network_metrics.clone(),
			Arc::clone(&peer_store),
		);
		net_config.add_notification_protocol(notifications);
		handler
	});

	let warp_sync = Arc::new(sc_consensus_grandpa::warp_proof::NetworkProvider::new(
		backend.clone(),
		grandpa_link.shared_authority_set().clone(),
		Vec::new(),
	));
	let (network, system_rpc_tx, tx_handler_controller, sync_service, _bitswap) =
		sc_service::build_network(sc_service::BuildNetworkParams {
			config: &config,
			net_config,
			client: client.clone(),
			transaction_pool: transaction_pool.clone(),
			spawn_handle: task_manager.spawn_handle(),
			spawn_essential_handle: task_manager.spawn_essential_handle(),
			import_queue,
			block_announce_validator_builder: None,
			warp_sync_config: Some(WarpSyncConfig::WithProvider(warp_sync)),
			block_relay: None,
			metrics: network_metrics,
			gap_sync_body_policy: None,
		})?;

	let statement_config = sc_statement_store::Config::default();
	let statements = StatementStore::new_shared(
		&config.data_path,
		statement_config,
		client.clone(),
		keystore_container.local_keystore(),
		registry.as_ref(),
		Box::new(task_manager.spawn_handle()),
	)
	.map_err(|error| ServiceError::Application(Box::new(error)))?;
	if let Some(handler) = statement_handler {
		let spawner = task_manager.spawn_handle();
		let executor = Box::new(move |task| {
			spawner.spawn("network-statement-validator", Some("networking"), task)
		});
		let handler = handler.build(
			network.clone(),
			sync_service.clone(),
			statements.clone(),
			registry.as_ref(),
			executor,
			statement_config.network_workers,
			statement_config.rate_limit,
		)?;
		task_manager.spawn_handle().spawn(
			"network-statement-handler",
			Some("networking"),
			handler.run(),
		);
	}

	if config.offchain_worker.enabled {
		let bodies: Arc<dyn sp_statement_store::StatementStore> =
			Arc::new(Bodies(statements.clone()));
		if let Some(mut storage) = backend.offchain_storage() {
			storage.set(STORAGE_PREFIX, THREADS_KEY, &judging_threads.encode());
		}
		// Each runs the worker at every block. Who finds that another does judges beside it.
		for _ in 0..judging_threads {
			let bodies = bodies.clone();
			let extensions = move |_| vec![Box::new(StatementStoreExt::new(bodies.clone())) as _];
			let workers = sc_offchain::OffchainWorkers::new(sc_offchain::OffchainWorkerOptions {
				runtime_api_provider: client.clone(),
				is_validator: config.role.is_authority(),
				keystore: Some(keystore_container.keystore()),
				offchain_db: backend.offchain_storage(),
				transaction_pool: Some(OffchainTransactionPoolFactory::new(
					transaction_pool.clone(),
				)),
				network_provider: Arc::new(network.clone()),
				enable_http_requests: false,
				custom_extensions: extensions,
			})?;
			task_manager.spawn_handle().spawn(
				"offchain-workers-runner",
				"offchain-worker",
				workers.run(client.clone(), task_manager.spawn_handle()).boxed(),
			);
		}
		if let (Some(registry), Some(storage)) = (&registry, backend.offchain_storage()) {
			let gauges = metrics::Gauges::register(registry)?;
			gauges.read(&storage);
			task_manager.spawn_handle().spawn(
				"worker-metrics",
				"offchain-worker",
				gauges.follow(storage),
			);
		}
	}

	let role = config.role;
	let force_authoring = config.force_authoring;
	let addresses = discovery::Addresses::of(&config.network);
	let name = config.network.node_name.clone();
	let voter_state = SharedVoterState::empty();

	let rpc_builder = {
		let client = client.clone();
		let pool = transaction_pool.clone();
		let select_chain = select_chain.clone();
		let keystore = keystore_container.keystore();
		let statements = statements.clone();
		let chain_spec = config.chain_spec.cloned_box();
		let voter_state = voter_state.clone();
		let authority_set = grandpa_link.shared_authority_set().clone();
		let justification_stream = grandpa_link.justification_stream();
		let finality_provider =
			FinalityProofProvider::new_for_service(backend.clone(), Some(authority_set.clone()));
		Box::new(move |executor: sc_rpc::SubscriptionTaskExecutor| {
			rpc::create_full(rpc::FullDeps {
				client: client.clone(),
				pool: pool.clone(),
				select_chain: select_chain.clone(),
				babe_worker: babe_worker.clone(),
				keystore: keystore.clone(),
				grandpa: rpc::GrandpaDeps {
					voter_state: voter_state.clone(),
					authority_set: authority_set.clone(),
					justification_stream: justification_stream.clone(),
					finality_provider: finality_provider.clone(),
				},
				statements: statements.clone(),
				chain_spec: chain_spec.cloned_box(),
				executor,
			})
			.map_err(Into::into)
		})
	};
	sc_service::spawn_tasks(sc_service::SpawnTasksParams {
		config,
		client: client.clone(),
		backend,
		task_manager: &mut task_manager,
		keystore: keystore_container.keystore(),
		transaction_pool: transaction_pool.clone(),
		rpc_builder,
		network: network.clone(),
		system_rpc_tx,
		tx_handler_controller,
		sync_service: sync_service.clone(),
		telemetry: telemetry.as_mut(),
		tracing_execute_block: None,
	})?;

	let telemetry_handle = telemetry.as_ref().map(|telemetry| telemetry.handle());
	if role.is_authority() {
		discovery::start(
			addresses,
			client.clone(),
			network.clone(),
			&keystore_container,
			registry.clone(),
			task_manager.spawn_handle(),
		);
		let slot_duration = babe_link.config().slot_duration();
		let babe = sc_consensus_babe::start_babe(sc_consensus_babe::BabeParams {
			keystore: keystore_container.keystore(),
			client: client.clone(),
			select_chain,
			env: sc_basic_authorship::ProposerFactory::new(
				task_manager.spawn_handle(),
				client,
				transaction_pool.clone(),
				registry.as_ref(),
				telemetry_handle.clone(),
			),
			block_import,
			sync_oracle: sync_service.clone(),
			justification_sync_link: sync_service.clone(),
			create_inherent_data_providers: SlotAndTime { slot_duration },
			force_authoring,
			backoff_authoring_blocks: Some(
				sc_consensus_slots::BackoffAuthoringOnFinalizedHeadLagging::default(),
			),
			babe_link,
			block_proposal_slot_portion: SlotProportion::new(PROPOSAL_SLOT_PORTION),
			max_block_proposal_slot_portion: None,
			telemetry: telemetry_handle.clone(),
		})?;
		task_manager.spawn_essential_handle().spawn_blocking(
			"babe-proposer",
			Some("block-authoring"),
			babe,
		);
	}

	if let Some((protocol_name, notification_service)) = grandpa {
		let voter = sc_consensus_grandpa::run_grandpa_voter(sc_consensus_grandpa::GrandpaParams {
			config: sc_consensus_grandpa::Config {
				gossip_duration: GRANDPA_GOSSIP_DURATION,
				justification_generation_period: GRANDPA_JUSTIFICATION_PERIOD,
				name: Some(name),
				observer_enabled: false,
				keystore: role.is_authority().then(|| keystore_container.keystore()),
				local_role: role,
				telemetry: telemetry_handle.clone(),
				protocol_name,
			},
			link: grandpa_link,
			network,
			sync: Arc::new(sync_service),
			notification_service,
			voting_rule: sc_consensus_grandpa::VotingRulesBuilder::default().build(),
			prometheus_registry: registry,
			shared_voter_state: voter_state,
			telemetry: telemetry_handle,
			offchain_tx_pool_factory: OffchainTransactionPoolFactory::new(transaction_pool),
		})?;
		task_manager.spawn_essential_handle().spawn_blocking("grandpa-voter", None, voter);
	}

	Ok(task_manager)
}
