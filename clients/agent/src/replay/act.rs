//! What is to be re-enacted, and what the judge makes of it without a chain.

use std::{collections::BTreeMap, sync::Arc};

use anyhow::{anyhow, Result};
use sp_core::{ed25519, Pair};
use substation_primitives::{bill::Bill, signing::ReportContext, AccountId32, DeviceId};
use substation_proofs::{
	author::{self, example_context, exchange, pack, DevicePair, Packed, Transmission},
	bandwidth,
	facts::{self, Cell, Chair, DeviceFacts, FactSource, Place},
	judge_chunks,
	known::{Answer, Known, Question},
	KindPolicy, Policy, RULES,
};
use substation_sdk::{recompute::Recomputed, register::cell_of};

use super::{
	counts::Counts,
	sensing::Measured,
	streets::{self, Riders},
	uptime::Uptimes,
};

/// Epochs before the first that a mapping network's reports may be about.
const EARLIER: u32 = 200;
/// How long an answer takes that no recording has measured, in microseconds.
const DELAY: u32 = 50_000;

/// A device of the cast.
#[derive(Clone)]
pub struct Player {
	/// What it stands for.
	pub name: String,
	/// Its key.
	pub pair: DevicePair,
	/// Where it stands, if that is told.
	pub place: Option<Place>,
}

/// What happens in an epoch.
#[derive(Clone)]
pub enum Scene {
	/// Radios send and hear.
	Radio(Vec<Transmission>),
	/// Machines are up, or not, as in an hour of a recording; by their numbers in it.
	Uptime {
		/// When they were up.
		recording: Arc<Uptimes>,
		/// Which device stands for which of them.
		machines: Arc<BTreeMap<DeviceId, u64>>,
		/// Which hour.
		hour: u32,
	},
	/// Sensors measure as in a recording, from an hour on; by their numbers in it.
	Sensed {
		/// What they measured.
		recording: Arc<Measured>,
		/// Which device stands for which of them.
		sensors: Arc<BTreeMap<DeviceId, u64>>,
		/// The first hour.
		hour: u32,
	},
	/// Devices drive a stretch of a recording.
	Driven {
		/// Where each of them was.
		riders: Riders,
		/// Which stretch.
		part: u32,
	},
	/// Hosts are billed by the aggregator's account for what they have carried.
	Carried(Arc<Bill>),
}

impl Scene {
	/// In words.
	pub(super) fn describe(&self) -> String {
		match self {
			Self::Radio(transmissions) => format!("{} frames are re-enacted", transmissions.len()),
			Self::Uptime { hour, .. } => format!("hour {hour} is re-enacted"),
			Self::Carried(bill) => format!("{} hosts have carried something", bill.leaves().len()),
			Self::Driven { riders, part } => {
				format!("{} devices drive stretch {part}", riders.len())
			}
			Self::Sensed { hour, .. } => format!("the hours from {hour} on are re-enacted"),
		}
	}
}

/// What is to be re-enacted.
#[derive(Clone, Default)]
pub struct Act {
	/// The devices.
	pub cast: BTreeMap<DeviceId, Player>,
	/// What is sent, epoch by epoch.
	pub epochs: Vec<Scene>,
	/// Receptions beyond the first fourteen witnesses of a frame: nobody signs for them.
	pub beyond: u32,
}

impl Act {
	/// A device more, with a key made from its name.
	pub(super) fn join(&mut self, name: String, place: Option<Place>) -> Result<DeviceId> {
		let pair = ed25519::Pair::from_string(&format!("//replay//{name}"), None)
			.map_err(|error| anyhow!("no key can be made for {name}: {error:?}"))?;
		let pair = DevicePair::Ed25519(pair);
		let device = pair.device_id();
		self.cast.insert(device, Player { name, pair, place });
		Ok(device)
	}

	/// The cell whose members have to do with a player, where there are such.
	fn cell(policy: &Policy, player: &Player) -> Option<u64> {
		match &policy.kind {
			KindPolicy::Presence(_) => Some(0),
			KindPolicy::Sensing(kind) => cell_of(player.place.as_ref()?, kind.resolution),
			KindPolicy::Mapping(kind) => cell_of(player.place.as_ref()?, kind.resolution),
			_ => None,
		}
	}

	/// The cast without a chain: those of one cell sit in it in their order, and anybody else is alone.
	fn facts(&self, aggregator: &AccountId32, policy: &Policy) -> Known {
		let mut cells = BTreeMap::<Option<u64>, u32>::new();
		for player in self.cast.values() {
			*cells.entry(Self::cell(policy, player)).or_default() += 1;
		}
		let mut seated = BTreeMap::<u64, u32>::new();
		let fact = |(id, player): (&DeviceId, &Player)| {
			let cell = Self::cell(policy, player);
			let chair = cell.map_or_else(Chair::default, |id| {
				let chairs = cells.get(&cell).copied().unwrap_or_default();
				let seated = seated.entry(id).or_default();
				let index = *seated;
				*seated += 1;
				Chair { index, cell: Cell { id, occupied: chairs, chairs } }
			});
			let facts = DeviceFacts {
				key: player.pair.public(),
				owner: aggregator.clone(),
				aggregator: aggregator.clone(),
				aggregator_since: 0,
				cut: 0,
				since: 0,
				place: player.place,
				chair: Some(chair),
				data_set: None,
			};
			(*id, facts)
		};
		self.cast.iter().map(fact).collect()
	}

