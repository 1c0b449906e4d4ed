//! Bills: what a payer owes many hosts for an epoch, from a table.

use std::{
	fs,
	io::Read,
	path::{Path, PathBuf},
};

use anyhow::{bail, Context, Result};
use serde::Deserialize;
use sp_core::crypto::Ss58Codec;
use substation_primitives::{
	bill::{Bill, Leaf},
	AccountId32, EpochIndex, NetworkId,
};
use substation_sdk::{
	amount::{dollars, tokens},
	bills::{self, BillRow, Owed},
	chain::{account, Chain, Written},
	failure::Failure,
	identity::parse_id,
};
use subxt::utils::AccountId32 as RpcAccount;

use super::signer::Write;
use crate::{bounded, output::Output};

/// What is owed.
#[derive(Clone, Debug, clap::Args)]
pub struct Billing {
	/// In which network.
	pub network: NetworkId,
	/// Table of what is owed for this epoch: CSV whose first line is `device,down,up,seconds,credits`.
	#[arg(value_name = "FILE")]
	pub table: PathBuf,
	/// Folder for what hosts collect by: in one for the epoch a file for each device, to be handed on to its owner.
	#[arg(long, value_name = "FOLDER")]
	pub paths: PathBuf,
	#[command(flatten)]
	pub write: Write,
}

/// Which bill.
#[derive(Clone, Debug, clap::Args)]
pub struct Named {
	/// In which network.
	pub network: NetworkId,
	/// Who pays.
	#[arg(value_name = "ADDRESS")]
	pub payer: RpcAccount,
	/// For which epoch.
	pub epoch: EpochIndex,
}

impl Named {
	fn payer(&self) -> AccountId32 {
		AccountId32::new(self.payer.0)
	}
}

/// A line of the table.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
	device: String,
	down: u64,
	up: u64,
	seconds: u32,
	credits: u128,
}

/// The leaves of a table.
fn leaves(table: impl Read) -> Result<Vec<Leaf>> {
	let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(table);
	(2..)
		.zip(reader.deserialize())
		.map(|(number, line)| {
			let wrong =
				|why: String| Failure::Mismatch(format!("line {number} of the table: {why}"));
			let line: Line = line.map_err(|error| wrong(error.to_string()))?;
			let Line { device, down, up, seconds, credits } = line;
			let device = parse_id(&device).map_err(|why| wrong(why.to_string()))?;
			Ok(Leaf { device, down, up, seconds, credits })
		})
		.collect()
}

fn read(file: &Path) -> Result<Bill> {
	let table = fs::File::open(file).with_context(|| format!("{}", file.display()))?;
	let bill = Bill::new(leaves(table)?);
	Ok(bill.ok_or_else(|| {
		Failure::Mismatch("a bill has from one line to 65,536, whose credits can be counted".into())
	})?)
}

/// Spends credits for what is owed, and writes what each host collects by.
pub async fn bill(chain: &Chain, billing: &Billing, output: Output) -> Result<()> {
	let bill = read(&billing.table)?;
	let (_, credits) = bill.root();
	let hosts = bill.leaves().len();
	// Before anything is spent.
	fs::create_dir_all(&billing.paths).with_context(|| format!("{}", billing.paths.display()))?;
	let what = format!("spend {} for what {hosts} hosts are owed", dollars(credits));
	let call = bills::bill(billing.network, &bill);
	let Written::Done(events) = billing.write.send(chain, &what, call, output).await? else {
		return Ok(());
	};
	let billed = bills::billed(&events)?;
	let (epoch, cost) = billed.context("the chain has not told for which epoch it was")?;
	let payer = account(&billing.write.signer.keypair()?);
	let place = (billing.network, &payer, epoch);
	let folder = write_paths(&bill, place, &billing.paths).with_context(|| {
		format!(
			"the credits are spent, but what hosts collect by is not written: say `market paths {} {} {epoch} {} --paths FOLDER`",
			billing.network,
			payer.to_ss58check(),
			billing.table.display()
		)
	})?;
	output.result(
		&serde_json::json!({
			"epoch": epoch,
			"hosts": hosts,
			"credits": credits.to_string(),
			"burned": cost.to_string(),
		}),
		format!(
			"billed     {} to {hosts} hosts for epoch {epoch}, for which {} was burned; what they collect by is in {}",
			dollars(credits),
			tokens(cost),
			folder.display()
		),
	);
	Ok(())
}

