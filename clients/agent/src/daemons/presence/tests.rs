//! A machine and its callers, without a chain.

use super::{
	desk::{Desk, Members, Refusal},
	gathering::Gathering,
	*,
};
use std::collections::BTreeMap;
use substation_primitives::DeviceId;
use substation_proofs::{
	author::{example_context, DevicePair},
	facts::{Cell, Chair},
	presence,
};
use substation_sdk::presence::{hexadecimal, signature, Caller, Knock, Reply};

/// Members of a network that are looked up in a table.
#[derive(Clone, Default)]
struct Table {
	facts: BTreeMap<DeviceId, DeviceFacts>,
	asked: Arc<Mutex<u32>>,
}

impl Members for Table {
	async fn facts(&self, _: &Open, device: DeviceId) -> Result<Option<DeviceFacts>> {
		*locked(&self.asked) += 1;
		Ok(self.facts.get(&device).cloned())
	}

	async fn callers(
		&self,
		open: &Open,
		device: DeviceId,
		facts: &DeviceFacts,
	) -> Result<Vec<DeviceId>> {
		let called = presence::called(&open.context, &open.policy, &self.facts, &device, facts);
		Ok(called.into_iter().map(|(device, _)| device).collect())
	}
}

const POLICY: Policy = Policy {
	callers: 4,
	quorum: 2,
	needed: 500_000,
	elder: 0,
	overhead: 0,
	pace: 0,
	presence: 1_000_000,
	full_burn: 0,
};

fn pair(number: u8) -> DevicePair {
	DevicePair::from_seed(&[number; 32])
}

/// So many members, by their numbers from 1.
fn table(count: u8) -> Table {
	let cell = Cell { id: 0, occupied: count.into(), chairs: count.into() };
	let facts = (1..=count).map(|number| {
		let facts = DeviceFacts {
			key: pair(number).public(),
			owner: [1; 32].into(),
			aggregator: [9; 32].into(),
			aggregator_since: 0,
			cut: 0,
			since: 0,
			place: None,
			chair: Some(Chair { index: u32::from(number) - 1, cell }),
			data_set: None,
		};
		(pair(number).device_id(), facts)
	});
	Table { facts: facts.collect(), ..Default::default() }
}

/// An epoch of sixty-four slots, after so many of them: its four parts have twelve slots each.
fn open(table: &Table, number: u8, slots: u32) -> Open {
	let slot = Duration::from_secs(1_000);
	Open {
		context: example_context(),
		policy: POLICY,
		facts: table.facts[&pair(number).device_id()].clone(),
		elapsed: Elapsed::new(slot * slots, slot),
		nominal_slots: 64,
	}
}

/// Member 1's desk, and a machine that it calls, with the part in which it does.
fn called() -> (Table, Desk<Table>, u8, u32) {
	let table = table(20);
	let own = pair(1).device_id();
	let epoch = open(&table, 1, 0);
	let named = |number: &u8| {
		let device = pair(*number).device_id();
		let facts = &table.facts[&device];
		let called = presence::called(&epoch.context, &POLICY, &table.facts, &device, facts);
		called.iter().any(|(one, _)| *one == own)
	};
	let machine = (2..=20).find(named).unwrap();
	let part = epoch.context.slot(&own, &pair(machine).device_id(), 4);
	(table.clone(), Desk::new(table, own, pair(1)), machine, part)
}

fn knock(number: u8, epoch: EpochIndex) -> Knock {
	let device = pair(number).device_id();
	let context = ReportContext { epoch, ..example_context() };
	let signed = pair(number).sign(&context.knock(&pair(1).device_id(), &device));
	Knock {
		network: context.network,
		epoch,
		device: hexadecimal(device),
		signature: hexadecimal(signed),
	}
}

