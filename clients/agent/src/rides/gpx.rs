//! GPX: points of tracks with their times. Points of routes, and points without a time, are left out.

use chrono::DateTime;
use quick_xml::{
	errors::Error,
	events::{BytesStart, Event},
	Reader,
};

use super::Ride;

/// A point whose end was not read yet.
#[derive(Default)]
struct Open {
	latitude: Option<f64>,
	longitude: Option<f64>,
	time: Option<i64>,
}

/// The number that an attribute holds.
fn number(element: &BytesStart, name: &str) -> Option<f64> {
	let attribute = element.try_get_attribute(name).ok()??;
	attribute.value.trim().parse().ok()
}

/// Milliseconds since 1970, of a time with its zone.
fn millis(text: &str) -> Option<i64> {
	DateTime::parse_from_rfc3339(text.trim()).ok().map(|time| time.timestamp_millis())
}

/// The points of a text's tracks. What follows a fault of its form is left out.
pub(super) fn parse(text: &str) -> Ride {
	let mut ride = Ride::default();
	let mut reader = Reader::from_str(text);
	// Points that are not closed, and what is wrapped wrongly, cost their own.
	let config = reader.config_mut();
	(config.check_end_names, config.allow_unmatched_ends) = (false, true);
	config.allow_dangling_amp = true;
	let mut open: Option<Open> = None;
	let mut in_time = false;
	loop {
		let at = reader.buffer_position();
		match reader.read_event() {
			Ok(Event::Start(element)) => match element.local_name().as_ref() {
				"trkpt" => {
					open = Some(Open {
						latitude: number(&element, "lat"),
						longitude: number(&element, "lon"),
						time: None,
					});
				}
				"time" => in_time = true,
				_ => (),
			},
			Ok(Event::Empty(element)) if element.local_name().as_ref() == "trkpt" => {
				ride.leave_out("no time");
			}
			Ok(Event::Text(words)) if in_time => {
				if let Some(open) = &mut open {
					open.time = millis(&words);
				}
			}
			Ok(Event::End(element)) => match element.local_name().as_ref() {
				"time" => in_time = false,
				"trkpt" => match open.take() {
					Some(Open { latitude: Some(latitude), longitude: Some(longitude), time }) => {
						ride.note(time, latitude, longitude);
					}
					_ => ride.leave_out("no position"),
				},
				_ => (),
			},
			Ok(Event::Eof) => break,
			Ok(_) => (),
			// What is written wrongly costs itself; what cannot be read ends the file.
			Err(Error::IllFormed(_)) if reader.buffer_position() > at => (),
			Err(_) => {
				ride.leave_out("the rest of a file that is no XML from there on");
				break;
			}
		}
	}
	ride
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::collections::BTreeMap;

	fn gpx(points: &str) -> Ride {
		parse(&format!(
			"<?xml version=\"1.0\"?><gpx><metadata><time>2000-01-01T00:00:00Z</time></metadata>\
			 <trk><trkseg>{points}</trkseg></trk></gpx>"
		))
	}

	fn point(time: &str) -> String {
		format!("<trkpt lon=\"4.9\" lat=\"45.7\"><ele>3</ele><time>{time}</time></trkpt>")
	}

	#[test]
	fn times_are_read_in_their_zones() {
		for time in
			["2021-07-20T06:18:29Z", "2021-07-20T08:18:29+02:00", " 2021-07-20T06:18:29.000Z "]
		{
			let ride = gpx(&point(time));
			assert_eq!(ride.positions[0].at, 1_626_761_909_000, "{time}");
			assert_eq!(ride.positions[0].point.latitude, 457_000_000);
		}
	}

	#[test]
	fn a_point_that_says_too_little_is_left_out_and_no_other() {
		let good = point("2021-07-20T06:18:29Z");
		let dirty = [
			"<trkpt lat=\"45.7\" lon=\"4.9\"><ele>3</ele></trkpt>",
			"<trkpt lat=\"45.7\" lon=\"4.9\"/>",
			"<trkpt lat=\"45.7\"><time>2021-07-20T06:18:29Z</time></trkpt>",
			"<trkpt lat=\"45,7\" lon=\"4.9\"><time>2021-07-20T06:18:29Z</time></trkpt>",
			"<trkpt lat=\"45.7\" lon=\"4.9\"><time>yesterday</time></trkpt>",
		];
		let ride = gpx(&[&good, &dirty.concat(), &good].map(String::as_str).concat());
		assert_eq!(ride.positions.len(), 2);
		assert_eq!(ride.left_out, BTreeMap::from([("no position", 2), ("no time", 3)]));
	}

	#[test]
	fn what_people_write_into_a_name_costs_no_point() {
		let good = point("2021-07-20T06:18:29Z");
		for name in ["<name>Bike & Coffee</name>", "</name>", "<name>a &lt; b &#0;</name>", "<br>"]
		{
			let ride = gpx(&format!("{name}{good}{name}{good}"));
			assert_eq!(ride.positions.len(), 2, "{name}");
		}
	}

	#[test]
	fn what_is_cut_off_is_read_as_far_as_it_goes() {
		let whole = format!("<gpx><trk><trkseg>{0}{0}", point("2021-07-20T06:18:29Z"));
		for end in 0..whole.len() {
			let _ = parse(&whole[..end]);
		}
		assert_eq!(parse(&whole).positions.len(), 2);
		assert_eq!(parse(&format!("{whole}<trkpt lat=\"1\" <<<")).positions.len(), 2);
	}
}
