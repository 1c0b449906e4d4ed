//! How strongly a signal can arrive, in integers.

/// 20 log10(4π/c) with c in m/s, in thousandths of a decibel, rounded so that loss is never
/// overstated: -147.5522 dB.
const FREE_SPACE_CONSTANT: i64 = -147_553;
/// 20 log10(2) in millionths of a decibel.
const DOUBLING: u64 = 6_020_599;

/// Binary logarithm of `x` with 16 fractional bits, rounded down; 0 for 0.
fn log2_q16(x: u64) -> u64 {
	let Some(exponent) = x.checked_ilog2() else { return 0 };
	// The mantissa in [1, 2) with 31 fractional bits.
	let mut mantissa = if exponent >= 31 { x >> (exponent - 31) } else { x << (31 - exponent) };
	let mut log = u64::from(exponent);
	for _ in 0..16 {
		mantissa = (mantissa * mantissa) >> 31;
		log <<= 1;
		if mantissa >= 1 << 32 {
			mantissa >>= 1;
			log |= 1;
		}
	}
	log
}

/// 20 log10(x) in thousandths of a decibel, rounded down; 0 for 0.
fn decibels(x: u64) -> i64 {
	((log2_q16(x) * DOUBLING) / 65_536 / 1_000) as i64
}

/// Free-space path loss in thousandths of a decibel, never overstated:
/// `20 log10(d) + 20 log10(f) + 20 log10(4π/c)` (ITU-R P.525), at least 0.
///
/// `distance` in metres, `frequency` in hertz.
pub fn free_space_loss(distance: u32, frequency: u32) -> u32 {
	(decibels(distance.max(1).into()) + decibels(frequency.max(1).into()) + FREE_SPACE_CONSTANT)
		.max(0) as u32
}

/// Whether a signal sent with `eirp` can arrive with `power` after `distance` metres at `frequency`
/// hertz, allowing `margin` for the receiver's antenna and reflections. Powers in tenths of a dBm,
/// the margin in tenths of a decibel.
pub fn is_possible(power: i16, eirp: i16, margin: u16, distance: u32, frequency: u32) -> bool {
	let most = i64::from(eirp) * 100 - i64::from(free_space_loss(distance, frequency))
		+ i64::from(margin) * 100;
	i64::from(power) * 100 <= most
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	#[test]
	fn a_known_loss() {
		// 1 km at 868 MHz: 91.22 dB.
		let loss = free_space_loss(1_000, 868_000_000);

		assert!((91_200..=91_220).contains(&loss), "{loss}");
	}

	#[test]
	fn the_bound_is_sharp() {
		// 91.2 dB of loss from 14.0 dBm with 3.0 dB to spare: -74.2 dBm at the most.
		assert!(is_possible(-743, 140, 30, 1_000, 868_000_000));
		assert!(!is_possible(-741, 140, 30, 1_000, 868_000_000));
	}

	proptest! {
		#[test]
		fn loss_is_never_overstated_and_close(
			distance in 1u32..200_000,
			frequency in 100_000_000u32..4_000_000_000,
		) {
			let exact = 20.0 * (f64::from(distance)).log10()
				+ 20.0 * (f64::from(frequency)).log10()
				+ 20.0 * (4.0 * std::f64::consts::PI / 299_792_458.0).log10();
			let loss = f64::from(free_space_loss(distance, frequency)) / 1_000.0;
			prop_assert!(loss <= exact.max(0.0) + 1e-9);
			prop_assert!(loss >= exact - 0.01);
		}

		#[test]
		fn no_values_panic(power: i16, eirp: i16, margin: u16, distance: u32, frequency: u32) {
			is_possible(power, eirp, margin, distance, frequency);
		}
	}
}