/// Writes what each host of a bill collects by, into a folder of its epoch's; which one that is.
fn write_paths(
	bill: &Bill,
	place: (NetworkId, &AccountId32, EpochIndex),
	folder: &Path,
) -> Result<PathBuf> {
	let folder = folder.join(place.2.to_string());
	fs::create_dir_all(&folder)?;
	for index in (0..).take(bill.leaves().len()) {
		let owed = Owed::of(bill, place, index).context("a leaf")?;
		let file = folder.join(format!("{index}-{}.json", owed.device));
		fs::write(&file, serde_json::to_vec_pretty(&owed)?)?;
	}
	Ok(folder)
}

/// Writes anew what hosts of a bill collect by.
pub async fn paths(
	chain: &Chain,
	named: &Named,
	(table, folder): (&Path, &Path),
	output: Output,
) -> Result<()> {
	let bill = read(table)?;
	let payer = named.payer();
	let row = row(chain, named.network, &payer, named.epoch).await?;
	if bill.root() != (substation_primitives::H256(row.root.0), row.credits) {
		bail!(Failure::Mismatch("the table is not that of the bill".into()))
	}
	let folder = write_paths(&bill, (named.network, &payer, named.epoch), folder)?;
	output.result(
		&serde_json::json!({ "folder": folder, "hosts": bill.leaves().len() }),
		format!("{} files are in {}", bill.leaves().len(), folder.display()),
	);
	Ok(())
}

/// A bill's row.
async fn row(
	chain: &Chain,
	network: NetworkId,
	payer: &AccountId32,
	epoch: EpochIndex,
) -> Result<BillRow> {
	let row = chain.bill_of(network, payer, epoch).await?;
	Ok(row.ok_or_else(|| {
		Failure::NotFound(format!("there is no such bill for epoch {epoch}, or it is cleared"))
	})?)
}

/// Has a host paid what it is owed.
pub async fn collect(chain: &Chain, file: &Path, write: &Write, output: Output) -> Result<()> {
	let text = bounded::read(file, bills::LONGEST, "it is nothing that a payer hands on")?;
	let owed: Owed = serde_json::from_slice(&text)
		.map_err(|error| Failure::Mismatch(format!("{}: {error}", file.display())))?;
	let row = row(chain, owed.network, &owed.payer()?, owed.epoch).await?;
	owed.check(&row)?;
	let what = format!("collect what device {} is owed for epoch {}", owed.device, owed.epoch);
	let call = bills::collect(&owed)?;
	if let Written::Done(events) = write.send(chain, &what, call, output).await? {
		if let Some(amount) = bills::collected(&events)? {
			output.result(
				&serde_json::json!({ "amount": amount.to_string() }),
				format!("collected  {}", tokens(amount)),
			);
		}
	}
	Ok(())
}

/// Says how a bill stands.
pub async fn owed(chain: &Chain, named: &Named, output: Output) -> Result<()> {
	let row = row(chain, named.network, &named.payer(), named.epoch).await?;
	output.result(
		&serde_json::json!({
			"root": row.root,
			"leaves": row.leaves,
			"credits": row.credits.to_string(),
			"burned": row.cost.to_string(),
			"collected": row.collected.to_string(),
		}),
		format!(
			"bill       {} to {} hosts, for which {} was burned\ncollected  {}",
			dollars(row.credits),
			row.leaves,
			tokens(row.cost),
			tokens(row.collected)
		),
	);
	Ok(())
}

/// Clears a bill whose time is over.
pub async fn clear(chain: &Chain, named: &Named, write: &Write, output: Output) -> Result<()> {
	let what = format!("clear the bill for epoch {}", named.epoch);
	let call = bills::clear(named.network, &named.payer(), named.epoch);
	write.send(chain, &what, call, output).await?;
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_table_is_read_line_by_line() {
		let device = format!("0x{}", "11".repeat(32));
		let table = format!("device,down,up,seconds,credits\n{device}, 5000000,1,60,2500\n");
		let read = leaves(table.as_bytes()).unwrap();
		assert_eq!(read.len(), 1);
		let Leaf { down, up, seconds, credits, .. } = read[0];
		assert_eq!((down, up, seconds, credits), (5_000_000, 1, 60, 2_500));
	}

	#[test]
	fn a_line_that_is_wrong_is_told_by_its_number() {
		let device = format!("0x{}", "11".repeat(32));
		for line in [
			"0x11,1,1,1,1".to_string(),
			format!("{device},-1,1,1,1"),
			format!("{device},1,1,1"),
			format!("{device},1,1,4294967296,1"),
			format!("{device},1,1,1,1.5"),
		] {
			let table = format!("device,down,up,seconds,credits\n{device},1,1,1,1\n{line}\n");
			let error = leaves(table.as_bytes()).unwrap_err().to_string();
			assert!(error.starts_with("line 3 of the table: "), "{error}");
		}
		assert!(leaves(&b"host,down\nx,1\n"[..]).is_err());
	}
}
