//! What work earns beside its pay: grants, bounties and a voice; and where income goes.

use pallet_network_treasury::{Call, Error, Fund, Milestone, Release, Route, Source};
use polkadot_sdk::{
	frame_support::traits::fungible::Inspect,
	sp_runtime::{DispatchError, Permill},
};
use sp_keyring::Sr25519Keyring as Key;
use substation_primitives::FULL_SCORE;
use substation_runtime::{
	constants::currency::STN, AccountId, Authorship, Balance, Balances, Contribution,
	NetworkTreasury, Runtime, RuntimeEvent, System, Treasury,
};

use crate::{
	chain::{account, by_governance, era, rich, slash_in_next_era, Chain, KeyPair},
	field::{claim, hotspots, pack_coverage, register_aggregator, settle, COVERAGE, STORAGE},
};

/// What a device in one of the cell's first chairs is paid for an epoch: the rate cap lets a quarter of ten tokens out, of
/// which the aggregator gets a tenth.
const PAYMENT: Balance = 10 * STN / 4 * 9 / 10;

/// What all five are paid: one of them sits in a chair that is paid a tenth of that.
const PAYMENTS: Balance = 4 * PAYMENT + PAYMENT / 10;

/// Their scores, in sum.
const SCORES: u64 = FULL_SCORE as u64 + FULL_SCORE as u64 / 40;

/// The only H3 cell in which the coverage network counts devices.
fn cell() -> u64 {
	let mut cells = pallet_devices::Cells::<Runtime>::iter_key_prefix(COVERAGE);
	let cell = cells.next().unwrap();
	assert_eq!(cells.next(), None);
	cell
}

fn free(who: &AccountId) -> Balance {
	Balances::free_balance(who)
}

/// Has five devices of `owner` in one cell, of which four are paid in full, after which `prepare` is done; they report for
/// epoch 2, a quarter of a full score each, and are claimed for by somebody else.
fn serve(chain: &mut Chain, owner: &KeyPair, prepare: impl FnOnce(&Chain)) {
	let carrier = rich(chain, "carrier");
	register_aggregator(chain, &carrier);
	let pairs = hotspots(chain, owner, &carrier, 5);
	prepare(chain);
	chain.reach(2, 2);
	let packed = pack_coverage(chain, &carrier, 2, &pairs);
	let (batch, judged) = settle(chain, &carrier, &packed);
	assert_eq!(judged[0].element.sum, SCORES);
	chain.reach(6, 3);
	let claimant = rich(chain, "claimant");
	claim(chain, &claimant, 2, batch, &judged).unwrap();
}

#[test]
fn a_bounty_on_a_cell_is_paid_to_the_owner_of_devices_that_served_there() {
	Chain::run(|chain| {
		let (owner, buyer) = (rich(chain, "owner"), rich(chain, "buyer"));
		let mut before = 0;
		serve(chain, &owner, |chain| {
			let post = |network, cell| Call::post_bounty {
				network,
				cell,
				price: 100 * STN,
				target: 2 * u64::from(FULL_SCORE),
				until: 2,
			};
			let refused = Err(Error::<Runtime>::NoCell.into());
			assert_eq!(chain.send(&buyer, post(STORAGE, cell())), refused);
			let finer =
				h3o::CellIndex::try_from(cell()).unwrap().center_child(h3o::Resolution::Nine);
			assert_eq!(chain.send(&buyer, post(COVERAGE, finer.unwrap().into())), refused);
			chain.send(&buyer, post(COVERAGE, cell())).unwrap();
			before = free(&account(&owner));
		});

		let bounty = NetworkTreasury::bounties(COVERAGE, cell()).remove(0);
		assert_eq!(bounty.delivered, SCORES);
		let paid = 50 * STN + 50 * STN / 40;
		assert_eq!(free(&account(&owner)) - before, PAYMENTS + paid);
		assert_eq!(bounty.left(), 100 * STN - paid);
		assert_eq!(Balances::reserved_balance(account(&buyer)), bounty.deposit);
		let least = <Balances as Inspect<AccountId>>::minimum_balance();
		assert_eq!(free(&NetworkTreasury::escrow()), bounty.left() + least);
		let end = Call::end_bounty { network: COVERAGE, cell: cell(), buyer: account(&buyer) };
		assert_eq!(chain.send(&owner, end), Err(Error::<Runtime>::StillOpen.into()));
	});
}

