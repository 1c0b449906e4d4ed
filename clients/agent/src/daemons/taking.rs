//! Taking reports, of devices that the aggregator carries and of nobody else.
//!
//! Whose reports are taken is read once an epoch. A stranger costs a look into a table, and no question to a node.

use std::{collections::BTreeMap, sync::PoisonError, time::Duration};

use anyhow::{anyhow, Result};
use codec::DecodeAll;
use futures::{stream, StreamExt, TryStreamExt};
use sp_core::{crypto::Ss58Codec, Pair};
use substation_primitives::{
	report::{report_hash, Judgement, Report},
	signing::{self, ReportContext},
	DeviceId, EpochIndex, NetworkId, H256,
};
use substation_proofs::{facts::DeviceFacts, judge, known::Known, reporter, work_of};
use substation_sdk::{
	archive::Archive,
	board::{Note, Place},
	http::Acknowledgement,
	progress::Quiet,
	recompute::answers,
};

use super::{
	aggregator::{Aggregator, TICK},
	intake::{Carried, Full, JudgedBy},
	refusal::Refusal,
	said::Said,
	server::TakeReports,
};

/// Questions asked of a node at a time.
const CONCURRENCY: usize = 16;
/// How long after a failure it is tried again.
const PAUSE: Duration = Duration::from_secs(5);
/// Epochs by which an aggregator's node may be behind a device's. What lies further ahead is no epoch yet for anybody.
const BEHIND: EpochIndex = 24;

impl Aggregator {
	/// What a device gets for a report of this hash that is kept.
	fn acknowledge(
		&self,
		context: &ReportContext,
		device: &DeviceId,
		hash: &H256,
	) -> Acknowledgement {
		let ReportContext { genesis, network, epoch, .. } = context;
		let message = signing::acknowledgement(genesis, *network, *epoch, device, hash);
		let signature = self.publisher.sign(&message).0;
		Acknowledgement {
			report: format!("{hash:?}"),
			signature: format!("0x{}", hex::encode(signature)),
		}
	}

	/// Whether this report was taken. Refused if another one of the device was.
	fn has_taken(
		&self,
		network: NetworkId,
		epoch: EpochIndex,
		device: &DeviceId,
		report: &[u8],
	) -> Result<bool, Refusal> {
		match self.archive.report(network, epoch, device).map_err(busy)? {
			Some(kept) if kept == report => Ok(true),
			Some(_) => Err(Refusal::AnotherTaken),
			None => Ok(false),
		}
	}

