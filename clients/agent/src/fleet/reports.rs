//! What a fleet's devices report, honestly or not.

use std::{collections::BTreeMap, time::Duration};

use anyhow::{anyhow, Result};
use substation_primitives::{
	signing::{ReportContext, Witnessed},
	DeviceId, EpochIndex,
};
use substation_proofs::{
	author::{self, exchange, pack, DevicePair, Reception, Transmission},
	geo,
	known::Known,
	presence, radio, sensing, storage, KindPolicy,
};
use substation_sdk::{
	chain::account,
	progress::Quiet,
	publish::{sign_bodies_until, Published},
	recompute::ask,
};

use super::{
	devices::Manner,
	preset::{BANDWIDTH, COVERAGE, MAPPING, PRESENCE, SENSING, STORAGE},
	setup::Fleet,
	weather,
};

/// For how long a node that does not take a body is tried again.
const PATIENCE: Duration = Duration::from_secs(5);
/// What devices that cover send at, in hertz.
const FREQUENCY: u32 = 868_100_000;
/// Of what seals' salts are made: nobody hides anything from himself.
const SECRET: [u8; 16] = [7; 16];
/// How long a machine takes to answer, in microseconds.
const DELAY: u32 = 1_000;
/// What a device says that it hears, that wants to seem far away, in tenths of a dBm.
const WEAK: i16 = -1_390;

impl Fleet {
	/// Makes and publishes the reports of an epoch whose entropy is final; nothing before that.
	pub(super) async fn report(&mut self, epoch: EpochIndex) -> Result<Option<Vec<Published>>> {
		let mut batches = Vec::new();
		let parameters = self.chain.clock().await?.record.parameters;
		let expires = self.chain.expiry(&parameters, self.slot).await?;
		// Bandwidth last: its payer's bill is waited for.
		for network in [STORAGE, COVERAGE, PRESENCE, SENSING, MAPPING, BANDWIDTH] {
			let aggregator = account(&self.aggregator);
			let Some(context) = self.chain.report_context(network, epoch, &aggregator).await?
			else {
				return Ok(None);
			};
			let policy = self
				.chain
				.policy(network, epoch)
				.await?
				.ok_or_else(|| anyhow!("network {network} is closed in epoch {epoch}"))?;
			let reports = match &policy.kind {
				KindPolicy::Storage(kind) => {
					let before = epoch.saturating_sub(1);
					let Some(earlier) =
						self.chain.report_context(network, before, &aggregator).await?
					else {
						return Ok(None);
					};
					self.storage_reports(&context, &earlier, kind)?
				}
				KindPolicy::Coverage(_) => self.coverage_reports(&context)?,
				KindPolicy::Presence(kind) => self.presence_reports(&context, kind).await?,
				KindPolicy::Sensing(kind) => self.sensing_reports(&context, kind).await?,
				KindPolicy::Mapping(kind) => self.mapping_reports(&context, kind).await?,
				KindPolicy::Bandwidth(_) => self.bandwidth_reports(&context).await?,
			};
			for packed in pack(&context, &policy, &reports) {
				let genesis = &context.genesis;
				let published = sign_bodies_until(genesis, &self.publisher, &packed, expires)?;
				published.publish_to(&self.nodes, PATIENCE).await?;
				batches.push(published);
			}
		}
		let count: u32 = batches.iter().map(|published| published.terms.count).sum();
		self.say(&format!(
			"epoch {epoch}: {count} reports in {} batches are published",
			batches.len()
		));
		Ok(Some(batches))
	}

	/// Honest reports, and those of cheats who say again what they said `earlier`, an epoch before.
	fn storage_reports(
		&self,
		context: &ReportContext,
		earlier: &ReportContext,
		policy: &storage::Policy,
	) -> Result<BTreeMap<DeviceId, Vec<u8>>> {
		let mut reports = BTreeMap::new();
		for device in self.devices.iter().filter(|device| device.network == STORAGE) {
			let id = device.id();
			let shown_for = match device.manner {
				Manner::OtherEntropy | Manner::Replays => earlier,
				_ => context,
			};
			let mut evidence = device.holding.prove(shown_for, policy, &id)?;
			if device.manner == Manner::AltersPieces {
				if let Some(shown) = evidence.shown.iter_mut().next() {
					shown.piece[0] ^= 1;
				}
			}
			let pair = match device.manner {
				Manner::ForgesSignature => &DevicePair::from_seed(&[1; 32]),
				_ => &device.pair,
			};
			let signed_for = match device.manner {
				Manner::Replays => earlier,
				_ => context,
			};
			reports.insert(id, pair.report(signed_for, &id, &evidence));
		}
		Ok(reports)
	}

