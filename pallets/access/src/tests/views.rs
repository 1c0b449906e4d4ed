//! What is told, and what deposits are paid for.

use super::*;
use codec::MaxEncodedLen;

#[test]
fn both_sides_find_all_grants_page_by_page() {
	chain(|| {
		for number in 10..20 {
			assert_ok!(grant_until(number, BOTH, START + 50));
		}
		let (mut seen, mut after) = (Vec::new(), None);
		loop {
			let page = Access::grants(device(), after.clone(), 3);
			after = page.last().map(|(who, _)| who.clone());
			if page.is_empty() {
				break;
			}
			seen.extend(page.into_iter().map(|(who, _)| who));
		}
		seen.sort();
		let mut all: Vec<_> = (10..20).map(account).collect();
		all.sort();
		assert_eq!(seen, all);
		assert_eq!(Access::grants(device(), None, u32::MAX).len(), 10);
		let own = Access::granted_to(account(12), None, 50);
		assert_eq!(own.len(), 1);
		assert_eq!(own[0], (device(), Access::grant_of(device(), account(12)).unwrap()));
		assert!(Access::granted_to(account(12), Some(device()), 50).is_empty());
	});
}

/// What deposits are paid for: keys, and what is in a trie's node beside them.
#[test]
fn the_largest_rows_fit_what_is_paid_for_them() {
	let (device, account) = (16 + 32, 16 + 32);
	let grant = (32 + device + account) + Grant::max_encoded_len();
	let granted = 32 + device + account;
	let tariffs = (32 + device) + Posted::max_encoded_len();
	assert_eq!((grant + granted, tariffs), (395, 529));
	assert!(grant + granted <= 420 && tariffs <= 560, "what `Deposit` says in the runtime");
}
