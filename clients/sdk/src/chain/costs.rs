//! What transactions have cost.

use std::collections::BTreeSet;

use anyhow::Result;

use super::{connection::Chain, generated::api, transactions::Events};

impl Chain {
	/// What a transaction of the signer's cost, by its events.
	pub fn fee_paid(&self, events: &Events) -> Result<u128> {
		use api::transaction_payment::events::TransactionFeePaid;
		let mut fees = 0;
		for event in events.find::<TransactionFeePaid>() {
			fees += event?.actual_fee;
		}
		Ok(fees)
	}

	/// The weight that a transaction of the signer's took, in picoseconds of computing.
	pub fn weight_paid(&self, events: &Events) -> Result<u64> {
		use api::system::events::ExtrinsicSuccess;
		let mut sum = 0;
		for event in events.find::<ExtrinsicSuccess>() {
			sum += event?.dispatch_info.weight.ref_time;
		}
		Ok(sum)
	}

	/// The weight that commitments, seals and reveals took in finalized blocks since `first`, in
	/// picoseconds of computing.
	pub async fn weight_of_authorized(&self, first: u32) -> Result<u64> {
		use api::system::events::ExtrinsicSuccess;
		let mut sum = 0;
		let mut at = self.client.at_current_block().await?;
		while at.block_number() >= u64::from(first) {
			let events = at.events().fetch().await?;
			let mut ours = BTreeSet::new();
			for event in events.iter() {
				let event = event?;
				if let subxt::events::Phase::ApplyExtrinsic(index) = event.phase() {
					if event.pallet_name() == "Attestation" {
						ours.insert(index);
					}
				}
			}
			for event in events.iter() {
				let event = event?;
				let subxt::events::Phase::ApplyExtrinsic(index) = event.phase() else { continue };
				if let Some(success) = event.decode_fields_as::<ExtrinsicSuccess>() {
					if ours.contains(&index) {
						sum += success?.dispatch_info.weight.ref_time;
					}
				}
			}
			at = self.client.at_block(at.block_header().await?.parent_hash).await?;
		}
		Ok(sum)
	}
}
