//! What is refused, and what is made of the example.

use super::*;
use sp_core::{crypto::Ss58Codec, Pair};
use sp_keyring::Sr25519Keyring;
use sp_runtime::traits::IdentifyAccount;
use substation_runtime::{constants::currency::STN, Balance};

use super::refusals::EXAMPLE;

/// The file, if a chain may be rehearsed by it: the example's keys are nobody's.
fn read(text: &str) -> Result<File, String> {
	super::read(text, true)
}

/// Why the example is refused if `from` in it reads `to`.
fn refused(from: &str, to: &str) -> String {
	assert!(EXAMPLE.contains(from), "there is no {from}");
	read(&EXAMPLE.replacen(from, to, 1)).expect_err("it is unsafe")
}

/// What stands in quotes after the `number`-th `name`.
fn value(name: &str, number: usize) -> &'static str {
	let line = EXAMPLE.lines().filter(|line| line.starts_with(name)).nth(number);
	line.and_then(|line| line.split('"').nth(1)).expect("the example has it")
}

fn pair(uri: &str) -> sp_core::sr25519::Pair {
	sp_core::sr25519::Pair::from_string(uri, None).expect("it is one")
}

fn ecdsa(uri: &str) -> [u8; 32] {
	let pair = sp_core::ecdsa::Pair::from_string(uri, None).expect("it is one");
	sp_runtime::MultiSigner::Ecdsa(pair.public()).into_account().into()
}

#[test]
fn what_is_left_of_the_example_is_refused_but_for_a_rehearsal() {
	let reason = super::read(EXAMPLE, false).expect_err("nobody has its secrets");
	assert_eq!(reason.matches("is the example's").count(), 12 + 16, "{reason}");
	let own = sp_core::sr25519::Pair::from_seed(&[7; 32]).public().to_ss58check();
	let reason = super::read(&EXAMPLE.replace(value("account", 8), &own), false);
	let reason = reason.expect_err("nor of the rest");
	assert_eq!(reason.matches("is the example's").count(), 11 + 16, "{reason}");
}

#[test]
fn an_account_is_no_session_key() {
	let stash = value("stash", 0);
	for name in ["babe", "grandpa", "discovery"] {
		let reason = refused(value(name, 2), stash);
		assert!(reason.contains("is an account and a session key"), "{name}: {reason}");
	}
}

/// What is not free yet pays no fee.
#[test]
fn whoever_has_to_act_has_something_free() {
	let vested = "tokens = 18_000_000, from_block";
	let reason = refused(vested, "tokens = \"19_999_999.1\", from_block");
	assert!(reason.contains("of founders has less than a free token"), "{reason}");
	let stash = format!("account = \"{}\"\ntokens = 1_000_000\n", value("account", 0));
	let all = format!("{stash}vesting = {{ tokens = 1_000_000, from_block = 0, blocks = 10 }}\n");
	let reason = refused(&stash, &all);
	assert!(reason.contains("less of it free than 1 STN"), "{reason}");
	// Of what is staked all may be so.
	let staked = all.replace("tokens = 1_000_000, f", "tokens = 999_999, f");
	read(&EXAMPLE.replace(&stash, &staked)).expect("a token is free");
}

#[test]
fn the_example_is_safe() {
	let file = read(EXAMPLE).expect("it is safe");
	let genesis = file.genesis(false);
	let sum: Balance = genesis.endowments.iter().map(|(_, tokens)| tokens).sum();
	assert_eq!(sum, 100_000_000 * STN);
	assert_eq!((genesis.validators.len(), genesis.minimum_validators), (4, 3));
	assert_eq!(genesis.vesting[0].liquid, 2_000_000 * STN);
	assert_eq!((genesis.networks.len(), genesis.sudo.is_none()), (2, true));
	assert_eq!(genesis.parameters, Parameters::default());
	let keys = &genesis.validators[1].keys;
	let grandpa: &[u8] = keys.grandpa.as_ref();
	assert_eq!(format!("0x{}", hex::encode(grandpa)), value("grandpa", 1));
	assert_eq!(file.genesis(true).parameters, Parameters::development());
	let patch = file.genesis(false).patch().to_string();
	assert!(!patch.contains("sudo") && patch.contains("vesting"), "{patch}");
}

