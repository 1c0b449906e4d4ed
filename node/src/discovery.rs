//! Validators find each other: each signs the addresses at which it is reached and leaves them with its peers, and all look
//! up those of the others. An address that changes, or is behind a gateway, needs no restart of anybody else.

use futures::StreamExt;
use sc_authority_discovery::{Role, WorkerConfig};
use sc_network::{config::NetworkConfiguration, service::traits::NetworkService, Event};
use sc_service::{KeystoreContainer, SpawnTaskHandle};
use std::sync::Arc;
use substrate_prometheus_endpoint::Registry;

use crate::client::FullClient;

/// What a validator says of itself.
pub struct Addresses(WorkerConfig);

impl Addresses {
	/// As the command line says.
	pub fn of(network: &NetworkConfiguration) -> Self {
		Self(WorkerConfig {
			publish_non_global_ips: network.allow_non_globals_in_dht,
			public_addresses: network.public_addresses.clone(),
			strict_record_validation: true,
			persisted_cache_directory: network.net_config_path.clone(),
			..WorkerConfig::default()
		})
	}
}

/// Has a validator tell its addresses and look for those of others, for as long as it runs.
pub fn start(
	Addresses(config): Addresses,
	client: Arc<FullClient>,
	network: Arc<dyn NetworkService>,
	keystore: &KeystoreContainer,
	registry: Option<Registry>,
	tasks: SpawnTaskHandle,
) {
	let events = network.event_stream("authority-discovery").filter_map(|event| async move {
		match event {
			Event::Dht(event) => Some(event),
			_ => None,
		}
	});
	let (worker, _) = sc_authority_discovery::new_worker_and_service_with_config(
		config,
		client,
		Arc::new(network),
		Box::pin(events),
		Role::PublishAndDiscover(keystore.keystore()),
		registry,
		tasks.clone(),
	);
	tasks.spawn("authority-discovery-worker", Some("networking"), worker.run());
}
