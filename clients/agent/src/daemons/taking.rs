//! Taking reports, of devices that the aggregator carries and of nobody else.
//!
//! Whose reports are taken is read once an epoch. A stranger costs a look into a table, and no question to a node.

use std::{
	collections::{BTreeMap, BTreeSet},
	sync::PoisonError,
	time::Duration,
};

use anyhow::{anyhow, Result};
use codec::DecodeAll;
use futures::{stream, StreamExt, TryStreamExt};
use sp_core::{crypto::Ss58Codec, Pair};
use substation_primitives::{
	report::{report_hash, Report},
	signing::{self, ReportContext},
	AccountId32, DeviceId, EpochIndex, NetworkId, H256,
};
use substation_proofs::{devices_in, facts::DeviceFacts, judge, RULES};
use substation_sdk::{http::Acknowledgement, progress::Quiet, recompute::facts};

use super::{
	aggregator::{Aggregator, TICK},
	intake::{Carried, Full},
	said::Said,
	server::{Refusal, TakeReports},
};

/// Questions asked of a node at a time.
const CONCURRENCY: usize = 16;
/// How long after a failure it is tried again.
const PAUSE: Duration = Duration::from_secs(5);

impl Aggregator {
	/// Reads in each epoch which devices the aggregator carries. Ends if the chain begins anew.
	pub(super) async fn enlist(&self) -> Result<()> {
		let mut said = Said::new(self.output);
		loop {
			tokio::time::sleep(TICK).await;
			self.chain.is_the_same()?;
			let (epoch, open) = {
				let intake = self.intake();
				let unread = intake.networks.iter().filter(|(_, open)| open.carried().is_none());
				(intake.epoch, unread.map(|(network, _)| *network).collect::<Vec<_>>())
			};
			for network in open {
				match self.read_carried(network, epoch).await {
					Ok(carried) => {
						let mut intake = self.intake();
						let open = intake.networks.get_mut(&network);
						let open = open.filter(|open| open.context.epoch == epoch);
						open.into_iter().for_each(|open| open.set_carried(carried.clone()));
						said.over();
					}
					Err(error) => {
						said.say(format!("network {network}: whom it carries: {error:#}"));
						tokio::time::sleep(PAUSE).await;
					}
				}
			}
		}
	}

	/// All devices that this aggregator carries as of an epoch. What counts in an epoch was fixed before it began.
	async fn read_carried(
		&self,
		network: NetworkId,
		epoch: EpochIndex,
	) -> Result<BTreeMap<DeviceId, Carried>> {
		let who = &self.account();
		let named = self.chain.carried_by(network, who).await?;
		stream::iter(named)
			.map(|device| async move {
				let facts = self.chain.facts(network, device, epoch).await?;
				let Some(facts) = facts.filter(|facts| facts.aggregator == *who) else {
					return Ok::<_, anyhow::Error>(None);
				};
				let view = self.chain.device(device).await?;
				let owner = view.map(|view| AccountId32::new(view.owner.0));
				Ok(owner.map(|owner| (device, Carried { facts, owner })))
			})
			.buffer_unordered(CONCURRENCY)
			.try_filter_map(|one| async move { Ok(one) })
			.try_collect()
			.await
	}

	/// Facts of the devices that a report of an own one names, remembered for the epoch.
	async fn named(
		&self,
		network: NetworkId,
		epoch: EpochIndex,
		devices: BTreeSet<DeviceId>,
	) -> Result<BTreeMap<DeviceId, DeviceFacts>> {
		let (mut answer, mut missing) = (BTreeMap::new(), BTreeSet::new());
		{
			let intake = self.intake();
			let known = intake.networks.get(&network).filter(|_| intake.epoch == epoch);
			for device in devices {
				match known.and_then(|open| open.facts(&device)) {
					Some(facts) => answer.extend(facts.cloned().map(|facts| (device, facts))),
					None => drop(missing.insert(device)),
				}
			}
		}
		if missing.is_empty() {
			return Ok(answer);
		}
		let read = facts(&self.chain, network, epoch, missing.clone(), &Quiet).await?;
		let mut intake = self.intake();
		if intake.epoch == epoch {
			if let Some(open) = intake.networks.get_mut(&network) {
				for device in missing {
					open.remember(device, read.get(&device).cloned());
				}
			}
		}
		answer.extend(read);
		Ok(answer)
	}
}

/// Whether a report is signed with the key that `facts` name, and theirs to carry.
fn signed_by(context: &ReportContext, facts: &DeviceFacts, bytes: &[u8]) -> bool {
	Report::decode_all(&mut &bytes[..]).is_ok_and(|report| {
		facts.aggregator == context.aggregator
			&& facts
				.key
				.verify(&report.signature, &context.report(&report.device, &report.evidence))
	})
}

