//! Logs of NMEA receivers: their RMC sentences that say that there is a fix, and whose checksum is right.

use chrono::NaiveDate;
use nmea0183::{datetime::DateTime, ParseResult, Parser};

use super::Ride;

/// Milliseconds since 1970.
fn millis(time: &DateTime) -> Option<i64> {
	let (date, time) = (&time.date, &time.time);
	let day = NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into())?;
	let minute = day.and_hms_opt(time.hours.into(), time.minutes.into(), 0)?;
	let seconds = f64::from(time.seconds);
	let sound = (0.0..61.0).contains(&seconds);
	sound.then(|| minute.and_utc().timestamp_millis() + (seconds * 1_000.0).round() as i64)
}

/// The positions of a text's sentences. Lines that are none are passed over.
pub(super) fn parse(text: &str) -> Ride {
	let mut ride = Ride::default();
	// Sentences are of ASCII alone: the parser takes them apart by bytes.
	let sentences = text.lines().map(str::trim).filter(|line| line.starts_with('$'));
	for sentence in sentences {
		if !sentence.is_ascii() {
			ride.leave_out("no sentence");
			continue;
		}
		let Some(sentence) = common(sentence) else {
			ride.leave_out("a wrong checksum");
			continue;
		};
		if sentence.is_empty() {
			ride.leave_out("no fix");
			continue;
		}
		let mut parser = Parser::new();
		let line = format!("{sentence}\r\n");
		let read = parser.parse_from_bytes(line.as_bytes()).next();
		match read {
			Some(Ok(ParseResult::RMC(Some(rmc)))) if rmc.mode.is_valid() => {
				let (latitude, longitude) = (rmc.latitude.as_f64(), rmc.longitude.as_f64());
				ride.note(millis(&rmc.datetime), latitude, longitude);
			}
			Some(Ok(ParseResult::RMC(_))) => ride.leave_out("no fix"),
			// Of other sentences nothing is needed.
			Some(Ok(_)) => (),
			// What the parser does not know is no fault of the log.
			Some(Err(_)) | None if !is_rmc(&sentence) => (),
			Some(Err(_)) | None => ride.leave_out("no sentence"),
		}
	}
	ride
}

/// Exclusive or of a sentence's bytes: its checksum.
fn checksum(words: &str) -> u8 {
	words.bytes().fold(0, |sum, byte| sum ^ byte)
}

/// A sentence as the parser knows it: modes of precise receivers are told as that of a corrected fix, and what came after it is left out. Nothing for a
/// wrong checksum; an empty one where its status says that there is no fix, whatever its mode says.
fn common(sentence: &str) -> Option<String> {
	let (words, sum) = sentence.strip_prefix('$')?.split_once('*').unwrap_or((sentence, ""));
	if !is_rmc(sentence) || sum.is_empty() {
		return Some(sentence.into());
	}
	if u8::from_str_radix(sum.trim(), 16).ok()? != checksum(words) {
		return None;
	}
	let mut fields: Vec<&str> = words.split(',').take(13).collect();
	if fields.get(2).is_some_and(|status| *status == "V") {
		return Some(String::new());
	}
	if let Some(mode) = fields.get_mut(12) {
		if ["R", "F", "P"].contains(mode) {
			*mode = "D";
		}
	}
	let words = fields.join(",");
	Some(format!("${words}*{:02X}", checksum(&words)))
}

/// Whether a sentence is one of time and place.
fn is_rmc(sentence: &str) -> bool {
	sentence.get(3..6) == Some("RMC")
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::collections::BTreeMap;

	/// A sentence with its checksum.
	fn sentence(words: &str) -> String {
		format!("${words}*{:02X}", checksum(words))
	}

	#[test]
	fn fixes_are_read_and_what_is_none_is_left_out() {
		let good = "GNRMC,123519.50,A,4807.038,N,01131.000,W,022.4,084.4,230324,,,A";
		let lines = [
			sentence(good),
			sentence("GPRMC,123520,V,,,,,,,230324,,,N"),
			sentence("GPRMC,123520,V,4807.038,N,01131.000,E,022.4,084.4,230324,,,A"),
			sentence(good).replace("4807", "4808"),
			sentence("GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,"),
			sentence("PUBX,00,nothing"),
			"$GPRMC".into(),
			"$GPRMC,é".into(),
			"# a word".into(),
		];
		let ride = parse(&lines.join("\n"));
		assert_eq!(ride.positions.len(), 1, "{ride:?}");
		assert_eq!(ride.positions[0].at, 1_711_197_319_500);
		let point = ride.positions[0].point;
		assert!(point.latitude.abs_diff(481_173_000) <= 1, "{point:?}");
		assert!(point.longitude.abs_diff(-115_166_667) <= 1, "{point:?}");
		let left_out = [("a wrong checksum", 1), ("no fix", 2), ("no sentence", 2)];
		assert_eq!(ride.left_out, BTreeMap::from(left_out));
	}

	#[test]
	fn what_precise_receivers_say_of_their_fix_is_a_fix() {
		for mode in ["A", "D", "R,V", "F,V", "P,S"] {
			let words = format!(
				"GNRMC,123519.50,A,4807.03812345,N,01131.00012345,W,022.4,084.4,230324,,,{mode}"
			);
			assert_eq!(parse(&sentence(&words)).positions.len(), 1, "{mode}");
		}
	}

	#[test]
	fn no_line_ends_a_file() {
		let good = sentence("GNRMC,123519.50,A,4807.038,N,01131.000,E,022.4,084.4,230324,,,A");
		for end in 0..good.len() {
			let text = format!("{}\n{good}\n{}", &good[..end], "$".repeat(end));
			assert_eq!(parse(&text).positions.len(), 1, "{end}");
		}
		let wild = ["GPRMC,,A,,N,,E,,,,,,A", "GPRMC,999999.9,A,9999.9,N,99999.9,E,,,999999,,,A"];
		for words in wild {
			let _ = parse(&sentence(words));
		}
	}
}
