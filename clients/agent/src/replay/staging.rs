//! Recordings made into what is to be re-enacted: whoever was recorded becomes a device, and each stretch of time an epoch.

use std::{collections::BTreeMap, sync::Arc};

use anyhow::{ensure, Context, Result};
use substation_primitives::DeviceId;
use substation_sdk::register::place;

use super::{
	act::{Act, Scene},
	sensing::Measured,
	streets::Streets,
	uptime::Uptimes,
};

impl Measured {
	/// The sensors as devices, and so many reporting times of `slots` hours each, from an hour on.
	pub fn act(self, from: u32, times: u32, slots: u8) -> Result<Act> {
		let all = (from..self.hours()).step_by(usize::from(slots.max(1))).take(times as usize);
		let all: Vec<u32> = all.collect();
		ensure!(
			!all.is_empty(),
			"{} hours were recorded: none is left from {from} on",
			self.hours()
		);
		let mut act = Act::default();
		let mut sensors = BTreeMap::<DeviceId, u64>::new();
		for (number, (north, east)) in self.places() {
			let place = place(north, east, 0.0).with_context(|| format!("sensor {number}"))?;
			sensors.insert(act.join(format!("sensor {number}"), Some(place))?, number);
		}
		let (recording, sensors) = (Arc::new(self), Arc::new(sensors));
		let scene =
			|hour| Scene::Sensed { recording: recording.clone(), sensors: sensors.clone(), hour };
		act.epochs = all.into_iter().map(scene).collect();
		Ok(act)
	}
}

impl Uptimes {
	/// The machines as devices, and so many hours from one on.
	pub fn act(self, from: u32, hours: u32) -> Result<Act> {
		let until = from.saturating_add(hours).min(self.hours());
		ensure!(from < until, "{} hours were recorded: none is left from {from} on", self.hours());
		let mut act = Act::default();
		let mut machines = BTreeMap::new();
		for number in self.machines() {
			machines.insert(act.join(format!("machine {number}"), None)?, number);
		}
		let (recording, machines) = (Arc::new(self), Arc::new(machines));
		let scene =
			|hour| Scene::Uptime { recording: recording.clone(), machines: machines.clone(), hour };
		act.epochs = (from..until).map(scene).collect();
		Ok(act)
	}
}

impl Streets {
	/// The devices, at home where each was first, and so many epochs: in each, every device drives on from where it was, from the `from`-th on; with
	/// `again` the same way in each.
	pub fn act(self, from: u32, epochs: u32, again: bool) -> Result<Act> {
		ensure!(!self.rides.is_empty(), "nobody drove anywhere in these files");
		let mut act = Act::default();
		let mut riders = BTreeMap::new();
		for (name, positions) in self.rides {
			let Some(first) = positions.first() else { continue };
			let degrees = |units: i32| f64::from(units) / 1e7;
			let home = place(degrees(first.point.latitude), degrees(first.point.longitude), 0.0)?;
			riders.insert(act.join(name, Some(home))?, positions);
		}
		let riders = Arc::new(riders);
		act.epochs = (0..epochs)
			.map(|epoch| Scene::Driven {
				riders: riders.clone(),
				part: if again { from } else { from + epoch },
			})
			.collect();
		Ok(act)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn a_day_is_dealt_out_to_reporting_times() {
		let text =
			"sensor_id;sensor_type;location;lat;lon;timestamp;P1;durP1;ratioP1;P2;durP2;ratioP2\n\
		            7;S;1;56.9;-2.2;2019-05-07T23:00:00;4;;;1;;";
		let read = || Measured::parse([("a file", text)].into_iter()).unwrap();
		assert_eq!(read().act(0, 9, 8).unwrap().epochs.len(), 3);
		assert_eq!(read().act(16, 1, 8).unwrap().epochs.len(), 1);
		let none = read().act(24, 1, 8).err().unwrap().to_string();
		assert_eq!(none, "24 hours were recorded: none is left from 24 on");
	}
}
