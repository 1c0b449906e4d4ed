//! Who may change what, and how.

use codec::Encode;
use polkadot_sdk::{
	frame_support::traits::{Get, InstanceFilter, StorePreimage},
	frame_system, pallet_balances, pallet_collective, pallet_democracy, pallet_parameters,
	pallet_proxy, pallet_safe_mode, pallet_staking, pallet_sudo, pallet_tx_pause, pallet_utility,
	sp_runtime::{
		traits::{BadOrigin, BlakeTwo256, Hash as _},
		DispatchError, Permill,
	},
};
use sp_keyring::Sr25519Keyring as Key;
use substation_primitives::epoch::Parameters;
use substation_runtime::{
	configs::ProxyType,
	constants::{
		currency::{MILLI, STN},
		time::{DAYS, HOURS},
	},
	AccountId, Attestation, Balances, Contribution, Emission, Hash, Preimage, Runtime, RuntimeCall,
	SafeMode, System, TransactionPayment,
};

use crate::{
	chain::{account, by_governance, outcome_of_sudo, rich, Chain, KeyPair},
	field::{claim, pack_storage, register_aggregator, settle, storage_report, storing},
};

/// The members of both bodies on a local chain.
const MEMBERS: [Key; 3] = [Key::Alice, Key::Bob, Key::Charlie];

/// The call that closes a motion.
fn closing<I: 'static>(
	proposal_hash: Hash,
	index: u32,
	length_bound: u32,
) -> pallet_collective::Call<Runtime, I>
where
	Runtime: pallet_collective::Config<I>,
{
	let block = substation_runtime::configs::RuntimeBlockWeights::get().max_block;
	pallet_collective::Call::close {
		proposal_hash,
		index,
		proposal_weight_bound: block / 4,
		length_bound,
	}
}

/// Sends the same call to a body through as many of its members as vote for it. What it came to.
macro_rules! motion {
	($chain:expr, $instance:ident, $pallet:ident, $ayes:expr, $call:expr) => {{
		type Motion = pallet_collective::Call<Runtime, pallet_collective::$instance>;
		let call: RuntimeCall = $call.into();
		let (hash, length) = (BlakeTwo256::hash_of(&call), call.encoded_size() as u32);
		let index =
			pallet_collective::ProposalCount::<Runtime, pallet_collective::$instance>::get();
		let propose =
			Motion::propose { threshold: 2, proposal: Box::new(call), length_bound: length };
		$chain.send(&MEMBERS[0].pair(), propose).unwrap();
		for member in MEMBERS.iter().take($ayes) {
			let vote = Motion::vote { proposal: hash, index, approve: true };
			$chain.send(&member.pair(), vote).unwrap();
		}
		let close = closing::<pallet_collective::$instance>(hash, index, length);
		$chain.send(&MEMBERS[0].pair(), close).unwrap();
		// Its maker has the deposit back.
		let release = Motion::release_proposal_cost { proposal_hash: hash };
		$chain.send(&MEMBERS[0].pair(), release).unwrap();
		System::events()
			.into_iter()
			.rev()
			.find_map(|record| match record.event {
				substation_runtime::RuntimeEvent::$pallet(pallet_collective::Event::Executed {
					proposal_hash,
					result,
				}) if proposal_hash == hash => Some(result),
				_ => None,
			})
			.expect("the motion was carried")
	}};
}

fn council(chain: &Chain, ayes: usize, call: impl Into<RuntimeCall>) -> Result<(), DispatchError> {
	motion!(chain, Instance1, Council, ayes, call)
}

fn committee(
	chain: &Chain,
	ayes: usize,
	call: impl Into<RuntimeCall>,
) -> Result<(), DispatchError> {
	motion!(chain, Instance2, TechnicalCommittee, ayes, call)
}

fn vote(chain: &Chain, voter: &KeyPair, index: u32, aye: bool, tokens: u128) {
	let vote = pallet_democracy::AccountVote::Standard {
		vote: pallet_democracy::Vote { aye, conviction: pallet_democracy::Conviction::Locked1x },
		balance: tokens * STN,
	};
	chain.send(voter, pallet_democracy::Call::vote { ref_index: index, vote }).unwrap();
}

