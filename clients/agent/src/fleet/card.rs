//! The report card: what was paid, and what should have been.

use std::path::Path;

use anyhow::{bail, Context, Result};
use comfy_table::{presets::UTF8_FULL_CONDENSED, Table};
use substation_sdk::{amount::tokens, chain::account, failure::Failure};

use super::{preset::policy, setup::Fleet};

impl Fleet {
	/// Compares what was paid with what should have been.
	pub(super) async fn report_card(&self) -> Result<()> {
		let mut table = Table::new();
		table
			.load_preset(UTF8_FULL_CONDENSED)
			.set_header(["device", "kind", "manner", "reports", "score", "faults", "paid"]);
		let mut rows = Vec::new();
		let mut wrong = Vec::new();
		for device in &self.devices {
			let paid =
				self.chain.balance(&account(&device.owner)).await?.saturating_sub(device.before);
			let kind = policy(device.network)?.kind_name();
			let faults: Vec<_> =
				device.faults.iter().map(|(fault, times)| format!("{times} × {fault}")).collect();
			let right = match device.manner.fault() {
				None => paid == device.expected && paid > 0 && faults.is_empty(),
				Some(fault) => paid == 0 && device.faults.keys().eq([&fault.explanation()]),
			};
			if !right {
				wrong.push(format!(
					"{}, {}: got {}, should have got {}; found: {}",
					device.name,
					device.manner.name(),
					tokens(paid),
					tokens(device.expected),
					faults.join(", ")
				));
			}
			table.add_row([
				device.name.clone(),
				kind.into(),
				device.manner.name().into(),
				device.reports.to_string(),
				device.score.to_string(),
				faults.join(", "),
				tokens(paid),
			]);
			rows.push(serde_json::json!({
				"device": device.name,
				"id": format!("{:?}", device.id()),
				"kind": kind,
				"manner": device.manner.name(),
				"reports": device.reports,
				"score": device.score,
				"faults": device.faults,
				"paid": paid.to_string(),
				"expected": device.expected.to_string(),
			}));
		}
		self.output.result(&serde_json::json!(rows), &table);
		if let Some(path) = &self.csv {
			self.write_csv(path, &rows).with_context(|| path.display().to_string())?;
		}
		if wrong.is_empty() {
			self.say(
				"every honest device got exactly what the published bodies say, and no other got anything",
			);
			return Ok(());
		}
		bail!(Failure::Mismatch(format!("not paid as recomputed:\n{}", wrong.join("\n"))))
	}

	/// Writes the report card's rows, faults as `explanation: times`.
	fn write_csv(&self, path: &Path, rows: &[serde_json::Value]) -> Result<()> {
		const COLUMNS: [&str; 9] =
			["device", "id", "kind", "manner", "reports", "score", "faults", "paid", "expected"];
		let mut file = csv::Writer::from_path(path)?;
		file.write_record(COLUMNS)?;
		for row in rows {
			file.write_record(COLUMNS.map(|column| match &row[column] {
				serde_json::Value::String(text) => text.clone(),
				serde_json::Value::Object(map) => {
					let parts: Vec<_> =
						map.iter().map(|(key, value)| format!("{key}: {value}")).collect();
					parts.join("; ")
				}
				other => other.to_string(),
			}))?;
		}
		file.flush()?;
		self.say(&format!("written to {}", path.display()));
		Ok(())
	}
}
