//! Tables of positions: a row each, under a head that names the columns, as loggers and vehicles write them.

use anyhow::{Context, Result};
use chrono::NaiveDate;

use super::Ride;
use crate::tables::{moment, Table};

/// What columns of these are called.
const LATITUDE: [&str; 4] = ["LAT", "lat", "latitude", "Latitude"];
const LONGITUDE: [&str; 6] = ["LON", "lon", "longitude", "Longitude", "LNG", "lng"];
const TIME: [&str; 4] = ["timestamp", "Timestamp", "time", "Time"];
const DATE: [&str; 2] = ["Date", "date"];

/// Seconds since 1970 of a date in American order and a time: `5/25/2021`, `14:03:07`.
fn american(date: &str, time: &str) -> Option<i64> {
	let mut parts = date.split('/').map(|part| part.trim().parse::<u32>().ok());
	let (month, day, year) = (parts.next()??, parts.next()??, parts.next()??);
	let day = NaiveDate::from_ymd_opt(year.try_into().ok()?, month, day)?;
	moment(&format!("{}T{}", day.format("%Y-%m-%d"), time.trim()))
}

/// Milliseconds since 1970 of a time that is written as a number: of seconds, or of milliseconds, which are a thousand times as many.
fn number_of(text: &str) -> Option<i64> {
	const SECONDS: i64 = 100_000_000_000;
	let text = text.trim();
	if let Ok(number) = text.parse::<i64>() {
		return if number < SECONDS { number.checked_mul(1_000) } else { Some(number) };
	}
	let seconds: f64 = text.parse().ok()?;
	(0.0..SECONDS as f64).contains(&seconds).then_some((seconds * 1_000.0).round() as i64)
}

/// The positions of a table's rows. A row in which a position is the same as in the one before it is passed over: a receiver that says nothing new for
/// some seconds would seem to stand, and then to leap.
pub(super) fn parse(name: &str, text: &str) -> Result<Ride> {
	let table = Table::of(name, text);
	let first = |names: &[&str]| names.iter().find_map(|name| table.place(name).ok());
	let place = |names: &[&str], what: &str| {
		first(names).with_context(|| {
			format!(
				"{name} is no GPX, no log of a receiver, and no table with a {what}: one of {}",
				names.join(", ")
			)
		})
	};
	let (latitude, longitude) = (place(&LATITUDE, "latitude")?, place(&LONGITUDE, "longitude")?);
	let (time, date) = (place(&TIME, "time")?, first(&DATE));
	let mut ride = Ride::default();
	let mut last = None;
	for fields in table.rows() {
		let number = |place: usize| table.number(fields.get(place)?);
		let (Some(latitude), Some(longitude)) = (number(latitude), number(longitude)) else {
			ride.leave_out("no position");
			continue;
		};
		if last.replace((latitude, longitude)) == Some((latitude, longitude)) {
			continue;
		}
		let at = fields.get(time).and_then(|time| match date.and_then(|date| fields.get(date)) {
			Some(date) => american(date, time)
				.or_else(|| moment(&format!("{date}T{time}")))
				.or_else(|| moment(time))
				.map(|at| at * 1_000),
			None => number_of(time).or_else(|| moment(time).map(|at| at * 1_000)),
		});
		ride.note(at, latitude, longitude);
	}
	Ok(ride)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn rows_are_read_by_the_names_of_columns() {
		let text = "Soc;Date;Time;LON;LAT\r\n7;5/25/2021;14:03:07;4,9;45,7\r\n7;5/25/2021;14:03:08;4,9;45,7\r\n7;5/25/2021;14:03:09;4,9001;45,7\r\n;;;;\r\n7;25/5/2021;14:03:10;5;45\r\n";
		let ride = parse("a file", text).unwrap();
		let seen: Vec<_> = ride.positions.iter().map(|one| (one.at, one.point.longitude)).collect();
		assert_eq!(seen, [(1_621_951_387_000, 49_000_000), (1_621_951_389_000, 49_001_000)]);
		assert_eq!(ride.left_out.values().sum::<u32>(), 2);
		let dots = "Timestamp,Longitude,Latitude\n2019.11.28_17.18.56,1,2\n";
		assert_eq!(parse("a file", dots).unwrap().positions[0].at, 1_574_961_536_000);
		let numbers = "time,lat,lon\n1574961536,1,2\n1574961536250,1,3\n1574961537.5,1,4\n-9999999999999999,1,5\n";
		let times: Vec<u64> =
			parse("a file", numbers).unwrap().positions.iter().map(|one| one.at).collect();
		assert_eq!(times, [1_574_961_536_000, 1_574_961_536_250, 1_574_961_537_500]);
		let error = parse("a file", "a,b\n1,2\n").unwrap_err().to_string();
		assert!(error.contains("no table with a latitude"), "{error}");
	}
}