fn blocks(chain: &mut Chain, count: u32) {
	for _ in 0..count {
		chain.next_block();
	}
}

/// Has a call decided by a referendum that the council proposes and the committee hastens.
fn by_referendum(chain: &mut Chain, voter: &KeyPair, call: RuntimeCall) {
	let proposal = Preimage::bound(call).unwrap();
	let proposal_hash = proposal.hash();
	let propose = pallet_democracy::Call::external_propose_majority { proposal };
	assert_eq!(council(chain, 3, propose), Ok(()));
	let index = pallet_democracy::ReferendumCount::<Runtime>::get();
	let hasten =
		pallet_democracy::Call::fast_track { proposal_hash, voting_period: 3 * HOURS, delay: 1 };
	assert_eq!(committee(chain, 2, hasten), Ok(()));
	vote(chain, voter, index, true, 5_000);
	blocks(chain, 3 * HOURS + 3);
}

/// A call that only root may make: other parameters of the protocol.
fn longer_windows() -> (Parameters, RuntimeCall) {
	let now = Attestation::now().unwrap().2.parameters;
	let parameters = Parameters { dispute_epochs: now.dispute_epochs + 1, ..now };
	(parameters, pallet_attestation::Call::set_parameters { parameters }.into())
}

fn latest() -> Parameters {
	Attestation::epoch_clock().unwrap().upcoming
}

#[test]
fn a_parameter_is_changed_by_a_referendum_that_the_council_proposed_and_the_committee_hastened() {
	Chain::run(|chain| {
		let voter = rich(chain, "voter");
		let (wanted, call) = longer_windows();
		let proposal = Preimage::bound(call.clone()).unwrap();
		let hash = proposal.hash();
		let propose = pallet_democracy::Call::external_propose_majority { proposal };
		assert_eq!(council(chain, 3, propose), Ok(()));
		let hasten = pallet_democracy::Call::fast_track {
			proposal_hash: hash,
			voting_period: 3 * HOURS,
			delay: 1,
		};
		assert_eq!(committee(chain, 2, hasten), Ok(()));

		vote(chain, &voter, 0, true, 5_000);
		let lock = Balances::locks(&account(&voter)).first().map(|lock| lock.amount);
		assert_eq!(lock, Some(5_000 * STN));
		assert_ne!(latest(), wanted, "nobody has decided yet");
		blocks(chain, 3 * HOURS + 3);

		assert_eq!(latest(), wanted);
	});
}

#[test]
fn a_referendum_that_most_vote_against_changes_nothing() {
	Chain::run(|chain| {
		let (few, many) = (rich(chain, "few"), rich(chain, "many"));
		let (unwanted, call) = longer_windows();
		let proposal = Preimage::bound(call).unwrap();
		let hash = proposal.hash();
		let propose = pallet_democracy::Call::external_propose_majority { proposal };
		assert_eq!(council(chain, 3, propose), Ok(()));
		let hasten = pallet_democracy::Call::fast_track {
			proposal_hash: hash,
			voting_period: 3 * HOURS,
			delay: 1,
		};
		assert_eq!(committee(chain, 2, hasten), Ok(()));
		vote(chain, &few, 0, true, 1_000);
		vote(chain, &many, 0, false, 1_001);
		blocks(chain, 3 * HOURS + 3);

		assert_ne!(latest(), unwanted);
	});
}