	/// What callers sign for each other, and what a cheat signs for its callers by itself.
	async fn presence_reports(
		&self,
		context: &ReportContext,
		policy: &presence::Policy,
	) -> Result<BTreeMap<DeviceId, Vec<u8>>> {
		let machines = || self.devices.iter().filter(|device| device.network == PRESENCE);
		let pairs: BTreeMap<_, _> =
			machines().map(|device| (device.id(), device.pair.clone())).collect();
		let mut reports = BTreeMap::new();
		for machine in machines() {
			let id = machine.id();
			let (network, epoch) = (context.network, context.epoch);
			let Some(own) = self.chain.facts(network, id, epoch).await? else { continue };
			let mut known = Known::default();
			known.note_device(id, Some(own.clone()));
			let forged = pairs.keys().map(|id| (*id, machine.pair.clone())).collect();
			let signers = match machine.manner {
				Manner::CallsItself => &forged,
				_ => &pairs,
			};
			let evidence = ask(&self.chain, (network, epoch), &mut known, &Quiet, |known| {
				author::presence(context, policy, known, signers, (&id, &own), |_| Some(DELAY))
			});
			reports.insert(id, machine.pair.report(context, &id, &evidence.await?));
		}
		Ok(reports)
	}

	/// What sensors of one place measure: a walk that all of them share, and what each has of its own. A cheat says more.
	async fn sensing_reports(
		&self,
		context: &ReportContext,
		policy: &sensing::Policy,
	) -> Result<BTreeMap<DeviceId, Vec<u8>>> {
		let sensors = || self.devices.iter().filter(|device| device.network == SENSING);
		let everybody: BTreeMap<_, _> = sensors()
			.map(|device| {
				let samples = match device.manner {
					Manner::Exaggerates => {
						weather::exaggerated(policy, context.epoch, &device.id())
					}
					_ => weather::measured(policy, context.epoch, &device.id()),
				};
				(device.id(), (device.pair.clone(), samples))
			})
			.collect();
		let mut reports = BTreeMap::new();
		for sensor in sensors() {
			let id = sensor.id();
			let (network, epoch) = (context.network, context.epoch);
			let Some(own) = self.chain.facts(network, id, epoch).await? else { continue };
			let mut known = Known::default();
			known.note_device(id, Some(own.clone()));
			let evidence = ask(&self.chain, (network, epoch), &mut known, &Quiet, |known| {
				author::sensing(context, policy, known, &everybody, (&id, &own), SECRET, |_| false)
			});
			reports.insert(id, sensor.pair.report(context, &id, &evidence.await?));
		}
		Ok(reports)
	}

	fn coverage_reports(&self, context: &ReportContext) -> Result<BTreeMap<DeviceId, Vec<u8>>> {
		let radios: Vec<_> =
			self.devices.iter().filter(|device| device.network == COVERAGE).collect();
		let pairs: BTreeMap<_, _> =
			radios.iter().map(|device| (device.id(), device.pair.clone())).collect();
		let mut transmissions = Vec::new();
		for beaconer in &radios {
			let from = beaconer.place()?;
			let mut heard_by = Vec::new();
			for witness in &radios {
				if witness.id() == beaconer.id() {
					continue;
				}
				let distance = geo::distance(from.point(), witness.place()?.point());
				// Ten decibels below what free space allows.
				let loss = i32::try_from(radio::free_space_loss(distance, FREQUENCY))? / 100;
				let power = i16::try_from(i32::from(from.eirp) - loss - 100)?;
				let mut reception = Reception::alike(witness.id(), power);
				if witness.manner == Manner::ClaimsDistance {
					reception.power = WEAK;
				}
				heard_by.push(reception);
			}
			if beaconer.manner == Manner::ClaimsDistance {
				continue;
			}
			let beaconer = beaconer.id();
			transmissions.push(Transmission { beaconer, frequency: FREQUENCY, heard_by });
		}
		let mut evidence = exchange(context, &pairs, &transmissions);
		for device in radios.iter().filter(|device| device.manner == Manner::WitnessesItself) {
			let id = device.id();
			let own = Reception::alike(id, -1_000);
			let own = device.pair.receipt(context, &id, FREQUENCY, &own);
			if let Some(beacon) = evidence.get_mut(&id).and_then(|e| e.beacon.as_mut()) {
				let _ = beacon.receipts.try_push(own);
			}
		}
		for device in radios.iter().filter(|device| device.manner == Manner::TwoCounts) {
			let id = device.id();
			let Some(evidence) = evidence.get_mut(&id) else { continue };
			let Some(first) = evidence.heard.first().cloned() else { continue };
			let Some(beaconer) = pairs.get(&first.beaconer) else { continue };
			// The beaconer colludes: it signs for one witness where there were many.
			let word = Witnessed { rank: 0, witnesses: 1, ..first.word };
			let second =
				beaconer.acknowledge(context, &first.beaconer, (&id, first.power), FREQUENCY, word);
			let _ = evidence.heard.try_push(second);
		}
		Ok(radios
			.iter()
			.filter_map(|device| {
				let id = device.id();
				Some((id, device.pair.report(context, &id, evidence.get(&id)?)))
			})
			.collect())
	}
}