impl TakeReports for Aggregator {
	async fn take(
		&self,
		network: NetworkId,
		epoch: EpochIndex,
		report: Vec<u8>,
	) -> Result<Acknowledgement, Refusal> {
		let busy = |error: anyhow::Error| Refusal::Busy(format!("{error:#}"));
		if !self.commit {
			return Err(Refusal::Busy("tried out without --commit: nothing is taken".into()));
		}
		let (context, policy, devices, carried) = {
			let intake = self.intake();
			if epoch < intake.epoch {
				return Err(Refusal::WrongEpoch { now: intake.epoch });
			}
			let known = intake.networks.get(&network).filter(|_| epoch == intake.epoch);
			let known = known.and_then(|open| Some((open, open.carried()?)));
			let (open, carried) = known.ok_or_else(|| {
				Refusal::Busy(format!(
					"network {network} takes no reports here for epoch {epoch} yet"
				))
			})?;
			let devices = devices_in(&open.policy, &report);
			let sender = *devices.first().ok_or_else(|| {
				Refusal::Malformed("these bytes are no report of this kind".into())
			})?;
			let carried = carried.get(&sender).ok_or_else(|| {
				Refusal::Worthless("the device is none of this aggregator's in this network".into())
			})?;
			if let Some(reason) = self.conditions.refusal(&sender, carried.facts.cut) {
				return Err(Refusal::Worthless(reason));
			}
			(open.context.clone(), open.policy.clone(), devices, carried.clone())
		};
		if !signed_by(&context, &carried.facts, &report) {
			return Err(Refusal::Worthless("the device's key has not signed this".into()));
		}
		let facts =
			self.named(network, epoch, devices.into_iter().collect()).await.map_err(busy)?;
		let (device, judgement) = {
			let _turn = self.turns.acquire().await.map_err(|error| busy(error.into()))?;
			judge(RULES, &context, &policy, &facts, &report)
				.ok_or_else(|| busy(anyhow!("version {RULES} of the rules is not kept")))?
		};
		if let Some(fault) = judgement.fault {
			return Err(Refusal::Worthless(fault.explanation().into()));
		}
		let device =
			device.ok_or_else(|| Refusal::Malformed("these bytes are no report".into()))?;
		{
			let _guard = self.keeping.lock().await;
			// A batch that is packed takes nothing more.
			let now = self.intake().epoch;
			if now != epoch {
				return Err(Refusal::WrongEpoch { now });
			}
			match self.archive.report(network, epoch, &device).map_err(busy)? {
				Some(kept) if kept == report => (),
				Some(_) => return Err(Refusal::AnotherTaken),
				None => {
					let owner = Some(&carried.owner).filter(|owner| **owner != self.account());
					let (work, bytes) = (judgement.work, report.len());
					match self.intake().room(network, owner, work, bytes) {
						Ok(()) => (),
						Err(Full::Epoch) => {
							let text = "this aggregator's quota for the epoch is used up";
							return Err(Refusal::Busy(text.into()));
						}
						Err(Full::Share) => {
							let text = "the owner's share of this aggregator's quota is used up";
							return Err(Refusal::Busy(text.into()));
						}
					}
					self.archive.put_report(network, epoch, &device, &report).map_err(busy)?;
					self.intake().take(network, device, work, bytes);
				}
			}
		}
		let hash = report_hash(&report);
		let message = signing::acknowledgement(&context.genesis, network, epoch, &device, &hash);
		let signature = self.publisher.sign(&message).0;
		Ok(Acknowledgement {
			report: format!("{hash:?}"),
			signature: format!("0x{}", hex::encode(signature)),
		})
	}

	async fn keeps(
		&self,
		network: NetworkId,
		epoch: EpochIndex,
		device: &DeviceId,
	) -> Option<bool> {
		let intake = self.intake();
		let open = intake.networks.get(&network).filter(|_| intake.epoch == epoch);
		open.map(|open| open.has(device))
	}

	async fn statement(&self, hash: &H256) -> Option<Vec<u8>> {
		let (epoch, batch, number) = {
			let statements = self.statements.lock().unwrap_or_else(PoisonError::into_inner);
			*statements.get(hash)?
		};
		self.archive.statement(epoch, &batch, number).ok().flatten()
	}

	async fn status(&self) -> serde_json::Value {
		let (epoch, taken) = {
			let intake = self.intake();
			let taken: BTreeMap<String, u32> = intake
				.networks
				.iter()
				.map(|(network, open)| (network.to_string(), open.reports()))
				.collect();
			(intake.epoch, taken)
		};
		serde_json::json!({
			"aggregator": self.account().to_ss58check(),
			"publisher": format!("0x{}", hex::encode(self.publisher.public())),
			"takes_reports": self.commit,
			"least_cut": self.conditions.cut,
			"epoch": epoch,
			"reports": taken,
		})
	}
}