#[test]
fn each_body_does_what_it_is_for_and_nothing_else() {
	Chain::run(|chain| {
		let (_, call) = longer_windows();
		let proposal = Preimage::bound(call.clone()).unwrap();
		let bad_origin = Err(BadOrigin.into());
		// Neither makes a change of its own.
		assert_eq!(council(chain, 3, call.clone()), bad_origin);
		assert_eq!(committee(chain, 3, call.clone()), bad_origin);
		let alone = chain.send(&rich(chain, "somebody"), call);
		assert_eq!(alone, bad_origin);
		// The committee proposes nothing.
		let propose = || pallet_democracy::Call::external_propose { proposal: proposal.clone() };
		assert_eq!(committee(chain, 3, propose()), bad_origin);
		// Two of three are a majority, and no three quarters.
		let at_once =
			pallet_democracy::Call::external_propose_majority { proposal: proposal.clone() };
		assert_eq!(council(chain, 2, at_once), bad_origin);
		assert_eq!(council(chain, 2, propose()), Ok(()));
		// The council hastens nothing, and the committee no faster than the bound.
		let hasten = |voting_period| pallet_democracy::Call::fast_track {
			proposal_hash: proposal.hash(),
			voting_period,
			delay: 1,
		};
		assert_eq!(council(chain, 3, hasten(3 * HOURS)), bad_origin);
		assert!(committee(chain, 3, hasten(3 * HOURS - 1)).is_err());
		// Nor does it put a vote off.
		let filtered = Err(frame_system::Error::<Runtime>::CallFiltered.into());
		assert_eq!(committee(chain, 3, hasten(4 * DAYS + 1)), filtered);
		let put_off = pallet_democracy::Call::fast_track {
			proposal_hash: proposal.hash(),
			voting_period: 3 * HOURS,
			delay: DAYS + 1,
		};
		assert_eq!(committee(chain, 3, put_off), filtered);
		// The committee spends nothing.
		let spend = polkadot_sdk::pallet_treasury::Call::spend_local {
			amount: STN,
			beneficiary: Key::Bob.to_account_id().into(),
		};
		assert_eq!(committee(chain, 3, spend), bad_origin);
	});
}

#[test]
fn only_what_a_majority_decides_is_hastened() {
	Chain::run(|chain| {
		let (_, call) = longer_windows();
		let proposal = Preimage::bound(call).unwrap();
		let propose = pallet_democracy::Call::external_propose { proposal: proposal.clone() };
		assert_eq!(council(chain, 3, propose), Ok(()));
		let hasten = pallet_democracy::Call::fast_track {
			proposal_hash: proposal.hash(),
			voting_period: 3 * HOURS,
			delay: 1,
		};
		let hastened = committee(chain, 3, hasten);
		assert_eq!(hastened, Err(pallet_democracy::Error::<Runtime>::NotSimpleMajority.into()));
	});
}

/// What waits counts for more each time, so that new proposals with tokens that come back keep nobody's waiting.
#[test]
fn a_proposal_that_waits_is_not_kept_waiting() {
	type Democracy = pallet_democracy::Pallet<Runtime>;
	Chain::run(|chain| {
		let (poor, rich) = (rich(chain, "poor"), rich(chain, "rich"));
		let propose = |chain: &Chain, who: &KeyPair, number: u8, value: u128| {
			let call = frame_system::Call::remark { remark: vec![number] };
			let proposal = <Preimage as StorePreimage>::bound(RuntimeCall::from(call)).unwrap();
			chain.send(who, pallet_democracy::Call::propose { proposal, value }).unwrap();
		};
		propose(chain, &poor, 0, 100 * STN);
		let period: u32 = <Runtime as pallet_democracy::Config>::LaunchPeriod::get();
		for time in 1..=3 {
			propose(chain, &rich, time, 250 * STN);
			System::set_block_number(u32::from(time) * period - 1);
			chain.next_block();
			let started = pallet_democracy::ReferendumCount::<Runtime>::get();
			assert_eq!(started, u32::from(time), "one goes to a vote");
			let waiting = Contribution::public_queue();
			match time {
				1 | 2 => assert_eq!(waiting, [(0, 100 * STN, 100 * STN * u128::from(time))]),
				// A hundred counts three times by then.
				_ => assert_eq!(waiting, [(3, 250 * STN, 250 * STN)]),
			}
			chain.next_block();
		}
		assert!(Democracy::backing_for(0).is_none() && Democracy::backing_for(3).is_some());
	});
}

