//! What the judging worker counted, for Prometheus.
//!
//! The worker runs inside the runtime and cannot reach a registry; it keeps running totals in the
//! node's local storage, and this task reads them.

use codec::{Decode, MaxEncodedLen};
use sp_core::offchain::{OffchainStorage, STORAGE_PREFIX};
use std::time::Duration;
use substation_primitives::worker::{Totals, TOTALS_KEY};
use substrate_prometheus_endpoint::{register, Gauge, PrometheusError, Registry, U64};

/// How often the totals are read.
const PERIOD: Duration = Duration::from_secs(2);

/// The gauges, all named `substation_*`.
pub struct Gauges {
	batches: Gauge<U64>,
	reports: Gauge<U64>,
	millis: Gauge<U64>,
	speed: Gauge<U64>,
	backlog: Gauge<U64>,
	seals: Gauge<U64>,
	missed: Gauge<U64>,
}

impl Gauges {
	/// Registers the gauges.
	pub fn register(registry: &Registry) -> Result<Self, PrometheusError> {
		let gauge = |name: &str, help: &str| register(Gauge::new(name, help)?, registry);
		Ok(Self {
			batches: gauge("substation_batches_judged_total", "Batches this node has judged")?,
			reports: gauge("substation_reports_judged_total", "Reports this node has judged")?,
			millis: gauge(
				"substation_judging_milliseconds_total",
				"Time this node has spent on judging",
			)?,
			speed: gauge(
				"substation_judging_reports_per_second",
				"Reports judged per second of judging, since the node was made",
			)?,
			backlog: gauge("substation_judging_backlog", "Batches that wait to be judged")?,
			seals: gauge("substation_seals_sent_total", "Seals this node has sent")?,
			missed: gauge(
				"substation_seals_missed_total",
				"Settled batches this node was to judge and whose result it did not seal",
			)?,
		})
	}

	/// Reads the totals for as long as the node runs.
	pub async fn follow(self, storage: impl OffchainStorage) {
		loop {
			futures_timer::Delay::new(PERIOD).await;
			self.read(&storage);
		}
	}

	/// Reads the totals. It has to be done before anybody asks for the gauges: what was 0 for a moment looks as if all
	/// of the past had happened in the next.
	pub fn read(&self, storage: &impl OffchainStorage) {
		let Some(mut bytes) = storage.get(STORAGE_PREFIX, TOTALS_KEY) else { return };
		// An older runtime counts less: what it does not count is zero.
		bytes.resize(bytes.len().max(Totals::max_encoded_len()), 0);
		let Ok(totals) = Totals::decode(&mut &bytes[..]) else { return };
		self.batches.set(totals.batches);
		self.reports.set(totals.reports);
		self.millis.set(totals.millis);
		self.speed.set(totals.reports.saturating_mul(1_000) / totals.millis.max(1));
		self.backlog.set(totals.backlog);
		self.seals.set(totals.seals);
		self.missed.set(totals.missed);
	}
}
