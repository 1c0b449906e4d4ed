//! What was driven through is paid, marked, and paid less for afterwards.

use std::collections::BTreeMap;

use polkadot_sdk::{frame_support::assert_ok, sp_keyring::Sr25519Keyring as Key};
use substation_primitives::{
	batch::{vector_tree, ChunkClaim, Element, Leaves},
	BatchId, EpochIndex,
};
use substation_proofs::{
	author::{pack, track, DevicePair, Packed, Position},
	facts::FactSource,
	geo::Point,
	mapping::{passed, Evidence, Policy as Kind},
	JudgedChunk, KindPolicy, Policy,
};
use substation_runtime::{
	constants::currency::STN, Attestation, Balances, Mapping, Networks, Runtime, RuntimeEvent,
	System,
};

use crate::{
	chain::{account, rich, Chain, KeyPair},
	field::{claim, device, place, publish, register, register_aggregator, settle, AsOf, MAPPING},
};

type Error = pallet_mapping::Error<Runtime>;

/// One who drives, at home where the first hotspot would stand.
struct Driver {
	owner: KeyPair,
	carrier: KeyPair,
	pair: DevicePair,
}

impl Driver {
	fn new(chain: &Chain) -> Self {
		let (owner, carrier) = (rich(chain, "owner"), rich(chain, "carrier"));
		register_aggregator(chain, &carrier);
		let pair = device(1);
		register(chain, &owner, &pair, MAPPING, &account(&carrier));
		let home = pallet_devices::Call::assert_place { device: pair.device_id(), place: place(1) };
		assert_ok!(chain.send(&owner, home));
		Self { owner, carrier, pair }
	}

	/// A batch with its report for an epoch: of the same way in each, to the north-east, at speeds that change.
	fn report(&self, chain: &Chain, epoch: EpochIndex) -> (Packed, Evidence) {
		let period =
			Attestation::opened(epoch - 2).unwrap()..Attestation::opened(epoch - 1).unwrap();
		let mut point = place(1).point();
		let drive: Vec<Position> = (0..)
			.map(|step: u64| {
				let here = Position { at: period.start + 1_000 + step * 5_000, point };
				// No two steps in a row are alike, however they are put together.
				let (north, east) = (2_000 + step * step * 37 % 2_900, step * step * 61 % 2_300);
				point = Point {
					latitude: point.latitude + north as i32,
					longitude: point.longitude + east as i32,
				};
				here
			})
			.take(10)
			.collect();
		let evidence = track(&drive, &period, 5).unwrap();
		let context = chain.context(MAPPING, epoch, &account(&self.carrier));
		let id = self.pair.device_id();
		let reports = BTreeMap::from([(id, self.pair.report(&context, &id, &evidence))]);
		let policy = Networks::terms_at(MAPPING, epoch).unwrap().policy;
		let mut packed = pack(&context, &policy, &reports).remove(0);
		publish(&mut packed);
		(packed, evidence)
	}
}

fn kind() -> Kind {
	let policy = Networks::terms_at(MAPPING, 0).unwrap().policy;
	let KindPolicy::Mapping(kind) = policy.kind else { panic!("{policy:?}") };
	kind
}

fn mark(
	epoch: EpochIndex,
	batch: BatchId,
	judged: &[JudgedChunk],
	packed: &Packed,
) -> pallet_mapping::Call<Runtime> {
	let elements: Vec<Element> = judged.iter().map(|chunk| chunk.element).collect();
	let shown = ChunkClaim {
		epoch,
		batch,
		chunk: 0,
		element: judged[0].element,
		path: vector_tree(&elements).path(0).unwrap().try_into().unwrap(),
		leaves: Leaves::try_from(judged[0].leaves.clone()).unwrap(),
	};
	pallet_mapping::Call::mark { shown, place: 0, report: packed.chunks[0][0].clone() }
}

/// What the last mark came to: tiles, and what was paid.
fn marked() -> (u32, u128) {
	let events = System::events().into_iter().rev();
	let mut marked = events.filter_map(|event| match event.event {
		RuntimeEvent::Mapping(pallet_mapping::Event::Marked { tiles, paid, .. }) => {
			Some((tiles, paid))
		}
		_ => None,
	});
	marked.next().unwrap()
}