/// A council of a few who agree would need next to nobody else then.
#[test]
fn nobody_proposes_what_passes_against_a_majority() {
	Chain::run(|chain| {
		let (_, call) = longer_windows();
		let proposal = Preimage::bound(call).unwrap();
		let propose = pallet_democracy::Call::external_propose_default { proposal };
		for votes in [2, 3] {
			assert_eq!(council(chain, votes, propose.clone()), Err(BadOrigin.into()));
			assert_eq!(committee(chain, votes, propose.clone()), Err(BadOrigin.into()));
		}
		assert!(pallet_democracy::NextExternal::<Runtime>::get().is_none());
	});
}

#[test]
fn a_motion_is_made_anew_once_its_deposit_was_taken_back() {
	type Motion = pallet_collective::Call<Runtime, pallet_collective::Instance1>;
	Chain::run(|chain| {
		let maker = MEMBERS[0].pair();
		let held = || Balances::reserved_balance(account(&maker));
		let before = held();
		let motion = RuntimeCall::from(pallet_safe_mode::Call::force_exit {});
		let proposal_hash = BlakeTwo256::hash_of(&motion);
		let length_bound = motion.encoded_size() as u32;
		let propose =
			|| Motion::propose { threshold: 2, proposal: Box::new(motion.clone()), length_bound };
		chain.send(&maker, propose()).unwrap();
		assert_eq!(held(), before + STN);
		let again =
			pallet_collective::Error::<Runtime, pallet_collective::Instance1>::DuplicateProposal;
		assert_eq!(chain.send(&maker, propose()), Err(again.into()), "while it is open");
		for member in &MEMBERS[..2] {
			let vote = Motion::vote { proposal: proposal_hash, index: 0, approve: false };
			chain.send(&member.pair(), vote).unwrap();
		}
		let close = closing::<pallet_collective::Instance1>(proposal_hash, 0, length_bound);
		chain.send(&maker, close).unwrap();
		let filtered = frame_system::Error::<Runtime>::CallFiltered.into();
		assert_eq!(chain.send(&maker, propose()), Err(filtered));
		let release = Motion::release_proposal_cost { proposal_hash };
		chain.send(&rich(chain, "anybody"), release).unwrap();
		assert_eq!(held(), before);
		assert_eq!(chain.send(&maker, propose()), Ok(()));
	});
}

#[test]
fn a_prime_speaks_for_nobody_else() {
	type Motion = pallet_collective::Call<Runtime, pallet_collective::Instance2>;
	type Event = pallet_collective::Event<Runtime, pallet_collective::Instance2>;
	Chain::run(|chain| {
		let new_members: Vec<_> = MEMBERS.iter().map(|one| account(&one.pair())).collect();
		let prime = new_members.first().cloned();
		by_governance(chain, Motion::set_members { new_members, prime, old_count: 3 });
		let prime = MEMBERS[0].pair();
		let motion = RuntimeCall::from(pallet_democracy::Call::emergency_cancel { ref_index: 0 });
		let (proposal_hash, length_bound) =
			(BlakeTwo256::hash_of(&motion), motion.encoded_size() as u32);
		let propose = Motion::propose { threshold: 2, proposal: Box::new(motion), length_bound };
		chain.send(&prime, propose).unwrap();
		let vote = Motion::vote { proposal: proposal_hash, index: 0, approve: true };
		chain.send(&prime, vote).unwrap();
		// The motion's time is over, of these blocks there were none.
		System::set_block_number(System::block_number() + 3 * DAYS);
		let close = closing::<pallet_collective::Instance2>(proposal_hash, 0, length_bound);
		chain.send(&rich(chain, "anybody"), close).unwrap();
		let happened = |event: Event| {
			System::events().iter().any(|record| record.event == event.clone().into())
		};
		assert!(happened(Event::Closed { proposal_hash, yes: 1, no: 2 }));
		assert!(happened(Event::Disapproved { proposal_hash }));
	});
}