	/// Reads in each epoch which devices the aggregator carries. Ends if the chain begins anew.
	pub(super) async fn enlist(&self) -> Result<()> {
		let mut said = Said::new(self.output);
		loop {
			tokio::time::sleep(TICK).await;
			self.chain.is_the_same()?;
			let (epoch, open) = {
				let intake = self.intake();
				let unread = intake.boards.iter().filter(|(_, carried)| carried.is_none());
				(intake.epoch, unread.map(|(network, _)| *network).collect::<Vec<_>>())
			};
			for network in open {
				match self.read_carried(network, epoch).await {
					Ok(carried) => {
						let mut intake = self.intake();
						if intake.epoch == epoch {
							intake.set_carried(network, carried);
						}
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
				let owner = facts.owner.clone();
				Ok(Some((device, Carried { facts, owner })))
			})
			.buffer_unordered(CONCURRENCY)
			.try_filter_map(|one| async move { Ok(one) })
			.try_collect()
			.await
	}

	/// Judges a report of an own device, and remembers for the epoch what that has asked of the chain. Its own signature comes
	/// first, so nobody else makes it ask. Also tells whether that is what judges will find: not if it hangs on what may change
	/// until the epoch is over.
	async fn judge(
		&self,
		by: &JudgedBy,
		carried: &Carried,
		report: &[u8],
	) -> Result<(Judgement, bool)> {
		let JudgedBy { rules, context, policy } = by;
		let (network, epoch) = (context.network, context.epoch);
		let (mut known, mut for_good) = (Known::default(), true);
		if let Some(sender) = reporter(policy, report) {
			known.note_device(sender, Some(carried.facts.clone()));
		}
		loop {
			let judged = {
				let _turn = self.turns.acquire().await?;
				judge(*rules, context, policy, &known, report)
			};
			let (_, judgement) =
				judged.ok_or_else(|| anyhow!("version {rules} of the rules is not kept"))?;
			let mut lacking = known.take_lacking();
			if lacking.is_empty() {
				return Ok((judgement, for_good));
			}
			{
				let intake = self.intake();
				let open = intake.networks.get(&network).filter(|_| intake.epoch == epoch);
				lacking.retain(|question| {
					let answer = open.and_then(|open| open.answer(question));
					let unknown = answer.is_none();
					answer.into_iter().for_each(|answer| known.note(question.clone(), answer));
					unknown
				});
			}
			let read = answers(&self.chain, network, epoch, lacking, &Quiet).await?;
			let mut intake = self.intake();
			let now = intake.epoch;
			let mut open = intake.networks.get_mut(&network).filter(|_| now == epoch);
			for (question, answer) in read {
				for_good &= question.is_known_at_once();
				if let Some(open) = open.as_mut().filter(|_| question.is_known_at_once()) {
					open.remember(question.clone(), answer.clone());
				}
				known.note(question, answer);
			}
		}
	}
}

/// What could not be done now is tried again.
fn busy(error: anyhow::Error) -> Refusal {
	Refusal::Busy(format!("{error:#}"))
}

/// Whether a report is there. That it `was_taken` does not say so: a disk loses files while one runs. Nothing if the disk does not answer.
fn is_kept(
	archive: &Archive,
	was_taken: bool,
	(network, epoch): (NetworkId, EpochIndex),
	device: &DeviceId,
) -> Option<bool> {
	match was_taken {
		true => archive.report(network, epoch, device).ok().map(|kept| kept.is_some()),
		false => Some(false),
	}
}

/// Refuses an epoch that is over, or that has begun nowhere yet. Reports are taken for epoch `now`; while that is not known,
/// nothing is refused.
fn timely(epoch: EpochIndex, now: Option<EpochIndex>) -> Result<(), Refusal> {
	match now {
		Some(now) if epoch < now => Err(Refusal::WrongEpoch { now }),
		Some(now) if epoch > now.saturating_add(BEHIND) => Err(Refusal::Malformed(format!(
			"epoch {epoch} is none yet, since reports are taken for epoch {now}: see what the device takes for the \
			 epoch"
		))),
		_ => Ok(()),
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
		if !self.commit {
			return Err(Refusal::Busy("tried out without --commit: nothing is taken".into()));
		}
		let hash = report_hash(&report);
		let (by, sender, carried) = {
			if !self.networks.contains(&network) {
				return Err(Refusal::Worthless(format!(
					"this aggregator takes no reports of network {network}: name one of its networks, or another \
					 aggregator"
				)));
			}
			let intake = self.intake();
			timely(epoch, Some(intake.epoch).filter(|_| !intake.networks.is_empty()))?;
			let known = intake.networks.get(&network).filter(|_| epoch == intake.epoch);
			let known = known.and_then(|open| Some((open, open.carried()?)));
			let (open, carried) = known.ok_or_else(|| {
				Refusal::Busy(format!(
					"network {network} takes no reports here for epoch {epoch} yet"
				))
			})?;
			let sender = reporter(&open.judged_by.policy, &report).ok_or_else(|| {
				Refusal::Malformed("these bytes are no report of this kind".into())
			})?;
			let carried = carried.get(&sender).ok_or_else(|| {
				Refusal::Worthless("the device is none of this aggregator's in this network".into())
			})?;
			if let Some(reason) = self.conditions.refusal(&sender, carried.facts.cut) {
				return Err(Refusal::Worthless(reason));
			}
			if open.is_worthless(&sender, &hash) {
				let text =
					"it was worth nothing before, or too many of the device's in this epoch were";
				return Err(Refusal::Worthless(text.into()));
			}
			(open.judged_by.clone(), sender, carried.clone())
		};
		let JudgedBy { context, policy, .. } = &by;
		if !signed_by(context, &carried.facts, &report) {
			return Err(Refusal::Worthless("the device's key has not signed this".into()));
		}
		// Nothing is looked up for what was taken already.
		if self.has_taken(network, epoch, &sender, &report)? {
			return Ok(self.acknowledge(context, &sender, &hash));
		}
		let (judgement, for_good) = self.judge(&by, &carried, &report).await.map_err(busy)?;
		if let Some(fault) = judgement.fault {
			if for_good {
				self.intake().note_worthless(network, sender, hash);
			}
			return Err(Refusal::Worthless(fault.explanation().into()));
		}
		{
			let _guard = self.keeping.lock().await;
			// A batch that is packed takes nothing more.
			let now = self.intake().epoch;
			if now != epoch {
				return Err(Refusal::WrongEpoch { now });
			}
			// Another request may have brought one in the meantime.
			if !self.has_taken(network, epoch, &sender, &report)? {
				let owner = Some(&carried.owner).filter(|owner| **owner != self.account());
				// One that was taken and lost would count twice.
				self.intake().lose(network, &sender);
				// Quota is spent on what a batch declares, which goes by lengths.
				let (work, bytes) = (work_of(policy, &report), report.len());
				self.intake().room(network, owner, work, bytes).map_err(|full| {
					let what = match full {
						Full::Epoch => "this aggregator's quota for the epoch",
						Full::Share => "the owner's share of this aggregator's quota",
					};
					Refusal::Busy(format!("{what} is used up"))
				})?;
				self.archive.put_report(network, epoch, &sender, &report).map_err(busy)?;
				self.intake().take(network, sender, work, bytes);
			}
		}
		Ok(self.acknowledge(context, &sender, &hash))
	}

	async fn keeps(
		&self,
		network: NetworkId,
		epoch: EpochIndex,
		device: &DeviceId,
	) -> Option<bool> {
		let was_taken = {
			let intake = self.intake();
			intake.networks.get(&network).filter(|_| intake.epoch == epoch)?.has(device)
		};
		is_kept(&self.archive, was_taken, (network, epoch), device)
	}

	async fn put_note(&self, at: Place, note: Note) -> Result<(), Refusal> {
		if !self.commit {
			return Err(Refusal::Busy("tried out without --commit: nothing is taken".into()));
		}
		let (network, _, epoch) = at;
		let (now, facts) = {
			let intake = self.intake();
			timely(epoch, Some(intake.epoch).filter(|_| !intake.boards.is_empty()))?;
			let carried = intake.boards.get(&network).and_then(Option::as_ref);
			let carried = carried.ok_or_else(|| {
				Refusal::Busy(format!("network {network} is not open here for epoch {epoch} yet"))
			})?;
			let carried = carried.get(&note.device).ok_or_else(|| {
				Refusal::Worthless("the device is none of this aggregator's in this network".into())
			})?;
			if let Some(reason) = self.conditions.refusal(&note.device, carried.facts.cut) {
				return Err(Refusal::Worthless(reason));
			}
			(intake.epoch, carried.facts.clone())
		};
		if self.boards().check(now, at, &facts, &note)? {
			return Ok(());
		}
		// The dearest check last, and while nobody waits for it.
		if !note.is_signed(&self.chain.genesis(), at, &facts.key) {
			return Err(Refusal::Worthless("the device's key has not signed this".into()));
		}
		self.boards().put(now, at, &facts, note)
	}

	async fn notes(&self, at: Place, from: u32) -> Vec<u8> {
		self.boards().page(at, from)
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

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn what_can_be_no_epoch_yet_is_refused_for_good() {
		assert_eq!(timely(9, Some(9)), Ok(()));
		assert_eq!(timely(9 + BEHIND, Some(9)), Ok(()));
		assert!(matches!(timely(10 + BEHIND, Some(9)), Err(Refusal::Malformed(_))));
		assert!(matches!(timely(EpochIndex::MAX, Some(9)), Err(Refusal::Malformed(_))));
		assert_eq!(timely(EpochIndex::MAX, Some(EpochIndex::MAX)), Ok(()));
		assert_eq!(timely(8, Some(9)), Err(Refusal::WrongEpoch { now: 9 }));
	}

	#[test]
	fn a_report_that_is_damaged_while_one_runs_is_not_kept() {
		let folder = tempfile::tempdir().unwrap();
		let archive = Archive::open(folder.path(), &H256::repeat_byte(1)).unwrap();
		let device = DeviceId::repeat_byte(2);
		let kept = |was_taken| is_kept(&archive, was_taken, (1, 9), &device);
		assert_eq!(kept(false), Some(false));
		archive.put_report(1, 9, &device, b"report").unwrap();
		assert_eq!(kept(true), Some(true));
		let path = folder.path().join("reports/1/9").join(hex::encode(device));
		std::fs::write(&path, b"rubbish that is long enough").unwrap();
		assert_eq!(kept(true), Some(false));
		assert_eq!(archive.take_damaged().len(), 1, "the operator is told");
		archive.put_report(1, 9, &device, b"report").unwrap();
		assert_eq!(kept(true), Some(true));
		// What cannot be read may be there.
		std::fs::remove_file(&path).unwrap();
		std::fs::create_dir(&path).unwrap();
		assert_eq!(kept(true), None);
	}

	#[test]
	fn before_the_epoch_is_read_nothing_is_refused_for_good() {
		assert_eq!(timely(EpochIndex::MAX, None), Ok(()));
		assert_eq!(timely(0, None), Ok(()));
	}
}
