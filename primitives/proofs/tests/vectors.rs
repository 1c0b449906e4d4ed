//! Test vectors of everything that is signed or hashed, for those who write firmware and clients in
//! other languages. They are committed; `UPDATE_VECTORS=1 cargo test --workspace --test vectors`
//! writes them anew.

use std::{collections::BTreeMap, path::PathBuf};

use codec::Encode;
use serde_json::{json, Value};
use sp_core::{ed25519, sr25519, Pair};
use substation_primitives::{
	batch::{self, Body, Element, Leaf, Terms},
	keys::{HardwareKey, ReportKey},
	merkle,
	report::{report_hash, Fault},
	signing::{self, Witnessed},
	AccountId32, H256,
};
use substation_proofs::{
	author::{example_context, exchange, pack, Reception, Transmission},
	judge_chunks, lot,
	rules::{Rules, KEPT, RULES},
	sensing,
	storage::{self, Committed},
	Policy,
};

mod batches;

use batches::*;

fn hex(bytes: impl AsRef<[u8]>) -> String {
	format!("0x{}", hex::encode(bytes))
}

fn encoded(value: &impl Encode) -> String {
	hex(value.encode())
}

fn keys() -> Value {
	let ed = ed25519::Pair::from_seed(&[1; 32]);
	let sr = sr25519::Pair::from_seed(&[1; 32]);
	let key = |key: ReportKey| {
		let hardware = HardwareKey::from(key);
		json!({ "encoded": encoded(&key), "device_id": hex(hardware.device_id()) })
	};
	json!({
		"seed": hex([1; 32]),
		"ed25519": key(ReportKey::Ed25519(ed.public())),
		"sr25519": key(ReportKey::Sr25519(sr.public())),
		"p256": {
			"encoded": encoded(&HardwareKey::P256([2; 33])),
			"device_id": hex(HardwareKey::P256([2; 33]).device_id()),
		},
	})
}

fn context() -> Value {
	let context = example_context();
	json!({
		"genesis": hex(context.genesis),
		"network": context.network,
		"epoch": context.epoch,
		"aggregator": encoded(&context.aggregator),
		"entropy": hex(context.entropy),
	})
}

fn messages() -> Value {
	let context = example_context();
	let (beaconer, witness) = (pair(1).device_id(), pair(2).device_id());
	let challenge = context.challenge(&beaconer);
	let owner = AccountId32::new([5; 32]);
	let receipt = context.receipt(&beaconer, &witness, &challenge, 868_100_000, -1_043);
	let word =
		Witnessed { rank: 1, witnesses: 3, receipts: H256::repeat_byte(7), answered: -1_061 };
	let witnessed = context.witnessed(&beaconer, &witness, &challenge, 868_100_000, &word);
	let registration = signing::registration(&context.genesis, &owner, 1, 1_000);
	let voucher = signing::voucher(&context.genesis, 1, &beaconer);
	let publisher = signing::publisher(&context.genesis, &AccountId32::new([2; 32]));
	let rotation = signing::rotation(&context.genesis, &beaconer, &pair(3).public(), 0);
	let report = H256::repeat_byte(8);
	let acknowledgement = signing::acknowledgement(&context.genesis, 1, 7, &beaconer, &report);
	let note =
		signing::note(&context.genesis, (1, 0x0881_f9ed_923f_ffff, 7), &beaconer, 3, b"word");
	let signed = |number: u8, message: &[u8]| json!({ "message": hex(message), "seed": hex([number; 32]), "signature": hex(pair(number).sign(message)) });
	json!({
		"beaconer": hex(beaconer),
		"witness": hex(witness),
		"challenge": hex(challenge),
		"receipt": signed(2, &receipt),
		"witnessed": signed(1, &witnessed),
		"registration": signed(1, &registration),
		"voucher": signed(9, &voucher),
		"rotation": signed(1, &rotation),
		"publisher": signed(4, &publisher),
		"acknowledgement": signed(4, &acknowledgement),
		"note": signed(1, &note),
		"agreement": signed(1, &signing::agreement(&context.genesis, &beaconer, &owner, &[3; 32])),
		"seals": sensing::seals(&context, &beaconer, &[9; 16], &samples(1)).iter().map(hex).collect::<Vec<_>>(),
		"statement": signed(2, &context.statement(&witness, &[7, sensing::NONE, -3])),
		"testimony": signed(
			2,
			&context.testimony(&witness, &beaconer, &H256::repeat_byte(7), 0b101, 0b11),
		),
		"sighting": signed(
			2,
			&context.sighting(&witness, &beaconer, 1_721_800_900, -1_043, 868_100_000),
		),
		"knock": signed(1, &context.knock(&witness, &beaconer)),
		"answer": signed(1, &context.answer(&witness, &beaconer, &[7; 8])),
		"heartbeat": signed(2, &context.heartbeat(&witness, &beaconer, 41_000)),
		"slots": (4..12).map(|parts| context.slot(&witness, &beaconer, parts)).collect::<Vec<_>>(),
		"pieces": (0..4).map(|draw| context.piece(&beaconer, draw, 1_000)).collect::<Vec<_>>(),
		"called": json!({
			"of 23 chairs": lot::draw(lot::CALL, &context, &beaconer, 23, 16),
			"of 1000 chairs": lot::draw(lot::CALL, &context, &beaconer, 1_000, 16),
			"of 3 chairs": lot::draw(lot::CALL, &context, &beaconer, 3, 16),
		}),
	})
}

