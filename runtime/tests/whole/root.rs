//! What it takes to do anything: root is a referendum alone, so whoever wants it has to win one, whatever seats they hold.
//!
//! Seats bring no vote along: a council that is bought names what is voted on, and nothing passes against a majority. So the price
//! is that of votes. It is computed here as of half a year, on a chain that begins with a hundred million tokens, as in the example
//! of a launch, by the formulas that the chain itself uses.

use polkadot_sdk::{
	frame_support::traits::{EnsureOrigin, Get},
	pallet_democracy::{self, Approved, Conviction, Tally, VoteThreshold},
	sp_runtime::Permill,
};
use sp_keyring::Sr25519Keyring as Key;
use substation_primitives::EpochIndex;
use substation_runtime::{
	constants::{currency::STN, time::SESSION_SLOTS},
	genesis::LIVE_CURVE,
	AccountId, Balance, Runtime, RuntimeOrigin,
};

/// Tokens at genesis.
const GENESIS: Balance = 100_000_000 * STN;
const HALF_A_YEAR: EpochIndex = 365 * 12;

/// Of a budget, what devices earn, and what nobody votes with: the treasury's and the reserve's.
const DEVICES: Permill = Permill::from_percent(70);
const IDLE: Permill = Permill::from_percent(15);

/// What all devices are paid from one epoch to another, if all is claimed.
fn paid(from: EpochIndex, until: EpochIndex) -> Balance {
	DEVICES * (LIVE_CURVE.total_before(until) - LIVE_CURVE.total_before(from))
}

/// What of that is left by the end, as it fades.
fn left(until: EpochIndex) -> Balance {
	let half_life: EpochIndex = <Runtime as pallet_contribution::Config>::HalfLife::get();
	let left = pallet_contribution::fading::left_by_an_epoch(half_life);
	(0..until).fold(0, |sum, epoch| {
		let mut sum = pallet_contribution::Fading { amount: sum, at: 0 };
		sum.add(1, left, paid(epoch, epoch + 1));
		sum.amount
	})
}

/// Tokens and contribution that turnout is judged by.
fn electorate() -> Balance {
	let issued = LIVE_CURVE.total_before(HALF_A_YEAR);
	let tokens = GENESIS + issued - IDLE * issued;
	tokens + left(HALF_A_YEAR).min(tokens)
}

/// The fewest votes with which a proposal passes against so many, each with its conviction, or nothing if all there are do not.
fn votes_against(
	threshold: VoteThreshold,
	(nays, theirs): (Balance, Conviction),
	ours: Conviction,
) -> Balance {
	let times = |votes: Balance, conviction: Conviction| match conviction {
		Conviction::None => votes / 10,
		other => votes * Balance::from(u8::from(other)),
	};
	let passes = |votes: Balance| {
		let tally =
			Tally { ayes: times(votes, ours), nays: times(nays, theirs), turnout: votes + nays };
		// As the pallet reckons, in tokens so that its products hold.
		let whole = |planck: Balance| planck / STN;
		let tally = Tally {
			ayes: whole(tally.ayes),
			nays: whole(tally.nays),
			turnout: whole(tally.turnout),
		};
		threshold.approved(tally, whole(electorate()))
	};
	let (mut few, mut many) = (0, electorate());
	assert!(passes(many), "all there is passes");
	while many - few > STN {
		let middle = (few + many) / 2;
		if passes(middle) {
			many = middle;
		} else {
			few = middle;
		}
	}
	many
}

/// Where a tenth of the electorate votes against it with as much conviction, whoever wants root needs more tokens, beside as much
/// contribution, than a fifth of all devices are paid in half a year; by either lane.
#[test]
fn root_costs_half_a_years_pay_of_a_fifth_of_all_devices() {
	let price = paid(0, HALF_A_YEAR) / 5;
	assert_eq!(price / STN, 8_584_800);
	let tenth = electorate() / 10;
	for threshold in [VoteThreshold::SimpleMajority, VoteThreshold::SuperMajorityApprove] {
		for conviction in [Conviction::Locked1x, Conviction::Locked6x] {
			let votes = votes_against(threshold, (tenth, conviction), conviction);
			// Half of them at the least are tokens, and they are locked.
			assert!(votes / 2 >= price, "{threshold:?}: {votes} votes, {price}");
		}
	}
}

/// What the threat model says of voters who are lazy: with the strongest conviction, against votes of the weakest, it takes a
/// sixth.
#[test]
fn conviction_is_answered_by_conviction() {
	let tenth = electorate() / 10;
	let answered = votes_against(
		VoteThreshold::SimpleMajority,
		(tenth, Conviction::Locked6x),
		Conviction::Locked6x,
	);
	let lazy = votes_against(
		VoteThreshold::SimpleMajority,
		(tenth, Conviction::Locked1x),
		Conviction::Locked6x,
	);
	assert!(answered.abs_diff(6 * lazy) < 100 * STN, "{answered} {lazy}");
	// Whoever proposes for the public has to convince more than that, the fewer come.
	let public = votes_against(
		VoteThreshold::SuperMajorityApprove,
		(tenth, Conviction::Locked1x),
		Conviction::Locked1x,
	);
	let council = votes_against(
		VoteThreshold::SimpleMajority,
		(tenth, Conviction::Locked1x),
		Conviction::Locked1x,
	);
	assert!(public * 10 > 18 * council, "{public} {council}");
}

/// Nothing passes by staying away, and nothing is enacted in less than four days and one, but what a simple majority decides
/// and two thirds of the committee hasten.
#[test]
fn there_is_no_other_way_to_root() {
	type Democracy = <Runtime as pallet_democracy::Config>::ExternalDefaultOrigin;
	let origins = || {
		let who: AccountId = Key::Alice.to_account_id();
		[RuntimeOrigin::root(), RuntimeOrigin::signed(who)].into_iter().chain((1..=7).map(
			|members| {
				polkadot_sdk::pallet_collective::RawOrigin::<
					AccountId,
					polkadot_sdk::pallet_collective::Instance1,
				>::Members(members, 7)
				.into()
			},
		))
	};
	for origin in origins() {
		assert!(Democracy::try_origin(origin.clone()).is_err(), "carried by default: {origin:?}");
		type Instant = <Runtime as pallet_democracy::Config>::InstantOrigin;
		assert!(Instant::try_origin(origin).is_err());
	}
	let period: u32 = <Runtime as pallet_democracy::Config>::VotingPeriod::get();
	let enacted: u32 = <Runtime as pallet_democracy::Config>::EnactmentPeriod::get();
	assert_eq!((period, enacted), (4 * 24 * SESSION_SLOTS, 24 * SESSION_SLOTS));
}