	/// What the judge makes of it under `policy`, without a chain: nobody is paid, everything is
	/// counted. Of a bill as much is taken to stay burned as a full score takes: what does hangs on the price.
	pub fn rehearse(&self, policy: &Policy) -> Result<Counts> {
		let aggregator = example_context().aggregator;
		let mut facts = self.facts(&aggregator, policy);
		let mut counts = Counts::default();
		for (epoch, scene) in (0..).zip(&self.epochs) {
			let context = ReportContext { epoch, ..example_context() };
			if let (Scene::Carried(bill), KindPolicy::Bandwidth(kind)) = (scene, &policy.kind) {
				let (root, credits) = bill.root();
				let (leaves, left_burned) = (bill.leaves().len() as u32, kind.full_burn);
				let posted = facts::Bill { root, leaves, credits, left_burned };
				let question = Question::Bill(aggregator.clone());
				facts.note(question, Answer::Bill(Some(posted)));
			}
			// Of drives time matters: it goes on evenly, and began before.
			let mut context = context;
			if let Scene::Driven { .. } = scene {
				context.epoch += EARLIER;
				for opened in epoch..=context.epoch {
					let answer = Answer::Opened(Some(streets::opened(opened)));
					facts.note(Question::Opened(opened), answer);
				}
			}
			let batches: Vec<Recomputed> = self
				.pack(&context, policy, &facts, scene)
				.into_iter()
				.map(|packed| Recomputed {
					judged: judge_chunks(
						RULES,
						&context,
						policy,
						&facts,
						&packed.terms,
						&packed.chunks,
					)
					.unwrap_or_default(),
					terms: packed.terms,
					context: context.clone(),
					policy: policy.clone(),
					facts: facts.clone(),
					chunks: packed.chunks,
				})
				.collect();
			counts.count(&batches)?;
		}
		counts.note_beyond(self.beyond);
		Ok(counts)
	}

	/// The batches of an epoch: everybody exchanges receipts, or calls, and reports.
	pub(super) fn pack(
		&self,
		context: &ReportContext,
		policy: &Policy,
		facts: &impl FactSource,
		scene: &Scene,
	) -> Vec<Packed> {
		let pairs: BTreeMap<_, _> =
			self.cast.iter().map(|(id, player)| (*id, player.pair.clone())).collect();
		let reports = match (scene, &policy.kind) {
			(Scene::Radio(transmissions), _) => exchange(context, &pairs, transmissions)
				.iter()
				.filter_map(|(id, evidence)| {
					Some((*id, pairs.get(id)?.report(context, id, evidence)))
				})
				.collect(),
			(Scene::Uptime { recording, machines, hour }, KindPolicy::Presence(kind)) => machines
				.iter()
				.filter(|(_, machine)| recording.was_up(**machine, *hour))
				.filter_map(|(id, machine)| {
					let own = facts.device(id)?;
					let delay = |caller: &DeviceId| {
						let parts = kind.callers.into();
						let part = (context.slot(caller, id, parts), parts);
						let other = *machines.get(caller)?;
						recording.answers(*machine, other, *hour, part).then_some(DELAY)
					};
					let heard = author::presence(context, kind, facts, &pairs, (id, &own), delay);
					Some((*id, pairs.get(id)?.report(context, id, &heard)))
				})
				.collect(),
			(Scene::Sensed { recording, sensors, hour }, KindPolicy::Sensing(kind)) => {
				let everybody: BTreeMap<_, _> = sensors
					.iter()
					.filter_map(|(id, sensor)| {
						let samples = recording.samples(*sensor, *hour, kind.slots);
						Some((*id, (pairs.get(id)?.clone(), samples)))
					})
					.collect();
				// Who has measured nothing at all is away.
				let there = everybody.iter().filter(|(_, (_, samples))| {
					samples.iter().any(|sample| !sample.readings.is_empty())
				});
				there
					.filter_map(|(id, (pair, _))| {
						let own = facts.device(id)?;
						let secret = core::array::from_fn(|byte| id.0[byte]);
						let own = (id, &own);
						let evidence =
							author::sensing(context, kind, facts, &everybody, own, secret, |_| {
								false
							});
						Some((*id, pair.report(context, id, &evidence)))
					})
					.collect()
			}
			(Scene::Carried(bill), KindPolicy::Bandwidth(_)) => (0..)
				.zip(bill.leaves())
				.filter_map(|(index, leaf)| {
					let bills = vec![author::share_of(bill, &context.aggregator, index)?];
					let evidence = bandwidth::Evidence { bills: bills.try_into().ok()? };
					let pair = pairs.get(&leaf.device)?;
					Some((leaf.device, pair.report(context, &leaf.device, &evidence)))
				})
				.collect(),
			(Scene::Driven { riders, part }, KindPolicy::Mapping(kind)) => riders
				.iter()
				.filter_map(|(id, positions)| {
					let told = streets::told(kind, facts, context.epoch, positions, *part)?;
					Some((*id, pairs.get(id)?.report(context, id, &told)))
				})
				.collect(),
			(_, _) => BTreeMap::new(),
		};
		pack(context, policy, &reports)
	}
}
