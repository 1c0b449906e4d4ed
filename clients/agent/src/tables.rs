//! Tables in text, as loggers and archives write them, and the times in them.

use std::path::PathBuf;

use anyhow::{Context, Result};
use chrono::NaiveDateTime;

use crate::bounded;

/// Seconds of an hour.
pub const HOUR: i64 = 3_600;

/// How times are written, in no zone but that of Greenwich.
const FORMS: [&str; 4] =
	["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y.%m.%d_%H.%M.%S"];

/// A file with a head that names its columns, parted by semicolons if there are any in it, else by commas.
pub(crate) struct Table<'a> {
	name: &'a str,
	mark: char,
	head: &'a str,
	rows: std::str::Lines<'a>,
}

impl<'a> Table<'a> {
	/// A file's text, by its name.
	pub(crate) fn of(name: &'a str, text: &'a str) -> Self {
		let mut rows = text.trim_start_matches('\u{feff}').lines();
		let head = rows.next().unwrap_or_default();
		let mark = if head.contains(';') { ';' } else { ',' };
		Self { name, mark, head, rows }
	}

	/// Where a column stands, from 0.
	pub(crate) fn place(&self, column: &str) -> Result<usize> {
		let at = self.head.split(self.mark).position(|one| one.trim() == column);
		at.with_context(|| format!("{} has no column {column}", self.name))
	}

	/// The number that a field holds, if it does. Where fields are parted by semicolons, a comma may be a decimal mark.
	pub(crate) fn number(&self, field: &str) -> Option<f64> {
		let field = match self.mark {
			',' => field.to_string(),
			_ => field.replacen(',', ".", 1),
		};
		field.parse::<f64>().ok().filter(|value| value.is_finite())
	}

	/// The fields of each row that is not empty.
	pub(crate) fn rows(&self) -> impl Iterator<Item = Vec<&'a str>> {
		let mark = self.mark;
		let rows = self.rows.clone().filter(|line| !line.trim().is_empty());
		rows.map(move |line| line.split(mark).map(str::trim).collect())
	}
}

/// Seconds since 1970 of a time as files write it: `2019-05-07T00:01:16`, with a space, a zone mark of zero or parts of a second, too, or
/// `2019.05.07_00.01.16`.
pub(crate) fn moment(text: &str) -> Option<i64> {
	let text = text.trim().trim_end_matches('Z').trim_end_matches("+00:00");
	let read = |form: &&str| NaiveDateTime::parse_from_str(text, form).ok();
	FORMS.iter().find_map(read).map(|time| time.and_utc().timestamp())
}

/// Bytes of all files of a recording at the most: they are in memory at once.
const LONGEST: u64 = 1 << 30;

/// Files' texts by their names.
pub(crate) fn texts(files: &[PathBuf]) -> Result<Vec<(String, String)>> {
	texts_within(files, LONGEST)
}

fn texts_within(files: &[PathBuf], most: u64) -> Result<Vec<(String, String)>> {
	let mut left = most;
	let text = |path: &PathBuf| {
		let remedy = "name fewer files at a time, or cut it: this is what is left for it in memory";
		let bytes = bounded::read(path, left, remedy)?;
		left = left.saturating_sub(bytes.len() as u64);
		Ok((path.display().to_string(), String::from_utf8_lossy(&bytes).into_owned()))
	};
	files.iter().map(text).collect()
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
			"2019.05.07_00.01.16",
		] {
			assert_eq!(moment(text), at, "{text}");
		}
		assert_eq!(moment("1970-01-01T00:00:00"), Some(0));
		assert_eq!(moment("2020-02-29T12:00:00"), Some(1_582_977_600));
		for wrong in
			["", "2019-05-07", "2019-13-01T00:00:00", "2019-05-07T24:00:00", "x", "1-2-3T4"]
		{
			assert_eq!(moment(wrong), None, "{wrong}");
		}
	}

	#[test]
	fn files_of_a_recording_are_read_as_long_as_they_fit_together() {
		let folder = tempfile::tempdir().unwrap();
		let put = |name: &str, text: &str| {
			let path = folder.path().join(name);
			std::fs::write(&path, text).unwrap();
			path
		};
		let files = [put("a", "one"), put("b", "four")];
		let read = texts_within(&files, 7).unwrap();
		assert_eq!(read.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>(), ["one", "four"]);
		let error = texts_within(&files, 6).unwrap_err().to_string();
		assert!(error.contains("/b is longer than") && error.contains("fewer files"), "{error}");
	}

	#[test]
	fn numbers_are_read_with_the_mark_of_their_table() {
		let number = |head, field| Table::of("a file", head).number(field);
		assert_eq!((number("a;b", "2,5"), number("a,b", "2.5")), (Some(2.5), Some(2.5)));
		assert_eq!(
			(number("a,b", "2,5"), number("a,b", "nan"), number("a", "")),
			(None, None, None)
		);
	}
}
