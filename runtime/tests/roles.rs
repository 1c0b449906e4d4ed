//! Whether docs/roles.md says what the runtime has.

use frame_support::traits::Get;
use pallet_emission::Curve;
use polkadot_sdk::sp_runtime::Permill;
use substation_runtime::{
	configs::{
		parameters::{bonds, bounties, deposits, fees},
		STAKE_RETURNS,
	},
	constants::currency::STN,
	genesis::{LIVE_CURVE, MIN_NOMINATOR_BOND, MIN_VALIDATOR_BOND},
	Balance, Runtime,
};

const PAGE: &str = include_str!("../../docs/roles.md");

fn shown(planck: Balance) -> String {
	let whole = (planck / STN).to_string();
	let grouped: Vec<_> = whole
		.as_bytes()
		.rchunks(3)
		.rev()
		.map(|digits| String::from_utf8_lossy(digits).into_owned())
		.collect();
	let part = format!("{:012}", planck % STN);
	let part = part.trim_end_matches('0');
	let dot = if part.is_empty() { "" } else { "." };
	format!("{}{dot}{part} STN", grouped.join(","))
}

#[track_caller]
fn says(planck: Balance, before: &str, after: &str) {
	let text = format!("{before}{}{after}", shown(planck));
	let page = PAGE.replace('\n', " ");
	assert!(page.contains(&text), "docs/roles.md does not say: {text}");
}

fn get<G: Get<Balance>>() -> Balance {
	G::get()
}

#[test]
fn the_page_says_what_roles_pay_and_hold() {
	sp_io::TestExternalities::default().execute_with(|| {
		type Devices = <Runtime as pallet_devices::Config>::DeviceDeposit;
		type Open = <Runtime as pallet_devices::Config>::OpenDeposit;
		type Vouched = <Runtime as pallet_devices::Config>::VouchedDeposit;
		let (device, open) = (get::<Devices>(), get::<Open>());
		says(fees::Place::get(), "| ", " for each place asserted");
		says(device, "| ", " for a device");
		says(open, ", ", " for its seat in an open network");
		says(get::<Vouched>(), ", ", " in one whose makers vouch");
		says(device + open, "Its owner holds ", " and has burned");
		says(bonds::Aggregator::get(), "a bond of ", ", ");
		says(bonds::Work::get(), "", " a unit of quota");
		says(bonds::Byte::get(), "", " a byte of allowance");
		says(
			get::<<Runtime as pallet_attestation::Config>::CommitmentBond>(),
			"",
			" for each batch",
		);
		says(deposits::Network::get(), "| ", ", and ");
		says(
			get::<<Runtime as pallet_networks::Config>::MakerDeposit>(),
			"and ",
			" for each maker",
		);
		says(bonds::MakerPerDevice::get(), "| ", " for each device that it may vouch for");
		says(MIN_VALIDATOR_BOND, "its stake, ", " at the least");
		says(MIN_NOMINATOR_BOND, "| ", " at the least, 1 STN in a pool");
		says(get::<<Runtime as pallet_contribution::Config>::Deposit>(), "| ", " while it counts");
		says(deposits::Proposal::get(), "| ", " until the vote begins");
		says(bounties::Price::get(), "the rest of the price, ", " at the least");
		says(get::<<Runtime as pallet_access::Config>::GrantDeposit>(), "| ", " for each grant by");
		says(
			get::<<Runtime as pallet_access::Config>::TariffDeposit>(),
			"by hand, ",
			" for tariffs",
		);
		let row = get::<<Runtime as pallet_mapping::Config>::TilesDeposit>();
		says(row, "| ", " for each row of 64 tiles");
		let kilometre = get::<<Runtime as pallet_mapping::Config>::MarkBounty>();
		says(kilometre, "| ", " for each kilometre that a report");
		let call = deposits::Row::get() + 200 * deposits::Byte::get();
		says(deposits::Proposal::get() + call, "of a call of 200 bytes holds ", " until");
		says(call, "begins, and ", " of it until");
	});
}

#[test]
fn the_pages_examples_are_reckoned_as_the_chain_reckons() {
	let Curve { initial, .. } = LIVE_CURVE;
	let pool = Permill::from_percent(70) * initial / 2;
	assert!(PAGE.replace('\n', " ").contains(&format!("its pool is {} an hour", shown(pool))));
	let paid = pool / 10_000;
	says(paid, "each is paid ", "; of that");
	says(Permill::from_percent(5) * paid, "of that ", " is the aggregator's");
	says(pool / 100, "each would be ", ", but a rate cap");
	says(Permill::from_percent(5) * paid * 100 * 24, "it earns ", " a day");
	let all = 100_000_000 * STN;
	// A hundred thousand is one of two hundred and fifty parts of what is staked.
	let returned = STAKE_RETURNS.at(all / 4, all).mul_floor(all / 4);
	says(returned / 250, "so ", " for it and its nominators");
	// (3/100)² of the stake.
	says(100_000 * STN * 9 / 10_000, "it loses ", ", and");
}