#[test]
fn referenda_keep_no_rows_for_who_has_nothing_to_do_with_them() {
	use polkadot_sdk::{
		frame_support::traits::Currency,
		pallet_democracy::{AccountVote, Conviction, Vote, VotingOf},
	};
	Chain::run(|chain| {
		let (voter, other) = (rich(chain, "voter"), rich(chain, "other"));
		let nobody = AccountId::from([7; 32]);
		let delegates = |to: AccountId, balance| pallet_democracy::Call::delegate {
			to: to.into(),
			conviction: Conviction::Locked1x,
			balance,
		};
		let delegate = |to| delegates(to, STN);
		let unlock = |target: AccountId| pallet_democracy::Call::unlock { target: target.into() };
		let filtered = frame_system::Error::<Runtime>::CallFiltered.into();
		assert_eq!(chain.send(&voter, unlock(nobody.clone())), Err(filtered));
		assert_eq!(chain.send(&voter, unlock(account(&other))), Err(filtered));
		assert_eq!(chain.send(&voter, delegate(nobody.clone())), Err(filtered));
		let batched = pallet_utility::Call::batch { calls: vec![unlock(nobody.clone()).into()] };
		assert_eq!(chain.send(&voter, batched), Ok(()), "what fails in it is told by an event");
		// What is voted with has to be something.
		let vote = Vote { aye: true, conviction: Conviction::None };
		let least = <Balances as Currency<AccountId>>::minimum_balance();
		for vote in [
			AccountVote::Standard { vote, balance: 0 },
			AccountVote::Standard { vote, balance: least - 1 },
			AccountVote::Split { aye: 0, nay: 0 },
			AccountVote::Split { aye: least - 2, nay: 1 },
		] {
			let call = pallet_democracy::Call::vote { ref_index: 0, vote };
			assert_eq!(chain.send(&voter, call), Err(filtered));
		}
		assert_eq!(chain.send(&voter, delegates(account(&other), least - 1)), Err(filtered));
		let vote = AccountVote::Split { aye: 0, nay: least };
		let none = pallet_democracy::Error::<Runtime>::ReferendumInvalid.into();
		let call = pallet_democracy::Call::vote { ref_index: 0, vote };
		assert_eq!(chain.send(&voter, call), Err(none), "it is taken for a vote");
		assert_eq!(VotingOf::<Runtime>::iter().count(), 0);
		assert_eq!(chain.send(&voter, delegate(account(&other))), Ok(()));
		assert_eq!(chain.send(&other, unlock(account(&voter))), Ok(()));
	});
}

#[test]
fn the_committee_ends_a_referendum() {
	Chain::run(|chain| {
		let (_, call) = longer_windows();
		let proposal = Preimage::bound(call).unwrap();
		let propose =
			pallet_democracy::Call::external_propose_majority { proposal: proposal.clone() };
		assert_eq!(council(chain, 3, propose), Ok(()));
		let hasten = pallet_democracy::Call::fast_track {
			proposal_hash: proposal.hash(),
			voting_period: 3 * HOURS,
			delay: 1,
		};
		assert_eq!(committee(chain, 2, hasten), Ok(()));
		let end = || pallet_democracy::Call::emergency_cancel { ref_index: 0 };
		assert_eq!(council(chain, 3, end()), Err(BadOrigin.into()));
		assert_eq!(committee(chain, 2, end()), Ok(()));
		assert_eq!(pallet_democracy::ReferendumCount::<Runtime>::get(), 1);
		assert!(pallet_democracy::ReferendumInfoOf::<Runtime>::get(0).is_none());
	});
}

