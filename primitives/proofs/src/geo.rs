//! Distances between places on the Earth, in integers.

/// Mean radius of the Earth in metres (IUGG).
const EARTH_RADIUS: u128 = 6_371_009;
/// π in fixed point with 60 fractional bits.
const PI_Q60: i128 = 3_622_009_729_038_561_421;
/// One in fixed point with 60 fractional bits.
const ONE_Q60: i128 = 1 << 60;
/// Fractional bits of a coordinate on the unit sphere.
const UNIT_BITS: u32 = 31;
/// Ninety degrees in units of 1e-7 degrees.
const QUARTER: i64 = 900_000_000;
/// Nanometres on the ground for 1e-7 degrees of latitude, on a sphere of [`EARTH_RADIUS`].
const NANOMETRES: i128 = 11_119_508;

/// A point: degrees times 1e7, north and east positive.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Point {
	/// From -900,000,000 to 900,000,000.
	pub latitude: i32,
	/// From -1,800,000,000 to 1,800,000,000.
	pub longitude: i32,
}

/// Sine of an angle from 0 to 45 degrees, both in Q60. Taylor's series to the seventeenth power: the
/// remainder is below 2^-62.
fn sin_series(x: i128) -> i128 {
	series(x, x, 2)
}

/// Cosine of an angle from 0 to 45 degrees, both in Q60.
fn cos_series(x: i128) -> i128 {
	series(ONE_Q60, x, 1)
}

fn series(first: i128, x: i128, mut divisor: i128) -> i128 {
	let square = (x * x) >> 60;
	let (mut term, mut sum) = (first, first);
	for _ in 0..8 {
		term = -((term * square) >> 60) / (divisor * (divisor + 1));
		sum += term;
		divisor += 2;
	}
	sum
}

/// Sine and cosine in Q60 of an angle in units of 1e-7 degrees.
fn sin_cos(angle: i64) -> (i128, i128) {
	let quadrant = angle.rem_euclid(4 * QUARTER) / QUARTER;
	let rest = angle.rem_euclid(QUARTER);
	let radians = |angle: i64| i128::from(angle) * PI_Q60 / i128::from(2 * QUARTER);
	let (sin, cos) = if rest <= QUARTER / 2 {
		(sin_series(radians(rest)), cos_series(radians(rest)))
	} else {
		(cos_series(radians(QUARTER - rest)), sin_series(radians(QUARTER - rest)))
	};
	match quadrant {
		0 => (sin, cos),
		1 => (cos, -sin),
		2 => (-sin, -cos),
		_ => (-cos, sin),
	}
}

/// The plane that touches the Earth at a latitude: near by, displacements are told in it.
#[derive(Clone, Copy, Debug)]
pub struct Plane {
	/// Cosine of the latitude, with 30 fractional bits.
	cosine: i128,
}

impl Plane {
	/// The plane at a latitude in units of 1e-7 degrees.
	pub fn at(latitude: i32) -> Self {
		Self { cosine: sin_cos(latitude.into()).1 >> 30 }
	}

	/// Length of a displacement of so many units of 1e-7 degrees to the north and to the east, in millimetres, rounded down.
	pub fn span(&self, north: i32, east: i32) -> u64 {
		let north = i128::from(north) * NANOMETRES;
		let east = (i128::from(east) * NANOMETRES * self.cosine) >> 30;
		((north * north + east * east).unsigned_abs().isqrt() / 1_000_000) as u64
	}
}

fn on_unit_sphere(point: Point) -> [i128; 3] {
	let (sin_lat, cos_lat) = sin_cos(point.latitude.into());
	let (sin_lon, cos_lon) = sin_cos(point.longitude.into());
	[(cos_lat * cos_lon) >> 60, (cos_lat * sin_lon) >> 60, sin_lat]
		.map(|coordinate| coordinate >> (60 - UNIT_BITS))
}

