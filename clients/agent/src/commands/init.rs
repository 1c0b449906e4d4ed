//! Making keys.

use std::path::PathBuf;

use anyhow::Result;
use sp_core::crypto::Ss58Codec;
use substation_primitives::{AccountId32, ReportKey};
use substation_sdk::keys;

use crate::output::Output;

/// A signature scheme.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum Scheme {
	/// Ed25519: for devices.
	Ed25519,
	/// Sr25519: for devices, accounts and publisher keys.
	Sr25519,
}

impl From<Scheme> for keys::Scheme {
	fn from(scheme: Scheme) -> Self {
		match scheme {
			Scheme::Ed25519 => Self::Ed25519,
			Scheme::Sr25519 => Self::Sr25519,
		}
	}
}

/// What `init` takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
	/// Where to write the key.
	pub file: PathBuf,
	/// Its scheme. Accounts and publisher keys have to be Sr25519.
	#[arg(long, value_enum, default_value = "ed25519")]
	pub scheme: Scheme,
	/// Show no QR code.
	#[arg(long)]
	pub no_qr: bool,
}

/// Makes a key; shows its device identity, its address and a QR code of the identity.
pub fn run(options: &Options, output: Output) -> Result<()> {
	let scheme = keys::Scheme::from(options.scheme);
	let pair = keys::create(&options.file, scheme)?;
	let id = pair.device_id();
	let public = match pair.public() {
		ReportKey::Ed25519(key) => key.0,
		ReportKey::Sr25519(key) => key.0,
	};
	let address = AccountId32::new(public).to_ss58check();
	let link = format!("substation:device:{id:?}");
	let code = match options.no_qr {
		true => String::new(),
		false => qrcode::QrCode::new(&link)?
			.render::<qrcode::render::unicode::Dense1x2>()
			.quiet_zone(true)
			.build(),
	};
	output.result(
		&serde_json::json!({
			"file": options.file,
			"scheme": scheme,
			"public": format!("0x{}", hex::encode(public)),
			"device": format!("{id:?}"),
			"address": address,
			"link": link,
		}),
		format!(
			"key file  {}\npublic    0x{}\ndevice    {id:?}\naddress   {address}\n{code}",
			options.file.display(),
			hex::encode(public),
		),
	);
	Ok(())
}