#[test]
fn in_safe_mode_judging_and_governing_go_on_and_what_moves_money_does_not() {
	Chain::run(|chain| {
		let somebody = rich(chain, "somebody");
		let transfer = || pallet_balances::Call::transfer_keep_alive {
			dest: Key::Bob.to_account_id().into(),
			value: STN,
		};
		let (owner, carrier) = (rich(chain, "owner"), rich(chain, "carrier"));
		register_aggregator(chain, &carrier);
		let (pair, data) = storing(chain, &owner, &carrier);
		chain.reach(2, 2);
		let stop = || pallet_safe_mode::Call::force_enter {};
		assert_eq!(committee(chain, 3, stop()), Err(BadOrigin.into()));
		assert_eq!(council(chain, 2, stop()), Ok(()));
		assert!(SafeMode::is_entered());
		let longer = || pallet_safe_mode::Call::force_extend {};
		assert_eq!(council(chain, 3, longer()), Err(BadOrigin.into()));
		assert_eq!(
			chain.send(&somebody, transfer()),
			Err(frame_system::Error::<Runtime>::CallFiltered.into())
		);
		let wrapped = pallet_utility::Call::batch_all { calls: vec![transfer().into()] };
		assert_eq!(
			chain.send(&somebody, wrapped),
			Err(frame_system::Error::<Runtime>::CallFiltered.into())
		);
		// Evidence is taken and judged.
		let report = storage_report(chain, &pair, 2, &data);
		let packed = pack_storage(chain, &carrier, 2, &[(pair.device_id(), report)].into());
		let (batch, judged) = settle(chain, &carrier, &packed);
		let state = Attestation::batch(2, batch).unwrap().state;
		assert!(matches!(state, pallet_attestation::BatchState::Settled { .. }));
		// Nobody is paid meanwhile.
		chain.reach(6, 3);
		let pay = |chain: &Chain| claim(chain, &somebody, 2, batch, &judged);
		assert_eq!(pay(chain), Err(frame_system::Error::<Runtime>::CallFiltered.into()));
		// Nor does what may be claimed lapse: of the epochs since, each stood still.
		let schedule = pallet_attestation::Schedules::<Runtime>::get(2).unwrap();
		assert_eq!(Attestation::claims_end(&schedule), schedule.expiry + 4);

		assert_eq!(council(chain, 2, pallet_safe_mode::Call::force_exit {}), Ok(()));
		assert_eq!(chain.send(&somebody, transfer()), Ok(()));
		assert_eq!(pay(chain), Ok(()));

		// Votes are cast and counted in another stop: one makes it longer.
		assert_eq!(council(chain, 2, stop()), Ok(()));
		let until = || pallet_safe_mode::EnteredUntil::<Runtime>::get().unwrap();
		let before = until();
		by_referendum(chain, &owner, longer().into());
		assert_eq!(until(), before + DAYS);
	});
}

#[test]
fn a_referendum_pauses_a_call_and_the_council_resumes_it() {
	Chain::run(|chain| {
		let somebody = rich(chain, "somebody");
		let transfer = || pallet_balances::Call::transfer_keep_alive {
			dest: Key::Bob.to_account_id().into(),
			value: STN,
		};
		let name = |pallet: &[u8], call: &[u8]| {
			(pallet.to_vec().try_into().unwrap(), call.to_vec().try_into().unwrap())
		};
		let pause = |full_name| pallet_tx_pause::Call::pause { full_name };
		let transfers = || name(b"Balances", b"transfer_keep_alive");
		assert_eq!(council(chain, 3, pause(transfers())), Err(BadOrigin.into()));
		by_governance(chain, pause(transfers()));
		let filtered = Err(frame_system::Error::<Runtime>::CallFiltered.into());
		assert_eq!(chain.send(&somebody, transfer()), filtered);
		// Not by a detour either.
		let wrapped = pallet_utility::Call::batch_all { calls: vec![transfer().into()] };
		assert_eq!(chain.send(&somebody, wrapped), filtered);
		let other = pallet_balances::Call::transfer_allow_death {
			dest: Key::Bob.to_account_id().into(),
			value: STN,
		};
		assert_eq!(chain.send(&somebody, other), Ok(()));

		// What judging and governing take cannot be paused at all.
		for (pallet, call) in [
			(&b"Democracy"[..], &b"vote"[..]),
			(b"Contribution", b"stand"),
			(b"Attestation", b"seal"),
			(b"Session", b"set_keys"),
			(b"Proxy", b"proxy"),
		] {
			let call = pause(name(pallet, call));
			let call = pallet_sudo::Call::sudo { call: Box::new(call.into()) };
			chain.send(&Key::Alice.pair(), call).unwrap();
			let refused = pallet_tx_pause::Error::<Runtime>::Unpausable.into();
			assert_eq!(outcome_of_sudo(), Some(Err(refused)));
			System::reset_events();
		}

		let resume = pallet_tx_pause::Call::unpause { ident: transfers() };
		assert_eq!(council(chain, 2, resume), Ok(()));
		assert_eq!(chain.send(&somebody, transfer()), Ok(()));
	});
}

