//! Storage.

use super::*;

pub(super) fn storage_fixture(bytes: usize) -> (Vec<u8>, Committed, DevicePair, Facts, Policy) {
	let data: Vec<u8> = (0..bytes).map(|i| (i * 31 % 251) as u8).collect();
	let committed = Committed::new(&data).unwrap();
	let pair = pair(1);
	let (_, _, mut facts) = fleet(2);
	facts.get_mut(&pair.device_id()).unwrap().data_set = Some(committed.data_set());
	let kind = KindPolicy::Storage(storage::Policy { shown: 3, cap: 100_000 });
	(data, committed, pair, facts, Policy { ramp: 0, kind })
}

#[test]
fn who_holds_the_data_is_paid_by_its_size_up_to_the_cap() {
	for (bytes, score) in
		[(1, 2_560), (256, 2_560), (257, 5_120), (50_000, 501_760), (300_000, 1_000_000)]
	{
		let (data, committed, pair, facts, policy) = storage_fixture(bytes);
		let context = example_context();
		let KindPolicy::Storage(kind) = &policy.kind else { unreachable!() };
		let evidence = committed.prove(&context, kind, &pair.device_id(), &data).unwrap();
		let report = pair.report(&context, &pair.device_id(), &evidence);

		let (_, judgement) = judge(RULES, &context, &policy, &facts, &report).unwrap();

		assert_eq!((judgement.score, judgement.fault), (score, None), "{bytes} bytes");
		assert_eq!(judgement.work, BASE_WORK + 3);
	}
}

#[test]
fn a_piece_that_was_altered_moved_or_asked_for_earlier_is_refused() {
	let (data, committed, pair, mut facts, policy) = storage_fixture(50_000);
	let context = example_context();
	let device = pair.device_id();
	let KindPolicy::Storage(kind) = &policy.kind else { unreachable!() };
	let honest = committed.prove(&context, kind, &device, &data).unwrap();
	let fault = |facts: &Facts, evidence: &storage::Evidence| {
		let report = pair.report(&context, &device, evidence);
		judge(RULES, &context, &policy, facts, &report).unwrap().1.fault
	};
	let with = |change: &dyn Fn(&mut storage::Evidence)| {
		let mut evidence = honest.clone();
		change(&mut evidence);
		evidence
	};

	assert_eq!(fault(&facts, &honest), None);
	let altered = with(&|e| e.shown[1].piece[17] ^= 1);
	assert_eq!(fault(&facts, &altered), Some(Fault::WrongPiece));
	let moved = with(&|e| e.shown[..].swap(0, 1));
	assert_eq!(fault(&facts, &moved), Some(Fault::WrongPiece));
	let fewer = with(&|e| e.shown.truncate(2));
	assert_eq!(fault(&facts, &fewer), Some(Fault::WrongPieceCount));
	let earlier = ReportContext { entropy: H256::repeat_byte(8), ..context.clone() };
	let stale = committed.prove(&earlier, kind, &device, &data).unwrap();
	assert_eq!(fault(&facts, &stale), Some(Fault::WrongPiece));
	facts.get_mut(&device).unwrap().data_set = None;
	assert_eq!(fault(&facts, &honest), Some(Fault::NoDataSet));
}
