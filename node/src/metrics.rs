//! What the judging worker counted, for Prometheus.
//!
//! The worker runs inside the runtime and cannot reach a registry; it keeps running totals in the
//! node's local storage, and this task reads them.

use codec::{Decode, MaxEncodedLen};
use sp_core::offchain::{OffchainStorage, STORAGE_PREFIX};
use std::time::Duration;
use substation_primitives::worker::{EarlyEnds, Totals, EARLY_ENDS_KEY, TOTALS_KEY};
use substrate_prometheus_endpoint::{
	register, Gauge, GaugeVec, Opts, PrometheusError, Registry, U64,
};

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
	lacked: Gauge<U64>,
	missed: Gauge<U64>,
	early_ends: GaugeVec<U64>,
}

impl Gauges {
	/// Registers the gauges.
	pub fn register(registry: &Registry) -> Result<Self, PrometheusError> {
		let gauge = |name: &str, help: &str| register(Gauge::new(name, help)?, registry);
		let early_ends = Opts::new(
			"substation_worker_early_ends_total",
			"Runs of the judging worker that ended before they looked at any duty, by reason",
		);
		let gauges = Self {
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
			lacked: gauge(
				"substation_batches_lacked_total",
				"Batches whose bodies this node said it lacked",
			)?,
			missed: gauge(
				"substation_seals_missed_total",
				"Settled batches this node was to judge and whose result it did not seal",
			)?,
			early_ends: register(GaugeVec::new(early_ends, &["reason"])?, registry)?,
		};
		// A rule that asks for a reason finds it before a run has ended for it.
		gauges.show_early_ends(&EarlyEnds::default());
		Ok(gauges)
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
		if let Some(totals) = read::<Totals>(storage, TOTALS_KEY) {
			self.batches.set(totals.batches);
			self.reports.set(totals.reports);
			self.millis.set(totals.millis);
			self.speed.set(totals.reports.saturating_mul(1_000) / totals.millis.max(1));
			self.backlog.set(totals.backlog);
			self.seals.set(totals.seals);
			self.lacked.set(totals.lacked);
			self.missed.set(totals.missed);
		}
		if let Some(ends) = read::<EarlyEnds>(storage, EARLY_ENDS_KEY) {
			self.show_early_ends(&ends);
		}
	}

	fn show_early_ends(&self, ends: &EarlyEnds) {
		let EarlyEnds { busy, not_open, not_a_judge } = *ends;
		for (reason, count) in
			[("busy", busy), ("not_open", not_open), ("not_a_judge", not_a_judge)]
		{
			self.early_ends.with_label_values(&[reason]).set(count);
		}
	}
}

/// What the worker left under `key`. An older runtime counts less: what it does not count is zero.
fn read<T: Decode + MaxEncodedLen>(storage: &impl OffchainStorage, key: &[u8]) -> Option<T> {
	let mut bytes = storage.get(STORAGE_PREFIX, key)?;
	bytes.resize(bytes.len().max(T::max_encoded_len()), 0);
	T::decode(&mut &bytes[..]).ok()
}

#[cfg(test)]
mod tests {
	use super::*;
	use codec::Encode;
	use sp_core::offchain::storage::InMemOffchainStorage;
	use std::{collections::BTreeSet, error::Error};

	/// The gauges' names and labels, and what they say.
	fn shown(registry: &Registry) -> Vec<(String, u64)> {
		let mut shown = Vec::new();
		for family in registry.gather() {
			for metric in family.get_metric() {
				let labels =
					metric.get_label().iter().map(|label| format!("/{}", label.get_value()));
				let name = format!("{}{}", family.get_name(), labels.collect::<String>());
				shown.push((name, metric.get_gauge().get_value() as u64));
			}
		}
		shown
	}