#[test]
fn a_street_is_paid_once_and_then_less_until_it_is_stale() {
	Chain::run(|chain| {
		chain.next_block();
		let driver = Driver::new(chain);
		// Of the first epoch nobody knows when it was opened.
		chain.reach(3, 2);
		let (packed, evidence) = driver.report(chain, 3);
		let home = place(1).point();
		let tiles = passed(&kind(), home, &evidence).unwrap();
		let metres = tiles.values().sum::<u64>() / 1_000;
		let (batch, judged) = settle(chain, &driver.carrier, &packed);
		let whole = judged[0].leaves[0];
		assert_eq!(
			(whole.fault, u64::from(whole.score)),
			(None, metres * 2_000),
			"{metres} of 500"
		);

		// Anybody marks it, for whom the network's fund pays as far as it can.
		let bounty = <Runtime as pallet_mapping::Config>::MarkBounty::get();
		let somebody = rich(chain, "somebody");
		let call = mark(3, batch, &judged, &packed);
		let fund = Networks::fund(MAPPING);
		assert_ok!(chain.send(&Key::Alice.pair(), transfer(&fund, STN)));
		let before = Balances::free_balance(&fund);
		assert_ok!(chain.send(&somebody, call.clone()));
		let long = tiles.values().map(|length| length / 1_000).filter(|metres| *metres > 0);
		let (count, sum) = long.fold((0, 0), |(count, sum), metres| (count + 1, sum + metres));
		let paid = bounty * u128::from(sum) / 1_000;
		assert_eq!(marked(), (count, paid));
		assert_eq!(before - Balances::free_balance(&fund), paid);
		assert_eq!(chain.send(&somebody, call), Err(Error::NothingToMark.into()));
		let now = 4;

		// It counts from two epochs later on; until then it is paid as before.
		for epoch in [now + 1, now + 3] {
			chain.reach(epoch, 2);
			let (packed, _) = driver.report(chain, epoch);
			let (batch, judged) = settle(chain, &driver.carrier, &packed);
			let leaf = judged[0].leaves[0];
			let counts = epoch >= now + 2;
			assert_eq!(leaf.score >= whole.score / 2, !counts, "{leaf:?} for {epoch}");
			if counts {
				let shown = chain.send(&somebody, mark(epoch, batch, &judged, &packed));
				assert_eq!(shown, Err(Error::WorthNothing.into()), "{leaf:?}");
			}
		}
		let facts = AsOf { network: MAPPING, epoch: now + 2 };
		let parent = tiles.keys().next().unwrap().parent();
		let known = facts.tiles(&parent).unwrap();
		let slots: Vec<u8> = tiles
			.iter()
			.filter(|(tile, length)| tile.parent() == parent && **length >= 1_000)
			.map(|(tile, _)| tile.slot())
			.collect();
		assert!(!slots.is_empty());
		assert!(slots.iter().all(|slot| known.marked[usize::from(*slot)] == now));
		assert_eq!(
			AsOf { network: MAPPING, epoch: now + 1 }.tiles(&parent).unwrap().marked,
			[0; 64]
		);

		// Who drove first is paid for what it was worth then.
		chain.reach(9, 1);
		let before = Balances::free_balance(account(&driver.owner));
		assert_ok!(claim(chain, &Key::Bob.pair(), 3, batch, &judged));
		assert!(Balances::free_balance(account(&driver.owner)) > before);
	});
}

fn transfer(
	to: &substation_runtime::AccountId,
	value: u128,
) -> polkadot_sdk::pallet_balances::Call<Runtime> {
	polkadot_sdk::pallet_balances::Call::transfer_keep_alive { dest: to.clone().into(), value }
}

#[test]
fn who_wants_a_street_to_be_mapped_burns_more_than_one_is_paid_for_it() {
	Chain::run(|chain| {
		chain.next_block();
		let buyer = rich(chain, "buyer");
		let parent = substation_proofs::tiles::Tile::of(&place(1).point()).parent();
		let want =
			|tiles, epochs| pallet_mapping::Call::want { network: MAPPING, parent, tiles, epochs };
		let issued = Balances::total_issuance();
		assert_ok!(chain.send(&buyer, want(0b11, 3)));
		let terms = Networks::terms_at(MAPPING, 0).unwrap();
		// What a device is paid at the most for the 350 metres that count in a tile.
		let most = terms.rate_cap * 350 / u128::from(kind().full);
		let burned = issued - Balances::total_issuance();
		assert!(burned >= 2 * 3 * most, "{burned} of {most}");
		let tiles = |epoch| Mapping::tiles(MAPPING, parent, epoch).unwrap().wanted;
		assert_eq!([1, 2, 4, 5].map(tiles), [0, 0b11, 0b11, 0]);
		let elsewhere = pallet_mapping::Call::want { network: 0, parent, tiles: 1, epochs: 1 };
		assert_eq!(chain.send(&buyer, elsewhere), Err(Error::NotMapping.into()));
		for _ in 0..3 {
			assert_ok!(chain.send(&buyer, want(1, 1)));
		}
		assert_eq!(chain.send(&buyer, want(1, 1)), Err(Error::TooManyWishes.into()));
	});
}

#[test]
fn a_mapping_networks_periods_follow_each_other() {
	Chain::run(|chain| {
		chain.next_block();
		let before = Networks::terms_at(MAPPING, 0).unwrap();
		let kind = kind();
		// Nothing of when a report is about changes; what it is paid for does.
		let other = Kind { full: 700, ..kind };
		for (kind, cadence, sound) in [
			(other, 1, true),
			(other, 2, false),
			(Kind { span: 2, ..kind }, 2, false),
			(Kind { delay: 2, ..kind }, 1, false),
		] {
			let policy = Policy { kind: KindPolicy::Mapping(kind), ..before.policy.clone() };
			let terms = pallet_networks::Terms { policy, cadence, ..before.clone() };
			let call = pallet_networks::Call::set_terms { network: MAPPING, terms };
			let sudo = polkadot_sdk::pallet_sudo::Call::sudo { call: Box::new(call.into()) };
			assert_ok!(chain.send(&Key::Alice.pair(), sudo));
			let done = crate::chain::outcome_of_sudo().unwrap();
			assert_eq!(done.is_ok(), sound, "{kind:?}, {cadence}: {done:?}");
		}
	});
}