fn reply(number: u8, nonce: &str) -> Reply {
	let (device, context) = (pair(number).device_id(), example_context());
	let nonce = substation_sdk::identity::bytes(nonce).unwrap().try_into().unwrap();
	let signed = pair(number).sign(&context.answer(&pair(1).device_id(), &device, &nonce));
	Reply {
		network: context.network,
		epoch: context.epoch,
		device: hexadecimal(device),
		signature: hexadecimal(signed),
	}
}

#[tokio::test]
async fn who_answers_has_a_word_that_stays_the_same() {
	let (table, desk, machine, part) = called();
	let epoch = example_context().epoch;
	assert!(matches!(desk.knock(knock(machine, epoch)).await, Err(Refusal::Busy(_))));
	desk.begin(Arc::new(open(&table, 1, part * 12 + 6)));
	let call = desk.knock(knock(machine, epoch)).await.unwrap();
	let heard = desk.answered(reply(machine, &call.nonce)).unwrap();
	let device = pair(machine).device_id();
	let message = example_context().heartbeat(&pair(1).device_id(), &device, heard.delay);
	assert!(pair(1).public().verify(&signature(&heard.signature).unwrap(), &message));
	// The number is used up; whoever lost the word asks again, and has the same.
	assert!(matches!(desk.answered(reply(machine, &call.nonce)), Err(Refusal::NotNow(_))));
	let again = desk.knock(knock(machine, epoch)).await.unwrap();
	assert_ne!(again.nonce, call.nonce);
	assert_eq!(desk.answered(reply(machine, &again.nonce)).unwrap(), heard);
	assert_eq!(*locked(&table.asked), 1, "it was looked up once");
}

#[tokio::test]
async fn what_a_stranger_sends_does_not_end_a_call() {
	let (table, desk, machine, part) = called();
	desk.begin(Arc::new(open(&table, 1, part * 12 + 6)));
	let call = desk.knock(knock(machine, example_context().epoch)).await.unwrap();
	let forged = Reply { signature: hexadecimal([7; 64]), ..reply(machine, &call.nonce) };
	for _ in 0..3 {
		assert!(matches!(desk.answered(forged.clone()), Err(Refusal::NotCalled(_))));
	}
	let other = Knock { signature: hexadecimal([7; 64]), ..knock(machine, 7) };
	assert!(matches!(desk.knock(other).await, Err(Refusal::NotCalled(_))));
	assert!(desk.answered(reply(machine, &call.nonce)).is_ok());
}

#[tokio::test]
async fn each_is_called_in_a_part_of_its_own_and_nobody_else_is() {
	let (table, desk, machine, part) = called();
	let epoch = example_context().epoch;
	let mut taken = Vec::new();
	for slots in 0..64 {
		desk.begin(Arc::new(open(&table, 1, slots)));
		match desk.knock(knock(machine, epoch)).await {
			Ok(_) => taken.push(slots),
			Err(refusal) => assert!(matches!(refusal, Refusal::NotNow(_)), "{slots}: {refusal:?}"),
		}
	}
	// Twelve slots, and two before and after, as far as there are any.
	let from = (part * 12).saturating_sub(2);
	assert_eq!(taken, (from..(part + 1) * 12 + 2).collect::<Vec<_>>());
	desk.begin(Arc::new(open(&table, 1, part * 12 + 6)));
	for other in [epoch - 1, epoch + 1] {
		assert!(matches!(desk.knock(knock(machine, other)).await, Err(Refusal::NotNow(_))));
	}
	let wrong = Knock { device: "0x12".into(), ..knock(machine, epoch) };
	assert!(matches!(desk.knock(wrong).await, Err(Refusal::Malformed(_))));
}

