//! Registering aggregators, and finding the devices that they carry.

use std::collections::BTreeSet;

use anyhow::Result;
use sp_core::{sr25519, Pair};
use substation_primitives::{signing, AccountId32, DeviceId, NetworkId, ReportKey};
use subxt::tx::Payload;
use subxt_signer::sr25519::Keypair;

use super::{
	accounts::account,
	connection::{Chain, Events},
	generated::api,
};

/// What an account has, and up to where its rent as an aggregator is paid.
pub struct Means {
	/// Its balance, in planck.
	pub balance: u128,
	/// What it is granted of work and of bytes, and the sum of prices up to which that is paid.
	rented: [(u128, u128); 2],
}

impl Means {
	/// The rent that was taken since `before`, in planck, if what it is granted is the same.
	pub fn rent_since(&self, before: &Self) -> u128 {
		let pairs = self.rented.iter().zip(before.rented);
		pairs
			.map(|((granted, paid), (_, earlier))| {
				granted.saturating_mul(paid.saturating_sub(earlier))
			})
			.sum()
	}
}

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

	/// What an account has, and up to where its rent is paid, as of one and the same moment.
	pub async fn means(&self, who: &AccountId32) -> Result<Means> {
		let rented = async || {
			let row = self.aggregator(who).await?;
			anyhow::Ok(row.map_or([(0, 0); 2], |row| {
				[row.quota, row.allowance].map(|rented| (rented.granted.into(), rented.paid))
			}))
		};
		loop {
			let before = rented().await?;
			let balance = self.balance(who).await?;
			if rented().await? == before {
				return Ok(Means { balance, rented: before });
			}
		}
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

	/// The call by which an aggregator asks for so many units of work per epoch, and so many bytes.
	pub fn capacity_call(&self, quota: u32, allowance: u32) -> impl Payload {
		api::tx().attestation().set_capacity(quota, allowance)
	}

	/// The call that lets `publisher` take the place of the publisher key that `signer` is registered with.
	pub fn rotation_call(&self, signer: &Keypair, publisher: &sr25519::Pair) -> impl Payload {
		let message = signing::publisher(&self.genesis(), &account(signer));
		let key = subxt::utils::Static(ReportKey::Sr25519(publisher.public()));
		api::tx().attestation().rotate_publisher(key, publisher.sign(&message).0)
	}

	/// Devices of a network whose seat names `aggregator`, or has done so as far as the chain remembers. Reads all
	/// memberships of the network, page by page, as of the last finalized block.
	pub async fn carried_by(
		&self,
		network: NetworkId,
		aggregator: &AccountId32,
	) -> Result<BTreeSet<DeviceId>> {
		let at = self.at_last().await?;
		let address = api::storage().devices().memberships();
		let mut rows = at.storage().iter(address, (network,)).await?;
		let mut devices = BTreeSet::new();
		while let Some(row) = rows.next().await {
			let row = row?;
			let membership = row.value().decode()?;
			let named = membership.seat.entries.0.iter().any(|(_, seat)| {
				seat.as_ref()
					.is_some_and(|seat| seat.aggregator.0 == *AsRef::<[u8; 32]>::as_ref(aggregator))
			});
			if named {
				let (_, device) = row.key()?.decode()?;
				devices.insert(DeviceId::from(device.0));
			}
		}
		Ok(devices)
	}
}