#[test]
fn a_grant_is_released_by_work_that_was_paid() {
	Chain::run(|chain| {
		let owner = rich(chain, "owner");
		let beneficiary = account(&owner);
		serve(chain, &owner, |chain| {
			let transfer = polkadot_sdk::pallet_balances::Call::transfer_keep_alive {
				dest: Treasury::account_id().into(),
				value: 1_000 * STN,
			};
			chain.send(&rich(chain, "donor"), transfer).unwrap();
			let work = |paid| Milestone {
				amount: 40 * STN,
				over: 0,
				release: Release::Work { network: COVERAGE, paid },
			};
			let milestones = vec![work(PAYMENTS), work(PAYMENTS + 1)].try_into().unwrap();
			let fund = Fund::Common;
			let beneficiary = beneficiary.clone();
			by_governance(chain, Call::award { fund, beneficiary, milestones });
		});

		let caller = rich(chain, "caller");
		let release = |milestone| Call::release_by_work { grant: 0, milestone };
		assert_eq!(chain.send(&caller, release(1)), Err(Error::<Runtime>::NotEnoughWork.into()));
		chain.send(&caller, release(0)).unwrap();
		let before = free(&beneficiary);
		chain.send(&caller, Call::draw { grant: 0 }).unwrap();
		assert_eq!(free(&beneficiary) - before, 40 * STN);
		assert_eq!(NetworkTreasury::fund(Fund::Common).2, 40 * STN);
	});
}

#[test]
fn what_an_owner_is_paid_counts_in_votes_up_to_the_cap() {
	Chain::run(|chain| {
		let owner = rich(chain, "owner");
		serve(chain, &owner, |chain| {
			chain.send(&owner, pallet_contribution::Call::enlist {}).unwrap();
		});
		let earned = Contribution::contribution(account(&owner)).unwrap();
		assert_eq!(earned, PAYMENTS);
		assert_eq!(Contribution::total_contribution(), earned);
		// All contribution is one account's, which votes with a twentieth of it.
		let (tokens, counts) = Contribution::voting_power(account(&owner));
		assert_eq!(counts, earned / 20);
		assert_eq!(tokens, free(&account(&owner)) + Balances::reserved_balance(account(&owner)));

		// A seat on the council takes more than that.
		let refused = pallet_contribution::Error::<Runtime>::CountsForTooLittle.into();
		assert_eq!(chain.send(&owner, pallet_contribution::Call::stand {}), Err(refused));
		let founders = [Key::Alice, Key::Bob, Key::Charlie].map(|key| key.to_account_id());
		assert_eq!(Contribution::foremost(), founders);
	});
}

#[test]
fn a_fifth_of_fees_is_the_authors_and_the_rest_is_divided_and_a_tip_is_the_authors() {
	Chain::run(|chain| {
		let payer = rich(chain, "payer");
		let common = Treasury::account_id();
		let author = Authorship::author().unwrap();
		let route = Route { burned: Permill::from_percent(25), networks: Permill::zero() };
		by_governance(chain, Call::set_route { source: Source::Fees, route });
		let before =
			[free(&account(&payer)), free(&common), free(&author), Balances::total_issuance()];
		let remark = polkadot_sdk::frame_system::Call::remark { remark: vec![1; 100] };
		chain.send_with_tip(&payer, 7 * STN, remark).unwrap();
		let after =
			[free(&account(&payer)), free(&common), free(&author), Balances::total_issuance()];

		let fee = before[0] - after[0] - 7 * STN;
		assert_eq!(after[2] - before[2], 7 * STN + fee / 5);
		let income = fee - fee / 5;
		assert_eq!(before[3] - after[3], income / 4);
		assert_eq!(after[1] - before[1], income - income / 4);
	});
}

#[test]
fn a_spend_that_governance_approves_is_paid_out_once() {
	use polkadot_sdk::pallet_treasury::{Call, Error};
	Chain::run(|chain| {
		let (friend, anybody) = (rich(chain, "friend"), rich(chain, "anybody"));
		let common = Treasury::account_id();
		let fund = polkadot_sdk::pallet_balances::Call::transfer_keep_alive {
			dest: common.clone().into(),
			value: 500 * STN,
		};
		chain.send(&anybody, fund).unwrap();
		let spend = || Call::spend {
			asset_kind: Box::new(()),
			amount: 300 * STN,
			beneficiary: Box::new(account(&friend)),
			valid_from: None,
		};
		assert_eq!(chain.send(&friend, spend()), Err(DispatchError::BadOrigin));
		by_governance(chain, spend());
		let before = [free(&account(&friend)), free(&common)];
		chain.send(&anybody, Call::payout { index: 0 }).unwrap();
		assert_eq!(free(&account(&friend)) - before[0], 300 * STN);
		// Its part of the fee for asking has come in.
		assert!((300 * STN - STN..=300 * STN).contains(&(before[1] - free(&common))));
		let again = chain.send(&anybody, Call::payout { index: 0 });
		assert_eq!(again, Err(Error::<Runtime>::AlreadyAttempted.into()));
	});
}