#[test]
fn feeders_are_three_at_least_each_once_and_with_what_lets_them_speak() {
	let genesis = read(EXAMPLE).expect("it is safe").genesis(false);
	let (feeders, price) = genesis.feeders.expect("the example names some");
	assert_eq!((feeders.len(), price), (3, 100_000_000));

	let (begin, end) = (EXAMPLE.find("[feeders]"), EXAMPLE.find("# Who makes blocks"));
	let all = &EXAMPLE[begin.expect("they are there")..end.expect("they end")];
	let without = read(&EXAMPLE.replace(all, "")).expect("a referendum may name them");
	assert!(without.genesis(false).feeders.is_none());

	let names: Vec<_> = all.lines().filter(|line| line.starts_with("\t\"")).collect();
	let lines = |lines: &[&str]| lines.join("\n");
	let three = lines(&names);
	let reason = refused(&three, &lines(&names[..2]));
	assert!(reason.contains("there are 2 feeders: 3 to 16 can be"), "{reason}");
	let seventeen = [vec![names[0]; 15], names[1..].to_vec()].concat();
	let reason = refused(&three, &lines(&seventeen));
	assert!(reason.contains("there are 17 feeders"), "{reason}");
	let reason = refused(&three, &lines(&[names[0], names[1], names[1]]));
	assert!(reason.contains("feeds twice"), "{reason}");
	let bob = format!("\t\"{}\",", Sr25519Keyring::Bob.to_account_id().to_ss58check());
	let reason = refused(&three, &lines(&[names[0], names[1], &bob]));
	assert!(reason.contains("well-known //Bob"), "{reason}");
	assert!(reason.contains("has less than 0.1 STN free"), "{reason}");
	for (price, read) in [("0", false), ("0.0000000001", false), ("ten", false), ("1", true)] {
		let file = EXAMPLE.replace("price = \"0.10\"", &format!("price = \"{price}\""));
		assert_eq!(super::read(&file, true).is_ok(), read, "{price}");
	}
}

#[test]
fn well_known_keys_are_refused_wherever_they_are() {
	let bob = Sr25519Keyring::Bob.to_account_id().to_ss58check();
	for name in ["account", "stash", "owner"] {
		let reason = refused(value(name, 0), &bob);
		assert!(reason.contains("well-known //Bob"), "{name}: {reason}");
	}
	let grandpa = sp_keyring::Ed25519Keyring::Charlie.public();
	let reason = refused(value("grandpa", 0), &format!("0x{}", hex::encode(grandpa)));
	assert!(reason.contains("well-known //Charlie"), "{reason}");
	// The phrase itself, a number, and an account of another scheme.
	for known in [
		"5DfhGyQdFobKM8NsWvEeAKk5EQQgYe9AydgJ7rMB6E1EqRzV".to_owned(),
		pair("//7").public().to_ss58check(),
		format!("0x{}", hex::encode(ecdsa("//Alice"))),
	] {
		let reason = refused(value("account", 8), &known);
		assert!(reason.contains("is the well-known"), "{known}: {reason}");
	}
	let nobody = format!("0x{}", "00".repeat(32));
	assert!(refused(value("verdict", 2), &nobody).contains("all zeros"));
}

#[test]
fn sums_have_to_add_up() {
	let reason = refused("total = 100_000_000", "total = 99_999_999");
	assert!(
		reason.contains("endowments are 100000000 STN together, and not 99999999 STN"),
		"{reason}"
	);
	let reason = refused("\"1_000.5\"", "\"1_000.500000000001\"");
	assert!(reason.contains("endowments are 100000000.000000000001 STN"), "{reason}");
	let reason = refused("\"1_000.5\"", "\"0.01\"");
	assert!(reason.contains("is endowed with 0.01 STN: an account holds 0.023 STN"), "{reason}");
	let line = |number| format!("account = \"{}\"", value("account", number));
	let twice = refused(&line(5), &line(4));
	assert!(twice.contains("is endowed twice"), "{twice}");
	for wrong in ["\"x\"", "\"1.0000000000001\"", "-1", "\"340282366920938463463374608\""] {
		let reason = refused("total = 100_000_000", &format!("total = {wrong}"));
		assert!(reason.contains("total"), "{reason}");
	}
}

