//! A chain with nothing but this pallet: networks and the clock are whatever a test says.

use frame_support::{dispatch::DispatchResult, ensure, parameter_types, traits::ConstU64};
use sp_runtime::{BuildStorage, DispatchError, Permill};
use substation_primitives::{signing, DeviceId, HardwareKey, NetworkId};
use substation_proofs::{
	author::DevicePair,
	facts::{Numbering, Place},
};
use substation_testing::endowed;

use crate::*;

pub use substation_testing::{account, signed};

substation_testing::mock_runtime! {
	balance: u64,
	existential_deposit: ConstU64<1>,

	#[runtime::pallet_index(2)]
	pub type Devices = crate::Pallet<Test>;
}

parameter_types! {
	pub static Quota: u32 = 0;
	/// Every how many epochs members of networks report.
	pub static Cadence: u16 = 1;
	pub static Ended: bool = false;
	pub static Open: u64 = 930;
}

/// Networks 0 to 9 exist. Network 1 numbers devices in cells, as does network 5, in larger ones, and network 6 all together;
/// network 2 demands vouchers, for as many devices as `Quota` says; network 3 is closed; network 4
/// ends when `Ended` says so.
pub struct World;

impl InspectNetworks for World {
	fn takes_members(network: NetworkId) -> bool {
		network < 10 && network != 3
	}

	fn has_ended(network: NetworkId) -> bool {
		network == 4 && Ended::get()
	}

	fn numbering(network: NetworkId) -> Numbering {
		match network {
			1 => Numbering::InCell(8),
			5 => Numbering::InCell(5),
			6 => Numbering::InNetwork,
			_ => Numbering::None,
		}
	}

	fn cadence(_: NetworkId) -> u16 {
		Cadence::get()
	}

	fn check_voucher(
		network: NetworkId,
		voucher: Option<&Voucher>,
		message: &[u8],
	) -> Result<Option<Licence>, DispatchError> {
		if network != 2 {
			return Ok(None);
		}
		let (maker, signature) = voucher.ok_or(DispatchError::Other("no voucher"))?;
		ensure!(*signature == word(message), DispatchError::Other("no voucher"));
		ensure!(Quota::get() > 0, DispatchError::Other("no quota"));
		Ok(Some(Licence { maker: maker.clone(), since: 3 }))
	}

	fn spend_licence(network: NetworkId, licence: &Licence) {
		assert_eq!((network, licence), (2, &licence_of_eight()));
		Quota::mutate(|quota| *quota -= 1);
	}

	fn restore_licence(network: NetworkId, licence: &Licence) {
		assert_eq!((network, licence), (2, &licence_of_eight()));
		Quota::mutate(|quota| *quota += 1);
	}
}

/// The licence that vouchers of account 8 spend in network 2.
pub fn licence_of_eight() -> Licence {
	Licence { maker: account(8), since: 3 }
}

/// A maker's signature over `message`, in this world.
fn word(message: &[u8]) -> [u8; 64] {
	let hash = sp_io::hashing::blake2_256(message);
	[hash, hash].concat().try_into().unwrap()
}

/// Account 8's voucher for device `device` in network 2.
pub fn voucher(device: u8) -> Option<Voucher> {
	let message = signing::voucher(&Devices::genesis_hash(), 2, &id(device));
	Some((account(8), word(&message)))
}

substation_testing::mock_clock!(World);

impl Config for Test {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Networks = World;
	type Epochs = World;
	type DeviceDeposit = ConstU64<100>;
	type VouchedDeposit = ConstU64<30>;
	type OpenDeposit = Open;
	type DescriptionDeposit = ConstU64<20>;
	type DescriptionByteDeposit = ConstU64<1>;
	type PlaceFee = ConstU64<7>;
	type TransferPause = ConstU32<20>;
	type WeightInfo = ();
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = World;
}

#[cfg(feature = "runtime-benchmarks")]
impl BenchmarkHelper for World {
	fn network(number: u32) -> NetworkId {
		match number {
			0 => 1,
			number => 3 + number,
		}
	}

	fn voucher(_: NetworkId, message: &[u8]) -> Option<Voucher> {
		Some((account(8), word(message)))
	}
}

/// Where benchmarks are tried out.
#[cfg(feature = "runtime-benchmarks")]
pub fn benchmark_externalities() -> sp_io::TestExternalities {
	substation_testing::with_keystore(externalities())
}

pub const ENDOWMENT: u64 = 1_000_000;
pub const CUT: Permill = Permill::from_percent(5);

pub fn pair(number: u8) -> DevicePair {
	DevicePair::from_seed(&[number; 32])
}

pub fn id(number: u8) -> DeviceId {
	pair(number).device_id()
}

/// Registers device `device` for account `owner` in `network`, with account 9 as aggregator.
pub fn register_in(
	owner: u8,
	device: u8,
	network: NetworkId,
	voucher: Option<Voucher>,
) -> DispatchResult {
	let pair = pair(device);
	let message = signing::registration(&Devices::genesis_hash(), &account(owner), network, 100);
	Devices::register(
		signed(owner),
		HardwareKey::from(pair.public()),
		RegistrationProof { expires: 100, signature: pair.sign(&message) },
		network,
		account(9),
		CUT,
		voucher,
	)
}

pub fn registered(owner: u8, device: u8, network: NetworkId) -> DeviceId {
	register_in(owner, device, network, None).unwrap();
	id(device)
}

/// A place in Grenoble, so many units of 1e-7 degrees to the north.
pub fn place(north: i32) -> Place {
	let mut place =
		Place { latitude: 451_885_000 + north, longitude: 57_245_000, cell: 0, eirp: 140 };
	place.cell = Devices::cell_of(&place).unwrap();
	place
}

/// Runs `test` in epoch 10 and block 1, and checks the state after it.
pub fn chain<R>(test: impl FnOnce() -> R) -> R {
	substation_testing::run::<Test, _>(externalities(), Devices::do_try_state, test)
}

pub fn externalities() -> sp_io::TestExternalities {
	Now::set(10);
	Expired::set(0);
	Cadence::set(1);
	Ended::set(false);
	Quota::set(5);
	Open::set(930);
	let genesis = RuntimeGenesisConfig {
		balances: BalancesConfig { balances: endowed(1..10, ENDOWMENT), ..Default::default() },
		..Default::default()
	};
	genesis.build_storage().unwrap().into()
}