#[test]
fn of_what_is_slashed_half_is_burned_and_half_is_the_common_funds() {
	use polkadot_sdk::{frame_support::traits::StorePreimage, pallet_democracy::Call};
	Chain::run(|chain| {
		let proposer = rich(chain, "proposer");
		let remark = polkadot_sdk::frame_system::Call::remark { remark: vec![] };
		let proposal = substation_runtime::Preimage::bound(remark.into()).unwrap();
		chain.send(&proposer, Call::propose { proposal, value: 100 * STN }).unwrap();
		let common = Treasury::account_id();
		// Fees take another route.
		let route = Route { burned: Permill::one(), networks: Permill::zero() };
		by_governance(
			chain,
			pallet_network_treasury::Call::set_route { source: Source::Fees, route },
		);
		let held = Balances::total_balance(&account(&proposer));
		let before = [free(&common), Balances::total_issuance()];
		by_governance(chain, Call::cancel_proposal { prop_index: 0 });
		assert_eq!(held - Balances::total_balance(&account(&proposer)), 100 * STN);
		assert_eq!(free(&common) - before[0], 50 * STN);
		let burned = before[1] - Balances::total_issuance();
		assert!((50 * STN..51 * STN).contains(&burned), "{burned}, with a fee");
	});
}

#[test]
fn of_the_treasurys_share_of_issuance_a_tenth_is_for_networks() {
	Chain::run(|chain| {
		let accounts = [Treasury::account_id(), NetworkTreasury::pot()];
		loop {
			let before = [free(&accounts[0]), free(&accounts[1])];
			chain.next_block();
			let paid = System::events().into_iter().find_map(|record| match record.event {
				RuntimeEvent::Emission(pallet_emission::Event::FundsPaid { treasury, .. }) => {
					Some(treasury)
				}
				_ => None,
			});
			let Some(paid) = paid.filter(|paid| *paid > 0) else { continue };
			let share = [free(&accounts[0]) - before[0], free(&accounts[1]) - before[1]];
			assert_eq!(share, [paid - paid / 10, paid / 10]);
			return;
		}
	});
}

#[test]
fn a_slash_that_nobody_cancels_takes_stake_and_becomes_income() {
	use polkadot_sdk::pallet_staking::Ledger;
	Chain::run(|chain| {
		// What is issued takes another route.
		let route = Route { burned: Permill::one(), networks: Permill::zero() };
		by_governance(chain, Call::set_route { source: Source::Issuance, route });
		while era() < 1 {
			chain.next_block();
		}
		// Not who makes this very block.
		let [bob, charlie] = [Key::Bob, Key::Charlie].map(|key| key.to_account_id());
		let who = if Authorship::author().as_ref() == Some(&bob) { charlie } else { bob };
		let staked = || Ledger::<Runtime>::get(&who).unwrap().active;
		let before = staked();
		let due = slash_in_next_era(&who);
		assert_eq!(due, era() + 149, "before the stake is let go");
		assert_eq!(staked(), before);

		let (next, common) = (era() + 1, free(&Treasury::account_id()));
		while era() < next {
			chain.next_block();
		}
		chain.next_block();
		assert_eq!(before - staked(), before / 10);
		assert_eq!(free(&Treasury::account_id()) - common, before / 10 / 2);
	});
}

#[test]
fn a_contributor_takes_a_seat_on_the_council_and_moves_there() {
	use polkadot_sdk::{pallet_collective, pallet_parameters};
	use substation_runtime::{
		configs::parameters::{caps, RuntimeParameters},
		RuntimeCall,
	};
	Chain::run(|chain| {
		let owner = rich(chain, "owner");
		serve(chain, &owner, |chain| {
			chain.send(&owner, pallet_contribution::Call::enlist {}).unwrap();
			let least = caps::Parameters::Seat(caps::Seat, Some(STN));
			let key_value = RuntimeParameters::Caps(least);
			by_governance(chain, pallet_parameters::Call::set_parameter { key_value });
		});
		chain.send(&owner, pallet_contribution::Call::stand {}).unwrap();
		let motion = RuntimeCall::from(polkadot_sdk::pallet_safe_mode::Call::force_enter {});
		let length_bound = codec::Encode::encoded_size(&motion) as u32;
		let propose =
			|| pallet_collective::Call::<Runtime, pallet_collective::Instance1>::propose {
				threshold: 2,
				proposal: Box::new(motion.clone()),
				length_bound,
			};
		assert!(chain.send(&owner, propose()).is_err(), "it does not sit there yet");
		// A week has passed.
		pallet_contribution::NextSeating::<Runtime>::put(7);
		chain.reach(7, 2);
		let founders = [Key::Alice, Key::Bob, Key::Charlie].map(|key| key.to_account_id());
		let mut members: Vec<_> = founders.into_iter().chain([account(&owner)]).collect();
		members.sort();
		assert_eq!(
			pallet_collective::Members::<Runtime, pallet_collective::Instance1>::get(),
			members
		);
		chain.send(&owner, propose()).unwrap();
		let open = pallet_collective::Proposals::<Runtime, pallet_collective::Instance1>::get();
		assert_eq!(open.len(), 1);
	});
}