fn storage_report() -> Value {
	let context = example_context();
	let device = pair(1).device_id();
	let data: Vec<u8> = (0..=255u8).cycle().take(1_000).collect();
	let committed = Committed::new(&data).unwrap();
	let policy = storage::Policy { shown: 1, cap: 1_024 };
	let evidence = committed.prove(&context, &policy, &device, &data).unwrap();
	let report = pair(1).report(&context, &device, &evidence);
	json!({
		"data": "the bytes 0 to 255, over and over, 1,000 of them",
		"pieces": committed.data_set().pieces,
		"root": hex(committed.data_set().root),
		"evidence": encoded(&evidence),
		"signed": hex(context.report(&device, &evidence.encode())),
		"report": hex(&report),
		"report_hash": hex(report_hash(&report)),
	})
}

fn coverage_reports() -> Value {
	let context = example_context();
	let pairs: BTreeMap<_, _> =
		(1..=3).map(|number| (pair(number).device_id(), pair(number))).collect();
	let transmission = Transmission {
		beaconer: pair(1).device_id(),
		frequency: 868_100_000,
		heard_by: vec![
			Reception { witness: pair(2).device_id(), power: -1_043, answered: -1_061 },
			Reception::alike(pair(3).device_id(), -980),
		],
	};
	let evidence = exchange(&context, &pairs, &[transmission]);
	let reports: BTreeMap<_, _> = evidence
		.iter()
		.map(|(device, evidence)| (*device, pairs[device].report(&context, device, evidence)))
		.collect();
	let packed = pack(&context, &coverage_policy(), &reports).remove(0);
	let mut terms = packed.terms.clone();
	terms.bodies = vec![H256::repeat_byte(6)].try_into().unwrap();
	json!({
		"reports": reports
			.iter()
			.map(|(device, report)| {
				json!({
					"device": hex(device),
					"signed": hex(context.report(device, &evidence[device].encode())),
					"report": hex(report),
				})
			})
			.collect::<Vec<_>>(),
		"body": hex(&packed.bodies[0]),
		"body_topic": hex(signing::body_topic(
			&context.genesis,
			context.network,
			context.epoch,
			&context.aggregator,
		)),
		"chunk_root": hex(batch::chunk_root(0, &packed.chunks[0])),
		"commitment": commitment(&terms),
	})
}

fn commitment(terms: &Terms) -> Value {
	let payload = terms.signing_payload(&example_context().genesis);
	json!({
		"terms": encoded(terms),
		"batch_id": hex(terms.batch_id()),
		"signed": hex(&payload),
		"seed": hex([2; 32]),
		"ed25519_signature": hex(ed25519::Pair::from_seed(&[2; 32]).sign(&payload).0),
	})
}

fn trees() -> Value {
	let leaves: Vec<Vec<u8>> = (0..5u8).map(|i| vec![i; 3]).collect();
	let hashes: Vec<_> = (0..).zip(&leaves).map(|(i, bytes)| merkle::leaf(i, bytes)).collect();
	let tree = merkle::Tree::new(hashes.clone());
	json!({
		"empty": hex(merkle::empty()),
		"empty_chunk": hex(merkle::empty_root(batch::CHUNK_DEPTH)),
		"leaves": leaves.iter().map(hex).collect::<Vec<_>>(),
		"leaf_hashes": hashes.iter().map(hex).collect::<Vec<_>>(),
		"root": hex(tree.root()),
		"path_of_3": tree.path(3).unwrap().iter().map(hex).collect::<Vec<_>>(),
	})
}