#[test]
fn a_proxy_does_what_it_is_for() {
	Chain::run(|chain| {
		let (owner, proxy) = (rich(chain, "owner"), rich(chain, "proxy"));
		let bob = || Key::Bob.to_account_id();
		let calls: [(RuntimeCall, [bool; 4]); 10] = [
			(
				pallet_balances::Call::transfer_all { dest: bob().into(), keep_alive: false }
					.into(),
				[false, false, false, false],
			),
			(
				pallet_network_treasury::Call::post_bounty {
					network: 0,
					cell: 0,
					price: 1,
					target: 1,
					until: 1,
				}
				.into(),
				[false, false, false, false],
			),
			(
				pallet_staking::Call::set_payee {
					payee: pallet_staking::RewardDestination::Account(bob()),
				}
				.into(),
				[false, false, true, false],
			),
			(pallet_staking::Call::chill {}.into(), [true, false, true, false]),
			(
				pallet_devices::Call::offer { device: Default::default(), to: Some(bob()) }.into(),
				[false, false, false, true],
			),
			(
				pallet_devices::Call::set_seat {
					device: Default::default(),
					network: 0,
					aggregator: bob(),
					cut: Permill::from_percent(100),
				}
				.into(),
				[false, false, false, true],
			),
			(
				pallet_devices::Call::retire { device: Default::default() }.into(),
				[true, false, false, true],
			),
			(
				pallet_proxy::Call::proxy {
					real: bob().into(),
					force_proxy_type: None,
					call: Box::new(frame_system::Call::remark { remark: vec![] }.into()),
				}
				.into(),
				[false, false, false, false],
			),
			(pallet_democracy::Call::undelegate {}.into(), [true, true, false, false]),
			(pallet_contribution::Call::enlist {}.into(), [true, true, false, false]),
		];
		let types =
			[ProxyType::NonTransfer, ProxyType::Governance, ProxyType::Staking, ProxyType::Devices];
		for (call, may) in &calls {
			assert!(ProxyType::Any.filter(call));
			assert_eq!(types.map(|kind| kind.filter(call)), *may, "{call:?}");
		}
		// Whatever is said to include another does.
		for (one, kind) in types.iter().enumerate() {
			for (other, included) in types.iter().enumerate() {
				if kind.is_superset(included) {
					assert!(calls.iter().all(|(_, may)| may[one] || !may[other]), "{kind:?}");
				}
			}
		}

		let delegate: AccountId = account(&proxy);
		let call = pallet_proxy::Call::add_proxy {
			delegate: delegate.into(),
			proxy_type: ProxyType::NonTransfer,
			delay: 0,
		};
		chain.send(&owner, call).unwrap();
		let through = |call: RuntimeCall| pallet_proxy::Call::proxy {
			real: account(&owner).into(),
			force_proxy_type: None,
			call: Box::new(call),
		};
		chain.send(&proxy, through(pallet_contribution::Call::enlist {}.into())).unwrap();
		assert_eq!(pallet_contribution::Pallet::<Runtime>::contribution(account(&owner)), Some(0));
		// Not inside a batch either.
		let [(transfer, _), ..] = calls;
		let batch = pallet_utility::Call::batch_all { calls: vec![transfer] };
		chain.send(&proxy, through(batch.into())).unwrap();
		let refused = frame_system::Error::<Runtime>::CallFiltered.into();
		System::assert_has_event(
			pallet_proxy::Event::ProxyExecuted { result: Err(refused) }.into(),
		);
	});
}

