//! Capacity: nobody keeps others from what their devices need, and who has it pays for it.

use substation_primitives::batch::{MAX_CHUNK_BYTES, SEAT_WORK};
use substation_runtime::{
	constants::currency::{MICRO, STN},
	Attestation, Balance, Balances, Emission, Runtime,
};

use crate::{
	chain::{account, by_governance, rich, Chain, KeyPair},
	field::{
		aggregator_call, claim, device, pack_storage, register, settle, storage_report, storing,
		STORAGE,
	},
};

type Call = pallet_attestation::Call<Runtime>;
type Error = pallet_attestation::Error<Runtime>;

/// What an aggregator has that no device names.
const BASE: u32 = 1_024;

fn row(key: &KeyPair) -> pallet_attestation::AggregatorOf<Runtime> {
	Attestation::aggregator(account(key)).unwrap()
}

/// Whoever has the money asks for all there is, under as many accounts as it takes. It has what its devices need, and the
/// honest aggregator what its own do: its device is paid as much as if it were alone.
#[test]
fn no_account_bonds_all_judging_and_keeps_others_from_being_paid() {
	Chain::run(|chain| {
		let capacity = Attestation::capacity();
		let all = u32::try_from(capacity.all_work).unwrap();
		let hogs = ["one", "two", "three", "four", "five"].map(|name| rich(chain, name));
		for hog in &hogs {
			let too_much = aggregator_call(hog, all, 1_000_000);
			assert_eq!(chain.send(hog, too_much), Err(Error::TooLargeAShare.into()));
			let most = aggregator_call(hog, capacity.most_work, capacity.most_bytes);
			chain.send(hog, most).unwrap();
			assert_eq!(row(hog).quota.granted, BASE);
		}
		let asked = capacity.most_work;
		let bond = 10 * STN
			+ Balance::from(asked) * STN / 1_000
			+ Balance::from(capacity.most_bytes) * MICRO;
		assert_eq!(Balances::reserved_balance(account(&hogs[0])), bond);
		let of_hogs = [device(8), device(9)];
		for pair in &of_hogs {
			register(chain, &hogs[0], pair, STORAGE, &account(&hogs[0]));
		}

		let honest = rich(chain, "honest");
		chain.send(&honest, aggregator_call(&honest, 5_000, 4_000_000)).unwrap();
		let (pair, data) = storing(chain, &honest, &honest);
		chain.reach(2, 2);
		assert_eq!(row(&hogs[0]).quota.granted, BASE + 2 * SEAT_WORK);
		assert_eq!(row(&honest).quota.granted, BASE + SEAT_WORK);
		let market = Attestation::capacity().work;
		assert!(market.granted <= u64::from(all) / 10, "{market:?}");

		let report = storage_report(chain, &pair, 2, &data);
		let reports = [(pair.device_id(), report)].into();
		let packed = pack_storage(chain, &honest, 2, &reports);
		let (batch, judged) = settle(chain, &honest, &packed);
		chain.reach(6, 3);
		claim(chain, &honest, 2, batch, &judged).unwrap();
		let pool = Emission::pool(STORAGE, 2).unwrap();
		assert_eq!(pool.paid, 25 * STN / 10, "a quarter of what a full score is paid");
	});
}

/// Governance has a call that ends what an aggregator has.
#[test]
fn a_referendum_lets_an_aggregator_leave() {
	Chain::run(|chain| {
		let hog = rich(chain, "hog");
		chain.send(&hog, aggregator_call(&hog, 20_000, 4_000_000)).unwrap();
		by_governance(chain, Call::evict { aggregator: account(&hog) });
		assert!(row(&hog).leaving.is_some());
		assert_eq!(Attestation::capacity().work.granted, 0);
		let again = aggregator_call(&hog, 20_000, 4_000_000);
		assert_eq!(chain.send(&hog, again), Err(Error::AlreadyRegistered.into()));
	});
}

/// Rent is taken and burned, at the least price while hardly anything is rented, from who does nothing at all.
#[test]
fn rent_is_taken_without_anybody_doing_anything() {
	Chain::run(|chain| {
		let idle = rich(chain, "idle");
		chain.send(&idle, aggregator_call(&idle, 1_024, 2 * MAX_CHUNK_BYTES)).unwrap();
		let (free, held) =
			(Balances::free_balance(account(&idle)), Balances::reserved_balance(account(&idle)));
		chain.reach(4, 19);
		// Four epochs of 1,024 units at a millionth, and 262,144 bytes at a thousandth of that.
		let rent = 4 * (1_024 * MICRO + 262_144 * MICRO / 1_000);
		assert_eq!(Balances::free_balance(account(&idle)), free - rent);
		assert_eq!(Balances::reserved_balance(account(&idle)), held);
	});
}