fn outcomes() -> Value {
	let leaves = [
		Leaf {
			index: 0,
			device: pair(1).device_id(),
			report: H256::repeat_byte(1),
			score: 680_000,
			fault: None,
			cut: 50_000,
		},
		Leaf {
			index: 1,
			device: pair(2).device_id(),
			report: H256::repeat_byte(2),
			score: 0,
			fault: Some(Fault::BadSignature),
			cut: 0,
		},
	];
	let element =
		Element { score_root: batch::score_root(&leaves), sum: 680_000, count: 2, work: 12 };
	let elements = [element, Element::default()];
	let (genesis, opening) = (H256::repeat_byte(1), H256::repeat_byte(2));
	let root = batch::vector_root(&elements);
	let batch = H256::repeat_byte(3);
	let seal = signing::seal(&genesis, &opening, &batch, &[4; 32], &root);
	// As the chain has it: the epoch, the judge's place, and for each seal the round and the batch.
	let bundle = (7u32, 1u16, vec![(0u8, batch, seal)]);
	let signed = (signing::SEALS, genesis, opening, &bundle).encode();
	json!({
		"leaves": leaves.iter().map(encoded).collect::<Vec<_>>(),
		"score_root": hex(element.score_root),
		"elements": elements.iter().map(encoded).collect::<Vec<_>>(),
		"vector_root": hex(root),
		"unavailable": hex(batch::unavailable()),
		"seal": {
			"genesis": hex(genesis),
			"opening": hex(opening),
			"batch": hex([3; 32]),
			"judge": hex([4; 32]),
			"result": hex(root),
			"seal": hex(seal),
		},
		"seals": {
			"bundle": encoded(&bundle),
			"signed": hex(&signed),
			"seed": hex([6; 32]),
			"ed25519_signature": hex(ed25519::Pair::from_seed(&[6; 32]).sign(&signed).0),
		},
		"empty_body": encoded(&Body::default()),
	})
}

/// What each kept version of the rules decides: its bounds, and its elements for one batch of each kind. A change of
/// anything here under a number that is kept already changes what judges agree on in the middle of an epoch.
fn rules() -> Value {
	// What is only rehearsed is no rule yet.
	let versions = KEPT.iter().filter(|rules| rules.version <= RULES).map(|rules| {
		let Rules { version, max_signatures, max_chunk_bytes, max_chunk_work } = *rules;
		(
			version.to_string(),
			json!({
				"max_signatures": max_signatures,
				"max_chunk_bytes": max_chunk_bytes,
				"max_chunk_work": max_chunk_work,
				"coverage": judged(version, &coverage_policy(), coverage_batch()),
				"storage": judged(version, &storage_policy(), storage_batch()),
				"presence": judged(version, &presence_policy(), presence_batch()),
				"sensing": judged(version, &sensing_policy(), sensing_batch()),
				"bandwidth": judged(version, &bandwidth_policy(), bandwidth_batch()),
				"mapping": judged(version, &mapping_policy(), mapping_batch()),
				"refused": judged(version, &coverage_policy(), refused_batch()),
			}),
		)
	});
	Value::Object(versions.collect())
}

fn judged(version: u16, policy: &Policy, reported: Reported) -> Value {
	let context = example_context();
	let facts = known(&reported);
	let reports = reported.into_iter().map(|(device, (_, report))| (device, report)).collect();
	let mut packed = pack(&context, policy, &reports).remove(0);
	packed.terms.bodies = vec![H256::repeat_byte(6)].try_into().unwrap();
	let judged =
		judge_chunks(version, &context, policy, &facts, &packed.terms, &packed.chunks).unwrap();
	let leaves = |leaves: &[Leaf]| {
		leaves.iter().map(|leaf| json!([leaf.score, leaf.fault])).collect::<Vec<_>>()
	};
	judged
		.iter()
		.map(|chunk| json!({ "element": encoded(&chunk.element), "scores": leaves(&chunk.leaves) }))
		.collect()
}

#[test]
fn committed_vectors_are_what_this_code_makes() {
	let vectors = json!({
		"keys": keys(),
		"context": context(),
		"messages": messages(),
		"storage": storage_report(),
		"coverage": coverage_reports(),
		"trees": trees(),
		"outcomes": outcomes(),
		"rules": rules(),
	});
	let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/vectors.json");
	if std::env::var_os("UPDATE_VECTORS").is_some() {
		let text = serde_json::to_string_pretty(&vectors).unwrap() + "\n";
		std::fs::write(&path, text).unwrap();
	}
	let committed: Value = serde_json::from_str(
		&std::fs::read_to_string(&path).expect("docs/vectors.json is committed"),
	)
	.unwrap();

	assert_eq!(committed, vectors, "docs/vectors.json is out of date");
}