/// Straight-line distance between two points at sea level in metres, rounded down: the way that a
/// radio wave takes. Up to 100 km it differs from the distance along the ground by little more than 1 m.
pub fn distance(a: Point, b: Point) -> u32 {
	let (a, b) = (on_unit_sphere(a), on_unit_sphere(b));
	let square: u128 =
		a.iter().zip(&b).map(|(a, b)| (a - b).unsigned_abs()).map(|side| side * side).sum();
	((square * EARTH_RADIUS * EARTH_RADIUS).isqrt() >> UNIT_BITS) as u32
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	fn point(latitude: f64, longitude: f64) -> Point {
		Point { latitude: (latitude * 1e7) as i32, longitude: (longitude * 1e7) as i32 }
	}

	/// The same chord in floating point, by the haversine formula.
	fn chord(a: Point, b: Point) -> f64 {
		let radians = |degrees: i32| f64::from(degrees) / 1e7 * std::f64::consts::PI / 180.0;
		let half = |x: f64| (x / 2.0).sin().powi(2);
		let h = half(radians(b.latitude) - radians(a.latitude))
			+ radians(a.latitude).cos()
				* radians(b.latitude).cos()
				* half(radians(b.longitude) - radians(a.longitude));
		2.0 * EARTH_RADIUS as f64 * h.sqrt()
	}

	#[test]
	fn known_distances() {
		let grenoble = point(45.1885, 5.7245);
		let lyon = point(45.7640, 4.8357);

		assert_eq!(distance(grenoble, grenoble), 0);
		assert_eq!(distance(grenoble, lyon), chord(grenoble, lyon) as u32);
		assert_eq!(distance(point(90.0, 0.0), point(-90.0, 77.0)), 2 * EARTH_RADIUS as u32);
		assert_eq!(distance(point(0.0, 180.0), point(0.0, -180.0)), 0);
	}

	#[test]
	fn spans_are_as_the_reference_has_them() {
		let plane = Plane::at(450_000_000);

		assert_eq!(plane.cosine, 759_250_124);
		assert_eq!(Plane::at(600_000_000).cosine, 536_870_912);
		assert_eq!((plane.span(1_000, 0), plane.span(0, 1_000)), (11_119, 7_862));
		assert_eq!(plane.span(0, -1_000), 7_862);
	}

	proptest! {
		#[test]
		fn spans_agree_with_distances_near_by(
			latitude in -600_000_000i32..=600_000_000,
			longitude in -1_700_000_000i32..=1_700_000_000,
			north in -20_000i32..=20_000,
			east in -20_000i32..=20_000,
		) {
			let a = Point { latitude, longitude };
			let b = Point { latitude: latitude + north, longitude: longitude + east };
			let span = Plane::at(latitude).span(north, east) as f64 / 1_000.0;
			prop_assert!((span - f64::from(distance(a, b))).abs() < 2.5, "{span} {}", distance(a, b));
		}

		#[test]
		fn distances_agree_with_floating_point_within_a_metre(
			latitude in -900_000_000i32..=900_000_000,
			longitude in -1_800_000_000i32..=1_800_000_000,
			other_latitude in -900_000_000i32..=900_000_000,
			other_longitude in -1_800_000_000i32..=1_800_000_000,
		) {
			let a = Point { latitude, longitude };
			let b = Point { latitude: other_latitude, longitude: other_longitude };
			let expected = chord(a, b);
			prop_assert!((f64::from(distance(a, b)) + 0.5 - expected).abs() < 1.0);
			prop_assert_eq!(distance(a, b), distance(b, a));
		}

		#[test]
		fn near_points_are_told_apart_to_the_metre(
			latitude in -800_000_000i32..=800_000_000,
			longitude in -1_800_000_000i32..=1_799_000_000,
			north in 0i32..10_000,
			east in 0i32..10_000,
		) {
			let a = Point { latitude, longitude };
			let b = Point { latitude: latitude + north, longitude: longitude + east };
			let expected = chord(a, b);
			prop_assert!((f64::from(distance(a, b)) + 0.5 - expected).abs() < 0.6);
		}

		#[test]
		fn no_coordinates_panic(values: [i32; 4]) {
			let [a, b, c, d] = values;
			distance(Point { latitude: a, longitude: b }, Point { latitude: c, longitude: d });
			Plane::at(a).span(c, d);
		}
	}
}
