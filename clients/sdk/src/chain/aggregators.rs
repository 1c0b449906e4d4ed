//! Registering aggregators.

use anyhow::Result;
use sp_core::{sr25519, Pair};
use substation_primitives::{signing, ReportKey};
use subxt::tx::Payload;
use subxt_signer::sr25519::Keypair;

use super::{accounts::account, connection::Chain, generated::api, transactions::Events};

impl Chain {
	/// Registers `signer` as an aggregator that publishes with `publisher`.
	pub async fn register_aggregator(
		&self,
		signer: &Keypair,
		publisher: &sr25519::Pair,
		quota: u32,
		allowance: u32,
	) -> Result<Events> {
		self.submit(&self.aggregator_call(signer, publisher, quota, allowance), signer).await
	}

	/// The call that does that.
	pub fn aggregator_call(
		&self,
		signer: &Keypair,
		publisher: &sr25519::Pair,
		quota: u32,
		allowance: u32,
	) -> impl Payload {
		let message = signing::publisher(&self.genesis(), &account(signer));
		let key = subxt::utils::Static(ReportKey::Sr25519(publisher.public()));
		api::tx().attestation().register_aggregator(
			key,
			publisher.sign(&message).0,
			quota,
			allowance,
		)
	}
}
