//! Files of Sensor.Community's archive: the rows of one sensor and day each, with a head that names the columns.

use std::collections::BTreeMap;

use anyhow::Result;

use crate::tables::{moment, Table};

/// What a sensor has said at a time.
#[derive(Clone, PartialEq, Debug)]
pub struct Row {
	/// Its number.
	pub sensor: u64,
	/// Seconds since 1970.
	pub at: i64,
	/// Values of the columns that were asked for; none where there is no number.
	pub values: Vec<Option<f64>>,
}

/// The rows of some files, and how many were left out, by reason.
#[derive(Clone, Debug, Default)]
pub struct Rows {
	/// In the order in which they stand.
	pub rows: Vec<Row>,
	/// What was left out.
	pub left_out: BTreeMap<&'static str, u32>,
}

impl Rows {
	/// Reads texts by their names, and of each row these columns. A row without a sensor's number or a time is left out and counted; rows need not
	/// be in order.
	pub fn parse<'a>(
		texts: impl Iterator<Item = (&'a str, &'a str)>,
		columns: &[&str],
	) -> Result<Self> {
		let mut all = Self::default();
		for (name, text) in texts {
			let table = Table::of(name, text);
			let (sensor, timestamp) = (table.place("sensor_id")?, table.place("timestamp")?);
			let places: Vec<usize> =
				columns.iter().map(|one| table.place(one)).collect::<Result<_>>()?;
			for fields in table.rows() {
				let id = fields.get(sensor).and_then(|id| id.parse::<u64>().ok());
				let at = fields.get(timestamp).and_then(|text| moment(text));
				let value = |place: &usize| table.number(fields.get(*place)?);
				match (id, at) {
					(None, _) => all.leave_out("no sensor's number"),
					(_, None) => all.leave_out("no time"),
					(Some(sensor), Some(at)) => {
						all.rows.push(Row {
							sensor,
							at,
							values: places.iter().map(value).collect(),
						});
					}
				}
			}
		}
		Ok(all)
	}

	/// Counts a row that is left out.
	pub fn leave_out(&mut self, reason: &'static str) {
		*self.left_out.entry(reason).or_default() += 1;
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn columns_are_found_by_their_names_and_what_is_no_number_is_none() {
		let text = "\u{feff}timestamp;P1;sensor_id\r\n1970-01-01T00:00:01;2,5;7\r\n1970-01-01T00:00:02;nan;7\r\n";
		let read = Rows::parse([("a file", text)].into_iter(), &["P1"]).unwrap();
		let row = |at, value| Row { sensor: 7, at, values: vec![value] };
		assert_eq!(read.rows, [row(1, Some(2.5)), row(2, None)]);
		let error = Rows::parse([("a file", text)].into_iter(), &["P2"]).unwrap_err();
		assert_eq!(error.to_string(), "a file has no column P2");
	}
}
