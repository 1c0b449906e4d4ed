//! Profiles: what networks and aggregators are called, and where they are found. Whose they are says so, and nobody vouches for it.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::ConstU32;
use sp_runtime::BoundedVec;

use crate::{did::is_sound_address, FULL_SCORE, H256};

/// Bytes of a name at the most.
pub const MAX_NAME: u32 = 32;
/// Bytes of an address at the most.
pub const MAX_ADDRESS: u32 = 128;

/// An address, in ASCII.
pub type Address = BoundedVec<u8, ConstU32<MAX_ADDRESS>>;

/// What something is called, and where people read about it.
#[derive(
	Clone,
	PartialEq,
	Eq,
	Debug,
	Default,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Profile {
	/// Its name, in UTF-8.
	pub name: BoundedVec<u8, ConstU32<MAX_NAME>>,
	/// Where people read about it, if anywhere.
	pub url: Address,
	/// The BLAKE2-256 hash of its logo's file, if it has one.
	pub logo: Option<H256>,
}

impl Profile {
	/// Whether its name can be shown in a line and its address, if there is one, is one of HTTP.
	pub fn is_sound(&self) -> bool {
		let name = core::str::from_utf8(&self.name).unwrap_or_default();
		!name.is_empty()
			&& name.trim() == name
			&& !name.chars().any(hides)
			&& is_sound_or_none(&self.url)
	}

	/// Bytes of what it says.
	pub fn bytes(&self) -> u32 {
		let logo = self.logo.map_or(0, |logo| logo.0.len());
		(self.name.len() + self.url.len() + logo) as u32
	}
}

/// What an aggregator says of itself.
#[derive(
	Clone,
	PartialEq,
	Eq,
	Debug,
	Default,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct AggregatorProfile {
	/// What it is called.
	pub profile: Profile,
	/// Where it takes reports and keeps boards, if that is for everybody to know.
	pub endpoint: Address,
	/// The part of devices' pay, in millionths, for which it carries whoever asks.
	pub cut: u32,
	/// Whether it takes devices of others.
	pub open: bool,
}

impl AggregatorProfile {
	/// Whether its profile is sound, its address one of HTTP with nothing behind the host and port, and its part no more than the whole.
	pub fn is_sound(&self) -> bool {
		self.profile.is_sound() && self.has_sound_endpoint() && self.cut <= FULL_SCORE
	}

	fn has_sound_endpoint(&self) -> bool {
		let host = self.endpoint.iter().skip_while(|byte| **byte != b':').skip(3);
		let bare = host.clone().all(|byte| !b"/?#@".contains(byte));
		is_sound_or_none(&self.endpoint) && bare
	}

	/// Bytes of what it says.
	pub fn bytes(&self) -> u32 {
		// Its part, and whether it is open.
		self.profile.bytes() + self.endpoint.len() as u32 + 5
	}

	/// Where it is reached, if it says so.
	pub fn reached(&self) -> Option<&str> {
		core::str::from_utf8(&self.endpoint).ok().filter(|url| !url.is_empty())
	}
}

fn is_sound_or_none(address: &Address) -> bool {
	address.is_empty() || is_sound_address(address)
}

/// Whether a character does not stand in a line where it is written: one that controls, or that turns the direction of others around.
fn hides(character: char) -> bool {
	character.is_control()
		|| matches!(character,
			'\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
	use super::*;

	fn profile(name: &str, url: &str) -> Profile {
		Profile {
			name: name.as_bytes().to_vec().try_into().unwrap(),
			url: url.as_bytes().to_vec().try_into().unwrap(),
			logo: None,
		}
	}

	fn aggregator(endpoint: &str, cut: u32) -> AggregatorProfile {
		let endpoint = endpoint.as_bytes().to_vec().try_into().unwrap();
		AggregatorProfile { profile: profile("Tarnów", ""), endpoint, cut, open: true }
	}

	#[test]
	fn a_name_is_shown_in_a_line() {
		for sound in ["a", "Luft über Köln", "空気", "x y"] {
			assert!(profile(sound, "").is_sound(), "{sound}");
			assert!(profile(sound, "https://air.example/about").is_sound(), "{sound}");
		}
		for wrong in ["", " a", "a ", "a\nb", "a\u{0}", "a\u{202e}b", "\u{200b}", "a\u{1b}[2J"] {
			assert!(!profile(wrong, "").is_sound(), "{wrong:?}");
		}
		let broken = Profile { name: vec![0xff].try_into().unwrap(), ..Default::default() };
		assert!(!broken.is_sound());
		for wrong in ["air.example", "ftp://air.example", "https://", "https://a b"] {
			assert!(!profile("a", wrong).is_sound(), "{wrong}");
		}
	}

	#[test]
	fn an_aggregator_is_reached_at_a_bare_address() {
		for sound in ["", "http://127.0.0.1:8080", "https://agg.example", "http://[::1]:80"] {
			assert!(aggregator(sound, FULL_SCORE).is_sound(), "{sound}");
		}
		for wrong in ["https://agg.example/", "http://a@b", "http://a?b", "http://a#b", "agg"] {
			assert!(!aggregator(wrong, 0).is_sound(), "{wrong}");
		}
		assert!(!aggregator("", FULL_SCORE + 1).is_sound());
		assert_eq!(aggregator("", 0).reached(), None);
		assert_eq!(aggregator("http://a", 0).reached(), Some("http://a"));
	}

	#[test]
	fn what_is_said_is_counted_in_bytes() {
		let own = Profile { logo: Some(H256::zero()), ..profile("ab", "http://c") };
		assert_eq!(own.bytes(), 2 + 8 + 32);
		assert_eq!(aggregator("http://a", 0).bytes(), 7 + 8 + 5);
	}
}