#[test]
fn what_becomes_free_is_there_and_does_so() {
	let vested = "vesting = { tokens = 18_000_000, from_block = 5_256_000, blocks = 15_768_000 }";
	let other = |tokens: &str, blocks: &str| {
		refused(
			vested,
			&format!("vesting = {{ tokens = {tokens}, from_block = 0, blocks = {blocks} }}"),
		)
	};
	assert!(other("20_000_001", "1").contains("more of"));
	assert!(other("18_000_000", "0").contains("nothing of"));
	assert!(other("\"0.000000000009\"", "10").contains("nothing of"));
}

#[test]
fn four_validators_have_stake_and_keys_of_their_own() {
	let last = EXAMPLE.rfind("[[validators]]").expect("there are some");
	let networks = EXAMPLE.find("# Networks,").expect("there are some");
	let three = format!("{}{}", &EXAMPLE[..last], &EXAMPLE[networks..]);
	let reason = read(&three).expect_err("they are too few");
	assert!(reason.contains("there are 3 validators"), "{reason}");
	assert!(refused("stake = 500_000", "stake = 999").contains("less than 1000 STN"));
	let reason = refused("stake = 500_000", "stake = 1_000_000");
	assert!(reason.contains("has 0 STN beside its stake"), "{reason}");
	let twice = refused(value("babe", 1), value("babe", 0));
	assert!(twice.contains("is there twice"), "{twice}");
	// One key has one use.
	let twice = refused(value("verdict", 0), value("babe", 0));
	assert!(twice.contains("is there twice"), "{twice}");
	let line = |number| format!("stash = \"{}\"", value("stash", number));
	assert!(refused(&line(1), &line(0)).contains("validates twice"));
}

#[test]
fn both_bodies_are_of_several_people_who_can_act() {
	let founder = EXAMPLE.lines().skip_while(|line| !line.starts_with("founders")).nth(1);
	let founder = founder.expect("there is one");
	assert!(refused(founder, "").contains("founders has 2 accounts: 3 to 7"));
	let poor = format!("\t\"0x{}\",", "07".repeat(32));
	let reason = refused(founder, &poor);
	assert!(reason.contains("has less than a free token"), "{reason}");
	let twice = format!("{founder}\n{founder}");
	assert!(refused(founder, &twice).contains("is twice among founders"));
}

#[test]
fn open_networks_with_weight_have_a_ramp() {
	let reason = refused("ramp = 720", "ramp = 719");
	assert!(reason.contains("network 1 is open, has weight and a ramp of 719"), "{reason}");
	// With makers that vouch, or no weight, none is needed.
	let vouched = EXAMPLE.replace("vouched = false", "vouched = true");
	read(&vouched.replace("ramp = 720", "ramp = 0")).expect("makers vouch");
	let light = EXAMPLE.replace("weight = 50", "weight = 0");
	read(&light.replace("ramp = 720", "ramp = 0")).expect("it earns nothing");
	assert!(refused("shown = 2", "shown = 0").contains("network 1 pays for what nobody can do"));
	assert!(refused("cadence = 1", "cadence = 0").contains("no cadence"));
}

#[test]
fn all_reasons_are_said_at_once_and_what_is_unknown_is_not_passed_over() {
	let both = EXAMPLE.replace("ramp = 720", "ramp = 1").replace("total = 1", "total = 2");
	let reason = read(&both).expect_err("it is unsafe twice");
	assert_eq!(reason.matches("\n- ").count(), 2, "{reason}");
	assert!(refused("rate_cap = 10", "rate_cap = 10\nramp = 720").contains("unknown field"));
	assert!(refused("name = \"Substation\"", "name = \" \"").contains("no name"));
	let polkadots = "15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5";
	assert!(refused(value("account", 0), polkadots).contains("another chain"));
	assert!(refused(value("account", 0), "5Grw").contains("is no address"));
	assert!(refused(value("babe", 0), "0x12").contains("not 32 bytes"));
}