#[tokio::test]
async fn who_is_no_member_or_was_not_named_is_looked_up_once() {
	let (table, desk, ..) = called();
	let (own, context) = (pair(1).device_id(), example_context());
	let refused = |number: &u8| {
		let device = pair(*number).device_id();
		let called = table.facts.get(&device).is_some_and(|facts| {
			let all = presence::called(&context, &POLICY, &table.facts, &device, facts);
			all.iter().any(|(one, _)| *one == own)
		});
		!called
	};
	for number in [(2..=20).find(refused).unwrap(), 99] {
		let part = context.slot(&own, &pair(number).device_id(), 4);
		desk.begin(Arc::new(open(&table, 1, part * 12 + 6)));
		let before = *locked(&table.asked);
		for _ in 0..5 {
			let answer = desk.knock(knock(number, context.epoch)).await;
			assert!(matches!(answer, Err(Refusal::NotCalled(_))), "{answer:?}");
		}
		assert_eq!(*locked(&table.asked), before + 1);
	}
}

#[tokio::test]
async fn a_machine_and_a_caller_talk_over_http() {
	let (table, desk, machine, part) = called();
	let desk = Arc::new(desk);
	desk.begin(Arc::new(open(&table, 1, part * 12 + 6)));
	let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
	let url = format!("http://{}", listener.local_addr().unwrap());
	let routes = desk::router(desk.clone());
	tokio::spawn(serve(listener, routes, Bounds::default(), std::future::pending()));
	let caller = Caller::at(&url, true).await.unwrap();
	let (own, device) = (pair(1).device_id(), pair(machine).device_id());
	let context = example_context();
	let who = (&own, &table.facts[&own], 3);
	let answer = caller.call(&context, who, (&device, &pair(machine))).await.unwrap();
	assert_eq!(answer.place, 3);
	// Who signs with another key is not called, and who is at the address signs with no other key than the caller's.
	let forged = caller.call(&context, who, (&device, &pair(50))).await.unwrap_err();
	assert!(format!("{forged:#}").contains("403"), "{forged:#}");
	let stranger = (&own, &table.facts[&device], 3);
	let wrong = caller.call(&context, stranger, (&device, &pair(machine))).await.unwrap_err();
	assert!(format!("{wrong:#}").contains("has not signed"), "{wrong:#}");
}

#[test]
fn a_machine_waits_until_each_has_called_or_its_part_is_over() {
	let table = table(5);
	let epoch = open(&table, 1, 0);
	let own = pair(1).device_id();
	let facts = &table.facts[&own];
	let named = presence::called(&epoch.context, &POLICY, &table.facts, &own, facts);
	let slots: Vec<u32> =
		named.iter().map(|(caller, _)| epoch.context.slot(caller, &own, 4)).collect();
	let mut gathering = Gathering::of(&own, &epoch, named.clone(), Vec::new());
	assert_eq!(gathering.callers(), 4);
	let last = *slots.iter().max().unwrap();
	for part in 0..4 {
		assert_eq!(gathering.is_over(Some(part)), last < part, "{part} of {slots:?}");
		let due: Vec<_> = gathering.due(Some(part)).iter().map(|one| one.device).collect();
		let expected = named.iter().zip(&slots).filter(|(_, slot)| **slot == part);
		assert_eq!(due, expected.map(|((caller, _), _)| *caller).collect::<Vec<_>>());
		assert!(gathering.due(Some(part)).is_empty(), "they were tried a moment ago");
		// Until an attempt has ended, it may bring a word.
		if slots.contains(&part) {
			assert!(!gathering.is_over(None));
		}
		(0..4).for_each(|place| gathering.ended(epoch.epoch(), place));
	}
	assert!(gathering.is_over(None) && gathering.due(None).is_empty());

	// What is kept is not asked for again, and comes in the order of places.
	let word = |place| presence::Answer { place, delay: 1, signature: [7; 64] };
	let mut gathering = Gathering::of(&own, &epoch, named, vec![word(3), word(1)]);
	gathering.take(word(0));
	let places: Vec<_> = gathering.evidence().answers.iter().map(|answer| answer.place).collect();
	assert_eq!(places, [0, 1, 3]);
	let due: Vec<_> = (0..4).flat_map(|now| gathering.due(Some(now))).collect();
	assert_eq!(due.len(), 1);
	gathering.take(word(2));
	assert!(gathering.is_over(Some(0)));
}
