//! Files of Sensor.Community's archive: the rows of one sensor and day each, with a head that names the columns.

use std::{collections::BTreeMap, fs, path::PathBuf};

use anyhow::{Context, Result};

/// Seconds of an hour.
pub const HOUR: i64 = 3_600;

/// A file with a head that names its columns, parted by semicolons if there are any in it, else by commas.
pub(super) struct Table<'a> {
	name: &'a str,
	mark: char,
	head: &'a str,
	rows: std::str::Lines<'a>,
}

impl<'a> Table<'a> {
	/// A file's text, by its name.
	pub(super) fn of(name: &'a str, text: &'a str) -> Self {
		let mut rows = text.trim_start_matches('\u{feff}').lines();
		let head = rows.next().unwrap_or_default();
		let mark = if head.contains(';') { ';' } else { ',' };
		Self { name, mark, head, rows }
	}

	/// Where a column stands, from 0.
	pub(super) fn place(&self, column: &str) -> Result<usize> {
		let at = self.head.split(self.mark).position(|one| one.trim() == column);
		at.with_context(|| format!("{} has no column {column}", self.name))
	}

	/// The fields of each row that is not empty.
	pub(super) fn rows(&self) -> impl Iterator<Item = Vec<&'a str>> {
		let mark = self.mark;
		let rows = self.rows.clone().filter(|line| !line.trim().is_empty());
		rows.map(move |line| line.split(mark).map(str::trim).collect())
	}
}

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

/// A time as such files write it, `2019-05-07T00:01:16`, with a space or a zone mark of zero, too: in seconds since 1970.
pub(super) fn seconds(text: &str) -> Option<i64> {
	let text = text.trim().trim_end_matches('Z').trim_end_matches("+00:00");
	let (date, time) = text.split_once(['T', ' '])?;
	let number = |text: &str| text.parse::<i64>().ok();
	let mut date = date.splitn(3, '-').map(number);
	let (year, month, day) = (date.next()??, date.next()??, date.next()??);
	let mut time = time.split('.').next()?.splitn(3, ':').map(number);
	let (hour, minute, second) = (time.next()??, time.next()??, time.next().flatten()?);
	let sound = (1970..=9999).contains(&year)
		&& (1..=12).contains(&month)
		&& (1..=31).contains(&day)
		&& (0..24).contains(&hour)
		&& (0..60).contains(&minute)
		&& (0..=60).contains(&second);
	// Days from the civil calendar, counted from March on, in eras of 400 years.
	let (year, month) = if month <= 2 { (year - 1, month + 9) } else { (year, month - 3) };
	let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
	let of_year = (153 * month + 2) / 5 + day - 1;
	let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
	sound.then_some(days * 86_400 + hour * HOUR + minute * 60 + second)
}

/// Files' texts by their names.
pub fn texts(files: &[PathBuf]) -> Result<Vec<(String, String)>> {
	let text = |path: &PathBuf| {
		let name = path.display();
		let bytes = fs::read(path).with_context(|| format!("{name} cannot be read"))?;
		Ok((name.to_string(), String::from_utf8_lossy(&bytes).into_owned()))
	};
	files.iter().map(text).collect()
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
				let at = fields.get(timestamp).and_then(|text| seconds(text));
				let value = |place: &usize| {
					let field = fields.get(*place)?;
					// Where fields are parted otherwise, a comma may be a decimal mark.
					let field = if table.mark == ',' {
						field.to_string()
					} else {
						field.replacen(',', ".", 1)
					};
					field.parse::<f64>().ok().filter(|value| value.is_finite())
				};
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
	fn times_are_read_as_people_write_them() {
		let at = Some(1_557_187_276);
		for text in [
			"2019-05-07T00:01:16",
			" 2019-05-07 00:01:16 ",
			"2019-05-07T00:01:16Z",
			"2019-05-07T00:01:16+00:00",
			"2019-05-07T00:01:16.250",
		] {
			assert_eq!(seconds(text), at, "{text}");
		}
		assert_eq!(seconds("1970-01-01T00:00:00"), Some(0));
		assert_eq!(seconds("2020-02-29T12:00:00"), Some(1_582_977_600));
		for wrong in
			["", "2019-05-07", "2019-13-01T00:00:00", "2019-05-07T24:00:00", "x", "1-2-3T4"]
		{
			assert_eq!(seconds(wrong), None, "{wrong}");
		}
	}

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
