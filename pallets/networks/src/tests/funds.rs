//! Networks' accounts.

use super::*;

#[test]
fn each_network_has_a_fund_of_its_own() {
	chain(|| {
		assert_ne!(Networks::fund(0), Networks::fund(1));
	});
}
