//! One who pays the fleet's hosts: a bill in each epoch, for traffic that is made up.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use substation_primitives::{
	bill::{Bill, Leaf},
	signing::ReportContext,
	DeviceId,
};
use substation_proofs::{author::share_of, bandwidth::Evidence};
use substation_sdk::{
	amount::TOKEN,
	chain::{account, api, rpc_account, RuntimeCall},
	register::all,
	secrets::keypair,
};
use subxt_signer::sr25519::Keypair;

use super::{
	devices::{Device, Manner},
	preset::BANDWIDTH,
	setup::Fleet,
};

/// What a host is owed for an epoch, in credits: half a dollar.
const OWED: u128 = 500_000;
/// The most that those of all hosts may cost, in planck.
const MOST: u128 = 1_000 * TOKEN;
/// Bytes that a host has carried, down and up, in so many seconds.
const CARRIED: (u64, u64, u32) = (800_000_000, 50_000_000, 600);

impl Fleet {
	/// What hosts show of the bill that their payer posts in this epoch: a part each, and one that says more. Nothing where there are none, and while
	/// credits have no price.
	pub(super) async fn bandwidth_reports(
		&self,
		context: &ReportContext,
	) -> Result<BTreeMap<DeviceId, Vec<u8>>> {
		let hosts: Vec<_> =
			self.devices.iter().filter(|device| device.network == BANDWIDTH).collect();
		let (down, up, seconds) = CARRIED;
		let leaf = |device| Leaf { device, down, up, seconds, credits: OWED };
		let Some(bill) = Bill::new(hosts.iter().map(|host| leaf(host.id())).collect()) else {
			return Ok(BTreeMap::new());
		};
		let payer = keypair("//fleet//payer")?;
		if let Err(error) = self.bill(&payer, &bill, context).await {
			self.say(&format!("epoch {}: hosts are not billed for: {error:#}", context.epoch));
			return Ok(BTreeMap::new());
		}
		let payer = account(&payer);
		let report = |(index, host): (u32, &&Device)| {
			let mut share = share_of(&bill, &payer, index).context("a part for each host")?;
			if host.manner == Manner::RaisesPart {
				share.credits *= 10;
			}
			let bills = vec![share].try_into().unwrap_or_default();
			let id = host.id();
			Ok((id, host.pair.report(context, &id, &Evidence { bills })))
		};
		(0u32..).zip(&hosts).map(report).collect()
	}

	/// Spends credits for a bill, which has to be of the epoch.
	async fn bill(&self, payer: &Keypair, bill: &Bill, context: &ReportContext) -> Result<()> {
		if self.chain.balance(&account(payer)).await? < MOST {
			let call = api::runtime_types::pallet_balances::pallet::Call::transfer_keep_alive {
				dest: rpc_account(&account(payer)).into(),
				value: 10 * MOST,
			};
			// Not an account that endows others at the same time.
			let charlie = subxt_signer::sr25519::dev::charlie();
			self.chain.submit(&all(vec![RuntimeCall::Balances(call)]), &charlie).await?;
		}
		let at = (BANDWIDTH, context.epoch);
		self.chain.buy_and_bill(payer, at, bill, MOST).await?;
		Ok(())
	}
}