	#[test]
	fn all_that_the_worker_counts_is_shown() -> Result<(), Box<dyn Error>> {
		let registry = Registry::new();
		let gauges = Gauges::register(&registry)?;
		let mut storage = InMemOffchainStorage::default();
		gauges.read(&storage);
		assert!(shown(&registry).iter().all(|(_, value)| *value == 0), "nothing is counted yet");
		let totals = Totals {
			batches: 1,
			reports: 20,
			millis: 4_000,
			backlog: 3,
			seals: 6,
			lacked: 7,
			missed: 8,
		};
		let ends = EarlyEnds { busy: 9, not_open: 10, not_a_judge: 11 };
		storage.set(STORAGE_PREFIX, TOTALS_KEY, &totals.encode());
		storage.set(STORAGE_PREFIX, EARLY_ENDS_KEY, &ends.encode());
		gauges.read(&storage);
		let expected = [
			("substation_batches_judged_total", 1),
			("substation_batches_lacked_total", 7),
			("substation_judging_backlog", 3),
			("substation_judging_milliseconds_total", 4_000),
			("substation_judging_reports_per_second", 5),
			("substation_reports_judged_total", 20),
			("substation_seals_missed_total", 8),
			("substation_seals_sent_total", 6),
			("substation_worker_early_ends_total/busy", 9),
			("substation_worker_early_ends_total/not_a_judge", 11),
			("substation_worker_early_ends_total/not_open", 10),
		];
		assert_eq!(shown(&registry), expected.map(|(name, value)| (name.to_owned(), value)));
		Ok(())
	}

	#[test]
	fn what_an_older_runtime_does_not_count_is_zero() -> Result<(), Box<dyn Error>> {
		let registry = Registry::new();
		let gauges = Gauges::register(&registry)?;
		let mut storage = InMemOffchainStorage::default();
		storage.set(STORAGE_PREFIX, EARLY_ENDS_KEY, &5u64.encode());
		storage.set(STORAGE_PREFIX, TOTALS_KEY, b"");
		gauges.read(&storage);
		let shown = shown(&registry);
		let counted: Vec<_> = shown.iter().filter(|(_, value)| *value > 0).collect();
		assert_eq!(counted, [&("substation_worker_early_ends_total/busy".to_owned(), 5)]);
		Ok(())
	}

	#[test]
	fn rules_dashboard_and_runbook_know_what_there_is() -> Result<(), Box<dyn Error>> {
		let registry = Registry::new();
		Gauges::register(&registry)?;
		let there: BTreeSet<_> =
			registry.gather().iter().map(|family| family.get_name().to_owned()).collect();
		let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
		let text = |path: &str| std::fs::read_to_string(format!("{root}/{path}"));
		let alerts = text("deploy/prometheus/alerts.yml")?;
		let runbook = text("docs/validator.md")?;
		for file in [&alerts, &text("deploy/prometheus/alerts.test.yml")?, &runbook] {
			known(file, &there);
		}
		let dashboard = text("deploy/grafana/validator.json")?;
		known(&dashboard, &there);
		for name in &there {
			let asked = alerts.contains(name) || dashboard.contains(name);
			// How long judging took is told by its speed.
			assert!(asked || name.contains("milliseconds"), "nobody looks at {name}");
		}
		let rules = alerts.lines().filter_map(|line| line.trim().strip_prefix("- alert: "));
		let tests = text("deploy/prometheus/alerts.test.yml")?;
		let mut count = 0;
		for name in rules {
			count += 1;
			assert!(runbook.contains(&format!("`{name}`")), "the runbook leaves {name} out");
			assert!(tests.matches(name).count() >= 2, "{name} is not tried, well and ill");
		}
		assert!(count > 5, "{count} alerts");
		Ok(())
	}

	/// Whatever is named as a gauge of ours in `file` is one.
	fn known(file: &str, there: &BTreeSet<String>) {
		let words = file.split(|letter: char| !letter.is_ascii_lowercase() && letter != '_');
		for name in words.filter(|word| word.starts_with("substation_")) {
			assert!(there.contains(name), "there is no gauge {name}");
		}
	}
}