#[test]
fn a_price_is_changed_by_a_referendum_and_by_nobody_else() {
	use substation_runtime::configs::parameters::{deposits, fees, Deposit, RuntimeParameters};
	Chain::run(|chain| {
		let set = |parameter| pallet_parameters::Call::set_parameter { key_value: parameter };
		let place = || RuntimeParameters::Fees(fees::Parameters::Place(fees::Place, Some(7 * STN)));
		let bad_origin = Err(BadOrigin.into());
		assert_eq!(chain.send(&rich(chain, "somebody"), set(place())), bad_origin);
		assert_eq!(council(chain, 3, set(place())), bad_origin);
		assert_eq!(committee(chain, 3, set(place())), bad_origin);
		assert_ne!(<fees::Place as Get<u128>>::get(), 7 * STN);
		let decider = rich(chain, "decider");
		by_referendum(chain, &decider, set(place()).into());
		assert_eq!(<fees::Place as Get<u128>>::get(), 7 * STN);
		assert_eq!(<Runtime as pallet_devices::Config>::PlaceFee::get(), 7 * STN);

		// Deposits follow rows and bytes.
		let before = <Deposit<2, 10> as Get<u128>>::get();
		let row = deposits::Parameters::Row(deposits::Row, Some(STN));
		by_governance(chain, set(RuntimeParameters::Deposits(row)));
		assert!(<Deposit<2, 10> as Get<u128>>::get() > before + STN);

		// What would keep everybody out is not obeyed.
		let byte = fees::Parameters::TransactionByte(fees::TransactionByte, Some(u128::MAX));
		by_governance(chain, set(RuntimeParameters::Fees(byte)));
		assert_eq!(TransactionPayment::length_to_fee(10), 10 * MILLI);
		chain
			.send(&rich(chain, "somebody"), frame_system::Call::remark { remark: vec![1; 1_000] })
			.unwrap();
	});
}

#[test]
fn a_multisig_acts_once_enough_of_its_members_agree() {
	use polkadot_sdk::pallet_multisig::{Call, Pallet as Multisig};
	Chain::run(|chain| {
		let mut members = ["one", "two", "three"].map(|name| rich(chain, name));
		members.sort_by_key(account);
		let shared = Multisig::<Runtime>::multi_account_id(&members.each_ref().map(account), 2);
		let fund = pallet_balances::Call::transfer_keep_alive {
			dest: shared.clone().into(),
			value: 100 * STN,
		};
		chain.send(&members[0], fund).unwrap();
		let transfer = RuntimeCall::from(pallet_balances::Call::transfer_keep_alive {
			dest: Key::Bob.to_account_id().into(),
			value: 40 * STN,
		});
		let agree = |others: [usize; 2], maybe_timepoint| Call::as_multi {
			threshold: 2,
			other_signatories: others.map(|other| account(&members[other])).to_vec(),
			maybe_timepoint,
			call: Box::new(transfer.clone()),
			max_weight: substation_runtime::configs::RuntimeBlockWeights::get().max_block / 10,
		};
		let deposit = || Balances::reserved_balance(account(&members[0]));
		let open = Multisig::<Runtime>::timepoint();
		chain.send(&members[0], agree([1, 2], None)).unwrap();
		assert_eq!(Balances::free_balance(&shared), 100 * STN, "one is not enough");
		assert!(deposit() > 0);
		chain.send(&members[1], agree([0, 2], Some(open))).unwrap();
		assert_eq!(Balances::free_balance(&shared), 60 * STN);
		assert_eq!(deposit(), 0, "the deposit came back");
	});
}

#[test]
fn how_budgets_are_divided_is_changed_by_root_alone_and_two_epochs_later() {
	Chain::run(|chain| {
		let now = Attestation::now().unwrap().0;
		let was = Emission::division(now);
		let division = pallet_emission::Division {
			devices: Permill::from_percent(60),
			reserve: was.reserve + Permill::from_percent(10),
			..was
		};
		let set = || pallet_emission::Call::set_division { division };
		assert_eq!(council(chain, 3, set()), Err(BadOrigin.into()));
		by_governance(chain, set());
		assert_eq!(Emission::division(now + 1), was);
		assert_eq!(Emission::division(now + 2), division);
	});
}
